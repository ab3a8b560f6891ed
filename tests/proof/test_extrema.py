# ruff: noqa: E501
"""Claims about the best density or parameter: what is attained, and what a restriction keeps from being attained."""

from __future__ import annotations

from typing import Any

import pytest
from sympy import Eq, Expr, log

from symelbo import KL, E, Independence, family, prove, variables
from symelbo.language.functionals import Extremum

x, z, theta, phi = variables("x z theta phi")
z1, z2 = variables("z_1 z_2")
p, q, data = family("p"), family("q"), family("p_D")
p_theta, q_phi = family("p", theta), family("q", phi)

elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
fixed = E(log(p(x, z)) - log(q(z)), q(z))
two = q(z1, z2 | x)
elbo_two = E(log(p(x, z1, z2)) - log(two), two)
trained = E(log(p_theta(x, z)) - log(q_phi(z | x)), q_phi(z | x))
gap = KL(q(z | x), p(z | x))


def best(kind: str, body: Expr, *over: Any) -> Extremum:
    """An extremum, over q where nothing else is said."""
    return Extremum(kind, body, *(over or (q,)))


TRUE: tuple[tuple[str, Expr, Expr, tuple[Any, ...]], ...] = (
    ("the bound is attained", best("max", elbo), log(p(x)), ()),
    ("by the posterior", best("argmax", elbo), p(z | x), ()),
    ("for two latents", best("max", elbo_two), log(p(x)), ()),
    ("for each x at once", best("max", E(elbo, data(x))), E(log(p(x)), data(x)), ()),
    ("one x, one q", best("max", fixed), log(p(x)), ()),
    ("bound and gap", best("argmax", elbo), best("argmin", gap), ()),
    ("likelihood and divergence", best("argmax", E(log(p_theta(x)), data(x)), theta), best("argmin", KL(data(x), p_theta(x)), theta), ()),
    ("the M-step", best("argmax", trained, theta), best("argmax", E(log(p_theta(x, z)), q_phi(z | x)), theta), ()),
)  # fmt: skip

NOT_TRUE: tuple[tuple[str, Expr, Expr, tuple[Any, ...]], ...] = (
    ("mean field does not reach it", best("max", elbo_two), log(p(x)), (Eq(two, q(z1 | x) * q(z2 | x)),)),
    ("nor does its best member", best("argmax", elbo_two), p(z1, z2 | x), (Eq(two, q(z1 | x) * q(z2 | x)),)),
    ("nor with a declared independence", best("max", elbo_two), log(p(x)), (Independence(q, (z1,), (z2,), (x,)),)),
    ("one q for all x", best("max", E(fixed, data(x))), E(log(p(x)), data(x)), ()),
    ("a family with parameters", best("max", trained, phi), log(p_theta(x)), ()),
    ("the prior", best("argmax", elbo), p(z), ()),
    ("the smallest", best("min", elbo), log(p(x)), ()),
    ("both largest", best("argmax", elbo), best("argmax", gap), ()),
    ("arguments swapped", best("argmax", E(log(p_theta(x)), data(x)), theta), best("argmin", KL(p_theta(x), data(x)), theta), ()),
    ("the entropy counts for q", best("argmax", trained, phi), best("argmax", E(log(p_theta(x, z)), q_phi(z | x)), phi), ()),
    ("shifted", best("max", elbo + 1), log(p(x)), ()),
    ("what does not vary", best("argmax", log(p(x)), theta), best("argmin", KL(data(x), p_theta(x)), theta), ()),
)  # fmt: skip


@pytest.mark.parametrize(("name", "left", "right", "assuming"), TRUE, ids=[row[0] for row in TRUE])
def test_proved(name: str, left: Expr, right: Expr, assuming: tuple[Any, ...]):
    assert prove(left, "==", right, assuming=assuming).proved


@pytest.mark.parametrize(("name", "left", "right", "assuming"), NOT_TRUE, ids=[row[0] for row in NOT_TRUE])
def test_not_proved(name: str, left: Expr, right: Expr, assuming: tuple[Any, ...]):
    assert not prove(left, "==", right, assuming=assuming).proved
