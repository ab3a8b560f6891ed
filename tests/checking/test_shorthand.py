r"""Formulas that leave out what a network depends on: `\mu_j` for entry `j` of `\mu_\phi(x)`."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

VECTOR = (
    r"q_\phi(z \mid x) = \mathcal{N}(z; \mu_\phi(x), \operatorname{diag}(\sigma_\phi^2(x)))",
    r"p(z) = \mathcal{N}(z; 0, I)",
)
BRIEF = (VECTOR[0].replace(r"_\phi(x)", "").replace(r"_\phi^2(x)", "^2"), VECTOR[1])
NUMBER = (r"q(z \mid x) = \mathcal{N}(z; m(x), s(x)^2)", r"p(z) = \mathcal{N}(z; 0, 1)")
EACH = (r"q(z_n \mid x_n) = \mathcal{N}(z_n; m(x_n), s(x_n)^2)", r"p(z_n) = \mathcal{N}(z_n; 0, 1)")
TWO = (r"q(z \mid x) = \mathcal{N}(z; m(x), 1)", r"p(z \mid u) = \mathcal{N}(z; m'(u), 1)")

SUM = r"D_{\mathrm{KL}}(q_\phi(z|x) \| p(z)) = \frac12\sum_{j=1}^d\left(m^2 + s^2 - 1 - \log s^2\right)"


def _sum(mean: str, scale: str) -> str:
    return SUM.replace("m^2", mean + "^2").replace("s^2", scale + "^2")


TRUE = [
    (VECTOR, _sum(r"\mu_j", r"\sigma_j")),
    (VECTOR, _sum(r"\mu_{\phi,j}(x)", r"\sigma_{\phi,j}(x)")),
    (VECTOR, _sum(r"\mu_j(x)", r"\sigma_j(x)")),
    (BRIEF, _sum(r"\mu_{\phi,j}(x)", r"\sigma_{\phi,j}(x)")),
    (BRIEF, _sum(r"\mu_j(x)", r"\sigma_j(x)")),
    (NUMBER, r"KL(q(z | x) \| p(z)) = \frac12 (m^2 + s^2 - 1) - \log s"),
    (EACH, r"KL(q(z_n | x_n) \| p(z_n)) = \frac12 (m_n^2 + s_n^2 - 1) - \log s_n"),
]


def _judged(laws: tuple[str, ...], claim: str) -> str:
    assumed = "".join(f"<!-- symelbo: assume {law} -->\n" for law in laws)
    (found,) = check_text(f"{assumed}\n$$ {claim} $$\n").claims
    return found.outcome.value


@pytest.mark.parametrize(("laws", "claim"), TRUE)
def test_shorthand_is_read_in_full(laws: tuple[str, ...], claim: str) -> None:
    assert _judged(laws, claim) == "proved"


@pytest.mark.parametrize(("laws", "claim"), TRUE)
def test_a_slip_in_shorthand_is_refuted(laws: tuple[str, ...], claim: str) -> None:
    assert _judged(laws, claim.replace("- 1", "+ 1")) == "refuted"
    assert _judged(laws, claim.replace(r"\frac12", "")) == "refuted"


def test_how_shorthand_is_read_is_told() -> None:
    assumed = "".join(f"<!-- symelbo: assume {law} -->\n" for law in VECTOR)
    (found,) = check_text(f"{assumed}\n$$ {_sum(chr(92) + 'mu_j', chr(92) + 'sigma_j')} $$\n").claims
    assert r"\mu_{j} read as \mu_{\phi}" in (found.reading or "")


@pytest.mark.parametrize(
    ("laws", "claim"),
    [
        # which of the two networks, or whether one is meant at all, is not said
        (TWO, r"KL(q(z | x) \| p(z | u)) = \frac12 (m - m'(u))^2"),
        (VECTOR, r"KL(q_\phi(z|x) \| p(z)) = \frac12(\mu_{j,k}^2 + \sigma_{j,k}^2)"),
    ],
)
def test_shorthand_with_several_meanings_refutes_nothing(laws: tuple[str, ...], claim: str) -> None:
    assert _judged(laws, claim) in ("unknown", "proved")


def test_a_letter_beside_its_full_name_is_another_quantity() -> None:
    assert _judged(NUMBER, r"KL(q(z | x) \| p(z)) = \frac12 (m(x)^2 + m^2 + s(x)^2 - 1) - \log s(x)") == "refuted"
