"""Exercises: the same ones from a seed, keys that the engine proves, answers marked as a teacher would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from click.testing import CliRunner

from symelbo.checking import Outcome, check_text
from symelbo.cli import main
from symelbo.errors import InconsistentVerdict, SymelboError
from symelbo.practice import KINDS, Exercise, exercise, mark
from symelbo.practice.generate import verify
from symelbo.practice.texts import to_html, to_latex, to_plain
from symelbo.practice.theory import CARDS, QUESTIONS


@pytest.mark.parametrize("kind", KINDS)
def test_keys_are_proved_and_marked_right(kind: str, sheet: Mapping[str, Exercise]) -> None:
    other = exercise(kind, 4)
    assert other != sheet[kind]
    for made in (other, sheet[kind]):
        for number, question in enumerate(made.questions):
            assert mark(made, number, question.answer).right


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_seed_makes_the_same_exercise(kind: str, sheet: Mapping[str, Exercise]) -> None:
    assert exercise(kind, 1) == sheet[kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_key_is_not_shown(kind: str, sheet: Mapping[str, Exercise]) -> None:
    made = sheet[kind]
    question = made.questions[0]
    if kind == "wrong-line":
        other = "1" if question.answer != "1" else "2"
        wrong = replace(made, questions=(replace(question, answer=other),))
    elif kind in ("order", "direction"):
        wrong = replace(made, checked=made.checked.replace("\\ge", "<").replace("\\le", ">").replace("+", "-"))
    else:
        wrong = replace(made, checked=made.checked.replace(made.questions[-1].answer, "0.1234"))
    with pytest.raises(InconsistentVerdict, match="please report"):
        verify(wrong)


def test_numbers_are_marked_by_their_digits() -> None:
    made = exercise("evidence", 2)
    key = made.questions[1].answer
    assert mark(made, 1, key + " ").right
    assert mark(made, 1, key.replace("-", "−")).right
    wrong = mark(made, 1, f"{float(key) + 0.01:.4f}")
    assert not wrong.right and wrong.counted and "value" in wrong.words
    for nonsense in ("", "h(", "nan", "1e5", "-0.7", "$x$", "9" * 100, "\\input{x}"):
        found = mark(made, 1, nonsense)
        assert not found.right and not found.counted


def test_choices_and_orders_are_marked(sheet: Mapping[str, Exercise]) -> None:
    made = sheet["order"]
    key = made.questions[0].answer
    assert mark(made, 0, key.replace(" ", ", ")).right
    assert not mark(made, 0, " ".join(reversed(key.split()))).right
    assert not mark(made, 0, "1 1 1").counted
    made = sheet["direction"]
    assert [mark(made, 0, str(k)).right for k in (1, 2, 3)].count(True) == 1
    assert not mark(made, 0, "7").counted


@pytest.mark.parametrize("item", [*QUESTIONS, *CARDS])
def test_what_the_theory_states_is_proved(item: object) -> None:
    for claim in item.claims:  # type: ignore[attr-defined]
        (found,) = check_text(f"$$\n{claim}\n$$\n").claims
        assert found.outcome in (Outcome.PROVED, Outcome.DEFINITION)
        if found.outcome is Outcome.DEFINITION:
            assert "p(x) =" in claim


def test_six_questions() -> None:
    assert len(QUESTIONS) == 6


def test_texts_are_set_for_every_medium() -> None:
    text = "So $p(x \\mid z) \\le 1$, 50% of it:\n\n$$\n\\frac{a}{b}\n$$"
    assert to_plain(text) == "So p(x | z) ≤ 1, 50% of it:\n\n    (a)/(b)"
    assert "50\\% of it" in to_latex(text) and "\\[\n\\frac{a}{b}\n\\]" in to_latex(text)
    assert to_html("a < b: $x < y$") == r"<p>a &lt; b: \(x &lt; y\)</p>"


def test_a_session_in_the_terminal() -> None:
    made = exercise("tight", 5)
    typed = ["nonsense", "h", "0.1111", made.questions[0].answer, "s"]
    run = CliRunner().invoke(
        main, ["practice", "--kind", "tight", "--seed", "5", "--count", "1"], input="\n".join(typed)
    )
    assert run.exit_code == 0
    for words in ("The tight case", "is not a decimal number", "Hint:", "Not right", "Right.", "0 of 2 right."):
        assert words in run.output


def test_a_session_ends_where_nobody_types() -> None:
    run = CliRunner().invoke(main, ["practice"], input="")
    assert run.exit_code == 0 and "0 of 0 right." in run.output
    assert "q" in CliRunner().invoke(main, ["practice"], input="q\n").output


def test_wrong_options_are_said() -> None:
    with pytest.raises(SymelboError, match="there is no exercise 'nothing'; choose from evidence"):
        exercise("nothing", 1)
    for arguments in (["--kind", "nothing"], ["--count", "0"], ["-o", "sheet.odd"], ["--to", "md"]):
        run = CliRunner().invoke(main, ["practice", *arguments])
        assert run.exit_code in (1, 2) and "Traceback" not in run.output and run.output.strip()


def test_cards_and_questions_are_printed() -> None:
    run = CliRunner().invoke(main, ["practice", "--self-check", "--cards"])
    assert run.exit_code == 0 and "6. " in run.output and "log E_q(z)[f(z)] ≥ E_q(z)[log f(z)]" in run.output
