"""What the reader hands on: statements in reading order, each with its place, its readings and its context."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

from symelbo.reading.sources.tokens import Problem, Span

if TYPE_CHECKING:
    from symelbo.language import Claim, Context
    from symelbo.reading.parsing.nodes import Node

__all__ = ["DocumentReading", "Kind", "Reading", "Statement", "Taken"]


class Kind(Enum):
    """What a relation sign in a document says."""

    CLAIM = "claim"
    DEFINITION = "definition"
    ESTIMATE = "estimate"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a claim; `taken` says how, in words, when it is not the conventional way.

    `literal` is the claim with its names as they stand, where `claim` has them in full.
    """

    claim: Claim
    taken: str | None = None
    literal: Claim | None = None


@dataclass(frozen=True, slots=True)
class Statement:
    """One relation sign. `lhs` and `rhs` are the source text of the two sides, `sign` is the normalised relation.

    `from_head` relates the chain's first expression to this right side, where the chain's relations allow that;
    `unbroken` says that the left side was found to equal that first expression.
    `readings` has the conventional reading first; it is empty unless `kind` is CLAIM (an estimate may have some).
    `may_define` marks an equation with a name in it that nothing before has: where it is no claim it is given.
    `follows` marks a law of a variable that the laws before determine, which is taken for known further down;
    `unexplained` are names in it of which nothing before says what they are.
    `later` is the context with names of the claim that the document only defines further down; None without any.
    `passing` is the context of a case that the sentence before the display speaks of ("setting sigma = 0"), if it does.
    `heard` is the context with what sentences before conclude or pass by, and `sayings` are these in words: what
    holds with them is not refuted.
    `varying` is the claim with the names `may_vary`, of which nothing is said, as functions of what is averaged over.
    `gap` says which earlier assumption of the document could not be taken in: then nothing may be refuted.
    `decimals` is the text of a decimal number that stands alone on the right, which then claims a rounded value.
    `written` are the two sides as parsed, with every number as it was written; a side that was not read is None.
    """

    kind: Kind
    span: Span
    sign: str
    lhs: str
    rhs: str
    readings: tuple[Reading, ...] = ()
    from_head: tuple[Reading, ...] = ()
    unbroken: bool = False
    context: Context | None = None
    reason: str | None = None
    note: str | None = None
    problem: Problem | None = None
    decimals: str | None = None
    expect_refuted: bool = False
    in_bits: bool = False
    gap: str | None = None
    may_define: bool = False
    later: Context | None = None
    passing: Context | None = None
    heard: Context | None = None
    sayings: str | None = None
    varying: Claim | None = None
    may_vary: tuple[str, ...] = ()
    follows: bool = False
    unexplained: frozenset[str] = frozenset()
    written: tuple[Node | None, Node | None] = (None, None)


@dataclass(frozen=True, slots=True)
class Taken:
    """A formula of a sentence that counts as given: its source, its place, and where it holds if not from there on."""

    text: str
    span: Span
    scope: str | None = None


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """A document as read: its statements, what could not be read at all, and where offsets are.

    `taken` are the formulas of its sentences that its claims rest on.

    `cell` gives the number of the notebook's cell that holds an offset; it is None for other documents.
    """

    path: str
    text: str
    statements: tuple[Statement, ...]
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    location: Callable[[int], tuple[int, int]] = field(compare=False)
    cell: Callable[[int], int | None] | None = field(default=None, compare=False)
    taken: tuple[Taken, ...] = ()
