"""The house: which room may import which, kept by import-linter; and a look that the rule can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
ROOMS = ("language", "calculus", "semantics", "reading", "writing", "proof", "checking", "derive", "practice",
         "booklet", "lsp", "page")  # fmt: skip
DOORS = ("__init__", "errors", "cli", "pytest_plugin", "testing", "notebook", "grade")
UP = (
    ("calculus.odd", "semantics"),
    ("semantics.odd", "calculus"),
    ("reading.odd", "calculus"),
    ("writing.odd", "reading"),
    ("language.odd", "proof"),
    ("proof.odd", "reading"),
    ("checking.odd", "calculus"),
    ("checking.odd", "derive"),
    ("derive.odd", "semantics"),
    ("errors", "language"),
    ("testing", "cli"),
    ("reading.parsing.odd", "reading.stating"),
    ("reading.sources.odd", "language"),
    ("calculus.forms.odd", "calculus.laws"),
)
DOWN = (
    ("calculus.laws.odd", "calculus.forms"),
    ("checking.odd", "semantics"),
    ("practice.odd", "checking"),
    ("practice.odd", "derive"),
)


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def empty_house(folder: Path, arrows: Sequence[tuple[str, str]]) -> Path:
    """The same contracts, on a house of empty rooms with these arrows drawn in."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts = tomllib.loads(settings)["tool"]["importlinter"]["contracts"]
    storeys = [f"{c['containers'][0]}.{layer}" for c in contracts[1:] for layer in c.get("layers", ())]
    for room in (*(f"symelbo.{room}" for room in ROOMS), *storeys):
        (folder / room.replace(".", "/")).mkdir(parents=True)
        (folder / room.replace(".", "/") / "__init__.py").touch()
    for door in DOORS:
        (folder / "symelbo" / f"{door}.py").touch()
    ignored = [tuple(end.strip() for end in a.split("->")) for c in contracts for a in c.get("ignore_imports", ())]
    for source, target in (*ignored, *((f"symelbo.{a}", f"symelbo.{b}") for a, b in arrows)):
        if not (folder / target.replace(".", "/")).exists():
            (folder / (target.replace(".", "/") + ".py")).touch()
        with (folder / (source.replace(".", "/") + ".py")).open("a", encoding="utf-8") as module:
            module.write(f"import {target}\n")
    (folder / "pyproject.toml").write_text(settings[settings.index("[tool.importlinter]") :])
    return folder


def test_every_room_stands_above_what_it_imports():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


def test_arrows_that_run_up_are_found(tmp_path):
    result = lint(empty_house(tmp_path, UP))
    assert result.returncode == 1, result.stdout + result.stderr
    missed = [arrow for arrow in UP if " symelbo.{} -> symelbo.{} (l.".format(*arrow) not in result.stdout]
    assert missed == [], result.stdout


def test_arrows_that_run_down_are_let_be(tmp_path):
    result = lint(empty_house(tmp_path, DOWN))
    assert result.returncode == 0, result.stdout + result.stderr
