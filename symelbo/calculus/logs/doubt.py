"""When do coefficients that are not zero disprove an identity?

Proving needs no independence: what cancels formally is zero. Disproving does, and this is where it is decided whether
the theorem applies to what is left.
"""

from __future__ import annotations

from typing import Any

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
            if any(g.constant for g in inside):
                return "the difference contains a logarithm that mixes variables with constants such as pi"
    return _constants_only(ring, collected)


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
