r"""Notation of diffusion papers: scores without their variable, `\sigma^2(t)`, divergences in two letters, SNR(t)."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


def test_the_score_of_a_density_without_parameters_is_by_its_variable() -> None:
    law = "Let $p(x) = \\mathcal{N}(x; m, v)$.\n\n"
    score = r"$$ \nabla \log p(x) = -\frac{x - m}{v} $$"
    assert outcomes(law + score) == ["proved"]
    assert outcomes(law + score.replace("{v}", "{v^2}")) == ["refuted"]
    assert outcomes(score.replace("p(x)", r"p_\theta(x)").replace("= -", "= ")) == ["unread"]
    assert outcomes(score.replace("p(x)", r"p(x \mid m)")) == ["unread"]


def test_laws_in_two_letters_are_compared_as_laws_of_one() -> None:
    row = r"$$ D_{KL}(\mathcal{N}(x; a, s^2) \,\|\, \mathcal{N}(y; b, s^2)) = \frac{(a - b)^2}{2 s^2} $$"
    assert outcomes(row) == ["proved"]
    assert outcomes(row.replace("{2 s^2}", "{s^2}")) == ["refuted"]


@pytest.mark.parametrize("name", [r"\sigma^2(t)", r"\sigma_q^2(t)", r"\text{SNR}(t)", "S(t)"])
@pytest.mark.parametrize("words", ["Let", "Since"])
def test_a_function_of_time_is_given_in_a_sentence(name: str, words: str) -> None:
    said = rf"{words} ${name} = \frac{{a_t}}{{1 - a_t}}$," + "\n\n"
    row = rf"$$ {name} + a_t = \frac{{a_t}}{{1 - a_t}} + a_t $$"
    assert outcomes(said + row) == ["proved"]
    assert outcomes(said + row.replace("+ a_t $", "- a_t $")) == ["refuted"]


def test_an_objective_that_a_sentence_reminds_of_is_no_definition() -> None:
    said = r"Since $L = \mathbb{E}_{q(z)}[\log p(x, z)]$, we look at" + "\n\n"
    row = r"$$ L = \mathbb{E}_{q(z)}[\log p(x, z)] $$"
    assert [item.text for item in check_text(said + row).files[0].taken_in] == []


def test_a_scale_at_a_time_is_no_product_with_the_time() -> None:
    said = r"Let $\sigma_q^2(t) = \frac{a_t}{1 - a_t}$." + "\n\n"
    bare = r"$$ \log \mathcal{N}(x; 0, \sigma_q^2) = -\frac{x^2}{2 \sigma_q^2} - \frac12 \log (2 \pi \sigma_q^2) $$"
    row = r"$$ \frac{1}{\sigma_q^2(t)} = \frac{1 - a_t}{a_t} $$"
    assert outcomes(said + bare + "\n\n" + row) == ["proved", "proved"]
    assert outcomes(said + bare + "\n\n" + row.replace("1 - a_t", "1 + a_t", 1)) == ["proved", "refuted"]


def test_all_scores_of_a_chain_are_by_one_variable() -> None:
    chain = r"""\begin{align}
\nabla \log p(x \mid y) &= \nabla \log \frac{p(x)\, p(y \mid x)}{p(y)} \\
&= \nabla \log p(x) + \nabla \log p(y \mid x) - \nabla \log p(y) \\
&= \nabla \log p(x) + \nabla \log p(y \mid x)
\end{align}"""
    assert outcomes(chain) == ["proved", "proved", "proved"]
    assert outcomes(chain.replace("+ \\nabla \\log p(y \\mid x)\n", "- \\nabla \\log p(y \\mid x)\n"))[-1] == "refuted"
