"""Sets of indexed variables with symbolic ends: `x_0` and `x_{1:T}` together are `x_{0:T}`.

Ends are compared by their differences: where a difference is no integer nothing is merged or cut.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, expand

from symelbo.language import Block, Entry, may_overlap

__all__ = ["difference", "merged", "overlaps", "without"]


def difference(high: Expr, low: Expr) -> int | None:
    """`high - low`, if that is an integer."""
    gap = expand(high - low)
    return int(gap) if gap.is_Integer else None


def _ends(name: Expr) -> tuple[Expr, Expr] | None:
    if isinstance(name, Block):
        return name.lower, name.upper
    if isinstance(name, Entry) and len(name.indices) == 1:
        return name.indices[0], name.indices[0]
    return None


def _block(base: Expr, low: Expr, high: Expr) -> tuple[Expr, ...]:
    """The interval as names: entries where the length is known, a block otherwise."""
    length = difference(high, low)
    if length is None:
        return (Block(base, low, high),)
    return tuple(Entry(base, low + k) for k in range(length + 1))


def _parts(name: Expr) -> tuple[Expr, ...]:
    return _block(name.base, name.lower, name.upper) if isinstance(name, Block) else (name,)


def merged(names: Iterable[Expr]) -> frozenset[Expr]:
    """The same variables with every block of unknown length grown over the neighbours that touch it."""
    result = {part for name in names for part in _parts(name)}
    growing = True
    while growing:
        growing = False
        for block in [name for name in result if isinstance(name, Block)]:
            for other in result - {block}:
                ends = _ends(other)
                if ends is None or other.base != block.base:
                    continue
                low, high = ends
                if difference(low, block.upper) == 1:
                    grown = Block(block.base, block.lower, high)
                elif difference(block.lower, high) == 1:
                    grown = Block(block.base, low, block.upper)
                else:
                    continue
                result = (result - {block, other}) | {grown}
                growing = True
                break
            if growing:
                break
    return frozenset(result)


def without(names: Iterable[Expr], part: Expr) -> frozenset[Expr] | None:
    """The variables with one interval taken out; None where it is not an end of what contains it."""
    result: set[Expr] = set()
    found = False
    for name in names:
        if name == part:
            found = True
            continue
        outer, inner = _ends(name), _ends(part)
        if outer is None or inner is None or not overlaps(name, part) or isinstance(name, Entry):
            result.add(name)
            continue
        (low, high), (start, stop) = outer, inner
        if difference(start, low) == 0:
            result.update(_rest(name.base, stop + 1, high))
        elif difference(high, stop) == 0:
            result.update(_rest(name.base, low, start - 1))
        else:
            return None
        found = True
    return merged(result) if found else None


def _rest(base: Expr, low: Expr, high: Expr) -> tuple[Expr, ...]:
    length = difference(high, low)
    return () if length is not None and length < 0 else _block(base, low, high)


def overlaps(first: Expr, second: Expr) -> bool:
    """Whether two names may share a variable; entries at different indices are different variables."""
    return first == second or (
        isinstance(first, Entry | Block) and isinstance(second, Entry | Block) and may_overlap(first, second)
    )
