"""Ways to read the names in claims about maps: as numbers, as vectors, as square matrices."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product

from sympy import Expr, Symbol, preorder_traversal
from sympy.core.function import AppliedUndef

from symelbo.language import Det, Entry, IndexSum, Inverted, Transposed, base_of
from symelbo.language.links import Wiring, inverse_name, over_entries
from symelbo.language.walks import found_in

__all__ = ["indexed", "shapes_of"]

_TRIES = 24


def shapes_of(sides: Sequence[Expr], wiring: Wiring, size: int) -> Iterator[dict[str, str]]:
    """Ways to read names as numbers, columns and square matrices, those with the fewest matrices first."""
    if size == 1:
        yield {}
        return
    terms = [*sides, *(link.value for link in wiring.links)]
    wired = {str(base_of(name)) for name in (*wiring.inputs, *wiring.outputs)}
    choices: dict[str, tuple[str, ...]] = {}
    for name in sorted({str(base_of(s)) for term in terms for s in _plain_names(term)} - wired):
        choices[name] = ("number", "column", "square")
    for term in terms:
        for call in found_in(term, AppliedUndef):
            name = call.func.__name__.rstrip("'")
            choices[inverse_name(name) or name] = ("number", "column")
        for node in found_in(term, Det, Inverted):
            if isinstance(node.args[0], Symbol) and str(node.args[0]) in choices:
                choices[str(node.args[0])] = ("square",)
        for node in found_in(term, Transposed):
            name = str(base_of(node.args[0]))
            if choices.get(name) == ("number", "column", "square"):
                choices[name] = ("column", "square")
    for found in indexed(terms, wiring):
        name = found if isinstance(found, str) else found[0]
        if name in choices:
            choices[name] = ("column",)
    for link in wiring.links:
        if link.function is not None:
            choices.pop(link.function, None)
    cost = {"number": 0, "column": 1, "square": 2}
    ways = product(*choices.values()) if len(choices) <= 7 else iter(())
    ranked = sorted(
        (dict(zip(choices, way, strict=True)) for way in ways), key=lambda w: sum(cost[v] for v in w.values())
    )
    yield from ranked[:_TRIES]


def _plain_names(term: Expr) -> set[Expr]:
    found = {node for node in preorder_traversal(term) if isinstance(node, Symbol | Entry)}
    indices = {s for node in found if isinstance(node, Entry) for index in node.indices for s in index.free_symbols}
    counts = {
        s for node in found_in(term, IndexSum) for s in (node.index, *node.lower.free_symbols, *node.upper.free_symbols)
    }
    return {name for name in found if not name.is_integer and name not in indices | counts and str(name) != "I"}


def indexed(terms: Iterable[Expr], wiring: Wiring) -> set[str | tuple[str, int]]:
    """Names of vectors and of functions whose entries occur: `\\sigma_i`, `s_j(x)` under a sum over entries."""
    listed = list(terms)
    sums = [n for term in listed for n in found_in(term, IndexSum) if over_entries(n, wiring)]
    indices = {node.index for node in sums}
    found: set[str | tuple[str, int]] = {
        (str(e.base), len(e.indices) - 1) for n in sums for e in found_in(n.body, Entry) if e.indices[-1] in indices
    }
    arities: dict[str, set[int]] = {}
    for term in listed:
        for call in found_in(term, AppliedUndef):
            arities.setdefault(call.func.__name__, set()).add(len(call.args))
    for node in sums:
        for call in found_in(node.body, AppliedUndef):
            if call.args[0] in indices and len(arities[call.func.__name__]) > 1:
                found.add(call.func.__name__)
    return found
