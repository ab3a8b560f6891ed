"""Where names stand in a tree: as factors of a product, and where numbers do."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import name_key

__all__ = ["factors", "plain_names"]


def factors(node: sx.Node) -> Iterator[sx.Node]:
    """What a product or a fraction is made of, through powers and inverses."""
    match node:
        case sx.Product(factors=parts):
            for factor in parts:
                yield from factors(factor)
        case sx.Quotient(numerator=top, denominator=bottom):
            yield from factors(top)
            yield from factors(bottom)
        case sx.Power(base=base):
            yield from factors(base)
        case sx.Inverse(argument=argument) | sx.Factorial(argument=argument):
            yield from factors(argument)
        case _:
            yield node


def plain_names(tree: sx.Node) -> set[str]:
    """Names without a subscript that stand in a logarithm or a power outside of laws and norms, where numbers do."""
    found: set[str] = set()
    rest = [tree]
    while rest:
        node = rest.pop()
        if isinstance(node, sx.Distribution | sx.Norm | sx.Call):
            continue
        if isinstance(node, sx.Log | sx.Power):
            inner = node.argument if isinstance(node, sx.Log) else node.base
            found |= {name_key(part) for part in factors(inner) if isinstance(part, sx.Name) and not part.subscripts}
        rest.extend(sx.children(node))
    return found
