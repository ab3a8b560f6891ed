"""Laurent polynomials as dictionaries, and products of them: all the arithmetic of the certificate checker.

A monomial is a sorted tuple of pairs `(variable, exponent)`; exponents may be negative. A value is a polynomial times
powers of numbered polynomials that have more than one term; negative powers are denominators. Sums of many terms are
multiplied out only where they are added to something else. No polynomial is ever divided by another.
"""

from __future__ import annotations

from collections.abc import Collection
from fractions import Fraction

from symelbo.errors import SymelboError

__all__ = ["Laurent", "Mono", "Poly", "Rejected", "Value", "constant", "require", "scaled"]

Mono = tuple[tuple[int, int], ...]
Number = int | Fraction
Poly = dict[Mono, Number]
Value = tuple[Poly, tuple[tuple[int, int], ...]]

_SHORT = 16


class Rejected(SymelboError):
    """An entry of a certificate is wrong, or checking it takes more work than is allowed."""


class Laurent:
    """Sums, products and powers of values, modulo relations `w^degree = polynomial`.

    Args:
        budget: how many products of two monomials may be formed.
    """

    def __init__(self, budget: int) -> None:
        self.meter = [budget]  # shared by all who check one certificate
        self.sums: list[Poly] = []
        self.known: dict[frozenset[tuple[Mono, Number]], int] = {}
        self.added: dict[frozenset[tuple[tuple[tuple[int, int], ...], frozenset[tuple[Mono, Number]]]], Value] = {}
        self.relations: list[tuple[int, int, Poly]] = []

    def spend(self, terms: int) -> None:
        """Count work; what is too long to be checked is not believed."""
        self.meter[0] -= terms
        require(self.meter[0] >= 0)

    def add(self, terms: list[Value]) -> Value:
        """The sum; the lowest powers of numbered sums are taken out of it."""
        groups: dict[tuple[tuple[int, int], ...], Poly] = {}
        for poly, powers in terms:
            group = groups.setdefault(powers, {})
            for m, c in poly.items():
                group[m] = group.get(m, 0) + c
        groups = {d: p for d, q in groups.items() if (p := {m: c for m, c in q.items() if c})}
        if len(groups) < 2:
            return next(((p, d) for d, p in groups.items()), ({}, ()))
        common = _content([m for p in groups.values() for m in p])
        if common:
            inverse: Poly = {tuple((v, -e) for v, e in common): 1}
            groups = {d: self._product(p, inverse) for d, p in groups.items()}
        # Fractions of one table often differ in a monomial alone: the rest is summed once.
        key = frozenset((d, frozenset(p.items())) for d, p in groups.items())
        if key not in self.added:
            total = self._sum(groups)
            self.added[key] = self._factored(total) if len(total[0]) > _SHORT else total
        rest = self.added[key]
        return self.times(({common: 1}, ()), rest) if common else rest

    def _sum(self, groups: dict[tuple[tuple[int, int], ...], Poly]) -> Value:
        shared = self._shared(groups)
        below = [f for f, e in shared.items() if e < 0]
        total: Poly = {}
        for d, p in groups.items():
            have = dict(d)
            for f in {*have, *below}:
                p = self._times_power(p, f, have.get(f, 0) - shared.get(f, 0))
            for m, c in p.items():
                total[m] = total.get(m, 0) + c
        total = {m: c for m, c in total.items() if c}
        return (total, tuple(sorted(shared.items()))) if total else ({}, ())

    def _shared(self, groups: dict[tuple[tuple[int, int], ...], Poly]) -> dict[int, int]:
        """The lowest power of each numbered sum; one that a term does not have counts as zero there."""
        counts: dict[int, int] = {}
        lowest: dict[int, int] = {}
        for d in groups:
            for f, e in d:
                counts[f] = counts.get(f, 0) + 1
                lowest[f] = min(lowest.get(f, e), e)
        return {f: e for f, e in lowest.items() if e < 0 or counts[f] == len(groups)}

    def _times_power(self, poly: Poly, f: int, n: int) -> Poly:
        for _ in range(n):
            poly = self._product(poly, self.sums[f])
        return poly

    def _product(self, a: Poly, b: Poly) -> Poly:
        self.spend(len(a) * len(b))
        return _multiplied(a, b)

    def times(self, a: Value, b: Value) -> Value:
        """The product."""
        if len(a[0]) * len(b[0]) > _SHORT:
            a, b = self._factored(a), self._factored(b)
        poly = self._product(a[0], b[0])
        if not a[1] or not b[1]:
            return (poly, a[1] or b[1]) if poly else ({}, ())
        powers = dict(a[1])
        for f, e in b[1]:
            powers[f] = powers.get(f, 0) + e
        return (poly, tuple(sorted((f, e) for f, e in powers.items() if e))) if poly else ({}, ())

    def product_of(self, values: list[Value]) -> Value:
        """The product of many values, single monomials first."""
        powers: dict[int, int] = {}
        scale: Number = 1
        rest: list[Value] = []
        for value in values:
            if len(value[0]) != 1 or value[1]:
                rest.append(value)
                continue
            ((mono, c),) = value[0].items()
            scale *= c
            for v, e in mono:
                powers[v] = powers.get(v, 0) + e
        self.spend(len(values))
        result: Value = ({tuple(sorted([p for p in powers.items() if p[1]])): scale}, ())
        for value in rest:
            result = self.times(result, value)
        return result

    def power(self, a: Value, n: int) -> Value:
        """An integer power; a negative one only of what is not zero."""
        if n == 0:
            return {(): 1}, ()
        if n == 1:
            return a
        poly, powers = self._factored(a)
        if n < 0:
            require(bool(poly) and all(e < 0 or self.reduced(self.sums[f]) for f, e in powers))
        if not poly:
            return {}, ()
        ((mono, c),) = poly.items()
        if c != 1:
            self.spend(1 + abs(n) * (int(c.numerator).bit_length() + int(c.denominator).bit_length()) // 64)
        scale = c**n if n > 0 else constant(Fraction(1) / Fraction(c) ** -n)[()]
        return {tuple((v, e * n) for v, e in mono): scale}, tuple((f, e * n) for f, e in powers)

    def _factored(self, a: Value) -> Value:
        """The same value with a single monomial as its polynomial."""
        poly, powers = a
        if len(poly) < 2:
            return a
        common = _content(poly)
        if common:
            poly = self._product(poly, {tuple((v, -e) for v, e in common): 1})
        c = poly[max(poly)]
        if c == -1:
            monic = scaled(poly, -1)
        else:
            monic = poly if c == 1 else {m: constant(Fraction(v) / c)[()] for m, v in poly.items()}
        key = frozenset(monic.items())
        f = self.known.setdefault(key, len(self.sums))
        if f == len(self.sums):
            self.sums.append(monic)
        merged = dict(powers)
        merged[f] = merged.get(f, 0) + 1
        return {common: c}, tuple(sorted((f, e) for f, e in merged.items() if e))

    def multiplied_out(self, a: Value) -> Poly:
        """The polynomial over the denominators: no zero of the value is hidden in a numbered sum."""
        poly, powers = a
        for f, e in powers:
            poly = self._times_power(poly, f, e)
        return poly

    def same(self, a: Value, b: Value) -> bool:
        """Are two values equal modulo the relations?"""
        if a == b or self._factored(a) == self._factored(b):
            return True
        return self.vanishes(self.add([a, self.times(({(): -1}, ()), b)]))

    def vanishes(self, a: Value) -> bool:
        """Is the value zero modulo the relations?"""
        return not self.reduced(a[0]) or any(e > 0 and not self.reduced(self.sums[f]) for f, e in a[1])

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
                    part = self._product(part, radicand)
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


def _multiplied(a: Poly, b: Poly) -> Poly:
    if len(a) > len(b):
        a, b = b, a
    if len(a) == 1:
        ((m, c),) = a.items()
        return {_joined(m, n): c * d for n, d in b.items()} if m else {n: c * d for n, d in b.items()}
    total: Poly = {}
    for m, c in a.items():
        for n, d in b.items():
            key = _joined(m, n)
            total[key] = total.get(key, 0) + c * d
    return {m: c for m, c in total.items() if c}


def _content(terms: Collection[Mono]) -> Mono:
    """The monomial that every term has; the same for a polynomial and its products with monomials, but for these."""
    counts: dict[int, int] = {}
    lowest: dict[int, int] = {}
    for m in terms:
        for v, e in m:
            if v in lowest:
                counts[v] += 1
                if e < lowest[v]:
                    lowest[v] = e
            else:
                counts[v], lowest[v] = 1, e
    return tuple(sorted((v, e) for v, e in lowest.items() if e < 0 or (e > 0 and counts[v] == len(terms))))


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
    return tuple(sorted([pair for pair in powers.items() if pair[1]]))
