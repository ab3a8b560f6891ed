r"""`\sigma(a)` is the logistic function where it only ever stands before a bracket, unless its document defines it."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


def outcomes(text: str) -> list[str]:
    return [claim.outcome.value for claim in check_text(text).claims]


@pytest.mark.parametrize(
    ("true", "right", "wrong"),
    [
        (r"$$ \sigma(-a) = 1 - \sigma(a) $$", "1 -", "1 +"),
        (r"$$ \log \sigma(a + b) = -\log(1 + e^{-a-b}) $$", "e^{-a-b}", "e^{a+b}"),
        (r"$$ \frac{d}{da} \sigma(a) = \sigma(a)(1 - \sigma(a)) $$", "1 -", "2 -"),
        (r"$$ \mathrm{softplus}(a) - \mathrm{softplus}(-a) = a $$", "= a", "= -a"),
    ],
)
def test_the_logistic_function(true: str, right: str, wrong: str) -> None:
    assert outcomes(true) == ["proved"]
    assert outcomes(true.replace(right, wrong)) == ["refuted"]


def test_a_function_defined_in_a_sentence_below() -> None:
    note = "$$ \\sigma(a + b) = 1 - {} $$\n\nwhere $\\sigma(t) = 2^{{-t}}$."
    assert outcomes(note.format("(1 - 2^{-a-b})")) == ["proved"]
    assert outcomes(note.format("\\sigma(-a-b)")) == ["refuted"]  # which the logistic function would satisfy


def test_a_scale_is_no_logistic_function() -> None:
    assert outcomes(r"$$ \sigma(a - b) = \sigma a - \sigma b $$") == ["proved"]
