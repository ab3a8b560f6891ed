"""Signs of atoms, and combinations of terms that are known to be non-negative."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Function, Integer, Symbol, exp, log, sqrt

from symelbo import KL, E, H, Integral, MutualInformation, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.form import ZERO
from symelbo.calculus.forms.signs import is_nonnegative, is_positive, is_positive_form
from symelbo.calculus.inequalities.nonnegative import Combination, Knowledge, Nonnegative, combine
from symelbo.calculus.judge import judge
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.structure import Structure
from symelbo.language import Claim, Context, Expectation, Relation

x, y, z = variables("x y z")
p, q, r = family("p"), family("q"), family("r")
f, g = Function("f", real=True), Function("g", real=True)
F = Function("F", positive=True)
a, c = Symbol("a", real=True), Symbol("c", positive=True)

SIGNS = (
    (p(x), True, True),
    (p(x) / q(x), True, True),
    (p(x) + q(x), True, True),
    (c * p(x), True, True),
    (exp(f(x)), True, True),
    (sqrt(p(x) + q(x)), True, True),
    (log(Integer(2)), True, True),
    (Integral(F(z) * q(z), z), True, True),
    (f(x) ** 2, False, True),
    (E(f(z) ** 2, q(z)), False, True),
    (E(log(p(z)) ** 2, q(z)), False, True),
    (log(p(x)) ** 4, False, True),
    (a * p(x), False, False),
    (f(x), False, False),
    (log(p(x)), False, False),
    ((log(p(x)) + log(q(x))) ** 5, False, False),
    (E(f(z), q(z)), False, False),
    (p(x) - q(x), False, False),
    (-p(x), False, False),
)


def normaliser() -> Normaliser:
    return Normaliser(Structure.of(Context()), Budget())


@pytest.mark.parametrize(("term", "positive", "nonnegative"), SIGNS, ids=[str(row[0]) for row in SIGNS])
def test_signs(term, positive, nonnegative):
    made = normaliser().form(term)
    assert is_positive_form(made) == positive
    assert all(is_nonnegative(monomial) and k > 0 for monomial, k in made) == nonnegative
    assert positive <= nonnegative


def test_a_square_may_vanish():
    [(atom, _)] = next(iter(normaliser().form(E(f(z) ** 2, q(z))).terms))
    assert not is_positive(atom)


def found(term, **options) -> Combination | None:
    made = normaliser()
    return combine(made.form(term), Knowledge(made, **options))


RULES = (
    (KL(q(z | x), p(z | x)), "KL-NONNEG"),
    (MutualInformation(p, [x], [z], [y]), "KL-NONNEG"),
    (log(E(F(z), q(z))) - E(log(F(z)), q(z)), "JENSEN-LOG"),
    (E(exp(f(z)), q(z)) - exp(E(f(z), q(z))), "JENSEN-EXP"),
    (E(f(z) ** 2, q(z)) - E(f(z), q(z)) ** 2, "JENSEN-SQUARE"),
    (p(x) * q(z), "POSITIVE"),
)


@pytest.mark.parametrize(("term", "rule"), RULES, ids=[row[1] for row in RULES])
def test_the_rule_is_named_and_the_certificate_adds_up(term, rule):
    certificate = found(term)
    assert certificate is not None
    assert certificate.rules == (rule,)
    assert certificate.check()
    assert found(-term) is None


def test_the_logarithm_of_what_changes_sign_has_no_jensen_gap():
    assert found(log(E(f(z), q(z))) - E(log(f(z) ** 2), q(z)) / 2) is None


def test_entropies_need_a_discrete_variable():
    assert found(H(p(z))) is None
    assert found(H(p(z)), discrete=frozenset({x})) is None
    assert found(H(p(z)), discrete=frozenset({z})).rules == ("ENTROPY-NONNEG",)


def test_a_declared_sign_multiplies_what_is_known():
    made = normaliser()
    gap = made.form(a - 1)
    excess = made.form((a - 1) * KL(q(z), p(z)))
    assert combine(excess, Knowledge(made)) is None
    assert combine(excess, Knowledge(made, nonnegative=(gap,))) is not None
    assert combine(-excess, Knowledge(made, nonnegative=(gap,))) is None


def test_zero_needs_no_terms():
    assert found(log(p(x, z)) - log(p(z)) - log(p(x | z))) == Combination(ZERO, ())


def test_a_combination_checks_its_arithmetic():
    made = normaliser()
    divergence = made.form(KL(q(z), p(z)))
    term = Nonnegative(divergence, "KL-NONNEG", "a Kullback-Leibler divergence")
    assert Combination(divergence.scaled(Fraction(2)), ((Fraction(2), term),)).check()
    assert not Combination(divergence, ((Fraction(2), term),)).check()
    assert not Combination(divergence.scaled(Fraction(-1)), ((Fraction(-1), term),)).check()
    assert not Combination(divergence, ()).check()


@pytest.mark.parametrize("law", [p(x, z), p(z) * q(z)], ids=str)
def test_a_weight_that_is_no_law_has_no_jensen_gap(law):
    outside, inside = log(Expectation(F(z), law, [z])), Expectation(log(F(z)), law, [z])
    assert not judge(Claim(outside, Relation.GREATER_EQUAL, inside), Context(), Budget()).holds
    outside, inside = log(E(F(z), p(z))), E(log(F(z)), p(z))
    assert judge(Claim(outside, Relation.GREATER_EQUAL, inside), Context(), Budget()).holds


@pytest.mark.parametrize("given", [z, f(z), z**2], ids=str)
def test_a_conditional_whose_condition_moves_along_is_no_density(given):
    """`p(z | y = g(z))` does not integrate to one over `z`."""
    claim = Claim(E(log(q(z)) - log(p(z | y.at(given))), q(z)), Relation.GREATER_EQUAL, Integer(0))
    assert not judge(claim, Context(), Budget()).holds
    fixed = Claim(E(log(q(z)) - log(p(z | y.at(x))), q(z)), Relation.GREATER_EQUAL, Integer(0))
    assert judge(fixed, Context(), Budget()).holds


@pytest.mark.parametrize(
    ("divergence", "holds"),
    [
        (KL(q(z), p(z)), True),
        (KL(q(z), p(x | z) * p(z) / p(x), [z]), True),
        (KL(q(z), p(z) / 2), True),
        (KL(q(z), 2 * p(z)), False),
        (KL(q(z), p(x, z), [z]), False),
        (KL(p(x, z), q(z), [z]), False),
        (KL(q(z), p(z | y.at(z)), [z]), False),
    ],
    ids=str,
)
def test_a_divergence_is_one_only_between_densities(divergence, holds):
    claim = Claim(divergence, Relation.GREATER_EQUAL, Integer(0))
    assert judge(claim, Context(), Budget()).holds == holds
