"""Orders that a comment beside a row gives as its reason hold for its display."""

from __future__ import annotations

from symelbo.checking import check_text

ROWS = r"""
$$
\begin{aligned}
F &= \mathbb{E}_{q(z)}[\log p(x \mid z)] - b \, \mathrm{KL}(q(z) \,\|\, p(z)) + d & \\
& %s \mathbb{E}_{q(z)}[\log p(x \mid z)] - b \, \mathrm{KL}(q(z) \,\|\, p(z)) & %s
\end{aligned}
$$

$$ a + d \ge a $$
"""


def outcomes(sign: str, remark: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(ROWS % (sign, remark)).claims][1:]


def test_an_order_in_a_comment_is_taken_in_for_its_display_alone() -> None:
    assert outcomes(r"\geq", r"\scriptstyle{\text{; because } b, d \geq 0}") == ["proved", "unknown"]
    assert outcomes(r"\geq", r"\text{since } b, d > 0") == ["proved", "unknown"]
    assert outcomes(r"\leq", r"\text{for } d \leq 0") == ["proved", "unknown"]
    assert outcomes(r"\geq", "") == ["unknown", "unknown"]


def test_what_does_not_follow_from_it_is_not_proved() -> None:
    assert outcomes(r"\leq", r"\scriptstyle{\text{; because } b, d \geq 0}") == ["refuted", "unknown"]
    assert outcomes(r"\geq", r"\text{because } b \geq 0") == ["unknown", "unknown"]
    assert outcomes(r"\geq", r"\text{unlike } d \geq 0") == ["unknown", "unknown"]
