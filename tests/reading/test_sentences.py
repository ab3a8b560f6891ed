"""Formulas in sentences: which of them a document gives, and where."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.reading import read_document

CLAIMS = r"""

$$ \log p(x) \ge \mathbb{E}_{q(z \mid x)}[\log p(x, z) - \log q(z \mid x)] $$
"""


def taken(sentence: str, rest: str = CLAIMS) -> list[tuple[str, str | None]]:
    return [(item.text, item.scope) for item in read_document("note.md", sentence + rest).taken]


@pytest.mark.parametrize(
    "sentence",
    [
        r"The prior is $p(z) = \mathcal N(0, I)$.",
        r"Let $z \sim \mathcal N(0, I)$.",
        r"where $x \mid z \sim \mathrm{Bernoulli}(\pi(z))$",
        r"Assume that $p(x, z) = p(x \mid z)\, p(z)$.",
        r"Suppose $r(z) = \prod_{j=1}^J r_j(z_j)$.",
        r"We use a schedule with $\alpha_t = 1 - \beta_t$.",
        r"It is for $\sigma > 0$.",
        r"Define $\mathcal L(q) = \mathbb{E}_{q(z \mid x)}[\log p(x, z)]$.",
        r"We write $r_{nk} = p(c=k \mid x_n)$.",
        r"In this note $a_t = \prod_{s=1}^t c_s$ is cumulative already.",
        r"Let $a_t$ be the chance that a state equals the first one, and $\alpha_t = 1 - \beta_t$.",
        r"i.e. \(p(z) = \mathcal N(0, 1)\), the usual choice.",
        r"Under the assumption $z_1 \perp z_2 \mid x$ this is simpler.",
    ],
)
def test_what_a_sentence_introduces_is_given(sentence: str) -> None:
    assert [scope for _, scope in taken(sentence)] == [None]


@pytest.mark.parametrize(
    "sentence",
    [
        r"We want to show that $p(z) = \mathcal N(0, I)$.",
        r"Is it true that $p(z) = \mathcal N(0, I)$?",
        r"In contrast to $p(z) = \mathcal N(0, I)$ we learn the prior.",
        r"Unlike a model where $p(z) = \mathcal N(0, I)$, we learn the prior.",
        r"We do not assume $p(z) = \mathcal N(0, I)$.",
        r"The prior is not $p(z) = \mathcal N(0, I)$.",
        r"Assuming $p(z) = \mathcal N(0, I)$ would be simpler.",
        r"The assumption $p(z) = \mathcal N(0, I)$ is wrong.",
        r"A common mistake is to write $p(x, z) = p(x)\, p(z)$.",
        r"It follows that $p(x, z) = p(x)\, p(z)$.",
        r"$p(x, z) = p(x)\, p(z)$ would mean that nothing is learned.",
        r"Suppose, for contradiction, that $p(x, z) = p(x)\, p(z)$.",
        r"For example, were $\sigma = 0$, nothing would be random.",
        r"Note that $\log p(x) \ge \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)]$.",
        r"So $p(x) = \mathcal N(0, 2)$.",
        r"Let $p(x)$ be the density of the sum, which equals $p(x) = \mathcal N(0, 2)$.",
        r"If $p(z) = \mathcal N(0, I)$ the bound has a closed form. But we go on.",
    ],
)
def test_what_a_sentence_talks_about_is_not(sentence: str) -> None:
    assert taken(sentence) == []


def test_a_case_holds_in_the_display_that_its_sentence_leads_to() -> None:
    assert taken(r"If $q(z \mid x) = p(z \mid x)$, it is tight:") == [
        (r"q(z \mid x) = p(z \mid x)", "the next display")
    ]
    assert taken(r"Choosing $q(z \mid x) = p(z \mid x)$ is best. In general:") == []


def test_the_words_behind_a_display_explain_it() -> None:
    text = r"""
$$ q(x_t \mid x_{t-1}) = \mathcal N(x_t; \sqrt{\alpha_t}\, x_{t-1}, \beta_t I), $$

where $\alpha_t = 1 - \beta_t$.
"""
    (statement,) = read_document("note.md", text).statements
    assert statement.context is not None
    assert [str(item.name) for item in statement.context.definitions] == [r"\alpha_t"]


@pytest.mark.parametrize(
    "sentence",
    [
        r"Given $p(x \mid z) = \mathcal N(x; z, 1)$ and $p(z) = \mathcal N(0, 1)$, let $p(x) = \mathcal N(x; 0, 3)$.",
        r"Let $p(x \mid z) = \mathcal N(x; z, 1)$ and $p(z) = \mathcal N(0, 1)$, where $p(x, z) = p(x)\, p(z)$.",
        r"Let $p(x, z) = p(x)\, p(z)$ and $p(z) = \mathcal N(0, 1)$, where $p(x \mid z) = \mathcal N(x; z, 1)$.",
        r"Let $p(z) = \mathcal N(z; 0, 1)$ and $\sigma > 0$. We have a prior $p(z) = \mathcal N(z; 1, 1)$.",
    ],
)
def test_what_is_settled_before_is_not_given_again(sentence: str) -> None:
    read = read_document("note.md", sentence + CLAIMS)
    assert len(read.taken) == 2
    assert "is not taken in" in read.notes[0]


@pytest.mark.parametrize(
    ("sentence", "positive"),
    [(r"for $\sigma, \tau > 0$", 2), (r"with $\mu, \sigma^2 > 0$", 1), (r"for $\sigma > 0$, with $\sigma < 0$", 1)],
)
def test_signs_of_several_quantities(sentence: str, positive: int) -> None:
    (statement,) = read_document("note.md", sentence + "\n\n$$ \\mu + \\sigma = \\tau $$\n").statements
    assert statement.context is not None
    assert len(statement.context.signs) == positive


@pytest.mark.parametrize(
    ("claim", "outcome"), [(r"c_t a_{t-1} + 1 = a_t + 1", "unknown"), (r"c_t + a_{t-1} = 2 a_t + c_t", "refuted")]
)
def test_a_product_that_is_only_said_keeps_what_follows_from_it(claim: str, outcome: str) -> None:
    told = "So $a_t = \\prod_{s=1}^t c_s$ is small, and there is $c_t > 0$.\n\n$$ b = c_t + a_{t-1} + a_t $$\n\n"
    assert [str(c.outcome) for c in check_text(f"{told}$$ {claim} $$\n").claims] == ["definition", outcome]
