"""True consequences of structure are never refuted, by tables or continuous stand-ins, and slips are never proved.

Each row once was judged wrongly by one of the roads.
"""

from __future__ import annotations

from typing import Any

import pytest
from soundness.vocabulary import f, p, q, theta, w, x, z
from sympy import Eq, Expr, Function, Symbol, exp, log

from symelbo import E, IndexProduct, IndexSum, family, prove
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.errors import IllFormed
from symelbo.language import Context, Expectation, Known, as_claim, context
from symelbo.language.functionals import Gradient

K, T, t = (Symbol(name, integer=True, positive=True) for name in "KTt")
p_theta = family("p", theta)
chain = Eq(q(x[1:T] | x[0]), IndexProduct(q(x[t] | x[t - 1]), t, 1, T))
hierarchy = Eq(p(x, z, w), p(w) * p(z | w) * p(x | z))
draws = IndexProduct(q(z.at(z[t]) | x), t, 1, K)
steps = IndexProduct(q(z[t] | z[t - 1]), t, 1, K)
mean = E(f(z), q(z | x))
F = Function("F", positive=True)
normal = Known("Normal", (z,), (0, 1))


def over(body: Expr, law: Expr = draws) -> Expr:
    """The mean under K variables with these densities."""
    return Expectation(body, law, [z[1:K]])


TRUE: tuple[tuple[str, Expr, Any, tuple[Any, ...]], ...] = (
    ("chain, far condition", q(x[t - 1] | x[t], x[0], x[T]), q(x[t - 1] | x[t], x[0]), (chain,)),
    ("chain, near condition", q(x[t - 1] | x[t], x[0], x[t + 1]), q(x[t - 1] | x[t], x[0]), (chain,)),
    ("structure of a family with parameters", p_theta(x | z, w), p_theta(x | z), (hierarchy,)),
    ("beside an explicit law", log(p_theta(x | z, w)) + log(normal), log(p_theta(x | z)) + log(normal), (hierarchy,)),
    ("mean of draws", over(IndexSum(f(z[t]), t, 1, K)), K * mean, ()),
    ("one of the draws", over(f(z[K])), mean, ()),
)


@pytest.mark.parametrize(("name", "left", "right", "assuming"), TRUE, ids=[row[0] for row in TRUE])
def test_true_and_never_refuted(name: str, left: Expr, right: Any, assuming: tuple[Any, ...]):
    assert judge(as_claim(left, "==", right), context(assuming), Budget()).holds
    assert not prove(left, "==", right, assuming=assuming).refuted


FALSE: tuple[tuple[str, Expr, Any, tuple[Any, ...]], ...] = (
    ("chain, wrong condition", q(x[t - 1] | x[t], x[0]), q(x[t - 1] | x[t]), (chain,)),
    ("sum beyond the draws", over(IndexSum(f(z[t]), t, 1, K + 1)), (K + 1) * mean, ()),
    ("sum from before the draws", over(IndexSum(f(z[t]), t, 0, K)), (K + 1) * mean, ()),
    ("an entry before the draws", over(f(z[0])), mean, ()),
    ("an entry after the draws", over(f(z[K + 1])), mean, ()),
    ("draws that depend on each other", over(f(z[2]), steps), Expectation(f(z[2]), q(z[2] | z[1]), [z[2]]), ()),
    ("square of a sum of draws", over(IndexSum(f(z[t]), t, 1, K) ** 2), K**2 * mean**2, ()),
    ("telescoping to the wrong end", IndexSum(f(x[t]) - f(x[t - 1]), t, 1, T), f(x[T]) - f(x[1]), ()),
    ("shifted by too much", IndexSum(f(x[t - 1]), t, 1, T), IndexSum(f(x[t]), t, 1, T - 1), ()),
    ("first term twice", IndexSum(exp(x[t]), t, 1, T), exp(x[1]) + IndexSum(exp(x[t]), t, 1, T), ()),
)


@pytest.mark.parametrize(("name", "left", "right", "assuming"), FALSE, ids=[row[0] for row in FALSE])
def test_false_and_never_proved(name: str, left: Expr, right: Any, assuming: tuple[Any, ...]):
    assert not judge(as_claim(left, "==", right), context(assuming), Budget()).holds
    assert prove(left, "==", right, assuming=assuming).refuted


@pytest.mark.parametrize(
    ("left", "right"),
    [(Gradient(F(w), w), 0), (p(x) * Gradient(F(w), w), 0), (Gradient(f(w), w) + log(f(w)), log(f(w)))],
)
def test_a_positive_function_may_fall(left: Expr, right: Any):
    assert not prove(left, ">=", right).proved
    assert not prove(left, "<=", right).proved


def test_an_index_at_which_a_claim_has_no_meaning_is_no_proof():
    """`q(x_{t-1} | x_0)` has none at `t = 1`."""
    claim = IndexSum(E(log(q(x[t - 1] | x[0])), q(x[t - 1] | x[0])), t, 1, T)
    try:
        verdict = prove(claim, "==", 2 * claim, assuming=Context().assume(chain))
    except IllFormed as refused:
        assert "at these indices" in str(refused)
    else:
        assert not verdict.proved
