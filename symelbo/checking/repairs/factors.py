"""Edits of factors: one that was lost, one too much, a density that should weigh, another number."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Site
from symelbo.reading.parsing import syntax as sx

__all__ = ["lost", "numbers", "surplus", "weights"]

_MOST_NAMES = 10


def lost(site: Site) -> Iterator[Edit]:
    """A factor before a term: one half, two, one over the end of a sum, a quantity of the document."""
    tex = site.material.tex
    over = "\\frac{1}{%s}" if tex else "1/%s * "
    gap = "\\, " if tex else " * "
    constants = [(over % "2" + (" " if tex else ""), 0.0), ("2" + gap, 0.1)]
    for end in site.material.ends:
        constants += [(over % end + (" " if tex else ""), 0.05), (end + gap, 0.15)]
    quantities = [piece for piece in site.material.names if _is_quantity(piece.node, site)][:_MOST_NAMES]
    for place, depth in _places(site):
        start = site.range(place)[0]
        inside = {sx.outline(n) for n in sx.walk(place) if isinstance(n, sx.Name)}
        for text, more in constants:
            yield Edit(start, start, text, "factor", more + 0.05 * depth)
        for piece in quantities:
            here = sx.outline(piece.node) in inside
            yield Edit(start, start, piece.text + gap, "factor", (0.15 if here else 0.4) + 0.05 * depth)


def _is_quantity(node: sx.Node, site: Site) -> bool:
    return (
        isinstance(node, sx.Name)
        and not site.vocabulary.is_variable(sx.outline(node))
        and sx.outline(node) not in site.vocabulary.indices
    )


def _places(site: Site) -> Iterator[tuple[sx.Node, int]]:
    """Where a factor may stand: before the side, a term, a body, the argument of a logarithm."""
    yield site.side.body if isinstance(site.side, sx.Negative) else site.side, 0
    stack: list[tuple[sx.Node, int]] = [(site.side, 0)]
    while stack:
        node, depth = stack.pop()
        if isinstance(node, sx.Name | sx.Call):
            continue
        if isinstance(node, sx.Sum):
            for term in node.terms:
                inner = term.body if isinstance(term, sx.Negative) else term
                if not isinstance(inner, sx.Number):
                    yield inner, depth
        elif isinstance(node, sx.BigSum | sx.Expectation | sx.Integral | sx.Exp | sx.Log):
            body = node.argument if isinstance(node, sx.Exp | sx.Log) else node.body
            if not isinstance(body, sx.Sum):
                yield body.body if isinstance(body, sx.Negative) else body, depth + 1
        elif isinstance(node, sx.Quotient):
            yield node.numerator, depth + 1
            yield node.denominator, depth + 1
        stack.extend((part, depth + 1) for part in sx.children(node))


def surplus(site: Site) -> Iterator[Edit]:
    """A factor left out; half of a fraction left out."""
    for node in site.nodes():
        if isinstance(node, sx.Product):
            for place, factor in enumerate(node.factors):
                start, end = site.range(factor)
                if place + 1 < len(node.factors):
                    end = max(end, site.range(node.factors[place + 1])[0])
                else:
                    start = min(start, site.range(node.factors[place - 1])[1])
                yield Edit(start, end, "", "surplus", 0.0 if isinstance(factor, sx.Number | sx.Quotient) else 0.1)
        elif isinstance(node, sx.Quotient):
            start, end = site.range(node)
            yield Edit(start, end, site.slice(node.numerator), "surplus", 0.1)


def weights(site: Site) -> Iterator[Edit]:
    """A density of the document, as the weight of what is summed or integrated over its variable."""
    gap = "\\, " if site.material.tex else " * "
    for node in site.nodes():
        if isinstance(node, sx.Integral):
            over = {sx.outline(item.variable) for item in node.variables}
        elif isinstance(node, sx.BigSum):
            over = {sx.outline(item) for item in node.variables}
        else:
            continue
        start = site.range(node.body)[0]
        for piece in site.material.densities:
            assert isinstance(piece.node, sx.Call)
            of = {sx.outline(item) for item in piece.node.arguments.values}
            if of & over:
                yield Edit(start, start, piece.text + gap, "weight", 0.05 * piece.far + (0.0 if of == over else 0.15))


def numbers(site: Site) -> Iterator[Edit]:
    """A small number replaced by another one, or by the end of a sum."""
    scripts = {id(p) for n in site.nodes() if isinstance(n, sx.Name) for p in n.subscripts}
    scripts |= {id(p) for n in site.nodes() if isinstance(n, sx.BigSum | sx.BigProduct) for p in (n.lower, n.upper)}
    powers = {id(n.exponent) for n in site.nodes() if isinstance(n, sx.Power)}
    for node in site.nodes():
        if not isinstance(node, sx.Number) or id(node) in scripts or "." in node.text:
            continue
        start, end = node.span.start, node.span.end
        if site.text[start:end] != node.text:
            continue
        value = int(node.text)
        for other in dict.fromkeys((value + 1, value - 1, 2 * value, 1, 2, 0)):
            if other >= 0 and other != value:
                more = (0.0 if other in (1, 2) else 0.1) + (0.3 if id(node) in powers else 0.0)
                yield Edit(start, end, str(other), "number", more)
        for name in site.material.ends:
            yield Edit(start, end, name, "number", 0.05)
