r"""Claims about explicit laws in a form that is easier to decide.

Joint laws are put in by their explicit factors, `q(\mu, \tau) = q(\mu)\, q(\tau)`; two densities of one variable, each
with mass one, are equal where they are proportional.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Basic, Expr, Mul
from sympy.core.symbol import Str

from symelbo.language import Claim, Context, Density, Factorisation, Known, Relation, is_variable
from symelbo.language.walks import found_in

__all__ = ["in_factors", "up_to_mass"]


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


def up_to_mass(claim: Claim, assumed: Context) -> tuple[Claim, Context] | None:
    r"""A claim about a posterior as one about prior times likelihood, in the variable; None for other claims.

    `p(\theta | x) = \mathrm{Gamma}(\theta; a, b)` says as much as a proportionality, since both have mass one.
    """
    for density, value in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        if not isinstance(density, Density) or density.of != density.of_slots or len(density.of) != 1:
            continue
        normalised = isinstance(value, Known) and value.values == density.of
        wanted = claim.relation is Relation.EQUAL and normalised
        wanted |= claim.relation is Relation.PROPORTIONAL and claim.wrt == density.of and not value.has(Density)
        joint = _joint(density, assumed) if wanted else None
        if joint is not None:
            return Claim(joint, Relation.PROPORTIONAL, value, density.of), assumed
    return None


def _joint(density: Density, assumed: Context) -> Expr | None:
    """Prior times likelihood of a posterior, where both are explicit."""
    laws = [item.name for item in assumed.definitions if isinstance(item.name, Density) and item.value.has(Known)]
    laws = [name for name in laws if name.family == density.family]
    (variable,) = density.of
    for prior in laws:
        rest = set(density.given) - set(prior.given)
        if prior.of != density.of or not rest or not set(prior.given) <= set(density.given):
            continue
        for other in laws:
            if set(other.of) == rest and {variable} <= set(other.given) <= {variable, *prior.given}:
                return prior * other
    return None
