"""Meaning of documents: chains of tokens become statements about terms, each with its readings and its context."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice, product

from sympy import Expr, Mul, Symbol, Tuple, log
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import (
    Binder,
    Block,
    Claim,
    Context,
    Definition,
    Density,
    Entry,
    Independence,
    IndexProduct,
    Integral,
    Relation,
    Sign,
    densities_of,
    is_variable,
    value_of,
)
from symelbo.language.context import factorisation
from symelbo.language.distributions import Known
from symelbo.language.functionals import Named
from symelbo.reading import syntax as sx
from symelbo.reading.directives import Directive
from symelbo.reading.displays import read_chains
from symelbo.reading.grammar import Parsed, parse, parse_statements
from symelbo.reading.scripts import plain_key
from symelbo.reading.statements import DocumentReading, Kind, Reading, Statement
from symelbo.reading.survey import survey
from symelbo.reading.terms import Translator
from symelbo.reading.tokens import Chain, Link, Problem, Side, Span
from symelbo.reading.vocabulary import Vocabulary

__all__ = ["read_document"]

_MOST_READINGS = 8
_RELATIONS = {
    "=": Relation.EQUAL,
    r"\le": Relation.LESS_EQUAL,
    r"\ge": Relation.GREATER_EQUAL,
    "<": Relation.LESS,
    ">": Relation.GREATER,
    r"\propto": Relation.PROPORTIONAL,
}
_DEFINING = (":=", "=:")
_RUNNING = frozenset("ijklmnstd")  # letters that count; others beside a name are labels, as in `y_a`


def read_document(path: str, text: str) -> DocumentReading:
    """Read a document: every relation sign in it as a statement, in reading order. Never fails.

    >>> read = read_document("note.txt", "log p(x, z) = log p(z) + log p(x | z)")
    >>> [(s.kind.value, s.sign) for s in read.statements]
    [('claim', '=')]
    """
    chains = read_chains(path, text)
    reader = _Reader(chains.text)
    statements = tuple(_with_later_names(tuple(reader.statements(chains.items)), reader))
    notes = (*reader.vocabulary.notes, *(note.message for note in chains.notes))
    return DocumentReading(path, chains.text, statements, chains.problems, notes, chains.location, chains.source.cell)


def _with_later_names(statements: tuple[Statement, ...], reader: _Reader) -> Iterator[Statement]:
    """Statements with the functionals that the document only defines further down; rounded values define nothing."""
    named = [d for d in reader.context.definitions if isinstance(d.name, Named) and d.name.name not in reader.rounded]
    for statement in statements:
        context = statement.context
        if statement.kind is Kind.CLAIM and context is not None and named:
            used = {
                n.name for r in statement.readings for side in (r.claim.lhs, r.claim.rhs) for n in side.atoms(Named)
            }
            known = {item.name.name for item in context.definitions if isinstance(item.name, Named)}
            later = [item for item in named if item.name.name in used - known]
            if later:
                statement = replace(statement, context=context.assume(*later))
        yield statement


@dataclass(slots=True)
class _Understood:
    """A side as parsed, or why it could not be."""

    parsed: Parsed | None
    problem: Problem | None = None


@dataclass(slots=True)
class _Reader:
    """One pass over a document; the context grows as it goes."""

    text: str
    vocabulary: Vocabulary = field(default_factory=Vocabulary)
    context: Context = field(default_factory=Context)
    constant_wrt: tuple[Expr, ...] = ()
    defined: set[Expr] = field(default_factory=set)
    bits: bool = False
    gap: str | None = None
    met: set[str] = field(default_factory=set)
    rounded: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    _sides: dict[int, _Understood] = field(default_factory=dict)

    def statements(self, items: Sequence[Directive | Chain]) -> Iterator[Statement]:
        """Statements in reading order."""
        self._survey(items)
        translator = Translator(self.vocabulary)
        for item in items:
            if isinstance(item, Directive):
                self._obey(item, translator)  # what is assumed holds from here on
            else:
                yield from self._chain(item, translator)

    # --- parsing -----------------------------------------------------------------------------------------------------

    def _side(self, side: Side) -> _Understood:
        known = self._sides.get(id(side))
        if known is None:
            known = self._sides[id(side)] = self._parse(side)
        return known

    def _parse(self, side: Side) -> _Understood:
        if side.problem is not None:
            return _Understood(None, side.problem)
        try:
            return _Understood(parse(side.tokens))
        except ReadingError as wrong:
            return _Understood(None, _problem(wrong))

    def _survey(self, items: Sequence[Directive | Chain]) -> None:
        sides: list[sx.Node] = []
        starts: list[sx.Node] = []
        for chain in _all_chains(items):
            for place, side in enumerate((chain.start, *(link.right for link in chain.links))):
                if side is None:
                    continue
                understood = self._side(side)
                if understood.parsed is not None:
                    sides.append(understood.parsed.conventional)
                    if place == 0 or chain.links[place - 1].sign in _DEFINING:
                        starts.append(understood.parsed.conventional)
        for item in items:
            if isinstance(item, Directive):
                for tokens in item.asides:
                    sides.extend(_statements(tokens))
        self.vocabulary = survey(sides, starts, self._pairs(items))
        self.bits = any(
            isinstance(node, sx.Log) and isinstance(node.base, sx.Number) and node.base.text == "2"
            for side in sides
            for node in sx.walk(side)
        )

    def _pairs(self, items: Sequence[Directive | Chain]) -> Iterator[tuple[sx.Node, sx.Node]]:
        """The two sides of every relation, conventionally read."""
        for chain in _all_chains(items):
            left = chain.start
            for link in chain.links:
                if left is not None:
                    first, second = self._side(left).parsed, self._side(link.right).parsed
                    if first is not None and second is not None:
                        yield first.conventional, second.conventional
                left = link.right

    # --- directives --------------------------------------------------------------------------------------------------

    def _obey(self, directive: Directive, translator: Translator) -> None:
        try:
            match directive.kind:
                case "assume":
                    for chain in directive.chains:
                        self._assume(chain, translator)
                    for tokens in directive.asides:
                        for node in _statements(tokens):
                            self._aside(node, translator)
                case "constant":
                    for tokens in directive.names:
                        node = parse(tokens).conventional
                        family = isinstance(node, sx.Name) and self.vocabulary.is_family(node)
                        self.constant_wrt += (translator.family(node) if family else translator.term(node),)
                case "latent":
                    for tokens in directive.names:
                        node = parse(tokens).conventional
                        if isinstance(node, sx.Name):
                            self.vocabulary.declared_latent.add(plain_key(node))
        except (ReadingError, IllFormed) as wrong:
            self.gap = f"the directive '{directive.kind} {directive.text}' is not understood: {wrong}"
            self.vocabulary.notes.append(self.gap)

    def _aside(self, node: sx.Node, translator: Translator) -> None:
        if isinstance(node, sx.Independence):
            parts = [tuple(translator.term(n) for n in part) for part in (node.left, node.right, node.given)]
            family = next((s.call.function for s in self.vocabulary.signatures if s.family == "p"), None)
            if isinstance(family, sx.Name):
                item = Independence(translator.family(family), parts[0], parts[1], parts[2])
                self.context = self.context.assume(item)

    def _assume(self, chain: Chain, translator: Translator) -> None:
        left = chain.start
        for link in chain.links:
            if left is not None:
                a, b = self._side(left).parsed, self._side(link.right).parsed
                if a is not None and b is not None:
                    self._adopt(
                        translator.term(a.conventional),
                        _RELATIONS.get(link.sign, Relation.EQUAL),
                        translator.term(b.conventional),
                    )
            left = link.right

    def _adopt(self, lhs: Expr, relation: Relation, rhs: Expr) -> None:
        """Take an equation or inequality into the context."""
        if relation is not Relation.EQUAL:
            self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
            return
        if isinstance(lhs, Density):
            factors = _factors(rhs)
            if factors is not None and (len(factors) > 1 or factors[0].family == lhs.family):
                self.context = self.context.assume(factorisation(lhs, factors))
            else:
                self.context = self.context.assume(Definition(lhs, rhs, _parameters(lhs)))
        elif self._refers_back(lhs, rhs):
            # a recursion, or a second equation for the same quantities: an equation to use, not a name to unfold
            self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
        else:
            self.context = self.context.assume(Definition(lhs, rhs, _parameters(lhs)))
        self.defined.add(lhs)

    def _refers_back(self, name: Expr, value: Expr) -> bool:
        """Whether unfolding the value would meet the name again."""
        try:
            unfolded = self.context.expand(value)
        except IllFormed:
            return True
        if isinstance(name, Entry):
            return any(entry.base == name.base for entry in unfolded.atoms(Entry))
        return bool(unfolded.has(name))

    # --- claims ------------------------------------------------------------------------------------------------------

    def _chain(self, chain: Chain, translator: Translator) -> Iterator[Statement]:
        left = chain.start
        sofar: str | None = "="
        for place, link in enumerate(chain.links):
            statement = self._link(chain, place, left, link, translator)
            for reading in statement.readings[:1]:
                self.met |= {
                    d.family.name for side in (reading.claim.lhs, reading.claim.rhs) for d in side.atoms(Density)
                }
                self.seen |= _names(reading.claim)
            if len(chain.links) > 1 and statement.may_define:
                statement = replace(statement, may_define=False)
            sofar = _composed(sofar, link.sign)
            if place and sofar == link.sign and statement.kind is Kind.CLAIM and chain.start is not None:
                statement = replace(statement, from_head=self._from_head(chain.start, sofar, link.right, translator))
            yield statement
            left = link.right

    def _from_head(self, start: Side, sign: str, right: Side, translator: Translator) -> tuple[Reading, ...]:
        """The chain's first expression against this one, in the conventional reading."""
        first, second = self._side(start).parsed, self._side(right).parsed
        if first is None or second is None:
            return ()
        constants = _has_constant(first.conventional) or _has_constant(second.conventional)
        try:
            claim = self._reading(sign, first.conventional, second.conventional, constants, translator)
        except ReadingError:
            return ()
        return (Reading(claim, "it follows from the head of the chain, not from the row before"),)

    def _link(self, chain: Chain, place: int, left: Side | None, link: Link, translator: Translator) -> Statement:
        base = Statement(
            Kind.UNREAD,
            link.span,
            link.sign,
            self._source(left),
            self._source(link.right),
            reason=link.reason,
            expect_refuted=chain.expect_refuted,
            in_bits=self.bits,
            gap=self.gap,
        )
        if left is None:
            return replace(base, problem=Problem("nothing stands before this relation sign", link.span))
        first, second = self._side(left), self._side(link.right)
        base = replace(base, written=(_conventional(first), _conventional(second)))
        for understood in (first, second):
            if understood.parsed is None:
                if link.sign in _DEFINING:
                    return replace(base, kind=Kind.DEFINITION, problem=understood.problem)
                return replace(base, problem=understood.problem)
        assert first.parsed is not None and second.parsed is not None
        if link.sign == r"\approx":
            return self._estimate(base, first.parsed, second.parsed, translator)
        return self._claim(base, place, first.parsed, second.parsed, translator)

    def _claim(self, base: Statement, place: int, first: Parsed, second: Parsed, translator: Translator) -> Statement:
        translator.notes.clear()
        translator.gap = None
        if any(isinstance(parsed.conventional, sx.Dots) for parsed in (first, second)):
            return replace(base, kind=Kind.ESTIMATE, note="dots stand for something left out; nothing is claimed")
        if isinstance(second.conventional, sx.Tuple) and base.sign in ("=", ":="):
            listed = self._listed(base, first.conventional, second.conventional, translator)
            if listed is not None:
                return listed
        readings: list[Reading] = []
        problem: Problem | None = None
        constants = _has_constant(first.conventional) or _has_constant(second.conventional)
        pairs = product(zip(first.readings, first.says, strict=True), zip(second.readings, second.says, strict=True))
        for (left, left_says), (right, right_says) in islice(sorted(pairs, key=_unconventional), _MOST_READINGS):
            try:
                reading = self._reading(base.sign, left, right, constants, translator)
            except ReadingError as wrong:
                problem = problem or _problem(wrong)
                if not readings and not (left_says or right_says):
                    continue
                continue
            taken = "; ".join(dict.fromkeys(words for words in (left_says, right_says) if words))
            readings.append(Reading(reading, taken or None))
        if not readings:
            definition = base.sign in _DEFINING
            return replace(base, kind=Kind.DEFINITION if definition else Kind.UNREAD, problem=problem)
        claim = readings[0].claim
        self._constrain(translator)
        note = "; ".join(dict.fromkeys(translator.notes)) or None
        if self._defines(base.sign, place, claim):
            lhs, rhs = claim.lhs, claim.rhs
            if lhs.is_Pow and lhs.exp == -1 and _nameable(lhs.base):
                lhs, rhs = lhs.base, 1 / rhs
            if base.sign == "=:" or (_nameable(rhs) and not (_nameable(lhs) or isinstance(lhs, Density))):
                lhs, rhs = rhs, lhs
            statement = replace(base, kind=Kind.DEFINITION, readings=tuple(readings), context=self.context, note=note)
            if base.sign == r"\propto" and isinstance(lhs, Density):
                rhs = rhs / Integral(
                    rhs, *(value_of(item) for item in lhs.of)
                )  # what it is proportional to, normalised
            try:
                self._adopt(lhs, Relation.EQUAL, rhs)
            except IllFormed as wrong:
                self.gap = f"the model of line {self.line(base.span.start)} could not be taken in ({wrong})"
                return replace(statement, note=str(wrong))
            return statement
        decimals = _decimal(second.conventional)
        return replace(
            base,
            kind=Kind.CLAIM,
            readings=tuple(readings),
            context=self.context,
            note=note,
            decimals=decimals,
            gap=self.gap or translator.gap,
            may_define=place == 0 and base.sign == "=" and self._has_new_name(claim),
        )

    def _listed(self, base: Statement, left: sx.Node, right: sx.Tuple, translator: Translator) -> Statement | None:
        """A table row, `p(z) = (0.4, 0.6)`: the probabilities of all states in order; None for other lists."""
        bare = isinstance(left, sx.Name) and self.vocabulary.is_family(left)
        try:
            name = translator.law(left) if bare else translator.term(left)
            values = Tuple(*(translator.term(item) for item in right.items))
        except ReadingError:
            return None
        if not isinstance(name, Density):
            return None
        row = Claim(name, Relation.EQUAL, values)
        return replace(base, kind=Kind.DEFINITION, readings=(Reading(row),), context=self.context)

    def _has_new_name(self, claim: Claim) -> bool:
        """Whether an equation of plain quantities brings in a name of its own, so that it may just be given."""
        if any(side.has(Density, Known, Binder) for side in (claim.lhs, claim.rhs)):
            return False
        return bool(_names(claim) - self.seen)

    def _constrain(self, translator: Translator) -> None:
        """Take in what the laws of a claim imply, such as probabilities that sum to one."""
        known = {item.claim for item in self.context.signs}
        fresh = [Sign(claim) for claim in translator.constraints if claim not in known]
        if fresh:
            self.context = self.context.assume(*fresh)

    def _reading(self, sign: str, left: sx.Node, right: sx.Node, constants: bool, translator: Translator) -> Claim:
        lhs, rhs = translator.term(_without_constant(left)), translator.term(_without_constant(right))
        relation = _RELATIONS.get(sign, Relation.EQUAL)
        wrt: tuple[Expr, ...] = ()
        if relation is Relation.PROPORTIONAL or (constants and relation is Relation.EQUAL):
            wrt = self.constant_wrt or _inferred_wrt(lhs)
            if constants and relation is Relation.EQUAL:
                relation = Relation.EQUAL_UP_TO_CONSTANT
        return Claim(lhs, relation, rhs, wrt)

    def _estimate(self, base: Statement, first: Parsed, second: Parsed, translator: Translator) -> Statement:
        decimals = _decimal(second.conventional)
        try:
            claim = self._reading("=", first.conventional, second.conventional, False, translator)
        except ReadingError as wrong:
            return replace(base, kind=Kind.ESTIMATE, note=str(wrong))
        kind = Kind.CLAIM if _is_numeric(second.conventional) else Kind.ESTIMATE
        statement = replace(base, kind=kind, readings=(Reading(claim),), context=self.context, decimals=decimals)
        if (
            kind is Kind.CLAIM
            and _nameable(claim.lhs)
            and claim.lhs not in self.defined
            and isinstance(claim.lhs, Named)
        ):
            self.rounded.add(claim.lhs.name)
            self._adopt(claim.lhs, Relation.EQUAL, claim.rhs)
        return statement

    def _defines(self, sign: str, place: int, claim: Claim) -> bool:
        """Whether a statement introduces a name, a model or a table entry instead of claiming something."""
        if sign in _DEFINING:
            return True
        if sign == r"\propto" and place == 0 and isinstance(claim.lhs, Density):
            others = {inner.family.name for inner in claim.rhs.atoms(Density)}
            return claim.lhs.family.name not in others | self.met and not self._is_defined(claim.lhs)
        if sign != "=" or claim.relation is not Relation.EQUAL:
            return False
        for name, value in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
            if isinstance(name, Density):
                if name is claim.lhs and place == 0 and self._models(name, value):
                    return True
            elif (
                _nameable(name)
                and name not in self.defined
                and not self._is_defined(name)
                and not self._mentions(name, value)
            ):
                return (name is claim.lhs and place == 0) or isinstance(name, Named)
        return False

    def _mentions(self, name: Expr, value: Expr) -> bool:
        try:
            return bool(self.context.expand(value).has(name))
        except IllFormed:
            return True

    def _is_defined(self, name: Expr) -> bool:
        return self.context.expand(name) != name

    def _models(self, density: Density, value: Expr) -> bool:
        """Whether an equation about a density is part of the model: a known law, a number, or a new factorisation."""
        if self._is_defined(density) or any(item.joint == density for item in self.context.factorisations):
            return False
        if not value.has(Density):
            return True
        factors = _factors(value)
        if factors is not None:
            if len(factors) == 1:  # another family's density under a new name: \pi(h) = p(h | d)
                other = factors[0]
                return other.family.name != density.family.name and set(other.of_slots) == set(density.of_slots)
            return _is_factorisation(density, factors)
        if _is_product(value) and value.has(IndexProduct):
            return True
        # a family met for the first time, given in terms of others
        others = {inner.family.name for inner in value.atoms(Density)}
        return density.family.name not in others | self.met

    def line(self, offset: int) -> int:
        """The line of an offset, for messages."""
        return self.text.count("\n", 0, offset) + 1

    def _source(self, side: Side | None) -> str:
        return "" if side is None else " ".join(self.text[side.span.start : side.span.end].split())


