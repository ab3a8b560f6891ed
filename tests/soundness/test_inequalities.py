"""Every true inequality of the table is proved, its neighbour refuted with a model, and forged certificates fail."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from soundness.claims_inequalities import PAIRS, Bound
from soundness.vocabulary import p, q, x, y, z
from sympy import Rational, log

from symelbo import KL, Context, E, H, MutualInformation, prove
from symelbo.calculus.nonnegative import Combination

NAMES = [pair.name for pair in PAIRS]


def test_the_table_is_large_and_names_each_pair_once():
    assert len(PAIRS) >= 50
    assert len(set(NAMES)) == len(NAMES)


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_true_inequality_is_proved(pair: Bound):
    for verdict in (
        prove(pair.left, ">=", pair.right, assuming=pair.assuming),
        prove(pair.right, "<=", pair.left, assuming=pair.assuming),
    ):
        assert verdict.proved, f"{pair.left} >= {pair.right}: {verdict}"
        assert isinstance(verdict.certificate.evidence, Combination)
        assert verdict.certificate.evidence.check()


@pytest.mark.parametrize("pair", PAIRS, ids=NAMES)
def test_false_inequality_is_refuted_by_a_model(pair: Bound):
    verdict = prove(pair.wrong_left, ">=", pair.wrong_right, assuming=pair.assuming)
    assert verdict.refuted, f"{pair.wrong_left} >= {pair.wrong_right}: {verdict}"
    assert 0 < len(verdict.witness.lines()) <= 12


def _certificate(pair: Bound) -> Combination:
    return prove(pair.left, ">=", pair.right, assuming=pair.assuming).certificate.evidence


@pytest.mark.parametrize("pair", PAIRS[::9], ids=NAMES[::9])
def test_a_certificate_with_a_changed_coefficient_is_rejected(pair: Bound):
    found = _certificate(pair)
    for place, (coefficient, term) in enumerate(found.terms):
        for changed in (coefficient + Fraction(1, 10**12), -coefficient, Fraction(0)):
            terms = (*found.terms[:place], (changed, term), *found.terms[place + 1 :])
            assert not replace(found, terms=terms).check()


@pytest.mark.parametrize("pair", PAIRS[::9], ids=NAMES[::9])
def test_a_certificate_with_a_changed_term_is_rejected(pair: Bound):
    found = _certificate(pair)
    for place, (coefficient, term) in enumerate(found.terms):
        forged = replace(term, form=term.form.scaled(Fraction(2)))
        assert not replace(
            found, terms=(*found.terms[:place], (coefficient, forged), *found.terms[place + 1 :])
        ).check()
        assert not replace(found, terms=found.terms[:place] + found.terms[place + 1 :]).check()
    assert not replace(found, form=found.form.scaled(Fraction(-1))).check()


ONE_BUT = 1 - Rational(1, 10**8)
DISCRETE = Context(discrete=frozenset({x, y, z}))


def test_a_tiny_deficit_is_not_overlooked():
    whole = prove(
        H(p(x)) + MutualInformation(p, [y], [z], [x]), ">=", MutualInformation(p, [y], [z]), assuming=DISCRETE
    )
    nearly = prove(
        ONE_BUT * H(p(x)) + MutualInformation(p, [y], [z], [x]), ">=", MutualInformation(p, [y], [z]), assuming=DISCRETE
    )
    assert whole.proved
    assert not nearly.proved


def test_a_tiny_deficit_shows_on_three_copies():
    """At `X = Y = Z` the claim says `(1 - 10^-8) H(X) >= H(X)`."""
    assert prove(ONE_BUT * H(p(x)), ">=", H(p(x)), assuming=DISCRETE).refuted
    assert prove(H(p(x)), ">=", ONE_BUT * H(p(x)), assuming=DISCRETE).proved


@pytest.mark.parametrize(
    "claim",
    [
        (H(p(z)), ">=", 0),
        (E(H(p(z | x)), p(x)), ">=", 0),
        (H(p(x)), ">=", MutualInformation(p, [x], [z])),
        (E(log(p(z)) ** 2, p(z)), ">", 0),
        (KL(q(z), p(z)), ">", 0),
    ],
    ids=str,
)
def test_what_only_holds_on_finite_spaces_is_not_proved(claim: tuple[Any, str, Any]):
    """Differential entropies may be negative, a uniform density may have logarithm zero, and `q` may be `p`."""
    assert not prove(*claim).proved
