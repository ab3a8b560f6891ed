"""What answers leave out: of what variable `q` in `KL(q || p)` is a density, and under what density `E[X^2]` is taken.

Each way to fill it in is a variant. An answer is right if it is right in one variant, which is then named as a
condition, and wrong only if it is wrong in every one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from symelbo.checking.grading.spelling import bracketed

__all__ = ["Variant", "logistic", "needs_variants", "variants"]

_GIVEN: Final = re.compile(r"[A-Za-z]\w*\(([^()|]*)(?:\||\\mid|\\vert)([^()|]*)\)")
_LETTERS: Final = re.compile(r"[\w\\{}, ]+")
_OPEN: Final = r"\s*(?:\\left|\\[bB]igg?l?)?\s*"
_BARE: Final = r"([A-Za-z](?:_(?:\w|\{[^{}]{1,20}\}|\\[a-z]+))?)"
_SEPARATOR: Final = r"\s*((?:\\[,;!]|\s)*(?:\\middle)?(?:\|\||\\\||‖|∥|\\parallel)(?:\\[,;!]|\s)*)\s*"
_DIVERGENCE: Final = re.compile(
    rf"(KL\s*\}}?\s*\}}?{_OPEN}[(\[]\s*){_BARE}{_SEPARATOR}{_BARE}(\s*(?:\\right|\\[bB]igg?r?)?[)\]])"
)
_AVERAGE: Final = re.compile(
    r"(?<![A-Za-z\\_])(?:\\(?:mathbb|mathrm|operatorname|mathsf)\s*)?(?:\{\s*E\s*\}|E(?![A-Za-z])|𝔼)(?!\s*_)"
    rf"{_OPEN}(?=[(\[])"
)
_SPREAD: Final = re.compile(
    r"(?<![A-Za-z])\\?(?:(?:mathrm|operatorname|text|mathbb)\s*\{\s*)?(Var|Cov|var|cov)\s*\}?\s*(_(?:\{[^{}]{1,40}\}|\w))?"
    rf"{_OPEN}(?=[(\[])"
)
_SIGMA: Final = re.compile(r"\\sigma(?![a-zA-Z])|σ|(?<![A-Za-z\\])sigma(?![A-Za-z])")
_RUN: Final = re.compile(r"(?<![A-Za-z\\_{])[A-Z]{2,3}(?![A-Za-z(])")
_CAPITAL: Final = re.compile(r"(?<![A-Za-z\\_])[A-DF-Z](?![A-Za-z(])")
_SMALL: Final = re.compile(r"(?<![A-Za-z\\_])[a-z](?![A-Za-z(])")
_MOST: Final = 12
_LONGEST: Final = 4_000


class Variant(NamedTuple):
    """Both texts with what was left out, and what was filled in, in words (`None` for the texts as they are)."""

    answer: str
    gold: str
    words: str | None = None


def variants(answer: str, gold: str) -> Iterator[Variant]:
    """The ways to complete two texts that cannot be read as they are.

    >>> [found.words for found in variants("KL(q||p)", "E_{q(z)}[log q(z) - log p(z)]")][0]
    'q and p in KL(q || p) are read as q(z) and p(z)'
    >>> next(variants("Var(X)", "E[X^2] - E[X]^2")).gold
    'E_{p(X)}[X^2] - E_{p(X)}[X]^2'
    """
    spread = [_apart(_moments(text)) for text in (answer, gold)]
    random = _random(spread)
    filled = [_averaged(text, random) for text in spread] if random else spread
    words = f"expectations are taken under p({random})" if filled != spread else None
    if filled != [answer, gold]:
        yield Variant(filled[0], filled[1], words)
    yield from _with_arguments(filled[0], filled[1], words)


def needs_variants(answer: str, gold: str) -> bool:
    """Do the texts hold what is read as something else if it is left as it is?"""
    return _SPREAD.search(answer) is not None or _SPREAD.search(gold) is not None


def logistic(answer: str, gold: str) -> Variant | None:
    """Both texts with `\\sigma(...)` as the logistic function, if `\\sigma` stands nowhere else in them.

    >>> logistic(r"\\sigma(-x)", r"1 - \\sigma(x)").answer
    ' sigmoid(-x)'
    """
    found = [(text, sign) for text in (answer, gold) for sign in _SIGMA.finditer(text)]
    if not found or not all(text[sign.end() :].lstrip().startswith("(") for text, sign in found):
        return None
    words = "σ is read as the logistic function"
    return Variant(_SIGMA.sub(" sigmoid", answer), _SIGMA.sub(" sigmoid", gold), words)


def _moments(text: str) -> str:
    """Variances and covariances as what they are of expectations."""
    for _ in range(_MOST):
        found = _SPREAD.search(text)
        end = None if found is None else bracketed(text, found.end())
        if found is None or end is None or len(text) > _LONGEST:
            return text
        parts = text[found.end() + 1 : end - 1].removesuffix(r"\right").split(",")
        if len(parts) != (2 if found[1].lower() == "cov" else 1):
            return text
        first, second = parts[0], parts[-1]
        mean = f"E{found[2] or ''}"
        formula = f"({mean}[({first}) ({second})] - {mean}[{first}] {mean}[{second}])"
        text = text[: found.start()] + formula + text[end:]
    return text


def _random(texts: list[str]) -> str:
    """The letters that expectations without a density are about: the capital ones, or else the only small one."""
    inside = []
    for text in texts:
        for found in _AVERAGE.finditer(text):
            end = bracketed(text, found.end())
            if end is not None:
                inside.append(text[found.end() : end])
    shown = " ".join(inside)
    capitals = dict.fromkeys(_CAPITAL.findall(shown))
    if capitals:
        return ", ".join(sorted(capitals))
    small = set(_SMALL.findall(shown))
    return small.pop() if len(small) == 1 else ""


def _apart(text: str) -> str:
    """`E[XY]` with a space between the letters."""
    if _AVERAGE.search(text) is None:
        return text
    return _RUN.sub(lambda run: " ".join(run[0]) if run[0] != "KL" else run[0], text)


def _averaged(text: str, random: str) -> str:
    return _AVERAGE.sub(lambda _: f"E_{{p({random})}}", text)


def _with_arguments(answer: str, gold: str, words: str | None) -> Iterator[Variant]:
    bare = [found for text in (answer, gold) for found in _DIVERGENCE.finditer(text)]
    if not bare:
        return
    z, x = next(
        ((on.strip(), of.strip()) for on, of in _GIVEN.findall(gold + " " + answer) if _plain(on, of)), ("z", "x")
    )
    if z == "x":  # p(x | z) is seen before q(z | x)
        z, x = x, z
    first, second = bare[0][2], bare[0][4]
    ways = [("", ""), (f"|{x}", f"|{x}"), (f"|{x}", "")]
    for mine, other in ways if "q" in (first[0], second[0]) else ways[:1]:
        said: dict[str, str] = {
            name: f"{name}({z}{mine if name.startswith('q') else other})"
            for found in bare
            for name in (found[2], found[4])
        }

        def complete(text: str, said: dict[str, str] = said) -> str:
            return _DIVERGENCE.sub(lambda m: f"{m[1]}{said[m[2]]}{m[3]}{said[m[4]]}{m[5]}", text)

        how = f"{first} and {second} in KL({first} || {second}) are read as {said[first]} and {said[second]}"
        yield Variant(complete(answer), complete(gold), how if words is None else f"{words}; {how}")


def _plain(on: str, of: str) -> bool:
    return bool(on.strip() and of.strip() and _LETTERS.fullmatch(on + of))
