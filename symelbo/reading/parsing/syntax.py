"""Syntax trees: the nodes, and how to walk them and to show them.

Everything a layer above needs of the grammar's output is here; `nodes` says what each node means.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Final

from symelbo.reading.parsing.nodes import *  # noqa: F403  the nodes are part of what a layer above works with
from symelbo.reading.parsing.nodes import Arguments, Call, Name, Negative, Node, Number, Range, Relation, Sampled, Text
from symelbo.reading.parsing.nodes import __all__ as _nodes

__all__ = [*_nodes, "children", "height", "names", "outline", "walk"]


_LEAVES: Final = frozenset({"Span", "str", "str | None", "int", "bool", "tuple[str, ...]"})
# Trees are walked far more often than anything else is done with them, so the fields to look into are listed once.
_BELOW: Final[dict[type[Node], tuple[str, ...]]] = {
    kind: tuple(item.name for item in fields(kind) if item.type not in _LEAVES) for kind in Node.__subclasses__()
}
_BELOW_BACKWARDS: Final = {kind: names[::-1] for kind, names in _BELOW.items()}


def children(node: Node) -> tuple[Node, ...]:
    """The nodes directly below, in the order of the fields."""
    found: list[Node] = []
    for name in _BELOW[type(node)]:
        value = getattr(node, name)
        if value:
            found.extend(value if type(value) is tuple else (value,))
    return tuple(found)


def walk(node: Node) -> Iterator[Node]:
    """Every node of the tree, parents before children, left to right; does not recurse.

    >>> from symelbo.reading.sources.tokens import Span
    >>> at = Span(0, 1)
    >>> [type(part).__name__ for part in walk(Negative(Number("2", span=at), span=at))]
    ['Negative', 'Number']
    """
    stack = [node]
    while stack:
        top = stack.pop()
        yield top
        for name in _BELOW_BACKWARDS[type(top)]:  # as in `children`, without a tuple for every node
            value = getattr(top, name)
            if value:
                if type(value) is tuple:
                    stack.extend(value[::-1])
                else:
                    stack.append(value)


def names(nodes: Iterable[Node]) -> Iterator[Name]:
    """Every name in some trees."""
    return (part for node in nodes for part in walk(node) if isinstance(part, Name))


def height(node: Node) -> int:
    """How many nodes stand above each other at most; does not recurse.

    >>> from symelbo.reading.sources.tokens import Span
    >>> at = Span(0, 1)
    >>> height(Negative(Number("2", span=at), span=at))
    2
    """
    level: list[Node] = [node]
    count = 0
    while level:
        count += 1
        level = [part for one in level for part in children(one)]
    return count


def outline(node: Node) -> str:
    """The tree in one line, for tests and for people: `sum(log(p(x)), -KL(q, p))`."""
    if isinstance(node, Number):
        return node.text
    if isinstance(node, Name):
        return _name(node)
    if isinstance(node, Text):
        return f'"{node.words}"'
    if isinstance(node, Negative):
        return f"-{outline(node.body)}"
    if isinstance(node, Arguments):
        return _arguments(node)
    if isinstance(node, Call):
        doubt = "?" if node.may_be_product else ""
        return f"{outline(node.function)}{doubt}{_arguments(node.arguments)}"
    if isinstance(node, Range):
        low, high = (_optional(end) for end in (node.lower, node.upper))
        return f"{low}{'<' if node.lower_open else ''}:{'<' if node.upper_open else ''}{high}"
    if isinstance(node, Relation):
        return f"{outline(node.left)} {node.sign} {outline(node.right)}"
    if isinstance(node, Sampled):
        return f"{', '.join(outline(one) for one in node.variables)} ~ {outline(node.law)}"
    return f"{_TAGS.get(type(node).__name__, type(node).__name__.lower())}({_fields(node)})"


_TAGS = {"Divergence": "div", "Expectation": "E", "BigSum": "Σ", "BigProduct": "Π", "Integral": "∫", "Product": "mul"}
_DEFAULTS = (None, (), "", False)


def _optional(node: Node | None) -> str:
    return "" if node is None else outline(node)


def _name(node: Name) -> str:
    text = node.head + "'" * node.primes
    if node.subscripts:
        text += "_{" + ",".join(outline(part) for part in node.subscripts) + "}"
    return text + (f"^[{outline(node.label)}]" if node.label is not None else "")


def _arguments(node: Arguments) -> str:
    closing = {"(": ")", "[": "]", "\\{": "}", "{": "}"}.get(node.bracket, node.bracket)
    text = ", ".join(outline(one) for one in node.values)
    for sign, part in ((" | ", node.given), ("; ", node.parameters)):
        if part:
            text += sign + ", ".join(outline(one) for one in part)
    return f"{node.bracket.lstrip(chr(92))}{text}{closing}"


def _fields(node: Node) -> str:
    shown: list[str] = []
    for item in fields(node):
        value = getattr(node, item.name)
        if item.name == "span" or value in _DEFAULTS:
            continue
        if isinstance(value, Node):
            text = outline(value)
        elif isinstance(value, tuple):
            text = ", ".join(outline(part) if isinstance(part, Node) else str(part) for part in value)
            text = f"[{text}]" if item.name not in ("terms", "factors", "items") else text
        else:
            text = str(value)
        shown.append(text if item.default not in _DEFAULTS else f"{item.name}={text}")
    return ", ".join(shown)
