"""Updates of a factor: what gives a new density, what states an optimum, and what is claimed."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

UPDATE = r"\mathbb{E}_{q(b)}[\log p(x, a, b)]"


def outcomes(*rows: str) -> list[str]:
    text = "\n\n".join(f"$$\n{row}\n$$" for row in rows)
    return [claim.outcome.value for claim in check_text(text).claims]


def test_a_new_density_is_given_up_to_its_normaliser():
    given = rf"\log q^*(a) = {UPDATE} + \text{{const}}"
    normalised = rf"q^*(a) = \frac{{\exp({UPDATE})}}{{\int \exp({UPDATE})\, da}}"
    assert outcomes(given, normalised) == ["definition", "proved"]
    assert outcomes(given, rf"q^*(a) = \exp({UPDATE})") == ["definition", "refuted"]


@pytest.mark.parametrize("row", [rf"\log q(a) = {UPDATE} + \text{{const}}", rf"q(a) \propto \exp({UPDATE})"])
def test_the_condition_for_the_best_factor_is_taken_as_given(row: str):
    assert outcomes(r"\log p(x) \ge \mathbb{E}_{q(a) q(b)}[\log p(x, a, b) - \log q(a) - \log q(b)]", row)[1:] == [
        "definition"
    ]


def test_an_average_over_the_factor_itself_is_no_update():
    bound = r"\log p(x) \ge \mathbb{E}_{q(a) q(b)}[\log p(x, a, b) - \log q(a) - \log q(b)]"
    assert outcomes(bound, r"\log q(a) = \mathbb{E}_{q(a)}[\log p(x, a, b)] + \text{const}")[1:] == ["refuted"]


def test_a_letter_that_is_only_ever_added_is_a_constant():
    assert outcomes(r"\mathbb{E}_{q(z)}[\log p(x, z)] = \mathbb{E}_{q(z)}[\log p(z \mid x)] + C") == ["proved"]
    assert outcomes(r"C = \log p(x)", r"\log p(x, z) = \log p(z) + C")[1] == "refuted"


def test_a_name_at_the_end_of_a_chain_is_given_there():
    rows = (r"\mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] = \mathcal{L}_1", r"\mathcal{L}_1 \le \log p(x)")
    assert outcomes(*rows) == ["definition", "proved"]
    assert outcomes(rows[0], r"\mathcal{L}_1 \ge \log p(x)") == ["definition", "refuted"]


def test_that_sides_differ_is_not_judged():
    assert outcomes(r"\mathbb{E}_{q(z)}[\log p(x, z)] \ne \log \mathbb{E}_{q(z)}[p(x, z)]") == ["estimate"]
    assert outcomes(r"\mathbb{E}_{q(z)}[\log p(x, z)] \neq \mathbb{E}_{q(z)}[\log p(x, z)]") == ["estimate"]
