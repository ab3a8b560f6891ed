r"""Habits of papers on sequences: times above, letters for data sets, a bare q, bare means, lone signs."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

ABOVE = r"""
$$ q(x^{(1\cdots T)} \mid x^{(0)}) = \prod_{t=1}^T q(x^{(t)} \mid x^{(t-1)}) $$

$$ q(x^{(1)} \mid x^{(0)}, x^{(2)})
   = \frac{q(x^{(2)} \mid x^{(1)})\, q(x^{(1)} \mid x^{(0)})}{q(x^{(2)} \mid x^{(0)})} $$
"""
LETTER = r"""
Data $X = (x_1, \dots, x_N)$ with $p(X, \theta) = p(\theta) \prod_{n=1}^N p(x_n \mid \theta)$.

$$ \log p(X \mid \theta) = \sum_{n=1}^N \log p(x_n \mid \theta) $$
"""
FIRST = r"""
<!-- symelbo: assume p(x_{0:2}) = p(x_2)\, p(x_1 \mid x_2)\, p(x_0 \mid x_1) -->

$$ p(x) = \int p(x_1)\, p(x_0 \mid x_1)\, dx_1 $$
"""
BARE_Q = r"""
<!-- symelbo: assume q(a, b \mid x) = q(a \mid x)\, q(b \mid a, x) -->
<!-- symelbo: assume p(x, a, b) = p(a)\, p(b \mid a)\, p(x \mid b) -->

$$ \log p(x) \ge \mathbb{E}_q[\log p(x, a, b) - \log q(a, b \mid x)] + \mathrm{KL}(q(a \mid x) \| q(a \mid x)) $$
"""
HALF = r"""
<!-- symelbo: assume \alpha_t > 0, \beta_t > 0 -->

$$ \sum_{t=1}^T \log \alpha_t \beta_t = \log \alpha_1 + \log \beta_1 + \sum_{t > 1} (\log \alpha_t + \log \beta_t) $$
"""
TIED = r"""
Let $z = \alpha x + \sigma \epsilon$ with $\alpha^2 + \sigma^2 = 1$, and $v = \alpha \epsilon - \sigma x$.

$$ \alpha z - \sigma v = x $$
"""
BARE_MEAN = r"""
$$ m(z, x) = a z + b x, \qquad \mu(z, \hat x) = a z + b \hat x $$

$$ (m - \mu)^2 = b^2 (x - \hat x)^2 $$
"""
EMPTY = r"""
<!-- symelbo: assume q(z_{1:D} \mid x) = \prod_{d=1}^D q(z_d \mid z_{<d}, x) -->

$$ H[q(z_{1:D} \mid x)] = -\sum_{d=1}^D \mathbb{E}_{q(z_{\le d} \mid x)}[\log q(z_d \mid z_{<d}, x)] $$
"""
PRODUCT = r"""
<!-- symelbo: assume q(x_{1:T} \mid x_0) = \prod_{t=1}^T q(x_t \mid x_{t-1}) -->
<!-- symelbo: assume p(x_{0:T}) = p(x_T) \prod_{t=1}^T p(x_{t-1} \mid x_t) -->

$$ \int p(x_{0:T})\, dx_{1:T}
 = \int q(x_{1:T} \mid x_0)\, p(x_T) \prod_{t=1}^T \frac{p(x_{t-1} \mid x_t)}{q(x_t \mid x_{t-1})}\, dx_{1:T} $$
"""

WRITTEN = r"""
<!-- symelbo: assume p(x_{1:T}, z_{1:T}) = p(z_1) p(x_1 \mid z_1) \prod_{t=2}^T p(z_t \mid z_{t-1}) p(x_t \mid z_t) -->

$$ \log p(x_{1:T}) \ge \int q(z_{1:T}) \log \frac{p(x_{1:T}, z_{1:T})}{q(z_{1:T})}\, dz_{1:T} $$
"""

KALMAN = r"""
With $K = P / (P + R)$ and $m' = m + K (y - m)$, the product rule for normal densities says

$$ \mathcal{N}(y; z, R)\, \mathcal{N}(z; m, P) = \mathcal{N}(y; m, P + R)\, \mathcal{N}(z; m + K (y - m), (1 - K) P) $$
"""

FONTS = r"""
<!-- symelbo: assume p(x, z) = p(z)\, p(x \mid z) -->
<!-- symelbo: assume p(x \mid z) = \mathcal{N}(x; z, 1) -->
<!-- symelbo: assume p(z) = \mathcal{N}(z; 0, 1) -->

$$ p(\mathbf{x}) = \mathcal{N}(\mathbf{x}; 0, 2) $$
"""
BESIDE = r"""
$$ c = 1 $$

