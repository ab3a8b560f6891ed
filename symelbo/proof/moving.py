r"""Densities that vary with what a claim differentiates by, because their laws have it as a parameter.

Where `q(z) = \mathcal{N}(z; m, s^2)`, a derivative by `m` is one of `q_m(z)`: the normal form has to know, as it looks
at no law.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from sympy import Basic, Expr

from symelbo.language import Claim, Context, Definition, Density, Family, Known, value_of
from symelbo.language.definitions import replace_family
from symelbo.language.functionals import Gradient
from symelbo.language.walks import found_in

__all__ = ["with_moving_laws"]


def with_moving_laws(claim: Claim, assumed: Context) -> tuple[Claim, Context]:
    """The claim and its context with such parameters written on the families; as they are where there are none.

    >>> from sympy import symbols
    >>> from symelbo.language import E, Relation, family, known, variables
    >>> (z, m), q = (variables("z")[0], symbols("m", real=True)), family("q")
    >>> given = Context((Definition(q(z), known("Normal", z, m, 1)),))
    >>> with_moving_laws(Claim(Gradient(E(z, q(z)), m), Relation.EQUAL, m), given)[0].lhs.body.law.family.parameters
    (m,)
    """
    names = {node.wrt for side in (claim.lhs, claim.rhs) for node in found_in(side, Gradient)}
    names |= {symbol for name in names for symbol in name.free_symbols}
    moving: dict[Family, tuple[Expr, ...]] = {}
    for item in assumed.definitions:
        if isinstance(item, Definition) and isinstance(item.name, Density) and item.value.has(Known):
            family = item.name.family
            own = {value_of(slot) for slot in (*item.name.of, *item.name.given)}
            new = sorted(names & item.value.free_symbols - own, key=str)
            if new and not family.parameters:
                moving[family] = tuple(dict.fromkeys((*moving.get(family, ()), *new)))
    for family, parameters in moving.items():
        varying = Family(family.name, parameters, family.indices)
        sides = (replace_family(side, family, varying) for side in (claim.lhs, claim.rhs))
        claim = Claim(next(sides), claim.relation, next(sides), claim.wrt)
        changed = (_changed(item, family, varying) for item in assumed.assumptions)
        assumed = replace(assumed, assumptions=tuple(changed))
    return claim, assumed


def _changed(item: Any, old: Family, new: Family) -> Any:
    """An assumption with a family in another's place."""
    values: dict[str, Any] = {}
    for part in fields(item):
        value = getattr(item, part.name)
        if isinstance(value, Claim):
            value = replace(value, lhs=replace_family(value.lhs, old, new), rhs=replace_family(value.rhs, old, new))
        elif isinstance(value, Basic):
            value = replace_family(value, old, new)
        elif isinstance(value, tuple):
            value = tuple(replace_family(one, old, new) if isinstance(one, Basic) else one for one in value)
        values[part.name] = value
    return replace(item, **values)
