"""Means of products of powers of statistics under explicit laws.

Each function takes the exponents of the statistics, the variable and the law's parameters, and answers None where no
closed form is known here.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import (
    Abs,
    Expr,
    Integer,
    Mul,
    Poly,
    binomial,
    digamma,
    exp,
    factorial,
    factorial2,
    log,
    loggamma,
    trigamma,
)
from sympy.functions.combinatorial.numbers import stirling

from symelbo.language import replace_free

__all__ = [
    "Exponents",
    "Parameters",
    "bernoulli_moment",
    "beta_moment",
    "binomial_moment",
    "gamma_moment",
    "gaussian_moment",
    "geometric_moment",
    "inverse_gamma_moment",
    "laplace_moment",
    "log_normal_moment",
    "normal_moment",
    "normal_power",
    "poisson_moment",
    "uniform_moment",
]

Parameters = tuple[Expr, ...]
Exponents = dict[Expr, Expr]
_ZERO, _ONE = Integer(0), Integer(1)
_MOST = 12


def _natural(exponent: Expr | None) -> int | None:
    if exponent is None:
        return 0
    return int(exponent) if exponent.is_Integer and 0 <= exponent <= _MOST else None


def _only(exponents: Exponents, *known: Expr) -> bool:
    return set(exponents) <= set(known)


def normal_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
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


def gamma_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
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


def inverse_gamma_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    shape, scale = parameters
    if not _only(exponents, z, log(z)):
        return None
    power = exponents.get(z, _ZERO)
    mean = log(scale) - digamma(shape - power)
    logs = _log_powers(mean, trigamma(shape - power), _natural(exponents.get(log(z))))
    return None if logs is None else _rising(shape, -power) * scale**power * logs


def beta_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
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


def uniform_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    low, high = parameters
    if (low, high) == (0, 1):
        return beta_moment(exponents, z, (_ONE, _ONE))
    if low == 0 and _only(exponents, z, log(z)):
        power, degree = exponents.get(z, _ZERO), _natural(exponents.get(log(z)))
        logs = _log_powers(log(high) - 1 / (power + 1), (power + 1) ** -2, degree)
        return None if logs is None else high**power / (power + 1) * logs
    degree = _natural(exponents.get(z))
    if degree is None or not _only(exponents, z):
        return None
    # (h^{n+1} - l^{n+1}) / (h - l), divided out.
    return sum((low**k * high ** (degree - k) for k in range(degree + 1)), _ZERO) / (degree + 1)


def laplace_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
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


def log_normal_moment(exponents: Exponents, z: Expr, parameters: Parameters) -> Expr | None:
    mean, variance = parameters
    degree = _natural(exponents.get(log(z)))
    if degree is None or not _only(exponents, z, log(z)):
        return None
    power = exponents.get(z, _ZERO)
    return exp(power * mean + power**2 * variance / 2) * normal_power(degree, mean + power * variance, variance)


def _by_falling(factorial_moment: Callable[[int], Expr], degree: int) -> Expr:
    """`E[n^m]` from the factorial moments `E[n (n-1) ... (n-k+1)]`."""
    return sum((stirling(degree, k) * factorial_moment(k) for k in range(degree + 1)), _ZERO)


def poisson_moment(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
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


def geometric_moment(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
    (chance,) = parameters
    degree = _natural(exponents.get(n))
    if degree is None or not _only(exponents, n):
        return None
    return _by_falling(
        lambda k: _ONE if k == 0 else factorial(k) * (1 - chance) ** (k - 1) / chance**k,
        degree,
    )


def binomial_moment(exponents: Exponents, n: Expr, parameters: Parameters) -> Expr | None:
    trials, chance = parameters
    degree = _natural(exponents.get(n))
    if degree is None or not _only(exponents, n):
        return None
    return _by_falling(lambda k: Mul(*(trials - i for i in range(k))) * chance**k, degree)


def bernoulli_moment(exponents: Exponents, x: Expr, parameters: Parameters) -> Expr | None:
    (chance,) = parameters
    part = Mul(*(base**power for base, power in exponents.items()))
    at_one, at_zero = replace_free(part, {x: _ONE}), replace_free(part, {x: _ZERO})
    if not (at_one.is_finite is not False and at_zero.is_finite is not False):
        return None
    return chance * at_one + (1 - chance) * at_zero
