"""Laws that sentences give in words; each note with a line that holds and the same line with a slip in it."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.reading import read_document

pytestmark = pytest.mark.usefixtures("verdicts_alone")

LINE = r"""

$$ \mathrm{KL}(q(z \mid x) \,\|\, p(z)) = \frac12 (m^2 + s^2 - 1 - \log s^2) $$
"""
ENCODER = r"Let $q(z \mid x) = \mathcal N(z; m, s^2)$. "
DRAWN = r"""
Let $u \sim \mathcal N(m, s^2)$ under $q$, and let the prior be $\mathcal N(0, \tau^2)$.

$$ \mathrm{KL}(q \,\|\, p) = \log\frac{\tau}{s} + \frac{s^2 + m^2}{2 \tau^2} - \frac12 $$
"""


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text, path="note.md").claims]


@pytest.mark.parametrize(
    "sentence",
    [
        ENCODER + r"With a standard normal prior,",
        ENCODER + r"Take the prior $p(z)$ to be a standard Gaussian. Then",
        ENCODER + r"The prior over $z$ is $\mathcal N(0, 1)$.",
        ENCODER + "\n\n$p(z)$ is standard normal. Then",
        r"The approximate posterior is $\mathcal N(m, s^2)$ and the prior $\mathcal N(0, 1)$. Then",
    ],
)
def test_a_law_in_words_is_given(sentence: str) -> None:
    assert outcomes(sentence + LINE) == ["proved"]
    assert outcomes(sentence + LINE.replace("- 1", "+ 1")) == ["refuted"]


def test_what_is_drawn_under_a_law_is_that_laws() -> None:
    assert outcomes(DRAWN) == ["proved"]
    assert outcomes(DRAWN.replace(r"2 \tau^2", r"\tau^2")) == ["refuted"]


@pytest.mark.parametrize(
    "sentence",
    [
        r"The prior is not standard normal.",
        r"Is the prior $p(z)$ standard normal?",
        r"If the prior were standard normal, this would be simple.",
        r"The prior is $p(z)$, and $x$ is in $(0, 1)$.",
        r"The prior is a standard Gaussian, $p(z) = \mathcal{N}(0, 4)$.",  # the formula counts
    ],
)
def test_nothing_in_words_is_given_where_nothing_is_said(sentence: str) -> None:
    taken = [item.text for item in read_document("note.md", ENCODER + sentence + LINE).taken]
    assert not any("prior" in item for item in taken)
