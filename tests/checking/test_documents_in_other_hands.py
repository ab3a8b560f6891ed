# ruff: noqa: E501
"""Short documents in the notations of many hands: each true line proved, each slip refuted."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    (
        "sentences between rows.tex",
        "proved proved proved refuted",
        r"""
\begin{align*}
\log p(x) &= \log \sum_{z} p(x,z)
\intertext{and, with an arbitrary distribution $q(z)$,}
 &= \log \sum_z q(z)\,\frac{p(x,z)}{q(z)}
\intertext{The logarithm is concave, hence}
\log p(x) &\ge \sum_z q(z) \log\frac{p(x,z)}{q(z)} \\
 &= \sum_z q(z) \log p(x,z) - \log q(z)
\end{align*}
""",
    ),
    (
        "sums over a space.md",
        "proved refuted unread",
        r"""
$$
\begin{aligned}
\sum_{z\in\mathcal{Z}} q(z) \log \frac{p(z)\,p(x|z)}{q(z)} &= \sum_{z\in\mathcal{Z}} q(z) \log p(x|z) - \sum_{z\in\mathcal{Z}} q(z) \log \frac{q(z)}{p(z)} \\
&= \sum_{z\in\mathcal{Z}} q(z) \log p(x|z) - \sum_{z\in\mathcal{Z}} q(z) \log \frac{p(z)}{q(z)}
\end{aligned}
$$

$$
\sum_{z\in\mathcal{D}} q(z) = 1
$$
""",
    ),
    (
        "dots for variables.tex",
        "proved proved proved refuted",
        r"""
\begin{align}
\log p(x) &= \mathbb{E}_{z\sim q(\cdot\mid x)}\left[\log\frac{p(x,z)}{q(z\mid x)}\right] + \mathrm{KL}(q(\cdot\mid x) \,\|\, p(\cdot\mid x)) \\
 &\ge \mathbb{E}_{q(\cdot\mid x)}\left[\log p(x,z)\right] + H(q(\cdot\mid x)) \\
 &= \mathbb{E}_{q(\cdot\mid x)}\left[\log p(x \mid z)\right] - \mathrm{KL}(q(\cdot\mid x) \,\|\, p(z)) \\
 &= \mathbb{E}_{q(\cdot\mid x)}\left[\log p(x \mid z)\right] - \mathrm{KL}(q(\cdot\mid x) \,\|\, p(\cdot \mid x))
\end{align}
""",
    ),
    (
        "labels of laws.md",
        "proved proved proved proved refuted",
        r"""
$$
H(p_d, p_\theta) := -\mathbb{E}_{x\sim p_d}[\log p_\theta(x)] = H(p_d) + D_{KL}(p_d \| p_\theta) \ge H(p_d)
$$

$$
\arg\min_\theta D_{KL}(p_d \| p_\theta) = \arg\min_\theta H(p_d, p_\theta) = \arg\min_\theta \mathbb{E}_{x\sim p_d}[\log p_\theta(x)]
$$
""",
    ),
    (
        "bare names in two senses.md",
        "proved definition proved unknown",
        r"""
$$
\ln p(\mathbf{X}) = \mathcal{L}(q) + \mathrm{KL}(q\|p)
$$

$$
\mathcal{L}(q) = \sum_{\mathbf{Z}} q(\mathbf{Z}) \ln \left\{ \frac{p(\mathbf{X},\mathbf{Z})}{q(\mathbf{Z})} \right\}
$$

$$
\mathrm{KL}(q\|p) = -\sum_{\mathbf{Z}} q(\mathbf{Z}) \ln \left\{ \frac{p(\mathbf{Z}|\mathbf{X})}{q(\mathbf{Z})} \right\}
$$

$$
\mathbb{E}_{r}[\log r(y \mid \mathbf{X})] = \mathbb{E}_{r}[\log r(y)] + 1
$$
""",
    ),
    (
        "a name among the terms.md",
        "proved definition proved refuted",
        r"""
$$
\begin{align}
KL(q(z|x) || p(z|x)) &= -\mathbb{E}_{q(z|x)} \left[ \log \frac{p(x,z)}{q(z|x)} - \log p(x) \right] \\
&= -\text{ELBO} + \log p(x)
\end{align}
$$

$$\log p(x) \ge \text{ELBO}$$

$$\text{ELBO} = \log p(x) + KL(q(z|x) || p(z|x))$$
""",
    ),
    (
        "weights that sum to one.md",
        "proved proved proved refuted",
        r"""
<!-- symelbo: assume \sum_{k=1}^K q_k = 1 -->
<!-- symelbo: assume q_k > 0 -->
<!-- symelbo: assume \pi_k > 0 -->

