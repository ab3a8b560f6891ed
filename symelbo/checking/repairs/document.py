"""Repairs for a whole document: line after line, each on top of the repairs before it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from symelbo.checking.judge import Finding
from symelbo.checking.repairs.edits import Edit, applied, whole
from symelbo.checking.repairs.numbers import literal
from symelbo.checking.repairs.search import Found, Judge, find_numeric_repair, find_repair
from symelbo.checking.report import Change, ClaimReport, Fix, Outcome
from symelbo.proof import Effort
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.stating.rereading import Rereader
from symelbo.reading.stating.statements import DocumentReading, Statement

__all__ = ["repaired"]

_OPENER = re.compile(r"\\(left|[bB]igg?l?|underbrace|overbrace)\s*\{?$")
_LABEL = re.compile(r"\}?\s*[_^]\{(\\[a-z]+)?\{?[^{}]*\}?\}")
_MOST_LINES = 40  # repairs are sought for so many false lines of a document


@dataclass(slots=True)
class _Patched:
    """A document with the edits made so far, which are kept in places of the original."""

    document: DocumentReading
    edits: list[Edit] = field(default_factory=list)

    def original(self, edit: Edit) -> Edit | None:
        """An edit of the patched text as one of the original; None where it touches what was edited before."""
        shift = 0
        for done in sorted(self.edits, key=lambda item: item.start):
            start = done.start + shift
            end = start + len(done.text)
            if edit.end <= start and not (edit.start == edit.end == start):
                break
            if edit.start < end or (edit.start == edit.end == end):
                return None
            shift += len(done.text) - (done.end - done.start)
        return replace(edit, start=edit.start - shift, end=edit.end - shift)


def repaired(
    document: DocumentReading, claims: list[ClaimReport], judge: Judge, effort: Effort
) -> tuple[list[ClaimReport], str]:
    """The claims with repairs for what is refuted, and the text with all of these repairs made.

    A line that is true once an earlier one is repaired says so. Where a repair makes the next row false that went on
    from the slip, that row is repaired with it. What the document announces as wrong is left alone.
    """
    patched = _Patched(document)
    made = list(claims)
    last: int | None = None
    corrected: dict[str, str] = {}
    sought = 0
    for number, claim in enumerate(claims):
        wanted = claim.outcome is Outcome.REFUTED and not claim.expected
        statement, current = document.statements[number], patched.document.statements[number]
        follows = claim.outcome is Outcome.PROVED and last is not None and _moved(statement, current)
        if not wanted and not follows:
            continue
        finding = judge(patched.document, number) if patched.edits else None
        if finding is not None and finding.outcome is not Outcome.REFUTED:
            if wanted and finding.outcome is Outcome.PROVED and last is not None:
                made[number] = _noted(claim, f"right once line {made[last].line} is repaired")
            continue
        if finding is None:
            finding = Finding(claim.outcome, residual=claim.residual, witness=claim.witness, proof=claim.proof)
        sought += 1
        if sought > _MOST_LINES:
            break
        found = _found(patched.document, number, finding, corrected, judge, effort)
        edit = patched.original(found.edit) if found is not None else None
        if found is None or edit is None:
            continue
        _remember(corrected, patched.document, found, number)
        patched = _Patched(found.document, [*patched.edits, edit])
        change = _change(document, edit)
        if wanted:
            after = found.document.statements[number]
            text, span = found.document.text, after.span
            sides = [
                _framed(text, node, side) for node, side in zip(after.written, (after.lhs, after.rhs), strict=True)
            ]
            words = f"{sides[0]} {text[span.start : span.end] or after.sign} {sides[1]}"
            made[number] = replace(claim, repair=words, fix=Fix((change,), edit.words))
            last = number
        elif last is not None and made[last].fix is not None:
            fix = made[last].fix
            assert fix is not None
            made[last] = replace(made[last], fix=replace(fix, changes=(*fix.changes, change)))
    return made, applied(document.text, patched.edits)


def _found(
    document: DocumentReading,
    number: int,
    finding: Finding,
    corrected: dict[str, str],
    judge: Judge,
    effort: Effort,
) -> Found | None:
    rereader = Rereader(document.path, document.text)
    if finding.proof is None:
        return find_numeric_repair(document, number, rereader, judge, finding.witness, corrected)
    return find_repair(document, number, rereader, effort, finding.residual)


def _moved(before: Statement, after: Statement) -> bool:
    """Whether an edit further up changed what a statement says."""
    return (before.lhs, before.rhs) != (after.lhs, after.rhs)


def _remember(corrected: dict[str, str], document: DocumentReading, found: Found, number: int) -> None:
    """A decimal that was replaced may have been used again further down."""
    before = literal(document.statements[number].written[1])
    after = literal(found.document.statements[number].written[1])
    if before is not None and after is not None and before != after:
        corrected[before] = after


def _framed(text: str, node: sx.Node | None, written: str) -> str:
    """A side as it was written; brackets and braces around its first part get what stands before and behind them."""
    if node is None or not written.startswith(("(", "[", "{")):
        return written
    start, end = whole(text, node.span.start, node.span.end)
    opener = _OPENER.search(text, 0, start if text[start : start + 1] in tuple("([{") else start + 1)
    label = _LABEL.match(text, end)
    return " ".join(text[opener.start() if opener else start : label.end() if label else end].split())


def _change(document: DocumentReading, edit: Edit) -> Change:
    line, column = document.location(edit.start)
    end_line, end_column = document.location(edit.end)
    old = document.text[edit.start : edit.end]
    return Change(line, column, end_line, end_column, old, edit.text, edit.start, edit.end)


def _noted(claim: ClaimReport, remark: str) -> ClaimReport:
    return replace(claim, note=f"{claim.note}; {remark}" if claim.note else remark)
