"""symelbo as an oracle: values at parameters, laws of sympy.stats, and the examples of docs/bridges.md."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import mpmath
import pytest
from sympy import Eq, Function, Rational, digamma, log, stats, symbols

from symelbo import KL, E, H, IndexProduct, IndexSum, expected_value, prove, variables
from symelbo.errors import ClaimFails, IllFormed, NotSupported
from symelbo.language import Identity, known

PAGE = Path(__file__).parents[2] / "docs" / "bridges.md"
x, z, mu, nu = variables("x z mu nu")
sigma, tau = variables("sigma tau", positive=True)
a, b = symbols("a b", positive=True)
j = variables("j", integer=True)
J, D = symbols("J D", integer=True, positive=True)


def blocks() -> list[tuple[int, str, str | None]]:
    """The Python blocks of the page, each with its place and the package it says it needs."""
    found = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    needs = [re.match(r"# needs: (\w+)", text) for text in found]
    return [(k, text, need and need[1]) for k, (text, need) in enumerate(zip(found, needs, strict=True))]


@pytest.mark.parametrize("package", [None, "torch", "scipy"])
def test_the_examples_of_the_page_run(package):
    if package is not None and find_spec(package) is None:
        pytest.skip(f"{package} is not installed, which this example compares with")
    names: dict[str, Any] = {}
    ran = 0
    for _, text, need in blocks():
        if need in (None, package):
            exec(compile(text, str(PAGE), "exec"), names)  # our own page, not a document under test
            ran += need == package
    assert ran


def test_a_term_has_the_value_of_its_closed_form_to_thirty_digits():
    kl = KL(known("Normal", None, mu, sigma**2), known("Normal", None, nu, tau**2))
    point = {mu: Fraction(1, 3), sigma: Rational(3, 2), "nu": "-0.25", "tau": Decimal("0.8")}
    value = expected_value(kl, point)
    with mpmath.workdps(40):
        m, s, n, t = mpmath.mpf(1) / 3, mpmath.mpf("1.5"), mpmath.mpf("-0.25"), mpmath.mpf("0.8")
        wanted = mpmath.log(t / s) + (s**2 + (m - n) ** 2) / (2 * t**2) - mpmath.mpf(1) / 2
        assert abs(value - wanted) < mpmath.mpf(10) ** -29


def test_both_sides_of_an_equation_are_evaluated():
    mean = E(log(x), known("Gamma", x, a, b))
    assert expected_value(Eq(mean, digamma(a) - log(b)), {a: 2, b: 3}) == expected_value(mean, {a: 2, b: 3})
    with pytest.raises(ClaimFails, match="differ"):
        expected_value(Eq(mean, digamma(a) + log(b)), {a: 2, b: 3})


def test_vectors_give_their_length_and_matrices_their_rows():
    q = IndexProduct(known("Normal", z[j], mu[j], sigma[j] ** 2), j, 1, J)
    p = IndexProduct(known("Normal", z[j], 0, 1), j, 1, J)
    closed = -IndexSum(1 + log(sigma[j] ** 2) - mu[j] ** 2 - sigma[j] ** 2, j, 1, J) / 2
    point = {mu: [0.5, -1.0, 2.0], sigma: (0.5, 1.0, 1.5)}
    assert expected_value(Eq(KL(q, p, [z]), closed), point) > 0
    with pytest.raises(ClaimFails):
        expected_value(Eq(KL(q, p, [z]), 2 * closed), point)
    covariance = symbols("S")
    full = KL(known("MultivariateNormal", z, mu, covariance), known("MultivariateNormal", z, 0, Identity(D)))
    value = expected_value(full, {mu: [1, 0], covariance: [[2, 1], [1, 2]]}, digits=15)
    assert abs(value - (4 + 1 - 2 - mpmath.log(3)) / 2) < 1e-13


@pytest.mark.parametrize(
    ("parameters", "error", "words"),
    [
        ({}, NotSupported, "no value is given for mu"),
        ({"nu": 1}, IllFormed, "its names are"),
        ({"mu": "three"}, IllFormed, "not a number"),
        ({"mu": float("nan")}, IllFormed, "not a number"),
        ({"mu": object()}, IllFormed, "not a number"),
    ],
)
def test_parameters_that_are_missing_or_no_numbers_are_named(parameters, error, words):
    with pytest.raises(error, match=words):
        expected_value(E(z, known("Normal", z, mu, 1)), parameters)


def test_what_has_no_value_is_said():
    with pytest.raises(NotSupported, match="functions"):
        expected_value(E(Function("f")(z), known("Normal", z, mu, 1)), {mu: 0})
    with pytest.raises(NotSupported, match="no value"):
        expected_value(log(mu), {mu: -1})
    with pytest.raises(IllFormed, match="digits"):
        expected_value(mu, {mu: 1}, digits=0)
    with pytest.raises(IllFormed, match="no one value"):
        expected_value(mu <= 2 * mu, {mu: 1})


LAWS = (
    (stats.Normal("x", a, b), a**2 + b**2, a**2 + b),
    (stats.Gamma("x", a, b), a * b**2 + a**2 * b**2, a / b**2 + a**2 / b**2),
    (stats.Exponential("x", a), 2 / a**2, 2 * a**2),
    (stats.Laplace("x", a, b), a**2 + 2 * b**2, a**2 + b**2),
    (stats.Poisson("x", a), a + a**2, a**2),
    (stats.Uniform("x", 0, b), b**2 / 3, b**2 / 2),
)


@pytest.mark.parametrize(("variable", "square", "slip"), LAWS, ids=lambda item: type(item).__name__)
def test_random_variables_of_sympy_are_densities(variable, square, slip):
    assert prove(Eq(E(variable**2, variable), square)).proved
    assert prove(Eq(E(variable**2, variable), slip)).refuted


def test_entropy_and_divergence_take_random_variables():
    first, second = stats.Normal("z", a, b), stats.Normal("z", 0, 1)
    assert prove(Eq(KL(first, second), (a**2 + b**2 - 1) / 2 - log(b))).proved
    assert prove(Eq(KL(first, second), (a**2 + b**2 - 1) / 2 - log(b) / 2)).refuted
    assert prove(Eq(H(stats.Exponential("x", a)), 1 - log(a))).proved
    with pytest.raises(NotSupported, match="not read"):
        H(stats.Cauchy("x", 0, 1))
