"""Displays as rows that fit on a line: long sums are broken before their signs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sympy import Basic

from symelbo.language import Relation
from symelbo.writing.boxes import Box, Brace, Row, Sign, row
from symelbo.writing.compose import compose
from symelbo.writing.document import Display, Words
from symelbo.writing.plain import to_plain

__all__ = ["WIDEST", "DisplayRow", "rows_of", "sign_of", "words_of"]

WIDEST: Final = 88
"""Characters of a row, counted as plain text, reason included, before it is broken."""
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

    The reason stands in the first row of a line, and in the last one as what closes it.
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


def rows_of(display: Display, widest: int = WIDEST, *, narrow: bool = False) -> Iterator[DisplayRow]:
    """The rows of a display, broken so that none is wider than `widest` where a sum allows that.

    `narrow` says that the left side does not stand beside them.
    """
    left: Box | None = compose(display.start)
    names = dict(display.names)
    beside = 4 if narrow or left is None else len(to_plain(left))
    for place, line in enumerate(display.lines):
        last = place == len(display.lines) - 1
        box = compose(line.term, names if last else None)
        pieces = list(_broken(box, max(widest - beside - 3, widest // 2)))
        for number, piece in enumerate(pieces):
            sign = None if number else sign_of(line.relation)
            closing = line.reason if number == len(pieces) - 1 else ()
            yield DisplayRow(left, sign, piece, line.reason if number == 0 else (), closing)
            left = None


def _broken(box: Box, width: int) -> Iterator[Box]:
    """A long sum in pieces, each beginning with its sign."""
    if not isinstance(box, Row) or _long(box) <= width:
        yield box
        return
    summands: list[list[Box]] = [[]]
    for part in box.parts:
        if isinstance(part, Sign) and part.tex in ("+", "-") and summands[-1]:
            summands.append([])
        summands[-1].append(part)
    piece: list[Box] = []
    for summand in summands:
        if piece and _long(row(*piece, *summand)) > width:
            yield _piece(piece)
            piece = []
        piece += summand
    yield _piece(piece)


def _piece(parts: list[Box]) -> Box:
    return Row(tuple(parts)) if len(parts) > 1 else parts[0]


def _long(box: Box) -> int:
    """How wide a row is, with room for the names below braces."""
    names = [part.label for part in box.parts if isinstance(part, Brace)] if isinstance(box, Row) else []
    return max(len(to_plain(box)), sum(len(name) + 4 for name in names))
