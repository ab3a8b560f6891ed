"""Families of explicit densities, one row each: log-density, support, and the moments of its statistics.

Moments of sufficient statistics are gradients of the log-partition function (Barndorff-Nielsen 1978, theorem 8.1), or
Mellin transforms; entropies and divergences are never looked up but follow from the log-density and these moments.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sympy import (
    Abs,
    Expr,
    Integer,
    Mul,
    Poly,
    Rational,
    binomial,
    digamma,
    exp,
    factorial,
    factorial2,
    log,
    loggamma,
    oo,
    pi,
    trigamma,
)
from sympy.functions.combinatorial.numbers import stirling

from symelbo.calculus.pieces import powers
from symelbo.language import Known, replace_free

__all__ = ["FAMILIES", "Domain", "Row", "gaussian_moment", "log_density", "moment", "normal_power", "row_of"]

Parameters = tuple[Expr, ...]
Exponents = dict[Expr, Expr]
_ZERO, _ONE = Integer(0), Integer(1)
_MOST = 12


class Domain:
    """Where a parameter ranges."""

    REAL = "real"
    POSITIVE = "positive"
    UNIT = "between 0 and 1"
    COUNT = "a positive integer"


@dataclass(frozen=True, slots=True)
class Row:
    """One family.

    `log_density(value, parameters)` is the logarithm of the density inside the support; `moment(exponents, value,
    parameters)` the mean of a product of powers of statistics, or None where no closed form is known here;
    `standard(parameters)` a law free of parameters with the map that carries it to this one, for location-scale laws.
    """

    name: str
    domains: tuple[str, ...]
    support: Callable[[Parameters], tuple[Expr, Expr]]
    log_density: Callable[[Expr, Parameters], Expr]
    moment: Callable[[Exponents, Expr, Parameters], Expr | None]
    source: str
    standard: Callable[[Parameters, Expr], tuple[Known, Expr]] | None = None
    discrete: bool = False

    @property
    def positive(self) -> bool:
        """Whether the support lies in the positive numbers, whatever the parameters."""
        return self.name in _POSITIVE


_POSITIVE = frozenset({"Exponential", "Gamma", "InverseGamma", "Beta", "LogNormal"})


# Moments. Each takes the exponents of a part, the variable and the parameters, and answers None when it does not know.


def _natural(exponent: Expr | None) -> int | None:
    if exponent is None:
        return 0
    return int(exponent) if exponent.is_Integer and 0 <= exponent <= _MOST else None


def _only(exponents: Exponents, *known: Expr) -> bool:
    return set(exponents) <= set(known)


def _normal(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    return gaussian_moment(exponents, z, parameters, _ONE)


def gaussian_moment(exponents: Exponents, z: Expr, parameters: Parameters, dimension: Expr) -> Expr | None:
    """The mean of a power of `z` times exponentials of quadratics, under `N(mean, variance I)` in a dimension.

    In more than one dimension squares are squared norms, and powers above the second are not known.
    """
    mean, variance = parameters
    tilts = [base for base in exponents if isinstance(base, exp)]
    if not _only(exponents, z, *tilts):
        return None
    degree = _natural(exponents.get(z))
    if degree is None or (dimension != 1 and degree > 2):
        return None
    factor: Expr = _ONE
    if tilts:
        form = _quadratic(sum((base.args[0] * exponents[base] for base in tilts), _ZERO), z)
        if form is None:
            return None
        square, slope, offset = form
        # Completing the square: N(z; m, v) exp(r z^2 + t z) is a multiple of N(z; (m + t v)/w, v/w) with w = 1 - 2 r v.
        width = 1 - 2 * square * variance
        gain = (2 * slope * mean + slope**2 * variance + 2 * square * mean**2) / (2 * width) + offset
        factor = exp(gain) * (_ONE if width == 1 else width ** (-dimension / 2))
        mean, variance = (mean + slope * variance) / width, variance / width
    return factor * (mean**2 + dimension * variance if degree == 2 else normal_power(degree, mean, variance))


def normal_power(degree: int, mean: Expr, variance: Expr) -> Expr:
    """`E[z^n]` under `N(mean, variance)` (Isserlis 1918)."""
    terms = (
        binomial(degree, 2 * k) * factorial2(2 * k - 1) * mean ** (degree - 2 * k) * variance**k
        for k in range(degree // 2 + 1)
    )
    return sum(terms, _ZERO)


def _quadratic(exponent: Expr, z: Expr) -> tuple[Expr, Expr, Expr] | None:
    if not exponent.is_polynomial(z):
        return None
    poly = Poly(exponent, z)
    if poly.degree() > 2:
        return None
    return poly.coeff_monomial(z**2), poly.coeff_monomial(z), poly.coeff_monomial(1)


def _rising(shape: Expr, shift: Expr) -> Expr:
    """`Γ(shape + shift) / Γ(shape)`."""
    if not (shift.is_Integer and abs(shift) <= _MOST):
        return exp(loggamma(shape + shift) - loggamma(shape))
    count = int(shift)
    if count >= 0:
        return Mul(*(shape + k for k in range(count)))
    return 1 / Mul(*(shape - k for k in range(1, -count + 1)))


def _log_powers(first: Expr, second: Expr, degree: int | None) -> Expr | None:
    """`E[(log z)^k]` from the mean and the variance of `log z` in the tilted law, for k up to 2."""
    return {0: _ONE, 1: first, 2: first**2 + second}.get(degree if degree is not None else -1)


def _gamma(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    shape, rate = parameters
    tilts = [base for base in exponents if isinstance(base, exp)]
    if not _only(exponents, z, log(z), *tilts):
        return None
    factor: Expr = _ONE
    if tilts:
        form = _quadratic(sum((base.args[0] * exponents[base] for base in tilts), _ZERO), z)
        if form is None or form[0] != 0:
            return None
        factor = (1 - form[1] / rate) ** (-shape) * exp(form[2])
        rate = rate - form[1]
    power = exponents.get(z, _ZERO)
    mean = digamma(shape + power) - log(rate)
    logs = _log_powers(mean, trigamma(shape + power), _natural(exponents.get(log(z))))
    return None if logs is None else factor * _rising(shape, power) * rate ** (-power) * logs


def _inverse_gamma(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    shape, scale = parameters
    if not _only(exponents, z, log(z)):
        return None
    power = exponents.get(z, _ZERO)
    mean = log(scale) - digamma(shape - power)
    logs = _log_powers(mean, trigamma(shape - power), _natural(exponents.get(log(z))))
    return None if logs is None else _rising(shape, -power) * scale**power * logs


def _beta(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    a, b = parameters
    if not _only(exponents, z, log(z), 1 - z, log(1 - z), z - 1):
        return None
    flipped = exponents.get(z - 1, _ZERO)
    if not flipped.is_Integer:
        return None
    s, t = exponents.get(z, _ZERO), exponents.get(1 - z, _ZERO) + flipped
    left, right = _natural(exponents.get(log(z))), _natural(exponents.get(log(1 - z)))
    if left is None or right is None:
        return None
    whole = digamma(a + b + s + t)
    first, second = digamma(a + s) - whole, digamma(b + t) - whole
    if (left, right) == (1, 1):
        logs: Expr | None = first * second - trigamma(a + b + s + t)
    elif right == 0:
        logs = _log_powers(first, trigamma(a + s) - trigamma(a + b + s + t), left)
    elif left == 0:
        logs = _log_powers(second, trigamma(b + t) - trigamma(a + b + s + t), right)
    else:
        logs = None
    if logs is None:
        return None
    return (-1) ** flipped * _rising(a, s) * _rising(b, t) / _rising(a + b, s + t) * logs


def _uniform(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    low, high = parameters
    if (low, high) == (0, 1):
        return _beta(exponents, z, (_ONE, _ONE))
    if low == 0 and _only(exponents, z, log(z)):
        power, degree = exponents.get(z, _ZERO), _natural(exponents.get(log(z)))
        logs = _log_powers(log(high) - 1 / (power + 1), (power + 1) ** -2, degree)
        return None if logs is None else high**power / (power + 1) * logs
    degree = _natural(exponents.get(z))
    if degree is None or not _only(exponents, z):
        return None
    # (h^{n+1} - l^{n+1}) / (h - l), divided out.
    return sum((low**k * high ** (degree - k) for k in range(degree + 1)), _ZERO) / (degree + 1)


def _laplace(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    location, scale = parameters
    degree = _natural(exponents.get(z))
    if _only(exponents, z) and degree is not None:
        terms = (
            binomial(degree, 2 * k) * factorial(2 * k) * location ** (degree - 2 * k) * scale ** (2 * k)
            for k in range(degree // 2 + 1)
        )
        return sum(terms, _ZERO)
    if len(exponents) == 1:
        ((base, power),) = exponents.items()
        if isinstance(base, Abs) and power == 1:
            slope = base.args[0].coeff(z)
            rest = base.args[0] - slope * z
            if slope in (1, -1) and z not in rest.free_symbols:
                gap = Abs(location + rest / slope)
                return gap + scale * exp(-gap / scale)
    return None


def _log_normal(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    mean, variance = parameters
    degree = _natural(exponents.get(log(z)))
    if degree is None or not _only(exponents, z, log(z)):
        return None
    power = exponents.get(z, _ZERO)
    return exp(power * mean + power**2 * variance / 2) * normal_power(degree, mean + power * variance, variance)


def _by_falling(factorial_moment: Callable[[int], Expr], degree: int) -> Expr:
    """`E[n^m]` from the factorial moments `E[n (n-1) ... (n-k+1)]`."""
    return sum((stirling(degree, k) * factorial_moment(k) for k in range(degree + 1)), _ZERO)


def _poisson(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
    (rate,) = parameters
    tilts = [base for base in exponents if isinstance(base, exp)]
    degree = _natural(exponents.get(n))
    if degree is None or not _only(exponents, n, *tilts):
        return None
    factor: Expr = _ONE
    if tilts:
        form = _quadratic(sum((base.args[0] * exponents[base] for base in tilts), _ZERO), n)
        if form is None or form[0] != 0:
            return None
        factor = exp(rate * (exp(form[1]) - 1) + form[2])
        rate = rate * exp(form[1])
    return factor * _by_falling(lambda k: rate**k, degree)


def _geometric(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
    (chance,) = parameters
    degree = _natural(exponents.get(n))
    if degree is None or not _only(exponents, n):
        return None
    return _by_falling(
        lambda k: _ONE if k == 0 else factorial(k) * (1 - chance) ** (k - 1) / chance**k,
        degree,
    )


def _binomial(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
    trials, chance = parameters
    degree = _natural(exponents.get(n))
    if degree is None or not _only(exponents, n):
        return None
    return _by_falling(lambda k: Mul(*(trials - i for i in range(k))) * chance**k, degree)


def _bernoulli(exponents: Exponents, x: Expr, parameters: Parameters) -> Expr | None:
    (chance,) = parameters
    part = Mul(*(base**power for base, power in exponents.items()))
    at_one, at_zero = replace_free(part, {x: _ONE}), replace_free(part, {x: _ZERO})
    if not (at_one.is_finite is not False and at_zero.is_finite is not False):
        return None
    return chance * at_one + (1 - chance) * at_zero


def _positive_half(parameters: Parameters) -> tuple[Expr, Expr]:
    return _ZERO, oo


def _line(parameters: Parameters) -> tuple[Expr, Expr]:
    return -oo, oo


def _square_root(variance: Expr) -> Expr:
    """A root of the variance; either sign serves, since the standard law is symmetric."""
    root = variance ** Rational(1, 2)
    return root.xreplace({node: node.args[0] for node in root.atoms(Abs)})


def _rows() -> tuple[Row, ...]:
    real, positive, unit, count = Domain.REAL, Domain.POSITIVE, Domain.UNIT, Domain.COUNT
    return (
        Row(
            "Normal",
            (real, positive),
            _line,
            lambda z, p: -log(2 * pi * p[1]) / 2 - (z - p[0]) ** 2 / (2 * p[1]),
            _normal,
            "Bishop (2006), eq. 1.46",
            lambda p, u: (Known("Normal", (u,), (0, 1)), p[0] + _square_root(p[1]) * u),
        ),
        Row(
            "Exponential",
            (positive,),
            _positive_half,
            lambda z, p: log(p[0]) - p[0] * z,
            lambda e, z, p: _gamma(e, z, (_ONE, p[0])),
            "Johnson, Kotz and Balakrishnan (1994), ch. 19",
            lambda p, u: (Known("Exponential", (u,), (1,)), u / p[0]),
        ),
        Row(
            "Gamma",
            (positive, positive),
            _positive_half,
            lambda z, p: p[0] * log(p[1]) - loggamma(p[0]) + (p[0] - 1) * log(z) - p[1] * z,
            _gamma,
            "Bishop (2006), eq. B.26",
            lambda p, u: (Known("Gamma", (u,), (p[0], 1)), u / p[1]),
        ),
        Row(
            "InverseGamma",
            (positive, positive),
            _positive_half,
            lambda z, p: p[0] * log(p[1]) - loggamma(p[0]) - (p[0] + 1) * log(z) - p[1] / z,
            _inverse_gamma,
            "Gelman et al. (2013), table A.1",
            lambda p, u: (Known("Gamma", (u,), (p[0], 1)), p[1] / u),
        ),
        Row(
            "Beta",
            (positive, positive),
            lambda p: (_ZERO, _ONE),
            lambda z, p: (
                loggamma(p[0] + p[1]) - loggamma(p[0]) - loggamma(p[1]) + (p[0] - 1) * log(z) + (p[1] - 1) * log(1 - z)
            ),
            _beta,
            "Bishop (2006), eq. B.6",
        ),
        Row(
            "Uniform",
            (real, real),
            lambda p: (p[0], p[1]),
            lambda z, p: -log(p[1] - p[0]),
            _uniform,
            "Bishop (2006), eq. B.74",
            lambda p, u: (Known("Uniform", (u,), (0, 1)), p[0] + (p[1] - p[0]) * u),
        ),
        Row(
            "Laplace",
            (real, positive),
            _line,
            lambda z, p: -log(2 * p[1]) - Abs(z - p[0]) / p[1],
            _laplace,
            "Johnson, Kotz and Balakrishnan (1995), ch. 24",
            lambda p, u: (Known("Laplace", (u,), (0, 1)), p[0] + p[1] * u),
        ),
        Row(
            "LogNormal",
            (real, positive),
            _positive_half,
            lambda z, p: -log(2 * pi * p[1]) / 2 - log(z) - (log(z) - p[0]) ** 2 / (2 * p[1]),
            _log_normal,
            "Johnson, Kotz and Balakrishnan (1994), ch. 14",
            lambda p, u: (Known("Normal", (u,), (0, 1)), exp(p[0] + _square_root(p[1]) * u)),
        ),
        Row(
            "Bernoulli",
            (unit,),
            lambda p: (_ZERO, _ONE),
            lambda x, p: x * log(p[0]) + (1 - x) * log(1 - p[0]),
            _bernoulli,
            "Bishop (2006), eq. B.1",
            discrete=True,
        ),
        Row(
            "Binomial",
            (count, unit),
            lambda p: (_ZERO, p[0]),
            lambda n, p: (
                loggamma(p[0] + 1)
                - loggamma(n + 1)
                - loggamma(p[0] - n + 1)
                + n * log(p[1])
                + (p[0] - n) * log(1 - p[1])
            ),
            _binomial,
            "Bishop (2006), eq. B.11",
            discrete=True,
        ),
        Row(
            "Poisson",
            (positive,),
            _positive_half,
            lambda n, p: n * log(p[0]) - p[0] - loggamma(n + 1),
            _poisson,
            "Johnson, Kemp and Kotz (2005), ch. 4",
            discrete=True,
        ),
        Row(
            "Geometric",
            (unit,),
            lambda p: (_ONE, oo),
            lambda n, p: (n - 1) * log(1 - p[0]) + log(p[0]),
            _geometric,
            "Johnson, Kemp and Kotz (2005), ch. 5",
            discrete=True,
        ),
    )


FAMILIES = {row.name: row for row in _rows()}


def row_of(law: Known) -> Row | None:
    """The row of a law of one number; None for vectors and point masses."""
    return FAMILIES.get(law.name)


def log_density(law: Known) -> Expr | None:
    """The logarithm of an explicit density at its value, inside the support; None for laws without one here.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> t, r = symbols("t r", positive=True)
    >>> log_density(known("Exponential", t, r))
    -r*t + log(r)
    """
    row = row_of(law)
    return None if row is None else row.log_density(law.value, law.parameters)


def moment(part: Expr, law: Known) -> Expr | None:
    """The mean of a product of statistics under a law of one variable; None when it is not known here."""
    row = row_of(law)
    return None if row is None else row.moment(powers(part), law.value, law.parameters)
