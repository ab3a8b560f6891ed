"""Numbers that hide in symbols: `π`, `e`, `log 2`, `√3`.

They are generators like the others, which is sound for proving. A coefficient that contains them is certainly not zero
when a ball around its value excludes zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sympy as sp
from flint import arb, ctx

from symelbo.calculus.logs.logpoly import Value
from symelbo.calculus.logs.ring import Product, Ring

__all__ = ["separated", "value_of_log"]

_PRECISIONS = (64, 256, 1024)
_NAMED = {
    sp.pi: arb.pi,
    sp.EulerGamma: arb.const_euler,
    sp.Catalan: arb.const_catalan,
    sp.GoldenRatio: lambda: (1 + arb(5).sqrt()) / 2,
}


def separated(ring: Ring, terms: Iterable[tuple[tuple[int, ...], Product]]) -> bool | None:
    """Is `Σ product · ∏ log key`, whose keys are constants, certainly another function than zero?

    Returns `True` if a coefficient of the generators that are not constants is certainly not zero, `None` if that could
    not be seen.
    """
    terms = list(terms)
    lowest: dict[int, int] = {}
    for _, product in terms:
        for f, e in product.powers:
            if e < lowest.get(f, 0):
                lowest[f] = e
    before = ctx.prec
    try:
        for precision in _PRECISIONS:
            ctx.prec = precision
            totals: dict[Any, arb] = {}
            values: dict[int, arb] = {}
            for keys, product in terms:
                powers = {f: -e for f, e in lowest.items()}
                for f, e in product.powers:
                    powers[f] = powers.get(f, 0) + e
                polynomial = ring.expand(powers.items())
                if ring.related:
                    polynomial = ring.reduce(polynomial)
                scale = arb(product.const)
                for k in keys:
                    scale *= value_of_log(ring, k, values)
                for exponents, c in polynomial.terms():
                    number, rest = arb(c) * scale, []
                    for i, e in enumerate(exponents):
                        if not e:
                            continue
                        g = ring.slots - 1 - i
                        if ring.generators[g].constant:
                            number *= _generator(ring, g, values) ** int(e)
                        else:
                            rest.append((g, int(e)))
                    totals[tuple(rest)] = totals.get(tuple(rest), arb(0)) + number
            if any(not t.contains(0) and t.is_finite() for t in totals.values()):
                return True
    finally:
        ctx.prec = before
    return None


def value_of_log(ring: Ring, key: int, values: dict[int, arb]) -> arb:
    """The value of a logarithm that is a constant."""
    if key < 0:
        return arb(-key).log()
    return abs(_factor(ring, key, values)).log()


def _factor(ring: Ring, factor: int, values: dict[int, arb]) -> arb:
    if ring.is_generator(factor):
        return _generator(ring, factor, values)
    total = arb(0)
    for exponents, c in ring.factors[factor].terms():
        term = arb(c)
        for i, e in enumerate(exponents):
            if e:
                term *= _generator(ring, ring.slots - 1 - i, values) ** int(e)
        total += term
    return total


def _product(ring: Ring, product: Product, values: dict[int, arb]) -> arb:
    total = arb(product.const)
    for f, e in product.powers:
        total *= _factor(ring, f, values) ** e
    return total


def _generator(ring: Ring, number: int, values: dict[int, arb]) -> arb:
    value = values.get(number)
    if value is None:
        value = values[number] = _fresh(ring, number, values)
    return value


def _fresh(ring: Ring, number: int, values: dict[int, arb]) -> arb:
    g = ring.generators[number]
    if g.kind == "exp":
        return (_value(ring, g.data, values) / g.degree).exp()
    if g.kind == "log":
        return value_of_log(ring, g.data, values)
    if g.relation is not None:
        degree, radicand = g.relation
        return _product(ring, radicand, values).root(degree)
    compute = _NAMED.get(g.data)
    if compute is None:
        return arb(0, 1e300)
    return compute().root(g.degree) if g.degree > 1 else compute()


def _value(ring: Ring, value: Value, values: dict[int, arb]) -> arb:
    if isinstance(value, Product):
        return _product(ring, value, values)
    total = arb(0)
    for monomial, terms in value.items():
        part = sum((_product(ring, t, values) for t in terms), arb(0))
        for k, e in monomial:
            part *= value_of_log(ring, k, values) ** e
        total += part
    return total
