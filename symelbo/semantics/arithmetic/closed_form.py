"""Numbers in closed form: rationals until a logarithm is met, then SymPy expressions of rationals and logarithms."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import fmpq

__all__ = ["ClosedForm"]


class ClosedForm:
    """An exact real number written with rationals, logarithms and powers; mixes with FLINT rationals.

    >>> half = ClosedForm.of(fmpq(1, 2)).log()
    >>> (fmpq(2) * half + 1).expr
    1 - 2*log(2)
    """

    __slots__ = ("expr",)

    def __init__(self, expr: Any) -> None:
        self.expr = expr

    @classmethod
    def of(cls, value: Any) -> ClosedForm:
        """A rational or a closed form as a closed form."""
        if isinstance(value, ClosedForm):
            return value
        number = fmpq(value)
        return cls(sp.Rational(int(number.p), int(number.q)))

    def log(self) -> ClosedForm:
        """Natural logarithm."""
        return ClosedForm(sp.log(self.expr))

    def __add__(self, other: Any) -> ClosedForm:
        return ClosedForm(self.expr + ClosedForm.of(other).expr)

    __radd__ = __add__

    def __sub__(self, other: Any) -> ClosedForm:
        return ClosedForm(self.expr - ClosedForm.of(other).expr)

    def __rsub__(self, other: Any) -> ClosedForm:
        return ClosedForm(ClosedForm.of(other).expr - self.expr)

    def __mul__(self, other: Any) -> ClosedForm:
        return ClosedForm(self.expr * ClosedForm.of(other).expr)

    __rmul__ = __mul__

    def __pow__(self, other: Any) -> ClosedForm:
        return ClosedForm(self.expr ** (other if isinstance(other, int) else ClosedForm.of(other).expr))
