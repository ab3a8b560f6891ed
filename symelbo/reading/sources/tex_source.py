"""LaTeX files: a fragment, or a whole article whose preamble holds only macros for us."""

from __future__ import annotations

import re
from typing import Final

from symelbo.reading.sources.documents import Findings, RawDirective, blank
from symelbo.reading.sources.finding import ENVIRONMENTS, collect_macros, find_displays
from symelbo.reading.sources.tokens import Problem, Span

__all__ = ["scan_tex", "tex_directive"]

_COMMENTS: Final = re.compile(
    r"\\begin\s*\{(?P<verbatim>verbatim|Verbatim|lstlisting|minted|comment|filecontents|tikzpicture|algorithmic)\*?\}"
    r"|\\verb\*?(?P<mark>[^A-Za-z\s*])"
    r"|(?P<false>\\iffalse(?![A-Za-z]))"
    r"|\\."
    r"|(?P<comment>%[^\n]*)",
    re.DOTALL,
)
_DIRECTIVE: Final = re.compile(r"%+\s*symelbo\s*:\s*", re.IGNORECASE)
_INPUT: Final = re.compile(r"\\(?:input|include|subfile)(?![A-Za-z])\s*\{?([^\s{}\\]*)\}?")
_BEGIN_DOCUMENT: Final = "\\begin{document}"
_END_DOCUMENT: Final = "\\end{document}"


def tex_directive(comment: str, start: int) -> RawDirective | None:
    """The directive in a `%` comment that begins at `start`, if it is one."""
    match = _DIRECTIVE.match(comment)
    if match is None:
        return None
    return RawDirective(comment[match.end() :].rstrip(), start + match.end(), start + len(comment.rstrip()))


def scan_tex(text: str, found: Findings) -> None:
    """Collect displays, directives and macros of a LaTeX file."""
    _comments(text, found)
    clean = blank(text, found.blanks)
    collect_macros(clean, 0, len(clean), found)
    clean = blank(clean, found.blanks)
    start = clean.find(_BEGIN_DOCUMENT)
    body = start + len(_BEGIN_DOCUMENT) if start >= 0 else 0
    stop = clean.find(_END_DOCUMENT, body)
    stop = len(clean) if stop < 0 else stop
    for match in _INPUT.finditer(clean):
        note = f"the file {match[1] or 'named here'} is not read; check it on its own, or paste its mathematics here"
        found.notes.append(Problem(note, Span(*match.span())))
    find_displays(clean, body, stop, found, markdown=False, aliases=_aliases(found))


def _comments(text: str, found: Findings) -> None:
    position = 0
    absent: set[str] = set()
    while (match := _COMMENTS.search(text, position)) is not None:
        position = match.end()
        if match["comment"] is not None:
            found.blanks.append(match.span())
            directive = tex_directive(match[0], match.start())
            if directive is not None:
                found.directives.append(directive)
            continue
        closer = None
        if match["verbatim"] is not None:
            closer = f"\\end{{{match['verbatim']}"
        elif match["mark"] is not None:
            closer = match["mark"]
        elif match["false"] is not None:
            closer = "\\fi"
        if closer is None or closer in absent:
            continue
        line_end = text.find("\n", position)
        stop = text.find(closer, position, line_end if match["mark"] is not None and line_end >= 0 else len(text))
        if stop >= 0:
            position = stop + len(closer)
            found.blanks.append((match.start(), position))
        elif match["mark"] is None:
            absent.add(closer)


def _aliases(found: Findings) -> dict[str, str]:
    """Macros that stand for the beginning of a display, with the names of those that stand for its end."""
    begins: dict[str, str] = {}
    ends: dict[str, list[str]] = {}
    for macro in found.macros:
        if len(macro.body) == 1 and macro.body[0].text.startswith(("\\begin{", "\\end{")):
            kind, _, name = macro.body[0].text[1:-1].partition("{")
            if name.rstrip("*") in ENVIRONMENTS:
                if kind == "begin":
                    begins[macro.name[1:]] = name
                else:
                    ends.setdefault(name, []).append(macro.name[1:])
    return {name: " ".join(ends[environment]) for name, environment in begins.items() if environment in ends}
