"""`check`: documents in, a report out. Nothing that is wrong with one claim or one file touches the others."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Container, Iterator
from dataclasses import replace
from time import perf_counter

from symelbo.checking.answers import Answers
from symelbo.checking.answers_numbers import spread_of
from symelbo.checking.chains import Unbroken, remark_on_chains
from symelbo.checking.judge import Finding, judge_statement
from symelbo.checking.repairs import LOOKS
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report, Spot, TakenIn
from symelbo.checking.sources import Source, sources
from symelbo.errors import BudgetExceeded
from symelbo.language import Context, Definition
from symelbo.proof import Effort
from symelbo.reading.sources.tokens import Span
from symelbo.reading.stating.statements import DocumentReading, Kind, Statement

__all__ = ["Progress", "check", "check_text", "numbers_of", "read", "report_claim", "report_file"]

_LEFT, _RIGHT = re.compile(r"\\left(?![a-zA-Z])"), re.compile(r"\\right(?![a-zA-Z])")

Progress = Callable[[str, int, int], None]
"""Called with the path, how many claims of it are judged, and how many there are."""

_MARKS_OF_TEXT = ("\n", "$$", "\\[", "\\begin{")


def check(
    *documents: str | os.PathLike[str],
    effort: Effort | None = None,
    progress: Progress | None = None,
    repairs: bool = False,
) -> Report:
    r"""Read documents and judge every claim in them.

    A document is a path (`.tex`, `.md`, `.ipynb`, `.txt`, or a folder that is searched for them); a string that holds a
    line break or a display (`$$`, `\[`, `\begin{...}`) is the text itself. `effort` bounds the work for one claim,
    `repairs` looks for the smallest edit that makes a refuted claim true, which takes a moment for each of them.
    Never raises for what a document holds: what cannot be read is in the report.

    >>> from symelbo import check
    >>> report = check(r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$")
    >>> [claim.outcome.value for claim in report.claims]
    ['proved']
    """
    started = perf_counter()
    files = [
        report_file(source, _effort(effort, repairs), progress) for source in sources(map(_text_or_path, documents))
    ]
    return Report(tuple(files), perf_counter() - started)


def check_text(
    text: str,
    path: str = "text.md",
    effort: Effort | None = None,
    progress: Progress | None = None,
    repairs: bool = False,
) -> Report:
    """Judge every claim in a text; the end of `path` says what kind of document it is."""
    started = perf_counter()
    file = report_file(Source(path, text), _effort(effort, repairs), progress)
    return Report((file,), perf_counter() - started)


def _text_or_path(document: str | os.PathLike[str]) -> str | os.PathLike[str] | Source:
    if isinstance(document, str) and any(mark in document for mark in _MARKS_OF_TEXT):
        return Source("text.tex" if "\\documentclass" in document else "text.md", document)
    return document


def read(source: Source) -> DocumentReading | FileProblem:
    """The document as read, or the problem that kept it from being read."""
    if source.problem is not None:
        return source.problem
    from symelbo.reading import read_document

    try:
        return read_document(source.path, source.text)
    except RecursionError:
        return FileProblem("the document is nested too deeply to be read")
    except Exception as error:  # as in judging: a defect on one file must not take the others with it
        words = f"a defect of symelbo kept this file from being read ({type(error).__name__}: {error})"
        return FileProblem(f"{words[:500]}; please report it")


def _effort(effort: Effort | None, repairs: bool) -> Effort:
    """The effort to make; a search for repairs that is asked for without saying how long has the usual length."""
    if effort is None:
        return Effort(repairs=LOOKS if repairs else 0)
    if repairs and not effort.repairs:
        return Effort(effort.calculus, effort.semantics, effort.draws, effort.seed, LOOKS, effort.desk, effort.bench)
    return effort


_RELATION_SIGNS = ("=", "≈", "≥", "≤", "\\ge", "\\le")


def report_file(source: Source, effort: Effort, progress: Progress | None = None) -> FileReport:
    """One document read and judged, with repairs for its refuted claims if the effort allows for them.

    `progress` may raise `BudgetExceeded`: the claims from there on stay unknown, with that reason.
    """
    started, effort = perf_counter(), effort.with_desk()
    document = read(source)
    if isinstance(document, FileProblem):
        return FileReport(source.path, problems=(document,), seconds=perf_counter() - started)
    claims: list[ClaimReport] = []
    answers = numbers_of(document)
    limit: BudgetExceeded | None = None
    refuted: set[object] = set()  # laws that the document gives beside others, and that do not follow from them
    sound = Unbroken()
    for statement in document.statements:
        statement = sound.narrowed(_without(statement, refuted))
        try:
            if progress is not None and limit is None:
                progress(source.path, len(claims), len(document.statements))
        except BudgetExceeded as reached:
            limit = reached
        if limit is None:
            claims.append(report_claim(document, statement, effort, answers))
            sound.note(statement, claims[-1])
            if statement.follows and claims[-1].outcome is Outcome.REFUTED:
                refuted.add(statement.readings[0].claim.lhs)
        else:
            claims.append(_placed(document, statement, Finding(Outcome.UNKNOWN, note=str(limit)), 0.0))
    claims = remark_on_chains(document.statements, claims)
    problems = [_problem(document, problem.message, problem.span) for problem in document.problems]
    problems += _missed_expectations(document, claims)
    text = None
    if effort.repairs and limit is None and any(claim.outcome is Outcome.REFUTED for claim in claims):
        claims, text = _with_repairs(document, claims, effort)
    seconds = perf_counter() - started
    taken = _taken_in(document)
    notes = document.notes if claims or problems else (*document.notes, *_hint(source))
    return FileReport(source.path, tuple(claims), tuple(problems), notes, seconds, text, taken)


def _hint(source: Source) -> tuple[str, ...]:
    """Where formulas have to stand, for a document whose relations all stand elsewhere."""
    if not any(sign in source.text for sign in _RELATION_SIGNS):
        return ()
    return (
        "no claim was found: displays count, that is $$...$$, \\[...\\] and LaTeX's environments, "
        "and the lines of ```symelbo blocks",
    )


def _taken_in(document: DocumentReading) -> tuple[TakenIn, ...]:
    """What the document gives in its sentences, with the places."""
    places = ((item, *document.location(item.span.start)) for item in document.taken)
    return tuple(
        TakenIn(item.text, line, column, _cell(document, item.span.start), item.scope) for item, line, column in places
    )


def _with_repairs(
    document: DocumentReading, claims: list[ClaimReport], effort: Effort
) -> tuple[list[ClaimReport], str | None]:
    from symelbo.checking.repairs.document import repaired

    def judged(other: DocumentReading, number: int) -> Finding:
        return _judged(other.statements[number], effort, numbers_of(other))

    try:
        return repaired(document, claims, judged, effort)
    except Exception:  # the verdicts stand without repairs; a defect in the search must not take them along
        return claims, None


def _without(statement: Statement, refuted: Container[object]) -> Statement:
    """A statement in contexts that do not contain laws which were refuted further up."""

    def kept(context: Context | None) -> Context | None:
        if context is None:
            return None
        found = [item for item in context.assumptions if not (isinstance(item, Definition) and item.name in refuted)]
        return replace(context, assumptions=tuple(found))

    if not refuted:
        return statement
    return replace(statement, context=kept(statement.context), later=kept(statement.later))


def report_claim(
    document: DocumentReading, statement: Statement, effort: Effort, answers: Answers | None = None
) -> ClaimReport:
    """One statement judged, with its place in the source; `answers` are the numbers of the document, if at hand."""
    started = perf_counter()
    finding = _judged(statement, effort, answers or numbers_of(document))
    return _placed(document, statement, finding, perf_counter() - started)


def numbers_of(document: DocumentReading) -> Answers | None:
    """The numbers that a document gives and derives, worked out once for all its claims."""
    try:
        return Answers(document)
    except Exception:  # as in judging: without its numbers a document is judged claim by claim
        return None


def _judged(statement: Statement, effort: Effort, answers: Answers | None) -> Finding:
    """Numbers are decided on the document's own table; what holds for every model is the prover's."""
    numeric = answers.finding(statement) if answers is not None else None
    if numeric is not None and numeric.sure:
        return numeric.finding
    finding = judge_statement(statement, effort)
    return finding if numeric is None or finding.outcome is Outcome.PROVED else numeric.finding


def _placed(document: DocumentReading, statement: Statement, finding: Finding, seconds: float) -> ClaimReport:
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
        cell=_cell(document, span.start),
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


def _cell(document: DocumentReading, offset: int) -> int | None:
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


def _problem(document: DocumentReading, message: str, span: Span) -> FileProblem:
    line, column = document.location(span.start)
    return FileProblem(message, line, column, _cell(document, span.start), spot=_spot(document.text, span))


def _missed_expectations(document: DocumentReading, claims: list[ClaimReport]) -> Iterator[FileProblem]:
    """Displays that are announced as wrong although every claim in them is proved."""
    run: list[tuple[Statement, ClaimReport]] = []
    for statement, claim in [*zip(document.statements, claims, strict=True), (None, None)]:
        if statement is not None and claim is not None and statement.expect_refuted:
            run.append((statement, claim))
            continue
        judged = [claim for _, claim in run if claim.outcome in (Outcome.PROVED, Outcome.REFUTED, Outcome.UNKNOWN)]
        if judged and all(claim.outcome is Outcome.PROVED for claim in judged):
            message = "this display is announced as wrong, but every claim in it is proved"
            yield _problem(document, message, run[0][0].span)
        run = []
