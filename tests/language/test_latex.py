"""LaTeX of terms, as a person would write it."""

from __future__ import annotations

import pytest
from sympy import latex, log, symbols

from symelbo import KL, Claim, E, H, IndexSum, Integral, MutualInformation, Relation, family, variables

x, z, w, theta, phi = variables("x z w theta phi")
p, q = family("p"), family("q")
T, t = symbols("T t", integer=True, positive=True)

CASES = (
    (p(x, z), r"p(x, z)"),
    (p(z | x), r"p(z \mid x)"),
    (p(z | x) ** 2, r"p(z \mid x)^{2}"),
    (family("q", phi)(z | x), r"q_{\phi}(z \mid x)"),
    (p(x, z.at(1)), r"p(x, z = 1)"),
    (p(z.at(w)), r"p(z = w)"),
    (x[t - 1], r"x_{t - 1}"),
    (p(x[1:T]), r"p(x_{1:T})"),
    (E(log(p(x | z)), q(z | x)), r"\mathbb{E}_{q(z \mid x)}\left[\log{\left(p(x \mid z) \right)}\right]"),
    (KL(q(z | x), p(z)), r"\mathrm{KL}\left(q(z \mid x) \,\|\, p(z)\right)"),
    (H(q(z)), r"\mathrm{H}\left[q(z)\right]"),
    (H(q(z), p(z)), r"\mathrm{H}\left(q(z),\, p(z)\right)"),
    (Integral(p(x, z), z), r"\int p(x, z)\, dz"),
    (Integral(p(x, z), z, discrete=True), r"\sum_{z} p(x, z)"),
    (MutualInformation(p, [x], [z], [w]), r"\mathrm{I}_{p}(x; z \mid w)"),
    (IndexSum(p(x[t]), t, 1, T), r"\sum_{t=1}^{T} p(x_{t})"),
)


@pytest.mark.parametrize(("term", "written"), CASES, ids=[row[1] for row in CASES])
def test_latex(term, written):
    assert latex(term) == written


def test_a_claim_in_latex():
    assert Claim(p(x), Relation.LESS_EQUAL, q(x)).latex() == r"p(x) \le q(x)"
