"""Worked answers: every claim of small documents, with the verdict a teacher would give."""

from __future__ import annotations

import math
from random import Random

import pytest

from symelbo.checking.check import check_text

GIVEN = r"""
$$
p(z=1) = 0.4, \quad p(x=1 \mid z=0) = 0.25, \quad p(x=1 \mid z=1) = 0.8, \quad q(z=1) = 0.7
$$
"""
BITS = r"""
$$
p(z=1) = \tfrac12, \quad p(x=1 \mid z=0) = \tfrac18, \quad p(x=1 \mid z=1) = \tfrac12, \quad q(z=1) = \tfrac34
$$
$$
\log_2 p(x=1) \approx -1.678
$$
"""
LETTERS = {"proved": "p", "refuted": "r", "definition": "d", "unknown": "u", "estimate": "e", "unread": "n"}


def verdicts(text: str, path: str = "answer.md") -> str:
    """One letter for every relation sign, in reading order."""
    return "".join(LETTERS[claim.outcome.value] for claim in check_text(text, path).claims)


def display(*rows: str) -> str:
    return "\n".join(f"$$\n{row}\n$$\n" for row in rows)


def judged(row: str, given: str = GIVEN) -> str:
    """The letters of a row after the table."""
    return verdicts(given + display(row))[len(verdicts(given)) :]


