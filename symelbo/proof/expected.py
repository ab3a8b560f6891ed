"""Numbers to test code against: the value of a term, or of both sides of a claim, at given parameters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from numbers import Rational as Ratio
from typing import Any

import mpmath
from sympy import Expr, Rational, Symbol, sympify
from sympy.core.relational import Relational

from symelbo.calculus.laws.closed import closed_sides
from symelbo.calculus.laws.lawful import with_laws
from symelbo.errors import ClaimFails, IllFormed, NotSupported
from symelbo.language import Claim, Context, Entry, Relation, as_claim, context
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.oracle import ball_of

__all__ = ["expected_value"]


def expected_value(
    statement: Any, parameters: Mapping[Any, Any], *, digits: int = 30, assuming: Any = None
) -> mpmath.mpf:
    r"""The value of a term at given parameters, to so many digits: an oracle for tests of numerical code.

    `statement` is a term such as `KL(...)` or `E(...)`, or an equation, whose two sides must then have the same value.
    `parameters` gives a number for every name, by symbol or by its letters (`"mu"` is found as `mu` and as `\mu`);
    vectors are sequences, and sizes that are not given are their length. Floats count as the binary fractions they
    are; arrays and tensors are taken entry by entry. The value comes from quadrature with error bounds, where that is
    feasible also from the closed form, and the two must agree. Divergences and entropies are in nats.

    Raises `ClaimFails` when the sides of an equation differ, `NotSupported` when a name has no value or the term no
    evaluation, and `IllFormed` for parameters that are no numbers.

    >>> from sympy import symbols
    >>> from sympy.stats import Normal
    >>> from symelbo import KL, expected_value
    >>> mu, sigma = symbols("mu sigma", positive=True)
    >>> kl = KL(Normal("z", mu, sigma), Normal("z", 0, 1))
    >>> mpmath.nstr(expected_value(kl, {"mu": 1, "sigma": 2}), 25)
    '1.306852819440054690582768'
    """
    if digits < 1:
        raise IllFormed(f"digits must be at least 1, not {digits}")
    claim = as_claim(statement) if isinstance(statement, Claim | Relational) else None
    if claim is not None and claim.relation is not Relation.EQUAL:
        raise IllFormed(f"{claim.relation.value} has no one value; pass one of its sides, or an equation")
    sides = [claim.lhs, claim.rhs] if claim is not None else [sympify(statement)]
    assumed = with_laws(context(assuming))
    given = _given(parameters, sides, assumed)
    closed = _closed([assumed.expand(side) for side in sides])
    values = [_value(side, form, given, assumed, digits) for side, form in zip(sides, closed, strict=True)]
    if len(values) == 2 and not values[0].overlaps(values[1]):
        first, second = (value.str(15, radius=False) for value in values)
        raise ClaimFails(f"the sides differ at these parameters: {sides[0]} is {first}, {sides[1]} is {second}")
    with mpmath.workdps(digits):
        return mpmath.mpf(values[0].str(digits, radius=False))


def _closed(sides: Sequence[Expr]) -> list[Expr]:
    try:
        return closed_sides(sides)
    except NotSupported:
        return list(sides)


def _value(side: Expr, closed: Expr, given: Mapping[Expr, Any], assumed: Context, digits: int) -> Any:
    """By quadrature and by the closed form, as far as there is one and it is another; they must agree."""
    found, reason = [], None
    for term in dict.fromkeys((side, closed)):
        try:
            found.append(ball_of(term, given, assumed, digits))
        except NotSupported as limit:
            reason = reason or limit
    if not found:
        assert reason is not None
        raise reason
    if len(found) == 2 and not found[0].overlaps(found[1]):
        raise ClaimFails(
            f"the closed form of {side} has another value than quadrature: {found[1].str(15)} and {found[0].str(15)}; "
            "please report this as a defect"
        )
    return found[0]


def _given(parameters: Mapping[Any, Any], sides: Sequence[Expr], assumed: Context) -> dict[Expr, Any]:
    """Parameters under the symbols that the term has for them. Raises `IllFormed` for names that it does not have."""
    terms = [assumed.expand(side) for side in sides]
    names: dict[str, Expr] = {}
    for term in terms:
        for name in term.free_symbols | found_in(term, Symbol, Entry):
            names.setdefault(str(name), name)
            if isinstance(name, Entry):
                names.setdefault(str(name.base), name.base)
    given: dict[Expr, Any] = {}
    for key, value in parameters.items():
        letters = str(key)
        name = key if isinstance(key, Expr) and key in names.values() else names.get(letters, names.get("\\" + letters))
        if name is None:
            raise IllFormed(f"{letters} does not occur in the term; its names are {', '.join(sorted(names))}")
        given[name] = _number(value, letters)
    return given


def _number(value: Any, name: str) -> Any:
    """A rational number, or a list of them for vectors and matrices."""
    if hasattr(value, "tolist"):  # arrays and tensors
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_number(entry, name) for entry in value]
    if isinstance(value, Fraction | Decimal | int | float | str | Ratio):
        try:
            return Rational(Fraction(value))
        except (ValueError, OverflowError, TypeError):
            raise IllFormed(f"{name} = {value!r} is not a number") from None
    if isinstance(value, mpmath.mpf):
        return Rational(*map(int, value.as_integer_ratio())) if hasattr(value, "as_integer_ratio") else _exact(value)
    if isinstance(value, Expr) and value.is_Rational:
        return value
    raise IllFormed(f"{name} = {value!r} is not a number, a fraction, or a list of them")


def _exact(value: Any) -> Rational:
    sign, mantissa, exponent, _ = value._mpf_
    return Rational(-1 if sign else 1) * Rational(int(mantissa)) * Rational(2) ** exponent
