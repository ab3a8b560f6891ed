"""What an exercise is. Texts are Markdown with `$...$` and `$$...$$`, the form that every export starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = ["Exercise", "Question"]


@dataclass(frozen=True, slots=True)
class Question:
    """One thing that is asked.

    `kind` says what an answer is: a `number` (a decimal, rounded as its own digits say), a `choice` (the number of one
    of the `options`, from 1) or an `order` (the numbers of the `options` in the right order). `formula` is the LaTeX
    whose value a number is, `answer` the key, `solution` the worked answer.
    """

    kind: Literal["number", "choice", "order"]
    ask: str
    answer: str
    solution: str
    hint: str
    formula: str = ""
    options: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Exercise:
    """Some questions about one situation. `kind` and `seed` make it again, `checked` is the document that proves it."""

    kind: str
    seed: int
    title: str
    given: str
    questions: tuple[Question, ...]
    checked: str
