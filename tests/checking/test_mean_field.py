# ruff: noqa: E501
r"""Mean field with any number of factors: `q_{-j}`, `E_{-j}` and their other spellings, true lines and slips."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

ASSUME = "<!-- symelbo: assume q(z) = \\prod_{j=1}^{J} q_j(z_j) -->\n<!-- symelbo: constant wrt %s -->\n\n$$\n%s\n$$\n"
ENTROPY = r"\mathbb{E}_{q_j(z_j)}[\log q_j(z_j)]"
BOUND = r"\mathbb{E}_{q(z)}[\log p(x, z)] - \mathbb{E}_{q(z)}[\log q(z)]"


def outcomes(wrt: str, *rows: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(ASSUME % (wrt, " \\\\\n".join(rows))).claims]


OTHERS = (
    r"\mathbb{E}_{q_{-j}(z_{-j})}[%s]",
    r"\mathbb{E}_{q_{-j}}[%s]",
    r"\mathbb{E}_{-j}[%s]",
    r"\mathbb{E}_{\setminus j}[%s]",
    r"\mathbb{E}_{i \ne j}[%s]",
    r"\langle %s \rangle_{i \ne j}",
    r"\mathbb{E}_{\prod_{i \neq j} q_i(z_i)}[%s]",
    r"\mathbb{E}_{q(z_{\neg j})}[%s]",
)


@pytest.mark.parametrize("others", OTHERS)
def test_the_terms_of_one_factor(others: str):
    inner = others % r"\log p(x, z)"
    right = rf"\mathbb{{E}}_{{q_j(z_j)}}\left[ {inner} \right]"
    assert outcomes("q_j", rf"{BOUND} &= {right} - {ENTROPY} + \text{{const}}") == ["proved"]
    assert outcomes("q_j", rf"{BOUND} &= {right} + {ENTROPY} + \text{{const}}") == ["refuted"]


def test_a_conditional_in_place_of_the_joint():
    update = r"\mathbb{E}_{-j}[\log p(x, z)]"
    assert outcomes("z_j", rf"{update} &= \mathbb{{E}}_{{-j}}[\log p(z_j \mid z_{{-j}}, x)] + \text{{const}}") == [
        "proved"
    ]
    assert outcomes("z_j", rf"{update} &= \mathbb{{E}}_{{-j}}[\log p(z_{{-j}} \mid x)] + \text{{const}}") == ["refuted"]


def test_the_best_factor():
    update = r"\mathbb{E}_{q_{-j}}[\log p(x, z)]"
    given = rf"\log q_j^*(z_j) &= {update} + \text{{const}}"
    assert outcomes("z_j", given)[0] == "definition"
    rows = (
        rf"r_j(z_j) &:= \frac{{\exp {update}}}{{\int \exp {update} \, dz_j}}",
        rf"{BOUND} &= -\mathrm{{KL}}(q_j(z_j) \,\|\, r_j(z_j)) + \text{{const}}",
        rf"{BOUND} &= -\mathrm{{KL}}(r_j(z_j) \,\|\, q_j(z_j)) + \text{{const}}",
    )
    found = [outcomes("q_j", rows[0])[0]]
    text = "\n".join(ASSUME % ("q_j", row) if not place else f"$$\n{row}\n$$" for place, row in enumerate(rows))
    found = [claim.outcome.value for claim in check_text(text).claims]
    assert found == ["definition", "proved", "refuted"]


def test_a_product_without_limits():
    text = (ASSUME % ("q_j", rf"{BOUND} = \int q_j(z_j) \left( \int \prod_{{i \ne j}} q_i(z_i) \log p(x, z) \, dz_{{-j}} \right) dz_j - {ENTROPY} + \text{{const}}"))  # fmt: skip
    assert [c.outcome.value for c in check_text(text.replace(r"\prod_{j=1}^{J}", r"\prod_j")).claims] == ["proved"]


def test_every_factor_at_once_depends_on_each():
    assert outcomes("q_j", rf"{BOUND} &= -\mathbb{{E}}_{{q(z)}}[\log q(z)] + \text{{const}}") == ["refuted"]


@pytest.mark.parametrize("apart", ["q(z) = q_1(z_1) q_2(z_2)", "z = (z_1, z_2)$ and $q(z_1, z_2) = q_1(z_1) q_2(z_2)"])
def test_two_factors_written_out(apart: str):
    right = r"\mathbb{E}_{q_1(z_1) q_2(z_2)}[\log p(x, z_1, z_2)] + H(q_1) %s H(q_2)"
    text = f"Suppose ${apart}$.\n\n$$\n{BOUND} = {right}\n$$\n"
    found = [claim.outcome.value for sign in "+-" for claim in check_text(text % sign).claims]
    assert found == ["proved", "refuted"]
