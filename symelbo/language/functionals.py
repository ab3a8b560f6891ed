"""Gradients and extrema: operators on whole expressions."""

from __future__ import annotations

from typing import Any

from sympy import Expr, Tuple, sympify
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.binders import Binder

__all__ = ["Extremum", "Gradient", "Named"]

_KINDS = {"max": r"\max", "min": r"\min", "argmax": r"\arg\max", "argmin": r"\arg\min"}


class Gradient(Expr):
    r"""`\nabla_\phi body`: the derivative with respect to one scalar; a vector parameter is read entry by entry.

    Exchange of derivative and integral is a side condition of what is proved about it.
    """

    is_commutative = True
    is_real = True

    def __new__(cls, body: Any, wrt: Any) -> Gradient:
        return Expr.__new__(cls, sympify(body), sympify(wrt))

    @property
    def body(self) -> Expr:
        """What is differentiated."""
        return self.args[0]

    @property
    def wrt(self) -> Expr:
        """What it is differentiated by."""
        return self.args[1]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"\nabla_{{{printer._print(self.wrt)}}} {printer.parenthesize(self.body, 60)}{power}"

    def _sympystr(self, printer: Any) -> str:
        return f"Gradient({printer._print(self.body)}, {printer._print(self.wrt)})"


class Extremum(Binder):
    r"""`\max_q body`, `\arg\min_\theta body`: the best value, or where it is attained, over variables or a family.

    Raises `IllFormed` for a kind other than max, min, argmax, argmin.
    """

    def __new__(cls, kind: str | Str, body: Any, *over: Any) -> Extremum:
        label = kind if isinstance(kind, Str) else Str(kind)
        if label.name not in _KINDS:
            raise IllFormed(f"'{label.name}' is not an extremum; use one of {', '.join(_KINDS)}")
        names = tuple(over[0]) if len(over) == 1 and isinstance(over[0], Tuple) else over
        return Expr.__new__(cls, label, sympify(body), Tuple(*names))

    @property
    def kind(self) -> str:
        """max, min, argmax or argmin."""
        return str(self.args[0].name)

    @property
    def body(self) -> Expr:
        """The objective."""
        return self.args[1]

    @property
    def over(self) -> tuple[Expr, ...]:
        """What varies: variables, or families of densities."""
        return tuple(self.args[2])

    @property
    def bound(self) -> tuple[Expr, ...]:
        """What varies."""
        return self.over

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        names = ", ".join(map(printer._print, self.over))
        return rf"{_KINDS[self.kind]}_{{{names}}} {printer._print(self.body)}"

    def _sympystr(self, printer: Any) -> str:
        return f"{self.kind}({printer._print(self.body)}, {', '.join(map(printer._print, self.over))})"


class Named(Expr):
    r"""A functional in use, `\mathcal{L}(\theta, \phi; x)` or `\mathcal{F}[q]`: arguments are names or families."""

    is_commutative = True
    is_real = True

    def __new__(cls, name: str | Str, *arguments: Any) -> Named:
        label = name if isinstance(name, Str) else Str(name)
        items = tuple(arguments[0]) if len(arguments) == 1 and isinstance(arguments[0], Tuple) else arguments
        return Expr.__new__(cls, label, Tuple(*items))

    @property
    def name(self) -> str:
        """The name, in LaTeX."""
        return str(self.args[0].name)

    @property
    def arguments(self) -> tuple[Any, ...]:
        """What it is applied to."""
        return tuple(self.args[1])

    @property
    def free_symbols(self) -> set[Any]:
        """Those of the arguments."""
        return set().union(*(item.free_symbols for item in self.arguments))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inside = ", ".join(map(printer._print, self.arguments))
        power = "" if exp is None else f"^{{{exp}}}"
        return (f"{self.name}({inside})" if inside else self.name) + power

    def _sympystr(self, printer: Any) -> str:
        inside = ", ".join(map(printer._print, self.arguments))
        return f"{self.name}({inside})" if inside else self.name
