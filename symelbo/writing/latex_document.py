"""Documents in LaTeX: amsmath displays with a column of reasons, and whole files that compile by themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sympy import Basic

from symelbo.language import Claim
from symelbo.writing.document import Display, Document, Paragraph, Words
from symelbo.writing.latex import latex
from symelbo.writing.rows import DisplayRow, rows_of, sign_of
from symelbo.writing.tex import escaped, to_tex

__all__ = ["aligned_rows", "claim_tex", "display_tex", "latex_body", "latex_file", "reason_tex", "words_tex"]

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
    for claim in document.assumptions:
        yield f"% symelbo: assume {claim_tex(claim)}"
    if document.assumptions:
        listed = ", \\quad ".join(claim_tex(claim) for claim in document.assumptions)
        yield (
            f"Assume ${listed}$.\n"
            if len(listed) < 100
            else f"Assume\n% symelbo: skip\n\\begin{{gather*}}\n{_stacked(document)}\n\\end{{gather*}}"
        )
    for part in document.parts:
        yield words_tex(part.words) + "\n" if isinstance(part, Paragraph) else display_tex(part) + "\n"
    if document.source:
        yield f"\\emph{{Source:}} {escaped(document.source)}."


def _stacked(document: Document) -> str:
    return " \\\\\n".join(f"  {claim_tex(claim)}" for claim in document.assumptions)


def display_tex(display: Display, environment: str = "align*") -> str:
    """One display as an amsmath environment."""
    rows = "\n".join(aligned_rows(display))
    return f"\\begin{{{environment}}}\n{rows}\n\\end{{{environment}}}"


def aligned_rows(display: Display) -> Iterator[str]:
    """The rows of a display: the relation signs in one column, reasons in the next."""
    rows = list(rows_of(display))
    for place, row in enumerate(rows):
        end = r" \\" if place < len(rows) - 1 else ""
        yield _row(row) + end


def _row(row: DisplayRow) -> str:
    left = f"{to_tex(row.left)} " if row.left is not None else "  "
    right = to_tex(row.right)
    aligned = f"{left}&{row.sign} {right}" if row.sign is not None else f"{left}&\\quad {right}"
    return aligned + (f" && {reason_tex(row.reason)}" if row.reason else "")


def reason_tex(words: Words) -> str:
    """A reason in mathematics mode: words as text, terms as they are."""
    made = []
    for piece in words:
        made.append(latex(piece) if isinstance(piece, Basic) else rf"\text{{{escaped(piece)}}}")
    return " ".join(made)


def words_tex(words: Words) -> str:
    """A sentence of running text."""
    return "".join(f"${latex(piece)}$" if isinstance(piece, Basic) else escaped(piece) for piece in words)


def claim_tex(claim: Claim) -> str:
    """A claim in LaTeX."""
    return f"{latex(claim.lhs)} {sign_of(claim.relation)} {latex(claim.rhs)}"
