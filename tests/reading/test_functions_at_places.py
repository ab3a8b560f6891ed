"""A function that is given at a place with a value of its own says nothing of other places."""

from __future__ import annotations

from symelbo.checking import check_text

MADE = r"""
Take $z_a = \cos(a) x + \sin(a) y$.

$$ h(z_a) = \cos(a) z_a - \sin(a) g(z_a) $$

$$ h(z_b) + 1 = \cos(b) z_b - \sin(b) g(z_b) + %s $$
"""
OPEN = r"""
Let $h(z) = 2 z$ and $u = a + 1$.

$$ h(u) = 2 a + %s $$
"""


def test_a_function_at_a_place_refutes_nothing_at_another() -> None:
    claim = list(check_text(MADE % "1").claims)[-1]
    assert claim.outcome.value == "unknown"
    assert " alone; write" in (claim.note or "")


def test_a_function_of_a_letter_is_given_everywhere() -> None:
    assert [list(check_text(OPEN % right).claims)[-1].outcome.value for right in ("2", "3")] == ["proved", "refuted"]
