"""Every row of the table of families against independent numerical integration."""

from __future__ import annotations

import mpmath
import pytest
from sympy import Abs, Integer, Rational, Symbol, exp, lambdify, log, oo, symbols

from symelbo.calculus.laws.explicit import divergence, entropy, expected, log_density
from symelbo.calculus.laws.families import FAMILIES, Domain
from symelbo.language import known

_POINTS = {
    "Normal": ((Rational(3, 7), Rational(8, 5)), (Rational(-2, 3), Rational(5, 4))),
    "Exponential": ((Rational(7, 5),), (Rational(2, 3),)),
    "Gamma": ((Rational(9, 4), Rational(7, 5)), (Rational(5, 2), Rational(3, 4))),
    "InverseGamma": ((Rational(19, 4), Rational(7, 5)), (Rational(11, 2), Rational(3, 4))),
    "Beta": ((Rational(9, 4), Rational(7, 2)), (Rational(5, 2), Rational(11, 4))),
    "Uniform": ((Rational(-1, 3), Rational(5, 4)), (Rational(-1, 3), Rational(5, 4))),
    "Laplace": ((Rational(1, 3), Rational(5, 4)), (Rational(-2, 3), Rational(3, 4))),
    "LogNormal": ((Rational(1, 3), Rational(1, 4)), (Rational(-1, 2), Rational(1, 3))),
    "Bernoulli": ((Rational(2, 7),), (Rational(3, 5),)),
    "Binomial": ((Integer(5), Rational(2, 7)), (Integer(5), Rational(3, 5))),
    "Poisson": ((Rational(7, 3),), (Rational(4, 5),)),
    "Geometric": ((Rational(2, 7),), (Rational(3, 5),)),
}
_CONTINUOUS = [name for name, row in FAMILIES.items() if not row.discrete]
_z = symbols("z", real=True)


def _numeric(term):
    return lambdify(_z, term, modules=["mpmath", {"loggamma": lambda t: mpmath.loggamma(t)}])


def _end(end):
    return mpmath.mpf(end.p) / end.q if end.is_finite else mpmath.inf * (1 if end > 0 else -1)


def _mean(body, law, digits=32):
    """The mean by quadrature or summation at high precision, from the log-density alone."""
    row = FAMILIES[law.name]
    density, value = _numeric(log_density(law)), _numeric(body)
    with mpmath.workdps(digits + 8):
        low, high = (_end(end) for end in row.support(law.parameters))
        term = lambda t: mpmath.exp(density(t)) * value(t)  # noqa: E731
        if row.discrete:
            last = int(high) if high != mpmath.inf else 400
            return mpmath.fsum(term(mpmath.mpf(n)) for n in range(int(low), last + 1))
        # Quadrature is cut where an integrand below has a kink.
        kinks = [Rational(1, 3), Rational(-2, 3), Integer(2)] if law.name == "Laplace" else [Integer(1)]
        inner = [low, *sorted(k for k in map(_end, kinks) if low < k < high), high]
        return mpmath.quad(term, inner, maxdegree=9)


def _close(closed, numeric, digits):
    with mpmath.workdps(digits + 8):
        assert mpmath.almosteq(mpmath.mpf(closed.evalf(digits + 5)), numeric, rel_eps=mpmath.mpf(10) ** (-digits))


def test_every_row_has_points():
    assert set(_POINTS) == set(FAMILIES)
    assert all(len(points[0]) == len(FAMILIES[name].domains) for name, points in _POINTS.items())


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_density_is_normalised(name):
    law = known(name, _z, *_POINTS[name][0])
    _close(Integer(1), _mean(Integer(1), law), 30)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_mean_and_second_moment(name):
    law = known(name, _z, *_POINTS[name][0])
    for body in (_z, _z**2):
        _close(expected(body, law), _mean(body, law), 30)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_divergence(name):
    left, right = (known(name, _z, *point) for point in _POINTS[name])
    _close(divergence(left, right), _mean(log_density(left) - log_density(right), left), 30)


@pytest.mark.parametrize("name", [n for n in sorted(FAMILIES) if n not in ("Poisson", "Binomial")])
def test_entropy(name):
    law = known(name, _z, *_POINTS[name][0])
    _close(entropy(law), _mean(-log_density(law), law), 30)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Normal", _z**4 * exp(-_z / 3)),
        ("Normal", _z * exp(_z / 2 - _z**2 / 5)),
        ("Gamma", _z * log(_z) ** 2),
        ("Gamma", log(_z) / _z),
        ("Gamma", _z * exp(-_z / 3)),
        ("InverseGamma", log(_z) / _z),
        ("Beta", _z * log(_z) * log(1 - _z)),
        ("Beta", (1 - _z) ** 2 * log(1 - _z) ** 2),
        ("Beta", 1 / (1 - _z)),
        ("Uniform", _z**3),
        ("Laplace", _z**4),
        ("Laplace", Abs(_z - 2)),
        ("LogNormal", log(_z) ** 2 / _z),
        ("Poisson", _z**3 * exp(-_z / 4)),
        ("Binomial", _z**3),
        ("Geometric", _z**3),
        ("Bernoulli", exp(_z / 3)),
    ],
    ids=str,
)
def test_further_moments(name, body):
    law = known(name, _z, *_POINTS[name][0])
    _close(expected(body, law), _mean(body, law), 30)


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_a_wrong_parameter_is_noticed(name):
    first, _ = _POINTS[name]
    moved = tuple(p + Rational(1, 1000) if p.is_Rational and not p.is_Integer else p for p in first)
    body = _z**2
    numeric = _mean(body, known(name, _z, *first), 15)
    closed = expected(body, known(name, _z, *moved))
    assert abs(float(closed) - float(numeric)) > 1e-6


def test_rows_are_named_with_domains_and_sources():
    allowed = {Domain.REAL, Domain.POSITIVE, Domain.UNIT, Domain.COUNT}
    for name, row in FAMILIES.items():
        assert row.name == name
        assert set(row.domains) <= allowed
        assert any(ch.isdigit() for ch in row.source)


@pytest.mark.parametrize("name", [n for n in _CONTINUOUS if FAMILIES[n].standard is not None])
def test_standard_law_has_the_same_moments(name):
    u = Symbol("u", real=True)
    standard, image = FAMILIES[name].standard(_POINTS[name][0], u)
    law = known(name, _z, *_POINTS[name][0])
    assert (expected(image, standard) - expected(_z, law)).simplify() == 0
    assert oo not in standard.parameters
