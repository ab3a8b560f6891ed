"""Names in answers that nothing explains: `D_KL` beside the divergence itself, `e`."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

from sympy import E, Expr

from symelbo.checking.grading.grade import Grade, Standing
from symelbo.checking.grading.judging import judged
from symelbo.language import KL, CrossEntropy, Entropy, Expectation, IndexSum, Integral
from symelbo.language.functionals import Named
from symelbo.language.walks import found_in
from symelbo.proof import Effort
from symelbo.reading import Reading, Statement

__all__ = ["with_meanings", "with_names"]

_QUANTITIES: Final = (KL, CrossEntropy, Entropy, Expectation, Integral, IndexSum, Named)


def with_meanings(statement: Statement, effort: Effort) -> Grade | None:
    """What is said if `e` is Euler's number; `None` if it does not occur."""
    claim = statement.readings[0].claim
    assert statement.context is not None
    meant = {name: E for name in claim.lhs.free_symbols | claim.rhs.free_symbols if str(name) == "e"}
    if not meant:
        return None
    how = "e is read as Euler's number"
    sides = replace(claim, lhs=claim.lhs.xreplace(meant), rhs=claim.rhs.xreplace(meant))
    return judged((Reading(sides, how),), statement.context, effort, statement)


def with_names(statement: Statement, effort: Effort) -> Grade | None:
    """What is said where one side has a name of its own: `D_KL` for the only divergence of the other, else nothing.

    `None` where the name is one of the key and the answer has nothing in it that the name may stand for.
    """
    claim = statement.readings[0].claim
    assert statement.context is not None
    for mine, other in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        names = sorted((n for n in _named(mine) if n not in _named(other)), key=str)
        if not names:
            continue
        name, divergences = names[0], found_in(other, KL)
        if len(names) == 1 and "KL" in _shown(name) and len(divergences) == 1 and not mine.has(KL):
            meant = {name: next(iter(divergences))}
            how = f"{_shown(name)} is read as {meant[name]}"
            sides = replace(claim, lhs=claim.lhs.xreplace(meant), rhs=claim.rhs.xreplace(meant))
            grade = judged((Reading(sides, how),), statement.context, effort, statement)
            return grade if grade.equal else replace(grade, message=grade.message or how)
        if mine is claim.lhs or other.has(*_QUANTITIES):
            said = f"nothing says what {_shown(name)} is; assume '{_shown(name)} = ...' to say it"
            return Grade(Standing.UNKNOWN, message=said)
    return None


def _named(term: Expr) -> set[Any]:
    """Abbreviations in a term: `ELBO`, `D_KL`, `\\mathcal{L}(q)`."""
    return {n for n in (*found_in(term, Named), *term.free_symbols) if isinstance(n, Named) or _is_word(n)}


def _is_word(name: Any) -> bool:
    return name.is_Symbol and re.search(r"\\math(rm|cal|bf|sf)\{|[A-Z]{2}", name.name) is not None


def _shown(name: Any) -> str:
    text = name.name if name.is_Symbol or isinstance(name, Named) else str(name)
    return re.sub(r"\\math(rm|cal|bf|sf)\{([^{}]*)\}", r"\2", text).replace("{", "").replace("}", "")
