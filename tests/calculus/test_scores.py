"""Derivatives of laws of vectors, by variables that the context makes of others, and of marginals."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

NOISE = "<!-- symelbo: assume q(x_t \\mid x_0) = \\mathcal{N}(x_t; \\sqrt{a_t} x_0, (1 - a_t) I) -->\n"
NOISE += "<!-- symelbo: assume 0 < a_t < 1 -->\n"
DRAW = "<!-- symelbo: assume x_t = \\sqrt{a_t} x_0 + \\sqrt{1 - a_t} e -->\n"


def outcome(given: str, claim: str) -> str:
    (found,) = check_text(f"{given}\n$$\n{claim}\n$$\n").claims
    return str(found.outcome)


@pytest.mark.parametrize(
    ("given", "left", "right", "slip"),
    [
        (
            "",
            r"\nabla_x \log \mathcal{N}(x; m, v I)",
            r"-\frac{x - m}{v}",
            r"\frac{x - m}{v}",
        ),
        (
            NOISE,
            r"\nabla_{x_t} \log q(x_t \mid x_0)",
            r"-\frac{x_t - \sqrt{a_t} x_0}{1 - a_t}",
            r"-\frac{x_t - \sqrt{a_t} x_0}{\sqrt{1 - a_t}}",
        ),
        (
            NOISE + DRAW,
            r"\nabla_{x_t} \log q(x_t \mid x_0)",
            r"-\frac{e}{\sqrt{1 - a_t}}",
            r"-\frac{e}{1 - a_t}",
        ),
        (
            NOISE,
            r"\mathbb{E}_{q(x_0 \mid x_t)}[x_0]",
            r"\frac{x_t + (1 - a_t) \nabla_{x_t} \log q(x_t)}{\sqrt{a_t}}",
            r"\frac{x_t - (1 - a_t) \nabla_{x_t} \log q(x_t)}{\sqrt{a_t}}",
        ),
        (
            NOISE,
            r"\nabla_{x_t} \log q(x_t)",
            r"\mathbb{E}_{q(x_0 \mid x_t)}[\nabla_{x_t} \log q(x_t \mid x_0)]",
            r"\mathbb{E}_{q(x_0)}[\nabla_{x_t} \log q(x_t \mid x_0)]",
        ),
    ],
    ids=["normal", "noise", "drawn", "Tweedie", "Fisher"],
)
def test_scores(given: str, left: str, right: str, slip: str) -> None:
    assert outcome(given, f"{left} = {right}") == "proved"
    assert outcome(given, f"{left} = {slip}") == "refuted"


def test_multiples_of_the_identity_under_determinant_trace_and_inverse() -> None:
    left = r"\mathrm{KL}(\mathcal{N}(m, v I) \,\|\, \mathcal{N}(n, w I))"
    right = (
        r"\frac{1}{2} \left[ \log \frac{|w I|}{|v I|} - d + \mathrm{tr}((w I)^{-1} v I) + \frac{\|m - n\|^2}{w} \right]"
    )
    assert outcome("", f"{left} = {right}") == "proved"
    assert outcome("", f"{left} = {right.replace('- d', '+ d')}") != "proved"
