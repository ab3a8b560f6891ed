"""Densities that a text defines by a formula, recognised as the laws they are: `q(t) = \\lambda e^{-\\lambda t}`."""

from __future__ import annotations

from dataclasses import replace

from sympy import Abs, Dummy, Expr, Integer, Mul, cancel, exp, factorial, gamma, oo

from symelbo.calculus.laws.closed import as_law
from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import Zero, decide_zero
from symelbo.language import Context, Definition, Density, Entry, IndexProduct, Known, replace_free
from symelbo.language.walks import found_in

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
    if all(new is old for new, old in zip(made, assumed.assumptions, strict=True)):
        return assumed  # what it has made of terms stays with it
    return replace(assumed, assumptions=made)


def _lawful(item: Definition) -> Definition:
    name, formula = item.name, item.value
    if not isinstance(name, Density) or formula.has(Known, Density):
        return item
    if type(formula) is IndexProduct:
        factor = _factor(formula)
        return item if factor is None else replace(item, value=IndexProduct(factor, *formula.args[1:]))
    if len(name.of) != 1:
        return item
    variable = name.of[0]
    if not (variable.is_Symbol or isinstance(variable, Entry)) or variable not in formula.free_symbols:
        return item
    law = _law(formula, variable)
    return item if law is None else replace(item, value=law)


def _factor(product: IndexProduct) -> Known | None:
    """The law that every factor of a product is the density of, at the entry with the product's own index."""
    own = [name for name in product.body.free_symbols if isinstance(name, Entry) and product.index in name.indices]
    laws = (_law(product.body, name) for name in sorted(own, key=str))
    return next((law for law in laws if law is not None), None)


def _law(formula: Expr, variable: Expr) -> Known | None:
    coin = _coin(formula, variable)
    if coin is not None:
        return coin
    folded = _two_sided(formula, variable)
    if folded is not None or any(node.has(variable) for node in found_in(formula, Abs)):
        return folded
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


def _coin(formula: Expr, variable: Expr) -> Known | None:
    """`y^x (1 - y)^(1 - x)` is the probability of `x` under a coin that shows one with probability `y`."""
    for factor in Mul.make_args(formula):
        base, exponent = factor.as_base_exp()
        if exponent == variable and formula == base**variable * (1 - base) ** (1 - variable):
            return Known("Bernoulli", (variable,), (base,))
    return None


def _two_sided(formula: Expr, variable: Expr) -> Known | None:
    """`e^{-|x - m| / s} / 2s`, which is Laplace's law whatever the sign of `x`."""
    bars = [node for node in found_in(formula, Abs) if node.has(variable)]
    if len(bars) != 1:
        return None
    (bar,) = bars
    slope = bar.args[0].diff(variable)
    powers = [part for part in Mul.make_args(formula) if isinstance(part, exp) and part.has(bar)]
    if len(powers) != 1 or abs(slope) != 1:
        return None
    rate = powers[0].args[0].coeff(bar)
    if rate == 0 or rate.has(variable) or cancel(formula / powers[0] + rate / 2) != 0:
        return None
    if powers[0].args[0] != rate * bar:
        return None
    return Known("Laplace", (variable,), (variable - bar.args[0] / slope, -1 / rate))


def _is_zero(term: Expr) -> bool:
    outcome = decide_zero(term)
    return isinstance(outcome, Zero) and check(term, outcome.certificate)
