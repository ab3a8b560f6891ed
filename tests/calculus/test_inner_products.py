r"""Squares of norms multiplied out, with `a^\top b` as an inner product of vectors."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text


def outcome(claim: str) -> str:
    (found,) = check_text(f"$$ {claim} $$\n").claims
    return str(found.outcome)


@pytest.mark.parametrize(
    ("claim", "slip"),
    [
        (r"\|x - y\|^2 = \|x\|^2 - 2 x^\top y + \|y\|^2", r"\|x - y\|^2 = \|x\|^2 + 2 x^\top y + \|y\|^2"),
        (
            r"\|x - a y\|^2 = \|x\|^2 - 2 a x^\top y + a^2 \|y\|^2",
            r"\|x - a y\|^2 = \|x\|^2 - 2 a x^\top y + a \|y\|^2",
        ),
        (r"(x - y)^\top (x + y) = x^\top x - y^\top y", r"(x - y)^\top (x + y) = x^\top x - x^\top y"),
    ],
)
def test_squares_are_multiplied_out(claim: str, slip: str) -> None:
    assert outcome(claim) == "proved"
    assert outcome(slip) == "refuted"


@pytest.mark.parametrize("claim", [r"\|x\|^2 \|y\|^2 = (x^\top y)^2", r"W^\top x = x^\top W"])
def test_products_of_products_are_not_those_of_numbers(claim: str) -> None:
    assert outcome(claim) != "proved"
