"""A finding beside its source: lines, columns, cells, and the spot to underline."""

from __future__ import annotations

import re

from symelbo.checking.answers_numbers import spread_of
from symelbo.checking.judge import Finding
from symelbo.checking.report import ClaimReport, FileProblem, Outcome, Spot
from symelbo.reading.sources.tokens import Span
from symelbo.reading.stating.statements import DocumentReading, Kind, Statement

__all__ = ["cell_of", "placed", "problem_at"]

_LEFT, _RIGHT = re.compile(r"\\left(?![a-zA-Z])"), re.compile(r"\\right(?![a-zA-Z])")


def placed(document: DocumentReading, statement: Statement, finding: Finding, seconds: float) -> ClaimReport:
    """The report on a statement: what was found about it, and where it stands."""
    span = statement.span
    line, column = document.location(span.start)
    last = max(span.start, span.end - 1)  # the column after the sign, also when the sign ends its line
    end_line, end_column = document.location(last)
    wrong = statement.problem.span if statement.kind is Kind.UNREAD and statement.problem is not None else span
    tail = statement.rhs if finding.outcome is Outcome.REFUTED else ""
    lhs, rhs = _sides(statement)
    explanation = finding.explanation
    return ClaimReport(
        line=line,
        column=column,
        end_line=end_line,
        end_column=end_column + (last < span.end),
        relation=statement.sign,
        lhs=lhs,
        rhs=rhs,
        outcome=finding.outcome,
        rules=finding.rules,
        note=finding.note,
        residual=finding.residual,
        witness=finding.witness,
        repair=finding.repair,
        reading=finding.reading,
        seconds=seconds,
        expected=finding.expected,
        from_head=finding.from_head,
        cell=cell_of(document, span.start),
        conditions=_conditions(finding),
        explanation=explanation.words if explanation is not None else None,
        steps=explanation.steps if explanation is not None else None,
        equality=explanation.equality if explanation is not None else None,
        spot=_spot(document.text, wrong, tail),
        claim=statement.readings[0].claim if statement.readings else None,
        proof=finding.proof,
    )


def _conditions(finding: Finding) -> tuple[str, ...]:
    if finding.explanation is not None:
        return finding.explanation.conditions
    certificate = finding.proof.certificate if finding.proof is not None else None
    return certificate.conditions if certificate is not None else ()


def _whole(side: str) -> str:
    r"""The side with the `\left` that belongs to its first bracket: a side begins at what it says, without it.

    >>> _whole(r"( a \right) b")
    '\\left( a \\right) b'
    """
    missing = len(_RIGHT.findall(side)) - len(_LEFT.findall(side))
    return rf"\left{side}" if missing == 1 and side[:1] in ("(", "[", "|", "\\") else side


def _sides(statement: Statement) -> tuple[str, str]:
    """Both sides in LaTeX: the author's own, or written anew from plain text; digits stay as they were written."""
    sides = (_whole(" ".join(statement.lhs.split())), _whole(" ".join(statement.rhs.split())))
    if statement.readings and not any("\\" in side for side in sides):
        from symelbo.writing import latex

        claim = statement.readings[0].claim
        try:
            made = (latex(claim.lhs), latex(claim.rhs))
            numbers = [spread_of(node, lambda _: False) is not None for node in statement.written]
            return (sides[0] if numbers[0] else made[0], sides[1] if numbers[1] else made[1])
        except Exception:  # only how a claim is shown; the author's own text says the same
            return sides
    return sides


def cell_of(document: DocumentReading, offset: int) -> int | None:
    """The number of the notebook's cell at an offset; None in other files."""
    return document.cell(offset) if document.cell is not None else None


def _spot(text: str, span: Span, tail: str = "") -> Spot:
    start = min(max(span.start, 0), len(text))
    head = text.rfind("\n", 0, start) + 1
    stop = text.find("\n", start)
    stop = len(text) if stop < 0 else stop
    end = min(max(span.end, start + 1), stop)
    reach = end
    after = end + len(text[end:stop]) - len(text[end:stop].lstrip(" &"))
    row = text[after:stop].rstrip()
    shown, belongs = " ".join(row.split()), " ".join(tail.split())
    if belongs and shown.startswith(belongs):
        reach = after + len(belongs) if row.startswith(belongs) else stop
    elif shown and belongs.startswith(shown):
        reach = after + len(row)
    return Spot(text[head:stop], start - head, end - head, reach - head)


def problem_at(document: DocumentReading, message: str, span: Span) -> FileProblem:
    """A problem of a document that is no relation sign, with its place."""
    line, column = document.location(span.start)
    return FileProblem(message, line, column, cell_of(document, span.start), spot=_spot(document.text, span))
