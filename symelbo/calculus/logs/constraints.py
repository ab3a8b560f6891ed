"""Relations between symbols that can be solved for one of them, and are then substituted away."""

from __future__ import annotations

from collections.abc import Iterable

import sympy as sp

__all__ = ["solve_constraints"]


def solve_constraints(
    constraints: Iterable[sp.Basic], positive: frozenset[sp.Expr]
) -> tuple[dict[sp.Symbol, sp.Expr], list[sp.Basic]]:
    """Definitions of symbols that the constraints imply, and the constraints that were not used.

    A relation is solved only where its solution is the only one: it is linear in the symbol with a coefficient that is
    a number or positive, or it is `s² = e` for a positive `s`. No definition mentions a symbol that is defined.

    >>> q, r = sp.symbols("q r", positive=True)
    >>> solve_constraints([sp.Eq(q + r, 1)], frozenset())
    ({r: 1 - q}, [])
    """
    definitions: dict[sp.Symbol, sp.Expr] = {}
    unused: list[sp.Basic] = []
    for constraint in constraints:
        if constraint is sp.true:
            continue
        if not isinstance(constraint, sp.Equality):
            unused.append(constraint)
            continue
        lhs, rhs = (side.xreplace(definitions) for side in constraint.args)
        solved = _solve(lhs, rhs, positive)
        if solved is None:
            unused.append(constraint)
            continue
        symbol, value = solved
        definitions = {s: v.xreplace({symbol: value}) for s, v in definitions.items()}
        definitions[symbol] = value
    return definitions, unused


def _solve(lhs: sp.Expr, rhs: sp.Expr, positive: frozenset[sp.Expr]) -> tuple[sp.Symbol, sp.Expr] | None:
    for one, other in ((lhs, rhs), (rhs, lhs)):
        if one.is_Symbol and one not in other.free_symbols:
            return one, other
    for one, other in ((lhs, rhs), (rhs, lhs)):
        if (
            one.is_Pow
            and one.exp == 2
            and one.base.is_Symbol
            and one.base not in other.free_symbols
            and (one.base.is_positive or one.base in positive)
        ):
            return one.base, sp.sqrt(other)
    difference = lhs - rhs
    symbols = sorted(difference.free_symbols, key=sp.default_sort_key, reverse=True)
    for numbers_only in (True, False):
        for s in symbols:
            slope = difference.diff(s)
            if slope.has(s) or slope.is_zero:
                continue
            slope = sp.expand(slope)
            if slope.is_zero or slope.has(s):
                continue
            if slope.is_Rational or (not numbers_only and (slope.is_positive or slope in positive)):
                return s, -difference.xreplace({s: sp.Integer(0)}) / slope
    return None
