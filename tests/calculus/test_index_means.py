"""Means over an index: Jensen's inequality and the Cauchy-Schwarz inequality for the terms of a sum."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


@pytest.mark.parametrize(
    ("given", "true", "right", "wrong"),
    [
        ("", r"$$ \frac1K \sum_{k=1}^K \log w_k \le \log \frac1K \sum_{k=1}^K w_k $$", r"\le", r"\ge"),
        ("", r"$$ \log \sum_{k=1}^K w_k - \log K \ge \frac1K \sum_{k=1}^K \log w_k $$", r"- \log K", r"- 2 \log K"),
        ("Let $w_k > 0$.", r"$$ \frac{(\sum_{k=1}^K w_k)^2}{\sum_{k=1}^K w_k^2} \le K $$", r"\le", r"\ge"),
    ],
)
def test_means_over_an_index(given: str, true: str, right: str, wrong: str) -> None:
    assert outcomes(f"{given}\n\n{true}") == ["proved"]
    assert outcomes(f"{given}\n\n{true.replace(right, wrong)}") == ["refuted"]
