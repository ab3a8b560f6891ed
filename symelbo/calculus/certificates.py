"""Certificates of inequalities: forms known to be non-negative, and non-negative combinations of these."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from symelbo.calculus.form import ZERO, Form

__all__ = ["Combination", "Nonnegative"]


@dataclass(frozen=True, slots=True)
class Nonnegative:
    """A form that is known to be non-negative, and why: the rule's identifier, and its parts in words."""

    form: Form
    rule: str
    words: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Combination:
    """Certificate of `form >= 0`: `form = Σ coefficient · term` with every coefficient positive."""

    form: Form
    terms: tuple[tuple[Fraction, Nonnegative], ...]

    def check(self) -> bool:
        """Whether the coefficients are positive and the combination adds up to the form, by addition alone."""
        total = ZERO
        for coefficient, term in self.terms:
            if coefficient <= 0:
                return False
            total = total + term.form.scaled(coefficient)
        return total == self.form

    @property
    def rules(self) -> tuple[str, ...]:
        """Identifiers of the rules used, each once."""
        return tuple(dict.fromkeys(term.rule for _, term in self.terms))
