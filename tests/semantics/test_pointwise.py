"""Explicit laws written out on finite models: what is written, what is refused, and what a witness shows."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, Expr, Function, Symbol, log, loggamma, pi

from symelbo import KL, E, family, variables
from symelbo.errors import NotSupported
from symelbo.language import Claim, Dot, Identity, Integral, Relation, context, known
from symelbo.semantics import witness as tables
from symelbo.semantics.finite.pointwise import pointwise

x, z, m = variables("x z m")
p, q = family("p"), family("q")
f = Function("f", real=True)
s = Symbol("s", positive=True)
decoder = Eq(p(x | z), known("Normal", x, f(z), s**2))
vector = Eq(p(x | z), known("MultivariateNormal", x, f(z), s**2 * Identity()))
coin = Eq(p(x | z), known("Bernoulli", x, f(z)))
square = -E((x - f(z)) ** 2, q(z | x)) / (2 * s**2)
norm = -E(Dot(x - f(z), x - f(z)), q(z | x)) / (2 * s**2)


def agrees(left: Expr, right: Expr, *given: Any, dimension: int = 1, relation: Relation = Relation.EQUAL) -> bool:
    wrt = (q,) if relation is Relation.EQUAL_UP_TO_CONSTANT else ()
    written = pointwise(Claim(left, relation, right, wrt), context(given), dimension)
    found = tables.agrees(written.claim, written.context, draws=2, seed=3)
    assert found.counted
    return found.counterexample is None


def test_a_gaussian_decoder():
    mean = E(log(p(x | z)), q(z | x))
    assert agrees(mean, square - log(2 * pi * s**2) / 2, decoder)
    assert not agrees(mean, square - log(2 * pi * s) / 2, decoder)
    assert not agrees(mean, 2 * square - log(2 * pi * s**2) / 2, decoder)


def test_a_vector_has_coordinates():
    mean = E(log(p(x | z)), q(z | x))
    assert agrees(mean, norm - log(2 * pi * s**2), vector, dimension=2)
    assert not agrees(mean, norm - log(2 * pi * s**2) / 2, vector, dimension=2)


def test_up_to_a_constant():
    mean, relation = E(log(p(x | z)), q(z | x)), Relation.EQUAL_UP_TO_CONSTANT
    assert agrees(mean, norm, vector, dimension=2, relation=relation)
    assert not agrees(mean, 2 * norm, vector, dimension=2, relation=relation)


def test_the_other_densities_of_the_model_follow():
    elbo = E(log(p(x | z)), q(z | x)) - KL(q(z | x), p(z))
    assert agrees(log(p(x)) - elbo, KL(q(z | x), p(z | x)), decoder)
    assert not agrees(log(p(x)) - elbo, KL(q(z | x), p(z)), decoder)
    assert agrees(p(x, z), p(z) * p(x | z), decoder)


def test_laws_that_live_on_a_part_of_the_line_are_taken_there():
    mean = E(log(p(x | z)), q(z | x))
    assert agrees(mean, E(x * log(f(z)) + (1 - x) * log(1 - f(z)), q(z | x)), coin)
    assert agrees(mean, E(x**2 * log(f(z)) + (1 - x) * log(1 - f(z)), q(z | x)), coin)  # x is zero or one
    assert not agrees(mean, E(x * log(f(z)) + (1 + x) * log(1 - f(z)), q(z | x)), coin)
    poisson = Eq(p(x | z), known("Poisson", x, f(z)))
    assert agrees(mean, E(x * log(f(z)) - f(z), q(z | x)) - loggamma(x + 1), poisson)
    assert not agrees(mean, E(x * log(f(z)) + f(z), q(z | x)) - loggamma(x + 1), poisson)


@pytest.mark.parametrize(
    ("left", "given"),
    [
        (E(log(known("Normal", z, 0, 1)), q(z | x)), ()),  # tables and lines have no measure in common
        (Integral(p(x | z), x), (decoder,)),
        (E(log(p(x | z)), q(z | x)), (Eq(p(x | z), known("Dirichlet", x, f(z))),)),
        (KL(q(z | x), p(z)), ()),
        (p(x, z, m), (decoder,)),
    ],
)
def test_refused(left: Expr, given: tuple[Any, ...]):
    with pytest.raises(NotSupported):
        pointwise(Claim(left, Relation.EQUAL, log(p(x))), context(given), 1)
