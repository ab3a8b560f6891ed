"""Exercises on the page: asked, marked and solved by the same engine as in the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from symelbo.errors import SymelboError
from symelbo.practice import KINDS, exercise, mark
from symelbo.practice.texts import to_plain

__all__ = ["asked", "marked"]

_LARGEST_SEED: Final = 1_000_000


def asked(given: Mapping[str, str]) -> dict[str, Any]:
    """The exercise of a `kind` and a `seed`, without its key. Raises `SymelboError` for wrong parameters."""
    kind, seed = given.get("kind", ""), _whole(given.get("seed", ""), "seed", _LARGEST_SEED)
    made = exercise(kind, seed)
    return {
        "kind": kind,
        "seed": seed,
        "kinds": list(KINDS),
        "title": made.title,
        "given": to_plain(made.given),
        "questions": [
            {
                "kind": question.kind,
                "ask": to_plain(question.ask),
                "hint": to_plain(question.hint),
                "options": [to_plain(option) for option in question.options],
            }
            for question in made.questions
        ],
    }


def marked(data: Mapping[str, Any]) -> dict[str, Any]:
    """Whether an `answer` to a `question` (from 0) is right, or the solution if no answer is given."""
    made = exercise(str(data.get("kind", "")), _whole(str(data.get("seed", "")), "seed", _LARGEST_SEED))
    number = _whole(str(data.get("question", "")), "question", len(made.questions) - 1)
    answer = data.get("answer")
    solution = to_plain(made.questions[number].solution)
    if answer is None:
        return {"right": False, "counted": False, "words": "", "solution": solution}
    found = mark(made, number, str(answer)[:200])
    return {
        "right": found.right,
        "counted": found.counted,
        "words": found.words,
        "solution": solution if found.right else None,
    }


def _whole(text: str, name: str, largest: int) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 9 or int(text) > largest:
        raise SymelboError(f"{name} is a whole number from 0 to {largest}, not '{text[:40]}'")
    return int(text)
