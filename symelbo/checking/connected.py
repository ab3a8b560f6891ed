"""Whether a claim connects its two sides: densities on one, and on the other quantities of which nothing is said.

"The divergence is `(m^2 + s^2 - 1 - log s^2) / 2`" says in its own way which densities are meant. Unless the document
tells how `m` and `s` belong to them, a model in which they do not is no counterexample.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any

from sympy import Expr, Symbol

from symelbo.language import Binder, Claim, Context, Density, Entry, Relation

__all__ = ["unconnected"]


def unconnected(claim: Claim, assumed: Context | None) -> str | None:
    """What keeps a claim from being refuted: densities of which the document says less than the claim needs."""
    if claim.relation is not Relation.EQUAL:
        return None
    for left, right in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        if not left.has(Density) or right.has(Density):
            continue
        families = sorted({density.family.name for density in left.atoms(Density)} - _given(assumed))
        strange = _names(right) - _names(left) - _told(assumed)
        if strange and families:
            return (
                f"the document does not say how {', '.join(sorted(strange))} belongs to {', '.join(families)}; "
                f"write it as an assumption, such as 'symelbo: assume {families[0]}(...) = ...'"
            )
    return None


def _given(assumed: Context | None) -> set[str]:
    """Families of which some density is written out."""
    definitions = assumed.definitions if assumed is not None else ()
    return {item.name.family.name for item in definitions if isinstance(item.name, Density)}


def _names(term: Expr) -> set[str]:
    """The quantities of a term; entries that a sum runs over count, what an integral is over does not."""
    bound = {name for node in term.atoms(Binder) for name in node.bound}
    return _of(atom for atom in term.atoms(Symbol, Entry) if atom not in bound and not atom.is_integer)


def _told(assumed: Context | None) -> set[str]:
    if assumed is None:
        return set()
    names: set[str] = set()
    for item in assumed.assumptions:
        for value in (getattr(item, part.name) for part in fields(item)):
            names |= _of(getattr(value, "free_symbols", ()))
            if isinstance(value, Claim):
                names |= _names(value.lhs) | _names(value.rhs)
    return names


def _of(symbols: Iterable[Any]) -> set[str]:
    """Names without their indices: `m_j` is told of where `m` is."""
    return {str(symbol.base if isinstance(symbol, Entry) else symbol) for symbol in symbols}
