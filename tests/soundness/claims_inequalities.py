"""True inequalities, each beside a false one that differs in one place: direction, argument, weight, condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from soundness.vocabulary import (
    beta,
    data,
    f,
    lam,
    p,
    p_phi,
    p_theta,
    q,
    r,
    x,
    y,
    z,
    z1,
    z2,
)
from sympy import Eq, Expr, Function, Symbol, exp, log, sympify

from symelbo import KL, Context, E, H, IndexProduct, IndexSum, Integral, MutualInformation, context
from symelbo.language import Density, Expectation

__all__ = ["PAIRS", "Bound"]


@dataclass(frozen=True)
class Bound:
    """`left >= right` is true and `wrong_left >= wrong_right` is false, in one context."""

    name: str
    left: Expr
    right: Expr
    wrong_left: Expr
    wrong_right: Expr
    assuming: Context


def bound(
    name: str, left: Any, right: Any, wrong: tuple[Any, Any], *assuming: Any, discrete: tuple[Any, ...] = ()
) -> Bound:
    """A row of the table."""
    made = Context(discrete=frozenset(discrete)).assume(*assuming) if discrete else context(assuming)
    return Bound(name, sympify(left), sympify(right), sympify(wrong[0]), sympify(wrong[1]), made)


guide, posterior, prior, likelihood = q(z | x), p(z | x), p(z), p(x | z)
evidence = log(p(x))
elbo = E(log(p(x, z)) - log(guide), guide)
gap = KL(guide, posterior)
two = q(z1, z2 | x)
recon = E(log(likelihood), guide)
encoder = Eq(q(x, z), data(x) * q(z | x))
chain = Eq(p(x, y, z), p(x) * p(y | x) * p(z | y))
F = Function("F", positive=True)


def information(*parts: Any) -> Expr:
    """Mutual information under p."""
    return MutualInformation(p, *([part] if not isinstance(part, tuple) else part for part in parts))


def conditional(of: Any, given: Any) -> Expr:
    """Conditional entropy under p."""
    return E(H(p(of | given)), p(given))


_DIVERGENCES = (
    bound("Gibbs", KL(q(z), p(z)), 0, (-KL(q(z), p(z)), 0)),
    bound("Gibbs, conditional", gap, 0, (gap, 1)),
    bound("Gibbs, cross-entropy", H(q(z), p(z)), H(q(z)), (H(q(z)), H(q(z), p(z)))),
    bound("Gibbs, order", H(q(z), p(z)), H(q(z)), (H(q(z), p(z)), H(p(z)))),
    bound("Gibbs, averaged", E(gap, data(x)), 0, (0, E(gap, data(x)))),
    bound(
        "Gibbs, for each likelihood", E(log(q(z)), q(z)), E(log(p(z)), q(z)), (E(log(q(z)), p(z)), E(log(p(z)), p(z)))
    ),
    bound(
        "Gibbs, marginals",
        KL(two, p(z1, z2 | x)),
        KL(q(z1 | x), p(z1 | x)),
        (KL(q(z1 | x), p(z1 | x)), KL(two, p(z1, z2 | x))),
    ),
    bound(
        "Gibbs, other marginal",
        KL(two, p(z1, z2 | x)),
        KL(q(z2 | x), p(z2 | x)),
        (KL(two, p(z1, z2 | x)), KL(q(z2 | x), p(z2))),
    ),
    bound("data processing of KL", KL(q(x, z), p(x, z)), KL(q(x), p(x)), (KL(q(x), p(x)), KL(q(x, z), p(x, z)))),
    bound(
        "conditional part of KL",
        KL(q(x, z), p(x, z)),
        E(KL(q(z | x), p(z | x)), q(x)),
        (KL(q(x, z), p(x, z)), E(KL(q(z | x), p(z | x)), p(x))),
    ),
    bound("Jeffreys", KL(q(z), p(z)) + KL(p(z), q(z)), 0, (KL(q(z), p(z)) - KL(p(z), q(z)), 0)),
    bound(
        "marginal guide",
        E(KL(guide, p(z)), data(x)),
        KL(q(z), p(z)),
        (KL(q(z), p(z)), E(KL(guide, p(z)), data(x))),
        encoder,
    ),
    bound(
        "likelihood has a floor", -E(log(p_theta(x)), data(x)), H(data(x)), (H(data(x)), -E(log(p_theta(x)), data(x)))
    ),
    bound(
        "two parameters",
        E(log(p_theta(x)), p_theta(x)),
        E(log(p_phi(x)), p_theta(x)),
        (E(log(p_theta(x)), p_phi(x)), E(log(p_phi(x)), p_phi(x))),
    ),
)

_BOUNDS = (
    bound("evidence bound", evidence, elbo, (elbo, evidence)),
    bound("evidence bound, split", evidence, recon - KL(guide, prior), (evidence, recon + KL(guide, prior))),
    bound(
        "evidence bound, entropy",
        evidence,
        E(log(p(x, z)), guide) + H(guide),
        (evidence, E(log(p(x, z)), guide) + 3 * H(guide)),
    ),
    bound(
        "evidence bound, doubled price",
        evidence,
        recon - 2 * KL(guide, prior),
        (evidence, recon - KL(guide, prior) / 2),
    ),
    bound(
        "weight at least one",
        evidence,
        recon - beta * KL(guide, prior),
        (evidence, recon - KL(guide, prior) / beta),
        beta >= 1,
    ),
    bound(
        "weighted below the bound",
        elbo,
        recon - beta * KL(guide, prior),
        (recon - beta * KL(guide, prior), elbo),
        beta >= 1,
    ),
    bound("free energy", -elbo, -evidence, (-evidence, -elbo)),
    bound("any law", evidence, E(log(p(x, z)) - log(r(z)), r(z)), (evidence, E(log(p(x, z)) - log(r(z)), guide))),
    bound("prior as law", evidence, E(log(likelihood), prior), (evidence, recon)),
    bound(
        "two latents", evidence, E(log(p(x, z1, z2)) - log(two), two), (E(log(p(x, z1, z2)) - log(two), two), evidence)
    ),
    bound(
        "auxiliary variable",
        elbo_one := E(log(p(x, z1)) - log(q(z1 | x)), q(z1 | x)),
        E(log(p(x, z1, z2)) - log(two), two),
        (E(log(p(x, z1, z2)) - log(two), two), elbo_one),
    ),
    bound(
        "conditional evidence",
        log(p(y | x)),
        E(log(p(y, z | x)) - log(q(z | x, y)), q(z | x, y)),
        (log(p(y)), E(log(p(y, z | x)) - log(q(z | x, y)), q(z | x, y))),
    ),
    bound(
        "joint to one sample",
        evidence,
        E(log(likelihood * prior / guide), guide),
        (evidence, E(log(likelihood * guide / prior), guide)),
    ),
    bound(
        "EM never falls",
        log(p_theta(x)) - log(p_phi(x)),
        E(log(p_theta(x, z)) - log(p_phi(x, z)), p_phi(z | x)),
        (log(p_theta(x)) - log(p_phi(x)), E(log(p_theta(x, z)) - log(p_phi(x, z)), p_theta(z | x))),
    ),
    bound("averaged bound", E(evidence, data(x)), E(elbo, data(x)), (E(elbo, data(x)), E(evidence, data(x)))),
    bound(
        "surgery bound",
        E(recon, data(x)) - KL(q(z), prior),
        E(recon, data(x)) - E(KL(guide, prior), data(x)),
        (E(recon, data(x)) - E(KL(guide, prior), data(x)), E(recon, data(x)) - KL(q(z), prior)),
        encoder,
    ),
    bound(
        "weight below one",
        evidence,
        recon * lam - KL(guide, prior) * lam + (1 - lam) * evidence,
        (evidence, recon * lam - KL(guide, prior) * lam + (1 - lam) * recon),
        lam <= 1,
    ),
)

_JENSEN = (
    bound("log", log(E(likelihood, guide)), recon, (recon, log(E(likelihood, guide)))),
    bound("log of a function", log(E(F(z), q(z))), E(log(F(z)), q(z)), (E(log(F(z)), q(z)), log(E(F(z), q(z))))),
    bound(
        "log of a ratio",
        log(E(p(x, z) / guide, guide)),
        E(log(p(x, z) / guide), guide),
        (E(log(p(x, z) / guide), guide), log(E(p(x, z) / prior, guide))),
    ),
    bound(
        "log of an integral",
        log(Integral(p(z) * likelihood, z)),
        Integral(p(z) * log(likelihood), z),
        (log(Integral(p(z) * likelihood, z)), Integral(guide * log(likelihood), z)),
    ),
    bound("log, scaled", 2 * log(E(F(z), q(z))), 2 * E(log(F(z)), q(z)), (log(E(F(z), q(z))), 2 * E(log(F(z)), q(z)))),
    bound("reciprocal", log(E(1 / F(z), q(z))), -E(log(F(z)), q(z)), (log(E(1 / F(z), q(z))), E(log(F(z)), q(z)))),
    bound("exp", E(exp(f(z)), q(z)), exp(E(f(z), q(z))), (exp(E(f(z), q(z))), E(exp(f(z)), q(z)))),
    bound("exp of a negative", E(exp(-f(z)), q(z)), exp(-E(f(z), q(z))), (E(exp(-f(z)), q(z)), exp(E(f(z), q(z))))),
    bound("square", E(f(z) ** 2, q(z)), E(f(z), q(z)) ** 2, (E(f(z), q(z)) ** 2, E(f(z) ** 2, q(z)))),
    bound("square, given", E(f(z) ** 2, guide), E(f(z), guide) ** 2, (E(f(z) ** 2, guide), E(f(z), q(z)) ** 2)),
    bound("square of a log", E(log(p(z)) ** 2, p(z)), H(p(z)) ** 2, (H(p(z)) ** 2, E(log(p(z)) ** 2, p(z)))),
    bound("variance", E(f(z) ** 2, q(z)) - E(f(z), q(z)) ** 2, 0, (E(f(z), q(z)) ** 2 - E(f(z) ** 2, q(z)), 0)),
    bound(
        "second moment of weights",
        E((p(x, z) / guide) ** 2, guide),
        p(x) ** 2,
        (p(x) ** 2, E((p(x, z) / guide) ** 2, guide)),
    ),
    bound(
        "mean of two",
        log(p(x) / 2 + q(x) / 2),
        evidence / 2 + log(q(x)) / 2,
        (evidence / 2 + log(q(x)) / 2, log(p(x) / 2 + q(x) / 2)),
    ),
    bound(
        "mean of three",
        log((p(x) + q(x) + r(x)) / 3),
        (evidence + log(q(x)) + log(r(x))) / 3,
        (evidence / 3, log((p(x) + q(x) + r(x)) / 3)),
    ),
    bound(
        "weighted mean",
        log(p(x) / 4 + 3 * q(x) / 4),
        evidence / 4 + 3 * log(q(x)) / 4,
        (log(p(x) / 4 + 3 * q(x) / 4), 3 * evidence / 4 + log(q(x)) / 4),
    ),
    bound("expected exp of a log", E(p(z), q(z)), exp(E(log(p(z)), q(z))), (exp(E(log(p(z)), q(z))), E(p(z), q(z)))),
    bound("positive integral", Integral(F(z) * q(z), z), 0, (0, Integral(F(z) * q(z), z))),
)

_INFORMATION = (
    bound("information", information(x, z), 0, (0, information(x, z))),
    bound("information, conditional", information(x, z, y), 0, (0, information(x, z, y))),
    bound(
        "information of more", information(x, (y, z)), information(x, y), (information(x, y), information(x, (y, z)))
    ),
    bound("data processing", information(x, y), information(x, z), (information(x, z), information(x, y)), chain),
    bound(
        "data processing, far end", information(y, z), information(x, z), (information(x, z), information(y, z)), chain
    ),
    bound(
        "conditioning on the way",
        information(x, y),
        information(x, y, z),
        (information(x, y, z), information(x, y)),
        chain,
    ),
    bound("information of a mean", H(p(z)), conditional(z, x), (conditional(z, x), H(p(z)))),
    bound("conditioning reduces", H(p(x)), conditional(x, z), (H(p(x)), conditional(z, x))),
    bound(
        "conditioning on more",
        conditional(z, x),
        E(H(p(z | x, y)), p(x, y)),
        (E(H(p(z | x, y)), p(x, y)), conditional(z, x)),
    ),
    bound("subadditivity", H(p(x)) + H(p(z)), H(p(x, z)), (H(p(x, z)), H(p(x)) + H(p(z)))),
    bound(
        "subadditivity of three",
        H(p(x)) + H(p(y)) + H(p(z)),
        H(p(x, y, z)),
        (H(p(x)) + H(p(y)), H(p(x, y, z)) + H(p(z))),
    ),
    bound(
        "submodularity",
        H(p(x, y)) + H(p(y, z)),
        H(p(x, y, z)) + H(p(y)),
        (H(p(x, y)) + H(p(y, z)), H(p(x, y, z)) + H(p(x, y, z)) + H(p(y))),
    ),
    bound(
        "variational lower bound",
        information(x, z),
        E(log(q(x | z)), p(x, z)) + H(p(x)),
        (E(log(q(x | z)), p(x, z)) + H(p(x)), information(x, z)),
    ),
    bound(
        "variational upper bound",
        E(KL(p(z | x), r(z)), p(x)),
        information(x, z),
        (information(x, z), E(KL(p(z | x), r(z)), p(x))),
    ),
    bound("half", information(x, z), information(x, z) / 2, (information(x, z) / 2, information(x, z))),
)

_DISCRETE = (
    bound("entropy", H(p(z)), 0, (0, H(p(z))), discrete=(z,)),
    bound("conditional entropy", conditional(z, x), 0, (conditional(z, x), 1), discrete=(z,)),
    bound("joint entropy", H(p(x, z)), H(p(x)), (H(p(x)), H(p(x, z))), discrete=(x, z)),
    bound("information below entropy", H(p(z)), information(x, z), (information(x, z), H(p(z))), discrete=(z,)),
    bound(
        "information below the other entropy",
        H(p(x)),
        information(x, z),
        (H(p(x)) / 4, information(x, z)),
        discrete=(x,),
    ),
    bound("three entropies", H(p(x, y, z)), H(p(x, y)), (H(p(x, y)), H(p(x, y, z))), discrete=(x, y, z)),
    bound("cross-entropy", H(q(z), p(z)), 0, (H(q(z), p(z)), 2 * H(p(z))), discrete=(z,)),
    bound(
        "bound with an entropy dropped",
        evidence,
        E(log(p(x, z)), guide),
        (E(log(p(x, z)), guide), evidence),
        discrete=(z,),
    ),
    bound(
        "difference of conditionals",
        conditional(x, z) + conditional(z, x),
        H(p(x, z)) - information(x, z) - information(x, z) / 2,
        (conditional(x, z) + conditional(z, x), H(p(x, z)) + information(x, z) / 8),
        discrete=(x, z),
    ),
)

k = Symbol("k", integer=True)
K = Symbol("K", integer=True, positive=True)
alpha = Symbol("alpha", real=True)
rate = Symbol("rate", real=True)


def samples(count: Any, law: Any = q, given: Any = (x,)) -> Expr:
    """`E log (1/K Σ p(x, z_k) / q(z_k | x))` over independent draws."""
    draw = z[k]
    body = IndexSum(p(x, z.at(draw)) / Density(law, [z.at(draw)], given), k, 1, count) / count
    return Expectation(log(body), IndexProduct(Density(law, [z.at(draw)], given), k, 1, count), [z[1:count]])


def pair_of_samples(first: Any, second: Any) -> Expr:
    """The mean over two draws, the law and the weight of the second one given."""
    one, two = z.at(z1), z.at(z2)
    weights = p(x, one) / Density(q, [one], [x]) + second(two)
    return Expectation(log(weights / 2), Density(q, [one], [x]) * first(two), [z1, z2])


def ratio(family: Any) -> Any:
    """The weight of a draw under a family's density."""
    return lambda at: p(x, at) / Density(family, [at], [x])


