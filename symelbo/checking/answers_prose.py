"""Numbers that a document gives outside of its displays: in formulas within a sentence, and in tables of Markdown.

Only what has the form of a table entry or of a number with a point is taken: `$p(z=1) = 0.3$`, `$\\theta = 0.7$`, and
the rows `| $p(x=1 \\mid z)$ | 0.2 | 0.9 |` under a head `| $z$ | 0 | 1 |`. They are givens, never claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from symelbo.errors import SymelboError
from symelbo.reading.stating.statements import DocumentReading, Statement

__all__ = ["Givens", "with_prose"]

_NUMBER = r"-?(?:\d+(?:\.\d+)?(?:\s*\\?%|\s*/\s*\d+)?|\\[td]?frac\s*(?:\{\d+\}\s*\{\d+\}|\d\s*\d))"
_ENTRY = rf"(?:[pqPQ](?:_\{{?\\?\w+\}}?)?|\\Pr)\s*\([^=()$]*=[^()$]*\)\s*=\s*{_NUMBER}"
_SCALAR = r"\\?[A-Za-z]+(?:_\{?\w+\}?)?\s*=\s*-?\d+\.\d+"
_SEPARATOR = r"\s*(?:[,;]|\\q?quad|\\ |\\text\{\s*and\s*\}|\s)*\s*"
_INLINE = re.compile(r"(?<![\\$])\$(?!\$)([^$]{1,2000}?)(?<![\\$])\$(?!\$)|\\\((.{1,2000}?)\\\)", re.DOTALL)
_GIVEN = re.compile(rf"\s*(?:{_ENTRY}|{_SCALAR})(?:{_SEPARATOR}(?:{_ENTRY}|{_SCALAR}))*\s*[.,;]?\s*")
_ROW = re.compile(r"^[ >]*\|(.+)\|[ \t]*$", re.MULTILINE)
_NAME = re.compile(r"\\?[A-Za-z]+(?:_\{?\w+\}?)?")


@dataclass(frozen=True, slots=True)
class Givens:
    """The document read together with what its prose gives; `statements` are in the order of the source."""

    document: DocumentReading
    statements: tuple[Statement, ...]


def with_prose(document: DocumentReading) -> Givens:
    """The document, and the numbers in its prose as further statements at their places.

    >>> from symelbo.reading import read_document
    >>> read = read_document("a.md", "Let $p(z=1) = 0.3$.\\n\\n$$p(z=0) = 0.7$$\\n")
    >>> [statement.rhs for statement in with_prose(read).statements]
    ['0.3', '0.7']
    """
    reads = document.path.endswith((".md", ".tex", ".markdown"))
    found = [*_inline(document.text), *_tables(document.text)] if reads else []
    if not found:
        return Givens(document, document.statements)
    from symelbo.reading import read_document

    text, places = document.text.replace("\\end{document}", " " * len("\\end{document}")), []
    for place, given in sorted(found):
        text += "\n\n"
        places.append((len(text), place))
        text += f"\\[ {given} \\]" if document.path.endswith(".tex") else f"$$ {given} $$"
    text += "\n"
    try:
        read = read_document(document.path, text)
    except SymelboError:
        return Givens(document, document.statements)
    own = {statement.span.start for statement in document.statements}
    # Read at the end of the text, they stand behind displays that come after them: what these give is not theirs.
    kept = [replace(one, context=None) for one in read.statements if one.span.start >= places[0][0]]
    again = [statement for statement in read.statements if statement.span.start < places[0][0]]
    if {statement.span.start for statement in again} != own:
        return Givens(document, document.statements)

    def where(statement: Statement) -> tuple[int, int]:
        start = statement.span.start
        return max((place for at, place in places if at <= start), default=start), start

    merged = [((statement.span.start, 0), statement) for statement in again]
    merged += [(where(statement), statement) for statement in kept]
    ordered = tuple(statement for _, statement in sorted(merged, key=lambda pair: pair[0]))
    return Givens(replace(document, text=text, statements=ordered), ordered)


def _inline(text: str) -> Iterator[tuple[int, str]]:
    for match in _INLINE.finditer(text):
        inside = match[1] or match[2]
        if _GIVEN.fullmatch(inside):
            yield match.start(), inside.strip(" .,;\n")


def _tables(text: str) -> Iterator[tuple[int, str]]:
    """Rows of Markdown tables whose head lists the states of a variable."""
    name, states, end = "", [], -2
    for match in _ROW.finditer(text):
        cells = [cell.strip().strip("$").strip() for cell in re.split(r"(?<!\\)\|", match[1].replace(r"\mid", "\0"))]
        if match.start() > end + 1:
            name, states = cells[0], cells[1:]
            headed = {state.partition("=")[0].strip() for state in states if "=" in state}
            if len(headed) == 1 and all("=" in state for state in states):  # `| | $z=0$ | $z=1$ |`
                name = headed.pop()
        elif _NAME.fullmatch(name) and len(cells) == len(states) + 1 and not set("".join(cells)) <= set("-: "):
            for state, value in zip(states, cells[1:], strict=True):
                given = f"{_at(cells[0], name, state)} = {value}".replace("\0", r"\mid ")
                if _GIVEN.fullmatch(given):
                    yield match.start(), given
        end = match.end()


def _at(density: str, name: str, state: str) -> str:
    """A density with its open variable in a state: `p(x=1 | z)` at z = 0."""
    value = state.partition("=")[2].strip() or state
    filled = f"{name}={value}".replace("\\", "\\\\")
    return re.sub(rf"(?<![\\\w{{]){re.escape(name)}(?!\s*[\w=])", filled, density)
