"""Rounding claims, units and carried numbers: property tests, each with its negative twin."""

from __future__ import annotations

import decimal
from fractions import Fraction
from math import gcd, prod

import mpmath
import pytest
import sympy as sp
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from symelbo.errors import IllFormed, NotSupported
from symelbo.semantics.arithmetic.carried import Carried, CarryKind, approximates, carried_forward
from symelbo.semantics.arithmetic.decimals import Outcome, at_places, certain_digits, read_decimal
from symelbo.semantics.arithmetic.log_primes import LogSum, coprime_base
from symelbo.semantics.arithmetic.numbers import (
    compare,
    enclose,
    exactly_zero,
    in_unit,
    rounds_to,
    same_in_other_unit,
    stated,
    true_digits,
)
from symelbo.semantics.arithmetic.units import Unit

R = sp.Rational
fractions = st.fractions(min_value=-50, max_value=50, max_denominator=500)
positive = st.fractions(min_value=Fraction(1, 200), max_value=40, max_denominator=200)


@given(fractions, st.integers(0, 6), st.sampled_from([decimal.ROUND_HALF_UP, decimal.ROUND_HALF_EVEN]))
def test_python_s_own_rounding_is_accepted_and_its_neighbours_are_not(value, places, mode):
    with decimal.localcontext(prec=60, rounding=mode):
        exact = decimal.Decimal(value.numerator) / decimal.Decimal(value.denominator)
        step = decimal.Decimal(1).scaleb(-places)
        shown = exact.quantize(step)
        assert rounds_to(value, f"{shown:f}").outcome is Outcome.YES
        for wrong in (shown + 2 * step, shown - 2 * step):
            assert rounds_to(value, f"{wrong:f}").outcome is Outcome.NO


@pytest.mark.parametrize(
    ("value", "right", "wrong"),
    [
        (R(1, 4), ["0.2", "0.3", "0.25", "0.250"], ["0.24", "0.26", "0.1"]),
        (R(7, 20), ["0.4", "0.35"], ["0.3", "0.34"]),
        (R(-1, 4), ["-0.2", "-0.3"], ["-0.1", "0.2"]),
        (R(103, 100), ["1.030", "1.03", "1.0"], ["1.031", "1.04", "1.3"]),
        (sp.log(R(41, 100)), ["-0.8916", "-0.9", "-0.891598"], ["-0.8915", "0.8916", "-0.8917"]),
        (R(7, 11), ["0.6364"], ["0.6363"]),
        (sp.sqrt(2), ["1.414", "1.41421"], ["1.415", "1.41422"]),
        (sp.exp(R(-1, 2)), ["0.607", "6.07e-1"], ["0.606", "6.07e-2"]),
        (sp.log(8) / sp.log(2), ["3", "3.00"], ["3.01", "2"]),
        (sp.log(sp.log(3)), ["0.094048"], ["0.094047"]),
        (sp.Integer(0), ["0", "0.000"], ["0.001"]),
    ],
)
def test_known_values(value, right, wrong):
    assert [rounds_to(value, text).outcome for text in right] == [Outcome.YES] * len(right)
    assert [rounds_to(value, text).outcome for text in wrong] == [Outcome.NO] * len(wrong)


def test_the_message_carries_the_true_digits():
    finding = rounds_to(R(3, 10) * sp.log(R(1, 4)) + R(7, 10) * sp.log(R(4, 5)), "-0.5271")
    assert (finding.outcome, finding.correct) == (Outcome.NO, "-0.5721")
    assert finding.digits is not None and finding.digits.startswith("-0.57208")
    assert "would be -0.5721" in str(finding)


def test_a_tie_of_logarithms_is_decided_exactly():
    half = sp.log(6) / sp.log(2) - sp.log(3) / sp.log(2) - R(3, 4)  # exactly 1/4, though no ball can tell
    assert rounds_to(half, "0.2").outcome is Outcome.YES
    assert rounds_to(half, "0.3").outcome is Outcome.YES
    assert rounds_to(half + R(1, 10**9), "0.2").outcome is Outcome.NO


