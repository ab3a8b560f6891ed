"""How tightly a term holds together as it is written, and so where it needs brackets."""

from __future__ import annotations

from enum import IntEnum

from sympy import Add, Basic, Expr, Mul, Pow, Rational, exp, log

from symelbo.language import Det, IndexSum, Integral, Inverted, Ordered, Transposed
from symelbo.language.functionals import Extremum, Gradient

__all__ = ["Level", "factors", "is_divisor", "level", "signed"]


class Level(IntEnum):
    """From what falls apart first to what never does; an open term takes in all that follows it."""

    SUM = 0
    OPEN = 1
    PRODUCT = 2
    POWER = 3
    ATOM = 4


def level(term: Basic) -> Level:
    """How tightly a term holds together as it is written."""
    if isinstance(term, Add):
        return Level.SUM
    if isinstance(term, Mul | Rational) and signed(term):
        return Level.SUM
    if isinstance(term, Mul):
        parts = factors(term)
        top = [factor for factor in parts if not is_divisor(factor)]
        last = top if len(top) < len(parts) else top[-1:]
        return Level.OPEN if any(level(factor) == Level.OPEN for factor in last) else Level.PRODUCT
    if isinstance(term, Pow):
        if is_divisor(term):
            return Level.PRODUCT
        return Level.OPEN if term.base.func is log else Level.POWER
    if isinstance(term, Rational) and term.q != 1:
        return Level.PRODUCT
    if isinstance(term, log | Integral | IndexSum | Gradient | Extremum | Det):
        return Level.OPEN
    if isinstance(term, exp | Transposed | Inverted):
        return Level.POWER
    return Level.PRODUCT if isinstance(term, Ordered) else Level.ATOM


def signed(term: Basic) -> bool:
    """Whether a term is written with a minus in front."""
    if isinstance(term, Mul):
        return sum(factor.is_number and factor.could_extract_minus_sign() for factor in factors(term)) % 2 == 1
    return bool(term.is_number and term.could_extract_minus_sign())


def factors(term: Expr) -> list[Expr]:
    """The factors of a product, products within it taken apart; a ratio within it stays together."""
    found: list[Expr] = []
    for factor in term.args:
        together = not isinstance(factor, Mul) or any(map(is_divisor, factor.args))
        found += [factor] if together else factors(factor)
    return found


def is_divisor(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp.is_Rational and factor.exp.is_negative
