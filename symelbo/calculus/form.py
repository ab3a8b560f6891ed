"""Forms: Laurent polynomials with rational coefficients over the atoms of the measure calculus.

A form is the value that two equal expressions share. Atoms are what no rule reduces further: root densities at
points, logarithms of atoms, integrals that stay, scalars. Arithmetic on forms is exact, and two forms are equal iff
they are the same mapping, so no ordering of terms is ever needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any

from sympy import Expr, Symbol

from symelbo.calculus.intervals import overlaps, without
from symelbo.language import Block, Entry, Family

__all__ = [
    "ONE",
    "ZERO",
    "Atom",
    "Exponential",
    "Form",
    "Logarithm",
    "Marker",
    "Monomial",
    "Opaque",
    "Power",
    "Reciprocal",
    "Root",
    "Scalar",
    "SumOver",
    "Tangent",
    "Volume",
    "constant",
    "of_atom",
]

Monomial = frozenset[tuple["Atom", Fraction]]
"""A product of atoms with non-zero exponents."""

_EMPTY: Monomial = frozenset()


class Marker(Symbol):
    """The name of a bound variable inside an opaque atom: `depth` counts nesting, `place` the position."""

    def __new__(cls, depth: int, place: int) -> Marker:
        made: Marker = Symbol.__new__(cls, f"#{depth}.{place}", real=True)
        return made

    @property
    def depth(self) -> int:
        """How many binders enclose a use of it at most."""
        return int(self.name[1:].split(".")[0])


class Atom:
    """Base of atoms; equal iff of the same kind with the same key."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key
        self._hash = hash((type(self).__name__, key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._hash == other._hash and self.key == other.key)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.key))})"

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Every value name (free or marker) that the atom mentions."""
        raise NotImplementedError

    @cached_property
    def depth(self) -> int:
        """Deepest marker inside, 0 without one."""
        return max((name.depth for name in self.names if isinstance(name, Marker)), default=0)

    def renamed(self, values: Mapping[Expr, Expr]) -> Atom:
        """The atom with names replaced by other names."""
        raise NotImplementedError

    def children(self) -> Iterable[Form]:
        """Forms inside the atom."""
        return ()


def hidden(names: frozenset[Expr], bound: list[Expr]) -> frozenset[Expr]:
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
    if not value.args:
        return value
    from symelbo.language import replace_free

    return replace_free(value, values)


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
        if family.free_symbols & set(values):
            family = Family(
                family.args[0],
                (_replace(p, values) for p in family.parameters),
                (_replace(i, values) for i in family.indices),
            )
        return Root(
            family, frozenset((_reindexed(slot, values), _replace(value, values)) for slot, value in self.slots)
        )


def _indices(slot: Expr) -> set[Expr]:
    """The symbols in the index of a slot."""
    if isinstance(slot, Entry):
        return set().union(*(index.free_symbols for index in slot.indices))
    return slot.lower.free_symbols | slot.upper.free_symbols if isinstance(slot, Block) else set()


def _reindexed(slot: Expr, values: Mapping[Expr, Expr]) -> Expr:
    """The slot with its index replaced; the slot's own name stays, whatever fills it."""
    if isinstance(slot, Entry):
        return Entry(slot.base, *(_replace(index, values) for index in slot.indices))
    return (
        Block(slot.base, _replace(slot.lower, values), _replace(slot.upper, values))
        if isinstance(slot, Block)
        else slot
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
        return hidden(found, own) if own else found

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


class Form:
    """An immutable Laurent polynomial over atoms."""

    __slots__ = ("_hash", "_names", "terms")

    def __init__(self, terms: Mapping[Monomial, Fraction]) -> None:
        self.terms: dict[Monomial, Fraction] = {m: c for m, c in terms.items() if c}
        self._hash: int | None = None
        self._names: frozenset[Expr] | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.terms == other.terms

    def __bool__(self) -> bool:
        return bool(self.terms)

    def __iter__(self) -> Iterator[tuple[Monomial, Fraction]]:
        return iter(self.terms.items())

    def __len__(self) -> int:
        return len(self.terms)

    def __repr__(self) -> str:
        return f"Form({self.terms!r})"

    @property
    def names(self) -> frozenset[Expr]:
        """Every name that any atom mentions."""
        if self._names is None:
            self._names = frozenset().union(*(atom.names for monomial in self.terms for atom, _ in monomial))
        return self._names

    def atoms(self) -> frozenset[Atom]:
        """The atoms on the surface, not those inside other atoms."""
        return frozenset(atom for monomial in self.terms for atom, _ in monomial)

    def __add__(self, other: Form) -> Form:
        small, large = (self, other) if len(self.terms) < len(other.terms) else (other, self)
        terms = dict(large.terms)
        for monomial, coefficient in small.terms.items():
            terms[monomial] = terms.get(monomial, Fraction(0)) + coefficient
        return Form(terms)

    def __neg__(self) -> Form:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Form) -> Form:
        return self + -other

    def scaled(self, factor: Fraction) -> Form:
        """The form times a rational number."""
        return Form({monomial: coefficient * factor for monomial, coefficient in self.terms.items()})

    def __mul__(self, other: Form) -> Form:
        terms: dict[Monomial, Fraction] = {}
        for left, first in self.terms.items():
            for right, second in other.terms.items():
                monomial = times(left, right)
                terms[monomial] = terms.get(monomial, Fraction(0)) + first * second
        return Form(terms)

    def single(self) -> tuple[Monomial, Fraction] | None:
        """The only term, if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def constant(self) -> Fraction | None:
        """The value, if the form is a rational number."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(_EMPTY) if len(self.terms) == 1 else None

    def renamed(self, values: Mapping[Expr, Expr]) -> Form:
        """The form with names replaced by names."""
        terms: dict[Monomial, Fraction] = {}
        for monomial, coefficient in self.terms.items():
            new = rename_monomial(monomial, values)
            terms[new] = terms.get(new, Fraction(0)) + coefficient
        return Form(terms)


def times(left: Monomial, right: Monomial) -> Monomial:
    """Product of monomials: exponents add, zero exponents vanish."""
    if not left:
        return right
    if not right:
        return left
    exponents: dict[Atom, Fraction] = dict(left)
    for atom, exponent in right:
        total = exponents.get(atom, Fraction(0)) + exponent
        if total:
            exponents[atom] = total
        else:
            del exponents[atom]
    return frozenset(exponents.items())


def power_of_monomial(monomial: Monomial, exponent: Fraction) -> Monomial:
    """A monomial to a rational power, not zero."""
    return frozenset((atom, e * exponent) for atom, e in monomial)


def rename_monomial(monomial: Monomial, values: Mapping[Expr, Expr]) -> Monomial:
    """The monomial with names replaced in every atom; atoms that become equal are collected."""
    touched = frozenset(values)
    result: Monomial = frozenset((a, e) for a, e in monomial if not (a.names & touched))
    for atom, exponent in monomial:
        if atom.names & touched:
            result = times(result, frozenset({(atom.renamed(values), exponent)}))
    return result


def constant(value: int | Fraction) -> Form:
    """A rational number as a form."""
    return Form({_EMPTY: Fraction(value)})


def of_atom(atom: Atom, exponent: int | Fraction = 1) -> Form:
    """One atom to a rational power as a form."""
    return Form({frozenset({(atom, Fraction(exponent))}): Fraction(1)})


def of_monomial(monomial: Monomial, coefficient: Fraction | int = 1) -> Form:
    """A monomial as a form."""
    return Form({monomial: Fraction(coefficient)})


ZERO = Form({})
ONE = constant(1)
EMPTY = _EMPTY
