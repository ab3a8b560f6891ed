"""What every format says about a claim, in words."""

from __future__ import annotations

from symelbo.checking.report import ClaimReport, FileProblem

__all__ = ["in_words", "place_in_words", "title"]


def title(claim: ClaimReport) -> str:
    """One short line: the outcome and the claim as read."""
    sides = f": {claim.lhs} {claim.relation} {claim.rhs}" if claim.lhs or claim.rhs else ""
    return f"{claim.outcome.value}{sides}"


def in_words(claim: ClaimReport) -> str:
    """Why a claim has its outcome: the note, the residual, the model that separates the sides, and the repair."""
    lines = [title(claim)]
    if claim.note:
        lines.append(claim.note)
    if claim.residual:
        lines.append(f"left - right = {claim.residual}")
    if claim.witness is not None:
        lines.append("in this model the two sides differ:")
        lines += [f"  {line}" for line in claim.witness.lines()]
    if claim.repair:
        lines.append(f"this would be proved: {claim.repair}")
    return "\n".join(lines)


def place_in_words(item: ClaimReport | FileProblem) -> str:
    """Line and column, and the cell in a notebook."""
    cell = f"cell {item.cell}, " if item.cell is not None else ""
    return "the whole file" if item.line is None else f"{cell}line {item.line}, column {item.column}"