def notes(row: str, given: str = GIVEN) -> str:
    return " / ".join(claim.note or "" for claim in check_text(given + display(row), "answer.md").claims)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        # evidence
        (r"p(x=1) = 0.6 \cdot 0.25 + 0.4 \cdot 0.8 = 0.47", "pp"),
        (r"p(x=1) = 0.15 + 0.32 = 0.47", "pp"),
        (r"p(x=1) = 0.4 \cdot 0.25 + 0.6 \cdot 0.8 = 0.58", "rp"),
        (r"p(x=1) = 0.6 \cdot 0.25 + 0.4 \cdot 0.8 = 0.45", "pr"),
        (r"p(x=1) = \sum_z p(z)\, p(x=1 \mid z) = 0.47", "pp"),
        (r"p(x=1) = \sum_{z \in \{0, 1\}} p(z)\, p(x=1 \mid z) = 0.47", "pp"),
        (r"p(x=1) = \sum_{k=0}^{1} p(z=k)\, p(x=1 \mid z=k) = 0.74", "pr"),
        (r"p(x=1) = 47\% = \frac{47}{100}", "pp"),
        (r"p(x=0) = 1 - p(x=1) = 0.53", "pp"),
        (r"p(x=0) = 0.47", "r"),
        (r"p(x=1, z=1) = 0.4 \cdot 0.8 = 0.32", "pp"),
        # complements
        (r"p(z=0) = 1 - 0.4 = 0.6", "pp"),
        (r"p(z=0) = 1 - 0.4 = 0.5", "pr"),
        (r"q(z=0) = 0.7", "r"),
        # logarithms and rounding
        (r"\log p(x=1) = \log 0.47 \approx -0.7550", "pp"),
        (r"\log p(x=1) \approx -0.755", "p"),
        (r"\log p(x=1) \approx -0.76", "p"),
        (r"\log p(x=1) \approx -0.75", "r"),
        (r"\log p(x=1) \approx -0.7505", "r"),
        (r"\log p(x=1) \approx 0.7550", "r"),
        (r"-\log p(x=1) \approx 0.7550", "p"),
        (r"-0.7550 \approx \log p(x=1)", "p"),
        # posterior
        (r"p(z=1 \mid x=1) = \frac{0.32}{0.47} \approx 0.6809", "pp"),
        (r"p(z=1 \mid x=1) = \frac{0.32}{0.47} \approx 0.6808", "pr"),
        (r"p(z=1 \mid x=1) = 0.4 \cdot 0.8 = 0.32", "rp"),
        (r"p(z=1 \mid x=1) \propto 0.4 \cdot 0.8 = 0.32", "pp"),
        (r"p(z=0 \mid x=1) = 1 - 0.6809 = 0.3191", "pp"),
        (r"p(z=1 \mid x=1) \approx 68.1\%", "p"),
        (r"\frac{p(z=1 \mid x=1)}{p(z=0 \mid x=1)} = \frac{0.32}{0.15} \approx 2.133", "pp"),
        # the terms of the bound
        (r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)] = 0.3 \log 0.25 + 0.7 \log 0.8 \approx -0.5721", "pp"),
        (r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)] = 0.7 \log 0.25 + 0.3 \log 0.8 \approx -1.0373", "rp"),
        (r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)] = 0.3 \cdot (-1.3863) + 0.7 \cdot (-0.2231) = -0.5721", "pp"),
        (r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)] = 0.3 \cdot (-1.3863) + 0.7 \cdot (-0.2321) = -0.5784", "rp"),
        (r"KL(q(z) \| p(z)) = 0.3 \log \frac{0.3}{0.6} + 0.7 \log \frac{0.7}{0.4} \approx 0.1838", "pp"),
        (r"KL(q(z) \| p(z)) = 0.3 \log \frac{0.6}{0.3} + 0.7 \log \frac{0.4}{0.7} \approx -0.1838", "rp"),
        (r"KL(p(z) \| q(z)) \approx 0.1838", "r"),
        (r"KL(q(z) \| p(z)) = -0.2079 + 0.3917 = 0.1838", "pp"),
        (r"H[q(z)] = -0.3 \ln 0.3 - 0.7 \ln 0.7 \approx 0.6109", "pp"),
        (r"\mathbb{E}_{q(z)}[\log p(x=1, z)] + H[q(z)] \approx -0.7559", "p"),
        (r"\mathbb{E}_{q(z)}[z] = 0.7", "p"),
        # the bound
        (r"\text{ELBO} \approx -0.5721 - 0.1838 = -0.7559", "pp"),
        (r"\text{ELBO} = -0.5721 - 0.1838 = -0.7559", "pp"),
        (r"\text{ELBO} \approx -0.5721 + 0.1838 = -0.3883", "rp"),
        (r"\text{ELBO} \approx -0.5271 - 0.1838 = -0.7109", "rp"),
        (r"\text{ELBO} = -0.756", "p"),
        (r"\text{ELBO} = \mathbb{E}_{q(z)}[\log p(x=1 \mid z)] - KL(q(z) \| p(z)) \approx -0.7559", "dp"),
        (r"\log p(x=1) - \text{ELBO} \approx 0.00085", "p"),
        (r"\log p(x=1) - \text{ELBO} \approx 0.0085", "r"),
        (r"\text{ELBO} \le \log p(x=1)", "p"),
        (r"\text{ELBO} > \log p(x=1)", "r"),
        (r"-0.7559 \le -0.7550", "p"),
        (r"KL(q(z) \| p(z \mid x=1)) = \log p(x=1) - \text{ELBO} \approx 0.0009", "pp"),
        (r"KL(q(z) \| p(z \mid x=1)) \approx 0.0019", "r"),
        # loose names
        (r"\text{KL} \approx 0.1838", "p"),
        (r"\text{gap} \approx 0.0009", "p"),
        (r"\mathcal{L}(q) = -0.5721 - 0.1838 = -0.7559", "pp"),
        (r"\mathcal{L}(q) = -0.5721 + 0.1838 = -0.3883", "rp"),
        (r"\mathcal{L} \approx -0.5721 + 0.1838 = -0.3883", "rp"),
        (r"\mathcal{L} \approx -0.4 + 0.1 = -0.3", "dp"),
        (r"L = 0.2", "d"),
        # units
        (r"KL(q(z) \| p(z)) \approx 0.1838 \text{ nats} = 0.2652 \text{ bits}", "pp"),
        (r"KL(q(z) \| p(z)) \approx 0.1838 \text{ bits}", "r"),
        (r"\log p(x=1) \approx -1.0893 \text{ bits}", "p"),
    ],
)
def test_rows_on_a_binary_table(row: str, expected: str) -> None:
    assert judged(row) == expected


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (r"p(x=1) = \tfrac12 \cdot \tfrac18 + \tfrac12 \cdot \tfrac12 = \tfrac{5}{16}", "pp"),
        (r"\log_2 p(x=1) = \log_2 5 - 4 \approx -1.678", "pp"),
        (r"\log_2 p(x=1) \approx -1.163", "r"),
        (r"KL(q(z) \| p(z)) \approx 0.189", "p"),
        (r"KL(q(z) \| p(z)) \approx 0.131", "r"),
        (r"ELBO \approx -1.5 - 0.189 = -1.689", "pp"),
        (r"ELBO \approx -1.5 - 0.131 = -1.631", "rp"),
        (r"\log_2 p(x=1) - ELBO \approx 0.011", "p"),
        (r"H[q(z)] \approx 0.811", "p"),
        (r"H[q(z)] \approx 0.562", "r"),
    ],
)
def test_rows_in_bits(row: str, expected: str) -> None:
    assert judged(row, BITS) == expected


