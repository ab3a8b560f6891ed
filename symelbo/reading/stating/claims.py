"""Statements from the two sides of a relation: a claim with its readings, a definition, an estimate."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import islice, product

from sympy import Expr, Tuple, exp, latex, log

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import Claim, Density, Integral, Relation, value_of
from symelbo.language.functionals import Gradient, Named
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.grammar import Parsed
from symelbo.reading.sources.tokens import Problem
from symelbo.reading.stating.defining import Given, factor_of, is_nameable, is_optimum, unwrapped
from symelbo.reading.stating.sides import DEFINING, problem_of
from symelbo.reading.stating.statements import Kind, Reading, Statement
from symelbo.reading.translating.constants import decimal, has_constant, inferred_wrt, is_numeric, without_constant
from symelbo.reading.translating.terms import Translator

__all__ = ["RELATIONS", "Claims"]

_MOST_READINGS = 8
_UP_TO = (Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT)
RELATIONS = {
    "=": Relation.EQUAL,
    r"\le": Relation.LESS_EQUAL,
    r"\ge": Relation.GREATER_EQUAL,
    "<": Relation.LESS,
    ">": Relation.GREATER,
    r"\propto": Relation.PROPORTIONAL,
}


@dataclass(frozen=True, slots=True)
class Claims:
    """Makes statements out of parsed relations; what they define goes into `given`."""

    given: Given
    translator: Translator
    text: str
    _known: dict[int, tuple[Expr, tuple[str, ...], str | None]] = field(default_factory=dict)

    def statement(self, base: Statement, place: int, first: Parsed, second: Parsed) -> Statement:
        """The statement that a relation makes; `place` is its number in its chain, `base` what is known without it."""
        if base.sign == r"\approx":
            return self._estimate(base, first.conventional, second.conventional)
        if base.sign == r"\ne":
            return replace(base, kind=Kind.ESTIMATE, note="that two sides differ for some values is not judged")
        self.translator.notes.clear()
        self.translator.gap = None
        if any(isinstance(parsed.conventional, sx.Dots) for parsed in (first, second)):
            return replace(base, kind=Kind.ESTIMATE, note="dots stand for something left out; nothing is claimed")
        if isinstance(second.conventional, sx.Tuple) and base.sign in ("=", ":="):
            row = self._table_row(base, first.conventional, second.conventional)
            if row is not None:
                return row
        readings, problem = self._readings(base.sign, first, second)
        if not readings:
            return replace(base, kind=Kind.DEFINITION if base.sign in DEFINING else Kind.UNREAD, problem=problem)
        claim = readings[0].claim
        self.given.require(self.translator.constraints)
        note = "; ".join(dict.fromkeys(self.translator.notes)) or None
        base = replace(base, readings=readings, context=self.given.context, note=note)
        follows = self.given.follows(base.sign, place, claim)
        if self.given.defines(base.sign, place, claim):
            defined = self._definition(base, claim)
            if not follows:
                return defined
        named = self.given.named_term(base.sign, claim)
        if named is not None and named[0].name not in self.translator.vocabulary.headed:
            return self._named(base, *named)
        if place == 0 and is_optimum(base.sign, claim) and not self.given.is_defined(factor_of(claim)):
            return replace(base, kind=Kind.DEFINITION, note="taken as the condition for the best factor")
        return replace(
            base,
            kind=Kind.CLAIM,
            decimals=decimal(second.conventional),
            gap=self.given.gap or self.translator.gap,
            may_define=place == 0 and base.sign == "=" and self.given.has_new_name(claim),
            follows=follows,
            unexplained=self.given.unexplained(claim) if follows else frozenset(),
        )

    def from_head(self, sign: str, left: sx.Node, right: sx.Node) -> tuple[Reading, ...]:
        """The chain's first expression against a later one, in the conventional reading."""
        try:
            claim = self._claim(sign, left, right, self._up_to(left) or self._up_to(right))
        except ReadingError:
            return ()
        return (Reading(claim, "it follows from the head of the chain, not from the row before"),)

    def _up_to(self, side: sx.Node) -> bool:
        """Whether a side is only given up to a constant."""
        return has_constant(side, self.translator.vocabulary.constants)

    def _readings(self, sign: str, first: Parsed, second: Parsed) -> tuple[tuple[Reading, ...], Problem | None]:
        """What the relation may mean, the conventional reading first, and what is wrong with the first that fails."""
        found: list[Reading] = []
        problem: Problem | None = None
        constants = self._up_to(first.conventional) or self._up_to(second.conventional)
        for (left, left_says), (right, right_says) in islice(_pairs(first, second), _MOST_READINGS):
            try:
                claim = self._claim(sign, left, right, constants)
            except ReadingError as wrong:
                problem = problem or problem_of(wrong)
                continue
            taken = "; ".join(dict.fromkeys(words for words in (left_says, right_says) if words))
            found.append(Reading(claim, taken or None))
        return tuple(found), problem

    def _claim(self, sign: str, left: sx.Node, right: sx.Node, constants: bool) -> Claim:
        lhs, rhs = self._term(left), self._term(right)
        relation = RELATIONS.get(sign, Relation.EQUAL)
        wrt: tuple[Expr, ...] = ()
        if relation is Relation.PROPORTIONAL or (constants and relation is Relation.EQUAL):
            wrt = self.given.constant_wrt or self._arguments_of(inferred_wrt(lhs)) or self._of_head()
            if constants and relation is Relation.EQUAL:
                relation = Relation.EQUAL_UP_TO_CONSTANT
        return Claim(lhs, relation, rhs, wrt)

    def _arguments_of(self, names: tuple[Expr, ...]) -> tuple[Expr, ...]:
        r"""Those of some names that the head of the chain is a function of, if it says: `S(\phi)`."""
        head = self.translator.chain[0] if len(names) > 1 and self.translator.chain else None
        if not isinstance(head, sx.Call):
            return names
        try:
            term = self._term(head)
        except ReadingError:
            return names
        arguments = term.arguments if isinstance(term, Named) else term.args if term.is_Function else ()
        return tuple(name for name in names if name in arguments) or names

    def _of_head(self) -> tuple[Expr, ...]:
        """What the first expression of the chain is a density of: rows below are constant with respect to the same."""
        try:
            return inferred_wrt(self._term(self.translator.chain[0])) if self.translator.chain else ()
        except ReadingError:
            return ()

    def _term(self, side: sx.Node) -> Expr:
        """The term of a side, worked out once, as most sides stand in two relations."""
        translator = self.translator
        known = self._known.get(id(side))
        if known is None:
            before, gap, translator.gap = len(translator.notes), translator.gap, None
            term = translator.term(without_constant(side, translator.vocabulary.constants))
            known = self._known[id(side)] = (term, tuple(translator.notes[before:]), translator.gap)
            translator.gap = gap or translator.gap
            return term
        translator.notes.extend(known[1])
        translator.gap = translator.gap or known[2]
        return known[0]

    def _definition(self, base: Statement, claim: Claim) -> Statement:
        """Take a definition in; one that cannot be taken in leaves a gap."""
        lhs, rhs = claim.lhs, claim.rhs
        if lhs.is_Pow and lhs.exp == -1 and is_nameable(lhs.base):
            lhs, rhs = lhs.base, 1 / rhs
        if base.sign == "=:" or (is_nameable(rhs) and not (is_nameable(lhs) or isinstance(lhs, Density))):
            lhs, rhs = rhs, lhs
        if claim.relation is Relation.EQUAL_UP_TO_CONSTANT:
            lhs, rhs = factor_of(claim), exp(rhs)
        if claim.relation in _UP_TO and isinstance(lhs, Density):
            rhs = rhs / Integral(rhs, *(value_of(item) for item in lhs.of))  # what it is proportional to, normalised
        statement = replace(base, kind=Kind.DEFINITION)
        if isinstance(lhs, log | Gradient):
            inner = unwrapped(lhs, rhs)
            if inner is None:
                return statement
            lhs, rhs = inner
        if lhs.is_Pow and is_nameable(lhs.base):
            statement = replace(statement, note="; ".join((*filter(None, [base.note]), "the positive root is meant")))
        try:
            self.given.adopt(lhs, Relation.EQUAL, rhs)
        except IllFormed as wrong:
            line = self.text.count("\n", 0, base.span.start) + 1
            self.given.gap = f"the model of line {line} could not be taken in ({wrong})"
            return replace(statement, note=str(wrong))
        return statement

    def _named(self, base: Statement, name: Expr, value: Expr) -> Statement:
        """Take in a functional that an equation defines as one of its terms."""
        with suppress(IllFormed):
            self.given.adopt(name, Relation.EQUAL, value)
        note = f"taken as the definition of {latex(name)}"
        return replace(base, kind=Kind.DEFINITION, note="; ".join(filter(None, [base.note, note])))

    def _table_row(self, base: Statement, left: sx.Node, right: sx.Tuple) -> Statement | None:
        """A table row, `p(z) = (0.4, 0.6)`: the probabilities of all states in order; None for other lists."""
        bare = isinstance(left, sx.Name) and self.translator.vocabulary.is_family(left)
        try:
            name = self.translator.law(left) if bare else self.translator.term(left)
            values = Tuple(*(self.translator.term(item) for item in right.items))
        except ReadingError:
            return None
        if not isinstance(name, Density):
            return None
        row = Claim(name, Relation.EQUAL, values)
        return replace(base, kind=Kind.DEFINITION, readings=(Reading(row),), context=self.given.context)

    def _estimate(self, base: Statement, left: sx.Node, right: sx.Node) -> Statement:
        """An approximate equation: a claim where the right side is a number, otherwise nothing to judge."""
        try:
            claim = self._claim("=", left, right, False)
        except ReadingError as wrong:
            return replace(base, kind=Kind.ESTIMATE, note=str(wrong))
        kind = Kind.CLAIM if is_numeric(right) else Kind.ESTIMATE
        statement = replace(
            base, kind=kind, readings=(Reading(claim),), context=self.given.context, decimals=decimal(right)
        )
        if kind is Kind.CLAIM and isinstance(claim.lhs, Named) and claim.lhs not in self.given.defined:
            self.given.rounded.add(claim.lhs.name)
            self.given.adopt(claim.lhs, Relation.EQUAL, claim.rhs)
        return statement


def _pairs(first: Parsed, second: Parsed) -> Iterator[tuple[tuple[sx.Node, str], tuple[sx.Node, str]]]:
    """Every reading of one side with every reading of the other, the conventional ones first."""
    both = product(zip(first.readings, first.says, strict=True), zip(second.readings, second.says, strict=True))
    yield from sorted(both, key=lambda pair: sum(bool(says) for _, says in pair))
