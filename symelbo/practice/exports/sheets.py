"""Sheets to print: the exercises, and the key on a page of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from symelbo.practice.exercise import Exercise, Question
from symelbo.practice.texts import to_latex

__all__ = ["latex", "markdown"]

_PREAMBLE: Final = r"""\documentclass[11pt]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=2.5cm]{geometry}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\begin{document}
\section*{Exercises on the evidence lower bound}
"""


def markdown(sheet: Sequence[Exercise]) -> bytes:
    """Questions, then the worked solutions under a heading of their own."""
    parts = ["# Exercises on the evidence lower bound"]
    for number, made in enumerate(sheet, 1):
        parts += [f"## {number}. {made.title}", made.given]
        for letter, question in _lettered(made):
            parts.append(f"**({letter})** {question.ask}")
            parts += [f"{k}. {option}" for k, option in enumerate(question.options, 1)]
    parts.append("# Solutions")
    for number, made in enumerate(sheet, 1):
        parts.append(f"## Solution {number}. {made.title}")
        parts += [f"**({letter})** {question.solution}" for letter, question in _lettered(made)]
    return ("\n\n".join(parts) + "\n").encode()


def latex(sheet: Sequence[Exercise]) -> bytes:
    """A document for pdflatex: the sheet, and after a page break the key."""
    return (_PREAMBLE + "\n\n".join(_latex_parts(sheet)) + "\n\\end{document}\n").encode()


def _latex_parts(sheet: Sequence[Exercise]) -> Iterator[str]:
    for number, made in enumerate(sheet, 1):
        yield rf"\subsection*{{{number}. {made.title}}}"
        yield to_latex(made.given)
        for letter, question in _lettered(made):
            yield rf"\textbf{{({letter})}} {to_latex(question.ask)}"
            if question.options:
                items = "\n".join(rf"\item {to_latex(option)}" for option in question.options)
                yield f"\\begin{{enumerate}}\n{items}\n\\end{{enumerate}}"
    yield "\\newpage\n\\section*{Key}"
    for number, made in enumerate(sheet, 1):
        yield rf"\subsection*{{{number}. {made.title}}}"
        for letter, question in _lettered(made):
            yield rf"\textbf{{({letter})}} {to_latex(question.solution)}"


def _lettered(made: Exercise) -> Iterator[tuple[str, Question]]:
    return zip("abcdefgh", made.questions, strict=False)
