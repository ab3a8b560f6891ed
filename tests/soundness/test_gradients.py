"""Every true claim about derivatives and maps is proved and confirmed; its neighbour is refuted with a model."""

from __future__ import annotations

import pytest
from soundness.claims_equalities import Pair
from soundness.claims_gradient import PAIRS

from symelbo import prove

NAMES = [pair.name for pair in PAIRS]


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_true_claim_is_proved(pair: Pair):
    verdict = prove(pair.lhs, "==", pair.rhs, assuming=pair.assuming)
    assert verdict.proved, verdict.reason
    assert verdict.certificate.agreement > 0


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_false_claim_is_refuted_by_a_model(pair: Pair):
    verdict = prove(pair.wrong_lhs, "==", pair.wrong_rhs, assuming=pair.assuming)
    assert verdict.refuted, verdict.reason
    assert 0 < len(verdict.witness.lines()) <= 12
