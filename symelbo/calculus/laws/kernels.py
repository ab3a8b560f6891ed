r"""Integrals and sums of formulas that are a density up to a factor: `\int_0^\infty t\, \lambda e^{-\lambda t} dt`.

The integrand is taken apart into pieces; each piece names its law by its shape (an exponential of a quadratic is a
Gaussian, a power times an exponential a gamma, ...), the mass of the shape is known, and the rest is a moment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, Poly, Pow, exp, factorial, gamma, oo, pi, sqrt

from symelbo.calculus.laws.explicit import expand_logs, expected, log_density
from symelbo.calculus.laws.pieces import collect, powers
from symelbo.language import Expectation, IndexSum, Indicator, Known, is_variable

__all__ = ["integral", "recognise", "series"]

_ZERO, _ONE = Integer(0), Integer(1)
Exponents = dict[Expr, Expr]


@dataclass(frozen=True, slots=True)
class Match:
    """`part = mass · law · rest`."""

    mass: Expr
    law: Known
    rest: Expr


@dataclass(frozen=True, slots=True)
class Kernel:
    """A shape on a range: `match` takes the exponents of a part and the variable."""

    lower: Expr
    upper: Expr
    counted: bool
    match: Callable[[Exponents, Expr], Match | None]


def _exponent(exponents: Exponents, variable: Expr) -> tuple[Expr, Expr] | None:
    """The coefficients of the square and of the variable in all exponentials together."""
    total: Expr = _ZERO
    for base, power in exponents.items():
        if isinstance(base, exp):
            total += base.args[0] * power
    if total == 0:
        return _ZERO, _ZERO
    if not total.is_polynomial(variable):
        return None
    poly = Poly(total, variable)
    return None if poly.degree() > 2 else (poly.coeff_monomial(variable**2), poly.coeff_monomial(variable))


def _rest(exponents: Exponents, *used: Expr) -> Expr:
    return Mul(
        *(Pow(base, power) for base, power in exponents.items() if base not in used and not isinstance(base, exp))
    )


def _gaussian(exponents: Exponents, z: Expr) -> Match | None:
    form = _exponent(exponents, z)
    if form is None or form[0] == 0 or form[0].is_positive:
        return None
    square, slope = form
    variance = -1 / (2 * square)
    mass = sqrt(2 * pi * variance) * exp(slope**2 * variance / 2)
    return Match(mass, Known("Normal", (z,), (slope * variance, variance)), _rest(exponents))


def _gamma(exponents: Exponents, z: Expr) -> Match | None:
    form = _exponent(exponents, z)
    if form is None or form[0] != 0 or form[1] == 0 or form[1].is_positive:
        return None
    rate, power = -form[1], exponents.get(z, _ZERO)
    # A whole power is left to the moments, where it is a polynomial in 1/rate.
    if power.is_Integer and power >= 0:
        return Match(1 / rate, Known("Exponential", (z,), (rate,)), _rest(exponents))
    shape = power + 1
    mass = gamma(shape) * rate ** (-shape)
    return Match(mass, Known("Gamma", (z,), (shape, rate)), _rest(exponents, z))


def _beta(exponents: Exponents, z: Expr) -> Match | None:
    if any(isinstance(base, exp) for base in exponents):
        return None
    a, b = exponents.get(z, _ZERO) + 1, exponents.get(1 - z, _ZERO) + 1
    law = Known("Uniform", (z,), (0, 1)) if (a, b) == (1, 1) else Known("Beta", (z,), (a, b))
    mass = _ONE if (a, b) == (1, 1) else gamma(a) * gamma(b) / gamma(a + b)
    return Match(mass, law, _rest(exponents, z, 1 - z))


def _poisson(exponents: Exponents, n: Expr) -> Match | None:
    form = _exponent(exponents, n)
    shapes = {factorial(n): -1, gamma(n + 1): -1}
    used = next((base for base, power in shapes.items() if exponents.get(base) == power), None)
    if form is None or form[0] != 0 or used is None:
        return None
    rate = exp(form[1])
    return Match(exp(rate), Known("Poisson", (n,), (rate,)), _rest(exponents, used))


def _geometric(first: int) -> Callable[[Exponents, Expr], Match | None]:
    def match(exponents: Exponents, n: Expr) -> Match | None:
        form = _exponent(exponents, n)
        if form is None or form[0] != 0 or form[1] == 0 or first == 0:
            return None
        failure = exp(form[1])
        return Match(failure / (1 - failure), Known("Geometric", (n,), (1 - failure,)), _rest(exponents))

    return match


_KERNELS = (
    Kernel(-oo, oo, False, _gaussian),
    Kernel(_ZERO, oo, False, _gamma),
    Kernel(_ZERO, _ONE, False, _beta),
    Kernel(_ZERO, oo, True, _poisson),
    Kernel(_ONE, oo, True, _geometric(1)),
)


def integral(body: Expr, variable: Expr) -> Expr | None:
    r"""The integral of a body over a variable, limits given by an `Indicator` factor; None without a closed form.

    Without limits a Gaussian shape is integrated over the line, an explicit density over its support.

    >>> from sympy import exp, oo, symbols
    >>> from symelbo.language import Indicator
    >>> t, r = symbols("t r", positive=True)
    >>> integral(Indicator(t, 0, oo) * r * exp(-r * t) * t, t)
    1/r
    """
    limits = [factor for factor in Mul.make_args(body) if isinstance(factor, Indicator) and factor.args[0] == variable]
    rest = Mul(*(factor for factor in Mul.make_args(body) if factor not in limits))
    if len(limits) > 1:
        return None
    laws = [f for f in Mul.make_args(rest) if isinstance(f, Known) and f.values == (variable,)]
    if laws and not limits:
        # Under one of the densities the others are part of the body.
        return expected(Mul(*(f for f in Mul.make_args(rest) if f is not laws[0])), laws[0], [variable])
    bounds = limits[0].bounds if limits else None
    return _by_shape(rest, variable, bounds, counted=False)


def series(total: IndexSum) -> Expr | None:
    r"""The value of `\sum_{n=0}^\infty` of a family's shape times statistics; None without a closed form."""
    body, index, lower, upper = total.args
    laws = [f for f in Mul.make_args(body) if isinstance(f, Known) and f.values == (index,) and f.discrete]
    if len(laws) == 1:
        support = {"Poisson": (0, oo), "Geometric": (1, oo), "Bernoulli": (0, 1)}.get(laws[0].name)
        if support == (lower, upper):
            return expected(Mul(*(f for f in Mul.make_args(body) if f is not laws[0])), laws[0], [index])
        return None
    return _by_shape(body, index, (lower, upper), counted=True)


