"""Averages under independent factors one after the other: `E_{q_j} E_{q_{-j}}` is the average under all of them.

`q_{-j}(z_{-j})` is the product of the factors before `j` and of those after it. Nested averages under factors of one
product are brought to the average under the whole product, which is where the measure normal form takes over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sympy import Add, Basic, Expr, Mul, Symbol, exp, log
from sympy.core.symbol import Str

from symelbo.calculus.sequences.intervals import difference
from symelbo.language import (
    KL,
    Block,
    Density,
    Entry,
    Expectation,
    IndexProduct,
    Integral,
    base_of,
    indexed_names,
    is_variable,
    may_overlap,
    replace_free,
)

__all__ = ["with_joined_factors"]

_RUNNING = Symbol("#f", integer=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """The factors from `lower` to `upper` of a product over an index: `body` carries the index."""

    body: Density
    lower: Expr
    upper: Expr


def with_joined_factors(term: Expr) -> Expr:
    """The term with nested averages under factors of one product joined, where it has any.

    >>> from sympy import Symbol, symbols
    >>> from symelbo.language import Family, variables
    >>> i, j, M = symbols("i j M", integer=True)
    >>> x, z = variables("x z")
    >>> q = lambda k: Family("q", (), (k,))(z[k])
    >>> others = IndexProduct(q(i), i, 1, j - 1) * IndexProduct(q(i), i, j + 1, M)
    >>> p = Family("p")(x, z[1:M])
    >>> print(with_joined_factors(Expectation(Expectation(log(p), others, [z[1 : j - 1], z[j + 1 : M]]), q(j), [z[j]])))
    E_{Product(q_#f(z_#f), #f, 1, M)}[log(p(x, z_1:M))]
    """
    if not term.has(IndexProduct) or not term.has(Expectation, Integral):
        return term
    made = _joined(term)
    return made if isinstance(made, Expr) else term


def _joined(term: Basic) -> Basic:
    if isinstance(term, Str | Density) or is_variable(term) or not term.args:
        return term
    if isinstance(term, KL) and isinstance(term.left, Density) and term.right.has(Expectation):
        term = Expectation(log(term.left) - _log(term.right), term.left, term.bound)
    made = term.func(*(_joined(part) for part in term.args))
    if isinstance(made, Integral):
        made = _as_mean(made)
    return _outer(made) if isinstance(made, Expectation) else made


def _log(term: Expr) -> Expr:
    """The logarithm of a product of exponentials and other positive factors."""
    parts = [
        (base.args[0] if isinstance(base, exp) else log(base)) * power
        for factor in Mul.make_args(term)
        for base, power in [(factor, 1) if isinstance(factor, exp) else factor.as_base_exp()]
    ]
    return Add(*parts)


def _as_mean(term: Integral) -> Expr:
    """`\\int q_j(z_j) F dz_j` as the average that it is."""
    bound = set(term.bound)
    laws = [f for f in Mul.make_args(term.body) if (part := _part(f)) is not None and _names(part) in bound]
    if {_names(part) for f in laws if (part := _part(f)) is not None} != bound or len(laws) != len(bound):
        return term
    rest = Mul(*(f for f in Mul.make_args(term.body) if f not in laws))
    return Expectation(rest, Mul(*laws), term.bound)


def _outer(term: Expectation) -> Expr:
    """An average taken term by term, joined with the averages inside it."""
    parts = [_part(factor) for factor in Mul.make_args(term.law)]
    laws = [part for part in parts if part is not None]
    bound = tuple(term.bound)
    if len(laws) != len(parts) or {_names(part) for part in laws} != set(bound):
        return term
    body = term.body.expand(deep=False) if term.body.is_Mul else term.body
    return Add(*(_mean(summand, laws, bound) for summand in Add.make_args(body)))


def _mean(body: Expr, laws: list[_Part], bound: tuple[Expr, ...]) -> Expr:
    outside = Mul(*(f for f in Mul.make_args(body) if not _touches(f, bound)))
    inside = [f for f in Mul.make_args(body) if _touches(f, bound)]
    if not inside:
        return outside
    inner = inside[0] if len(inside) == 1 and isinstance(inside[0], Expectation) else None
    if inner is not None:
        own = [_part(factor) for factor in Mul.make_args(inner.law)]
        known = [part for part in own if part is not None]
        apart = not any(may_overlap(a, b) for a in inner.bound for b in bound)
        if len(known) == len(own) and apart and not inner.law.has(*bound):
            joined = _tiled([*laws, *known])
            return outside * Expectation(inner.body, Mul(*map(_written, joined)), [_names(part) for part in joined])
    joined = _tiled(laws)
    return outside * Expectation(Mul(*inside), Mul(*map(_written, joined)), [_names(part) for part in joined])


def _touches(term: Expr, bound: Iterable[Expr]) -> bool:
    """Whether a term may mention one of the bound entries; an entry at an index that runs may be any."""
    free = term.free_symbols
    return any(
        may_overlap(name, other) or (base_of(name) == base_of(other) and not name.free_symbols <= free)
        for name in free | indexed_names(term)
        for other in bound
    )


def _part(factor: Expr) -> _Part | None:
    """A density of one entry, or a product of such densities over an index."""
    if isinstance(factor, IndexProduct) and isinstance(factor.body, Density):
        body = replace_free(factor.body, {factor.index: _RUNNING})
        entry = _entry(body)
        if entry is not None and entry.indices == (_RUNNING,):
            return _Part(body, factor.lower, factor.upper)
    if isinstance(factor, Density):
        entry = _entry(factor)
        if entry is not None and len(entry.indices) == 1 and factor.family.indices == entry.indices:
            place = entry.indices[0]
            family = factor.family.func(factor.family.args[0], factor.family.parameters, (_RUNNING,))
            given = [item for item in factor.given if place in item.free_symbols]
            if not given:
                return _Part(Density(family, (Entry(entry.base, _RUNNING),), factor.given), place, place)
    return None


def _entry(density: Density) -> Entry | None:
    single = density.of[0] if len(density.of) == 1 else None
    return single if isinstance(single, Entry) else None


def _names(part: _Part) -> Expr:
    """The entries that a part is a density of."""
    base = part.body.of[0].base
    return Entry(base, part.lower) if part.lower == part.upper else Block(base, part.lower, part.upper)


def _written(part: _Part) -> Expr:
    if part.lower == part.upper:
        return replace_free(part.body, {_RUNNING: part.lower})
    return IndexProduct(part.body, _RUNNING, part.lower, part.upper)


def _tiled(parts: list[_Part]) -> list[_Part]:
    """Parts of one product that touch each other, joined."""
    left = list(parts)
    made: list[_Part] = []
    while left:
        part = left.pop(0)
        growing = True
        while growing:
            growing = False
            for other in left:
                if other.body != part.body:
                    continue
                if difference(other.lower, part.upper) == 1:
                    part = _Part(part.body, part.lower, other.upper)
                elif difference(part.lower, other.upper) == 1:
                    part = _Part(part.body, other.lower, part.upper)
                else:
                    continue
                left.remove(other)
                growing = True
                break
        made.append(part)
    return made
