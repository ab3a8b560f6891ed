"""Sums over an index with symbolic ends: shifts become boundary terms, so that shifted sums look the same."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction

from sympy import Dummy, Expr, Integer

from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.algebra import Algebra
from symelbo.calculus.forms.atoms import Exponential, Logarithm, Opaque, Reciprocal, Root, Scalar, SumOver
from symelbo.calculus.forms.form import (
    ZERO,
    Atom,
    Form,
    Marker,
    Monomial,
    of_atom,
    of_monomial,
    rename_monomial,
    sum_of,
)
from symelbo.calculus.forms.mentions import entries_of
from symelbo.calculus.measures.exchange import exchanged
from symelbo.calculus.sequences.intervals import difference
from symelbo.calculus.structure import Structure
from symelbo.language import Block, Entry, indexed_names

__all__ = ["Sums"]


class Sums(Algebra):
    """Arithmetic of forms, and sums of forms over an index."""

    def __init__(self, structure: Structure, budget: Budget) -> None:
        super().__init__(structure, budget)
        self.floor: int | None = None  # see `_reference`

    @abstractmethod
    def integrate(self, form: Form, bound: Iterable[Expr], spaces: Mapping[Expr, Expr] | None = None) -> Form:
        """The integral of a form over bound variables, reduced as far as the rules go."""

    def sum_over(self, form: Form, index: Expr, lower: Expr, upper: Expr) -> Form:
        """The sum of a form over an index: what is free of it leaves, shifts become boundary terms."""
        total = ZERO
        for monomial, coefficient in form:
            self.budget.spend(1 + len(monomial), "summing")
            monomial = exchanged(monomial, index, lower, upper)
            inside = frozenset((a, e) for a, e in monomial if index in a.names)
            outside = of_monomial(monomial - inside, coefficient)
            if not inside:
                total = total + outside * self.form(upper - lower + 1)
            else:
                total = total + outside * self._sum_monomial(inside, index, lower, upper)
        return total

    def _sum_monomial(self, body: Monomial, index: Expr, lower: Expr, upper: Expr) -> Form:
        shift = _highest_offset(body, index)
        if shift:
            body = rename_monomial(body, {index: index - shift})
            lower, upper = lower + shift, upper + shift
        boundary = ZERO
        start, plain = self._reference(lower), _without_offset(upper)
        for place, sign in [*_between(start, lower, 1), *_between(plain, upper, -1)]:
            boundary = boundary + self.refresh(rename_monomial(body, {index: place})).scaled(Fraction(sign))
        if start != lower:
            lower = start
        if plain is not None and difference(plain, upper) is not None:
            upper = plain
        known = difference(upper, lower)
        if known is not None:
            return sum((self.refresh(rename_monomial(body, {index: lower + k})) for k in range(known + 1)), boundary)
        marker = Marker(1 + max(atom.depth for atom, _ in body), 0)
        return boundary + of_atom(SumOver(rename_monomial(body, {index: marker}), marker, lower, upper))

    def from_the_start(self, form: Form) -> Form:
        """The form with sums from a place inside a range as differences of sums from its start, which then may cancel.

        Whatever a summand is taken to be before its range, `sum_{a}^{b} = sum_{1}^{b} - sum_{1}^{a-1}`.
        """
        start, total = Integer(1 if self.floor is None else self.floor), ZERO
        for monomial, coefficient in form:
            inner = [a for a, e in monomial if isinstance(a, SumOver) and e == 1 and not a.lower.is_Integer]
            made = of_monomial(monomial - {(a, Fraction(1)) for a in inner[:1]}, coefficient)
            for atom in inner[:1]:
                index = Dummy(integer=True)
                body = of_monomial(rename_monomial(atom.body, {atom.index: index}))
                before = self.sum_over(body, index, start, atom.lower - 1)
                made = made * (self.sum_over(body, index, start, atom.upper) - before)
            total = total + made
        return total

    def _reference(self, lower: Expr) -> Expr:
        """The lower end that sums of a claim are brought to, where theirs is another integer."""
        return Integer(self.floor) if lower.is_Integer and self.floor is not None else lower

    def refresh(self, monomial: Monomial) -> Form:
        """A monomial brought to normal form again, after an index in it was given a value."""
        return self.product(self.power(self._refreshed(atom), exponent) for atom, exponent in monomial)

    def _refreshed(self, atom: Atom) -> Form:
        match atom:
            case Root():
                values = {
                    s: v
                    for slot, value in atom.slots
                    for s, v in zip(entries_of(slot), entries_of(value), strict=False)
                }
                return of_monomial(self.root(atom.family, values))
            case Logarithm():
                return self.log(self._refreshed_form(atom.form)) if atom.form.constant() is None else of_atom(atom)
            case Exponential():
                return self.exp(self._refreshed_form(atom.form))
            case Reciprocal():
                return self.power(self._refreshed_form(atom.form), Fraction(-1))
            case Opaque():
                blocks = dict(_filled_blocks(atom.body))
                fresh: dict[Expr, Expr] = {m: _like(blocks.get(m)) for m in atom.bound if isinstance(m, Marker)}
                body = self.refresh(rename_monomial(atom.body, fresh))
                return self.integrate(body, (e for name in atom.bound for e in entries_of(fresh.get(name, name))))
            case SumOver():
                index = Dummy(integer=True)
                body = self.refresh(rename_monomial(atom.body, {atom.index: index}))
                return self.sum_over(body, index, atom.lower, atom.upper)
            case _:
                return of_atom(atom)

    def _refreshed_form(self, form: Form) -> Form:
        return sum_of(self.refresh(monomial).scaled(coefficient) for monomial, coefficient in form)


def _filled_blocks(body: Monomial) -> Iterator[tuple[Expr, Block]]:
    """The bound names that stand for blocks whose ends are numbers, with these blocks."""
    waiting = [atom for atom, _ in body]
    while waiting:
        atom = waiting.pop()
        if isinstance(atom, Root):
            for slot, value in atom.slots:
                if isinstance(slot, Block) and isinstance(value, Marker) and slot.entries() is not None:
                    yield value, slot
        waiting += [inner for child in atom.children() for inner in child.atoms()]


def _like(block: Block | None) -> Expr:
    """A fresh name for a bound variable; one for each entry of a block, of which there may be none."""
    return Dummy(real=True) if block is None else Block(Dummy(real=True), block.lower, block.upper)


def _highest_offset(body: Monomial, index: Expr) -> Expr:
    """The largest integer added to an index inside indices, zero where there is none."""
    offsets = [difference(part, index) for atom, _ in body for part in _index_parts(atom) if index in part.free_symbols]
    known = [offset for offset in offsets if offset is not None]
    return Integer(max(known)) if known else Integer(0)


def _index_parts(atom: Atom) -> Iterator[Expr]:
    """Every index expression in an atom, of slots and of values."""
    terms: set[Expr] = set()
    if isinstance(atom, Root):
        terms = {part for slot in atom.slots for part in slot}
    elif isinstance(atom, Scalar):
        terms = {atom.expr}
    elif isinstance(atom, SumOver):
        yield from (atom.lower, atom.upper)
    for term in terms:
        for name in indexed_names(term):
            yield from name.indices if isinstance(name, Entry) else (name.lower, name.upper)
    for child in atom.children():
        for inner in child.atoms():
            yield from _index_parts(inner)


def _without_offset(upper: Expr) -> Expr | None:
    """`T` for `T - 1` and `T + 2`."""
    symbols = sorted(upper.free_symbols, key=str)
    return symbols[0] if len(symbols) == 1 and difference(upper, symbols[0]) is not None else None


def _between(wanted: Expr | None, given: Expr, sign: int) -> list[tuple[Expr, int]]:
    """The places, with signs, that a sum has more (or less) than one with the wanted end."""
    if wanted is None:
        return []
    gap = difference(wanted, given)
    if not gap:
        return []
    if gap > 0:  # the sum starts earlier than wanted, or ends later
        return [(given + k, 1) for k in range(gap)] if sign > 0 else [(given + 1 + k, -1) for k in range(gap)]
    return [(wanted + k, -1) for k in range(-gap)] if sign > 0 else [(wanted + 1 + k, 1) for k in range(-gap)]
