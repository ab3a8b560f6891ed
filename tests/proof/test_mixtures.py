"""Finite mixtures: weights and components give every density of the label and of what is observed."""

from __future__ import annotations

import pytest

from symelbo.checking.check import check_text

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

_TRUE = [
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
