r"""Vectors that a claim uses both as a whole and entry by entry: `\mu + \sigma \odot \epsilon` beside `\mu_k`.

A model that gives the name and its entries values of their own is a model of something else.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Basic, Symbol, Tuple
from sympy.core.function import AppliedUndef

from symelbo.language import Components, Entry, Known
from symelbo.language.walks import found_in

__all__ = ["torn"]


def torn(terms: Iterable[Basic], laws: Iterable[Known]) -> str | None:
    """The first name that one of the laws has entry by entry and that stands as a whole in a term; None without any."""
    listed = {parameter for law in laws for parameter in law.parameters}
    inside = {part for parameter in listed for part in found_in(parameter, Components, Tuple)}
    bases = {str(entry.base) for body in inside for entry in found_in(body, Entry)}
    calls = {call.func.__name__ for body in inside for call in found_in(body, AppliedUndef) if call.args[0].is_integer}
    if not bases and not calls:
        return None
    for term in terms:
        for name in sorted(_wholes(term), key=str):
            if (isinstance(name, Symbol) and str(name) in bases) or (
                isinstance(name, AppliedUndef) and name.func.__name__ in calls
            ):
                return str(name)
    return None


def _wholes(term: Basic) -> set[Basic]:
    """Symbols that are not the base of an entry, and calls that do not begin with a place."""
    found: set[Basic] = set()
    waiting = [term]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Entry):
            continue
        if isinstance(node, Symbol) or (isinstance(node, AppliedUndef) and not node.args[0].is_integer):
            found.add(node)
        waiting += node.args
    return found
