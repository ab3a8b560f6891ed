"""What is said about a wrong number: the true digits, the slip that explains it, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sympy import Expr

from symelbo.semantics.arithmetic.decimals import Outcome, Shown
from symelbo.semantics.arithmetic.numbers import Rounding, compare, rounds_to, same_in_other_unit, true_digits
from symelbo.semantics.arithmetic.units import Unit

__all__ = ["NumberWitness", "is_slip", "slip_of"]


@dataclass(frozen=True, slots=True)
class NumberWitness:
    """The table of a document, and the two sides of a claim evaluated on it."""

    entries: tuple[tuple[str, str], ...]
    relation: str
    lhs: str
    rhs: str

    def lines(self) -> list[str]:
        """The entries and both values, for a person."""
        shown = [f"{name} = {value}" for name, value in self.entries[:12]]
        given = [f"given {', '.join(shown)}"] if shown else []
        return [*given, f"left side {self.lhs}, right side {self.rhs}"]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: strings and dictionaries only."""
        return {"entries": dict(self.entries), "relation": self.relation, "lhs": self.lhs, "rhs": self.rhs}


def slip_of(value: Expr, shown: Shown, unit: Unit, finding: Rounding) -> str:
    """One sentence on a decimal that is not the value: what it should be, and the slip that explains it.

    >>> from sympy import Rational
    >>> from symelbo.semantics.arithmetic.decimals import read_decimal
    >>> shown = read_decimal("0.6363")
    >>> slip_of(Rational(7, 11), shown, Unit.NATS, rounds_to(Rational(7, 11), shown))
    'the value is 0.63636364; it is cut off instead of rounded: 0.6364'
    """
    digits = finding.digits or true_digits(value, 10)
    due = finding.correct
    other = same_in_other_unit(value, shown, unit)
    if other is not None:
        return f"the value is {digits}; {shown.text} is in {other.wrote_unit.word}: {other}"
    if due is None:
        return f"the value is {digits}"
    return f"the value is {digits}; {_cause(value, shown, due)}{due}"


def is_slip(value: Expr, shown: Shown, unit: Unit) -> bool:
    """Whether a decimal is the value but for a slip of the pen: sign, order of digits, rounding, unit."""
    finding = rounds_to(value, shown)
    if finding.outcome is not Outcome.NO or finding.correct is None or shown.significant < 3:
        return False
    return same_in_other_unit(value, shown, unit) is not None or _cause(value, shown, finding.correct).endswith(": ")


def _cause(value: Expr, shown: Shown, due: str) -> str:
    if rounds_to(-value, shown).outcome is Outcome.YES:
        return "the sign is wrong: "
    if _is_cut(value, shown):
        return "it is cut off instead of rounded: "
    if sorted(shown.text.lstrip("+-0")) == sorted(due.lstrip("+-0")):
        return "its digits are transposed: "
    return f"to {shown.places} digits after the point that is " if shown.places > 0 else "that is "


def _is_cut(value: Expr, shown: Shown) -> bool:
    """Whether the decimal is the value with its further digits left out."""
    size, start = (value, shown.value) if shown.value > 0 else (-value, -shown.value)
    return compare(size, ">", start) is Outcome.YES and compare(size, "<", start + shown.unit) is Outcome.YES
