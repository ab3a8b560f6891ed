r"""Networks by the parameter below their name: a derivative by `\phi` of what `\mu_\phi` makes of `x`."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

LAWS = (
    r"<!-- symelbo: assume q_\phi(z \mid x) = \mathcal{N}(z; \mu_\phi(x), \sigma_\phi(x)^2) -->" + "\n"
    r"<!-- symelbo: assume p(\epsilon) = \mathcal{N}(\epsilon; 0, 1) -->" + "\n\n"
)
GRADIENT = (
    r"\nabla_\phi \mathbb{E}_{q_\phi(z|x)}[f(z)] = "
    r"\mathbb{E}_{p(\epsilon)}[\nabla_\phi f(\mu_\phi(x) + \sigma_\phi(x) \epsilon)]"
)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (GRADIENT, "proved"),
        (GRADIENT.replace(r"\sigma_\phi(x) \epsilon", r"\sigma_\phi(x)^2 \epsilon"), "refuted"),
        (GRADIENT.replace(r"\mu_\phi(x) + ", ""), "refuted"),
        (r"\nabla_\phi \mathbb{E}_{q_\phi(z|x)}[z] = \nabla_\phi \sigma_\phi(x)", "refuted"),
        (r"\nabla_\phi \mathbb{E}_{q_\phi(z|x)}[z] = 0", "refuted"),
    ],
)
def test_a_network_varies_with_its_parameter(claim: str, outcome: str) -> None:
    (found,) = check_text(f"{LAWS}$$ {claim} $$\n").claims
    assert found.outcome.value == outcome
