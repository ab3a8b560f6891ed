"""Work is counted, not timed: the same claim ends the same way on every machine."""

from __future__ import annotations

from collections.abc import Hashable

from symelbo.errors import BudgetExceeded, NotSupported

__all__ = ["Budget", "Meaningless", "Restart", "Work"]


class Budget(int):
    """How many polynomial terms a decision may touch.

    >>> Budget(2_000_000)
    2000000
    """

    __slots__ = ()


class Work:
    """The meter of one decision.

    >>> work = Work(10)
    >>> work.spend(11)
    Traceback (most recent call last):
    ...
    symelbo.errors.BudgetExceeded: the decision needs more than 10 polynomial terms; raise the budget
    """

    __slots__ = ("limit", "spent")

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.spent = 0

    def spend(self, terms: int) -> None:
        """Count `terms` polynomial terms; raises `BudgetExceeded` when there were too many."""
        self.spent += terms
        if self.spent > self.limit:
            raise BudgetExceeded(f"the decision needs more than {self.limit} polynomial terms; raise the budget")


class Meaningless(NotSupported):
    """The expression is nowhere defined over the real numbers, or no real number at all: nothing to decide."""


class Restart(Exception):
    """The ring was too small: more generators, or a root of one that is already in use.

    A generator `a` whose root of order `d` turns up late must be replaced by its root everywhere, so the conversion
    begins again knowing it. It is caught by the driver and never leaves the package.
    """

    def __init__(self, key: Hashable = None, degree: int = 1, slots: int = 0) -> None:
        super().__init__("the ring must grow")
        self.key = key
        self.degree = degree
        self.slots = slots
