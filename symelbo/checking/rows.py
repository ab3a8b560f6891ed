"""The rows of one document: judged in their order, and ahead of it by several processes where that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import Final

from symelbo.checking.answers import Answers
from symelbo.checking.chains import Unbroken
from symelbo.checking.forks import by_forks, may_fork
from symelbo.checking.judge import Finding, judge_statement
from symelbo.checking.placing import placed
from symelbo.checking.report import ClaimReport, Outcome
from symelbo.errors import BudgetExceeded
from symelbo.language import Context, Definition
from symelbo.proof import Effort
from symelbo.reading.stating.statements import DocumentReading, Kind, Statement

__all__ = ["Progress", "finding_of", "judged_rows", "numbers_of", "report_claim"]

Progress = Callable[[str, int, int], None]
"""Called with the path, how many claims of it are judged, and how many there are."""

_WORTH_A_PROCESS: Final = 4
"""Claims that take longer to judge than a process takes to begin and to report."""


def numbers_of(document: DocumentReading) -> Answers | None:
    """The numbers that a document gives and derives, worked out once for all its claims."""
    try:
        return Answers(document)
    except Exception:  # as in judging: without its numbers a document is judged claim by claim
        return None


def report_claim(
    document: DocumentReading, statement: Statement, effort: Effort, answers: Answers | None = None
) -> ClaimReport:
    """One statement judged, with its place in the source; `answers` are the numbers of the document, if at hand."""
    started = perf_counter()
    finding = finding_of(statement, effort, answers or numbers_of(document))
    return placed(document, statement, finding, perf_counter() - started)


def finding_of(statement: Statement, effort: Effort, answers: Answers | None) -> Finding:
    """Numbers are decided on the document's own table; what holds for every model is the prover's."""
    numeric = answers.finding(statement) if answers is not None else None
    if numeric is not None and numeric.sure:
        return numeric.finding
    finding = judge_statement(statement, effort)
    return finding if numeric is None or finding.outcome is Outcome.PROVED else numeric.finding


def judged_rows(
    document: DocumentReading, effort: Effort, progress: Progress | None = None, jobs: int = 1
) -> tuple[list[ClaimReport], BudgetExceeded | None]:
    """Every row judged, and the limit that was reached, if `progress` raised one; from there on rows are unknown.

    With several `jobs` each row is first judged as if those before it held. A row for which the verdicts before it mean
    something else is then judged again, so that the report is that of one process.
    """
    answers = numbers_of(document)
    hoped = _as_if_all_held(document.statements)
    ahead, limit = _ahead(document, hoped, effort, answers, progress, jobs)
    course = _Course()
    claims: list[ClaimReport] = []
    for number, written in enumerate(document.statements):
        statement = course.seen(written)
        claim = ahead.get(number) if statement == hoped[number] else None
        if claim is None:
            try:
                if progress is not None and limit is None:
                    progress(document.path, len(claims), len(hoped))
            except BudgetExceeded as reached:
                limit = reached
            if limit is None:
                claim = report_claim(document, statement, effort, answers)
            else:
                claim = placed(document, statement, Finding(Outcome.UNKNOWN, note=str(limit)), 0.0)
        course.note(statement, claim)
        claims.append(claim)
    return claims, limit


@dataclass(slots=True)
class _Course:
    """What the verdicts so far mean for the rows that follow: laws that do not hold, and chains that are broken."""

    sound: Unbroken = field(default_factory=Unbroken)
    refuted: set[object] = field(default_factory=set)

    def seen(self, statement: Statement) -> Statement:
        """A row as it is to be judged."""
        return self.sound.narrowed(_without(statement, self.refuted))

    def note(self, statement: Statement, claim: ClaimReport) -> None:
        """Go on to the next row after a verdict."""
        self.sound.note(statement, claim)
        # A law that the document gives beside others, and that does not follow from them.
        if statement.follows and claim.outcome is Outcome.REFUTED:
            self.refuted.add(statement.readings[0].claim.lhs)


def _as_if_all_held(statements: Sequence[Statement]) -> list[Statement]:
    """The rows as they are to be judged where all rows before them hold."""
    sound, hoped = Unbroken(), []
    for statement in statements:
        hoped.append(sound.narrowed(statement))
        sound.hope(statement)
    return hoped


def _ahead(
    document: DocumentReading,
    hoped: Sequence[Statement],
    effort: Effort,
    answers: Answers | None,
    progress: Progress | None,
    jobs: int,
) -> tuple[dict[int, ClaimReport], BudgetExceeded | None]:
    """The reports on rows by several processes, each as if all before it held; nothing where that is no gain."""
    found: dict[int, ClaimReport] = {}
    claims = sum(statement.kind is Kind.CLAIM for statement in hoped)
    processes = min(jobs, claims // _WORTH_A_PROCESS)
    if processes < 2 or not may_fork():
        return found, None

    def judged(number: int) -> ClaimReport:
        return report_claim(document, hoped[number], effort, answers)

    try:
        with closing(by_forks(len(hoped), judged, processes)) as reports:
            for number, claim in reports:
                found[number] = claim
                if progress is not None:
                    progress(document.path, len(found), len(hoped))
    except BudgetExceeded as reached:
        return found, reached
    except OSError:  # no memory or files left for it: what is missing is judged without
        pass
    return found, None


def _without(statement: Statement, refuted: set[object]) -> Statement:
    """A statement in contexts that do not contain laws which were refuted further up."""

    def kept(context: Context | None) -> Context | None:
        if context is None:
            return None
        found = [item for item in context.assumptions if not (isinstance(item, Definition) and item.name in refuted)]
        return replace(context, assumptions=tuple(found))

    if not refuted:
        return statement
    return replace(statement, context=kept(statement.context), later=kept(statement.later))
