"""What the README shows is what the program does."""

from __future__ import annotations

import re
from typing import Any

from click.testing import CliRunner
from pages import ROOT, fenced


def words(text: str) -> list[str]:
    """Text without its numbers and spacing: which model is found as a witness may change."""
    return re.sub(r"\d+(/\d+|\.\d+)?", "0", text).split()


def test_the_python_of_the_readme_does_what_its_comments_say():
    names: dict[str, Any] = {}
    first, second, _ = fenced("README.md", "python")
    for line in (first + second).splitlines():
        code, _, comment = line.partition("  # ")
        if not comment:
            exec(code, names)
            continue
        value = eval(code, names)
        assert value is not None
        assert comment.strip() in (repr(value), "tables on which it fails")


def test_the_shell_of_the_readme_prints_what_it_shows(monkeypatch):
    from symelbo.cli import main

    monkeypatch.chdir(ROOT)
    shown = [block for block in fenced("README.md") if block.startswith("$ symelbo ")]
    assert len(shown) == 3
    for block in shown:
        command, _, expected = block.partition("\n")
        arguments = re.findall(r"'([^']*)'|(\S+)", command.removeprefix("$ symelbo "))
        result = CliRunner().invoke(main, [quoted or plain for quoted, plain in arguments])
        printed = re.sub(r" \(\d+\.\d+ s\)", "", result.output)
        assert words(printed) == words(expected)
