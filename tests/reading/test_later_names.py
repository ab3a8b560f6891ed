"""Quantities that a document uses before it says what they are."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.reading import read_document

USED = r"$$ \mathbb{E}_{\mathcal{N}(z; m, v)}[z^2] = c $$" + "\n\n"
SAID = r"where $$ c = m^2 + v $$"
WRONG = r"where $$ c = m^2 + 2 v $$"


def names_of(text: str) -> list[str]:
    first = read_document("notes.md", text).statements[0]
    return [] if first.later is None else [str(item.name) for item in first.later.definitions]


def test_what_is_defined_further_down_stands_in_a_second_context() -> None:
    assert names_of(USED + SAID) == ["c"]
    assert names_of(USED) == []
    assert names_of(USED + "where $$ d = m^2 + v $$") == []


@pytest.mark.parametrize(("said", "outcome"), [(SAID, "proved"), (WRONG, "refuted")])
def test_a_line_is_judged_with_it(said: str, outcome: str) -> None:
    first, *_ = check_text(USED + said, "notes.md").claims
    assert first.outcome.value == outcome
