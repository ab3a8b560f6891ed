r"""The data point that a bound is of: `\mathcal{L}(\theta; x^{(i)})`, whose formula only has `x`, is at `x^{(i)}`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.families import DENSITY_LETTERS

__all__ = ["at_datapoint", "is_of_datapoint"]

_NUMBERS = ("i", "j", "k", "n")


def at_datapoint(head: sx.Node, formula: sx.Node) -> Callable[[sx.Node], sx.Node] | None:
    """The change of a formula that a function of a numbered data point is equal to; None where none is needed.

    It is needed where the formula has the letter without its number and nowhere with it: a function of `x^{(i)}` is
    given by what it depends on.
    """
    points = {point.text: point for point in _points(head)}
    if not points:
        return None
    bare: set[str] = set()
    numbered: set[str] = set()
    for node in sx.walk(formula):
        if isinstance(node, sx.Name) and node.text in points and node.font == points[node.text].font:
            (bare if _is_bare(node) else numbered).add(node.text)
    meant = bare - numbered
    if not meant:
        return None

    def change(node: sx.Node) -> sx.Node:
        if isinstance(node, sx.Name) and node.text in meant and _is_bare(node) and node.font == points[node.text].font:
            return replace(node, label=points[node.text].label)
        return node

    return change


def is_of_datapoint(head: sx.Node) -> bool:
    """Whether a side is a function of a numbered data point."""
    return next(_points(head), None) is not None


def _points(head: sx.Node) -> Iterator[sx.Name]:
    """The numbered data points among the arguments of a function that is no density."""
    if not isinstance(head, sx.Call) or not isinstance(head.function, sx.Name):
        return
    if head.function.text in DENSITY_LETTERS and head.function.font != "cal":
        return
    for item in (*head.arguments.values, *head.arguments.given, *head.arguments.parameters):
        if not isinstance(item, sx.Name) or not isinstance(item.label, sx.Name) or item.subscripts or item.accents:
            continue
        if item.label.text in _NUMBERS:
            yield item


def _is_bare(name: sx.Name) -> bool:
    return name.label is None and not name.subscripts and not name.accents and not name.primes
