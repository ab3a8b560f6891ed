"""Chains as a person judges them: which later row restores the truth after a slip."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from symelbo.checking.report import ClaimReport, Outcome
from symelbo.reading.stating.statements import Statement

__all__ = ["Unbroken", "remark_on_chains"]

_EQUALITIES: Final = ("=", ":=")


@dataclass(slots=True)
class Unbroken:
    """Whether all rows of a chain so far equal its head, so that what differs from a row differs from the head."""

    holds: bool = True
    last: str | None = None

    def narrowed(self, statement: Statement) -> Statement:
        """A statement that says whether its left side is known to be equal to the head of its chain."""
        if statement.lhs != self.last:
            self.holds = True
            return statement
        return replace(statement, unbroken=True) if self.holds and statement.from_head else statement

    def note(self, statement: Statement, claim: ClaimReport) -> None:
        """Take a row's finding into account."""
        fine = statement.sign in _EQUALITIES and claim.outcome in (Outcome.PROVED, Outcome.DEFINITION)
        self.holds = fine and (self.holds or claim.from_head)
        self.last = statement.rhs

    def hope(self, statement: Statement) -> None:
        """Go on as if a row that is not judged yet held."""
        self.holds = self.holds and statement.sign in _EQUALITIES
        self.last = statement.rhs


def remark_on_chains(statements: Sequence[Statement], claims: Sequence[ClaimReport]) -> list[ClaimReport]:
    """The claims, with a remark at every slip that a later row of the same chain undoes, and at that row."""
    made = list(claims)
    for chain in _chains(statements):
        open_slips: list[int] = []
        for place in chain:
            if claims[place].outcome is Outcome.REFUTED:
                open_slips.append(place)
            elif claims[place].from_head and open_slips:
                lines = _lines(made[slip].line for slip in open_slips)
                made[place] = _with(made[place], f"this row is right again after {lines}")
                for slip in open_slips:
                    made[slip] = _with(made[slip], f"line {made[place].line} restores the truth of the chain")
                open_slips = []
    return made


def _chains(statements: Sequence[Statement]) -> Iterator[list[int]]:
    """Runs of statements in which each begins with the expression that the one before it ends with."""
    run: list[int] = []
    for place, statement in enumerate(statements):
        if run and statement.lhs != statements[place - 1].rhs:
            yield run
            run = []
        run.append(place)
    if run:
        yield run


def _lines(numbers: Iterable[int]) -> str:
    listed = sorted(set(numbers))
    if len(listed) == 1:
        return f"the slip in line {listed[0]}"
    return f"the slips in lines {', '.join(map(str, listed[:-1]))} and {listed[-1]}"


def _with(claim: ClaimReport, remark: str) -> ClaimReport:
    return replace(claim, note=f"{claim.note}; {remark}" if claim.note else remark)
