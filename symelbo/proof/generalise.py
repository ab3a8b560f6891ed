"""The general claim behind one with explicit laws: what holds whatever these laws are holds for them too.

Each explicit law becomes an abstract family of densities with the same variables, and what no finite model can
evaluate, such as `\\|x - f(z)\\|^2`, an unknown function of the same names. The claim that one started from is an
instance of the one that is made here, so that a proof and a confirmation of the general one are its own. Nothing
follows from a general claim that fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sympy import (
    Basic,
    Expr,
    Function,
    Symbol,
    binomial,
    digamma,
    factorial,
    gamma,
    loggamma,
    polygamma,
)
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language import (
    KL,
    At,
    Binder,
    Block,
    Claim,
    Context,
    CrossEntropy,
    Definition,
    Density,
    Det,
    Dot,
    Entropy,
    Expectation,
    Family,
    IndexSum,
    Indicator,
    Integral,
    Known,
    Ordered,
    Relation,
    Sign,
    Trace,
    dummy_for,
    is_variable,
    may_overlap,
    replace_free,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.functionals import Extremum, Gradient, Named
from symelbo.language.overlap import hides
from symelbo.language.walks import found_in, parts_of

__all__ = ["generalisations", "under_common_law", "without_common_means"]

# Where a law is positive: laws of one variable are only made abstract together where that is the same place for all.
_SUPPORT = {
    "Normal": "line",
    "MultivariateNormal": "line",
    "Laplace": "line",
    "Gamma": "half-line",
    "InverseGamma": "half-line",
    "Exponential": "half-line",
    "LogNormal": "half-line",
    "Beta": "interval",
    "Dirichlet": "simplex",
    "Bernoulli": "two points",
    "Poisson": "naturals",
    "Geometric": "positive naturals",
    "Binomial": "counts",
    "Categorical": "choices",
}
_SPECIAL = (Dot, Trace, Det, Ordered, gamma, loggamma, factorial, digamma, polygamma, binomial)


class _NoGeneralisation(Exception):
    """The claim has parts that nothing general was made for."""


def generalisations(claim: Claim, assumed: Context) -> Iterator[tuple[Claim, Context]]:
    """Claims of which this one is an instance, each with a context that the claim's own implies.

    Explicit laws become abstract densities and special functions unknown functions; the second way also forgets the
    signs and equations of the context. Nothing where a claim has nothing explicit in it.

    >>> from sympy import symbols
    >>> from symelbo.language import E, Relation, context, family, known, variables
    >>> from sympy import log
    >>> x, z, p = *variables("x z"), family("p")
    >>> law = known("Normal", z, 0, 1)
    >>> claim = Claim(KL(p(z | x), law), Relation.EQUAL, E(log(p(z | x)) - log(law), p(z | x)))
    >>> general, _ = next(generalisations(claim, context()))
    >>> print(general.lhs)
    KL(p(z | x) || r_1(z))
    """
    if any(side.has(Extremum, Indicator) for side in (claim.lhs, claim.rhs)):
        return
    names = tuple(item for item in assumed.definitions if not isinstance(item.name, Density))
    try:
        sides = [_with_values(expand(side, names)) for side in (claim.lhs, claim.rhs)]
        made = _Generaliser(sides, claim.wrt, assumed)
        general = replace(claim, lhs=made.walk(sides[0]), rhs=made.walk(sides[1]))
        kept = tuple(made.assumptions(assumed))
        if any(hides(item, claim.wrt) for item in assumed.definitions if item not in (*names, *kept)):
            return  # what a constant is constant in must not hide in a density that becomes abstract
    except (_NoGeneralisation, IllFormed):
        return
    dropped = len(kept) != len([item for item in assumed.assumptions if item not in names])
    if (general.lhs, general.rhs) == (claim.lhs, claim.rhs) and not dropped:
        return
    yield general, replace(assumed, assumptions=kept)
    structure = tuple(item for item in kept if not isinstance(item, Sign | Definition))
    if structure != kept:
        yield general, replace(assumed, assumptions=structure)


def without_common_means(claim: Claim) -> Claim | None:
    """The claim with the means that stand on both sides as unknown functions of what they depend on.

    It holds if this one does. None where there are none, or where a constant in a family may hide in one.

    >>> from symelbo.language import E, Relation, family, variables
    >>> from sympy import log
    >>> x, z, p, q = *variables("x z"), family("p"), family("q")
    >>> mean = E(log(p(x | z)), q(z))
    >>> print(without_common_means(Claim(mean - 1, Relation.LESS, mean)))
    Claim(lhs=h_1(x) - 1, relation=<Relation.LESS: '<'>, rhs=h_1(x), wrt=())
    """
    if any(isinstance(name, Family) for name in claim.wrt):
        return None
    means = [n for n in found_in(claim.lhs, Expectation, Integral) if n.has(Density) and claim.rhs.has(n)]
    largest = [n for n in means if not any(other is not n and other.has(n) for other in means)]
    taken = {str(use.func) for side in (claim.lhs, claim.rhs) for use in found_in(side, AppliedUndef)}
    changes: dict[Expr, Expr] = {}
    whole: set[Expr] = set()
    for number, node in enumerate(sorted(largest, key=str), 1):
        free = sorted((name for name in node.free_symbols if is_variable(name)), key=str)
        whole |= {name.base for name in free if isinstance(name, Block)}
        free = [name for name in free if not isinstance(name, Block)]
        name = f"h_{number}"
        if name in taken:
            return None
        changes[node] = Function(name, real=True)(*free) if free else Symbol(name, real=True)
    if not changes:
        return None
    made = replace(claim, lhs=claim.lhs.xreplace(changes), rhs=claim.rhs.xreplace(changes))
    # A block that stays as it is need not be an argument; one that varies would have to be.
    return None if whole & _bound_bases(made) else made


def under_common_law(claim: Claim) -> Claim | None:
    """What is averaged on both sides, where both are means under one law: the claim holds if it holds inside.

    None for other claims, and for a constant in something that the law may vary with.

    >>> from symelbo.language import E, Relation, family, variables
    >>> x, z, q = *variables("x z"), family("q")
    >>> print(under_common_law(Claim(E(z * x, q(z)), Relation.EQUAL, E(x * z, q(z)))))
    Claim(lhs=x*z, relation=<Relation.EQUAL: '='>, rhs=x*z, wrt=())
    """
    left, right = claim.lhs, claim.rhs
    if not (isinstance(left, Expectation) and isinstance(right, Expectation)):
        return None
    if left.law != right.law or left.bound != right.bound or claim.relation is Relation.PROPORTIONAL:
        return None
    if any(isinstance(name, Family) or may_overlap(name, other) for name in claim.wrt for other in _inside(left)):
        return None
    return replace(claim, lhs=left.body, rhs=right.body)


def _inside(mean: Expectation) -> set[Expr]:
    """The names that a mean's law mentions, and those that it binds."""
    return {name for name in (*mean.law.free_symbols, *mean.bound) if is_variable(name)}


