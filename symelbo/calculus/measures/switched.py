"""The structure of a context behind a switch: what it says counts only as far as a rule may be used."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from symelbo.calculus.structure import Structure
from symelbo.language import Block, Family

__all__ = ["Switched"]

Variables = frozenset[Expr]


class Switched(Structure):
    """A structure whose factorisations are asked for one by one.

    `granted` says whether they may be used, and takes note of it: it is called wherever they would make a difference.
    """

    def __init__(self, whole: Structure, granted: Callable[[], bool], open_now: bool) -> None:
        super().__init__(whole.families, whole.chains, whole.foreign, whole.counted, whole.constants)
        self._whole, self._granted, self._open_now = whole, granted, open_now

    def decompose(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int]:
        """Exponents of prime roots, or the root as a whole."""
        whole = {(family, variables): 1} if variables else {}
        if not variables or not self._knows(family):
            return whole
        if not self._open_now:  # what would come out is not worked out
            self._granted()
            return whole
        parts = self._whole.decompose(family, variables)
        return parts if parts == whole or self._granted() else whole

    def merged(self, variables: Variables) -> Variables:
        """The same variables, put together to blocks where they touch one, which nothing is asked for."""
        return self._whole.merged(variables)

    def factors_of(self, family: Family, variables: Variables) -> tuple[tuple[Expr, ...], Expr] | None:
        """What is given, and the product that the density of the rest is; None where that may not be used."""
        if family not in self.chains or not any(isinstance(name, Block) for name in variables):
            return None
        if not self._open_now:
            self._granted()
            return None
        found = self._whole.factors_of(family, variables)
        return found if found is not None and self._granted() else None

    def _knows(self, family: Family) -> bool:
        """Whether anything is known of a family."""
        return (
            family in self.families
            or family in self.chains
            or any(family in (owner, factor.family) for owner, factor in self.foreign)
        )
