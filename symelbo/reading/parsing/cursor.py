"""A cursor over the pieces of one side, with the record of doubtful choices and the reasons why it cannot go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from symelbo.reading.parsing import failures
from symelbo.reading.parsing.nodes import Node
from symelbo.reading.parsing.operators import PREFIXES, RELATIONS, UNSUPPORTED
from symelbo.reading.parsing.plain import Piece
from symelbo.reading.parsing.structure import Level, Structure
from symelbo.reading.sources.tokens import Span

__all__ = ["Choice", "Cursor", "Note", "Roles"]

_END = "the end"


@dataclass(frozen=True, slots=True)
class Roles:
    """What is known about names beforehand, by their `head`: which are functions and which are plain quantities."""

    functions: frozenset[str] = frozenset()
    quantities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Choice:
    """A place where the notation is ambiguous: the kind of doubt and the piece where it arises."""

    kind: str
    place: int


@dataclass(frozen=True, slots=True)
class Note:
    """Something a person should know about how a formula was read."""

    message: str
    span: Span


@dataclass(slots=True)
class Cursor:
    """A place among the pieces of one side, and all that a pass over them keeps track of."""

    pieces: Sequence[Piece]
    structure: Structure
    roles: Roles
    flips: frozenset[tuple[str, int]] = frozenset()
    place: int = 0
    depth: int = 0
    frames: list[str] = field(default_factory=lambda: ["none"])
    separator: int = -1  # the place of the bars between the two sides of the innermost divergence
    half: int = -1  # a double bar of which the first half is used up
    tight: bool = False  # the next logarithm takes one factor: it stands behind a gradient
    pending: list[Node] = field(default_factory=list)  # factors that a product sign left to the product around it
    inner: dict[int, list[Node]] = field(default_factory=dict)  # differentials that stood inside fractions
    choices: dict[Choice, None] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    # --- cursor -----------------------------------------------------------------------------------------------------

    @property
    def peek(self) -> Piece:
        if self.place >= len(self.pieces):
            last = self.pieces[-1]
            return Piece("end", _END, last.start, last.end)
        piece = self.pieces[self.place]
        if self.place == self.half:
            return Piece("sign", "|", piece.start, piece.end)
        return piece

    def at(self, *texts: str) -> bool:
        return self.place < len(self.pieces) and self.peek.text in texts

    def advance(self) -> Piece:
        piece = self.peek
        self.place += 1
        return piece

    def expect(self, text: str, wanted: str) -> Piece:
        if not self.at(text):
            raise self.stuck(wanted)
        return self.advance()

    def stuck(self, wanted: str) -> Exception:
        """Why the parser cannot go on at this place."""
        piece = self.peek
        if piece.kind == "end":
            last = self.pieces[-1]
            return failures.missing_operand(last, last.text)
        if piece.text in RELATIONS:
            return failures.relation_inside(piece)
        if piece.text in ("|", "||"):
            return failures.lonely_bar(piece)
        if piece.text in UNSUPPORTED:
            return failures.unsupported(piece, UNSUPPORTED[piece.text])
        if piece.kind == "command" and piece.text not in PREFIXES:
            return failures.unknown_command(piece)
        return failures.unexpected(piece, wanted)

    def span(self, start: int) -> Span:
        """From the piece at `start` to the one before the cursor."""
        first = self.pieces[min(start, len(self.pieces) - 1)]
        last = self.pieces[max(start, self.place - 1)] if start < len(self.pieces) else first
        return Span(first.start, max(first.end, last.end))

    def level(self, opening: int) -> Level:
        return self.structure.levels[opening]

    # --- doubt ------------------------------------------------------------------------------------------------------

    def flipped(self, kind: str, place: int) -> bool:
        """Whether this pass takes the unconventional side of a doubt."""
        return bool(self.flips) and ((kind, place) in self.flips or (kind, -1) in self.flips)

    def doubt(self, kind: str, place: int) -> None:
        self.choices[Choice(kind, place)] = None

    def note(self, message: str, start: int) -> None:
        self.notes.append(Note(message, self.span(start)))
