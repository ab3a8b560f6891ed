"""Every true inequality of the table is proved, its neighbour refuted with a model, and forged certificates fail."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from soundness.claims_inequalities import PAIRS, Bound
from soundness.vocabulary import beta, p, q, x, y, z
from sympy import Rational, S, log

from symelbo import KL, Context, E, H, MutualInformation, prove
from symelbo.calculus.budget import Budget
from symelbo.calculus.inequalities.grounds import (
    Declared,
    DiscreteEntropy,
    Divergence,
    ExponentialGap,
    LogGap,
    LogSign,
    MixtureGap,
    Spread,
)
from symelbo.calculus.inequalities.nonnegative import Combination, Knowledge
from symelbo.calculus.judge import nonnegative_gaps, positives
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.structure import Structure
from symelbo.checking import check_text

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


@pytest.mark.parametrize("pair", PAIRS[::7], ids=NAMES[::7])
def test_every_term_of_a_certificate_follows_again_from_its_ground(pair: Bound):
    found = _certificate(pair)
    known = _knowledge(pair)
    assert found.rederive(known)
    for place, (coefficient, term) in enumerate(found.terms):
        bare = replace(term, ground=None)
        assert not replace(found, terms=_with(found, place, coefficient, bare)).rederive(known)
        doubled = replace(term, form=term.form.scaled(Fraction(2)))
        forged = replace(found, terms=_with(found, place, coefficient / 2, doubled))
        assert forged.check() and not forged.rederive(known)


def _with(found: Combination, place: int, coefficient: Fraction, term: Any) -> tuple[Any, ...]:
    return (*found.terms[:place], (coefficient, term), *found.terms[place + 1 :])


def _knowledge(pair: Bound) -> Knowledge:
    """What the claim itself lets the checker know, with a normaliser that has seen nothing but its two sides."""
    normaliser = Normaliser(Structure.of(pair.assuming), Budget())
    for side in (pair.left, pair.right):
        normaliser.form(side)
    gaps = tuple(normaliser.form(gap) for gap in nonnegative_gaps(pair.assuming.signs))
    above = frozenset(normaliser.form(gap) for gap in positives(pair.assuming))
    return Knowledge(normaliser, pair.assuming.discrete, gaps, normaliser.presumed_positive | above)


def _some_known(**options: Any) -> Knowledge:
    return Knowledge(Normaliser(Structure.of(Context()), Budget()), **options)


def test_a_ground_whose_conditions_fail_gives_no_form():
    known = _some_known()
    form = known.normaliser.form
    joint, marginal = form(p(x, z)), form(q(z))
    fine = Divergence(marginal, (z,), frozenset({z}), frozenset(), form(p(z)))
    assert fine.form(known) == form(KL(q(z), p(z)))
    forgeries = (
        replace(fine, reference=joint),  # over z it integrates to p(x)
        replace(fine, reference=form(2 * p(z))),
        replace(fine, weight=joint),
        replace(fine, weight=form(q(z) / 2)),
        replace(fine, outside=form(-log(p(x)))),
        replace(fine, chosen=frozenset()),
    )
    assert all(ground.form(known) is None for ground in forgeries)
    assert LogGap(marginal, (z,), joint).form(known) is not None
    assert LogGap(marginal, (z,), form(p(x, z) - q(z))).form(known) is None
    assert LogGap(joint, (z,), marginal).form(known) is None
    half = (Fraction(1, 2), Fraction(1, 2))
    terms = tuple(form(p(x) + q(z)))
    assert MixtureGap(terms, half).form(known) is not None
    assert MixtureGap(terms, (Fraction(1, 2), Fraction(1, 3))).form(known) is None
    assert MixtureGap(terms, (Fraction(3, 2), Fraction(-1, 2))).form(known) is None


def test_no_ground_is_multiplied_by_what_is_negative():
    known = _some_known()
    form = known.normaliser.form
    law, names, inner = form(q(z)), (z,), form(p(x | z))
    half = (Fraction(1, 2), Fraction(1, 2))
    for fine in (
        Divergence(law, names, frozenset(names), frozenset(), form(p(z))),
        LogGap(law, names, inner),
        MixtureGap(tuple(form(p(x) + q(z))), half),
        ExponentialGap(law, names, form(log(p(x | z)))),
        Spread(law, names, inner),
    ):
        assert fine.form(known) is not None
        for outside in (form(S.NegativeOne), form(-p(x)), form(1 - p(x))):
            assert replace(fine, outside=outside).form(known) is None


def test_signs_that_are_not_declared_are_not_used():
    known = _some_known()
    quantity = known.normaliser.form(beta)
    assert LogSign(quantity).form(known) is None
    assert Declared(quantity).form(known) is None
    above = known.normaliser.form(beta - 1)
    assert LogSign(quantity).form(_some_known(nonnegative=(above,))) == known.normaliser.form(log(beta))
    assert LogSign(quantity).form(_some_known(nonnegative=(-above,))) == known.normaliser.form(-log(beta))
    weight, names = known.normaliser.form(p(z)), (z,)
    assert DiscreteEntropy(weight, names, frozenset({z}), frozenset()).form(known) is None
    counted = _some_known(discrete=frozenset({z}))
    assert DiscreteEntropy(weight, names, frozenset({z}), frozenset()).form(counted) is not None


@pytest.mark.parametrize(
    ("large", "small"),
    [(log(p(x)), E(log(p(x, z)) - log(q(z | x)), q(z | x))), (H(q(z), p(z)), H(q(z)))],
    ids=["evidence", "cross-entropy"],
)
def test_the_case_of_equality_is_told(large: Any, small: Any):
    words = prove(large, ">=", small).certificate.evidence.equality
    assert words is not None and "=" in words and "q" in words and "p" in words


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


def test_the_case_of_equality_of_a_sum_names_an_index():
    (claim,) = check_text(
        r"$$\sum_{i=1}^N \mathbb{E}_{q(z|x_i)}[\log p(x_i,z) - \log q(z|x_i)] \le \sum_{i=1}^N\log p(x_i)$$"
    ).claims
    assert claim.equality == r"q(z \mid x = x_{i}) = p(z \mid x = x_{i}) for every i"
