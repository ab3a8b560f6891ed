"""Displays as rows that fit on a line: long sums are broken before their signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sympy import Basic

from symelbo.language import Relation
from symelbo.writing.boxes import Box, Call, Fence, Half, Row, Sign, row, walk
from symelbo.writing.compose import compose
from symelbo.writing.document import Display, Words
from symelbo.writing.measure import width
from symelbo.writing.plain import to_plain

__all__ = ["WIDEST", "DisplayRow", "Shape", "rows_of", "shape_of", "sign_of", "words_of"]

WIDEST: Final = 88.0
"""How wide a row may be, reason included, as `symelbo.writing.measure` counts."""
_LONG_LEFT: Final = 26.0
_NARROWEST: Final = 30.0
_SIGN: Final = 4.0  # a relation sign with the space around it
_BETWEEN: Final = 5.0  # what stands between the columns
_OF_TEXT: Final = 0.88  # how wide a letter of text is, beside one of mathematics
_SIGNS: Final = {
    Relation.EQUAL: "=",
    Relation.LESS_EQUAL: r"\le",
    Relation.GREATER_EQUAL: r"\ge",
    Relation.LESS: "<",
    Relation.GREATER: ">",
    Relation.PROPORTIONAL: r"\propto",
    Relation.EQUAL_UP_TO_CONSTANT: "=",
}


@dataclass(frozen=True, slots=True)
class DisplayRow:
    """One row: the left side (in the first row), the relation sign (none in a continued row), and the right side.

    The reason stands in one row of a line, and in the last one as what closes it.
    """

    left: Box | None
    sign: str | None
    right: Box
    reason: Words = ()
    closes: Words = ()


def sign_of(relation: Relation) -> str:
    """The sign of a relation, in LaTeX."""
    return _SIGNS[relation]


def words_of(words: Words) -> str:
    """A sentence with its terms as plain text."""
    return "".join(to_plain(compose(piece)) if isinstance(piece, Basic) else piece for piece in words)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a display is laid out.

    `apart` gives the left side a row of its own, `below` puts reasons under their rows; `room` is what is left for the
    right sides.
    """

    apart: bool
    below: bool
    room: float


def shape_of(display: Display, widest: float = WIDEST) -> Shape:
    """Where the left side and the reasons of a display go, by how wide they are."""
    left = width(compose(display.start))
    reason = _OF_TEXT * max((len(words_of(line.reason)) for line in display.lines), default=0)
    beside = widest - left - _SIGN - (reason + _BETWEEN if reason else 0)
    if beside >= _NARROWEST and _fits(display, beside):
        return Shape(False, False, beside)
    if not _fits(display, widest - left - _SIGN) or left + _SIGN + reason > widest:
        beside = widest - 2 * _SIGN - (reason + _BETWEEN if reason else 0)
        if left > _LONG_LEFT and beside >= _NARROWEST and _fits(display, beside):
            return Shape(True, False, beside)
        return Shape(left > _LONG_LEFT, bool(reason), widest - _SIGN - (_SIGN if left > _LONG_LEFT else left))
    return Shape(False, bool(reason), widest - left - _SIGN)


def _fits(display: Display, room: float) -> bool:
    return all(width(piece) <= room for line in display.lines for piece in _broken(compose(line.term), room))


def rows_of(display: Display, shape: Shape) -> Iterator[DisplayRow]:
    """The rows of a display, broken so that none is wider than there is room for, where a sum allows that."""
    left: Box | None = compose(display.start)
    names = dict(display.names)
    for line in display.lines:
        last = line is display.lines[-1]
        pieces = list(_broken(compose(line.term, names if last else None), shape.room))
        end = len(pieces) - 1
        # Inside a bracket there is no room for words: then the reason waits for the row that closes it.
        place = end if any(isinstance(part, Half) for part in walk(pieces[0])) else 0
        for number, piece in enumerate(pieces):
            sign = None if number else sign_of(line.relation)
            yield DisplayRow(
                left, sign, piece, line.reason if number == place else (), line.reason if number == end else ()
            )
            left = None


def _broken(box: Box, room: float) -> Iterator[Box]:
    """A long sum in pieces, each beginning with its sign; a long average is broken inside its brackets."""
    if width(box) <= room:
        yield box
        return
    piece: list[Box] = []
    for summand in _summands(box):
        if piece and width(row(*piece, *summand)) > room:
            yield _piece(piece)
            piece = []
        opened = _opened(summand, room)
        for part in opened[:-1]:
            yield _piece(part)
        piece += opened[-1]
    yield _piece(piece)


def _summands(box: Box) -> list[list[Box]]:
    """The terms of a sum, each with its sign in front."""
    found: list[list[Box]] = [[]]
    for part in box.parts if isinstance(box, Row) else (box,):
        if isinstance(part, Sign) and part.tex in ("+", "-") and found[-1]:
            found.append([])
        found[-1].append(part)
    return found


def _opened(summand: list[Box], room: float) -> list[list[Box]]:
    """A term that is too wide, in pieces, if it is an average of a sum."""
    last = summand[-1]
    if width(row(*summand)) <= room or not isinstance(last, Call) or len(_summands(last.body.body)) == 1:
        return [summand]
    head = [*summand[:-1], last.head, Half(last.body.left, True)]
    pieces: list[list[Box]] = [[]]
    for inner in _summands(last.body.body):
        if pieces[-1] and width(row(*(head if len(pieces) == 1 else []), *pieces[-1], *inner)) > room:
            pieces.append([])
        pieces[-1] += inner
    pieces[-1].append(Half(last.body.right, False))
    pieces[0] = [
        *summand[:-1],
        Call(last.head, Fence("", row(Half(last.body.left, True), *pieces[0]), "", grows=False)),
    ]
    return pieces


def _piece(parts: list[Box]) -> Box:
    return Row(tuple(parts)) if len(parts) > 1 else parts[0]
