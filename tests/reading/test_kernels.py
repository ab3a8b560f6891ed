"""Conditionals of a sequence that have names of their own."""

from __future__ import annotations

import pytest

from symelbo.reading import read_document

MODEL = r"$$ p(y_{1:T}, s_{1:T}) = \pi(s_1) \prod_{t=2}^T A(s_t \mid s_{t-1}) \prod_{t=1}^T B(y_t \mid s_t) $$" + "\n\n"


def right_side(model: str, line: str) -> str:
    return str(read_document("note.md", f"{model}$$ {line} $$").statements[-1].readings[0].claim.rhs)


def test_a_kernel_is_a_conditional_of_what_it_makes_up() -> None:
    assert right_side(MODEL, r"f = A(s_t \mid s_{t-1})") == "p(s_t | s_t - 1)"


@pytest.mark.parametrize("line", [r"f = A(s') B(y_t \mid s_t)", r"f = A(s_{t-1} \mid y_t)"])
def test_a_name_that_is_used_in_another_way_is_left(line: str) -> None:
    assert "A(" in right_side(MODEL, line)
