"""The coefficients of the logarithms of a coprime basis, and whether they are all zero."""

from __future__ import annotations

from dataclasses import dataclass, field

from flint import fmpq

from symelbo.calculus.logs import logpoly as lp
from symelbo.calculus.logs.convert import Converter
from symelbo.calculus.logs.coprime import integer_basis, polynomial_basis
from symelbo.calculus.logs.logpoly import LogPoly, Monomial, Value
from symelbo.calculus.logs.ring import ONE, Product

__all__ = ["Collected", "collect"]


@dataclass(slots=True)
class Collected:
    """A value over the logarithms of a coprime basis.

    `coefficients` has the monomials whose coefficient is not zero; `rows` says how each key was split over the basis;
    `complete` is false if a logarithm that became a generator was split afterwards.
    """

    coefficients: dict[Monomial, Product]
    rows: dict[int, dict[int, int]] = field(default_factory=dict)
    monomials: int = 0
    complete: bool = True


def collect(converter: Converter, value: Value) -> Collected:
    """Rewrite the logarithms over a coprime basis and sum every coefficient."""
    ring = converter.ring
    if isinstance(value, Product):
        return Collected({} if value.is_zero() else {(): value}, monomials=1)
    adjoined = {g.data: n for n, g in enumerate(ring.generators) if g.kind == "log"}
    keys = list(dict.fromkeys([k for m in value for k, _ in m] + list(adjoined)))
    rows = polynomial_basis(ring, [k for k in keys if k >= 0])
    for n, powers in integer_basis([-k for k in keys if k < 0]).items():
        rows[-n] = {-b: e for b, e in powers.items()}
    complete = all(len(rows[k]) == 1 for k in adjoined)
    rewritten: LogPoly = {}
    for monomial, terms in value.items():
        if len(monomial) == 1 and monomial[0][1] == 1:
            for b, e in rows[monomial[0][0]].items():
                scaled = terms if e == 1 else [ring.scale(t, fmpq(e)) for t in terms]
                if b in adjoined:
                    as_generator = Product(ONE.const, ((adjoined[b], 1),))
                    rewritten.setdefault((), []).extend(ring.multiply(t, as_generator) for t in scaled)
                else:
                    rewritten.setdefault(((b, 1),), []).extend(scaled)
            continue
        product: LogPoly = {(): terms}
        for k, n in monomial:
            row: LogPoly = {}
            for b, e in rows[k].items():
                if b in adjoined:
                    row.setdefault((), []).append(Product(fmpq(e), ((adjoined[b], 1),)))
                else:
                    row[((b, 1),)] = [Product(fmpq(e), ())]
            product = lp.multiply(ring, product, lp.power(ring, row, n))
        for m, scaled in product.items():
            rewritten.setdefault(m, []).extend(scaled)
    return Collected(lp.summed(ring, rewritten), rows, len(rewritten), complete)
