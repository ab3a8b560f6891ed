"""Laurent polynomials as dictionaries, and quotients of them: all the arithmetic of the certificate checker.

A monomial is a sorted tuple of pairs `(variable, exponent)`; exponents may be negative. A quotient is a polynomial over
powers of numbered denominators that have more than one term. Nothing is ever divided or cancelled.
"""

from __future__ import annotations

from fractions import Fraction

from symelbo.errors import SymelboError

__all__ = ["Laurent", "Mono", "Poly", "Quotient", "Rejected", "constant", "product_of", "require", "scaled"]

Mono = tuple[tuple[int, int], ...]
Number = int | Fraction
Poly = dict[Mono, Number]
Quotient = tuple[Poly, tuple[tuple[int, int], ...]]


class Rejected(SymelboError):
    """An entry of a certificate is wrong."""


class Laurent:
    """Sums, products and powers of quotients, modulo relations `w^degree = polynomial`."""

    def __init__(self) -> None:
        self.denominators: list[Poly] = []
        self.known: dict[frozenset[tuple[Mono, Number]], int] = {}
        self.relations: list[tuple[int, int, Poly]] = []

    def add(self, terms: list[Quotient]) -> Quotient:
        groups: dict[tuple[tuple[int, int], ...], Poly] = {}
        for numerator, denominator in terms:
            group = groups.setdefault(denominator, {})
            for m, c in numerator.items():
                group[m] = group.get(m, 0) + c
        groups = {d: p for d, q in groups.items() if (p := {m: c for m, c in q.items() if c})}
        if len(groups) < 2:
            return next(((p, d) for d, p in groups.items()), ({}, ()))
        common: dict[int, int] = {}
        for d in groups:
            for f, e in d:
                common[f] = max(common.get(f, 0), e)
        total: Poly = {}
        for d, p in groups.items():
            have = dict(d)
            for f, e in common.items():
                for _ in range(e - have.get(f, 0)):
                    p = product_of(p, self.denominators[f])
            for m, c in p.items():
                total[m] = total.get(m, 0) + c
        return {m: c for m, c in total.items() if c}, tuple(sorted(common.items()))

    def times(self, a: Quotient, b: Quotient) -> Quotient:
        powers = dict(a[1])
        for f, e in b[1]:
            powers[f] = powers.get(f, 0) + e
        return product_of(a[0], b[0]), tuple(sorted(powers.items()))

    def power(self, a: Quotient, n: int) -> Quotient:
        if n < 0:
            a, n = self._inverse(a), -n
        numerator: Poly = {(): 1}
        for _ in range(n):
            numerator = product_of(numerator, a[0])
        return numerator, tuple((f, e * n) for f, e in a[1] if n)

    def _inverse(self, a: Quotient) -> Quotient:
        numerator, denominator = a
        require(bool(self.reduced(numerator)))
        value: Poly = {(): 1}
        for f, e in denominator:
            for _ in range(e):
                value = product_of(value, self.denominators[f])
        lead = max(numerator)
        c = numerator[lead]
        unit = {tuple((v, -e) for v, e in lead): Fraction(1) / c if c not in (1, -1) else c}
        if len(numerator) == 1:
            return product_of(value, unit), ()
        monic = product_of(numerator, unit)
        key = frozenset(monic.items())
        if key not in self.known:
            self.known[key] = len(self.denominators)
            self.denominators.append(monic)
        return product_of(value, unit), ((self.known[key], 1),)

    def reduced(self, poly: Poly) -> Poly:
        """The polynomial modulo the relations of roots, times powers of roots that make exponents positive."""
        for w, degree, radicand in self.relations:
            low = min((dict(m).get(w, 0) for m in poly), default=0)
            lift = -(low // degree) * degree if low < 0 else 0
            total: Poly = {}
            for m, c in poly.items():
                powers = dict(m)
                whole, rest = divmod(powers.pop(w, 0) + lift, degree)
                if rest:
                    powers[w] = rest
                part: Poly = {tuple(sorted(powers.items())): c}
                for _ in range(whole):
                    part = product_of(part, radicand)
                for k, v in part.items():
                    total[k] = total.get(k, 0) + v
            poly = {m: c for m, c in total.items() if c}
        return poly


def require(condition: bool) -> None:
    if not condition:
        raise Rejected("an entry of the certificate is wrong")


def constant(value: Fraction | int) -> Poly:
    # Whole numbers stay whole: most coefficients are, and fractions cost five times as much.
    return {(): int(value) if value == int(value) else value} if value else {}


def scaled(poly: Poly, c: int) -> Poly:
    return {m: c * v for m, v in poly.items()}


def product_of(a: Poly, b: Poly) -> Poly:
    total: Poly = {}
    if len(a) > len(b):
        a, b = b, a
    for m, c in a.items():
        for n, d in b.items():
            key = _joined(m, n)
            total[key] = total.get(key, 0) + c * d
    return {m: c for m, c in total.items() if c}


def _joined(m: Mono, n: Mono) -> Mono:
    if not m or not n:
        return m or n
    if m[-1][0] < n[0][0]:
        return m + n
    if n[-1][0] < m[0][0]:
        return n + m
    powers = dict(m)
    for v, e in n:
        powers[v] = powers.get(v, 0) + e
    return tuple(sorted((v, e) for v, e in powers.items() if e))
