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
