"""Derivatives of means under normal laws, by the mean and by the variance, up to the second; each with a slip."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

pytestmark = pytest.mark.usefixtures("verdicts_alone")

LAW = r"Let $q(u) = \mathcal N(u; m, s^2)$." + "\n\n"
MEAN = r"\mathbb{E}_{q(u)}[g(u)]"


def outcomes(line: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(f"{LAW}$$ {line} $$", path="note.md").claims]


@pytest.mark.parametrize(
    ("left", "right", "slip"),
    [
        (rf"\frac{{\partial}}{{\partial m}} {MEAN}", r"\mathbb{E}_{q(u)}[g'(u)]", "0"),
        (rf"\frac{{\partial}}{{\partial s}} {MEAN}", r"s \mathbb{E}_{q(u)}[g''(u)]", "0"),
        (
            rf"\frac{{\partial}}{{\partial s^2}} {MEAN}",
            r"\frac12 \mathbb{E}_{q(u)}[g''(u)]",
            r"\mathbb{E}_{q(u)}[g''(u)]",
        ),
        (rf"\frac{{\partial^2}}{{\partial m^2}} {MEAN}", r"\mathbb{E}_{q(u)}[g''(u)]", r"2 \mathbb{E}_{q(u)}[g''(u)]"),
        (
            rf"\frac{{\partial}}{{\partial m}} {MEAN}",
            r"\mathbb{E}_{q(u)}[g(u) \frac{u - m}{s^2}]",
            r"\mathbb{E}_{q(u)}[g(u)]",
        ),
    ],
)
def test_derivatives_of_a_mean(left: str, right: str, slip: str) -> None:
    assert outcomes(f"{left} = {right}") == ["proved"]
    assert outcomes(f"{left} = {slip}") == ["refuted"]
