"""Integrals over variables, and sums and products over an index with symbolic bounds."""

from __future__ import annotations

from typing import Any, Final

from sympy import Add, Expr, Mul, Symbol, Tuple, sympify
from sympy.core.symbol import Str

from symelbo.errors import BudgetExceeded, IllFormed
from symelbo.language.binders import Binder, to_power
from symelbo.language.names import is_variable
from symelbo.language.walks import found_in

__all__ = ["IndexProduct", "IndexSum", "Integral"]

_MOST_TERMS: Final = 2_000
"""Terms that are written out one by one."""


class Integral(Binder):
    """Integral of `body` over the whole space of each variable, or sum over it where the space is finite.

    `discrete` only changes how it is printed: the measure of a variable is part of the model, not of the formula.
    """

    def __new__(cls, body: Any, *variables: Any, discrete: bool = False) -> Integral:
        # SymPy rebuilds a node as func(*args), with the variables as one tuple and the kind as a name.
        names: list[Any] = []
        for item in variables:
            if isinstance(item, Str):
                discrete = item.name == "sum"
            else:
                names.extend(item if isinstance(item, Tuple | tuple) else (item,))
        if not names:
            raise IllFormed("an integral needs a variable to integrate over: Integral(p(x, z), z)")
        for name in names:
            if not is_variable(name):
                raise IllFormed(f"{name} is not a variable, so nothing can be integrated over it")
        return Expr.__new__(cls, sympify(body), Tuple(*names), Str("sum" if discrete else "integral"))

    @property
    def body(self) -> Expr:
        """What is integrated."""
        return self.args[0]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables integrated over."""
        return tuple(self.args[1])

    @property
    def discrete(self) -> bool:
        """Whether it is written as a sum."""
        return bool(self.args[2].name == "sum")

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = printer._print(self.body)
        # An inner integral over several variables would leave its last ones to this sign.
        inner = (part for part in found_in(self.body, Integral) if not part.discrete)
        if self.body.is_Add or (not self.discrete and any(len(part.bound) > 1 for part in inner)):
            body = rf"\left({body}\right)"
        names = list(map(printer._print, self.bound))
        text = (
            rf"\sum_{{{', '.join(names)}}} {body}"
            if self.discrete
            else r"\int " + body + r"\, " + r"\, ".join("d" + n for n in names)
        )
        return to_power(text, exp, enclosed=False)

    def _sympystr(self, printer: Any) -> str:
        sign = "Sum" if self.discrete else "Integral"
        return f"{sign}({', '.join(map(printer._print, (self.body, *self.bound)))})"


class IndexSum(Binder):
    r"""`\sum_{i=lower}^{upper} body`, with symbolic bounds; empty (zero) when `upper` is `lower - 1`."""

    _sign, _plain = r"\sum", "Sum"

    def __new__(cls, body: Any, index: Any, lower: Any, upper: Any) -> IndexSum:
        return Expr.__new__(cls, sympify(body), index, sympify(lower), sympify(upper))

    @property
    def body(self) -> Expr:
        """The summand."""
        return self.args[0]

    @property
    def index(self) -> Symbol:
        """The running index."""
        return self.args[1]

    @property
    def lower(self) -> Expr:
        """First value of the index."""
        return self.args[2]

    @property
    def upper(self) -> Expr:
        """Last value of the index."""
        return self.args[3]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The index."""
        return (self.index,)

    @property
    def free_symbols(self) -> set[Any]:
        """What the value depends on: entries that carry the index are bound with it."""
        inside = {s for s in self.body.free_symbols if self.index not in s.free_symbols}
        return inside | self.lower.free_symbols | self.upper.free_symbols

    def expand(self, **hints: bool) -> Expr | None:
        """The terms written out, when both bounds are integers; with hints, what SymPy means by expanding."""
        from symelbo.language.scope import replace_free

        if hints:
            return Expr.expand(self, **hints)

        if not (self.lower.is_Integer and self.upper.is_Integer):
            return None
        count = int(self.upper) - int(self.lower) + 1
        if count > _MOST_TERMS:
            raise BudgetExceeded(f"it has {count:,} terms written out; {_MOST_TERMS:,} are the most")
        terms = [replace_free(self.body, {self.index: sympify(k)}) for k in range(int(self.lower), int(self.upper) + 1)]
        return self._combine(terms)

    @staticmethod
    def _combine(terms: list[Expr]) -> Expr:
        return Add(*terms)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body = printer._print(self.body)
        if self.body.is_Add:
            body = rf"\left({body}\right)"
        low, high = printer._print(self.lower), printer._print(self.upper)
        text = rf"{self._sign}_{{{printer._print(self.index)}={low}}}^{{{high}}} {body}"
        return to_power(text, exp, enclosed=False)

    def _sympystr(self, printer: Any) -> str:
        parts = ", ".join(map(printer._print, self.args))
        return f"{self._plain}({parts})"


class IndexProduct(IndexSum):
    r"""`\prod_{i=lower}^{upper} body`, with symbolic bounds; empty (one) when `upper` is `lower - 1`."""

    _sign, _plain = r"\prod", "Product"

    def _eval_is_positive(self) -> bool | None:
        return True if self.body.is_positive else None

    @staticmethod
    def _combine(terms: list[Expr]) -> Expr:
        return Mul(*terms)
