"""Plain text: which lines are mathematics, in a `.txt` file or in a code block of a Markdown file."""

from __future__ import annotations

import re
from typing import Final

from symelbo.reading.sources.documents import Findings, RawDirective, blank
from symelbo.reading.sources.finding import find_displays

__all__ = ["looks_mathematical", "scan_claim_lines", "scan_plain_file"]

_RELATION: Final = re.compile(r"[=≥≤∝≈≡<>]|\\(?:ge|le|geq|leq|approx|propto)\b")
_EVIDENCE: Final = re.compile(
    r"[≥≤Σ∫∑∏𝔼∝≈·√∂∇∞α-ωÎ]|\b(?:log|ln|exp|KL|ELBO|E_?\w*)\s*[(\[]|\b(?:log|ln)\s+\w|\b[pqP](?:_\w+)?\("
)
_CODE: Final = re.compile(
    r"^\s*(?:import|from|def|class|for|while|if|return|print|let|const|var|public|assert|elif|else|with|try)\b"
    r"|^\s*(?:>>>|\$ |#|//)|[;]\s*$|\b\w+\.\w+\(|\bself\b|(?:==|!=|\+=|-=|\*\*)|\b\w+\s*=\s*[\"']",
    re.MULTILINE,
)
_WORD: Final = re.compile(r"(?<![A-Za-z])[A-Za-z][A-Za-z'’-]++(?![\w(\[{_^])")
_MATHEMATICAL: Final = (
    "log ln exp max min argmax argmin arg sup inf det tr trace sum prod int sqrt const wrt KL ELBO nats bits "
    "grad nabla alpha beta gamma delta epsilon theta phi psi mu sigma lambda tau rho eta pi omega "
    "Sigma Theta Phi Lambda dz dx"
)
_KNOWN: Final = frozenset(_MATHEMATICAL.split())
_LEAD: Final = re.compile(
    r"\s*(?:(?:so|hence|thus|then|therefore|and|where|with|also|now|or)\b[,:]?\s+)+", re.IGNORECASE
)
_CONTINUES: Final = re.compile(r"\s*(?:[=≥≤∝≈≡<>+−·×]|-\s|:=|\\(?:ge|le|geq|leq|approx|propto|quad)\b)")
_DIRECTIVE: Final = re.compile(r"\s*(?:%+|#+|//|<!--)?\s*symelbo\s*:\s*", re.IGNORECASE)
_SAID: Final = re.compile(
    r"\s*(?=(?:assum(?:e|ing)|latent|observed|parameters?|const(?:ant)? w\.?r\.?t\.?|define|skip|expect refuted)"
    r"(?![^\s:]))",
    re.IGNORECASE,
)
_GIVEN: Final = re.compile(r"[ \t]*(?:let|suppose|assume)(?: that)?[ \t]+", re.IGNORECASE)
_INLINE: Final = re.compile(r"(?<!\\)\$[^$\n]+\$")
_REASON: Final = re.compile(r"[ \t]{3,}\((?:an? )?([A-Za-z]{3,})\b[^=]*\)[ \t]*$")
_LONGEST_REASON: Final = 240
_TEX_LINE: Final = re.compile(r"\\[A-Za-z]{2,}")


def looks_mathematical(block: str) -> bool:
    """Is a code block without a language mathematics written with Unicode, and not program text?

    >>> looks_mathematical("log p(v) ≥ E_q[log p(v, h) − log q(h)]"), looks_mathematical("x = load('a.npz')")
    (True, False)
    """
    return bool(_RELATION.search(block) and _EVIDENCE.search(block)) and not _CODE.search(block)


def _is_prose(line: str) -> bool:
    """Two words in a row that mathematics does not know, or one such word beside something that is not an operator."""
    previous_end, count = -2, 0
    for match in _WORD.finditer(line):
        if match[0] in _KNOWN or match[0].isupper():
            continue
        count += 1
        between = line[previous_end : match.start()] if previous_end >= 0 else "="
        if not between.strip(" ,"):
            return True
        previous_end = match.end()
    return count > 3


