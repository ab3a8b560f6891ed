"""Forms: Laurent polynomials with rational coefficients over the atoms of the measure calculus.

A form is the value that two equal expressions share. Atoms are what no rule reduces further: root densities at
points, logarithms of atoms, integrals that stay, scalars. Arithmetic on forms is exact, and two forms are equal iff
they are the same mapping, so no ordering of terms is ever needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from typing import Any, Final

from sympy import Expr, Symbol

from symelbo.language import Block, Entry

__all__ = [
    "EMPTY",
    "ONE",
    "ZERO",
    "Atom",
    "Form",
    "Marker",
    "Monomial",
    "constant",
    "of_atom",
    "of_monomial",
    "power_of_monomial",
    "rename_monomial",
    "sum_of",
    "times",
]

Monomial = frozenset[tuple["Atom", Fraction]]
"""A product of atoms with non-zero exponents."""

EMPTY: Monomial = frozenset()
"""The monomial one."""
_ONE = Fraction(1)
_UNIT = {EMPTY: _ONE}


class Marker(Symbol):
    """The name of a bound variable inside an opaque atom: `depth` counts nesting, `place` the position."""

    def __new__(cls, depth: int, place: int) -> Marker:
        made: Marker = Symbol.__new__(cls, f"#{depth}.{place}", real=True)
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[int, int], dict[str, Any]]:
        depth, place = self.name[1:].split(".")
        return (int(depth), int(place)), {}

    @property
    def depth(self) -> int:
        """How many binders enclose a use of it at most."""
        return int(self.name[1:].split(".")[0])


_WORKED_OUT: Final = frozenset({"_hash", "names", "indexed", "depth", "variables"})


class Atom:
    """Base of atoms; equal iff of the same kind with the same key."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key
        self._hash = hash((type(self).__name__, key))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (type(self) is type(other) and self._hash == other._hash and self.key == other.key)

    def __getstate__(self) -> dict[str, Any]:
        # Without the hash: that of a text differs from one process to the next.
        return {name: part for name, part in vars(self).items() if name not in _WORKED_OUT}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._hash = hash((type(self).__name__, self.key))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.key))})"

    @cached_property
    def names(self) -> frozenset[Expr]:
        """Every value name (free or marker) that the atom mentions."""
        raise NotImplementedError

    @cached_property
    def indexed(self) -> Mapping[Expr, tuple[Expr, ...]]:
        """The entries and blocks among the names, by their bases."""
        found: dict[Expr, tuple[Expr, ...]] = {}
        for name in self.names:
            if isinstance(name, Entry | Block):
                found[name.base] = (*found.get(name.base, ()), name)
        return found

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


class Form:
    """An immutable Laurent polynomial over atoms."""

    __slots__ = ("_hash", "_names", "terms")

    def __init__(self, terms: Mapping[Monomial, Fraction]) -> None:
        self.terms: dict[Monomial, Fraction] = {m: c for m, c in terms.items() if c.numerator}
        self._hash: int | None = None
        self._names: frozenset[Expr] | None = None

    def __hash__(self) -> int:
        if self._hash is None:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Form) and self.terms == other.terms

    def __reduce__(self) -> tuple[type[Form], tuple[dict[Monomial, Fraction]]]:
        return Form, (self.terms,)

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
        if not small.terms:
            return large
        terms = dict(large.terms)
        for monomial, coefficient in small.terms.items():
            known = terms.get(monomial)
            terms[monomial] = coefficient if known is None else known + coefficient
        return Form(terms)

    def __neg__(self) -> Form:
        return self.scaled(Fraction(-1))

    def __sub__(self, other: Form) -> Form:
        return self + -other

    def scaled(self, factor: Fraction) -> Form:
        """The form times a rational number."""
        if factor == 1:
            return self
        return Form({monomial: coefficient * factor for monomial, coefficient in self.terms.items()})

    def __mul__(self, other: Form) -> Form:
        if other.terms == _UNIT:
            return self
        if self.terms == _UNIT:
            return other
        terms: dict[Monomial, Fraction] = {}
        for left, first in self.terms.items():
            for right, second in other.terms.items():
                monomial, product = times(left, right), first * second
                known = terms.get(monomial)
                terms[monomial] = product if known is None else known + product
        return Form(terms)

    def single(self) -> tuple[Monomial, Fraction] | None:
        """The only term, if there is just one."""
        return next(iter(self.terms.items())) if len(self.terms) == 1 else None

    def constant(self) -> Fraction | None:
        """The value, if the form is a rational number."""
        if not self.terms:
            return Fraction(0)
        return self.terms.get(EMPTY) if len(self.terms) == 1 else None

    def renamed(self, values: Mapping[Expr, Expr]) -> Form:
        """The form with names replaced by names."""
        if self.names.isdisjoint(values):
            return self
        terms: dict[Monomial, Fraction] = {}
        for monomial, coefficient in self.terms.items():
            new = rename_monomial(monomial, values)
            known = terms.get(new)
            terms[new] = coefficient if known is None else known + coefficient
        return Form(terms)


def times(left: Monomial, right: Monomial) -> Monomial:
    """Product of monomials: exponents add, zero exponents vanish."""
    if not left:
        return right
    if not right:
        return left
    exponents: dict[Atom, Fraction] = dict(left)
    for atom, exponent in right:
        known = exponents.get(atom)
        total = exponent if known is None else known + exponent
        if total.numerator:
            exponents[atom] = total
        else:
            del exponents[atom]
    return frozenset(exponents.items())


def power_of_monomial(monomial: Monomial, exponent: Fraction) -> Monomial:
    """A monomial to a rational power, not zero."""
    return frozenset((atom, e * exponent) for atom, e in monomial)


def rename_monomial(monomial: Monomial, values: Mapping[Expr, Expr]) -> Monomial:
    """The monomial with names replaced in every atom; atoms that become equal are collected."""
    touched = [pair for pair in monomial if not pair[0].names.isdisjoint(values)]
    if not touched:
        return monomial
    result = monomial.difference(touched)
    for atom, exponent in touched:
        result = times(result, frozenset({(atom.renamed(values), exponent)}))
    return result


def constant(value: int | Fraction) -> Form:
    """A rational number as a form."""
    return Form({EMPTY: Fraction(value)})


def of_atom(atom: Atom, exponent: int | Fraction = 1) -> Form:
    """One atom to a rational power as a form."""
    power = _ONE if exponent == 1 else Fraction(exponent)
    return Form({frozenset({(atom, power)}): _ONE})


def of_monomial(monomial: Monomial, coefficient: Fraction | int = 1) -> Form:
    """A monomial as a form."""
    return Form({monomial: coefficient if isinstance(coefficient, Fraction) else Fraction(coefficient)})


def sum_of(forms: Iterable[Form]) -> Form:
    """The sum of many forms, collected once."""
    terms: dict[Monomial, Fraction] = {}
    for form in forms:
        for monomial, coefficient in form:
            known = terms.get(monomial)
            terms[monomial] = coefficient if known is None else known + coefficient
    return Form(terms)


ZERO = Form({})
ONE = constant(1)
