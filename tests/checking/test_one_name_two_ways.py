"""One thing that a document writes in two ways: with and without its font, its index, or its place in a chain."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


def test_a_bold_variable_may_be_integrated_over_in_plain() -> None:
    row = r"$$ \log p(\mathbf x) = \log p(\mathbf x) \int q(\mathbf z \mid \mathbf x)\, dz $$"
    assert outcomes(row) == ["proved"]
    assert outcomes(row.replace(r"\int q(\mathbf z", r"\int z\, q(\mathbf z")) == ["refuted"]  # a letter of its own
    assert outcomes(row.replace(r"\int", r"2 \int")) == ["refuted"]


ZEROS = (r"\mathbf{0}", r"\boldsymbol 0", r"\vec 0", r"\bm{0}", r"\textbf{0}", "0")


@pytest.mark.parametrize("zero", ZEROS)
def test_the_zero_of_vectors_is_zero(zero: str) -> None:
    law = rf"Let $p(\mathbf z) = \mathcal{{N}}(\mathbf z; {zero}, \mathbf I)$." + "\n\n"
    score = r"$$ \nabla_{\mathbf z} \log p(\mathbf z) = -\mathbf z $$"
    mean = rf"$$ \mathbb{{E}}_{{p(\mathbf z)}}[\mathbf z] = {zero} $$"
    assert outcomes(law + score) == outcomes(law + mean) == ["proved"]
    assert outcomes(law + score.replace("= -", "= ")) == ["refuted"]
    assert outcomes(law.replace(zero + ",", r"\mathbf m,") + mean) == ["refuted"]


def test_a_bold_parameter_may_be_plain_below_a_density() -> None:
    bound = (
        r"$$ \log p_\theta(x) \ge \mathbb{E}_{q_{\boldsymbol\phi}(z \mid x)}[\log p_{\boldsymbol\theta}(x, z)"
        r" - \log q_\phi(z \mid x)] $$"
    )
    assert outcomes(bound) == ["proved"]
    assert outcomes(bound.replace(r"\ge", r"\le")) == ["refuted"]
    two = bound.replace(r"p_{\boldsymbol\theta}", r"p_{\boldsymbol\eta}")
    assert outcomes(two) == ["refuted"]  # another parameter is another model


POSTERIOR = r"""
$$ q(x_t \mid x_{t-1}) = \mathcal{N}(x_t; \sqrt{1 - \beta_t}\, x_{t-1}, \beta_t I), \quad
q(x_{1:T} \mid x_0) = \prod_{t=1}^T q(x_t \mid x_{t-1}) $$

Let $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t = \prod_{s=1}^t \alpha_s$.

$$ q(x_{t-1} \mid x_t, x_0) = \mathcal{N}(x_{t-1}; \tilde\mu(x_t, x_0), \tilde\beta_t I) $$

with

$$ \tilde\beta_t = \frac{1 - \bar\alpha_{t-1}}{1 - \bar\alpha_t} \beta_t $$

$$ \tilde\mu_t(x_t, x_0) = \frac{\sqrt{\alpha_t} (1 - \bar\alpha_{t-1})}{1 - \bar\alpha_t} x_t
+ \frac{\sqrt{\bar\alpha_{t-1}} \beta_t}{1 - \bar\alpha_t} x_0 $$
"""


def test_a_function_may_be_called_without_its_index() -> None:
    assert outcomes(POSTERIOR) == ["definition", "definition", "proved", "definition", "definition"]
    wrong = POSTERIOR.replace(r"\sqrt{\alpha_t} (1", r"\alpha_t (1")
    assert "refuted" in outcomes(wrong)


def test_a_function_of_which_nothing_is_said_refutes_no_law() -> None:
    unsaid = POSTERIOR.replace(r"\tilde\mu(x_t, x_0)", r"m(x_t, x_0)")
    assert outcomes(unsaid) == ["definition", "definition", "unknown", "definition", "definition"]
    numbers = POSTERIOR.replace(r"\tilde\mu(x_t, x_0)", r"x_t + x_0")
    assert outcomes(numbers)[2] == "refuted"


CHAIN = r"""
$$ \log p(x) \ge \mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right] $$

With a chain of them,

$$ p(x, z_{1:T}) = p(z_T)\, p(x \mid z_1) \prod_{t=2}^T p(z_{t-1} \mid z_t) $$

$$ q(z_{1:T} \mid x) = q(z_1 \mid x) \prod_{t=2}^T q(z_t \mid z_{t-1}) $$

$$ \mathbb{E}_{q(z_{1:T} \mid x)}\left[\log \frac{p(x, z_{1:T})}{q(z_{1:T} \mid x)}\right]
= \mathbb{E}_{q(z_{1:T} \mid x)}\left[\log \frac{p(z_T)\, p(x \mid z_1) \prod_{t=2}^T p(z_{t-1} \mid z_t)}
{q(z_1 \mid x) \prod_{t=2}^T q(z_t \mid z_{t-1})}\right] $$
"""


def test_entries_of_a_chain_are_no_values_of_the_letter_without_index() -> None:
    assert outcomes(CHAIN) == ["proved", "definition", "definition", "proved"]
    head, last = CHAIN.rsplit("p(z_T)", 1)
    assert outcomes(f"{head}p(z_1){last}") == ["proved", "definition", "definition", "refuted"]


def test_a_copy_that_is_given_its_original_is_a_variable_of_its_own() -> None:
    law = r"Let $q_\sigma(\tilde x \mid x) = \mathcal{N}(\tilde x; x, \sigma^2)$." + "\n\n"
    row = r"$$ \nabla_{\tilde x} \log q_\sigma(\tilde x \mid x) = \frac{x - \tilde x}{\sigma^2} $$"
    assert outcomes(law + row) == ["proved"]
    assert outcomes(law + row.replace(r"x - \tilde x", r"\tilde x - x")) == ["refuted"]


def test_a_bare_law_stands_outside_of_the_sum_that_it_averages() -> None:
    given = r"""Let $q(x_{1:T} \mid x_0) = \prod_{t=1}^T q(x_t \mid x_{t-1})$ and
$p(x_{0:T}) = p(x_T) \prod_{t=1}^T p(x_{t-1} \mid x_t)$.

$$ L = \mathbb{E}_q\left[-\log \frac{p(x_{0:T})}{q(x_{1:T} \mid x_0)}\right] $$

"""
    row = r"""$$ L = \mathbb{E}_q\left[-\log p(x_T) - \sum_{t \ge 1}
\log \frac{p(x_{t-1} \mid x_t)}{q(x_t \mid x_{t-1})}\right] $$"""
    assert outcomes(given + row) == ["definition", "proved"]
    assert "proved" not in outcomes(given + row.replace("- \\sum", "+ \\sum"))[1:]


def test_draws_of_one_law_are_no_chain() -> None:
    row = r"""Let $z_1, \dots, z_K$ be independent draws from $q$.

$$ \mathbb{E}_{z_{1:K} \sim q}\left[\log \frac{1}{K} \sum_{k=1}^K \frac{p(x, z_k)}{q(z_k)}\right]
= \mathbb{E}_{z_{1:K} \sim q}\left[\frac{1}{K} \sum_{k=1}^K \log \frac{p(x, z_k)}{q(z_k)}\right] $$"""
    assert outcomes(row) == ["refuted"]