def _by_shape(body: Expr, variable: Expr, bounds: tuple[Expr, Expr] | None, counted: bool) -> Expr | None:
    if not is_variable(variable):
        return None
    kernels = [k for k in _KERNELS if k.counted == counted and (bounds is None or bounds == (k.lower, k.upper))]
    if not counted and bounds is None:
        # Nothing says where a formula without a Gaussian shape is supported.
        kernels = kernels[:1]
    if not kernels and not counted and bounds is not None and (bounds[1] - bounds[0]).is_positive:
        return _between(body, variable, *bounds)
    if not kernels:
        return None
    positive = all(kernel.lower >= 0 and not counted for kernel in kernels)
    pieces = collect(expand_logs(body), variable, log_density, positive=positive)
    if _ONE in pieces and bounds != (0, 1):
        return None
    return _summed(_piece(part, weight, variable, kernels) for part, weight in pieces.items())


def _between(body: Expr, variable: Expr, lower: Expr, upper: Expr) -> Expr | None:
    """The integral over a finite interval: its length times the mean under the uniform law."""
    if not (lower.is_finite and upper.is_finite):
        return None
    mean = expected(body, Known("Uniform", (variable,), (lower, upper)), [variable])
    return None if mean is None or mean.has(Expectation) else (upper - lower) * mean


def _piece(part: Expr, weight: Expr, variable: Expr, kernels: Iterable[Kernel]) -> Expr | None:
    exponents = powers(part)
    for kernel in kernels:
        match = kernel.match(exponents, variable)
        if match is not None:
            mean = expected(match.rest, match.law, [variable])
            return None if mean is None else weight * match.mass * mean
    return None


def _summed(parts: Iterable[Expr | None]) -> Expr | None:
    made = []
    for part in parts:
        if part is None:
            return None
        made.append(part)
    return Add(*made)


def recognise(
    density: Expr, variable: Expr, bounds: tuple[Expr, Expr] | None = None, counted: bool = False
) -> Known | None:
    """The law whose density a formula is proportional to, in the form of `KNOWN_LAWS`; None when no shape fits.

    That the formula is normalised is for the caller to decide: compare `log(density)` with `log_density(law)`.

    >>> from sympy import exp, symbols
    >>> t, m = symbols("t m", real=True)
    >>> recognise(exp(-((t - m) ** 2) / 8), t)
    Normal(t; m, 4)
    """
    kernels = [k for k in _KERNELS if k.counted == counted and (bounds is None or bounds == (k.lower, k.upper))]
    pieces = collect(expand_logs(density), variable, log_density, positive=bounds is not None and bounds[0] == 0)
    if len(pieces) != 1:
        return None
    ((part, _),) = pieces.items()
    exponents = powers(part)
    for kernel in kernels:
        if bounds is None and kernel.match is _beta and not ({variable, 1 - variable} <= set(exponents)):
            continue
        match = kernel.match(exponents, variable)
        if match is None:
            continue
        if match.rest == 1:
            return match.law
        if (
            kernel.match is _gamma
            and set(exponents) - {variable}
            and match.rest == variable ** exponents.get(variable, 0)
        ):
            return Known("Gamma", (variable,), (exponents[variable] + 1, match.law.parameters[0]))
    return None
