"""The page on derivations shows what the program does."""

from __future__ import annotations

import re

from click.testing import CliRunner
from pages import fenced

from symelbo.cli import main

PAGE = "docs/howto/derive.md"


def test_commands_print_what_is_shown():
    shown = [block for block in fenced(PAGE) if block.startswith("$ symelbo ")]
    assert len(shown) == 2
    for block in shown:
        command, _, expected = block.partition("\n")
        arguments = re.findall(r"'([^']*)'|(\S+)", command.removeprefix("$ symelbo "))
        assert CliRunner().invoke(main, [quoted or plain for quoted, plain in arguments]).output == expected


def test_python_does_what_its_comments_say():
    names = {}
    checked = 0
    for line in "".join(fenced(PAGE, "python")).splitlines():
        code, _, comment = line.partition("  # ")
        if comment:
            assert repr(eval(code, names)) == comment.strip()
            checked += 1
        else:
            exec(code, names)
    assert checked == 5
