"""Bounds as documents write them, each beside a false one: sampled bounds, tables of probabilities, fair coins."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

SAMPLES = r"""$$\mathcal{L}_K := \mathbb{E}_{z_1, \dots, z_K \sim q(z \mid x)}\left[ \log \frac{1}{K} \sum_{k=1}^{K}
\frac{p(x, z_k)}{q(z_k \mid x)} \right]$$
"""
TABLES = r"""<!-- symelbo: assume q(z) = \mathrm{Cat}(z; \pi_1, \dots, \pi_K) -->
<!-- symelbo: assume p(z) = \mathrm{Cat}(z; \rho_1, \dots, \rho_K) -->
"""
LEFT_OUT = r"""<!-- symelbo: assume q(z_{1:K} \mid x) = \prod_{k=1}^{K} q(z_k \mid x) -->
<!-- symelbo: assume w_k = p(x, z_k) / q(z_k \mid x) -->
$$\bar w_{-i} = \frac{1}{K-1} \sum_{k \neq i} w_k$$
"""
TWO = (
    r"\mathbb{E}_{z_1, z_2 \sim q(z \mid x)}\left[\log \frac{1}{2} \sum_{k=1}^2 \frac{p(x, z_k)}{q(z_k \mid x)}\right]"
)
ONE = r"\mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]"
MEAN = r"\mathbb{E}_{q(z_{1:K} \mid x)}\left[ \log \frac{1}{K} \sum_{i=1}^{K} \bar w_{-i} \right]"
MEANS = r"\frac{1}{K} \sum_{i=1}^{K} \mathbb{E}_{q(z_{1:K} \mid x)}\left[ \log \bar w_{-i} \right]"

ROWS = (
    ("one more sample", SAMPLES, r"\mathcal{L}_K \le \mathcal{L}_{K+1}", r"\mathcal{L}_K \ge \mathcal{L}_{K+1}"),
    ("below the evidence", SAMPLES, r"\mathcal{L}_{K} \le \log p(x)", r"\mathcal{L}_{K} \ge \log p(x)"),
    ("one sample", SAMPLES, rf"\mathcal{{L}}_1 = {ONE}", rf"\mathcal{{L}}_2 = {ONE}"),
    ("two samples", "", rf"{TWO} \ge {ONE}", rf"{TWO} \le {ONE}"),
    ("two samples and the evidence", "", rf"\log p(x) \ge {TWO}", rf"\log p(x) \le {TWO}"),
    ("leave one out", LEFT_OUT, rf"{MEAN} \ge {MEANS}", rf"{MEAN} \le {MEANS}"),
    (
        "two tables",
        TABLES,
        r"\sum_{k=1}^K \pi_k \log \pi_k \ge \sum_{k=1}^K \pi_k \log \rho_k",
        r"\sum_{k=1}^K \rho_k \log \pi_k \ge \sum_{k=1}^K \rho_k \log \rho_k",
    ),
    ("entropy", TABLES, r"-\sum_{k=1}^K \pi_k \log \pi_k \le \log K", r"-\sum_{k=1}^K \pi_k \log \pi_k \ge \log K"),
    ("no negative entropy", TABLES, r"-\sum_{k=1}^K \pi_k \log \pi_k \ge 0", r"\sum_{k=1}^K \pi_k \log \pi_k \ge 0"),
    ("fair coin", "", r"a \log a + (1 - a) \log (1 - a) + \log 2 \le \log 2", r"a \log a + (1 - a) \log (1 - a) \ge 0"),
)


def verdict(given: str, claim: str) -> str:
    return [*check_text(f"{given}$$ {claim} $$\n", "bound.md").claims][-1].outcome.value


@pytest.mark.parametrize(("given", "true", "false"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_holds_is_proved_and_its_neighbour_is_not(given: str, true: str, false: str):
    assert verdict(given, true) == "proved"
    assert verdict(given, false) in ("refuted", "unknown")


REFUTED = [(row[1], row[3]) for row in ROWS if row[1] not in (LEFT_OUT, TABLES)]


@pytest.mark.parametrize(("given", "false"), REFUTED, ids=lambda value: value[-40:])
def test_the_neighbour_is_refuted(given: str, false: str):
    assert verdict(given, false) == "refuted"


def test_named_draws_are_bound_by_the_expectation():
    """Read as a mean over `z` alone, two samples would leave `z_1` and `z_2` free, and the bound would fail."""
    report = check_text(rf"$$ {TWO} = {TWO.replace('z_1, z_2', 'z_2, z_1')} $$", "draws.md")
    assert [claim.outcome.value for claim in report.claims] == ["proved"]


def test_a_functional_that_does_not_vary_keeps_its_subscript():
    names = r"""$$\mathcal{L}_A := \log p(x)$$

$$\mathcal{L}_B := \log p(z)$$

"""
    assert verdict(names, r"\mathcal{L}_A + \mathcal{L}_B = \log (p(x)\, p(z))") == "proved"
    assert verdict(names, r"\mathcal{L}_A + \mathcal{L}_B = \log p(x, z)") == "refuted"
