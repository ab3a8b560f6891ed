"""Densities that a text defines by a formula, recognised as the laws they are: `q(t) = \\lambda e^{-\\lambda t}`."""

from __future__ import annotations

from dataclasses import replace

from sympy import Dummy, Expr, Integer, factorial, gamma, oo

from symelbo.calculus.closed import as_law
from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import Zero, decide_zero
from symelbo.language import Context, Definition, Density, Entry, Known, replace_free

__all__ = ["with_laws"]


def with_laws(assumed: Context) -> Context:
    """The context with formulas of densities replaced by the laws that they are certainly equal to.

    >>> from sympy import Eq, exp, symbols
    >>> from symelbo.language import context, family, variables
    >>> t, r = variables("t r", positive=True)
    >>> with_laws(context([Eq(family("q")(t), r * exp(-r * t))])).definitions[0].value
    Exponential(t; r)
    """
    made = tuple(_lawful(item) if isinstance(item, Definition) else item for item in assumed.assumptions)
    return replace(assumed, assumptions=made)


def _lawful(item: Definition) -> Definition:
    name, formula = item.name, item.value
    if not isinstance(name, Density) or len(name.of) != 1 or formula.has(Known, Density):
        return item
    variable = name.of[0]
    if not (variable.is_Symbol or isinstance(variable, Entry)) or variable not in formula.free_symbols:
        return item
    law = _law(formula, variable)
    return item if law is None else replace(item, value=law)


def _law(formula: Expr, variable: Expr) -> Known | None:
    counted = bool(formula.has(factorial)) or bool(formula.has(gamma(variable + 1)))
    half, unit = (Integer(0), oo), (Integer(0), Integer(1))
    ranges = (half, (Integer(1), oo)) if counted else (None, half, unit)
    for bounds in ranges:
        # Inside its support the variable is positive, which is what the logarithms of the formula need.
        local = Dummy(integer=True, nonnegative=True) if counted else Dummy(real=True)
        if not counted and bounds is not None:
            local = Dummy(positive=True)
        law = as_law(replace_free(formula, {variable: local}), local, _is_zero, bounds)
        if law is not None:
            return Known(law.name, (variable,), law.parameters)
    return None


def _is_zero(term: Expr) -> bool:
    outcome = decide_zero(term)
    return isinstance(outcome, Zero) and check(term, outcome.certificate)
