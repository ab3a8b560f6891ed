"""Stage one: the measure normal form.

Expectations, divergences, entropies, integrals and sums over densities become integrals of products of root densities
and logarithms; what integrates out is integrated out, what does not is an opaque atom that is canonical up to the
names of bound variables. With that, Bayes' rule, the chain rule and `log p(x, z) = log p(z) + log p(x | z)` are
nothing to prove. Two terms with equal forms are equal in every model of the context in which all integrals are finite.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from sympy import Add, Expr, Integer, Mul, Pow, Rational, Symbol, exp, log

from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.atoms import Scalar
from symelbo.calculus.forms.form import ZERO, Form, constant, of_atom, sum_of
from symelbo.calculus.forms.mentions import entangled
from symelbo.calculus.forms.signs import is_positive_form
from symelbo.calculus.measures.gradient import gradient_rule
from symelbo.calculus.measures.integration import Integration
from symelbo.calculus.structure import Structure
from symelbo.language import (
    KL,
    At,
    Binder,
    Block,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    may_overlap,
    value_of,
)
from symelbo.language.functionals import Gradient
from symelbo.language.walks import parts_of

__all__ = ["Normaliser", "spaces_of"]


class Normaliser(Integration):
    """Turns terms of the language into forms, under one structure and one budget; caches what it has seen."""

    def __init__(self, structure: Structure, budget: Budget) -> None:
        super().__init__(structure, budget)
        self._forms: dict[Expr, Form] = {}

    def form(self, term: Expr) -> Form:
        """The normal form of a term. Raises `BudgetExceeded`."""
        known = self._forms.get(term)
        if known is None:
            self.budget.spend(1, "normal form")
            rule = next((rule for kind, rule in _RULES if isinstance(term, kind)), None)
            if isinstance(term, Binder) and self._entangled(term):
                rule = None
            known = self._forms[term] = rule(self, term) if rule is not None else of_atom(Scalar(term))
        return known

    def _entangled(self, term: Binder) -> bool:
        """Whether a bound name may be part of another; see `entangled`."""
        return entangled(term)


def spaces_of(term: Expr) -> dict[Expr, Expr]:
    """Which variable's space a name ranges over, by the slots that it fills in a term."""
    filled = {i.args for d in parts_of(term) if isinstance(d, Density) for i in (*d.of, *d.given) if isinstance(i, At)}
    return {value: slot for slot, value in (sorted(filled, key=str) if len(filled) > 1 else filled)}


def _rational(term: Any) -> Fraction:
    return Fraction(int(term.p), int(term.q))


def _log_rule(normaliser: Normaliser, term: Any) -> Form:
    argument = normaliser.form(term.args[0])
    normaliser.written.add(argument)
    return normaliser.log(argument)


def _power_rule(normaliser: Normaliser, term: Any) -> Form:
    base, exponent = term.base, term.exp
    if exponent.is_Rational:
        return normaliser.power(normaliser.form(base), _rational(exponent))
    if base.is_positive or not (exponent.is_integer or base.is_negative):
        # a real power that is no whole number has a meaning for a positive base only
        return normaliser.exp(normaliser.form(exponent) * normaliser.log(normaliser.form(base)))
    return of_atom(Scalar(term))


def _divergence_rule(normaliser: Normaliser, term: KL) -> Form:
    if isinstance(term.left, IndexProduct):  # an average under a product is taken factor by factor
        return normaliser.form(Expectation(log(term.left) - log(term.right), term.left, term.bound))
    left, right = normaliser.form(term.left), normaliser.form(term.right)
    return normaliser.integrate(left * (normaliser.log(left) - normaliser.log(right)), term.bound, spaces_of(term))


def _entropy_rule(normaliser: Normaliser, term: Entropy) -> Form:
    if isinstance(term.law, IndexProduct):
        return normaliser.form(Expectation(-log(term.law), term.law, term.bound))
    law = normaliser.form(term.law)
    return normaliser.integrate(-(law * normaliser.log(law)), term.bound, spaces_of(term))


def _cross_entropy_rule(normaliser: Normaliser, term: CrossEntropy) -> Form:
    law = normaliser.form(term.left)
    return normaliser.integrate(-(law * normaliser.log(normaliser.form(term.right))), term.bound, spaces_of(term))


