"""Orders of quantities against each other, as far as numbers tell."""

from __future__ import annotations

from sympy import Number

from symelbo.language import Claim, Relation

__all__ = ["excludes"]


def excludes(known: Claim, claim: Claim) -> bool:
    """Whether a known order and a new one of the same quantity cannot both hold."""
    low, high = _ends(known)
    other_low, other_high = _ends(claim)
    return any(a is not None and b is not None and bool(a >= b) for a, b in ((low, other_high), (other_low, high)))


def _ends(claim: Claim) -> tuple[Number | None, Number | None]:
    value = claim.rhs
    if not isinstance(value, Number):
        return None, None
    above = claim.relation in (Relation.GREATER, Relation.GREATER_EQUAL)
    return (value, None) if above else (None, value)
