"""Closed forms of every family through `prove`: the true claim is proved, each slip in it refuted.

The slips are those of notes and code: a lost one half, a deviation for a variance, exchanged arguments, a missing
dimension, a scale for a rate, a dropped determinant, a wrong sign of a squared mean, a dropped constant.
"""

from __future__ import annotations

import pytest
from sympy import Eq, Expr, Function, Rational, digamma, exp, log, loggamma, pi, symbols

from symelbo import KL, E, H, IndexSum, Integral, prove, variables
from symelbo.language import Components, Det, Identity, Inverted, Known, Ordered, Trace, Transposed, known

half = Rational(1, 2)
x, z, mu, nu, w = variables("x z mu nu w")
s, t = variables("s t", positive=True)
a, b, c, d, l = symbols("a b c d l", positive=True)
k = symbols("k", integer=True)
K, D = symbols("K D", integer=True, positive=True)
n = symbols("n", integer=True, nonnegative=True)
S1, S2 = variables("S_1 S_2")
m1, m2 = variables("m_1 m_2")
W = variables("W")
f = Function("f", real=True)


def N(v: Expr | None, m: Expr, q: Expr) -> Known:
    return known("Normal", v, m, q)


def MV(v: Expr | None, m: Expr, q: Expr) -> Known:
    return known("MultivariateNormal", v, m, q)


def quad(a: Expr, v: Expr) -> Expr:
    return Ordered(Transposed(v), a, v)


Row = tuple[Expr, Expr, tuple[Expr, ...]]
ROWS: dict[str, Row] = {}
kl = KL(MV(None, m1, S1), MV(None, m2, S2))
full = half * (log(Det(S2) / Det(S1)) - D + Trace(Ordered(Inverted(S2), S1)) + quad(Inverted(S2), m2 - m1))
ROWS["full covariance"] = (
    kl,
    full,
    (
        half * (log(Det(S2) / Det(S1)) - D + Trace(Ordered(Inverted(S1), S2)) + quad(Inverted(S2), m2 - m1)),
        half * (log(Det(S2) / Det(S1)) + Trace(Ordered(Inverted(S2), S1)) + quad(Inverted(S2), m2 - m1)),
        half * (-D + Trace(Ordered(Inverted(S2), S1)) + quad(Inverted(S2), m2 - m1)),
        half * (log(Det(S1) / Det(S2)) - D + Trace(Ordered(Inverted(S2), S1)) + quad(Inverted(S2), m2 - m1)),
        log(Det(S2) / Det(S1)) - D + Trace(Ordered(Inverted(S2), S1)) + quad(Inverted(S2), m2 - m1),
    ),
)
ROWS["full covariance entropy"] = (
    H(MV(z, m1, S1)),
    half * log(Det(S1)) + D / 2 * (1 + log(2 * pi)),
    (
        half * log(Det(S1)) + half * (1 + log(2 * pi)),
        log(Det(S1)) + D / 2 * (1 + log(2 * pi)),
        half * log(Det(S1)) + D / 2 * log(2 * pi),
    ),
)
ROWS["pPCA 1d"] = (
    log(Integral(N(x, w * z + mu, s**2) * N(z, 0, 1), z)),
    log(N(x, mu, w**2 + s**2)),
    (log(N(x, mu, w + s**2)), log(N(x, 0, w**2 + s**2)), log(N(x, mu, w**2 + s))),
)
ROWS["product of normals"] = (
    N(z, mu, s**2) * N(z, nu, t**2),
    N(mu, nu, s**2 + t**2) * N(z, (mu * t**2 + nu * s**2) / (s**2 + t**2), s**2 * t**2 / (s**2 + t**2)),
    (
        N(mu, nu, s**2 + t**2) * N(z, (mu * s**2 + nu * t**2) / (s**2 + t**2), s**2 * t**2 / (s**2 + t**2)),
        N(z, (mu * t**2 + nu * s**2) / (s**2 + t**2), s**2 * t**2 / (s**2 + t**2)),
        N(mu, nu, s + t) * N(z, (mu * t**2 + nu * s**2) / (s**2 + t**2), s**2 * t**2 / (s**2 + t**2)),
    ),
)
ROWS["nll"] = (
    -log(N(x, f(z), s**2)),
    (x - f(z)) ** 2 / (2 * s**2) + half * log(2 * pi * s**2),
    (
        (x - f(z)) ** 2 / (2 * s**2),
        (x - f(z)) ** 2 / s**2 + half * log(2 * pi * s**2),
        (x - f(z)) ** 2 / (2 * s**2) + half * log(2 * pi * s),
        (x - f(z)) ** 2 / (2 * s**2) - half * log(2 * pi * s**2),
    ),
)
elbo = E(log(N(x, z, 1)) + log(N(z, 0, b)) - log(N(z, mu, c)), N(z, mu, c))
ev = -half * log(2 * pi) - half * ((x - mu) ** 2 + c) - half * log(b) - (mu**2 + c) / (2 * b) + half * log(c) + half
ROWS["linear-Gaussian ELBO"] = (
    elbo,
    ev,
    (
        ev + half,
        ev - half * log(c),
        ev + half * log(2 * pi),
        ev + (mu**2 + c) / b,
        -half * log(2 * pi) - half * (x - mu) ** 2 - half * log(b) - (mu**2 + c) / (2 * b) + half * log(c) + half,
    ),
)
ROWS["optimal q"] = (
    E(log(N(x, z, 1)) + log(N(z, 0, b)) - log(N(z, b * x / (1 + b), b / (1 + b))), N(z, b * x / (1 + b), b / (1 + b))),
    log(N(x, 0, 1 + b)),
    (log(N(x, 0, 1)), log(N(x, 0, 1 + b**2)), log(N(x, 0, b))),
)
al, be = variables("alpha beta", positive=True)
A = Components(al[k], k, 1, K)
B = Components(be[k], k, 1, K)
sa = IndexSum(al[k], k, 1, K)
sb = IndexSum(be[k], k, 1, K)
dk = (
    loggamma(sa)
    - IndexSum(loggamma(al[k]), k, 1, K)
    - loggamma(sb)
    + IndexSum(loggamma(be[k]), k, 1, K)
    + IndexSum((al[k] - be[k]) * (digamma(al[k]) - digamma(sa)), k, 1, K)
)
ROWS["Dirichlet KL"] = (
    KL(known("Dirichlet", z, A), known("Dirichlet", z, B)),
    dk,
    (
        loggamma(sa)
        - IndexSum(loggamma(al[k]), k, 1, K)
        - loggamma(sb)
        + IndexSum(loggamma(be[k]), k, 1, K)
        + IndexSum((al[k] - be[k]) * digamma(al[k]), k, 1, K),
        loggamma(sa) - loggamma(sb) + IndexSum((al[k] - be[k]) * (digamma(al[k]) - digamma(sa)), k, 1, K),
        dk - 2 * IndexSum((al[k] - be[k]) * (digamma(al[k]) - digamma(sa)), k, 1, K),
    ),
)
ROWS["Dirichlet mean log"] = (
    E(log(z[1]), known("Dirichlet", z, A)),
    digamma(al[1]) - digamma(sa),
    (digamma(al[1]), log(al[1]) - log(sa), digamma(al[1]) + digamma(sa)),
)


