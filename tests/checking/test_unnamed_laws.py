"""Averages that name no density: the document shows which draws, or which factors, are meant."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

DRAWS = r"$$ \hat p_K := \frac1K \sum_{k=1}^K \frac{p(x, z_k)}{q(z_k \mid x)} $$"
FIELD = r"""
<!-- symelbo: assume q(\mu, \tau) = q(\mu) q(\tau) -->
<!-- symelbo: assume q(\tau) = \text{Gamma}(\tau; a, b) -->
<!-- symelbo: assume q(\mu) = \mathcal N(\mu; m, v) -->
"""
FACTORS = r"Here $q(\tau) = \text{Gamma}(\tau; a, b)$ and $q(\mu) = \mathcal N(\mu; m, v)$."


def last(*parts: str) -> str:
    return [claim.outcome.value for claim in check_text("\n\n".join(parts)).claims][-1]


@pytest.mark.parametrize(
    ("given", "true", "right", "wrong"),
    [
        (DRAWS, r"$$ \mathbb{E}[\hat p_K] = p(x) $$", "= p(x)", "= K p(x)"),
        (DRAWS, r"$$ \mathbb{E}[\log \hat p_K] \le \log p(x) $$", r"\le", "="),
        (FACTORS, r"$$ \mathbb{E}[\tau] = \frac{a}{b} $$", r"\frac{a}{b}", r"\frac{b}{a}"),
        (FACTORS, r"$$ \mathbb{E}[\mu^2] = m^2 + v $$", "+ v", "- v"),
        (FACTORS, r"$$ \mathbb{E}[\tau (x - \mu)^2] = \frac{a}{b} ((x - m)^2 + v) $$", "+ v", "- v"),
        (FIELD, r"$$ \mathbb{E}_{q(\mu,\tau)}[\tau \mu] = \frac{a m}{b} $$", r"\frac{a m}{b}", r"\frac{b m}{a}"),
    ],
)
def test_an_average_without_a_subscript(given: str, true: str, right: str, wrong: str) -> None:
    assert last(given, true) == "proved"
    assert last(given, true.replace(right, wrong)) == "refuted"


def test_an_unknown_number_of_draws_refutes_nothing() -> None:
    given = r"Let $\hat p = \frac1K \sum_k w_k$ with $w_k = p(x, z_k) / q(z_k \mid x)$."
    assert last(given, r"$$ \mathbb{E}[\hat p] = p(x) $$") == "unknown"
