"""Claims `difference = 0` as they occur in variational inference, true and false, for `benchmarks/algebra.py`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sympy as sp
from sympy import exp, log, pi, sqrt

Half = sp.Rational(1, 2)


class Claim(NamedTuple):
    name: str
    difference: Any
    truth: bool


def positive(names: str) -> list[Any]:
    return list(sp.symbols(names, positive=True))


def real(names: str) -> list[Any]:
    return list(sp.symbols(names, real=True))


def simplex(name: str, n: int) -> list[Any]:
    head = positive(f"{name}1:{n}")
    return [*head, 1 - sp.Add(*head)]


def kl(q: Sequence[Any], p: Sequence[Any]) -> Any:
    return sp.Add(*(a * log(a / b) for a, b in zip(q, p, strict=True)))


def entropy(q: Sequence[Any]) -> Any:
    return -sp.Add(*(a * log(a) for a in q))


def mean(q: Sequence[Any], values: Sequence[Any]) -> Any:
    return sp.Add(*(a * v for a, v in zip(q, values, strict=True)))


def tables() -> Iterator[Claim]:
    """Tables of K states: the gap of the bound, its two forms, Jensen at its tight case."""
    for n in (2, 3, 4, 6, 8, 12):
        q, p, l = simplex("q", n), simplex("p", n), positive(f"l1:{n + 1}")
        joint = [a * b for a, b in zip(p, l, strict=True)]
        evidence = sp.Add(*joint)
        posterior = [j / evidence for j in joint]
        elbo = mean(q, [log(j) for j in joint]) + entropy(q)
        split = mean(q, [log(x) for x in l]) - kl(q, p)
        yield Claim(f"gap of the bound, K={n}", log(evidence) - elbo - kl(q, posterior), True)
        if n <= 4:
            odds = [1 / sp.Add(*(i / j for i in joint)) for j in joint]
            yield Claim(f"gap, posterior as odds, K={n}", log(evidence) - elbo - kl(q, odds), True)
            yield Claim(f"reconstruction minus KL, K={n}", elbo - split, True)
            yield Claim(
                f"tight at the posterior, K={n}",
                log(evidence) - mean(posterior, [log(j / r) for j, r in zip(joint, posterior, strict=True)]),
                True,
            )
        if n == 2:
            yield Claim("gap with the wrong sign", log(evidence) - elbo + kl(q, posterior), False)
            yield Claim("gap with the reverse KL", log(evidence) - elbo - kl(posterior, q), False)
            yield Claim("reconstruction plus KL", elbo - split - 2 * kl(q, p), False)
            yield Claim("entropy forgotten", elbo - mean(q, [log(j) for j in joint]), False)
            yield Claim("Jensen taken as equality", log(evidence) - elbo, False)
            yield Claim("expectation under the prior", elbo - mean(p, [log(x) for x in l]) + kl(q, p), False)
        if n == 3:
            yield Claim("free energy", elbo + mean(q, [-log(j) for j in joint]) - entropy(q), True)
            yield Claim(
                "free energy, sign of the entropy", elbo + mean(q, [-log(j) for j in joint]) + entropy(q), False
            )
            yield Claim("bits", elbo / log(2) - mean(q, [log(j) / log(2) for j in joint]) - entropy(q) / log(2), True)


def information() -> Iterator[Claim]:
    """Chain rules and symmetric divergences."""
    t, u = simplex("t", 4), simplex("u", 4)
    rows = [t[0] + t[1], t[2] + t[3]]
    other = [u[0] + u[1], u[2] + u[3]]
    columns = [t[0] + t[2], t[1] + t[3]]
    conditional = mean(
        rows,
        [
            kl([t[2 * i] / rows[i], t[2 * i + 1] / rows[i]], [u[2 * i] / other[i], u[2 * i + 1] / other[i]])
            for i in (0, 1)
        ],
    )
    yield Claim("chain rule of KL", kl(t, u) - kl(rows, other) - conditional, True)
    yield Claim("chain rule of KL, minus", kl(t, u) - kl(rows, other) + conditional, False)
    independent = [rows[i] * columns[j] for i in (0, 1) for j in (0, 1)]
    yield Claim(
        "mutual information as entropies", kl(t, independent) - entropy(rows) - entropy(columns) + entropy(t), True
    )
    yield Claim("mutual information, one entropy lost", kl(t, independent) - entropy(rows) + entropy(t), False)
    middle = [(a + b) / 2 for a, b in zip(t, u, strict=True)]
    yield Claim(
        "Jensen-Shannon",
        kl(t, middle) / 2 + kl(u, middle) / 2 - entropy(middle) + entropy(t) / 2 + entropy(u) / 2,
        True,
    )
    yield Claim("cross entropy", -mean(t, [log(b) for b in u]) - entropy(t) - kl(t, u), True)
    yield Claim("cross entropy, swapped", -mean(t, [log(b) for b in u]) - entropy(u) - kl(t, u), False)
    yield Claim("perplexity of a product", log(sp.Mul(*t)) - sp.Add(*(log(a) for a in t)), True)


def logits() -> Iterator[Claim]:
    """Bernoulli and categorical distributions by their logits."""
    a, b = real("a b")
    s = lambda x: 1 / (1 + exp(-x))  # noqa: E731
    divergence = kl([s(a), 1 - s(a)], [s(b), 1 - s(b)])
    yield Claim("Bernoulli KL in logits", divergence - s(a) * (a - b) - log(1 + exp(b)) + log(1 + exp(a)), True)
    yield Claim(
        "Bernoulli KL in logits, softplus swapped",
        divergence - s(a) * (a - b) - log(1 + exp(a)) + log(1 + exp(b)),
        False,
    )
    yield Claim("log-odds of a sigmoid", log(s(a) / (1 - s(a))) - a, True)
    yield Claim("sigmoid is odd about a half", s(a) + s(-a) - 1, True)
    yield Claim("sigmoid is not even", s(a) - s(-a), False)
    yield Claim("softplus", log(1 + exp(a)) - a - log(1 + exp(-a)), True)
    yield Claim("tanh and sigmoid", sp.tanh(a / 2) - 2 * s(a) + 1, True)
    for n in (3, 5):
        x, y = real(f"x1:{n + 1}"), real(f"y1:{n + 1}")
        zx, zy = sp.Add(*map(exp, x)), sp.Add(*map(exp, y))
        p, q = [exp(v) / zx for v in x], [exp(v) / zy for v in y]
        yield Claim(
            f"KL of softmax, n={n}",
            kl(p, q) - mean(p, [c - d for c, d in zip(x, y, strict=True)]) - log(zy) + log(zx),
            True,
        )
        shifted = log(sp.Add(*(exp(v - x[0]) for v in x))) + x[0]
        yield Claim(f"logsumexp shifted, n={n}", log(zx) - shifted, True)
        yield Claim(f"logsumexp shifted twice, n={n}", log(zx) - shifted - x[0], False)


def gaussians() -> Iterator[Claim]:
    """Normal distributions in closed form."""
    m1, m2, x = real("m1 m2 x")
    s1, s2 = positive("s1 s2")
    cross = lambda m, s: log(2 * pi * s**2) / 2 + (s1**2 + (m1 - m) ** 2) / (2 * s**2)  # noqa: E731
    closed = log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - Half
    yield Claim("KL of Gaussians", cross(m2, s2) - cross(m1, s1) - closed, True)
    yield Claim("KL of Gaussians, half lost", cross(m2, s2) - cross(m1, s1) - closed - Half, False)
    yield Claim("KL of Gaussians, log swapped", cross(m2, s2) - cross(m1, s1) - closed + 2 * log(s2 / s1), False)
    v = sp.Symbol("v", real=True)
    yield Claim(
        "KL to the standard normal, log-variance",
        closed.subs({s1: exp(v / 2), s2: 1, m2: 0}) + (1 + v - m1**2 - exp(v)) / 2,
        True,
    )
    yield Claim(
        "the same, sign of the log-variance",
        closed.subs({s1: exp(v / 2), s2: 1, m2: 0}) + (1 - v - m1**2 - exp(v)) / 2,
        False,
    )
    yield Claim("entropy", log(2 * pi * sp.E * s1**2) / 2 - log(s1) - log(2 * pi) / 2 - Half, True)
    yield Claim("entropy without e", log(2 * pi * s1**2) / 2 - log(s1) - log(2 * pi) / 2 - Half, False)
    w = s2**2
    elbo = -log(2 * pi * w) / 2 - ((x - m1) ** 2 + s1**2) / (2 * w) + log(s1) - (s1**2 + m1**2) / 2 + Half
    posterior_mean, posterior_variance = x / (1 + w), w / (1 + w)
    gap = log(sqrt(posterior_variance) / s1) + (s1**2 + (m1 - posterior_mean) ** 2) / (2 * posterior_variance) - Half
    evidence = -log(2 * pi * (1 + w)) / 2 - x**2 / (2 * (1 + w))
    yield Claim("gap of a linear-Gaussian model", evidence - elbo - gap, True)
    yield Claim("the same with the prior variance", evidence - elbo - gap.subs(x, 0), False)
    yield Claim(
        "log of a density",
        log(exp(-((x - m1) ** 2) / (2 * w)) / sqrt(2 * pi * w)) + (x - m1) ** 2 / (2 * w) + log(2 * pi) / 2 + log(s2),
        True,
    )


def diffusion() -> Iterator[Claim]:
    """One step of a diffusion: completing the square, and the mean in terms of the noise."""
    a, b = positive("a b")
    xt, xs, x0, e = real("x_t x_s x_0 e")
    density = lambda x, m, v: -log(2 * pi * v) / 2 - (x - m) ** 2 / (2 * v)  # noqa: E731
    variance = (1 - b) / (1 - a * b) * (1 - a)
    m = sqrt(b) * (1 - a) / (1 - a * b) * x0 + sqrt(a) * (1 - b) / (1 - a * b) * xt
    bayes = (
        density(xt, sqrt(a) * xs, 1 - a) + density(xs, sqrt(b) * x0, 1 - b) - density(xt, sqrt(a * b) * x0, 1 - a * b)
    )
    yield Claim("posterior of a step", bayes - density(xs, m, variance), True)
    yield Claim("posterior of a step, forward variance", bayes - density(xs, m, 1 - a), False)
    noise = m.subs(x0, (xt - sqrt(1 - a * b) * e) / sqrt(a * b))
    yield Claim("mean by the noise", noise - (xt - (1 - a) / sqrt(1 - a * b) * e) / sqrt(a), True)
    yield Claim("mean by the noise, root lost", noise - (xt - (1 - a) / (1 - a * b) * e) / sqrt(a), False)
    yield Claim("variance-preserving", sqrt(1 - a) ** 2 + sqrt(a) ** 2 - 1, True)
    snr = b / (1 - b)
    yield Claim("log signal-to-noise", log(snr) - 2 * log(sqrt(b) / sqrt(1 - b)), True)
    yield Claim("weight of a step", (snr - a * b / (1 - a * b)) / 2 - (1 - a) * b / (2 * (1 - b) * (1 - a * b)), True)


def families() -> Iterator[Claim]:
    """Other distributions, and numbers."""
    r1, r2, a, b, c = positive("r1 r2 a b c")
    k = sp.Symbol("k", integer=True, positive=True)
    yield Claim("KL of exponentials", log(r1) - 1 - log(r2) + r2 / r1 - log(r1 / r2) - r2 / r1 + 1, True)
    yield Claim("KL of exponentials, ratio turned", log(r1) - 1 - log(r2) + r2 / r1 - log(r1 / r2) - r1 / r2 + 1, False)
    yield Claim("Poisson log-mass", log(a**k * exp(-a) / sp.factorial(k)) - k * log(a) + a + sp.loggamma(k + 1), True)
    yield Claim("beta as gammas", log(sp.beta(a, b)) - sp.loggamma(a) - sp.loggamma(b) + sp.loggamma(a + b), True)
    yield Claim("gamma recurrence", sp.loggamma(a + 2) - sp.loggamma(a) - log(a) - log(a + 1), True)
    yield Claim("digamma recurrence", sp.digamma(a + 1) - sp.digamma(a) - 1 / a, True)
    yield Claim("digamma recurrence, sign", sp.digamma(a + 1) - sp.digamma(a) + 1 / a, False)
    yield Claim("product of logarithms", log(a * b) ** 2 - log(a) ** 2 - 2 * log(a) * log(b) - log(b) ** 2, True)
    yield Claim("square of a logarithm", log(a**2) - log(a) ** 2, False)
    yield Claim("logarithm of a sum", log(a + b) - log(a) - log(b), False)
    yield Claim("factoring inside a logarithm", log(a**2 + a * b + a * c + b * c) - log(a + b) - log(a + c), True)
    q, p, l = [sp.Rational(3, 10), sp.Rational(7, 10)], [Half, Half], [sp.Rational(1, 5), sp.Rational(4, 5)]
    joint = [x * y for x, y in zip(p, l, strict=True)]
    evidence = sum(joint)
    gap = mean(q, [log(x * evidence / j) for x, j in zip(q, joint, strict=True)])
    elbo = mean(q, [log(j / x) for x, j in zip(q, joint, strict=True)])
    yield Claim("gap of a table of numbers", log(evidence) - elbo - gap, True)
    yield Claim("gap of a table of numbers, off by 10^-30", log(evidence) - elbo - gap - sp.Rational(1, 10**30), False)


def claims() -> list[Claim]:
    """All of them."""
    groups = (tables, information, logits, gaussians, diffusion, families)
    return [claim for group in groups for claim in group()]