def _conventional(understood: _Understood) -> sx.Node | None:
    return None if understood.parsed is None else understood.parsed.conventional


def _composed(sofar: str | None, sign: str) -> str | None:
    """The relation from the head of a chain to its next row: `=` then `\\ge` is `\\ge`, `\\ge` then `\\le` is nothing."""
    if sofar is None or sign not in _RELATIONS or sign == sofar:
        return sofar if sign in _RELATIONS else None
    if sofar == "=":
        return sign
    if sign == "=":
        return sofar
    return None


def _all_chains(items: Sequence[Directive | Chain]) -> Iterator[Chain]:
    for item in items:
        if isinstance(item, Directive):
            yield from item.chains
        else:
            yield item


def _statements(tokens: Sequence[object]) -> tuple[sx.Node, ...]:
    try:
        return parse_statements(tokens)  # type: ignore[arg-type]
    except ReadingError:
        return ()


def _problem(wrong: ReadingError) -> Problem:
    words = wrong.message + (f"; expected {wrong.expected}" if wrong.expected else "")
    return Problem(words, Span(wrong.start, wrong.end))


def _unconventional(pair: tuple[tuple[sx.Node, str], tuple[sx.Node, str]]) -> int:
    return sum(bool(says) for _, says in pair)


def _has_constant(node: sx.Node) -> bool:
    return any(isinstance(part, sx.Constant) for part in sx.walk(node))


