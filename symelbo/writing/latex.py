"""Terms as LaTeX, in the order in which a person wrote them."""

from __future__ import annotations

from typing import Any, Final

from sympy import Add, Basic, Expr, log
from sympy.printing.latex import LatexPrinter
from sympy.printing.precedence import PRECEDENCE

from symelbo.language import IndexSum, Integral

__all__ = ["latex"]

_SETTINGS: Final[dict[str, Any]] = {"order": "none", "ln_notation": False}


class _Writer(LatexPrinter):
    """SymPy's printer with sums in written order, and logarithms without braces that nobody writes."""

    def _print_Add(self, term: Add, order: Any = None) -> str:
        return super()._print_Add(_in_reading_order(term), order="none")

    def _print_log(self, term: Expr, exp: str | None = None) -> str:
        power = "" if exp is None else f"^{{{exp}}}"
        argument = term.args[0]
        text = self._print(argument)
        if argument.is_Add or argument.is_Mul or argument.is_Pow or argument.is_Relational:
            text = rf"\left({text}\right)"
        return rf"\log{power} {text}"

    def parenthesize(self, item: Basic, level: int, is_neg: bool = False, strict: bool = False) -> str:
        """A power of a sum or an integral needs brackets, or the exponent would fall on its last factor."""
        if level >= PRECEDENCE["Pow"] and isinstance(item, Integral | IndexSum):
            return rf"\left({self._print(item)}\right)"
        return str(super().parenthesize(item, level, is_neg=is_neg, strict=strict))

    def _needs_mul_brackets(self, expr: Expr, first: bool = False, last: bool = False) -> bool:
        """A logarithm, integral or sum that is followed by another factor would swallow it."""
        swallows = expr.base if expr.is_Pow and expr.exp.is_Rational else expr
        if not last and (swallows.func is log or isinstance(expr, Integral | IndexSum)):
            return True
        return super()._needs_mul_brackets(expr, first=first, last=last)


def _in_reading_order(term: Add) -> Add:
    """A sum as written; one that SymPy has sorted for itself starts with a term that carries no minus sign."""
    parts = list(term.args)
    if not parts[0].could_extract_minus_sign() or term.args != Add(*parts).args:
        return term
    parts.sort(key=lambda part: part.could_extract_minus_sign())
    return Add(*parts, evaluate=False)


def latex(term: Basic) -> str:
    r"""A term of the language (or any SymPy expression) in LaTeX.

    Sums and products keep the order of their arguments, so that an unevaluated term comes out as it was written.

    >>> from sympy import Add, log
    >>> from symelbo import KL, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> latex(log(p(x)) - KL(q(z | x), p(z | x)))
    '\\log p(x) - \\mathrm{KL}\\left(q(z \\mid x) \\,\\|\\, p(z \\mid x)\\right)'
    """
    return _Writer(_SETTINGS).doprint(term)
