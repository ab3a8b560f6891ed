"""Bounds with latent sequences of any length, alone and averaged under a law of what they are given."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

INNER = r"\mathbb E_{q(z_{1:T} \mid z_0)}\left[ \log \frac{q(z_{1:T} \mid z_0)}{%s} \right]"
JOINTS = (r"p(z_{0:T})", r"p(z_0, z_{1:T})")


def outcome(claim: str) -> str:
    (found,) = check_text(f"$$ {claim} $$\n").claims
    return str(found.outcome)


@pytest.mark.parametrize("joint", JOINTS)
def test_a_sequence_behind_its_first_entry(joint: str) -> None:
    assert outcome(r"-\log p(z_0) \le " + INNER % joint) == "proved"
    assert outcome(r"-\log p(z_0) \ge " + INNER % joint) == "refuted"


@pytest.mark.parametrize("joint", JOINTS)
def test_the_first_entry_may_be_averaged_over(joint: str) -> None:
    mean = r"\mathbb E_{q(z_0 \mid x)}"
    assert outcome(rf"-{mean}[\log p(z_0)] \le {mean} " + INNER % joint) == "proved"
    assert outcome(rf"-{mean}[\log p(z_0)] \ge {mean} " + INNER % joint) == "refuted"
