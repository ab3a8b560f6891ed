r"""Gaussian vectors on paper: `diag(...)`, `\sigma^2` of a vector, identities with a size, and sums that reach on."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

RIGHT = r"\frac12 \sum_{j=1}^J \left( \mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2 \right)"
SLIP = r"\frac12 \sum_{j=1}^J \left( \mu_j^2 + \sigma_j - 1 - \log \sigma_j^2 \right)"
LAWS = (
    r"\mathcal{N}(\mu, \mathrm{diag}(\sigma^2))",
    r"\mathcal{N}(\mu, \operatorname{diag}(\sigma_1^2, \dots, \sigma_J^2))",
    r"\mathcal{N}(\mu, \mathrm{diag}(\sigma_j^2))",
    r"\mathcal{N}(\mu, \sigma^2 I)",
    r"\mathcal{N}(\mu, \sigma^2)",
)
PRIORS = (r"\mathcal{N}(0, I)", r"\mathcal{N}(0, \mathbf{I})", r"\mathcal{N}(0, I_J)")


def outcomes(*rows: str) -> list[str]:
    return [claim.outcome.value for claim in check_text("\n\n".join(f"$$\n{row}\n$$" for row in rows)).claims]


@pytest.mark.parametrize("law", LAWS)
def test_a_diagonal_covariance(law: str):
    divergence = rf"\mathrm{{KL}}({law} \,\|\, \mathcal{{N}}(0, I))"
    assert outcomes(rf"{divergence} = {RIGHT}") == ["proved"]
    assert outcomes(rf"{divergence} = {SLIP}") == ["refuted"]


@pytest.mark.parametrize("prior", PRIORS)
def test_identities(prior: str):
    left = rf"\mathrm{{KL}}(\mathcal{{N}}(m, v I_J) \,\|\, {prior})"
    right = r"\frac12 \left( \|m\|^2 + J v - J - J \log v \right)"
    assert outcomes(rf"{left} = {right}") == ["proved"]
    assert outcomes(rf"{left} = {right.replace('- J -', '- 1 -')}") == ["refuted"]


def test_an_integral_that_is_negative_has_no_logarithm():
    left = r"\int \mathcal{N}(z; \mu, \sigma^2) \log \mathcal{N}(z; 0, I)\, dz"
    right = r"-\frac{J}{2} \log(2\pi) - \frac12 \sum_{j=1}^J (\mu_j^2 + \sigma_j^2)"
    assert outcomes(rf"{left} = {right}") == ["proved"]
    assert outcomes(rf"{left} = {right.replace('J}{2}', '1}{2}')}") == ["refuted"]


def test_terms_with_the_index_of_a_sum_belong_to_it():
    whole = r"\sum_{i=1}^n (x_i \log y_i + (1 - x_i) \log(1 - y_i))"
    assert outcomes(rf"\sum_{{i=1}}^n x_i \log y_i + (1 - x_i) \log(1 - y_i) = {whole}") == ["proved"]
    assert outcomes(rf"\sum_{{i=1}}^n x_i \log y_i - (1 - x_i) \log(1 - y_i) = {whole}") == ["refuted"]
    assert outcomes(r"\sum_{i=1}^n x_i + c = c + \sum_{i=1}^n x_i") == ["proved"]
    assert outcomes(r"\sum_{i=1}^n a_i + \sum_{i=1}^n b_i = \sum_{i=1}^n (a_i + b_i)") == ["proved"]
    assert outcomes(r"\sum_{i=1}^n a_i - c + b_i = \sum_{i=1}^n (a_i + b_i) - c") == ["refuted"]


def test_what_carries_an_index_is_a_number():
    given = r"<!-- symelbo: assume q(z \mid x) = \prod_{j=1}^d \mathcal{N}(z_j; \mu_j(x), \sigma_j^2(x)) -->" + "\n"
    given += r"<!-- symelbo: assume p(z) = \prod_{j=1}^d \mathcal{N}(z_j; 0, 1) -->" + "\n\n"
    left = r"KL(q(z \mid x) \,\|\, p(z))"
    right = r"\frac12 \sum_{j=1}^d ( \mu_j^2(x) + \sigma_j^2(x) - \log \sigma_j^2(x) - 1 )"
    for written, outcome in ((right, "proved"), (right.replace("- \\log", "+ \\log"), "refuted")):
        assert [c.outcome.value for c in check_text(f"{given}$$\n{left} = {written}\n$$").claims] == [outcome]
