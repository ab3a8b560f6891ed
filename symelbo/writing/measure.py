"""How wide a box is on a page, roughly: in halves of the size of a letter M, which is about one letter of text."""

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

__all__ = ["width"]

_SMALL: Final = 0.65
_SIGNS: Final = {",": 1.2, ";": 1.2, "|": 1.6, "||": 2.2, r"\,": 0.4, ":": 0.6, "unary-": 1.6}


def width(box: Box) -> float:
    """The width of a box.

    >>> from symelbo.writing.boxes import Fraction, Number
    >>> width(Fraction(Number("1"), Number("24")))
    2.5
    """
    match box:
        case Name() | Big(_, None, None):
            return 1.2
        case Number(text) | Raw(_, text):
            return float(len(text))
        case Word(_, text):
            return len(text) + 0.4
        case Sign(tex):
            return _SIGNS.get(tex, 3.0)
        case Row(parts):
            return sum(map(width, parts)) + 0.3 * (len(parts) - 1)
        case Fraction(top, bottom):
            return max(width(top), width(bottom)) + 0.5
        case Root(body):
            return width(body) + 1.5
        case Script(base, below, above):
            return width(base) + _SMALL * max(_of(below), _of(above))
        case Big(_, below, above):
            return max(2.4, _SMALL * _of(below), _SMALL * _of(above))
        case Fence(left, body, right, _):
            return width(body) + 0.8 * (bool(left) + bool(right))
        case Half():
            return 0.8
        case Call(head, body):
            return width(head) + width(body)
        case Brace(body, label):
            return max(width(body), _SMALL * len(label))


def _of(box: Box | None) -> float:
    return 0.0 if box is None else width(box)
