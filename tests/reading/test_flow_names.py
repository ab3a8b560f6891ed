r"""Flows in the letters of their texts: `q(z')` with `z' = f(z)`, and `q_K(z_K)` where `q(z)` stands too."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.report import Outcome

IMAGE = r"""Take a smooth map $f$ with inverse $f^{-1} = g$. The variable $z' = f(z)$ has
$$q(z') = q(z) \left| \det \frac{\partial f^{-1}}{\partial z'} \right|
= q(z) \left| \det \frac{\partial f}{\partial z} \right|^{-1}.$$
"""

CHAIN = r"""With $\mathcal{F}$ for the mean $E_{q(z)}[h(z)]$, let $z_0$ have the law $q_0(z_0)$.
$$\mathcal{F} = E_{q(z)}[h(z)]$$
$$
\begin{aligned}
z_K &= f_K \circ \ldots \circ f_2 \circ f_1(z_0) \\
\ln q_K(z_K) &= \ln q_0(z_0) - \sum_{k=1}^K \ln \left| \det \frac{\partial f_k}{\partial z_{k-1}} \right|.
\end{aligned}
$$
"""


@pytest.mark.parametrize("notes", [IMAGE, CHAIN])
def test_the_change_of_variables_is_proved(notes: str) -> None:
    outcomes = {claim.outcome for claim in check_text(notes).claims}
    assert outcomes <= {Outcome.PROVED, Outcome.DEFINITION}


@pytest.mark.parametrize(
    ("notes", "old", "new"),
    [(IMAGE, "^{-1}.$$", ".$$"), (IMAGE, r"f^{-1}}{\partial z'}", r"f}{\partial z}"), (CHAIN, "- \\sum", "+ \\sum")],
)
def test_a_determinant_of_the_wrong_way_is_refuted(notes: str, old: str, new: str) -> None:
    outcomes = [claim.outcome for claim in check_text(notes.replace(old, new)).claims]
    assert Outcome.REFUTED in outcomes
