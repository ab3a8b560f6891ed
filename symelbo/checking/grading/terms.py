"""Answers that are SymPy terms: only scalar ones of a size that can be graded, with decimals as exact numbers."""

from __future__ import annotations

from itertools import islice
from typing import Any, Final

from sympy import Expr, Float, Integer, MatrixExpr, Rational, preorder_traversal, sympify

from symelbo.checking.grading.writing import NotAnAnswer

__all__ = ["term"]

_LARGEST: Final = 10_000
"""Parts of a term."""
_LONGEST_NUMBER: Final = 10_000
"""Bits of a whole number."""


def term(value: Any) -> Expr:
    """The value as a term to grade. Raises `NotAnAnswer` if it is no number-valued term, or too large.

    >>> from sympy import Symbol
    >>> term(0.5 * Symbol("x"))
    x/2
    """
    found = sympify(value, strict=True)
    if isinstance(found, MatrixExpr) or not isinstance(found, Expr):
        raise NotAnAnswer(f"it is no number but a {type(found).__name__}")
    parts = list(islice(preorder_traversal(found), _LARGEST + 1))
    if len(parts) > _LARGEST:
        raise NotAnAnswer(f"it has more than {_LARGEST:,} parts, which is too large for a final answer")
    for part in parts:
        if isinstance(part, MatrixExpr):
            raise NotAnAnswer("it holds matrices; write a final answer with matrices as LaTeX")
        whole = (part.p, part.q) if isinstance(part, Rational) else ()
        if any(abs(int(number)).bit_length() > _LONGEST_NUMBER for number in whole):
            raise NotAnAnswer("it holds a number with thousands of digits, which is too large for a final answer")
    floats = {part: Rational(str(part)) for part in parts if isinstance(part, Float) and part.is_finite}
    return found.xreplace(floats) if floats else Integer(found) if isinstance(found, int) else found
