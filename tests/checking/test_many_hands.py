r"""Notations of lecture notes and papers, each with a slip: what is true is proved, and the slip refuted."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

DRAWS = r"<!-- symelbo: assume q(z_1, z_2 \mid x) = q(z_1 \mid x)\, q(z_2 \mid x) -->"
WEIGHT = r"w(z) = p(x, z) / q(z \mid x)"
PAIRS = (
    # lists of weights, and pi as a letter
    (r"\mathrm{KL}(w \| u) = \sum_{k=1}^K w_k \log w_k - \sum_{k=1}^K w_k \log u_k", "w_k \\log u_k", "u_k \\log w_k"),
    (r"H[w] = -\sum_{k=1}^K w_k \log w_k", "= -", "= "),
    (r"\pi \log \pi + (1 - \pi) \log \pi = \log \pi", "= \\log", "= 2 \\log"),
    # informations and entropies of variables
    (r"I(x; z) = \mathrm{KL}(q(x, z) \,\|\, q(x)\, q(z))", "q(x)\\, q(z)", "q(x)\\, p(z)"),
    # variances
    (r"\mathrm{Var}_{q(z)}[f(z)] = \mathbb{E}_{q(z)}[f(z)^2] - (\mathbb{E}_{q(z)}[f(z)])^2", "])^2", "])"),
    # a power behind a bracket is no power of the weight before it
    (r"\sum_{n=1}^N r_n (x_n - m)^2 = \sum_{n=1}^N r_n x_n^2 - 2 m \sum_{n=1}^N r_n x_n + m^2 \sum_{n=1}^N r_n",
     "+ m^2 \\sum_{n=1}^N r_n", "+ m^2 \\sum_{n=1}^N r_n^2"),
    (r"\log |\det (A B)| = \log |\det A| + \log |\det B|", "+ \\log |\\det B|", "- \\log |\\det B|"),
    (r"\int_0^2 \frac{u}{2}\, du = 1", "= 1", "= 2"),
)  # fmt: skip


def outcomes(*rows: str) -> list[str]:
    parts = (row if row.startswith("<!--") else f"$$\n{row}\n$$" for row in rows)
    return [claim.outcome.value for claim in check_text("\n\n".join(parts) + "\n").claims]


@pytest.mark.parametrize(("right", "part", "slip"), PAIRS)
def test_a_line_and_its_slip(right: str, part: str, slip: str) -> None:
    assert part in right
    assert outcomes(right)[-1] == "proved"
    assert outcomes(right.replace(part, slip))[-1] == "refuted"


def test_the_index_of_a_bound_name_is_replaced_wherever_it_stands() -> None:
    given = r"\rho_k = \exp( \mathbb{E}_{q(m_k)}[m_k] )"
    whole = r"\frac{\rho_k}{\sum_{j=1}^K \rho_j} = \frac{\exp( \mathbb{E}_{q(m_k)}[m_k] )}{\sum_{j=1}^K \exp( M_j )}"
    assert outcomes(given, whole.replace("M_j", r"\mathbb{E}_{q(m_j)}[m_j]"))[-1] == "proved"
    assert outcomes(given, whole.replace("M_j", r"\mathbb{E}_{q(m_j)}[m_j^2]"))[-1] == "refuted"


def test_derivatives_of_functions_that_are_given() -> None:
    assert outcomes(r"F(g) = \exp(-e^{-g})", r"F'(g) = e^{-g} \exp(-e^{-g})") == ["definition", "proved"]
    assert outcomes(r"F(g) = \exp(-e^{-g})", r"F'(g) = \exp(-e^{-g})") == ["definition", "refuted"]


def test_what_a_logarithm_or_a_gradient_gives() -> None:
    given = r"\log \tilde p(u) = \mathbb{E}_{q(v)}[\log p(u, v)]"
    right = r"\int q(u) \log \tilde p(u)\, du = \mathbb{E}_{q(u)}[\mathbb{E}_{q(v)}[\log p(u, v)]]"
    assert outcomes(given, right) == ["definition", "proved"]
    assert outcomes(given, right.replace("p(u, v)]]", "p(u)]]")) == ["definition", "refuted"]
    gradient = r"\nabla_\phi J(\phi) = \nabla_\phi \mathbb{E}_{q_\phi(z)}[f(z)]"
    assert outcomes(gradient) == ["definition"]


def test_entropies_of_variables() -> None:
    law = "<!-- symelbo: assume q(x, z) = q(x) q(z \\mid x) -->"
    assert outcomes(law, r"I_q(x; z) = H_q(z) - H_q(z \mid x)") == ["proved"]
    assert outcomes(law, r"I_q(x; z) = H_q(z \mid x) - H_q(z)") == ["refuted"]


def test_a_decoder_with_a_letter_of_its_own() -> None:
    right = r"H[q(x)] + \mathbb{E}_{q(x, z)}[\log q(x \mid z)] \ge H[q(x)] + \mathbb{E}_{q(x, z)}[\log r(x \mid z)]"
    assert outcomes(right) == ["proved"]
    assert outcomes(right.replace(r"\ge", r"\le")) == ["refuted"]


def test_draws_that_are_listed() -> None:
    mean = r"\mathbb{E}_{q(z_1, z_2 \mid x)}\left[ \log \frac{w(z_1) + w(z_2)}{2} \right]"
    assert outcomes(DRAWS, WEIGHT, rf"{mean} \le \log p(x)")[-1] == "proved"
    assert outcomes(DRAWS, WEIGHT, rf"{mean} \ge \log p(x)")[-1] == "refuted"


def test_a_vector_by_its_entries_beside_a_law_of_the_whole() -> None:
    laws = r"q(z) = \prod_{j=1}^J \mathcal{N}(z_j; \mu_j, \sigma_j^2), \qquad p(z) = \mathcal{N}(z; 0, I)"
    right = r"\mathrm{KL}(q(z) \,\|\, p(z)) = \frac{1}{2} \sum_{j=1}^J (\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2)"
    assert outcomes(laws, right)[-1] == "proved"
    assert outcomes(laws, right.replace(r"\sigma_j^2 - 1", r"\sigma_j - 1"))[-1] == "refuted"


def test_the_law_of_laplace_by_its_formula() -> None:
    law = r"q(z) = \frac{1}{2 s} e^{-|z - m| / s}"
    assert outcomes(law, r"H[q(z)] = 1 + \log(2 s)") == ["definition", "proved"]
    assert outcomes(law, r"H[q(z)] = 1 - \log(2 s)") == ["definition", "refuted"]


def test_compositions_and_jacobians_with_a_letter() -> None:
    maps = r"z_K = f_K \circ \dots \circ f_1(z_0)"
    right = r"\log q_K(z_K) = \log q_0(z_0) - \sum_{k=1}^K \log | \det J_{f_k}(z_{k-1}) |"
    assert outcomes(maps, right) == ["definition", "proved"]
    assert outcomes(maps, right.replace("- \\sum", "+ \\sum")) == ["definition", "refuted"]
    back = r"p_X(x) = p_Z(g^{-1}(x)) | \det J_g(g^{-1}(x)) |^{-1}"
    assert outcomes("x = g(z)", back) == ["definition", "proved"]
    assert outcomes("x = g(z)", back.replace("|^{-1}", "|")) == ["definition", "refuted"]


def test_entries_that_only_help_to_write_others() -> None:
    maps = r"x_i = u_i \exp(a_i) + m_i, \quad m_i = f_i(x_{1:i-1}), \quad a_i = g_i(x_{1:i-1})"
    assert outcomes(maps, r"\log p(x) = \log p_u(u) - \sum_{i=1}^D a_i")[-1] == "proved"
    assert outcomes(maps, r"\log p(x) = \log p_u(u) + \sum_{i=1}^D a_i")[-1] == "refuted"


def test_a_derivative_by_a_name_that_is_put_in_elsewhere_refutes_nothing() -> None:
    given = "<!-- symelbo: assume x = e^z -->\n<!-- symelbo: assume p(z) = \\mathcal{N}(z; m, v) -->"
    right = r"r(\log x) \left| \frac{d}{dx} \log x \right| = \frac{1}{x} r(\log x)"
    assert outcomes(given, right)[-1] != "refuted"
