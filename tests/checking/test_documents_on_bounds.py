# ruff: noqa: E501
"""Whole documents about bounds, as a teacher or the author of a paper writes them: each true line proved, each slip refuted."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    (
        "squared error and divergence.md",
        "definition proved proved refuted",
        r"""
## VAE loss as in the code

The decoder outputs pixel means, $p_\theta(x \mid z) = \mathcal{N}(x; f_\theta(z), \sigma^2 I_D)$, and the encoder is diagonal.

<!-- symelbo: assume p_\theta(x \mid z) = \mathcal{N}(x; f_\theta(z), \sigma^2 I_D) -->

$$
\begin{aligned}
\mathcal{L}(\theta, \phi; x) &= \mathbb{E}_{z \sim q_\phi(z|x)}\left[\log p_\theta(x|z)\right] - D_{KL}\left(q_\phi(z|x) \,\|\, p(z)\right) \\
&= -\frac{1}{2\sigma^2} \mathbb{E}_{z \sim q_\phi(z|x)}\left[ \|x - f_\theta(z)\|_2^2 \right] - \frac{D}{2} \log(2\pi\sigma^2) - D_{KL}\left(q_\phi(z|x) \,\|\, p(z)\right)
\end{aligned}
$$

so that, with $\beta = 2\sigma^2$,

$$
-2 \sigma^2 \mathcal{L}(\theta, \phi; x) = \mathbb{E}_{z \sim q_\phi(z|x)}\left[ \|x - f_\theta(z)\|_2^2 \right] + 2 \sigma^2 D_{KL}\left(q_\phi(z|x) \,\|\, p(z)\right) + D \sigma^2 \log(2\pi\sigma^2)
$$

but it is wrong to write

$$
-\mathcal{L}(\theta, \phi; x) = \mathbb{E}_{z \sim q_\phi(z|x)}\left[ \|x - f_\theta(z)\|_2^2 \right] + 2 \sigma^2 D_{KL}\left(q_\phi(z|x) \,\|\, p(z)\right) + D \sigma^2 \log(2\pi\sigma^2)
$$
""",
    ),
    (
        "binary pixels.tex",
        "proved proved definition proved refuted",
        r"""
For binary images let $y = y(z)$ be the decoder output and
% symelbo: assume p(x \mid z) = \prod_{i=1}^{D} \mathrm{Bern}(x_i; y_i(z))
\begin{align}
\log p(x \mid z) &= \sum_{i=1}^{D} \log \mathrm{Bern}(x_i; y_i(z)) \\
&= \sum_{i=1}^{D} x_i \log y_i(z) + (1 - x_i) \log(1 - y_i(z))
\end{align}
This is minus the binary cross-entropy. Hence
\begin{align}
\mathrm{ELBO} &= \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] - \mathrm{KL}[q(z \mid x) \,\|\, p(z)] \\
&= \sum_{i=1}^{D} \mathbb{E}_{q(z \mid x)}\left[ x_i \log y_i(z) + (1 - x_i) \log(1 - y_i(z)) \right] - \mathrm{KL}[q(z \mid x) \,\|\, p(z)]
\end{align}
A slip:
\begin{equation}
\log p(x \mid z) = \sum_{i=1}^{D} x_i \log y_i(z) + (1 + x_i) \log(1 - y_i(z))
\end{equation}
""",
    ),
    (
        "a weighted divergence.md",
        "definition proved proved proved refuted",
        r"""
### Beta-VAE

$$
\begin{aligned}
\mathcal{L}_\beta &= \mathbb{E}_{q(z|x)}[\log p(x|z)] - \beta\, \mathrm{KL}(q(z|x) \| p(z)) \\
&= \mathbb{E}_{q(z|x)}[\log p(x|z)] - \mathrm{KL}(q(z|x) \| p(z)) - (\beta - 1)\, \mathrm{KL}(q(z|x) \| p(z)) \\
&= \log p(x) - \mathrm{KL}(q(z|x) \| p(z|x)) - (\beta - 1)\, \mathrm{KL}(q(z|x) \| p(z))
\end{aligned}
$$

<!-- symelbo: assume \beta \ge 1 -->

$$
\mathcal{L}_\beta \le \log p(x)
$$

and for $\beta = 1$ it is the ELBO. Not so:

$$
\mathcal{L}_\beta = \log p(x) - \beta \, \mathrm{KL}(q(z|x) \| p(z|x))
$$
""",
    ),
    (
        "counts.md",
        "proved proved refuted",
        r"""
Poisson decoder for counts, $p(x \mid z) = \mathrm{Poisson}(x; \lambda(z))$:

<!-- symelbo: assume p(x \mid z) = \mathrm{Poisson}(x; \lambda(z)) -->

$$
\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] = x\, \mathbb{E}_{q(z \mid x)}[\log \lambda(z)] - \mathbb{E}_{q(z \mid x)}[\lambda(z)] - \log x!
$$

and without the constant, as a function of $q$,

<!-- symelbo: constant wrt q -->

$$
\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] = \mathbb{E}_{q(z \mid x)}[x \log \lambda(z) - \lambda(z)] + \text{const}
$$

$$
\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] = \mathbb{E}_{q(z \mid x)}[x \log \lambda(z) + \lambda(z)] + \text{const}
$$
""",
    ),
    (
        "everything Gaussian.md",
        "definition proved proved refuted",
        r"""
# A VAE with explicit encoder

<!-- symelbo: assume q(z \mid x) = \mathcal{N}(z; m(x), s^2(x)) -->
<!-- symelbo: assume p(z) = \mathcal{N}(z; 0, 1) -->
<!-- symelbo: assume p(x \mid z) = \mathcal{N}(x; w z, \sigma^2) -->

