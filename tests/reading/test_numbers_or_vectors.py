"""Whether a bare name in a normal law is a number or a vector: what stands beside it decides."""

from __future__ import annotations

from symelbo.checking import Report, check_text

ONE = r"""
$$
\mathrm{KL}(\mathcal{N}(\mu, \sigma^2) \,\|\, \mathcal{N}(0, 1))
  = -\frac{1}{2}(1 + \log \sigma^2 - \mu^2 - \sigma^2)
$$
"""
MANY = r"""
$$
\mathrm{KL}(\mathcal{N}(\mu, \mathrm{diag}(\sigma^2)) \,\|\, \mathcal{N}(0, I))
  = -\frac{1}{2} \sum_{j=1}^{J} (1 + \log \sigma_j^2 - \mu_j^2 - \sigma_j^2)
$$
"""
SAMPLE = r"""
$$
\mathbb{E}_{\mathcal{N}(z; \mu, \sigma^2)}[f(z)]
  = \mathbb{E}_{\mathcal{N}(\epsilon; 0, 1)}[f(\mu + \sigma \epsilon)]
$$
"""


def outcomes(report: Report) -> list[str]:
    return [claim.outcome.value for claim in report.claims]


def test_both_in_one_document() -> None:
    assert outcomes(check_text(ONE + MANY + SAMPLE)) == ["proved"] * 3
    assert outcomes(check_text(MANY)) == ["proved"]


def test_slips_in_either_are_refuted() -> None:
    text = (
        ONE.replace("- \\mu^2", "+ \\mu^2")
        + MANY.replace("- \\mu_j^2", "+ \\mu_j^2")
        + SAMPLE.replace("\\sigma \\epsilon", "\\sigma^2 \\epsilon")
    )
    assert outcomes(check_text(text)) == ["refuted"] * 3


def test_where_it_cannot_be_told_nothing_is_refuted() -> None:
    text = ONE + MANY + r"$$ \mathbb{E}_{\mathcal{N}(z; \mu, \sigma^2)}[z] = 2 \mu $$"
    assert outcomes(check_text(text))[-1] in ("unknown", "refuted")
    true = ONE + MANY + r"$$ \mathbb{E}_{\mathcal{N}(z; \mu, \sigma^2)}[z] = \mu $$"
    assert outcomes(check_text(true))[-1] != "refuted"
