r"""What can be seen before parsing, in one pass: which brackets belong together, what separates inside them, and which
differentials close which integrals. With it the parser never has to search.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symelbo.errors import ReadingError
from symelbo.reading.parsing.operators import ACCENTS, BRACKETS, RELATIONS
from symelbo.reading.parsing.plain import MAX_DEPTH, Piece

__all__ = ["Differential", "Level", "Structure", "survey"]

_CLOSERS = {bracket.closing: bracket.opening for bracket in BRACKETS.values()}
_INTEGRALS = {"\\int": 1, "\\oint": 1, "\\iint": 2, "\\iiint": 3, "\\idotsint": 99}


@dataclass(slots=True)
class Level:
    """What stands directly inside one pair of brackets."""

    opening: int
    commas: list[int] = field(default_factory=list)
    semicolons: list[int] = field(default_factory=list)
    colons: list[int] = field(default_factory=list)
    bars: list[int] = field(default_factory=list)
    doubles: list[int] = field(default_factory=list)
    relations: list[int] = field(default_factory=list)
    over: int | None = None
    integrals: list[list[int]] = field(default_factory=list)  # [place, differentials still to come]
    adjacent: tuple[int, int] | None = None  # the last differential: where its variable ended, whose it was

    def take(self) -> int:
        """The innermost integral that waits for a differential, now served."""
        waiting = self.integrals[-1]
        waiting[1] -= 1
        if waiting[1] == 0:
            self.integrals.pop()
        return waiting[0]

    @property
    def separated(self) -> bool:
        """Whether the content can only be a list of arguments."""
        return bool(self.commas or self.semicolons or self.relations or len(self.bars) % 2)


@dataclass(frozen=True, slots=True)
class Differential:
    """A `dz`: the place of its integral, and whether it stands on the same level of brackets."""

    integral: int
    direct: bool


@dataclass(frozen=True, slots=True)
class Structure:
    """The survey of a side: partners of brackets, content of each pair, differentials by place, closed integrals."""

    partner: dict[int, int]
    levels: dict[int, Level]
    differentials: dict[int, Differential]
    closed: frozenset[int]


def survey(pieces: Sequence[Piece]) -> Structure:
    """One pass over the pieces.

    Raises `ReadingError` at a bracket that is not closed, not opened, or closed by one of another kind.
    """
    partner: dict[int, int] = {}
    top = Level(-1)
    levels: dict[int, Level] = {-1: top}
    stack = [top]
    differentials: dict[int, Differential] = {}
    closed: set[int] = set()
    for place, piece in enumerate(pieces):
        text, kind = piece.text, piece.kind
        if kind == "name":
            if text == "d" and piece.font in ("", "roman", "text"):
                _differential(pieces, place, stack, differentials, closed)
        elif text in BRACKETS:
            if len(stack) > MAX_DEPTH:
                raise ReadingError(
                    f"brackets are nested more than {MAX_DEPTH} deep here; name a part of the formula",
                    piece.start,
                    piece.end,
                )
            level = Level(place)
            levels[place] = level
            stack.append(level)
        elif text in _CLOSERS:
            _close(pieces, place, stack, partner)
        elif text == ",":
            stack[-1].commas.append(place)
        elif text == ";":
            stack[-1].semicolons.append(place)
        elif text == ":":
            stack[-1].colons.append(place)
        elif text == "|":
            stack[-1].bars.append(place)
        elif text == "||":
            stack[-1].doubles.append(place)
        elif text in _INTEGRALS:
            stack[-1].integrals.append([place, _INTEGRALS[text]])
        elif text in ("\\over", "\\choose", "\\atop"):
            stack[-1].over = place
        elif text in RELATIONS:
            stack[-1].relations.append(place)
    if len(stack) > 1:
        piece = pieces[stack[-1].opening]
        shown = _shown(piece.text)
        closing = _shown(BRACKETS[piece.text].closing)
        raise ReadingError(
            f"`{shown}` is never closed; add the `{closing}` where it ends", piece.start, piece.end, f"`{closing}`"
        )
    return Structure(partner, levels, differentials, frozenset(closed))


def _close(pieces: Sequence[Piece], place: int, stack: list[Level], partner: dict[int, int]) -> None:
    piece = pieces[place]
    shown = _shown(piece.text)
    if len(stack) == 1:
        raise ReadingError(
            f"`{shown}` closes nothing; remove it or add the bracket that opens it", piece.start, piece.end
        )
    opening = pieces[stack[-1].opening]
    if (
        _CLOSERS[piece.text] != opening.text
        and {piece.text, opening.text} != {")", "["}
        and {piece.text, opening.text} != {"]", "("}
    ):
        wanted = _shown(BRACKETS[opening.text].closing)
        raise ReadingError(
            f"`{shown}` stands where `{wanted}` should close the `{_shown(opening.text)}`",
            piece.start,
            piece.end,
            f"`{wanted}`",
        )
    if _CLOSERS[piece.text] != opening.text and not stack[-1].commas:
        wanted = _shown(BRACKETS[opening.text].closing)
        raise ReadingError(
            f"`{shown}` stands where `{wanted}` should close the `{_shown(opening.text)}`",
            piece.start,
            piece.end,
            f"`{wanted}`",
        )
    level = stack.pop()
    partner[level.opening] = place
    partner[place] = level.opening


def _shown(text: str) -> str:
    return {"\\{": "\\{", "\\}": "\\}"}.get(text, text)


def _differential(
    pieces: Sequence[Piece],
    place: int,
    stack: list[Level],
    differentials: dict[int, Differential],
    closed: set[int],
) -> None:
    """Give the `d` at `place` to the innermost integral that still waits for one, if it can be a differential."""
    after = place + 1
    if after + 1 < len(pieces) and pieces[after].text == "^":  # d^n x
        after += 2
    if after >= len(pieces) or not _begins_name(pieces[after]):
        return
    level = stack[-1]
    if place and pieces[place - 1].text in ("_", "^", "|", ",", "\\sim"):
        return
    if level.integrals:
        owner = level.take()
        differentials[place] = Differential(owner, True)
        closed.add(owner)
        level.adjacent = (place, owner)
        return
    if level.adjacent is not None and _only_name(pieces, level.adjacent[0], place):
        owner = level.adjacent[1]
        differentials[place] = Differential(owner, True)
        level.adjacent = (place, owner)
        return
    for depth in range(len(stack) - 1, 0, -1):
        if not _in_fraction(pieces, stack[depth].opening):
            return
        outer = stack[depth - 1]
        if outer.integrals:
            differentials[place] = Differential(outer.take(), False)
            return


def _begins_name(piece: Piece) -> bool:
    return piece.kind == "name" or piece.text in ACCENTS or piece.kind == "open"


def _only_name(pieces: Sequence[Piece], low: int, high: int) -> bool:
    """Whether between two `d` there is nothing but one variable with its scripts."""
    return high - low <= 12 and all(
        piece.kind in ("name", "number", "open", "close")
        or piece.text in ("_", "^", "'", ":", "-", "+", ",", "\\dots")
        or piece.text in ACCENTS
        for piece in pieces[low:high]
    )


def _in_fraction(pieces: Sequence[Piece], opening: int) -> bool:
    """Whether the brace at `opening` is an argument of a fraction."""
    if opening <= 0 or pieces[opening].kind != "open":
        return False
    before = pieces[opening - 1]
    if before.text == "\\frac":
        return True
    return before.kind == "number" and opening > 1 and pieces[opening - 2].text == "\\frac"
