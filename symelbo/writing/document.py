"""Documents: what a derivation says, before any format: sentences with terms in them, and displays."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Basic, Expr

from symelbo.language import Claim, Relation

__all__ = ["Assumed", "Display", "Document", "Line", "Paragraph", "Words", "sentence"]

Words = tuple[str | Basic, ...]
"""A sentence in which terms stand between words."""


@dataclass(frozen=True, slots=True)
class Line:
    """One relation sign of a display, its right side, and the reason for it."""

    relation: Relation
    term: Expr
    reason: Words = ()


@dataclass(frozen=True, slots=True)
class Display:
    """A chain of relations set apart from the text; `names` gives parts of its last line a brace with a name."""

    start: Expr
    lines: tuple[Line, ...]
    names: tuple[tuple[Expr, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Assumed:
    """What holds from here on."""

    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A sentence or more of text."""

    words: Words


@dataclass(frozen=True, slots=True)
class Document:
    """A title and the parts in order. `source` says where the mathematics comes from."""

    title: str
    parts: tuple[Assumed | Paragraph | Display, ...]
    source: str = ""


def sentence(words: Iterable[str | Basic]) -> Words:
    """The words with a capital letter in front and a full stop behind."""
    listed = list(words)
    if listed and isinstance(listed[0], str) and listed[0]:
        listed[0] = listed[0][0].upper() + listed[0][1:]
    if listed and not (isinstance(listed[-1], str) and listed[-1].rstrip().endswith((".", ":"))):
        listed.append(".")
    return tuple(listed)
