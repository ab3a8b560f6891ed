"""Notebooks: the example runs in a real kernel, and verdicts are shown as Markdown."""

from __future__ import annotations

from pathlib import Path

import pytest
from sympy import Eq, log

from symelbo import family, prove, variables
from symelbo.notebook import judge_cell, verdict_markdown

EXAMPLE = Path(__file__).parent.parent / "docs" / "notebooks" / "elbo.ipynb"


def test_the_example_notebook_runs_and_shows_its_verdicts(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat")
    pytest.importorskip("ipykernel", reason="ipykernel is not installed")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.read(EXAMPLE, 4)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [
        output.data["text/markdown"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "data" in output and "text/markdown" in output.data
    ]
    assert len(shown) == 4
    assert shown[0].startswith("proved")
    assert shown[1].startswith("refuted") and "| --- |" in shown[1]
    assert shown[2].count("✓ proved") == 2 and shown[2].count("✗ **refuted**") == 1
    assert shown[3].count("✓ proved") == 2


def test_a_cell_is_a_block_or_a_text() -> None:
    assert [c.outcome.value for c in judge_cell("", "log p(x, z) = log p(z) + log p(x | z)").claims] == ["proved"]
    assert [c.outcome.value for c in judge_cell("", "so $$\\log p(x) = \\log p(z)$$").claims] == ["refuted"]
    assert list(judge_cell("", "").claims) == []


def test_a_verdict_shows_claim_and_model() -> None:
    (x, z), p = variables("x z"), family("p")
    assert "$$" in verdict_markdown(prove(Eq(log(p(x, z)), log(p(z)) + log(p(x | z)))))
    text = verdict_markdown(prove(Eq(log(p(x, z)), log(p(z)) - log(p(x | z)))))
    assert "In this model the two sides differ" in text and "at least" in text
