"""Which factors are known to be positive or negative.

Signs matter only where something is rewritten that a logarithm of an absolute value does not see: `√(ab) = √a √b`,
`|a| = a`, `a^b = exp(b log a)`. What is not known to have a sign is left alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import sympy as sp

from symelbo.calculus.logs.ring import Product

if TYPE_CHECKING:
    from symelbo.calculus.logs.convert import Converter

__all__ = ["Signs"]

_LONGEST = 500


class Signs:
    """Answers `+1`, `−1` or `None` for factors and products.

    Args:
        converter: converts the facts, and owns the ring.
        facts: expressions that are positive by declaration, or because a logarithm or a root of them is taken.
    """

    def __init__(self, converter: Converter, facts: tuple[sp.Expr, ...]) -> None:
        self.converter = converter
        self.facts = facts
        self.known: dict[int, int] = {}
        self.reasons: dict[int, tuple[int, Product]] = {}
        self._pending = bool(facts)

    def of(self, product: Product) -> int | None:
        """The sign of a product, `None` if it is not known, `0` for zero."""
        if not product.const:
            return 0
        sign = 1 if product.const > 0 else -1
        for f, e in product.powers:
            if e % 2:
                s = self.factor(f)
                if s is None:
                    return None
                sign *= s
        return sign

    def factor(self, factor: int) -> int | None:
        """The sign of one factor."""
        ring = self.converter.ring
        if ring.is_generator(factor):
            g = ring.generators[factor]
            if g.sign is not None:
                return g.sign
            # The root of a quantity exists, hence is not negative.
            if g.degree % 2 == 0:
                return 1
        known = self.known.get(factor)
        if known is None and not ring.is_generator(factor):
            known = self._by_terms(factor)
            if known is not None:
                self.known[factor] = known
        if known is None and self._pending:
            self._read_facts()
            known = self.known.get(factor)
        return known

    def learn(self, product: Product) -> None:
        """Note that a product is positive; useful if all but one of its factors have known signs."""
        unknown = []
        sign = 1 if product.const > 0 else -1
        for f, e in product.powers:
            if e % 2:
                s = self.factor(f)
                if s is None:
                    unknown.append(f)
                else:
                    sign *= s
        if len(unknown) == 1:
            self.known[unknown[0]] = sign
            self.reasons[unknown[0]] = (sign, product)

    def _read_facts(self) -> None:
        self._pending = False
        for fact in self.facts:
            value = self.converter.rational(fact)
            if value.const:
                self.learn(value)

    def _by_terms(self, factor: int) -> int | None:
        ring = self.converter.ring
        polynomial = ring.factors[factor]
        if len(polynomial) > _LONGEST or any(c < 0 for c in polynomial.coeffs()):
            return None
        last = ring.slots - 1
        positive = [self._generator_is_positive(last - i) for i in range(ring.slots)]
        strict = False
        for exponents in polynomial.monoms():
            odd = [i for i, e in enumerate(exponents) if e % 2 and not positive[i]]
            if odd:
                return None
            strict = strict or all(positive[i] for i, e in enumerate(exponents) if e)
        return 1 if strict else None

    def _generator_is_positive(self, number: int) -> bool:
        generators = self.converter.ring.generators
        if number >= len(generators):
            return False
        g = generators[number]
        return g.sign == 1 or g.degree % 2 == 0 or self.known.get(number) == 1