def G(v: Expr | None, *parameters: Expr) -> Known:
    return known("Gamma", v, *parameters)


ROWS["gamma mean"] = (E(x, G(x, a, b)), a / b, (a * b, b / a, a / b**2))
ROWS["gamma mean log"] = (
    E(log(x), G(x, a, b)),
    digamma(a) - log(b),
    (digamma(a) + log(b), log(a) - log(b), digamma(a)),
)
ROWS["gamma conjugate"] = (
    log(Integral(known("Poisson", n, x) * G(x, a, b), x)),
    loggamma(a + n) - loggamma(a) - loggamma(n + 1) + a * log(b) - (a + n) * log(b + 1),
    (
        loggamma(a + n) - loggamma(a) - loggamma(n + 1) + a * log(b) - (a + n) * log(b),
        loggamma(a + n) - loggamma(a) - loggamma(n + 1) - a * log(b) + (a + n) * log(b + 1),
        loggamma(a + n) - loggamma(a) + a * log(b) - (a + n) * log(b + 1),
    ),
)


def IG(v: Expr | None, *parameters: Expr) -> Known:
    return known("InverseGamma", v, *parameters)


ROWS["inverse gamma mean log"] = (
    E(log(x), IG(x, a, b)),
    log(b) - digamma(a),
    (digamma(a) - log(b), log(b) + digamma(a), log(b) - log(a)),
)
ROWS["inverse gamma mean inverse"] = (E(1 / x, IG(x, a, b)), a / b, (b / a, a * b, b / (a - 1)))
ROWS["inverse gamma entropy"] = (
    H(IG(x, a, b)),
    a + log(b) + loggamma(a) - (1 + a) * digamma(a),
    (
        a - log(b) + loggamma(a) - (1 + a) * digamma(a),
        a + log(b) + loggamma(a) + (1 - a) * digamma(a),
        a + log(b) - loggamma(a) - (1 + a) * digamma(a),
    ),
)
ikl = (a - c) * digamma(a) - loggamma(a) + loggamma(c) + c * (log(b) - log(d)) + a * (d - b) / b
ROWS["inverse gamma KL"] = (
    KL(IG(None, a, b), IG(None, c, d)),
    ikl,
    (
        ikl - 2 * c * (log(b) - log(d)),
        (a - c) * digamma(a) - loggamma(a) + loggamma(c) + c * (log(b) - log(d)) + a * (b - d) / d,
        ikl + a,
    ),
)