def _without_constant(node: sx.Node) -> sx.Node:
    """The expression with a trailing `+ const` left out."""
    if isinstance(node, sx.Sum):
        kept = tuple(t for t in node.terms if not isinstance(t.body if isinstance(t, sx.Negative) else t, sx.Constant))
        if len(kept) != len(node.terms):
            if not kept:
                return sx.Number("0", span=node.span)
            return kept[0] if len(kept) == 1 else sx.Sum(kept, span=node.span)
    if isinstance(node, sx.Constant):
        return sx.Number("0", span=node.span)
    return node


def _inferred_wrt(lhs: Expr) -> tuple[Expr, ...]:
    """What a density on the left is a density of; of a logarithm, what is inside it."""
    if lhs.func is log:
        return _inferred_wrt(lhs.args[0])
    if isinstance(lhs, Density | Known):
        return tuple(value_of(item) for item in lhs.of)
    densities = sorted(lhs.atoms(Density), key=str)
    if densities:
        parameters = [p for d in densities for p in d.family.parameters]
        if parameters:
            return tuple(dict.fromkeys(parameters))
    return ()


def _factors(value: Expr) -> tuple[Density, ...] | None:
    """Densities whose product the value is."""
    found = densities_of(value)
    return found if found else None


def _is_factorisation(density: Density, factors: tuple[Density, ...]) -> bool:
    try:
        factorisation(density, factors)
    except IllFormed:
        return False
    return True


