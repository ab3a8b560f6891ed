"""When do coefficients that are not zero disprove an identity?

Proving needs no independence: what cancels formally is zero. Disproving does, and this is where it is decided whether
the theorem applies to what is left.
"""

from __future__ import annotations

from typing import Any

import sympy as sp

from symelbo.calculus.logs.collect import Collected
from symelbo.calculus.logs.constants import separated
from symelbo.calculus.logs.convert import Converter
from symelbo.calculus.logs.ring import Ring
from symelbo.errors import BudgetExceeded

__all__ = ["doubt"]

_MAYBE = {
    "opaque": "functions that are not understood",
    "root": "roots that may depend on each other",
    "abs": "absolute values",
    "gamma": "gamma functions",
    "polygamma": "polygamma functions",
    "exp": "exponentials whose exponents may depend on each other",
    "log": "logarithms inside other functions",
}


def doubt(converter: Converter, collected: Collected) -> str | None:
    """Why the difference might be zero after all; `None` when it certainly is not."""
    ring = converter.ring
    if not collected.complete:
        return "a logarithm stands in a denominator or inside another function"
    for m, c in collected.coefficients.items():
        logs = [k for k, _ in m if k >= 0]
        for f in [f for f, _ in c.powers] + logs:
            for v in ring.variables(f):
                g = ring.generators[v]
                if g.tainted:
                    return f"the difference contains {_MAYBE.get(g.kind, g.kind)}"
        for k in logs:
            if _is_constant(ring, k):
                continue
            inside = [ring.generators[v] for v in ring.variables(k)]
            # log|x + √x| and log|x − √x| add up to log|x² − x|, which greatest common divisors do not see.
            if any(g.relation is not None for g in inside):
                return "the difference contains the logarithm of an algebraic function"
            # x + π and x + e are coprime only as long as π and e are told apart.
            if any(g.constant for g in inside) and not _one_transcendental(ring):
                return "the difference contains a logarithm that mixes variables with constants such as pi"
    if converter.exponents.entangled:
        keys = [k for m in collected.coefficients for k, _ in m if k >= 0]
        adjoined = [g.data for g in ring.generators if g.kind == "log" and g.data >= 0]
        if not converter.exponents.independent([*keys, *adjoined]):
            return "the difference contains exponentials whose exponents may depend on each other"
    return _constants_only(ring, collected)


def _one_transcendental(ring: Ring) -> bool:
    """Is a single number known to be transcendental (Lindemann 1882) the only one among the generators?"""
    numbers = [g for g in ring.generators if g.constant]
    if len(numbers) != 1 or numbers[0].relation is not None:
        return False
    g = numbers[0]
    return g.key in (("e",), sp.pi) or (g.kind == "log" and g.data < 0)


def _constants_only(ring: Ring, collected: Collected) -> str | None:
    groups: dict[Any, list[Any]] = {}
    for m, c in collected.coefficients.items():
        fixed = tuple(k for k, e in m for _ in range(e) if _is_constant(ring, k))
        moving = tuple((k, e) for k, e in m if not _is_constant(ring, k))
        groups.setdefault(moving, []).append((fixed, c))
    for terms in groups.values():
        if len(terms) == 1 and not terms[0][0] and not _mentions_constants(ring, terms[0][1]):
            return None
        try:
            if separated(ring, terms):
                return None
        except BudgetExceeded as stop:
            return str(stop)
    return "the difference is made of constants whose value could not be told from zero"


def _mentions_constants(ring: Ring, product: Any) -> bool:
    return any(ring.generators[v].constant for f, _ in product.powers for v in ring.variables(f))


def _is_constant(ring: Ring, key: int) -> bool:
    return key < 0 or all(ring.generators[v].constant for v in ring.variables(key))
