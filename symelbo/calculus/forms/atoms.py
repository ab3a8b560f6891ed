"""The atoms of the measure calculus: what no rule reduces further.

Each says which names it mentions, what it becomes when these are renamed, and which forms it is made from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import cached_property

from sympy import Expr

from symelbo.calculus.forms.form import Atom, Form, Marker, Monomial, of_atom, rename_monomial
from symelbo.calculus.sequences.intervals import overlaps, without
from symelbo.language import Block, Entry, Family, replace_free

__all__ = [
    "Exponential",
    "Logarithm",
    "Opaque",
    "Power",
    "Reciprocal",
    "Root",
    "Scalar",
    "SumOver",
    "Tangent",
    "Volume",
]


class Root(Atom):
    """A joint density of a family at a point: `slots` maps each variable to the value in its slot."""

    def __init__(self, family: Family, slots: frozenset[tuple[Expr, Expr]]) -> None:
        self.family = family
        self.slots = slots
        super().__init__((family, slots))

    @cached_property
    def variables(self) -> frozenset[Expr]:
        """The slots that are filled."""
        return frozenset(slot for slot, _ in self.slots)

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names in the values and in the family's parameters."""
        return frozenset(
            self.family.free_symbols.union(*(value.free_symbols | _indices(slot) for slot, value in self.slots))
        )

    def renamed(self, values: Mapping[Expr, Expr]) -> Root:
        """The same density at another point."""
        family = self.family
        if not family.free_symbols.isdisjoint(values):
            family = Family(
                family.args[0],
                (_replace(p, values) for p in family.parameters),
                (_replace(i, values) for i in family.indices),
            )
        return Root(
            family, frozenset((_reindexed(slot, values), _replace(value, values)) for slot, value in self.slots)
        )


class Tangent(Atom):
    """The derivative of a root density with respect to parameters of its family, once or several times."""

    def __init__(self, root: Root, wrt: tuple[Expr, ...]) -> None:
        self.root, self.wrt = root, tuple(sorted(wrt, key=str))
        super().__init__((root, self.wrt))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names of the density, its parameters among them."""
        return self.root.names

    def renamed(self, values: Mapping[Expr, Expr]) -> Tangent:
        """The derivative at another point."""
        return Tangent(self.root.renamed(values), tuple(_replace(name, values) for name in self.wrt))

    def children(self) -> Iterable[Form]:
        """The density."""
        return (of_atom(self.root),)


class Scalar(Atom):
    """Anything the measure calculus does not look into: symbols, functions of values, explicit densities."""

    def __init__(self, expr: Expr) -> None:
        self.expr = expr
        super().__init__((expr,))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Free symbols."""
        return frozenset(self.expr.free_symbols)

    def renamed(self, values: Mapping[Expr, Expr]) -> Scalar:
        """The expression at other values."""
        return Scalar(_replace(self.expr, values))


class _OfForm(Atom):
    """An atom made from a form."""

    def __init__(self, form: Form) -> None:
        self.form = form
        super().__init__((form,))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names of the form inside."""
        return self.form.names

    def renamed(self, values: Mapping[Expr, Expr]) -> Atom:
        """The atom of the renamed form."""
        return type(self)(self.form.renamed(values))

    def children(self) -> Iterable[Form]:
        """The form inside."""
        return (self.form,)


class Logarithm(_OfForm):
    """Logarithm of an atom, of a prime number, or of a sum that has no common factor."""


class Exponential(_OfForm):
    """`exp` of one monomial with coefficient one."""


class Reciprocal(_OfForm):
    """One over a sum that has no common factor."""


class Power(Atom):
    """A positive form raised to a power that is not a rational number."""

    def __init__(self, base: Form, exponent: Form) -> None:
        self.base, self.exponent = base, exponent
        super().__init__((base, exponent))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names of base and exponent."""
        return self.base.names | self.exponent.names

    def renamed(self, values: Mapping[Expr, Expr]) -> Power:
        """The power of renamed forms."""
        return Power(self.base.renamed(values), self.exponent.renamed(values))

    def children(self) -> Iterable[Form]:
        """Base and exponent."""
        return (self.base, self.exponent)


