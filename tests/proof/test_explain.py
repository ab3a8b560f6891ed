"""Explanations: the fewest rules, told in order; the author's own reason compared with them."""

from __future__ import annotations

import pytest
from sympy import Eq, Rational, log

from symelbo import KL, E, H, Integral, context, explain, family, prove, variables
from symelbo.checking import check_text
from symelbo.language import Relation
from symelbo.proof.explaining import RULES, remark_on_reason
from symelbo.proof.explaining.reasons import rules_said

x, z = variables("x z")
p, q = family("p"), family("q")
posterior, guide, joint = p(z | x), q(z | x), p(x, z)

STEPS = (
    ("sum rule", log(p(x)), log(Integral(joint, z)), ("MARGINALISATION",)),
    ("weights", log(Integral(joint, z)), log(E(joint / guide, guide)), ("EXPECTATION",)),
    ("mean of a constant", log(p(x)), E(log(p(x)), guide), ("NORMALISATION",)),
    ("Bayes inside", E(log(p(x)), guide), E(log(p(x | z) * p(z) / posterior), guide), ("BAYES",)),
    ("chain rule", log(joint), log(p(x | z) * p(z)), ("PRODUCT-RULE",)),
    ("chain rule and log", log(joint), log(p(x | z)) + log(p(z)), ("PRODUCT-RULE", "LOG-PRODUCT")),
    ("divergence", E(log(guide / posterior), guide), KL(guide, posterior), ("KL-DEFINITION",)),
    ("split", E(log(joint) - log(guide), guide), E(log(joint), guide) - E(log(guide), guide), ("LINEARITY",)),
    ("entropy", E(log(joint), guide) + H(guide), E(log(joint), guide) - E(log(guide), guide), ("ENTROPY",)),
    ("two", E(log(joint / guide), guide), E(log(joint), guide) - E(log(guide), guide), ("LOG-PRODUCT", "LINEARITY")),
    ("reordered", p(x) * q(z), q(z) * p(x), ("ARITHMETIC",)),
)


