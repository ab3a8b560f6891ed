"""Conditions on entries that do not exist: left out where a joint density has no part in them, kept elsewhere."""

from __future__ import annotations

import pytest

from symelbo import check

START = r"""
$$p(s_{1:T}) = \prod_{t=1}^{T} p(s_t \mid s_{t-1})$$
$$\log p(s_{1:T}) = \log p(s_1) + \sum_{t=2}^{T} \log p(s_t \mid s_{t-1})$$
$$\log p(s_{1:T}) = \sum_{t=2}^{T} \log p(s_t \mid s_{t-1})$$
"""
TOP = r"""
$$p(x, z_{1:L}) = p(x \mid z_1) \prod_{l=1}^{L} p(z_l \mid z_{l+1}), \qquad z_{L+1} := \emptyset$$
$$p(z_{1:L}) = p(z_L) \prod_{l=1}^{L-1} p(z_l \mid z_{l+1})$$
$$p(z_{1:L}) = \prod_{l=1}^{L-1} p(z_l \mid z_{l+1})$$
"""
GIVEN = r"""
$$p(s_{1:T} \mid s_0) = \prod_{t=1}^{T} p(s_t \mid s_{t-1})$$
$$\log p(s_{1:T} \mid s_0) = \log p(s_1) + \sum_{t=2}^{T} \log p(s_t \mid s_{t-1})$$
$$\log p(s_{1:T} \mid s_0) = \log p(s_1 \mid s_0) + \sum_{t=2}^{T} \log p(s_t \mid s_{t-1})$$
"""


@pytest.mark.parametrize(
    "text, expected",
    [
        (START, "definition proved refuted"),
        (TOP, "definition definition proved refuted"),
        (GIVEN, "definition refuted proved"),
    ],
    ids=["before the first", "above the top", "a first state that exists"],
)
def test_steps_from_nowhere(text, expected):
    assert " ".join(claim.outcome.value for claim in check(text).claims) == expected
