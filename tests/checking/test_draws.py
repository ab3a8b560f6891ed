"""Laws of variables that a document also writes as draws from them."""

from __future__ import annotations

import re

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

FORWARD = r"""
$$q(x_t \mid x_{t-1}) = \mathcal{N}(x_t; \sqrt{\alpha_t}\, x_{t-1}, (1 - \alpha_t) I)$$
$$q(x_{1:T} \mid x_0) = \prod_{t=1}^T q(x_t \mid x_{t-1})$$

Let $\bar\alpha_t = \prod_{i=1}^t \alpha_i$.

$$x_t = \sqrt{\alpha_t}\, x_{t-1} + \sqrt{1 - \alpha_t}\, \epsilon_{t-1}$$

"""


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"q(x_t \mid x_0) = \mathcal{N}(x_t; \sqrt{\bar\alpha_t}\, x_0, (1 - \bar\alpha_t) I)", "proved"),
        (r"q(x_t \mid x_0) = \mathcal{N}(x_t; \bar\alpha_t\, x_0, (1 - \bar\alpha_t) I)", "refuted"),
        (r"q(x_t \mid x_0) = \mathcal{N}(x_t; \sqrt{\bar\alpha_t}\, x_0, (1 - \alpha_t) I)", "refuted"),
    ],
)
def test_a_law_beside_its_draws(claim: str, outcome: str) -> None:
    *_, found = check_text(f"{FORWARD}$$ {claim} $$\n").claims
    assert found.outcome.value == outcome


def test_counterexamples_have_covariances() -> None:
    *_, found = check_text(
        rf"{FORWARD}$$ q(x_t \mid x_0) = \mathcal{{N}}(x_t; \bar\alpha_t x_0, (1 - \bar\alpha_t) I) $$"
    ).claims
    shares = re.findall(r"alpha_\d = (-?[\d.]+)", "\n".join(found.witness.lines()))
    assert shares and all(0 < float(share) < 1 for share in shares)


@pytest.mark.parametrize(("square", "outcome"), [(r"\epsilon^2", "proved"), (r"2 \epsilon^2", "refuted")])
def test_an_equation_whose_noise_the_claim_mentions_is_kept(square: str, outcome: str) -> None:
    text = (
        r"<!-- symelbo: assume q(z) = \mathcal{N}(z; m, s^2) -->" + "\n\n"
        r"$$ z = m + s \epsilon $$" + "\n\n"
        rf"$$ \frac{{(z - m)^2}}{{s^2}} = {square} $$" + "\n"
    )
    *_, found = check_text(text).claims
    assert found.outcome.value == outcome
