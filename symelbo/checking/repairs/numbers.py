"""Repairs of worked numbers: the right decimal, a corrected one carried over, or a small slip in the arithmetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from symelbo.checking.repairs.edits import Edit
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.stating.statements import DocumentReading, Statement

__all__ = ["carried", "digits", "divided", "literal"]


def literal(node: sx.Node | None) -> str | None:
    """A side that is one decimal number, with its sign; None for other sides."""
    if isinstance(node, sx.Negative):
        inner = literal(node.body)
        return None if inner is None or inner.startswith("-") else f"-{inner}"
    return node.text if isinstance(node, sx.Number) and "." in node.text else None


def digits(document: DocumentReading, statement: Statement, value: str) -> Iterator[Edit]:
    """The decimal on the right replaced by the value, rounded to as many digits."""
    right = statement.written[1]
    shown = literal(right)
    if shown is None or right is None:
        return
    try:
        rounded = Decimal(value).quantize(Decimal(1).scaleb(-len(shown.split(".")[1])), ROUND_HALF_EVEN)
    except InvalidOperation:
        return
    if document.text[right.span.start : right.span.end].replace(" ", "").replace("−", "-") == shown:
        yield Edit(right.span.start, right.span.end, str(rounded), "digits")


def carried(document: DocumentReading, statement: Statement, corrected: Mapping[str, str]) -> Iterator[Edit]:
    """Numbers that were corrected further up, corrected here as well; where the sign before them allows it."""
    for side in statement.written:
        if side is None or side.span.end <= statement.span.start < side.span.start:
            continue
        for node in sx.walk(side):
            if not isinstance(node, sx.Number):
                continue
            for wrong, right in corrected.items():
                same_sign = wrong.startswith("-") == right.startswith("-")
                start, end = node.span.start, node.span.end
                if node.text == wrong.lstrip("-") and same_sign and document.text[start:end] == node.text:
                    yield Edit(start, end, right.lstrip("-"), "carried")


def divided(document: DocumentReading, statement: Statement, statements: tuple[Statement, ...]) -> Iterator[Edit]:
    """The right side divided by a number of the document: a normaliser that was forgotten."""
    right = statement.written[1]
    if right is None:
        return
    known: dict[str, None] = {}
    for other in statements:
        shown = literal(other.written[1])
        if shown is not None and not shown.startswith("-"):
            known.setdefault(shown, None)
    start, end = right.span.start, right.span.end
    text = document.text[start:end]
    for number in known:
        if number not in text:
            made = f"\\frac{{{text}}}{{{number}}}" if "\\" in document.text else f"({text}) / {number}"
            yield Edit(start, end, made, "factor", 0.2)
