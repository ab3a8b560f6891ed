"""The house: which room may import which, kept by import-linter; and a look that the rule can fail."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LINT = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*LINT, "--no-cache"], cwd=folder, capture_output=True, text=True)


def test_every_room_stands_above_what_it_imports():
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize(
    ("module", "line", "kept"),
    [
        ("calculus/odd.py", "import symelbo.semantics", False),
        ("semantics/odd.py", "import symelbo.calculus", False),
        ("reading/odd.py", "import symelbo.calculus", False),
        ("writing/odd.py", "import symelbo.reading", False),
        ("language/odd.py", "import symelbo.proof", False),
        ("proof/odd.py", "import symelbo.reading", False),
        ("checking/odd.py", "import symelbo.calculus", False),
        ("checking/odd.py", "import symelbo.derive", False),
        ("derive/odd.py", "import symelbo.semantics", False),
        ("errors.py", "import symelbo.language", False),
        ("testing.py", "import symelbo.cli", False),
        ("reading/parsing/odd.py", "import symelbo.reading.stating", False),
        ("reading/sources/odd.py", "import symelbo.language", False),
        ("calculus/forms/odd.py", "import symelbo.calculus.laws", False),
        ("calculus/laws/odd.py", "import symelbo.calculus.forms", True),
        ("checking/odd.py", "import symelbo.semantics", True),
        ("practice/odd.py", "import symelbo.checking, symelbo.derive", True),
    ],
)
def test_an_arrow_that_runs_up_is_found(tmp_path, module, line, kept):
    """The same contracts, on a house of empty rooms with one arrow drawn in."""
    settings = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    house = tmp_path / "symelbo"
    rooms = [
        "language",
        "calculus",
        "semantics",
        "reading",
        "writing",
        "proof",
        "checking",
        "derive",
        "practice",
        "booklet",
        "lsp",
        "page",
    ]
    for room in rooms:
        (house / room).mkdir(parents=True)
        (house / room / "__init__.py").touch()
    for name in ("__init__", "errors", "cli", "pytest_plugin", "testing", "notebook", "grade"):
        (house / f"{name}.py").touch()
    contracts = tomllib.loads(settings)["tool"]["importlinter"]["contracts"]
    storeys = [f"{c['containers'][0]}.{layer}" for c in contracts[1:] for layer in c.get("layers", ())]
    for storey in storeys:
        (tmp_path / storey.replace(".", "/")).mkdir()
        (tmp_path / storey.replace(".", "/") / "__init__.py").touch()
    for arrow in (arrow for c in contracts for arrow in c.get("ignore_imports", ())):
        source, target = (tmp_path / (end.strip().replace(".", "/") + ".py") for end in arrow.split("->"))
        target.touch()
        source.write_text(f"import {arrow.split('->')[1].strip()}\n")
    (house / module).write_text(line + "\n")
    (tmp_path / "pyproject.toml").write_text(settings[settings.index("[tool.importlinter]") :])
    result = lint(tmp_path)
    assert (result.returncode == 0) is kept, result.stdout + result.stderr
