"""By how much the two sides of a false claim differ, as LaTeX and in words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from sympy import Expr, Function, polygamma

from symelbo.proof import Verdict
from symelbo.proof.residual import residual_of
from symelbo.reading.stating.statements import Statement

__all__ = ["Difference", "difference_of", "written"]

_LONGEST: Final = 400
_CALL: Final = re.compile(r"(\\psi)\{\\left\((.*?)\\right\)\}")


@dataclass(frozen=True, slots=True)
class Difference:
    """`left - right` in LaTeX, and as one line of text for a person."""

    latex: str
    words: str


def difference_of(verdict: Verdict, statement: Statement) -> Difference | None:
    """The difference of both sides of a refuted claim, proved; None where it has no short form."""
    if verdict.residual:
        return Difference(verdict.residual, f"left − right = {verdict.residual}")
    if statement.context is None:
        return None
    term = residual_of(verdict.claim, statement.context)
    return None if term is None else written(term)


def written(term: Expr) -> Difference | None:
    """A difference in LaTeX and in words; None for one that is long, or has no way of writing."""
    from symelbo.writing import latex
    from symelbo.writing.compose import compose
    from symelbo.writing.plain import to_plain

    psi = Function("\\psi", real=True)
    shown = term.replace(lambda node: isinstance(node, polygamma) and node.args[0] == 0, lambda node: psi(node.args[1]))
    try:
        text = _CALL.sub(lambda match: f"{match[1]}({match[2].strip()})", latex(shown))
        words = to_plain(compose(shown))
    except Exception:  # only how a difference is shown; the verdict stands without it
        return None
    if len(text) > _LONGEST:
        return None
    return Difference(text, f"left − right = {words}")
