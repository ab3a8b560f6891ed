"""Roots, absolute values and rational powers of products.

`√a` of a generator with a known sign replaces the generator everywhere: `a = s²`, and nothing is lost. The root of any
other positive factor is a generator `w` with the relation `w^d = f`. A product is split only over factors whose sign
is known; the root of a product of unknown signs is kept together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flint import fmpq, fmpz

from symelbo.calculus.logs.budget import Meaningless, Restart
from symelbo.calculus.logs.ring import ONE, ZERO, Product

if TYPE_CHECKING:
    from symelbo.calculus.logs.convert import Converter

__all__ = ["absolute", "root"]


_FACTORED = 200
_HIGHEST = 60


def root(converter: Converter, value: Product, p: int, q: int) -> Product:
    """`value^(p/q)` where it is real; for `q ≥ 2` the value is then taken to be positive, or zero.

    Raises:
        Meaningless: an even root of a negative number, a negative power of zero.
        Restart: a generator has to be replaced by its root.
    """
    if value.is_zero():
        if p < 0:
            raise Meaningless("the expression divides by zero")
        return ZERO
    ring, signs = converter.ring, converter.signs
    if q == 1:
        return ring.power(value, p)
    whole, value = value, _split(converter, ring.lowest(value))
    known: list[tuple[int, int]] = []
    unknown: list[tuple[int, int]] = []
    for f, e in value.powers:
        (unknown if signs.factor(f) is None else known).append((f, e))
    if len(unknown) == 1 and unknown[0][1] % 2:
        # The root exists, so the whole is positive, and that settles the sign of the one factor left.
        signs.learn(value)
        known, unknown = list(value.powers), []
    sign = 1 if value.const > 0 else -1
    for f, e in known:
        if e % 2:
            sign *= signs.factor(f) or 1
    if not unknown and sign < 0:
        raise Meaningless("the expression takes a root of a negative number")
    parts = [_number(converter, abs(int(value.const.p)), p, q), _number(converter, int(value.const.q), -p, q)]
    parts += [_factor(converter, f, signs.factor(f) or 1, e * p, q) for f, e in known]
    if unknown:
        unit = Product(fmpq(sign), tuple(unknown))
        rest = ring.multiply(value, ring.power(unit, -1))
        parts.append(_together(converter, unit, p, q, {"value": whole, "rest": rest}))
    return ring.multiply(*parts)


def _split(converter: Converter, value: Product) -> Product:
    """The product with every sum split into factors of known signs, or else into powers of square-free sums."""
    ring = converter.ring
    parts = [Product(value.const, ())]
    for f, e in value.powers:
        if ring.is_generator(f):
            parts.append(Product(ONE.const, ((f, e),)))
            continue
        polynomial = ring.factors[f]
        small = len(polynomial) <= _FACTORED and int(polynomial.total_degree()) <= _HIGHEST
        pieces = [(ring.normal(p), int(k)) for p, k in polynomial.factor()[1]] if small else []
        # Roots of irreducible sums are independent of each other; what has no sign must stay together.
        if not small or any(converter.signs.of(Product(ONE.const, p.powers)) is None for p, _ in pieces):
            pieces = [(ring.normal(p), int(k)) for p, k in polynomial.factor_squarefree()[1]]
        # All leading coefficients are positive, so that no sign is lost with the numbers.
        parts += [ring.power(Product(ONE.const, p.powers), e * k) for p, k in pieces]
    return ring.multiply(*parts)


def absolute(converter: Converter, value: Product) -> Product:
    """`|value|`, split over the factors."""
    if value.is_zero():
        return ZERO
    ring = converter.ring
    parts = [Product(abs(value.const), ())]
    for f, e in value.powers:
        s = converter.signs.factor(f)
        if s is not None:
            parts.append(Product(fmpq(s if e % 2 else 1), ((f, e),)))
        elif e % 2 == 0:
            parts.append(Product(ONE.const, ((f, e),)))
        else:
            number = ring.numbers.get(("abs", f))
            if number is None:
                number = ring.generator("abs", ("abs", f), data=f, sign=1, tainted=True)
                ring.relate(number, 2, Product(ONE.const, ((f, 2),)))
            parts.append(Product(ONE.const, ((number, e),)))
    return ring.multiply(*parts)


def _factor(converter: Converter, f: int, sign: int, p: int, q: int) -> Product:
    """`|f|^(p/q)` for a factor of known sign."""
    ring = converter.ring
    if p % q == 0:
        n = p // q
        return Product(fmpq(sign if sign == -1 and n % 2 else 1), ((f, n),))
    divisor = _gcd(p, q)
    p, q = p // divisor, q // divisor
    if ring.is_generator(f) and sign == 1 and ring.generators[f].relation is None:
        g = ring.generators[f]
        raise Restart(g.key, g.degree * q)
    return _adjoined(converter, ("root", _stable_key(converter, f)), Product(fmpq(sign), ((f, 1),)), p, q, False)


def _stable_key(converter: Converter, f: int) -> Any:
    """A name of a factor that means the same after a restart, when factors may have other numbers."""
    ring = converter.ring
    if ring.is_generator(f):
        return ring.generators[f].key
    polynomial = ring.factors[f]
    last = ring.slots - 1
    return frozenset(
        (tuple((_name(ring.generators[last - i]), int(e)) for i, e in enumerate(m) if e), int(c))
        for m, c in polynomial.terms()
    )


def _name(generator: Any) -> Any:
    return (generator.key, generator.degree)


def _adjoined(converter: Converter, key: Any, radicand: Product, p: int, q: int, tainted: bool) -> Product:
    """`radicand^(p/q)` by a generator `w` with `w^d = radicand`, where `q` divides `d`."""
    ring = converter.ring
    number = ring.numbers.get(key)
    if number is None:
        degree = ring.degrees.get(key, 1)
        if degree % q:
            degree = q
        inside = [v for f, _ in radicand.powers for v in ring.variables(f)]
        numbers = all(ring.generators[v].constant for v in inside)
        # √(x² − 2) = √(x − √2) √(x + √2): over algebraic numbers and functions coprime sums may share factors.
        mixed = any(ring.generators[v].constant or ring.generators[v].relation is not None for v in inside)
        tainted = tainted or any(ring.generators[v].tainted for v in inside) or _overlaps(converter, radicand)
        tainted = tainted or (mixed and not numbers)
        number = ring.generator(
            "root",
            key,
            data=radicand,
            # A joint root carries the sign of its denominator.
            sign=None if key[0] == "joint" else 1,
            tainted=tainted,
            constant=numbers,
        )
        ring.generators[number].degree = 1
        ring.relate(number, degree, radicand)
    degree = ring.generators[number].relation[0]  # type: ignore[index]
    if degree % q:
        raise Restart(key, degree * q // _gcd(degree, q))
    return ring.power(Product(ONE.const, ((number, 1),)), p * (degree // q))


def _overlaps(converter: Converter, radicand: Product) -> bool:
    """Could the root depend on the roots that are there already (a common factor, or a square)?"""
    ring = converter.ring
    mine = [f for f, _ in radicand.powers]
    for f in mine:
        if ring.is_generator(f):
            continue
        polynomial = ring.factors[f]
        if any(int(e) > 1 for _, e in polynomial.factor_squarefree()[1]):
            return True
        for w in ring.related:
            for h, _ in ring.generators[w].relation[1].powers:  # type: ignore[index]
                if h == f or (not ring.is_generator(h) and not polynomial.gcd(ring.factors[h]).is_constant()):
                    return True
    return False


def _together(converter: Converter, unit: Product, p: int, q: int, reason: dict[str, Any]) -> Product:
    """The root of a product whose factors have no known signs: `w = D·(N/D)^(1/q)`, so that `w^q = N·D^(q−1)`.

    `reason` holds the product whose root was asked for, and what of it is not part of `unit`.
    """
    ring = converter.ring
    numerator = tuple((f, e) for f, e in unit.powers if e > 0)
    denominator = tuple((f, -e) for f, e in unit.powers if e < 0)
    radicand = ring.multiply(Product(unit.const, numerator), ring.power(Product(ONE.const, denominator), q - 1))
    key = ("joint", q, int(unit.const.p), tuple((_stable_key(converter, f), e) for f, e in unit.powers))
    w = _adjoined(converter, key, radicand, 1, q, True)
    extra = ring.generators[ring.numbers[key]].extra
    extra.setdefault("denominator", Product(ONE.const, denominator))
    for name, product in reason.items():
        extra.setdefault(name, product)
    return ring.power(ring.multiply(w, ring.power(Product(ONE.const, denominator), -1)), p)


def _number(converter: Converter, n: int, p: int, q: int) -> Product:
    """`n^(p/q)` for a positive integer."""
    if n == 1:
        return ONE
    ring = converter.ring
    # A large number is not factored: its root is then one generator, which cannot be used to disprove.
    small = n.bit_length() <= 64
    factors = [(int(b), int(e)) for b, e in fmpz(n).factor()] if small else [(n, 1)]
    parts = []
    for base, e in factors:
        whole, rest = divmod(e * p, q)
        parts.append(Product(fmpq(base) ** whole, ()))
        if rest:
            divisor = _gcd(rest, q)
            radicand = Product(fmpq(base), ())
            parts.append(_adjoined(converter, ("root", base), radicand, rest // divisor, q // divisor, not small))
    return ring.multiply(*parts)


def _gcd(a: int, b: int) -> int:
    while b:
        a, b = b, a % b
    return abs(a)
