"""Edits of a source text: what is replaced by what, how plausible that slip is, and in which words it is told."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["KINDS", "Edit", "Kind", "applied", "stretched", "whole"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of slip: what undoing it costs (plausible ones cost little), and the words for it."""

    name: str
    cost: float
    words: str


KINDS = {
    kind.name: kind
    for kind in (
        Kind("direction", 0.8, "the inequality is turned round"),
        Kind("bound", 2.7, "the relation is a bound, not an equation"),
        Kind("proportional", 1.45, "the sides are proportional, not equal"),
        Kind("sign", 1.0, "a sign is turned"),
        Kind("lead", 1.5, "a sign is turned"),
        Kind("divergence", 1.0, "the arguments of the divergence are exchanged"),
        Kind("fraction", 1.1, "the fraction is turned over"),
        Kind("bar", 1.2, "what is conditioned on is exchanged"),
        Kind("exchange", 1.3, "two names are exchanged"),
        Kind("logarithm", 1.05, "a logarithm is missing"),
        Kind("unlogged", 1.3, "a logarithm is too much"),
        Kind("exponential", 1.2, "an exponential is missing"),
        Kind("power", 1.2, "a square or a root is lost or too much"),
        Kind("inverse", 1.2, "an inverse is missing or too much"),
        Kind("index", 1.15, "an index is shifted by one"),
        Kind("bounds", 1.1, "the range of the index is shifted by one"),
        Kind("accent", 1.1, "the name is another one of the same letter"),
        Kind("name", 1.7, "the name is another one"),
        Kind("number", 1.4, "a number is another one"),
        Kind("factor", 1.45, "a factor is missing"),
        Kind("surplus", 1.6, "a factor is too much"),
        Kind("weight", 1.4, "the density that weighs is missing"),
        Kind("density", 1.25, "the density is another one"),
        Kind("letter", 1.2, "the family is another one"),
        Kind("condition", 1.2, "a condition is missing"),
        Kind("unconditioned", 1.5, "a condition is too much"),
        Kind("mean", 1.8, "an expectation is missing"),
        Kind("unaveraged", 2.2, "an expectation is too much"),
        Kind("constant", 1.95, "a constant is missing"),
        Kind("term", 2.3, "a term is missing"),
        Kind("extra term", 2.2, "a term is too much"),
        Kind("difference", 2.6, "a term is missing"),
        Kind("digits", 0.5, "the number is another one"),
        Kind("carried", 0.6, "a corrected number is carried over"),
    )
}


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of `start:end`; `kind` is a key of `KINDS`, `more` is what this one costs beyond its kind."""

    start: int
    end: int
    text: str
    kind: str
    more: float = 0.0

    @property
    def cost(self) -> float:
        """How implausible the slip is that this edit undoes."""
        return KINDS[self.kind].cost + self.more

    @property
    def words(self) -> str:
        """The slip in words."""
        return KINDS[self.kind].words


def applied(text: str, edits: Iterable[Edit]) -> str:
    """The text with edits made that do not overlap.

    >>> applied("a + b", [Edit(2, 3, "-", "sign")])
    'a - b'
    """
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


_OPENERS = {"(": ")", "[": "]", "{": "}"}
_CLOSERS = {closer: opener for opener, closer in _OPENERS.items()}
_SIZES = ("\\left", "\\big", "\\Big", "\\bigg", "\\Bigg", "\\bigl", "\\Bigl", "\\biggl", "\\Biggl")


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    r"""The range with the partners of brackets that are cut off at its ends.

    >>> whole(r"\frac{1}{2} x", 0, 10)
    (0, 11)
    """
    waiting: list[str] = []
    unopened: list[str] = []
    for char in text[start:end]:
        if char in _OPENERS:
            waiting.append(char)
        elif char in _CLOSERS:
            if waiting and waiting[-1] == _CLOSERS[char]:
                waiting.pop()
            else:
                unopened.append(char)
    while waiting:
        place = _partner(text, end, waiting.pop(), 1)
        if place is None:
            return start, end
        end = place + 1
    for char in unopened:
        place = _partner(text, start - 1, char, -1)
        if place is None:
            return start, end
        start = place
        for size in _SIZES:
            if text.endswith(size, 0, start):
                start -= len(size)
                break
    return start, end


def stretched(text: str, start: int, end: int) -> tuple[int, int]:
    """The range without blanks at its ends."""
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _partner(text: str, place: int, bracket: str, step: int) -> int | None:
    """Where the partner of a bracket stands, from a place on, within two thousand characters."""
    same, other = bracket, (_OPENERS if step > 0 else _CLOSERS)[bracket]
    depth = 1
    for _ in range(2000):
        if not 0 <= place < len(text):
            return None
        if text[place] == same:
            depth += 1
        elif text[place] == other:
            depth -= 1
            if not depth:
                return place
        place += step
    return None
