"""Making indices concrete: every size (`T`, `K`) and running index (`t`) becomes an integer, blocks become entries.

An *atom* is a name after that: a symbol and a tuple of integers, `z` as `(z, ())`, `x_{t-1}` as `(x, (1,))`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from sympy import Basic, Symbol
from sympy import Product as PlainProduct
from sympy import Sum as PlainSum

from symelbo.errors import NotSupported
from symelbo.language import (
    Attained,
    Block,
    Claim,
    Context,
    Counted,
    Definition,
    Entry,
    Factorisation,
    Family,
    Independence,
    Relation,
    Sign,
)
from symelbo.language.sums import IndexSum

__all__ = [
    "Atom",
    "IndexSymbols",
    "Sizes",
    "atom_name",
    "atoms_of",
    "index_symbols",
    "integer",
    "ranges",
    "size_choices",
    "terms_of",
]

Atom = tuple[Any, tuple[int, ...]]
Sizes = Mapping[Any, int]


def integer(term: Any, sizes: Sizes) -> int:
    """The value of an index expression such as `T - 1`; raises `NotSupported` when it is not an integer."""
    if term.is_Integer:
        return int(term)
    if isinstance(term, Symbol):
        found = sizes.get(term)
        if found is None:
            raise NotSupported(f"the index {term} has no range, so no concrete model can be built")
        return found
    if term.is_Add:
        return sum(integer(part, sizes) for part in term.args)
    if term.is_Mul:
        total = 1
        for part in term.args:
            total *= integer(part, sizes)
        return total
    raise NotSupported(f"{term} is not an index that a concrete model can have")


def atoms_of(name: Any, sizes: Sizes) -> tuple[Atom, ...]:
    """The concrete names behind a variable, an entry or a block."""
    if isinstance(name, Block):
        low, high = integer(name.lower, sizes), integer(name.upper, sizes)
        return tuple((name.base, (k,)) for k in range(low, high + 1))
    if isinstance(name, Entry):
        return ((name.base, tuple(integer(index, sizes) for index in name.indices)),)
    return ((name, ()),)


def atom_name(atom: Atom) -> str:
    """How an atom is written in a table: `z`, `x_1`, `w_1,2`."""
    base, indices = atom
    return f"{base}_{','.join(map(str, indices))}" if indices else str(base)


@dataclass(frozen=True, slots=True)
class IndexSymbols:
    """Free integer names of some terms: those that end a range (`T`), and those that only run along it (`t`)."""

    ends: tuple[Any, ...] = ()
    running: tuple[Any, ...] = ()


def index_symbols(terms: Iterable[Any]) -> IndexSymbols:
    """The index names that occur free in terms, sorted into ends of ranges and running ones."""
    ends: set[Any] = set()
    running: set[Any] = set()
    for term in terms:
        _collect(term, frozenset(), ends, running)
    lower = {name for name in ends if name in running and str(name).lstrip("\\")[:1].islower()}
    return IndexSymbols(tuple(sorted(ends - lower, key=str)), tuple(sorted((running - ends) | lower, key=str)))


def _collect(term: Any, bound: frozenset[Any], ends: set[Any], running: set[Any]) -> None:
    if isinstance(term, Entry | Family):
        for index in term.indices:
            running |= index.free_symbols - bound
    elif isinstance(term, Block):
        running |= term.lower.free_symbols - bound
        ends |= term.upper.free_symbols - bound
    elif isinstance(term, IndexSum):
        running |= term.lower.free_symbols - bound
        ends |= term.upper.free_symbols - bound
        bound = bound | {term.index}
    elif isinstance(term, PlainSum | PlainProduct):
        for limit in term.args[1:]:
            if len(limit) == 3:
                ends |= limit[2].free_symbols - bound
                bound = bound | {limit[0]}
    for part in getattr(term, "args", ()):
        if isinstance(part, Basic) and part.args:
            _collect(part, bound, ends, running)


def terms_of(statement: Any) -> tuple[Any, ...]:
    """The terms of an assumption or a claim."""
    if isinstance(statement, Claim):
        return (statement.lhs, statement.rhs, *statement.wrt)
    if isinstance(statement, Sign):
        return terms_of(statement.claim)
    if isinstance(statement, Definition):
        return (statement.name, statement.value)
    if isinstance(statement, Factorisation):
        return (statement.joint, *statement.factors)
    if isinstance(statement, Counted):
        return (statement.variable, statement.lower, statement.upper)
    if isinstance(statement, Attained):
        return (statement.variable, statement.body)
    if isinstance(statement, Independence):
        return (statement.family, *statement.left, *statement.right, *statement.given)
    return (statement,)


def size_choices(terms: Iterable[Any], context: Context) -> Iterator[dict[Any, int]]:
    """Concrete sizes to try in turn. Running indices stay inside their range, away from its first element.

    Where a range has no symbolic end the first choice is the only one.
    """
    inside = index_symbols(terms)
    around = index_symbols(part for statement in context.assumptions for part in terms_of(statement))
    last = (name for item in context.counted for name in sorted(item.upper.free_symbols, key=str))
    ends = tuple(dict.fromkeys((*inside.ends, *(name for name in (*around.ends, *last) if name not in inside.running))))
    running = tuple(name for name in inside.running if name not in ends)
    if not ends and not running:
        yield {}
        return
    firsts = {name: first for name in running for first in _stated_firsts(name, context)}
    for length in (3, 4) if running else (2, 3):
        length = max([length, *firsts.values()])
        sizes = dict.fromkeys(ends, length)
        # Different running names get different values where there is room: i and j are meant to differ.
        sizes.update({name: max(2 + k % (length - 1), firsts.get(name, 1)) for k, name in enumerate(running)})
        yield sizes
        if not ends:
            return


def _stated_firsts(name: Any, context: Context) -> Iterator[int]:
    """Whole numbers that the context says an index is not below."""
    for sign in context.signs:
        said = sign.claim
        for low, relation, high in ((said.lhs, said.relation, said.rhs), (said.rhs, said.relation.flipped, said.lhs)):
            if high == name and low.is_Integer and relation in (Relation.LESS, Relation.LESS_EQUAL):
                yield int(low) + (relation is Relation.LESS)


def ranges(statement: Any, sizes: Sizes, ends: Iterable[Any], local: Iterable[Any] = ()) -> Iterator[dict[Any, int]]:
    """The sizes under which a general statement holds: its running indices take every value of their range."""
    found = index_symbols(terms_of(statement))
    fixed = set(ends) | set(local)
    free = [name for name in (*found.running, *found.ends) if name not in fixed]
    last = max(sizes.values(), default=2)
    for values in product(range(1, last + 1), repeat=len(free)):
        yield {**sizes, **dict(zip(free, values, strict=True))}
