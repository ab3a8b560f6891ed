"""Means under products, mixtures, point masses and vectors; what stays open keeps a canonical form."""

from __future__ import annotations

from sympy import Function, Rational, exp, log, oo, pi, sqrt, symbols

from symelbo.calculus.laws.closed import as_law, closed_form
from symelbo.calculus.laws.explicit import divergence, entropy, expand_logs, expected, log_density
from symelbo.calculus.laws.kernels import integral, recognise, series
from symelbo.calculus.laws.pieces import log_value
from symelbo.calculus.laws.vectors import componentwise, isotropic, unfold_norms
from symelbo.language import (
    KL,
    Components,
    Dot,
    E,
    Expectation,
    Identity,
    IndexProduct,
    IndexSum,
    Indicator,
    Integral,
    Known,
    family,
    known,
    norm_squared,
    variables,
)

x, z, m, s, t = variables("x z m s t")
mu, sigma = variables("mu sigma")
a, b, r = symbols("a b r", positive=True)
j, k, n = symbols("j k n", integer=True)
J, K, D = symbols("J K D", integer=True, positive=True)
f = Function("f")


def _same(left, right):
    return (left - right).expand(force=True).simplify() == 0


def test_opaque_means_are_standardised():
    law = known("Normal", z, m, s**2)
    direct, moved = expected(f(z), law), expected(f(m + s * z), known("Normal", z, 0, 1))
    assert direct == moved
    assert direct != expected(f(m + s**2 * z), known("Normal", z, 0, 1))


def test_inverse_distribution_function():
    by_uniform = expected(f(-log(t) / r), known("Uniform", t, 0, 1))
    assert by_uniform == expected(f(z), known("Exponential", z, r))
    assert by_uniform == expected(f(-log(1 - t) / r), known("Uniform", t, 0, 1))
    assert by_uniform != expected(f(-r * log(t)), known("Uniform", t, 0, 1))


def test_mixture_of_point_masses():
    law = IndexSum(known("Delta", x, mu[n]), n, 1, K) / K
    assert expected(log(f(x)), law) == IndexSum(log(f(mu[n])), n, 1, K) / K


def test_chain_of_laws():
    law = known("Normal", z, m, 1) * known("Normal", x, a * z, b)
    assert _same(expected(x**2, law), b + a**2 * (m**2 + 1))
    assert expected(x, known("Normal", z, x, 1) * known("Normal", x, z, 1)) is None


def test_abstract_laws_are_left_alone():
    q = family("q")
    assert expected(z**2, q(z)) is None
    term = E(z**2, q(z))
    assert closed_form(term) == term


def test_product_over_an_index():
    q = IndexProduct(known("Normal", z[j], mu[j], sigma[j] ** 2), j, 1, J)
    p = IndexProduct(known("Normal", z[j], 0, 1), j, 1, J)
    found = divergence(q, p)
    one = divergence(known("Normal", None, mu[1], sigma[1] ** 2), known("Normal", None, 0, 1))
    assert _same(found.xreplace({J: 1}).replace(IndexSum, lambda *args: IndexSum(*args).expand()), one)
    assert expected(z[1] * z[2], q) == mu[1] * mu[2]
    assert isinstance(expected(z[j] * z[k], q), Expectation)


def test_round_gaussian_counts_its_dimension():
    law = known("MultivariateNormal", z, mu, s**2 * Identity(D))
    assert isotropic(law) == (s**2, D)
    assert _same(expected(norm_squared(z), law), D * s**2 + mu**2)
    assert _same(expected(norm_squared(z - m), law), D * s**2 + (mu - m) ** 2)
    assert expected(norm_squared(z) ** 2, law) is None
    assert _same(entropy(law), D * log(2 * pi * s**2) / 2 + Rational(1, 2) * D)


def test_dots_are_products_only_where_that_is_faithful():
    assert componentwise(norm_squared(m - z) / s + exp(Dot(m, z))) == (m - z) ** 2 / s + exp(m * z)
    assert componentwise(Dot(m, z) ** 2) is None
    assert componentwise(norm_squared(m) * norm_squared(z)) is None
    assert componentwise(log(norm_squared(m))) is None
    assert componentwise(sqrt(norm_squared(m))) is None


def test_norms_unfold_next_to_entries():
    term = norm_squared(mu) - IndexSum(mu[k] ** 2, k, 1, J)
    opened = unfold_norms(term)
    assert not opened.has(Dot)
    assert opened.xreplace({J: 2}).replace(IndexSum, lambda *args: IndexSum(*args).expand()) == 0


def test_categorical_and_dirichlet():
    w, u = Components(mu[k], k, 1, K), Components(1 / K, k, 1, K)
    assert divergence(known("Categorical", None, w), known("Categorical", None, u)) == (
        -log(1 / K) + IndexSum(mu[k] * log(mu[k]), k, 1, K)
    )
    beta = divergence(known("Dirichlet", None, w), known("Dirichlet", None, w))
    assert beta == 0
    assert divergence(known("Categorical", None, mu), known("Categorical", None, u)) == divergence(
        known("Categorical", None, w), known("Categorical", None, u)
    )


def test_support_is_respected():
    assert expected(log(known("Exponential", z, r)), known("Normal", z, 0, 1)) is None
    assert expected(log(known("Normal", z, 0, 1)), known("Exponential", z, r)) is not None
    assert expected(log(known("Poisson", z, r)), known("Exponential", z, r)) is None


def test_logs_of_products_split_only_where_real():
    p, q = symbols("p q", positive=True)
    c, d = symbols("c d", real=True)
    assert log_value(p * exp(c) / q) == log(p) + c - log(q)
    assert log_value(c * d) == log(c * d)
    assert log_value(c**2 * p) == 2 * log(abs(c)) + log(p)
    assert expand_logs(log(IndexProduct(mu[j] ** 2, j, 1, J))).func is IndexSum


def test_integrals_and_series_of_formulas():
    positive = Indicator(a, 0, oo)
    assert integral(positive * r * exp(-r * a) * a**2, a) == 2 / r**2
    assert integral(exp(-(z**2) / 2), z) == sqrt(2 * pi)
    assert integral(exp(z**2 / 2), z) is None
    assert integral(r * exp(-r * z), z) is None
    assert series(IndexSum(known("Poisson", n, r) * n**2, n, 0, oo)) == r**2 + r
    assert series(IndexSum(known("Poisson", n, r) * n**2, n, 1, oo)) is None


def test_formulas_are_recognised_as_laws():
    density = exp(-((z - m) ** 2) / (2 * a)) / sqrt(2 * pi * a)
    assert recognise(density, z) == known("Normal", z, m, a)

    def zero(term):
        return term.expand(force=True).simplify() == 0

    assert as_law(density, z, zero) == known("Normal", z, m, a)
    assert as_law(2 * density, z, zero) is None
    assert recognise(exp(-(z**4)), z) is None


def test_closed_form_of_nested_operators():
    inner = known("Normal", x, z, a)
    term = E(KL(inner, known("Normal", x, 0, a)), known("Normal", z, m, b))
    assert _same(closed_form(term), (m**2 + b) / (2 * a))


def test_log_density_is_the_density():
    law = known("Gamma", a, b, r)
    assert _same(exp(log_density(law)).subs({a: 2, b: 1, r: 3}), 3 * exp(-6))
    assert isinstance(law, Known)
    assert log_density(known("Delta", z, 0)) is None


def test_integral_of_two_gaussians():
    term = closed_form(log(Integral(known("Normal", x, z, a) * known("Normal", z, m, b), z)))
    assert _same(term, log_density(known("Normal", x, m, a + b)))
