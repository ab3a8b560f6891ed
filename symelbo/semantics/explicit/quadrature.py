"""Means under explicit laws by quadrature and summation in balls.

The densities are written down here once more, from their definitions and not from the calculus: the two roads share
nothing but the notation of `KNOWN_LAWS`.

Finite integrals are enclosed rigorously (Johansson 2018, "Numerical integration in arbitrary-precision ball
arithmetic"). Infinite ranges are cut where the next stretch of the same length adds next to nothing, and four times
that stretch is added to the radius; the densities treated here fall at least exponentially in the variable of
integration, so the remainder is far smaller.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flint import acb, acb_mat, arb, ctx, fmpz_poly

from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.semantics.arithmetic.balls import at_each_precision, working_precision

__all__ = ["LAWS", "LawOfNumber", "hermite_mean", "integrate", "line_integral", "sum_up"]

Integrand = Callable[[acb, bool], acb]
_STRETCHES = 9


@dataclass(frozen=True, slots=True)
class LawOfNumber:
    """A law of one number: the logarithm of its density, where its parameters must lie, and where it lives.

    The logarithm is `shape` at the number plus `scale`, which is the same everywhere. `range_of` gives both ends (None
    for infinity); `centre` a point to start from and a width.
    """

    shape: Callable[[acb, Sequence[acb], bool], acb]
    scale: Callable[[Sequence[acb]], acb]
    admits: Callable[[Sequence[arb]], bool]
    range_of: Callable[[Sequence[arb]], tuple[arb | None, arb | None]]
    centre: Callable[[Sequence[arb]], tuple[arb, arb]]
    counted: bool = False


def _log(z: acb, analytic: bool) -> acb:
    return z.log(analytic=analytic)


def _normal(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    return -((z - p[0]) ** 2) / (2 * p[1])


def _normal_scale(p: Sequence[acb]) -> acb:
    return -(2 * acb.pi() * p[1]).log() / 2


def _gamma(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    return (p[0] - 1) * _log(z, analytic) - p[1] * z


def _inverse_gamma(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    return -(p[0] + 1) * _log(z, analytic) - p[1] / z


def _gamma_scale(p: Sequence[acb]) -> acb:
    return p[0] * p[1].log() - p[0].lgamma()


def _beta(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    return (p[0] - 1) * _log(z, analytic) + (p[1] - 1) * _log(1 - z, analytic)


def _beta_scale(p: Sequence[acb]) -> acb:
    return (p[0] + p[1]).lgamma() - p[0].lgamma() - p[1].lgamma()


def _laplace(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    return -(z - p[0]).real_abs(analytic=analytic) / p[1]


def _log_normal(z: acb, p: Sequence[acb], analytic: bool) -> acb:
    height = _log(z, analytic)
    return _normal(height, p, analytic) - height


def _bernoulli(x: acb, p: Sequence[acb], analytic: bool) -> acb:
    return (p[0] if x == 1 else 1 - p[0]).log()


def _binomial(n: acb, p: Sequence[acb], analytic: bool) -> acb:
    ways = -(n + 1).lgamma() - (p[0] - n + 1).lgamma()
    return ways + n * p[1].log() + (p[0] - n) * (1 - p[1]).log()


def _poisson(n: acb, p: Sequence[acb], analytic: bool) -> acb:
    return n * p[0].log() - (n + 1).lgamma()


def _geometric(n: acb, p: Sequence[acb], analytic: bool) -> acb:
    return (n - 1) * (1 - p[0]).log()


def _nothing(*given: Any) -> acb:
    return acb(0)


def _all_positive(p: Sequence[arb]) -> bool:
    return all(value > 0 for value in p)


def _second_positive(p: Sequence[arb]) -> bool:
    return bool(p[1] > 0)


def _chance(p: Sequence[arb]) -> bool:
    return bool(p[-1] > 0 and p[-1] < 1)


def _half(p: Sequence[arb]) -> tuple[arb | None, arb | None]:
    return arb(0), None


def _line(p: Sequence[arb]) -> tuple[arb | None, arb | None]:
    return None, None


def _unit(p: Sequence[arb]) -> tuple[arb | None, arb | None]:
    return arb(0), arb(1)


def _near_zero(p: Sequence[arb]) -> tuple[arb, arb]:
    return arb(0), arb(1)


LAWS = {
    "Normal": LawOfNumber(_normal, _normal_scale, _second_positive, _line, lambda p: (p[0], p[1].sqrt())),
    "Exponential": LawOfNumber(lambda z, p, a: -p[0] * z, lambda p: p[0].log(), _all_positive, _half, _near_zero),
    "Gamma": LawOfNumber(_gamma, _gamma_scale, _all_positive, _half, _near_zero),
    "InverseGamma": LawOfNumber(_inverse_gamma, _gamma_scale, _all_positive, _half, _near_zero),
    "Beta": LawOfNumber(_beta, _beta_scale, _all_positive, _unit, _near_zero),
    "Uniform": LawOfNumber(
        _nothing,
        lambda p: -(p[1] - p[0]).log(),
        lambda p: bool(p[0] < p[1]),
        lambda p: (p[0], p[1]),
        _near_zero,
    ),
    "Laplace": LawOfNumber(_laplace, lambda p: -(2 * p[1]).log(), _second_positive, _line, lambda p: (p[0], p[1])),
    "LogNormal": LawOfNumber(_log_normal, _normal_scale, _second_positive, _half, _near_zero),
    "Bernoulli": LawOfNumber(_bernoulli, _nothing, _chance, _unit, _near_zero, counted=True),
    "Binomial": LawOfNumber(
        _binomial, lambda p: (p[0] + 1).lgamma(), _chance, lambda p: (arb(0), p[0]), _near_zero, counted=True
    ),
    "Poisson": LawOfNumber(_poisson, lambda p: -p[0], _all_positive, _half, _near_zero, counted=True),
    "Geometric": LawOfNumber(
        _geometric, lambda p: p[0].log(), _chance, lambda p: (arb(1), None), _near_zero, counted=True
    ),
}


def integrate(law: str, parameters: Sequence[acb], body: Integrand) -> acb:
    """The mean of a body under a law of one number. Raises `NotSupported` where the quadrature does not settle."""
    row = LAWS[law]
    ends = row.range_of([value.real for value in parameters])
    scale = at_each_precision(lambda: row.scale(parameters))

    def weighted(z: acb, analytic: bool) -> acb:
        return (scale() + row.shape(z, parameters, analytic)).exp() * body(z, analytic)

    if row.counted:
        return sum_up(lambda n: weighted(n, False), *ends)
    return line_integral(weighted, *ends, *row.centre([value.real for value in parameters]))


def line_integral(
    function: Integrand, low: arb | None, high: arb | None, middle: arb | None = None, width: arb | None = None
) -> acb:
    """The integral of a function that falls off exponentially towards infinite ends (None).

    Half lines are mapped to the line by `exp`, finite ranges by the logistic function, which tames both ends.
    """
    if low is None and high is None:
        return _whole_line(function, middle or arb(0), width or arb(1))
    if high is None and low is not None:
        start = acb(low)

        def half(y: acb, analytic: bool) -> acb:
            grown = y.exp()
            return function(start + grown, analytic) * grown

        return _whole_line(half, arb(0), arb(2))
    if low is None or high is None:
        raise NotSupported("an integral over a half line that starts at minus infinity cannot be evaluated")
    start, length = acb(low), acb(high) - acb(low)

    def squeezed(y: acb, analytic: bool) -> acb:
        share = 1 / (1 + (-y).exp())
        # 1 - share is taken directly, so that nothing cancels near the upper end.
        return function(start + length * share, analytic) * length * share / (1 + y.exp())

    return _whole_line(squeezed, arb(0), arb(4))


def _whole_line(function: Integrand, middle: arb, width: arb) -> acb:
    limits: list[NotSupported | BudgetExceeded] = []

    def guarded(y: acb, analytic: bool) -> acb:
        if limits:  # there will be no value, so no more of it is worked out
            return acb("nan")
        try:
            return function(y, analytic)
        except ArithmeticError:
            # Undefined on so wide a ball: the quadrature halves the interval and asks again.
            return acb("nan")
        except (NotSupported, BudgetExceeded) as limit:
            limits.append(limit)
            return acb("nan")

    def between(low: arb, high: arb) -> acb:
        # Near an end of its range a variable differs from it by exp(-y) only: carry that many more bits.
        with working_precision(ctx.prec + 2 * int(max(abs(float(low)), abs(float(high))))):
            value = acb.integral(
                guarded, acb(low.mid()), acb(high.mid()), rel_tol=2.0**-50, abs_tol=2.0**-60, eval_limit=6000
            )
        if limits:
            raise limits[0]
        return acb(value)

    reach = 4 * width
    found = between(middle - reach, middle + reach)
    if not found.is_finite():
        raise NotSupported("the integrand is not finite on the range of its variable")
    for _ in range(_STRETCHES):
        below, above = between(middle - 2 * reach, middle - reach), between(middle + reach, middle + 2 * reach)
        found += below + above
        rest = below.abs_upper() + above.abs_upper()
        if not rest.is_finite():
            raise NotSupported("the integrand is not finite on the range of its variable")
        if rest < arb(2) ** -52 * (1 + found.abs_upper()):
            return found + acb(arb(0, 4 * rest))
        reach = 2 * reach
    raise NotSupported("the integral does not settle: its integrand falls off too slowly")


def sum_up(term: Callable[[acb], acb], low: arb | None, high: arb | None) -> acb:
    """The sum of a term over integers. Infinite sums end when terms fall geometrically and are next to nothing."""
    if low is None:
        raise NotSupported("a sum from minus infinity cannot be evaluated")
    first = int(float(low))
    if high is not None:
        return sum((term(acb(n)) for n in range(first, int(float(high)) + 1)), acb(0))
    total, before = acb(0), None
    for n in range(first, first + 2000):
        value = term(acb(n))
        total += value
        size = value.abs_upper()
        if before is not None and n > first + 30 and size < arb(2) ** -70 * (1 + total.abs_upper()) and size <= before:
            return total + acb(arb(0, 256 * (size + arb(2) ** -70)))
        before = size
    raise NotSupported("the sum does not settle within 2000 terms")


def hermite_mean(mean: acb_mat, root: acb_mat, body: Callable[[acb_mat], acb], degree: int) -> acb:
    """The mean of a polynomial of at most this degree under `N(mean, root root')`, exact up to rounding.

    Gauss and Hermite's rule with n nodes integrates polynomials of degree up to 2n - 1.
    """
    count, size = degree // 2 + 1, mean.nrows()
    if count**size > 4000:
        raise NotSupported("too many nodes are needed for this Gaussian mean")
    nodes = _hermite_nodes(count)
    total = acb(0)
    for places in _grid(count, size):
        point = acb_mat([[nodes[k][0]] for k in places])
        weight = acb(1)
        for k in places:
            weight *= nodes[k][1]
        total += weight * body(mean + root * point)
    return total


def _grid(count: int, size: int) -> list[tuple[int, ...]]:
    grid: list[tuple[int, ...]] = [()]
    for _ in range(size):
        grid = [(*places, k) for places in grid for k in range(count)]
    return grid


def _hermite_nodes(count: int) -> list[tuple[acb, acb]]:
    """Nodes and weights for the standard normal density (probabilists' Hermite polynomials)."""
    before, current = fmpz_poly([1]), fmpz_poly([0, 1])
    for k in range(1, count):
        before, current = current, fmpz_poly([0, 1]) * current - k * before
    factorial = acb(count).gamma()
    made = []
    roots: list[Any] = list(current.complex_roots())
    for root in roots:
        real = acb(root[0].real)
        # w = n! / (n He_{n-1}(x))^2 = (n-1)! / (n He_{n-1}(x)^2)
        at = acb(0)
        for coefficient in reversed(before.coeffs()):
            at = at * real + acb(int(coefficient))
        made.append((real, factorial / (count * at**2)))
    return made
