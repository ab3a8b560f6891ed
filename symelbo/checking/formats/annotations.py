"""GitHub workflow commands: a build on GitHub shows them beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.checking.formats.messages import in_words, place_in_words
from symelbo.checking.report import ClaimReport, FileProblem, Outcome, Report

__all__ = ["as_annotations"]


def as_annotations(report: Report) -> str:
    """One command a line: an error for what is refuted, unread or broken, a notice for what stays unknown."""
    return "\n".join(_commands(report))


def _commands(report: Report) -> Iterator[str]:
    for file in report.files:
        for problem in file.problems:
            yield _command("error", file.path, problem, "symelbo: problem", problem.message)
        for claim in file.claims:
            if claim.failed or claim.outcome is Outcome.UNKNOWN:
                kind = "error" if claim.failed else "notice"
                yield _command(kind, file.path, claim, f"symelbo: {claim.outcome.value}", in_words(claim))


def _command(kind: str, path: str, item: ClaimReport | FileProblem, title: str, message: str) -> str:
    place = {"file": path}
    if item.cell is not None:
        message = f"{place_in_words(item)}: {message}"
    elif item.line is not None:
        place |= {"line": str(item.line), "col": str(item.column)}
        # Columns count only for a place within one line.
        if isinstance(item, ClaimReport) and item.end_line == item.line:
            place["endColumn"] = str(item.end_column)
    values = ",".join(f"{key}={_value(text)}" for key, text in {**place, "title": title}.items())
    return f"::{kind} {values}::{_text(message)}"


def _text(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _text(text).replace(":", "%3A").replace(",", "%2C")
