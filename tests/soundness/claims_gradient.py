"""Pairs of a true equality about derivatives or changes of variables, and a slip beside it."""

from __future__ import annotations

from soundness.claims_equalities import Pair, left, right
from soundness.vocabulary import f, g, p, p_theta, phi, q, q_phi, r, theta, x, z
from sympy import Abs, Eq, Function, exp, log, symbols

from symelbo import KL, E, H, Integral
from symelbo.language import Claim, Det, Entry, Family, IndexSum, Indicator, Relation, Sign, known, variables
from symelbo.language.functionals import Gradient

__all__ = ["PAIRS"]

mu, e, t = variables("mu e t")
sigma = variables("sigma", positive=True)
lam = variables("lambda", positive=True)
k, K = symbols("k K", integer=True, positive=True)
j = symbols("j", integer=True, positive=True)
w = Function("w", real=True)
prime, h = Function("f'", real=True), Function(r"g_{phi}", real=True)


def d(term, by=phi):
    return Gradient(term, by)


score = d(log(q_phi(z)))
guide, posterior = q_phi(z | x), p_theta(z | x)
elbo = E(log(p_theta(x, z)) - log(guide), guide)
mean = E(f(z), q_phi(z))
normal, standard = known("Normal", z, mu, sigma**2), known("Normal", e, 0, 1)
moved = mu + sigma * e
wait = known("Exponential", z, lam)
weights = IndexSum(w(k, phi), k, 1, K)

_SCORES = (
    right("score function", d(mean), E(f(z) * score, q_phi(z)), -E(f(z) * score, q_phi(z))),
    right("gradient of a density", d(q_phi(z)), q_phi(z) * score, score),
    right("gradient under an integral", d(mean), Integral(f(z) * d(q_phi(z)), z), E(d(f(z)), q_phi(z))),
    right("mean of the score", E(score, q_phi(z)), 0, 1),
    right(
        "baseline",
        E((f(z) - r(x)) * score, q_phi(z)),
        E(f(z) * score, q_phi(z)),
        E((f(z) - f(x)) * 2 * score, q_phi(z)),
    ),
    right(
        "a function with the parameter",
        d(E(h(z), q_phi(z))),
        E(d(h(z)) + h(z) * score, q_phi(z)),
        E(h(z) * score, q_phi(z)),
    ),
    right("entropy", d(H(q_phi(z))), -E(log(q_phi(z)) * score, q_phi(z)), E(log(q_phi(z)) * score, q_phi(z))),
    right(
        "divergence", d(KL(q_phi(z), p(z))), E(score * log(q_phi(z) / p(z)), q_phi(z)), E(score * log(p(z)), q_phi(z))
    ),
)
_BOUNDS = (
    right(
        "gradient of the bound",
        d(elbo),
        E(d(log(guide)) * log(p_theta(x, z) / guide), guide),
        E(d(log(guide)) * log(guide), guide),
    ),
    right("only the divergence moves", d(elbo), -d(KL(guide, posterior)), d(KL(guide, posterior))),
    right(
        "parameters of the model",
        d(elbo, theta),
        E(d(log(p_theta(x, z)), theta), guide),
        E(d(log(p_theta(x | z)), theta), guide),
    ),
    right(
        "Fisher's identity",
        d(log(p_theta(x)), theta),
        E(d(log(p_theta(x, z)), theta), posterior),
        E(d(log(p_theta(x, z)), theta), p_theta(z)),
    ),
    right(
        "weights",
        d(log(weights / K)),
        IndexSum(w(k, phi) / weights.xreplace({k: j}) * d(log(w(k, phi))), k, 1, K),
        IndexSum(d(log(w(k, phi))), k, 1, K),
    ),
    right("soft maximum", d(log(exp(phi * f(x)) + 1)), f(x) / (1 + exp(-phi * f(x))), f(x) / (1 + exp(phi * f(x)))),
    left("Bayes, by a variable", d(log(p(z | x)), z), d(log(p(x | z)), z) + d(log(p(z)), z), d(log(p(z, x)), x)),
    right("denoising", d(log(p(x)), x), E(d(log(p(x | z)), x), p(z | x)), E(d(log(p(x | z)), x), p(z))),
)
_PATHS = (
    right("path, opaque", d(E(f(h(e)), q(e))), E(prime(h(e)) * d(h(e)), q(e)), E(prime(h(e)), q(e))),
    right("location and scale", E(f(z), normal), E(f(moved), standard), E(f(mu + sigma**2 * e), standard)),
    right("by the location", d(E(f(z), normal), mu), E(prime(moved), standard), E(prime(moved) * e, standard)),
    right("by the scale", d(E(f(z), normal), sigma), E(prime(moved) * e, standard), E(prime(moved), standard)),
    right(
        "score of a normal",
        d(E(f(z), normal), mu),
        E(f(z) * (z - mu) / sigma**2, normal),
        E(f(z) * (z - mu) / sigma, normal),
    ),
    right(
        "log-density by the scale",
        d(log(normal), sigma),
        (z - mu) ** 2 / sigma**3 - 1 / sigma,
        (z - mu) ** 2 / sigma**3,
    ),
    right("second moment", d(E(z**2, normal), sigma), 2 * sigma, 2 * mu),
    right(
        "divergence to the prior", d(KL(normal, known("Normal", z, 0, 1)), sigma), sigma - 1 / sigma, sigma - 2 / sigma
    ),
    right("waiting time", d(E(f(z), wait), lam), -E(z * prime(z), wait) / lam, E(z * prime(z), wait) / lam),
    right(
        "quantile function",
        E(f(z), wait),
        Integral(f(-log(t) / lam) * Indicator(t, 0, 1), t),
        Integral(f(-lam * log(t)) * Indicator(t, 0, 1), t),
    ),
)

y, u = variables("y u")
base, image = Family("base"), Family("image")
back = Function("g^{-1}", real=True)
jacobian = Abs(Det(Gradient(g(u), u)))
inverse = Abs(Det(Gradient(back(y), y)))
through = (Eq(y, g(u)),)
s = variables("s")
n, N = symbols("n N", integer=True, positive=True)
layer = Function("g", real=True)


def at(index):
    return Entry(s, index)


def law(index):
    return Family("q", (), (index,))(at(index))


def stretch(index):
    return Abs(Det(Gradient(layer(index, at(index - 1)), at(index - 1))))


stack = (Sign(Claim(at(n), Relation.EQUAL, layer(n, at(n - 1)))),)
_FLOWS = (
    right("a map", image(y), base(u) / jacobian, base(u) * jacobian, *through),
    right("a map in logarithms", log(image(y)), log(base(u)) - log(jacobian), log(base(u)) + log(jacobian), *through),
    right("the inverse map", image(y), base(u.at(back(y))) * inverse, base(u.at(back(y))) / inverse, *through),
    right("inverse function theorem", inverse, 1 / jacobian, jacobian, *through),
    right("one layer", law(n), law(n - 1) / stretch(n), law(n - 1) * stretch(n), *stack),
    right(
        "all layers",
        log(law(N)),
        log(law(0)) - IndexSum(log(stretch(n)), n, 1, N),
        log(law(0)) - IndexSum(log(stretch(n)), n, 2, N),
        *stack,
    ),
)

PAIRS: tuple[Pair, ...] = (*_SCORES, *_BOUNDS, *_PATHS, *_FLOWS)
