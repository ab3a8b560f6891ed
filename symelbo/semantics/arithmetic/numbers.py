"""Closed numeric expressions: their value in certified balls, and what a decimal beside them claims.

The value of an expression of rationals, logarithms, powers and exponentials is enclosed in a ball (Johansson, 2017),
with more precision until the question asked is settled. Where balls cannot settle it, because the number sits exactly
on a boundary, an exact argument on logarithms of primes is tried; otherwise the answer is `UNDECIDED`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb, ctx, fmpq

from symelbo.errors import IllFormed, NotSupported
from symelbo.language.walks import found_in
from symelbo.semantics.arithmetic.decimals import Outcome, Shown, at_places, bounds, certain_digits, read_decimal
from symelbo.semantics.arithmetic.log_primes import LogFactors, coprime_base, exponents
from symelbo.semantics.arithmetic.units import Unit

__all__ = [
    "Number",
    "Rounding",
    "UnitSlip",
    "compare",
    "enclose",
    "exactly_zero",
    "expression_of",
    "in_unit",
    "rounds_to",
    "same_in_other_unit",
    "stated",
    "true_digits",
]

Number = Any
"""A SymPy expression without free symbols, an `int`, a `Fraction`, or a finished `arb` ball."""

_PRECISIONS = (96, 256, 1024, 4096)
_MOST_NODES = 20_000
_WRITABLE = 10**300


def enclose(value: Number, bits: int = 128, at: Mapping[sp.Symbol, arb] | None = None) -> arb:
    """A ball that contains the value, computed with `bits` of working precision.

    `at` gives enclosures for symbols. The ball is not finite where the precision cannot tell that a logarithm or a
    division exists. Raises `IllFormed` if the value certainly does not exist as a real number (the logarithm of a
    negative number) and `NotSupported` for functions without an evaluation here.

    >>> from sympy import Rational, log
    >>> enclose(log(Rational(41, 100)), 40).overlaps(arb("-0.891598119283784"))
    True
    """
    with ctx.workprec(bits):
        return _enclose(value, at or {})


def _enclose(value: Number, at: Mapping[sp.Symbol, arb]) -> arb:
    if isinstance(value, arb):
        return value
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    if isinstance(value, int):
        return arb(value)
    handler = next((_HANDLERS[kind] for kind in type(value).__mro__ if kind in _HANDLERS), None)
    if handler is None:
        raise NotSupported(f"no numeric evaluation for {type(value).__name__} in {value}")
    return handler(value, at)


def _symbol(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    if value in at:
        return at[value]
    raise IllFormed(f"{value} has no numeric value here")


def _float(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    raise NotSupported(f"{value} is a binary floating-point number; give an exact rational instead")


def _product(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    if any(factor.is_zero for factor in value.args if factor.is_Rational):
        return arb(0)  # 0 log 0 = 0, kept unevaluated by whoever wrote it
    result = arb(1)
    for factor in value.args:
        result *= _enclose(factor, at)
    return result


def _sum(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    result = arb(0)
    for term in value.args:
        result += _enclose(term, at)
    return result


def _power(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    base, exponent = value.args
    below = _enclose(base, at)
    if exponent.is_Integer:
        if int(exponent) < 0 and below.is_zero():
            raise IllFormed(f"{value} divides by zero")
        return below ** int(exponent)
    if below.is_zero() and exponent.is_positive:
        return arb(0)
    if below < 0:
        raise IllFormed(f"{value} is a fractional power of a negative number")
    if exponent.is_Rational and exponent.q == 2:
        return below.sqrt() ** int(exponent.p)
    return below ** _enclose(exponent, at)


def _logarithm(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
    inner = _enclose(value.args[0], at)
    if inner <= 0:
        raise IllFormed(f"{value} is the logarithm of a number that is not positive")
    return inner.log()


def _unary(name: str) -> Callable[[Any, Mapping[sp.Symbol, arb]], arb]:
    def handler(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
        return getattr(_enclose(value.args[0], at), name)()

    return handler


def _extreme(name: str) -> Callable[[Any, Mapping[sp.Symbol, arb]], arb]:
    def handler(value: Any, at: Mapping[sp.Symbol, arb]) -> arb:
        first, *rest = (_enclose(part, at) for part in value.args)
        for part in rest:
            first = getattr(first, name)(part)
        return first

    return handler


_HANDLERS: dict[type, Callable[[Any, Mapping[sp.Symbol, arb]], arb]] = {
    sp.Rational: lambda value, at: arb(fmpq(int(value.p), int(value.q))),
    sp.Float: _float,
    sp.Symbol: _symbol,
    sp.Add: _sum,
    sp.Mul: _product,
    sp.Pow: _power,
    sp.log: _logarithm,
    sp.exp: _unary("exp"),
    sp.Abs: _unary("__abs__"),
    sp.erf: _unary("erf"),
    sp.tanh: _unary("tanh"),
    sp.sinh: _unary("sinh"),
    sp.cosh: _unary("cosh"),
    sp.gamma: _unary("gamma"),
    sp.loggamma: _unary("lgamma"),
    sp.factorial: lambda value, at: (_enclose(value.args[0], at) + 1).gamma(),
    sp.Max: _extreme("max"),
    sp.Min: _extreme("min"),
    type(sp.pi): lambda value, at: arb.pi(),
    type(sp.E): lambda value, at: arb.const_e(),
    type(sp.EulerGamma): lambda value, at: arb.const_euler(),
}


def exactly_zero(expression: sp.Expr) -> bool:
    """Whether the expression is zero by an exact argument: True is a proof, False says only that none was found.

    Every logarithm of a rational becomes a combination of logarithms of pairwise coprime integers, these are treated
    as indeterminates, and the rational function that remains is compared with zero.

    >>> from sympy import Rational, log
    >>> exactly_zero(log(12) / log(2) - 2 - log(3) / log(2))
    True
    """
    if sum(1 for _ in sp.preorder_traversal(expression)) > _MOST_NODES:
        return False
    logs = [part for part in found_in(expression, sp.log) if part.args[0].is_Rational and part.args[0] > 0]
    factors = LogFactors()
    split: dict[sp.Expr, dict[int, int]] = {}
    for part in logs:
        inner = part.args[0]
        powers = dict(factors.of(int(inner.p)))
        for atom, power in factors.of(int(inner.q)).items():
            powers[atom] = powers.get(atom, 0) - power
        split[part] = powers
    base = coprime_base(atom for powers in split.values() for atom in powers)
    letters = {element: sp.Symbol(f"log{element}", positive=True) for element in base}
    images: dict[sp.Expr, sp.Expr] = {}
    for part, powers in split.items():
        images[part] = sp.Add(
            *(times * power * letters[element]
              for atom, power in powers.items()
              for element, times in exponents(atom, base).items())
        )  # fmt: skip
    replaced = expression.xreplace(images)
    if replaced.has(sp.zoo, sp.nan, sp.oo):
        return False
    return bool(sp.cancel(sp.together(replaced)) == 0)


def _exact(value: Number) -> Fraction | None:
    if isinstance(value, (int, Fraction)):
        return Fraction(value)
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))
    return None


def compare(left: Number, relation: str, right: Number) -> Outcome:
    """Does `left relation right` hold, for `=`, `!=`, `<`, `<=`, `>`, `>=` between exact numbers?

    A ball separates different numbers; equal ones need an exact argument (`exactly_zero`), else `UNDECIDED`.

    >>> from sympy import Rational, log
    >>> compare(log(Rational(1, 8)) / log(2), "=", -3)
    <Outcome.YES: 'yes'>
    >>> compare(log(2), ">", Rational(693, 1000))
    <Outcome.YES: 'yes'>
    """
    if relation not in _SIGNS:
        raise IllFormed(f"'{relation}' does not compare two numbers; use one of {', '.join(_SIGNS)}")
    sign = _sign(left, right)
    if sign is None:
        return Outcome.UNDECIDED
    return Outcome.YES if sign in _SIGNS[relation] else Outcome.NO


_SIGNS: dict[str, tuple[int, ...]] = {
    "=": (0,), "!=": (-1, 1), "<": (-1,), "<=": (-1, 0), ">": (1,), ">=": (0, 1),
}  # fmt: skip


def _sign(left: Number, right: Number) -> int | None:
    first, second = _exact(left), _exact(right)
    if first is not None and second is not None:
        return (first > second) - (first < second)
    for round_, bits in enumerate(_PRECISIONS):
        with ctx.workprec(bits):
            difference = _enclose(left, {}) - _enclose(right, {})
        if difference > 0:
            return 1
        if difference < 0:
            return -1
        if round_ == 0 and _equal(left, right):
            return 0
    return None


def _equal(left: Number, right: Number) -> bool:
    if isinstance(left, arb) or isinstance(right, arb):
        return False
    return exactly_zero(expression_of(left) - expression_of(right))


def expression_of(value: Number) -> sp.Expr:
    """The number as a SymPy expression (`int` and `Fraction` become rationals)."""
    exact = _exact(value)
    return sp.Rational(exact.numerator, exact.denominator) if exact is not None else value


@dataclass(frozen=True, slots=True)
class Rounding:
    """Whether a value rounds to a decimal, with what it should have been.

    `correct` is the value rounded at the digits shown, `digits` some more of the true digits; both are None where
    the value is not known well enough.
    """

    outcome: Outcome
    shown: Shown
    correct: str | None
    digits: str | None

    def __str__(self) -> str:
        if self.outcome is Outcome.YES:
            return f"{self.shown.text} is right: the value is {self.digits}"
        if self.outcome is Outcome.NO:
            due = f": that would be {self.correct}" if self.correct else ""
            return f"{self.shown.text} is not the value {self.digits} rounded{due}"
        return f"whether the value rounds to {self.shown.text} was not settled"


def rounds_to(value: Number, decimal: str | Shown) -> Rounding:
    """Does the true value round to the decimal at the digits shown? Half-up and half-even are both right.

    Raises `IllFormed` if the value does not exist or the text is no decimal.

    >>> from sympy import Rational, log
    >>> rounds_to(log(Rational(41, 100)), "-0.8916").outcome
    <Outcome.YES: 'yes'>
    >>> print(rounds_to(Rational(7, 11), "0.6363"))
    0.6363 is not the value 0.63636364 rounded: that would be 0.6364
    """
    shown = decimal if isinstance(decimal, Shown) else read_decimal(decimal)
    exact = _exact(value)
    if exact is not None:
        return _rounding(shown.accepts(exact, exact), shown, exact, exact)
    edges = shown.cell
    needed = shown.significant * 4 + 64
    for round_, bits in enumerate(_PRECISIONS):
        ends = bounds(enclose(value, max(bits, needed)))
        if ends is None:
            continue
        outcome = shown.accepts(*ends)
        if outcome is not Outcome.UNDECIDED:
            return _rounding(outcome, shown, *ends)
        if round_ == 0:
            for edge in (*edges, shown.value):
                if ends[0] <= edge <= ends[1] and _equal(value, edge):
                    return _rounding(shown.accepts(edge, edge), shown, edge, edge)
        if isinstance(value, arb):
            break
    return Rounding(Outcome.UNDECIDED, shown, None, None)


def stated(value: Number, relation: str, decimal: str | Shown) -> Rounding:
    """Judges `value relation decimal` as a person means it: a rounding claim for `≈`, and for `=` with digits shown.

    After `=`, a whole number without a point claims the exact value: `3` is not 3.2 rounded.

    >>> from sympy import Rational
    >>> stated(Rational(16, 5), "=", "3").outcome, stated(Rational(16, 5), "≈", "3").outcome
    (<Outcome.NO: 'no'>, <Outcome.YES: 'yes'>)
    """
    shown = decimal if isinstance(decimal, Shown) else read_decimal(decimal)
    finding = rounds_to(value, shown)
    if relation != "=" or shown.has_point or finding.outcome is Outcome.NO:
        return finding
    return replace(finding, outcome=compare(value, "=", shown.value), correct=finding.digits)


def _rounding(outcome: Outcome, shown: Shown, low: Fraction, high: Fraction) -> Rounding:
    digits = certain_digits(low, high, max(shown.significant + 4, 8)).text
    if max(abs(low), abs(high)) > _WRITABLE:
        return Rounding(outcome, shown, None, digits)
    first, second = at_places(low, shown.places), at_places(high, shown.places)
    return Rounding(outcome, shown, first if first == second else None, digits)


def true_digits(value: Number, digits: int = 12) -> str:
    """The value to `digits` significant digits, all certain; fewer where they cannot be had.

    >>> from sympy import log
    >>> true_digits(log(2), 10)
    '0.6931471806'
    """
    exact = _exact(value)
    if exact is not None:
        return certain_digits(exact, exact, digits).text
    best = "unknown"
    for bits in _PRECISIONS:
        ends = bounds(enclose(value, max(bits, 4 * digits + 32)))
        if ends is not None:
            found = certain_digits(*ends, digits)
            best = found.text
            if found.count == digits:
                break
    return best


@dataclass(frozen=True, slots=True)
class UnitSlip:
    """A number that is right in another unit than the one it stands in."""

    wrote: str
    wrote_unit: Unit
    due: str
    due_unit: Unit

    def __str__(self) -> str:
        return f"{self.due} {self.due_unit.word} = {self.wrote} {self.wrote_unit.word}"


def in_unit(value: Number, given: Unit, wanted: Unit) -> Number:
    """The same amount of information in another unit: nats over `log 2` are bits.

    >>> from sympy import log
    >>> in_unit(log(8), Unit.NATS, Unit.BITS)
    log(8)/log(2)
    """
    if given is wanted:
        return value
    if isinstance(value, arb):
        return value * given.nats() / wanted.nats()
    log_two = sp.log(2)
    return expression_of(value) / log_two if given is Unit.NATS else expression_of(value) * log_two


def same_in_other_unit(value: Number, decimal: str | Shown, unit: Unit) -> UnitSlip | None:
    """Names the slip when a decimal is wrong in `unit` but right in the other one; None otherwise.

    `value` is the true value in `unit`. At least two significant digits must agree, since one digit agrees by chance.

    >>> from sympy import Rational, log
    >>> print(same_in_other_unit(log(Rational(7, 16)) / log(2), "-0.8267", Unit.BITS))
    -1.1926 bits = -0.8267 nats
    """
    shown = decimal if isinstance(decimal, Shown) else read_decimal(decimal)
    if shown.significant < 2 or rounds_to(value, shown).outcome is not Outcome.NO:
        return None
    if rounds_to(in_unit(value, unit, unit.other), shown).outcome is not Outcome.YES:
        return None
    due = rounds_to(value, shown).correct
    return None if due is None else UnitSlip(shown.text, unit.other, due, unit)
