"""Gaussians as exponentials of quadratic forms: products, conditioning, integrating out, linear maps.

One mechanism carries all of them: the logarithm of a product of Gaussians is a quadratic in the variable, and
completing the square gives the law of the variable and what is left over (Bishop 2006, section 2.3). A covariance
`v I` in any dimension works alike, with squares read as squared norms (see `symelbo.calculus.laws.vectors`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Add, Expr, Integer, Mul, exp, log, pi, together

from symelbo.calculus.laws.explicit import log_density
from symelbo.calculus.laws.pieces import collect
from symelbo.calculus.laws.vectors import componentwise, isotropic
from symelbo.errors import NotSupported
from symelbo.language import Identity, Known, is_variable

__all__ = ["Gaussian", "complete_square", "condition", "integrate_gaussian", "linear_map", "marginal", "multiply"]

_ZERO, _ONE = Integer(0), Integer(1)


@dataclass(frozen=True, slots=True)
class Gaussian:
    """`exp(log_scale) · N(variable; mean, variance I)` in a dimension."""

    variable: Expr
    mean: Expr
    variance: Expr
    log_scale: Expr
    dimension: Expr = _ONE

    @property
    def law(self) -> Known:
        """The normalised density."""
        if self.dimension == 1:
            return Known("Normal", (self.variable,), (self.mean, self.variance))
        return Known("MultivariateNormal", (self.variable,), (self.mean, self.variance * Identity(self.dimension)))


def complete_square(exponent: Expr, variable: Expr, dimension: Expr = _ONE) -> Gaussian:
    """The Gaussian in a variable whose logarithm, normalising constant included, is a given expression.

    Raises `NotSupported` when the expression is not quadratic in the variable.

    >>> from sympy import symbols
    >>> z, m = symbols("z m", real=True)
    >>> complete_square(-(z**2) / 2 + m * z, z).law
    Normal(z; m, 1)
    """
    pieces = collect(exponent, variable, log_density)
    square, slope = pieces.pop(variable**2, _ZERO), pieces.pop(variable, _ZERO)
    rest = pieces.pop(Integer(1), _ZERO)
    if pieces or square == 0:
        raise NotSupported(f"the exponent is not a quadratic form in {variable}, so it is not a Gaussian in it")
    variance = together(-1 / (2 * square))
    mean = together(variance * slope)
    log_scale = rest + slope**2 * variance / 2 + dimension * log(2 * pi * variance) / 2
    return Gaussian(variable, mean, variance, log_scale, dimension)


def multiply(factors: Iterable[Expr], variable: Expr) -> Gaussian:
    """The product of Gaussians (and of exponentials of quadratics) as one Gaussian in a variable, times a scale.

    Raises `NotSupported` when a factor is something else.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> z, a, b = symbols("z a b", real=True)
    >>> multiply([known("Normal", z, a, 1), known("Normal", z, b, 1)], z).law
    Normal(z; (a + b)/2, 1/2)
    """
    logs: list[Expr] = []
    dimension: Expr = _ONE
    for factor in (part for item in factors for part in Mul.make_args(item)):
        if isinstance(factor, Known):
            size = isotropic(factor)
            if size is not None and factor.value == variable:
                dimension = size[1]
            written = log_density(factor)
        elif isinstance(factor, exp):
            written = factor.args[0]
        else:
            written = log(factor) if variable not in factor.free_symbols else None
        flat = None if written is None else componentwise(written)
        if flat is None:
            raise NotSupported(f"{factor} is not the exponential of a quadratic form in {variable}")
        logs.append(flat)
    return complete_square(Add(*logs), variable, dimension)


def condition(factors: Iterable[Expr], variable: Expr) -> Known:
    """The law of a variable given everything else, from the factors of the joint density: the posterior.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> x, z = symbols("x z", real=True)
    >>> condition([known("Normal", x, z, 1), known("Normal", z, 0, 1)], z)
    Normal(z; x/2, 1/2)
    """
    return multiply(factors, variable).law


def integrate_gaussian(product: Expr, variable: Expr) -> Expr:
    """The integral over the line of a product of Gaussians and exponentials of quadratics, in closed form."""
    return exp(multiply([product], variable).log_scale)


def marginal(factors: Iterable[Expr], hidden: Expr, seen: Expr) -> Known:
    """The law of `seen` once `hidden` is integrated out: the evidence of a linear-Gaussian model.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> x, z, m = symbols("x z m", real=True)
    >>> marginal([known("Normal", x, z, 2), known("Normal", z, m, 1)], z, x)
    Normal(x; m, 3)
    """
    parts = [factor for item in factors for factor in Mul.make_args(item)]
    joint = multiply(parts, hidden)
    dimension = next(
        (size[1] for part in parts if isinstance(part, Known) and part.value == seen and (size := isotropic(part))),
        Integer(1),
    )
    return complete_square(joint.log_scale, seen, dimension).law


def linear_map(law: Known, scale: Expr, shift: Expr, image: Expr) -> Known:
    """The law of `scale · z + shift` when `z` follows a Gaussian law: the location-scale reparameterisation.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> e, z, m = symbols("e z m", real=True)
    >>> s = symbols("s", positive=True)
    >>> linear_map(known("Normal", e, 0, 1), s, m, z)
    Normal(z; m, s**2)
    """
    if law.name not in ("Normal", "MultivariateNormal") or not is_variable(image):
        raise NotSupported(f"{law} is not a Gaussian law, whose linear maps are Gaussian")
    mean, variance = law.parameters
    return Known(law.name, (image,), (scale * mean + shift, scale**2 * variance))
