"""Derivatives on finite models: tangents of tables, of functions, and what is refused."""

from __future__ import annotations

import pytest
from sympy import Function, Symbol, log

from symelbo.errors import NotSupported
from symelbo.language import E, Integral, context, family, variables
from symelbo.language.claims import Claim, Relation
from symelbo.language.functionals import Gradient
from symelbo.semantics.finite.evaluate import evaluate
from symelbo.semantics.finite.models import sample_model
from symelbo.semantics.witness import agrees, find_witness

x, z, phi, theta = variables("x z phi theta")
p, q, plain = family("p", theta), family("q", phi), family("q")
f = Function("f", real=True)


def equal(left, right):
    return Claim(left, Relation.EQUAL, right)


def test_tangents_of_a_conditional_sum_to_zero():
    total = Integral(Gradient(q(z | x), phi), z)
    model = sample_model([total, Gradient(q(z | x), phi)], seed=3)
    for state in (0, 1):
        assert evaluate(total, model, {x: state, phi: 0}) == 0
    assert evaluate(Gradient(q(z | x), phi), model, {x: 0, z: 0, phi: 0}) != 0


def test_tangents_keep_a_factorisation():
    claim = equal(Gradient(log(p(x, z)), theta), Gradient(log(p(x | z)), theta) + Gradient(log(p(z)), theta))
    assert agrees(claim, context()).counterexample is None
    assert find_witness(equal(claim.lhs, Gradient(log(p(x | z)), theta))) is not None


def test_the_derivative_of_a_function_is_its_prime():
    claim = equal(Gradient(f(phi) ** 2, phi), 2 * f(phi) * Function("f'", real=True)(phi))
    assert agrees(claim, context()).counted
    assert find_witness(equal(claim.lhs, 2 * f(phi))) is not None


@pytest.mark.parametrize(
    "term",
    [
        Gradient(E(f(z), plain(z)), phi),  # q is not said to depend on the parameter
        E(Gradient(log(p(x)), x), p(x)),  # the derivative is by what is averaged over
        Gradient(Gradient(q(z), phi), phi),
        q(z) + Gradient(Symbol(r"\mathcal{L}"), phi),  # short for something that does vary
    ],
    ids=str,
)
def test_derivatives_without_a_finite_meaning_are_refused(term):
    with pytest.raises(NotSupported):
        find_witness(equal(term, f(x)))


def test_a_witness_shows_the_tangents():
    score = Gradient(log(q(z)), phi)
    found = find_witness(equal(Gradient(E(f(z), q(z)), phi), -E(f(z) * score, q(z))))
    assert any("derivative" in line for line in found.lines())
