"""What is said of an answer: one of five standings, with what it depends on or the model that decides."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from symelbo.semantics.witness import Witness

__all__ = ["Grade", "Standing", "with_condition"]


class Standing(Enum):
    """How an answer stands to the key."""

    EQUAL = "equal"
    EQUAL_IF = "equal under conditions"
    DIFFERENT = "different"
    UNKNOWN = "unknown"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Grade:
    """An answer beside its key.

    Attributes:
        standing: one of the five.
        conditions: what the equality rests on: how letters were read, or what must hold.
        witness: a concrete model on which the two have different values, when they are different.
        message: a sentence for a person: why it is unknown or unread, or by how much a number is off.
    """

    standing: Standing
    conditions: tuple[str, ...] = ()
    witness: Witness | None = None
    message: str | None = None

    @property
    def equal(self) -> bool:
        """Is the answer proved to be the key, perhaps under the conditions that are listed?"""
        return self.standing in (Standing.EQUAL, Standing.EQUAL_IF)

    @property
    def reward(self) -> float:
        """1.0 for an answer that is proved to be right, else 0.0: nothing is earned by what could not be decided."""
        return 1.0 if self.equal else 0.0

    def __bool__(self) -> NoReturn:
        raise TypeError("a grade is not a truth value: use .equal, .reward or .standing")

    def __str__(self) -> str:
        parts = [self.standing.value]
        if self.conditions:
            parts.append("if " + " and ".join(self.conditions))
        if self.message:
            parts.append(self.message)
        lines = ["; ".join(parts)]
        if self.witness is not None:
            lines += [f"  {line}" for line in self.witness.lines()]
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "standing": self.standing.value,
            "equal": self.equal,
            "reward": self.reward,
            "conditions": list(self.conditions),
            "witness": None if self.witness is None else self.witness.as_dict(),
            "message": self.message,
        }


def with_condition(grade: Grade, condition: str | None) -> Grade:
    """The grade with one condition more, if there is one and the two are equal."""
    if condition is None or not grade.equal:
        return grade
    return replace(grade, standing=Standing.EQUAL_IF, conditions=(condition, *grade.conditions))
