"""What a document offers to a repair: its densities, laws, names and the author's way of writing them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from symelbo.checking.repairs.edits import whole
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import family_key, is_parameter
from symelbo.reading.stating.statements import Statement
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["Frame", "Material", "Piece", "Site", "family_of", "hidden_in", "material_of", "quotable", "slots_of"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of the author's source that can be used again, with its tree; `far` counts how far away it stands."""

    text: str
    node: sx.Node
    far: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    r"""How an expectation is written: `\mathbb{E}_{q(z)}\left[` before the body and `\right]` after it."""

    head: str
    tail: str
    law: str
    far: int = 0


@dataclass(frozen=True, slots=True)
class Material:
    """Pieces of the document, the nearest first, each different text once."""

    densities: tuple[Piece, ...]
    names: tuple[Piece, ...]
    frames: tuple[Frame, ...]
    ends: tuple[str, ...]
    constant: str
    log: str
    tex: bool


@dataclass(frozen=True, slots=True)
class Site:
    """One side of a false claim as a place for edits; `low:high` is the display's part of the text.

    `hidden` are nodes without source of their own, `apart` is what is missing on this side, where that is one term.
    """

    text: str
    side: sx.Node
    other: sx.Node
    material: Material
    vocabulary: Vocabulary
    low: int
    high: int
    hidden: frozenset[int] = frozenset()
    apart: str = ""

    def slice(self, node: sx.Node) -> str:
        """The source of a node, its brackets whole."""
        start, end = self.range(node)
        return self.text[start:end]

    def range(self, node: sx.Node) -> tuple[int, int]:
        """Where a node stands, its brackets whole."""
        return whole(self.text, node.span.start, node.span.end)

    def is_density(self, node: sx.Node) -> bool:
        """Whether a node is a family of densities at some variables, in source of its own."""
        return id(node) not in self.hidden and _is_density(node, self.vocabulary)

    def nodes(self) -> Iterator[sx.Node]:
        """The nodes that have source of their own; what comes out of an author's command has only that of its call."""
        return (node for node in sx.walk(self.side) if id(node) not in self.hidden)


def hidden_in(side: sx.Node) -> frozenset[int]:
    """Nodes that stand in the same source as the node above them, as the parts of a command's expansion do."""
    found: set[int] = set()
    for node in sx.walk(side):
        for part in sx.children(node):
            same = (part.span.start, part.span.end) == (node.span.start, node.span.end)
            inside = part.span.start > node.span.start or part.span.end < node.span.end
            if (id(node) in found and not inside) or (same and not isinstance(part, sx.Sum | sx.Product)):
                found.add(id(part))
    return frozenset(found)


def quotable(text: str, limit: int = 200) -> bool:
    """Whether a piece of source can stand elsewhere: on one line, without layout."""
    return 0 < len(text) <= limit and not any(mark in text for mark in ("\n", "&", "%", "\\\\", "underbrace"))


def material_of(text: str, statements: Iterable[Statement], statement: Statement, vocabulary: Vocabulary) -> Material:
    """What the document has, seen from one of its statements."""
    listed = sorted(_sides(statements, statement), key=lambda item: (item[0], abs(item[1].span.start)))
    densities: dict[str, Piece] = {}
    names: dict[str, Piece] = {}
    frames: dict[tuple[str, str], Frame] = {}
    ends: dict[str, None] = {}
    constant = ""
    for far, side in listed:
        functions = {id(node.function) for node in sx.walk(side) if isinstance(node, sx.Call)} | hidden_in(side)
        for node in sx.walk(side):
            if id(node) in functions:
                continue
            written = text[slice(*whole(text, node.span.start, node.span.end))]
            if not quotable(written):
                continue
            if _is_density(node, vocabulary):
                densities.setdefault(_key(written), Piece(written, node, far))
            elif isinstance(node, sx.Expectation):
                for frame in _frames(text, node, far):
                    frames.setdefault((_key(frame.head), frame.law), frame)
            elif isinstance(node, sx.Name) and not vocabulary.is_family(node):
                names.setdefault(_key(written), Piece(written, node, far))
            elif isinstance(node, sx.BigSum | sx.BigProduct) and node.upper is not None:
                ends.setdefault(text[node.upper.span.start : node.upper.span.end], None)
            elif isinstance(node, sx.Constant):
                constant = constant or written
    tex = "\\" in text
    return Material(
        tuple(densities.values()),
        tuple(names.values()),
        tuple(frames.values()),
        tuple(end for end in ends if quotable(end, 12)),
        constant or ("\\text{const}" if tex else "const"),
        ("\\ln" if text.count("\\ln") > text.count("\\log") else "\\log") if tex else "log",
        tex,
    )


def _sides(statements: Iterable[Statement], statement: Statement) -> Iterator[tuple[int, sx.Node]]:
    """Every side of the document with its distance: 0 in the claim itself, 1 near it, 2 elsewhere."""
    for other in statements:
        near = abs(other.span.start - statement.span.start) < 600
        for node in other.written:
            if node is not None:
                yield 0 if other is statement else 1 if near else 2, node


def _is_density(node: sx.Node, vocabulary: Vocabulary) -> bool:
    return isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and vocabulary.is_family(node.function)


def _frames(text: str, node: sx.Expectation, far: int) -> Iterator[Frame]:
    """The expectation's way of writing, with the text of its law cut out of the head."""
    if len(node.laws) != 1:
        return
    law = node.laws[0].law if isinstance(node.laws[0], sx.Sampled) else node.laws[0]
    start, end = whole(text, node.span.start, node.span.end)
    body = whole(text, node.body.span.start, node.body.span.end)
    head, tail = text[start : body[0]], text[body[1] : end]
    place = whole(text, law.span.start, law.span.end)
    if not (start <= place[0] < place[1] <= body[0] < body[1] <= end) or not tail:
        # A command of the author's with the law inside it, or a mean without brackets.
        if tail and head and quotable(head, 60) and quotable(tail, 20):
            yield Frame(head, tail, "", far)
        return
    if quotable(head, 120) and quotable(tail, 20):
        yield Frame(head, tail, text[place[0] : place[1]], far)


def _key(text: str) -> str:
    return "".join(text.replace("\\,", "").split())


def family_of(piece: Piece) -> str:
    """The family's letter of a density, without its parameters."""
    assert isinstance(piece.node, sx.Call) and isinstance(piece.node.function, sx.Name)
    return family_key(piece.node.function)


def slots_of(node: sx.Node) -> frozenset[str]:
    """The variables that a density speaks of, before and after the bar, parameters left out."""
    assert isinstance(node, sx.Call)
    items = (*node.arguments.values, *node.arguments.given)
    return frozenset(sx.outline(item) for item in items if not (isinstance(item, sx.Name) and is_parameter(item)))
