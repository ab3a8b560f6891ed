"""Derivatives by a variable of which the context says what it is made of: carried out before that is put in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sympy import Expr

from symelbo.errors import NotSupported
from symelbo.language import Context, Density, Known, Relation
from symelbo.language.functionals import Gradient
from symelbo.language.partials import held, is_partial
from symelbo.language.shapes import kinds_of, with_shapes
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.derivatives import differentiated

__all__ = ["ahead_of_maps", "carried_out", "refuse_unclear"]


def ahead_of_maps(opened: Sequence[Expr], assumed: Context, dimension: int) -> list[Expr] | None:
    """The sides without derivatives, where these are of explicit laws by what is made of others; None for others.

    All names have been put into the sides.
    """
    gradients = {node for side in opened for node in found_in(side, Gradient)}
    if not all(node.body.has(Known) for node in gradients) or any(side.has(Density) for side in opened):
        return None
    if not any(_is_tied(node, assumed) for node in gradients):
        return None
    return carried_out(opened, assumed, dimension)


def carried_out(sides: Sequence[Expr], assumed: Context, dimension: int) -> list[Expr]:
    """The sides without derivatives. Raises `NotSupported` where there is no rule, or it is unclear what is fixed."""
    refuse_unclear(sides, assumed)
    shaped = with_shapes(sides)
    wanted = {node.wrt for side in shaped for node in found_in(side, Gradient)}
    if dimension > 1 and wanted & kinds_of(shaped).vectors:
        raise NotSupported("derivatives by vectors are evaluated in one dimension only")
    return [assumed.expand(side) for side in differentiated(shaped)]


def refuse_unclear(sides: Iterable[Expr], assumed: Context) -> None:
    """Raise `NotSupported` for a derivative by a name that the context ties to all others."""
    if not all(is_partial(node, assumed) for side in sides for node in found_in(side, Gradient)):
        raise NotSupported("a derivative is by a name that the context ties to others")


def _is_tied(term: Gradient, assumed: Context) -> bool:
    equations = [sign.claim for sign in assumed.signs if sign.claim.relation is Relation.EQUAL]
    tied = any(side.has(term.wrt) for claim in equations for side in (claim.lhs, claim.rhs))
    return tied or bool(held(term, assumed.definitions))
