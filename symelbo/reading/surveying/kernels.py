r"""Conditionals of a sequence that have names of their own: `p(y, s) = \prod_t A(s_t \mid s_{t-1}) B(y_t \mid s_t)`.

Each of them is a conditional of the joint density that they make up, and is written as one wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.families import DENSITY_LETTERS

__all__ = ["Kernels", "kernels_of"]


@dataclass(frozen=True, slots=True)
class Kernels:
    """The names of conditionals, and the name of the density that they are conditionals of."""

    names: frozenset[str]
    joint: sx.Name

    def written_out(self, node: sx.Node) -> sx.Node:
        """A call of a conditional by its name as one of the joint density; any other node as it is."""
        if not isinstance(node, sx.Call) or sx.outline(node.function) not in self.names:
            return node
        return replace(node, function=replace(self.joint, span=node.function.span))


def kernels_of(pairs: Iterable[tuple[sx.Node, sx.Node]], trees: Sequence[sx.Node]) -> Kernels | None:
    """The conditionals that one of some equations names, if each is used in one way in all trees; None for none."""
    for left, right in pairs:
        if not _is_joint(left):
            continue
        assert isinstance(left, sx.Call) and isinstance(left.function, sx.Name)
        calls = list(_calls(right))
        if not calls or None in calls or not any(isinstance(node, sx.BigProduct) for node in sx.walk(right)):
            continue
        used = [call for call in calls if call is not None]
        foreign = [call for call in used if not _is_density(call)]
        shapes = {sx.outline(call.function): _shape(call) for call in foreign}
        known = {_base(item) for item in (*left.arguments.values, *left.arguments.given)}
        if not foreign or not any(call.arguments.given for call in foreign):
            continue
        if any(None in (*of, *given) or not {*of, *given} <= known for of, given in shapes.values()):
            continue
        nodes = (node for tree in trees for node in sx.walk(tree))
        others = [node for node in nodes if isinstance(node, sx.Call) and sx.outline(node.function) in shapes]
        if all(_shape(call) == shapes[sx.outline(call.function)] for call in others):
            return Kernels(frozenset(shapes), left.function)
    return None


def _is_joint(node: sx.Node) -> bool:
    """Whether a side is the density of whole sequences."""
    if not isinstance(node, sx.Call) or not isinstance(node.function, sx.Name) or not _is_density(node):
        return False
    return any(isinstance(part, sx.Range) for item in node.arguments.values for part in sx.walk(item))


def _is_density(call: sx.Call) -> bool:
    return isinstance(call.function, sx.Name) and call.function.text in DENSITY_LETTERS


def _calls(node: sx.Node) -> Iterator[sx.Call | None]:
    """The calls that a product is made of; None for anything else in it."""
    if isinstance(node, sx.Product):
        for part in node.factors:
            yield from _calls(part)
    elif isinstance(node, sx.BigProduct):
        yield from _calls(node.body)
    else:
        yield node if isinstance(node, sx.Call) and isinstance(node.function, sx.Name) else None


def _shape(call: sx.Call) -> tuple[tuple[str | None, ...], tuple[str | None, ...]]:
    """The names of what a call is of and what it is given, without their indices."""
    return tuple(map(_base, call.arguments.values)), tuple(map(_base, call.arguments.given))


def _base(item: sx.Node) -> str | None:
    if not isinstance(item, sx.Name) or not item.subscripts:
        return None
    return sx.outline(replace(item, subscripts=()))
