"""Names of optima: what a maximisation step makes true of the value it finds."""

from __future__ import annotations

import pytest

from symelbo.checking.check import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

_CLASSIC = r"""
$$ Q(\theta, \theta^{old}) = \mathbb{E}_{p(z \mid x, \theta^{old})}[\log p(x, z \mid \theta)] $$

$$ \theta^{new} = \arg\max_\theta Q(\theta, \theta^{old}) $$
"""
_FREE_ENERGY = r"""
$$ \mathcal{F}(q, \theta) = \sum_z q(z) \log \frac{p_\theta(x, z)}{q(z)} $$

$$ q^{(t)}(z) = p_{\theta^{(t)}}(z \mid x) $$

$$ \theta^{(t+1)} = \arg\max_\theta \mathcal{F}(q^{(t)}, \theta) $$
"""
_LEAST = r"""
$$ \phi^\star = \arg\min_\phi \mathrm{KL}(p(x) \,\|\, q_\phi(x)) $$
"""

_TRUE = [
    (_CLASSIC, r"Q(\theta^{new}, \theta^{old}) \ge Q(\theta^{old}, \theta^{old})"),
    (_CLASSIC, r"\log p(x \mid \theta^{new}) \ge \log p(x \mid \theta^{old})"),
    (
        _CLASSIC,
        r"\log p(x|\theta) - \log p(x|\theta^{old}) \ge Q(\theta, \theta^{old}) - Q(\theta^{old}, \theta^{old})",
    ),
    (_FREE_ENERGY, r"\log p_{\theta^{(t)}}(x) = \mathcal{F}(q^{(t)}, \theta^{(t)})"),
    (_FREE_ENERGY, r"\mathcal{F}(q^{(t)}, \theta^{(t)}) \le \mathcal{F}(q^{(t)}, \theta^{(t+1)})"),
    (_FREE_ENERGY, r"\log p_{\theta^{(t+1)}}(x) \ge \log p_{\theta^{(t)}}(x)"),
    (_LEAST, r"\mathrm{KL}(p(x) \,\|\, q_{\phi^\star}(x)) \le \mathrm{KL}(p(x) \,\|\, q_\phi(x))"),
]
_FALSE = [
    (_CLASSIC, r"Q(\theta^{new}, \theta^{old}) \le Q(\theta^{old}, \theta^{old})"),
    (_CLASSIC, r"Q(\theta^{new}, \theta^{old}) = Q(\theta^{old}, \theta^{old})"),
    (
        _CLASSIC,
        r"\log p(x|\theta^{new}) = \log p(x|\theta^{old}) + Q(\theta^{new}, \theta^{old})",
    ),
    (_FREE_ENERGY, r"\log p_{\theta^{(t+1)}}(x) = \mathcal{F}(q^{(t)}, \theta^{(t+1)})"),
    (_FREE_ENERGY, r"\log p_{\theta^{(t+1)}}(x) \le \log p_{\theta^{(t)}}(x)"),
    (_LEAST, r"\mathrm{KL}(p(x) \,\|\, q_{\phi^\star}(x)) \ge \mathrm{KL}(p(x) \,\|\, q_\phi(x))"),
]


@pytest.mark.parametrize(("steps", "line"), _TRUE)
def test_what_a_best_value_implies_is_proved(steps: str, line: str) -> None:
    claim = check_text(f"{steps}\n$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "proved", claim.note


@pytest.mark.parametrize(("steps", "line"), _FALSE)
def test_what_a_best_value_contradicts_is_refuted(steps: str, line: str) -> None:
    claim = check_text(f"{steps}\n$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "refuted", claim.note
