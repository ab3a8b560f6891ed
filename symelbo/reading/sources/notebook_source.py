"""Jupyter notebooks: their Markdown cells as one text, with the place where each cell begins."""

from __future__ import annotations

import json

from symelbo.reading.sources.tokens import Problem, Span

__all__ = ["notebook_text"]


def notebook_text(source: str) -> tuple[str, tuple[tuple[int, int], ...], list[Problem]]:
    r"""The Markdown cells of a notebook, joined; for each (offset, number of the cell counted from 1).

    >>> cells = '{"cell_type": "code", "source": ""}, {"cell_type": "markdown", "source": ["$$a\\n", "=b$$"]}'
    >>> notebook_text('{"cells": [' + cells + ']}')
    ('$$a\n=b$$', ((0, 2),), [])
    """
    try:
        notebook = json.loads(source)
    except (ValueError, RecursionError) as error:
        return "", (), [Problem(f"this is not a notebook: {error}; save it again from Jupyter", Span(0, 0))]
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        return "", (), [Problem("this notebook has no list of cells; save it in notebook format 4", Span(0, 0))]
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    offset = 0
    for number, cell in enumerate(cells, 1):
        if not isinstance(cell, dict) or cell.get("cell_type") != "markdown":
            continue
        content = cell.get("source", "")
        if isinstance(content, list):
            content = "".join(part for part in content if isinstance(part, str))
        if not isinstance(content, str):
            continue
        if pieces:
            pieces.append("\n\n")
            offset += 2
        places.append((offset, number))
        pieces.append(content)
        offset += len(content)
    return "".join(pieces), tuple(places), []
