r"""Joint laws whose factors are explicit, put in by their factors: `q(\mu, \tau) = q(\mu)\, q(\tau)`."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Basic, Mul
from sympy.core.symbol import Str

from symelbo.language import Claim, Context, Density, Factorisation, Known, is_variable
from symelbo.language.walks import found_in

__all__ = ["in_factors"]


def in_factors(claim: Claim, assumed: Context) -> tuple[Claim, Context] | None:
    """The claim with joint densities as the product of their explicit factors; None where there are none.

    >>> from symelbo.language import Definition, E, Relation, family, known, variables
    >>> q, (m, t) = family("q"), variables("m t")
    >>> laws = [Definition(q(m), known("Normal", m, 0, 1)), Definition(q(t), known("Exponential", t, 1))]
    >>> given = Context((Factorisation(q(m, t), (q(m), q(t))), *laws))
    >>> print(in_factors(Claim(E(m * t, q(m, t)), Relation.EQUAL, m * 0), given)[0].lhs)
    E_{q(m)*q(t)}[m*t]
    """
    explicit = {item.name for item in assumed.definitions if isinstance(item.value, Known)}
    joints = {item.joint: Mul(*item.factors) for item in assumed.factorisations if explicit >= set(item.factors)}
    used = {density for side in (claim.lhs, claim.rhs) for density in found_in(side, Density)} & set(joints)
    if not used:
        return None

    def opened(term: Any) -> Any:
        if not isinstance(term, Basic) or isinstance(term, Str) or is_variable(term) or not term.args:
            return term
        if isinstance(term, Density):
            return joints.get(term, term)
        parts = [opened(part) for part in term.args]
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    rest = tuple(a for a in assumed.assumptions if not (isinstance(a, Factorisation) and a.joint in used))
    return replace(claim, lhs=opened(claim.lhs), rhs=opened(claim.rhs)), replace(assumed, assumptions=rest)
