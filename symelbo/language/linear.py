r"""Vectors and matrices by name: `a^\top b`, `\|a\|^2`, `x^\top A x`, `\mathrm{tr}`, `\det`, the identity.

Names stay plain symbols; these nodes say where order, transposition or inversion matter. What they are equal to is
decided by `symelbo.calculus.laws.matrices`.
"""

from __future__ import annotations

from typing import Any

from sympy import Expr, Integer, sympify

__all__ = ["Det", "Dimension", "Dot", "Identity", "Inverted", "Ordered", "Trace", "Transposed", "norm_squared"]


class _Linear(Expr):
    is_commutative = True
    is_real = True
    _sign = ""

    def __new__(cls, *parts: Any) -> Any:
        return Expr.__new__(cls, *map(sympify, parts))

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({', '.join(map(printer._print, self.args))})"


class Dot(_Linear):
    r"""The inner product `a^\top b`; `Dot(a, a)` is `\|a\|^2`."""

    def __new__(cls, left: Any, right: Any) -> Any:
        first, second = sorted((sympify(left), sympify(right)), key=lambda part: part.sort_key())
        return Integer(0) if 0 in (first, second) else Expr.__new__(cls, first, second)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        left, right = map(printer._print, self.args)
        text = rf"\left\| {left} \right\|^2" if left == right else rf"\left\langle {left}, {right} \right\rangle"
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


def norm_squared(vector: Any) -> Expr:
    r"""`\|v\|^2`."""
    return Dot(vector, vector)


class Ordered(_Linear):
    r"""A product in which the order matters: `x^\top A x` is `Ordered(Transposed(x), A, x)`."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        text = " ".join(rf"\left({printer._print(p)}\right)" if p.is_Add else printer._print(p) for p in self.args)
        return text if exp is None else rf"\left({text}\right)^{{{exp}}}"


class Transposed(_Linear):
    r"""`A^\top`."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"{{{_bracketed(self.args[0], printer)}}}^\top"


class Inverted(_Linear):
    """`A^{-1}` of a matrix."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return rf"{{{_bracketed(self.args[0], printer)}}}^{{-1}}"


class Trace(_Linear):
    r"""`\mathrm{tr}(A)`."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\mathrm{{tr}}{power}\left({printer._print(self.args[0])}\right)"


class Det(_Linear):
    r"""`\det A`."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\det{power}\left({printer._print(self.args[0])}\right)"


class Identity(_Linear):
    """The identity matrix of a dimension, `I` or `I_d`."""

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return "I"


class Dimension(_Linear):
    r"""The number of entries of a vector whose dimension nobody has named."""

    is_positive = True
    is_integer = True

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\dim{power} {printer._print(self.args[0])}"


def _bracketed(part: Expr, printer: Any) -> str:
    text = printer._print(part)
    compound = part.is_Add or part.is_Mul or isinstance(part, Ordered)
    return rf"\left({text}\right)" if compound else text
