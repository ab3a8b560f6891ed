"""Units of information: the base of the logarithm that a number was computed with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from flint import arb

from symelbo.errors import IllFormed

__all__ = ["Unit"]


@dataclass(frozen=True, slots=True)
class _Facts:
    word: str
    base: int | None
    logarithm: str


class Unit(Enum):
    """Nats (natural logarithm) or bits (base two).

    >>> Unit.named("bits").word
    'bits'
    """

    NATS = _Facts("nats", None, r"\log")
    BITS = _Facts("bits", 2, r"\log_2")

    @property
    def word(self) -> str:
        """The name of the unit in text."""
        return self.value.word

    @property
    def base(self) -> int | None:
        """The base of its logarithm; None for the natural one."""
        return self.value.base

    @property
    def other(self) -> Unit:
        """The unit this one is most easily confused with."""
        return Unit.BITS if self is Unit.NATS else Unit.NATS

    def nats(self) -> arb:
        """The size of one unit in nats, at FLINT's current precision: `log 2` for a bit."""
        return arb(1) if self.value.base is None else arb(self.value.base).log()

    @classmethod
    def named(cls, word: str) -> Unit:
        """The unit called `word`, singular or plural. Raises `IllFormed` for others."""
        for unit in cls:
            if word.strip().lower() in (unit.word, unit.word[:-1]):
                return unit
        raise IllFormed(f"'{word}' is not a unit of information here; write nats or bits")