$$
\begin{aligned}
\log \sum_{k=1}^K \pi_k f_k(x) &= \log \sum_{k=1}^K q_k \frac{\pi_k f_k(x)}{q_k} \\
&\ge \sum_{k=1}^K q_k \log \frac{\pi_k f_k(x)}{q_k} \\
&= \sum_{k=1}^K q_k \left( \log \pi_k + \log f_k(x) - \log q_k \right)
\end{aligned}
$$

$$
\log \sum_{k=1}^K \pi_k f_k(x) \ge \sum_{k=1}^K q_k \log \left( \pi_k f_k(x) \right) + \log K
$$
""",
    ),
    (
        "unnormalised weights.md",
        "definition proved proved refuted",
        r"""
<!-- symelbo: assume \psi(s) > 0 -->

$$
\log Z = \log \sum_s \psi(s) = \log \sum_s b(s) \frac{\psi(s)}{b(s)} \ge \sum_s b(s) \log \frac{\psi(s)}{b(s)}
$$

$$
\sum_s b(s) \log \frac{\psi(s)}{b(s)} = \sum_s b(s) \log \psi(s) - H(b)
$$
""",
    ),
    (
        "where a product is best.md",
        "definition proved proved refuted",
        r"""
$$
\begin{aligned}
\hat\theta &= \arg\max_\theta \prod_{i=1}^N p_\theta(x_i) \\
&= \arg\max_\theta \sum_{i=1}^N \log p_\theta(x_i) \\
&= \arg\min_\theta -\frac1N \sum_{i=1}^N \log p_\theta(x_i)
\end{aligned}
$$

$$
\arg\max_\theta \log p_\theta(x) = \arg\min_\theta \log p_\theta(x)
$$
""",
    ),
    (
        "what the best factor gives.md",
        "proved refuted refuted",
        r"""
$$\max_q \left( \mathbb{E}_{q(z)}[\log p(x,z)] + H[q(z)] \right) = \log p(x)$$

$$\max_q \left( \mathbb{E}_{q(z)}[\log p(x,z)] + H[q(z)] \right) = \log p(x) - 1$$

$$\arg\max_q \left( \mathbb{E}_{q(z)}[\log p(x,z)] + H[q(z)] \right) = p(z)$$
""",
    ),
    (
        "delimiters of the author.tex",
        "proved refuted",
        r"""
