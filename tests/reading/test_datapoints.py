r"""A bound of the data point `x^{(i)}` whose formula is written for `x`; a law by its letter beside its conditional."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

POINT = r"""
$$\log p(x^{(i)}) = \mathrm{KL}(q(z|x^{(i)}) \| p(z|x^{(i)})) + \mathcal{L}(\theta, \phi; x^{(i)})$$
and
$$\log p(x^{(i)}) \geq \mathcal{L}(\theta, \phi; x^{(i)}) = E_{q(z|x)}[-\log q(z|x) + \log p(x, z)] = 
E_{q(z|x)}[\log p(x)] - \mathrm{KL}(q(z|x) \| p(z|x))$$
"""

LETTER = r"""
$$\mathrm{KL}(Q(z) \| P(z|X)) = E_{z \sim Q}[\log Q(z) - \log P(z|X)]$$
With a law that depends on $X$:
$$\log P(X) - \mathrm{KL}(Q(z|X) \| P(z|X)) = E_{z \sim Q}[\log P(X|z)] - \mathrm{KL}(Q(z|X) \| P(z))$$
"""


@pytest.mark.parametrize("notes", [POINT, LETTER])
def test_what_is_left_out_is_as_the_same_display_has_it(notes: str) -> None:
    outcomes = {claim.outcome for claim in check_text(notes).claims}
    assert outcomes <= {Outcome.PROVED, Outcome.DEFINITION}


@pytest.mark.parametrize(
    ("notes", "old", "new"),
    [
        (POINT, r"+ \mathcal{L}", r"- \mathcal{L}"),
        (POINT, r"- \mathrm{KL}(q(z|x) \|", r"+ \mathrm{KL}(q(z|x) \|"),
        (LETTER, r"(X|z)] -", r"(X|z)] +"),
    ],
)
def test_a_slip_in_it_is_refuted(notes: str, old: str, new: str) -> None:
    outcomes = [claim.outcome for claim in check_text(notes.replace(old, new)).claims]
    assert Outcome.REFUTED in outcomes


def test_data_points_on_one_side_are_told_apart() -> None:
    claims = check_text(r"$$\log p(x^{(i)}) = \log p(x)$$").claims
    assert [item.outcome for item in claims] == [Outcome.REFUTED]
