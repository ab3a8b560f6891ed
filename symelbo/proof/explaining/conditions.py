"""Side conditions: what a step takes for granted, said of the terms at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from sympy import Expr, Mul, log

from symelbo.language import KL, Binder, CrossEntropy, Density, Entropy, Expectation, Integral, MutualInformation
from symelbo.language.functionals import Gradient
from symelbo.language.walks import found_in

__all__ = ["conditions_of"]

Sides = tuple[Expr, Expr]


@dataclass(frozen=True, slots=True)
class _Condition:
    """A condition in words, and when it is one: the rules that ask for it, and the terms."""

    words: str
    rules: frozenset[str]
    concerns: Callable[[Sides], bool]


def conditions_of(rules: Iterable[str], sides: Sides) -> tuple[str, ...]:
    """What has to hold for the terms of a claim, so that the rules may be used on them."""
    used = frozenset(rules)
    return tuple(item.words for item in _CONDITIONS if item.rules & used and item.concerns(sides))


def _divides(sides: Sides) -> bool:
    """Whether a density stands in a denominator, or under a logarithm."""
    return any(
        factor.is_Pow and factor.exp.is_negative and factor.base.has(Density)
        for side in sides
        for product in found_in(side, Mul)
        for factor in Mul.make_args(product)
    )


def _has(*kinds: type) -> Callable[[Sides], bool]:
    return lambda sides: any(side.has(*kinds) for side in sides)


def _averages_logs(sides: Sides) -> bool:
    means = (mean for side in sides for mean in found_in(side, Expectation, Integral))
    return any(mean.body.has(log) for mean in means) or _has(KL, Entropy, CrossEntropy, MutualInformation)(sides)


def _passes_under(sides: Sides) -> bool:
    """Whether a gradient stands before an integral or a mean anywhere."""
    return any(gradient.body.has(Binder) for side in sides for gradient in found_in(side, Gradient))


_SUMS = frozenset({"LINEARITY", "KL-DEFINITION", "ENTROPY", "MUTUAL-INFORMATION", "KL-NONNEG", "JENSEN-LOG"})
_ANY = _SUMS | {"LOG-PRODUCT", "MARGINALISATION", "NORMALISATION", "ARITHMETIC", "EXPECTATION", "BAYES", "PRODUCT-RULE"}

_CONDITIONS = (
    _Condition("what is divided by is positive wherever it stands", _ANY, _divides),
    _Condition("the expected logarithms are finite", _SUMS, _averages_logs),
    _Condition("∇ and ∫ may be exchanged", frozenset({"GRADIENT"}), _passes_under),
    _Condition("the densities are differentiable in the parameter", frozenset({"GRADIENT"}), _has(Gradient)),
)