def _is_product(value: Expr) -> bool:
    """Whether a value is made of densities by products alone, products over an index included."""
    return all(
        isinstance(factor, Density | Known) or (isinstance(factor, IndexProduct) and _is_product(factor.body))
        for factor in Mul.make_args(value)
    )


def _nameable(term: Expr) -> bool:
    """Whether a side may be the name of something: a symbol, an entry, a functional or a function of plain names."""
    if isinstance(term, Named) or (is_variable(term) and not isinstance(term, Block)):
        return True
    return bool(term.is_Function and getattr(term, "name", None) and all(is_variable(a) for a in term.args))


def _names(claim: Claim) -> set[str]:
    """Names of quantities and functions in a claim, without indices."""
    found: set[str] = set()
    for side in (claim.lhs, claim.rhs):
        for node in side.atoms(Entry, Symbol, AppliedUndef):
            found.add(
                str(node.base) if isinstance(node, Entry) else node.func.__name__ if node.is_Function else str(node)
            )
    return found


def _parameters(lhs: Expr) -> tuple[Expr, ...]:
    """The names in a definition's head that stand for anything: arguments of functions, indices that are letters."""
    if isinstance(lhs, Named):
        return tuple(a for a in lhs.arguments if is_variable(a))
    if isinstance(lhs, Entry):
        return tuple(i for i in lhs.indices if i.is_Symbol and str(i) in _RUNNING)
    if lhs.is_Function:
        return tuple(lhs.args)
    return ()


def _decimal(node: sx.Node) -> str | None:
    """The text of a decimal number that is a whole side."""
    if isinstance(node, sx.Negative):
        inner = _decimal(node.body)
        return None if inner is None else "-" + inner
    return node.text if isinstance(node, sx.Number) and "." in node.text else None


def _is_numeric(node: sx.Node) -> bool:
    """Whether a side is plain arithmetic on numbers."""
    return all(
        isinstance(
            part, sx.Number | sx.Negative | sx.Sum | sx.Product | sx.Quotient | sx.Log | sx.Power | sx.Sqrt | sx.Exp
        )
        for part in sx.walk(node)
    )
