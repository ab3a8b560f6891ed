r"""Variables that have a law and are also written as draws from it: `x_t = \sqrt{\alpha_t} x_{t-1} + ... \epsilon`.

The equation says no more than the law where only laws are asked for, and there it stands in the way: a concrete model
would have to give the variable a value and a density at once. What is proved without it is proved; what is refuted
without it is refuted where its noise stands nowhere else, since any values then have a noise that fits them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr

from symelbo.language import Claim, Context, Definition, Density, Known, Relation, Sign, base_of

__all__ = ["without_draws"]


def without_draws(context: Context, claim: Claim) -> tuple[Context, bool] | None:
    """The context without equations for variables that have an explicit law, and whether none of them is missed.

    None where there are none; none is missed where the claim does not mention its noise, and nothing but laws does.
    """
    random = set(_random(context))
    kept = tuple(item for item in context.assumptions if _drawn(item) not in random)
    if len(kept) == len(context.assumptions):
        return None
    used = _names(claim.lhs) | _names(claim.rhs)
    for item in kept:
        if isinstance(item, Definition):
            used |= _names(item.value) - (set(item.name.of_slots) if isinstance(item.name, Density) else set())
    free = all(_names(_value(item)) - used - random for item in context.assumptions if item not in kept)
    return replace(context, assumptions=kept), free


def _value(item: object) -> Expr:
    assert isinstance(item, Definition | Sign)
    return item.value if isinstance(item, Definition) else item.claim.rhs


def _names(term: Expr) -> set[Expr]:
    """The names of a term, those of networks and indices left out."""
    return {base_of(name) for name in term.free_symbols if not name.is_integer}


def _random(context: Context) -> Iterator[Expr]:
    """The variables that an explicit law is a law of."""
    for item in context.definitions:
        if isinstance(item.name, Density) and item.value.has(Known):
            yield from map(base_of, item.name.of_slots)


def _drawn(item: object) -> Expr | None:
    """What an equation of the context is an equation for."""
    if isinstance(item, Definition) and not isinstance(item.name, Density):
        return base_of(item.name)
    if isinstance(item, Sign) and item.claim.relation is Relation.EQUAL:
        return base_of(item.claim.lhs)
    return None