DOCUMENTS = {
    "a directive gives the table": (
        r"""<!-- symelbo: assume p(z=1) = 0.4 -->
<!-- symelbo: assume p(x=1 \mid z=0) = 0.25 -->
<!-- symelbo: assume p(x=1 \mid z=1) = 0.8 -->
"""
        + display(r"p(x=1) = 0.47", r"p(x=1) = 0.74"),
        "pr",
    ),
    "three states": (
        display(
            r"p(z=1) = 0.5, \quad p(z=2) = 0.3, \quad p(z=3) = 0.2",
            r"p(x=1 \mid z=1) = 0.1, \quad p(x=1 \mid z=2) = 0.4, \quad p(x=1 \mid z=3) = 0.8",
            r"p(x=1) = 0.05 + 0.12 + 0.16 = 0.33",
            r"p(z=2 \mid x=1) = \frac{0.12}{0.33} \approx 0.364",
            r"p(z=2 \mid x=1) \approx 0.485",
        ),
        "ddp" + "ddd" + "pp" + "pp" + "r",
    ),
    "a table that does not sum to one": (
        display(r"p(z=1) = 0.5, \quad p(z=2) = 0.3, \quad p(z=3) = 0.3"),
        "ddr",
    ),
    "rows of a table": (
        display(
            r"p(z) = [0.5, 0.5], \quad p(x=1 \mid z) = [0.2, 0.8], \quad q(z) = [0.3, 0.7]",
            r"p(x=1) = 0.5",
            r"p(z \mid x=1) = (0.2, 0.8)",
            r"p(z \mid x=1) = (0.8, 0.2)",
            r"KL(q(z) \| p(z)) \approx 0.0823",
        ),
        "ddd" + "p" + "p" + "r" + "p",
    ),
    "a formula for all states": (
        display(
            r"p(z=1) = 0.4, \quad p(x=1 \mid z) = 0.25 + 0.55 z",
            r"p(x=1) = 0.47",
            r"p(x=1 \mid z=1) = 0.7",
        ),
        "dd" + "p" + "r",
    ),
    "a joint table": (
        display(
            r"p(x=1, z=1) = 0.32, \quad p(x=1, z=0) = 0.15, \quad p(x=0, z=1) = 0.08, \quad p(x=0, z=0) = 0.45",
            r"p(z=1) = 0.32 + 0.08 = 0.4",
            r"p(x=1 \mid z=1) = \frac{0.32}{0.4} = 0.8",
            r"p(x=1 \mid z=0) = 0.15",
        ),
        "dddp" + "pp" + "pp" + "r",
    ),
    "two observations": (
        display(
            r"p(z=1) = 0.5, \quad p(x=1 \mid z=1) = 0.9, \quad p(x=1 \mid z=0) = 0.5",
            r"p(x_1=1, x_2=1) = 0.5 \cdot 0.81 + 0.5 \cdot 0.25 = 0.53",
            r"p(z=1 \mid x_1=1, x_2=1) = \frac{0.405}{0.53} \approx 0.7642",
            r"p(x_1=1, x_2=1) = p(x_1=1)\, p(x_2=1)",
        ),
        "ddd" + "pp" + "pp" + "r",
    ),
    "different observations": (
        display(
            r"p(z=1) = 0.5, \quad p(x_1=1 \mid z=1) = 0.8, \quad p(x_1=1 \mid z=0) = 0.3",
            r"p(x_2=1 \mid z=1) = 0.6, \quad p(x_2=1 \mid z=0) = 0.1, \quad q(z=1) = 0.9",
            r"p(x_1=1, x_2=1) = 0.5 \cdot 0.48 + 0.5 \cdot 0.03 = 0.255",
            r"\mathbb{E}_{q(z)}[\log p(x_1=1, x_2=1 \mid z)] = 0.9 \log 0.48 + 0.1 \log 0.03 \approx -1.0112",
            r"KL(q(z) \| p(z)) = 0.9 \log 1.8 + 0.1 \log 0.2 \approx 0.3681",
            r"ELBO \approx -1.0112 - 0.3681 = -1.3793",
        ),
        "ddd" + "ddd" + "pp" + "pp" + "pp" + "pp",
    ),
    "importance weights": (
        GIVEN
        + display(
            r"w(z) = \frac{p(x=1, z)}{q(z)}",
            r"w(0) = \frac{0.15}{0.3} = 0.5, \qquad w(1) = \frac{0.32}{0.7} \approx 0.46",
            r"\mathcal{L}_1 = \mathbb{E}_{q(z)}[\log w(z)] \approx -0.7559",
            r"\mathcal{L}_2 = \mathbb{E}_{q(z_1) q(z_2)}\left[\log \frac{w(z_1) + w(z_2)}{2}\right] \approx -0.7555",
            r"\mathcal{L}_1 \le \mathcal{L}_2 \le \log p(x=1)",
            r"\mathcal{L}_2 \ge \log p(x=1)",
        ),
        "dddd" + "d" + "pppp" + "dp" + "dp" + "pp" + "r",
    ),
    "a step of expectation maximisation": (
        display(
            r"\theta_A = 0.6, \quad \theta_B = 0.5",
            r"\gamma_1 = \frac{0.6^5 \cdot 0.4^5}{0.6^5 \cdot 0.4^5 + 0.5^{10}} \approx 0.4491",
            r"\gamma_2 = \frac{\theta_A^9 (1 - \theta_A)}{\theta_A^9 (1 - \theta_A) + \theta_B^{10}} \approx 0.8050",
            r"1 - \gamma_2 \approx 0.1905",
            r"\theta_A^{\text{new}} = \frac{5 \gamma_1 + 9 \gamma_2}{10 (\gamma_1 + \gamma_2)} \approx 0.7567",
        ),
        "dd" + "dp" + "dp" + "r" + "dp",
    ),
    "bits where a plain logarithm has base two": (
        "All in bits.\n"
        + display(
            r"p(z=1) = \frac12, \quad p(x=1 \mid z=0) = \frac14, \quad p(x=1 \mid z=1) = \frac12",
            r"q(z=1) = \frac14",
            r"\log p(x=1) = \log \frac38 \approx -1.415",
            r"KL(q(z) \| p(z)) = \frac34 \log \frac32 + \frac14 \log \frac12 \approx 0.1887",
            r"H[q(z)] \approx 0.5623",
        ),
        "dddd" + "pp" + "pp" + "r",
    ),
    "the posterior as the approximation": (
        display(
            r"p(z=1) = 0.4, \quad p(x=1 \mid z=0) = 0.25, \quad p(x=1 \mid z=1) = 0.8",
            r"q(z=1) = p(z=1 \mid x=1) = \frac{32}{47}",
            r"KL(q(z) \| p(z \mid x=1)) = 0",
            r"KL(q(z) \| p(z)) \approx 0.1607",
        ),
        "ddd" + "dp" + "p" + "p",
    ),
    "an amortised approximation": (
        display(
            r"p(z=1) = 0.4, \quad p(x=1 \mid z=0) = 0.25, \quad p(x=1 \mid z=1) = 0.8, \quad q(z=1 \mid x=1) = 0.7",
            r"\mathbb{E}_{q(z \mid x=1)}[\log p(x=1 \mid z)] \approx -0.5721",
            r"KL(q(z \mid x=1) \| p(z)) \approx 0.1838",
            r"ELBO \approx -0.7559",
        ),
        "dddd" + "p" + "p" + "p",
    ),
    "free energy": (
        GIVEN
        + display(
            r"\mathcal{F} = \mathbb{E}_{q(z)}[\log q(z) - \log p(x=1, z)] \approx 0.7559",
            r"\mathcal{F} \ge -\log p(x=1)",
            r"\mathcal{F} + \log p(x=1) \approx 0.0009",
            r"\mathcal{F} \approx -0.7559",
        ),
        "dddd" + "dp" + "p" + "p" + "r",
    ),
    "a table in the prose": (
        "Let $p(z=1) = 0.3$, $p(x=1 \\mid z=0) = 0.2$ and $p(x=1 \\mid z=1) = 0.9$.\n"
        + display(r"p(x=1) = 0.7 \cdot 0.2 + 0.3 \cdot 0.9 = 0.41", r"\log p(x=1) \approx -0.8961"),
        "pp" + "r",
    ),
    "a table of Markdown": (
        "| $z$ | 0 | 1 |\n|---|---|---|\n| $p(z)$ | 0.7 | 0.3 |\n| $p(x=1 \\mid z)$ | 0.2 | 0.9 |\n\n"
        + display(r"p(x=1) = 0.41", r"p(z=1 \mid x=1) \approx 0.66", r"p(z=0 \mid x=1) \approx 0.43"),
        "p" + "p" + "r",
    ),
    "no table at all": (
        display(r"\log p(x=1) = \log 0.41 \approx -0.8916"),
        "up",
    ),
    "a second example": (
        GIVEN
        + display(
            r"ELBO \approx -0.7559",
            r"q(z=1) = 0.5",
            r"ELBO \approx -0.8251",
            r"ELBO \approx -0.7559",
        ),
        "dddd" + "p" + "d" + "p" + "r",
    ),
    "means under normal laws": (
        display(
            r"q(z) = \mathcal{N}(z; 1, 0.25), \quad p(z) = \mathcal{N}(z; 0, 1)",
            r"p(x \mid z) = \mathcal{N}(x; z, 0.5)",
            r"\mathbb{E}_{q(z)}[\log p(z)] = -\frac12 \log 2\pi - \frac12 \cdot 1.25 \approx -1.5439",
            r"H[q(z)] = \frac12 \log(2 \pi e \cdot 0.25) \approx 0.7258",
            r"\mathbb{E}_{q(z)}[\log p(x=2 \mid z)] \approx -1.8242",
        ),
        "ddd" + "pp" + "pp" + "r",
    ),
    "a number that nothing gives": (
        display(r"\mu = 0.5, \quad \sigma^2 = 0.64", r"\mu + \sigma \epsilon = 0.5 + 0.8 \cdot 0.3 = 0.74"),
        "dd" + "up",
    ),
    "normal laws": (
        display(
            r"q(z) = \mathcal{N}(z; 1, 0.25), \quad p(z) = \mathcal{N}(z; 0, 1)",
            r"KL(q(z) \| p(z)) \approx 0.8181",
            r"KL(q(z) \| p(z)) \approx 0.1250",
        ),
        "dd" + "p" + "r",
    ),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_documents(name: str) -> None:
    text, expected = DOCUMENTS[name]
    assert verdicts(text) == expected


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (r"\log p(x=1) \approx -0.7505", "transposed"),
        (r"p(z=1 \mid x=1) \approx 0.6808", "cut off instead of rounded: 0.6809"),
        (r"\log p(x=1) \approx 0.7550", "the sign is wrong"),
        (r"\log_2 p(x=1) \approx -0.7550", "-1.0893 bits = -0.7550 nats"),
        (r"\log p(x=1) \approx -0.83", "to 2 digits after the point that is -0.76"),
    ],
)
def test_what_is_said_of_a_slip(row: str, words: str) -> None:
    assert words in notes(row)