def _bound_bases(claim: Claim) -> set[Expr]:
    bound = {name for side in (claim.lhs, claim.rhs) for node in found_in(side, Binder) for name in node.bound}
    return {getattr(name, "base", name) for name in (*bound, *claim.wrt)}


def _with_values(term: Any) -> Any:
    """Divergences between laws without a variable, written with one."""
    if not isinstance(term, Basic) or isinstance(term, Str | Known | Density) or is_variable(term):
        return term
    if isinstance(term, KL | CrossEntropy) and not term.bound:
        variable = dummy_for(term.left, term.right)
        return term.func(_at(term.left, variable), _at(term.right, variable), [variable])
    if isinstance(term, Entropy) and not term.bound:
        variable = dummy_for(term.law)
        return Entropy(_at(term.law, variable), [variable])
    if not term.args:
        return term
    parts = [_with_values(part) for part in term.args]
    return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)


def _at(law: Expr, variable: Expr) -> Expr:
    if not isinstance(law, Known) or law.values:
        raise _NoGeneralisation
    return law.at(variable)


class _Generaliser:
    """Replaces explicit parts of the terms of one claim, the same parts by the same abstract ones."""

    def __init__(self, terms: Iterable[Expr], wrt: Iterable[Expr], assumed: Context) -> None:
        listed = list(terms)
        self.varying = _varying(listed) | {name for name in wrt if not isinstance(name, Family)}
        self.laws: dict[Any, tuple[Family, tuple[Expr, ...]]] = {}
        self.functions: dict[Any, Any] = {}
        self.supports: dict[Expr, str] = {}
        self.folded: dict[Any, tuple[Density, tuple[Expr, ...]]] = {}
        self.taken = {str(node.name) for term in listed for node in found_in(term, Family)}
        for item in assumed.definitions:
            self._fold(item)

    def _fold(self, item: Definition) -> None:
        """A law that defines a density stands for that density wherever it is written out."""
        name, law = item.name, item.value
        if not (isinstance(name, Density) and isinstance(law, Known) and law.values):
            return
        if name.of != law.values or not is_variable(law.value) or any(map(_is_at, (*name.of, *name.given))):
            return
        self._supported(law)
        inside = {n for parameter in law.parameters for n in _names(parameter)}
        self.varying |= inside & set(name.given)
        key, filled = self._key(Known(law.args[0], (), law.parameters))
        if set(filled) <= set(name.given):
            self.folded[key] = (name, filled)

    def assumptions(self, assumed: Context) -> Iterator[Any]:
        """What is left of the context: everything that can still be said."""
        for item in assumed.assumptions:
            if isinstance(item, Definition):
                if isinstance(item.name, Density) and not _explicit(item.value):
                    yield item
            elif isinstance(item, Sign):
                if not _explicit(item.claim.lhs) and not _explicit(item.claim.rhs):
                    yield item
            else:
                yield item

    def walk(self, term: Any) -> Any:
        """The term with its explicit parts replaced."""
        if not isinstance(term, Basic) or isinstance(term, Str | Density | Family) or is_variable(term):
            return term
        if isinstance(term, Named):
            raise _NoGeneralisation
        if isinstance(term, Known):
            return self._density(term)
        if isinstance(term, _SPECIAL):
            return self._unknown(term)
        if not term.args:
            return term
        parts = [self.walk(part) for part in term.args]
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    def _key(self, term: Expr) -> tuple[Expr, tuple[Expr, ...]]:
        """The term with its varying names numbered, and these names."""
        names = tuple(name for name in _names(term) if self._varies(name))
        numbered = {name: Symbol(f"#{k}", real=True) for k, name in enumerate(names)}
        return replace_free(term, numbered), names

    def _varies(self, name: Expr) -> bool:
        return bool(name.free_symbols & self.varying) or getattr(name, "base", name) in self.varying

    def _density(self, law: Known) -> Expr:
        """The density of an abstract family in the law's place."""
        if not law.values:
            raise _NoGeneralisation
        self._supported(law)
        key, names = self._key(Known(law.args[0], (), law.parameters))
        if not is_variable(law.value) or law.value in names or isinstance(law.value, Block):
            raise _NoGeneralisation
        if any(isinstance(name, Symbol) and name.is_integer for name in names):
            raise _NoGeneralisation  # a law that differs from index to index
        if key in self.folded:
            member, formal = self.folded[key]
            values = dict(zip(formal, names, strict=True))
            given = [At(item, values.get(item, item)) for item in member.given]
            return Density(member.family, (At(member.of[0], law.value),), given)
        if key not in self.laws:
            self.laws[key] = (Family(self._fresh("r"), (), ()), (law.value, *names))
        family, (slot, *given) = self.laws[key]
        filled = [At(own, value) for own, value in zip(given, names, strict=True)]
        return Density(family, (At(slot, law.value),), filled)

    def _supported(self, law: Known) -> None:
        """Note where a law is positive. A density ratio integrates to one only where both laws live."""
        place = _SUPPORT.get(law.name)
        variable = getattr(law.value, "base", law.value)
        if place is None or self.supports.setdefault(variable, place) != place:
            raise _NoGeneralisation

    def _unknown(self, term: Expr) -> Expr:
        """An unknown function of the term's names in its place."""
        if term.has(Known, Density, Binder):
            raise _NoGeneralisation
        key, names = self._key(term)
        if key not in self.functions:
            self.functions[key] = (
                Function(self._fresh("h"), real=True) if names else Symbol(self._fresh("c"), real=True)
            )
        return self.functions[key](*names) if names else self.functions[key]

    def _fresh(self, letter: str) -> str:
        number = 1
        while f"{letter}_{number}" in self.taken:
            number += 1
        self.taken.add(f"{letter}_{number}")
        return f"{letter}_{number}"


