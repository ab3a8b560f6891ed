"""A claim that two sides are equal, judged under every reading, as a grade."""

from __future__ import annotations

from collections.abc import Sequence

from symelbo.checking.grading.grade import Grade, Standing
from symelbo.errors import InconsistentVerdict, SymelboError
from symelbo.language import Context, Relation
from symelbo.proof import Effort, Verdict, prove_claim
from symelbo.reading import Reading, Statement

__all__ = ["judged"]


def judged(readings: Sequence[Reading], assumed: Context, effort: Effort, statement: Statement | None = None) -> Grade:
    """The first reading that is proved counts; different are two only if they are under every reading."""
    refuted: list[Verdict] = []
    reason: str | None = None
    for reading in readings:
        try:
            verdict = prove_claim(reading.claim, assumed, effort)
        except InconsistentVerdict:
            return Grade(Standing.UNKNOWN, message="symelbo contradicts itself on this pair; please report it")
        except (SymelboError, RecursionError) as limit:
            reason = reason or str(limit)
            continue
        if verdict.proved:
            conditions = _conditions(reading, verdict, statement)
            return Grade(Standing.EQUAL_IF if conditions else Standing.EQUAL, conditions)
        if verdict.refuted:
            refuted.append(verdict)
        else:
            reason = reason or verdict.reason
    if reason is None and statement is not None and statement.gap is not None:
        reason = f"nothing is told apart, as {statement.gap}"
    if reason is not None or not refuted:
        return Grade(Standing.UNKNOWN, message=reason or "nothing was read")
    return Grade(Standing.DIFFERENT, witness=refuted[0].witness)


def _conditions(reading: Reading, verdict: Verdict, statement: Statement | None) -> tuple[str, ...]:
    found: list[str] = []
    if statement is not None and statement.note:
        found += statement.note.split("; ")
    if reading.taken:
        found.append(reading.taken)
    if reading.claim.relation is Relation.EQUAL_UP_TO_CONSTANT:
        found.append("a constant may be added")
    if verdict.certificate is not None:
        found += verdict.certificate.conditions
    return tuple(dict.fromkeys(found))