def test_a_wrong_number_carried_on_is_wrong_and_its_arithmetic_right() -> None:
    rows = (
        r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)] = 0.3 \log 0.25 + 0.7 \log 0.8 \approx -0.5271",
        r"\text{ELBO} \approx -0.5271 - 0.1838 = -0.7109",
        r"\log p(x=1) - \text{ELBO} \approx -0.7550 + 0.7109 = -0.0441",
    )
    text = GIVEN + display(*rows)
    assert verdicts(text)[4:] == "pr" + "rp" + "rp"
    assert "it follows correctly from the wrong number of line 6" in " ".join(
        claim.note or "" for claim in check_text(text, "answer.md").claims
    )


def test_a_refutation_shows_the_table_and_both_values() -> None:
    wrong = check_text(GIVEN + display(r"\log p(x=1) \approx -0.7505"), "answer.md").files[0].claims[-1]
    assert wrong.witness.as_dict()["entries"]["p(z=1)"] == "2/5"
    assert any("-0.755022584278" in line for line in wrong.witness.lines())


def test_variables_without_a_link_are_not_taken_to_be_independent() -> None:
    given = display(r"p(z=1) = 0.4, \quad p(x=1) = 0.5")
    assert "p" not in judged(r"p(z=1, x=1) = 0.2", given)
    assert "r" not in judged(r"p(z=1 \mid x=1) = 0.3", given)


