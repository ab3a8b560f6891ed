"""What a document has given so far, and whether an equation gives something new or claims something."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sympy import Expr, Integer, Mul, Symbol, log
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import (
    Binder,
    Block,
    Claim,
    Context,
    Counted,
    Definition,
    Density,
    Entry,
    Expectation,
    IndexProduct,
    Relation,
    Sign,
    densities_of,
    is_variable,
)
from symelbo.language.context import factorisation
from symelbo.language.distributions import Known
from symelbo.language.functionals import Named
from symelbo.reading.sides import DEFINING

__all__ = ["Given", "factor_of", "is_nameable", "is_optimum"]

_SIZES = frozenset("JKLMNST")
_RUNNING = frozenset("ijklmnstd")  # letters that count; others beside a name are labels, as in `y_a`


@dataclass(slots=True)
class Given:
    """What a document has given up to some place: the context that statements are judged in, and the names met.

    `defined` are names with a value, `met` families in use, `seen` names of quantities and functions in use, `rounded`
    functionals whose value is only known as a decimal. `gap` says which assumption could not be taken in.
    """

    context: Context = field(default_factory=Context)
    constant_wrt: tuple[Expr, ...] = ()
    gap: str | None = None
    defined: set[Expr] = field(default_factory=set)
    met: set[str] = field(default_factory=set)
    seen: set[str] = field(default_factory=set)
    rounded: set[str] = field(default_factory=set)

    def adopt(self, lhs: Expr, relation: Relation, rhs: Expr) -> None:
        """Take an equation or inequality into the context."""
        if relation is not Relation.EQUAL:
            self.context = self.context.assume(Sign(Claim(lhs, relation, rhs)))
            return
        if isinstance(lhs, Density):
            self._count(lhs, rhs)
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
        try:
            unfolded = self.context.expand(value)
        except IllFormed:
            return True
        if isinstance(name, Entry):
            return any(entry.base == name.base for entry in unfolded.atoms(Entry))
        return bool(unfolded.has(name))

    def require(self, claims: Iterable[Claim]) -> None:
        """Take in what the laws of a claim imply, such as probabilities that sum to one."""
        known = {item.claim for item in self.context.signs}
        fresh = [Sign(claim) for claim in claims if claim not in known]
        if fresh:
            self.context = self.context.assume(*fresh)

    def meet(self, claim: Claim) -> None:
        """Remember the names in a claim."""
        self.met |= {d.family.name for side in (claim.lhs, claim.rhs) for d in side.atoms(Density)}
        self.seen |= _names(claim)

    def has_new_name(self, claim: Claim) -> bool:
        """Whether an equation of plain quantities brings in a name of its own, so that it may just be given."""
        if any(side.has(Density, Known, Binder) for side in (claim.lhs, claim.rhs)):
            return False
        return bool(_names(claim) - self.seen)

    def defines(self, sign: str, place: int, claim: Claim) -> bool:
        """Whether a statement introduces a name, a model or a table entry instead of claiming something."""
        if sign in DEFINING:
            return True
        if sign == r"\propto" and place == 0:
            return self._names_new(claim.lhs, claim.rhs)
        if sign == "=" and claim.relation is Relation.EQUAL_UP_TO_CONSTANT and place == 0:
            return isinstance(claim.lhs, log) and self._names_new(factor_of(claim), claim.rhs)
        if sign != "=" or claim.relation is not Relation.EQUAL:
            return False
        for name, value in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
            if isinstance(name, Density):
                if name is claim.lhs and place == 0 and self._models(name, value):
                    return True
            elif (
                is_nameable(name)
                and name not in self.defined
                and not self.is_defined(name)
                and not self._mentions(name, value)
            ):
                return (name is claim.lhs and place == 0) or isinstance(name, Named)
        return False

    def _names_new(self, density: Expr, value: Expr) -> bool:
        """Whether a density of a family that nothing has mentioned is given, up to a factor."""
        if not isinstance(density, Density):
            return False
        others = {inner.family.name for inner in value.atoms(Density)}
        return density.family.name not in others | self.met and not self.is_defined(density)

    def _mentions(self, name: Expr, value: Expr) -> bool:
        try:
            return bool(self.context.expand(value).has(name))
        except IllFormed:
            return True

    def is_defined(self, name: Expr) -> bool:
        """Whether the context has a value for a name."""
        return bool(self.context.expand(name) != name)

    def _models(self, density: Density, value: Expr) -> bool:
        """Whether an equation about a density is part of the model: a known law, a number, or a new factorisation."""
        if self.is_defined(density) or any(item.joint == density for item in self.context.factorisations):
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


def is_nameable(term: Expr) -> bool:
    """Whether a side may be the name of something: a symbol, an entry, a functional or a function of plain names."""
    if isinstance(term, Named) or (is_variable(term) and not isinstance(term, Block)):
        return True
    return bool(term.is_Function and getattr(term, "name", None) and all(is_variable(a) for a in term.args))


def _is_number_of(term: Expr) -> bool:
    """Whether a term is what sizes are called: a capital, or a whole number."""
    return bool(term.is_Symbol and str(term) in _SIZES) or bool(term.is_Integer and term > 1)


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
    means = [node for node in claim.rhs.atoms(Expectation) if isinstance(node.law, Expr) and node.law.has(Density)]
    laws = {law for mean in means for law in mean.law.atoms(Density)}
    own = {law.family.name for law in laws} == {density.family.name}
    apart = not any(set(law.of) & set(density.of) for law in laws)
    return own and apart and set(density.of) <= claim.rhs.free_symbols


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
