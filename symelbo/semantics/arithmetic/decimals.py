"""Decimals as written, and as many digits of a number as are certain.

Two directions of one subject: a decimal in a text stands for every number that rounds to it (`Shown`), and an interval
that encloses a number fixes some of its digits (`certain_digits`). Everything here is exact integer arithmetic.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction

from flint import arb

from symelbo.errors import IllFormed

__all__ = ["Digits", "Outcome", "Shown", "at_places", "bounds", "certain_digits", "read_decimal"]

_DECIMAL = re.compile(r"(?P<sign>[+-]?)(?P<whole>\d*)(?:\.(?P<part>\d*))?(?:[eE](?P<exponent>[+-]?\d{1,4}))?")
_LONGEST = 4_000
_LARGEST_EXPONENT = 100_000
_PLAIN_EXPONENTS = range(-7, 25)


class Outcome(Enum):
    """What is known about a statement on numbers: it holds, it fails, or the precision spent did not tell."""

    YES = "yes"
    NO = "no"
    UNDECIDED = "undecided"

    def __bool__(self) -> bool:
        raise TypeError("an outcome is yes, no or undecided: compare it with Outcome.YES")


@dataclass(frozen=True, slots=True)
class Shown:
    """A decimal as it was written: its value and the weight of its last digit.

    >>> read_decimal("1.030").unit
    Fraction(1, 1000)
    """

    text: str
    value: Fraction
    unit: Fraction

    @property
    def has_point(self) -> bool:
        """Whether digits after a point (or an exponent) were written, which makes the number a rounding claim."""
        return any(mark in self.text for mark in ".eE")

    @property
    def places(self) -> int:
        """Digits after the point; negative when the last digit stands left of it."""
        unit, places = self.unit, 0
        while unit < 1:
            unit, places = unit * 10, places + 1
        while unit > 1:
            unit, places = unit / 10, places - 1
        return places

    @property
    def significant(self) -> int:
        """Number of significant digits written (0 for a shown zero)."""
        return 0 if not self.value else len(str(abs(self.value / self.unit).numerator))

    @property
    def cell(self) -> tuple[Fraction, Fraction]:
        """The numbers that may have been rounded to this decimal lie between these two ends."""
        half = self.unit / 2
        return self.value - half, self.value + half

    def accepts(self, low: Fraction, high: Fraction) -> Outcome:
        """Does every, or no, number of `[low, high]` round to this decimal?

        A number halfway between two decimals may go away from zero, up, or to the even digit: all three are customs
        that carry the name of correct rounding, so each is accepted.

        >>> read_decimal("0.2").accepts(Fraction(1, 4), Fraction(1, 4))    # half-even
        <Outcome.YES: 'yes'>
        >>> read_decimal("0.3").accepts(Fraction(1, 4), Fraction(1, 4))    # half-up
        <Outcome.YES: 'yes'>
        >>> read_decimal("0.3").accepts(Fraction(7, 20), Fraction(7, 20))  # 0.35 is 0.4 under both
        <Outcome.NO: 'no'>
        """
        bottom, top = self.cell
        top_counts = (self.value / self.unit).numerator % 2 == 0 or top < 0

        def inside(value: Fraction) -> bool:
            return bottom <= value < top or (value == top and top_counts)

        if inside(low) and inside(high):
            return Outcome.YES
        if high < bottom or low > top or (low == top and not top_counts):
            return Outcome.NO
        return Outcome.UNDECIDED


def read_decimal(text: str) -> Shown:
    """The decimal written in `text`, such as `-0.8916`, `0.5`, `1.030`, `3`, `1.2e-3`.

    Raises `IllFormed` when the text is not a decimal, or absurdly long.

    >>> read_decimal("-0.8916").value
    Fraction(-2229, 2500)
    """
    plain = text.strip().replace("\N{MINUS SIGN}", "-").replace("{,}", "")
    match = _DECIMAL.fullmatch(plain)
    if match is None or not (match["whole"] or match["part"]) or not plain.isascii():
        raise IllFormed(f"'{text}' is not a decimal number; write it like -0.8916 or 1.2e-3")
    if len(plain) > _LONGEST:
        raise IllFormed(f"a decimal of {len(plain)} characters is too long; at most {_LONGEST} are read")
    part = match["part"] or ""
    unit = Fraction(10) ** (int(match["exponent"] or 0) - len(part))
    value = int((match["whole"] or "") + part) * unit
    return Shown(plain, -value if match["sign"] == "-" else value, unit)


def bounds(ball: arb) -> tuple[Fraction, Fraction] | None:
    """Exact rational ends of a ball; None when it is not finite, or of a size that cannot be written out."""
    if not ball.is_finite():
        return None
    middle, radius = _dyadic(ball.mid()), _dyadic(ball.rad())
    return None if middle is None or radius is None else (middle - radius, middle + radius)


def _dyadic(point: arb) -> Fraction | None:
    mantissa, exponent = (int(part) for part in point.man_exp())
    if abs(exponent) > _LARGEST_EXPONENT:
        return None
    return Fraction(mantissa << exponent) if exponent >= 0 else Fraction(mantissa, 1 << -exponent)


@dataclass(frozen=True, slots=True)
class Digits:
    """A decimal expansion of which every printed digit is certain; `count` is the number of significant digits."""

    text: str
    count: int

    def __str__(self) -> str:
        return self.text


def certain_digits(low: Fraction, high: Fraction, digits: int) -> Digits:
    """Up to `digits` significant digits on which every number of `[low, high]` agrees after rounding to nearest.

    A point interval at zero gives `0`; an interval around zero has no certain digit and gives a bound on its size.

    >>> certain_digits(Fraction(1, 3), Fraction(1, 3), 5)
    Digits(text='0.33333', count=5)
    >>> certain_digits(Fraction(3141, 1000), Fraction(3142, 1000), 10)
    Digits(text='3.14', count=3)
    >>> certain_digits(Fraction(-1, 10**9), Fraction(1, 10**8), 10)
    Digits(text='0 (within 1e-8)', count=0)
    """
    if low == high == 0:
        return Digits("0", digits)
    if low <= 0 <= high:
        size = max(-low, high)
        exponent = _exponent(size)
        return Digits(f"0 (within 1e{exponent if size == Fraction(10) ** exponent else exponent + 1})", 0)
    for count in range(_plausible(low, high, digits), 0, -1):
        first, second = _rounded(low, count), _rounded(high, count)
        if first == second:
            return Digits(_format(*first, count), count)
    return Digits(f"between {float(low):.3g} and {float(high):.3g}", 0)


def _plausible(low: Fraction, high: Fraction, digits: int) -> int:
    """An upper bound on the digits that two different ends can share, so that the search starts near its end."""
    if low == high:
        return digits
    return max(1, min(digits, _exponent(max(abs(low), abs(high))) - _exponent(high - low) + 2))


def at_places(value: Fraction, places: int) -> str:
    """`value` rounded half-even to `places` digits after the point.

    >>> at_places(Fraction(-5721, 10000), 2)
    '-0.57'
    """
    scaled = round(value * Fraction(10) ** places)
    if places <= 0:
        return str(scaled * 10**-places)
    sign, text = "-" if scaled < 0 else "", str(abs(scaled)).rjust(places + 1, "0")
    return f"{sign}{text[:-places]}.{text[-places:]}"


def _exponent(size: Fraction) -> int:
    """The exponent of the leading decimal digit: 10^e <= size < 10^(e+1)."""
    guess = ((size.numerator.bit_length() - size.denominator.bit_length()) * 30103) // 100000
    while Fraction(10) ** guess > size:
        guess -= 1
    while Fraction(10) ** (guess + 1) <= size:
        guess += 1
    return guess


def _rounded(value: Fraction, count: int) -> tuple[int, int]:
    """`value` to `count` significant digits, as (integer of that many digits, exponent of its first digit)."""
    exponent = _exponent(abs(value))
    mantissa = round(value * Fraction(10) ** (count - 1 - exponent))
    return (mantissa // 10, exponent + 1) if abs(mantissa) == 10**count else (mantissa, exponent)


def _format(mantissa: int, exponent: int, count: int) -> str:
    sign, digits = "-" if mantissa < 0 else "", str(abs(mantissa))
    if exponent not in _PLAIN_EXPONENTS or exponent >= count:
        return f"{sign}{digits[0]}{'.' if count > 1 else ''}{digits[1:]}e{exponent}"
    if exponent < 0:
        return f"{sign}0.{'0' * (-exponent - 1)}{digits}"
    whole, part = digits[: exponent + 1], digits[exponent + 1 :]
    return f"{sign}{whole}{'.' if part else ''}{part}"