def test_a_ball_too_wide_is_undecided():
    assert rounds_to(arb("0.25", "0.01"), "0.25").outcome is Outcome.UNDECIDED
    assert rounds_to(arb("0.25", "0.001"), "0.25").outcome is Outcome.YES
    assert rounds_to(arb("0.25", "0.001"), "0.35").outcome is Outcome.NO


def test_a_boundary_that_nothing_settles_is_undecided():
    odd = sp.sqrt(2) * sp.sqrt(3) - sp.sqrt(5 + 2 * sp.sqrt(6)) + sp.sqrt(2) + sp.sqrt(3) - sp.sqrt(6) + R(1, 2)
    assert rounds_to(odd, "0.5").outcome is Outcome.YES
    assert rounds_to(odd - R(9, 20), "0.0").outcome in (Outcome.UNDECIDED, Outcome.NO)
    with pytest.raises(TypeError):
        bool(Outcome.NO)


@given(positive, positive, fractions, fractions)
@settings(max_examples=60, deadline=None)
def test_balls_contain_what_mpmath_finds(a, b, c, d):
    expression = R(c) * sp.log(R(a)) + R(d) * sp.log(R(b)) + sp.sqrt(R(a)) * sp.exp(R(c, 10))
    with mpmath.workdps(60):
        value = sum(
            (
                mpmath.mpf(c.numerator) / c.denominator * mpmath.log(mpmath.mpf(a.numerator) / a.denominator),
                mpmath.mpf(d.numerator) / d.denominator * mpmath.log(mpmath.mpf(b.numerator) / b.denominator),
                mpmath.sqrt(mpmath.mpf(a.numerator) / a.denominator)
                * mpmath.exp(mpmath.mpf(c.numerator) / c.denominator / 10),
            )
        )
        text = mpmath.nstr(value, 40, strip_zeros=False)
    with ctx.workprec(200):
        assert enclose(expression, 150).overlaps(arb(text) + arb(0, "1e-30"))


@given(st.lists(st.tuples(positive, fractions), min_size=1, max_size=5), st.integers(1, 5))
@settings(deadline=None)
def test_log_sums_know_their_zeros(parts, power):
    total = LogSum.total((weight, LogSum.log(number)) for number, weight in parts)
    again = LogSum.total((weight / power, LogSum.log(number**power)) for number, weight in parts)
    assert (total - again).is_zero()
    assert not (total - again - LogSum.log(Fraction(101, 100))).is_zero()
    assert not (total - again + LogSum(Fraction(1, 10**6))).is_zero()


def test_log_sums_without_factoring_large_integers():
    left, right = (10**60 + 7) * (10**50 + 151), (10**60 + 7) * (10**40 + 121)
    one = LogSum.log(Fraction(left * right)) - LogSum.log(Fraction(left)) - LogSum.log(Fraction(right))
    assert one.is_zero()
    assert not (LogSum.log(Fraction(left)) - LogSum.log(Fraction(right))).is_zero()
    with pytest.raises(IllFormed, match="log"):
        LogSum.log(Fraction(0))


@given(st.lists(st.integers(1, 10**6), max_size=8))
def test_coprime_base_is_coprime_and_generates(numbers):
    base = coprime_base(numbers)
    assert all(gcd(a, b) == 1 for i, a in enumerate(base) for b in base[:i])
    for number in numbers:
        rest = number
        for element in base:
            while rest % element == 0:
                rest //= element
        assert rest == 1
    assert gcd(prod(base), prod(numbers)) == prod(base)


