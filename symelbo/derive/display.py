"""A derivation as a document: its chains become displays, with a sentence before each."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.derive.derivation import Chain, Derivation, Detail
from symelbo.writing import Assumed, Display, Document, Line, Paragraph
from symelbo.writing.document import sentence

__all__ = ["document"]


_Piece = Assumed | Paragraph | Display


def document(derivation: Derivation, *, detail: Detail, reasons: bool, names: bool) -> Document:
    """The document of a derivation. `detail` is the size of the steps; `reasons` and `names` say what is shown."""
    parts = tuple(_parts(derivation, detail, reasons, names))
    return Document(derivation.title, parts, derivation.source)


def _parts(derivation: Derivation, detail: Detail, reasons: bool, names: bool) -> Iterator[_Piece]:
    if derivation.assumptions:
        yield Assumed(derivation.assumptions)
    if derivation.opening:
        yield Paragraph(sentence(derivation.opening))
    for chain in derivation.chains:
        if chain.assumptions:
            yield Assumed(chain.assumptions)
        if chain.lead:
            yield Paragraph(_introducing(chain))
        lines = tuple(Line(relation, term, words if reasons else ()) for relation, term, words in chain.lines(detail))
        yield Display(chain.start, lines, chain.names if names else ())
    if derivation.closing:
        yield Paragraph(sentence(derivation.closing))


def _introducing(chain: Chain) -> tuple[object, ...]:
    """A sentence that leads to a display."""
    words = sentence(chain.lead)
    end = words[-1]
    return (*words[:-1], end.rstrip(". ") + ":") if isinstance(end, str) and end.endswith(".") else words
