"""Where the free symbols of a claim range, and how to draw simple rational points there.

>>> import random, sympy as sp
>>> p = sp.symbols("p1:17")
>>> values = Simplex(p).draw(random.Random(0), 6)
>>> sum(values) == 1, min(values) > 0
(True, True)
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Protocol

import sympy as sp

__all__ = ["Between", "Counting", "Domain", "Ordered", "Positive", "Real", "Simplex", "assumed_domains"]

_SIMPLE = tuple(
    Fraction(p, q) for p, q in ((1, 1), (2, 1), (1, 2), (3, 1), (1, 3), (3, 2), (2, 3), (4, 1), (1, 4), (5, 2))
)


class Domain(Protocol):
    """Symbols and a way to draw values for them; `size` grows when simple values did not do."""

    @property
    def symbols(self) -> tuple[sp.Symbol, ...]: ...

    def draw(self, random: random.Random, size: int) -> list[Fraction]: ...

    def holds(self, values: Sequence[Fraction]) -> bool: ...


def _positive(source: random.Random, size: int) -> Fraction:
    if size <= 4:
        return source.choice(_SIMPLE[: 3 + 2 * size])
    return Fraction(source.randint(1, size), source.randint(1, size))


@dataclass(frozen=True, slots=True)
class Real:
    """Any real numbers."""

    symbols: tuple[sp.Symbol, ...]

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        return [random.choice((1, 1, 1, -1, -1, 0)) * _positive(random, size) for _ in self.symbols]

    def holds(self, values: Sequence[Fraction]) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Positive:
    """Positive numbers; small ones too, so that `1 − Σ` of many of them can be positive."""

    symbols: tuple[sp.Symbol, ...]

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        n = len(self.symbols)
        scale = random.choice((Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, n + 1), Fraction(1, 4 * n)))
        return [scale * _positive(random, size) for _ in self.symbols]

    def holds(self, values: Sequence[Fraction]) -> bool:
        return all(v > 0 for v in values)


@dataclass(frozen=True, slots=True)
class Between:
    """Numbers strictly between two bounds."""

    symbols: tuple[sp.Symbol, ...]
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(1)

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        width, values = self.high - self.low, []
        for _ in self.symbols:
            q = random.randint(2, 2 + size)
            values.append(self.low + width * Fraction(random.randint(1, q - 1), q))
        return values

    def holds(self, values: Sequence[Fraction]) -> bool:
        return all(self.low < v < self.high for v in values)


@dataclass(frozen=True, slots=True)
class Counting:
    """Whole numbers from `low` on."""

    symbols: tuple[sp.Symbol, ...]
    low: int = 0

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        return [Fraction(self.low + random.randint(0, 1 + size)) for _ in self.symbols]

    def holds(self, values: Sequence[Fraction]) -> bool:
        return all(v >= self.low and v.denominator == 1 for v in values)


@dataclass(frozen=True, slots=True)
class Simplex:
    """Positive numbers that sum to one."""

    symbols: tuple[sp.Symbol, ...]

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        weights = [random.randint(1, 1 + size) for _ in self.symbols]
        return [Fraction(w, sum(weights)) for w in weights]

    def holds(self, values: Sequence[Fraction]) -> bool:
        return all(v > 0 for v in values) and sum(values) == 1


@dataclass(frozen=True, slots=True)
class Ordered:
    """Strictly increasing numbers between two bounds."""

    symbols: tuple[sp.Symbol, ...]
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(1)

    def draw(self, random: random.Random, size: int) -> list[Fraction]:
        n = len(self.symbols)
        steps = [random.randint(1, 1 + size) for _ in range(n + 1)]
        total, at, values = sum(steps), 0, []
        for step in steps[:-1]:
            at += step
            values.append(self.low + (self.high - self.low) * Fraction(at, total))
        return values

    def holds(self, values: Sequence[Fraction]) -> bool:
        chain = [self.low, *values, self.high]
        return all(a < b for a, b in pairwise(chain))


def assumed_domains(symbols: Iterable[sp.Symbol]) -> list[Domain]:
    """The domains that the assumptions of the symbols themselves declare."""
    counts, naturals, positives, rest = [], [], [], []
    for s in sorted(symbols, key=sp.default_sort_key):
        if s.is_integer and s.is_positive:
            naturals.append(s)
        elif s.is_integer:
            counts.append(s)
        elif s.is_positive or s.is_nonnegative:
            positives.append(s)
        else:
            rest.append(s)
    domains: list[Domain] = []
    for kind, members in ((Positive, positives), (Real, rest)):
        if members:
            domains.append(kind(tuple(members)))
    if naturals:
        domains.append(Counting(tuple(naturals), 1))
    if counts:
        domains.append(Counting(tuple(counts), 0))
    return domains
