r"""Entries in plain letters of a whole in bold: `q(\mathbf z) = \prod_j q_j(z_j)`."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx

__all__ = ["fonts_of_entries"]


def fonts_of_entries(
    trees: Iterable[sx.Node], pairs: Iterable[tuple[sx.Node, sx.Node]]
) -> Callable[[sx.Node], sx.Node] | None:
    r"""The change of plain letters into bold ones where they are entries of a bold whole; None without any.

    A factorisation says that they are, `q(\mathbf z) = \prod_j q_j(z_j)`. The plain letter must stand with one index
    wherever it stands, and the bold one without any, or for all entries but some, as in `\mathbf z_{-j}`: otherwise
    each of the two may have entries of its own.
    """
    letters = {letter for left, right in pairs for letter in _taken_apart(left, right)}
    if not letters:
        return None
    for tree in trees:
        for node in sx.walk(tree):
            if isinstance(node, sx.Name) and node.text in letters and not _fits(node):
                letters.discard(node.text)
    if not letters:
        return None

    def change(node: sx.Node) -> sx.Node:
        if isinstance(node, sx.Name) and not node.font and node.text in letters:
            return replace(node, font="bold")
        return node

    return change


def _taken_apart(left: sx.Node, right: sx.Node) -> Iterable[str]:
    """Letters of bold arguments that a product over an index has in plain, with that index."""
    if not (isinstance(left, sx.Call) and isinstance(right, sx.BigProduct) and isinstance(right.body, sx.Call)):
        return
    if len(right.variables) != 1 or right.conditions or len(right.body.arguments.values) != 1:
        return
    entry = right.body.arguments.values[0]
    if not isinstance(entry, sx.Name) or entry.font or entry.accents:
        return
    if [sx.outline(part) for part in entry.subscripts] != [sx.outline(right.variables[0])]:
        return
    for item in left.arguments.values:
        if isinstance(item, sx.Name) and item.font == "bold" and item.text == entry.text and not item.subscripts:
            yield entry.text


def _fits(name: sx.Name) -> bool:
    """Whether a name is the bold whole, a part of it that leaves entries out, or a plain entry."""
    if name.font == "bold":
        return all(isinstance(part, sx.Except | sx.Relation | sx.Range) for part in name.subscripts)
    return not name.font and len(name.subscripts) == 1 and not isinstance(name.subscripts[0], sx.Except | sx.Relation)
