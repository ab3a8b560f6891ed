"""Which atoms mention which names, where entries and blocks of a sequence may share variables."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr
from sympy.core.function import AppliedUndef

from symelbo.calculus.forms.atoms import SumOver
from symelbo.calculus.forms.form import Atom, Marker
from symelbo.calculus.sequences.intervals import difference, overlaps
from symelbo.language import Binder, Block, Entry, IndexSum, base_of
from symelbo.language.walks import parts_of

__all__ = [
    "entangled",
    "entries_of",
    "holds_whole",
    "is_draw",
    "part_of_another",
    "places_beyond",
    "runs_inside",
    "touches",
]


def entries_of(name: Expr) -> tuple[Expr, ...]:
    """The entries of a block with known ends; anything else is itself."""
    return (name.entries() or ()) if isinstance(name, Block) and name.entries() is not None else (name,)


def entangled(term: Binder) -> bool:
    """Whether a bound name may be part of another that is mentioned, as `x_2` is of `x_{1:T}` and of `Σ_t f(x_t)`."""
    if isinstance(term, IndexSum):
        return False
    found = parts_of(term)
    indexed = {node for node in found if isinstance(node, Entry | Block)}
    if not indexed:
        return False
    running = {node.index for node in found if isinstance(node, IndexSum) and not _is_written_out(node)}
    if running:
        bound = {entry for name in term.bound for entry in entries_of(name)}
        mentioned = {entry for name in indexed for entry in entries_of(name)}
        for other in mentioned:
            moving = isinstance(other, Entry) and not running.isdisjoint(other.free_symbols)
            if moving and any(isinstance(n, Entry) and n != other and n.base == other.base for n in bound):
                return True
    return any(isinstance(node, AppliedUndef) and any(len(entries_of(a)) > 1 for a in node.args) for node in found)


def _is_written_out(total: IndexSum) -> bool:
    """Whether both ends of a sum are numbers, so that its terms can be written one by one."""
    return bool(total.lower.is_Integer and total.upper.is_Integer)


def touches(atom: Atom, names: Iterable[Expr]) -> bool:
    """Whether an atom mentions one of the names, or a variable that may be among them."""
    return any(
        name in atom.names or (isinstance(name, Entry | Block) and part_of_another(name, atom)) for name in names
    )


def is_draw(name: Expr) -> bool:
    """Whether a name is one entry, at an index that nothing inside the atom runs over."""
    return isinstance(name, Entry) and not any(isinstance(symbol, Marker) for symbol in name.free_symbols)


def runs_inside(total: SumOver, block: Block) -> bool:
    """Whether every entry of a base that a sum runs over lies in a block of that base."""
    for name in {name for atom, _ in total.body for name in atom.names if base_of(name) == block.base}:
        if total.index not in name.free_symbols:
            continue
        if not isinstance(name, Entry) or len(name.indices) != 1:
            return False
        first, last = (name.indices[0].subs(total.index, end) for end in (total.lower, total.upper))
        below, above = difference(first, block.lower), difference(block.upper, last)
        if below is None or above is None or below < 0 or above < 0:
            return False
    return True


def places_beyond(total: SumOver, bound: Iterable[Expr]) -> tuple[list[Expr], list[Expr]]:
    """The first and the last places of a sum at which it mentions entries just beyond bound blocks.

    Under a mean over `z_{1:T}`, the terms of `Σ_{t=1}^T f(z_{t-1}, z_t)` have only bound variables but for the first.
    """
    below, above = 0, 0
    for block in (name for name in bound if isinstance(name, Block)):
        for name in {name for atom, _ in total.body for name in atom.names if base_of(name) == block.base}:
            if not isinstance(name, Entry) or len(name.indices) != 1 or total.index not in name.free_symbols:
                continue
            first, last = (name.indices[0].subs(total.index, end) for end in (total.lower, total.upper))
            below = max(below, difference(block.lower, first) or 0)
            above = max(above, difference(last, block.upper) or 0)
    return [total.lower + k for k in range(below)], [total.upper - k for k in range(above)]


def part_of_another(name: Expr, atom: Atom) -> bool:
    """Whether an atom mentions a different name that shares variables with this one."""
    return any(other != name and _may_share(other, name) for other in atom.indexed.get(base_of(name), ()))


def _may_share(other: Expr, name: Expr) -> bool:
    if overlaps(other, name):
        return True
    # an entry whose index runs may be any entry
    running = isinstance(other, Entry) and any(isinstance(s, Marker) for s in other.free_symbols)
    return running and isinstance(name, Entry)


def holds_whole(name: Expr, block: Expr) -> bool:
    """Whether a name contains a whole block."""
    if name == block:
        return True
    if not (isinstance(name, Block) and isinstance(block, Block) and name.base == block.base):
        return False
    below, above = difference(block.lower, name.lower), difference(name.upper, block.upper)
    return below is not None and above is not None and below >= 0 and above >= 0
