"""Evaluation agrees with sums written out by hand, at every precision."""

from __future__ import annotations

from math import log as mlog

import mpmath
import pytest
from flint import arb, fmpq
from sympy import Rational, exp, log, sqrt, symbols

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    CrossEntropy,
    E,
    Expectation,
    H,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    family,
    variables,
)
from symelbo.language.functionals import Extremum
from symelbo.semantics.finite.evaluate import decimal, evaluate, value
from symelbo.semantics.finite.models import sample_model

x, z, w = variables("x z w")
p, q = family("p"), family("q")
k = symbols("k", integer=True)
MODEL = sample_model([p(x, z), q(z | x), p(x, z.at(w))], seed=7)
JOINT = {states: float(v.p) / float(v.q) for states, v in MODEL.tables[("p", ())].entries.items()}
KERNEL = {states: float(v.p) / float(v.q) for states, v in MODEL.tables[("q", ())].entries.items()}
PX = [sum(v for s, v in JOINT.items() if s[0] == i) for i in range(2)]
PZ = [sum(v for s, v in JOINT.items() if s[1] == i) for i in range(2)]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        (p(x), PX[0]),
        (p(z | x), JOINT[0, 1] / PX[0]),
        (p(x, z.at(w)) / p(x, z), JOINT[0, 0] / JOINT[0, 1]),
        (E(p(z), q(z | x)), sum(KERNEL[0, s] * PZ[s] for s in range(2))),
        (H(p(z)), -sum(v * mlog(v) for v in PZ)),
        (CrossEntropy(q(z | x), p(z)), -sum(KERNEL[0, s] * mlog(PZ[s]) for s in range(2))),
        (KL(q(z | x), p(z)), sum(KERNEL[0, s] * mlog(KERNEL[0, s] / PZ[s]) for s in range(2))),
        (Integral(p(x, z) ** 2, x, z), sum(v * v for v in JOINT.values())),
        (MutualInformation(p, [x], [z]), sum(v * mlog(v / PX[s[0]] / PZ[s[1]]) for s, v in JOINT.items())),
        (IndexSum(k * p(x), k, 1, 3), 6 * PX[0]),
        (IndexProduct(p(x) + k, k, 1, 2), (PX[0] + 1) * (PX[0] + 2)),
        (sqrt(p(x)) * exp(Rational(1, 2)), PX[0] ** 0.5 * 1.6487212707001282),
        (Expectation(E(log(p(x, z)), p(x)), p(z)), sum(PX[i] * PZ[j] * mlog(v) for (i, j), v in JOINT.items())),
    ],
    ids=str,
)
def test_values(term: object, expected: float) -> None:
    found = evaluate(term, MODEL, {x: 0, z: 1, w: 0})
    assert float(arb(found).mid()) == pytest.approx(expected, abs=1e-12)


def test_rational_terms_are_exact() -> None:
    assert isinstance(evaluate(p(z | x) * p(x), MODEL, {x: 0, z: 1}), fmpq)
    assert evaluate(Integral(q(z | x), z), MODEL, {x: 1}) == 1
    assert isinstance(evaluate(log(p(x)), MODEL, {x: 0}), arb)


def test_balls_shrink_with_precision() -> None:
    low, high = (evaluate(H(p(z)), MODEL, bits=bits) for bits in (64, 256))
    assert low.overlaps(high)
    assert high.rad() < low.rad()


def test_bound_names_hide_free_ones() -> None:
    inner = Integral(p(x) * E(p(z), q(z | x)), x)
    assert evaluate(inner, MODEL, {x: 0}) == evaluate(inner, MODEL, {x: 1})


def test_display_values_have_the_digits_asked_for() -> None:
    with mpmath.workdps(60):
        found = value(H(p(z)), MODEL, dps=50)
        probabilities = [mpmath.mpf(int(v.p)) / int(v.q) for v in MODEL.tables[("p", ())].marginal(((z, ()),)).values()]
        assert abs(found + sum(v * mpmath.log(v) for v in probabilities)) < mpmath.mpf(10) ** -49
    assert decimal(fmpq(1, 3), 5) == "0.33333"


def test_free_names_have_to_be_given() -> None:
    with pytest.raises(NotSupported, match="say at which state"):
        evaluate(p(x), MODEL)


@pytest.mark.parametrize("term", [log(p(x) - p(x) * 1), 1 / (Integral(p(x), x) - 1)], ids=str)
def test_undefined_values_are_refused(term: object) -> None:
    with pytest.raises(NotSupported):
        evaluate(term, MODEL, {x: 0})


def test_terms_without_a_finite_meaning_are_refused() -> None:
    with pytest.raises(NotSupported, match="max"):
        evaluate(Extremum("max", p(x), x), MODEL, {x: 0})


def test_what_the_model_does_not_have_is_refused() -> None:
    with pytest.raises(NotSupported):
        evaluate(q(x), MODEL, {x: 0})
    with pytest.raises((NotSupported, KeyError)):
        evaluate(family("h")(x), MODEL, {x: 0})
