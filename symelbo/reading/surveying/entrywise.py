r"""Vectors that a document only ever takes entry by entry, as in `z = \mu + \sigma \odot \epsilon`: read as numbers.

`\mathcal{N}(\mu, \mathrm{diag}(\sigma^2))` then is `\mathcal{N}(\mu, \sigma^2)`. That is all there is to such a
document if nothing in it brings several entries together: no norm, trace, determinant or transpose, no entry by its
index.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.rewriting import mapped

__all__ = ["as_numbers", "is_entrywise"]

_TOGETHER = (
    sx.Norm,
    sx.Trace,
    sx.Determinant,
    sx.Transpose,
    sx.Absolute,
    sx.BigProduct,
    sx.Subscripted,
)
_DIAGONAL = ("diag", "Diag")


def is_entrywise(trees: Sequence[sx.Node]) -> bool:
    r"""Whether vectors with a diagonal law stand beside `\odot`, and nothing brings their entries together."""
    nodes = [node for tree in trees for node in sx.walk(tree)]
    products = [node for node in nodes if isinstance(node, sx.Infix) and node.operator == "odot"]
    laws = [node for node in nodes if isinstance(node, sx.Distribution)]
    if not products or any(isinstance(node, _TOGETHER) for node in nodes):
        return False
    if any(law.family != "normal" or len(law.parameters) != 2 for law in laws):
        return False
    vectors = {name.text for law in laws for name in _names(law.parameters) if _is_diagonal(law.parameters[1])}
    vectors |= {name.text for node in products for name in _names((node,))}
    if not any(_is_diagonal(law.parameters[1]) for law in laws):
        return False
    running = {sx.outline(v) for node in nodes if isinstance(node, sx.BigSum) for v in node.variables}
    return not any(
        isinstance(node, sx.Name) and node.text in vectors and running & set(map(sx.outline, node.subscripts))
        for node in nodes
    )


def as_numbers(tree: sx.Node) -> sx.Node:
    """The tree with diagonal normal laws as laws of numbers; the same object where there are none."""
    return mapped(tree, _law_of_number)


def _law_of_number(node: sx.Node) -> sx.Node:
    if not isinstance(node, sx.Distribution) or node.family != "normal" or not _is_diagonal(node.parameters[1]):
        return node
    mean, spread = node.parameters
    return replace(node, parameters=(mean, mapped(spread, _plain)))


def _plain(node: sx.Node) -> sx.Node:
    if isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and node.function.text in _DIAGONAL:
        return node.arguments.values[0] if len(node.arguments.values) == 1 else node
    return sx.Number("1", span=node.span) if _is_identity(node) else node


def _is_diagonal(spread: sx.Node) -> bool:
    """Whether a covariance is written as a diagonal matrix."""
    return any(
        _is_identity(node)
        or (isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and node.function.text in _DIAGONAL)
        for node in sx.walk(spread)
    )


def _is_identity(node: sx.Node) -> bool:
    return isinstance(node, sx.Name) and node.text == "I" and not node.accents


def _names(nodes: Sequence[sx.Node]) -> Iterator[sx.Name]:
    for node in nodes:
        yield from (part for part in sx.walk(node) if isinstance(part, sx.Name) and part.text not in ("I", *_DIAGONAL))