def _information_rule(normaliser: Normaliser, term: MutualInformation) -> Form:
    first, second, third = term.parts
    family = term.family
    pair = normaliser.form(Density(family, first + second, third))
    ratio = normaliser.log(pair)
    for part in (first, second):
        ratio = ratio - normaliser.log(normaliser.form(Density(family, part, third)))
    return normaliser.integrate(normaliser.form(term.joint) * ratio, term.bound)


def _copies_rule(normaliser: Normaliser, term: Expectation) -> Form | None:
    """The mean under independent draws `z_1, ..., z_K` of one law: factors of different draws are averaged apart."""
    law, bound = term.law, term.bound
    if not (isinstance(law, IndexProduct) and isinstance(law.body, Density) and len(bound) == 1):
        return None
    block = bound[0]
    if not isinstance(block, Block) or [value_of(item) for item in law.body.of] != [Entry(block.base, law.index)]:
        return None
    if (law.lower, law.upper) != (block.lower, block.upper):
        return None
    if law.index in law.body.family.free_symbols and law.expand() is not None:
        return None  # a few laws, each with its own name: `q_1(z_1) q_2(z_2)`
    if any(may_overlap(name, block) for item in law.body.given for name in item.free_symbols):
        return None  # each variable depends on others of them, as in a Markov chain
    total = ZERO
    for monomial, coefficient in normaliser.form(term.body):
        total = total + normaliser.average_copies(monomial, law, block).scaled(coefficient)
    return total


def _parts_rule(normaliser: Normaliser, term: Expectation) -> Form | None:
    """The mean under the laws of several blocks, as of all factors but one."""
    laws: dict[Expr, IndexProduct] = {}
    for factor in Mul.make_args(term.law):
        if not (isinstance(factor, IndexProduct) and isinstance(factor.body, Density)):
            return None
        entry = value_of(factor.body.of[0])
        alone = len(factor.body.of) == 1 and isinstance(entry, Entry) and entry.indices == (factor.index,)
        given = {name for item in factor.body.given for name in item.free_symbols}
        if not alone or any(getattr(name, "base", name) == entry.base for name in given):
            return None
        laws[Block(entry.base, factor.lower, factor.upper)] = factor
    if len(laws) < 2 or set(laws) != set(term.bound):
        return None
    total = ZERO
    for monomial, coefficient in normaliser.form(term.body):
        total = total + normaliser.average_parts(monomial, laws).scaled(coefficient)
    return total


def _expectation_rule(normaliser: Normaliser, term: Expectation) -> Form:
    for rule in (_copies_rule, _parts_rule):
        copies = rule(normaliser, term)
        if copies is not None:
            return copies
    return normaliser.integrate(normaliser.form(term.law) * normaliser.form(term.body), term.bound, spaces_of(term))


def _index_rule(normaliser: Normaliser, term: IndexSum) -> Form:
    written_out = term.expand()
    if written_out is not None:
        return normaliser.form(written_out)
    body = normaliser.form(term.body)
    if isinstance(term, IndexProduct):
        if not is_positive_form(body):
            return of_atom(Scalar(term))
        return normaliser.exp(normaliser.sum_over(normaliser.log(body), term.index, term.lower, term.upper))
    whole = Form({m: c for m, c in body if normaliser.runs_over_values(m, term.index, (term.lower, term.upper))})
    rest = normaliser.sum_over(body - whole, term.index, term.lower, term.upper)
    return rest + normaliser.integrate(whole, (term.index,)) if whole else rest


Rule = Callable[[Normaliser, Any], Form]

_RULES: tuple[tuple[type | tuple[type, ...], Rule], ...] = (
    (Rational, lambda n, t: constant(_rational(t))),
    (Density, Normaliser.density),
    (Add, lambda n, t: sum_of(n.form(a) for a in t.args)),
    (Mul, lambda n, t: n.product(n.form(a) for a in t.args)),
    (log, _log_rule),
    (exp, lambda n, t: n.exp(n.form(t.args[0]))),
    (Pow, _power_rule),
    (Expectation, _expectation_rule),
    (KL, _divergence_rule),
    (Entropy, _entropy_rule),
    (CrossEntropy, _cross_entropy_rule),
    (MutualInformation, _information_rule),
    (Integral, lambda n, t: n.integrate(n.form(t.body), t.bound, spaces_of(t))),
    ((IndexSum, IndexProduct), _index_rule),
    (Gradient, gradient_rule),
    (Symbol, lambda n, t: of_atom(Scalar(t))),
    (Integer, lambda n, t: constant(int(t))),
)
