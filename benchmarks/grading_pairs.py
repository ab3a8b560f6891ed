"""Final answers beside their keys, as learners and models write them: what is equal and what is not.

The truth of every pair is a matter of textbook identities; `assuming` says what the exercise has given.
"""

from __future__ import annotations

from typing import NamedTuple

from grading_form import Exercise
from grading_styles import STYLES

__all__ = ["Pair", "pairs"]


class Pair(NamedTuple):
    kind: str
    key: str
    answer: str
    equal: bool
    assuming: tuple[str, ...]


EXERCISES = (
    Exercise(
        "bare divergence",
        "E_q[log p(x|z)] + 2 D_KL",
        ("2 D_KL + E_q[log p(x|z)]",),
        ("E_q[log p(x|z)] - 2 D_KL", "2", "E_q[log p(x|z)] + D_KL"),
    ),
    Exercise(
        "bare divergence",
        "log p(x) - D_KL",
        ("-D_KL + log p(x)", r"$\log p(x) - D_{KL}$", r"\boxed{\log p(x) - D_{\mathrm{KL}}}"),
        ("log p(x) + D_KL", "D_KL - log p(x)", "log p(x)"),
    ),
    Exercise(
        "bound",
        r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x) \| p(z))",
        (
            r"-D_{KL}(q(z|x) \| p(z)) + \mathbb{E}_{q(z|x)}[\log p(x|z)]",
            r"\mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)]",
            r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x,z)}{q(z \mid x)}\right]",
            r"\log p(x) - D_{KL}(q(z|x) \,\|\, p(z|x))",
            r"\mathbb{E}_{q(z|x)}[\log p(x,z)] + H(q(z|x))",
            r"\int q(z|x) \log \frac{p(x|z) p(z)}{q(z|x)} \, dz",
            r"\boxed{\mathbb{E}_{q(z|x)}[\log p(x|z)] - \mathrm{KL}(q(z|x) \| p(z))}",
            "E_{q(z|x)}[log p(x|z)] - KL(q(z|x) || p(z))",
            r"\mathrm{ELBO} = \mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x) \| p(z))",
            r"-\mathbb{E}_{q(z|x)}\left[\log \frac{q(z|x)}{p(x,z)}\right]",
        ),
        (
            r"\mathbb{E}_{q(z|x)}[\log p(x|z)] + D_{KL}(q(z|x) \| p(z))",
            r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(p(z) \| q(z|x))",
            r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - D_{KL}(q(z|x) \| p(z|x))",
            r"\mathbb{E}_{q(z|x)}[\log p(x,z)] - D_{KL}(q(z|x) \| p(z))",
            r"\mathbb{E}_{p(z)}[\log p(x|z)] - D_{KL}(q(z|x) \| p(z))",
            r"\mathbb{E}_{q(z|x)}[\log p(x,z)] - H(q(z|x))",
            r"\log p(x)",
            r"\log p(x) + D_{KL}(q(z|x) \| p(z|x))",
            r"\mathbb{E}_{q(z|x)}[\log p(z|x)] - D_{KL}(q(z|x) \| p(z))",
            r"\mathbb{E}_{q(z|x)}[\log p(x|z)] - 2 D_{KL}(q(z|x) \| p(z))",
        ),
    ),
    Exercise(
        "gap",
        "KL(q(z|x) || p(z|x))",
        (
            "log p(x) - E_{q(z|x)}[log p(x,z) - log q(z|x)]",
            "E_{q(z|x)}[log q(z|x) - log p(z|x)]",
            r"\mathbb{E}_{q(z|x)}\left[\log\frac{q(z|x) p(x)}{p(x,z)}\right]",
            r"\int q(z|x) \log \frac{q(z|x)}{p(z|x)} dz",
            "-H(q(z|x)) - E_{q(z|x)}[log p(z|x)]",
        ),
        (
            "KL(p(z|x) || q(z|x))",
            "E_{q(z|x)}[log p(x,z) - log q(z|x)] - log p(x)",
            "E_{q(z|x)}[log p(z|x) - log q(z|x)]",
            "KL(q(z|x) || p(z))",
            "H(q(z|x)) - E_{q(z|x)}[log p(z|x)]",
            "0",
        ),
    ),
    Exercise(
        "Bayes",
        r"\frac{p(x|z) p(z)}{p(x)}",
        (r"p(z|x)", r"\frac{p(x,z)}{p(x)}", r"\frac{p(x|z)p(z)}{\int p(x|z)p(z)\,dz}", r"p(z)p(x|z)/p(x)"),
        (r"p(x|z)", r"\frac{p(x|z)}{p(x)}", r"\frac{p(x) p(z|x)}{p(z)}", r"p(x|z) p(z)", r"\frac{p(x|z) p(x)}{p(z)}"),
    ),
    Exercise(
        "evidence",
        r"\log \int p(x|z) p(z) \, dz",
        (
            r"\log p(x)",
            r"\log \mathbb{E}_{p(z)}[p(x|z)]",
            r"\log \int p(x,z)\,dz",
            r"\log \mathbb{E}_{q(z|x)}\left[\frac{p(x,z)}{q(z|x)}\right]",
        ),
        (
            r"\mathbb{E}_{p(z)}[\log p(x|z)]",
            r"\int p(z) \log p(x|z) \, dz",
            r"\log \mathbb{E}_{q(z|x)}[p(x,z)]",
            r"\int p(x|z) p(z) \, dz",
        ),
    ),
    Exercise(
        "entropy",
        "-E_{q(z)}[log q(z)]",
        ("H(q(z))", r"-\int q(z) \log q(z)\, dz", r"\mathbb{E}_{q(z)}\left[\log \frac{1}{q(z)}\right]"),
        ("E_{q(z)}[log q(z)]", "-log q(z)", r"-\int \log q(z)\, dz"),
    ),
    Exercise(
        "cross entropy",
        "H(p(x)) + KL(p(x) || q(x))",
        ("-E_{p(x)}[log q(x)]", r"-\int p(x) \log q(x)\,dx"),
        ("-E_{q(x)}[log p(x)]", "H(q(x)) + KL(p(x) || q(x))", "H(p(x)) - KL(p(x) || q(x))", "-E_{p(x)}[log p(x)]"),
    ),
    Exercise(
        "mutual information",
        "KL(p(x,z) || p(x) p(z))",
        (
            "E_{p(x,z)}[log p(x,z) - log p(x) - log p(z)]",
            "H(p(z)) - E_{p(x)}[H(p(z|x))]",
            "E_{p(x)}[KL(p(z|x) || p(z))]",
        ),
        ("H(p(z)) + E_{p(x)}[H(p(z|x))]", "KL(p(x) p(z) || p(x,z))", "E_{p(x)}[KL(p(z) || p(z|x))]"),
    ),
    Exercise(
        "Gaussian KL",
        r"\frac{1}{2}\left(\mu^2 + \sigma^2 - 1 - \log \sigma^2\right)",
        (
            r"-\frac{1}{2}\left(1 + \log\sigma^2 - \mu^2 - \sigma^2\right)",
            r"\frac{\mu^2 + \sigma^2 - 1}{2} - \log \sigma",
            "(mu^2 + sigma^2 - 1)/2 - log(sigma)",
            r"\frac{1}{2}\mu^2 + \frac{1}{2}\sigma^2 - \frac{1}{2} - \frac{1}{2}\log\sigma^2",
            r"D_{KL}(\mathcal{N}(\mu, \sigma^2) \| \mathcal{N}(0, 1))",
            r"0.5(\mu^2 + \sigma^2 - 1) - \log\sigma",
        ),
        (
            r"\frac{1}{2}\left(1 + \log\sigma^2 - \mu^2 - \sigma^2\right)",
            r"\frac{1}{2}\left(\mu^2 + \sigma^2 - 1 - \log \sigma\right)",
            r"\frac{1}{2}\left(\mu^2 + \sigma^2 - \log \sigma^2\right)",
            r"\frac{1}{2}\left(\mu + \sigma^2 - 1 - \log \sigma^2\right)",
            r"\mu^2 + \sigma^2 - 1 - \log \sigma^2",
            r"D_{KL}(\mathcal{N}(0, 1) \| \mathcal{N}(\mu, \sigma^2))",
        ),
        ("sigma > 0",),
    ),
    Exercise(
        "Bernoulli KL",
        r"a \log\frac{a}{b} + (1-a) \log\frac{1-a}{1-b}",
        (
            r"a(\log a - \log b) + (1-a)(\log(1-a) - \log(1-b))",
            r"-a\log b - (1-a)\log(1-b) + a\log a + (1-a)\log(1-a)",
            "a*log(a/b) + (1-a)*log((1-a)/(1-b))",
            r"a\log\frac{a(1-b)}{b(1-a)} + \log\frac{1-a}{1-b}",
        ),
        (
            r"b \log\frac{b}{a} + (1-b) \log\frac{1-b}{1-a}",
            r"a \log\frac{a}{b} - (1-a) \log\frac{1-a}{1-b}",
            r"a \log\frac{b}{a} + (1-a) \log\frac{1-b}{1-a}",
            r"a \log\frac{a}{b}",
        ),
        ("a > 0", "a < 1", "b > 0", "b < 1"),
    ),
    Exercise(
        "base of the logarithm",
        r"-\log_2 p(x)",
        (r"-\frac{\log p(x)}{\log 2}", r"\log_2 \frac{1}{p(x)}", r"-\frac{\ln p(x)}{\ln 2}"),
        (r"-\log p(x)", r"-\ln p(x)", r"-\log(2) \log p(x)", r"-\log_{10} p(x)"),
    ),
    Exercise(
        "numbers",
        r"\log 2",
        ("0.6931", "0.69", r"\frac{1}{2}\log 4", r"-\log\frac{1}{2}", "log(8)/3", "2 log 4 - 3 log 2"),
        ("0.6932", "0.70", "1", r"\log_2 2", r"-\log 2", "0.3010"),
    ),
    Exercise(
        "numbers",
        r"0.3\log\frac{0.3}{0.2} + 0.7\log\frac{0.7}{0.8}",
        ("0.0282", r"\frac{3}{10}\log\frac{3}{2} + \frac{7}{10}\log\frac{7}{8}", "0.028167557595283"),
        ("0.0406", "-0.0282", r"0.2\log\frac{0.2}{0.3} + 0.8\log\frac{0.8}{0.7}", "0.0281"),
    ),
    Exercise(
        "score",
        r"\mathbb{E}_{q(z)}[f(z)]",
        (r"\int q(z) f(z)\,dz", r"\mathbb{E}_{p(z)}\left[\frac{q(z)}{p(z)} f(z)\right]"),
        (r"\mathbb{E}_{p(z)}[f(z)]", r"\int f(z)\, dz", r"\mathbb{E}_{p(z)}\left[\frac{p(z)}{q(z)} f(z)\right]"),
    ),
    Exercise(
        "softplus",
        r"\log(1 + e^{x})",
        (r"x + \log(1 + e^{-x})", r"-\log\frac{1}{1 + e^{x}}", r"-\log\left(1 - \frac{1}{1 + e^{-x}}\right)"),
        (r"x - \log(1 + e^{-x})", r"\log(1 + e^{-x})", r"1 + x", r"\frac{1}{1+e^{-x}}"),
    ),
    Exercise(
        "inequality",
        r"\log p(x) \ge \mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)]",
        (
            r"\mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)] \le \log p(x)",
            r"\log p(x) - \mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)] \ge 0",
        ),
        (r"\log p(x) \le \mathbb{E}_{q(z|x)}[\log p(x,z) - \log q(z|x)]",),
    ),
    Exercise(
        "sequence",
        r"\log p(x_1) + \log p(x_2 | x_1)",
        (r"\log p(x_1, x_2)", r"\log p(x_2) + \log p(x_1 | x_2)", r"\log\left(p(x_1) p(x_2|x_1)\right)"),
        (r"\log p(x_1) + \log p(x_2)", r"\log p(x_1) + \log p(x_1 | x_2)", r"\log p(x_1) \log p(x_2|x_1)"),
    ),
)


def pairs() -> list[Pair]:
    """Every right and wrong answer beside its key."""
    return [
        Pair(e.kind, e.key, answer, equal, e.assuming)
        for e in (*EXERCISES, *STYLES)
        for equal, answers in ((True, e.right), (False, e.wrong))
        for answer in answers
    ]
