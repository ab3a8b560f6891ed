r"""Maps one after another: `x = (g_2 \circ g_1)(z)`, `g = g_2 \circ g_1`, `z_K = f_K \circ \dots \circ f_1(z_0)`.

A composition is written out as calls within calls; one of as many maps as a letter says is one step for each of them,
`z_k = f_k(z_{k-1})`.
"""

from __future__ import annotations

from dataclasses import replace

from symelbo.reading.parsing import syntax as sx

__all__ = ["composed"]


def composed(left: sx.Node, right: sx.Node) -> tuple[sx.Node, sx.Node] | None:
    """Both sides of an equation with the composition on the right written out; None where there is none."""
    maps, argument = _chain(right)
    if len(maps) < 2:
        return None
    if any(isinstance(one, sx.Dots) for one in maps):
        return _steps(left, maps, argument)
    named = [one for one in maps if isinstance(one, sx.Name)]
    if len(named) != len(maps):
        return None
    if argument is None:
        if not isinstance(left, sx.Name):
            return None
        argument = sx.Name("z" if left.text != "z" else "x", span=right.span)
        left = _call(left, argument)
    for one in reversed(named):
        argument = _call(one, argument)
    return left, argument


def _chain(node: sx.Node) -> tuple[list[sx.Node], sx.Node | None]:
    """The maps of a composition from the last to the first, and what they are applied to."""
    argument: sx.Node | None = None
    if isinstance(node, sx.Product) and len(node.factors) == 2:
        node, argument = node.factors
    found: list[sx.Node] = []
    while isinstance(node, sx.Infix) and node.operator == "circ":
        found.append(node.right)
        node = node.left
    found.append(node)
    first = found[0]
    if argument is None and isinstance(first, sx.Call) and len(first.arguments.values) == 1:
        found[0], argument = first.function, first.arguments.values[0]
    return found[::-1], argument


def _steps(left: sx.Node, maps: list[sx.Node], argument: sx.Node | None) -> tuple[sx.Node, sx.Node] | None:
    """`z_K` made of `z_0` by maps `f_1` to `f_K`: each step of it."""
    last, first = maps[0], maps[-1]
    names = (left, argument, last, first)
    if not all(isinstance(name, sx.Name) and len(name.subscripts) == 1 for name in names):
        return None
    assert isinstance(left, sx.Name) and isinstance(argument, sx.Name)
    assert isinstance(last, sx.Name) and isinstance(first, sx.Name)
    (high,) = left.subscripts
    ends = [sx.outline(name.subscripts[0]) for name in (last, argument, first)]
    if ends != [sx.outline(high), "0", "1"] or not isinstance(high, sx.Name) or not high.text.isupper():
        return None
    if _bare(left) != _bare(argument) or _bare(last) != _bare(first):
        return None
    step = sx.Name(high.text.lower(), span=high.span)
    minus_one = sx.Negative(sx.Number("1", span=high.span), span=high.span)
    before = replace(left, subscripts=(sx.Sum((step, minus_one), span=high.span),))
    return replace(left, subscripts=(step,)), _call(replace(last, subscripts=(step,)), before)


def _bare(name: sx.Name) -> sx.Name:
    return replace(name, subscripts=(), span=name.span)


def _call(function: sx.Name, argument: sx.Node) -> sx.Call:
    return sx.Call(function, sx.Arguments((argument,), span=argument.span), span=function.span)
