"""Polynomials in logarithms whose coefficients are lists of products, summed only at the end.

A *key* names a logarithm: `f ≥ 0` is `log|factor f|`, `−n ≤ −2` is `log n`. A *monomial* is a sorted tuple of pairs
`(key, power)`; the empty one carries the part without logarithms. A value without logarithms is a plain `Product`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from symelbo.calculus.logs.ring import ONE, ZERO, Product, Ring

__all__ = ["LogPoly", "Monomial", "Value", "add", "as_poly", "multiply", "power", "simplest", "summed"]

Monomial: TypeAlias = tuple[tuple[int, int], ...]
LogPoly: TypeAlias = dict[Monomial, list[Product]]
Value: TypeAlias = Product | LogPoly


def as_poly(value: Value) -> LogPoly:
    """A value as a polynomial in logarithms."""
    return {(): [value]} if isinstance(value, Product) else value


def simplest(ring: Ring, poly: LogPoly) -> Value:
    """A plain product when no logarithm is left."""
    if any(m for m in poly):
        return poly
    return ring.add(poly.get((), ()))


def add(values: Iterable[Value]) -> LogPoly:
    """The sum, coefficients not yet summed."""
    result: LogPoly = {}
    for value in values:
        if isinstance(value, Product):
            if value.const:
                result.setdefault((), []).append(value)
        else:
            for m, terms in value.items():
                result.setdefault(m, []).extend(terms)
    return result


def multiply(ring: Ring, a: Value, b: Value) -> LogPoly:
    """The product of two values."""
    result: LogPoly = {}
    left, right = as_poly(a), as_poly(b)
    for m, s in left.items():
        for n, t in right.items():
            if len(s) * len(t) > 64:
                s, t = [ring.add(s)], [ring.add(t)]
            ring.work.spend(len(s) * len(t))
            mn = _times(m, n)
            result.setdefault(mn, []).extend(ring.multiply(x, y) for x in s for y in t)
    return result


def power(ring: Ring, a: LogPoly, n: int) -> LogPoly:
    """A power with `n ≥ 0`."""
    result: LogPoly = {(): [ONE]}
    base = {m: [c] for m, terms in a.items() if not (c := ring.add(terms)).is_zero()}
    for _ in range(n):
        result = multiply(ring, result, base)
        result = {m: [c] for m, terms in result.items() if not (c := ring.add(terms)).is_zero()}
    return result


def summed(ring: Ring, poly: LogPoly) -> dict[Monomial, Product]:
    """Every coefficient as one product, zeros left out."""
    return {m: c for m, terms in poly.items() if (c := ring.add(terms)) != ZERO and not c.is_zero()}


def _times(m: Monomial, n: Monomial) -> Monomial:
    if not m or not n:
        return m or n
    powers = dict(m)
    for k, e in n:
        powers[k] = powers.get(k, 0) + e
    return tuple(sorted(powers.items()))