$$ |b| = b \quad \text{for } b > 0 $$
"""
MEAN_FIELD = r"""
Let $q(z_{1:M}) = \prod_{j=1}^M q_j(z_j)$. If also $p(z_{1:M}) = \prod_{j=1}^M p(z_j)$, then

$$ \log p(x) \ge \mathbb{E}_{q(z_{1:M})}[\log p(x \mid z_{1:M})] - \sum_{j=1}^M \mathrm{KL}(q_j(z_j) \| p(z_j)) $$
"""
NORMS = r"""
Let $z = \alpha x + \sigma \epsilon$ with $\alpha^2 + \sigma^2 = 1$, $v = \alpha \epsilon - \sigma x$
and $\hat x = \alpha z - \sigma \hat v$.

$$ \| x - \hat x \|^2 = \sigma^2 \| v - \hat v \|^2 $$
"""
FIRST_STEP = r"""
With $\alpha_t = 1 - \beta_t$ and $\bar\alpha_t = \prod_{i=1}^t \alpha_i$:
<!-- symelbo: assume q(x_t \mid x_{t-1}, x_0) = \mathcal{N}(x_t; \sqrt{\alpha_t} x_{t-1}, \beta_t) -->
<!-- symelbo: assume q(x_{t-1} \mid x_0) = \mathcal{N}(x_{t-1}; \sqrt{\bar\alpha_{t-1}} x_0, 1 - \bar\alpha_{t-1}) -->

$$ q(x_t \mid x_{t-1}, x_0)\, q(x_{t-1} \mid x_0) = q(x_{t-1} \mid x_t, x_0)\, q(x_t \mid x_0) $$
"""
RATE = r"""
Let $\alpha_t^2 + \sigma_t^2 = 1$ and let $\mathrm{SNR}(t) = \alpha_t^2 / \sigma_t^2$.

$$ \mathrm{SNR}(t) = \frac{\alpha_t^2}{1 - \alpha_t^2} $$
"""
GAIN = r"""
$$ e = y - m, \qquad G_t = P_t / (P_t + R) $$

$$ m + G_t (y - m) = \frac{R m + P_t y}{P_t + R} $$
"""
ROW = r"$$ \mathrm{KL}(q(x) \| p(x)) = a^2 / 2, \quad q(x) = \mathcal{N}(x; 0, 1), \quad p(x) = \mathcal{N}(x; a, 1) $$"


@pytest.mark.parametrize(
    ("note", "right", "wrong"),
    [
        (ABOVE, r"q(x^{(2)} \mid x^{(0)})}", r"q(x^{(2)})}"),
        (LETTER, r"p(X \mid \theta) = \sum", r"p(X) = \sum"),
        (FIRST, "p(x) =", "p(x_1) ="),
        (BARE_Q, "ge", "le"),
        (HALF, "t > 1", "t \\ge 1"),
        (TIED, "= x $$", "= z $$"),
        (BARE_MEAN, "= b^2", "= b"),
        (EMPTY, "= -\\sum", "= \\sum"),
        (PRODUCT, "\\, p(x_T) \\prod", "\\, \\prod"),
        (WRITTEN, "\\ge", "\\le"),
        (KALMAN, "(1 - K) P", "(1 - K) R"),
        (MEAN_FIELD, "] - ", "] + "),
        (NORMS, r"\sigma^2", r"\sigma"),
        (FIRST_STEP, r"x_t \mid x_0) $$", r"x_t \mid x_{t-1}) $$"),
        (RATE, "{1 - ", "{1 + "),
        (GAIN, "R m + P_t y", "R m - P_t y"),
        (FONTS, "0, 2", "0, 1"),
        (BESIDE, "= b", "= -b"),
    ],
    ids=(
        *("above", "letter", "first", "bare-q", "half", "tied", "bare-mean", "empty", "product", "written", "kalman"),
        *("mean-field", "norms", "step", "rate", "gain", "fonts", "beside"),
    ),
)
def test_a_note_and_its_slip(note: str, right: str, wrong: str) -> None:
    head, _, last = note.rpartition("\n\n")
    assert right in last
    assert [claim.outcome.value for claim in check_text(note).claims][-1] == "proved"
    slip = head + "\n\n" + last.replace(right, wrong, 1)
    assert [claim.outcome.value for claim in check_text(slip).claims][-1] == "refuted"


@pytest.mark.parametrize(("value", "outcome"), [("a^2", "proved"), ("a", "refuted")])
def test_the_laws_of_a_row_hold_for_all_of_it(value: str, outcome: str) -> None:
    report = check_text(ROW.replace("a^2", value))
    assert [claim.outcome.value for claim in report.claims] == [outcome, "definition", "definition"]
