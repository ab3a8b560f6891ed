"""Pairs of a true equality and a false one that differs in one place: a sign, an argument, a weight, a condition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from soundness.vocabulary import a, data, f, g, p, p_phi, p_theta, q, q_phi, r, w, x, y, z, z1, z2, z3
from sympy import Eq, Expr, Rational, exp, log, sympify

from symelbo import KL, E, H, Independence, Integral, MutualInformation

__all__ = ["PAIRS", "Pair"]


@dataclass(frozen=True)
class Pair:
    """A true equality, and the sides of the false one beside it, in one context."""

    name: str
    lhs: Expr
    rhs: Expr
    wrong_lhs: Expr
    wrong_rhs: Expr
    assuming: tuple[Any, ...] = ()


def right(name: str, lhs: Any, rhs: Any, wrong: Any, *assuming: Any) -> Pair:
    """A pair whose false claim has another right side."""
    return Pair(name, sympify(lhs), sympify(rhs), sympify(lhs), sympify(wrong), assuming)


def left(name: str, lhs: Any, rhs: Any, wrong: Any, *assuming: Any) -> Pair:
    """A pair whose false claim has another left side."""
    return Pair(name, sympify(lhs), sympify(rhs), sympify(wrong), sympify(rhs), assuming)


guide, posterior, prior, likelihood = q(z | x), p(z | x), p(z), p(x | z)
elbo = E(log(p(x, z)) - log(guide), guide)
gap = KL(guide, posterior)
evidence = log(p(x))
two = q(z1, z2 | x)
markov = Eq(p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1))
bottom_up = Eq(q(z1, z2 | x), q(z1 | x) * q(z2 | z1))
mean_field = Eq(q(z1, z2 | x), q(z1 | x) * q(z2 | x))
encoder = Eq(q(x, z), data(x) * q(z | x))
p_old = p_phi

_ELBO = (
    right("gap", evidence - elbo, gap, KL(posterior, guide)),
    right("gap, sign", elbo, evidence - gap, evidence + gap),
    right("gap, against the prior", evidence - elbo, gap, KL(guide, prior)),
    right("split", elbo, E(log(likelihood), guide) - KL(guide, prior), E(log(likelihood), guide) + KL(guide, prior)),
    right(
        "split, order", elbo, E(log(likelihood), guide) - KL(guide, prior), E(log(likelihood), guide) - KL(prior, guide)
    ),
    right(
        "split, lost log", elbo, E(log(likelihood), guide) - KL(guide, prior), E(likelihood, guide) - KL(guide, prior)
    ),
    right(
        "split, other law",
        elbo,
        E(log(likelihood), guide) - KL(guide, prior),
        E(log(likelihood), prior) - KL(guide, prior),
    ),
    right(
        "split, weight",
        elbo,
        E(log(likelihood), guide) - KL(guide, prior),
        E(log(likelihood), guide) - 2 * KL(guide, prior),
    ),
    right("tight case", E(log(p(x, z) / posterior), posterior), evidence, evidence + KL(posterior, prior)),
    left(
        "tight case, other law",
        E(log(p(x, z) / posterior), posterior),
        evidence,
        E(log(p(x, z) / posterior), guide) - gap,
    ),
    right("three parts", evidence, E(log(p(x, z)), guide) + H(guide) + gap, E(log(p(x, z)), guide) - H(guide) + gap),
    right(
        "three parts, missing gap", evidence, E(log(p(x, z)), guide) + H(guide) + gap, E(log(p(x, z)), guide) + H(guide)
    ),
    left("importance", log(E(p(x, z) / guide, guide)), evidence, E(log(p(x, z) / guide), guide)),
    left("importance, upside down", E(p(x, z) / guide, guide), p(x), E(guide / p(x, z), guide)),
    left("importance, prior", E(likelihood, prior), p(x), E(likelihood, guide)),
    right("free energy", -elbo, E(-log(p(x, z)), guide) - H(guide), E(-log(p(x, z)), guide) + H(guide)),
    right("free energy, divergence", KL(guide, posterior) - evidence, -elbo, elbo),
    right("entropy form", elbo, E(log(p(x, z)), guide) + H(guide), E(log(likelihood), guide) + H(guide)),
    right("log ratio", E(log(guide / posterior), guide), gap, -gap),
    right("any law will do", evidence, E(log(p(x, z) / posterior), guide), E(log(p(x, z) / guide), guide)),
    right("evidence is a constant", E(evidence, guide), evidence, 2 * evidence),
    right(
        "two guides",
        E(log(p(x, z) / guide), guide) - E(log(p(x, z) / r(z)), r(z)),
        KL(r(z), posterior) - gap,
        gap - KL(r(z), posterior),
    ),
)

_LAWS = (
    right("Bayes", posterior, likelihood * prior / p(x), likelihood * prior / p(z)),
    right("Bayes, order", posterior, likelihood * prior / p(x), posterior * p(x) / prior),
    right(
        "Bayes in logs",
        log(posterior),
        log(likelihood) + log(prior) - evidence,
        log(likelihood) + log(prior) + evidence,
    ),
    right("chain rule", p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1, z2), p(z2) * p(z1 | z2) * p(x | z1)),
    right("marginal", Integral(p(x, z), z), p(x), p(x) ** 2),
    right("marginal, renamed", Integral(p(x, z.at(w)), w), p(x), p(x, z)),
    right("marginal of a guide", Integral(q(z1, z2 | x), z2), q(z1 | x), q(z1)),
    right("total probability", Integral(prior * likelihood, z), p(x), p(x | z)),
    right("tower", E(E(f(z1), q(z1 | z2, x)), q(z2 | x)), E(f(z1), q(z1 | x)), E(f(z1), q(z1))),
    right(
        "Fubini",
        Integral(Integral(p(x, z) * f(z) * g(x), x), z),
        Integral(p(x, z) * f(z) * g(x), z, x),
        E(f(z), prior) * E(g(x), p(x)),
    ),
    right("linearity", E(2 * f(z) + 3, guide), 2 * E(f(z), guide) + 3, 2 * E(f(z), guide) + 6),
    right("scalar factor", E(a * f(z), guide), a * E(f(z), guide), a**2 * E(f(z), guide)),
    right(
        "independent factors",
        E(f(z1) * g(z2), q(z1) * r(z2)),
        E(f(z1), q(z1)) * E(g(z2), r(z2)),
        E(f(z1), q(z1)) + E(g(z2), r(z2)),
    ),
    right("score", E(q(z) / guide, guide), 1, 2),
    right("exponential of a log", exp(E(evidence, guide)), p(x), 1 / p(x)),
    right(
        "square of a sum",
        (f(x) + g(x)) ** 2,
        f(x) ** 2 + 2 * f(x) * g(x) + g(x) ** 2,
        f(x) ** 2 + f(x) * g(x) + g(x) ** 2,
    ),
    right("at a value", p(x, z.at(1)), p(z.at(1)) * p(x | z.at(1)), p(z.at(0)) * p(x | z.at(1))),
    right("forgotten variable", E(log(q(z1 | x)), two), E(log(q(z1 | x)), q(z1 | x)), E(log(q(z1 | x)), q(z1))),
)

_TWO_LATENTS = (
    right(
        "chain rule of KL",
        KL(two, p(z1, z2 | x)),
        KL(q(z1 | x), p(z1 | x)) + E(KL(q(z2 | z1, x), p(z2 | z1, x)), q(z1 | x)),
        KL(q(z1 | x), p(z1 | x)) + E(KL(q(z2 | z1, x), p(z2 | z1, x)), q(z2 | x)),
    ),
    right(
        "chain rule of KL, condition lost",
        KL(two, p(z1, z2)),
        KL(q(z2 | x), p(z2)) + E(KL(q(z1 | z2, x), p(z1 | z2)), q(z2 | x)),
        KL(q(z2 | x), p(z2)) + E(KL(q(z1 | x), p(z1)), q(z2 | x)),
    ),
    right("chain rule of entropy", H(two), H(q(z1 | x)) + E(H(q(z2 | z1, x)), q(z1 | x)), H(q(z1 | x)) + H(q(z2 | x))),
    right(
        "gap of two latents",
        evidence - E(log(p(x, z1, z2)) - log(two), two),
        KL(two, p(z1, z2 | x)),
        KL(two, p(z1, z2)),
    ),
    right(
        "hierarchy",
        E(log(p(x, z1, z2)) - log(two), two),
        E(log(p(x | z1)), q(z1 | x)) - E(KL(q(z2 | z1), p(z2)), q(z1 | x)) + E(log(p(z1 | z2)), two) + H(q(z1 | x)),
        E(log(p(x | z1)), q(z1 | x)) - E(KL(q(z2 | z1), p(z2)), q(z1 | x)) + E(log(p(z1 | z2)), two) - H(q(z1 | x)),
        markov,
        bottom_up,
    ),
    right("hierarchy, condition drops", p(x | z1, z2), p(x | z1), p(x | z2), markov),
    right(
        "hierarchy, posterior", p(z1 | z2, x), p(z1 | z2) * p(x | z1) / p(x | z2), p(z1 | z2) * p(x | z1) / p(x), markov
    ),
    right("hierarchy, top given both", p(z2 | z1, x), p(z2 | z1), p(z2 | x), markov),
    right(
        "hierarchy, reconstruction",
        E(log(p(x | z1, z2)), two),
        E(log(p(x | z1)), q(z1 | x)),
        E(log(p(x | z2)), q(z2 | x)),
        markov,
    ),
    right(
        "hierarchy, top-down guide",
        KL(two, p(z1, z2)),
        KL(q(z2 | x), p(z2)) + E(KL(q(z1 | z2, x), p(z1 | z2)), q(z2 | x)),
        KL(q(z2 | x), p(z2)) + KL(q(z1 | x), p(z1)),
        markov,
    ),
    right("mean field", two, q(z1 | x) * q(z2 | x), q(z1 | x) * q(z2), mean_field),
    right("mean field, entropy", H(two), H(q(z1 | x)) + H(q(z2 | x)), H(q(z1 | x)) - H(q(z2 | x)), mean_field),
    right(
        "mean field, bound",
        E(log(p(x, z1, z2)), two) + H(two),
        E(E(log(p(x, z1, z2)), q(z2 | x)), q(z1 | x)) + H(q(z1 | x)) + H(q(z2 | x)),
        E(E(log(p(x, z1, z2)), q(z2 | x)), q(z1 | x)) + H(q(z1 | x)),
        mean_field,
    ),
    right("mean field, one factor", E(log(q(z1 | x)), two), -H(q(z1 | x)), H(q(z1 | x)), mean_field),
    right("mean field, condition drops", q(z1 | z2, x), q(z1 | x), q(z1 | z2), mean_field),
    right("declared independence", p(x, z | y), p(x | y) * p(z | y), p(x) * p(z), Independence(p, (x,), (z,), (y,))),
    right(
        "three in a chain",
        p(z1, z3),
        Integral(p(z1 | z2) * p(z2, z3), z2),
        p(z1) * p(z3),
        Eq(p(z1, z2, z3), p(z1) * p(z2 | z1) * p(z3 | z2)),
    ),
    right(
        "collider", p(z1, z2), p(z1) * p(z2), p(z1 | z3) * p(z2 | z3), Eq(p(z1, z2, z3), p(z1) * p(z2) * p(z3 | z1, z2))
    ),
)

_MODELS = (
    right(
        "conditional model",
        log(p(y | x)),
        E(log(p(y, z | x)) - log(q(z | x, y)), q(z | x, y)) + KL(q(z | x, y), p(z | x, y)),
        E(log(p(y, z | x)) - log(q(z | x, y)), q(z | x, y)) + KL(q(z | x, y), p(z | x)),
    ),
    right(
        "conditional model, split",
        E(log(p(y, z | x)) - log(q(z | x, y)), q(z | x, y)),
        E(log(p(y | x, z)), q(z | x, y)) - KL(q(z | x, y), p(z | x)),
        E(log(p(y | x, z)), q(z | x, y)) - KL(q(z | x, y), p(z)),
    ),
    right(
        "parameters",
        log(p_theta(x)),
        E(log(p_theta(x, z)) - log(q_phi(z | x)), q_phi(z | x)) + KL(q_phi(z | x), p_theta(z | x)),
        E(log(p_theta(x, z)) - log(q_phi(z | x)), q_phi(z | x)) + KL(q_phi(z | x), p_old(z | x)),
    ),
    right(
        "EM, complete data",
        log(p_theta(x)),
        E(log(p_theta(x, z)), p_old(z | x)) - E(log(p_theta(z | x)), p_old(z | x)),
        E(log(p_theta(x, z)), p_old(z | x)) - E(log(p_old(z | x)), p_old(z | x)),
    ),
    right(
        "EM, gain",
        log(p_theta(x)) - log(p_old(x)),
        E(log(p_theta(x, z)) - log(p_old(x, z)), p_old(z | x)) + KL(p_old(z | x), p_theta(z | x)),
        E(log(p_theta(x, z)) - log(p_old(x, z)), p_old(z | x)) - KL(p_old(z | x), p_theta(z | x)),
    ),
    right(
        "EM, after the E-step", E(log(p_old(x, z)) - log(p_old(z | x)), p_old(z | x)), log(p_old(x)), log(p_theta(x))
    ),
    right(
        "surgery",
        E(KL(guide, prior), data(x)),
        MutualInformation(q, [x], [z]) + KL(q(z), prior),
        MutualInformation(q, [x], [z]) - KL(q(z), prior),
        encoder,
    ),
    right(
        "surgery, order",
        E(KL(guide, prior), data(x)),
        MutualInformation(q, [x], [z]) + KL(q(z), prior),
        MutualInformation(q, [x], [z]) + KL(prior, q(z)),
        encoder,
    ),
    right("surgery, aggregate", E(guide, data(x)), q(z), prior, encoder),
    right(
        "surgery, averaged bound",
        E(elbo, data(x)),
        E(E(log(likelihood), guide), data(x)) - MutualInformation(q, [x], [z]) - KL(q(z), prior),
        E(E(log(likelihood), guide), data(x)) - MutualInformation(q, [x], [z]),
        encoder,
    ),
    right(
        "surgery, joint divergence",
        KL(q(x, z), p(x, z)),
        KL(data(x), p(x)) + E(gap, data(x)),
        KL(data(x), p(x)) - E(gap, data(x)),
        encoder,
    ),
)

_INFORMATION = (
    right("mutual information", MutualInformation(q, [x], [z]), KL(q(x, z), q(x) * q(z)), KL(q(x) * q(z), q(x, z))),
    right(
        "mutual information, entropies",
        MutualInformation(q, [x], [z]),
        H(q(x)) + H(q(z)) - H(q(x, z)),
        H(q(x)) + H(q(z)) + H(q(x, z)),
    ),
    right(
        "mutual information, conditional entropy",
        MutualInformation(q, [x], [z]),
        H(q(z)) - E(H(q(z | x)), q(x)),
        H(q(z)) - E(H(q(x | z)), q(z)),
    ),
    right(
        "mutual information, symmetric",
        MutualInformation(q, [x], [z]),
        MutualInformation(q, [z], [x]),
        MutualInformation(p, [z], [x]),
    ),
    right(
        "mutual information, chain rule",
        MutualInformation(q, [x], [y, z]),
        MutualInformation(q, [x], [y]) + MutualInformation(q, [x], [z], [y]),
        MutualInformation(q, [x], [y]) + MutualInformation(q, [x], [z]),
    ),
    right(
        "mutual information, average divergence",
        MutualInformation(q, [x], [z]),
        E(KL(q(z | x), q(z)), q(x)),
        E(KL(q(z), q(z | x)), q(x)),
    ),
    right("cross-entropy", H(q(z), p(z)), H(q(z)) + KL(q(z), p(z)), H(q(z)) - KL(q(z), p(z))),
    right("cross-entropy, order", H(q(z), p(z)), H(q(z)) + KL(q(z), p(z)), H(p(z)) + KL(q(z), p(z))),
    right(
        "forward KL",
        KL(data(x), p_theta(x)),
        -H(data(x)) - E(log(p_theta(x)), data(x)),
        H(data(x)) - E(log(p_theta(x)), data(x)),
    ),
    right(
        "forward KL and likelihood",
        KL(data(x), p_theta(x)) + H(data(x)),
        H(data(x), p_theta(x)),
        H(p_theta(x), data(x)),
    ),
    right("joint entropy", H(q(x, z)), H(q(x)) + E(H(q(z | x)), q(x)), H(q(x)) + H(q(z))),
    right(
        "Jeffreys",
        KL(q(z), p(z)) + KL(p(z), q(z)),
        E(log(q(z) / p(z)), q(z)) - E(log(q(z) / p(z)), p(z)),
        E(log(q(z) / p(z)), q(z)) + E(log(q(z) / p(z)), p(z)),
    ),
    right(
        "divergence of products",
        KL(q(z1) * q(z2), p(z1) * p(z2)),
        KL(q(z1), p(z1)) + KL(q(z2), p(z2)),
        KL(q(z1), p(z1)) - KL(q(z2), p(z2)),
    ),
    right("half", E(log(q(z)) / 2, q(z)), -H(q(z)) * Rational(1, 2), -H(q(z)) * Rational(1, 3)),
)

PAIRS = _ELBO + _LAWS + _TWO_LATENTS + _MODELS + _INFORMATION