def _is_at(item: Expr) -> bool:
    return isinstance(item, At)


def _explicit(term: Expr) -> bool:
    return bool(term.has(Known, Indicator, *_SPECIAL))


def _varying(terms: Iterable[Expr]) -> set[Expr]:
    """Names that take more than one value within a claim: bound, in a density's place, or differentiated by."""
    found: set[Expr] = set()
    for term in terms:
        for node in parts_of(term):
            if isinstance(node, Binder):
                found |= set(node.bound)
            elif isinstance(node, Density):
                found |= {name for item in (*node.of, *node.given) for name in _names(value_of(item))}
                found |= {name for parameter in node.family.parameters for name in _names(parameter)}
            elif isinstance(node, Known):
                found |= {name for value in node.values for name in _names(value)}
            elif isinstance(node, Gradient):
                found |= set(_names(node.wrt))
    return found


def _names(term: Expr) -> tuple[Expr, ...]:
    """The names that a term's value depends on, in the order they stand; an entry counts as one name."""
    found: dict[Expr, None] = {}

    def visit(node: Any, hidden: Mapping[Expr, None]) -> None:
        if is_variable(node):
            if node not in hidden:
                found[node] = None
        elif isinstance(node, IndexSum):
            raise _NoGeneralisation  # entries at a running index are not one name
        elif isinstance(node, Basic) and not isinstance(node, Str):
            for part in node.args:
                visit(part, hidden)

    visit(term, {})
    return tuple(found)
