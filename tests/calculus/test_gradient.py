"""Derivatives of normal forms: the product rule, what integrates out, and what has no rule."""

from __future__ import annotations

import pytest
from sympy import Abs, Dummy, Function, exp, log, symbols

from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.atoms import Root, Scalar, Tangent
from symelbo.calculus.forms.form import ZERO, of_atom
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.measures.slopes import NotDifferentiable, depends, slope
from symelbo.calculus.structure import Structure
from symelbo.language import E, Entry, IndexSum, Integral, context, family, variables
from symelbo.language.functionals import Gradient

x, z, phi, theta = variables("x z phi theta")
p, q = family("p", theta), family("q", phi)
f, a, b = Function("f", real=True), *symbols("a b", real=True)


def form(term, *assuming):
    return Normaliser(Structure.of(context(assuming)), Budget()).form(term)


def test_a_density_has_a_tangent_by_its_own_parameter_only():
    root = Root(q(z).family, frozenset({(z, z)}))
    assert form(Gradient(q(z), phi)) == of_atom(Tangent(root, (phi,)))
    assert form(Gradient(q(z), theta)) == ZERO


def test_tangents_integrate_to_those_of_marginals():
    assert form(Integral(Gradient(p(x, z), theta), z)) == form(Gradient(p(x), theta))
    assert form(Integral(Gradient(p(x, z), theta), z)) != form(Gradient(p(z), theta))
    assert form(Integral(Gradient(q(z), phi), z)) == ZERO


def test_a_variable_that_the_derivative_is_by_is_not_integrated_out():
    assert form(Integral(Gradient(p(x), x), x)) != ZERO


def test_conditionals_follow_the_quotient_rule():
    assert form(E(Gradient(log(p(z | x)), theta), p(z | x))) == ZERO
    assert form(E(Gradient(log(p(x, z)), theta), p(z | x))) == form(Gradient(log(p(x)), theta))
    assert form(E(Gradient(log(p(x, z)), theta), p(z))) != form(Gradient(log(p(x)), theta))


def test_second_derivatives_commute():
    both = family("r", theta, phi)
    assert form(Gradient(Gradient(both(x), theta), phi)) == form(Gradient(Gradient(both(x), phi), theta))
    assert form(Gradient(Gradient(both(x), theta), theta)) != form(Gradient(Gradient(both(x), phi), theta))


@pytest.mark.parametrize("term", [Abs(phi), Entry(phi, 1), q(z) + phi * Entry(phi, 1)], ids=str)
def test_what_has_no_rule_stays_as_it_is(term):
    assert form(Gradient(term, phi)) == of_atom(Scalar(Gradient(term, phi)))


def test_the_chain_rule_names_derivatives():
    prime = Function("f'", real=True)
    assert slope(f(a + b * phi), phi) == b * prime(a + b * phi)
    assert slope(f(a), phi) == 0
    assert slope(exp(a * phi), phi) == a * exp(a * phi)


def test_functions_carry_parameters_in_subscripts():
    assert depends(Function(r"g_{phi}")(x), phi)
    assert not depends(Function(r"g_{phix}")(x), phi)
    assert slope(Function(r"g_{phi}", real=True)(x), phi) != 0


def test_entries_at_running_indices_are_not_taken_for_others():
    j, k = symbols("j k", integer=True)
    with pytest.raises(NotDifferentiable):
        slope(IndexSum(f(Entry(z, k)), k, 1, 3), Entry(z, j))
    with pytest.raises(NotDifferentiable):
        depends(Entry(z, Dummy(integer=True)), Entry(z, j))
    assert slope(f(Entry(z, 1)), Entry(z, 2)) == 0
