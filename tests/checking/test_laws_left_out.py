"""Averages and factors in short notations: what is left out is found in the document, or nothing is said."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

FIELD = r"The family is $$ q(\mathbf{z}) = \prod_{j=1}^{m} q_j(z_j). $$"


def last(*parts: str) -> str:
    return [claim.outcome.value for claim in check_text("\n\n".join(parts)).claims][-1]


def test_plain_entries_of_a_bold_whole() -> None:
    true = r"$$ \mathbb{E}_{q(\mathbf{z})}[\log q(\mathbf{z})] = \sum_{j=1}^m \mathbb{E}_{q_j(z_j)}[\log q_j(z_j)] $$"
    assert last(FIELD, true) == "proved"
    assert last(FIELD, true.replace("= ", "= 2 ")) == "refuted"


def test_a_plain_letter_that_stands_alone_is_a_name_of_its_own() -> None:
    claim = r"$$ \mathbb{E}_{q(\mathbf{z})}[\log q(\mathbf{z})] = \sum_{j=1}^m 2 \mathbb{E}_{q_j}[\log q_j(z_j)] $$"
    assert last(FIELD, r"$$ p(z) = p(z \mid 1) $$", claim) != "refuted"


SAID = r"All expectations are taken with respect to $q(\mathbf{z})$."


@pytest.mark.parametrize(
    ("given", "true", "right", "wrong"),
    [
        (
            FIELD + SAID,
            r"$$ \mathbb{E}[\log p(x, \mathbf{z})] - \mathbb{E}[\log p(\mathbf{z})] "
            r"= \mathbb{E}[\log p(x \mid \mathbf{z})] $$",
            "= ",
            "= 2 ",
        ),
        (
            FIELD,
            r"$$ \mathrm{KL}(q(\mathbf{z}) \| p(\mathbf{z})) = \mathbb{E}[\log q(\mathbf{z})] "
            r"- \mathbb{E}[\log p(\mathbf{z})] $$",
            "- ",
            "+ ",
        ),
    ],
)
def test_the_law_of_the_averages_is_said(given: str, true: str, right: str, wrong: str) -> None:
    assert last(given, true) == "proved"
    assert last(given, true.replace(right, wrong)) == "refuted"


def test_averages_under_an_unsaid_or_another_law_refute_nothing() -> None:
    wrong = r"$$ \mathbb{E}[\log p(x, \mathbf{z})] = 2 \mathbb{E}[\log p(x \mid \mathbf{z})] $$"
    assert last(FIELD, wrong) == "unknown"
    assert last(FIELD, SAID.replace("q(", "p("), wrong) == "unread"
    assert (
        last(r"Expectations are under $p(z)$.", r"$$ \mathbb{E}[\log q(z)] = 2 \mathbb{E}[\log p(z)] $$") == "unknown"
    )


def test_rows_below_the_best_factor_are_constant_in_nothing_that_it_is_a_density_of() -> None:
    head = r"$$ q(\mu, \tau) = q_\mu(\mu) q_\tau(\tau) $$"
    best = r"$$ \ln q_\mu^*(\mu) = \mathbb{E}_\tau[\ln p(x, \mu \mid \tau)] + \text{const} $$"
    row = r"$$ = \mathbb{E}_\tau[\ln p(\mu \mid \tau)] + \mathbb{E}_\tau[\ln p(x \mid \mu, \tau)] + \text{const} $$"
    assert last(head, best, row) == "proved"
    assert last(head, best, row.replace("+ \\mathbb", "+ 2 \\mathbb")) == "refuted"


PARAMETERS = r"$$ q(\mu; m, s^2) = \mathcal{N}(\mu; m, s^2) $$"


@pytest.mark.parametrize("average", [r"\mathbb{E}_{q(\mu; m, s^2)}[\mu^2]", r"\mathbb{E}[\mu^2; m, s^2]"])
def test_parameters_behind_a_semicolon(average: str) -> None:
    assert last(PARAMETERS, rf"$$ {average} = m^2 + s^2 $$") == "proved"
    assert last(PARAMETERS, rf"$$ {average} = m^2 - s^2 $$") == "refuted"


def test_parameters_of_no_density_and_of_several() -> None:
    assert last(PARAMETERS, r"$$ \mathbb{E}[\mu^2; v] = 2 m^2 $$") == "unread"
    assert (
        last(PARAMETERS, r"$$ p(\mu; m, s^2) = q(\mu; m, s^2) $$", r"$$ \mathbb{E}[\mu; m, s^2] = 2 m $$") == "unread"
    )


def test_a_parameter_that_is_given_by_its_square_later() -> None:
    later = r"$$ s^2 = \frac{1}{a + n} $$"
    assert last(PARAMETERS, r"$$ \mathbb{E}[\mu; m, s^2] = m $$", later) == "definition"
    wrong = r"$$ \mathbb{E}[(\mu - m)^2; m, s^2] = \frac{2}{a + n} $$"
    assert last(PARAMETERS, r"$$ \mathbb{E}[\mu; m, s^2] = m $$", later, wrong) == "refuted"


PLAIN = r"$$ q(z) = \prod_{i=1}^{M} q_i(z_i) $$"


@pytest.mark.parametrize(
    "true",
    [
        r"$$ \int q_j \ln q_j \, dz_j = \mathbb{E}_{q_j(z_j)}[\ln q_j(z_j)] $$",
        r"$$ \mathbb{E}_{i \neq j}[\ln p(x, z)] = \int \ln p(x, z) \prod_{i \neq j} q_i \, dz_i $$",
    ],
)
def test_factors_without_their_variables(true: str) -> None:
    assert last(PLAIN, true) == "proved"
    assert last(PLAIN, true.replace("= ", "= 2 ")) == "refuted"


def test_a_product_over_other_entries_than_all_but_one_is_not_integrated() -> None:
    claim = r"$$ \mathbb{E}_{i \neq j}[\ln p(x, z)] = \int \ln p(x, z) \prod_{i < j} q_i \, dz_i $$"
    assert last(PLAIN, claim) == "unread"
