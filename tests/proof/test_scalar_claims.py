"""Claims about numbers alone, through the public road: decided, and confirmed or refuted at points of their domain."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
import sympy as sp
from sympy import Eq, exp, log, sqrt

from symelbo import prove, variables

a, b, c = sp.symbols("a b c", positive=True)
x, y = sp.symbols("x y", real=True)
r, s, t = variables("r s t")


def gap(states: int, sign: int = 1) -> Any:
    p, q = ([*head, 1 - sum(head)] for head in (sp.symbols(f"{n}1:{states}", positive=True) for n in "pq"))
    likelihood = sp.symbols(f"l1:{states + 1}", positive=True)
    joint = [u * v for u, v in zip(p, likelihood, strict=True)]
    elbo = sum(w * log(j / w) for w, j in zip(q, joint, strict=True))
    divergence = sum(w * log(w * sum(joint) / j) for w, j in zip(q, joint, strict=True))
    return log(sum(joint)) - elbo - sign * divergence


@pytest.mark.parametrize("states", [2, 8, 20])
def test_the_gap_of_a_table_of_many_states(states: int) -> None:
    verdict = prove(gap(states), "=", 0)
    assert verdict.proved
    assert verdict.certificate is not None
    assert verdict.certificate.agreement == 2
    assert prove(gap(states, sign=-1), "=", 0).refuted


def test_a_declared_simplex() -> None:
    q = sp.symbols("q1:17", positive=True)
    rule = Eq(sp.Add(*q), 1)
    assert prove(log(1 - q[-1]), "=", log(sp.Add(*q[:-1])), assuming=[rule]).proved
    refuted = prove(log(1 - q[-1]), "=", log(sp.Add(*q[1:])), assuming=[rule])
    assert refuted.refuted
    values = {name: sp.Rational(value) for name, value in refuted.witness.values}
    assert len(values) == 16
    assert sum(values.values()) == 1


def test_a_chain_of_ordered_numbers() -> None:
    u = sp.symbols("u1:7", real=True)
    order = [u[0] > 0, *(small < large for small, large in pairwise(u)), u[-1] < 1]
    refuted = prove(sp.Add(*u), "<=", sp.Rational(11, 4), assuming=order)
    assert refuted.refuted
    values = [sp.Rational(value) for _, value in refuted.witness.values]
    assert values == sorted(values)
    assert 0 < values[0] < values[-1] < 1
    assert not prove(u[0], "<", u[5], assuming=order).refuted
    assert not prove(sp.Add(*u), "<=", 6, assuming=order).refuted


def test_a_claim_is_not_refuted_outside_its_domain() -> None:
    assert prove(sqrt(a**2 - 2 * a + 1), "=", 1 - a, assuming=[a < 1]).refuted is False
    assert prove(sqrt(x**2), "=", x).refuted
    assert prove(sqrt(x**2), "=", x, assuming=[x > 0]).proved
    assert prove(log(x), "=", log(-x)).refuted is False


def test_an_order_that_is_no_chain_is_kept_all_the_same() -> None:
    order = [r < s, r < t, s < 1]
    found = prove(r + s, "=", t, assuming=order).witness
    assert found is not None
    values = {name: sp.Rational(value) for name, value in found.values}
    assert values["r"] < values["s"] < 1
    assert values["r"] < values["t"]


def test_contradictory_assumptions_refute_nothing() -> None:
    assert not prove(a, "=", b, assuming=[a > 2, a < 1]).refuted
    assert not prove(x, "=", y, assuming=[x > y, y > x]).refuted


def test_the_residual_says_what_is_left() -> None:
    verdict = prove(log(a * b), "=", log(a) - log(b))
    assert verdict.refuted
    assert verdict.residual == r"2 \log{\left(b \right)}"


def test_bounds_between_numbers_are_kept() -> None:
    witness = prove(a * b, "=", a, assuming=[a > 2, a < 3, b < 1]).witness
    assert witness is not None
    values = dict(witness.values)
    assert 2 < sp.Rational(values["a"]) < 3
    assert 0 < sp.Rational(values["b"]) < 1


def test_functions_without_meaning_are_left_to_the_other_roads() -> None:
    f = sp.Function("f")
    assert prove(f(a) + exp(log(b)), "=", b + f(a)).proved
    assert prove(sp.beta(a, b), "=", sp.gamma(a) * sp.gamma(b) / sp.gamma(a + b)).proved
