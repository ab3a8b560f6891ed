"""Closed forms that are not negative: proved by gaps below the tangent of the logarithm, refuted where they may be."""

from __future__ import annotations

import pytest
from sympy import Rational, exp, log, symbols

from symelbo import KL, IndexSum, prove, variables
from symelbo.calculus.laws import tangent_bound
from symelbo.calculus.laws.tangent_bound import gaps_below
from symelbo.language import known

a, b, s, t, p, q = symbols("a b s t p q", positive=True)
mu, nu, lv = symbols("mu nu l", real=True)
m, v = variables("m"), variables("v", positive=True)
j = symbols("j", integer=True)
J = symbols("J", integer=True, positive=True)
half = Rational(1, 2)
normals = log(t / s) + (s**2 + (mu - nu) ** 2) / (2 * t**2) - half
coins = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))

TRUE = (
    (mu**2 + s**2 - 1) / 2 - log(s),
    normals,
    a * log(a / b) + b - a,
    log(a / b) + b / a - 1,
    (exp(lv) + mu**2 - 1 - lv) / 2,
    IndexSum(m[j] ** 2 + v[j] ** 2 - 1 - log(v[j] ** 2), j, 1, J) / 2,
    a - 1 - log(a),
)
FALSE = (
    (mu**2 + s**2 - 1) / 2 - log(s) - Rational(1, 10),
    (mu**2 + s**2 - 1) / 2 - log(s**2),
    (mu**2 - s**2 + 1) / 2 + log(s),
    normals - log(t / s) / 2,
    a * log(a / b) - b + a,
    (exp(lv) - mu**2 - 1 - lv) / 2,
    IndexSum(m[j] ** 2 + v[j] ** 2 - 1 - log(v[j] ** 4), j, 1, J) / 2,
)


@pytest.mark.parametrize("form", TRUE, ids=str)
def test_a_closed_form_that_is_a_divergence_is_not_negative(form):
    assert prove(form, ">=", 0).proved
    assert prove(0, "<=", form).proved
    assert prove(form, "<=", 0).refuted


@pytest.mark.parametrize("form", FALSE, ids=str)
def test_a_slip_may_make_it_negative(form):
    assert prove(form, ">=", 0).refuted


def test_the_certificate_adds_up_and_shows_where_the_form_is_zero():
    (below,) = gaps_below(normals)
    assert [gap.point for gap in below.gaps] == [s**2 / t**2]
    assert below.rest == (mu - nu) ** 2 / (2 * t**2)
    assert (below.residual.expand()).simplify() == 0


def test_signs_of_names_are_not_made_up():
    c, d = symbols("c d", real=True)
    assert gaps_below(c * log(c / d) + d - c) is None  # false where both are negative
    assert gaps_below(coins) is None
    assert gaps_below(coins, [1 - p, 1 - q]) is not None
    assert prove(coins, ">=", 0, assuming=[p < 1, q < 1]).proved


def test_a_divergence_bounds_its_closed_form():
    kl = KL(known("Normal", None, mu, s**2), known("Normal", None, nu, t**2))
    assert prove(normals, ">=", 0).proved
    assert prove(kl, "<=", normals).proved
    assert prove(kl, "<=", normals - Rational(1, 100)).refuted


def test_values_of_densities_are_left_alone():
    a, b, c = symbols("a b c", real=True)
    bell = exp(-((a * b - c) ** 2) / (2 * s**2)) / s
    assert gaps_below(bell - exp(-((a - b * c) ** 2) / (2 * t**2)) / t) is None
    assert gaps_below((a - b) ** 2 * exp(c)) is not None


def test_a_look_at_points_leaves_out_what_is_negative_and_nothing_else(monkeypatch):
    asked = []
    monkeypatch.setattr(tangent_bound, "_is_nonnegative", lambda rest: asked.append(rest))
    entropy = -p * log(p) - (1 - p) * log(1 - p)
    assert gaps_below(log(2) - entropy, [1 - p]) is None and not asked
    assert gaps_below((mu**2 + s**2 - 2) / 2 - log(s)) is None and not asked
    n = symbols("n", integer=True, positive=True)
    gaps_below(n**2 - n + s - 1 - log(s))  # negative between whole numbers, which are all that `n` is
    assert asked
