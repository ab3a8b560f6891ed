"""Where sums begin: a normal form brings all sums of a claim to start at one place."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symelbo.calculus.sequences.intervals import difference
from symelbo.language import Entry, IndexProduct, IndexSum
from symelbo.language.walks import found_in

__all__ = ["floor_of"]


def floor_of(terms: Iterable[Expr], known: int | None = None) -> int | None:
    """The highest integer at which a sum begins, or `known` where that is higher; None without either.

    >>> from sympy import Integer, Symbol
    >>> from symelbo.language import variables
    >>> x, t, T = variables("x"), Symbol("t", integer=True), Symbol("T", integer=True)
    >>> floor_of([IndexSum(x[t], t, Integer(2), T)]), floor_of([IndexSum(x[t - 1], t, Integer(2), T)], 1)
    (2, 3)
    """
    starts = [_start_of(s) for term in terms for s in found_in(term, IndexSum, IndexProduct) if s.lower.is_Integer]
    return max(starts if known is None else (*starts, known), default=None)


def _start_of(total: IndexSum) -> int:
    """Where a sum begins to mention only what comes from its lower end on: `x_{t-1}` is `x_0` at `t = 1`."""
    steps = [
        difference(total.index, entry.indices[0])
        for entry in found_in(total.body, Entry)
        if len(entry.indices) == 1 and total.index in entry.indices[0].free_symbols
    ]
    return int(total.lower) + max((0, *(step for step in steps if step is not None)))
