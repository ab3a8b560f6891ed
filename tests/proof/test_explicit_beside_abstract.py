# ruff: noqa: E501
"""Explicit densities beside abstract ones, and constants that a claim does not name: true lines and their slips."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, Expr, Function, Symbol, log, pi

from symelbo import KL, E, family, prove, variables
from symelbo.language import Dot, Entry, Identity, IndexSum, Relation, known
from symelbo.language.functionals import Extremum

x, z, mu, tau, d, k = *variables("x z mu tau"), Symbol("d", integer=True), Symbol("k", integer=True)
D, K = Symbol("D", integer=True, positive=True), Symbol("K", integer=True, positive=True)
p, q = family("p"), family("q")
f = Function("f", real=True)
s = Symbol("s", positive=True)
decoder = Eq(p(x | z), known("MultivariateNormal", x, f(z), s**2 * Identity()))
norm = E(Dot(x - f(z), x - f(z)), q(z | x)) / (2 * s**2)
mean = E(log(p(x | z)), q(z | x))
prior_mean, weight = Entry(mu, 0), Entry(Symbol("lambda"), 0)
prior = Eq(p(mu | tau), known("Normal", mu, prior_mean, 1 / tau))
w = Entry(Symbol("w", positive=True), k)
simplex = Eq(IndexSum(w, k, 1, K), 1)

EQUAL, UP_TO = Relation.EQUAL, Relation.EQUAL_UP_TO_CONSTANT
ROWS: tuple[tuple[str, Expr, Relation, Expr, tuple[Any, ...], tuple[Any, ...], Expr], ...] = (
    ("a Gaussian decoder", mean, EQUAL, -norm - D * log(2 * pi * s**2) / 2, (decoder,), (), -norm - D * log(2 * pi * s) / 2),
    ("constants dropped", mean, UP_TO, -norm, (decoder,), (), -2 * norm),
    ("a penalty beside it", mean - KL(q(z | x), p(z)), UP_TO, -norm - KL(q(z | x), p(z)), (decoder,), (q,), -norm * s**2 - KL(q(z | x), p(z))),
    ("a mean over a precision", E(log(p(mu | tau)), q(tau)), UP_TO, -E(tau, q(tau)) * (mu - prior_mean) ** 2 / 2, (prior,), (mu,), -E(tau, q(tau)) * (mu - prior_mean) ** 2),
    ("a name with an index", -mu**2 + 2 * mu * prior_mean, UP_TO, -((mu - prior_mean) ** 2), (), (mu,), -((mu + prior_mean) ** 2)),
    ("weights that sum to one", -IndexSum(w * log(1 / K), k, 1, K), EQUAL, log(K), (simplex,), (), log(K) / K),
)  # fmt: skip


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_true_lines_are_proved(row: tuple[Any, ...]):
    _, left, relation, right, given, wrt, _ = row
    assert prove(left, relation, right, assuming=given, wrt=wrt).proved


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_their_slips_are_refuted(row: tuple[Any, ...]):
    _, left, relation, _, given, wrt, slip = row
    assert prove(left, relation, slip, assuming=given, wrt=wrt).refuted


def best(body: Expr) -> Extremum:
    return Extremum("argmin", body, q)


def test_an_objective_with_its_constants_dropped():
    bound = KL(q(z | x), p(z)) - mean
    assert prove(best(bound), "==", best(norm + KL(q(z | x), p(z))), assuming=(decoder,)).proved
    assert not prove(best(bound), "==", best(s**2 * norm + KL(q(z | x), p(z))), assuming=(decoder,)).proved


def test_a_constant_in_nothing_is_refuted_only_if_every_reading_fails():
    assert prove(log(p(x, z)), "= + const", log(p(z | x))).unknown  # true in z, false in x
    assert prove(E(log(p(x, z)), q(z)), "= + const", E(log(p(z | x)), q(z))).proved  # true in q


@pytest.mark.parametrize("law", ["Bernoulli", "Poisson", "Exponential"])
def test_a_law_is_only_looked_at_where_it_lives(law: str):
    y = Symbol("y", positive=True)
    written = {"Bernoulli": x * log(y) + (1 - x) * log(1 - y), "Exponential": log(y) - y * x}.get(law)
    if written is not None:
        assert prove(log(known(law, x, y)), "==", written).proved
    assert prove(log(known(law, x, y)), "==", log(known(law, x, y)) + y).refuted


def test_what_a_constant_is_constant_in_may_hide_in_a_law():
    theta = Symbol("theta", real=True)
    hidden = Eq(p(x | z), known("Normal", x, theta * z, 1))
    shown = Eq(p(x | z), known("Normal", x, z, 1))
    claim = (log(p(x | z)) + log(p(z)), UP_TO, log(p(z)))
    assert prove(*claim, assuming=(shown,), wrt=(theta,)).proved
    assert prove(*claim, assuming=(hidden,), wrt=(theta,)).refuted
