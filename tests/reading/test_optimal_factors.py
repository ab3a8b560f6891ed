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
