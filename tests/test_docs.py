"""The documentation does what it says: its code runs, its links lead somewhere, its numbers agree between pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from pages import fenced

from symelbo.cli import main

DOCS = Path(__file__).parents[1] / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
LINK = re.compile(r"(?<!!)\[[^\]]+\]\(([^)#:\s]+)(?:#[^)]*)?\)")


def rows(page: str) -> dict[str, list[str]]:
    """The rows of the tables of a page by their first cell."""
    lines = (DOCS / page).read_text(encoding="utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return {row[0]: row[1:] for row in cells}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(DOCS)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^(`{3,}).*?^\1", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in LINK.findall(re.sub(r"`[^`]*`|\$[^$]*\$", "", text)):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("page", ["tutorial.md", "howto/grade.md"])
def test_python_blocks_run(page: str) -> None:
    code = fenced(f"docs/{page}", "python")
    assert code
    for block in code:
        exec(compile(block, page, "exec"), {})


def test_the_tutorial_is_as_it_says(tmp_path: Path) -> None:
    notes = tmp_path / "notes.md"
    (text,) = fenced("docs/tutorial.md", "markdown")[:1]
    notes.write_text(text, encoding="utf-8")
    wrong = CliRunner().invoke(main, ["check", "--no-cache", str(notes)])
    assert wrong.exit_code == 1
    assert "1 refuted" in wrong.output and "z=1" in wrong.output and "it holds with" in wrong.output
    notes.write_text(text.replace("+ \\mathrm{KL}", "- \\mathrm{KL}"), encoding="utf-8")
    right = CliRunner().invoke(main, ["check", "--no-cache", str(notes)])
    assert right.exit_code == 0
    assert right.output.count("\n") <= 2, "nothing is printed but the tally"
    assert CliRunner().invoke(main, ["derive", "elbo", "--by", "jensen"]).exit_code == 0


def test_measured_numbers_agree_between_pages() -> None:
    why, fields, grades = rows("why.md"), rows("logfield.md"), rows("howto/grade.md")
    for name in ("SymPy `simplify`", "SymPy `equals`", "Maxima `radcan`", "FriCAS `normalize`"):
        assert why[name] == fields[name][:3]

    for name in ("symelbo", "Math-Verify"):
        assert why[name][:2] == grades[name][:2]
