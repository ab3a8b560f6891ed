r"""LaTeX spellings of letters and signs in Unicode, for formats that are not LaTeX."""

from __future__ import annotations

import unicodedata
from typing import Final

from symelbo.writing.name_boxes import letters

__all__ = ["SIGNS", "letter", "sign"]

_SMALL: Final = (
    "alpha beta gamma delta zeta eta theta iota kappa mu nu xi omicron pi rho sigma tau upsilon chi psi omega"
)
_LARGE: Final = "Gamma Delta Theta Xi Pi Sigma Upsilon Phi Psi Omega"
_GREEK: Final = {
    **{name: unicodedata.lookup(f"GREEK SMALL LETTER {name.upper()}") for name in _SMALL.split()},
    **{name: unicodedata.lookup(f"GREEK CAPITAL LETTER {name.upper()}") for name in _LARGE.split()},
    "lambda": "λ",
    "Lambda": "Λ",
    "epsilon": "ϵ",
    "varepsilon": "ε",
    "phi": "ϕ",
    "varphi": "φ",
    "vartheta": "ϑ",
    "ell": "ℓ",
    "infty": "∞",
    "nabla": "∇",
    "partial": "∂",
    "star": "⋆",
    "ast": "∗",
}
_STYLES: Final = {r"\mathcal": "SCRIPT", r"\mathscr": "SCRIPT", r"\mathbb": "DOUBLE-STRUCK", r"\mathbf": "BOLD"}
_STYLES_OF_GREEK: Final = (r"\boldsymbol", r"\bm")
_ACCENTS: Final = {r"\bar": "\u0304", r"\hat": "\u0302", r"\tilde": "\u0303", r"\dot": "\u0307", r"\vec": "\u20d7"}
SIGNS: Final = {
    "unary-": "−",
    "-": "−",
    "||": "‖",
    "|": "|",
    r"\le": "≤",
    r"\ge": "≥",
    r"\propto": "∝",
    r"\nabla": "∇",
    r"\cdot": "·",
    r"\sum": "∑",
    r"\prod": "∏",
    r"\int": "∫",
    r"\|": "‖",
    r"\langle ": "⟨",
    r"\rangle": "⟩",
    r"\top": "⊤",
    r"\,": "",
}
"""Operators, relations and brackets."""


def letter(tex: str) -> str:
    r"""A name's LaTeX as Unicode.

    >>> letter(r"\theta"), letter(r"\mathcal{L}"), letter(r"\bar{\alpha}"), letter("x'")
    ('θ', 'ℒ', 'ᾱ', 'x′')
    """
    command, inside = letters(tex)
    if command in _ACCENTS:
        return unicodedata.normalize("NFC", letter(inside) + _ACCENTS[command])
    if command in _STYLES and len(inside) == 1:
        return _styled(inside, _STYLES[command])
    if command:
        return letter(inside) if command in _STYLES_OF_GREEK else inside
    bare = tex.rstrip("'")
    primes = "′" * (len(tex) - len(bare))
    return (_GREEK.get(bare[1:], bare[1:]) if bare.startswith("\\") else bare) + primes


def _styled(char: str, style: str) -> str:
    case = "CAPITAL" if char.isupper() else "SMALL"
    for kind in (f"{style} {case} {char.upper()}", f"MATHEMATICAL {style} {case} {char.upper()}"):
        try:
            return unicodedata.lookup(kind)
        except KeyError:
            continue
    return char


def sign(tex: str) -> str:
    """An operator's LaTeX as Unicode."""
    return SIGNS.get(tex, tex)