def test_comparing():
    assert compare(sp.log(2), "<", R(6932, 10000)) is Outcome.YES
    assert compare(sp.log(2), ">", R(6932, 10000)) is Outcome.NO
    assert compare(sp.log(4), "=", 2 * sp.log(2)) is Outcome.YES
    assert compare(sp.log(4), "<=", 2 * sp.log(2)) is Outcome.YES
    assert compare(sp.log(4), "<", 2 * sp.log(2)) is Outcome.NO
    assert compare(sp.log(4), "=", R(138629436, 10**8)) is Outcome.NO
    assert compare(Fraction(41, 100), "=", R(41, 100)) is Outcome.YES
    with pytest.raises(IllFormed):
        compare(1, "~", 1)


def test_exactly_zero_never_claims_more_than_it_proves():
    assert exactly_zero(sp.log(12) - 2 * sp.log(2) - sp.log(3))
    assert not exactly_zero(sp.log(12) - 2 * sp.log(2) - sp.log(5))
    assert not exactly_zero(sp.exp(1) - 3)


def test_what_does_not_exist_or_is_not_exact_is_refused():
    with pytest.raises(IllFormed, match="not positive"):
        enclose(sp.log(R(-1, 2), evaluate=False))
    with pytest.raises(IllFormed, match="no numeric value"):
        enclose(sp.Symbol("a") + 1)
    with pytest.raises(NotSupported, match="floating-point"):
        enclose(sp.Float(0.3) * sp.log(2))
    with pytest.raises(NotSupported):
        enclose(sp.zeta(3, evaluate=False))
    for text in ("", "abc", "1.2.3", "--1", ".", "1e99999", "١"):
        with pytest.raises(IllFormed):
            read_decimal(text)


def test_units_are_told_apart():
    evidence = sp.log(R(7, 16)) / sp.log(2)
    slip = same_in_other_unit(evidence, "-0.8267", Unit.BITS)
    assert slip is not None and str(slip) == "-1.1926 bits = -0.8267 nats"
    back = same_in_other_unit(sp.log(R(7, 16)), "-1.1926", Unit.NATS)
    assert back is not None and str(back) == "-0.8267 nats = -1.1926 bits"
    assert same_in_other_unit(evidence, "-1.1926", Unit.BITS) is None  # right as it stands
    assert same_in_other_unit(evidence, "-0.8276", Unit.BITS) is None  # wrong in both
    assert same_in_other_unit(sp.Integer(0), "0.00", Unit.BITS) is None
    assert compare(in_unit(in_unit(evidence, Unit.BITS, Unit.NATS), Unit.NATS, Unit.BITS), "=", evidence) is Outcome.YES
    assert Unit.named("Bit") is Unit.BITS
    with pytest.raises(IllFormed):
        Unit.named("bananas")


a, b = sp.symbols("a b")
RECON = R(3, 10) * sp.log(R(1, 4)) + R(7, 10) * sp.log(R(4, 5))
KL = R(3, 10) * sp.log(R(1, 2)) + R(7, 10) * sp.log(R(7, 4))


@pytest.mark.parametrize(
    ("recon", "kl", "result", "kind"),
    [
        ("-0.5721", "0.1838", "-0.7559", CarryKind.RIGHT),
        ("-0.5271", "0.1838", "-0.7109", CarryKind.INHERITED),
        ("-0.5721", "0.1838", "-0.7595", CarryKind.WRONG),
        ("-0.5271", "0.1838", "-0.7190", CarryKind.WRONG),
        ("-0.57", "0.18", "-0.75", CarryKind.DRIFT),
    ],
)
def test_errors_are_localised_and_carried(recon, kl, result, kind):
    finding = carried_forward(a - b, [Carried(a, recon, RECON), Carried(b, kl, KL)], result)
    assert finding.kind is kind


def test_an_approximation_by_rounded_numbers():
    parts = [Carried(a, "-0.5721", RECON), Carried(b, "0.1838", KL)]
    assert approximates(RECON - KL, a - b, parts) is Outcome.YES
    assert approximates(RECON - KL, a + b, parts) is Outcome.NO
    wrong = [Carried(a, "-0.5271", RECON), Carried(b, "0.1838", KL)]
    assert approximates(RECON - KL, a - b, wrong) is Outcome.NO


