"""Content of a form: the monomial and the rational number that all its terms share, and prime factors of numbers."""

from __future__ import annotations

from fractions import Fraction
from math import gcd, lcm

from flint import fmpz

from symelbo.calculus.forms.form import EMPTY, ONE, Atom, Form, Monomial, power_of_monomial, times

__all__ = ["prime_factors", "primitive"]


def primitive(form: Form) -> tuple[tuple[Monomial, Fraction], Form]:
    """A form as (common monomial, rational content) times a form without either; content has the sign of none."""
    single = form.single()
    if single is not None:
        return single, ONE
    if not form:
        return (EMPTY, Fraction(1)), form
    content = Fraction(0)
    common: dict[Atom, Fraction] | None = None
    for monomial, coefficient in form:
        content = _gcd(content, coefficient)
        exponents = dict(monomial)
        if common is None:
            common = exponents
        else:
            # An atom that is missing somewhere has exponent zero there, which counts against negative exponents too.
            common = {
                atom: low
                for atom in {*common, *exponents}
                if (low := min(common.get(atom, Fraction(0)), exponents.get(atom, Fraction(0))))
            }
    shared: Monomial = frozenset((common or {}).items())
    if not shared and content == 1:
        return (EMPTY, Fraction(1)), form
    inverse = power_of_monomial(shared, Fraction(-1))
    return (shared, content), Form({times(monomial, inverse): coefficient / content for monomial, coefficient in form})


def _gcd(left: Fraction, right: Fraction) -> Fraction:
    return (
        Fraction(gcd(left.numerator, right.numerator), lcm(left.denominator, right.denominator)) if left else abs(right)
    )


def prime_factors(value: Fraction) -> list[tuple[int, int]]:
    """Prime factors of a positive rational with their exponents."""
    if value == 1:
        return []
    found = [(int(prime), int(exponent)) for prime, exponent in fmpz(value.numerator).factor()]
    return found + [(int(prime), -int(exponent)) for prime, exponent in fmpz(value.denominator).factor()]
