"""Documents as one HTML page with MathML: no scripts, no fonts from elsewhere, nothing to load."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Final

from sympy import Basic

from symelbo.language import Claim
from symelbo.writing.boxes import Sign, row
from symelbo.writing.compose import compose
from symelbo.writing.document import Assumed, Display, Document, Paragraph, Words
from symelbo.writing.mathml import math_element
from symelbo.writing.rows import Shape, rows_of, shape_of, sign_of

__all__ = ["STYLE", "display_html", "html", "html_body", "words_html"]

_WIDEST: Final = 102.0  # a page is wider than a sheet of paper
STYLE: Final = """
:root { color-scheme: light dark; --faint: #667; --rule: #dde; }
body { font: 1.05rem/1.55 Georgia, 'Times New Roman', serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; }
math { font-size: 1.08em; }
.display { overflow-x: auto; margin: 1rem 0; padding: .2rem 0; }
.display table { border-collapse: collapse; }
.display td { padding: .38rem .18rem; vertical-align: middle; white-space: nowrap; }
.display td:first-child { text-align: right; padding-left: .6rem; }
.display td.more { padding-left: 2rem; }
.display td.reason { white-space: normal; min-width: 11rem; padding-left: 1.8rem; color: var(--faint);
  font-size: .88rem; font-style: italic; line-height: 1.3; }
.display td.apart { text-align: left; }
.display.below td.reason { padding: 0 0 .5rem 2rem; }
.display td.late { display: none; }
.source, .assume { color: var(--faint); font-size: .95rem; }
@media (max-width: 40rem) {
  body { font-size: 1rem; margin: 1rem auto; }
  .display tr { display: flex; flex-wrap: wrap; align-items: center; }
  .display td { padding: .2rem .15rem; }
  .display td:empty { display: none; }
  .display td.reason { flex-basis: 100%; padding-left: 1.6rem; }
  .display td.early { display: none; }
  .display td.late { display: block; }
}
@media (prefers-color-scheme: dark) { :root { --faint: #99a; --rule: #334; } }
"""


def html(document: Document) -> str:
    """A whole page."""
    title = escape(document.title)
    return (
        f'<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>{title}</title>\n'
        f"<style>{STYLE}</style>\n</head>\n<body>\n{html_body(document)}\n</body>\n</html>\n"
    )


def html_body(document: Document, heading: str = "h1") -> str:
    """Title and parts, to be put into a page that has `STYLE`."""
    return "\n".join(_blocks(document, heading))


def _blocks(document: Document, heading: str) -> Iterator[str]:
    yield f"<{heading}>{escape(document.title)}</{heading}>"
    for part in document.parts:
        match part:
            case Paragraph(words):
                yield f"<p>{words_html(words)}</p>"
            case Display():
                yield display_html(part)
            case Assumed(claims) if claims:
                yield f'<p class="assume">Assume {", ".join(map(_claim, claims))}.</p>'
    if document.source:
        yield f'<p class="source">Source: {escape(document.source)}.</p>'


def _claim(claim: Claim) -> str:
    return math_element(row(compose(claim.lhs), Sign(sign_of(claim.relation)), compose(claim.rhs)))


def display_html(display: Display) -> str:
    """One display as a table: left sides, relations with right sides, reasons beside or below."""
    shape = shape_of(display, _WIDEST)
    rows = "\n".join(_rows(display, shape))
    return f'<div class="display{" below" if shape.below else ""}"><table>\n{rows}\n</table></div>'


def _rows(display: Display, shape: Shape) -> Iterator[str]:
    for line in rows_of(display, shape):
        left = math_element(line.left, block=True) if line.left is not None else ""
        if left and shape.apart:
            yield f'<tr><td class="apart" colspan="4">{left}</td></tr>'
            left = ""
        sign = math_element(Sign(line.sign), block=True) if line.sign is not None else ""
        right = math_element(line.right, block=True)
        kind = "" if line.sign is not None else ' class="more"'
        cells = f"<td>{left}</td><td>{sign}</td><td{kind}>{right}</td>"
        beside, after = (words_html(words) for words in (line.reason, line.closes))
        if shape.below:
            yield f"<tr>{cells}</tr>"
            if after:
                yield f'<tr><td></td><td></td><td class="reason">{after}</td></tr>'
            continue
        # A narrow screen puts reasons below, where the last row of a line is the place for them.
        both = beside == after
        early = f'<td class="reason{"" if both else " early"}">{beside}</td>'
        late = f'<td class="reason late">{after}</td>' if after and not both else ""
        yield f"<tr>{cells}{early}{late}</tr>"


def words_html(words: Words) -> str:
    """A sentence with its terms as MathML."""
    return "".join(math_element(compose(piece)) if isinstance(piece, Basic) else escape(piece) for piece in words)
