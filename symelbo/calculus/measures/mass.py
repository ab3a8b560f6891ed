"""What a weight integrates to: the condition under which it is a law, and its averages have Jensen gaps."""

from __future__ import annotations

from fractions import Fraction

from sympy import Expr, Integer

from symelbo.calculus.measures.measure import Normaliser
from symelbo.language import Expectation, IndexProduct, Integral, Known

__all__ = ["mass"]


def mass(law: Expr, bound: tuple[Expr, ...], normaliser: Normaliser) -> Fraction | None:
    """The integral of a weight over some variables, where it is a number that can be seen; None elsewhere."""
    if isinstance(law, Known):
        proper = law.values == bound and not any(part.free_symbols & set(bound) for part in law.parameters)
        return Fraction(1) if proper else None
    if isinstance(law, IndexProduct):  # independent draws have a law each
        return normaliser.form(Expectation(Integer(1), law, bound)).constant()
    return normaliser.form(Integral(law, *bound)).constant()