@given(fractions.filter(bool), st.integers(1, 30))
def test_certain_digits_agree_with_mpmath(value, count):
    text = certain_digits(value, value, count).text
    with mpmath.workdps(count + 40):
        exact = mpmath.mpf(value.numerator) / value.denominator
        half_a_digit = abs(exact) * mpmath.mpf(10) ** (1 - count) / 2
        assert abs(mpmath.mpf(text) - exact) <= half_a_digit * (1 + mpmath.mpf(10) ** -30)
    assert sum(ch.isdigit() for ch in text.split("e")[0].lstrip("-0.")) == count


@given(fractions, st.integers(0, 8))
def test_at_places_is_half_even(value, places):
    assert Fraction(at_places(value, places)) == round(value, places)


@given(st.lists(st.tuples(positive, fractions.filter(bool)), min_size=1, max_size=4), st.integers(1, 9), st.booleans())
@settings(max_examples=80, deadline=None)
def test_logarithms_round_as_mpmath_says(parts, places, bits):
    expression = sum((R(c) * sp.log(R(a)) for a, c in parts), sp.Integer(0)) / (sp.log(2) if bits else 1)
    with mpmath.workdps(50):
        value = mpmath.fsum(
            mpmath.mpf(c.numerator) / c.denominator * mpmath.log(mpmath.mpf(a.numerator) / a.denominator)
            for a, c in parts
        ) / (mpmath.log(2) if bits else 1)
        scaled = int(mpmath.nint(value * 10**places))
        near_tie = abs(abs(value * 10**places - scaled) - mpmath.mpf(1) / 2) < mpmath.mpf(10) ** -20
    for step in (-1, 0, 1):
        text = at_places(Fraction(scaled + step, 10**places), places)
        expected = Outcome.YES if step == 0 else Outcome.NO
        assert near_tie or rounds_to(expression, text).outcome is expected


def test_a_whole_number_after_equals_is_exact():
    assert stated(R(16, 5), "=", "3").outcome is Outcome.NO
    assert stated(R(16, 5), "≈", "3").outcome is Outcome.YES
    assert stated(sp.log(8) / sp.log(2), "=", "3").outcome is Outcome.YES
    assert stated(R(41, 100), "=", "0.4").outcome is Outcome.YES
    assert stated(R(41, 100), "=", "0.5").outcome is Outcome.NO


def test_the_exact_value_is_written_in_either_unit():
    size = LogSum.log(Fraction(8, 5)) + LogSum.log(Fraction(3)) * Fraction(1, 2)
    assert size.text() == "3 log 2 + 1/2 log 3 - log 5"
    assert size.text(2) == "3 + 1/2 log2 3 - log2 5"
    assert str(LogSum(Fraction(1, 2))) == "1/2"


def test_many_digits_are_settled_too():
    with mpmath.workdps(120):
        text = mpmath.nstr(mpmath.log(mpmath.mpf(41) / 100), 80)
    assert rounds_to(sp.log(R(41, 100)), text).outcome is Outcome.YES
    wrong = text[:-1] + ("1" if text[-1] != "1" else "2")
    assert rounds_to(sp.log(R(41, 100)), wrong).outcome is Outcome.NO


def test_numbers_of_absurd_size_are_no_trouble():
    assert rounds_to(sp.exp(10**4), "1.5").outcome is Outcome.NO
    assert rounds_to(-sp.exp(10**4), "1.5").correct is None
    assert rounds_to(sp.exp(10**12), "1.5").outcome is Outcome.UNDECIDED
    assert rounds_to(sp.exp(-(10**12)), "0.0").outcome is Outcome.UNDECIDED


def test_true_digits():
    assert true_digits(sp.log(R(41, 100)), 8) == "-0.89159812"
    assert true_digits(Fraction(1, 8), 3) == "0.125"
