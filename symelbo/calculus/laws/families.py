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
    Rational,
    exp,
    log,
    loggamma,
    oo,
    pi,
)

from symelbo.calculus.laws.moments import (
    Exponents,
    Parameters,
    bernoulli_moment,
    beta_moment,
    binomial_moment,
    gamma_moment,
    geometric_moment,
    inverse_gamma_moment,
    laplace_moment,
    log_normal_moment,
    normal_moment,
    poisson_moment,
    uniform_moment,
)
from symelbo.calculus.laws.pieces import powers
from symelbo.language import Known
from symelbo.language.walks import found_in

__all__ = ["FAMILIES", "Domain", "Row", "log_density", "moment", "row_of"]

_ZERO, _ONE = Integer(0), Integer(1)


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


def _positive_half(parameters: Parameters) -> tuple[Expr, Expr]:
    return _ZERO, oo


def _line(parameters: Parameters) -> tuple[Expr, Expr]:
    return -oo, oo


def _square_root(variance: Expr) -> Expr:
    """A root of the variance; either sign serves, since the standard law is symmetric."""
    root = variance ** Rational(1, 2)
    return root.xreplace({node: node.args[0] for node in found_in(root, Abs)})


def _rows() -> tuple[Row, ...]:
    real, positive, unit, count = Domain.REAL, Domain.POSITIVE, Domain.UNIT, Domain.COUNT
    return (
        Row(
            "Normal",
            (real, positive),
            _line,
            lambda z, p: -log(2 * pi * p[1]) / 2 - (z - p[0]) ** 2 / (2 * p[1]),
            normal_moment,
            "Bishop (2006), eq. 1.46",
            lambda p, u: (Known("Normal", (u,), (0, 1)), p[0] + _square_root(p[1]) * u),
        ),
        Row(
            "Exponential",
            (positive,),
            _positive_half,
            lambda z, p: log(p[0]) - p[0] * z,
            lambda e, z, p: gamma_moment(e, z, (_ONE, p[0])),
            "Johnson, Kotz and Balakrishnan (1994), ch. 19",
            lambda p, u: (Known("Exponential", (u,), (1,)), u / p[0]),
        ),
        Row(
            "Gamma",
            (positive, positive),
            _positive_half,
            lambda z, p: p[0] * log(p[1]) - loggamma(p[0]) + (p[0] - 1) * log(z) - p[1] * z,
            gamma_moment,
            "Bishop (2006), eq. B.26",
            lambda p, u: (Known("Gamma", (u,), (p[0], 1)), u / p[1]),
        ),
        Row(
            "InverseGamma",
            (positive, positive),
            _positive_half,
            lambda z, p: p[0] * log(p[1]) - loggamma(p[0]) - (p[0] + 1) * log(z) - p[1] / z,
            inverse_gamma_moment,
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
            beta_moment,
            "Bishop (2006), eq. B.6",
        ),
        Row(
            "Uniform",
            (real, real),
            lambda p: (p[0], p[1]),
            lambda z, p: -log(p[1] - p[0]),
            uniform_moment,
            "Bishop (2006), eq. B.74",
            lambda p, u: (Known("Uniform", (u,), (0, 1)), p[0] + (p[1] - p[0]) * u),
        ),
        Row(
            "Laplace",
            (real, positive),
            _line,
            lambda z, p: -log(2 * p[1]) - Abs(z - p[0]) / p[1],
            laplace_moment,
            "Johnson, Kotz and Balakrishnan (1995), ch. 24",
            lambda p, u: (Known("Laplace", (u,), (0, 1)), p[0] + p[1] * u),
        ),
        Row(
            "LogNormal",
            (real, positive),
            _positive_half,
            lambda z, p: -log(2 * pi * p[1]) / 2 - log(z) - (log(z) - p[0]) ** 2 / (2 * p[1]),
            log_normal_moment,
            "Johnson, Kotz and Balakrishnan (1994), ch. 14",
            lambda p, u: (Known("Normal", (u,), (0, 1)), exp(p[0] + _square_root(p[1]) * u)),
        ),
        Row(
            "Bernoulli",
            (unit,),
            lambda p: (_ZERO, _ONE),
            lambda x, p: x * log(p[0]) + (1 - x) * log(1 - p[0]),
            bernoulli_moment,
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
            binomial_moment,
            "Bishop (2006), eq. B.11",
            discrete=True,
        ),
        Row(
            "Poisson",
            (positive,),
            _positive_half,
            lambda n, p: n * log(p[0]) - p[0] - loggamma(n + 1),
            poisson_moment,
            "Johnson, Kemp and Kotz (2005), ch. 4",
            discrete=True,
        ),
        Row(
            "Geometric",
            (unit,),
            lambda p: (_ONE, oo),
            lambda n, p: (n - 1) * log(1 - p[0]) + log(p[0]),
            geometric_moment,
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
