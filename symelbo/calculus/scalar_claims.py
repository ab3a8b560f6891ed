"""Equations between numbers alone: decided in the field of logarithms as they are written, without a normal form."""

from __future__ import annotations

from sympy import Dummy, Expr, Symbol, latex

from symelbo.calculus.judge import Judgement, equations, positives
from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import NonZero, Zero, decide_zero
from symelbo.calculus.logs.convert import understood
from symelbo.language import Claim, Context, Relation, Variable

__all__ = ["judge_scalars"]

_NAMES = (Symbol, Dummy, Variable)
_LONGEST = 60


def judge_scalars(claim: Claim, assumed: Context) -> Judgement | None:
    """A certificate of an equation between numbers, or the reason why none can exist.

    `None` where the claim is about more than numbers, or the decision procedure does not reach.

    >>> from sympy import log, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> judge_scalars(Claim(log(a * b), Relation.EQUAL, log(a) + log(b)), Context()).holds
    True
    >>> judge_scalars(Claim(log(a * b), Relation.EQUAL, log(a) - log(b)), Context()).residual
    '2 \\\\log{\\\\left(b \\\\right)}'
    """
    if claim.relation is not Relation.EQUAL or not _plain(claim.lhs) or not _plain(claim.rhs):
        return None
    difference, rules, positive = claim.lhs - claim.rhs, equations(assumed), frozenset(positives(assumed))
    outcome = decide_zero(difference, constraints=rules, positive=positive)
    if isinstance(outcome, Zero) and check(difference, outcome.certificate, rules, positive):
        return Judgement(True, "log-field", evidence=outcome.certificate)
    if isinstance(outcome, NonZero) and not assumed.definitions:
        left = outcome.residual
        why = "the two sides differ by an expression that does not vanish"
        short = left is not None and left.count_ops() <= _LONGEST
        return Judgement(reason=why, residual=latex(left) if short else None)
    return None


def _plain(term: Expr) -> bool:
    """Is the term made of symbols, rational numbers and functions that are understood, and of nothing else?"""
    seen: set[Expr] = set()
    stack = [term]
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if node.is_Symbol and type(node) not in _NAMES:
            return False
        if not understood(node):
            return False
        stack.extend(node.args)
    return True
