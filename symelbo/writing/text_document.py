"""Documents as Unicode text, for the terminal; what stands there can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from symelbo.language import Claim
from symelbo.writing.compose import compose
from symelbo.writing.document import Assumed, Display, Document, Paragraph
from symelbo.writing.letters import sign
from symelbo.writing.plain import to_plain
from symelbo.writing.rows import Shape, rows_of, sign_of, words_of

__all__ = ["claim_text", "text"]

_WIDEST: Final = 72.0
_COLUMN: Final = 72


def text(document: Document) -> str:
    """The document as text."""
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    yield document.title
    for part in document.parts:
        match part:
            case Paragraph(words):
                yield words_of(words)
            case Display():
                yield "\n".join(_display(part))
            case Assumed(claims) if claims:
                yield "\n".join(f"symelbo: assume {claim_text(claim)}" for claim in claims)
    if document.source:
        yield f"Source: {document.source}"


def _display(display: Display) -> Iterator[str]:
    rows = list(rows_of(display, Shape(False, False, _WIDEST)))
    left = to_plain(compose(display.start))
    margin = len(left) if len(left) <= 36 else 4
    made: list[tuple[str, str]] = []
    for place, row in enumerate(rows):
        head = left if place == 0 else " " * margin
        relation = f" {sign(row.sign)} " if row.sign is not None else "     "
        made.append((head + relation + to_plain(row.right), words_of(row.reason)))
    widest = min(_COLUMN, max(len(line) for line, _ in made))
    for line, reason in made:
        yield f"{line:<{widest}}    ({reason})" if reason else line


def claim_text(claim: Claim) -> str:
    """A claim as text."""
    return f"{to_plain(compose(claim.lhs))} {sign(sign_of(claim.relation))} {to_plain(compose(claim.rhs))}"
