r"""Derivatives by a power of a name, `\partial / \partial \sigma^2`: the power becomes a name of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Dummy, Expr, Symbol

from symelbo.language.claims import Claim, Relation
from symelbo.language.context import Context, Definition, Sign
from symelbo.language.functionals import Gradient
from symelbo.language.scope import replace_free
from symelbo.language.walks import found_in

__all__ = ["with_plain_derivatives"]


def with_plain_derivatives(claim: Claim, assumed: Context) -> tuple[Claim, Context]:
    r"""The claim with `\sigma` written as `\sqrt{v}` where it differentiates by `\sigma^2`, and the context alike.

    Only a name that is positive is replaced, and only where nothing differentiates by the name itself.

    >>> from sympy import log, symbols
    >>> from symelbo.language import context
    >>> s = symbols("s", positive=True)
    >>> made, _ = with_plain_derivatives(Claim(Gradient(log(s), s**2), Relation.EQUAL, 1 / (2 * s**2)), context())
    >>> made.lhs
    Gradient(log(sqrt(_s^2)), _s^2)
    """
    nodes = [node for side in (claim.lhs, claim.rhs) for node in found_in(side, Gradient)]
    powers = {node.wrt for node in nodes if node.wrt.is_Pow and isinstance(node.wrt.base, Symbol)}
    plain = {node.wrt for node in nodes if isinstance(node.wrt, Symbol)}
    for power in sorted(powers, key=str):
        base = power.base
        if base in plain or not (base.is_positive or _is_positive(base, assumed)) or not power.exp.is_Rational:
            continue
        name = Dummy(f"{base}^{power.exp}", positive=True, real=True)
        at = {base: name ** (1 / power.exp)}
        claim = replace(claim, lhs=_moved(claim.lhs, power, name, at), rhs=_moved(claim.rhs, power, name, at))
        assumed = replace(assumed, assumptions=tuple(_renewed(item, at) for item in assumed.assumptions))
    return claim, assumed


def _is_positive(name: Expr, assumed: Context) -> bool:
    claims = (sign.claim for sign in assumed.signs)
    return any(c.lhs == name and c.rhs == 0 and c.relation is Relation.GREATER for c in claims)


def _moved(term: Any, power: Expr, name: Expr, at: dict[Expr, Expr]) -> Any:
    if isinstance(term, Gradient) and term.wrt == power:
        return Gradient(_moved(term.body, power, name, at), name)
    if not term.has(Gradient):
        return replace_free(term, at)
    return term.func(*(_moved(part, power, name, at) if isinstance(part, Expr) else part for part in term.args))


def _renewed(item: Any, at: dict[Expr, Expr]) -> Any:
    if isinstance(item, Definition):
        return replace(item, value=replace_free(item.value, at))
    if isinstance(item, Sign):
        inner = item.claim
        return Sign(replace(inner, lhs=replace_free(inner.lhs, at), rhs=replace_free(inner.rhs, at)))
    return item
