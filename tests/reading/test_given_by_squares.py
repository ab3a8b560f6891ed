"""Quantities given by their squares, two times below a name, and densities that say whose a mean is."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

GIVEN = r"""
<!-- symelbo: assume \alpha_t > 0 -->
<!-- symelbo: assume \sigma_t > 0 -->
"""


def outcomes(text: str) -> list[str]:
    return [str(claim.outcome) for claim in check_text(text).claims]


def display(*rows: str) -> str:
    return "".join(f"\n$$\n{row}\n$$\n" for row in rows)


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\alpha_t^2 + \sigma_t^2 = 1", "proved"),
        (r"\alpha_t^2 - \sigma_t^2 = 1", "refuted"),
        (r"\frac{\alpha_t^2}{\sigma_t^2} = e^{-g_t}", "proved"),
        (r"\frac{\alpha_t^2}{\sigma_t^2} = e^{g_t}", "refuted"),
    ],
)
def test_what_is_given_by_its_square_is_the_positive_root(claim: str, outcome: str) -> None:
    given = display(r"\sigma_t^2 = \frac{1}{1 + e^{-g_t}}, \qquad \alpha_t^2 = \frac{1}{1 + e^{g_t}}")
    assert outcomes(given + display(claim)) == ["definition", "definition", outcome]


@pytest.mark.parametrize(
    ("claim", "outcome"), [(r"1 - \sigma_t^2 = \alpha_t^2", "proved"), (r"1 - \sigma_t^2 = \alpha_t", "refuted")]
)
def test_squares_that_add_up_to_a_number_are_given(claim: str, outcome: str) -> None:
    given = GIVEN + "<!-- symelbo: assume \\alpha_t^2 + \\sigma_t^2 = 1 -->\n"
    assert outcomes(given + display(claim)) == [outcome]


@pytest.mark.parametrize(
    ("claim", "outcome"),
    [
        (r"\sigma_{t|s}^2 = \sigma_t^2 - \alpha_{t|s}^2\, \sigma_s^2", "definition"),
        (r"\alpha_{t|s}\, \alpha_{s|r} = \alpha_{t|r}", "proved"),
        (r"\alpha_{t|s}\, \alpha_{t|r} = \alpha_{s|r}", "refuted"),
    ],
)
def test_two_times_below_a_name(claim: str, outcome: str) -> None:
    given = GIVEN + display(r"\alpha_{t|s} = \frac{\alpha_t}{\alpha_s}")
    assert outcomes(given + display(claim)) == ["definition", outcome]


def test_a_mean_with_the_letter_of_a_density_below_it() -> None:
    law = r"q(x \mid y) = \mathcal{N}(x; \mu_q(y), \sigma_q^2)"
    kl = r"\mathrm{KL}(q(x \mid y) \,\|\, \mathcal{N}(x; m, \sigma_q^2)) = \frac{1}{2 \sigma_q^2} (\mu_q(y) - m)^2"
    assert outcomes(display(law, kl)) == ["definition", "proved"]
    assert outcomes(display(law, kl.replace(r"\frac{1}{2 \sigma_q^2}", r"\frac{1}{\sigma_q^2}"))) == [
        "definition",
        "refuted",
    ]


def test_an_identity_in_names_met_for_the_first_time_is_a_claim() -> None:
    assert outcomes(display(r"u + w (c - u) = w c + (1 - w) u")) == ["proved"]
    assert outcomes(display(r"u + w (c - u) = w c + (1 + w) u")) == ["refuted"]


def test_expm1() -> None:
    assert outcomes(display(r"e^{a} e^{-b} - 1 = \mathrm{expm1}(a - b)")) == ["proved"]
    assert outcomes(display(r"e^{b} e^{-a} - 1 = \mathrm{expm1}(a - b)")) == ["refuted"]


def test_laws_of_two_places_given_the_start_leave_their_joint_law_open() -> None:
    given = "<!-- symelbo: assume q(x_t \\mid x_0) = \\mathcal{N}(x_t; a_t x_0, v_t) -->\n"
    law = r"q(x_{t-1} \mid x_t, x_0) = \mathcal{N}(x_{t-1}; b_t x_t + c_t x_0, s_t)"
    assert outcomes(given + display(law)) == ["definition"]


@pytest.mark.parametrize("head", [r"\frac{1}{s_n^2}", r"s_n^{-2}", r"\frac{1}{s_n}"])
@pytest.mark.parametrize(
    ("claim", "outcome"), [("a_n + 2 b_n", "proved"), ("a_n + b_n", "refuted")], ids=["itself", "another"]
)
def test_what_one_is_divided_by_may_be_given(head: str, claim: str, outcome: str) -> None:
    text = display(f"{head} = a_n + 2 b_n", f"{head} = {claim}")
    assert outcomes(text) == ["definition", outcome]


@pytest.mark.parametrize(("index", "outcome"), [("t-1", "proved"), ("0", "refuted")])
def test_a_bare_name_is_the_joint_of_entries_that_an_index_runs_through(index: str, outcome: str) -> None:
    joint = r"\mathbb{E}_{q(y_0, y_1, y_2)}[\log q(y_1 \mid y_0) + \log q(y_2 \mid y_1)]"
    sums = rf"\sum_{{t=1}}^{{2}} \mathbb{{E}}_q[\log q(y_t \mid y_{{{index}}})]"
    model = "Let $q(y_1, y_2 \\mid y_0) = q(y_1 \\mid y_0)\\, q(y_2 \\mid y_1)$.\n"
    assert outcomes(model + display(rf"{joint} = {sums}")) == [outcome]


@pytest.mark.parametrize(("claim", "outcome"), [("e^a e^{b_t}", "proved"), ("e^a + e^{b_t}", "refuted")])
def test_a_scale_may_be_given_by_its_logarithm(claim: str, outcome: str) -> None:
    assert outcomes(display(r"\log \lambda = a + b_t", rf"\lambda = {claim}")) == ["definition", outcome]


@pytest.mark.parametrize(("claim", "outcome"), [("a_s x_t / a_t", "proved"), ("a_t x_t / a_s", "refuted")])
def test_one_entry_is_given_by_another(claim: str, outcome: str) -> None:
    text = display(r"h = \frac{x_t}{a_t}", "x_s = a_s h", f"2 x_s - a_s h = {claim}")
    assert outcomes(text) == ["definition", "definition", outcome]
