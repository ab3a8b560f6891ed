"""Reading one relation again after an edit of its source, with the vocabulary of the document that it stands in.

A search over edits asks this many times a second, so that only the display with the edit is laid out again. What it
gives is a first opinion: an edit that is offered to anybody is read with the whole document once more.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from sympy import Expr

from symelbo.errors import SymelboError
from symelbo.language import Claim, Relation
from symelbo.reading.layout.displays import ReadDocument, read_chains
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.grammar import parse
from symelbo.reading.sources.documents import blank
from symelbo.reading.sources.tokens import Link, Side
from symelbo.reading.stating.claims import RELATIONS
from symelbo.reading.stating.shorthand import Quantities, in_full
from symelbo.reading.stating.sides import Sides
from symelbo.reading.stating.statements import Statement
from symelbo.reading.translating.constants import has_constant, inferred_wrt, without_constant
from symelbo.reading.translating.terms import Translator
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["Rereader"]


@dataclass(slots=True)
class _Frame:
    """The document with every other display blanked out, and how many relation signs of this one come before."""

    text: str
    ordinal: int
    count: int


@dataclass(slots=True)
class Rereader:
    """One document, ready to have its relations read again. `path` ends in what kind of document it is."""

    path: str
    text: str
    chains: ReadDocument = field(init=False)
    vocabulary: Vocabulary = field(init=False)
    _translator: Translator = field(init=False)
    _frames: dict[int, _Frame | None] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.chains = read_chains(self.path, self.text, prose=True)
        self.vocabulary = Sides(self.chains.items, self.chains.spoken).vocabulary
        self._translator = Translator(self.vocabulary)

    def claim(self, statement: Statement, start: int, end: int, text: str) -> Claim | None:
        """The claim that a statement makes once `text` stands in place of `start:end`; None where it has no meaning.

        Raises nothing: what cannot be read, or changes how the display falls into relations, is no claim.
        """
        link = self._link(statement.span.start, start, end, text)
        if link is None or not statement.readings:
            return None
        before, found = link
        old = statement.readings[0].literal or statement.readings[0].claim
        span = statement.span
        try:
            if end <= span.start:
                made = None if before is None else self._made(found.sign, self._node(before), None, old)
            elif start >= span.end:
                made = self._made(found.sign, None, self._node(found.right), old)
            else:
                made = self._made(found.sign, None, None, old)
            if made is None or statement.context is None:
                return made
            full = in_full(made, statement.context, Quantities())
            return full[0] if isinstance(full, tuple) else made
        except (SymelboError, RecursionError):
            return None

    def _node(self, side: Side) -> sx.Node:
        if side.problem is not None:
            raise SymelboError(side.problem.message)
        return parse(side.tokens).conventional

    def _made(self, sign: str, left: sx.Node | None, right: sx.Node | None, old: Claim) -> Claim | None:
        lhs = old.lhs if left is None else self._term(left)
        rhs = old.rhs if right is None else self._term(right)
        relation = RELATIONS.get(sign)
        if relation is None:
            return None
        constants = old.relation is Relation.EQUAL_UP_TO_CONSTANT or any(
            side is not None and has_constant(side, self._translator.vocabulary.constants) for side in (left, right)
        )
        if constants and relation is Relation.EQUAL:
            relation = Relation.EQUAL_UP_TO_CONSTANT
        wrt = old.wrt or inferred_wrt(lhs) if relation in _UP_TO else ()
        return Claim(lhs, relation, rhs, wrt)

    def _term(self, node: sx.Node) -> Expr:
        return self._translator.term(without_constant(node, self._translator.vocabulary.constants))

    def _link(self, sign: int, start: int, end: int, text: str) -> tuple[Side | None, Link] | None:
        """The relation whose sign stood at `sign`, in the edited display, and the side before it."""
        frame = self._frame(sign)
        if frame is None:
            return None
        found = _links(read_chains(self._kind, frame.text[:start] + text + frame.text[end:]))
        return found[frame.ordinal] if len(found) == frame.count else None

    @property
    def _kind(self) -> str:
        """Notebooks are read as the Markdown that they were joined to."""
        return "joined.md" if self.path.lower().endswith(".ipynb") else self.path

    def _frame(self, sign: int) -> _Frame | None:
        displays = self.chains.source.displays
        number = next((d.number for d in displays if d.start <= sign < d.end), None)
        if number is None:
            return None
        if number not in self._frames:
            self._frames[number] = self._framed(number)
        frame = self._frames[number]
        if frame is None:
            return None
        own = [link.span.start for _, link in _links(self.chains) if self._holds(number, link.span.start)]
        return _Frame(frame.text, own.index(sign), len(own)) if sign in own else None

    def _holds(self, number: int, offset: int) -> bool:
        display = self.chains.source.displays[number]
        return display.start <= offset < display.end

    def _framed(self, number: int) -> _Frame | None:
        source = self.chains.source
        hidden = [(d.start, d.end) for d in source.displays if d.number != number]
        hidden += [(d.start, d.end) for d in source.directives if not d.text.lstrip().startswith("define")]
        text = blank(source.text, hidden)
        count = sum(self._holds(number, link.span.start) for _, link in _links(self.chains))
        return _Frame(text, 0, count) if len(_links(read_chains(self._kind, text))) == count else None


_UP_TO = (Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT)


def _links(chains: ReadDocument) -> list[tuple[Side | None, Link]]:
    """Every relation in reading order, with the side before it."""
    found: list[tuple[Side | None, Link]] = []
    for chain in chains.chains:
        left = chain.start
        for link in chain.links:
            found.append((left, link))
            left = link.right
    return sorted(found, key=lambda pair: pair[1].span.start)
