"""Every format by its name, and the name by the ending of a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from symelbo.errors import NotSupported
from symelbo.writing.document import Display, Document
from symelbo.writing.html_document import html
from symelbo.writing.latex_document import aligned_rows, latex_body, latex_file
from symelbo.writing.markdown_document import markdown, myst
from symelbo.writing.text_document import text

__all__ = ["FORMATS", "Format", "format_of", "write"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name, the ending of its files, and the function that writes it."""

    name: str
    suffix: str
    write: Callable[[Document], str]


def _display(document: Document) -> str:
    """All displays in one, as a notebook shows it."""
    rows = " \\\\[1ex]\n".join("\n".join(aligned_rows(part)) for part in document.parts if isinstance(part, Display))
    return f"$\\displaystyle\n\\begin{{aligned}}\n{rows}\n\\end{{aligned}}$"


FORMATS: Final = {
    row.name: row
    for row in (
        Format("text", ".txt", text),
        Format("latex", "", latex_body),
        Format("tex", ".tex", latex_file),
        Format("md", ".md", markdown),
        Format("myst", "", myst),
        Format("html", ".html", html),
        Format("display", "", _display),
    )
}
"""Formats by name; `pdf` is made from `tex` by `symelbo.writing.pdf`."""


def write(document: Document, style: str) -> str:
    """A document in a format, one of `FORMATS`. Raises `NotSupported` for another name."""
    row = FORMATS.get(style)
    if row is None:
        raise NotSupported(f"there is no format '{style}'; choose one of {', '.join(FORMATS)}")
    return row.write(document)


def format_of(path: str) -> str | None:
    """The format that the ending of a file's name stands for; `pdf` for a PDF, None where it says nothing."""
    ending = "." + path.rsplit(".", 1)[-1].lower() if "." in path else ""
    if ending == ".pdf":
        return "pdf"
    return next((row.name for row in FORMATS.values() if row.suffix and row.suffix == ending), None)
