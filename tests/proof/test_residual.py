"""The difference of both sides of a false claim, in readable terms that are proved to be it."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, Symbol, digamma, exp, log, symbols

from symelbo import KL, E, H, context, family, prove, variables
from symelbo.checking import check_text
from symelbo.language import Claim, Definition, IndexSum, Integral, MutualInformation, Relation, Variable, known
from symelbo.proof.residual import residual_of

x, z = variables("x z")
p, q = family("p"), family("q")
a, b = symbols("a b", positive=True)
ELBO = E(log(p(x, z)) - log(q(z | x)), q(z | x))

DIFFERENCES: tuple[tuple[Expr, Expr, Expr], ...] = (
    (log(p(x)), ELBO, KL(q(z | x), p(z | x))),
    (log(p(x)), ELBO - KL(q(z | x), p(z | x)), 2 * KL(q(z | x), p(z | x))),
    (ELBO, E(log(p(x, z)), q(z | x)) - H(q(z | x)), 2 * H(q(z | x))),
    (E(log(p(z | x)), q(z)), E(log(p(x | z)) + log(p(z)) + log(p(x)), q(z)), -2 * log(p(x))),
    (E(log(p(x, z)) + p(z) ** 2, q(z)), E(log(p(x, z)), q(z)), E(p(z) ** 2, q(z))),
    (
        E(log(q(z | x) / p(z)), q(z | x)),
        MutualInformation(q, [x], [z]) + KL(q(z), p(z)),
        KL(q(z | x), p(z)) - E(KL(q(z | x), p(z)), q(x)),
    ),
    (KL(q(z), p(z)), KL(p(z), q(z)) + 2 * log(p(x)) - log(p(x)), None),
)


@pytest.mark.parametrize(("left", "right", "due"), DIFFERENCES)
def test_the_difference_is_the_one_a_person_would_name(left: Expr, right: Expr, due: Expr | None) -> None:
    found = residual_of(Claim(left, Relation.EQUAL, right), context())
    assert found == due


@pytest.mark.parametrize(("left", "right", "due"), DIFFERENCES)
def test_a_difference_is_proved_and_another_one_is_not(left: Expr, right: Expr, due: Expr | None) -> None:
    if due is not None:
        assert prove(left - right, "==", due).proved
        assert prove(left - right, "==", 2 * due).refuted


def test_explicit_laws_differ_by_their_closed_form() -> None:
    beta = known("Beta", z, a, b)
    found = residual_of(Claim(E(log(z), beta), Relation.EQUAL, digamma(a)), context())
    assert found == -digamma(a + b)


def test_sums_with_the_same_summands_are_taken_together() -> None:
    j, d = Symbol("j", integer=True, positive=True), Symbol("d", integer=True, positive=True)
    m = Variable("m")
    right = IndexSum(m[j] ** 2, j, 1, d) - IndexSum(log(a) * j, j, 1, d) - 1
    found = residual_of(Claim(IndexSum(m[j] ** 2 - log(a) * j - 1, j, 1, d), Relation.EQUAL, right), context())
    assert found == 1 - d


def test_a_normaliser_that_was_left_out_is_what_the_sides_differ_by() -> None:
    mean = E(log(p(x, z)), p(x))
    assumed = context([Definition(q(z), exp(mean) / Integral(exp(mean), z))])
    found = residual_of(Claim(log(q(z)), Relation.EQUAL, mean), assumed)
    assert found == -log(Integral(exp(mean), z))
    assert residual_of(Claim(log(q(z)), Relation.EQUAL, mean - log(Integral(exp(mean), z))), assumed) is None


FLOW = r"""A layer maps data $x$ to the base variable $y$:
$$y = \exp(s) x + t$$
The likelihood is
$$\log p_X(x) = \log p_Y(y) SIGN s$$
"""


@pytest.mark.parametrize(("sign", "due"), [("-", "2 s"), ("+", None)])
def test_a_wrong_sign_in_a_change_of_variables_is_twice_the_term(sign: str, due: str | None) -> None:
    claim = check_text(FLOW.replace("SIGN", sign), "flow.md").files[0].claims[-1]
    assert claim.residual == due


def test_equal_sides_and_unordered_relations_have_no_difference() -> None:
    assert residual_of(Claim(log(p(x, z)), Relation.EQUAL, log(p(x)) + log(p(z | x))), context()) is None
    assert residual_of(Claim(p(x, z), Relation.PROPORTIONAL, p(x), (z,)), context()) is None


def test_a_difference_that_only_repeats_both_sides_is_not_said() -> None:
    assert residual_of(Claim(p(z | x), Relation.EQUAL, p(x, z)), context()) is None
    assert residual_of(Claim(Integer(1), Relation.EQUAL, log(p(x))), context()) is None
