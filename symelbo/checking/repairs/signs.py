"""Edits of the arithmetic around terms: signs, fractions turned over, powers, inverses, missing logarithms."""

from __future__ import annotations

import re
from collections.abc import Iterator

from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Site
from symelbo.reading.parsing import syntax as sx

__all__ = ["fractions", "inverses", "logarithms", "powers", "signs"]

_MINUS = "-−"
_BRACKET = re.compile(r"(?<![A-Za-z])(\\left\s*)?\(\s*$")
_EXPONENT = re.compile(r"\s*(\^\s*(\{[^{}]*\}|[^\\\s{}])|²)$")


def signs(site: Site) -> Iterator[Edit]:
    """Plus for minus and minus for plus, before any term."""
    indices = _inside_scripts(site.side)
    for node in site.nodes():
        if not isinstance(node, sx.Sum) or id(node) in indices:
            continue
        for place, term in enumerate(node.terms):
            start = term.span.start
            if isinstance(term, sx.Negative):
                if site.text[start : start + 1] in tuple(_MINUS):
                    yield Edit(start, start + 1, "+" if place else "", "sign")
            elif place:
                left, right = site.range(node.terms[place - 1])[1], term.span.start
                plus = site.text.find("+", left, right)
                if plus >= 0:
                    yield Edit(plus, plus + 1, "-", "sign")
            else:
                yield Edit(site.range(term)[0], site.range(term)[0], "-", "lead")
    start = site.side.span.start
    if isinstance(site.side, sx.Negative) and site.text[start : start + 1] in tuple(_MINUS):
        yield Edit(start, start + 1, "", "sign")
    elif not isinstance(site.side, sx.Sum):
        yield Edit(site.range(site.side)[0], site.range(site.side)[0], "-", "lead", -0.3)


def fractions(site: Site) -> Iterator[Edit]:
    """A fraction turned over, and the two sides of a divergence exchanged."""
    for node in site.nodes():
        if isinstance(node, sx.Quotient):
            yield from _swapped(site, node.numerator, node.denominator, "fraction")
        elif isinstance(node, sx.Divergence):
            yield from _swapped(site, node.left, node.right, "divergence")
        elif isinstance(node, sx.Entropy) and len(node.arguments.values) == 2:
            yield from _swapped(site, *node.arguments.values, "divergence")


def _swapped(site: Site, first: sx.Node, second: sx.Node, kind: str) -> Iterator[Edit]:
    one, two = site.range(first), site.range(second)
    if one[1] <= two[0]:
        between = site.text[one[1] : two[0]]
        text = site.text[slice(*two)] + between + site.text[slice(*one)]
        yield Edit(one[0], two[1], text, kind)


def logarithms(site: Site) -> Iterator[Edit]:
    """A logarithm or an exponential around a body or a density; a logarithm taken away."""
    log = site.material.log + " "
    bodies: list[tuple[sx.Node, float]] = []
    for node in site.nodes():
        if isinstance(node, sx.Expectation | sx.Integral | sx.BigSum):
            bodies.append((node.body, 0.0))
            if isinstance(node.body, sx.Product):
                bodies += [(factor, 0.05) for factor in node.body.factors[1:]]
        elif isinstance(node, sx.Product):
            bodies += [(factor, 0.15) for factor in node.factors[1:]]
        elif isinstance(node, sx.Sum):
            bodies += [(term.body if isinstance(term, sx.Negative) else term, 0.15) for term in node.terms]
        elif isinstance(node, sx.Log):
            start, stop = node.span.start, site.range(node.argument)[0]
            if start < stop:
                yield Edit(start, stop, "", "unlogged")
        elif isinstance(node, sx.Gradient | sx.Derivative):
            bodies.append((node.body, 0.1))
    bodies.append((site.side, 0.2))
    for body, more in bodies:
        start, end = site.range(body)
        inner = site.text[start:end]
        if isinstance(body, sx.Number | sx.Negative) or _is_logged(body):
            continue
        bracket = _BRACKET.search(site.text, 0, start)
        if bracket is not None and site.text[end:].lstrip().startswith((")", "\\right)")):
            yield Edit(bracket.start(), bracket.start(), log, "logarithm", more)
        elif isinstance(body, sx.Sum | sx.Product):
            yield Edit(start, end, f"{log}{_bracketed(inner, site)}", "logarithm", more + 0.1)
        else:
            yield Edit(start, start, log, "logarithm", more)
    exponential = "\\exp" if site.material.tex else "exp"
    for node in site.nodes():
        if isinstance(node, sx.Expectation):
            start, end = site.range(node)
            yield Edit(start, end, f"{exponential}{_bracketed(site.text[start:end], site)}", "exponential")


