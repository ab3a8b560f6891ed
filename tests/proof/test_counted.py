"""An index as a random variable: sums over a count are sums over the variable whose slot the index fills."""

from __future__ import annotations

import pytest

from symelbo.checking.check import check_text

_UNIFORM = "$$ q(n) = \\frac{1}{N} $$\n\n$$ %s $$\n"

_TRUE = [
    r"q(z) = \frac1N \sum_{n=1}^N q(z \mid n)",
    r"q(n \mid z) = \frac{q(z \mid n)}{\sum_{m=1}^{N} q(z \mid m)}",
    r"\frac1N \sum_{n=1}^N KL(q(z|n) || p(z)) = KL(q(z)||p(z)) + \frac1N \sum_{n=1}^N KL(q(z|n) || q(z))",
    r"I_q(n; z) = \log N + \frac1N \sum_{n=1}^N \int q(z|n) \log q(n|z) dz",
    r"\frac1N \sum_{n=1}^N KL(q(z|n) || q(z)) \le \log N",
    r"H[q(n)] = \log N",
    r"\mathbb{E}_{q(n)}[f(n)] = \frac1N \sum_{n=1}^N f(n)",
]
_FALSE = [
    r"q(z) = \sum_{n=1}^N q(z \mid n)",
    r"q(n \mid z) = \frac{N q(z \mid n)}{\sum_{m=1}^{N} q(z \mid m)}",
    r"\frac1N \sum_{n=1}^N KL(q(z|n) || p(z)) = KL(q(z)||p(z)) - \frac1N \sum_{n=1}^N KL(q(z|n) || q(z))",
    r"I_q(n; z) = N + \frac1N \sum_{n=1}^N \int q(z|n) \log q(n|z) dz",
    r"I_q(n; z) \ge \log N + \frac1N \sum_{n=1}^N KL(q(z|n) || q(z))",
    r"\sum_{n=1}^{N-1} q(n \mid z) = 1",
]


@pytest.mark.parametrize("line", _TRUE)
def test_claims_about_a_uniform_index_are_proved(line: str) -> None:
    claims = check_text(_UNIFORM % line).files[0].claims
    assert claims[-1].outcome.value == "proved", claims[-1].note


@pytest.mark.parametrize("line", _FALSE)
def test_slips_about_a_uniform_index_are_refuted(line: str) -> None:
    claims = check_text(_UNIFORM % line).files[0].claims
    assert claims[-1].outcome.value == "refuted", claims[-1].note
