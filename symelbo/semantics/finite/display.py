"""Printing a witness: small tables, the values of free names, and both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

__all__ = ["TableView", "lines_of_tables"]


@dataclass(frozen=True, slots=True)
class TableView:
    """One factor of a family: for each state of what is given, the probabilities of what is modelled.

    `cells` lists `(states of given, states of of, probability)` in order, all as text.
    """

    name: str
    of: tuple[str, ...]
    given: tuple[str, ...]
    cells: tuple[tuple[tuple[str, ...], tuple[str, ...], str], ...]

    @property
    def title(self) -> str:
        """`q(z | x)`."""
        bar = f" | {', '.join(self.given)}" if self.given else ""
        return f"{self.name}({', '.join(self.of)}{bar})"

    def rows(self) -> list[tuple[str, list[str]]]:
        """Labelled rows; the columns are the states of the last variable."""
        names = (*self.given, *self.of[:-1])

        def label(cell: tuple[tuple[str, ...], tuple[str, ...], str]) -> str:
            states = (*cell[0], *cell[1][:-1])
            return ", ".join(f"{name}={state}" for name, state in zip(names, states, strict=True))

        return [(key, [cell[2] for cell in group]) for key, group in groupby(self.cells, label)]

    def columns(self) -> list[str]:
        """The heads of the columns."""
        return [f"{self.of[-1]}={state}" for state in dict.fromkeys(cell[1][-1] for cell in self.cells)]

    def as_dict(self) -> dict[str, object]:
        """For JSON: names and cells."""
        return {
            "density": self.title,
            "of": list(self.of),
            "given": list(self.given),
            "cells": [{"given": list(g), "of": list(o), "probability": value} for g, o, value in self.cells],
        }


def _wide(table: TableView) -> list[str]:
    rows = table.rows()
    heads = [table.title, *table.columns()]
    body = [[label, *values] for label, values in rows]
    widths = [max(len(row[k]) for row in (heads, *body)) for k in range(len(heads))]
    return [
        "   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (heads, *body)
    ]


def _narrow(table: TableView) -> list[str]:
    rows = table.rows()
    plain = [f"{table.of[-1]}={k}" for k in range(len(table.columns()))] == table.columns()
    end = "" if plain else f"   ({', '.join(table.columns())})"
    if len(rows) == 1 and not rows[0][0]:
        return [f"{table.title} = {', '.join(rows[0][1])}{end}"]
    return [f"{table.title} = " + "; ".join(f"{', '.join(values)} at {label}" for label, values in rows) + end]


def lines_of_tables(tables: Sequence[TableView], room: int) -> list[str]:
    """The tables in at most `room` lines: as tables, else one line for each, else the first ones."""
    wide = [line for table in tables for line in (_wide(table) if len(table.rows()) > 1 else _narrow(table))]
    if len(wide) <= room:
        return wide
    narrow = [_short(line) for table in tables for line in _narrow(table)]
    if len(narrow) <= room:
        return narrow
    return [*narrow[: room - 1], f"and {len(narrow) - room + 1} more tables"]


def _short(line: str, width: int = 160) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"