$$
\begin{aligned}
\mathcal{L} &= \mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] - \mathrm{KL}(q(z \mid x) \,\|\, p(z)) \\
&= -\frac{1}{2\sigma^2} \mathbb{E}_{q(z \mid x)}[(x - w z)^2] - \frac12 \log(2 \pi \sigma^2) - \frac12 \left( m(x)^2 + s(x)^2 - 1 - \log s(x)^2 \right) \\
&= -\frac{(x - w\, m(x))^2 + w^2 s(x)^2}{2\sigma^2} - \frac12 \log(2 \pi \sigma^2) - \frac12 \left( m(x)^2 + s(x)^2 - 1 - \log s(x)^2 \right)
\end{aligned}
$$

Forgetting the variance of the code:

$$
\mathbb{E}_{q(z \mid x)}[\log p(x \mid z)] = -\frac{(x - w\, m(x))^2}{2\sigma^2} - \frac12 \log(2 \pi \sigma^2)
$$
""",
    ),
    (
        "a variance for each pixel.tex",
        "proved proved proved refuted",
        r"""
\paragraph{Heteroscedastic decoder.} With $p(x \mid z) = \prod_{i=1}^D \mathcal{N}(x_i; m_i(z), v_i(z))$,
% symelbo: assume p(x \mid z) = \prod_{i=1}^D \mathcal{N}(x_i; m_i(z), v_i(z))
\begin{align*}
\log p(x \mid z) &= \sum_{i=1}^D \log \mathcal{N}(x_i; m_i(z), v_i(z)) \\
&= -\frac12 \sum_{i=1}^D \left[ \frac{(x_i - m_i(z))^2}{v_i(z)} + \log v_i(z) \right] - \frac{D}{2} \log 2\pi \\
\mathbb{E}_{q(z)}[\log p(x \mid z)] &= -\frac12 \sum_{i=1}^D \mathbb{E}_{q(z)}\left[ \frac{(x_i - m_i(z))^2}{v_i(z)} + \log v_i(z) \right] - \frac{D}{2} \log 2\pi
\end{align*}
\begin{equation*}
\log p(x \mid z) = -\frac12 \sum_{i=1}^D \left[ \frac{(x_i - m_i(z))^2}{v_i(z)} - \log v_i(z) \right] - \frac{D}{2} \log 2\pi
\end{equation*}
""",
    ),
    (
        "two coupled spins.md",
        "proved proved definition proved refuted",
        r"""
Update for a Bernoulli factor in an Ising-like model, $q(s) = q(s_1) q(s_2)$:

<!-- symelbo: assume q(s_1, s_2) = q(s_1) q(s_2) -->

$$
\log p(x) \ge \sum_{s_1, s_2} q(s_1) q(s_2) \log \frac{p(x, s_1, s_2)}{q(s_1) q(s_2)}
$$

$$
\sum_{s_1, s_2} q(s_1) q(s_2) \log \frac{p(x, s_1, s_2)}{q(s_1) q(s_2)} = \sum_{s_1} q(s_1) \Big[ \sum_{s_2} q(s_2) \log p(x, s_1, s_2) - \log q(s_1) \Big] + H[q(s_2)]
$$

$$
q^*(s_1) = \frac{\exp \sum_{s_2} q(s_2) \log p(x, s_1, s_2)}{\sum_{s_1} \exp \sum_{s_2} q(s_2) \log p(x, s_1, s_2)}
$$

$$
\sum_{s_1} q(s_1) \Big[ \sum_{s_2} q(s_2) \log p(x, s_1, s_2) - \log q(s_1) \Big] = -KL(q(s_1) \| q^*(s_1)) + \log \sum_{s_1} \exp \sum_{s_2} q(s_2) \log p(x, s_1, s_2)
$$

$$
\sum_{s_1} q(s_1) \Big[ \sum_{s_2} q(s_2) \log p(x, s_1, s_2) - \log q(s_1) \Big] = -KL(q^*(s_1) \| q(s_1)) + \log \sum_{s_1} \exp \sum_{s_2} q(s_2) \log p(x, s_1, s_2)
$$
""",
    ),
    (
        "the precision of a Gaussian.tex",
        "definition proved proved refuted",
        r"""
\documentclass{article}
\begin{document}
Normal likelihood, Gamma prior on the precision.
% symelbo: assume p(x_{1:N} \mid \mu, \tau) = \prod_{n=1}^N \mathcal{N}(x_n \mid \mu, \tau^{-1})
% symelbo: assume p(\tau) = \mathrm{Gam}(\tau \mid a_0, b_0)
% symelbo: constant wrt \tau
\begin{align}
\ln q^*(\tau) &= \mathbb{E}_{q(\mu)}[\ln p(x_{1:N} \mid \mu, \tau)] + \ln p(\tau) + \text{const} \\
&= (a_0 - 1) \ln \tau - b_0 \tau + \frac{N}{2} \ln \tau - \frac{\tau}{2} \mathbb{E}_{q(\mu)}\left[ \sum_{n=1}^N (x_n - \mu)^2 \right] + \text{const} \\
&= \left(a_0 + \frac{N}{2} - 1\right) \ln \tau - \left( b_0 + \frac12 \mathbb{E}_{q(\mu)}\left[ \sum_{n=1}^N (x_n - \mu)^2 \right] \right) \tau + \text{const}
\end{align}
With the wrong shape
\begin{equation}
(a_0 - 1) \ln \tau - b_0 \tau + \frac{N}{2} \ln \tau = (a_0 + N - 1) \ln \tau - b_0 \tau + \text{const}
\end{equation}
\end{document}
""",
    ),
)


@pytest.mark.parametrize(("name", "wanted", "text"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_each_line(name: str, wanted: str, text: str):
    assert [claim.outcome.value for claim in check_text(text, name).claims] == wanted.split()
