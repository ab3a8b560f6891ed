"""Answers, marked as the steps of a worked answer are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from symelbo.checking import Outcome, check_text
from symelbo.errors import SymelboError
from symelbo.practice.exercise import Exercise, Question
from symelbo.semantics.arithmetic.decimals import read_decimal

__all__ = ["Mark", "mark"]

_FEWEST: Final = 3
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Mark:
    """Whether an answer is right, and what is said about it. `counted` is false for what is no answer at all."""

    right: bool
    words: str
    counted: bool = True


def mark(exercise: Exercise, number: int, answer: str) -> Mark:
    """Mark the answer to question `number` (from 0). Never raises for what a learner types.

    >>> from symelbo.practice import exercise
    >>> task = exercise("direction", 1)
    >>> mark(task, 0, task.questions[0].answer).right
    True
    """
    question = exercise.questions[number]
    text = " ".join(answer.replace(",", " ").split()) if question.kind == "order" else answer.strip()
    if not text or len(text) > _LONGEST:
        return Mark(False, "That is no answer; type a number, h for a hint or s for the solution.", counted=False)
    match question.kind:
        case "number":
            return _number(exercise, question, text.replace("−", "-"))
        case "choice":
            return _choice(question, text)
        case "order":
            return _order(exercise, question, text)


def _number(exercise: Exercise, question: Question, text: str) -> Mark:
    try:
        shown = read_decimal(text)
    except (SymelboError, ValueError):
        return Mark(False, f"'{text}' is not a decimal number such as -0.6931.", counted=False)
    if shown.places < _FEWEST:
        return Mark(False, f"Give four digits after the point; '{text}' has {shown.places}.", counted=False)
    document = f"{exercise.given}\n\n$$\n{question.formula} \\approx {text}\n$$\n"
    *_, claim = check_text(document, "answer.md").claims
    if claim.outcome is Outcome.PROVED:
        return Mark(True, "Right.")
    return Mark(False, f"Not right: {claim.note}." if claim.note else "Not right.")


def _choice(question: Question, text: str) -> Mark:
    if not text.isdecimal() or not 1 <= int(text) <= len(question.options):
        return Mark(False, f"Type a number from 1 to {len(question.options)}.", counted=False)
    return Mark(True, "Right.") if int(text) == int(question.answer) else Mark(False, "Not right.")


def _order(exercise: Exercise, question: Question, text: str) -> Mark:
    places = text.split()
    if sorted(places) != [str(k) for k in range(1, len(question.options) + 1)]:
        words = f"Type each number from 1 to {len(question.options)} once, such as {question.answer}."
        return Mark(False, words.replace(f", such as {question.answer}", ""), counted=False)
    if text == question.answer:
        return Mark(True, "Right.")
    first = exercise.given.partition("$")[2].rpartition("$")[0]
    rows = [question.options[int(place) - 1].strip("$") for place in places]
    chain = "$$\n\\begin{aligned}\n" + f"{first} &" + " \\\\\n &".join(rows) + "\n\\end{aligned}\n$$\n"
    if all(claim.outcome is Outcome.PROVED for claim in check_text(chain, "answer.md").claims):
        return Mark(True, "Every line is true in this order, too, though it is not the shortest way.")
    return Mark(False, "Not right: in this order a line does not follow.")
