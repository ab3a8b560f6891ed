"""Sides that are numbers, and constants that are left out: decimals, `+ const`, and what they are constant in."""

from __future__ import annotations

from sympy import Expr, log

from symelbo.language import Density, value_of
from symelbo.language.distributions import Known
from symelbo.reading import syntax as sx

__all__ = ["decimal", "has_constant", "inferred_wrt", "is_numeric", "without_constant"]


def has_constant(node: sx.Node) -> bool:
    """Whether `+ const` stands anywhere in a side."""
    return any(isinstance(part, sx.Constant) for part in sx.walk(node))


def without_constant(node: sx.Node) -> sx.Node:
    """The expression with a trailing `+ const` left out."""
    if isinstance(node, sx.Sum):
        kept = tuple(t for t in node.terms if not isinstance(t.body if isinstance(t, sx.Negative) else t, sx.Constant))
        if len(kept) != len(node.terms):
            if not kept:
                return sx.Number("0", span=node.span)
            return kept[0] if len(kept) == 1 else sx.Sum(kept, span=node.span)
    if isinstance(node, sx.Constant):
        return sx.Number("0", span=node.span)
    return node


def inferred_wrt(lhs: Expr) -> tuple[Expr, ...]:
    """What a density on the left is a density of; of a logarithm, what is inside it."""
    if lhs.func is log:
        return inferred_wrt(lhs.args[0])
    if isinstance(lhs, Density | Known):
        return tuple(value_of(item) for item in lhs.of)
    densities = sorted(lhs.atoms(Density), key=str)
    if densities:
        parameters = [p for d in densities for p in d.family.parameters]
        if parameters:
            return tuple(dict.fromkeys(parameters))
    return ()


def decimal(node: sx.Node) -> str | None:
    """The text of a decimal number that is a whole side."""
    if isinstance(node, sx.Negative):
        inner = decimal(node.body)
        return None if inner is None else "-" + inner
    return node.text if isinstance(node, sx.Number) and "." in node.text else None


def is_numeric(node: sx.Node) -> bool:
    """Whether a side is plain arithmetic on numbers."""
    return all(
        isinstance(
            part, sx.Number | sx.Negative | sx.Sum | sx.Product | sx.Quotient | sx.Log | sx.Power | sx.Sqrt | sx.Exp
        )
        for part in sx.walk(node)
    )
