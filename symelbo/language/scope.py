"""Replacing free names by values without capturing bound ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sympy import Basic, Expr
from sympy.core.symbol import Str

from symelbo.language.binders import Binder, fresh_name
from symelbo.language.densities import Density
from symelbo.language.names import Block, Entry
from symelbo.language.sums import IndexSum

__all__ = ["replace_free"]


def replace_free(term: Any, values: Mapping[Expr, Expr]) -> Any:
    """`term` with every free occurrence of a name replaced by its value, all at once.

    Slots of densities keep their names (`p(x, z)` with `z` replaced by `w` is `p(x, z = w)`), bound variables are left
    alone and renamed where a value would be captured.
    """
    if not values or isinstance(term, Str) or not isinstance(term, Basic):
        return term
    if term in values:
        return values[term]
    if isinstance(term, Density):
        return term.with_values(lambda value: replace_free(value, values))
    if isinstance(term, Entry):
        return Entry(term.base, *(replace_free(index, values) for index in term.indices))
    if isinstance(term, Block):
        return Block(term.base, replace_free(term.lower, values), replace_free(term.upper, values))
    if isinstance(term, Binder):
        return _under_binder(term, values)
    if not term.args:
        return term
    parts = [replace_free(part, values) for part in term.args]
    return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)


def _under_binder(term: Binder, values: Mapping[Expr, Expr]) -> Expr:
    open_names = {name: value for name, value in values.items() if name not in term.bound}
    if not open_names:
        return term
    incoming = set().union(*(value.free_symbols for value in open_names.values()))
    caught = set(term.bound) & incoming
    if caught:
        taken = incoming | term.free_symbols
        term = term.renamed({name: fresh_name(name, taken) for name in caught})
    if isinstance(term, IndexSum):
        parts = [replace_free(term.body, open_names), term.index, *(replace_free(p, open_names) for p in term.args[2:])]
        return term.func(*parts)
    moved = {name: replace_free(name, open_names) for name in term.bound if isinstance(name, Entry)}
    taken = term.free_symbols | set(term.bound)
    met = {name for name, new in moved.items() if new != name and new in taken}
    if met:  # `m_k` is bound and `m_j` free, or bound too: they must not become one
        term = term.renamed({name: fresh_name(name, taken | incoming | set(moved.values())) for name in met})
    # An index of a bound name is replaced wherever the name stands, so that it stays one name.
    return term.func(*(part if isinstance(part, Str) else replace_free(part, open_names) for part in term.args))
