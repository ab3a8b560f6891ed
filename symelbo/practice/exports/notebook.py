"""A notebook: each exercise with a cell to answer in, which symelbo judges, and the solution folded away."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from symelbo.practice.exercise import Exercise

__all__ = ["notebook"]


def notebook(sheet: Sequence[Exercise]) -> bytes:
    """The notebook as JSON (format 4.5)."""
    cells = [
        _words(
            "# Exercises on the evidence lower bound\n\nAnswer in the cells that begin with `%%symelbo` and run them."
        ),
        _code("%load_ext symelbo"),
    ]
    for number, made in enumerate(sheet, 1):
        cells.append(_words(f"## {number}. {made.title}\n\n{made.given}"))
        for question in made.questions:
            options = "".join(f"\n{k}. {option}" for k, option in enumerate(question.options, 1))
            cells.append(_words(question.ask + ("\n" + options if options else "")))
            if question.kind == "number":
                # The table stands in the cell, because a cell is judged on its own.
                cells.append(_code(f"%%symelbo\n{made.given}\n\n$$\n{question.formula} \\approx 0.0000\n$$"))
            cells.append(_words(f"<details><summary>Solution</summary>\n\n{question.solution}\n\n</details>"))
    for number, cell in enumerate(cells):
        cell["id"] = f"cell-{number}"
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    data = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": kernel}, "cells": cells}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def _code(text: str) -> dict[str, Any]:
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [], "source": text}