def La(v: Expr | None, *parameters: Expr) -> Known:
    return known("Laplace", v, *parameters)


ROWS["Laplace variance"] = (E((z - mu) ** 2, La(z, mu, b)), 2 * b**2, (b**2, 2 * b, b**2 / 2))
ROWS["Laplace KL same mean"] = (
    KL(La(z, mu, b), La(z, mu, c)),
    b / c - 1 + log(c / b),
    (c / b - 1 + log(b / c), b / c - 1 - log(c / b), b / c + log(c / b)),
)


def Ge(v: Expr | None, *parameters: Expr) -> Known:
    return known("Geometric", v, *parameters)


p, q = symbols("p q", positive=True)
ROWS["geometric mean"] = (E(n, Ge(n, p)), 1 / p, ((1 - p) / p, p, 1 / p**2))
ROWS["geometric KL"] = (
    KL(Ge(n, p), Ge(n, q)),
    log(p / q) + (1 - p) / p * log((1 - p) / (1 - q)),
    (
        log(p / q) + log((1 - p) / (1 - q)),
        log(p / q) + 1 / p * log((1 - p) / (1 - q)),
        log(q / p) + (1 - q) / q * log((1 - q) / (1 - p)),
    ),
)
ROWS["Poisson mean square"] = (E(n**2, known("Poisson", n, l)), l + l**2, (l**2, l, l + l**2 / 2))
ROWS["Poisson KL"] = (
    KL(known("Poisson", n, a), known("Poisson", n, b)),
    a * log(a / b) - a + b,
    (a * log(a / b) + a - b, b * log(b / a) - b + a, a * log(a / b), log(a / b) - a + b),
)


def U(v: Expr | None, *parameters: Expr) -> Known:
    return known("Uniform", v, *parameters)


ROWS["uniform entropy"] = (H(U(x, 0, b)), log(b), (-log(b), b, log(b) / 2))
ROWS["uniform mean square"] = (E(x**2, U(x, 0, b)), b**2 / 3, (b**2 / 2, b**2 / 12, b / 3))
ROWS["uniform log"] = (E(log(x), U(x, 0, b)), log(b) - 1, (log(b), log(b) / 2, log(b) + 1))
ROWS["exponential mean"] = (E(x, known("Exponential", x, l)), 1 / l, (l, 1 / l**2, 2 / l))
ROWS["exponential KL"] = (
    KL(known("Exponential", None, a), known("Exponential", None, b)),
    log(a / b) + b / a - 1,
    (log(b / a) + a / b - 1, log(a / b) + a / b - 1, log(a / b) + b / a),
)
ROWS["beta mean"] = (E(x, known("Beta", x, a, b)), a / (a + b), (b / (a + b), a / b, a / (a + b + 1)))
lo = variables("eta")


def sig(v: Expr) -> Expr:
    return 1 / (1 + exp(-v))


ROWS["Bernoulli logit"] = (log(sig(lo)) - log(1 - sig(lo)), lo, (-lo, exp(lo), lo / 2))
ROWS["Bernoulli entropy logit"] = (
    H(known("Bernoulli", n, sig(lo))),
    log(1 + exp(lo)) - lo * sig(lo),
    (log(1 + exp(lo)) + lo * sig(lo), log(1 + exp(lo)) - sig(lo), log(1 + exp(-lo)) - lo * sig(lo)),
)

noise = s**2 * Identity()
seen = Integral(MV(x, W * z + mu, noise) * MV(z, 0, Identity()), z)
gram = Ordered(W, Transposed(W))
ROWS["probabilistic PCA"] = (
    seen,
    MV(x, mu, gram + noise),
    (MV(x, 0, gram + noise), MV(x, mu, gram + s * Identity()), MV(x, mu, W + noise), MV(x, mu, gram)),
)


@pytest.mark.parametrize("name", ROWS)
def test_the_closed_form_is_proved_and_its_slips_are_refuted(name):
    left, right, slips = ROWS[name]
    assert prove(Eq(left, right, evaluate=False)).proved
    assert len(slips) >= 3
    for slip in slips:
        assert prove(Eq(left, slip, evaluate=False)).refuted, slip
