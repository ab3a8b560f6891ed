"""General claims behind explicit ones: what is made of them, what they prove, and what they must not."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, Expr, Function, Symbol, log, sympify

from symelbo import KL, E, family, prove, variables
from symelbo.language import Claim, Dot, Integral, Relation, context, known
from symelbo.language.functionals import Extremum
from symelbo.proof.generalise import generalisations, without_common_means

x, z = variables("x z")
p, q = family("p"), family("q")
f = Function("f", real=True)
rate = Symbol("lambda", positive=True)
error = Dot(x - f(z), x - f(z))
prior = known("Normal", z, 0, 1)
decoder = Eq(p(x | z), known("Normal", x, f(z), 1))


def general(left: Any, right: Any, *assuming: Any) -> list[tuple[str, str]]:
    """The sides of the general claims, as text."""
    made = generalisations(Claim(left, Relation.EQUAL, sympify(right)), context(assuming))
    return [(str(claim.lhs), str(claim.rhs)) for claim, _ in made]


def test_laws_become_families_and_norms_functions():
    assert general(KL(q(z | x), prior), 0) == [("KL(q(z | x) || r_1(z))", "0")]
    assert general(E(error, q(z)), 0)[0][0] == "E_{q(z)}[h_1(z)]"


def test_the_same_law_at_another_point_is_the_same_family():
    w = variables("w")
    left, right = general(E(log(prior), prior), E(log(known("Normal", w, 0, 1)), known("Normal", w, 0, 1)))[0]
    assert left == "E_{r_1(z)}[log(r_1(z))]"
    assert right == "E_{r_1(z=w)}[log(r_1(z=w))]"


def test_a_law_that_defines_a_density_is_that_density():
    assert general(E(log(known("Normal", x, f(z), 1)), q(z)), 0, decoder)[0][0] == "E_{q(z)}[log(p(x | z))]"


def test_nothing_is_made_where_supports_differ():
    # the mean of a ratio is one only where both densities live on the same set
    assert general(E(prior / known("Exponential", z, rate), known("Exponential", z, rate)), 1) == []
    assert general(E(known("Uniform", z, 0, 1) / q(z), q(z)), 1) == []


def test_nothing_is_made_of_claims_without_anything_explicit():
    assert general(KL(q(z), p(z)), 0) == []


def best(body: Expr) -> Extremum:
    return Extremum("argmin", body, q)


HALF = E(error, q(z)) / 2 + KL(q(z), p(z))
TRUE: tuple[tuple[str, Expr, Expr, tuple[Any, ...]], ...] = (
    ("an overall factor", best(HALF), best(E(error, q(z)) + 2 * KL(q(z), p(z))), (decoder,)),
    ("a prior written out", KL(q(z | x), prior), E(log(q(z | x)) - log(prior), q(z | x)), ()),
    ("a mixture of both", Integral(q(z) * error, z) + E(log(prior), q(z)), E(error + log(prior), q(z)), ()),
)  # fmt: skip
FALSE: tuple[tuple[str, Expr, Expr, tuple[Any, ...]], ...] = (
    ("the factor on one term only", best(HALF), best(E(error, q(z)) + KL(q(z), p(z))), (decoder,)),
    ("arguments swapped", KL(q(z | x), prior), E(log(prior) - log(q(z | x)), q(z | x)), ()),
    ("a term of unlike laws", E(log(prior), q(z)), E(log(known("Normal", z, 0, 2)), q(z)), ()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "left", "right", "assuming"), TRUE, ids=[row[0] for row in TRUE])
def test_proved(name: str, left: Expr, right: Expr, assuming: tuple[Any, ...]):
    assert prove(left, "==", right, assuming=assuming).proved


@pytest.mark.parametrize(("name", "left", "right", "assuming"), FALSE, ids=[row[0] for row in FALSE])
def test_not_proved(name: str, left: Expr, right: Expr, assuming: tuple[Any, ...]):
    assert not prove(left, "==", right, assuming=assuming).proved


def test_a_mean_on_both_sides_may_be_anything():
    mean = E(log(p(x | z)), q(z | x))
    found = without_common_means(Claim(mean + error, Relation.EQUAL, mean + 1))
    assert found is not None
    assert str(found.rhs) == "h_1(x) + 1"
    assert without_common_means(Claim(mean, Relation.EQUAL_UP_TO_CONSTANT, mean + error, (q,))) is None
    assert without_common_means(Claim(mean, Relation.EQUAL, error)) is None
