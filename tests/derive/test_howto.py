"""The page on derivations shows what the program does."""

from __future__ import annotations

import re
from pathlib import Path

from click.testing import CliRunner

from symelbo.cli import main

PAGE = (Path(__file__).parents[2] / "docs" / "howto" / "derive.md").read_text(encoding="utf-8")


def blocks(kind):
    return re.findall(rf"^```{kind}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_commands_print_what_is_shown():
    shown = [block for block in blocks("") if block.startswith("$ symelbo ")]
    assert len(shown) == 2
    for block in shown:
        command, _, expected = block.partition("\n")
        arguments = re.findall(r"'([^']*)'|(\S+)", command.removeprefix("$ symelbo "))
        assert CliRunner().invoke(main, [quoted or plain for quoted, plain in arguments]).output == expected


def test_python_does_what_its_comments_say():
    names = {}
    checked = 0
    for line in "".join(blocks("python")).splitlines():
        code, _, comment = line.partition("  # ")
        if comment:
            assert repr(eval(code, names)) == comment.strip()
            checked += 1
        else:
            exec(code, names)
    assert checked == 5
