"""Claims about powers of numbers: `2^a >= 2^b` holds where `a >= b` does, as a power of a number grows with it."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, exp, log

from symelbo.language import Claim, Relation

__all__ = ["of_exponents"]

_ORDER = (Relation.LESS_EQUAL, Relation.GREATER_EQUAL, Relation.LESS, Relation.GREATER, Relation.EQUAL)


def of_exponents(claim: Claim) -> Claim | None:
    """The claim about the logarithms of two powers, which says the same; None for any other claim.

    >>> from sympy import Symbol
    >>> a, b = Symbol("a"), Symbol("b")
    >>> print(of_exponents(Claim(2**a, Relation.LESS_EQUAL, exp(b))).lhs)
    a*log(2)
    """
    if claim.relation not in _ORDER or claim.wrt:
        return None
    left, right = _logarithm(claim.lhs), _logarithm(claim.rhs)
    return None if left is None or right is None else replace(claim, lhs=left, rhs=right)


def _logarithm(side: Expr) -> Expr | None:
    """The logarithm of a power of a positive number that varies; None for anything else."""
    if isinstance(side, exp):
        return side.args[0]
    if side.is_Pow and side.base.is_number and side.base.is_positive and not side.exp.is_number:
        return side.exp * log(side.base)
    return None
