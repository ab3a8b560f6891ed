"""Whether a claim connects its two sides: densities on one, and on the other quantities of which nothing is said.

"The divergence is `(m^2 + s^2 - 1 - log s^2) / 2`" says in its own way which densities are meant. Unless the document
tells how `m` and `s` belong to them, a model in which they do not is no counterexample.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Expr

from symelbo.language import Claim, Context, Density, Entry, Relation

__all__ = ["unconnected"]


def unconnected(claim: Claim, assumed: Context | None) -> str | None:
    """What keeps a claim from being refuted: densities of which the document says less than the claim needs."""
    if claim.relation is not Relation.EQUAL:
        return None
    for left, right in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        if not left.has(Density) or right.has(Density):
            continue
        strange = _names(right) - _names(left) - _told(assumed)
        if strange:
            families = sorted({density.family.name for density in left.atoms(Density)})
            return (
                f"the document does not say how {', '.join(sorted(strange))} belongs to {', '.join(families)}; "
                f"write it as an assumption, such as 'symelbo: assume {families[0]}(...) = ...'"
            )
    return None


def _names(term: Expr) -> set[str]:
    return _of(term.free_symbols)


def _told(assumed: Context | None) -> set[str]:
    if assumed is None:
        return set()
    names: set[str] = set()
    for item in assumed.assumptions:
        for value in vars(item).values() if hasattr(item, "__dict__") else _slots(item):
            names |= _of(getattr(value, "free_symbols", ()))
            if isinstance(value, Claim):
                names |= _names(value.lhs) | _names(value.rhs)
    return names


def _slots(item: Any) -> Iterable[Any]:
    return (getattr(item, name) for name in getattr(type(item), "__slots__", ()))


def _of(symbols: Iterable[Any]) -> set[str]:
    """Names without their indices: `m_j` is told of where `m` is."""
    return {str(symbol.base if isinstance(symbol, Entry) else symbol) for symbol in symbols}
