"""The sides of a document's relations as trees, each parsed once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from symelbo.errors import ReadingError
from symelbo.reading import syntax as sx
from symelbo.reading.directives import Directive
from symelbo.reading.grammar import Parsed, parse, parse_statements
from symelbo.reading.survey import survey
from symelbo.reading.tokens import Chain, Problem, Side, Span, Token
from symelbo.reading.vocabulary import Vocabulary

__all__ = ["DEFINING", "Sides", "Understood", "problem_of", "read_asides"]

DEFINING = (":=", "=:")


@dataclass(frozen=True, slots=True)
class Understood:
    """A side as parsed, or why it could not be."""

    parsed: Parsed | None
    problem: Problem | None = None

    @property
    def conventional(self) -> sx.Node | None:
        """The tree as it is conventionally read; None for a side that was not read."""
        return None if self.parsed is None else self.parsed.conventional


@dataclass(slots=True)
class Sides:
    """All sides of a document: `vocabulary` is what their names are, `bits` whether logarithms are to base two."""

    items: Sequence[Directive | Chain]
    vocabulary: Vocabulary = field(init=False)
    bits: bool = field(init=False)
    _parsed: dict[int, Understood] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        trees, starts = self._trees()
        self.vocabulary = survey(trees, starts, self._pairs())
        self.bits = any(
            isinstance(node, sx.Log) and isinstance(node.base, sx.Number) and node.base.text == "2"
            for tree in trees
            for node in sx.walk(tree)
        )

    def read(self, side: Side) -> Understood:
        """A side as parsed; the items hold the sides, so that one stands for itself as long as this object lives."""
        known = self._parsed.get(id(side))
        if known is None:
            known = self._parsed[id(side)] = _parse(side)
        return known

    def _trees(self) -> tuple[list[sx.Node], list[sx.Node]]:
        """All sides and asides, and those that open a chain."""
        trees: list[sx.Node] = []
        starts: list[sx.Node] = []
        for chain in self._chains():
            for place, side in enumerate((chain.start, *(link.right for link in chain.links))):
                if side is None:
                    continue
                tree = self.read(side).conventional
                if tree is not None:
                    trees.append(tree)
                    if place == 0 or chain.links[place - 1].sign in DEFINING:
                        starts.append(tree)
        for item in self.items:
            if isinstance(item, Directive):
                for tokens in item.asides:
                    trees.extend(read_asides(tokens))
        return trees, starts

    def _pairs(self) -> Iterator[tuple[sx.Node, sx.Node]]:
        for chain in self._chains():
            for left, _, right in self.links(chain):
                yield left, right

    def links(self, chain: Chain) -> Iterator[tuple[sx.Node, str, sx.Node]]:
        """The relations of a chain whose two sides were read: left, sign, right, conventionally read."""
        left = chain.start
        for link in chain.links:
            if left is not None:
                first, second = self.read(left).conventional, self.read(link.right).conventional
                if first is not None and second is not None:
                    yield first, link.sign, second
            left = link.right

    def _chains(self) -> Iterator[Chain]:
        for item in self.items:
            if isinstance(item, Directive):
                yield from item.chains
            else:
                yield item


def _parse(side: Side) -> Understood:
    if side.problem is not None:
        return Understood(None, side.problem)
    try:
        return Understood(parse(side.tokens))
    except ReadingError as wrong:
        return Understood(None, problem_of(wrong))


def read_asides(tokens: Sequence[Token]) -> tuple[sx.Node, ...]:
    """What a directive says beside its relations, such as `x \\perp y | z`; nothing where it cannot be read."""
    try:
        return parse_statements(tokens)
    except ReadingError:
        return ()


def problem_of(wrong: ReadingError) -> Problem:
    """The problem that an error tells of, at its place."""
    words = wrong.message + (f"; expected {wrong.expected}" if wrong.expected else "")
    return Problem(words, Span(wrong.start, wrong.end))
