"""Sheets of exercises for paper, notebooks and learning programs; `EXPORTS` names them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from symelbo.practice.exercise import Exercise
from symelbo.practice.exports.anki import anki
from symelbo.practice.exports.moodle import moodle
from symelbo.practice.exports.notebook import notebook
from symelbo.practice.exports.sheets import latex, markdown

__all__ = ["EXPORTS", "SUFFIXES"]

EXPORTS: Final[dict[str, Callable[[Sequence[Exercise]], bytes]]] = {
    "md": markdown,
    "tex": latex,
    "ipynb": notebook,
    "anki": anki,
    "moodle": moodle,
}
"""Each makes the contents of one file."""
SUFFIXES: Final = {".md": "md", ".tex": "tex", ".ipynb": "ipynb", ".apkg": "anki", ".xml": "moodle"}
"""What a file's name says about its kind."""
