"""What a document has given so far, and whether an equation gives something new or claims something."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from sympy import Add, Expr, Integer, Mul, Symbol, exp, log
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import (
    KL,
    Binder,
    Block,
    Claim,
    Context,
    Counted,
    CrossEntropy,
    Definition,
    Density,
    Entropy,
    Entry,
    Expectation,
    Factorisation,
    Family,
    IndexProduct,
    MutualInformation,
    Relation,
    Sign,
    base_of,
    densities_of,
    is_variable,
)
from symelbo.language.context import factorisation
from symelbo.language.definitions import expand
from symelbo.language.distributions import Known
from symelbo.language.functionals import Gradient, Named
from symelbo.language.mixtures import mixtures
from symelbo.language.names import name_of
from symelbo.language.walks import found_in
from symelbo.reading.stating.determined import is_determined
from symelbo.reading.stating.recursions import is_apart
from symelbo.reading.stating.sides import DEFINING
from symelbo.reading.surveying.averages import aggregate_of, is_average, is_over_data, weights_of
from symelbo.reading.surveying.copies import law_for_all
from symelbo.reading.surveying.roots import balanced, power_of, root_of

__all__ = ["Given", "factor_of", "is_nameable", "is_optimum", "unwrapped"]

_SIZES = frozenset("JKLMNST")
_KNOWN_FUNCTIONALS = (KL, CrossEntropy, Entropy, MutualInformation)
_RUNNING = frozenset("ijklmnstd")  # letters that count; others beside a name are labels, as in `y_a`


@dataclass(slots=True)
class Given:
    """What a document has given up to some place: the context that statements are judged in, and the names met.

    `defined` are names with a value, `met` families in use, `seen` names of quantities and functions in use, `rounded`
    functionals whose value is only known as a decimal, `random` what densities are densities of or are given. `gap`
    says which assumption could not be taken in.
    """

    context: Context = field(default_factory=Context)
    constant_wrt: tuple[Expr, ...] = ()
    gap: str | None = None
    defined: set[Expr] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    rounded: set[str] = field(default_factory=set)
    random: set[str] = field(default_factory=set)

    def adopt(self, lhs: Expr, relation: Relation, rhs: Expr) -> None:
        """Take an equation or inequality into the context."""
        if lhs == rhs:
            return  # read as the same: nothing is said
        if relation is not Relation.EQUAL:
            self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
            return
        root = root_of(lhs, rhs, self._is_scale)
        lhs, rhs = root if root is not None else (lhs, rhs)
        if isinstance(lhs, Density):
            lhs, rhs = law_for_all(lhs, rhs)
            self._count(lhs, rhs)
            weights = weights_of(lhs, rhs, self.context) or self._aggregate(lhs, rhs)
            factors = _factors(rhs)
            if weights is not None:
                self.context = self.context.assume(weights)
            elif factors is not None and (len(factors) > 1 or factors[0].family == lhs.family):
                self.context = self.context.assume(factorisation(_one_by_one(lhs), factors))
            else:
                self.context = self.context.assume(Definition(lhs, rhs, _parameters(lhs)))
        elif not is_nameable(lhs) and not isinstance(lhs, Block):
            ties = [pair for pair in balanced(lhs, rhs, self._is_scale) if not self.is_defined(pair[0])]
            if ties and not self._refers_back(*ties[-1]):
                self.adopt(ties[-1][0], Relation.EQUAL, ties[-1][1])
            else:
                self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
        elif self._refers_back(lhs, rhs) and is_apart(lhs, self._unfolded(rhs)):
            # `x_s = a h(x_t)` for two times: what one entry is by another, at these indices
            self.context = self.context.assume(Definition(lhs, rhs, ()))
        elif self._refers_back(lhs, rhs):
            # a recursion, or a second equation for the same quantities: an equation to use, not a name to unfold
            self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
        else:
            self.context = self.context.assume(Definition(lhs, rhs, _parameters(lhs)))
        self.defined.add(lhs)

    def _count(self, density: Density, value: Expr) -> None:
        """`q(n) = 1/N` says that `n` takes `N` values."""
        total = 1 / value
        if len(density.of) == 1 and not density.given and is_variable(density.of[0]) and _is_number_of(total):
            variable = density.of[0]
            others = tuple(a for a in self.context.assumptions if getattr(a, "variable", None) != variable)
            ends = next(((c.lower, c.upper) for c in self.context.counted if c.variable == variable), None)
            if ends is None or ends[1] - ends[0] + 1 != total:
                counted = Counted(variable, Integer(1), total)
                self.context = Context((counted, *others), self.context.discrete | {variable})

    def _refers_back(self, name: Expr, value: Expr) -> bool:
        """Whether unfolding the value would meet the name again."""
        unfolded = self._unfolded(value)
        if unfolded is None:
            return True
        if isinstance(name, Entry):
            return any(entry.base == name.base for entry in found_in(unfolded, Entry))
        return bool(unfolded.has(name))

    def _unfolded(self, value: Expr) -> Expr | None:
        """A value with what is given in place of names; None where these go round in a circle."""
        with suppress(IllFormed):
            return self.context.expand(value)
        return None

    def require(self, claims: Iterable[Claim]) -> None:
        """Take in what the laws of a claim imply, such as probabilities that sum to one."""
        known = {item.claim for item in self.context.signs}
        fresh = [Sign(claim) for claim in claims if claim not in known]
        if fresh:
            self.context = self.context.assume(*fresh)

    def meet(self, claim: Claim) -> None:
        """Remember the names in a claim."""
        densities = {d for side in (claim.lhs, claim.rhs) for d in found_in(side, Density)}
        self.met |= {d.family.name for d in densities}
        self.random |= {str(base_of(slot)) for d in densities for slot in d.of_slots}
        self.seen |= _names(claim)

    def has_new_name(self, claim: Claim) -> bool:
        """Whether an equation of plain quantities brings in a name of its own, so that it may just be given."""
        if any(side.has(Density, Known, Binder) for side in (claim.lhs, claim.rhs)):
            return False
        names = _names(claim)
        counting = {str(name) for side in (claim.lhs, claim.rhs) for name in found_in(side, Symbol) if name.is_integer}
        known = {n for d in self.context.definitions for n in _names(Claim(d.name, Relation.EQUAL, d.value))}
        if not names - self.seen - counting - known:
            ties = balanced(claim.lhs, claim.rhs, self._is_scale)
            return bool(ties) and not any(self.is_defined(name) for name, _ in ties)
        # An equation between compound terms in the same names is an identity, or none.
        sides = [_names(Claim(side, Relation.EQUAL, Integer(0))) for side in (claim.lhs, claim.rhs)]
        return sides[0] != sides[1] or any(map(is_nameable, (claim.lhs, claim.rhs)))

    def _is_scale(self, name: Expr) -> bool:
        """Whether a name may be given by its square: a plain quantity that no density is a density of."""
        if not is_nameable(name) or isinstance(name, Named) or name.is_integer:
            return False
        return str(base_of(name)) not in self.random

    def new_names(self, claim: Claim) -> set[str]:
        """Names of quantities and functions in a claim that nothing before has."""
        return _names(claim) - self.seen

    def solved(self, claim: Claim) -> tuple[Expr, Expr] | None:
        """A new name of an equation that stands alone as a term in it, and what the equation says that it is."""
        fresh = _names(claim) - self.seen
        for side, other in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
            for term in Add.make_args(side):
                sign, name = term.as_coeff_Mul()
                value = sign * (other - (side - term))
                name, value = root_of(name, value, self._is_scale) or (name, value)
                if abs(sign) != 1 or not is_nameable(name) or isinstance(name, Named):
                    continue
                own = name_of(name)
                if own in fresh and own not in _names(Claim(value, Relation.EQUAL, Integer(0))):
                    return None if self.is_defined(name) else (name, value)
        ties = [] if fresh else balanced(claim.lhs, claim.rhs, self._is_scale)
        return ties[-1] if ties else None

    def named_term(self, sign: str, claim: Claim) -> tuple[Expr, Expr] | None:
        r"""The only functional of an equation that is not defined, where it is one of the terms, and what it is then.

        `\log p(x) = \mathcal{L}(q) + \mathrm{KL}(q \| p)` says what the bound is where the document has no other line
        that does.
        """
        if sign != "=" or claim.relation is not Relation.EQUAL:
            return None
        names = {name for side in (claim.lhs, claim.rhs) for name in found_in(side, Named) if not self.is_defined(name)}
        if len(names) != 1:
            return None
        (name,) = names
        if not all(isinstance(item, Family) or is_variable(item) for item in name.arguments):
            return None
        for side, other in ((claim.rhs, claim.lhs), (claim.lhs, claim.rhs)):
            for term in Add.make_args(side):
                factor, body = term.as_coeff_Mul()
                value = factor * (other - (side - term))
                if body == name and abs(factor) == 1 and not self._mentions(name, value):
                    return name, value
        return None

    def follows(self, sign: str, place: int, claim: Claim) -> bool:
        """Whether an equation gives a second law to what the explicit laws of its family determine already.

        Each variable that leads to it then has a law, up to what is conditioned on: the equation is a claim, and what
        it says is known from there on.
        """
        density, law = claim.lhs, claim.rhs
        if sign != "=" or place or not isinstance(density, Density) or not isinstance(law, Known):
            return False
        return law.values == density.of and self._is_determined(density)

    def _is_determined(self, density: Expr) -> bool:
        """Whether the explicit laws of a family lead to one of its densities."""
        if not isinstance(density, Density) or self.is_defined(density) or len(density.of) != 1:
            return False
        laws = [
            item.name
            for item in self.context.definitions
            if isinstance(item.name, Density)
            and item.name.family.name == density.family.name
            and _is_member(item.name.family, density.family)
            and isinstance(item.value, Known)
            and len(item.name.of) == 1
        ]
        return is_determined(density.of[0], set(density.given_slots), laws)

    def unexplained(self, claim: Claim) -> frozenset[str]:
        """Names of a claim that nothing before has, other than those of its own variables."""
        densities = {density for side in (claim.lhs, claim.rhs) for density in found_in(side, Density)}
        slots = {slot for density in densities for slot in (*density.of_slots, *density.given_slots)}
        own = {str(base_of(slot)) for slot in slots}
        given: set[str] = set()
        for item in self.context.assumptions:
            if isinstance(item, Sign):
                given |= _names(item.claim)
            elif isinstance(item, Definition):
                given |= _names(Claim(item.name, Relation.EQUAL, item.value))
        return frozenset(_names(claim) - own - given - self.seen)

    def defines(self, sign: str, place: int, claim: Claim) -> bool:
        """Whether a statement introduces a name, a model or a table entry instead of claiming something."""
        if sign in DEFINING:
            # what has a meaning already is not given another one: that it is what is written here is judged
            return not isinstance(claim.rhs if sign == "=:" else claim.lhs, _KNOWN_FUNCTIONALS)
        if sign == r"\propto" and place == 0:
            return self._names_new(claim.lhs, claim.rhs) and not self._is_determined(claim.lhs)
        if sign == "=" and claim.relation is Relation.EQUAL_UP_TO_CONSTANT and place == 0:
            return isinstance(claim.lhs, log) and self._names_new(factor_of(claim), claim.rhs)
        if sign != "=" or claim.relation is not Relation.EQUAL:
            return False
        root = power_of(claim.lhs, claim.rhs, self._is_scale) if place == 0 else None
        if root is not None and not (self._mentions(*root) or self._restates(claim, root[0])):
            return root[0] not in self.defined and not self.is_defined(root[0])
        if place == 0 and self._names_wrapped(claim):
            return True
        for name, value in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
            if isinstance(name, Density):
                if name is claim.lhs and place == 0 and self._models(name, value):
                    return True
            elif (
                (is_nameable(name) or (isinstance(name, Block) and value.has(Block)))
                and name not in self.defined
                and not self.is_defined(name)
                and not self._mentions(name, value)
                and not self._restates(claim, name)
            ):
                return (name is claim.lhs and place == 0) or isinstance(name, Named)
        return False

    def _names_wrapped(self, claim: Claim) -> bool:
        r"""Whether an equation gives a new name by its logarithm or gradient: `\log \rho_k = ...`, `\nabla J = ...`."""
        if not isinstance(claim.lhs, log | Gradient):
            return False
        name = claim.lhs.args[0]
        scale = isinstance(claim.lhs, log) and self._is_scale(name) and not claim.rhs.is_number
        if not scale and not claim.rhs.has(Density, Binder):
            return False
        if not is_nameable(name) or name_of(name) in self.seen:
            return False
        return name not in self.defined and not self.is_defined(name) and not self._mentions(name, claim.rhs)

    def _restates(self, claim: Claim, name: Expr) -> bool:
        """Whether an equation that was given already ties a name and the same quantities together."""
        names = _quantities(claim)
        return any(
            item.claim.relation is Relation.EQUAL
            and names <= _quantities(item.claim)
            and any(side.has(name) for side in (item.claim.lhs, item.claim.rhs))
            for item in self.context.signs
        )

    def _names_new(self, density: Expr, value: Expr) -> bool:
        """Whether a density of a family that nothing has mentioned is given, up to a factor."""
        if not isinstance(density, Density):
            return False
        others = {inner.family.name for inner in found_in(value, Density)}
        return density.family.name not in others | self.met and not self.is_defined(density)

    def _mentions(self, name: Expr, value: Expr) -> bool:
        try:
            return bool(self.context.expand(value).has(name))
        except IllFormed:
            return True

    def is_defined(self, name: Expr) -> bool:
        """Whether the context has a value for a name."""
        if isinstance(name, Density) and self._has_law_elsewhere(name):
            own = [item for item in self.context.definitions if isinstance(item.name, Density)]
            return bool(expand(name, own) != name)
        return bool(self.context.expand(name) != name)

    def _has_law_elsewhere(self, density: Density) -> bool:
        """Whether another family gives the variables of a density a law: what they are made of is said of that one."""
        return any(
            isinstance(item.name, Density)
            and isinstance(item.value, Known)
            and item.name.family.name != density.family.name
            and item.name.of_slots == density.of_slots
            for item in self.context.definitions
        )

    def _aggregate(self, density: Density, value: Expr) -> Factorisation | None:
        """The joint that an aggregate such as `q(z) = \\int p_D(x) q(z | x) dx` is a marginal of; not of p."""
        return None if density.family.name == "p" else aggregate_of(density, value, self.context)

    def _is_structured(self, density: Density) -> bool:
        """Whether a declared factorisation says already how the variables of a density depend on each other."""
        about, name = {*density.of_slots, *density.given_slots}, density.family.name
        wide = len(density.of) > 1 or isinstance(density.of[0], Block)
        return any(
            item.joint == density or (item.joint.family.name == name and wide and about <= set(item.joint.of_slots))
            for item in self.context.factorisations
        ) or any(
            wide and item.name.family.name == name and _is_part_of(about, item.name)
            for item in self.context.definitions
            if isinstance(item.name, Density) and item.value.has(IndexProduct)
        )

    def _models(self, density: Density, value: Expr) -> bool:
        """Whether an equation about a density is part of the model: a known law, a number, or a new factorisation."""
        if self.is_defined(density) or self._is_structured(density):
            return False
        if any(mixture.written_out(density) is not None for mixture in mixtures(self.context)):
            return False  # what the components of a mixture give is no further assumption
        if is_average(density, value):
            return is_over_data(density, value) or weights_of(density, value, self.context) is not None
        if self._aggregate(density, value) is not None:
            return True
        if not value.has(Density):
            about = self.context.expand(value)  # names of densities, as in `p(z | x) = a(z) b(z)`
            return not any(inner.family.name == density.family.name for inner in found_in(about, Density))
        factors = _factors(value)
        if factors is not None:
            if len(factors) == 1:  # another family's density under a new name: \pi(h) = p(h | d)
                other = factors[0]
                return other.family.name != density.family.name and set(other.of_slots) == set(density.of_slots)
            return _is_factorisation(density, factors)
        if _is_product(value) and value.has(IndexProduct):
            return True
        if _is_normalised(density, value):
            return True
        # a family met for the first time, given in terms of others
        others = {inner.family.name for inner in found_in(value, Density)}
        return density.family.name not in others | self.met


def unwrapped(lhs: Expr, rhs: Expr) -> tuple[Expr, Expr] | None:
    """What an equation says that a name is which it gives by its logarithm or its gradient; None where it does not."""
    if isinstance(lhs, log):
        return lhs.args[0], exp(rhs)
    same = isinstance(lhs, Gradient) and isinstance(rhs, Gradient) and lhs.wrt == rhs.wrt
    return (lhs.body, rhs.body) if same else None


def _is_part_of(slots: Iterable[Expr], sequence: Density) -> bool:
    """Whether some variables are among those of the joint density of a whole sequence, as far as their names tell."""
    whole = {*sequence.of_slots, *sequence.given_slots}
    bases = {slot.base for slot in whole if isinstance(slot, Block)}
    return all(slot in whole or (isinstance(slot, Entry | Block) and slot.base in bases) for slot in slots)


def is_nameable(term: Expr) -> bool:
    """Whether a side may be the name of something: a symbol, an entry, a functional or a function of plain names."""
    if isinstance(term, Named) or (is_variable(term) and not isinstance(term, Block)):
        return True
    return bool(term.is_Function and getattr(term, "name", None) and all(is_variable(a) for a in term.args))


def _is_number_of(term: Expr) -> bool:
    """Whether a term is what sizes are called: a capital, or a whole number."""
    return bool(term.is_Symbol and str(term) in _SIZES) or bool(term.is_Integer and term > 1)


def _is_member(first: Any, second: Any) -> bool:
    """Whether two names of densities may be the same one: `p_1` and `p_2` are two, `q_j` and `q_k` are any."""
    pairs = zip(first.indices, second.indices, strict=False)
    return len(first.indices) == len(second.indices) and not any((a - b).is_nonzero for a, b in pairs)


def _quantities(claim: Claim) -> set[Expr]:
    return {node for side in (claim.lhs, claim.rhs) for node in side.free_symbols if isinstance(node, Entry | Symbol)}


def factor_of(claim: Claim) -> Expr:
    """What a claim up to a factor, or up to a constant term, is about: the left side, without its logarithm."""
    constant = claim.relation is Relation.EQUAL_UP_TO_CONSTANT
    return claim.lhs.args[0] if constant and isinstance(claim.lhs, log) else claim.lhs


def is_optimum(sign: str, claim: Claim) -> bool:
    r"""Whether an equation is the condition for the best factor: `\log q(a) = E_{q(b)}[\log p(x, a, b)] + const`.

    The average is under other factors of the family on the left, and it depends on what the factor is a density of.
    """
    constant = claim.relation is Relation.EQUAL_UP_TO_CONSTANT and isinstance(claim.lhs, log)
    density = factor_of(claim)
    if not isinstance(density, Density) or not (constant or sign == r"\propto"):
        return False
    means = [node for node in found_in(claim.rhs, Expectation) if isinstance(node.law, Expr) and node.law.has(Density)]
    laws = {law for mean in means for law in found_in(mean.law, Density)}
    own = {law.family.name for law in laws} == {density.family.name}
    apart = not any(set(law.of) & set(density.of) for law in laws)
    return own and apart and set(density.of) <= claim.rhs.free_symbols


def _names(claim: Claim) -> set[str]:
    """Names of quantities and functions in a claim, without indices."""
    return {name_of(node) for side in (claim.lhs, claim.rhs) for node in found_in(side, Entry, Symbol, AppliedUndef)}


def _parameters(lhs: Expr) -> tuple[Expr, ...]:
    """The names in a definition's head that stand for anything: arguments of functions, indices that are letters."""
    if isinstance(lhs, Named):
        return tuple(a for a in lhs.arguments if is_variable(a))
    if isinstance(lhs, Entry):
        return tuple(i for i in lhs.indices if i.is_Symbol and str(i) in _RUNNING)
    if lhs.is_Function:
        return tuple(lhs.args)
    return ()


