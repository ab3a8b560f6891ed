"""Sequences of a given length: what holds for every length holds for sixty-four steps.

A number that ends a range, such as the 64 of `x_{1:64}`, is put back as a symbol, in the claim and in its context
alike. A proof for every length is a proof for that one, because the symbol's value there gives back what was said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from sympy import Basic, Expr, Integer, Pow, Rational, Symbol
from sympy.core.symbol import Str

from symelbo.language import Block, Claim, Context, Entry, Family, IndexSum
from symelbo.language.walks import found_in

__all__ = ["AnyLength", "is_long", "of_any_length"]

_SHORTEST = 4  # shorter sequences are written out
_LONG = 12  # what is longer is not written out in the search of a proof
_NAMES = ("T", "N", "K", "L", "M")


@dataclass(frozen=True, slots=True)
class AnyLength:
    """A claim and its context for sequences of any length; `lengths` are the numbers that the symbols stand for."""

    claim: Claim
    context: Context
    lengths: Mapping[Expr, Expr]


def of_any_length(claim: Claim, assumed: Context) -> Iterator[AnyLength]:
    """The claim and its context for sequences of any length, where they speak of a given one; nothing otherwise.

    First with the length as a symbol wherever its number stands, then only where it is an index or an end of a range.
    What is proved of these holds for the claim.

    >>> from symelbo.language import Claim, Relation, Variable, context, family
    >>> x, p = Variable("x"), family("p")
    >>> claim = Claim(p(x[1:64]), Relation.EQUAL, p(x[1]) * p(x[2:64] | x[1]))
    >>> print(next(of_any_length(claim, context())).claim.lhs)
    p(x_1:T)
    """
    terms = list(_terms((claim, assumed)))
    lengths = sorted(_lengths(terms), reverse=True)
    if not lengths:
        return
    taken = {str(name) for term in terms for name in found_in(term, Symbol, Str)}
    symbols = [Symbol(name, integer=True, positive=True) for name in _NAMES if name not in taken]
    near: dict[int, Expr] = {}
    for length, symbol in zip(lengths, symbols, strict=False):
        for step in (0, -1, 1, -2):
            if length + step >= _SHORTEST - 1:
                near.setdefault(length + step, symbol + step)
    if any(int(place) >= _SHORTEST and int(place) not in near for place in _places(terms)):
        return  # a place in the middle, which a sequence of another length need not have
    numbers = {Integer(number): value for number, value in near.items()}
    exact = {Integer(length): symbol for length, symbol in zip(lengths, symbols, strict=False)}
    made = None
    for scalars in (exact, {}):
        walker = _Walker(numbers, scalars)
        made, before = walker.over((claim, assumed)), made
        if made != before:
            lengths_of = {symbol: number for number, symbol in exact.items()}
            yield AnyLength(made[0], made[1], lengths_of)


def is_long(claim: Claim, assumed: Context) -> bool:
    """Whether a claim or its context is about a block of so many variables that writing it out is no way."""
    return any(
        block.upper.is_Integer and block.lower.is_Integer and block.upper - block.lower >= _LONG
        for term in _terms((claim, assumed))
        for block in found_in(term, Block)
    )


def _terms(value: Any) -> Iterator[Basic]:
    """All terms in claims, contexts and assumptions."""
    if isinstance(value, Basic):
        yield value
    elif isinstance(value, tuple | frozenset):
        for part in value:
            yield from _terms(part)
    elif hasattr(value, "__dataclass_fields__"):
        for name in _parts(value):
            yield from _terms(getattr(value, name))


def _parts(value: Any) -> list[str]:
    """The fields that a value is made from, without what it keeps for itself."""
    return [item.name for item in fields(value) if item.init]


def _lengths(terms: Iterable[Basic]) -> set[int]:
    """Numbers at the upper ends of ranges; of neighbours only the largest, which the others are counted from."""
    ends = {
        int(node.upper)
        for term in terms
        for node in found_in(term, Block, IndexSum)
        if node.upper.is_Integer and node.upper >= _SHORTEST
    }
    return {end for end in ends if not {end + 1, end + 2} & ends}


def _places(terms: Iterable[Basic]) -> Iterator[Expr]:
    """Every whole number in an index or at an end of a range."""
    for term in terms:
        for node in found_in(term, Block, IndexSum, Entry, Family):
            for part in _positions(node):
                yield from found_in(part, Integer)


def _positions(node: Any) -> tuple[Expr, ...]:
    return node.indices if isinstance(node, Entry | Family) else (node.lower, node.upper)


class _Walker:
    """Puts symbols for numbers: one table for indices and ends of ranges, one for all else."""

    def __init__(self, places: Mapping[Expr, Expr], scalars: Mapping[Expr, Expr]) -> None:
        self.places = places
        self.scalars = scalars

    def over(self, value: Any) -> Any:
        """The same claim, context or assumption with its terms changed."""
        if isinstance(value, Basic):
            return self.term(value)
        if isinstance(value, tuple):
            return tuple(map(self.over, value))
        if isinstance(value, frozenset):
            return frozenset(map(self.over, value))
        if hasattr(value, "__dataclass_fields__"):
            return replace(value, **{name: self.over(getattr(value, name)) for name in _parts(value)})
        return value

    def term(self, term: Any) -> Any:
        """The term changed."""
        if isinstance(term, Str) or not isinstance(term, Basic):
            return term
        if isinstance(term, Rational):
            return self._number(term)
        if not term.args:
            return term
        if isinstance(term, Entry):
            return Entry(term.base, *map(self._place, term.indices))
        if isinstance(term, Block):
            return Block(term.base, self._place(term.lower), self._place(term.upper))
        if isinstance(term, Family):
            return Family(term.args[0], map(self.term, term.parameters), map(self._place, term.indices))
        if isinstance(term, IndexSum):
            return term.func(self.term(term.body), term.index, self._place(term.lower), self._place(term.upper))
        parts = [self.term(part) for part in term.args]
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    def _place(self, index: Expr) -> Expr:
        return index.xreplace(self.places)

    def _number(self, number: Rational) -> Expr:
        above, below = Integer(number.p), Integer(number.q)
        if above not in self.scalars and below not in self.scalars:
            return number
        made: Expr = self.scalars.get(above, above) * Pow(self.scalars.get(below, below), -1)
        return made
