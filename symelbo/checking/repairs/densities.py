"""Edits of densities: another one of the document, another letter, a condition more or less, a bar for a comma."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.checking.repairs.edits import Edit
from symelbo.checking.repairs.material import Piece, Site, family_of, slots_of
from symelbo.reading.parsing import syntax as sx

__all__ = ["conditions", "densities", "laws", "letters"]


def densities(site: Site) -> Iterator[Edit]:
    """Each density replaced by others of the document that share a variable with it."""
    for node in site.nodes():
        if not site.is_density(node):
            continue
        start, end = site.range(node)
        own = Piece(site.text[start:end], node)
        for piece in site.material.densities:
            if _bare(piece.text) == _bare(own.text):
                continue
            same = family_of(piece) == family_of(own)
            common = slots_of(piece.node) & slots_of(node)
            if not common and not same:
                continue
            equal = slots_of(piece.node) == slots_of(node)
            # the same variables with another bar are a slip of the bar; another family at other variables is no slip
            more = (0.0 if same else 0.15) + (0.0 if equal else 0.1) + 0.05 * piece.far
            yield Edit(start, end, piece.text, "density", more)


def letters(site: Site) -> Iterator[Edit]:
    """Another family's letter at the same variables."""
    functions: dict[str, str] = {}
    for piece in site.material.densities:
        assert isinstance(piece.node, sx.Call)
        written = piece.text.split("(", 1)[0].split("\\left", 1)[0].strip()
        if written and len(written) < 40 and "{" not in written[:1]:
            functions.setdefault(_bare(written), written)
    for node in site.nodes():
        if not site.is_density(node):
            continue
        assert isinstance(node, sx.Call)
        start, end = node.function.span.start, node.function.span.end
        if (start, end) == (node.span.start, node.span.end):
            continue  # all of it stands in a command of the author's
        for bare, written in functions.items():
            if bare != _bare(site.text[start:end]):
                yield Edit(start, end, written, "letter", 0.05)


def laws(site: Site) -> Iterator[Edit]:
    """Bare names of laws (`E_p`, `z \\sim p`) replaced by those of the document."""
    written: dict[str, None] = {}
    for frame in site.material.frames:
        if frame.law:
            written.setdefault(frame.law, None)
    for piece in site.material.densities:
        written.setdefault(piece.text, None)
    for node in site.nodes():
        if not isinstance(node, sx.Expectation):
            continue
        for law in node.laws:
            inner = law.law if isinstance(law, sx.Sampled) else law
            start, end = site.range(inner)
            for text in written:
                if _bare(text) != _bare(site.text[start:end]) and not (site.is_density(inner) and "(" in text):
                    yield Edit(start, end, text, "density", 0.15)


def conditions(site: Site) -> Iterator[Edit]:
    """A variable more or less after the bar, and values and conditions exchanged or joined."""
    variables = _variables(site)
    for node in site.nodes():
        if not site.is_density(node):
            continue
        assert isinstance(node, sx.Call)
        values, given = node.arguments.values, node.arguments.given
        if not values or node.arguments.parameters:
            continue
        present = {_bare(site.slice(item)) for item in (*values, *given)}
        first, last = site.range(values[0])[0], site.range((*values, *given)[-1])[1]
        names = [site.slice(item) for item in values]
        behind = [site.slice(item) for item in given]
        bar = _bar(site)
        for name in variables:
            if _bare(name) not in present:
                text = f"{', '.join(names)}{bar}{', '.join((*behind, name))}"
                yield Edit(first, last, text, "condition", 0.1)
                if not given:
                    yield Edit(first, last, ", ".join((*names, name)), "condition", 0.35)
        for place in range(len(behind)):
            rest = behind[:place] + behind[place + 1 :]
            text = ", ".join(names) + (f"{bar}{', '.join(rest)}" if rest else "")
            yield Edit(first, last, text, "unconditioned", -0.15)
        if given and len(values) == 1 and len(given) == 1:
            yield Edit(first, last, f"{behind[0]}{bar}{names[0]}", "bar")
        if given:
            yield Edit(first, last, ", ".join((*names, *behind)), "bar", 0.15)
        if not given and len(values) > 1:
            for place in range(len(names)):
                rest = names[:place] + names[place + 1 :]
                yield Edit(first, last, f"{names[place]}{bar}{', '.join(rest)}", "bar", 0.2)
                yield Edit(first, last, f"{', '.join(rest)}", "bar", 0.35)


def _variables(site: Site) -> tuple[str, ...]:
    """What densities of the claim and its neighbours speak of, as written."""
    found: dict[str, str] = {}
    for piece in site.material.densities:
        if piece.far > 1:
            continue
        assert isinstance(piece.node, sx.Call)
        for item in (*piece.node.arguments.values, *piece.node.arguments.given):
            if isinstance(item, sx.Name):
                # pieces come from anywhere in the text, so that their own spans are good there
                text = site.text[item.span.start : item.span.end]
                if 0 < len(text) < 30:
                    found.setdefault(_bare(text), text)
    return tuple(found.values())


def _bar(site: Site) -> str:
    """The author's way of writing the bar."""
    for mark in ("\\mid", "\\vert", "\\given"):
        if mark in site.text:
            return f" {mark} "
    return "|" if site.text.count("| ") < site.text.count("|") / 2 else " | "


def _bare(text: str) -> str:
    return "".join(text.replace("\\,", "").split())
