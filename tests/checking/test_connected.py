"""Closed forms beside densities of which nothing is said: no counterexample counts until they are connected."""

from __future__ import annotations

from symelbo.checking import check_text
from symelbo.checking.connected import unconnected
from symelbo.reading import read_document

CLOSED = r"""
$$
\mathrm{KL}(q(z \mid x) \,\|\, p(z)) = \frac{1}{2} \sum_{j=1}^{J} (\mu_j^2 + \sigma_j^2 - 1 - \log \sigma_j^2)
$$
"""
LAWS = r"""
<!-- symelbo: assume p(z) = \mathcal{N}(z; 0, I) -->
<!-- symelbo: assume q(z \mid x) = \mathcal{N}(z; \mu, \mathrm{diag}(\sigma^2)) -->
"""


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


def test_without_the_laws_nothing_is_refuted_and_the_note_says_what_to_write() -> None:
    (claim,) = check_text(CLOSED).claims
    assert claim.outcome.value == "unknown"
    assert "how \\mu, \\sigma belongs to p, q" in (claim.note or "") and "assume" in (claim.note or "")


def test_with_the_laws_it_is_proved_and_a_slip_refuted() -> None:
    assert outcomes(LAWS + CLOSED) == ["proved"]
    assert outcomes(LAWS + CLOSED.replace("- 1 -", "+ 1 -")) == ["refuted"]


def test_a_number_on_the_other_side_connects_nothing_and_is_refuted() -> None:
    assert outcomes(r"$$ \mathrm{KL}(q(z) \,\|\, p(z)) = 1 $$") == ["refuted"]
    assert outcomes(r"$$ \log p(x) = \log p(x, z) + c - c $$") == ["refuted"]


def test_a_moment_of_a_law_that_is_not_given_is_no_number() -> None:
    assert outcomes(r"$$ \mathbb{E}_{q(z)}\left[ (z - \mu) / s^2 \right] = 0 $$") == ["unknown"]
    law = r"<!-- symelbo: assume q(z) = \mathcal{N}(z; \mu, s^2) -->" + "\n\n"
    assert outcomes(law + r"$$ \mathbb{E}_{q(z)}\left[ (z - \mu) / s^2 \right] = 0 $$") == ["proved"]
    assert outcomes(law + r"$$ \mathbb{E}_{q(z)}\left[ (z - \mu)^2 / s^2 \right] = 0 $$") == ["refuted"]


def test_what_tells_nothing_of_the_law_connects_nothing() -> None:
    positive = "<!-- symelbo: assume s > 0 -->\n\n"
    assert outcomes(positive + r"$$ H[q(z)] = 1 + \log (2 s) $$") == ["unknown"]


def test_the_jacobian_of_a_map_that_joins_nothing_refutes_nothing() -> None:
    flow = r"$$ \log p_X(x) = \log p_Z(z) - \log \left| \det J_f(z) \right| $$"
    wrong = flow.replace("- \\log \\left", "+ \\log \\left")
    said = "$$ x = f(z) $$\n\n"
    assert outcomes(flow) == outcomes(wrong) == ["unknown"]
    assert outcomes(said + flow) == ["definition", "proved"]
    assert outcomes(said + wrong) == ["definition", "refuted"]


def test_a_vector_as_a_whole_and_by_its_entries_is_no_counterexample() -> None:
    made = r"Let $z' = a \odot z + b$ with $z \sim q_0$." + "\n\n$$ "
    claim = r"\log q_1(z') = \log q_0(z) - \sum_{i=1}^d \log a_i $$"
    assert outcomes(made + claim) == ["unknown"]
    assert outcomes(made.replace(r"\odot", "") + claim.replace(r"\sum_{i=1}^d \log a_i", r"2 \log a")) == ["refuted"]


def test_what_a_sentence_says_of_a_variable_is_kept_in_mind() -> None:
    note = (
        r"Let $y = a \odot z + b$ with $a > 0$." + "\n\n$$ " + r"\log q_Y(y) = \log q_Z(z) %s \sum_{i=1}^d \log a_i $$"
    )
    assert outcomes(note % "-") == ["unknown"]
    assert outcomes(note % "+") == ["refuted"]


def test_a_size_beside_an_indexed_name_of_its_letter_is_no_vector() -> None:
    note = r"Let $N_k = \sum_{n=1}^N r_{nk}$ with $\sum_{k=1}^K r_{nk} = 1$." + "\n\n$$ \\sum_{k=1}^K N_k = %s $$"
    assert [outcomes(note % right) for right in ("N", "1")] == [["proved"], ["refuted"]]


def test_a_map_inside_a_function_of_which_nothing_is_said() -> None:
    note = "Let $q(z|x) = N(z; m, s^2)$ and $p(e) = N(e; 0, 1)$.\n\n$$ E_{q(z|x)}[f(z)] = E_{p(e)}[f(%s)] $$"
    assert outcomes(note % "g(e, x)") == ["unknown"]
    assert outcomes(note % "m - 2 s e") == ["refuted"]


PLANAR = r"""
$$ \ln q_K(z_K) = \ln q_0(z_0) - \sum_{k=1}^K \ln \left| \det \frac{\partial f_k}{\partial z_{k-1}} \right| $$

$$ z_K = f_K \circ \ldots \circ f_2 \circ f_1(z_0) $$

For $f(z) = z + u h(w^\top z + b)$ with $\psi(z) = h'(w^\top z + b) w$,

$$ \ln q_K(z_K) = \ln q_0(%s) %s \sum_{k=1}^K \ln |1 + u_k^\top \psi_k(z_{k-1})| $$
"""


def test_a_variable_that_lacks_its_number_is_no_counterexample() -> None:
    def gap(variable: str) -> str:
        statement = read_document("flow.md", PLANAR % (variable, "-")).statements[-1]
        return unconnected(statement.readings[0].claim, statement.context) or ""

    assert "such as z_0" in gap("z")
    assert "such as z_0" not in gap("z_0")
    assert outcomes(PLANAR % ("z", "-"))[-1] == "unknown"
