"""Edits of names and indices: another name of the same letter, two names exchanged, an index shifted by one."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Site
from symelbo.reading.parsing import syntax as sx

__all__ = ["bounds", "exchanges", "indices", "others"]

_MOST_PAIRS = 12


def others(site: Site) -> Iterator[Edit]:
    """A name replaced by another one of the document: of the same letter, or with the same subscripts."""
    functions = {id(n.function) for n in site.nodes() if isinstance(n, sx.Call)}
    inside = {id(part) for node in site.nodes() if site.is_density(node) for part in sx.walk(node)}
    for node in site.nodes():
        if not isinstance(node, sx.Name) or id(node) in functions or site.vocabulary.is_family(node):
            continue
        start, end = site.range(node)
        for piece in site.material.names:
            name = piece.node
            assert isinstance(name, sx.Name)
            if name == node or site.text[start:end] == piece.text:
                continue
            if name.text == node.text:  # for the variables of densities, other densities are tried too
                more = (
                    0.2 * (id(node) in inside) + 0.3 * (_changes(node, name) > 1) + 0.1 * (name.accents == node.accents)
                )
                yield Edit(start, end, piece.text, "accent", 0.03 * piece.far + more)
            elif node.subscripts and name.subscripts == node.subscripts and piece.far < 2:
                yield Edit(start, end, piece.text, "name")
            elif not node.subscripts and not name.subscripts and piece.far < 1:
                yield Edit(start, end, piece.text, "name", 0.2)


def _changes(first: sx.Name, second: sx.Name) -> int:
    """In how many ways two names of the same letter differ."""
    names = ("font", "accents", "primes", "subscripts", "label")
    return sum(getattr(first, name) != getattr(second, name) for name in names)


def exchanges(site: Site) -> Iterator[Edit]:
    """Two different names of the same letter exchanged within one product, trace or fraction."""
    for node in site.nodes():
        if not isinstance(node, sx.Product | sx.Trace | sx.Quotient | sx.Divergence | sx.Norm):
            continue
        names = [n for n in sx.walk(node) if isinstance(n, sx.Name) and n.subscripts]
        pairs = [
            (a, b)
            for a, b in combinations(names, 2)
            if (a.text, a.font, a.accents) == (b.text, b.font, b.accents) and a != b
        ]
        for first, second in pairs[:_MOST_PAIRS]:
            one, two = sorted((_own(site, first), _own(site, second)))
            if one[1] <= two[0]:
                text = site.text
                changed = text[slice(*two)] + text[one[1] : two[0]] + text[slice(*one)]
                yield Edit(one[0], two[1], changed, "exchange", 0.05 * (len(pairs) > 1))


def _own(site: Site, name: sx.Name) -> tuple[int, int]:
    """Where a name stands; one that came out of a command is the command, without what was written behind it."""
    start, end = site.range(name)
    text = site.text[start:end]
    if text.startswith("\\") and "}" in text and not text.endswith("}"):
        end = start + text.index("}") + 1
    return start, end


def indices(site: Site) -> Iterator[Edit]:
    """Subscripts one less or one more."""
    for node in site.nodes():
        parts = node.subscripts if isinstance(node, sx.Name) else ()
        for part in parts:
            if len(parts) == 1 and not (part.span.start == node.span.start and part.span.end == node.span.end):
                yield from _shifted(site, part, "index")


def bounds(site: Site) -> Iterator[Edit]:
    """The ends of sums, products and ranges one less or one more."""
    for node in site.nodes():
        if isinstance(node, sx.BigSum | sx.BigProduct | sx.Range):
            for end in (node.lower, node.upper):
                if end is not None:
                    yield from _shifted(site, end, "bounds")


def _shifted(site: Site, part: sx.Node, kind: str) -> Iterator[Edit]:
    start, end = site.range(part)
    text = site.text[start:end]
    if isinstance(part, sx.Number) and part.text.isdigit() and text == part.text:
        for value in (int(text) + 1, int(text) - 1):
            if value >= 0:
                yield Edit(start, end, str(value), kind, 0.1)
        return
    if isinstance(part, sx.Name) and len(part.text) <= 5 and not part.subscripts:
        for shifted in (f"{text}-1", f"{text}+1"):
            yield Edit(start, end, shifted if _braced(site.text, start, end) else f"{{{shifted}}}", kind)
    elif isinstance(part, sx.Sum) and len(part.terms) == 2 and _is_one(part.terms[1]):
        yield Edit(start, end, site.slice(part.terms[0]), kind)


def _is_one(node: sx.Node) -> bool:
    inner = node.body if isinstance(node, sx.Negative) else node
    return isinstance(inner, sx.Number) and inner.text == "1"


def _braced(text: str, start: int, end: int) -> bool:
    """Whether more may stand here: inside braces, or where there are no scripts of one token."""
    before = text[:start].rstrip()[-1:]
    return before not in ("_", "^")