def _reason(line: str) -> int | None:
    """Where a reason in brackets begins that stands well apart at the end of a row, such as `= 0    (by Bayes)`."""
    match = _REASON.search(line)
    return match.start() if match is not None and match[1] not in _KNOWN else None


def scan_claim_lines(text: str, first: int, last: int, found: Findings) -> None:
    """Collect the lines of a `symelbo` block: each is a directive (`assume ...`) or mathematics, plain or LaTeX.

    A line that begins with a relation sign or an operator goes on with the one before it.
    """
    run: tuple[int, int] | None = None
    position = first
    while position <= last:
        stop = text.find("\n", position, last)
        stop = last if stop < 0 else stop
        line = text[position:stop].rstrip()
        said = _SAID.match(line) or _DIRECTIVE.match(line)
        goes_on = run is not None and line.strip() and said is None and _CONTINUES.match(line)
        if run is not None and not goes_on:
            _claim_lines(text, *run, found)
            run = None
        if said is not None:
            start = position + said.end()
            found.directives.append(RawDirective(text[start : position + len(line)], start, position + len(line)))
        elif line.strip():
            run = (run[0] if run is not None else position, position + len(line))
        position = stop + 1
    if run is not None:
        _claim_lines(text, *run, found)


def _claim_lines(text: str, start: int, end: int, found: Findings) -> None:
    found.displays.append(("tex" if _TEX_LINE.search(text, start, end) else "plain", start, end, "code"))


def scan_plain_file(text: str, found: Findings) -> None:
    """Collect the mathematical lines of a `.txt` file; LaTeX displays in it are read as such."""
    directives: list[tuple[int, int]] = []
    position = 0
    lines: list[tuple[int, int]] = []
    while position <= len(text):
        stop = text.find("\n", position)
        stop = len(text) if stop < 0 else stop
        match = _DIRECTIVE.match(text, position, stop)
        if match is not None:
            content = text[match.end() : stop].rstrip()
            content = content.removesuffix("-->").rstrip()
            found.directives.append(RawDirective(content, match.end(), match.end() + len(content)))
            directives.append((position, stop))
        else:
            lines.append((position, stop))
            reason = _reason(text[max(position, stop - _LONGEST_REASON) : stop])
            if reason is not None:
                directives.append((max(position, stop - _LONGEST_REASON) + reason, stop))
        position = stop + 1
    found.blanks.extend(directives)
    clean = blank(text, directives)
    if "$$" in clean or "\\[" in clean or "\\begin{" in clean:
        find_displays(clean, 0, len(clean), found, markdown=True)
        return
    if _INLINE.search(clean) is not None:
        find_displays(clean, 0, len(clean), found, markdown=True)  # for the formulas in its sentences
    run: tuple[int, int] | None = None
    for start, stop in [*lines, (len(text), len(text))]:
        line = "" if _INLINE.search(clean, start, stop) is not None else clean[start:stop]
        gives = _GIVEN.match(line)
        if gives is not None and _is_statement(line[gives.end() :]):
            content = line.rstrip(" \t.;,")
            begin = start + len(line) - len(line.lstrip())
            found.directives.append(RawDirective(content.lstrip(), begin, start + len(content)))
            line = ""
        tex = _TEX_LINE.search(line) is not None
        if run is not None and not tex and line.strip() and (_CONTINUES.match(line) or _is_statement(line)):
            run = (run[0], stop)
            continue
        if run is not None:
            found.displays.append(("plain", *run, "text"))
            run = None
        if _is_statement(line) or (_CONTINUES.match(line) and _RELATION.search(line) and not _is_prose(line)):
            lead = _LEAD.match(line)
            run = (start + (lead.end() if lead else 0), stop)
            if tex:
                found.displays.append(("tex", *run, "text"))
                run = None


def _is_statement(line: str) -> bool:
    lead = _LEAD.match(line)
    body = line[lead.end() :] if lead else line
    return bool(_RELATION.search(body)) and not _is_prose(body) and not _CODE.search(body)
