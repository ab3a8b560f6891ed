"""Witness points: found in thin domains, never outside them, and certified."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
import sympy as sp
from sympy import Eq, log, sqrt

from symelbo.errors import IllFormed
from symelbo.semantics.arithmetic.balls import Undefined, evaluate_ball, working_precision
from symelbo.semantics.scalars.domains import Between, Counting, Domain, Ordered, Positive, Real, Simplex
from symelbo.semantics.scalars.points import Point, find_witness

a, b, c = sp.symbols("a b c", positive=True)
x, y = sp.symbols("x y", real=True)
ZERO = sp.Integer(0)


def entropy(values: list[sp.Expr]) -> sp.Expr:
    return -sum(v * log(v) for v in values)


def values_of(point: Point | None) -> dict[sp.Symbol, Fraction]:
    assert point is not None
    return {s: Fraction(int(v.p), int(v.q)) for s, v in point.values}


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (log(a + b), "=", log(a) + log(b)),
        (log(a), "<=", a - 2),
        (log(a), ">=", a - 1),
        (sqrt(a * b), ">", (a + b) / 2),
        (a + b, "<", 2 * sqrt(a * b)),
        (x**2, ">", ZERO),
        (sp.exp(x), "=", 1 + x + x**2 / 2),
        (sp.gamma(a + 1), "=", sp.gamma(a)),
        (sp.digamma(a), "=", log(a)),
        (sp.polygamma(1, a), "=", 1 / a),
    ],
)
def test_false_relations_have_a_witness(left: sp.Expr, relation: str, right: sp.Expr) -> None:
    assert find_witness(left, relation, right) is not None


@pytest.mark.parametrize(
    ("left", "relation", "right"),
    [
        (log(a * b), "=", log(a) + log(b)),
        (log(a), "<=", a - 1),
        (a + b, ">=", 2 * sqrt(a * b)),
        (x**2, ">=", ZERO),
        (sp.gamma(a + 1), "=", a * sp.gamma(a)),
        (sp.polygamma(1, a + 1), "=", sp.polygamma(1, a) - 1 / a**2),
        (log(x**2), "=", 2 * log(x)),  # where both sides are defined
        ((x**2 - 1) / (x - 1), "=", x + 1),
    ],
)
def test_true_relations_have_none(left: sp.Expr, relation: str, right: sp.Expr) -> None:
    assert find_witness(left, relation, right, tries=60) is None


def test_a_simplex_of_sixteen_states() -> None:
    q = list(sp.symbols("q1:17", positive=True))
    point = find_witness(entropy(q), "<=", log(8), [Simplex(tuple(q))])
    assert sum(values_of(point).values()) == 1
    assert find_witness(entropy(q), "<=", log(16) + sp.Rational(1, 1000), [Simplex(tuple(q))], tries=40) is None


def test_a_simplex_that_is_only_implied() -> None:
    q = list(sp.symbols("q1:16", positive=True))
    last = 1 - sum(q)
    point = find_witness(entropy([*q, last]), "=", log(16))
    assert sum(values_of(point).values()) < 1
    point = find_witness(entropy([*q, last]) + log(last), ">=", ZERO)
    assert sum(values_of(point).values()) < 1


def test_ordered_intervals() -> None:
    t = sp.symbols("t1:9", real=True)
    product = sp.Mul(*(log(v - u) for u, v in itertools.pairwise(t)))
    point = find_witness(product, "=", ZERO, [Ordered(tuple(t))])
    chosen = [values_of(point)[s] for s in t]
    assert chosen == sorted(set(chosen))
    assert chosen[0] > 0
    assert chosen[-1] < 1


def test_constraints_hold_at_the_witness() -> None:
    abar, prev, alpha = sp.symbols("abar prev alpha", positive=True)
    domains: list[Domain] = [Between((abar, prev, alpha))]
    rule = Eq(abar, prev * alpha)
    assert find_witness(log(abar), "=", log(prev) + log(alpha), domains, [rule], tries=60) is None
    point = find_witness(log(abar), "=", log(prev), domains, [rule])
    assert point is not None
    assert dict(point.solved) == {abar: prev * alpha}
    assert set(values_of(point)) == {prev, alpha}


def test_inequalities_between_symbols_are_respected() -> None:
    assert find_witness(a, ">", b, constraints=[a < b]) is not None
    assert find_witness(a, "<", b, constraints=[a < b], tries=100) is None
    assert find_witness(a + c, "<", b + c, constraints=[a <= b, Eq(c, a * b)]) is not None
    assert find_witness(sqrt(c), "=", c, constraints=[Eq(c**2, 1)], tries=50) is None
    with pytest.raises(IllFormed):
        find_witness(a, "=", b, constraints=[sp.false])


def test_solved_symbols_stay_inside_their_domain() -> None:
    q1, q2 = sp.symbols("q1 q2", positive=True)
    point = find_witness(q1 * q2, ">", ZERO, [Positive((q1, q2))], [Eq(q1 + q2, 1)], tries=100)
    assert point is None
    point = find_witness(q1 + 2 * q2, "=", sp.Integer(1), [Simplex((q1, q2))], [Eq(q1 + q2, 1)])
    assert point is not None


def test_a_logarithm_of_a_negative_number_is_no_witness() -> None:
    assert find_witness(log(a - 1), "=", log(a - 1), tries=40) is None
    assert find_witness(log(-a), "=", ZERO, tries=40) is None
    assert find_witness(1 / (a - a * b / b), "=", ZERO, tries=40) is None


def test_points_are_simple_and_repeatable() -> None:
    first = find_witness(log(a + b + c), "=", log(a) + log(b) + log(c) + x)
    assert first is not None
    assert first == find_witness(log(a + b + c), "=", log(a) + log(b) + log(c) + x)
    assert all(v.q <= 3 and abs(v.p) <= 3 for _, v in first.values)
    assert first.as_dict()["values"]["a"] == "1"


def test_close_values_need_precision_not_luck() -> None:
    tiny = sp.Rational(1, 10**60)
    point = find_witness(log(a) + tiny, "=", log(2 * a) - log(2))
    assert point is not None
    assert point.difference.startswith("1.0000e-60")


def test_unknown_functions_and_text_are_refused() -> None:
    assert find_witness(sp.Function("f")(a), "=", ZERO) is None
    with pytest.raises(IllFormed):
        find_witness(a, "~", b)
    with pytest.raises(sp.SympifyError):
        find_witness("__import__('os')", "=", a)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "domain",
    [Real((x, y)), Positive((a, b)), Between((a, b)), Counting((a, b), 1), Simplex((a, b, c)), Ordered((a, b, c))],
)
def test_draws_lie_in_the_domain(domain: Domain) -> None:
    import random

    source = random.Random(1)
    for size in (1, 2, 5, 20):
        assert domain.holds(domain.draw(source, size))


def test_values_outside_are_outside() -> None:
    assert not Positive((a,)).holds([Fraction(0)])
    assert not Between((a,)).holds([Fraction(1)])
    assert not Simplex((a, b)).holds([Fraction(1, 2), Fraction(1, 3)])
    assert not Ordered((a, b)).holds([Fraction(1, 2), Fraction(1, 2)])
    assert not Counting((a,)).holds([Fraction(1, 2)])


def test_balls_refuse_what_is_not_real() -> None:
    with working_precision(64):
        for expr in (log(x), sqrt(x), 1 / (x + 1), x ** sp.Rational(1, 3), sp.loggamma(x), sp.I * x):
            with pytest.raises(Undefined):
                evaluate_ball(expr, {x: Fraction(-1)})
        assert evaluate_ball(x**y, {x: Fraction(-2), y: Fraction(3)}) == -8
        assert evaluate_ball(sp.Max(x, 2) + sp.Min(x, 2), {x: Fraction(5)}) == 7
