"""What a context says of the names in a claim about explicit laws: relations between them, and what determines them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from sympy import Expr, Symbol
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import Context, Density, Entry, Relation, is_variable, replace_free
from symelbo.language.walks import found_in, parts_of
from symelbo.semantics.explicit.once import Bench

__all__ = ["concerned", "refuse_pushforwards", "solved_names"]


def concerned(sides: Sequence[Expr], assumed: Context, bench: Bench) -> Context:
    """The context without relations that have no name in common with the claim, directly or through others."""
    known = set().union(*(_names(side) for side in sides))
    open_signs = {sign: _names(sign.claim.lhs) | _names(sign.claim.rhs) for sign in assumed.signs}
    while True:
        close = [sign for sign, names in open_signs.items() if names & known or not names]
        if not close:
            break
        for sign in close:
            known |= open_signs.pop(sign)
    if not open_signs:
        return assumed
    kept = tuple(item for item in assumed.assumptions if item not in open_signs)
    near: Context = bench.of(("context", kept, assumed.discrete), lambda: replace(assumed, assumptions=kept))
    return near


def _names(term: Expr) -> set[str]:
    """Every name in a term, without indices."""
    return {
        node.func.__name__ if isinstance(node, AppliedUndef) else node.name
        for node in parts_of(term)
        if isinstance(node, AppliedUndef | Symbol)
    }


def solved_names(assumed: Context) -> dict[Expr, Expr]:
    """Names that an equation of the context determines."""
    found: dict[Expr, Expr] = {}
    for sign in assumed.signs:
        name, value = sign.claim.lhs, replace_free(assumed.expand(sign.claim.rhs), found)
        if sign.claim.relation is Relation.EQUAL and is_variable(name) and name not in value.free_symbols:
            found[name] = value
    return found


def refuse_pushforwards(sides: Iterable[Expr], assumed: Context) -> None:
    """Abstract densities of variables that the context makes functions of others are no densities at will.

    An equation for every index, such as `z_k = f(z_{k-1})`, is refused with them, since it ties variables together.
    """
    slots = {slot for side in sides for d in found_in(side, Density) for slot in d.of_slots}
    bases = {slot.base if isinstance(slot, Entry) else slot for slot in slots}
    named = [item.name for item in assumed.definitions if is_variable(item.name)]
    named += [sign.claim.lhs for sign in assumed.signs if sign.claim.relation is Relation.EQUAL]
    for name in named:
        alone = isinstance(name, Entry) and all(index.is_number for index in name.indices)  # x_0, and no other x
        if name in slots if alone else (name.base if isinstance(name, Entry) else name) in bases:
            raise NotSupported(f"the context determines {name}, so its density follows from others")
