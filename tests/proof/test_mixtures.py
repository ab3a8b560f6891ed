"""Finite mixtures: weights and components give every density of the label and of what is observed."""

from __future__ import annotations

import pytest

from symelbo.checking.check import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

_ABSTRACT = "$$ p(y = k) = \\pi_k , \\quad p(x \\mid y = k) = f_k(x) $$\n\n$$ p(x) = \\sum_{k=1}^K \\pi_k f_k(x) $$\n\n"
_JOINT = "$$ p(x, y = k) = \\pi_k f_k(x) $$\n\n$$ p(x) = \\sum_{k=1}^K \\pi_k f_k(x) $$\n\n"
_GAUSSIAN = (
    "$$ p(z_n = k) = \\pi_k , \\quad p(x_n \\mid z_n = k) = \\mathcal{N}(x_n; \\mu_k, \\sigma_k^2) $$\n\n"
    "$$ p(x_n) = \\sum_{k=1}^K \\pi_k \\mathcal{N}(x_n; \\mu_k, \\sigma_k^2) $$\n\n"
)
_COINS = (
    "$$ p(h, c = 1) = w \\binom{n}{h} a^h (1 - a)^{n - h} $$\n"
    "$$ p(h, c = 2) = (1 - w) \\binom{n}{h} b^h (1 - b)^{n - h} $$\n\n"
)

_EXPONENTIALS = "$$ p(t, c = k) = w_k \\lambda_k e^{-\\lambda_k t} $$\n\n"
_GIVEN_THETA = (
    "$$ p(x_i, z_i = k \\mid \\theta) = \\pi_k f_k(x_i) $$\n\n"
    "$$ r_{ik} = p(z_i = k \\mid x_i, \\theta) = \\frac{\\pi_k f_k(x_i)}{\\sum_{l=1}^{K} \\pi_l f_l(x_i)} $$\n\n"
)
_SHORT = "$$ p(x) = \\sum_{k=1}^{K} \\pi_k p(x \\mid k) $$\n\n"
_DATA = "$$ q(z) = \\frac{1}{N} \\sum_{n=1}^{N} q(z \\mid x_n) $$\n\n"

_WEIGHED = (
    "A mixture: $p(x) = \\sum_{k=1}^K \\pi_k\\, p(x \\mid k)$. "
    "Take weights $\\rho_k > 0$ with $\\sum_{k=1}^K \\rho_k = 1$.\n\n"
    "$$ F(\\rho) = \\sum_{k=1}^K \\rho_k \\log \\frac{\\rho_k}{\\pi_k\\, p(x \\mid k)} $$\n\n"
)

_NUMBERED = "Let $n$ number the data, $p(n) = 1/N$, and $q(a, b, n) = q(a, b \\mid n)\\, p(n)$.\n\n"