def _one_by_one(density: Density) -> Density:
    """The density with the entries of its blocks, where their ends are numbers."""
    sides = ([e for slot in part for e in _entries(slot)] for part in (density.of, density.given))
    return Density(density.family, *sides)


def _entries(slot: Expr) -> tuple[Expr, ...]:
    return (slot.entries() or (slot,)) if isinstance(slot, Block) else (slot,)


def _factors(value: Expr) -> tuple[Density, ...] | None:
    """Densities whose product the value is."""
    found = densities_of(value)
    return found if found else None


def _is_factorisation(density: Density, factors: tuple[Density, ...]) -> bool:
    try:
        factorisation(_one_by_one(density), factors)
    except IllFormed:
        return False
    return True


def _is_normalised(density: Density, value: Expr) -> bool:
    r"""Whether a value is what other families say, divided by a normaliser: `q(z) = p(x, z) / \sum_z p(x, z)`."""
    top, bottom = value.as_numer_denom()
    others = {inner.family.name for inner in found_in(value, Density)}
    return (
        bool(bottom.has(Density))
        and density.family.name not in others
        and _is_product(top)
        and set(density.of_slots) <= top.free_symbols
        and not set(density.of_slots) & bottom.free_symbols
    )


def _is_product(value: Expr) -> bool:
    """Whether a value is made of densities by products alone, products over an index included."""
    return all(
        isinstance(factor, Density | Known) or (isinstance(factor, IndexProduct) and _is_product(factor.body))
        for factor in Mul.make_args(value)
    )
