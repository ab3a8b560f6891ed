r"""One letter in two fonts: plain in directives or below an integral, bold wherever else a document has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx

__all__ = ["fonts_of_displays", "fonts_of_integrands"]

Change = Callable[[sx.Node], sx.Node]


def fonts_of_displays(stated: Iterable[sx.Node], shown: Iterable[sx.Node]) -> Change | None:
    r"""The change of plain letters in directives into bold ones, where the displays only have them bold."""
    names = list(_names(shown))
    bold = {name.text for name in names if name.font == "bold"} - {name.text for name in names if name.font != "bold"}
    return _boldly(bold) if any(name.text in bold and not name.font for name in _names(stated)) else None


def fonts_of_integrands(trees: Iterable[sx.Node]) -> Change | None:
    r"""The change of a letter that is plain in `dz` alone, and bold wherever else it stands."""
    bold: set[str] = set()
    plain: set[str] = set()
    integrated: set[str] = set()
    for tree in trees:
        over: set[int] = set()
        for node in sx.walk(tree):
            if isinstance(node, sx.Integral):
                over |= {id(item.variable) for item in node.variables}
            if isinstance(node, sx.Name):
                kind = bold if node.font == "bold" else integrated if id(node) in over and not node.font else plain
                kind.add(node.text)
    meant = (integrated & bold) - plain
    return _boldly(meant) if meant else None


def _boldly(letters: set[str]) -> Change:
    def change(node: sx.Node) -> sx.Node:
        if isinstance(node, sx.Name) and not node.font and node.text in letters:
            return replace(node, font="bold")
        return node

    return change


def _names(trees: Iterable[sx.Node]) -> Iterator[sx.Name]:
    return (node for tree in trees for node in sx.walk(tree) if isinstance(node, sx.Name))
