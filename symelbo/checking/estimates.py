"""An equation between a mean and an average over samples: in words, an estimate that was written with `=`."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr

from symelbo.errors import SymelboError
from symelbo.language import (
    At,
    Binder,
    Block,
    Claim,
    Context,
    Density,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Relation,
    slot_of,
    value_of,
)
from symelbo.language.walks import found_in
from symelbo.proof import Effort, prove_claim

__all__ = ["remark_on_estimate"]


def remark_on_estimate(claim: Claim, assumed: Context, effort: Effort) -> str | None:
    """Words for an equation of which one side averages over a variable, and the other takes samples of it.

    Says that the estimate is unbiased where the mean over independent samples is proved to be the other side.
    """
    if claim.relation is not Relation.EQUAL:
        return None
    for mean, average in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        averaged = {name: node for node in found_in(mean, Binder) for name in node.bound}
        sampled = {slot: value for slot, value in _samples(average) if slot in averaged}
        if sampled and not any(value in mean.free_symbols for value in sampled.values()):
            kind = "an unbiased estimate" if _is_unbiased(mean, average, assumed, effort) else "an estimate"
            side = "right" if average is claim.rhs else "left"
            return f"the {side} side is an average over samples, so this is {kind}: write ≈"
    return None


def _samples(term: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Slots of densities that are filled with a name of their own, which nothing averages over."""
    bound = {name for node in found_in(term, Binder) if not isinstance(node, IndexSum) for name in node.bound}
    for density in sorted(found_in(term, Density), key=str):
        for item in (*density.of, *density.given):
            slot, value = slot_of(item), value_of(item)
            if value == slot and isinstance(value, Entry):
                slot = value.base
            named = value != slot and (isinstance(value, Entry) or value.is_Symbol)
            if named and not any(value == name or _within(value, name) for name in bound):
                yield slot, value


def _within(value: Expr, name: Expr) -> bool:
    return isinstance(name, Block) and isinstance(value, Entry) and value.base == name.base


def _is_unbiased(mean: Expr, average: Expr, assumed: Context, effort: Effort) -> bool:
    """Whether the mean of the average over independent draws from the law of the other side is that side."""
    laws = [node.law for node in found_in(mean, Expectation) if isinstance(node.law, Density) and len(node.bound) == 1]
    totals = [node for node in found_in(average, IndexSum) if not isinstance(node, IndexProduct)]
    if len(laws) != 1 or len(totals) != 1:
        return False
    (law,), (total,) = laws, totals
    draws = {value for _, value in _samples(average) if isinstance(value, Entry) and total.index in value.free_symbols}
    if len(draws) != 1 or len(law.of) != 1:
        return False
    draw = draws.pop()
    if draw.indices != (total.index,):
        return False
    each = Density(law.family, [At(slot_of(law.of[0]), draw)], law.given)
    product = IndexProduct(each, total.index, total.lower, total.upper)
    over = Block(draw.base, total.lower, total.upper)
    try:
        return prove_claim(Claim(Expectation(average, product, [over]), Relation.EQUAL, mean), assumed, effort).proved
    except SymelboError:
        return False
