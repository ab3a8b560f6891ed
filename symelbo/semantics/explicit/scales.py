"""Variances of the Gaussian laws of a claim: a point at which one of them is not positive is no model of it."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Integer

from symelbo.language import Binder, Identity, Known
from symelbo.language.walks import found_in, parts_of

__all__ = ["variances"]


def variances(terms: Iterable[Expr]) -> list[Expr]:
    """Variances that are no plain names, of laws whose covariance is a multiple of the identity; none that vary inside.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> z, a, b = symbols("z a b", real=True)
    >>> variances([known("Normal", z, 0, a - b), known("Normal", z, 0, a)])
    [a - b]
    """
    listed = list(terms)
    laws = dict.fromkeys(part for term in listed for part in parts_of(term) if isinstance(part, Known))
    spreads = dict.fromkeys(map(_variance, laws))
    composed = [v for v in spreads if v is not None and not v.is_Symbol and not v.is_positive]
    if not composed:
        return []
    bound = {name for term in listed for node in found_in(term, Binder) for name in node.bound}
    return [variance for variance in composed if not variance.free_symbols & bound]


def _variance(law: Known) -> Expr | None:
    if law.name == "Normal":
        return law.parameters[1]
    if law.name != "MultivariateNormal":
        return None
    covariance = law.parameters[1]
    units = found_in(covariance, Identity)
    if len(units) != 1 or not all(part.has(Identity) for part in Add.make_args(covariance)):
        return None
    return covariance.xreplace(dict.fromkeys(units, Integer(1)))
