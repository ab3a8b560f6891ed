"""The author's own document with the reason found for each row written beside it, and wrong rows marked.

Nothing of the document is changed but the ends of rows. What is added is read as a reason, so that the annotated
document is judged like the one before.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from symelbo.checking.check import read
from symelbo.checking.report import ClaimReport, FileProblem, Outcome
from symelbo.checking.rows import numbers_of, report_claim
from symelbo.checking.sources import Source, sources
from symelbo.errors import ReadingError
from symelbo.proof import Effort
from symelbo.reading.stating.statements import DocumentReading

__all__ = ["annotate", "annotated"]

_COLUMNS: Final = frozenset(("align", "align*", "aligned", "flalign", "flalign*"))
_PLAIN: Final = frozenset(("cases", "matrix", "pmatrix", "bmatrix", "array", "tabular"))
_TOKEN: Final = re.compile(r"\\\\|\\begin\{([^}]*)\}|\\end\{([^}]*)\}|\\\]|\\.|%[^\n]*|\$\$?|```|[{}&\n]", re.DOTALL)
_GOES_ON: Final = re.compile(r"(?:\[[^\]\n]*\])?(?:\s|&|\\q?quad|\\[,;:! ]|\{\}|\\hspace\{[^}]*\})*[-+]")
_ENDS_IN_SIGN: Final = re.compile(r"(?:[=<>]|\\(?:[gl]eq?|[gl]eqslant|propto|approx))\s*\Z")
_SPECIAL: Final = str.maketrans({char: "\\" + char for char in "%&#_{}$"} | {"~": " ", "^": " ", "\\": " "})
_LONGEST: Final = 90
_SHOWN: Final = {Outcome.UNKNOWN: "not decided", Outcome.UNREAD: "not read"}


@dataclass(frozen=True, slots=True)
class _Row:
    """The end of a row: where to write, whether a column is free, and whether it is plain text."""

    end: int
    column: bool
    plain: bool


def annotate(path: str | Path, effort: Effort | None = None) -> str:
    """The text of a document with a reason beside every row that was judged.

    Raises `ReadingError` for a file that cannot be read, and for notebooks.
    """
    source = next(iter(sources([path])))
    if source.problem is not None:
        raise ReadingError(source.problem.message, 0)
    if source.path.endswith(".ipynb"):
        raise ReadingError(f"{source.path} is a notebook; symelbo annotates .tex, .md and .txt files", 0)
    return annotated(source, effort or Effort())


def annotated(source: Source, effort: Effort) -> str:
    """The text of a source with its reasons. Raises `ReadingError` where the source cannot be read."""
    document = read(source)
    if isinstance(document, FileProblem):
        raise ReadingError(document.message, 0)
    notes: dict[_Row, list[str]] = {}
    answers = numbers_of(document)
    for statement in document.statements:
        row = _row(document, statement.span.start, statement.span.end)
        claim = report_claim(document, statement, effort, answers)
        words = _words(claim)
        if row is not None and words:
            notes.setdefault(row, []).append(words)
    return _written(source.text, notes)


def _words(claim: ClaimReport) -> str:
    """What to write beside a claim; nothing where there is nothing to say."""
    match claim.outcome:
        case Outcome.PROVED:
            return _shortened(claim.explanation or ", ".join(claim.rules))
        case Outcome.REFUTED:
            pieces = [claim.fix.words] if claim.fix is not None else (claim.note or "").split(";")
            why = next((piece.strip() for piece in pieces if piece.strip() and _is_prose(piece)), "")
            return _shortened(f"WRONG: {why}" if why else "WRONG")
        case _:
            return _SHOWN.get(claim.outcome, "")


def _is_prose(text: str) -> bool:
    return "\\" not in text and "=" not in text


def _shortened(words: str) -> str:
    return words if len(words) <= _LONGEST else words[:_LONGEST].rsplit(" ", 1)[0] + " ..."


def _row(document: DocumentReading, start: int, end: int) -> _Row | None:
    """The end of the row that a relation sign stands in; None where nothing can be written."""
    text = document.text
    if document.path.endswith(".txt") and not re.search(r"\$\$|\\\[|\\begin\{", text):
        stop = text.find("\n", end)
        return _Row(len(text) if stop < 0 else stop, False, True)
    environment = _environment(text, start)
    depth = nested = columns = 0
    begin = _row_start(text, start)
    for match in _TOKEN.finditer(text, begin):
        token = match[0]
        if match.end() <= end and token not in ("{", "}", "&"):
            continue
        if token == "{":
            depth += 1
        elif token == "}":
            depth -= 1
        elif token == "&" and not nested and depth == 0:
            columns += 1
        elif match[1] is not None:
            nested += 1
        elif match[2] is not None and nested:
            nested -= 1
        elif nested or depth > 0:
            continue
        elif token == "\\\\" and not text[end : match.start()].replace("&", "").strip():
            columns = 0  # the sign ends its row: what it is about stands in the next one
        elif token == "\\\\" and _GOES_ON.match(text, match.end()):
            columns = 0
        elif token in ("\\\\", "\\]", "$$") or match[2] is not None:
            stop = _trimmed(text, match.start())
            if _ENDS_IN_SIGN.search(text, max(0, stop - 16), stop):
                return None  # a row that goes on in the next one has no room for a reason
            return _Row(stop, environment in _COLUMNS and columns <= 1, False)
        elif token in ("$", "```"):
            return _Row(_trimmed(text, match.start()), False, False) if _is_fence(text, match) else None
    return None


def _is_fence(text: str, match: re.Match[str]) -> bool:
    """Whether a fence closes mathematics in LaTeX, not a block of plain text."""
    opened = text.rfind("```", 0, match.start())
    return match[0] == "```" and re.match(r"```\s*\{?(?:math|latex|tex)\b", text[opened : opened + 20]) is not None


def _row_start(text: str, place: int) -> int:
    """Where the row that holds a place begins, outside of braces."""
    found = 0
    for mark in ("\\\\", "\\[", "$$", "```"):
        found = max(found, text.rfind(mark, 0, place) + len(mark) if mark in text[:place] else 0)
    for match in re.finditer(r"\\begin\{[^}]*\}", text[:place]):
        found = max(found, match.end())
    return found


def _environment(text: str, place: int) -> str | None:
    """The innermost environment around a place that has rows of claims."""
    inside: list[str] = []
    for match in re.finditer(r"\\(begin|end)\{([^}]*)\}", text[:place]):
        if match[1] == "begin":
            inside.append(match[2])
        elif inside and inside[-1] == match[2]:
            inside.pop()
    return next((name for name in reversed(inside) if name not in _PLAIN), None)


def _trimmed(text: str, place: int) -> int:
    """The place after the last character of a row that is not blank, labels and comments behind it left alone."""
    head = text.rfind("\n", 0, place) + 1
    comment = re.search(r"(?<!\\)%", text[head:place])
    if comment is not None:
        place = head + comment.start()
    while place > 0 and text[place - 1] in " \t\n":
        place -= 1
    return place


def _written(text: str, notes: dict[_Row, list[str]]) -> str:
    made, last = [], 0
    for row in sorted(notes, key=lambda row: row.end):
        made.append(text[last : row.end])
        made.append(_note(row, notes[row]))
        last = row.end
    made.append(text[last:])
    return "".join(made)


def _note(row: _Row, said: Iterable[str]) -> str:
    words = "; ".join(dict.fromkeys(said))
    if row.plain:
        return f"    (reason: {words})".replace("=", " ")
    safe = words.translate(_SPECIAL)
    for sign, command in (("≤", r"\(\le\)"), ("≥", r"\(\ge\)")):
        safe = safe.replace(sign, command)
    safe = safe.encode("ascii", "ignore").decode()  # whatever the document's encoding is
    inside = rf"\text{{({safe})}}"
    if "WRONG" in words:
        inside = rf"\boxed{{{inside}}}"
    return f" && {inside}" if row.column else rf" \qquad {inside}"
