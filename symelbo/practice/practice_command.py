"""What `symelbo practice` does: ask in the terminal, or write a sheet."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from symelbo.errors import SymelboError
from symelbo.practice.exercise import Exercise, Question
from symelbo.practice.exports import EXPORTS, SUFFIXES
from symelbo.practice.generate import exercises
from symelbo.practice.marking import mark
from symelbo.practice.texts import to_plain
from symelbo.practice.theory import CARDS, QUESTIONS

__all__ = ["PracticeOptions", "ask", "cards", "export", "self_check"]

Say = Callable[[str], None]
Read = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class PracticeOptions:
    """Which exercises: kinds (none: all, in turn), how many, and the seed that makes them again."""

    kinds: tuple[str, ...] = ()
    count: int = 3
    seed: int = 1


def export(options: PracticeOptions, style: str | None, path: Path) -> None:
    """Write the exercises to a file. Raises `SymelboError` for a format that there is not or a file that cannot be."""
    style = style or SUFFIXES.get(path.suffix)
    if style is None or style not in EXPORTS:
        known = ", ".join(EXPORTS)
        raise SymelboError(f"the name {path} does not say which format to write; choose one with --to: {known}")
    data = EXPORTS[style](list(_made(options)))
    try:
        path.write_bytes(data)
    except OSError as error:
        raise SymelboError(f"{path} cannot be written: {error.strerror or error}") from error


def ask(options: PracticeOptions, say: Say, read: Read) -> tuple[int, int]:
    """Ask in the terminal; how many answers were right at the first try, and of how many questions.

    `h` gives a hint, `s` the solution, `q` ends; `read` raises `EOFError` where nobody types.
    """
    right = asked = 0
    for number, made in enumerate(_made(options), 1):
        say(f"\nExercise {number}: {made.title}  (--kind {made.kind} --seed {made.seed})\n\n{to_plain(made.given)}")
        for place, question in enumerate(made.questions):
            asked += 1
            try:
                right += _asked(made, place, question, say, read)
            except (EOFError, _Enough):
                say(f"\n{right} of {asked - 1} right.")
                return right, asked - 1
    say(f"\n{right} of {asked} right.")
    return right, asked


class _Enough(Exception):
    """The learner wants to stop."""


def _asked(made: Exercise, place: int, question: Question, say: Say, read: Read) -> bool:
    options = "".join(f"\n  {k}  {to_plain(option)}" for k, option in enumerate(question.options, 1))
    say(f"\n{to_plain(question.ask)}{options}")
    first = True
    while True:
        answer = read("answer, h, s or q> ").strip()
        match answer.lower():
            case "q":
                raise _Enough
            case "h":
                say(f"Hint: {to_plain(question.hint)}")
                continue
            case "s":
                say(to_plain(question.solution))
                return False
        found = mark(made, place, answer)
        say(found.words)
        if found.right:
            say(to_plain(question.solution))
            return first
        first = first and not found.counted


def self_check() -> Iterator[str]:
    """The questions on the theory, each followed by its model answer."""
    for number, item in enumerate(QUESTIONS, 1):
        yield f"{number}. {to_plain(item.ask)}\n\n   {to_plain(item.answer)}\n"


def cards() -> Iterator[str]:
    """The flashcards, front and back."""
    for card in CARDS:
        yield f"{to_plain(card.front)}\n    {to_plain(card.back)}\n"


def _made(options: PracticeOptions) -> Iterator[Exercise]:
    if options.count < 1:
        raise SymelboError(f"the number of exercises is at least 1, not {options.count}")
    return exercises(options.kinds, options.count, options.seed)
