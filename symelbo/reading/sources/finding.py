"""Where displayed mathematics begins and ends in running text, for LaTeX and Markdown alike.

Inline mathematics (`$...$`, `\\(...\\)`) is recognised so as not to be mistaken for a display, and noted down.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from symelbo.reading.sources.documents import Findings
from symelbo.reading.sources.macros import find_macros
from symelbo.reading.sources.tokens import Problem, Span

__all__ = ["ENVIRONMENTS", "collect_macros", "find_displays", "prose_in", "strip_comments"]

_NAMES: Final = (
    "equation align alignat flalign xalignat gather multline eqnarray displaymath dmath dgroup IEEEeqnarray "
    "aligned alignedat gathered split multlined"
)
ENVIRONMENTS: Final = tuple(_NAMES.split())
_OPENERS: Final = re.compile(
    rf"\\begin\s*\{{\s*(?P<env>(?:{'|'.join(ENVIRONMENTS)})\*?)\s*\}}"
    r"|(?P<double>\\\\[\[(])"
    r"|(?P<open>\\[\[(])"
    r"|\\(?P<alias>[A-Za-z]+)"
    r"|(?P<skip>\\.)"
    r"|(?P<dollars>\$\$)"
    r"|(?P<dollar>\$)",
    re.DOTALL,
)
_BLANK_LINE: Final = re.compile(r"\n[ \t\r]*(?=\n)")
_INLINE_END: Final = re.compile(r"\\.|\$", re.DOTALL)
_RUNAWAY: Final = re.compile(r"\n[ \t\r]*\n\s{0,3}(?:#{1,6} |```|\\section|\\begin\{document)")
_INTERTEXT: Final = re.compile(r"\\(?:short)?intertext\s*\{")
_BRACES: Final = re.compile(r"\\.|[{}]", re.DOTALL)
_COMMENT: Final = re.compile(r"\\.|%[^\n]*", re.DOTALL)


class _Finder:
    def __init__(
        self, text: str, start: int, end: int, found: Findings, markdown: bool, aliases: dict[str, str]
    ) -> None:
        self.text, self.end, self.found, self.markdown, self.aliases = text, end, found, markdown, aliases
        self.blank_lines = [match.start() for match in _BLANK_LINE.finditer(text, start, end)]
        self.closers: dict[str, int] = {}  # where each closer stands next; -1 if nowhere
        self.position = start

    def run(self) -> None:
        while (match := _OPENERS.search(self.text, self.position, self.end)) is not None:
            self.position = match.end()
            group = match.lastgroup
            if group == "env":
                self._environment(match.start(), match["env"])
            elif group == "dollars":
                self._display(match.start(), "$$", "$$")
            elif group == "dollar":
                self._inline(match.end())
            elif group == "double" and self.markdown:
                if match[0][-1] == "[":
                    self._display(match.start(), match[0], "\\\\]")
            elif group == "open" and match[0] == "\\[":
                self._display(match.start(), "\\[", "\\]")
            elif group == "open" or (group == "double" and self.markdown):
                self._bracketed(match.end(), "\\)" if group == "open" else "\\\\)")
            elif group == "alias" and match["alias"] in self.aliases:
                self._alias(match.start(), self.aliases[match["alias"]])

    def _seek(self, closer: str, start: int) -> int:
        known = self.closers.get(closer)
        if known is None or 0 <= known < start:
            known = self.closers[closer] = self.text.find(closer, start, self.end)
        return known

    def _display(self, start: int, opener: str, closer: str) -> None:
        body = start + len(opener)
        close = self._seek(closer, body)
        if close < 0 or _RUNAWAY.search(self.text, body, close) is not None:
            self._unclosed(start, opener, closer)
            return
        self.position = close + len(closer)
        if self.text[body:close].strip():
            self.found.displays.append(("tex", body, close, opener))

    def _unclosed(self, start: int, opener: str, closer: str) -> None:
        message = f"the display that begins with {opener} here is never closed; end it with {closer}"
        self.found.problems.append(Problem(message, Span(start, start + len(opener))))
        index = bisect_right(self.blank_lines, start)
        stop = self.blank_lines[index] if index < len(self.blank_lines) else self.end
        body = start + len(opener)
        if opener in ("$$", "\\[") and self.text[body:stop].strip():
            self.found.displays.append(("tex", body, stop, opener))
            self.position = stop

    def _environment(self, start: int, name: str) -> None:
        closer = f"\\end{{{name}}}"
        close = self._seek(closer, start)
        if close < 0:
            self._unclosed(start, f"\\begin{{{name}}}", closer)
            return
        self.position = close + len(closer)
        self.found.displays.append(("tex", start, self.position, name.rstrip("*")))
        for first, last in prose_in(self.text, start, close):
            opened: int | None = None
            for match in _INLINE_END.finditer(self.text, first, last):
                if match[0] == "$" and opened is None:
                    opened = match.end()
                elif match[0] == "$" and opened is not None:
                    self.found.inlines.append((opened, match.start()))
                    opened = None

    def _alias(self, start: int, closer: str) -> None:
        """An author's own short form of `\\begin{equation}`; its partner is a macro for the end."""
        ends = [place for name in closer.split() if (place := self._seek("\\" + name, self.position)) >= 0]
        if ends:
            close = min(ends)
            self.found.displays.append(("tex", start, close, "macro"))
            self.position = close + 1

    def _inline(self, start: int) -> None:
        if self.text[start : start + 1].isspace() and self.markdown:
            return
        index = bisect_right(self.blank_lines, start)
        stop = self.blank_lines[index] if index < len(self.blank_lines) else self.end
        for match in _INLINE_END.finditer(self.text, start, stop):
            if match[0] == "$":
                self.found.inlines.append((start, match.start()))
                self.position = match.end()
                return
        if self.markdown:
            return
        self.position = stop

    def _bracketed(self, start: int, closer: str) -> None:
        """A formula in a sentence, up to its closing bracket in the same paragraph."""
        index = bisect_right(self.blank_lines, start)
        stop = self.blank_lines[index] if index < len(self.blank_lines) else self.end
        close = self._seek(closer, start)
        if 0 <= close < stop:
            self.found.inlines.append((start, close))
            self.position = close + len(closer)


def prose_in(text: str, start: int, end: int) -> list[tuple[int, int]]:
    r"""Ranges of the sentences between the rows of a display, `\intertext{...}`."""
    found: list[tuple[int, int]] = []
    for match in _INTERTEXT.finditer(text, start, end):
        depth = 1
        for brace in _BRACES.finditer(text, match.end(), end):
            depth += {"{": 1, "}": -1}.get(brace[0], 0)
            if depth == 0:
                found.append((match.end(), brace.start()))
                break
    return found


def find_displays(
    text: str, start: int, end: int, found: Findings, *, markdown: bool, aliases: dict[str, str] | None = None
) -> None:
    """Add the displays in `text[start:end]` to `found`; `text` already has comments and code blanked out."""
    _Finder(text, start, end, found, markdown, aliases or {}).run()


def collect_macros(text: str, start: int, end: int, found: Findings) -> None:
    """Add the macros defined in `text[start:end]`, and blank their definitions out."""
    macros, problems = find_macros(text, start, end)
    found.macros.extend(macros)
    found.problems.extend(problems)
    found.blanks.extend((macro.start, macro.end) for macro in macros)


def strip_comments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Ranges of the `%` comments in a piece of LaTeX."""
    return [match.span() for match in _COMMENT.finditer(text, start, end) if match[0][0] == "%"]
