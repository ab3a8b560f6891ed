"""The sides of a document's relations as trees, each parsed once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from symelbo.errors import ReadingError
from symelbo.reading.layout.displays import Spoken
from symelbo.reading.layout.prose import Cue
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.grammar import Parsed, parse, parse_statements
from symelbo.reading.parsing.scripts import functional_key, numberless
from symelbo.reading.sources.directives import Directive
from symelbo.reading.sources.tokens import Chain, Problem, Side, Span, Token
from symelbo.reading.stating.said import (
    Said,
    Triple,
    about_maps,
    drawn_names,
    draws_said,
    independences,
    is_aside,
    is_draw,
    is_headline,
    is_noising,
    is_rate,
    known_mean,
    law_in_role,
    marginal_alone,
    signs_of_list,
    slots_of,
    worth_taking,
)
from symelbo.reading.surveying.calls import called_in_full
from symelbo.reading.surveying.compositions import composed
from symelbo.reading.surveying.datapoints import at_datapoint, is_of_datapoint
from symelbo.reading.surveying.entry_fonts import fonts_of_entries
from symelbo.reading.surveying.entrywise import as_numbers, is_entrywise
from symelbo.reading.surveying.fonts import fonts_in_passing, fonts_of_displays
from symelbo.reading.surveying.kernels import kernels_of
from symelbo.reading.surveying.logistic import logistic_of
from symelbo.reading.surveying.numbered import numbered
from symelbo.reading.surveying.rewriting import mapped
from symelbo.reading.surveying.sequence_names import sequence_names
from symelbo.reading.surveying.survey import survey
from symelbo.reading.translating.constants import is_numeric
from symelbo.reading.translating.vocabulary import Vocabulary

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
    """All sides of a document: `vocabulary` is what their names are, `bits` whether logarithms are to base two.

    `spoken` are the formulas of its sentences; `said` has those whose form is that of something given, `drawn` the laws
    in each directive that are written as draws.
    """

    items: Sequence[Directive | Chain]
    spoken: Sequence[Spoken] = ()
    said: tuple[Said, ...] = field(init=False, default=())
    drawn: dict[int, tuple[Triple, ...]] = field(init=False, default_factory=dict)
    vocabulary: Vocabulary = field(init=False)
    bits: bool = field(init=False)
    _parsed: dict[int, Understood] = field(init=False, default_factory=dict)
    _entrywise: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._write_out_sequences()
        self._write_out_kernels()
        self._write_out_calls()
        self._write_out_compositions()
        self._write_out_datapoints()
        self._write_out_logistic()
        self._write_out_numbers()
        self._number_data()
        trees, starts = self._trees()
        self.said = self._with_words(tuple(self._said(trees)), trees)
        self.drawn = dict(self._drawn(trees))
        relations = [triple for said in self.said for triple in said.relations]
        relations += [triple for found in self.drawn.values() for triple in found]
        trees += [side for left, _, right in relations for side in (left, right)]
        starts += [left for left, _, _ in relations if is_headline(left)]
        starts += self._by_exponentials(relations)
        pairs = [*self._pairs(), *((left, right) for left, _, right in relations), *self._taken_apart()]
        self.vocabulary = survey(trees, starts, pairs)
        self.vocabulary.headed = set(self._headed())
        self.bits = any(
            isinstance(node, sx.Log) and isinstance(node.base, sx.Number) and node.base.text == "2"
            for tree in trees
            for node in sx.walk(tree)
        )

    def _by_exponentials(self, relations: Iterable[Triple]) -> list[sx.Node]:
        r"""Logarithms of what is given by an exponential: `\tilde p(z) = \exp(a)` says that `\log \tilde p(z) = a`."""
        shown = (triple for chain in self._chains() for triple in self.links(chain))
        return [
            sx.Log(left, span=left.span)
            for left, sign, right in (*shown, *relations)
            if sign in ("=", *DEFINING) and isinstance(left, sx.Call) and isinstance(right, sx.Exp)
        ]

    def _taken_apart(self) -> Iterator[tuple[sx.Node, sx.Node]]:
        """What sentences list the parts of: `z = (z_1, z_2)` says nothing of values, but what `z` is."""
        for chain in self._spoken_chains():
            yield from ((a, b) for a, _, b in self.links(chain) if isinstance(b, sx.Tuple | sx.SetOf))

    def read(self, side: Side) -> Understood:
        """A side as parsed; the items hold the sides, so that one stands for itself as long as this object lives."""
        known = self._parsed.get(id(side))
        if known is None:
            known = self._parsed[id(side)] = _parse(side)
        return known

    def _write_out_sequences(self) -> None:
        spoken = list(self._spoken_chains())
        stated = [chain for item in self.items if isinstance(item, Directive) for chain in item.chains]
        shown = [item for item in self.items if not isinstance(item, Directive)]
        fonts = fonts_of_displays(self._read_trees(stated), self._read_trees(shown)) if stated else None
        if fonts is not None:
            self._rewrite(stated, lambda tree: mapped(tree, fonts))
        chains = [*self._chains(), *spoken]
        passing = fonts_in_passing(self._read_trees(chains))
        if passing is not None:
            self._rewrite(chains, lambda tree: mapped(tree, passing))
        entries = fonts_of_entries(self._read_trees(chains), self._pairs())
        if entries is not None:
            self._rewrite(chains, lambda tree: mapped(tree, entries))
        given = [triple for chain in (*stated, *spoken) for triple in self.links(chain)]
        names = sequence_names(self._read_trees(chains), given)
        if names is not None:
            self._rewrite(chains, names.written_out)

    def _write_out_kernels(self) -> None:
        chains = [*self._chains(), *self._spoken_chains()]
        pairs = ((a, b) for chain in chains for a, sign, b in self.links(chain) if sign in ("=", *DEFINING))
        kernels = kernels_of(pairs, self._read_trees(chains))
        if kernels is not None:
            self._rewrite(chains, lambda tree: mapped(tree, kernels.written_out))

    def _read_trees(self, chains: Iterable[Chain]) -> list[sx.Node]:
        sides = [side for chain in chains for side in _sides_of(chain)]
        return [tree for side in sides if (tree := self.read(side).conventional) is not None]

    def _rewrite(self, chains: Iterable[Chain], change: Callable[[sx.Node], sx.Node]) -> None:
        """Make a change to the trees of all sides, which are kept as parsed with it."""
        for side in (side for chain in chains for side in _sides_of(chain)):
            parsed = self.read(side).parsed
            if parsed is not None:
                self._parsed[id(side)] = Understood(parsed.mapped(change))

    def _write_out_calls(self) -> None:
        chains = [*self._chains(), *self._spoken_chains()]
        heads = [left for chain in chains for left, sign, _ in self.links(chain) if sign in ("=", *DEFINING)]
        change = called_in_full(self._read_trees(chains), heads)
        if change is not None:
            self._rewrite(chains, lambda tree: mapped(tree, change))

    def _write_out_compositions(self) -> None:
        for chain in self._chains():
            left = chain.start
            for link in chain.links:
                if left is not None and link.sign in ("=", *DEFINING):
                    first, second = self.read(left).parsed, self.read(link.right).parsed
                    pair = composed(first.conventional, second.conventional) if first and second else None
                    if first is not None and second is not None and pair is not None:
                        self._parsed[id(left)] = Understood(first.as_tree(pair[0]))
                        self._parsed[id(link.right)] = Understood(second.as_tree(pair[1]))
                left = link.right

    def _write_out_datapoints(self) -> None:
        for chain in self._chains():
            head = None if chain.start is None else self.read(chain.start).conventional
            for link in chain.links:
                side = self.read(link.right).parsed
                change = at_datapoint(head, side.conventional) if head is not None and side is not None else None
                if side is not None and change is not None and link.sign in ("=", *DEFINING):
                    self._parsed[id(link.right)] = Understood(side.mapped(partial(mapped, change=change)))
                if side is not None and is_of_datapoint(side.conventional):
                    head = side.conventional

    def _write_out_logistic(self) -> None:
        chains = (*self._chains(), *self._spoken_chains())
        sides = [side for chain in chains for side in _sides_of(chain)]
        trees = self._read_trees(chains)
        heads = [left for chain in chains for left, _, _ in self.links(chain)]
        meant = logistic_of(trees, heads, slots_of(trees))
        for side in sides if meant is not None else ():
            parsed = self.read(side).parsed
            if meant is not None and parsed is not None:
                made = meant.written_out(parsed.conventional)
                if made is not parsed.conventional:
                    self._parsed[id(side)] = Understood(parsed.as_tree(made))

    def _write_out_numbers(self) -> None:
        chains = (*self._chains(), *self._spoken_chains())
        asides = [tokens for item in self.items if isinstance(item, Directive) for tokens in item.asides]
        asides += [spoken.tokens for spoken in self.spoken]
        laws = [law for tokens in asides for _, _, law in draws_said(tokens, ())]
        self._entrywise = is_entrywise([*self._read_trees(chains), *laws])
        if self._entrywise:
            self._rewrite(chains, as_numbers)

    def _number_data(self) -> None:
        chains = (*self._chains(), *self._spoken_chains())
        said = numbered((a, b) for chain in chains for a, sign, b in self.links(chain) if sign == "=")
        if said is not None:
            self._rewrite(chains, lambda tree: mapped(tree, said.by_number))

    def _spoken_chains(self) -> Iterator[Chain]:
        for spoken in self.spoken:
            yield from spoken.chains

    def _draws(self, tokens: Sequence[Token], trees: Sequence[sx.Node], drawn: set[str]) -> Iterator[Triple]:
        for left, sign, law in draws_said(tokens, trees, drawn):
            yield left, sign, as_numbers(law) if self._entrywise else law

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

    def _said(self, trees: Sequence[sx.Node]) -> Iterator[Said]:
        slots = slots_of(trees) if self.spoken else set()
        maps = bool(self.spoken) and about_maps(trees)
        alone = marginal_alone(trees) if self.spoken else set()
        heads = {sx.outline(tree) for tree in self._heads() if is_headline(tree)} if self.spoken else set()
        drawn = {name for spoken in self.spoken for name in drawn_names(spoken.tokens)}
        known = {sx.outline(numberless(head)) for tree in self._heads() if (head := _head(tree)) is not None}
        for spoken in self._formulas():
            found = [triple for chain in spoken.chains for triple in (*self.links(chain), *signs_of_list(chain))]
            found += [turned for triple in found if (turned := known_mean(*triple, trees)) is not None]
            relations = [
                t
                for t in found
                if worth_taking(*t, slots, maps or sx.outline(t[0]) in alone)
                or is_draw(*t, drawn)
                or is_noising(*t, slots)
            ]
            if spoken.cue is not Cue.NAMED:  # what a display gives is given there
                relations = [t for t in relations if sx.outline(t[0]) not in heads or is_rate(t[0], t[2])]
            relations += self._draws(spoken.tokens, trees, drawn)
            asides = tuple(t for t in found if t not in relations and is_aside(*t, slots))
            apart = independences(spoken)
            if spoken.cue is Cue.BARE and any(_is_only_word(*triple, known) for triple in relations):
                spoken = replace(spoken, cue=Cue.GIVEN)
            if relations or apart or asides:
                yield Said(spoken, tuple(relations), apart, asides)

    def _with_words(self, said: tuple[Said, ...], trees: Sequence[sx.Node]) -> tuple[Said, ...]:
        """What formulas in sentences say, and the laws that sentences have in words beside them.

        A law in words is left out where a formula gives the density a law: it is the same one, told twice.
        """
        words = [spoken for spoken in self.spoken if spoken.in_words]
        if not words:
            return said
        known = [triple for item in said for triple in item.relations]
        shown = {sx.outline(left) for left, right in self._pairs() if isinstance(right, sx.Distribution)}
        found = list(said)
        for spoken in sorted(words, key=lambda spoken: spoken.role is not None):
            sides = [*trees, *(side for left, _, right in known for side in (left, right))]
            triples = [triple for chain in spoken.chains for triple in self.links(chain)]
            if spoken.role is not None:
                triples += law_in_role(spoken.role, spoken.tokens, sides)
            else:
                triples += self._draws(spoken.tokens, sides, drawn_names(spoken.tokens))
            lawful = shown | {sx.outline(left) for left, _, right in known if isinstance(right, sx.Distribution)}
            new = [t for t in triples if isinstance(t[2], sx.Distribution) and sx.outline(t[0]) not in lawful]
            if new:
                known += new
                found.append(Said(spoken, tuple(new)))
        return tuple(sorted(found, key=lambda item: (item.spoken.index, item.spoken.span.start)))

    def _formulas(self) -> list[Spoken]:
        """The formulas of sentences, other than those that are part of a law in words."""
        spans = [spoken.span for spoken in self.spoken if spoken.in_words]
        return [
            spoken
            for spoken in self.spoken
            if not spoken.in_words and not any(span.start <= spoken.span.start < span.end for span in spans)
        ]

    def _heads(self) -> Iterator[sx.Node]:
        """What opens a chain of a display."""
        for item in self.items:
            if not isinstance(item, Directive) and item.start is not None:
                tree = self.read(item.start).conventional
                if tree is not None:
                    yield tree

    def _drawn(self, trees: Sequence[sx.Node]) -> Iterator[tuple[int, tuple[Triple, ...]]]:
        directives = [item for item in self.items if isinstance(item, Directive)]
        drawn = {name for item in directives for tokens in item.asides for name in drawn_names(tokens)}
        for item in directives:
            if item.asides:
                found = tuple(triple for tokens in item.asides for triple in self._draws(tokens, trees, drawn))
                if found:
                    yield id(item), found

    def _pairs(self) -> Iterator[tuple[sx.Node, sx.Node]]:
        for chain in self._chains():
            for left, _, right in self.links(chain):
                yield left, right

    def _headed(self) -> Iterator[str]:
        """The names that stand alone on the left of an equation, if that says what they are.

        It does not where it only solves an equation above for the name: nothing stands in it that did not stand there.
        """
        around: dict[str, set[str]] = {}
        for chain in self._chains():
            sides = [tree for side in _sides_of(chain) if (tree := self.read(side).conventional) is not None]
            head = _head(sides[0]) if chain.start is not None and sides else None
            if head is not None and chain.links[0].sign in ("=", ":="):
                key = functional_key(head)
                said = set(map(sx.outline, _terms(sides[1]))) if len(sides) > 1 else set()
                if chain.links[0].sign == ":=" or not said <= around.get(key, set()):
                    yield key
            terms = [term for tree in sides for term in _terms(tree)]
            for name in filter(None, map(_head, terms)):
                around.setdefault(functional_key(name), set()).update(map(sx.outline, terms))

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


def _is_only_word(left: sx.Node, sign: str, right: sx.Node, known: set[str]) -> bool:
    """Whether an equation in a sentence says what a quantity is that no display opens with: "the weights are w = 1"."""
    if not isinstance(left, sx.Name) or sign != "=" or is_numeric(right):
        return False
    return sx.outline(numberless(left)) not in known and not isinstance(right, sx.Distribution)


def _sides_of(chain: Chain) -> Iterator[Side]:
    """The sides of a chain in reading order."""
    if chain.start is not None:
        yield chain.start
    yield from (link.right for link in chain.links)


def _head(tree: sx.Node) -> sx.Name | None:
    """The name that a tree is, or is a value of."""
    head = tree.function if isinstance(tree, sx.Call) else tree
    return head if isinstance(head, sx.Name) else None


def _terms(tree: sx.Node) -> Iterator[sx.Node]:
    """The terms of a side, without their signs."""
    for term in tree.terms if isinstance(tree, sx.Sum) else (tree,):
        yield term.body if isinstance(term, sx.Negative) else term


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
