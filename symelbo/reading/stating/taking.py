"""Formulas of sentences taken in as knowledge: laws, factorisations, definitions, signs.

What is taken in counts from there on as if it stood in a directive. Nothing is taken in that the document has said in
another way already: a law of what has a law, or of what the laws before determine, a value of what has a value, a sign
against another. Reading proves nothing, so that it stays on the safe side of that line: what may be a consequence is
left in its sentence.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field, replace

from sympy import Expr, Number
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import (
    Binder,
    Claim,
    Definition,
    Density,
    Entry,
    IndexProduct,
    IndexSum,
    Relation,
    Sign,
    base_of,
)
from symelbo.language.distributions import Known
from symelbo.language.functionals import Named
from symelbo.language.walks import found_in
from symelbo.reading.layout.prose import Cue
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.sources.tokens import Span
from symelbo.reading.stating.assumptions import at_variable, independence_of
from symelbo.reading.stating.claims import RELATIONS
from symelbo.reading.stating.defining import Given, is_nameable
from symelbo.reading.stating.orders import excludes
from symelbo.reading.stating.places import Places
from symelbo.reading.stating.said import Said
from symelbo.reading.stating.statements import Kind, Statement, Taken
from symelbo.reading.surveying.roots import balanced
from symelbo.reading.translating.terms import Translator

__all__ = ["Sentences"]


_KEPT_IN_MIND = 8  # of what is only said, the last few


@dataclass(slots=True)
class Sentences:
    """Takes formulas of sentences into what is given; `taken` and `left` tell what became of them.

    `passing` is what holds in the display that comes next and nowhere else. `heard` has what is concluded, or said in
    passing: nobody may rest on it, but a claim that holds with it is not called wrong either.
    """

    text: str
    given: Given
    translator: Translator
    taken: list[Taken] = field(default_factory=list)
    passing: list[tuple[Claim, Span]] = field(default_factory=list)
    heard: list[tuple[Claim, Span]] = field(default_factory=list)
    adopted: list[Claim] = field(default_factory=list)
    _numbers: list[Definition] = field(default_factory=list)
    _in_detail: list[tuple[Expr, Span]] = field(default_factory=list)  # said first as a map of which nothing is said
    _places: Places = field(default_factory=Places)

    def hear(self, said: Said) -> None:
        """Take in what a formula gives; what has no meaning, or is no news, changes nothing."""
        for triple in said.relations:
            claim = self._claim(*triple)
            if claim is not None:
                with suppress(IllFormed):
                    self._take(said, claim)
                    self._places.remember(claim, self._words(said.spoken.span), self.given.context)
        for triple in said.asides:
            claim = self._claim(*triple)
            if claim is not None and not self._is_defined(claim.lhs):
                self._keep_in_mind(said, claim)
        for node in said.independences:
            self._independence(said, node)

    def _claim(self, left: sx.Node, sign: str, right: sx.Node) -> Claim | None:
        """What a relation says; None where it has no meaning."""
        translator = self.translator
        notes, gap = len(translator.notes), translator.gap
        try:
            lhs, rhs = self._left(left), translator.term(right)
        except (ReadingError, IllFormed):
            return None
        finally:
            del translator.notes[notes:]
            translator.gap, gap = gap, translator.gap
        if gap is not None and gap != translator.gap:
            return None
        return Claim(lhs, RELATIONS.get(sign, Relation.EQUAL), at_variable(lhs, rhs))

    def _left(self, node: sx.Node) -> Expr:
        """The left side of a relation; a family by itself, `q = N(0, 1)`, stands for its density."""
        bare = isinstance(node, sx.Name) and self.translator.vocabulary.is_family(node)
        return self.translator.law(node) if bare else self.translator.term(node)

    def told(self, statement: Statement) -> Statement:
        """A statement with the contexts of what sentences before it say beside what is given."""
        return self._overheard(self._passed(self._repeated(self._undecided(statement))))

    def _undecided(self, statement: Statement) -> Statement:
        """A claim about a variable that is made by a map, `z = g(e)`, and then in another way refutes nothing."""
        sides = [side for reading in statement.readings[:1] for side in (reading.claim.lhs, reading.claim.rhs)]
        with suppress(IllFormed):
            statement = replace(statement, gap=statement.gap or self._places.gap(sides))
            if statement.may_define:
                self._places.remember(statement.readings[0].claim, f"${statement.lhs}$", self.given.context)
        for name, span in self._in_detail:
            if statement.gap is None and any(side.has(name) for side in sides):
                gap = f"{self._words(span)} says in another way what {name} is made of"
                statement = replace(statement, gap=gap)
        return statement

    def _repeated(self, statement: Statement) -> Statement:
        """A display that says what a sentence before it gives introduces that, too."""
        if statement.kind is not Kind.CLAIM or not statement.readings:
            return statement
        claim = statement.readings[0].claim
        said = any((c.lhs, c.relation, c.rhs) == (claim.lhs, claim.relation, claim.rhs) for c in self.adopted)
        return replace(statement, kind=Kind.DEFINITION) if said else statement

    def _overheard(self, statement: Statement) -> Statement:
        context = statement.passing or statement.context
        if not self.heard or context is None:
            return statement
        spans: list[Span] = []
        for claim, span in self.heard[: -_KEPT_IN_MIND - 1 : -1]:
            given = Given(context, defined={item.name for item in context.definitions})
            try:
                if not _bears_on(claim, statement) or given.is_defined(claim.lhs):
                    continue
                given.adopt(claim.lhs, claim.relation, claim.rhs)
                given.context.expand(claim.lhs)
            except IllFormed as why:
                if isinstance(claim.lhs, Density) and isinstance(claim.rhs, Density):
                    # `q(z | n) = q(z | x_n)`: two densities are one, in a way that no context can say
                    gap = f"what a sentence says, ${self._source(span)}$, could not be taken in ({why})"
                    statement = replace(statement, gap=statement.gap or gap)
                continue
            context = given.context
            spans.append(span)
        if not spans:
            return statement
        words = "; ".join(map(self._words, dict.fromkeys(spans)))
        return replace(statement, heard=context, sayings=words)

    def close(self) -> None:
        """The display is over that a sentence led to: its cases hold no longer, but a law in them may be meant on."""
        self.heard.extend(pair for pair in self.passing if _is_model(pair[0]) and pair not in self.heard)
        self.passing.clear()

    def _passed(self, statement: Statement) -> Statement:
        """A statement with the context of the case that the sentence before its display looks at."""
        if not self.passing or statement.context is None:
            return statement
        context = statement.context
        cases = [claim for claim, _ in self.passing]
        ranges = [c for c in cases if c.relation is not Relation.EQUAL and any(map(self._counts, (c.lhs, c.rhs)))]
        if ranges:  # over what the display ranges, which is part of what it says
            context = context.assume(*map(Sign, ranges))
            statement = replace(statement, context=context)
        for claim in (claim for claim in cases if claim not in ranges):
            given = Given(context, defined={item.name for item in context.definitions})
            try:
                given.adopt(claim.lhs, claim.relation, claim.rhs)
                given.context.expand(claim.lhs)
            except IllFormed:
                return statement
            context = given.context
        return statement if context is statement.context else replace(statement, passing=context)

    def _take(self, said: Said, claim: Claim) -> None:
        cue = said.spoken.cue
        if cue is Cue.TALK:
            self._overhear(said, claim)
            return
        if (self._is_tie(claim) or _is_share(claim)) and cue is not Cue.PASSING:
            self._adopt(said, claim)
            return
        if self._passes(claim, cue):
            if said.spoken.leads and cue not in (Cue.BARE, Cue.REMINDED) and self._is_case(claim):
                self.passing.append((claim, said.spoken.span))
                self._note(said, "the next display")
            elif said.spoken.leads or (cue is not Cue.BARE and not self._is_over(said, claim)):
                self._overhear(said, claim)
            return
        if claim.relation is not Relation.EQUAL:
            if cue is not Cue.REMINDED and self._is_sign(claim):
                self._adopt(said, claim)
            return
        if cue is Cue.NAMED and isinstance(claim.rhs, Number):
            self._forget(claim.lhs)
        why = self._against(claim)
        if why is not None:
            self._leave(said, why)
            maps = [item.value for item in self.given.context.definitions if item.name == claim.lhs]
            another_name = isinstance(claim.rhs, AppliedUndef)  # of the map, which tells no more of it
            if any(isinstance(value, AppliedUndef) for value in maps) and not another_name:
                self._in_detail.append((claim.lhs, said.spoken.span))
            if self.given.unexplained(claim):  # it tells what its names are, even so
                self._overhear(said, claim)
        elif self._is_news(claim, cue):
            self._adopt(said, claim)
        elif cue in (Cue.BARE, Cue.REMINDED):
            self._overhear(said, claim)

    def _forget(self, name: Expr) -> None:
        """Drop the number that a sentence before gave to a name: the next example has another one."""
        context = self.given.context
        old = [item for item in self._numbers if item.name == name and item in context.assumptions]
        if old:
            self.given.context = replace(context, assumptions=tuple(a for a in context.assumptions if a not in old))
            self.given.defined.discard(name)

    def _adopt(self, said: Said, claim: Claim) -> None:
        before = self.given.context.assumptions
        self.given.adopt(claim.lhs, claim.relation, claim.rhs)
        if isinstance(claim.rhs, Number):
            new = self.given.context.assumptions[len(before) :]
            self._numbers.extend(item for item in new if isinstance(item, Definition))
        self.given.require(self.translator.constraints)
        self.adopted.append(claim)
        self._note(said, None)

    def _overhear(self, said: Said, claim: Claim) -> None:
        """Keep a law, a factorisation or the value of a quantity in mind that is no more than said."""
        lhs, rhs = claim.lhs, claim.rhs
        if claim.relation is not Relation.EQUAL or self._is_defined(lhs):
            return
        if isinstance(lhs, Density):
            telling = isinstance(rhs, Known | Density) or _is_structure(claim)
        else:
            plain = is_nameable(_base_of(lhs)) and not isinstance(lhs, Named | AppliedUndef)
            inner = [node for node in found_in(rhs, Binder) if not isinstance(node, IndexProduct | IndexSum)]
            telling = plain and not rhs.has(Density) and not inner
        if telling:
            self._keep_in_mind(said, claim)

    def _keep_in_mind(self, said: Said, claim: Claim) -> None:
        if not any(claim == known for known, _ in self.heard):
            self.heard.append((claim, said.spoken.span))

    # --- what a relation may give ----------------------------------------------------------------------------------

    def _passes(self, claim: Claim, cue: Cue) -> bool:
        """Whether a relation is a case that the sentence looks at, and no part of what holds throughout."""
        if claim.relation is not Relation.EQUAL:
            return cue is Cue.PASSING or any(map(self._counts, (claim.lhs, claim.rhs)))
        if isinstance(claim.lhs, Density):
            return cue is Cue.PASSING or (isinstance(claim.rhs, Density) and cue is not Cue.NAMED)
        if isinstance(claim.rhs, Number) and cue is not Cue.NAMED:
            return True
        name = _base_of(claim.lhs)
        if self._is_new(claim) or self._is_defined(name):
            return False
        return cue not in (Cue.NAMED, Cue.GIVEN) or not self._is_parameter(name)

    def _is_parameter(self, name: Expr) -> bool:
        """Whether the parameters of a law are made of a quantity."""
        laws = [item.value for item in self.given.context.definitions if isinstance(item.value, Known)]
        return is_nameable(name) and any(part.has(name) for law in laws for part in law.parameters)

    def _is_tie(self, claim: Claim) -> bool:
        """Whether an equation ties the squares of scales together, of which the last is not known yet."""
        ties = balanced(claim.lhs, claim.rhs, is_nameable) if claim.relation is Relation.EQUAL else []
        return bool(ties) and claim.lhs.is_Add and not any(self._is_defined(name) for name, _ in ties)

    def _is_over(self, said: Said, claim: Claim) -> bool:
        """Whether a number is that of a case its sentence is about and ends with: "for beta = 1 it is the bound."."""
        return said.spoken.cue is Cue.GIVEN and isinstance(claim.rhs, Number) and not said.spoken.leads

    def _counts(self, side: Expr) -> bool:
        return str(side) in self.translator.vocabulary.indices

    def _is_case(self, claim: Claim) -> bool:
        """Whether a case can be put into the context of a display."""
        lhs = claim.lhs
        if claim.relation is not Relation.EQUAL:
            return self._is_sign(claim)
        if isinstance(lhs, Density):
            if _is_structure(claim):
                return self.given.defines("=", 0, claim)
            return isinstance(claim.rhs, Density | Known) and not self._is_defined(lhs)
        lhs = _base_of(lhs)
        return is_nameable(lhs) and not isinstance(lhs, Named | AppliedUndef) and not self._is_defined(lhs)

    def _is_news(self, claim: Claim, cue: Cue) -> bool:
        """Whether an equation gives a law, a factorisation or a definition that nothing before has given."""
        lhs, rhs = claim.lhs, claim.rhs
        if isinstance(lhs, Density):
            if not isinstance(rhs, Known) and (cue is Cue.REMINDED or (cue is Cue.BARE and not _is_model(claim))):
                return False
            return self.given.defines("=", 0, claim)
        if cue is Cue.BARE or not is_nameable(_base_of(lhs)):
            return False
        if cue is Cue.REMINDED and (isinstance(lhs, Named) or str(lhs).isupper()) and rhs.has(Density, Known, Named):
            return False
        return self.given.defines("=", 0, claim) or self._is_recursion(claim)

    def _is_new(self, claim: Claim) -> bool:
        """Whether an equation brings in a name, so that it can be no claim about what was there before."""
        return bool(self.given.new_names(claim)) or isinstance(claim.lhs, Named)

    def _is_recursion(self, claim: Claim) -> bool:
        lhs = claim.lhs
        return isinstance(lhs, Entry) and any(e.base == lhs.base and e != lhs for e in found_in(claim.rhs, Entry))

    def _is_defined(self, name: Expr) -> bool:
        try:
            return self.given.is_defined(name)
        except IllFormed:
            return True

    def _is_sign(self, claim: Claim) -> bool:
        """Whether a relation orders quantities, and does not go against an order that is known."""
        sides = (claim.lhs, claim.rhs)
        if any(side.has(Density, Known, Binder, Named, AppliedUndef) for side in sides):
            return False
        for item in self.given.context.signs:
            other = item.claim
            for again in (other, Claim(other.rhs, other.relation.flipped, other.lhs)):
                if again.lhs == claim.lhs and excludes(again, claim):
                    return False
        return not any(side.is_Symbol and self.translator.vocabulary.is_variable(str(side)) for side in sides)

    # --- what speaks against it ------------------------------------------------------------------------------------

    def _against(self, claim: Claim) -> str | None:
        """Why an equation is no news: what the document has said already; None where nothing speaks against it."""
        lhs = claim.lhs
        if self._is_defined(_base_of(lhs)):
            return None if self._is_same(claim) else "the document has given it another value before"
        if isinstance(lhs, Density):
            if isinstance(claim.rhs, Known) and self.given.follows("=", 0, claim):
                return "the laws before determine it"
            if (isinstance(claim.rhs, Known) or _is_structure(claim)) and self._is_torn(claim):
                return "it contradicts what the document says before of how its variables depend on each other"
        return None

    def _is_same(self, claim: Claim) -> bool:
        try:
            return bool(self.given.context.expand(claim.lhs) == self.given.context.expand(claim.rhs))
        except IllFormed:
            return False

    def _is_torn(self, claim: Claim) -> bool:
        """Whether a product makes independent what a known law depends on, or a law depends on what a product parts."""
        context, lhs = self.given.context, claim.lhs
        assert isinstance(lhs, Density)
        if isinstance(claim.rhs, Known):
            known = (item for item in context.factorisations if item.joint.family.name == lhs.family.name)
            return any(_tears(item.factors, lhs, claim.rhs) for item in known)
        laws = ((item.name, item.value) for item in context.definitions if isinstance(item.name, Density))
        own = [(name, law) for name, law in laws if name.family.name == lhs.family.name and isinstance(law, Known)]
        return any(_tears(found_in(claim.rhs, Density), name, law) for name, law in own)

    # --- what is said of it ----------------------------------------------------------------------------------------

    def _independence(self, said: Said, node: sx.Node) -> None:
        if said.spoken.cue in (Cue.PASSING, Cue.REMINDED, Cue.TALK):
            return
        try:
            item = independence_of(node, self.translator)
        except (ReadingError, IllFormed):
            return
        if item is not None and item not in self.given.context.assumptions:
            self.given.context = self.given.context.assume(item)
            self._note(said, None)

    def _note(self, said: Said, scope: str | None) -> None:
        span = said.spoken.span
        if not any(item.span == span for item in self.taken):
            self.taken.append(Taken(self._source(span), span, scope))

    def _leave(self, said: Said, why: str) -> None:
        span = said.spoken.span
        self.translator.vocabulary.notes.append(f"{self._words(span)} is not taken in, as {why}")

    def _words(self, span: Span) -> str:
        """A formula of a sentence with its place, for a person."""
        return f"${self._source(span)}$ in line {self.text.count(chr(10), 0, span.start) + 1}"

    def _source(self, span: Span) -> str:
        return " ".join(self.text[span.start : span.end].replace("&", " ").split()).rstrip(".,; ")


def _tears(factors: Iterable[Density], name: Density, law: Known) -> bool:
    """Whether a product of densities makes independent what a law depends on."""
    groups: list[set[Expr]] = []
    for factor in factors:
        joined = {*factor.of_slots, *factor.given_slots}
        for group in [group for group in groups if group & joined]:
            groups.remove(group)
            joined |= group
        groups.append(joined)
    inside = set().union(*groups)
    used = {slot for slot in name.given_slots if slot in law.free_symbols} & inside
    return any(slot in group and used - group for slot in name.of_slots for group in groups)


def _bears_on(said: Claim, statement: Statement) -> bool:
    """Whether what is said is about something that a statement has: a density, or a quantity."""
    sides = [side for reading in statement.readings[:1] for side in (reading.claim.lhs, reading.claim.rhs)]
    name = _base_of(said.lhs)
    if not isinstance(name, Density):
        return any(side.has(name) for side in sides)
    used = {density for side in sides for density in found_in(side, Density) if density.family.name == name.family.name}
    if isinstance(said.rhs, Known | Density):
        meant = [(side.of_slots, side.given_slots) for side in (name, said.rhs) if isinstance(side, Density)]
        return any((density.of_slots, density.given_slots) in meant for density in used)
    own = set(map(base_of, name.of_slots))
    return any(own & set(map(base_of, density.of_slots)) for density in used)


def _base_of(side: Expr) -> Expr:
    """The name that a left side gives: a scale may be given by its square."""
    return side.base if side.is_Pow and is_nameable(side.base) else side


def _is_model(claim: Claim) -> bool:
    return claim.rhs.has(Known) or _is_structure(claim)


def _is_structure(claim: Claim) -> bool:
    """Whether an equation takes a density apart into several."""
    return bool(claim.rhs.is_Mul or isinstance(claim.rhs, Binder)) and claim.rhs.has(Density)


def _is_share(claim: Claim) -> bool:
    r"""Whether an equation says that some weights add up to a number: `\sum_k \pi_k = 1`."""
    total = type(claim.lhs) is IndexSum and not claim.lhs.body.has(Density, Binder, Named, AppliedUndef)
    return claim.relation is Relation.EQUAL and total and isinstance(claim.rhs, Number)
