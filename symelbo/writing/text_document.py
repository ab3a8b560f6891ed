"""Documents as Unicode text, for the terminal; what stands there can be read back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sympy import Basic

from symelbo.language import Claim
from symelbo.writing.compose import compose
from symelbo.writing.document import Display, Document, Paragraph, Words
from symelbo.writing.letters import sign
from symelbo.writing.plain import to_plain
from symelbo.writing.rows import rows_of, sign_of

__all__ = ["claim_text", "text", "words_text"]

_WIDEST: Final = 100


def text(document: Document) -> str:
    """The document as text."""
    return "\n\n".join(_blocks(document)) + "\n"


def _blocks(document: Document) -> Iterator[str]:
    yield document.title
    if document.assumptions:
        yield "\n".join(f"symelbo: assume {claim_text(claim)}" for claim in document.assumptions)
    for part in document.parts:
        yield words_text(part.words) if isinstance(part, Paragraph) else "\n".join(_display(part))
    if document.source:
        yield f"Source: {document.source}"


def _display(display: Display) -> Iterator[str]:
    rows = list(rows_of(display, _WIDEST))
    left = to_plain(compose(display.start))
    margin = len(left) if len(left) <= 36 else 4
    made: list[tuple[str, str]] = []
    if margin < len(left):
        made.append((left, ""))
    for place, row in enumerate(rows):
        head = left if place == 0 and margin == len(left) else " " * margin
        relation = f" {sign(row.sign)} " if row.sign is not None else "     "
        made.append((head + relation + to_plain(row.right), words_text(row.reason)))
    widest = max(len(line) for line, reason in made if reason or len(made) == 1) if any(r for _, r in made) else 0
    for line, reason in made:
        yield f"{line:<{widest}}    ({reason})" if reason else line


def words_text(words: Words) -> str:
    """A sentence with its terms as text."""
    return "".join(to_plain(compose(piece)) if isinstance(piece, Basic) else piece for piece in words)


def claim_text(claim: Claim) -> str:
    """A claim as text."""
    return f"{to_plain(compose(claim.lhs))} {sign(sign_of(claim.relation))} {to_plain(compose(claim.rhs))}"
