"""The pieces that every layer of the reader passes on: tokens with their place in the source, and chains of claims.

Nothing here knows mathematics; offsets always count characters of the file as the author saved it, also for tokens
that came out of a macro (they carry the place of the macro's call).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

__all__ = ["Chain", "Link", "Problem", "Side", "Span", "Token", "TokenKind"]


class TokenKind(Enum):
    """What a token is, before any grammar."""

    COMMAND = "command"  # \log, \mathbb, \left ... text keeps the backslash; also \, \; \! \\ \| \{ \}
    LETTER = "letter"  # one letter, Latin or Greek (Unicode); plain-text words are split by the grammar
    WORD = "word"  # plain text and code blocks only: log, KL, ELBO, x_t
    NUMBER = "number"  # 12, 0.25
    SYMBOL = "symbol"  # + - * / = < > ( ) [ ] | , ; : ! ' & ~ and other single characters, also Unicode ones
    OPEN = "open"  # {
    CLOSE = "close"  # }
    TEXT = "text"  # the words of \text{...}, \mbox{...}, \textrm{...} as one token; a space before them is kept


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range of offsets into the source text."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Token:
    """One lexical piece; `spaced` says that white space stood before it."""

    kind: TokenKind
    text: str
    start: int
    end: int
    spaced: bool = False


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read: where, why, what was expected and what to do, as a sentence."""

    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a relation: its tokens, layout removed (no &, \\, tags, labels, sizes, colours, spacing)."""

    tokens: tuple[Token, ...]
    span: Span
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """One relation sign and what stands on its right; the left side is the side before it in the chain.

    `sign` is normalised (`=`, `\\ge`, `\\le`, `<`, `>`, `\\propto`, `\\approx`, `:=`, `=:`), `written` is the author's
    spelling, `span` is where the sign stands, `reason` what the author says in words beside it
    (comment column, over the sign), `label` is set when the relation stands in an underbrace label.
    """

    sign: str
    written: str
    span: Span
    right: Side
    reason: str | None = None
    label: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """`start R a R b ...` in reading order. `start` is None when nothing stood before the first relation sign."""

    start: Side | None
    links: tuple[Link, ...]
    display: int  # number of the display it stands in, counted from 0
    expect_refuted: bool = False
