"""Layout: a formula as nested boxes, between the terms of the language and the marks of an output format.

Boxes know nothing of mathematics: brackets, order and names are settled before, in `symelbo.writing.compose`. Every
letter and sign carries its LaTeX spelling, which the other formats translate by tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

__all__ = [
    "Big",
    "Box",
    "Brace",
    "Call",
    "Fence",
    "Fraction",
    "Half",
    "Name",
    "Number",
    "Raw",
    "Root",
    "Row",
    "Script",
    "Sign",
    "Word",
    "joined",
    "row",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Name:
    r"""A letter with its font and accents: `x`, `\theta`, `\mathcal{L}`, `\bar{\alpha}`."""

    tex: str


@dataclass(frozen=True, slots=True)
class Number:
    """Digits."""

    text: str


@dataclass(frozen=True, slots=True)
class Word:
    r"""An upright word such as `\log` or `\mathrm{KL}`; `text` is what is read aloud."""

    tex: str
    text: str


@dataclass(frozen=True, slots=True)
class Sign:
    r"""An operator, relation, comma or bar, by its LaTeX spelling."""

    tex: str


@dataclass(frozen=True, slots=True)
class Raw:
    """LaTeX of a term that has no boxes of its own, with a plain spelling for the other formats."""

    tex: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """Boxes side by side."""

    parts: tuple[Box, ...]


@dataclass(frozen=True, slots=True)
class Fraction:
    """One box above another."""

    top: Box
    bottom: Box


@dataclass(frozen=True, slots=True)
class Root:
    """A square root."""

    body: Box


@dataclass(frozen=True, slots=True)
class Script:
    """A box with a subscript, a superscript, or both."""

    base: Box
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True, slots=True)
class Big:
    """A large sign with its limits: a sum, a product, an integral."""

    sign: str
    below: Box | None = None
    above: Box | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """A box between brackets, which grow with it or keep the size of a letter."""

    left: str
    body: Box
    right: str
    grows: bool = True


@dataclass(frozen=True, slots=True)
class Half:
    """One bracket of a pair whose partner stands in another row."""

    bracket: str
    opens: bool


@dataclass(frozen=True, slots=True)
class Call:
    """A letter or operator with its argument in brackets, with no blank between."""

    head: Box
    body: Fence


@dataclass(frozen=True, slots=True)
class Brace:
    """A box with a brace below it that carries a name in words."""

    body: Box
    label: str


Box = Name | Number | Word | Sign | Raw | Row | Fraction | Root | Script | Big | Fence | Half | Call | Brace


def row(*parts: Box) -> Box:
    """Boxes side by side, rows within rows taken apart; a single box stays itself."""
    flat = [inner for part in parts for inner in (part.parts if isinstance(part, Row) else (part,))]
    return flat[0] if len(flat) == 1 else Row(tuple(flat))


def joined(parts: Iterable[Box], sign: str = ",") -> Box:
    """Boxes with a sign between them."""
    made: list[Box] = []
    for part in parts:
        made += [Sign(sign), part] if made else [part]
    return row(*made)


def walk(box: Box) -> Iterator[Box]:
    """The box and everything in it."""
    yield box
    match box:
        case Row(parts):
            for part in parts:
                yield from walk(part)
        case Fraction(one, two) | Call(one, two):
            yield from walk(one)
            yield from walk(two)
        case Root(body) | Fence(_, body, _) | Brace(body, _):
            yield from walk(body)
        case Script(base, below, above):
            for inner in (base, below, above):
                if inner is not None:
                    yield from walk(inner)
        case Big(_, below, above):
            for inner in (below, above):
                if inner is not None:
                    yield from walk(inner)
