"""Short documents on sequences, in several notations: true lines beside slips, each with what has to be found."""

from __future__ import annotations

import pytest

from symelbo import check

pytestmark = pytest.mark.usefixtures("verdicts_alone")

WRONG_INDEPENDENCE = r"""
<!-- symelbo: assume p(a, b, c) = p(a)\, p(b \mid a)\, p(c \mid b) -->
$$p(c \mid a, b) = p(c \mid b)$$
$$p(a, c \mid b) = p(a \mid b)\, p(c \mid b)$$
$$p(a, c) = p(a)\, p(c)$$
$$p(a \mid b, c) = p(a \mid b)$$
$$p(b \mid a, c) = p(b \mid a)$$
"""
LINEAR_GAUSSIAN = r"""
$$p(z) = \mathcal N(z; 0, 1), \qquad p(x \mid z) = \mathcal N(x; z, \sigma^2)$$
$$p(x) = \mathcal N(x; 0, 2 + \sigma^2)$$
$$p(z \mid x) = \mathcal N(z; m, s)$$
with
$$m = \frac{x}{1 + \sigma^2}, \qquad s = \frac{\sigma^2}{1 + \sigma^2}$$
$$p(x) = \mathcal N(x; 0, 1 + \sigma^2)$$
"""
MARGINAL = r"""
$$q(x_t \mid x_{t-1}) = \mathcal N(x_t; \sqrt{\alpha_t}\, x_{t-1}, 1 - \alpha_t), \qquad
  \bar\alpha_t = \prod_{s=1}^{t} \alpha_s$$
$$q(x_t \mid x_0) = \mathcal N(x_t; \bar\alpha_t\, x_0, 1 - \bar\alpha_t)$$
$$q(x_t \mid x_0) = \mathcal N(x_t; \sqrt{\bar\alpha_t}\, x_0, 1 - \bar\alpha_t)$$
"""
LAYERS = r"""
<!-- symelbo: assume q(z_{1:L} \mid x) = q(z_1 \mid x) \prod_{l=2}^{L} q(z_l \mid z_{l-1}) -->
$$\mathbb E_{q(z_{1:L} \mid x)}\left[\sum_{l=1}^{L-1} \log p(z_l \mid z_{l+1})\right]
  = \sum_{l=1}^{L-1} \mathbb E_{q(z_l, z_{l+1} \mid x)}[\log p(z_l \mid z_{l+1})]$$
$$\mathbb E_{q(z_{1:L} \mid x)}\left[\sum_{l=1}^{L-1} \log p(z_l \mid z_{l+1})\right]
  = \sum_{l=1}^{L-1} \mathbb E_{q(z_l \mid x)}[\log p(z_l \mid z_{l+1})]$$
"""

CASES = {
    "independences of a chain": (WRONG_INDEPENDENCE, "proved proved refuted proved refuted"),
    "evidence and posterior": (LINEAR_GAUSSIAN, "definition definition refuted proved definition definition proved"),
    "forward marginal": (MARGINAL, "definition definition refuted proved"),
    "layers in pairs": (LAYERS, "proved refuted"),
}


@pytest.mark.parametrize("text, expected", CASES.values(), ids=CASES)
def test_every_line_gets_its_verdict(text, expected):
    assert " ".join(claim.outcome.value for claim in check(text).claims) == expected
