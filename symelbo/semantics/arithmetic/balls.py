"""SymPy expressions evaluated in balls at a point: an enclosure of the true value, or no value at all.

A ball is returned only where the expression is certainly defined over the real numbers: every argument of a logarithm
positive, every denominator away from zero, every base of a fractional power not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import sympy as sp
from flint import arb, ctx, fmpq

__all__ = ["Undefined", "Vague", "at_each_precision", "evaluate_ball", "is_known", "working_precision"]

T = TypeVar("T")


class Undefined(ArithmeticError):
    """The expression has certainly no real value at this point, or cannot be evaluated at all."""


class Vague(ArithmeticError):
    """At this precision it cannot be told whether the expression is defined."""


class working_precision:
    """`with working_precision(256):` sets the bits of FLINT's balls and restores them."""

    def __init__(self, bits: int) -> None:
        self.bits = bits

    def __enter__(self) -> None:
        self.before = ctx.prec
        ctx.prec = self.bits

    def __exit__(self, *_: object) -> None:
        ctx.prec = self.before


def at_each_precision(make: Callable[[], T]) -> Callable[[], T]:
    """A value that depends on nothing but the working precision, worked out once for each.

    >>> third = at_each_precision(lambda: arb(1) / 3)
    >>> with working_precision(64):
    ...     narrow = third()
    >>> third().rad() > narrow.rad()
    True
    """
    made: dict[int, T] = {}

    def value() -> T:
        if ctx.prec not in made:
            made[ctx.prec] = make()
        return made[ctx.prec]

    return value


def evaluate_ball(expr: sp.Expr, point: Mapping[sp.Symbol, Any], memo: dict[sp.Expr, arb] | None = None) -> arb:
    """A ball around the value of `expr` at `point`, at the current working precision.

    Args:
        expr: rational functions, exp, log, powers, the gamma and error functions, and the hyperbolic and circular ones.
        point: symbols to rationals or balls.
        memo: values of parts, shared between calls at the same point and precision.

    Raises:
        Undefined: no real value here, or a function that is not known.
        Vague: more precision may help.

    >>> x = sp.Symbol("x")
    >>> with working_precision(64):
    ...     float(evaluate_ball(sp.log(x + 1) - x, {x: 1}))
    -0.3068528194400547
    """
    return _evaluate(expr, point, {} if memo is None else memo)


def is_known(node: sp.Basic) -> bool:
    """Is the node a constant or a function that balls can evaluate?"""
    return node in _CONSTANTS or (bool(node.args) and node.func in _FUNCTIONS)


def _evaluate(node: sp.Expr, point: Mapping[sp.Symbol, Any], memo: dict[sp.Expr, arb]) -> arb:
    value = memo.get(node)
    if value is not None:
        return value
    if node.is_Rational:
        value = arb(fmpq(int(node.p), int(node.q)))
    elif node.is_Symbol:
        given = point.get(node)
        if given is None:
            raise Undefined(f"{node} has no value")
        value = given if isinstance(given, arb) else arb(fmpq(given.numerator, given.denominator))
    elif node.is_Add:
        value = arb(0)
        for a in node.args:
            value += _evaluate(a, point, memo)
    elif node.is_Mul:
        value = arb(1)
        for a in node.args:
            value *= _evaluate(a, point, memo)
    elif node.is_Pow:
        value = _power(node, point, memo)
    else:
        value = _function(node, point, memo)
    if not value.is_finite():
        raise Vague(f"{node} is too large or undefined")
    memo[node] = value
    return value


def _power(node: sp.Pow, point: Mapping[sp.Symbol, Any], memo: dict[sp.Expr, arb]) -> arb:
    base, exponent = _evaluate(node.base, point, memo), node.exp
    if exponent.is_Integer:
        n = int(exponent)
        if n < 0:
            _away_from_zero(base)
        return base**n
    if exponent.is_Rational and exponent.q == 2:
        if base < 0:
            raise Undefined("root of a negative number")
        if not base >= 0:
            raise Vague("root of a number that may be negative")
        if exponent.p < 0:
            _away_from_zero(base)
        return base.sqrt() ** int(exponent.p)
    power = _evaluate(exponent, point, memo)
    whole = _integer(exponent, point)
    if whole is not None:
        if whole < 0:
            _away_from_zero(base)
        return base**whole
    _above_zero(base)
    return (power * base.log()).exp()


