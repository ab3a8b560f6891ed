"""A function that is given up to a constant: its equation says what it is, and nothing is refuted for its factor."""

from __future__ import annotations

from symelbo.checking import check_text

NOTE = r"""
Let $q(a, b) = q(a) q(b)$.

$$ \ln q(a) = \ln \tilde{f}(x, a) + \text{const} $$

where

$$ \ln \tilde{f}(x, a) = \mathbb{E}_{q(b)}[\ln p(x, a, b)] + \text{const} $$

$$ \int \tilde{f}(x, a) \, da = 1 $$

$$ \int p(x, a) \, da = %s $$
"""


def test_it_is_a_definition_wherever_it_stands_and_refutes_nothing() -> None:
    claims = list(check_text(NOTE % "p(x)").claims)
    assert [claim.outcome.value for claim in claims][1:] == ["definition", "unknown", "proved"]
    assert claims[0].outcome.value != "refuted"
    assert "up to a constant" in (claims[2].note or "")


def test_what_does_not_use_it_is_refuted_as_ever() -> None:
    assert list(check_text(NOTE % "p(x) p(a)").claims)[-1].outcome.value == "refuted"
