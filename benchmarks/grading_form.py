"""The form of an exercise of the grading benchmark."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["Exercise"]


class Exercise(NamedTuple):
    """A key with right and wrong answers to it."""

    kind: str
    key: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]
    assuming: tuple[str, ...] = ()
