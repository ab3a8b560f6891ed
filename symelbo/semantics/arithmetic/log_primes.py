"""Rational combinations of logarithms of rational numbers, with an exact test for zero.

`c + sum_i a_i log n_i` with rational `c, a_i` and integers `n_i > 1` is brought to pairwise coprime integers, by prime
factors where they are cheap and by greatest common divisors where they are not. Multiplicatively independent integers
have logarithms that are linearly independent over the rationals (unique factorisation), and together with 1 they stay
so (Lindemann, 1882: `exp(c)` is transcendental for rational `c != 0`). So the number is zero if and only if every
collected coefficient is: the test is a decision, not an approximation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import gcd

from flint import arb, fmpq, fmpz

from symelbo.errors import IllFormed

__all__ = ["LogFactors", "LogSum", "coprime_base", "exponents"]

_FACTORED_BITS = 80
"""Integers up to this size are factored into primes; larger ones lose their small primes only."""
_TRIAL_BITS = 15
_SIGNS = {Fraction(1): "", Fraction(-1): "-"}


class LogFactors:
    """Factorisations of integers, remembered: an explicit cache for one computation."""

    def __init__(self) -> None:
        self._known: dict[int, dict[int, int]] = {}

    def of(self, number: int) -> Mapping[int, int]:
        """Factors of a positive integer with multiplicity; a factor beyond reach stays whole."""
        if number not in self._known:
            self._known[number] = self._factor(number)
        return self._known[number]

    @staticmethod
    def _factor(number: int) -> dict[int, int]:
        if number.bit_length() <= _FACTORED_BITS:
            return {int(p): int(k) for p, k in fmpz(number).factor()}
        found: dict[int, int] = {}
        for factor, power in fmpz(number).factor_smooth(bits=_TRIAL_BITS, proved=False):
            small = int(factor)
            pieces = (
                ((p, k) for p, k in fmpz(small).factor()) if small.bit_length() <= _FACTORED_BITS else ((factor, 1),)
            )
            for piece, times in pieces:
                found[int(piece)] = found.get(int(piece), 0) + int(power) * int(times)
        return found


@dataclass(frozen=True, slots=True)
class LogSum:
    """`constant + sum of coefficient * log(atom)`, atoms being integers greater than one.

    >>> eight = LogSum.log(Fraction(8)); two = LogSum.log(Fraction(2))
    >>> (eight - two * 3).is_zero()
    True
    >>> (eight - two * 2).is_zero()
    False
    """

    constant: Fraction = Fraction(0)
    terms: Mapping[int, Fraction] = field(default_factory=dict)

    @classmethod
    def log(cls, number: Fraction, factors: LogFactors | None = None) -> LogSum:
        """The logarithm of a positive rational. Raises `IllFormed` for zero and negative numbers."""
        if number <= 0:
            raise IllFormed(f"log({number}) is not a real number")
        factors = factors or LogFactors()
        terms = {atom: Fraction(power) for atom, power in factors.of(number.numerator).items()}
        for atom, power in factors.of(number.denominator).items():
            terms[atom] = terms.get(atom, Fraction(0)) - power
        return cls(Fraction(0), terms)

    @classmethod
    def total(cls, parts: Iterable[tuple[Fraction, LogSum]]) -> LogSum:
        """The linear combination of many sums, collected in one pass."""
        constant, terms = Fraction(0), dict[int, Fraction]()
        for weight, part in parts:
            constant += weight * part.constant
            for atom, coefficient in part.terms.items():
                terms[atom] = terms.get(atom, Fraction(0)) + weight * coefficient
        return cls(constant, {atom: value for atom, value in terms.items() if value})

    def __add__(self, other: LogSum) -> LogSum:
        return LogSum.total(((Fraction(1), self), (Fraction(1), other)))

    def __sub__(self, other: LogSum) -> LogSum:
        return LogSum.total(((Fraction(1), self), (Fraction(-1), other)))

    def __mul__(self, factor: Fraction | int) -> LogSum:
        return LogSum.total(((Fraction(factor), self),))

    def collected(self) -> LogSum:
        """The same number over pairwise coprime atoms: the form in which coefficients can be compared."""
        if all(atom.bit_length() <= _FACTORED_BITS for atom in self.terms) and _all_prime(self.terms):
            return LogSum(self.constant, dict(sorted(self.terms.items())))
        base = coprime_base(self.terms)
        terms: dict[int, Fraction] = {}
        for atom, coefficient in self.terms.items():
            for element, power in exponents(atom, base).items():
                terms[element] = terms.get(element, Fraction(0)) + power * coefficient
        return LogSum(self.constant, {atom: value for atom, value in sorted(terms.items()) if value})

    def is_zero(self) -> bool:
        """Whether this number is zero: a decision (see the top of this file)."""
        if not self.terms:
            return self.constant == 0
        form = self.collected()
        return form.constant == 0 and not form.terms

    def ball(self) -> arb:
        """The value in ball arithmetic at FLINT's current precision."""
        total = arb(fmpq(self.constant.numerator, self.constant.denominator))
        for atom, coefficient in self.terms.items():
            total += arb(fmpq(coefficient.numerator, coefficient.denominator)) * arb(atom).log()
        return total

    def text(self, base: int | None = None) -> str:
        """The sum in writing; with a `base`, of the number divided by the logarithm of that prime (`log2 3`).

        >>> size = LogSum.log(Fraction(8, 5))
        >>> print(size.text(), "nats,", size.text(2), "bits")
        3 log 2 - log 5 nats, 3 - log2 5 bits
        """
        if base is None:
            name, whole, terms = "log", self.constant, dict(self.terms)
        elif self.constant:
            return f"({self.text()}) / log {base}"
        else:
            name, whole, terms = f"log{base}", self.terms.get(base, Fraction(0)), {**self.terms}
            terms.pop(base, None)
        pieces = [str(whole)] if whole or not terms else []
        pieces += [f"{_SIGNS.get(c, f'{c} ')}{name} {n}" for n, c in sorted(terms.items())]
        return " + ".join(pieces).replace("+ -", "- ")

    def __str__(self) -> str:
        return self.text()


def _all_prime(numbers: Iterable[int]) -> bool:
    return all(bool(fmpz(number).is_prime()) for number in numbers)


def coprime_base(numbers: Iterable[int]) -> tuple[int, ...]:
    """Pairwise coprime integers greater than one of which every given number is a product of powers.

    Method: factor refinement by greatest common divisors (Bach, Driscoll and Shallit, 1993), no factorisation.

    >>> coprime_base([12, 18])
    (2, 3)
    """
    base: list[int] = []
    waiting = sorted({number for number in numbers if number > 1}, reverse=True)
    while waiting:
        number = waiting.pop()
        for index, element in enumerate(base):
            common = gcd(number, element)
            if common == 1:
                continue
            if common == number == element:
                break
            base.pop(index)
            waiting += [part for part in (common, element // common, number // common) if part > 1]
            break
        else:
            base.append(number)
    return tuple(sorted(base))


def exponents(number: int, base: Iterable[int]) -> Mapping[int, int]:
    """How often each element of a coprime base divides `number`, which must be a product of them.

    >>> dict(exponents(12, (2, 3)))
    {2: 2, 3: 1}
    """
    found: dict[int, int] = {}
    for element in base:
        while number % element == 0:
            number //= element
            found[element] = found.get(element, 0) + 1
    if number != 1:
        raise IllFormed(f"{number} is not a product of elements of the base")
    return found
