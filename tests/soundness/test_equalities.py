"""Every true equality of the table is proved, and its neighbour, wrong in one place, is refuted with a model."""

from __future__ import annotations

import pytest
from soundness.claims_equalities import PAIRS, Pair
from sympy import Eq

from symelbo import context, prove
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.language import Claim, Relation

NAMES = [pair.name for pair in PAIRS]


def test_the_table_is_large_and_names_each_pair_once():
    assert len(PAIRS) >= 60
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_true_equality_is_proved(pair: Pair):
    verdict = prove(pair.lhs, "==", pair.rhs, assuming=pair.assuming)
    assert verdict.proved, f"{Eq(pair.lhs, pair.rhs, evaluate=False)}: {verdict}"
    assert verdict.certificate.agreement > 0


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_false_equality_is_refuted_by_a_model(pair: Pair):
    verdict = prove(pair.wrong_lhs, "==", pair.wrong_rhs, assuming=pair.assuming)
    assert verdict.refuted, f"{Eq(pair.wrong_lhs, pair.wrong_rhs, evaluate=False)}: {verdict}"
    assert 0 < len(verdict.witness.lines()) <= 12


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_the_calculus_alone_tells_them_apart(pair: Pair):
    assumed = context(pair.assuming)
    assert judge(Claim(pair.lhs, Relation.EQUAL, pair.rhs), assumed, Budget()).holds
    assert not judge(Claim(pair.wrong_lhs, Relation.EQUAL, pair.wrong_rhs), assumed, Budget()).holds
