r"""Draws by a location and a scale, in sentences, displays and directives, and averages over a variable by its name."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

MEAN = r"""
$$ \mathbb{E}_{q(z)}[\log p(x \mid z)] = \mathbb{E}_{\epsilon}[\log p(x \mid \mu + \sigma \epsilon)] $$
"""
SECOND = r"$$ \mathbb{E}_{z}[z^2] = \mu^2 + \sigma^2 $$"
Z = r"$$ \mathbb{E}_{q(z)}[z] = \mu $$"
GIVEN = [
    r"Let $\epsilon \sim \mathcal N(0,1)$ and $z = \mu + \sigma\epsilon$.",
    r"$$ z = \mu + \sigma\epsilon, \quad \epsilon \sim \mathcal N(0,1) $$",
    "<!-- symelbo: assume \\epsilon \\sim \\mathcal N(0,1) -->\n<!-- symelbo: assume z = \\mu + \\sigma\\epsilon -->",
]


def last(*parts: str) -> str:
    return [claim.outcome.value for claim in check_text("\n\n".join(parts)).claims][-1]


@pytest.mark.parametrize("given", GIVEN, ids=["sentence", "display", "directive"])
def test_the_law_of_what_is_drawn(given: str) -> None:
    assert last(given, MEAN) == "proved"
    assert last(given, MEAN.replace(r"\sigma \epsilon", r"\sigma^2 \epsilon")) != "proved"
    assert last(given, Z, SECOND) == "proved"
    assert last(given, Z, SECOND.replace(r"\sigma^2", r"\sigma")) == "refuted"


def test_nothing_is_refuted_of_a_variable_without_a_law() -> None:
    assert last(r"$$ \mathbb{E}_{\epsilon}[\epsilon^2] = 1 $$") not in ("refuted", "proved")


def test_a_model_that_a_display_draws() -> None:
    model = "\\begin{align}\nz &\\sim \\mathcal N(0, 1) \\\\\nx \\mid z &\\sim \\mathcal N(w z, s^2)\n\\end{align}\n"
    claim = "\\begin{equation}\np(x) = \\mathcal N(x; 0, w^2 + s^2)\n\\end{equation}"
    assert last(model, claim) == "proved"
    assert last(model, claim.replace("w^2", "w")) == "refuted"


VECTORS = r"""
Let $q(z) = \mathcal N(z; \mu, \operatorname{diag}(\sigma^2))$.

$$ \mathbb{E}_{q(z)}[f(z)] = \mathbb{E}_{\mathcal N(\epsilon; 0, I)}[f(\mu + \sigma \odot \epsilon)] $$
"""


def test_vectors_that_are_taken_entry_by_entry() -> None:
    assert last(VECTORS) == "proved"
    assert last(VECTORS.replace(r"\sigma \odot", r"\sigma^2 \odot")) == "refuted"
    norm = VECTORS.replace("f(z)", "\\|z\\|^2").replace(r"f(\mu + \sigma \odot \epsilon)", r"\|\mu\|^2 + \sigma^2")
    assert last(norm) != "proved"  # where entries come together, the vectors are no numbers


LINE = r"""
The base is $u \sim \mathcal N(0, 1)$ and $u = s x + b$ with $s > 0$.

$$ \log p_X(x) = -\frac12 \log (2\pi) - \frac12 (s x + b)^2 + \log s $$
"""


def test_data_that_a_number_with_a_law_is_made_of() -> None:
    assert last(LINE) == "proved"
    assert last(LINE.replace("+ \\log s", "- \\log s")) == "refuted"
    curved = LINE.replace("s x + b)^2", "f(x))^2").replace(
        "u = s x + b$ with $s > 0$", "u = f(x)$ for an increasing $f$"
    )
    assert last(curved.replace(r"\log s", "\\log f'(x)")) == "unknown"
