r"""Derivatives of scalar expressions: the chain rule, with names for derivatives of functions that are not known.

The derivative of `f(u)` is `f'(u)` times that of `u`; a function of several arguments has one derivative for each. A
function that carries a parameter in its subscript, `g_\phi(e)`, has a derivative with respect to that as well.
"""

from __future__ import annotations

import re
from typing import Any

from sympy import (
    Add,
    Dummy,
    Expr,
    Function,
    Integer,
    Mul,
    Pow,
    Symbol,
    cos,
    digamma,
    exp,
    gamma,
    log,
    loggamma,
    sin,
    tanh,
)
from sympy.core.function import AppliedUndef

from symelbo.calculus.forms.form import Marker
from symelbo.language import (
    Dimension,
    Dot,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    Known,
    indexed_names,
    may_overlap,
)
from symelbo.language.distributions import Indicator
from symelbo.language.walks import found_in

__all__ = ["NotDifferentiable", "depends", "slope"]

_SMOOTH = (log, exp, tanh, sin, cos, gamma, loggamma, digamma)
_ZERO = Integer(0)


class NotDifferentiable(Exception):
    """There is no rule for the derivative of a term."""


def depends(term: Any, wrt: Expr) -> bool:
    r"""Whether a term may vary with a parameter. Raises `NotDifferentiable` where only a part of it is mentioned.

    >>> from sympy import symbols
    >>> phi, e = symbols("\\phi e")
    >>> depends(Function("g_{\\phi}")(e), phi), depends(Function("g")(e), phi)
    (True, False)
    """
    names = term.free_symbols
    for name in {*names, *indexed_names(term)}:
        if name != wrt and (may_overlap(name, wrt) or _may_run_into(name, wrt, term)):
            raise NotDifferentiable(f"{name} and {wrt} may be parts of each other")
    return wrt in names or any(labelled(node, wrt) for node in found_in(term, AppliedUndef))


def _may_run_into(name: Expr, wrt: Expr, term: Any) -> bool:
    """Whether a name is an entry at an index that runs, which may meet the index of the parameter."""
    if not (isinstance(name, Entry) and isinstance(wrt, Entry) and name.base == wrt.base):
        return False
    running = {node.index for node in found_in(term, IndexSum, IndexProduct)}
    symbols = set().union(*(index.free_symbols for index in (*name.indices, *wrt.indices)))
    return any(symbol in running or isinstance(symbol, Dummy | Marker) for symbol in symbols)


def labelled(node: AppliedUndef, wrt: Expr) -> bool:
    """Whether a function carries the parameter in its subscript."""
    _, _, subscript = node.func.__name__.partition("_")
    return re.search(rf"(?<![A-Za-z\\]){re.escape(str(wrt))}(?![A-Za-z])", subscript) is not None


def slope(term: Expr, wrt: Expr) -> Expr:
    r"""The derivative of an expression over scalars. Raises `NotDifferentiable`.

    >>> from sympy import symbols
    >>> m, s, e = symbols("m s e")
    >>> slope(Function("f")(m + s * e), s)
    e*f'(e*s + m)
    """
    if term == wrt:
        return Integer(1)
    if isinstance(term, Dimension) or not depends(term, wrt):
        return _ZERO
    if term.is_Add:
        return Add(*(slope(part, wrt) for part in term.args))
    if term.is_Mul:
        return Add(*(Mul(*term.args[:k], slope(part, wrt), *term.args[k + 1 :]) for k, part in enumerate(term.args)))
    if isinstance(term, Pow):
        return _of_power(term, wrt)
    if isinstance(term, AppliedUndef):
        return _of_function(term, wrt)
    if isinstance(term, Dot):
        return _of_product(term, wrt)
    if isinstance(term, _SMOOTH):
        return term.fdiff() * slope(term.args[0], wrt)
    return _of_binder(term, wrt)


def _of_product(term: Dot, wrt: Expr) -> Expr:
    """`a . b` for vectors that are multiples of the variable and something fixed: the derivative is a vector."""
    total: Expr = _ZERO
    for side, other in (term.args, term.args[::-1]):
        rate = slope(side, wrt)
        if rate.has(AppliedUndef, Dot) or depends(rate, wrt):
            raise NotDifferentiable(f"{side} does not depend on {wrt} by a number in front of it")
        total += rate * other
    return total


def _of_power(term: Pow, wrt: Expr) -> Expr:
    base, exponent = term.base, term.exp
    if not depends(exponent, wrt):
        return exponent * base ** (exponent - 1) * slope(base, wrt)
    if not base.is_positive:
        raise NotDifferentiable(f"{term} has an exponent that varies, and a base of unknown sign")
    return term * (slope(exponent, wrt) * log(base) + exponent * slope(base, wrt) / base)


def _of_function(term: AppliedUndef, wrt: Expr) -> Expr:
    if any(not isinstance(part, Expr) for part in term.args):
        raise NotDifferentiable(f"{term} is a function of something that is no number")
    parts = [
        _named(term, derivative_name(term.func.__name__, k, len(term.args))) * slope(part, wrt)
        for k, part in enumerate(term.args)
        if depends(part, wrt)
    ]
    if labelled(term, wrt):
        parts.append(_named(term, label_name(term.func.__name__, wrt)))
    return Add(*parts)


def derivative_name(name: str, place: int, count: int) -> str:
    """What the derivative of a function with respect to one of its arguments is called."""
    return f"{name}'" if count == 1 else rf"\partial_{{{place + 1}}}{name}"


def label_name(name: str, wrt: Expr) -> str:
    """What the derivative with respect to a parameter in the subscript is called."""
    return rf"\partial_{{{wrt}}}{name}"


def _named(term: AppliedUndef, name: str) -> Expr:
    # A positive function has a derivative of any sign: only that it is real is handed on.
    return Function(name, **({"real": True} if term.func._kwargs else {}))(*term.args)


def _of_binder(term: Expr, wrt: Expr) -> Expr:
    """Sums, means and integrals whose range and law do not vary: the derivative passes inside."""
    if type(term) is IndexSum and wrt not in term.bound and not any(depends(end, wrt) for end in term.args[2:]):
        return IndexSum(slope(term.body, wrt), *term.args[1:])
    if isinstance(term, Expectation) and wrt not in term.bound and not depends(term.law, wrt) and _explicit(term.law):
        return Expectation(slope(term.body, wrt), term.law, term.bound)
    if isinstance(term, Integral) and wrt not in term.bound:
        fixed = [factor for factor in Mul.make_args(term.body) if isinstance(factor, Indicator | Known)]
        if not any(depends(factor, wrt) for factor in fixed):
            rest = Mul(*(factor for factor in Mul.make_args(term.body) if factor not in fixed))
            if not rest.has(Indicator, Known):
                return Integral(Mul(*fixed, slope(rest, wrt)), term.bound, discrete=term.discrete)
    if isinstance(term, Symbol | IndexProduct):
        raise NotDifferentiable(f"there is no rule for the derivative of {term}")
    raise NotDifferentiable(f"there is no rule for the derivative of {type(term).__name__} terms")


def _explicit(law: Expr) -> bool:
    return all(isinstance(factor, Known) for factor in Mul.make_args(law))
