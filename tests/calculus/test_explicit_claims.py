"""Claims about explicit densities settled by closed forms; formulas in a context recognised as laws."""

from __future__ import annotations

from sympy import Eq, digamma, exp, factorial, gamma, log, pi, sqrt, symbols

from symelbo.calculus.laws.explicit_claims import settle
from symelbo.calculus.laws.lawful import with_laws
from symelbo.language import (
    KL,
    Claim,
    Components,
    E,
    Identity,
    IndexProduct,
    IndexSum,
    Integral,
    Relation,
    context,
    family,
    known,
    norm_squared,
    variables,
)

x, z, m = variables("x z m")
a, b, s = variables("a b s", positive=True)
p, q = family("p"), family("q")
t, i, k = symbols("t i k", integer=True)
EQ, UP_TO, PROPTO = Relation.EQUAL, Relation.EQUAL_UP_TO_CONSTANT, Relation.PROPORTIONAL


def _settled(left, relation, right, assumed=None, wrt=()):
    return settle(Claim(left, relation, right, wrt), assumed or context()) is not None


def test_formulas_become_laws():
    cases = {
        "Normal": (q(z), exp(-((z - m) ** 2) / (2 * s)) / sqrt(2 * pi * s)),
        "Exponential": (q(z), a * exp(-a * z)),
        "Gamma": (q(z), b**a / gamma(a) * z ** (a - 1) * exp(-b * z)),
        "Beta": (q(z), gamma(a + b) / gamma(a) / gamma(b) * z ** (a - 1) * (1 - z) ** (b - 1)),
        "Poisson": (q(z), a**z * exp(-a) / factorial(z)),
    }
    for name, (density, formula) in cases.items():
        assert with_laws(context([Eq(density, formula)])).definitions[0].value.name == name
        wrong = with_laws(context([Eq(density, 2 * formula)])).definitions[0].value
        assert wrong == 2 * formula


def test_statistics_of_a_formula():
    assumed = context([Eq(q(z), b**a / gamma(a) * z ** (a - 1) * exp(-b * z))])
    assert _settled(E(log(z), q(z)), EQ, digamma(a) - log(b), assumed)
    assert not _settled(E(log(z), q(z)), EQ, digamma(a) + log(b), assumed)
    assert _settled(log(q(z)), EQ, a * log(b) - log(gamma(a)) + (a - 1) * log(z) - b * z, assumed)


def test_steps_of_diffusion():
    alpha, X = variables("alpha x")

    def bar(end):
        return IndexProduct(alpha[i], i, 1, end)

    def step(value, mean, variance):
        return known("MultivariateNormal", value, mean, variance * Identity())

    joined = Integral(
        step(X[t], sqrt(alpha[t]) * X[t - 1], 1 - alpha[t]) * step(X[t - 1], sqrt(bar(t - 1)) * X[0], 1 - bar(t - 1)),
        X[t - 1],
    )
    assert _settled(joined, EQ, step(X[t], sqrt(bar(t)) * X[0], 1 - bar(t)))
    assert not _settled(joined, EQ, step(X[t], sqrt(bar(t)) * X[0], 1 - alpha[t] * (1 - bar(t - 1))))
    assert not _settled(joined, EQ, step(X[t], bar(t) * X[0], 1 - bar(t)))


def test_constants_and_factors():
    law = known("Normal", z, m, s)
    kernel = -((z - m) ** 2) / (2 * s)
    assert _settled(log(law), UP_TO, kernel, wrt=(z,))
    assert _settled(log(law), UP_TO, kernel, wrt=(m,))
    assert not _settled(log(law), UP_TO, kernel, wrt=(s,))
    assert not _settled(log(law), UP_TO, kernel)
    assert _settled(law, PROPTO, exp(kernel), wrt=(z,))
    assert not _settled(law, PROPTO, exp(2 * kernel), wrt=(z,))


def test_sums_over_coordinates_and_norms():
    mu, sigma = variables("mu sigma")
    d = symbols("d")
    law = IndexProduct(known("Normal", z[k], mu[k], sigma[k] ** 2), k, 1, d)
    unit = IndexProduct(known("Normal", z[k], 0, 1), k, 1, d)
    true = (norm_squared(mu) + IndexSum(sigma[k] ** 2, k, 1, d) - IndexSum(log(sigma[k] ** 2), k, 1, d) - d) / 2
    assert _settled(KL(law, unit, [z]), EQ, true)
    assert not _settled(KL(law, unit, [z]), EQ, true + (d - 1) / 2)


def test_equations_of_the_context_are_used():
    g, theta = variables("gamma theta")
    K = symbols("K")
    law = known("Dirichlet", theta, Components(g[k], k, 1, K))
    total = context([Eq(g[0], IndexSum(g[k], k, 1, K))])
    left = E(log(theta[k]), law)
    assert _settled(left, EQ, digamma(g[k]) - digamma(g[0]), total)
    assert not _settled(left, EQ, digamma(g[k]), total)
    assert not _settled(left, EQ, digamma(g[k]) - digamma(g[0]))


def test_abstract_densities_are_left_to_others():
    assert not _settled(E(log(p(x | z)), q(z | x)), EQ, log(p(x)))
