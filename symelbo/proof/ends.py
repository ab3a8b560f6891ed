"""The ends of a free index: where a claim about `x_{t-1}` has a meaning, and whether it holds there too.

Normal forms speak of an index somewhere in its range. At its first values two names may become one variable, and a
range such as `s = 3, ..., t` may run backwards: there a claim has no meaning, or has to be looked at by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sympy import Expr, Integer, Symbol

from symelbo.errors import IllFormed
from symelbo.language import Binder, Block, Claim, Context, Entry, Family, IndexSum, Relation, Sign, replace_free
from symelbo.language.walks import found_in

__all__ = ["End", "begins_after", "stated_ends"]

_LATEST = 3  # the first value of an index is looked for up to here


@dataclass(frozen=True, slots=True)
class End:
    """A claim at one value of an index; `claim` is None where it has no meaning there."""

    index: Symbol
    value: int
    claim: Claim | None
    context: Context


def stated_ends(claim: Claim, assumed: Context) -> Iterator[End]:
    """The claim at the first value of each free index for which the context says one, as `t >= 1` does."""
    for index in _running(claim):
        first = stated_first(index, assumed)
        if first is None:
            continue
        kept = tuple(item for item in assumed.assumptions if not (isinstance(item, Sign) and _is_about(item, index)))
        yield End(index, first, _at(claim, index, first, assumed), replace(assumed, assumptions=kept))


def begins_after(claim: Claim, assumed: Context) -> tuple[tuple[Symbol, int], ...]:
    """The free indices for which a claim has a meaning only from a later value than 1 on, with that value.

    >>> from symelbo.language import IndexSum, Relation, Variable, context, family
    >>> x, p, s, t = Variable("x"), family("p"), Symbol("s", integer=True), Symbol("t", integer=True)
    >>> claim = Claim(p(x[t] | x[1]), Relation.EQUAL, p(x[t], x[1]) / p(x[1]))
    >>> begins_after(claim, context())
    ((t, 2),)
    """
    found = []
    for index in _running(claim):
        if stated_first(index, assumed) is None:
            first = next((k for k in range(1, _LATEST + 1) if _at(claim, index, k, assumed) is not None), None)
            if first is not None and first > 1:
                found.append((index, first))
    return tuple(found)


def stated_first(index: Symbol, assumed: Context) -> int | None:
    """The least whole value that the context allows an index."""
    firsts = [bound for sign in assumed.signs for bound in _lower_bounds(sign.claim, index)]
    return max(firsts, default=None)


def _lower_bounds(said: Claim, index: Symbol) -> Iterator[int]:
    for low, relation, high in ((said.lhs, said.relation, said.rhs), (said.rhs, said.relation.flipped, said.lhs)):
        if high == index and low.is_Integer and relation in (Relation.LESS, Relation.LESS_EQUAL):
            yield int(low) + (relation is Relation.LESS)


def _is_about(item: Sign, index: Symbol) -> bool:
    return index in item.claim.lhs.free_symbols | item.claim.rhs.free_symbols


def _running(claim: Claim) -> list[Symbol]:
    """Free indices of a claim that run along a sequence: those of its entries, and small letters at ends of ranges."""
    free = claim.lhs.free_symbols | claim.rhs.free_symbols
    found: set[Expr] = set()
    for side in (claim.lhs, claim.rhs):
        for node in found_in(side, Entry, Block, IndexSum, Family):
            parts = node.indices if isinstance(node, Entry | Family) else (node.lower, node.upper)
            found |= {name for part in parts for name in part.free_symbols if isinstance(name, Symbol)}
    return sorted((name for name in found & free if str(name).lstrip("\\")[:1].islower()), key=str)


def _at(claim: Claim, index: Symbol, value: int, assumed: Context) -> Claim | None:
    """The claim with an index at a value; None where it has no meaning there."""
    values: Mapping[Expr, Expr] = {index: Integer(value)}
    try:
        made = replace(claim, lhs=replace_free(claim.lhs, values), rhs=replace_free(claim.rhs, values))
    except IllFormed:
        return None
    if _captures(claim, values):
        return None
    firsts = dict(_first_entries(assumed))
    for side in (made.lhs, made.rhs):
        for node in found_in(side, Block, IndexSum):
            if (node.upper - node.lower).is_Integer and node.upper < node.lower - 1:
                return None
        for entry in found_in(side, Entry):
            place = entry.indices[0] if len(entry.indices) == 1 else None
            if place is not None and place.is_Integer and place < firsts.get(entry.base, place):
                return None
    return made


def _captures(claim: Claim, values: Mapping[Expr, Expr]) -> bool:
    """Whether a bound entry becomes the same variable as another one, as `E_{p(x_t)}[log p(x_1)]` at `t = 1`."""
    for side in (claim.lhs, claim.rhs):
        entries = found_in(side, Entry)
        for bound in {name for node in found_in(side, Binder) for name in node.bound if isinstance(name, Entry)}:
            there = replace_free(bound, values)
            if any(other != bound and replace_free(other, values) == there for other in entries):
                return True
    return False


def _first_entries(assumed: Context) -> Iterator[tuple[Expr, Expr]]:
    """The least index of each sequence that the context says the law of."""
    least: dict[Expr, Expr] = {}
    for item in assumed.definitions:
        for block in found_in(item.name, Block):
            if block.lower.is_Integer:
                least[block.base] = min(block.lower, least.get(block.base, block.lower))
    for item in assumed.definitions:
        for entry in found_in(item.name, Entry):
            if entry.base in least and len(entry.indices) == 1 and entry.indices[0].is_Integer:
                least[entry.base] = min(least[entry.base], entry.indices[0])
    yield from least.items()
