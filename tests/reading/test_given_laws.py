r"""Averages under what is given, ends of products that stand below them, and `Pr` as a density."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

MARGINAL = r"Let $q(x_t \mid x_0) = \mathcal N(x_t; \sqrt{a_t}\, x_0, 1 - a_t)$."
STEPS = r"""
$$ C_k = \prod_{j \le k} c_j, \qquad D_k = \prod_{1 \le j \le k} d_j, \qquad F_k = \prod_{j = 1, \dots, k} f_j $$
"""


def last(text: str, claim: str) -> str:
    return str(list(check_text(f"{text}\n\n$$ {claim} $$\n").claims)[-1].outcome)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\mathbb E[x_t \mid x_0] = \sqrt{a_t}\, x_0", "proved"),
        (r"\mathbb E[x_t \mid x_0] = a_t\, x_0", "refuted"),
        (r"\operatorname{Var}[x_t \mid x_0] = 1 - a_t", "proved"),
        (r"\mathrm{Var}(x_t \mid x_0) = 1 - \sqrt{a_t}", "refuted"),
        (r"\mathbb V[x_t \mid x_0] = 1 - a_t^2", "refuted"),
    ],
)
def test_means_and_variances_of_what_is_given(claim: str, outcome: str) -> None:
    assert last(MARGINAL, claim) == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"C_k = c_k C_{k-1}", "proved"),
        (r"D_k = d_k D_{k-1}", "proved"),
        (r"F_k = f_k F_{k-1}", "proved"),
        (r"C_k = c_{k-1} C_{k-1}", "refuted"),
    ],
)
def test_ends_of_a_product_below_it(claim: str, outcome: str) -> None:
    assert last(STEPS, claim) == outcome


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [(r"Pr(x) = \int Pr(x, z)\, dz", "proved"), (r"Pr(x) = \int Pr(x | z)\, dz", "refuted")],
)
def test_letters_in_front_of_a_bracket_are_a_density(claim: str, outcome: str) -> None:
    assert last("", claim) == outcome


@pytest.mark.parametrize(
    ("term", "outcome"),
    [(r"\frac{p(z_2)\, p(z_1 \mid z_2)}{q(z_{1:2} \mid x)}", "proved"), (r"\frac{p(z_2)}{q(z_2 \mid x)}", "refuted")],
)
def test_the_dot_is_what_is_drawn(term: str, outcome: str) -> None:
    model = r"$$ q(z_{1:2} \mid x) = q(z_1 \mid x)\, q(z_2 \mid z_1), \quad p(z_{1:2}) = p(z_2)\, p(z_1 \mid z_2) $$"
    mean = rf"\mathbb{{E}}_{{z_{{1:2}} \sim q(\cdot \mid x)}}\left[\log {term}\right]"
    assert last(model, rf"{mean} = -\mathrm{{KL}}(q(z_{{1:2}} \mid x) \,\|\, p(z_{{1:2}}))") == outcome
