"""Edits of whole terms: an expectation around one, a term of the other side that is missing, one too much."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Frame, Site, quotable
from symelbo.reading.parsing import syntax as sx

__all__ = ["constants", "difference", "means", "terms"]

_MOST_LAWS = 10


def means(site: Site) -> Iterator[Edit]:
    """An expectation put around a term or a body, as the document writes them; one taken away."""
    frames = _frames(site)
    for node, more in _averaged(site):
        if isinstance(node, sx.Expectation | sx.Number):
            continue
        start, end = site.range(node)
        for frame in frames:
            text = f"{frame.head} {site.text[start:end]} {frame.tail}" if site.material.tex else ""
            if text:
                yield Edit(start, end, text, "mean", more + 0.05 * frame.far)
    for node in site.nodes():
        if isinstance(node, sx.Expectation):
            start, end = site.range(node)
            yield Edit(start, end, site.slice(node.body), "unaveraged")


def _averaged(site: Site) -> Iterator[tuple[sx.Node, float]]:
    for node in site.nodes():
        if isinstance(node, sx.Divergence):
            yield node, 0.0
        elif isinstance(node, sx.BigSum):
            yield node, 0.05
            yield node.body, 0.05
        elif isinstance(node, sx.Sum) and not _is_index(node):
            for term in node.terms:
                inner = term.body if isinstance(term, sx.Negative) else term
                if isinstance(inner, sx.Log | sx.Norm | sx.Power | sx.Call):
                    yield inner, 0.15
    yield site.side.body if isinstance(site.side, sx.Negative) else site.side, 0.1


def _is_index(node: sx.Sum) -> bool:
    return all(isinstance(part, sx.Name | sx.Number | sx.Negative | sx.Sum) for part in sx.walk(node))


def _frames(site: Site) -> list[Frame]:
    """The document's expectations, and the same with other densities as their law."""
    written = list(site.material.frames)
    model = next((f for f in written if f.law), None)
    if model is None:
        model = Frame("\\mathbb{E}_{q}\\left[", "\\right]", "q")
    known = {"".join(frame.law.split()) for frame in written}
    for piece in site.material.densities:
        if "".join(piece.text.split()) not in known and quotable(piece.text, 60):
            head = model.head.replace(model.law, piece.text, 1)
            if "\\sim" not in head:
                written.append(Frame(head, model.tail, piece.text, piece.far + 1))
    return written[:_MOST_LAWS]


def terms(site: Site) -> Iterator[Edit]:
    """A term of the other side added at the end, with either sign; a term left out."""
    end = site.range(site.side)[1]
    own = {sx.outline(part) for part in sx.walk(site.side)}
    for term in site.other.terms if isinstance(site.other, sx.Sum) else ():
        inner = term.body if isinstance(term, sx.Negative) else term
        text = site.slice(inner)
        if quotable(text) and sx.outline(inner) not in own:
            for sign in ("+", "-"):
                yield Edit(end, end, f" {sign} {text}", "term", 0.0 if (sign == "-") == (inner is not term) else 0.1)
    for node in site.nodes():
        if isinstance(node, sx.Sum) and not _is_index(node):
            for place, term in enumerate(node.terms):
                start, stop = site.range(term)
                if place:
                    start = site.range(node.terms[place - 1])[1]
                elif isinstance(node.terms[1], sx.Negative):
                    stop = node.terms[1].span.start
                else:
                    stop = site.range(node.terms[1])[0]
                yield Edit(start, stop, "", "extra term", 0.0 if node is site.side else 0.1)


def difference(site: Site) -> Iterator[Edit]:
    """What the two sides differ by, added at the end, where that is one term."""
    if site.apart and quotable(site.apart, 120):
        end = site.range(site.side)[1]
        text = site.apart.lstrip()
        yield Edit(end, end, f" {text}" if text.startswith("-") else f" + {text}", "difference")


def constants(site: Site) -> Iterator[Edit]:
    """`+ const` at the end."""
    if not any(isinstance(node, sx.Constant) for node in sx.walk(site.side)):
        end = site.range(site.side)[1]
        yield Edit(end, end, f" + {site.material.constant}", "constant")