\DeclarePairedDelimiterX{\infdivx}[2]{(}{)}{#1\;\delimsize\|\;#2}
\newcommand{\kl}{D_{\mathrm{KL}}\infdivx}
\NewDocumentCommand{\Ex}{O{q(z)} m}{\mathbb{E}_{#1}\left[#2\right]}
\begin{align}
\log p(x) &= \Ex{\log\frac{p(x,z)}{q(z)}} + \kl*{q(z)}{p(z|x)} \\
 &= \Ex[q(z)]{\log\frac{p(x,z)}{q(z)}} - \kl{q(z)}{p(z|x)}
\end{align}
""",
    ),
    (
        "stacked labels.tex",
        "proved definition refuted",
        r"""
\begin{align}
\log p(x) &= \underbrace{\mathbb{E}_{q(z)}\left[\log\frac{p(x,z)}{q(z)}\right]}_{\substack{=\mathcal{L} \\ \text{(ELBO)}}} + \mathrm{KL}(q(z)\,\|\,p(z\mid x)) \\
\log p(x) &= \mathcal{L} - \mathrm{KL}(q(z)\,\|\,p(z\mid x))
\end{align}
""",
    ),
    (
        "a law by its normaliser.md",
        "proved definition proved refuted",
        r"""
$$\log p(x) \ge \sum_z q(z) \log \frac{p(x,z)}{q(z)}$$

$$q(z) = \frac{p(x,z)}{\sum_{z'} p(x,z')} = p(z \mid x)$$

$$\sum_z q(z) \log \frac{p(x,z)}{q(z)} = \log p(x) + H[q(z)]$$
""",
    ),
    (
        "means given something.tex",
        "definition proved refuted",
        r"""
\begin{align*}
Q(\theta;\theta_t) &= \mathbb{E}\left[\log p(X,Z;\theta) \mid X; \theta_t\right] \\
 &= \sum_Z p(Z \mid X;\theta_t) \log p(X,Z;\theta) \\
 &= \sum_Z p(Z \mid X;\theta) \log p(X,Z;\theta)
\end{align*}
""",
    ),
    (
        "a law for each datum.md",
        "proved proved refuted",
        r"""
$$
\sum_{i=1}^N \log p(x_i) \ge \sum_{i=1}^N \Big\{ \mathbb{E}_{q_i(z_i)}[\log p(x_i | z_i)] - \mathrm{KL}(q_i(z_i) \,\|\, p(z_i)) \Big\}
$$

$$
\sum_{i=1}^N \log p(x_i) - \sum_{i=1}^N \mathbb{E}_{q_i(z_i)}\left[\log \frac{p(x_i, z_i)}{q_i(z_i)}\right] = \sum_{i=1}^N \mathrm{KL}(q_i(z_i) \,\|\, p(z_i | x_i))
$$

$$
\sum_{i=1}^N \log p(x_i) - \sum_{i=1}^N \mathbb{E}_{q_i(z_i)}\left[\log \frac{p(x_i, z_i)}{q_i(z_i)}\right] = \sum_{i=1}^N \mathrm{KL}(q_i(z_i) \,\|\, p(z_i))
$$
""",
    ),
    (
        "a limit behind a definition.md",
        "definition proved refuted",
        r"""
$$
\ell_N(\theta) = -\frac{1}{N}\sum_{i=1}^N \log p_\theta(x_i) \xrightarrow{N\to\infty} \mathbb{E}_{p^*(x)}[-\log p_\theta(x)]
$$

$$
\mathbb{E}_{p^*(x)}[-\log p_\theta(x)] = H[p^*] + \mathrm{KL}(p^*(x) \,\|\, p_\theta(x))
$$

$$
\ell_N(\theta) = \sum_{i=1}^N \log p_\theta(x_i)
$$
""",
    ),
    (
        "a table with states in its head.md",
        "proved proved refuted",
        r"""
| | $z=0$ | $z=1$ |
|---|---|---|
| $p(z)$ | 0.5 | 0.5 |
| $q(z)$ | 0.3 | 0.7 |

$$\mathrm{KL}(q(z) \| p(z)) = 0.3 \ln \frac{0.3}{0.5} + 0.7 \ln \frac{0.7}{0.5} \approx 0.082$$

$$H(q) \approx 0.511$$
""",
    ),
    (
        "sums make discrete.md",
        "proved unknown",
        r"""
$$
-\sum_z q(z \mid x) \log q(z \mid x) \ge 0
$$

$$
-\int q(y) \log q(y) \, dy \ge 0
$$
""",
    ),
    (
        "powers of numbers.md",
        "proved refuted",
        r"""
$$2^{\mathbb{E}_{p(x)}[\log_2 p(x)]} \ge 2^{\mathbb{E}_{p(x)}[\log_2 q(x)]}$$

$$\exp(-H(p)) \le \exp\left(\mathbb{E}_{p(x)}[\log q(x)]\right)$$
""",
    ),
    (
        "named and given.md",
        "definition unknown definition proved definition definition proved proved refuted",
        r"""
$$\pi_0 = p(z=0) = 0.7,\quad \pi_1 = p(z=1) = 0.3$$

$$p(x=1\mid z=0) = 0.15,\quad p(x=1\mid z=1) = 0.65$$

$$p(x=1) = \pi_0 \cdot 0.15 + \pi_1 \cdot 0.65 = 0.3$$

$$p(z=1\mid x=1) = 0.55$$
""",
    ),
    (
        "a law in one letter's sentence.tex",
        "definition definition definition proved proved refuted",
        r"""
A binary latent $z$ and the observation $x=1$.
\begin{align*}
p(z=1) &= 0.25, & p(x=1\mid z=1) &= 0.8, & p(x=1\mid z=0) &= 0.4.
\end{align*}
Take $q(z=1)=0.5$.
\[ \mathbb{E}_q[\log p(x=1\mid z)] = \tfrac12\log 0.8 + \tfrac12 \log 0.4 \approx -0.570 \]
\[ \mathrm{KL}(q\,\|\,p(z)) \approx 0.208 \]
""",
    ),
    (
        "a law that is not given.tex",
        "definition definition unknown",
        r"""
\[ p(z=1) = 0.25 \]
\[ p(x=1\mid z=1) = 0.8 \]
\[ \mathrm{KL}(q(z)\,\|\,p(z)) = \tfrac12 \log\frac{0.5}{0.25} + \tfrac12 \log\frac{0.5}{0.75} \]
""",
    ),
)


@pytest.mark.parametrize(("name", "wanted", "text"), DOCUMENTS, ids=[row[0] for row in DOCUMENTS])
def test_each_line(name: str, wanted: str, text: str) -> None:
    assert [claim.outcome.value for claim in check_text(text, name).claims] == wanted.split()
