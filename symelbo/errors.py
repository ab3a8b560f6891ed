"""One exception tree: everything symelbo raises on purpose is a `SymelboError`."""

from __future__ import annotations

__all__ = [
    "BudgetExceeded",
    "ClaimFails",
    "DerivationError",
    "IllFormed",
    "InconsistentVerdict",
    "NotSupported",
    "ReadingError",
    "SymelboError",
    "TableError",
]


class SymelboError(Exception):
    """Base of all errors that a user may see; the message is a sentence to act on."""


class IllFormed(SymelboError, ValueError):
    """A term or claim that has no meaning, such as `KL` between densities of different variables."""


class NotSupported(SymelboError):
    """Mathematics that is meaningful but outside what the program can treat so far."""


class ReadingError(SymelboError):
    """Text that could not be read.

    `start` and `end` are offsets into the source text; `expected` says what would have been understood there.
    """

    def __init__(self, message: str, start: int, end: int | None = None, expected: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.start = start
        self.end = start + 1 if end is None else end
        self.expected = expected


class TableError(SymelboError, ValueError):
    """A probability table that is not one: wrong shape, negative entry, or a sum other than one."""


class DerivationError(SymelboError):
    """A step of a derivation that does not apply, or that could not be proved."""


class BudgetExceeded(SymelboError):
    """A claim used up its budget of work; the verdict is then unknown, never wrong."""


class ClaimFails(SymelboError, ArithmeticError):
    """The sides of an equation have different values at the parameters that were given."""


class InconsistentVerdict(SymelboError):
    """A certificate passed and an evaluation disagreed: a defect of the program, never of the claim."""
