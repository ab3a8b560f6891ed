"""Exercises by kind and seed; each is proved by the engine before anyone sees it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from symelbo.checking import Outcome, check_text
from symelbo.errors import InconsistentVerdict, SymelboError
from symelbo.practice import derivations, tables
from symelbo.practice.exercise import Exercise

__all__ = ["KINDS", "exercise", "exercises", "verify"]

KINDS: Final[dict[str, Callable[[int], Exercise]]] = {
    "evidence": tables.evidence,
    "elbo": tables.elbo,
    "gap": tables.gap,
    "tight": tables.tight,
    "wrong-line": derivations.wrong_line,
    "order": derivations.order,
    "direction": derivations.direction,
}
"""What there is, by name."""


def exercise(kind: str, seed: int) -> Exercise:
    """The exercise of a kind and a seed, always the same one.

    Raises `SymelboError` for a kind that there is not, and `InconsistentVerdict` if the engine does not prove the key.

    >>> exercise("tight", 7).questions[0].kind
    'number'
    """
    make = KINDS.get(kind)
    if make is None:
        raise SymelboError(f"there is no exercise '{kind}'; choose from {', '.join(KINDS)}")
    made = make(seed)
    verify(made)
    return made


def exercises(kinds: Iterable[str], count: int, seed: int) -> Iterator[Exercise]:
    """`count` exercises, the kinds in turn."""
    names = list(kinds) or list(KINDS)
    for number in range(count):
        yield exercise(names[number % len(names)], seed + number // len(names))


def verify(made: Exercise) -> None:
    """Raises `InconsistentVerdict` unless the engine judges the exercise as its key says."""
    found = [
        claim.outcome
        for claim in check_text(made.checked, "key.md").claims
        if claim.outcome is not Outcome.DEFINITION or made.kind in ("wrong-line", "order", "direction")
    ]
    wanted = [Outcome.PROVED] * len(found)
    if made.kind == "wrong-line":
        wanted[int(made.questions[0].answer) - 1] = Outcome.REFUTED
    if not found or found != wanted:
        words = ", ".join(outcome.value for outcome in found)
        raise InconsistentVerdict(
            f"the key of the exercise {made.kind} with seed {made.seed} is not proved ({words}); please report this"
        )
    if made.kind == "direction":
        _only_one(made)


def _only_one(made: Exercise) -> None:
    """An inequality is the answer only where equality does not hold in every model."""
    question = made.questions[0]
    sign = question.options[int(question.answer) - 1].strip("$")
    if sign == "=":
        return
    equal = made.checked.replace(f" {sign} ", " = ", 1)
    if any(claim.outcome is not Outcome.REFUTED for claim in check_text(equal, "key.md").claims):
        raise InconsistentVerdict(f"the exercise direction with seed {made.seed} has two answers; please report this")
