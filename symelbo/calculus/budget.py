"""A budget of work: an explicit object that is passed down, counted in steps, never in seconds."""

from __future__ import annotations

from symelbo.calculus.desk import Desk
from symelbo.errors import BudgetExceeded

__all__ = ["Budget"]


class Budget:
    """Counts steps of work and refuses more than its limit; what is worked out once for many claims is on `desk`.

    >>> budget = Budget(2)
    >>> budget.spend(2, "adding")
    >>> budget.spend(1, "adding")
    Traceback (most recent call last):
    ...
    symelbo.errors.BudgetExceeded: the budget of 2 steps ran out while adding
    """

    def __init__(self, limit: int = 200_000, desk: Desk | None = None) -> None:
        self.limit = limit
        self.desk = desk if desk is not None else Desk()
        self.spent = 0

    def spend(self, steps: int, doing: str) -> None:
        """Count `steps`; raises `BudgetExceeded` past the limit."""
        self.spent += steps
        if self.spent > self.limit:
            raise BudgetExceeded(f"the budget of {self.limit} steps ran out while {doing}")
