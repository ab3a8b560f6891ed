"""The parts of some terms, walked once and sorted by type for every question that is asked about them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Basic

from symelbo.language.walks import parts_in_order

__all__ = ["Census"]


class Census:
    """What stands in terms, each part as often as it does.

    >>> from sympy import Symbol, cos, sin
    >>> x = Symbol("x")
    >>> found = Census([sin(x), cos(sin(x))])
    >>> found.of(sin), found.of(sin, cos), found.has(Symbol)
    ([sin(x), sin(x)], [sin(x), sin(x), cos(sin(x))], True)
    """

    def __init__(self, terms: Iterable[Basic]) -> None:
        self._parts: dict[type, list[Any]] = {}
        for term in terms:
            for part in parts_in_order(term):
                kind = type(part)
                if kind in self._parts:
                    self._parts[kind].append(part)
                else:
                    self._parts[kind] = [part]

    def of(self, *kinds: type) -> list[Any]:
        """The parts of these kinds; those of one type in the order in which they are written."""
        return [part for kind, parts in self._parts.items() if issubclass(kind, kinds) for part in parts]

    def has(self, *kinds: type) -> bool:
        """Whether there is any part of these kinds."""
        return any(issubclass(kind, kinds) for kind in self._parts)
