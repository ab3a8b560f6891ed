r"""A density that is given by another of the same letter, `P_\theta(y) = P(y \mid z, \theta)`, is one of its own."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

NOTES = r"""We define
$$F(R, \theta) = E_{R(y)}[\log P(y, z \mid \theta)] + H(R(y))$$
It relates to a divergence:
$$F(R, \theta) = -D(R \| P_\theta) + \log P(z \mid \theta)$$
where $P_\theta(y) = P(y \mid z, \theta)$ and
$$D(R \| P_\theta) = \sum_y R(y) \log \frac{R(y)}{P_\theta(y)}.$$
"""


@pytest.mark.parametrize(
    ("old", "new", "outcome"),
    [
        ("", "", Outcome.PROVED),
        (r"-D(R \|", r"D(R \|", Outcome.REFUTED),
        ("+ \\log P(z", "- \\log P(z", Outcome.REFUTED),
    ],
)
def test_it_stands_for_the_other_wherever_it_is_written(old: str, new: str, outcome: Outcome) -> None:
    claims = list(check_text(NOTES.replace(old, new)).claims)
    assert claims[1].outcome is outcome
