"""`check`: documents in, a report out. Nothing that is wrong with one claim or one file touches the others."""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import perf_counter

from symelbo.checking.chains import remark_on_chains
from symelbo.checking.judge import Finding
from symelbo.checking.placing import cell_of, problem_at
from symelbo.checking.repairs import LOOKS
from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report, TakenIn
from symelbo.checking.rows import Progress, finding_of, judged_rows, numbers_of
from symelbo.checking.sources import Source, sources
from symelbo.proof import Effort
from symelbo.reading.stating.statements import DocumentReading, Statement

__all__ = ["check", "check_text", "read", "report_file"]

_MARKS_OF_TEXT = ("\n", "$$", "\\[", "\\begin{")


def check(
    *documents: str | os.PathLike[str],
    effort: Effort | None = None,
    progress: Progress | None = None,
    repairs: bool = False,
    jobs: int = 1,
) -> Report:
    r"""Read documents and judge every claim in them.

    A document is a path (`.tex`, `.md`, `.ipynb`, `.txt`, or a folder that is searched for them); a string that holds a
    line break or a display (`$$`, `\[`, `\begin{...}`) is the text itself. `effort` bounds the work for one claim,
    `repairs` looks for the smallest edit that makes a refuted claim true, which takes a moment for each of them. `jobs`
    is how many processes judge the claims of a document where this process can be forked; the report is the same.
    Never raises for what a document holds: what cannot be read is in the report.

    >>> from symelbo import check
    >>> report = check(r"$$\log p(x, z) = \log p(z) + \log p(x \mid z)$$")
    >>> [claim.outcome.value for claim in report.claims]
    ['proved']
    """
    started = perf_counter()
    files = [
        report_file(source, _effort(effort, repairs), progress, jobs)
        for source in sources(map(_text_or_path, documents))
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


def report_file(source: Source, effort: Effort, progress: Progress | None = None, jobs: int = 1) -> FileReport:
    """One document read and judged, with repairs for its refuted claims if the effort allows for them.

    `jobs` is how many processes judge its claims where this process can be forked. `progress` may raise
    `BudgetExceeded`: the claims from there on stay unknown, with that reason.
    """
    started, effort = perf_counter(), effort.with_desk()
    document = read(source)
    if isinstance(document, FileProblem):
        return FileReport(source.path, problems=(document,), seconds=perf_counter() - started)
    claims, limit = judged_rows(document, effort, progress, jobs)
    claims = remark_on_chains(document.statements, claims)
    problems = [problem_at(document, problem.message, problem.span) for problem in document.problems]
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
        TakenIn(item.text, line, column, cell_of(document, item.span.start), item.scope)
        for item, line, column in places
    )


def _with_repairs(
    document: DocumentReading, claims: list[ClaimReport], effort: Effort
) -> tuple[list[ClaimReport], str | None]:
    from symelbo.checking.repairs.document import repaired

    def judged(other: DocumentReading, number: int) -> Finding:
        return finding_of(other.statements[number], effort, numbers_of(other))

    try:
        return repaired(document, claims, judged, effort)
    except Exception:  # the verdicts stand without repairs; a defect in the search must not take them along
        return claims, None


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
            yield problem_at(document, message, run[0][0].span)
        run = []
