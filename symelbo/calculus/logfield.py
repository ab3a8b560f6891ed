"""Is an expression of rational functions, logarithms and exponentials zero?  (stub head)"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sympy as sp

from symelbo.calculus.logs.budget import Budget, Meaningless, Restart, Work
from symelbo.calculus.logs.collect import Collected, collect
from symelbo.calculus.logs.constants import separated
from symelbo.calculus.logs.constraints import solve_constraints
from symelbo.calculus.logs.convert import Converter
from symelbo.calculus.logs.ring import Ring
from symelbo.errors import BudgetExceeded

__all__ = ["DEFAULT_BUDGET", "NonZero", "Undecided", "Zero", "decide_zero"]

DEFAULT_BUDGET = Budget(20_000_000)
_RESTARTS = 24


@dataclass(frozen=True, slots=True)
class Zero:
    certificate: Any


@dataclass(frozen=True, slots=True)
class NonZero:
    residual: Any


@dataclass(frozen=True, slots=True)
class Undecided:
    reason: str


def survey(expr: sp.Expr) -> tuple[int, list[sp.Expr], dict[Any, int]]:
    """How many generators the expression may need, what must be positive for it to exist, and roots of symbols."""
    seen: set[sp.Basic] = set()
    stack: list[sp.Basic] = [expr]
    slots = 2
    defined: list[sp.Expr] = []
    degrees: dict[Any, int] = {}
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        args = node.args
        if not args:
            slots += not node.is_Rational
            continue
        stack.extend(args)
        if node.is_Add or node.is_Mul:
            continue
        if node.is_Pow:
            base, exponent = args
            if exponent.is_Integer:
                continue
            if exponent.is_Rational:
                defined.append(base)
                for b in base.args if base.is_Mul else (base,):
                    if b.is_Symbol and b.is_positive:
                        q = int(exponent.q)
                        degrees[b] = sp.ilcm(degrees.get(b, 1), q)
        elif isinstance(node, sp.log):
            defined.append(args[0])
            continue
        slots += 3
    return slots, defined, degrees


def decide_zero(
    expr: sp.Expr,
    *,
    constraints: Iterable[sp.Basic] = (),
    positive: frozenset[sp.Expr] = frozenset(),
    budget: int = DEFAULT_BUDGET,
) -> Zero | NonZero | Undecided:
    definitions, unused = solve_constraints(constraints, positive)
    slots, defined, degrees = survey(expr)
    for value in definitions.values():
        more, also, roots = survey(value)
        slots += more
        defined += also
        for k, d in roots.items():
            degrees[k] = sp.ilcm(degrees.get(k, 1), d)
    work = Work(budget)
    for _ in range(_RESTARTS):
        try:
            converter = Converter(Ring(slots, degrees, work), positive, tuple(defined), definitions)
            collected = collect(converter, converter.convert(expr))
            break
        except Restart as restart:
            slots = max(slots, restart.slots)
            if restart.key is not None:
                degrees[restart.key] = restart.degree
        except (BudgetExceeded, Meaningless) as stop:
            return Undecided(str(stop))
        except RecursionError:
            return Undecided("the expression is nested too deeply")
    else:
        return Undecided("the roots and exponentials of the expression do not settle")
    if not collected.coefficients:
        return Zero(None)
    reason = _doubt(converter, collected, unused)
    return NonZero(collected) if reason is None else Undecided(reason)


def _doubt(converter: Converter, collected: Collected, unused: list[sp.Basic]) -> str | None:
    """Why coefficients that are not zero do not yet disprove the claim."""
    ring = converter.ring
    if unused:
        return "a constraint could not be solved for a symbol"
    if not collected.complete:
        return "a logarithm stands inside a denominator or another function"
    for m, c in collected.coefficients.items():
        inside = [f for f, _ in c.powers] + [k for k, _ in m if k >= 0]
        for f in inside:
            for v in ring.variables(f):
                g = ring.generators[v]
                if g.tainted:
                    return f"the difference contains {g.kind} terms that may depend on each other"
                # log|x + √x| and log|x − √x|: relations that gcds in the polynomial ring do not see.
                if g.relation is not None and not g.constant and any(k == f for k, _ in m):
                    return "the difference contains the logarithm of an algebraic function"
    for m, _ in collected.coefficients.items():
        for k, _ in m:
            if k >= 0 and not _is_constant(ring, k) and any(ring.generators[v].constant for v in ring.variables(k)):
                return "a logarithm mixes variables and constants such as pi"
    groups: dict[Any, list[Any]] = {}
    for m, c in collected.coefficients.items():
        fixed = tuple(k for k, e in m for _ in range(e) if _is_constant(ring, k))
        moving = tuple((k, e) for k, e in m if not _is_constant(ring, k))
        groups.setdefault(moving, []).append((fixed, c))
    for terms in groups.values():
        if len(terms) == 1 and not terms[0][0]:
            if not any(ring.generators[v].constant for f, _ in terms[0][1].powers for v in ring.variables(f)):
                return None
        try:
            if separated(ring, terms):
                return None
        except BudgetExceeded as stop:
            return str(stop)
    return "only constants such as pi remain, and their value could not be told from zero"


def _is_constant(ring: Ring, key: int) -> bool:
    return key < 0 or all(ring.generators[v].constant for v in ring.variables(key))
