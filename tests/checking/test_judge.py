"""The policy on readings, and that one claim's trouble stays with that claim."""

from __future__ import annotations

import pytest

from symelbo.checking.judge import judge_statement
from symelbo.checking.report import Outcome
from symelbo.errors import IllFormed, InconsistentVerdict
from symelbo.proof import Effort
from symelbo.reading.sources.tokens import Problem, Span
from symelbo.reading.stating.statements import Kind, Reading

EFFORT = Effort()


def test_the_conventional_reading_is_proved_without_remark(statement, claims):
    finding = judge_statement(statement(claims.true), EFFORT)
    assert (finding.outcome, finding.reading) == (Outcome.PROVED, None)


def test_another_reading_counts_and_is_named(statement, claims):
    finding = judge_statement(statement(claims.false, Reading(claims.true, "the logarithm ends at the minus")), EFFORT)
    assert (finding.outcome, finding.reading) == (Outcome.PROVED, "the logarithm ends at the minus")


def test_refuted_only_when_every_reading_is(statement, claims, monkeypatch):
    finding = judge_statement(statement(claims.false, Reading(claims.also_false, "wide")), EFFORT)
    assert finding.outcome is Outcome.REFUTED
    assert finding.witness is not None
    assert finding.reading is None

    from symelbo.checking import judge

    real = judge.prove_claim

    def lame(claim, assumed, effort):
        if claim is claims.also_false:
            raise IllFormed("this way it has no meaning")
        return real(claim, assumed, effort)

    monkeypatch.setattr(judge, "prove_claim", lame)
    finding = judge_statement(statement(claims.false, Reading(claims.also_false, "wide")), EFFORT)
    assert finding.outcome is Outcome.UNKNOWN
    assert "this way it has no meaning" in (finding.note or "")


@pytest.mark.parametrize(
    "error", [IllFormed("no meaning"), RecursionError(), TypeError("odd"), InconsistentVerdict("contradiction")]
)
def test_trouble_becomes_unknown_with_its_reason(statement, claims, monkeypatch, error):
    def broken(claim, assumed, effort):
        raise error

    monkeypatch.setattr("symelbo.checking.judge.prove_claim", broken)
    finding = judge_statement(statement(claims.true), EFFORT)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.note
    assert (str(error) or "nested too deeply") in finding.note


def test_a_contradiction_is_not_outvoted_by_another_reading(statement, claims, monkeypatch):
    from symelbo.checking import judge

    real = judge.prove_claim

    def contradictory(claim, assumed, effort):
        if claim is claims.false:
            raise InconsistentVerdict("the two roads disagree")
        return real(claim, assumed, effort)

    monkeypatch.setattr(judge, "prove_claim", contradictory)
    assert judge_statement(statement(claims.false, claims.true), EFFORT).outcome is Outcome.UNKNOWN


def test_other_kinds_are_not_judged(statement):
    problem = Problem("a bracket is missing", Span(3, 4))
    unread = judge_statement(statement(kind=Kind.UNREAD, problem=problem), EFFORT)
    assert (unread.outcome, unread.note) == (Outcome.UNREAD, "a bracket is missing")
    assert judge_statement(statement(kind=Kind.DEFINITION), EFFORT).outcome is Outcome.DEFINITION
    assert judge_statement(statement(kind=Kind.ESTIMATE), EFFORT).outcome is Outcome.ESTIMATE


def test_an_announced_slip_is_as_expected_and_a_true_line_is_not(statement, claims):
    slip = judge_statement(statement(claims.false, expect_refuted=True), EFFORT)
    assert slip.expected
    assert (slip.note or "").startswith("refuted, as the document expects")
    assert not judge_statement(statement(claims.true, expect_refuted=True), EFFORT).expected


def test_a_rounded_number_is_never_refuted_by_its_exact_value(statement, claims):
    assert judge_statement(statement(claims.false, decimals="0.57"), EFFORT).outcome is Outcome.UNKNOWN
