"""Exchangeable draws: which one is singled out does not matter, unless something tells them apart."""

from __future__ import annotations

import pytest
from sympy import Function, Symbol, log

from symelbo import IndexProduct, IndexSum, family, prove, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.checking import check_text
from symelbo.language import Claim, Context, Density, Expectation, Relation

x, z = variables("x z")
p, q = family("p"), family("q")
k, i, j = (Symbol(name, integer=True) for name in "kij")
K = Symbol("K", integer=True, positive=True)
F = Function("F", positive=True)
TOTAL = IndexSum(F(z[k]), k, 1, K)
ALL = IndexProduct(Density(q, [z.at(z[k])], [x]), k, 1, K)


def mean(body, law=ALL):
    return Expectation(body, law, [z[1:K]])


def over(body, low=1, high=K):
    return IndexSum(body, i, low, high)


SAME = (
    (over(mean(log(TOTAL + F(z[i])))) / K, mean(log(TOTAL + F(z[K])))),
    (over(mean(log(TOTAL) * F(z[i]))), K * mean(log(TOTAL) * F(z[K]))),
    (over(mean(log(TOTAL + F(z[i])))), IndexSum(mean(log(TOTAL + F(z[j]))), j, 1, K)),
)
OTHER = (
    (
        over(mean(log(TOTAL + F(z[i])), IndexProduct(Density(q, [z[k]], [x]), k, 1, K))) / K,
        mean(log(TOTAL + F(z[K])), IndexProduct(Density(q, [z[k]], [x]), k, 1, K)),
    ),
    (over(mean(i * log(TOTAL + F(z[i])))) / K, mean(log(TOTAL + F(z[K])))),
    (over(mean(log(TOTAL + F(z[i]) + F(z[1])))) / K, mean(log(TOTAL + F(z[K]) + F(z[1])))),
    (
        over(mean(log(IndexSum(k * F(z[k]), k, 1, K) + F(z[i])))) / K,
        mean(log(IndexSum(k * F(z[k]), k, 1, K) + F(z[K]))),
    ),
    (
        over(mean(log(IndexSum(F(z[k]), k, 1, K - 1) + F(z[i])))) / K,
        mean(log(IndexSum(F(z[k]), k, 1, K - 1) + F(z[K]))),
    ),
    (over(mean(log(TOTAL + F(z[i]))), 1, K + 1) / (K + 1), mean(log(TOTAL + F(z[K])))),
)


def holds(left, right) -> bool:
    return judge(Claim(left, Relation.EQUAL, right), Context(), Budget()).holds


@pytest.mark.parametrize(("left", "right"), SAME, ids=["mean", "product", "renamed"])
def test_draws_from_one_law_may_be_exchanged(left, right):
    assert holds(left, right)


@pytest.mark.parametrize(
    ("left", "right"), OTHER, ids=["own laws", "counted", "two singled out", "weighted", "not all", "beyond"]
)
def test_what_tells_draws_apart_keeps_them_apart(left, right):
    assert not holds(left, right)


def test_an_exchange_agrees_with_models():
    assert prove(*SAME[0][:1], "==", SAME[0][1]).proved


BLOCK = r"""<!-- symelbo: assume q(z_{1:K} \mid x) = \prod_{k=1}^{K} q(z_k \mid x) -->
$$\mathcal{L}_K := \mathbb{E}_{q(z_{1:K} \mid x)}\left[ \log \frac{1}{K} \sum_{k=1}^{K}
\frac{p(x, z_k)}{q(z_k \mid x)} \right]$$
"""


@pytest.mark.parametrize(("sign", "verdict"), [(r"\le", "proved"), (r"\ge", "refuted")])
def test_a_block_of_draws_is_read_as_draws(sign, verdict):
    report = check_text(BLOCK + rf"$$\mathcal{{L}}_K {sign} \mathcal{{L}}_{{K+1}}$$", "block.md")
    assert [claim.outcome.value for claim in report.claims][-1] == verdict
