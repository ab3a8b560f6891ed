r"""Weights that add up to one, as the law of what they number: `\rho_k` with `\sum_k \rho_k = 1` is `\rho(k)`.

What is known of laws then holds for them, as that a divergence is not negative.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Add, Basic, Expr, Integer, Mul, Number, Symbol, log, preorder_traversal
from sympy.core.symbol import Str

from symelbo.language import (
    At,
    Claim,
    Context,
    Counted,
    Definition,
    Density,
    Entry,
    Family,
    IndexSum,
    Relation,
    Sign,
    is_variable,
)
from symelbo.language.walks import found_in

__all__ = ["weights_as_laws"]

_POLYNOMIAL = (Entry, IndexSum, Add, Mul, Number, Symbol)


def weights_as_laws(claim: Claim, assumed: Context) -> tuple[Claim, Context] | None:
    """The claim with weights as the densities of a counted variable; None where it has none.

    They have to be positive, by what the context says or as logarithms are taken of them.

    >>> from sympy import Symbol, symbols
    >>> from symelbo.language import family
    >>> k, K = symbols("k K", integer=True)
    >>> r, p = Entry(Symbol("r"), k), family("p")
    >>> said = Sign(Claim(IndexSum(r, k, 1, K), Relation.EQUAL, Integer(1)))
    >>> claim = Claim(IndexSum(r * log(r / p(k)), k, 1, K), Relation.GREATER_EQUAL, Integer(0))
    >>> print(weights_as_laws(claim, Context((Counted(k, Integer(1), K), said)))[0].lhs)
    Sum(log(r(k)/p(k))*r(k), k, 1, K)
    """
    for sign in assumed.signs:
        total, amount = sign.claim.lhs, sign.claim.rhs
        if sign.claim.relation is not Relation.EQUAL or type(total) is not IndexSum or amount != Integer(1):
            continue
        weight = total.body
        if not isinstance(weight, Entry) or weight.indices.count(total.index) != 1:
            continue
        label = _label(total, claim, assumed)
        if label is None or not _is_positive(weight, claim, assumed):
            continue
        made = _Weights(weight, weight.indices.index(total.index), label)
        changed = replace(claim, lhs=made.put(claim.lhs), rhs=made.put(claim.rhs))
        if changed == claim or any(made.left_in(side) for side in (changed.lhs, changed.rhs)):
            continue
        kept = tuple(made.kept(item) for item in assumed.assumptions if not made.is_about(item))
        return changed, replace(assumed, assumptions=kept)
    return None


def _label(total: IndexSum, claim: Claim, assumed: Context) -> Expr | None:
    """The variable that takes the values that a sum runs over, and that densities of the claim are about."""
    densities = [density for side in (claim.lhs, claim.rhs) for density in found_in(side, Density)]
    slots = {slot for density in densities for slot in (*density.of_slots, *density.given_slots)}
    for item in assumed.of(Counted):
        if (item.lower, item.upper) == (total.lower, total.upper) and (item.variable in slots or not slots):
            return item.variable
    return None


def _is_positive(weight: Entry, claim: Claim, assumed: Context) -> bool:
    """Whether weights are positive, or it does not matter: an equation between polynomials holds for all or none."""
    for sign in assumed.signs:
        above = sign.claim.relation in (Relation.GREATER, Relation.GREATER_EQUAL)
        if above and isinstance(sign.claim.lhs, Entry) and sign.claim.lhs.base == weight.base and sign.claim.rhs == 0:
            return True
    parts = (part for side in (claim.lhs, claim.rhs) for part in preorder_traversal(side))
    if claim.relation is Relation.EQUAL and all(isinstance(part, _POLYNOMIAL) for part in parts):
        return True
    logs = [node for side in (claim.lhs, claim.rhs) for node in found_in(side, log)]
    return any(entry.base == weight.base for node in logs for entry in found_in(node, Entry))


class _Weights:
    """The entries of one array of weights, with the place of the index that counts."""

    def __init__(self, weight: Entry, place: int, label: Expr) -> None:
        self.base, self.size, self.place, self.label = weight.base, len(weight.indices), place, label

    def put(self, term: Any) -> Any:
        """A term with densities in the place of the weights."""
        if not isinstance(term, Basic) or isinstance(term, Str):
            return term
        if isinstance(term, Entry):
            if term.base != self.base or len(term.indices) != self.size:
                return term
            others = (*term.indices[: self.place], *term.indices[self.place + 1 :])
            return Density(Family(str(self.base), indices=others), [At(self.label, term.indices[self.place])])
        if isinstance(term, Density) or not term.args or is_variable(term):
            return term
        parts = [self.put(part) for part in term.args]
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    def left_in(self, term: Expr) -> bool:
        """Whether weights of another form are left."""
        return any(entry.base == self.base for entry in found_in(term, Entry))

    def is_about(self, item: Any) -> bool:
        """Whether an assumption only says of the weights what a law is anyway, or defines one of them."""
        if isinstance(item, Sign):
            return any(self.left_in(side) for side in (item.claim.lhs, item.claim.rhs))
        return isinstance(item, Definition) and isinstance(item.name, Entry) and item.name.base == self.base

    def kept(self, item: Any) -> Any:
        """An assumption with the densities in it."""
        return replace(item, value=self.put(item.value)) if isinstance(item, Definition) else item
