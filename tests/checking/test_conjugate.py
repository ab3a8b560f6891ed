"""Posteriors of conjugate models, and what the rows of a chain of proportionalities are constant in."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

MODEL = r"Let $p(x|\theta) = \mathrm{Poisson}(x; \theta)$ and $p(\theta) = \mathrm{Gamma}(\theta; a, b)$."
COIN = r"Let $p(x|\theta) = \mathrm{Bernoulli}(x; \theta)$ and $p(\theta) = \mathrm{Beta}(\theta; a, b)$."


def last(*parts: str) -> str:
    return [claim.outcome.value for claim in check_text("\n\n".join(parts)).claims][-1]


@pytest.mark.parametrize(
    ("model", "true", "right", "wrong"),
    [
        (MODEL, r"$$ p(\theta | x) = \mathrm{Gamma}(\theta; a + x, b + 1) $$", "b + 1", "b"),
        (MODEL, r"$$ p(\theta | x) \propto \theta^{a + x - 1} e^{-(b+1)\theta} $$", "x - 1", "x"),
        (
            MODEL,
            r"$$ p(\theta | x) \propto p(\theta) p(x|\theta) \propto \theta^{a+x-1} e^{-(b+1)\theta} $$",
            "b+1",
            "b",
        ),
    ],
)
def test_posteriors(model: str, true: str, right: str, wrong: str) -> None:
    assert last(model, true) == "proved"
    assert last(model, true.replace(right, wrong)) == "refuted"


def test_a_coin() -> None:
    claim = r"$$ p(\theta | x) = \mathrm{Beta}(\theta; a + x, b + 1 - x) $$"
    assert last(COIN, claim) == "proved"
    assert last(COIN, claim.replace("1 - x", "x")) != "proved"


def test_mutual_information_of_capitals() -> None:
    note = r"$$ q(x, z) = p_D(x) q(z|x) $$ $$ I_q(X; Z) = \mathbb{E}_{p_D(x)}[\mathrm{KL}(q(z|x) \,\|\, q(z))] $$"
    assert last(note) == "proved"
    assert last(note.replace("q(z))]", "p(z))]")) == "refuted"
