r"""One letter in two fonts: plain in directives or in passing, bold wherever else a document has it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import is_parameter

__all__ = ["fonts_in_passing", "fonts_of_displays"]

Change = Callable[[sx.Node], sx.Node]


def fonts_of_displays(stated: Iterable[sx.Node], shown: Iterable[sx.Node]) -> Change | None:
    r"""The change of plain letters in directives into bold ones, where the displays only have them bold."""
    names = list(sx.names(shown))
    bold = {name.text for name in names if name.font == "bold"} - {name.text for name in names if name.font != "bold"}
    return _boldly(bold) if any(name.text in bold and not name.font for name in sx.names(stated)) else None


def fonts_in_passing(trees: Iterable[sx.Node]) -> Change | None:
    r"""The change of a letter that is plain in passing alone, and bold wherever else it stands.

    In passing are variables below an integral, `\int q(\mathbf z)\, dz`, and parameters of densities, `p_\theta(x)`.
    """
    bold: set[str] = set()
    plain: set[str] = set()
    passing: set[str] = set()
    for tree in trees:
        places: set[int] = set()
        for node in sx.walk(tree):
            if isinstance(node, sx.Integral):
                places |= {id(item.variable) for item in node.variables}
            elif isinstance(node, sx.Call) and isinstance(node.function, sx.Name):
                places |= {id(part) for part in node.function.subscripts if is_parameter(part)}
            elif isinstance(node, sx.Name):
                kind = bold if node.font == "bold" else passing if id(node) in places and not node.font else plain
                kind.add(node.text)
    meant = (passing & bold) - plain
    return _boldly(meant) if meant else None


def _boldly(letters: set[str]) -> Change:
    def change(node: sx.Node) -> sx.Node:
        if isinstance(node, sx.Name) and not node.font and node.text in letters:
            return replace(node, font="bold")
        return node

    return change
