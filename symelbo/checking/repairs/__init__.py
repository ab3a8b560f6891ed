"""Repairs: the smallest edit of the author's source that makes a false line true, proved before it is offered."""

from typing import Final

__all__ = ["LOOKS"]

LOOKS: Final = 200
"""How many edits of a false line are looked at, where repairs are asked for."""
