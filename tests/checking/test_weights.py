r"""Weights that add up to one by what a sentence says, and other things that only a sentence gives."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

BOUND = r"""
For $\gamma_k > 0$ with $\sum_k \gamma_k = 1$,

$$ \log \sum_{k=1}^K a_k \ge \sum_{k=1}^K \gamma_k \log \frac{a_k}{\gamma_k} $$
"""
COUNTS = r"""
Let $N_k = \sum_{n=1}^N r_{nk}$ with $\sum_{k=1}^K r_{nk} = 1$.

$$ \sum_{k=1}^K N_k = N $$
"""
VARIATE = r"""
Let $c$ have the known mean $\mathbb{E}_{q(z)}[c(z)] = m$.

$$ \mathbb{E}_{q(z)}[f(z) - a (c(z) - m)] = \mathbb{E}_{q(z)}[f(z)] $$
"""
DRAWS = r"""
$$ q(z_{1:K} \mid x) = \prod_{k=1}^K q(z_k \mid x), \qquad w_k = \frac{p(x, z_k)}{q(z_k \mid x)} $$

$$ \mathbb{E}_{q(z_{1:K} \mid x)}[\log w_1] = \log p(x) - \mathrm{KL}(q(z \mid x) \,\|\, p(z \mid x)) $$
"""
FIELD = r"""
<!-- symelbo: assume q(\theta, z) = q(\theta) \prod_{n=1}^N q(z_n) -->

$$ -\mathbb{E}_q[\log q(z, \theta)] = H[q(\theta)] + \sum_{n=1}^N H[q(z_n)] $$
"""


def last(text: str) -> str:
    return [claim.outcome.value for claim in check_text(text).claims][-1]


@pytest.mark.parametrize(
    ("note", "right", "wrong"),
    [
        (BOUND, r"\gamma_k \log", r"\log"),
        (COUNTS, "= N $$", "= 1 $$"),
        (VARIATE, "(c(z) - m)", "(c(z) + m)"),
        (DRAWS, "- \\mathrm{KL}", "+ \\mathrm{KL}"),
        (FIELD, r"+ \sum", r"- \sum"),
    ],
    ids=["bound", "counts", "variate", "draws", "field"],
)
def test_what_a_sentence_gives(note: str, right: str, wrong: str) -> None:
    assert right in note
    assert last(note) == "proved"
    assert last(note.replace(right, wrong)) == "refuted"
