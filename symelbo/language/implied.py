"""Signs that a claim implies by what it writes: a logarithm says that its argument is positive."""

from __future__ import annotations

from dataclasses import replace

from sympy import Abs, Expr, Function, Max, Min, Mul, Piecewise, log
from sympy.core.function import AppliedUndef

from symelbo.language.claims import Claim
from symelbo.language.context import Context
from symelbo.language.distributions import Indicator
from symelbo.language.names import is_variable
from symelbo.language.walks import found_in

__all__ = ["with_implied_signs"]


def with_implied_signs(claim: Claim, assumed: Context | None = None) -> Claim:
    """The claim with functions declared positive where its logarithms need them to be.

    `log f(z)` has a meaning for all `z` only if `f` is positive, so `log E_q[f(z)] >= E_q[log f(z)]` is about positive
    `f`. Nothing is concluded from `log f(z)^2`, from a part that may be cut off, where `f` also stands at other
    arguments, or where the context speaks of `f`, which is the same one there.
    """
    sides = (claim.lhs, claim.rhs)
    if any(side.has(Indicator, Piecewise, Max, Min, Abs) for side in sides) or not any(
        s.has(AppliedUndef) for s in sides
    ):
        return claim
    uses = {use for side in sides for use in found_in(side, AppliedUndef)}
    needed = {use for side in sides for node in found_in(side, log) for use in _needed(node.args[0])}
    spoken = _functions(assumed) if needed and assumed is not None else frozenset()
    changes = {}
    for use in needed:
        alone = [other for other in uses if other.func.__name__ == use.func.__name__] == [use]
        if use.func.__name__ in spoken:
            continue
        if alone and not use.is_positive and all(is_variable(part) for part in use.args):
            changes[use] = Function(use.func.__name__, positive=True)(*use.args)
    if not changes:
        return claim
    return replace(claim, lhs=claim.lhs.xreplace(changes), rhs=claim.rhs.xreplace(changes))


def _functions(assumed: Context) -> frozenset[str]:
    """The names of the functions that stand in a context."""
    terms = [term for item in assumed.definitions for term in (item.name, item.value)]
    terms += [side for sign in assumed.signs for side in (sign.claim.lhs, sign.claim.rhs)]
    return frozenset(use.func.__name__ for term in terms for use in found_in(term, AppliedUndef))


def _needed(argument: Expr) -> list[Expr]:
    """The function that has to be positive for a product to be, if it is the only factor of unknown sign."""
    unknown = []
    for factor in Mul.make_args(argument):
        base, exponent = factor.as_base_exp()
        if not factor.is_positive:
            unknown.append((base, exponent))
    if len(unknown) != 1:
        return []
    base, exponent = unknown[0]
    return [base] if isinstance(base, AppliedUndef) and exponent.is_odd else []
