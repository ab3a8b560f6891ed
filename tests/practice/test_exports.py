"""Exported sheets open in the programs that they are for."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import zipfile
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner

from symelbo.checking import Outcome, check_text
from symelbo.cli import main
from symelbo.practice import Exercise
from symelbo.practice.exports import EXPORTS
from symelbo.practice.theory import CARDS


@pytest.mark.parametrize("style", ["md", "tex", "ipynb", "moodle"])
def test_equal_exercises_make_equal_files(sheet: Mapping[str, Exercise], style: str) -> None:
    made = list(sheet.values())
    assert EXPORTS[style](made) == EXPORTS[style](deepcopy(made)) != EXPORTS[style](made[:-1])


def test_the_markdown_of_a_number_exercise_is_proved(sheet: Mapping[str, Exercise]) -> None:
    report = check_text(EXPORTS["md"]([sheet["elbo"]]).decode(), "sheet.md")
    outcomes = {claim.outcome for claim in report.claims}
    assert outcomes <= {Outcome.PROVED, Outcome.DEFINITION} and Outcome.PROVED in outcomes


def test_the_latex_sheet_compiles(sheet: Mapping[str, Exercise], tmp_path: Path) -> None:
    if shutil.which("pdflatex") is None:
        pytest.skip("pdflatex is not installed")
    (tmp_path / "sheet.tex").write_bytes(EXPORTS["tex"](list(sheet.values())))
    run = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"],
        cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout[-2000:]
    assert "Overfull" not in run.stdout.replace("Overfull \\hbox (0", "")


def test_the_notebook_runs(sheet: Mapping[str, Exercise], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
    nbformat = pytest.importorskip("nbformat")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = nbformat.reads(EXPORTS["ipynb"]([sheet["evidence"], sheet["order"]]).decode(), 4)
    nbformat.validate(notebook)
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [str(cell.get("outputs", "")) for cell in notebook.cells]
    assert any("refuted" in text for text in shown), "the answer 0.0000 that stands in the cell is wrong"


def test_the_anki_package_holds_its_cards(sheet: Mapping[str, Exercise], tmp_path: Path) -> None:
    pytest.importorskip("genanki", reason="genanki is not installed (extra: practice)")
    (tmp_path / "deck.apkg").write_bytes(EXPORTS["anki"](list(sheet.values())))
    with zipfile.ZipFile(tmp_path / "deck.apkg") as package:
        package.extract("collection.anki2", tmp_path)
    connection = sqlite3.connect(tmp_path / "collection.anki2")
    fields = [row[0].split("\x1f") for row in connection.execute("SELECT flds FROM notes")]
    (cards,) = connection.execute("SELECT count(*) FROM cards").fetchone()
    connection.close()
    assert len(fields) == cards == len(CARDS) + sum(len(made.questions) for made in sheet.values())
    assert all(front and back for front, back in fields)


def test_the_moodle_file_has_the_structure_that_moodle_imports(sheet: Mapping[str, Exercise]) -> None:
    quiz = ET.fromstring(EXPORTS["moodle"](list(sheet.values())).decode())
    assert quiz.tag == "quiz"
    category, *questions = quiz
    assert category.get("type") == "category" and category.find("category/text") is not None
    assert {question.get("type") for question in questions} == {"numerical", "multichoice", "shortanswer"}
    for question in questions:
        assert question.findtext("name/text") and question.findtext("questiontext/text")
        answers = question.findall("answer")
        assert [answer.get("fraction") for answer in answers].count("100") == 1
        if question.get("type") == "numerical":
            assert float(answers[0].findtext("text") or "") != 0 and float(answers[0].findtext("tolerance") or "") > 0


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    run = CliRunner().invoke(main, ["practice", "--count", "1", "-o", str(tmp_path / "no" / "sheet.md")])
    assert run.exit_code == 1 and "cannot be written" in run.output
