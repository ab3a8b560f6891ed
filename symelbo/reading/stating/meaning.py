"""Meaning of documents: chains of tokens become statements about terms, each with its readings and its context."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

from symelbo.errors import IllFormed
from symelbo.language import Relation
from symelbo.reading.layout.displays import read_chains
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.sources.directives import Directive
from symelbo.reading.sources.tokens import Chain, Link, Problem, Side
from symelbo.reading.stating.assumptions import obey
from symelbo.reading.stating.claims import RELATIONS, Claims
from symelbo.reading.stating.defining import Given
from symelbo.reading.stating.later import with_later_names
from symelbo.reading.stating.open_factors import with_open_factors
from symelbo.reading.stating.pushed import with_laws_of_draws
from symelbo.reading.stating.shorthand import Quantities, with_full_names
from symelbo.reading.stating.sides import DEFINING, Sides
from symelbo.reading.stating.statements import DocumentReading, Kind, Reading, Statement
from symelbo.reading.stating.taking import Sentences
from symelbo.reading.stating.varying import declared_parameters, with_varying_names
from symelbo.reading.surveying.counting import counted_context
from symelbo.reading.surveying.quantities import see_declared, settle_matrices
from symelbo.reading.translating.constants import is_numeric
from symelbo.reading.translating.terms import Translator

__all__ = ["read_document"]


def read_document(path: str, text: str) -> DocumentReading:
    """Read a document: every relation sign in it as a statement, in reading order. Never fails.

    >>> read = read_document("note.txt", "log p(x, z) = log p(z) + log p(x | z)")
    >>> [(s.kind.value, s.sign) for s in read.statements]
    [('claim', '=')]
    """
    chains = read_chains(path, text, prose=True)
    sides, given = Sides(chains.items, chains.spoken), Given()
    for item in sides.items:
        for chain in item.chains if isinstance(item, Directive) else ():
            see_declared(sides.vocabulary, sides.links(chain))
    settle_matrices(sides.vocabulary)
    sides.vocabulary.averaged = chains.averaged
    translator = Translator(sides.vocabulary)
    given.context = counted_context(translator)
    sentences = Sentences(chains.text, given, translator)
    reader = _Reader(chains.text, sides, given, translator, Claims(given, translator, chains.text), sentences)
    own = (name for slots in sides.vocabulary.slots.values() for name in slots)
    constants = {*sides.vocabulary.constants, *declared_parameters(chains.items), *own}
    quantities = Quantities()
    statements = tuple(
        with_varying_names(with_full_names(with_laws_of_draws(statement), quantities), constants)
        for statement in with_open_factors(tuple(with_later_names(tuple(reader.statements()), given)))
    )
    notes = (*sides.vocabulary.notes, *(note.message for note in chains.notes))
    return DocumentReading(
        path,
        chains.text,
        statements,
        chains.problems,
        notes,
        chains.location,
        chains.source.cell,
        tuple(sorted(sentences.taken, key=lambda item: item.span.start)),
    )


_ROOM = 80  # characters between two equations of one row
_MARKUP = re.compile(r"\\(?:begin|end)\s*\{\w+\*?\}|\$\$|\\[\[\]]|\\\\|\\label\s*\{[^{}]*\}")


@dataclass(frozen=True, slots=True)
class _Reader:
    """One pass over a document; what is given grows as it goes."""

    text: str
    sides: Sides
    given: Given
    translator: Translator
    claims: Claims
    sentences: Sentences

    def statements(self) -> Iterator[Statement]:
        """Statements in reading order."""
        waiting = list(reversed(self.sides.said))
        display: int | None = None
        end = 0
        for index, row in self._rows():
            while waiting and waiting[-1].spoken.index <= index:
                if display is not None:
                    self.sentences.close()
                    display = None
                self.sentences.hear(waiting.pop())
            if isinstance(row, Directive):
                obey(row, self.sides, self.given, self.translator)  # what is assumed holds from here on
                continue
            if display is not None and row[0].display != display and not self._goes_on(end, row[0]):
                self.sentences.close()
            display, end = row[0].display, row[-1].links[-1].right.span.end
            laws_first = sorted(row, key=lambda chain: not self._gives_law(chain))
            found = [self.sentences.told(statement) for chain in laws_first for statement in self._chain(chain)]
            yield from sorted(found, key=lambda statement: statement.span.start) if len(row) > 1 else found

    def _rows(self) -> Iterator[tuple[int, Directive | list[Chain]]]:
        """Directives, and the chains that stand in one row of a display, with the number of the first."""
        row: list[Chain] = []
        first = 0
        for index, item in enumerate(self.sides.items):
            if row and (isinstance(item, Directive) or not self._is_beside(row[-1], item)):
                yield first, row
                row = []
            if isinstance(item, Directive):
                yield index, item
                continue
            first = first if row else index
            row = [*row, item]
        if row:
            yield first, row

    def _goes_on(self, end: int, chain: Chain) -> bool:
        """Whether no more than "and" stands between what ends there and the display of a chain."""
        start = chain.links[0].span.start if chain.start is None else chain.start.span.start
        between = _MARKUP.sub(" ", self.text[end:start]) if start - end < _ROOM else "."
        return between.strip(" \n\t,;&").lower() in ("and", "and so", "and hence", "and thus")

    def _is_beside(self, one: Chain, other: Chain) -> bool:
        """Whether a chain stands in the same row of a display as the one before it."""
        if one.display != other.display or other.start is None:
            return False
        between = self.text[one.links[-1].right.span.end : other.start.span.start]
        return 0 < len(between) < _ROOM and "\\\\" not in between

    def _gives_law(self, chain: Chain) -> bool:
        r"""Whether a chain says what a law is, `q(x) = \mathcal{N}(x; 0, 1)`: the whole row is about that law."""
        if chain.start is None or len(chain.links) != 1 or chain.links[0].sign not in ("=", *DEFINING):
            return False
        left, right = self.sides.read(chain.start).conventional, self.sides.read(chain.links[0].right).conventional
        return isinstance(left, sx.Call) and isinstance(right, sx.Distribution)

    def _chain(self, chain: Chain) -> Iterator[Statement]:
        sides = (side for side in (chain.start, *(link.right for link in chain.links)) if side is not None)
        trees = (self.sides.read(side).conventional for side in sides)
        self.translator.chain = tuple(tree for tree in trees if tree is not None)
        left = chain.start
        sofar: str | None = "="
        named = False
        for place, link in enumerate(chain.links):
            first = 0 if place == 1 and self._is_entry(named, left, link) else place
            statement = self._link(chain, first, left, link)
            named = place == 0 and statement.kind is Kind.DEFINITION
            if len(chain.links) > 1 and statement.may_define:
                statement = replace(statement, may_define=False)
            solved = self.given.solved(statement.readings[0].claim) if statement.may_define else None
            for reading in statement.readings[:1]:
                self.given.meet(reading.claim)
            sofar = _composed(sofar, link.sign)
            if place and sofar == link.sign and statement.kind is Kind.CLAIM and chain.start is not None:
                statement = replace(statement, from_head=self._from_head(chain.start, sofar, link.right))
            yield statement
            if solved is not None:
                with suppress(IllFormed):
                    self.given.adopt(solved[0], Relation.EQUAL, solved[1])  # known from here on
            left = link.right

    def _is_entry(self, named: bool, left: Side | None, link: Link) -> bool:
        r"""Whether a chain first names a probability and then gives it: `\pi = p(z = 1) = 0.3`."""
        if not named or left is None or link.sign != "=":
            return False
        density, value = self.sides.read(left).conventional, self.sides.read(link.right).conventional
        at_state = isinstance(density, sx.Call) and any(
            isinstance(item, sx.Relation) for item in density.arguments.values
        )
        return at_state and value is not None and is_numeric(value)

    def _from_head(self, start: Side, sign: str, right: Side) -> tuple[Reading, ...]:
        first, second = self.sides.read(start).conventional, self.sides.read(right).conventional
        return () if first is None or second is None else self.claims.from_head(sign, first, second)

    def _link(self, chain: Chain, place: int, left: Side | None, link: Link) -> Statement:
        base = Statement(
            Kind.UNREAD,
            link.span,
            link.sign,
            self._source(left),
            self._source(link.right),
            reason=link.reason,
            expect_refuted=chain.expect_refuted,
            in_bits=self.sides.bits,
            gap=self.given.gap,
        )
        if left is None:
            return replace(base, problem=Problem("nothing stands before this relation sign", link.span))
        first, second = self.sides.read(left), self.sides.read(link.right)
        base = replace(base, written=(first.conventional, second.conventional))
        if first.parsed is None or second.parsed is None:
            kind = Kind.DEFINITION if link.sign in DEFINING else Kind.UNREAD
            return replace(base, kind=kind, problem=(first if first.parsed is None else second).problem)
        return self.claims.statement(base, place, first.parsed, second.parsed)

    def _source(self, side: Side | None) -> str:
        return "" if side is None else " ".join(self.text[side.span.start : side.span.end].split())


def _composed(sofar: str | None, sign: str) -> str | None:
    """The relation from a chain's head to its next row: `=` then `\\ge` is `\\ge`, `\\ge` then `\\le` is nothing."""
    if sofar is None or sign not in RELATIONS or sign == sofar:
        return sofar if sign in RELATIONS else None
    if sofar == "=":
        return sign
    if sign == "=":
        return sofar
    return None
