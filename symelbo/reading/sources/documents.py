"""A document as the reader sees it: its displays, its directives, its macros, and where everything stands.

Each kind of file has its scanner (`tex_source`, `markdown_source`, `notebook_source`, `plain_source`). They all
leave the author's text untouched and work on a copy of the same length in which everything that is not mathematics
(comments, quotation marks of block quotes, definitions of macros) is blanked out, so that offsets stay true.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from pathlib import PurePath

from symelbo.reading.sources.macros import Macro, MacroTable
from symelbo.reading.sources.tokens import Problem, Span

__all__ = ["Display", "Findings", "RawDirective", "SourceDocument", "blank", "read_source"]


@dataclass(frozen=True, slots=True)
class Display:
    """One displayed piece of mathematics: `start` and `end` bound what is to be lexed, `mode` is "tex" or "plain"."""

    number: int
    mode: str
    start: int
    end: int
    opener: str
    line: int


@dataclass(frozen=True, slots=True)
class RawDirective:
    """What stands after `symelbo:` in a comment: `text` with the offset where it begins."""

    text: str
    start: int
    end: int


@dataclass(slots=True)
class Findings:
    """What a scanner collects: ranges of displays (mode, start, end, opener), of formulas in sentences, of what is to
    be blanked, and directives and macros."""

    displays: list[tuple[str, int, int, str]] = field(default_factory=list)
    directives: list[RawDirective] = field(default_factory=list)
    macros: list[Macro] = field(default_factory=list)
    blanks: list[tuple[int, int]] = field(default_factory=list)
    inlines: list[tuple[int, int]] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def merge(self, other: Findings, offset: int) -> None:
        """Take over what was found in a piece of the text that begins at `offset`."""
        self.displays.extend(
            (mode, start + offset, end + offset, opener) for mode, start, end, opener in other.displays
        )
        self.directives.extend(RawDirective(d.text, d.start + offset, d.end + offset) for d in other.directives)
        self.macros.extend(replace(macro, start=macro.start + offset, end=macro.end + offset) for macro in other.macros)
        self.blanks.extend((start + offset, end + offset) for start, end in other.blanks)
        self.inlines.extend((start + offset, end + offset) for start, end in other.inlines)
        for mine, theirs in ((self.notes, other.notes), (self.problems, other.problems)):
            mine.extend(Problem(p.message, Span(p.span.start + offset, p.span.end + offset)) for p in theirs)


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """The text of a document, a blanked copy of it for the lexer, and what was found in it, in reading order."""

    path: str
    kind: str
    text: str
    clean: str
    displays: tuple[Display, ...]
    directives: tuple[RawDirective, ...]
    macros: MacroTable
    notes: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    lines: tuple[int, ...]
    cells: tuple[tuple[int, int], ...] = ()
    inlines: tuple[tuple[int, int], ...] = ()

    def location(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both counted from 1; in a notebook, within the cell (see `cell`)."""
        line = bisect_right(self.lines, max(0, offset)) - 1
        column = offset - self.lines[line] + 1
        if self.cells:
            index = max(0, bisect_right(self.cells, (offset, len(self.text))) - 1)
            line -= bisect_right(self.lines, self.cells[index][0]) - 1
        return line + 1, column

    def cell(self, offset: int) -> int | None:
        """Number of the notebook's cell (from 1, all kinds counted) that holds an offset; None in other files."""
        if not self.cells:
            return None
        return self.cells[max(0, bisect_right(self.cells, (offset, len(self.text))) - 1)][1]


def blank(text: str, ranges: Iterable[tuple[int, int]]) -> str:
    """The text with the given ranges turned into spaces; line ends stay.

    >>> blank("a %b\\nc", [(2, 4)])
    'a   \\nc'
    """
    pieces: list[str] = []
    position = 0
    for start, end in sorted(ranges):
        if end <= position:
            continue
        start = max(start, position)
        pieces.append(text[position:start])
        pieces.append(re.sub(r"[^\n]", " ", text[start:end]))
        position = end
    pieces.append(text[position:])
    return "".join(pieces)


def _kind(path: str, text: str) -> str:
    known = {
        ".tex": "tex",
        ".ltx": "tex",
        ".md": "md",
        ".markdown": "md",
        ".ipynb": "ipynb",
        ".txt": "txt",
        ".text": "txt",
    }
    suffix = PurePath(path).suffix.lower()
    if suffix in known:
        return known[suffix]
    return "tex" if "\\documentclass" in text else "md"


def read_source(path: str, text: str) -> SourceDocument:
    r"""Find the mathematics of a document; the end of the file's name says what kind of document it is.

    Never fails: what cannot be read is listed in `problems`, what was left out on purpose in `notes`.

    >>> document = read_source("note.md", "Then\n\n$$a = b$$\n")
    >>> [(display.line, document.clean[display.start:display.end]) for display in document.displays]
    [(3, 'a = b')]
    """
    from symelbo.reading.sources.markdown_source import scan_markdown
    from symelbo.reading.sources.notebook_source import notebook_text
    from symelbo.reading.sources.plain_source import scan_plain_file
    from symelbo.reading.sources.tex_source import scan_tex

    kind = _kind(path, text)
    found = Findings()
    cells: tuple[tuple[int, int], ...] = ()
    if kind == "tex":
        scan_tex(text, found)
    elif kind == "ipynb":
        text, cells, trouble = notebook_text(text)
        found.problems.extend(trouble)
        for index, (start, _) in enumerate(cells):
            cell = Findings()
            scan_markdown(text[start : cells[index + 1][0] if index + 1 < len(cells) else len(text)], cell)
            found.merge(cell, start)
    elif kind == "txt":
        scan_plain_file(text, found)
    else:
        scan_markdown(text, found)
    return _assemble(path, kind, text, found, cells)


def _assemble(path: str, kind: str, text: str, found: Findings, cells: tuple[tuple[int, int], ...]) -> SourceDocument:
    table = MacroTable()
    for macro in sorted(found.macros, key=lambda macro: macro.start):
        table.add(macro)
    lines = (0, *(match.end() for match in re.finditer("\n", text)))
    displays = tuple(
        Display(number, mode, start, end, opener, bisect_right(lines, start))
        for number, (mode, start, end, opener) in enumerate(sorted(found.displays, key=lambda item: item[1]))
    )
    return SourceDocument(
        path=path,
        kind=kind,
        text=text,
        clean=blank(text, found.blanks),
        displays=displays,
        directives=tuple(sorted(found.directives, key=lambda directive: directive.start)),
        macros=table,
        notes=_in_order(found.notes),
        problems=_in_order(found.problems),
        lines=lines,
        cells=cells,
        inlines=tuple(sorted(found.inlines)),
    )


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda problem: (problem.span.start, problem.span.end)))
