"""`prove` and its verdicts: three outcomes, what each rests on, and no way round the agreement of both roads."""

from __future__ import annotations

import time
from importlib import import_module

import pytest
from sympy import Eq, Function, Symbol, exp, log, symbols

from symelbo import KL, Claim, E, H, Verdict, family, prove, variables
from symelbo.calculus.judge import Judgement
from symelbo.errors import IllFormed, InconsistentVerdict, NotSupported
from symelbo.language import Relation
from symelbo.proof import Certificate, Effort, Status

machinery = import_module("symelbo.proof.prove")

x, z = variables("x z")
p, q = family("p"), family("q")
f = Function("f", real=True)
elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
gap = KL(q(z | x), p(z | x))
TRUE, FALSE = Eq(log(p(x)) - elbo, gap), Eq(log(p(x)) - elbo, -gap)


def exactly_one(verdict: Verdict) -> bool:
    return [verdict.proved, verdict.refuted, verdict.unknown].count(True) == 1


def test_proved_with_a_certificate_and_models_that_agree():
    verdict = prove(TRUE)
    assert verdict.proved
    assert exactly_one(verdict)
    assert verdict.certificate.method == "normal-form"
    assert verdict.certificate.agreement >= 1
    assert verdict.witness is None
    assert verdict.reason is None
    assert str(verdict) == "proved"


def test_refuted_with_a_witness():
    verdict = prove(FALSE)
    assert verdict.refuted
    assert exactly_one(verdict)
    assert verdict.certificate is None
    assert str(verdict).startswith("refuted by this model:\n")
    assert "at least" in str(verdict)


def test_unknown_with_a_reason():
    verdict = prove(H(q(z)), ">=", 0)
    assert verdict.unknown
    assert exactly_one(verdict)
    assert verdict.certificate is None
    assert verdict.witness is None
    assert str(verdict) == f"unknown: {verdict.reason}"
    assert "no counterexample was found either" in verdict.reason


@pytest.mark.parametrize("statement", [TRUE, FALSE])
def test_a_verdict_is_no_truth_value(statement):
    with pytest.raises(TypeError, match=r"use \.proved, \.refuted or \.unknown"):
        bool(prove(statement))


def test_a_proof_names_its_rules():
    assert prove(log(p(x)) >= elbo).rules == ("KL-NONNEG",)
    assert "JENSEN-LOG" in prove(log(E(p(x | z), q(z))), ">=", E(log(p(x | z)), q(z))).rules
    assert prove(TRUE).rules == ()
    assert prove(FALSE).rules == ()


@pytest.mark.parametrize(
    "arguments",
    [
        (TRUE,),
        (TRUE.lhs, "==", TRUE.rhs),
        (TRUE.lhs, "=", TRUE.rhs),
        (TRUE.lhs, Relation.EQUAL, TRUE.rhs),
        (Claim(TRUE.lhs, Relation.EQUAL, TRUE.rhs),),
    ],
)
def test_ways_to_say_it(arguments):
    assert prove(*arguments).proved


def test_relations():
    assert prove(elbo <= log(p(x))).proved
    assert prove(elbo >= log(p(x))).refuted
    assert not prove(elbo < log(p(x))).proved
    assert prove(p(x), ">", 0).proved
    assert prove(p(z | x), r"\propto", p(x, z), wrt=[z]).proved
    assert prove(p(z | x), r"\propto", p(x, z), wrt=[x]).refuted
    assert prove(log(p(z | x)), "= + const", log(p(x, z)), wrt=[z]).proved


def test_assumptions_hold_in_every_model():
    z1, z2 = variables("z_1 z_2")
    claim = Eq(p(x | z1, z2), p(x | z1))
    assert prove(claim, assuming=[Eq(p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1))]).proved
    assert prove(claim, assuming=[Eq(p(x, z1, z2), p(z2) * p(z1) * p(x | z1, z2))]).refuted
    assert prove(claim).refuted


def test_plain_expressions():
    a, b = symbols("a b", positive=True)
    assert prove(log(a * b), "==", log(a) + log(b)).proved
    assert prove(log(a / (a + b)) + log((a + b) / b), "==", log(a) - log(b)).proved
    assert prove(log(a + b), "==", log(a) + log(b)).refuted
    assert prove(exp(a) * exp(b), "==", exp(a + b)).proved


def test_a_logarithm_of_a_function_makes_it_positive():
    assert prove(log(E(f(z), q(z))), ">=", E(log(f(z)), q(z))).proved
    assert not prove(log(E(f(z), q(z))), ">=", E(log(f(z) ** 2), q(z)) / 2).proved


def test_a_certificate_that_a_model_contradicts_is_a_defect_and_not_a_verdict(monkeypatch):
    monkeypatch.setattr(machinery, "judge", lambda *_: Judgement(True, "normal-form"))
    with pytest.raises(InconsistentVerdict, match=r"symelbo contradicts itself on .* Please report this as a defect"):
        prove(FALSE)


def test_a_certificate_that_no_model_confirms_is_not_enough(monkeypatch):
    def refuse(*_, **__):
        raise NotSupported("no such model")

    monkeypatch.setattr(machinery, "confirm", refuse)
    verdict = prove(TRUE)
    assert verdict.unknown
    assert "no concrete model could confirm it: no such model" in verdict.reason


def test_without_a_witness_nothing_is_refuted(monkeypatch):
    monkeypatch.setattr(machinery, "contest", lambda *_, **__: None)
    assert prove(FALSE).unknown
    monkeypatch.setattr(machinery, "contest", lambda *_, **__: (_ for _ in ()).throw(NotSupported("a reason")))
    assert "no counterexample could be sought: a reason" in prove(FALSE).reason


def test_out_of_budget_is_unknown_and_says_so():
    wide = sum((Symbol(f"a_{k}", positive=True) for k in range(12)), log(p(x))) ** 4
    verdict = prove(wide, "==", wide + H(q(z)) - H(q(z)) + 0 * gap + (gap - gap), effort=Effort(calculus=50))
    assert verdict.unknown or verdict.proved
    starved = prove(wide * H(q(z)), ">=", wide * H(p(z)) * 0 - wide, effort=Effort(calculus=50, semantics=10))
    assert starved.unknown
    assert "ran out" in starved.reason


def test_verdicts_do_not_depend_on_the_run():
    assert prove(FALSE).witness.lines() == prove(FALSE).witness.lines()
    assert str(prove(TRUE)) == str(prove(TRUE))


@pytest.mark.parametrize("statement", [True, Eq(x, x), "x = z", None])
def test_what_is_no_claim_is_refused(statement):
    with pytest.raises(IllFormed):
        prove(statement)


def test_verdicts_are_values():
    claim = Claim(p(x), Relation.EQUAL, q(x))
    assert Verdict(claim, Status.UNKNOWN, reason="because") == Verdict(claim, Status.UNKNOWN, reason="because")
    assert Certificate("normal-form") == Certificate("normal-form")
    assert r"\text{proved}" in prove(TRUE)._repr_latex_()


def test_a_textbook_claim_costs_little_once_warm():
    prove(TRUE)
    start = time.perf_counter()
    for _ in range(10):
        prove(TRUE)
    assert (time.perf_counter() - start) / 10 < 0.05  # 10 ms on an idle machine; this one may be shared
