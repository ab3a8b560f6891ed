"""Values of the ring as SymPy expressions, in terms short enough to read."""

from __future__ import annotations

from typing import Any

import sympy as sp
from flint import fmpq

from symelbo.calculus.logs.collect import Collected
from symelbo.calculus.logs.convert import Converter
from symelbo.calculus.logs.logpoly import Value
from symelbo.calculus.logs.ring import Product

__all__ = ["residual"]

_LONGEST = 400


def residual(converter: Converter, collected: Collected) -> sp.Expr | None:
    """`Σ coefficient · ∏ log(basis)` as a SymPy expression; `None` if it is too long to be read."""
    ring = converter.ring
    size = sum(
        len(ring.factors[f])
        for m, c in collected.coefficients.items()
        for f in [f for f, _ in c.powers] + [k for k, _ in m if k >= 0]
    )
    if size > _LONGEST:
        return None
    show = _Display(converter)
    terms = []
    for m, c in collected.coefficients.items():
        logs = [show.log(k) ** e for k, e in m]
        terms.append(sp.Mul(show.product(converter.ring.lowest(c)), *logs))
    return sp.Add(*terms)


class _Display:
    def __init__(self, converter: Converter) -> None:
        self.converter = converter
        self.ring = converter.ring
        self.memo: dict[int, sp.Expr] = {}

    def product(self, product: Product) -> sp.Expr:
        parts = [self.factor(f) ** e for f, e in product.powers]
        return sp.Mul(_rational(product.const), *parts)

    def log(self, key: int) -> sp.Expr:
        if key < 0:
            return sp.log(-key)
        inside = self.factor(key)
        sign = self.converter.signs.factor(key)
        if sign == -1 or (sign is None and _starts_negative(inside)):
            inside = -inside
        return sp.log(inside)

    def factor(self, factor: int) -> sp.Expr:
        value = self.memo.get(factor)
        if value is None:
            value = self.memo[factor] = (
                self._generator(factor)
                if self.ring.is_generator(factor)
                else self._polynomial(self.ring.factors[factor])
            )
        return value

    def _polynomial(self, polynomial: Any) -> sp.Expr:
        last = self.ring.slots - 1
        return sp.Add(
            *(
                sp.Mul(int(c), *(self.factor(last - i) ** int(e) for i, e in enumerate(m) if e))
                for m, c in polynomial.terms()
            )
        )

    def _generator(self, number: int) -> sp.Expr:
        g = self.ring.generators[number]
        if g.kind == "exp":
            return sp.exp(self._value(g.data) / g.degree)
        if g.kind == "log":
            return self.log(g.data)
        if g.kind == "abs":
            return sp.Abs(self.factor(g.data))
        if g.relation is not None:
            degree, radicand = g.relation
            return self.product(radicand) ** sp.Rational(1, degree)
        if g.kind in ("gamma", "polygamma"):
            order, argument = g.data
            inside = self.product(argument)
            value = sp.gamma(inside) if g.kind == "gamma" else sp.polygamma(order, inside)
        else:
            value = g.data
        return value ** sp.Rational(1, g.degree)

    def _value(self, value: Value) -> sp.Expr:
        if isinstance(value, Product):
            return self.product(value)
        return sp.Add(
            *(
                sp.Mul(sp.Add(*(self.product(t) for t in terms)), *(self.log(k) ** e for k, e in m))
                for m, terms in value.items()
            )
        )


def _starts_negative(inside: sp.Expr) -> bool:
    """Is it written more naturally the other way round, as `1 − a` is instead of `a − 1`?"""
    return bool(inside.is_Add and inside.as_coeff_Add()[0].is_negative)


def _rational(q: fmpq) -> sp.Rational:
    return sp.Rational(int(q.p), int(q.q))
