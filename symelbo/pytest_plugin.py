"""`pytest --symelbo notes/`: every claim of a document is a test.

Items are named `file::line` (`file::line:column` where a line holds several claims). A claim that is refuted or unread
fails, unknown is skipped with its reason (`--symelbo-strict`: fails too). No mathematics is imported until a document
is collected, so that the plugin costs nothing in other projects.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

__all__ = [
    "ClaimFailed",
    "ClaimItem",
    "DocumentFile",
    "pytest_addoption",
    "pytest_collect_file",
    "symelbo_claims",
]

_SUFFIXES = (".md", ".tex", ".ipynb", ".txt")


def pytest_addoption(parser: pytest.Parser) -> None:
    """The plugin's options."""
    group = parser.getgroup("symelbo", "claims in documents")
    collect = "collect every claim in .md, .tex, .ipynb and .txt documents as a test"
    strict = "the same, and claims that stay unknown fail instead of being skipped"
    group.addoption("--symelbo", action="store_true", default=False, help=collect)
    group.addoption("--symelbo-strict", action="store_true", default=False, help=strict)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> DocumentFile | None:
    """Documents, when asked for."""
    config = parent.config
    if file_path.suffix in _SUFFIXES and (config.getoption("symelbo") or config.getoption("symelbo_strict")):
        return DocumentFile.from_parent(parent, path=file_path)
    return None


@pytest.fixture(scope="session")
def symelbo_claims() -> Callable[..., Any]:
    """`symelbo_claims(document, strict=False)` fails the test if a claim in a path or a text is refuted or unread."""
    from symelbo.testing import assert_claims

    return assert_claims


class ClaimFailed(Exception):
    """A claim that is refuted, unread or (when strict) unknown; the message is the report on it."""


class DocumentFile(pytest.File):
    """A document; its items are its claims, in reading order."""

    def collect(self) -> Iterator[pytest.Item]:
        """The claims, read but not judged yet; a file that cannot be read is one item that fails."""
        from symelbo.checking.check import read
        from symelbo.checking.report import FileProblem
        from symelbo.checking.rows import numbers_of
        from symelbo.checking.sources import sources

        (source,) = sources([self.path])
        document = read(source)
        if isinstance(document, FileProblem):
            yield ProblemItem.from_parent(self, name="document", message=document.message)
            return
        for number, problem in enumerate(document.problems, 1):
            line, column = document.location(problem.span.start)
            message = f"line {line}, column {column}: {problem.message}"
            yield ProblemItem.from_parent(self, name=f"problem-{number}", message=message)
        answers = numbers_of(document)
        places = [document.location(statement.span.start) for statement in document.statements]
        crowded = Counter(line for line, _ in places)
        seen: Counter[str] = Counter()
        for statement, (line, column) in zip(document.statements, places, strict=True):
            name = str(line) if crowded[line] == 1 else f"{line}:{column}"
            seen[name] += 1
            if seen[name] > 1:
                name = f"{name}#{seen[name]}"
            yield ClaimItem.from_parent(
                self, name=name, document=document, answers=answers, statement=statement, line=line
            )


class ProblemItem(pytest.Item):
    """Something in a document that is not a claim and could not be read."""

    def __init__(self, *, message: str, **rest: Any) -> None:
        super().__init__(**rest)
        self.message = message

    def runtest(self) -> None:
        """Fails, with the reason."""
        raise ClaimFailed(self.message)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The reason alone."""
        return str(excinfo.value) if isinstance(excinfo.value, ClaimFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the document is."""
        return self.path, None, f"{self.path.name}, {self.name}"


class ClaimItem(pytest.Item):
    """One claim of a document; judged when it runs."""

    def __init__(self, *, document: Any, answers: Any, statement: Any, line: int, **rest: Any) -> None:
        super().__init__(**rest)
        self.document = document
        self.answers = answers
        self.statement = statement
        self.line = line

    def runtest(self) -> None:
        """Judge the claim."""
        from symelbo.checking.human import claim_lines
        from symelbo.checking.report import Outcome
        from symelbo.checking.rows import report_claim
        from symelbo.proof import Effort

        claim = report_claim(self.document, self.statement, Effort(), self.answers)
        strict = self.config.getoption("symelbo_strict")
        if claim.failed or (strict and claim.outcome is Outcome.UNKNOWN):
            raise ClaimFailed("\n".join(line.plain for line in claim_lines(self.path.name, claim)))
        if claim.outcome is Outcome.UNKNOWN:
            pytest.skip(f"unknown: {claim.note}")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The report on the claim, without a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, ClaimFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the claim stands."""
        return self.path, self.line - 1, f"{self.path.name}, line {self.name}"