@pytest.mark.parametrize(("left", "right", "rules"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_the_fewest_rules_are_found(left, right, rules):
    for found in (explain(left, "==", right), explain(right, "==", left)):
        assert found is not None
        assert found.rules == rules
        assert found.complete
        assert found.steps == len(rules)


@pytest.mark.parametrize(("left", "right", "rules"), [row[1:] for row in STEPS], ids=[row[0] for row in STEPS])
def test_a_false_step_has_no_explanation(left, right, rules):
    assert explain(left + Rational(1, 7), "==", right) is None


def test_a_rule_that_is_not_needed_is_not_told():
    """Conditionals on both sides do not make a step one by Bayes' rule."""
    found = explain(E(log(guide / posterior), guide), "==", E(log(guide), guide) - E(log(posterior), guide))
    assert found.rules == ("LOG-PRODUCT", "LINEARITY")


def test_an_assumption_is_told_where_it_is_used():
    y = variables("y")
    chain = context([Eq(p(x, y, z), p(x) * p(y | x) * p(z | y))])
    assert "FACTORISATION" in explain(p(z | x, y), "==", p(z | y), assuming=chain).rules
    assert "FACTORISATION" not in explain(p(x, y), "==", p(y | x) * p(x), assuming=chain).rules


BOUNDS = (
    ("drop a divergence", log(p(x)), log(p(x)) - KL(guide, posterior), ("KL-NONNEG",)),
    ("log inside", log(E(joint / guide, guide)), E(log(joint / guide), guide), ("JENSEN-LOG",)),
    ("evidence bound", log(p(x)), E(log(joint / guide), guide), ("JENSEN-LOG", "MARGINALISATION")),
    ("equality", log(p(x)), log(Integral(joint, z)), ("MARGINALISATION",)),
)


@pytest.mark.parametrize(("large", "small", "rules"), [row[1:] for row in BOUNDS], ids=[row[0] for row in BOUNDS])
def test_a_bound_is_one_move_and_equalities_around_it(large, small, rules):
    assert explain(large, ">=", small).rules == rules
    assert explain(small, "<=", large).rules == rules


def test_words():
    found = explain(log(joint), "==", log(p(x | z)) + log(p(z)))
    assert str(found) == "by the product rule, then the logarithm of a product"
    found = explain(E(log(guide / posterior), guide), "==", E(log(guide), guide) - E(log(posterior), guide))
    assert found.words == "the logarithm of a product, then linearity of expectation"
    assert "the expected logarithms are finite" in found.conditions


EXAMPLES = [rule for rule in RULES if rule.example]


@pytest.mark.parametrize("rule", EXAMPLES, ids=[rule.id for rule in EXAMPLES])
def test_the_example_of_a_rule_is_proved_by_it(rule):
    claim = [*check_text(rule.example, "rule.md").claims][-1]
    assert claim.outcome.value == "proved", (rule.id, claim.note)
    assert rule.id in claim.rules, (rule.id, claim.rules)


def test_most_rules_have_an_example():
    assert len(EXAMPLES) >= len(RULES) - 3


EQUAL = explain(E(log(p(x)), guide), "==", log(p(x)))
SUM = explain(p(x), "==", Integral(joint, z))
SPLIT = explain(log(joint), "==", log(p(x | z) * p(z)))
BOUND = explain(log(p(x)), ">=", E(log(joint / guide), guide))


@pytest.mark.parametrize(
    ("words", "relation", "found", "remark"),
    [
        ("(by Jensen)", Relation.EQUAL, EQUAL, "you wrote 'Jensen'; this step is an equality, by normalisation"),
        ("log is concave", Relation.EQUAL, SPLIT, "you wrote 'Jensen'; this step is an equality, by the product rule"),
        ("Bayes", Relation.EQUAL, SUM, "you wrote 'Bayes' rule'; this step is by marginalisation"),
        ("(Jensen)", Relation.GREATER_EQUAL, BOUND, None),
        ("since KL is non-negative", Relation.GREATER_EQUAL, BOUND, None),
        ("product rule", Relation.EQUAL, SPLIT, None),
        ("chain rule, then Bayes", Relation.EQUAL, SPLIT, None),
        ("(a)", Relation.EQUAL, EQUAL, None),
        ("for every z", Relation.EQUAL, EQUAL, None),
        (None, Relation.EQUAL, EQUAL, None),
    ],
)
def test_the_authors_reason_is_compared(words, relation, found, remark):
    assert remark_on_reason(words, relation, found) == remark


def test_words_that_name_no_rule():
    assert rules_said("see equation (3)") == ()
    assert [saying.name for saying in rules_said("Jensen and Bayes")] == ["Jensen", "Bayes' rule"]


def test_a_verdict_carries_what_the_explanation_is_made_from():
    verdict = prove(log(p(x)), "==", E(log(p(x)), guide))
    assert verdict.proved
    assert explain(log(p(x)), "==", E(log(p(x)), posterior)).rules == ("NORMALISATION",)


MIXTURE = r"""The class $c \in \{1, \dots, K\}$ and the datum $x$ have the joint density
$$p(x, c = k) = \pi_k f_k(x)$$
Therefore
$$p(x) = \sum_{j=1}^{K} SHARE f_j(x)$$
"""
WALK = r"""$$q(x_t \mid x_{t-1}) = \mathcal{N}(x_t; a x_{t-1}, b)$$
<!-- symelbo: assume b > 0 -->
$$q(x_{t-1} \mid x_t, x_0) = \frac{q(x_t \mid x_{t-1})\, q(x_{t-1} \mid GIVEN)}{q(x_t \mid x_0)}$$
"""


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (MIXTURE.replace("SHARE", r"\pi_j"), ("PRODUCT-RULE", "MARGINALISATION")),
        (MIXTURE.replace("SHARE", ""), None),
        (WALK.replace("GIVEN", "x_0"), ("FACTORISATION", "BAYES")),
        (WALK.replace("GIVEN", "x_1"), None),
    ],
    ids=["mixture", "no shares", "walk", "wrong start"],
)
def test_what_a_context_implies_is_told_where_it_is_used(text, rules):
    claim = list(check_text(text, "said.md").claims)[-1]
    assert (claim.outcome.value == "proved") == (rules is not None)
    assert rules is None or claim.rules == rules


LEAP = r"$$\log p(x) = \mathbb{E}_{q(z)}[\log p(x, z)] + \mathrm{H}[q(z)] + \mathrm{KL}(q(z) \,\|\, p(z \mid x))$$"


def test_the_size_of_a_step_is_bounded_where_asked_for():
    report = check_text(LEAP, "leap.md")
    (claim,) = report.claims
    assert claim.steps == len(claim.rules) > 2
    assert report.exit_code() == 0
    small = report.with_largest_step(2)
    assert small.exit_code() == 1
    assert f"takes {claim.steps} rules" in next(small.claims).note
    assert report.with_largest_step(claim.steps).exit_code() == 0
    assert next(small.claims).outcome.value == "proved"
