"""Random identities must be proved, certificates must pass, and mutants must not be proved unless still true.

`SYMELBO_SOUNDNESS` sets how many are drawn; the suite takes a small sample.
"""

from __future__ import annotations

import os

import pytest
import sympy as sp
from soundness.log_claims import Draw

from symelbo import prove
from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import NonZero, Undecided, Zero, decide_zero
from symelbo.semantics.scalars.points import find_witness

COUNT = min(20_000, int(os.environ.get("SYMELBO_SOUNDNESS", "60")))
CHUNKS = 20
ZERO = sp.Integer(0)


def _seeds(chunk: int) -> range:
    return range(chunk, COUNT, CHUNKS)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_valid_rewrites_are_proved(chunk: int) -> None:
    for seed in _seeds(chunk):
        draw = Draw(seed)
        expr = draw.real(3)
        claim = expr - draw.rewrite(expr)
        verdict = prove(claim, "=", ZERO)
        assert verdict.proved, (seed, verdict.reason, claim)
        assert not check(claim + 1, verdict.certificate.evidence), (seed, claim)


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_mutants_are_refuted_unless_still_true(chunk: int) -> None:
    drawn, undecided = 0, 0
    for seed in _seeds(chunk):
        draw = Draw(seed)
        expr = draw.real(3)
        claim = expr - draw.mutate(draw.rewrite(expr))
        if claim.has(sp.zoo, sp.nan, sp.I, sp.oo):
            continue
        drawn += 1
        outcome = decide_zero(claim)
        undecided += isinstance(outcome, Undecided)
        witness = find_witness(claim, "=", ZERO, tries=60)
        if isinstance(outcome, Zero):
            assert witness is None, (seed, witness, claim)
            assert prove(claim, "=", ZERO).proved, (seed, claim)
        elif witness is None:
            assert isinstance(outcome, NonZero) and not _defined_somewhere(claim), (seed, outcome, claim)
        else:
            verdict = prove(claim, "=", ZERO)
            assert verdict.refuted, (seed, verdict.reason, claim)
    # What the procedure leaves to the witness: logarithms of algebraic functions, hardly anything else.
    assert undecided <= 0.06 * drawn + 3


def _defined_somewhere(claim: sp.Expr) -> bool:
    return find_witness(claim, ">", sp.Integer(10) ** 9, tries=60) is not None


def test_a_mutant_that_is_proved_would_be_noticed() -> None:
    x = sp.Symbol("x", positive=True)
    claim = sp.log(x) - sp.log(2 * x)
    assert isinstance(decide_zero(claim), NonZero)
    assert find_witness(claim, "=", ZERO) is not None
    assert prove(claim, "=", ZERO).refuted
