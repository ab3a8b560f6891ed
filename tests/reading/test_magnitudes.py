"""Numbers that no memory holds are refused in words, at once; ordinary ones are read."""

from __future__ import annotations

import pytest

from symelbo.reading import Kind, read_document


@pytest.mark.parametrize(
    "term",
    [
        "9^{9^{9}}",
        "10^{10^{10}}",
        "2^{-10^{12}}",
        "(\\frac{2}{3})^{10^{9}}",
        "(10^9)!",
        "\\binom{10^9}{500000000}",
        "((2^{1000})^{1000})^{1000}",
    ],
)
def test_what_is_too_large_is_refused(term: str) -> None:
    (statement,) = read_document("note.md", f"$$ {term} = 1 $$").statements
    assert statement.kind is Kind.UNREAD
    assert statement.problem is not None
    assert "too large" in statement.problem.message


@pytest.mark.parametrize(
    "term", ["2^{100}", "10^{-30}", "\\Gamma(12)", "10!", "\\binom{20}{3}", "x^{10^{30}}", "1^{10^{30}}"]
)
def test_ordinary_numbers_are_read(term: str) -> None:
    (statement,) = read_document("note.md", f"$$ {term} + y = z $$").statements
    assert statement.kind in (Kind.CLAIM, Kind.DEFINITION)
