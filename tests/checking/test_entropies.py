"""Entropies of another order than Shannon's are not taken for his."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


@pytest.mark.parametrize("symbol", [r"H_\alpha", "H_2", r"\mathrm{H}_2", r"\mathbb{H}_{\alpha}", "H_{0}"])
def test_another_order_is_not_read(symbol: str) -> None:
    for sides in ((f"{symbol}[q(z)]", r"-\mathbb{E}_{q(z)}[\log q(z)]"), (f"{symbol}(q(z))", "H(q(z))")):
        (claim,) = check_text(f"$$ {' = '.join(sides)} $$").claims
        assert claim.outcome.value == "unread"
        assert "Shannon's entropy" in (claim.note or "")


@pytest.mark.parametrize("symbol", ["H", "H_1", r"\mathbb{H}", r"H_\theta"])
def test_shannons_is(symbol: str) -> None:
    (claim,) = check_text(rf"$$ {symbol}[q(z)] = -\mathbb{{E}}_{{q(z)}}[\log q(z)] $$").claims
    assert claim.outcome.value == "proved"


DIVERGENCE = r"$$ %s(q(z) \,\|\, p(z)) = \mathbb{E}_{q(z)}[\log q(z) - \log p(z)] $$"


@pytest.mark.parametrize(
    "symbol",
    [r"\mathrm{KL}_2", r"\operatorname{KL}_{2}", r"\mathrm{KL}_\alpha", r"D_\alpha", "D_2", r"D^{(\alpha)}"],
)
def test_a_divergence_of_another_order_is_not_read(symbol: str) -> None:
    (claim,) = check_text(DIVERGENCE % symbol).claims
    assert claim.outcome.value == "unread"
    assert "Kullback-Leibler" in (claim.note or "")


@pytest.mark.parametrize("symbol", ["KL", r"\mathrm{KL}_1", "KL_q", "D_{KL}", r"D_{\mathrm{KL}}", r"KL_\phi", "D"])
def test_the_kullback_leibler_divergence_is(symbol: str) -> None:
    (claim,) = check_text(DIVERGENCE % symbol).claims
    assert claim.outcome.value == "proved"


def test_densities_with_different_numbers_have_laws_of_their_own() -> None:
    laws = r"$$ p_1(x) = \mathcal{N}(x; a, v), \quad p_2(x) = \mathcal{N}(x; b, v) $$"
    assert [claim.outcome.value for claim in check_text(laws).claims] == ["definition", "definition"]
    again = laws.replace("p_2", "p_1")
    assert [claim.outcome.value for claim in check_text(again).claims] == ["definition", "refuted"]


MODEL = "$$p(x, z) = p(z)\\, p(x \\mid z)$$\n\n"


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"I(x; z) = H(z) - H(z \mid x)", "proved"),
        (r"I(x; z) = H(x) + H(z) - H(x, z)", "proved"),
        (r"H(x, z) = H(x) + H(z \mid x)", "proved"),
        (r"H(z \mid x) \le H(z)", "proved"),
        (r"H(x, z) = H(x) + H(z)", "refuted"),
        (r"I(x; z) = H(z \mid x) - H(z)", "refuted"),
        (r"H(z \mid x) = H(x \mid z)", "refuted"),
    ],
)
def test_entropies_of_variables_under_the_only_family(claim: str, outcome: str) -> None:
    *_, found = check_text(f"{MODEL}$$ {claim} $$\n").claims
    assert found.outcome.value == outcome


def test_entropies_of_variables_under_one_of_two_families_are_not_read() -> None:
    *_, found = check_text(f"{MODEL}$$q(x, z) = q(z)\\, q(x \\mid z)$$\n\n$$ H(x, z) = H(x) + H(z \\mid x) $$\n").claims
    assert found.outcome.value in ("unread", "unknown")


def test_the_entropy_of_a_variable_is_that_of_the_law_that_is_averaged_under() -> None:
    row = r"$$ D_{KL}(q(x) \,\|\, p(x)) = - \mathbb{E}_{q(x)}[\log p(x)] - H(x) $$"
    assert [claim.outcome.value for claim in check_text(row).claims] == ["proved"]
    wrong = row.replace("- H(x)", "+ H(x)")
    assert [claim.outcome.value for claim in check_text(wrong).claims] == ["refuted"]
    both = row.replace(r"D_{KL}(q(x) \,\|\, p(x))", r"D_{KL}(q(x) \,\|\, p(x)) + D_{KL}(p(x) \,\|\, q(x))")
    assert [claim.outcome.value for claim in check_text(both).claims] == ["unread"]
