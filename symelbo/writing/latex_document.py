"""Documents in LaTeX: amsmath displays with a column of reasons, and whole files that compile by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sympy import Basic

from symelbo.language import Claim
from symelbo.writing.document import Assumed, Display, Document, Paragraph, Words
from symelbo.writing.latex import latex
from symelbo.writing.rows import DisplayRow, Shape, rows_of, shape_of, sign_of
from symelbo.writing.tex import escaped, to_tex

__all__ = ["aligned_rows", "claim_tex", "display_tex", "latex_body", "latex_file", "reason_tex", "words_tex"]

_SHORT: Final = 100
_PREAMBLE: Final = r"""\documentclass[11pt]{article}
\usepackage[T1]{fontenc}
\usepackage[utf8]{inputenc}
\usepackage[a4paper, margin=2.2cm]{geometry}
\usepackage{amsmath, amssymb}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
"""


def latex_body(document: Document) -> str:
    """The displays and sentences, to be put into a document that loads amsmath."""
    return "\n".join(_blocks(document)).strip() + "\n"


def latex_file(document: Document) -> str:
    """A whole file for pdflatex."""
    title = f"\\title{{{escaped(document.title)}}}\n\\date{{}}\n\\author{{}}\n"
    return f"{_PREAMBLE}{title}\\begin{{document}}\n\\maketitle\n\n{latex_body(document)}\n\\end{{document}}\n"


def _blocks(document: Document) -> Iterator[str]:
    for part in document.parts:
        match part:
            case Paragraph(words):
                yield words_tex(words) + "\n"
            case Display():
                yield display_tex(part) + "\n"
            case Assumed(claims) if claims:
                yield from _assumed(claims)
    if document.source:
        yield f"\\emph{{Source:}} {escaped(document.source)}."


def _assumed(claims: tuple[Claim, ...]) -> Iterator[str]:
    """What is assumed, for the reader and, in comments, for the check."""
    listed = [claim_tex(claim) for claim in claims]
    yield from (f"% symelbo: assume {claim}" for claim in listed)
    together = ", \\quad ".join(listed)
    if len(together) < _SHORT:
        yield f"Assume ${together}$.\n"
    else:
        rows = " \\\\\n".join(f"  {claim}" for claim in listed)
        yield f"Assume\n% symelbo: skip\n\\begin{{gather*}}\n{rows}\n\\end{{gather*}}"


def display_tex(display: Display, environment: str = "align*") -> str:
    """One display as an amsmath environment."""
    rows = "\n".join(aligned_rows(display))
    return f"\\begin{{{environment}}}\n{rows}\n\\end{{{environment}}}"


def aligned_rows(display: Display) -> Iterator[str]:
    """The rows of a display: relation signs in one column, reasons beside them or, where that is too wide, below."""
    shape = shape_of(display)
    rows = list(rows_of(display, shape))
    lines = [line for row in rows for line in _lines(row, shape)]
    yield from (f"{line} \\\\" for line in lines[:-1])
    yield lines[-1]


def _lines(row: DisplayRow, shape: Shape) -> Iterator[str]:
    left = to_tex(row.left) if row.left is not None else None
    right = to_tex(row.right)
    if left is not None and shape.apart:
        yield f"&{left}"
    head = f"{left} " if left is not None and not shape.apart else "  "
    step = r"\quad " if shape.apart else ""
    line = f"{head}&{step}{row.sign} {right}" if row.sign is not None else f"{head}&{step}\\quad {right}"
    yield line + (f" && {reason_tex(row.reason)}" if row.reason and not shape.below else "")
    if row.closes and shape.below:
        said = "".join(rf"\({latex(piece)}\)" if isinstance(piece, Basic) else escaped(piece) for piece in row.closes)
        yield rf"  &{step}\qquad \text{{({said})}}"


def reason_tex(words: Words) -> str:
    """A reason in mathematics mode: words as text, terms as they are."""
    made: list[str] = []
    said = ""
    for piece in (*words, None):
        if isinstance(piece, str):
            said += piece
            continue
        if said:
            made.append(rf"\text{{{escaped(said)}}}")
        said = ""
        if piece is not None:
            made.append(latex(piece))
    return " ".join(made)


def words_tex(words: Words) -> str:
    """A sentence of running text."""
    return "".join(f"${latex(piece)}$" if isinstance(piece, Basic) else escaped(piece) for piece in words)


def claim_tex(claim: Claim) -> str:
    """A claim in LaTeX."""
    return f"{latex(claim.lhs)} {sign_of(claim.relation)} {latex(claim.rhs)}"
