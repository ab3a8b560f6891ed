"""Rounded numbers that are used again: which part of a later number is arithmetic, and which part is inherited.

In `-0.7070 - 0.1920 = -0.8990` each decimal stands for a true quantity and for a small interval around what is written.
Three questions are asked: is the arithmetic on the written numbers right, does the true quantity round to the result,
and could the rounding of the parts alone explain the result?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

import sympy as sp
from flint import arb, fmpq

from symelbo.semantics.arithmetic.decimals import Outcome, Shown, bounds, read_decimal
from symelbo.semantics.arithmetic.numbers import Number, Rounding, enclose, expression_of, rounds_to

__all__ = ["Carried", "Carry", "CarryKind", "approximates", "carried_forward", "reach"]


@dataclass(frozen=True, slots=True)
class Carried:
    """A number used again: the symbol that stands for it, the decimal written, and the true value it should have."""

    symbol: sp.Symbol
    decimal: str
    true: Number

    @property
    def shown(self) -> Shown:
        """The decimal as read."""
        return read_decimal(self.decimal)

    @property
    def value(self) -> sp.Rational:
        """The written value as an exact rational."""
        value = self.shown.value
        return sp.Rational(value.numerator, value.denominator)


class CarryKind(Enum):
    """What became of a number computed from rounded ones."""

    RIGHT = "right"
    INHERITED = "follows from an earlier wrong number"
    DRIFT = "right for the rounded parts, but their rounding has changed the last digit"
    WRONG = "wrong"
    UNSETTLED = "not settled"


@dataclass(frozen=True, slots=True)
class Carry:
    """The findings of `carried_forward`.

    `arithmetic` judges the result on the numbers as written, `truth` on the true values, `parts` the earlier numbers.
    `reachable` says whether rounding of the parts can explain the result at all: `NO` is certain.
    """

    kind: CarryKind
    arithmetic: Rounding
    truth: Rounding
    parts: tuple[Rounding, ...]
    reachable: Outcome


def reach(expression: sp.Expr, carried: Sequence[Carried], bits: int = 128) -> tuple[Fraction, Fraction] | None:
    """An enclosure of the expression while every carried number moves over what rounds to its decimal.

    None if the expression does not exist on the whole of that box.

    >>> a, b = sp.symbols("a b")
    >>> low, high = reach(a + b, [Carried(a, "0.5", sp.Rational(1, 2)), Carried(b, "0.25", sp.Rational(1, 4))])
    >>> round(float(low), 3), round(float(high), 3)
    (0.695, 0.805)
    """
    cells = {part.symbol: _cell(part.shown) for part in carried}
    return bounds(enclose(expression, bits, cells))


def _cell(shown: Shown) -> arb:
    middle, half = shown.value, shown.unit / 2
    return arb(fmpq(middle.numerator, middle.denominator)) + arb(0, 1) * arb(fmpq(half.numerator, half.denominator))


def approximates(value: Number, expression: sp.Expr, carried: Sequence[Carried]) -> Outcome:
    """May `value` be written as `expression` of rounded numbers: does it lie within what their rounding allows?

    `ELBO ≈ -0.7070 - 0.1920` is such a claim: no decimal is its result, the right side is precise to its last digits.

    >>> a, b = sp.symbols("a b")
    >>> parts = [Carried(a, "-0.7070", sp.S.Zero), Carried(b, "0.1920", sp.S.Zero)]
    >>> approximates(sp.Rational(-89903, 100000), a - b, parts)
    <Outcome.YES: 'yes'>
    >>> approximates(sp.Rational(-94, 100), a - b, parts)
    <Outcome.NO: 'no'>
    """
    ends, inside = reach(expression, carried), bounds(enclose(value))
    if ends is None or inside is None:
        return Outcome.UNDECIDED
    if ends[0] <= inside[0] and inside[1] <= ends[1]:
        return Outcome.YES
    return Outcome.NO if inside[1] < ends[0] or ends[1] < inside[0] else Outcome.UNDECIDED


def carried_forward(expression: sp.Expr, carried: Sequence[Carried], decimal: str | Shown) -> Carry:
    """Judges `expression = decimal` where some symbols of the expression stand for numbers rounded before.

    Raises `IllFormed` if the expression has no value, or contains symbols that are not carried.

    >>> a, b = sp.symbols("a b")
    >>> parts = [Carried(a, "-0.5271", sp.Rational(-5721, 10000)), Carried(b, "0.1838", sp.Rational(1838, 10000))]
    >>> carried_forward(a - b, parts, "-0.7109").kind.value
    'follows from an earlier wrong number'
    """
    shown = decimal if isinstance(decimal, Shown) else read_decimal(decimal)
    parts = tuple(rounds_to(part.true, part.shown) for part in carried)
    arithmetic = rounds_to(expression.xreplace({part.symbol: part.value for part in carried}), shown)
    truth = rounds_to(expression.xreplace({part.symbol: expression_of(part.true) for part in carried}), shown)
    reachable = _reachable(expression, carried, shown, arithmetic)
    return Carry(_kind(arithmetic, truth, parts, reachable), arithmetic, truth, parts, reachable)


def _reachable(expression: sp.Expr, carried: Sequence[Carried], shown: Shown, arithmetic: Rounding) -> Outcome:
    if arithmetic.outcome is Outcome.YES:
        return Outcome.YES
    ends = reach(expression, carried)
    if ends is None:
        return Outcome.UNDECIDED
    bottom, top = shown.cell
    return Outcome.NO if ends[1] < bottom or top < ends[0] else Outcome.UNDECIDED


def _kind(arithmetic: Rounding, truth: Rounding, parts: tuple[Rounding, ...], reachable: Outcome) -> CarryKind:
    inherited = any(part.outcome is Outcome.NO for part in parts)
    if truth.outcome is Outcome.YES:
        return CarryKind.RIGHT
    if Outcome.UNDECIDED in (truth.outcome, arithmetic.outcome):
        return CarryKind.UNSETTLED
    if inherited and reachable is not Outcome.NO:
        return CarryKind.INHERITED  # reached exactly, or with more digits of the wrong parts than were written
    return CarryKind.DRIFT if arithmetic.outcome is Outcome.YES else CarryKind.WRONG
