"""Sentences that displays stand in: where one ends, and how far a formula is from the words that introduce it."""

from __future__ import annotations

import pytest

from symelbo.checking import check_text

LONG = " + ".join(f"a_{{{number}}}" for number in range(150))
AFTER = r"\begin{align} 2 s &= 2 a + 2 b \end{align}"
SHOWN = rf"\begin{{align}} {LONG} &= {LONG} \end{{align}}"


@pytest.mark.parametrize("stop", [".", ""])
def test_a_word_with_a_capital_begins_a_sentence_after_a_display(stop: str) -> None:
    shown = SHOWN.replace(r" \end", rf"{stop} \end")
    text = f"By Bayes' rule it is not\n{shown}\nWrite $s = a + b$. Then\n" + AFTER
    report = check_text(text, "a.tex")
    assert [claim.outcome.value for claim in report.claims] == ["proved", "proved"]
    wrong = check_text(text.replace("2 a", "3 a"), "a.tex")
    assert [claim.outcome.value for claim in wrong.claims] == ["proved", "refuted"]


def test_a_sentence_may_go_on_behind_a_long_display() -> None:
    text = f"It is clear that\n{SHOWN}\nholds, where $s = a + b$, and\n" + AFTER
    report = check_text(text, "a.tex")
    assert [claim.outcome.value for claim in report.claims] == ["proved", "proved"]
    doubt = check_text(text.replace("It is clear that", "We ask whether"), "a.tex")
    assert [item.text for item in doubt.files[0].taken_in] == []
