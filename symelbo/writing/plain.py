"""Boxes as one line of Unicode text, as one writes mathematics in a message."""

from __future__ import annotations

from typing import Final

from symelbo.writing.boxes import (
    Big,
    Box,
    Brace,
    Call,
    Fence,
    Fraction,
    Half,
    Name,
    Number,
    Raw,
    Root,
    Row,
    Script,
    Sign,
    Word,
)
from symelbo.writing.letters import letter, sign

__all__ = ["to_plain"]

_AROUND: Final = {",": ", ", ";": "; ", r"\,": " ", ":": ":", "unary-": "−", "*": "*", r"\nabla": "∇"}
_TIGHT: Final = frozenset({"+", "-", "=", "|"})


def to_plain(box: Box, tight: bool = False) -> str:
    """A box as text; `tight` leaves out the blanks around signs, as in scripts.

    >>> from sympy import log
    >>> from symelbo import family, variables
    >>> from symelbo.writing.compose import compose
    >>> x, z = variables("x z")
    >>> to_plain(compose(log(family("p")(x | z) / family("q")(z))))
    'log (p(x | z) / q(z))'
    """
    match box:
        case Name(tex):
            return "E" if tex == r"\mathbb{E}" else letter(tex)
        case Number(text) | Word(_, text) | Raw(_, text):
            return text
        case Sign(tex):
            if tight and tex in _TIGHT and tex != "|":
                return sign(tex)
            return _AROUND.get(tex, f" {sign(tex)} ")
        case Row(parts):
            return _side_by_side(parts, tight)
        case Fraction(top, bottom):
            return f"{_held(top)} / {_held(bottom, below=True)}"
        case Root(body):
            return f"sqrt({to_plain(body)})"
        case Script(base, below, above):
            return to_plain(base) + _scripts(below, above)
        case Big(tex, below, above):
            return sign(tex) + _scripts(below, above)
        case Fence(left, body, right, _):
            return f"{sign(left)}{to_plain(body, tight).strip()}{sign(right)}"
        case Half(bracket, _):
            return sign(bracket)
        case Call(head, body):
            return to_plain(head) + to_plain(body, tight)
        case Brace(body, _):
            return to_plain(body, tight)


def _side_by_side(parts: tuple[Box, ...], tight: bool) -> str:
    text = ""
    for place, part in enumerate(parts):
        piece = to_plain(part, tight)
        alone = _alone(parts, place)
        if isinstance(part, Fraction) and not alone:
            piece = f"({piece})"
        if text and not isinstance(part, Sign) and not isinstance(parts[place - 1], Sign):
            text += " "
        text += piece.lstrip() if text.endswith(" ") else piece
    return text.strip()


def _alone(parts: tuple[Box, ...], place: int) -> bool:
    """Whether a ratio in a row has only signs beside it, so that it needs no brackets."""
    beside = [parts[other] for other in (place - 1, place + 1) if 0 <= other < len(parts)]
    return all(isinstance(part, Sign) for part in beside)


def _held(box: Box, below: bool = False) -> str:
    text = to_plain(box)
    several = isinstance(box, Row) and (below or any(isinstance(part, Sign | Big) for part in box.parts))
    return f"({text})" if several or isinstance(box, Fraction) else text


def _scripts(below: Box | None, above: Box | None) -> str:
    return ("" if below is None else "_" + _group(below)) + ("" if above is None else "^" + _group(above))


def _group(box: Box) -> str:
    text = to_plain(box, tight=True)
    return text if len(text) == 1 or (isinstance(box, Number | Name) and text.isalnum()) else "{" + text + "}"
