"""Random variables of `sympy.stats` as densities: `KL(Normal("z", mu, sigma), Normal("z", 0, 1))`.

SymPy's laws have parameters of their own: a deviation where `Known` has a variance, a scale where it has a rate.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from symelbo.errors import NotSupported
from symelbo.language.distributions import Known
from symelbo.language.names import Variable

__all__ = ["from_stats", "is_random", "law_of", "without_random"]

_LAWS: Mapping[str, tuple[str, Callable[..., tuple[Any, ...]]]] = {
    "NormalDistribution": ("Normal", lambda mean, std: (mean, std**2)),
    "LogNormalDistribution": ("LogNormal", lambda mean, std: (mean, std**2)),
    "ExponentialDistribution": ("Exponential", lambda rate: (rate,)),
    "GammaDistribution": ("Gamma", lambda shape, scale: (shape, 1 / scale)),
    "GammaInverseDistribution": ("InverseGamma", lambda shape, scale: (shape, scale)),
    "BetaDistribution": ("Beta", lambda a, b: (a, b)),
    "LaplaceDistribution": ("Laplace", lambda mean, scale: (mean, scale)),
    "UniformDistribution": ("Uniform", lambda low, high: (low, high)),
    "PoissonDistribution": ("Poisson", lambda rate: (rate,)),
    "GeometricDistribution": ("Geometric", lambda p: (p,)),
    "BernoulliDistribution": ("Bernoulli", lambda p, yes, no: _standard(p, yes, no)),
    "BinomialDistribution": ("Binomial", lambda n, p, yes, no: (n, *_standard(p, yes, no))),
}


def _standard(p: Any, yes: Any, no: Any) -> tuple[Any, ...]:
    if (yes, no) != (1, 0):
        raise NotSupported(f"a coin with the values {yes} and {no} is not read; use 1 and 0")
    return (p,)


def is_random(term: Any) -> bool:
    """Whether a term is a random variable of `sympy.stats`."""
    return str(type(term).__module__).startswith("sympy.stats") and hasattr(term, "pspace") and hasattr(term, "symbol")


def law_of(variable: Any) -> Known:
    """The density of a random variable of `sympy.stats`, at a variable of its name.

    Raises `NotSupported` for laws that are not among the known ones.

    >>> from sympy import symbols
    >>> from sympy.stats import Gamma
    >>> a, s = symbols("a s", positive=True)
    >>> law_of(Gamma("x", a, s))
    Gamma(x; a, 1/s)
    """
    law = getattr(variable.pspace, "distribution", None)
    row = _LAWS.get(type(law).__name__)
    if row is None or law is None:
        known = ", ".join(sorted(name.removesuffix("Distribution") for name in _LAWS))
        raise NotSupported(f"the law of {variable} in sympy.stats is not read; those that are: {known}")
    name, parameters = row
    return Known(name, (_variable(variable),), parameters(*law.args))


def from_stats(term: Any) -> Any:
    """What stands where a density is expected: the law of a random variable, anything else as it is."""
    return law_of(term) if is_random(term) else term


def _variable(variable: Any) -> Variable:
    assumptions = {"integer": True} if getattr(variable.pspace, "is_Discrete", False) else {}
    return Variable(str(variable.symbol), **assumptions)


def without_random(body: Any) -> Any:
    """A term with plain variables in place of random ones of the same name."""
    if "sympy.stats" not in sys.modules:  # nothing random can have been made
        return body
    found = {node: _variable(node) for node in _random_parts(body)}
    return body.xreplace(found) if found else body


def _random_parts(term: Any) -> set[Any]:
    if is_random(term):
        return {term}
    return set().union(*map(_random_parts, getattr(term, "args", ())))
