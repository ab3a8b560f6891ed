"""A document in which no formula stands where formulas are read says so."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text
from symelbo.checking.human import as_text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("The evidence is p(x=1) = 0.5·0.2 + 0.5·0.8 = 0.5.\n", True),
        ("Nothing to judge here.\n", False),
        ("$$p(x, z) = p(z)\\, p(x \\mid z)$$\n", False),
    ],
)
def test_formulas_outside_of_displays(text: str, told: bool) -> None:
    report = check_text(text, "note.md")
    assert any("no claim was found" in note for note in report.files[0].notes) is told
    assert ("no claim was found" in as_text(report)) is told