def test_general_formulas_stay_with_the_prover() -> None:
    identity = r"\log p(x, z) = \log p(z) + \log p(x \mid z)"
    assert judged(identity) == "p"
    claim = check_text(GIVEN + display(identity), "answer.md").files[0].claims[-1]
    assert "table" not in claim.rules


def rounded(value: float, places: int) -> str:
    return f"{value:.{places}f}"


def far_from_a_tie(value: float, places: int) -> bool:
    scaled = abs(value) * 10**places
    return abs(scaled - math.floor(scaled) - 0.5) > 1e-3


@pytest.mark.parametrize("seed", range(12))
def test_random_tables_agree_with_floating_point(seed: int) -> None:
    random = Random(seed)
    prior, off, on, q = (random.randint(1, 19) / 20 for _ in range(4))
    given = display(
        rf"p(z=1) = {prior}, \quad p(x=1 \mid z=0) = {off}, \quad p(x=1 \mid z=1) = {on}, \quad q(z=1) = {q}"
    )
    evidence = (1 - prior) * off + prior * on
    fit = (1 - q) * math.log(off) + q * math.log(on)
    divergence = (1 - q) * math.log((1 - q) / (1 - prior)) + q * math.log(q / prior)
    claims = [
        (r"\log p(x=1)", math.log(evidence)),
        (r"p(z=1 \mid x=1)", prior * on / evidence),
        (r"\mathbb{E}_{q(z)}[\log p(x=1 \mid z)]", fit),
        (r"\mathrm{KL}(q(z) \,\|\, p(z))", divergence),
        (r"\mathrm{ELBO}", fit - divergence),
        (r"\log p(x=1) - \mathrm{ELBO}", math.log(evidence) - fit + divergence),
        (r"H[q(z)]", -(1 - q) * math.log(1 - q) - q * math.log(q)),
    ]
    rows, expected = [], ""
    for name, value in claims:
        places = random.choice((2, 3, 4, 5))
        if not far_from_a_tie(value, places):
            continue
        slip = random.random() < 0.4
        shown = value + (random.choice((-7, -2, 1, 3, 40)) * 10**-places if slip else 0)
        rows.append(rf"{name} \approx {rounded(shown, places)}")
        expected += "r" if slip else "p"
    text = given + display(*rows)
    assert verdicts(text)[4:] == expected, text


TERMS = (
    r"p(z=1) = 0.5, \quad p(x=1 \mid z=0) = 0.2, \quad p(x=1 \mid z=1) = 0.8, \quad q(z=1 \mid x=1) = 0.7",
    r"\mathrm{KL}(q(z \mid x=1) \,\|\, p(z \mid x=1)) = 0.0282",
)


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        (r"\mathrm{ELBO} + \mathrm{KL} = -0.7213 + 0.0282", "p"),
        (r"\mathrm{ELBO} + \mathrm{KL} = -0.7213 - 0.0282", "u"),  # no meaning of the name fits
        (r"\log p(x=1) - \mathrm{gap} = -0.7213", "p"),
        (r"\mathrm{ELBO} + \mathrm{penalty} = -0.7313 + 0.0282", "u"),
    ],
)
def test_a_sum_with_a_name_that_is_given_nowhere(row: str, expected: str) -> None:
    assert verdicts(display(*TERMS) + display(row))[-1] == expected
