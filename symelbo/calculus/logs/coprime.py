"""Coprime bases by greatest common divisors; nothing is factored completely.

Pairwise coprime primitive polynomials are multiplicatively independent, and so are pairwise coprime integers greater
than one. That is all the theorem asks of a basis.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flint import fmpz

from symelbo.calculus.logs.ring import Ring

__all__ = ["integer_basis", "polynomial_basis", "small_factors"]

_SMALL = 64


def small_factors(n: int) -> list[tuple[int, int]]:
    """The primes of an integer `n ≥ 2` that fits a machine word; a larger one counts as its own factor.

    >>> small_factors(360)
    [(2, 3), (3, 2), (5, 1)]
    """
    if n.bit_length() > _SMALL:
        return [(n, 1)]
    return [(int(p), int(e)) for p, e in fmpz(n).factor()]


def integer_basis(numbers: Iterable[int]) -> dict[int, dict[int, int]]:
    """Each number as a product of powers of pairwise coprime integers.

    >>> integer_basis([12, 18]) == {12: {2: 2, 3: 1}, 18: {2: 1, 3: 2}}
    True
    """
    numbers = list(dict.fromkeys(numbers))
    basis: list[int] = []
    for number in numbers:
        work = [number]
        while work:
            n = work.pop()
            if n == 1:
                continue
            for i, b in enumerate(basis):
                g = int(fmpz(n).gcd(fmpz(b)))
                if g == 1:
                    continue
                if n != b:
                    del basis[i]
                    work += [g, n // g, b // g]
                break
            else:
                basis.append(n)
    result: dict[int, dict[int, int]] = {}
    for number in numbers:
        powers: dict[int, int] = {}
        for b in basis:
            n = number
            while n % b == 0:
                n //= b
                powers[b] = powers.get(b, 0) + 1
        result[number] = powers
    return result


def polynomial_basis(ring: Ring, factors: Iterable[int]) -> dict[int, dict[int, int]]:
    """Each factor of the ring as a product of powers of pairwise coprime factors.

    Generators are coprime to every registered factor, which has no monomial content; only sums meet each other.
    """
    factors = list(dict.fromkeys(factors))
    result = {f: {f: 1} for f in factors if ring.is_generator(f)}
    sums = [f for f in factors if not ring.is_generator(f)]
    basis: list[int] = []
    shapes: dict[int, tuple[frozenset[int], bool]] = {}
    split = False
    for factor in sums:
        work = [factor]
        while work:
            f = work.pop()
            for i, b in enumerate(basis):
                if f == b:
                    break
                g = _gcd(ring, f, b, shapes)
                if g is None:
                    continue
                split = True
                del basis[i]
                pieces = (g, ring.factors[f] / g, ring.factors[b] / g)
                work += [n for p in pieces if (n := _registered(ring, p)) is not None]
                break
            else:
                basis.append(f)
    for f in sums:
        result[f] = _divided(ring, f, basis) if split else {f: 1}
    return result


def _shape(ring: Ring, f: int, shapes: dict[int, tuple[frozenset[int], bool]]) -> tuple[frozenset[int], bool]:
    shape = shapes.get(f)
    if shape is None:
        polynomial = ring.factors[f]
        degrees = polynomial.degrees()
        linear = max(degrees) == 1 and int(polynomial.total_degree()) == 1
        shape = shapes[f] = (frozenset(i for i, d in enumerate(degrees) if d), linear)
    return shape


def _gcd(ring: Ring, f: int, b: int, shapes: dict[int, tuple[frozenset[int], bool]]) -> Any:
    """The greatest common divisor of two different factors, `None` if it is one."""
    (variables, linear), (others, plain) = _shape(ring, f, shapes), _shape(ring, b, shapes)
    # A linear primitive polynomial is irreducible: two different ones are coprime.
    if (linear and plain) or not variables & others:
        return None
    ring.work.spend(len(ring.factors[f]) + len(ring.factors[b]))
    g = ring.factors[f].gcd(ring.factors[b])
    return None if g.is_constant() else g


def _registered(ring: Ring, polynomial: Any) -> int | None:
    if polynomial.is_constant():
        return None
    if polynomial.leading_coefficient() < 0:
        polynomial = -polynomial
    return ring.register(polynomial)


def _divided(ring: Ring, f: int, basis: list[int]) -> dict[int, int]:
    powers: dict[int, int] = {}
    polynomial = ring.factors[f]
    for b in basis:
        while True:
            quotient, rest = divmod(polynomial, ring.factors[b])
            if not rest.is_zero():
                break
            polynomial = quotient
            powers[b] = powers.get(b, 0) + 1
            if polynomial.is_constant():
                return powers
    return powers
