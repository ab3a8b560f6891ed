"""Parts of a sequence whose density is a product of some of its factors: the states alone, or all but the first.

What no kept variable depends on integrates out factor by factor: of `p(z_1) prod_t p(z_t | z_{t-1}) p(x_t | z_t)`
the states have the density `p(z_1) prod_t p(z_t | z_{t-1})`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sympy import Expr, Mul

from symelbo.calculus.sequences.chains import Chain
from symelbo.calculus.sequences.intervals import difference, merged
from symelbo.language import Block, Density, Entry, IndexProduct, base_of, replace_free
from symelbo.language.walks import found_in

__all__ = ["outputs_of", "part_of"]

_MOST_FIRST = 3  # how many first variables may be left out
Variables = frozenset[Expr]


def part_of(chain: Chain, variables: Variables) -> Chain | None:
    """The chain of those variables of a sequence that have the names of some variables; None where it is no product."""
    bases = frozenset(map(base_of, variables))
    slots = [*chain.joint.of_slots, *chain.joint.given_slots]
    if not bases <= set(map(base_of, slots)):
        return None
    if any(base_of(slot) not in bases for slot in slots):
        value = _of_bases(chain.value, bases)
        of = [slot for slot in chain.joint.of_slots if base_of(slot) in bases]
        if value is None or not of:
            return None
        given = [slot for slot in chain.joint.given_slots if base_of(slot) in bases]
        chain = Chain(Density(chain.joint.family, of, given), value)
    return _without_first(chain, variables)


def outputs_of(chain: Chain, variables: Variables) -> tuple[tuple[Expr, ...], Expr] | None:
    """The rest, and the product that the density of the outputs given it is, for some of a sequence's variables.

    Outputs are what nothing else depends on, as `o_{1:T}` of `prod_t p(s_t | s_{t-1}, a_{t-1}) p(o_t | s_t)`: whatever
    the states depend on, `p(o_{1:T} | s_{1:T})` is the product of its own factors.
    """
    slots = merged((*chain.joint.of_slots, *chain.joint.given_slots))
    parents = {base_of(slot) for factor in found_in(chain.value, Density) for slot in factor.given_slots}
    of = {base_of(slot) for slot in chain.joint.of_slots}
    present = set(map(base_of, slots)) - {base_of(slot) for slot in slots if slot not in variables}
    for base in sorted((present & of) - parents, key=str):
        kept: list[Expr] = []
        needed: set[Expr] = set()
        for factor in _by_variable(chain.value):
            densities = found_in(factor, Density)
            own = {base_of(slot) == base for density in densities for slot in density.of_slots}
            if own == {True}:
                kept.append(factor)
                needed |= {base_of(slot) for density in densities for slot in density.given_slots}
            elif True in own:
                break
        else:
            rest = tuple(sorted((name for name in variables if base_of(name) != base), key=str))
            if kept and rest and needed <= present and len(rest) == len(variables) - 1:
                return rest, Mul(*kept)
    return None


def _by_variable(value: Expr) -> Iterator[Expr]:
    """The factors of a product, with products over an index taken apart."""
    for factor in Mul.make_args(value):
        if isinstance(factor, IndexProduct):
            yield from (
                IndexProduct(part, factor.index, factor.lower, factor.upper) for part in Mul.make_args(factor.body)
            )
        else:
            yield factor


def _of_bases(value: Expr, bases: frozenset[Expr]) -> Expr | None:
    """The factors about variables of these names; None if one of them depends on others."""
    kept = []
    for factor in Mul.make_args(value):
        if isinstance(factor, IndexProduct):
            body = _of_bases(factor.body, bases)
            if body is None:
                return None
            if body != 1:
                kept.append(IndexProduct(body, factor.index, factor.lower, factor.upper))
            continue
        if not isinstance(factor, Density):
            return None
        inside = {base_of(slot) in bases for slot in factor.of_slots}
        if inside == {False}:
            continue
        if inside != {True} or not bases.issuperset(map(base_of, factor.given_slots)):
            return None
        kept.append(factor)
    return Mul(*kept)


def _without_first(chain: Chain, variables: Variables) -> Chain | None:
    """The chain without its first variables, where the variables begin later and no later one depends on these."""
    slots = merged((*chain.joint.of_slots, *chain.joint.given_slots))
    begins = {name.base: name.lower for name in variables if isinstance(name, Block)}
    removed: set[Expr] = set()
    for block in (name for name in slots if isinstance(name, Block) and name.base in begins):
        gap = difference(begins[block.base], block.lower)
        if gap is None or not 0 <= gap <= _MOST_FIRST:
            return None
        removed |= {Entry(block.base, block.lower + k) for k in range(gap)}
    if not removed:
        return chain
    factors = [_peeled(factor, removed) for factor in Mul.make_args(chain.value)]
    kept = [factor for factor in factors if factor is not None]
    if len(kept) != len(factors):
        return None
    of = [_shorter(slot, begins) for slot in chain.joint.of_slots if slot not in removed]
    given = [_shorter(slot, begins) for slot in chain.joint.given_slots if slot not in removed]
    return Chain(Density(chain.joint.family, of, given), Mul(*kept)) if of else None


def _shorter(slot: Expr, begins: dict[Expr, Expr]) -> Expr:
    return Block(slot.base, begins[slot.base], slot.upper) if isinstance(slot, Block) and slot.base in begins else slot


def _peeled(factor: Expr, removed: set[Expr]) -> Expr | None:
    """A factor without what is about removed variables; None where something else depends on them."""
    if isinstance(factor, Density):
        return Mul() if removed.issuperset(factor.of_slots) else None if removed & set(_entries(factor)) else factor
    if not isinstance(factor, IndexProduct):
        return None
    lower = factor.lower
    for _ in range(len(removed) + 1):
        first = list(Mul.make_args(replace_free(factor.body, {factor.index: lower})))
        about = [removed.issuperset(part.of_slots) for part in first if isinstance(part, Density)]
        if len(about) != len(first) or not about or not all(about):
            break
        lower = lower + 1
    for step in range(_MOST_FIRST + 1):
        there = replace_free(factor.body, {factor.index: lower + step})
        if any(removed & set(_entries(part)) for part in found_in(there, Density)):
            return None
    return IndexProduct(factor.body, factor.index, lower, factor.upper)


def _entries(density: Density) -> Iterator[Expr]:
    for slot in _slots(density):
        if isinstance(slot, Block):
            yield Entry(slot.base, slot.lower)  # a block that begins at a removed variable depends on it
        yield slot


def _slots(density: Density) -> Iterable[Expr]:
    return (*density.of_slots, *density.given_slots)
