"""A bound on work: evaluation counts what it does, and stops with a sentence when too much is asked."""

from __future__ import annotations

from symelbo.errors import BudgetExceeded

__all__ = ["Budget"]


class Budget:
    """So many elementary evaluations may be spent.

    >>> budget = Budget(10)
    >>> budget.spend(4)
    >>> budget.left
    6
    """

    __slots__ = ("left",)

    def __init__(self, steps: int = 2_000_000) -> None:
        self.left = steps

    def spend(self, steps: int) -> None:
        """Take from what is left; raises `BudgetExceeded` when nothing is."""
        self.left -= steps
        if self.left < 0:
            raise BudgetExceeded(
                "the evaluation on concrete models was stopped: too many sums over states; "
                "use fewer variables in one density, or a larger budget"
            )
