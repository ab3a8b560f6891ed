"""Grading of final answers, for auto-graders and rewards: proved equal, told apart by a model, or neither.

>>> from symelbo.grade import equivalent
>>> equivalent("-D_KL + log p(x)", "log p(x) - D_KL").standing.value
'equal'
>>> equivalent("E_q[log p(x|z)] - 2 D_KL", "E_q[log p(x|z)] + 2 D_KL").equal
False
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING, Any

from symelbo.checking.grading.grade import Grade, Standing

if TYPE_CHECKING:
    from symelbo.language import Context
    from symelbo.proof import Effort

__all__ = ["Grade", "Standing", "equivalent"]

_LONGEST = 20_000
"""Characters of all assumptions together."""
_LOCKS = {"turn": Lock()}
if hasattr(os, "register_at_fork"):  # a worker must not inherit a lock that another thread of its parent holds
    os.register_at_fork(after_in_child=lambda: _LOCKS.update(turn=Lock()))


def equivalent(
    answer: Any,
    gold: Any,
    assuming: Iterable[Any] | Context | None = None,
    *,
    effort: Effort | None = None,
) -> Grade:
    """Is the answer the same quantity as the key?

    Args:
        answer, gold: a final answer each: LaTeX or plain text (also in `\\boxed{}` or between dollar signs), or a
            SymPy expression. An answer such as `ELBO = ...` is what stands on its right. A decimal is right if the
            key rounds to it at the digits shown.
        assuming: what holds: texts such as `"p(x, z) = p(z) p(x | z)"` or `"sigma > 0"`; for SymPy expressions
            relations, or a context.
        effort: how much work a pair may cost. Work is counted in steps, so that the answer never depends on the
            machine, and there is no hang.

    Never raises for what an answer or key says: what cannot be read is `UNREAD`, with a message. Safe in threads, which
    take turns, as the working precision belongs to the process, and in worker processes.

    >>> found = equivalent(r"\\mathbb{E}_q[\\log p(x \\mid z)] - KL(q(z|x) || p(z))", "E_q[log p(x,z) - log q(z|x)]")
    >>> found.standing.value, found.conditions
    ('equal under conditions', ('q is read as q(z | x)',))
    >>> print(equivalent("0.69", "log 2"))
    equal under conditions; if it is rounded to the digits shown; 0.69 is right: the value is 0.69314718
    """
    from symelbo.errors import SymelboError
    from symelbo.proof import Effort

    effort = effort or Effort(semantics=200_000)
    with _LOCKS["turn"]:
        try:
            return _graded(answer, gold, assuming, effort)
        except (SymelboError, RecursionError) as error:
            return Grade(Standing.UNKNOWN, message=str(error))
        except Exception as error:  # one pair in millions must not take the others along
            words = f"a defect of symelbo kept this pair from being graded ({type(error).__name__}: {error})"
            return Grade(Standing.UNKNOWN, message=f"{words[:300]}; please report it")


def _graded(answer: Any, gold: Any, assuming: Iterable[Any] | Context | None, effort: Effort) -> Grade:
    from sympy import Expr, latex
    from sympy.core.relational import Relational

    from symelbo.checking.grading.compare import compare_terms, compare_texts, terms_context
    from symelbo.checking.grading.terms import term
    from symelbo.checking.grading.writing import NotAnAnswer
    from symelbo.errors import NotSupported
    from symelbo.language import Context

    sides: list[Any] = []
    for what, name in ((answer, "answer"), (gold, "key")):
        try:
            if isinstance(what, bool) or not isinstance(what, str | Expr | int):
                more = "; write a decimal as text, so that its digits count" if isinstance(what, float) else ""
                raise NotAnAnswer(f"it is neither text nor a SymPy expression, but {type(what).__name__}{more}")
            sides.append(what if isinstance(what, str) else term(what))
        except NotAnAnswer as wrong:
            return Grade(Standing.UNREAD, message=f"the {name} could not be read: {wrong}")
    if isinstance(assuming, str):
        assuming = [assuming]
    if not any(isinstance(side, str) for side in sides):
        return compare_terms(sides[0], sides[1], terms_context(assuming), effort)
    first, second = (side if isinstance(side, str) else latex(side) for side in sides)
    said: list[str] = []
    for item in assuming.assumptions if isinstance(assuming, Context) else assuming or ():
        if not isinstance(item, str | Expr | Relational):
            raise NotSupported("answers that are texts need assumptions that are texts or relations")
        said.append(item if isinstance(item, str) else latex(item))
    if sum(map(len, said)) > _LONGEST:
        raise NotSupported(f"the assumptions have more than {_LONGEST:,} characters; give those that matter here")
    return compare_texts(first, second, said, effort)
