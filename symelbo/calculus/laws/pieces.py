"""Sums of pieces: an expression as `coefficient · part`, where parts are what depends on one variable.

Coefficients are left as they stand: only the dependence on the variable is multiplied out, which keeps normalising
constants with many symbols cheap.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Abs, Add, Expr, Integer, Mul, Pow, exp, factorial, gamma, log, loggamma

from symelbo.language import IndexProduct, IndexSum, Known

__all__ = ["Pieces", "collect", "depends", "log_value", "powers", "total"]

Pieces = dict[Expr, Expr]
"""Coefficients by part; the part 1 carries everything free of the variable."""

_ONE = Integer(1)
_MOST_POWERS = 12


def depends(term: Any, variable: Expr) -> bool:
    """Whether the value of a term depends on a variable."""
    return variable in term.free_symbols


def total(pieces: Pieces) -> Expr:
    """The sum of the pieces."""
    return Add(*(Mul(weight, part) for part, weight in pieces.items()))


def collect(body: Expr, variable: Expr, log_density: Callable[[Known], Expr | None], positive: bool = False) -> Pieces:
    """The pieces of a body in one variable; `positive` says that the variable ranges over positive numbers only.

    Logarithms of explicit densities are written out by `log_density`, logarithms of products are split where each
    factor is positive. Parts that cannot be taken apart stay whole.
    """
    return _Collector(variable, log_density, positive).collect(body)


class _Collector:
    def __init__(self, variable: Expr, log_density: Callable[[Known], Expr | None], positive: bool) -> None:
        self.variable = variable
        self.log_density = log_density
        self.positive = positive

    def collect(self, body: Expr) -> Pieces:
        if not depends(body, self.variable):
            return {_ONE: body}
        if body.is_Add:
            return _added(map(self.collect, body.args))
        if body.is_Mul:
            made: Pieces = {_ONE: _ONE}
            for factor in body.args:
                made = _multiplied(made, self.collect(factor))
            return made
        if isinstance(body, exp):
            return self._exponential(self.collect(body.args[0]))
        if body.is_Pow:
            base, exponent = body.as_base_exp()
            return self._power(base, exponent, body)
        if isinstance(body, Known):
            written = self.log_density(body)
            return {body: _ONE} if written is None else self._exponential(self.collect(written))
        if isinstance(body, log):
            opened = log_value(body.args[0], self.log_density, self._is_positive)
            return {body: _ONE} if opened == body else self.collect(opened)
        if type(body) is IndexSum:
            return self._index_sum(body)
        return {body: _ONE}

    def _is_positive(self, factor: Expr) -> bool:
        if factor.is_positive:
            return True
        return self.positive and factor == self.variable

    def _power(self, base: Expr, exponent: Expr, whole: Expr) -> Pieces:
        if exponent.is_Integer and 1 < exponent <= _MOST_POWERS:
            inner = self.collect(base)
            if list(inner) == [base]:
                return {whole: _ONE}
            made = inner
            for _ in range(int(exponent) - 1):
                made = _multiplied(made, inner)
            return made
        if base.is_Mul and (exponent.is_Integer or all(map(self._is_positive, base.args))):
            return self.collect(Mul(*(Pow(factor, exponent) for factor in base.args)))
        if not depends(base, self.variable):
            # A constant to a power that varies is an exponential: a^n = exp(n log a).
            return self._exponential(self.collect(exponent * log(base)))
        return {whole: _ONE}

    def _exponential(self, inner: Pieces) -> Pieces:
        free = inner.pop(_ONE, Integer(0))
        # exp(c log z) is the power z^c.
        logs = {part: weight for part, weight in inner.items() if isinstance(part, log)}
        rest = {part: weight for part, weight in inner.items() if part not in logs}
        power = Mul(*(Pow(part.args[0], weight) for part, weight in logs.items()))
        return {power * (exp(total(rest)) if rest else _ONE): exp(free)}

    def _index_sum(self, body: IndexSum) -> Pieces:
        if any(depends(bound, self.variable) for bound in (body.lower, body.upper)):
            return {body: _ONE}
        made: Pieces = {}
        for part, weight in self.collect(body.body).items():
            if body.index in part.free_symbols:
                whole, factor = IndexSum(weight * part, *body.args[1:]), _ONE
            else:
                whole, factor = part, index_sum(weight, *body.args[1:])
            made[whole] = made.get(whole, Integer(0)) + factor
        return made


def index_sum(body: Expr, index: Expr, lower: Expr, upper: Expr) -> Expr:
    """The sum over an index, written as a multiple where the summand does not carry it."""
    if index not in body.free_symbols:
        return body * (upper - lower + 1)
    return IndexSum(body, index, lower, upper)


def _added(parts: Iterable[Pieces]) -> Pieces:
    made: Pieces = {}
    for pieces in parts:
        for part, weight in pieces.items():
            made[part] = made[part] + weight if part in made else weight
    return {part: weight for part, weight in made.items() if weight != 0}


def _multiplied(left: Pieces, right: Pieces) -> Pieces:
    return _added({p * r: a * b} for p, a in left.items() for r, b in right.items())


def powers(part: Expr) -> dict[Expr, Expr]:
    """The factors of a part with their exponents."""
    found: dict[Expr, Expr] = {}
    for factor in Mul.make_args(part):
        base, exponent = (factor, _ONE) if isinstance(factor, exp) else factor.as_base_exp()
        found[base] = found.get(base, Integer(0)) + exponent
    return {base: exponent for base, exponent in found.items() if base != 1}


def log_value(
    value: Expr,
    log_density: Callable[[Known], Expr | None] = lambda known: None,
    is_positive: Callable[[Expr], bool] = lambda factor: bool(factor.is_positive),
) -> Expr:
    """`log(value)`, split along its structure wherever that is valid for real logarithms.

    Exponentials, explicit densities and positive factors come out; what may be negative stays under one logarithm,
    since the product of two negative numbers has a logarithm and they have not.

    >>> from sympy import exp, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> x = symbols("x", real=True)
    >>> log_value(a * exp(x) / b)
    x + log(a) - log(b)
    """
    out: list[Expr] = []
    kept: list[Expr] = []
    for factor in Mul.make_args(value):
        base, exponent = factor.as_base_exp()
        if isinstance(factor, exp):
            out.append(factor.args[0])
        elif isinstance(base, Known) and (written := log_density(base)) is not None:
            out.append(exponent * written)
        elif isinstance(base, IndexProduct):
            inner = log_value(base.body, log_density, is_positive)
            out.append(exponent * IndexSum(inner, *base.args[1:]))
        elif isinstance(base, gamma | factorial) and is_positive(factor):
            out.append(exponent * loggamma(base.args[0] + (1 if isinstance(base, factorial) else 0)))
        elif is_positive(base):
            out.append(exponent * log(base))
        elif not exponent.is_integer:
            # A real power that is not a whole one only exists for a positive base.
            out.append(exponent * log(base))
        elif exponent.is_Integer and exponent.is_even:
            out.append(exponent * log(Abs(base)))
        else:
            kept.append(factor)
    # One factor alone is positive, since all others are.
    if len(kept) == 1:
        base, exponent = kept[0].as_base_exp()
        return Add(*out, exponent * log(base))
    if not kept:
        return Add(*out)
    return Add(*out, log(Mul(*kept)))
