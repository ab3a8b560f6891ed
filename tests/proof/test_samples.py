"""Laws on data points, and functions that carry a parameter in their name."""

from __future__ import annotations

import pytest

from symelbo.checking.check import check_text

_DATA = "$$ \\hat{p}(x) = \\frac{1}{N} \\sum_{i=1}^{N} \\delta(x - x_i) $$\n\n"
_NOISE = (
    "<!-- symelbo: assume r_\\theta(y \\mid x) = \\mathcal N(y; f_\\theta(x), 1) -->\n"
    "<!-- symelbo: constant wrt \\theta -->\n\n"
)

_TRUE = [
    (_DATA, r"\mathbb{E}_{\hat{p}(x)}[\log p_\theta(x)] = \frac{1}{N} \sum_{i=1}^{N} \log p_\theta(x_i)"),
    (
        _DATA,
        r"\arg\max_\theta \mathbb{E}_{\hat{p}(x)}[\log p_\theta(x)] = \arg\max_\theta \sum_{i=1}^N \log p_\theta(x_i)",
    ),
    (
        _NOISE,
        r"-\mathbb{E}_{p(x, y)}[\log r_\theta(y|x)] = \frac12 \mathbb{E}_{p(x, y)}[(y - f_\theta(x))^2] + \text{const}",
    ),
]
_FALSE = [
    (_DATA, r"\mathbb{E}_{\hat{p}(x)}[\log p_\theta(x)] = \sum_{i=1}^{N} \log p_\theta(x_i)"),
    (_DATA, r"\mathbb{E}_{\hat{p}(x)}[\log p_\theta(x)] = \log \frac{1}{N} \sum_{i=1}^{N} p_\theta(x_i)"),
]


@pytest.mark.parametrize(("law", "line"), _TRUE)
def test_means_over_data_are_proved(law: str, line: str) -> None:
    claim = check_text(f"{law}$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "proved", claim.note


@pytest.mark.parametrize(("law", "line"), _FALSE)
def test_slips_about_means_over_data_are_refuted(law: str, line: str) -> None:
    claim = check_text(f"{law}$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "refuted", claim.note
