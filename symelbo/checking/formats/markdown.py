"""Markdown for notebooks, wikis and the summary of a build: formulas set, witnesses as tables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from symelbo.checking.formats.messages import place_in_words
from symelbo.checking.report import ClaimReport, Outcome, Report

__all__ = ["as_markdown", "witness_markdown"]

_MARKS = {
    Outcome.PROVED: "✓ proved",
    Outcome.REFUTED: "✗ **refuted**",
    Outcome.UNKNOWN: "? unknown",
    Outcome.UNREAD: "✗ **not read**",
    Outcome.DEFINITION: "· definition",
    Outcome.ESTIMATE: "· estimate",
}


def as_markdown(report: Report) -> str:
    """The report with every claim: its formula, what was found, and why."""
    return "\n\n".join(_blocks(report))


def _blocks(report: Report) -> Iterator[str]:
    for file in report.files:
        if len(report.files) > 1:
            yield f"### `{file.path}`"
        for problem in file.problems:
            yield f"✗ **problem** ({place_in_words(problem)}): {problem.message}"
        for claim in file.claims:
            yield _claim(claim)
        if not file.claims and not file.problems:
            yield "There is no claim here: a claim is a relation sign in a formula."


def _claim(claim: ClaimReport) -> str:
    rules = f" by {', '.join(claim.rules)}" if claim.rules else ""
    sign = "<" if claim.relation == "<" else claim.relation
    parts = [f"{_MARKS[claim.outcome]}{rules} ({place_in_words(claim)})"]
    if claim.outcome is Outcome.UNREAD:
        parts.append(f"`{claim.lhs} {sign} {claim.rhs}`")
    else:
        parts.append(f"$${claim.lhs} {sign} {claim.rhs}$$")
    if claim.note:
        parts.append(claim.note)
    if claim.residual:
        parts.append(f"left − right = ${claim.residual}$")
    if claim.witness is not None:
        parts += ["In this model the two sides differ:", *witness_markdown(claim.witness)]
    if claim.repair:
        parts.append(f"This would be proved: $${claim.repair}$$")
    return "\n\n".join(parts)


def witness_markdown(witness: Any) -> list[str]:
    """A witness as blocks of Markdown: a table for each density, then the values and both sides."""
    data = witness.as_dict()
    tables = data.get("tables")
    if not tables:
        return ["```text\n" + "\n".join(witness.lines()) + "\n```"]
    blocks = [_table(table) for table in tables]
    values = ", ".join(f"{name} = {value}" for name, value in data.get("values", {}).items())
    ends = f"left side {data['lhs']}, right side {data['rhs']}, at least {data['distance']} apart"
    return [*blocks, f"{values + ': ' if values else ''}{ends}"]


def _table(table: dict[str, Any]) -> str:
    """Rows are the states of what is given, columns those of what is modelled."""
    cells = table["cells"]
    columns = list(dict.fromkeys(tuple(cell["of"]) for cell in cells))
    rows = list(dict.fromkeys(tuple(cell["given"]) for cell in cells))
    value = {(tuple(cell["given"]), tuple(cell["of"])): cell["probability"] for cell in cells}

    def named(names: list[str], states: tuple[str, ...]) -> str:
        return ", ".join(f"{name}={state}" for name, state in zip(names, states, strict=True))

    # A bar would end the cell of a table.
    head = [f"`{table['density']}`".replace("|", "\\|"), *(named(table["of"], column) for column in columns)]
    lines = [head, ["---"] * len(head)]
    lines += [[named(table["given"], row), *(value.get((row, column), "") for column in columns)] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