def draw(family: Any) -> Any:
    """The law of a draw."""
    return lambda at: Density(family, [at], [x])


weight = p(x, z) / guide
renyi = log(E(weight ** (1 - alpha), guide)) / (1 - alpha)
binary = -rate * log(rate) - (1 - rate) * log(1 - rate)

_SAMPLES = (
    bound("more samples", samples(K + 1), samples(K), (samples(K), samples(K + 1))),
    bound("many more samples", samples(K + 3), samples(K), (samples(K), samples(K + 3))),
    bound("samples and evidence", evidence, samples(K), (samples(K), evidence)),
    bound("samples and one sample", samples(K), elbo, (elbo, samples(K + 1))),
    bound("samples of the prior", samples(K + 1, p, ()), samples(K, p, ()), (samples(K, p, ()), samples(K + 1, p, ()))),
    bound("three samples", samples(3), samples(2), (samples(2), samples(3))),
    bound("two samples", samples(2), elbo, (elbo, samples(2))),
    bound("two named samples", pair_of_samples(draw(q), ratio(q)), elbo, (pair_of_samples(draw(r), ratio(r)), elbo)),
    bound("samples of one law", samples(2), samples(1), (samples(2), samples(1, p, ()))),
)

_POWERS = (
    bound("Renyi above", renyi, elbo, (elbo, renyi), alpha > 0, alpha < 1),
    bound("Renyi below", evidence, renyi, (renyi, evidence), alpha > 0, alpha < 1),
    bound("second order", log(E(weight**2, guide)) / 2, evidence, (evidence, log(E(weight**2, guide)) / 2)),
    bound(
        "high order",
        log(E(weight**alpha, guide)) / alpha,
        evidence,
        (evidence, log(E(weight**alpha, guide)) / alpha),
        alpha > 1,
    ),
    bound(
        "order and bound",
        log(E(weight**alpha, guide)) / alpha,
        elbo,
        (elbo, log(E(weight**alpha, guide)) / alpha),
        alpha > 0,
    ),
)

_SCALARS = (
    bound("fair coin", log(2), log(2) - binary, (log(2) - binary, log(2)), rate > 0, rate < 1),
    bound("binary entropy", binary, 0, (0, binary), rate > 0, rate < 1),
    bound("half of it", -rate * log(rate), 0, (rate * log(rate), 0), rate > 0, rate < 1),
    bound("below one", log(beta), 0, (-log(beta), 0), beta >= 1),
    bound("price between", recon - lam * KL(guide, prior), elbo, (elbo, recon - lam * KL(guide, prior)), lam <= 1),
    bound(
        "interpolated",
        evidence,
        lam * elbo + (1 - lam) * evidence,
        (lam * elbo + (1 - lam) * evidence, evidence),
        lam <= 1,
    ),
)

PAIRS = _DIVERGENCES + _BOUNDS + _JENSEN + _INFORMATION + _DISCRETE + _SAMPLES + _POWERS + _SCALARS