class Opaque(Atom):
    """An integral that does not reduce: one monomial, and what it is integrated over.

    Markers are placed canonically, so that the names of bound variables never matter. Entries and blocks that other
    names in the body overlap keep their names; they are hidden from outside all the same.
    """

    def __init__(self, body: Monomial, bound: tuple[Expr, ...]) -> None:
        self.body, self.bound = body, bound
        super().__init__((body, bound))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names in the body, its own markers included (they tell the depth), named bound variables taken out."""
        found = frozenset().union(*(atom.names for atom, _ in self.body))
        own = [name for name in self.bound if not isinstance(name, Marker)]
        return _hidden(found, own) if own else found

    def renamed(self, values: Mapping[Expr, Expr]) -> Opaque:
        """The integral at other values of its free names; indices of bound entries follow."""
        bound = tuple(name if isinstance(name, Marker) else _replace(name, values) for name in self.bound)
        return Opaque(rename_monomial(self.body, values), bound)

    def children(self) -> Iterable[Form]:
        """The integrand."""
        return (Form({self.body: Fraction(1)}),)


class SumOver(Atom):
    """A sum over an index with symbolic bounds that does not reduce: one monomial, with a marker for the index.

    The highest index inside is the marker itself, so that shifted sums look the same.
    """

    def __init__(self, body: Monomial, index: Marker, lower: Expr, upper: Expr) -> None:
        self.body, self.index, self.lower, self.upper = body, index, lower, upper
        super().__init__((body, index, lower, upper))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Names in the body and in the bounds."""
        ends = self.lower.free_symbols | self.upper.free_symbols
        return frozenset(ends).union(*(atom.names for atom, _ in self.body))

    def renamed(self, values: Mapping[Expr, Expr]) -> SumOver:
        """The sum at other values of its free names."""
        return SumOver(
            rename_monomial(self.body, values), self.index, _replace(self.lower, values), _replace(self.upper, values)
        )

    def children(self) -> Iterable[Form]:
        """The summand."""
        return (Form({self.body: Fraction(1)}),)


class Volume(Atom):
    """The integral of one over a variable's whole space: its number of points, or its (infinite) measure."""

    def __init__(self, variable: Expr) -> None:
        self.variable = variable
        super().__init__((variable,))

    @cached_property
    def names(self) -> frozenset[Expr]:
        """None: the size of a space depends on nothing."""
        return frozenset()

    def renamed(self, values: Mapping[Expr, Expr]) -> Volume:
        """Unchanged."""
        return self


def _hidden(names: frozenset[Expr], bound: list[Expr]) -> frozenset[Expr]:
    """The names that are left when bound entries and blocks are taken out of them."""
    left: set[Expr] = set(names)
    for part in bound:
        for name in [n for n in left if isinstance(n, Entry | Block) and overlaps(n, part)]:
            rest = without((name,), part)
            left.discard(name)
            left |= rest if rest is not None else set()
    return frozenset(left)


def _replace(value: Expr, values: Mapping[Expr, Expr]) -> Expr:
    if value in values:
        return values[value]
    if not value.args or value.free_symbols.isdisjoint(values):
        return value
    return replace_free(value, values)


def _indices(slot: Expr) -> set[Expr]:
    """The symbols in the index of a slot."""
    if isinstance(slot, Entry):
        return set().union(*(index.free_symbols for index in slot.indices))
    return slot.lower.free_symbols | slot.upper.free_symbols if isinstance(slot, Block) else set()


def _reindexed(slot: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """The slot with its index replaced; the slot's own name stays, whatever fills it."""
    if _indices(slot).isdisjoint(values):
        return slot
    if isinstance(slot, Entry):
        return Entry(slot.base, *(_replace(index, values) for index in slot.indices))
    return (
        Block(slot.base, _replace(slot.lower, values), _replace(slot.upper, values))
        if isinstance(slot, Block)
        else slot
    )
