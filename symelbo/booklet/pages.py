"""One Markdown document as HTML: its text as it stands, its displays as tables with what was found about each row."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape
from typing import Any, Final

from latex2mathml.converter import convert
from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.front_matter import front_matter_plugin

from symelbo.checking.report import ClaimReport, FileReport, Outcome

__all__ = ["MARKS", "front_matter", "page"]

MARKS: Final = {
    Outcome.PROVED: ("✓", "proved"),
    Outcome.REFUTED: ("✗", "refuted"),
    Outcome.UNKNOWN: ("?", "unknown"),
    Outcome.UNREAD: ("✗", "not read"),
    Outcome.DEFINITION: ("≔", "definition"),
    Outcome.ESTIMATE: ("≈", "estimate"),
}
_SAID: Final = re.compile(r"<!--\s*symelbo\s*:\s*(assum\w*|define)\s+(.*?)\s*-->", re.DOTALL)
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_FIELD: Final = re.compile(r"^([a-z_]+):\s*(.*?)\s*$", re.MULTILINE)
_LAYOUT: Final = re.compile(
    r"\\(?:label|tag)\{[^{}]*\}|\\(?:nonumber|notag|quad|qquad)\b|(?<!\\)&|\\\\(?:\[[^]]*\])?|\{\}"
)
"""What lays a display out and says nothing."""
_FUNCTION: Final = re.compile(r"(<mi>(?:log|exp|ln|max|min|det)</mi>)(?!<mo[^>]*>[(&])")


def front_matter(text: str) -> dict[str, str]:
    """The `key: value` lines between the `---` lines at the top.

    >>> front_matter("---\\ntitle: The gap\\n---\\n# Text")
    {'title': 'The gap'}
    """
    match = re.match(r"---\n(.*?)\n---\n", text, re.DOTALL)
    return dict(_FIELD.findall(match[1])) if match is not None else {}


def page(text: str, file: FileReport) -> str:
    """The document's body; headings begin one level lower than in the source."""
    reader = MarkdownIt("commonmark", {"html": True}).use(dollarmath_plugin, double_inline=True)
    reader.use(front_matter_plugin).enable("table")
    parts = _Parts(file)
    for name in ("math_inline", "math_block", "math_inline_double", "html_block", "html_inline"):
        reader.add_render_rule(name, _rule(getattr(parts, name)))
    for name in ("heading_open", "heading_close"):
        reader.add_render_rule(name, _rule(parts.heading))
    html: str = reader.render(text)
    return html


def _rule(show: Callable[[Sequence[Any], int], str]) -> Callable[..., str]:
    def rule(_renderer: Any, tokens: Sequence[Any], index: int, _options: Any, _env: Any) -> str:
        return show(tokens, index)

    return rule


class _Parts:
    """How the parts of a document are shown that CommonMark does not know, or knows otherwise."""

    def __init__(self, file: FileReport) -> None:
        self.file = file

    def heading(self, tokens: Sequence[Any], index: int) -> str:
        token = tokens[index]
        level = min(6, int(token.tag[1]) + 1)
        return f"<{'/' if token.nesting < 0 else ''}h{level}>"

    def math_inline(self, tokens: Sequence[Any], index: int) -> str:
        return _math(tokens[index].content)

    def math_inline_double(self, tokens: Sequence[Any], index: int) -> str:
        return f'<div class="display">{_math(tokens[index].content, block=True)}</div>'

    def math_block(self, tokens: Sequence[Any], index: int) -> str:
        token = tokens[index]
        first, last = token.map
        claims = [claim for claim in self.file.claims if first < claim.line <= last]
        if not claims:
            return f'<div class="display">{_math(token.content, block=True)}</div>'
        return f'<div class="display"><table>\n{"".join(_rows(claims))}</table></div>\n'

    def html_block(self, tokens: Sequence[Any], index: int) -> str:
        return "".join(
            f'<p class="assumed">{"Let" if kind == "define" else "Assume"} {_math(what)}.</p>'
            for kind, what in _SAID.findall(tokens[index].content)
        )

    def html_inline(self, tokens: Sequence[Any], index: int) -> str:
        return escape(_COMMENT.sub("", tokens[index].content))


def _rows(claims: list[ClaimReport]) -> Iterator[str]:
    before: ClaimReport | None = None
    for claim in claims:
        # A row that goes on from the one before shows only its sign and right side.
        goes_on = before is not None and claim.lhs == before.rhs
        left = "" if goes_on else _math(claim.lhs, block=True)
        cells = f"<td>{left}</td><td>{_math(claim.relation, block=True)}</td><td>{_math(claim.rhs, block=True)}</td>"
        yield f"<tr>{cells}<td>{badge(claim)}</td></tr>\n"
        before = claim


def badge(claim: ClaimReport) -> str:
    """The mark of a claim, and the reason in words."""
    mark, words = MARKS[claim.outcome]
    by = claim.explanation or ", ".join(claim.rules)
    reason = f" {escape(by)}" if by else f" {escape(claim.note or words)}"
    kind = "expected" if claim.expected else claim.outcome.value
    return f'<span class="badge {kind}"><b aria-label="{words}">{mark}</b>{reason}</span>'


def _math(tex: str, *, block: bool = False) -> str:
    """MathML, or the source where it cannot be set."""
    tex = _LAYOUT.sub(" ", tex).strip()
    if not tex:
        return ""
    try:
        html = str(convert(tex, display="inline"))
    except Exception:  # how a formula is shown must not decide whether the page is made
        return f"<code>{escape(tex)}</code>"
    html = _FUNCTION.sub(r'\1<mspace width="0.17em"/>', html)
    return html.replace("<math ", '<math displaystyle="true" ', 1) if block else html
