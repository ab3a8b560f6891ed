r"""Functions called with their index and without it: `\tilde\mu(x_t, x_0)` where `\tilde\mu_t(x_t, x_0)` is meant.

A function that a document defines with an index at these arguments, and nowhere without, is meant by a call that leaves
the index out. Densities do not count: `q` and `q_t` may well be two.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.families import DENSITY_LETTERS

__all__ = ["called_in_full"]

Key = tuple[str, tuple[str, ...]]


def called_in_full(trees: Iterable[sx.Node], heads: Sequence[sx.Node]) -> Callable[[sx.Node], sx.Node] | None:
    """The change of one node that writes left-out indices; None where none is left out.

    `heads` are the left sides of the document's equations.
    """
    called = list(_calls(trees))
    defined = list(_calls(heads, deep=False))
    taken = {_key(call) for call in defined}
    meant: dict[Key, set[tuple[str, ...]]] = {}
    names: dict[Key, sx.Name] = {}
    for call in defined:
        name = call.function
        if isinstance(name, sx.Name) and name.subscripts:
            key = _key(replace(call, function=replace(name, subscripts=())))
            meant.setdefault(key, set()).add(tuple(map(sx.outline, name.subscripts)))
            names[key] = name
    left_out = {key for key in map(_key, called) if key not in taken and len(meant.get(key, ())) == 1}
    if not left_out:
        return None

    def change(node: sx.Node) -> sx.Node:
        if not isinstance(node, sx.Call) or not isinstance(node.function, sx.Name) or _key(node) not in left_out:
            return node
        return replace(node, function=replace(names[_key(node)], span=node.function.span))

    return change


def _calls(trees: Iterable[sx.Node], deep: bool = True) -> Iterator[sx.Call]:
    """The calls of functions with arguments and nothing that they are given."""
    for tree in trees:
        for node in sx.walk(tree) if deep else (tree,):
            name = node.function if isinstance(node, sx.Call) and not node.arguments.given else None
            if isinstance(node, sx.Call) and isinstance(name, sx.Name) and name.text not in DENSITY_LETTERS:
                yield node


def _key(call: sx.Call) -> Key:
    """A function with its scripts, and what it is called with."""
    return sx.outline(call.function), tuple(map(sx.outline, call.arguments.values))
