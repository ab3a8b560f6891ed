"""Exchangeable draws: a mean that singles out the draw `z_i` is the same whichever draw it is."""

from __future__ import annotations

from fractions import Fraction

from sympy import Dummy, Expr

from symelbo.calculus.forms.atoms import Opaque, Root, Scalar, SumOver
from symelbo.calculus.forms.form import Atom, Monomial, rename_monomial, times
from symelbo.calculus.sequences.intervals import difference
from symelbo.language import Block, Entry, indexed_names, replace_free

__all__ = ["exchanged"]


def exchanged(monomial: Monomial, index: Expr, lower: Expr, upper: Expr) -> Monomial:
    """A summand with the draw at a running index put at the end of its block, where all draws count the same.

    `E[f(z_i; z_1, ..., z_K)]` under independent draws from one law, with `f` symmetric in all other ways, does not
    depend on `i`. `lower` and `upper` are the range of the index, which has to lie inside the block.
    """
    made: Monomial = frozenset()
    for atom, exponent in monomial:
        single: Monomial = frozenset({(atom, exponent)})
        if isinstance(atom, Opaque) and len(atom.bound) == 1 and isinstance(atom.bound[0], Block):
            block = atom.bound[0]
            inside = _within(lower, upper, block) and all(_is_symmetric(part, index, block) for part, _ in atom.body)
            if inside:
                moved = Opaque(rename_monomial(atom.body, {index: block.upper}), atom.bound)
                single = frozenset({(moved, Fraction(exponent))})
        made = times(made, single)
    return made


def _within(lower: Expr, upper: Expr, block: Block) -> bool:
    below, above = difference(lower, block.lower), difference(block.upper, upper)
    return below is not None and above is not None and below >= 0 and above >= 0


def _is_symmetric(atom: Atom, index: Expr, block: Block) -> bool:
    """Whether an atom mentions draws only as the one at the index, or in sums and products over all of them."""
    if isinstance(atom, SumOver):
        if (atom.lower, atom.upper) == (block.lower, block.upper):
            return all(_runs(part, atom.index, block) and index not in part.names for part, _ in atom.body)
        return index not in atom.names and not _mentions(atom, block)
    if isinstance(atom, Root):
        places = [*atom.family.free_symbols, *(symbol for slot, _ in atom.slots for symbol in slot.free_symbols)]
        return index not in places and all(_is_draw(value, index, block) for _, value in atom.slots)
    if isinstance(atom, Scalar):
        return _is_of_draw(atom.expr, index, block)
    if isinstance(atom, Opaque):
        return index not in atom.names and not _mentions(atom, block)
    children = list(atom.children())
    return bool(children) and all(
        _is_symmetric(part, index, block) for form in children for monomial, _ in form for part, _ in monomial
    )


def _runs(atom: Atom, marker: Expr, block: Block) -> bool:
    """Whether an atom under a sum over all draws mentions no draw but the one that the sum is at."""
    if isinstance(atom, Root):
        slots = [symbol for slot, _ in atom.slots for symbol in slot.free_symbols]
        fixed = marker not in slots and marker not in atom.family.free_symbols
        return fixed and all(_is_draw(value, marker, block) for _, value in atom.slots)
    if isinstance(atom, Scalar):
        return _is_of_draw(atom.expr, marker, block)
    if isinstance(atom, Opaque | SumOver):
        return marker not in atom.names and not _mentions(atom, block)
    children = list(atom.children())
    return bool(children) and all(
        _runs(part, marker, block) for form in children for monomial, _ in form for part, _ in monomial
    )


def _is_draw(value: Expr, place: Expr, block: Block) -> bool:
    """Whether a value is the draw at a place, or has to do with neither draws nor the place."""
    if value == Entry(block.base, place):
        return True
    return place not in value.free_symbols and not _is_of(value, block)


def _is_of_draw(expr: Expr, place: Expr, block: Block) -> bool:
    """Whether an expression is a function of the draw at a place, of no other draw, and not of the place itself."""
    without = replace_free(expr, {Entry(block.base, place): Dummy(real=True)})
    names = {*without.free_symbols, *indexed_names(without)}
    return place not in names and not any(_is_of(name, block) for name in names)


def _mentions(atom: Atom, block: Block) -> bool:
    return any(_is_of(name, block) for name in atom.names) or any(
        _mentions(part, block) for form in atom.children() for monomial, _ in form for part, _ in monomial
    )


def _is_of(name: Expr, block: Block) -> bool:
    return name == block.base or any(
        isinstance(part, Entry | Block) and part.base == block.base for part in (name, *name.free_symbols)
    )
