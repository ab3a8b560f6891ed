"""An equation that brings in a name is known from there on: what rests on it is neither refuted nor left open."""

from __future__ import annotations

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

NOTES = r"""$$
m_t - n_t = \frac{b}{c} (u - v)
$$

$$
\begin{aligned}
L &= \frac{1}{2 s^2} || m_t - n_t ||^2 \\
&= \frac{b^2}{2 s^2 c^2} || v - u ||^2
\end{aligned}
$$
"""


def test_what_follows_from_an_equation_that_is_taken_as_given_is_proved() -> None:
    claims = list(check_text(NOTES).claims)
    assert claims[-1].outcome is Outcome.PROVED


def test_what_does_not_follow_from_it_is_refuted() -> None:
    claims = list(check_text(NOTES.replace("{b^2}{2", "{b}{2")).claims)
    assert claims[-1].outcome is Outcome.REFUTED