def _is_logged(node: sx.Node) -> bool:
    """Whether a node is a logarithm, a divergence, or a mean or a sum of such, so that no other goes around it."""
    while isinstance(node, sx.Expectation | sx.Integral | sx.BigSum | sx.Negative):
        node = node.body
    parts = node.terms if isinstance(node, sx.Sum) else node.factors if isinstance(node, sx.Product) else (node,)
    return any(
        isinstance(p.body if isinstance(p, sx.Negative) else p, sx.Log | sx.Divergence | sx.Entropy) for p in parts
    )


def _bracketed(text: str, site: Site) -> str:
    return f"\\left( {text} \\right)" if site.material.tex else f"({text})"


def powers(site: Site) -> Iterator[Edit]:
    """Squares and roots that were lost, or are too much."""
    left_alone = _inside_scripts(site.side) | {id(n.function) for n in site.nodes() if isinstance(n, sx.Call)}
    left_alone |= {id(part) for n in site.nodes() if site.is_density(n) for part in sx.walk(n) if _is_plain(part)}
    for node in site.nodes():
        if id(node) in left_alone:
            continue
        start, end = site.range(node)
        text = site.text[start:end]
        if isinstance(node, sx.Power):
            exponent = _EXPONENT.search(text)
            if exponent is not None:
                yield Edit(start + exponent.start(), end, "", "power")
        elif isinstance(node, sx.Sqrt) and node.degree is None:
            inner = site.range(node.argument)
            if start < inner[0] and inner[1] < end:
                body = site.text[slice(*inner)]
                yield Edit(start, end, _bracketed(body, site) if isinstance(node.argument, sx.Sum) else body, "power")
        elif isinstance(node, sx.Name | sx.Norm) and site.text[end : end + 1] not in ("^", "²") and "^" not in text:
            yield Edit(end, end, "^2", "power")
            if isinstance(node, sx.Name):
                root = f"\\sqrt{{{text}}}" if site.material.tex else f"sqrt({text})"
                yield Edit(start, end, root, "power", 0.05)


def _is_plain(node: sx.Node) -> bool:
    """Whether a node is a name as it stands in the brackets of a density, which nobody squares."""
    return isinstance(node, sx.Name)


def inverses(site: Site) -> Iterator[Edit]:
    """An inverse that was forgotten after bars or brackets, or is too much."""
    for node in site.nodes():
        start, end = site.range(node)
        if isinstance(node, sx.Absolute | sx.Determinant):
            yield Edit(end, end, "^{-1}", "inverse")
        elif isinstance(node, sx.Inverse):
            inner = site.range(node.argument)
            if inner[0] == start and re.fullmatch(r"\s*\^\s*\{\s*[-−]\s*1\s*\}", site.text[inner[1] : end]):
                yield Edit(inner[1], end, "", "inverse")


def _inside_scripts(side: sx.Node) -> set[int]:
    """Everything that stands in subscripts, ranges and labels."""
    found: set[int] = set()
    for node in sx.walk(side):
        if isinstance(node, sx.Name):
            for part in (*node.subscripts, *((node.label,) if node.label is not None else ())):
                found |= {id(inner) for inner in sx.walk(part)}
        elif isinstance(node, sx.Range):
            found |= {id(inner) for inner in sx.walk(node)}
    return found