def _integer(exponent: sp.Expr, point: Mapping[sp.Symbol, Any]) -> int | None:
    if not exponent.free_symbols:
        return None
    exact = exponent.xreplace(
        {s: sp.Rational(v.numerator, v.denominator) for s, v in point.items() if hasattr(v, "numerator")}
    )
    return int(exact) if exact.is_Integer and abs(int(exact)) < 10_000 else None


def _above_zero(x: arb) -> None:
    if x > 0:
        return
    if x <= 0:
        raise Undefined("a logarithm or power of a number that is not positive")
    raise Vague("the argument may be zero")


def _away_from_zero(x: arb) -> None:
    if x == 0:
        raise Undefined("division by zero")
    if x.contains(0):
        raise Vague("the denominator may be zero")


def _function(node: sp.Expr, point: Mapping[sp.Symbol, Any], memo: dict[sp.Expr, arb]) -> arb:
    constant = _CONSTANTS.get(node)
    if constant is not None:
        return constant()
    rule = _FUNCTIONS.get(node.func)
    if rule is None:
        raise Undefined(f"{node.func} cannot be evaluated")
    return rule(*(_evaluate(a, point, memo) for a in node.args))


def _log(x: arb, base: arb | None = None) -> arb:
    _above_zero(x)
    return x.log() if base is None else x.log() / _log(base)


def _loggamma(x: arb) -> arb:
    _above_zero(x)
    return x.lgamma()


def _gamma(x: arb) -> arb:
    _above_zero(x)
    return x.gamma()


def _polygamma(order: arb, x: arb) -> arb:
    _above_zero(x)
    if order != 0:
        if not order.is_integer() or not order > 0:
            raise Undefined("a polygamma function of an order that is not a natural number")
        sign = -1 if int(float(order)) % 2 == 0 else 1
        return sign * (order + 1).gamma() * (order + 1).zeta(x)
    return x.digamma()


def _digamma(x: arb) -> arb:
    return _polygamma(arb(0), x)


def _factorial(x: arb) -> arb:
    return _gamma(x + 1)


def _beta(x: arb, y: arb) -> arb:
    return _gamma(x) * _gamma(y) / _gamma(x + y)


def _binomial(n: arb, k: arb) -> arb:
    return _gamma(n + 1) / (_gamma(k + 1) * _gamma(n - k + 1))


def _maximum(*values: arb) -> arb:
    result = values[0]
    for v in values[1:]:
        result = result.max(v)
    return result


def _minimum(*values: arb) -> arb:
    return -_maximum(*(-v for v in values))


_CONSTANTS: dict[sp.Expr, Callable[[], arb]] = {
    sp.pi: arb.pi,
    sp.E: arb.const_e,
    sp.EulerGamma: arb.const_euler,
    sp.Catalan: arb.const_catalan,
    sp.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}

_FUNCTIONS: dict[Any, Callable[..., arb]] = {
    sp.exp: arb.exp,
    sp.log: _log,
    sp.Abs: arb.__abs__,
    sp.sign: arb.sgn,
    sp.gamma: _gamma,
    sp.loggamma: _loggamma,
    sp.digamma: _digamma,
    sp.polygamma: _polygamma,
    sp.factorial: _factorial,
    sp.beta: _beta,
    sp.binomial: _binomial,
    sp.erf: arb.erf,
    sp.erfc: arb.erfc,
    sp.sin: arb.sin,
    sp.cos: arb.cos,
    sp.tan: arb.tan,
    sp.atan: arb.atan,
    sp.sinh: arb.sinh,
    sp.cosh: arb.cosh,
    sp.tanh: arb.tanh,
    sp.Max: _maximum,
    sp.Min: _minimum,
}
