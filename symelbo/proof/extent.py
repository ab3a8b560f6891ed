"""How many values a claim runs over when its bounds are numbers: each is looked at, so there is a limit."""

from __future__ import annotations

from typing import Final

from sympy import Expr, Integer, preorder_traversal

from symelbo.language import Claim, IndexSum
from symelbo.language.linear import Identity
from symelbo.language.names import Block, Entry

__all__ = ["too_long"]

_MOST: Final = 2_000
_FARTHEST: Final = 20_000


def too_long(claim: Claim) -> str | None:
    """Why a claim is not looked at: a sum, product, block or size in it is a number that is too large; else `None`.

    >>> from sympy import Symbol
    >>> from symelbo.language import Relation
    >>> i = Symbol("i")
    >>> too_long(Claim(IndexSum(i, i, 1, 10**9), Relation.EQUAL, Integer(5)))
    'it runs over 1,000,000,000 values, where 2,000 are the most; write a letter such as N for the number'
    """
    for side in (claim.lhs, claim.rhs):
        for part in preorder_traversal(side):
            count = _extent(part)
            if count is not None:
                how = "write a letter such as N for the number"
                return f"it runs over {count:,} values, where {_MOST:,} are the most; {how}"
    return None


def _extent(part: Expr) -> int | None:
    """The number of values, if it is too large."""
    match part:
        case IndexSum():
            ends = (part.lower, part.upper)
        case Block():
            ends = part.args[1:3]
        case Identity() if part.args:
            ends = (Integer(1), part.args[0])
        case Entry():
            places = [abs(int(place)) for place in part.args[1:] if isinstance(place, Integer)]
            return max((place for place in places if place > _FARTHEST), default=None)
        case _:
            return None
    if not all(isinstance(end, Integer) for end in ends):
        return None
    count = int(ends[1]) - int(ends[0]) + 1
    return count if count > _MOST else None
