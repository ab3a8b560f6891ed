"""Relations that can be solved for one of their unknowns, which is then substituted away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import sympy as sp

from symelbo.calculus.logs.convert import understood

__all__ = ["leaves", "relevant", "solve_constraints"]


def solve_constraints(
    constraints: Iterable[sp.Basic], positive: frozenset[sp.Expr]
) -> tuple[dict[sp.Expr, sp.Expr], list[sp.Basic]]:
    """Definitions of unknowns that the constraints imply, and the constraints that were not used.

    Unknowns are symbols and nodes that are not understood, such as an indexed name. A relation is solved only where its
    solution is the only one: it is linear in the unknown with a coefficient that is a number or positive, or it is
    `s² = e` for a positive `s`. No definition mentions an unknown that is defined.

    >>> q, r = sp.symbols("q r", positive=True)
    >>> solve_constraints([sp.Eq(q + r, 1)], frozenset())
    ({r: 1 - q}, [])
    """
    definitions: dict[sp.Expr, sp.Expr] = {}
    unused: list[sp.Basic] = []
    for constraint in constraints:
        if constraint is sp.true:
            continue
        if not isinstance(constraint, sp.Equality):
            unused.append(constraint)
            continue
        lhs, rhs = (side.xreplace(definitions) for side in constraint.args)
        names = {node: _stand_in(node, positive) for node in leaves(lhs) | leaves(rhs) if not node.is_Symbol}
        known = frozenset(p.xreplace(names) for p in positive)
        solved = _solve(lhs.xreplace(names), rhs.xreplace(names), known)
        if solved is None:
            unused.append(constraint)
            continue
        back = {name: node for node, name in names.items()}
        unknown, value = back.get(solved[0], solved[0]), solved[1].xreplace(back)
        definitions = {s: v.xreplace({unknown: value}) for s, v in definitions.items()}
        definitions[unknown] = value
    return definitions, unused


def relevant(
    definitions: Mapping[sp.Expr, sp.Expr], rules: Iterable[sp.Basic], expr: sp.Expr
) -> dict[sp.Expr, sp.Expr]:
    """The definitions of unknowns that an expression contains, and of those in the rules that mention these."""
    if not definitions:
        return {}
    groups = [{s for s in definitions if rule.has(s)} for rule in rules]
    chosen = {s for s in definitions if expr.has(s)}
    while more := {s for group in groups if group & chosen for s in group} - chosen:
        chosen |= more
    return {unknown: value for unknown, value in definitions.items() if unknown in chosen}


def leaves(expr: sp.Basic) -> set[sp.Expr]:
    """The symbols of an expression, and its outermost nodes that are not understood."""
    found: set[sp.Expr] = set()
    stack = [expr]
    while stack:
        node = stack.pop()
        if node.is_Symbol or not understood(node):
            found.add(node)
        else:
            stack.extend(node.args)
    return found


def _stand_in(node: sp.Expr, positive: frozenset[sp.Expr]) -> sp.Dummy:
    return sp.Dummy(positive=True) if node.is_positive or node in positive else sp.Dummy(real=True)


def _solve(lhs: sp.Expr, rhs: sp.Expr, positive: frozenset[sp.Expr]) -> tuple[sp.Symbol, sp.Expr] | None:
    for one, other in ((lhs, rhs), (rhs, lhs)):
        if one.is_Symbol and one not in other.free_symbols:
            return one, other
    for one, other in ((lhs, rhs), (rhs, lhs)):
        square = one.is_Pow and one.exp == 2 and one.base.is_Symbol and one.base not in other.free_symbols
        if square and _is_positive(one.base, positive):
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
            if slope.is_Rational or (not numbers_only and _is_positive(slope, positive)):
                return s, -difference.xreplace({s: sp.Integer(0)}) / slope
    return None


def _is_positive(expr: sp.Expr, positive: frozenset[sp.Expr]) -> bool:
    if expr.is_positive or expr in positive:
        return True
    if expr.is_Add or expr.is_Mul:
        return all(_is_positive(a, positive) for a in expr.args)
    return bool(expr.is_Pow and _is_positive(expr.base, positive))
