"""Free indices at the ends of their range: what is proved there too, what only from a later value on, what is wrong."""

from __future__ import annotations

import pytest

from symelbo import check

CHAIN = r"""
$$p(x_{1:T}) = p(x_1) \prod_{t=2}^{T} p(x_t \mid x_{t-1})$$
For every $t \ge FIRST$,
$$CLAIM$$
"""
SUMS = r"\sum_{s=1}^{t} \log p(x_s) = \log p(x_1) + \sum_{s=2}^{t} \log p(x_s)"
TOO_SHORT = r"\sum_{s=1}^{t} \log p(x_s) = \log p(x_1) + \log p(x_2) + \sum_{s=3}^{t} \log p(x_s)"
PREFIX = r"p(x_{1:t}) = p(x_{1:t-1})\, p(x_t \mid x_{t-1})"
ONLY_LATER = r"\log p(x_t \mid x_1) = \log p(x_t, x_1) - \log p(x_1)"
WRONG_AT_ONE = r"\sum_{s=1}^{t} \log p(x_s) = \log p(x_1) + \log p(x_t) + \sum_{s=2}^{t-1} \log p(x_s)"
WRONG = r"\sum_{s=1}^{t} \log p(x_s) = \log p(x_1) + \sum_{s=1}^{t} \log p(x_s)"


def _judged(claim, first=None):
    text = CHAIN.replace("CLAIM", claim)
    text = text.replace("For every $t \\ge FIRST$,", "") if first is None else text.replace("FIRST", str(first))
    return list(check(text).claims)[-1]


@pytest.mark.parametrize(
    "claim, first, expected, condition",
    [
        (SUMS, 1, "proved", None),
        (SUMS, None, "proved", None),
        (TOO_SHORT, 1, "proved", "t is at least 2"),
        (TOO_SHORT, 2, "proved", None),
        (PREFIX, None, "proved", "t is at least 2"),
        (PREFIX, 2, "proved", None),
        (PREFIX, 3, "proved", None),
        (ONLY_LATER, None, "proved", "t is at least 2"),
        (WRONG_AT_ONE, None, "proved", "t is at least 2"),
        (WRONG_AT_ONE, 2, "proved", None),
        (WRONG, None, "refuted", None),
        (WRONG, 1, "refuted", None),
    ],
)
def test_a_proof_says_from_where_on_it_is_one(claim, first, expected, condition):
    found = _judged(claim, first)
    assert found.outcome.value == expected
    said = [item for item in found.conditions if " is at least " in item]
    assert said == ([condition] if condition else [])
