"""Exponentials over a rational basis of their exponents.

If `u_1, …, u_n` are linearly independent over ℚ modulo constants, `exp u_1, …, exp u_n` are algebraically independent
of the functions that `u_i` is made of (J. Ax, On Schanuel's conjectures, 1971). Every exponent is written as a rational
combination of a basis chosen from the exponents themselves; its exponential is then a monomial, and
`log exp u = u`.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from flint import fmpq

from symelbo.calculus.logs import logpoly as lp
from symelbo.calculus.logs.budget import Restart
from symelbo.calculus.logs.coprime import integer_basis, polynomial_basis
from symelbo.calculus.logs.logpoly import LogPoly, Monomial, Value
from symelbo.calculus.logs.ring import ONE, Product, as_fraction
from symelbo.calculus.logs.roots import root

if TYPE_CHECKING:
    import sympy as sp

    from symelbo.calculus.logs.convert import Converter

__all__ = ["ExponentBasis", "exp_of"]

Row = dict[Any, Fraction]


def exp_of(converter: Converter, exponent: LogPoly, node: sp.Expr) -> Product:
    """`exp(exponent)` as a product.

    Rational multiples of logarithms of positive factors become powers of them; the rest is expressed in the basis.

    Raises:
        Restart: the exponent is a fraction of one whose exponential is in use already.
    """
    ring = converter.ring
    parts = lp.summed(ring, exponent)
    pulled: list[Product] = []
    rest: dict[Monomial, Product] = {}
    for monomial, c in parts.items():
        c = ring.as_number(c)
        if len(monomial) == 1 and monomial[0][1] == 1 and not c.powers:
            key = monomial[0][0]
            base = Product(fmpq(-key), ()) if key < 0 else Product(ONE.const, ((key, 1),))
            if converter.signs.of(base) == 1:
                p, q = int(c.const.p), int(c.const.q)
                pulled.append(ring.power(base, p) if q == 1 else root(converter, base, p, q))
                continue
        rest[monomial] = c
    if rest:
        first = ring.multiply(*pulled)
        for number, r in converter.exponents.express(rest, node, first):
            if number < 0:
                key = converter.exponents.logs[-number - 1]
                base = Product(fmpq(-key), ()) if key < 0 else Product(ONE.const, ((key, 1),))
                pulled.append(root(converter, base, r.numerator, r.denominator))
                continue
            whole = r * ring.generators[number].degree
            if whole.denominator != 1:
                g = ring.generators[number]
                raise Restart(g.key, g.degree * whole.denominator)
            pulled.append(Product(ONE.const, ((number, int(whole)),)))
    return ring.multiply(*pulled)


class ExponentBasis:
    """The exponents in use, a basis of them over ℚ, and their generators."""

    def __init__(self, converter: Converter) -> None:
        self.converter = converter
        self.exponents: list[tuple[dict[Monomial, Product], int]] = []
        # Logarithms of positive factors count as exponents too: their exponentials are the factors themselves.
        self.logs: list[int] = []
        self.denominator: dict[int, int] = {}
        self.rows: list[tuple[Any, Row, Row]] = []
        self.entangled = False

    def express(
        self, exponent: dict[Monomial, Product], node: sp.Expr, pulled: Product = ONE
    ) -> list[tuple[int, Fraction]]:
        """The exponent as a rational combination of basis exponents, which it joins if it must.

        `node` is the exponential or power it comes from, which is `pulled · exp(exponent)`. Numbers below zero in the
        answer point into `logs`.
        """
        if not self.exponents:
            self._join({(): ONE}, ("e",), ONE)
        for monomial in exponent:
            if len(monomial) == 1 and monomial[0][1] == 1:
                self._join_log(monomial[0][0])
        self._widen(exponent)
        combination, left = self._reduce(self._row(exponent))
        if left:
            number = self._join(exponent, ("exp", node), pulled)
            return [(number, Fraction(1))]
        return [(n, -c) for n, c in combination.items() if c]

    def _join_log(self, key: int) -> None:
        base = Product(ONE.const, ((max(key, 0), 1),) if key >= 0 else ())
        if key in self.logs or self.converter.signs.of(base) != 1:
            return
        self.logs.append(key)
        self.exponents.append(({((key, 1),): ONE}, -len(self.logs)))
        self._append(*self.exponents[-1])

    def _join(self, exponent: dict[Monomial, Product], key: Any, pulled: Product) -> int:
        ring = self.converter.ring
        value: Value = {m: [c] for m, c in exponent.items()}
        value = lp.simplest(ring, value)  # type: ignore[arg-type]
        inside = {v for c in exponent.values() for f, _ in c.powers for v in ring.variables(f)}
        keys = {k for m in exponent for k, _ in m}
        inside |= {v for k in keys if k >= 0 for v in ring.variables(k)}
        generators = [ring.generators[v] for v in inside]
        # Exponents with constants or roots may hide relations that linear algebra does not see; products of logarithms
        # of numbers may depend on each other for all that is known.
        hidden = any(g.tainted or g.constant or g.relation is not None for g in generators)
        hidden = hidden or any(k < 0 and sum(e for _, e in m) > 1 for m in exponent for k, _ in m)
        only_numbers = all(g.constant for g in generators)
        number = ring.generator(
            "exp", key, data=value, sign=1, constant=only_numbers, tainted=hidden and not only_numbers
        )
        ring.generators[number].extra["pulled"] = pulled
        # Logarithms of sums are not over a coprime basis yet: whether exponents depend on each other is seen later.
        self.entangled = self.entangled or any(
            k >= 0 and (not ring.is_generator(k) or self._sign(k) != 1) for k in keys
        )
        self.exponents.append((exponent, number))
        self._append(exponent, number)
        return number

    def _sign(self, key: int) -> int | None:
        return self.converter.signs.factor(key)

    def _append(self, exponent: dict[Monomial, Product], number: int) -> None:
        combination, left = self._reduce(self._row(exponent))
        if not left:
            return
        pivot = min(left, key=repr)
        scale = left[pivot]
        combination[number] = combination.get(number, Fraction(0)) + 1
        self.rows.append(
            (pivot, {k: v / scale for k, v in left.items()}, {k: v / scale for k, v in combination.items()})
        )

    def _reduce(self, row: Row) -> tuple[dict[int, Fraction], Row]:
        """Subtract basis rows: `row = left − Σ combination·basis`."""
        combination: dict[int, Fraction] = {}
        row = dict(row)
        for pivot, basis, how in self.rows:
            c = row.get(pivot)
            if not c:
                continue
            for k, v in basis.items():
                row[k] = row.get(k, Fraction(0)) - c * v
                if not row[k]:
                    del row[k]
            for n, v in how.items():
                combination[n] = combination.get(n, Fraction(0)) - c * v
        return combination, row

    def independent(self, keys: Iterable[int]) -> bool:
        """Are the exponents in use linearly independent over ℚ, together with the logarithms with these keys?

        All logarithms are first written over one coprime basis; the constant 1 counts as an exponent.
        """
        ring = self.converter.ring
        own = [exponent for exponent, number in self.exponents if number >= 0]
        inside = [k for exponent in own for m in exponent for k, _ in m]
        basis = polynomial_basis(ring, [k for k in (*inside, *keys) if k >= 0])
        for n, powers in integer_basis([-k for k in inside if k < 0]).items():
            basis[-n] = {-b: e for b, e in powers.items()}
        logs = dict.fromkeys(b for k in basis if k >= 0 for b in basis[k])
        parts: list[dict[Monomial, Product]] = [{((b, 1),): ONE} for b in logs]
        for exponent in own:
            total: LogPoly = {}
            for monomial, c in exponent.items():
                part: LogPoly = {(): [c]}
                for k, e in monomial:
                    row: LogPoly = {((b, 1),): [Product(fmpq(n), ())] for b, n in basis[k].items()}
                    part = lp.multiply(ring, part, lp.power(ring, row, e))
                total = lp.add([total, part])
            parts.append(lp.summed(ring, total))
        fresh = ExponentBasis(self.converter)
        for number, exponent in enumerate(parts):
            fresh._widen(exponent)
            fresh.exponents.append((exponent, number))
            fresh._append(exponent, number)
        return len(fresh.rows) == len(parts)

    def _widen(self, exponent: dict[Monomial, Product]) -> None:
        """Make the common denominator cover a new exponent; rows are rebuilt when it changes."""
        changed = False
        for c in exponent.values():
            for f, e in c.powers:
                if e < 0 and self.denominator.get(f, 0) < -e:
                    self.denominator[f] = -e
                    changed = True
        if changed:
            self.rows = []
            for known, number in self.exponents:
                self._append(known, number)

    def _row(self, exponent: dict[Monomial, Product]) -> Row:
        ring = self.converter.ring
        row: Row = {}
        for monomial, c in exponent.items():
            powers = dict(self.denominator)
            for f, e in c.powers:
                powers[f] = powers.get(f, 0) + e
            scale = as_fraction(c.const)
            if all(ring.is_generator(f) and ring.generators[f].relation is None for f, e in powers.items() if e):
                key = (monomial, tuple(sorted(p for p in powers.items() if p[1])))
                row[key] = row.get(key, Fraction(0)) + scale
                continue
            polynomial = ring.expand(powers.items())
            if ring.related:
                polynomial = ring.reduce(polynomial)
            for exponents, v in polynomial.terms():
                last = ring.slots - 1
                key = (monomial, tuple(sorted((last - i, int(e)) for i, e in enumerate(exponents) if e)))
                row[key] = row.get(key, Fraction(0)) + scale * int(v)
        return row
