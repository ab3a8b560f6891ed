"""What a person is told: estimates and bounds written with `=`, words in place of terms, side conditions."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.human import as_text


def only(text: str):
    (claim,) = check_text(f"$$ {text} $$\n", "words.md").claims
    return claim


MEAN = r"\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)]"
UNBIASED = r"\frac{1}{L} \sum_{l=1}^{L} \log p(x \mid z_l)"


@pytest.mark.parametrize(
    ("claim", "words"),
    [
        (
            rf"{MEAN} = {UNBIASED}",
            "the right side is an average over samples, so this is an unbiased estimate: write ≈",
        ),
        (rf"{UNBIASED} = {MEAN}", "the left side is an average over samples, so this is an unbiased estimate: write ≈"),
        (rf"{MEAN} = \frac{{2}}{{L}} \sum_{{l=1}}^{{L}} \log p(x \mid z_l)", "so this is an estimate: write ≈"),
        (rf"{MEAN} = \log p(x \mid z^{{(1)}})", "so this is an estimate: write ≈"),
    ],
)
def test_samples_in_place_of_a_mean(claim, words):
    found = only(claim)
    assert found.outcome.value == "refuted"
    assert words in found.note


@pytest.mark.parametrize(
    "claim",
    [
        rf"{MEAN} = \mathbb{{E}}_{{q(z \mid x)}}[\log p(z \mid x)]",
        r"\log p(x \mid z) = \log p(z \mid x)",
        rf"{MEAN} = \log p(x)",
    ],
)
def test_what_is_no_estimate_is_not_called_one(claim):
    found = only(claim)
    assert found.outcome.value == "refuted"
    assert "estimate" not in (found.note or "")


def test_a_bound_written_as_an_equation():
    found = only(r"\log p(x) = \mathbb{E}_{q(z)}\left[\log \frac{p(x, z)}{q(z)}\right]")
    assert found.outcome.value == "refuted"
    assert "it holds with ≥, by Jensen's inequality" in found.note


def test_words_in_place_of_a_term():
    found = only(r"\log p(x) = \mathbb{E}_{q(z)}[\log p(x, z)] + \text{the entropy} + \log p(z)")
    assert found.outcome.value == "unread"
    assert "the words 'the entropy' stand where a term should" in found.note


def test_side_conditions_are_shown_where_asked_for():
    text = r"$$ \nabla_\phi \mathbb{E}_{q_\phi(z)}[f(z)] = \mathbb{E}_{q_\phi(z)}[f(z)\, \nabla_\phi \log q_\phi(z)] $$"
    report = check_text(text, "words.md")
    (claim,) = report.claims
    assert claim.outcome.value == "proved"
    assert "∇ and ∫ may be exchanged" in claim.conditions
    assert "∇ and ∫ may be exchanged" in as_text(report, verbose=True)
    assert len(as_text(report).splitlines()) == 1


def test_no_condition_where_nothing_is_exchanged():
    (claim,) = check_text(r"$$ \log (p(x)\, q(z)) = \log p(x) + \log q(z) $$", "words.md").claims
    assert claim.outcome.value == "proved"
    assert not any("∇" in words for words in claim.conditions)


def test_equality_is_told_where_a_bound_is_proved():
    report = check_text(r"$$ \log p(x) \ge \log p(x) - \mathrm{KL}(q(z) \,\|\, p(z \mid x)) $$", "words.md")
    (claim,) = report.claims
    assert claim.equality is not None
    assert "equality iff" in as_text(report, verbose=True)
