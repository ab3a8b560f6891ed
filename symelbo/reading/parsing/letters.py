"""Single letters outside ASCII: Greek by name, letters of the mathematical alphabets by letter and font."""

from __future__ import annotations

import unicodedata

from symelbo.reading.parsing.spellings import COMBINING

__all__ = ["accented_letter", "holds_greek", "letter", "vulgar_fraction"]

_GREEK_LETTERS = {
    unicodedata.lookup(f"GREEK {case} LETTER {'LAMDA' if name == 'lambda' else name.upper()}"): (
        name.capitalize() if case == "CAPITAL" else name
    )
    for name in [
        "alpha",
        "beta",
        "gamma",
        "delta",
        "epsilon",
        "zeta",
        "eta",
        "theta",
        "iota",
        "kappa",
        "lambda",
        "mu",
        "nu",
        "xi",
        "omicron",
        "pi",
        "rho",
        "sigma",
        "tau",
        "upsilon",
        "phi",
        "chi",
        "psi",
        "omega",
    ]
    for case in ("SMALL", "CAPITAL")
} | {"ϕ": "phi", "ϵ": "epsilon", "ϑ": "theta", "ς": "sigma", "ϱ": "rho", "ϖ": "pi", "µ": "mu", "ℓ": "ell"}
_ALPHABETS = (
    ("DOUBLE-STRUCK", "bb"),
    ("SCRIPT", "cal"),
    ("FRAKTUR", "frak"),
    ("BLACK-LETTER", "frak"),
    ("BOLD", "bold"),
    ("SANS-SERIF", "sf"),
    ("MONOSPACE", "tt"),
)


def letter(text: str) -> tuple[str, str]:
    """The name and font of one letter: Greek by its name, letters of the mathematical alphabets by letter and font."""
    if text in _GREEK_LETTERS:
        return _GREEK_LETTERS[text], ""
    if len(text) == 1 and not text.isascii():
        plain = unicodedata.normalize("NFKC", text)
        if plain != text and len(plain) == 1:
            title = unicodedata.name(text, "")
            font = next((font for mark, font in _ALPHABETS if mark in title), "")
            return _GREEK_LETTERS.get(plain, plain), font
    return text, ""


def holds_greek(word: str) -> bool:
    """Whether a word has a Greek letter in it."""
    return any(part in _GREEK_LETTERS for part in word)


def vulgar_fraction(text: str) -> list[str]:
    """Numerator and denominator of ½ and its like, else nothing."""
    parts = unicodedata.normalize("NFKC", text).split("⁄")
    return parts if len(parts) == 2 else []


def accented_letter(text: str) -> tuple[str, str] | None:
    """The accent command and the letter under it, for letters that come with an accent."""
    plain = unicodedata.normalize("NFD", text)
    if plain == text or plain[1] not in COMBINING:
        return None
    return COMBINING[plain[1]], letter(plain[0])[0]
