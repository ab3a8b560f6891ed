"""Factors with a tilde that sentences give, and terms that are constant in what the head is a function of."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

FACTOR = r"""
With $q(b)$ held fixed, put $\tilde p(a) = \exp(\mathbb{E}_{q(b)}[\log p(x, a, b)])$. Then

$$ \mathbb{E}_{q(a) q(b)}[\log p(x, a, b)] = \int q(a) \log \tilde p(a) \, da $$
"""
DREAMS = r"""
$$
\begin{aligned}
S(\phi) &= \mathbb{E}_{p_\theta(x)}[\mathrm{KL}(p_\theta(h \mid x) \,\|\, r_\phi(h \mid x))] \\
 &= -\mathbb{E}_{p_\theta(x, h)}[\log r_\phi(h \mid x)] + \text{const}
\end{aligned}
$$
"""


def verdicts(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text, path="note.md").claims]


@pytest.mark.parametrize(
    ("text", "old", "new"),
    [
        (FACTOR, r"\int q(a) \log \tilde p(a)", r"\int q(a) \log \frac{\tilde p(a)}{q(a)}"),
        (DREAMS, r"\log r_\phi(h \mid x)] + \text", r"\log p_\theta(h \mid x)] + \text"),
    ],
)
def test_what_is_given_is_used_and_a_slip_is_found(text: str, old: str, new: str) -> None:
    assert verdicts(text)[-1] == "proved"
    assert text.count(old) == 1
    assert verdicts(text.replace(old, new))[-1] == "refuted"


def test_a_density_up_to_a_factor_is_no_factor_with_a_tilde() -> None:
    said = r"Set $\tilde q(a) \propto \exp(f(a))$." + "\n\n" + r"$$ \int \tilde q(a) \, da = 1 $$"
    assert verdicts(said) != ["refuted"]
