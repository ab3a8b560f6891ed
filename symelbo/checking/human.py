"""A report for a person: quiet when all is well, and the place, the reason and a model when something is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from symelbo.checking.report import ClaimReport, FileProblem, FileReport, Outcome, Report, Spot

__all__ = ["as_text", "claim_lines", "show"]

_STYLES: Final = {
    Outcome.PROVED: "green",
    Outcome.REFUTED: "bold red",
    Outcome.UNKNOWN: "yellow",
    Outcome.UNREAD: "bold magenta",
    Outcome.DEFINITION: "cyan",
    Outcome.ESTIMATE: "cyan",
}
_WIDEST: Final = 160
_GUTTER: Final = 6


@dataclass(frozen=True, slots=True)
class _Taste:
    verbose: bool = False
    strict: bool = False

    def in_full(self, claim: ClaimReport) -> bool:
        """Whether a claim is shown with its place, and not only counted."""
        if self.verbose or claim.failed:
            return True
        return self.strict and claim.outcome is Outcome.UNKNOWN


def show(report: Report, console: Console, *, verbose: bool = False, strict: bool = False) -> None:
    """Print a report on a console. `verbose` shows every claim, `strict` those that stay unknown too."""
    taste = _Taste(verbose, strict)
    for file in report.files:
        for line in _file_lines(file, taste):
            console.print(line, soft_wrap=True)
    if len(report.files) > 1:
        console.print(_tally(f"{len(report.files)} files", list(report.claims), report.seconds), soft_wrap=True)


def as_text(report: Report, *, verbose: bool = False, strict: bool = False) -> str:
    """A report as plain text."""
    taste = _Taste(verbose, strict)
    return "\n".join(line.plain for file in report.files for line in _file_lines(file, taste))


def _file_lines(file: FileReport, taste: _Taste) -> Iterator[Text]:
    for problem in file.problems:
        yield from _problem_lines(file, problem)
    for claim in file.claims:
        if taste.in_full(claim):
            yield from claim_lines(file.path, claim, brief=not claim.failed and claim.outcome is not Outcome.UNKNOWN)
    if taste.verbose:
        for item in file.taken_in:
            scope = f", for {item.scope}" if item.scope else ""
            place = _place(file.path, item.cell, item.line, item.column)
            yield Text(f"{place}taken in: ${item.text}${scope}", style="dim")
    if taste.verbose or not file.claims:
        for note in file.notes:
            yield Text(f"{file.path}: note: {note}", style="dim")
    if file.claims or not file.problems:
        yield _tally(file.path, list(file.claims), file.seconds)


def claim_lines(path: str, claim: ClaimReport, brief: bool = False) -> Iterator[Text]:
    """One claim: place, outcome and source line; unless `brief` also the wrong spot, the reason and the witness."""
    head = Text(_place(path, claim.cell, claim.line, claim.column))
    head.append(claim.outcome.value, style="green" if claim.expected else _STYLES[claim.outcome])
    if claim.explanation or claim.rules:
        head.append(f" by {claim.explanation or ', '.join(claim.rules)}", style="dim")
    yield head
    if brief and not claim.expected:
        if claim.spot is not None:
            yield next(_underlined(claim.spot, claim.line, "none"))
        for word, text in (
            ("read as", claim.reading),
            ("note", claim.note),
            ("if", "; ".join(claim.conditions)),
            ("equality iff", claim.equality),
        ):
            if text:
                yield _remark(word, text)
        return
    if claim.spot is not None:
        yield from _underlined(claim.spot, claim.line, _STYLES[claim.outcome])
    if claim.note:
        yield Text(" " * _GUTTER + " " + claim.note)
    if claim.witness is not None:
        yield Text(" " * _GUTTER + " in this model the two sides differ:")
        for line in claim.witness.lines():
            yield Text(" " * _GUTTER + "   " + line)
    yield from _repair_lines(claim)


def _repair_lines(claim: ClaimReport) -> Iterator[Text]:
    """The repair: which slip it undoes, and the line as it would stand, what is new in it underlined."""
    if claim.fix is None:
        if claim.repair:
            yield Text(" " * _GUTTER + " repair: ").append(claim.repair, style="green")
        return
    yield Text(" " * _GUTTER + f" repair ({claim.fix.words}):")
    first = claim.fix.changes[0]
    if claim.spot is None or first.line != first.end_line:
        yield Text(" " * _GUTTER + "   ").append(claim.repair or "", style="green")
        return
    if first.line == claim.line:
        source = claim.spot.source
        start, end = first.column - 1, first.end_column - 1
        spot = Spot(source[:start] + first.new + source[end:], start, start + len(first.new), start + len(first.new))
        marked = _underlined(spot, first.line, "green")
        yield next(marked)
        if first.new:
            yield next(marked)
    else:
        old, new = (f"`{text}`" for text in (first.old, first.new))
        words = f"write {new}" if not first.old else f"leave out {old}" if not first.new else f"write {new} for {old}"
        yield Text(" " * _GUTTER + f"   line {first.line}, column {first.column}: ").append(words, style="green")


def _problem_lines(file: FileReport, problem: FileProblem) -> Iterator[Text]:
    place = Text(_place(file.path, problem.cell, problem.line, problem.column))
    yield place.append("problem", style="bold magenta").append(f": {problem.message}")
    if problem.spot is not None and problem.line is not None and problem.spot.source.strip():
        yield from _underlined(problem.spot, problem.line, "magenta")


def _place(path: str, cell: int | None, line: int | None, column: int | None) -> str:
    inside = "" if cell is None else f":cell {cell}"
    return f"{path}{inside}: " if line is None else f"{path}{inside}:{line}:{column}: "


def _underlined(spot: Spot, line: int, style: str) -> Iterator[Text]:
    """The source line, and below it carets under the place and a wavy line under what belongs to it."""
    source, start, end, tail = _cropped(spot)
    yield Text().append(f"{line:>{_GUTTER}} | ", style="dim").append(source)
    marks = " " * cell_len(source[:start])
    carets = "^" * max(1, cell_len(source[start:end]))
    waves = "~" * cell_len(source[end:tail])
    yield Text().append(" " * _GUTTER + " | ", style="dim").append(marks + carets + waves, style=style)


def _cropped(spot: Spot) -> tuple[str, int, int, int]:
    """Tabs and odd blanks as one space; a very long line is cut around the place."""
    source = "".join(" " if char.isspace() else char for char in spot.source)
    start, end, tail = spot.start, spot.end, spot.tail
    if len(source) <= _WIDEST:
        return source, start, end, tail
    left = max(0, min(start - _WIDEST // 3, len(source) - _WIDEST))
    right = left + _WIDEST
    before, after = ("…" if left else ""), ("…" if right < len(source) else "")
    moved = (min(max(place - left, 0), _WIDEST) + len(before) for place in (start, end, tail))
    return before + source[left:right] + after, *moved  # type: ignore[return-value]


def _remark(word: str, text: str) -> Text:
    return Text(" " * _GUTTER + f" {word}: {text}", style="dim")


def _tally(name: str, claims: list[ClaimReport], seconds: float) -> Text:
    line = Text(f"{name}: {len(claims)} claim{'' if len(claims) == 1 else 's'}")
    shown = False
    for outcome in Outcome:
        number = sum(claim.outcome is outcome for claim in claims)
        if number:
            line.append(", " if shown else ": ").append(f"{number} {outcome.value}", style=_STYLES[outcome])
            shown = True
    expected = sum(claim.expected for claim in claims)
    if expected:
        line.append(f" ({expected} refuted as expected)")
    return line.append(f" ({seconds:.2f} s)", style="dim")
