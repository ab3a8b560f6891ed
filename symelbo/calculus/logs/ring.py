"""Polynomials over the integers, and rational functions kept as products of powers of them.

A rational function is a `Product`: a rational number times integer powers of *factors*. A factor is a generator of the
ring or a primitive polynomial that once appeared as a sum; it is numbered when first seen and never expanded again
unless a sum needs it. Keeping products apart is what makes the logarithm of a large table cheap: `log(q·evidence)` is
read off its factors, and no polynomial is factored to find them again.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import comb
from typing import Any, NamedTuple

from flint import Ordering, fmpq, fmpz_mpoly_ctx

from symelbo.calculus.logs.budget import Meaningless, Restart, Work

__all__ = ["ONE", "ZERO", "Generator", "Product", "Ring"]

Powers = tuple[tuple[int, int], ...]
_ONE = fmpq(1)


class Product(NamedTuple):
    """`const · ∏ factor^power`; the powers are sorted by factor and never zero."""

    const: Any
    powers: Powers

    def is_zero(self) -> bool:
        return not self.const


ZERO = Product(fmpq(0), ())
ONE = Product(_ONE, ())


@dataclass(slots=True)
class Generator:
    """What a generator of the ring stands for.

    `kind` is one of `symbol`, `constant`, `opaque`, `exp`, `root`, `abs`, `gamma`, `polygamma`, `log`; `data` depends
    on it. `degree` is `d` when the generator is the `d`-th root of its quantity. `tainted` generators may depend on
    others in ways the theorem does not cover: they can be used to prove, never to disprove.
    """

    kind: str
    key: Hashable
    data: Any = None
    degree: int = 1
    sign: int | None = None
    tainted: bool = False
    constant: bool = False
    relation: tuple[int, Product] | None = None
    extra: dict[str, Any] = field(default_factory=dict)


class Ring:
    """A polynomial ring with room for `slots` generators that are handed out on demand.

    Args:
        slots: how many generators there is room for.
        degrees: by key of a generator, the order of the root by which it is represented.
        work: the meter.
    """

    def __init__(self, slots: int, degrees: dict[Hashable, int], work: Work) -> None:
        self.work = work
        self.slots = slots
        self.degrees = degrees
        # Later generators come first in the lexicographic order: division by w² − f then reduces powers of w.
        self.context = fmpz_mpoly_ctx.get(tuple(f"g{slots - 1 - i}" for i in range(slots)), Ordering.lex)
        self.one = self.context.constant(1)
        self.nothing = self.context.constant(0)
        self.generators: list[Generator] = []
        self.factors: list[Any] = [None] * slots
        self.numbers: dict[Hashable, int] = {}
        self.buckets: dict[Hashable, list[int]] = {}
        self.sums: dict[frozenset[tuple[Powers, Any]], Product] = {}
        self.related: list[int] = []
        self._variables: dict[int, list[int]] = {}

    # -- generators -------------------------------------------------------------------------------------------------

    def generator(self, kind: str, key: Hashable, **fields: Any) -> int:
        """The number of the generator with this key, adjoined if it is new."""
        number = self.numbers.get(key)
        if number is not None:
            return number
        number = len(self.generators)
        if number >= self.slots:
            raise Restart(slots=2 * self.slots + 2)
        degree = self.degrees.get(key, 1)
        self.generators.append(Generator(kind, key, degree=degree, **fields))
        self.factors[number] = self.context.gen(self.slots - 1 - number)
        self.numbers[key] = number
        return number

    def relate(self, number: int, degree: int, value: Product) -> None:
        """Declare `generator^degree = value`, where `value` must be a polynomial."""
        self.generators[number].relation = (degree, value)
        self.related.append(number)
        self.related.sort(reverse=True)

    def is_generator(self, factor: int) -> bool:
        return factor < self.slots

    def variables(self, factor: int) -> list[int]:
        """The generators that occur in a factor."""
        if factor < self.slots:
            return [factor]
        found = self._variables.get(factor)
        if found is None:
            last = self.slots - 1
            found = [last - i for i, d in enumerate(self.factors[factor].degrees()) if d]
            self._variables[factor] = found
        return found

    # -- products ---------------------------------------------------------------------------------------------------

    def multiply(self, *products: Product) -> Product:
        """The product of all arguments."""
        const = _ONE
        powers: dict[int, int] = {}
        for c, p in products:
            if c is not _ONE:
                if not c:
                    return ZERO
                const = const * c
            for f, e in p:
                powers[f] = powers.get(f, 0) + e
        return self._tidy(const, powers)

    def power(self, product: Product, n: int) -> Product:
        """An integer power; raises `Meaningless` for a negative power of zero."""
        if n == 0:
            return ONE
        const, powers = product
        if not const:
            if n < 0:
                raise Meaningless("the expression divides by zero")
            return ZERO
        if const is not _ONE:
            self.work.spend(abs(n) * (int(const.p).bit_length() + int(const.q).bit_length() - 1) // 64)
            const = const**n
        return self._tidy(const, {f: e * n for f, e in powers})

    def scale(self, product: Product, factor: Any) -> Product:
        """A rational multiple."""
        return Product(product.const * factor, product.powers) if factor else ZERO

    def _tidy(self, const: Any, powers: dict[int, int]) -> Product:
        if self.related:
            powers = {f: e for f, e in powers.items() if e}
            for w in self.related:
                e = powers.get(w)
                if e is None:
                    continue
                degree, value = self.generators[w].relation  # type: ignore[misc]
                if len(value.powers) == 1 and value.const == 1 and value.powers[0][1] == 1:
                    # w is the root of one factor: f/w = w^(d−1), both counted together.
                    e += degree * powers.pop(value.powers[0][0], 0)
                # Towards zero: 1/w stays, since w/f would hide the factor w from logarithms. A number is not hidden.
                whole = abs(e) // degree * (1 if e > 0 else -1) if value.powers else e // degree
                rest = e - whole * degree
                const = const * value.const**whole
                powers[w] = rest
                for f, k in value.powers:
                    powers[f] = powers.get(f, 0) + k * whole
        return Product(const, tuple(sorted([pe for pe in powers.items() if pe[1]])))

    # -- sums -------------------------------------------------------------------------------------------------------

    def add(self, terms: Iterable[Product]) -> Product:
        """The sum, as a product of what its terms share and one new factor."""
        like: dict[Powers, Any] = {}
        for c, p in terms:
            if p in like:
                like[p] += c
            else:
                like[p] = c
        left = [Product(c, p) for p, c in like.items() if c]
        if len(left) < 2:
            return left[0] if left else ZERO
        groups: dict[Powers, list[Product]] = {}
        for t in left:
            groups.setdefault(tuple(pe for pe in t.powers if pe[1] < 0 and pe[0] >= self.slots), []).append(t)
        if len(groups) > 1:
            # Terms over the same sums first: what cancels there never meets another denominator.
            left = [s for g in groups.values() if not (s := self._combine(g)).is_zero()]
        return self._combine(left)

    def _combine(self, terms: Sequence[Product]) -> Product:
        if len(terms) < 2:
            return terms[0] if terms else ZERO
        shared = dict(terms[0].powers)
        for t in terms[1:]:
            mine = dict(t.powers)
            for f, e in mine.items():
                if e < 0 and shared.get(f, 0) > e:
                    shared[f] = e
            for f in [f for f, e in shared.items() if e > 0 and mine.get(f, 0) < e]:
                e = mine.get(f, 0)
                if e:
                    shared[f] = e
                else:
                    del shared[f]
        scale = 1
        for t in terms:
            q = int(t.const.q)
            if scale % q:
                scale = scale * q // _gcd(scale, q)
        rests: list[tuple[Powers, Any]] = []
        for c, powers in terms:
            rest = dict(powers)
            for f, e in shared.items():
                if left := rest.pop(f, 0) - e:
                    rest[f] = left
            rests.append((tuple(sorted(rest.items())), (c * scale).p))
        # Fractions of one table often differ in what they share alone: their numerators are summed once.
        total = self.sums.get(key := frozenset(rests))
        if total is None or len(key) < len(rests):
            total = self.normal(self._sum([self.expand(rest) * n for rest, n in rests]))
            if len(key) == len(rests):
                self.sums[key] = total
        if total.is_zero():
            return ZERO
        return self.multiply(self._cancelled(total, shared), Product(fmpq(1, scale), tuple(shared.items())))

    def _cancelled(self, total: Product, shared: dict[int, int]) -> Product:
        """Divide a fresh numerator by the sums in its denominator, as far as they divide it whole."""
        below = [f for f, e in shared.items() if e < 0 and f >= self.slots]
        if not below or not total.powers or total.powers[-1][0] < self.slots:
            return total
        fresh, rest = self.factors[total.powers[-1][0]], Product(total.const, total.powers[:-1])
        changed = False
        for f in below:
            while shared[f] < 0 and (quotient := self._divide(fresh, self.factors[f])) is not None:
                fresh, changed = quotient, True
                shared[f] += 1
        return self.multiply(rest, self.normal(fresh)) if changed else total

    def lowest(self, product: Product) -> Product:
        """Common divisors of sums in numerator and denominator cancelled."""
        below = [f for f, e in product.powers if e < 0 and f >= self.slots]
        if not below:
            return product
        for f, e in product.powers:
            if e < 0 or f < self.slots:
                continue
            for h in below:
                self.work.spend(len(self.factors[f]) + len(self.factors[h]))
                g = self.factors[f].gcd(self.factors[h])
                if g.is_constant():
                    continue
                k = -dict(product.powers)[h]
                rest = Product(product.const, tuple(p for p in product.powers if p[0] not in (f, h)))
                left, right = self.normal(self.factors[f] / g), self.normal(self.factors[h] / g)
                parts = [self.power(left, e), self.power(right, -k), self.power(self.normal(g), e - k)]
                return self.lowest(self.multiply(rest, *parts))
        return product

    def as_number(self, product: Product) -> Product:
        """The product as a rational number if it is one, else unchanged."""
        if not any(e < 0 for _, e in product.powers):
            return product
        above = self.expand((f, e) for f, e in product.powers if e > 0)
        below = self.expand((f, -e) for f, e in product.powers if e < 0)
        if len(above) != len(below):
            return product
        ratio = fmpq(above.leading_coefficient(), below.leading_coefficient())
        return Product(product.const * ratio, ()) if above * ratio.q == below * ratio.p else product

    def _divide(self, a: Any, b: Any) -> Any:
        """The exact quotient, `None` if there is none; a look at the outer terms settles most cases."""
        if len(a) < len(b) or self.related:
            return None if len(a) < len(b) or a != b else self.one
        for i, j in ((0, 0), (len(a) - 1, len(b) - 1)):
            if int(a.coefficient(i)) % int(b.coefficient(j)):
                return None
            if any(d < e for d, e in zip(a.monomial(i), b.monomial(j), strict=True)):
                return None
        self.work.spend(len(a))
        quotient, left = divmod(a, b)
        return quotient if left.is_zero() else None

    def _sum(self, polynomials: list[Any]) -> Any:
        while len(polynomials) > 1:
            paired = [a + b for a, b in zip(polynomials[::2], polynomials[1::2], strict=False)]
            if len(polynomials) % 2:
                paired.append(polynomials[-1])
            self.work.spend(len(polynomials))
            polynomials = paired
        return polynomials[0] if polynomials else self.nothing

    def expand(self, powers: Iterable[tuple[int, int]]) -> Any:
        """The polynomial `∏ factor^power`, all powers at least zero."""
        result = None
        for f, e in powers:
            if not e:
                continue
            p = self.factors[f]
            if e > 1:
                n = len(p)
                if n > 1:
                    self.work.spend(comb(min(e, 10**6) + n - 1, n - 1))
                p = p**e
            if result is None:
                result = p
            else:
                self.work.spend(len(p) * len(result))
                result = result * p
        return self.one if result is None else result

    def normal(self, polynomial: Any) -> Product:
        """A polynomial as rational number · monomial · primitive factor."""
        if self.related:
            polynomial = self.reduce(polynomial)
        if polynomial.is_zero():
            return ZERO
        content, rest = polynomial.primitive()
        if rest.leading_coefficient() < 0:
            content, rest = -content, -rest
        powers: dict[int, int] = {}
        common = rest.term_content()
        if not common.is_constant():
            last = self.slots - 1
            powers = {last - i: int(e) for i, e in enumerate(common.monomial(0)) if e}
            rest = rest / common
        self.work.spend(len(rest))
        if rest.is_constant():
            return Product(fmpq(content), tuple(sorted(powers.items())))
        powers[self.register(rest)] = 1
        return Product(fmpq(content), tuple(sorted(powers.items())))

    def register(self, polynomial: Any) -> int:
        """The number of a primitive polynomial without monomial content."""
        n = len(polynomial)
        key = (n, polynomial.leading_coefficient(), polynomial.coefficient(n // 2), polynomial.coefficient(n - 1))
        bucket = self.buckets.setdefault(key, [])
        for number in bucket:
            if self.factors[number] == polynomial:
                return number
        number = len(self.factors)
        self.factors.append(polynomial)
        bucket.append(number)
        return number

    def reduce(self, polynomial: Any) -> Any:
        """The remainder modulo the relations of roots."""
        last = self.slots - 1
        for w in self.related:
            degree, value = self.generators[w].relation  # type: ignore[misc]
            if polynomial.degrees()[last - w] < degree:
                continue
            self.work.spend(len(polynomial))
            modulus = self.factors[w] ** degree * value.const.q - self.expand(value.powers) * value.const.p
            # A rational relation w² = 3/2 has leading coefficient 2: clear it before dividing.
            if value.const.q != 1:
                polynomial = polynomial * value.const.q ** (int(polynomial.degrees()[last - w]) // degree)
            polynomial = divmod(polynomial, modulus)[1]
        return polynomial


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return a


def as_fraction(q: Any) -> Fraction:
    """A FLINT rational as a Python one."""
    return Fraction(int(q.p), int(q.q))
