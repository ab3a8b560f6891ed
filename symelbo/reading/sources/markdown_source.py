"""Markdown files and the Markdown cells of notebooks.

The scanner is our own, because a Markdown parser loses the place of what stands inside block quotes and lists.
"""

from __future__ import annotations

import re
from typing import Final

from symelbo.reading.sources.directives import directive_kind
from symelbo.reading.sources.documents import Findings, RawDirective, blank
from symelbo.reading.sources.finding import collect_macros, find_displays, strip_comments
from symelbo.reading.sources.plain_source import looks_mathematical, scan_claim_lines
from symelbo.reading.sources.tex_source import tex_directive
from symelbo.reading.sources.tokens import Problem

__all__ = ["scan_markdown"]

_FRONT: Final = re.compile(r"\s*---[ \t]*\r?\n(?:.*?\n)?(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_QUOTE: Final = re.compile(r"(?:[ \t]*>[ \t]?)+")
_FENCE: Final = re.compile(r"(?:[ \t]*(?:[-*+]|\d+[.)])[ \t]+)?[ \t]*(`{3,}|~{3,})[ \t]*([^`\n]*?)[ \t\r]*$")
_TICKS: Final = re.compile(r"`+|\n[ \t\r]*(?=\n)|\$\$")
_HIDDEN: Final = re.compile(r"<!--|<(pre|code|script|style)\b[^<>]*>", re.IGNORECASE)
_DIRECTIVE: Final = re.compile(r"\s*symelbo\s*:\s*", re.IGNORECASE)
_VISIBLE: Final = re.compile(r"^[ \t]*symelbo[ \t]*:[ \t]*(\S[^\n]*?)[ \t\r]*$", re.IGNORECASE | re.MULTILINE)
_BREAK: Final = re.compile(r"<br\s*/?>|</?(?:div|p|span|center|font|b|i|em|strong)\b[^<>\n]*>", re.IGNORECASE)
_OPTION: Final = re.compile(r"(?:[ \t]*:[\w-]+:[^\n]*\n)+")
_MATH_FENCES: Final = frozenset(("math", "katex", "mathjax"))
_PLAIN_FENCES: Final = frozenset(("", "text", "txt", "plain", "plaintext", "unicode", "none"))


def scan_markdown(text: str, found: Findings) -> None:
    """Collect displays, directives and macros of one Markdown document (`found` is empty before)."""
    start, end = 0, len(text)
    blanks: list[tuple[int, int]] = []
    front = _FRONT.match(text, start, end)
    body = start
    if front is not None:
        blanks.append(front.span())
        body = front.end()
    quotes, fences = _blocks(text, body, end)
    blanks.extend(quotes)
    clean = blank(text, blanks)
    hidden: list[tuple[int, int]] = []
    for info, outer, first, last, close in fences:
        hidden.append((outer, close))
        _fence(clean, info, first, last, found)
    search = blank(clean, hidden)
    search = blank(search, _inline_code(search, start, end))
    comments = _comments(search, start, end, found)
    blanks.extend(comments)
    search = blank(search, comments)
    spoken = _visible_directives(search, start, end, found)
    blanks.extend(spoken)
    search = blank(search, spoken)
    search = blank(search, [match.span() for match in _BREAK.finditer(search, start, end)])
    collect_macros(search, start, end, found)
    search = blank(search, found.blanks)
    find_displays(search, start, end, found, markdown=True)
    for mode, first, last, _ in found.displays:
        if mode == "tex":
            for span in strip_comments(clean, first, last):
                blanks.append(span)
                directive = tex_directive(clean[span[0] : span[1]], span[0])
                if directive is not None:
                    found.directives.append(directive)
            blanks.extend(match.span() for match in _BREAK.finditer(clean, first, last))
    found.blanks.extend(blanks)


def _blocks(text: str, start: int, end: int) -> tuple[list[tuple[int, int]], list[tuple[str, int, int, int, int]]]:
    """Quotation prefixes, and fences as (info, start, start of content, end of content, end).

    A `>` at the beginning of a line is a prefix only where the display or fence around it was opened behind one: inside
    a display of an unquoted paragraph it is a relation sign.
    """
    quotes: list[tuple[int, int]] = []
    fences: list[tuple[str, int, int, int, int]] = []
    opened: tuple[str, str, int, int, bool] | None = None
    inside, inside_quoted = False, False
    position = start
    while position < end:
        stop = text.find("\n", position, end)
        stop = end if stop < 0 else stop
        prefix = _QUOTE.match(text, position, stop)
        free = opened is None and not inside
        if prefix is not None and (free or (opened is not None and opened[4]) or (inside and inside_quoted)):
            quotes.append(prefix.span())
            line = text[prefix.end() : stop]
        else:
            prefix, line = None, text[position:stop]
        fence = _FENCE.match(line)
        if opened is not None:
            if fence is not None and not fence[2] and fence[1][0] == opened[0][0] and len(fence[1]) >= len(opened[0]):
                fences.append((opened[1], opened[2], opened[3], position, stop))
                opened = None
        elif fence is not None and not inside:
            opened = (fence[1], fence[2], position, min(stop + 1, end), prefix is not None)
        elif line.count("$$") % 2:
            inside, inside_quoted = not inside, prefix is not None
        elif inside and not line.strip() and prefix is None and inside_quoted:
            inside = False  # the quotation ended, and with it the display
        position = stop + 1
    if opened is not None:
        fences.append((opened[1], opened[2], opened[3], end, end))
    return quotes, fences


def _fence(clean: str, info: str, first: int, last: int, found: Findings) -> None:
    name = info.strip().strip("{}").strip().lower().partition(" ")[0].strip("{}.")
    if not clean[first:last].strip():
        return
    if name in _MATH_FENCES:
        option = _OPTION.match(clean, first, last)
        found.displays.append(("tex", option.end() if option else first, last, "math"))
    elif name in ("tex", "latex"):
        find_displays(clean, first, last, found, markdown=False)
    elif name == "symelbo":
        scan_claim_lines(clean, first, last, found)
    elif name in _PLAIN_FENCES and looks_mathematical(clean[first:last]):
        for start, end in _paragraphs(clean, first, last):
            found.displays.append(("plain", start, end, "code"))


def _paragraphs(text: str, first: int, last: int) -> list[tuple[int, int]]:
    pieces: list[tuple[int, int]] = []
    position = first
    for match in re.finditer(r"\n[ \t\r]*(?=\n)", text[first:last]):
        pieces.append((position, first + match.start()))
        position = first + match.end()
    pieces.append((position, last))
    return [(start, end) for start, end in pieces if text[start:end].strip()]


def _inline_code(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of inline code: a run of backticks up to the next run of the same length in the same paragraph."""
    ranges: list[tuple[int, int]] = []
    runs: list[tuple[int, int]] = []

    def close() -> None:
        following: dict[int, list[int]] = {}
        for index in range(len(runs) - 1, -1, -1):
            following.setdefault(runs[index][1] - runs[index][0], []).append(index)
        index = 0
        while index < len(runs):
            places = following[runs[index][1] - runs[index][0]]
            while places and places[-1] <= index:
                places.pop()
            if places:
                ranges.append((runs[index][0], runs[places[-1]][1]))
                index = places[-1]
            index += 1
        runs.clear()

    display = False
    for match in _TICKS.finditer(text, start, end):
        if match[0] == "$$":
            display = not display
        elif match[0][0] == "`":
            if not display:
                runs.append(match.span())
        else:
            close()
    close()
    return ranges


def _visible_directives(text: str, start: int, end: int, found: Findings) -> list[tuple[int, int]]:
    """Ranges of lines that are directives without a comment around them: `symelbo: assume a > 0`."""
    ranges: list[tuple[int, int]] = []
    for match in _VISIBLE.finditer(text, start, end):
        if not isinstance(directive_kind(match[1], match.start(1)), Problem):
            found.directives.append(RawDirective(match[1], *match.span(1)))
            ranges.append(match.span())
    return ranges


def _comments(text: str, start: int, end: int, found: Findings) -> list[tuple[int, int]]:
    """Ranges of HTML comments and of HTML elements whose content is not text; directives go to `found`."""
    ranges: list[tuple[int, int]] = []
    position = start
    absent: set[str] = set()
    while (match := _HIDDEN.search(text, position, end)) is not None:
        position = match.end()
        closer = "-->" if match[1] is None else f"</{match[1]}>"
        stop = -1 if closer in absent else text.find(closer, position, end)
        if stop < 0:
            absent.add(closer)
            continue
        if match[1] is None:
            directive = _DIRECTIVE.match(text, position, stop)
            if directive is not None:
                content = text[directive.end() : stop].rstrip()
                found.directives.append(RawDirective(content, directive.end(), directive.end() + len(content)))
        position = stop + len(closer)
        ranges.append((match.start(), position))
    return ranges
