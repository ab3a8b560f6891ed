"""The numbers that a model may choose: simple ones, inside the intervals that the signs of a context allow."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from symelbo.errors import NotSupported
from symelbo.language import Relation

__all__ = ["Bounds", "allowed", "assumed_of", "bounds_of", "named_points"]


def named_points(values: set[int]) -> tuple[int, ...]:
    """The points of a space some of which are named by numbers: `{0, 1}`, or the first so many integers."""
    if values <= {0, 1}:
        return (0, 1)
    if min(values) >= 1:
        return tuple(range(1, max(values) + 1))
    if min(values) == 0:
        return tuple(range(max(values) + 1))
    return tuple(sorted(values | ({-min(values)} if len(values) == 1 else set())))


class Bounds:
    """What the signs say about single names: open or closed ends of an interval."""

    def __init__(self) -> None:
        self.low: dict[Any, tuple[Fraction, bool]] = {}
        self.high: dict[Any, tuple[Fraction, bool]] = {}
        self._pools: dict[Any, list[Fraction]] = {}

    def pool(self, name: Any, assumed: str) -> list[Fraction]:
        """Simple fractions inside the interval of a name."""
        key = (name, assumed)
        found = self._pools.get(key)
        if found is None:
            found = self._pools[key] = [value for value in _SIMPLE if self._fits(name, assumed, value)]
            if not found:
                raise NotSupported(f"no simple number satisfies the signs of {name}")
        return found

    def _fits(self, name: Any, assumed: str, value: Fraction) -> bool:
        if (assumed == "positive" and value <= 0) or (assumed == "integer" and value.denominator > 1):
            return False
        low, high = self.low.get(name), self.high.get(name)
        return (low is None or value > low[0] or (low[1] and value == low[0])) and (
            high is None or value < high[0] or (high[1] and value == high[0])
        )


_SIMPLE = sorted({Fraction(a, b) for b in (1, 2, 3, 4, 5) for a in range(-3 * b, 4 * b + 1)})


def bounds_of(intervals: Iterable[tuple[Any, Relation, Fraction]]) -> Bounds:
    """Intervals read off the signs that compare one name with a number; the others are only checked."""
    found = Bounds()
    for name, relation, value in intervals:
        target, closed = {
            Relation.GREATER: (found.low, False),
            Relation.GREATER_EQUAL: (found.low, True),
            Relation.LESS: (found.high, False),
            Relation.LESS_EQUAL: (found.high, True),
        }[relation]
        old = target.get(name)
        if old is None or (value > old[0] if target is found.low else value < old[0]):
            target[name] = (value, closed)
    return found


def allowed(name: Any, value: Any) -> bool:
    """Whether a number fits the assumptions that a symbol was made with."""
    return not (
        (name.is_positive and value <= 0)
        or (name.is_nonnegative and value < 0)
        or (name.is_negative and value >= 0)
        or (name.is_nonzero and value == 0)
        or (name.is_integer and value.q != 1)
    )


def assumed_of(term: Any) -> str:
    """The assumption on a symbol or function value that narrows what it is drawn from."""
    if term.is_positive:
        return "positive"
    return "integer" if term.is_integer else ""
