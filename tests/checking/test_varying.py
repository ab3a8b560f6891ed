"""Names of which nothing is said, below an expectation."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

ONLY_FOR_CONSTANTS = [
    r"\mathbb{E}_{q(z)}[\log w] = \log \mathbb{E}_{q(z)}[w]",
    r"\mathbb{E}_{q(z)}[f^2] = \mathbb{E}_{q(z)}[f]^2",
    r"\mathbb{E}_{q(z)}[g h] = \mathbb{E}_{q(z)}[g] \mathbb{E}_{q(z)}[h]",
    r"\mathbb{E}_{q(z)}[Y] = Y",
    r"\mathbb{E}_{q(z)}[w_k] = w_k",
    r"\int q(z) f\, dz = f",
    r"\int q(z) \log w\, dz = \log \int q(z) w\, dz",
    r"\sum_z q(z) f^2 = \Big(\sum_z q(z) f\Big)^2",
]


@pytest.mark.parametrize("claim", ONLY_FOR_CONSTANTS)
def test_what_holds_for_constants_alone_is_not_proved(claim: str) -> None:
    (found,) = check_text(f"$$ {claim} $$").claims
    assert found.outcome.value == "unknown"
    assert "does not vary with what is averaged over" in (found.note or "")


@pytest.mark.parametrize("claim", ONLY_FOR_CONSTANTS[:4])
def test_declared_parameters_are_constants(claim: str) -> None:
    (found,) = check_text(f"<!-- symelbo: parameter w, f, g, h, Y -->\n\n$$ {claim} $$").claims
    assert found.outcome.value == "proved"


@pytest.mark.parametrize(
    "claim",
    [
        r"\mathbb{E}_{q(z)}[\log w(z)] = \log \mathbb{E}_{q(z)}[w(z)]",
        r"\mathbb{E}_{q(z)}[f(z)^2] = \mathbb{E}_{q(z)}[f(z)]^2",
        r"\mathbb{E}_{q(z)}[g(z) h(z)] = \mathbb{E}_{q(z)}[g(z)] \mathbb{E}_{q(z)}[h(z)]",
    ],
)
def test_functions_are_refuted(claim: str) -> None:
    (found,) = check_text(f"$$ {claim} $$").claims
    assert found.outcome.value == "refuted"


@pytest.mark.parametrize(
    "claim",
    [
        r"\mathbb{E}_{q(z)}[\log w] \le \log \mathbb{E}_{q(z)}[w]",  # Jensen, whatever w is
        r"\mathbb{E}_{q(z)}[c] = c",
        r"\int q(z) \log Z\, dz = \log Z",
        r"\int q(z) \log p(x)\, dz = \log p(x)",
        r"\mathbb{E}_{q(z)}[\beta] = \beta",
        r"\mathbb{E}_{q(z)}[a f(z) + b] = a \mathbb{E}_{q(z)}[f(z)] + b",
        r"\mathbb{E}_{q(z)}[f + g] = \mathbb{E}_{q(z)}[f] + \mathbb{E}_{q(z)}[g]",
        r"\mathbb{E}_{q(z \mid x)}[x] = x",
    ],
)
def test_what_holds_either_way_is_proved(claim: str) -> None:
    (found,) = check_text(f"$$ {claim} $$").claims
    assert found.outcome.value == "proved"


def test_a_name_in_the_value_of_another_is_still_not_explained() -> None:
    *_, found = check_text(r"$$ V = \mathbb{E}_{q(z)}[w^2] - \mathbb{E}_{q(z)}[w]^2 = 0 $$").claims
    assert found.outcome.value == "unknown"


def test_parameters_of_laws_are_constants() -> None:
    law = r"<!-- symelbo: assume q(z) = \mathcal{N}(z; a, s^2) -->"
    (found,) = check_text(f"{law}\n\n" + r"$$ \mathbb{E}_{q(z)}[\log s] = \log s $$").claims
    assert found.outcome.value == "proved"
