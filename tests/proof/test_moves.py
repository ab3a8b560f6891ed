"""The single moves by which an inequality is explained: what may be dropped, and with which sign."""

from __future__ import annotations

import pytest
from sympy import Expr, log, symbols

from symelbo import KL, family, variables
from symelbo.language import Claim, Relation
from symelbo.proof.explaining.bounds import moves

x, z = variables("x z")
p, q = family("p"), family("q")
evidence, gap = log(p(x)), KL(q(z | x), p(z | x))
weight, factor = symbols("beta", positive=True), symbols("c", real=True)
SURE, ASSUMED = {("KL-NONNEG",)}, {("KL-NONNEG", "ASSUMED-SIGN")}


def dropped(large: Expr, small: Expr) -> set[tuple[str, ...]]:
    found = [list(moves(Claim(*sides))) for sides in (
        (large, Relation.GREATER_EQUAL, small), (small, Relation.LESS_EQUAL, large)
    )]  # fmt: skip
    assert found[0] == found[1]
    return {rules for rules, _ in found[0]}


@pytest.mark.parametrize(
    ("term", "rules"), [(gap, SURE), (2 * gap, SURE), (weight * gap, SURE), (factor * gap, ASSUMED)]
)
def test_a_divergence_is_dropped_from_the_larger_side_and_added_to_the_smaller(
    term: Expr, rules: set[tuple[str, ...]]
) -> None:
    assert dropped(evidence + term, evidence) == dropped(evidence, evidence - term) == rules


@pytest.mark.parametrize("term", [gap, 2 * gap, weight * gap, gap**2, gap * KL(p(z), q(z)), log(p(x, z))])
def test_nothing_is_dropped_with_the_wrong_sign_or_that_is_no_divergence(term: Expr) -> None:
    assert dropped(evidence - term, evidence) == dropped(evidence, evidence + term) == set()


def test_what_is_left_is_the_equality_without_the_term() -> None:
    ((_, left),) = moves(Claim(evidence, Relation.GREATER_EQUAL, evidence - gap))
    assert left == Claim(evidence, Relation.EQUAL, evidence)
