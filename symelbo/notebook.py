"""Notebooks: `%load_ext symelbo`, then verdicts and reports are shown with formulas and tables, and cells are judged.

%%symelbo
log p(x) >= E_{q(z|x)}[log p(x, z) - log q(z|x)]
"""

from __future__ import annotations

from typing import Any, Final

from symelbo.checking.check import check_text
from symelbo.checking.formats.markdown import as_markdown, witness_markdown
from symelbo.checking.report import Report
from symelbo.proof import Verdict

__all__ = ["judge_cell", "load_ipython_extension", "verdict_markdown"]

_DISPLAYS: Final = ("$$", "\\[", "\\begin{")


def load_ipython_extension(shell: Any) -> None:
    """What `%load_ext symelbo` does: the cell magic, and how verdicts and reports are shown."""
    shell.register_magic_function(judge_cell, "cell", "symelbo")
    markdown = shell.display_formatter.formatters["text/markdown"]
    markdown.for_type(Report, as_markdown)
    markdown.for_type(Verdict, verdict_markdown)


def judge_cell(line: str, cell: str) -> Report:
    """The cell magic `%%symelbo`: judge what the cell holds and show the report.

    With displays (`$$`, an `align`) the cell is a Markdown text, else every line of it is a claim or a directive such
    as `assume p(x, z, y) = p(z) p(x | z) p(y | z)`.
    """
    text = cell if any(mark in cell for mark in _DISPLAYS) else f"```symelbo\n{cell}\n```\n"
    return check_text(text, "cell.md")


def verdict_markdown(verdict: Verdict) -> str:
    """A verdict with its claim set, and what it rests on."""
    rules = f" by {', '.join(verdict.rules)}" if verdict.rules else ""
    parts = [f"{verdict.status.value}{rules}", f"$${verdict.claim.latex()}$$"]
    if verdict.reason:
        parts.append(verdict.reason)
    if verdict.witness is not None:
        parts += ["In this model the two sides differ:", *witness_markdown(verdict.witness)]
    return "\n\n".join(parts)
