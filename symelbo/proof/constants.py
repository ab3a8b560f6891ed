"""Claims up to a constant that do not say what it is constant in: the readings that the claim itself allows.

A constant that everything on the left may vary without changing it is one under every reading. A constant in the law
that is averaged under is what "up to a constant" means where that law is sought. A claim that fails for each single
name fails under every reading, as a constant is constant in something.
"""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from symelbo.language import KL, Claim, CrossEntropy, Density, Entropy, Expectation, Family, Relation, value_of
from symelbo.language.walks import found_in

__all__ = ["is_open", "names_of", "ways_to_prove"]

_UP_TO = (Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT)


def is_open(claim: Claim) -> bool:
    """Whether a claim holds up to a constant, and does not say with respect to what."""
    return claim.relation in _UP_TO and not claim.wrt


def names_of(claim: Claim) -> tuple[Expr, ...]:
    """What the constant may be constant in: the laws that the sides average under, and their free variables."""
    return (*_laws(claim), *_variables(claim))


def ways_to_prove(claim: Claim) -> Iterator[tuple[Expr, ...]]:
    """Names with respect to which a proof is one of the claim, the largest set first."""
    laws, variables = _laws(claim), _variables(claim)
    if laws and variables:
        yield (*laws, *variables)
    if claim.relation is Relation.EQUAL_UP_TO_CONSTANT and laws:
        yield laws
    elif variables:
        yield variables


def _laws(claim: Claim) -> tuple[Expr, ...]:
    """The families that the left side averages under."""
    found: dict[Family, None] = {}
    for node in sorted(found_in(claim.lhs, Expectation, KL, Entropy, CrossEntropy), key=str):
        law = node.left if isinstance(node, KL | CrossEntropy) else node.law
        for density in sorted(found_in(law, Density), key=str):
            found[density.family] = None
    return tuple(found)


def _variables(claim: Claim) -> tuple[Expr, ...]:
    """Variables of densities that are free in the claim."""
    free = claim.lhs.free_symbols | claim.rhs.free_symbols
    found = {
        value_of(item)
        for side in (claim.lhs, claim.rhs)
        for density in found_in(side, Density)
        for item in (*density.of, *density.given)
    }
    return tuple(sorted((name for name in found if name in free), key=str))