_TRUE = [
    (_NUMBERED, r"KL(q(a, b) \| p(a) p(b)) = KL(q(a, b) \| q(a) q(b)) + KL(q(a) \| p(a)) + KL(q(b) \| p(b))"),
    (_WEIGHED, r"-\log p(x) \le F(\rho)"),
    (_WEIGHED, r"\sum_{n=1}^N \sum_{k=1}^K \rho_k = N"),
    (_WEIGHED, r"F(\rho) + \log p(x) = \sum_{k=1}^K \rho_k \log \frac{\rho_k\, p(x)}{\pi_k\, p(x \mid k)}"),
    (
        _EXPONENTIALS,
        r"p(c = k \mid t) = w_k \lambda_k e^{-\lambda_k t} / \sum_{j=1}^{K} w_j \lambda_j e^{-\lambda_j t}",
    ),
    (_GIVEN_THETA, r"\log p(x_i \mid \theta) = \sum_{k=1}^{K} r_{ik} (\log \pi_k + \log f_k(x_i) - \log r_{ik})"),
    (_SHORT, r"p(k \mid x) = \frac{\pi_k p(x \mid k)}{\sum_{j=1}^{K} \pi_j p(x \mid j)}"),
    (_SHORT, r"\log p(x) \ge \sum_{k=1}^{K} \pi_k \log p(x \mid k)"),
    (_DATA, r"\frac1N \sum_{n=1}^{N} (KL(q(z|x_n) \| p(z)) - KL(q(z|x_n) \| q(z))) = KL(q(z) \| p(z))"),
    (_ABSTRACT, r"p(y = k \mid x) = \frac{\pi_k f_k(x)}{\sum_{j=1}^K \pi_j f_j(x)}"),
    (_ABSTRACT, r"\sum_{k=1}^K \pi_k = 1"),
    (_ABSTRACT, r"\int f_k(x)\, dx = 1"),
    (_ABSTRACT, r"\log p(x) \ge \sum_{k=1}^K q(y = k) \log \frac{\pi_k f_k(x)}{q(y = k)}"),
    (_ABSTRACT, r"\log p(x) = \sum_{k=1}^K q(y=k) \log \frac{\pi_k f_k(x)}{q(y=k)} + KL(q(y) \| p(y \mid x))"),
    (_JOINT, r"p(y = k) = \pi_k"),
    (_JOINT, r"\sum_{k=1}^K p(y = k \mid x) = 1"),
    (_GAUSSIAN, r"p(z_n = k \mid x_n) = \frac{\pi_k \mathcal{N}(x_n; \mu_k, \sigma_k^2)}{p(x_n)}"),
    (_GAUSSIAN, r"\log p(x_n) \ge \sum_{k=1}^{K} \pi_k \log \mathcal{N}(x_n; \mu_k, \sigma_k^2)"),
    (_COINS, r"p(c = 2 \mid h) = 1 - p(c = 1 \mid h)"),
    (_COINS, r"p(c = 1 \mid h) = \frac{w a^h (1 - a)^{n - h}}{w a^h (1 - a)^{n - h} + (1 - w) b^h (1 - b)^{n - h}}"),
]
_FALSE = [
    (_NUMBERED, r"KL(q(a, b) \| p(a) p(b)) = KL(q(a) \| p(a)) + KL(q(b) \| p(b))"),
    (_WEIGHED, r"-\log p(x) \ge F(\rho)"),
    (_WEIGHED, r"\sum_{n=1}^N \sum_{k=1}^K \rho_k = N K"),
    (_WEIGHED, r"F(\rho) - \log p(x) = \sum_{k=1}^K \rho_k \log \frac{\rho_k\, p(x)}{\pi_k\, p(x \mid k)}"),
    (_EXPONENTIALS, r"p(c = k \mid t) = \frac{w_k e^{-\lambda_k t}}{\sum_{j=1}^{K} w_j e^{-\lambda_j t}}"),
    (_GIVEN_THETA, r"\log p(x_i \mid \theta) = \sum_{k=1}^{K} r_{ik} (\log \pi_k + \log f_k(x_i) + \log r_{ik})"),
    (_SHORT, r"p(k \mid x) = \frac{p(x \mid k)}{\sum_{j=1}^{K} p(x \mid j)}"),
    (_SHORT, r"\log p(x) \le \sum_{k=1}^{K} \pi_k \log p(x \mid k)"),
    (_DATA, r"\frac1N \sum_{n=1}^{N} KL(q(z|x_n) \| p(z)) = KL(q(z) \| p(z))"),
    (_ABSTRACT, r"p(y = k \mid x) = \frac{f_k(x)}{\sum_{j=1}^K f_j(x)}"),
    (_ABSTRACT, r"\sum_{k=1}^K \pi_k^2 = 1"),
    (_ABSTRACT, r"\int f_k(x)\, dx = 2"),
    (_ABSTRACT, r"\log p(x) \ge \sum_{k=1}^K q(y = k) \log \frac{f_k(x)}{q(y = k)}"),
    (_ABSTRACT, r"\log p(x) = \sum_{k=1}^K q(y=k) \log \frac{\pi_k f_k(x)}{q(y=k)} + KL(p(y \mid x) \| q(y))"),
    (_JOINT, r"p(y = k) = f_k(x)"),
    (_JOINT, r"\sum_{k=1}^K p(x \mid y = k) = 1"),
    (_GAUSSIAN, r"p(z_n = k \mid x_n) = \pi_k \mathcal{N}(x_n; \mu_k, \sigma_k^2)"),
    (_GAUSSIAN, r"\log p(x_n) = \sum_{k=1}^{K} \pi_k \log \mathcal{N}(x_n; \mu_k, \sigma_k^2)"),
    (_COINS, r"p(c = 2 \mid h) = p(c = 1 \mid h)"),
    (_COINS, r"p(c = 1 \mid h) = \frac{a^h (1 - a)^{n - h}}{a^h (1 - a)^{n - h} + b^h (1 - b)^{n - h}}"),
]


@pytest.mark.parametrize(("model", "line"), _TRUE)
def test_what_a_mixture_implies_is_proved(model: str, line: str) -> None:
    claim = check_text(f"{model}$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "proved", claim.note


@pytest.mark.parametrize(("model", "line"), _FALSE)
def test_what_contradicts_a_mixture_is_refuted(model: str, line: str) -> None:
    claim = check_text(f"{model}$$ {line} $$\n").files[0].claims[-1]
    assert claim.outcome.value == "refuted", claim.note
