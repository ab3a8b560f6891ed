"""Documents in Markdown: for GitHub, with displays between double dollars, and for MyST, with its math directive."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Basic

from symelbo.writing.document import Assumed, Display, Document, Paragraph, Words
from symelbo.writing.latex import latex
from symelbo.writing.latex_document import aligned_rows, claim_tex

__all__ = ["markdown", "myst", "words_markdown"]


def markdown(document: Document) -> str:
    """Markdown as GitHub shows it."""
    return "\n\n".join(_blocks(document, "$$", "$$")) + "\n"


def myst(document: Document) -> str:
    """Markdown for MyST and Jupyter Book, with front matter."""
    front = f'---\ntitle: "{document.title}"\n---\n\n'
    body = [block for block in _blocks(document, "```{math}", "```") if not block.startswith("# ")]
    return front + "\n\n".join(body) + "\n"


def _blocks(document: Document, opening: str, closing: str) -> Iterator[str]:
    yield f"# {document.title}"
    for part in document.parts:
        match part:
            case Paragraph(words):
                yield words_markdown(words)
            case Display():
                yield _display(part, opening, closing)
            case Assumed(claims) if claims:
                yield "\n".join(f"<!-- symelbo: assume {claim_tex(claim)} -->" for claim in claims)
                yield "Assume " + ", ".join(f"${claim_tex(claim)}$" for claim in claims) + "."
    if document.source:
        yield f"*Source:* {document.source}."


def _display(display: Display, opening: str, closing: str) -> str:
    rows = "\n".join(aligned_rows(display))
    return f"{opening}\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}\n{closing}"


def words_markdown(words: Words) -> str:
    """A sentence with its terms between dollars."""
    return "".join(f"${latex(piece)}$" if isinstance(piece, Basic) else piece for piece in words)
