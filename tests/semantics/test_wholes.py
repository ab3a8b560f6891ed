"""A vector is not given values as a whole and, independently, entry by entry."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

LAWS = (
    r"<!-- symelbo: assume q(z) = \mathcal{N}(z; \mu, \operatorname{diag}(\sigma^2)) -->" + "\n"
    r"<!-- symelbo: assume p(\epsilon) = \mathcal{N}(\epsilon; 0, I) -->" + "\n"
)
NETWORKS = LAWS.replace("q(z)", r"q(z \mid x)").replace(r"\mu", r"\mu(x)").replace(r"\sigma", r"\sigma(x)")


@pytest.mark.parametrize(
    ("laws", "claim"),
    [
        (LAWS, r"\mathbb{E}_{q(z)}[f(z)] = \mathbb{E}_{p(\epsilon)}[f(\mu + \sigma \odot \epsilon)]"),
        (NETWORKS, r"\mathbb{E}_{q(z \mid x)}[f(z)] = \mathbb{E}_{p(\epsilon)}[f(\mu(x) + \sigma(x) \odot \epsilon)]"),
    ],
)
def test_a_torn_vector_refutes_nothing(laws: str, claim: str) -> None:
    (found,) = check_text(f"{laws}\n$$ {claim} $$\n").claims
    assert found.outcome.value == "proved" or "as a whole and entry by entry" in (found.note or "")


def test_entries_alone_still_refute() -> None:
    claim = r"\mathrm{KL}(q(z) \,\|\, p(z)) = \frac12 \sum_{j=1}^d (\mu_j^2 + \sigma_j^2 - \log \sigma_j^2)"
    laws = LAWS + r"<!-- symelbo: assume p(z) = \mathcal{N}(z; 0, I) -->" + "\n"
    (found,) = check_text(f"{laws}\n$$ {claim} $$\n").claims
    assert found.outcome.value == "refuted"
