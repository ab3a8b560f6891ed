"""The aggregate posterior, given as an average of encoders: in a display or in a sentence."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

SPLIT = r"""
$$ \mathbb{E}_{p_d(x)}[D_{KL}(q(z|x) \,\|\, p(z))] = I_q(x; z) + D_{KL}(q(z) \,\|\, p(z)) $$
"""
DISPLAY = r"$$ q(z) = \int q(z \mid x)\, p_d(x)\, dx $$"
SENTENCE = r"Let $q(z) = \int q(z \mid x)\, p_d(x)\, dx$ be the aggregate posterior."
MEAN = r"Here $q(z) = \mathbb{E}_{p_d(x)}[q(z \mid x)]$ is the aggregate posterior."


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


@pytest.mark.parametrize("given", [DISPLAY, SENTENCE, MEAN], ids=["display", "sentence", "mean"])
def test_an_average_under_the_data_says_what_the_joint_is(given: str) -> None:
    assert outcomes(given + "\n" + SPLIT)[-1] == "proved"


def test_its_parts_still_have_their_signs() -> None:
    wrong = SPLIT.replace("+ D_{KL}", "- D_{KL}")
    assert outcomes(SENTENCE + "\n" + wrong)[-1] == "refuted"


def test_the_average_of_a_model_is_judged() -> None:
    assert outcomes(r"$$ p(x) = \int p(x \mid z)\, q(z)\, dz $$")[0] == "refuted"


WEIGHTS = r"""
The weights are $w = \frac{a}{a + b}$ for $a, b > 0$.

$$ \log w = \log a - \log(a + b) $$
"""


def test_the_only_word_on_a_quantity_is_its_definition() -> None:
    assert outcomes(WEIGHTS)[0] == "proved"
    assert outcomes(WEIGHTS.replace("- \\log", "+ \\log"))[0] == "refuted"


def test_data_may_go_by_their_numbers() -> None:
    given = r"Let $q(n, z) = q(n) q(z \mid n)$ with $q(n) = \frac1N$, where $q(z \mid n) = q(z \mid x_n)$."
    claim = "\n\n" + r"$$ \frac1N \sum_{n=1}^N \mathrm{KL}(q(z \mid x_n) \,\|\, q(z)) = I_q(n; z) $$"
    assert outcomes(given + claim) == ["proved"]
    assert outcomes(given + claim.replace("I_q", "2 I_q")) == ["refuted"]
    assert outcomes(given.replace(r", where $q(z \mid n) = q(z \mid x_n)$", "") + claim) != ["proved"]
