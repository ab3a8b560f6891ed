"""Whether explicit laws lead to a variable, so that a second law of it is a claim."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symelbo.language import Density, Entry, base_of, replace_free

__all__ = ["is_determined"]


def is_determined(variable: Expr, given: set[Expr], laws: Iterable[Density]) -> bool:
    """Whether explicit laws lead to a variable from what it is given, or from nothing."""
    listed = list(laws)
    starts = {base_of(slot) for slot in given if is_start(slot)}
    starts |= {base_of(name.of[0]) for name in listed if is_start(name.of[0])}

    def begun(part: Expr, slot: Expr) -> bool:
        return alike(part, slot) and base_of(slot) in starts

    def known(slot: Expr, depth: int) -> bool:
        parents = [found for name in listed if (found := parents_of(name, slot)) is not None]
        if not parents:
            return slot in given and slot != variable
        if depth == 0:
            return False
        return any(all(part in given or begun(part, slot) or known(part, depth - 1) for part in way) for way in parents)

    def ancestors(slot: Expr, depth: int) -> set[Expr]:
        above = {part for name in listed for part in parents_of(name, slot) or ()}
        return above if depth == 0 else above.union(*(ancestors(part, depth - 1) for part in above))

    modelled = [slot for slot in given if any(parents_of(name, slot) is not None for name in listed)]
    for slot in modelled:
        # Two places of one sequence, each with a law given its start alone: nothing says how they go together.
        apart = alike(slot, variable) and variable not in ancestors(slot, 2) and slot not in ancestors(variable, 2)
        if apart and not is_start(slot):
            return False
    return known(variable, 3) and all(known(slot, 3) or is_start(slot) for slot in modelled)


def parents_of(law: Density, slot: Expr) -> list[Expr] | None:
    """What a law of a variable is given, the law of a step being one of every step."""
    head = law.of[0]
    if head == slot:
        return list(law.given)
    if not (isinstance(head, Entry) and isinstance(slot, Entry) and alike(head, slot)) or len(head.indices) != 1:
        return None
    running = head.indices[0].free_symbols
    if len(running) != 1 or len(slot.indices) != 1:
        return None
    (index,) = running
    place = slot.indices[0] - head.indices[0] + index
    found = [replace_free(part, {index: place}) for part in law.given]
    return None if slot in found else found


def is_start(slot: Expr) -> bool:
    return isinstance(slot, Entry) and all(index.is_Integer for index in slot.indices)


def alike(first: Expr, second: Expr) -> bool:
    """Whether two names are the same variable, or members of the same sequence."""
    if isinstance(first, Entry) and isinstance(second, Entry):
        return bool(first.base == second.base)
    return bool(first == second)
