"""Products, posteriors, evidence and linear maps of Gaussians, with the schedules of diffusion models."""

from __future__ import annotations

import pytest
from sympy import Rational, exp, expand_log, log, pi, sqrt, symbols

from symelbo.calculus.laws.explicit import log_density
from symelbo.calculus.laws.gaussian import (
    complete_square,
    condition,
    integrate_gaussian,
    linear_map,
    marginal,
    multiply,
)
from symelbo.calculus.logfield import Zero, decide_zero
from symelbo.errors import NotSupported
from symelbo.language import Identity, known, variables

x, z, m, n = variables("x z m n")
xt, xs, x0 = variables("x_t x_s x_0")
a, b, v, w = symbols("a b v w", positive=True)
alpha, before = symbols("alpha alphabar", positive=True)
D = symbols("D", integer=True, positive=True)


def N(value, mean, variance):
    return known("Normal", value, mean, variance)


def _zero(term):
    return isinstance(decide_zero(term), Zero)


def test_product_of_two():
    found = multiply([N(z, m, v), N(z, n, w)], z)
    assert _zero(found.variance - v * w / (v + w))
    assert _zero(found.mean - (m * w + n * v) / (v + w))
    assert not _zero(found.mean - (m * v + n * w) / (v + w))
    # What is left over is the density of one mean around the other.
    assert _zero(found.log_scale - log_density(N(m, n, v + w)))


def test_posterior_of_a_linear_gaussian_model():
    law = condition([N(x, a * z + b, v), N(z, m, w)], z)
    assert _zero(law.parameters[1] - 1 / (a**2 / v + 1 / w))
    assert _zero(law.parameters[0] - law.parameters[1] * (a * (x - b) / v + m / w))
    assert not _zero(law.parameters[1] - (a**2 / v + 1 / w))


def test_evidence_of_a_linear_gaussian_model():
    law = marginal([N(x, a * z + b, v), N(z, m, w)], z, x)
    assert _zero(law.parameters[0] - (a * m + b))
    assert _zero(law.parameters[1] - (v + a**2 * w))
    assert not _zero(law.parameters[1] - (v + a * w))


def test_forward_marginal_of_diffusion():
    law = marginal([N(xt, sqrt(alpha) * xs, 1 - alpha), N(xs, sqrt(before) * x0, 1 - before)], xs, xt)
    assert _zero(law.parameters[0] - sqrt(alpha * before) * x0)
    assert _zero(law.parameters[1] - (1 - alpha * before))


def test_reverse_step_of_diffusion():
    law = condition([N(xt, sqrt(alpha) * xs, 1 - alpha), N(xs, sqrt(before) * x0, 1 - before)], xs)
    after = alpha * before
    mean = (sqrt(alpha) * (1 - before) * xt + sqrt(before) * (1 - alpha) * x0) / (1 - after)
    assert _zero(law.parameters[0] - mean)
    assert _zero(law.parameters[1] - (1 - before) / (1 - after) * (1 - alpha))
    slip = (sqrt(alpha) * (1 - before) * xt + sqrt(after) * (1 - alpha) * x0) / (1 - after)
    assert not _zero(law.parameters[0] - slip)
    assert not _zero(law.parameters[1] - (1 - after) / (1 - before) * (1 - alpha))


def test_round_gaussians_keep_their_dimension():
    step = known("MultivariateNormal", xt, sqrt(alpha) * xs, (1 - alpha) * Identity(D))
    start = known("MultivariateNormal", xs, sqrt(before) * x0, (1 - before) * Identity(D))
    law = marginal([step, start], xs, xt)
    assert law.name == "MultivariateNormal"
    assert law.parameters[1].has(Identity(D))
    scale = multiply([step, start], xs).log_scale
    assert expand_log(scale, force=True).expand().coeff(D) != 0


def test_integrals_of_exponentials():
    assert _zero(log(integrate_gaussian(exp(-(z**2) / 2), z)) - log(2 * pi) / 2)
    assert _zero(log(integrate_gaussian(exp(-a * z**2 + m * z), z)) - log(pi / a) / 2 - m**2 / (4 * a))


def test_linear_maps():
    assert linear_map(N(x, 0, 1), a, m, z) == N(z, m, a**2)
    with pytest.raises(NotSupported):
        linear_map(known("Gamma", x, a, b), a, m, z)


def test_what_is_not_gaussian_is_refused():
    with pytest.raises(NotSupported):
        complete_square(-(z**4), z)
    with pytest.raises(NotSupported):
        complete_square(m * z, z)
    with pytest.raises(NotSupported):
        multiply([known("Gamma", z, a, b)], z)
    with pytest.raises(NotSupported):
        multiply([N(z, m, v), 1 + z**2], z)
    assert complete_square(-Rational(1, 2) * (z - m) ** 2, z).law == N(z, m, 1)
