"""What a check found: one entry for every relation sign, the problems of whole files, and a summary."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from symelbo.language import Claim
    from symelbo.proof import Verdict

__all__ = ["Change", "ClaimReport", "FileProblem", "FileReport", "Fix", "Outcome", "Report", "Spot"]


class Outcome(StrEnum):
    """What was found about one relation sign; the values are the words that a report uses."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNKNOWN = "unknown"
    UNREAD = "unread"
    DEFINITION = "definition"
    ESTIMATE = "estimate"


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a source line: the line as it stands in the file, and the columns (from 0) to underline.

    `start:end` is the place itself, up to `tail` reaches what belongs to it (the right side after a relation sign).
    """

    source: str
    start: int
    end: int
    tail: int


@dataclass(frozen=True, slots=True)
class Change:
    """`new` in place of `old`: lines and columns count from 1, `start:end` are offsets into the document's text."""

    line: int
    column: int
    end_line: int
    end_column: int
    old: str
    new: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Fix:
    """What to write in the source so that a false claim is proved, and which slip that undoes, in words.

    The first change is the repair of the claim itself; others carry it over to rows that went on from the slip.
    """

    changes: tuple[Change, ...]
    words: str


@dataclass(frozen=True, slots=True)
class ClaimReport:
    """One relation sign of a document, and what was found about it.

    Lines and columns count from 1; `end_column` is the column after the sign. `cell` is the number of the notebook's
    cell, None in other files. `expected` says that the document announces the claim as wrong and it was refuted,
    `from_head` that the claim holds of the expression at the head of its chain, not of the one before it.
    `explanation` says in words which rules prove the claim and `steps` how many they are, `equality` when an inequality
    is an equality; `oversized` marks a step that takes more rules than were asked for. `conditions` is what the proof
    takes for granted, such as that integrals are finite; `claim` is the mathematics as read and `proof` the verdict on
    it; these two are not kept when a report is stored.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    relation: str
    lhs: str
    rhs: str
    outcome: Outcome
    rules: tuple[str, ...] = ()
    note: str | None = None
    residual: str | None = None
    witness: Any = None
    repair: str | None = None
    reading: str | None = None
    seconds: float = 0.0
    expected: bool = False
    from_head: bool = False
    cell: int | None = None
    conditions: tuple[str, ...] = ()
    explanation: str | None = None
    steps: int | None = None
    equality: str | None = None
    oversized: bool = False
    spot: Spot | None = field(default=None, repr=False)
    claim: Claim | None = field(default=None, repr=False, compare=False)
    proof: Verdict | None = field(default=None, repr=False, compare=False)
    fix: Fix | None = None

    @property
    def failed(self) -> bool:
        """Refuted although not announced so, unread, or a larger step than was asked for."""
        if self.outcome is Outcome.REFUTED:
            return not self.expected
        return self.outcome is Outcome.UNREAD or self.oversized

    @property
    def open(self) -> bool:
        """Neither proved nor refuted."""
        return self.outcome is Outcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class FileProblem:
    """What is wrong with a file as a whole, or with a place in it that holds no relation sign.

    `usage` marks problems with how the command was called (no such file) rather than with what a file says.
    """

    message: str
    line: int | None = None
    column: int | None = None
    cell: int | None = None
    usage: bool = False
    spot: Spot | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class TakenIn:
    """A formula of a sentence that counts as given, with its place; `scope` is where it holds, if not from there on."""

    text: str
    line: int
    column: int
    cell: int | None = None
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class FileReport:
    """One document: its claims in reading order, its problems, and remarks on how it was read.

    `taken_in` are the formulas of its sentences that the verdicts rest on, beside what directives and displays give.
    `repaired` is its text with the repairs of all claims made, where repairs were asked for.
    """

    path: str
    claims: tuple[ClaimReport, ...] = ()
    problems: tuple[FileProblem, ...] = ()
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    repaired: str | None = field(default=None, repr=False)
    taken_in: tuple[TakenIn, ...] = ()

    def count(self, outcome: Outcome) -> int:
        """How many relation signs have this outcome."""
        return sum(claim.outcome is outcome for claim in self.claims)


@dataclass(frozen=True, slots=True)
class Report:
    """The result of `check`: files in the order in which they were given."""

    files: tuple[FileReport, ...]
    seconds: float = 0.0

    @property
    def claims(self) -> Iterator[ClaimReport]:
        """All claims of all files."""
        return (claim for file in self.files for claim in file.claims)

    @property
    def summary(self) -> dict[str, float]:
        """How many relation signs have each outcome, and the seconds spent."""
        counts = {outcome.value: sum(file.count(outcome) for file in self.files) for outcome in Outcome}
        return {**counts, "seconds": round(self.seconds, 4)}

    @property
    def ok(self) -> bool:
        """Nothing refuted, unread or broken; claims that stay unknown do not count against a document."""
        return self.exit_code() == 0

    def exit_code(self, strict: bool = False) -> int:
        """0 if all is well, 1 if something is refuted, unread or broken (`strict`: or unknown), 2 for wrong usage."""
        problems = [problem for file in self.files for problem in file.problems]
        if any(problem.usage for problem in problems):
            return 2
        unknown = strict and any(claim.open for claim in self.claims)
        return int(bool(problems) or unknown or any(claim.failed for claim in self.claims))

    def with_largest_step(self, rules: int) -> Report:
        """The report with a mark, and a note, at every proved claim that takes more rules than this."""
        files = tuple(replace(f, claims=tuple(_measured(claim, rules) for claim in f.claims)) for f in self.files)
        return replace(self, files=files)

    def as_dict(self) -> dict[str, Any]:
        """The report as plain data, as `symelbo check --format json` prints it."""
        from symelbo.checking.json_report import as_dict

        return as_dict(self)

    def __str__(self) -> str:
        from symelbo.checking.human import as_text

        return as_text(self)


def _measured(claim: ClaimReport, rules: int) -> ClaimReport:
    if claim.steps is None or claim.steps <= rules:
        return claim
    words = f"this step takes {claim.steps} rules, more than {rules}: by {claim.explanation}"
    return replace(claim, oversized=True, note=f"{claim.note}; {words}" if claim.note else words)
