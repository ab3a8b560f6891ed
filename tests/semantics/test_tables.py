"""Exact tables: three arithmetics agree, identities hold, and what is not a distribution is refused."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from itertools import product

import mpmath
import pytest
from flint import arb, ctx
from hypothesis import given, settings
from hypothesis import strategies as st

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.log_primes import LogFactors, LogSum
from symelbo.semantics.tables import (
    FAMILIES,
    Column,
    Table,
    Unit,
    best_in,
    bound_balls,
    exact_entry,
    exact_measures,
    growth,
    measure,
    mpmath_measures,
    parse_table,
    read_table,
    report,
    sweep,
    years_for,
)

LESSON = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])


@st.composite
def distributions(draw, size, zeros=False):
    weights = draw(st.lists(st.integers(0 if zeros else 1, 60), min_size=size, max_size=size).filter(any))
    return [Fraction(weight, sum(weights)) for weight in weights]


@st.composite
def tables(draw, zeros=False):
    states, observations = draw(st.integers(1, 5)), draw(st.integers(1, 3))
    rows = [draw(distributions(observations, zeros)) for _ in range(states)]
    q = [draw(distributions(states, zeros)) for _ in range(observations)]
    labels = [str(k) for k in range(observations)]
    return Table.build(draw(distributions(states)), rows, q=dict(zip(labels, q, strict=True)))


@given(tables(), st.sampled_from(Unit), st.integers(3, 60))
@settings(max_examples=60, deadline=None)
def test_every_digit_printed_is_a_digit_of_mpmath(table, unit, digits):
    for label in table.observations:
        found = report(table, label, digits=digits, unit=unit)
        second = mpmath_measures(table, label, table.q(label), digits + 60)
        with mpmath.workdps(digits + 60):
            scale = mpmath.log(2) if unit is Unit.BITS else 1
            for key, item in found.quantities.items():
                if item.exact == "0":
                    assert abs(getattr(second, key)) < mpmath.mpf(10) ** -(digits + 40)
                    continue
                assert item.certified == digits
                value = getattr(second, key) / scale
                unit_of_last = mpmath.mpf(10) ** (mpmath.floor(mpmath.log10(abs(value))) + 1 - digits)
                assert abs(mpmath.mpf(item.digits.text) - value) <= unit_of_last * mpmath.mpf("0.5000001")


@given(tables())
@settings(max_examples=60, deadline=None)
def test_the_identities_hold_exactly_and_in_balls_and_only_they(table):
    label = table.observed
    found = report(table, label, digits=20)
    assert all(identity.exact and identity.residual.contains(0) for identity in found.identities)
    exact = exact_measures(table, label, table.q(label), LogFactors())
    assert (exact.log_evidence - exact.elbo - exact.kl_posterior).is_zero()
    spoilt = exact.log_evidence - exact.elbo - exact.kl_posterior - LogSum.log(Fraction(1001, 1000))
    assert not spoilt.is_zero()
    assert (exact.log_evidence - exact.elbo).is_zero() == (tuple(table.q(label)) == table.posterior(label))
    assert found.tight == (tuple(table.q(label)) == table.posterior(label))


@given(tables())
@settings(max_examples=40, deadline=None)
def test_exact_sums_lie_in_their_balls(table):
    label = table.observed
    exact, balls = (
        exact_measures(table, label, table.q(label), LogFactors()),
        measure(table, label, table.q(label), 200),
    )
    with ctx.workprec(200):
        for key in ("log_evidence", "elbo", "reconstruction", "kl_prior", "gap", "kl_posterior"):
            assert getattr(exact, key).ball().overlaps(getattr(balls, key))
            assert not getattr(exact, key).ball().overlaps(getattr(balls, key) + arb("0.001"))


@given(tables(zeros=True))
@settings(max_examples=60, deadline=None)
def test_zeros_are_zeros_and_infinities_are_named(table):
    for label in table.observations:
        if not table.evidence(label):
            with pytest.raises(TableError, match="probability zero"):
                report(table, label)
            continue
        found = report(table, label, digits=12)
        uncovered = any(q and not joint for q, joint in zip(table.q(label), table.joint(label), strict=True))
        assert (found.quantities["gap"].digits.text == "inf") == uncovered
        assert (found.quantities["elbo"].digits.text == "-inf") == uncovered
        assert all(identity.exact is (None if uncovered else True) for identity in found.identities)


def test_the_lesson():
    found = report(LESSON, digits=50)
    assert (found.evidence_exact, found.posterior, found.tight) == (
        Fraction(1, 2), (Fraction(1, 5), Fraction(4, 5)), False,
    )  # fmt: skip
    assert found.quantities["elbo"].exact == "7/5 log 2 - 3/10 log 3 - 7/10 log 7"
    assert found.quantities["gap"].digits.text == "0.028167557595283478390963399987359758759006155589515"
    assert found.certified == 50
    assert report(LESSON, unit=Unit.BITS).quantities["log_evidence"].digits.text == "-1." + "0" * 49
    assert report(LESSON, "0").evidence_exact == Fraction(1, 2)  # the other value of a binary x is its complement
    tight = report(LESSON, q=LESSON.distribution(["0.2", "0.8"]))
    assert tight.tight and tight.quantities["gap"].digits.text == "0"


def test_without_q_there_is_evidence_and_posterior_only():
    found = report(Table.build(["1/3", "2/3"], [["0.5", "0.5"], ["0.1", "0.9"]]), "1")
    assert list(found.quantities) == ["log_evidence"] and found.identities == () and found.tight is None
    assert found.evidence_exact == Fraction(1, 6) + Fraction(6, 10)


def test_wild_denominators_and_decimals_agree():
    primes = [p for p in range(3, 700) if all(p % k for k in range(2, p))]
    weights = [Fraction(1, p) for p in primes]
    wild = Table.build([w / sum(weights) for w in weights], {"1": weights}, q=[Fraction(1, len(primes))] * len(primes))
    assert wild.likelihood["1"].scale == 1 and wild.evidence("1") == sum(w * w for w in weights) / sum(weights)
    found = report(wild, digits=40)
    assert found.certified == 40 and all(identity.exact for identity in found.identities)


def test_long_tables_are_treated_in_balls():
    found = report(LESSON, exact_states=1)
    assert found.evidence_exact is None and found.posterior is None
    assert all(identity.exact is None and identity.holds for identity in found.identities)
    assert found.quantities["gap"].certified == 50


def test_fractions_of_too_many_digits_are_left_to_the_balls():
    weights = [Fraction(k, k + 10**9) for k in range(1, 400)]
    table = Table.build([Fraction(1, 399)] * 399, {"1": weights}, q=[Fraction(1, 399)] * 399)
    found = report(table, digits=30)
    assert found.evidence_exact is None and found.certified == 30
    assert all(identity.exact is None and identity.holds for identity in found.identities)
    assert "too many digits" in found.identities[0].why_not
    with pytest.raises(TableError, match="sum to 0"):
        Table.build(weights, {"1": ["1"] * 399})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('"p(z)" = [0.5, 0.4]\n"p(x=1|z)" = [0.2, 0.8]', r"t\.toml: p\(z\): the entries sum to 9/10 \(0\.9\), not 1"),
        ('"p(z)" = [0.5, 0.5]\n"p(x|z)" = [[0.2, 0.7], [0.5, 0.5]]', r"p\(x\|z=0\): the entries sum to 9/10"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\n"q(z)" = [0.3, 0.8]', r"q\(z\): the entries sum to 11/10"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=a|z)" = [0.7, 0.8]\n"p(x=b|z)" = [0.2, 0.3]', r"z=1\).*11/10.*more than 1"),
        ('"p(z)" = [1.5, -0.5]\n"p(x=1|z)" = [0.2, 0.8]', r"entry 0 is 3/2 \(1\.5\), not a probability"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8, 0.1]', r"shape is \(3,\), but p\(z\) has the shape \(2,\)"),
        ('"p(z)" = [0.5, 0.5]', "give either"),
        ('"p(x=1|z)" = [0.2, 0.8]', r"there is no p\(z\)"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\nprior = 1', "'prior' is not known"),
        ('"p(z)" = [nan, 0.5]\n"p(x=1|z)" = [0.2, 0.8]', "not a finite number"),
        ('"p(z)" = ["1/0", 0.5]\n"p(x=1|z)" = [0.2, 0.8]', "divides by zero"),
        ('"p(z)" = ["half", 0.5]\n"p(x=1|z)" = [0.2, 0.8]', "'half' is not a number"),
        ('"p(z)" = [1e-99999999, 0.5]\n"p(x=1|z)" = [0.2, 0.8]', "not a probability"),
        ('"p(z)" = [true, 0.5]\n"p(x=1|z)" = [0.2, 0.8]', "not a probability"),
        ('"p(z)" = []\n"p(x=1|z)" = [0.2, 0.8]', "empty list"),
        ('"p(z)" = [[0.5], [0.25, 0.25]]\n"p(x=1|z)" = [0.2, 0.8]', "different shapes"),
        ('"p(z)" = [0.5, [0.25]]\n"p(x=1|z)" = [0.2, 0.8]', "side by side"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\nobserve = "7"', r"there is no p\(x=7\|z\)"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\n"q(z|x=7)" = [0.5, 0.5]', "no observation"),
        ('"p(z)" = [0.5, 0.5]\n"p(x=1|z)" = [0.2, 0.8]\nunit = "furlongs"', "not a unit"),
        ('"p(z)" = [0.5, 0.5', r"t\.toml: "),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(text, message):
    with pytest.raises(ValueError, match=message):
        parse_table(text, name="t.toml")


def test_decimals_in_files_are_exact(tmp_path):
    digits = "0.1000000000000000000000000000000000000001"
    rest = "0.8999999999999999999999999999999999999999"
    toml = tmp_path / "t.toml"
    toml.write_text(f'"p(z)" = [{digits}, {rest}]\n"p(x=1|z)" = [0.1, 1e-3]\nunit = "bits"\n')
    source = read_table(toml)
    assert source.table.prior[0] == Fraction(10**39 + 1, 10**40) and source.unit is Unit.BITS
    assert source.table.column("1").entries == (Fraction(1, 10), Fraction(1, 1000))
    other = tmp_path / "t.json"
    other.write_text(json.dumps({"p(z)": [0, 1], "p(x=1|z)": [0, 1]}).replace("[0, 1]", f"[{digits}, {rest}]"))
    assert read_table(other).table.prior == source.table.prior
    with pytest.raises(TableError, match="float"):
        Table.build([0.5, 0.5], {"1": ["0.2", "0.8"]})
    with pytest.raises(TableError, match="cannot be read"):
        read_table(tmp_path / "missing.toml")
    with pytest.raises(TableError, match=r"\.toml or \.json"):
        read_table(tmp_path / "table.csv")
    other.write_text('{"p(z)": [1], "p(z)": [1]}')
    with pytest.raises(TableError, match="twice"):
        read_table(other)
    other.write_text('{"p(z)": [NaN], "p(x=1|z)": [1]}')
    with pytest.raises(TableError, match="NaN"):
        read_table(other)


def test_names_of_states_and_observations():
    text = """
    "p(z)" = { rain = 0.2, dry = 0.8 }
    observations = ["wet", "not"]
    observe = "wet"
    "p(x|z)" = [[0.9, 0.1], [0.1, 0.9]]
    "q(z|x)" = [["1/2", "1/2"], { dry = 1, rain = 0 }]
    """
    with pytest.raises(TableError):
        parse_table(text)  # rows of q(z|x) are lists
    table = parse_table(text.replace("{ dry = 1, rain = 0 }", "[0, 1]")).table
    assert table.states == ("rain", "dry") and table.observed == "wet"
    assert table.evidence("wet") == Fraction(26, 100) and table.q("not").entries == (0, 1)


def test_several_latents_nest():
    prior = [[["1/8"] * 2] * 2] * 2
    column = [[["0.1", "0.2"], ["0.3", "0.4"]], [["0.5", "0.6"], ["0.7", "0.8"]]]
    table = Table.build(prior, {"1": column})
    assert table.shape == (2, 2, 2) and table.states[3] == "0,1,1"
    assert table.evidence("1") == Fraction(36, 80)
    flat = Table.build(prior, {"1": ["0.1", "0.2", "0.3", "0.4", "0.5", "0.6", "0.7", "0.8"]})
    assert flat.likelihood["1"] == table.likelihood["1"]


def _bound_of_factors(table, factors):
    q = [a * b for a, b in product(*factors)]
    return float(bound_balls(table, table.observed, Column.of(q), 80).elbo)


@given(distributions(4), st.lists(st.integers(1, 99), min_size=4, max_size=4))
@settings(max_examples=25, deadline=None)
def test_no_factorised_q_on_a_grid_beats_the_ascent(prior, likelihood):
    table = Table.build([prior[:2], prior[2:]], {"1": [Fraction(value, 100) for value in likelihood]})
    best = best_in("factorised", table, digits=20)
    reached, evidence = float(best.elbo.text), float(report(table).quantities["log_evidence"].digits.text)
    assert reached <= evidence + 1e-12
    grid = [Fraction(k, 12) for k in range(13)]
    assert all(_bound_of_factors(table, ((1 - a, a), (1 - b, b))) <= reached + 1e-9 for a in grid for b in grid)
    for name in ("uniform", "point"):
        assert float(best_in(name, table, digits=20).elbo.text) <= reached + 1e-12


def test_families():
    assert set(FAMILIES) == {"uniform", "point", "factorised", "posterior"}
    assert best_in("posterior", LESSON).gap.text == "0"
    assert best_in("factorised", LESSON).exact
    independent = Table.build([["0.03", "0.07"], ["0.27", "0.63"]], {"1": ["0.5"] * 4})
    fit = best_in("factorised", independent, digits=30)
    assert fit.gap.count == 0 and "within 1e-" in fit.gap.text
    with pytest.raises(TableError, match="not a family"):
        best_in("gaussian", LESSON)
    exclusive = Table.build([["0.25"] * 2] * 2, {"1": [["0", "0.5"], ["0.5", "0"]]})
    assert best_in("factorised", exclusive, digits=10).elbo.text == best_in("point", exclusive, digits=10).elbo.text
    with pytest.raises(TableError, match="probability zero"):
        best_in("point", Table.build(["1"], {"1": ["0"]}))


def test_growth_counts_and_is_exact():
    ticks = iter(range(100))
    rows = growth([1, 2, 6], clock=lambda: float(next(ticks)))
    assert [(row.terms, row.seconds) for row in rows] == [(2, 1.0), (4, 1.0), (64, 1.0)]
    assert all(0 < row.evidence < 1 for row in rows)
    assert years_for(12, rows[-1]) == pytest.approx(64 / (365.25 * 24 * 3600))
    with pytest.raises(TableError):
        growth([40])


def test_the_sweep_touches_the_evidence_at_the_posterior_only():
    path = sweep(LESSON, points=11)
    assert path.positions[8] == pytest.approx(0.8) and path.gap[8] == pytest.approx(0, abs=1e-15)
    assert all(gap > 1e-3 for k, gap in enumerate(path.gap) if k != 8)
    assert all(e + g == pytest.approx(path.log_evidence) for e, g in zip(path.elbo, path.gap, strict=True))
    three = sweep(Table.build(["0.2", "0.3", "0.5"], {"1": ["0", "0.5", "0.6"]}), points=5)
    assert three.positions == (1.0,)  # elsewhere q has mass on a state that x rules out
    with pytest.raises(TableError):
        sweep(LESSON, points=1)


def test_entries():
    assert exact_entry(Decimal("0.1"), "p") == Fraction(1, 10) == exact_entry(" 1/10 ", "p")
    for wrong in (0.1, True, None, "1e999999", "1/2/3", "0x1", "٣", [1]):
        with pytest.raises(TableError):
            exact_entry(wrong, "p")
