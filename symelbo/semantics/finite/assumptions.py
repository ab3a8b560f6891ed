"""Taking assumptions into a blueprint: products, independences, given entries, formulas and signs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random
from typing import Any

import sympy as sp
from sympy import Basic
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed, NotSupported
from symelbo.language import (
    At,
    Definition,
    Density,
    Entry,
    Expectation,
    Factorisation,
    Family,
    Independence,
    IndexProduct,
    Integral,
    Relation,
    Sign,
)
from symelbo.language.walks import found_in
from symelbo.semantics.finite.blueprint import Blueprint, Cell, Constraint, Pin
from symelbo.semantics.finite.compiler import Inlined, Scope, parameter_slot
from symelbo.semantics.finite.formulas import is_plain
from symelbo.semantics.finite.indices import Atom, Sizes, atoms_of, integer, ranges
from symelbo.semantics.finite.structure import Factor, Separation, Structure, plan
from symelbo.semantics.finite.world import FamilyKey, Mention, Node

__all__ = ["Builder", "copies_in"]

Conditional = tuple[tuple[Atom, ...], tuple[Atom, ...]]


class Builder:
    """Takes assumptions in one at a time and plans the families at the end."""

    def __init__(self, made: Blueprint) -> None:
        self.made = made
        self.world = made.world
        self.products: dict[FamilyKey, list[tuple[Factor, ...]]] = {}
        self.separations: dict[FamilyKey, list[Separation]] = {}
        self.cells: dict[FamilyKey, dict[Conditional, int]] = {}
        self.given_values: list[tuple[FamilyKey, Any, Any, Density, Any, Sizes]] = []
        self.copies: set[Any] = set()  # names whose entries are independent draws from one law
        self.copied: set[Any] = set()  # those of which the law itself is written with the plain name

    def add(self, statement: Any, ends: Iterable[Any]) -> None:
        """Take one assumption in, at all values of its running indices."""
        if isinstance(statement, Definition) and not isinstance(statement.name, Density):
            return
        local = statement.parameters if isinstance(statement, Definition) else ()
        found = False
        for sizes in ranges(statement, self.world.sizes, [e for e in ends if e not in local]):
            try:
                self._add(statement, sizes)
                found = True
            except IllFormed:
                continue
        if not found:
            raise NotSupported("an assumption has no meaning at the concrete sizes tried")

    def _add(self, statement: Any, sizes: Sizes) -> None:
        scope = Scope({}, sizes)
        if isinstance(statement, Sign):
            claim, compiler = statement.claim, self.made.compiler
            self.made.signs.append(
                Constraint(compiler.compile(claim.lhs, scope), claim.relation, compiler.compile(claim.rhs, scope))
            )
            both = ((claim.lhs, claim.relation, claim.rhs), (claim.rhs, claim.relation.flipped, claim.lhs))
            for name, relation, value in both:
                if relation in _ORDERS and value.is_Rational and isinstance(name, sp.Symbol | Entry | AppliedUndef):
                    self.made.intervals.append((_base(name), relation, Fraction(int(value.p), int(value.q))))
            return
        if isinstance(statement, Independence):
            self._independence(statement, sizes)
        elif isinstance(statement, Factorisation):
            self._product(statement.joint, [(factor, sizes) for factor in statement.factors], sizes)
        elif isinstance(statement, Definition):
            self._defined(statement.name, statement.value, sizes)
        else:
            raise NotSupported(f"assumptions such as {statement} have no concrete models yet")
        self.made.stated.append((statement, sizes))

    def _defined(self, name: Density, value: Any, sizes: Sizes) -> None:
        """A density that equals an expression: a product of densities, a marginal of one, or any other formula."""
        if not is_plain(name):
            self._cell(name, value, sizes)
            return
        factors = _factors(value, sizes)
        if factors is not None:
            self._product(name, factors, sizes)
            return
        key = self._key(name.family, sizes)
        used = {self._key(density.family, sizes) for density in found_in(value, Density) if _closed(density.family)}
        if key not in used:
            self._formula(name, value, sizes)
            return
        marginal = _marginal(name, value)
        factors = _factors(marginal[1], sizes) if marginal is not None else None
        if marginal is not None and factors is not None:
            self._product(marginal[0], factors, sizes)
            return
        # The family is defined by itself: an equation that its models have to satisfy, if they can.
        compiler, scope = self.made.compiler, Scope({}, sizes)
        left, right = compiler.compile(name, scope), compiler.compile(value, scope)
        self.made.signs.append(Constraint(left, Relation.EQUAL, right))

    def _key(self, family: Family, sizes: Sizes) -> FamilyKey:
        return family.name, tuple(integer(index, sizes) for index in family.indices)

    def _independence(self, statement: Independence, sizes: Sizes) -> None:
        def atoms(names: Iterable[Any]) -> frozenset[Atom]:
            return frozenset(atom for name in names for atom in atoms_of(name, sizes))

        family = statement.family
        parameters = frozenset(parameter_slot(family, k) for k in range(len(family.parameters)))
        wanted = Separation(atoms(statement.left), atoms(statement.right), atoms(statement.given) | parameters)
        self.separations.setdefault(self._key(family, sizes), []).append(wanted)
        everything = (*statement.left, *statement.right, *statement.given)
        self.made.compiler.density(Density(family, everything), Scope({}, sizes))

    def _product(self, joint: Density, factors: Sequence[tuple[Density, Sizes]], sizes: Sizes) -> None:
        key = self._key(joint.family, sizes)
        of, given, scope, places = self._open(joint, sizes)
        made: list[Factor] = []
        for factor, local in factors:
            inner = Scope(scope.places, local)
            same = (
                self._key(factor.family, local) == key
                and is_plain(factor)
                and (not factor.family.parameters or factor.family.parameters == joint.family.parameters)
            )
            if same:
                mention = self.world.mentions[self._mentioned(factor, inner)]
                made.append(Factor(mention.of, mention.given))
                continue
            node = self.made.compiler.density(factor, inner)
            names = [item.value if isinstance(item, At) else item for item in factor.of]
            left = tuple(atom for name in names for atom in atoms_of(name, local))
            pinned = self._pinned(node, left, (*of, *given), places)
            if self._key(factor.family, local) == key:
                pinned = replace(pinned, needs=self._slots_of(factor, local))
                self.copied |= {atom[0] for atom in left}
            made.append(pinned)
        made = _tied(made, self.copies)
        modelled = [atom for factor in made for atom in factor.of]
        if sorted(map(str, modelled)) != sorted(map(str, of)):
            raise NotSupported(f"the factors of {joint} do not model each of its variables once")
        used = frozenset(atom for factor in made for atom in factor.given) - frozenset(of)
        self.products.setdefault(key, []).append(tuple(made))
        if unused := frozenset(given) - used:
            self.separations.setdefault(key, []).append(Separation(frozenset(of), unused, used))

    def _slots_of(self, density: Density, sizes: Sizes) -> tuple[Atom, ...]:
        slots = [item.variable if isinstance(item, At) else item for item in (*density.of, *density.given)]
        return tuple(atom for slot in slots for atom in atoms_of(slot, sizes))

    def _mentioned(self, density: Density, scope: Scope) -> int:
        """The number of the mention of a density, which is made if need be."""
        self.made.compiler.density(density, Scope({}, scope.sizes))
        world, sizes = self.world, scope.sizes
        of = [atom for name in density.of for atom in atoms_of(name, sizes)]
        given = [atom for name in density.given for atom in atoms_of(name, sizes)]
        given += [parameter_slot(density.family, k) for k in range(len(density.family.parameters))]
        return world.mention(self._key(density.family, sizes), of, given)

    def _formula(self, name: Density, value: Any, sizes: Sizes) -> None:
        of, given, scope, places = self._open(name, sizes)
        node = self.made.compiler.compile(value, scope)
        factor = self._pinned(node, of, (*of, *given), places)
        self.products.setdefault(self._key(name.family, sizes), []).append((factor,))
        if unused := frozenset(given) - frozenset(factor.given):
            wanted = Separation(frozenset(of), unused, frozenset(factor.given))
            self.separations.setdefault(self._key(name.family, sizes), []).append(wanted)

    def _cell(self, name: Density, value: Any, sizes: Sizes) -> None:
        """Entries of a table that are given: `p(z = 1) = 2/5`, `p(x = 1 | z) = f(z)`."""
        world, compiler, key = self.world, self.made.compiler, self._key(name.family, sizes)
        compiler.density(name, Scope({}, sizes))
        of = self._slots_of(Density(name.family, name.of), sizes)
        given: tuple[Atom, ...] = ()
        if name.given:
            given = self._slots_of(Density(name.family, name.given), sizes)
        given += tuple(parameter_slot(name.family, k) for k in range(len(name.family.parameters)))
        at: list[int | None] = []
        places: dict[Atom, int] = {}
        for item in (*name.of, *name.given):
            if isinstance(item, At):
                at.append(integer(item.value, sizes))
            else:
                for atom in atoms_of(item, sizes):
                    at.append(None)
                    places[atom] = world.place(atom)
        for parameter in name.family.parameters:
            at.append(None)
            places[atoms_of(parameter, sizes)[0]] = world.place(atoms_of(parameter, sizes)[0])
        if any(isinstance(item, At) and not item.value.is_Integer for item in (*name.of, *name.given)):
            raise NotSupported(f"{name} fixes a value that is not a number")
        node = compiler.compile(value, Scope(places, sizes))
        self.given_values.append((key, of, given, name, value, sizes))
        number = self.cells.setdefault(key, {}).setdefault((of, given), len(self.made.cells))
        if number == len(self.made.cells):
            self.made.cells.append([])
        self.made.cells[number].append(Cell(tuple(at), node, tuple(places.values())))

    def _with_cells(self, key: FamilyKey, products: tuple[tuple[Factor, ...], ...]) -> tuple[tuple[Factor, ...], ...]:
        """Factors that the given entries fill: those of the declared product, or else the entries' own."""
        cells = self.cells.get(key, {})
        if not cells:
            return products
        if products:
            left = set(cells)
            products = tuple(tuple(self._filled(factor, cells, left) for factor in product) for product in products)
        else:
            chosen: list[Factor] = []
            left = set()
            modelled: set[Atom] = set()
            for (of, given), number in cells.items():
                if modelled & set(of):
                    left.add((of, given))
                    continue
                modelled |= set(of)
                chosen.append(Factor(of, given, cells=number))
            products = (tuple(chosen),)
        compiler = self.made.compiler
        for family, of, given, name, value, sizes in self.given_values:
            # An entry of no factor's table is a consequence of the others, and has to come out right.
            if family == key and (of, given) in left:
                scope = Scope({}, sizes)
                pair = compiler.compile(name, scope), Relation.EQUAL, compiler.compile(value, scope)
                self.made.signs.append(Constraint(*pair))
        return products

    @staticmethod
    def _filled(factor: Factor, cells: dict[Conditional, int], left: set[Conditional]) -> Factor:
        for (of, given), number in cells.items():
            if set(of) == set(factor.of) and set(given) == set(factor.given) and factor.pin is None:
                left.discard((of, given))
                return Factor(of, given, cells=number)
        return factor

    def _open(self, joint: Density, sizes: Sizes) -> tuple[tuple[Atom, ...], tuple[Atom, ...], Scope, dict[Atom, int]]:
        """The slots of a joint density, and a scope in which each has a place of its own."""
        if not is_plain(joint):
            raise NotSupported(f"{joint} fixes a value, so it does not say what a whole table is")
        number = self._mentioned(joint, Scope({}, sizes))
        mention, world = self.world.mentions[number], self.world
        names = [*mention.of, *mention.given]
        for k, value in enumerate(joint.family.parameters):
            names[names.index(parameter_slot(joint.family, k))] = atoms_of(value, sizes)[0]
        slots = (*mention.of, *mention.given)
        places = {slot: world.place(slot) for slot in slots}
        scope = Scope({name: places[slot] for name, slot in zip(names, slots, strict=True)}, sizes)
        return mention.of, mention.given, scope, places

    def _pinned(self, node: Node, of: tuple[Atom, ...], slots: tuple[Atom, ...], places: dict[Atom, int]) -> Factor:
        if not set(of) <= set(places):
            raise NotSupported("a declared factor models a variable that is not in the joint density")
        given = tuple(slot for slot in slots if slot not in of and places[slot] in node.free)
        self.made.pins.append(Pin(node, tuple(places[slot] for slot in (*of, *given))))
        return Factor(of, given, len(self.made.pins) - 1)

    def densities(self, inlined: Iterable[tuple[Any, Inlined]]) -> None:
        """Formulas for densities: they must be densities, and must not be mixed with tables of the same family."""
        tabled = {mention.family for mention in self.world.mentions}
        for (key, of, given), formula in inlined:
            if key in tabled:
                raise NotSupported(f"some densities of {key[0]} are given by a formula and others are not")
            self.made.formulas.append((key, of, given, formula))

    def finish(self) -> None:
        """Plan the table of every family that was mentioned."""
        random = Random(0)
        for key in dict.fromkeys(mention.family for mention in self.world.mentions):
            self._finish(key, random)

    def _finish(self, key: FamilyKey, random: Random) -> None:
        world, made = self.world, self.made
        mentions = [mention for mention in world.mentions if mention.family == key]
        parameters = tuple(((f"{key[0]}#", k), ()) for k in range(world.arity.get(key, 0)))
        variables = tuple(dict.fromkeys((*parameters, *(a for m in mentions for a in (*m.given, *m.of)))))
        inputs = tuple(
            atom for atom in variables if atom in parameters or all(atom in mention.given for mention in mentions)
        )
        _unambiguous(key[0], [atom for atom in variables if atom[0] not in self.copied])
        separations = list(self.separations.get(key, ()))
        for mention in mentions:
            missing = frozenset(parameters) - frozenset(mention.given)
            if missing and len(missing) < len(parameters):
                raise NotSupported(f"{key[0]} is written with different parameters in different places")
            if missing:
                # A member written without the parameter is one that does not depend on it.
                separations.append(Separation(frozenset(mention.of), missing, frozenset(mention.given)))
        products = self._with_cells(key, tuple(dict.fromkeys(self.products.get(key, ()))))
        if not products and not separations:
            products = self._draws(mentions, variables, inputs)
        made.inputs[key] = world.inputs[key] = inputs
        world.parameters[key] = parameters
        made.plans[key] = plan(Structure(variables, inputs, products, tuple(separations)), random)

    def _draws(
        self, mentions: Sequence[Mention], variables: Sequence[Atom], inputs: Sequence[Atom]
    ) -> tuple[tuple[Factor, ...], ...]:
        """A family that only ever sees one draw at a time treats all draws alike."""
        for base in self.copies:
            entries = [atom for atom in variables if atom[0] == base and atom[1] and atom not in inputs]
            if len(entries) < 2 or any(sum(a in entries for a in (*m.of, *m.given)) > 1 for m in mentions):
                continue
            rest = tuple(atom for atom in variables if atom not in entries)
            others = tuple(atom for atom in rest if atom not in inputs)
            first = (Factor(others, tuple(inputs)),) if others else ()
            return ((*first, *(Factor((atom,), rest, tie=(base, ())) for atom in entries)),)
        return ()


_ORDERS = {Relation.LESS, Relation.LESS_EQUAL, Relation.GREATER, Relation.GREATER_EQUAL}


def _base(name: Any) -> Any:
    if isinstance(name, AppliedUndef):
        return name.func.__name__
    return name.base if isinstance(name, Entry) else name


def _unambiguous(name: str, variables: Sequence[Atom]) -> None:
    plain = {base for base, indices in variables if not indices}
    for base, indices in variables:
        if indices and base in plain:
            raise NotSupported(
                f"{name} is a density of {base} and of entries of {base}; it is not clear whether the entries are "
                f"parts of {base} or copies of it"
            )


def _factors(value: Any, sizes: Sizes) -> list[tuple[Density, Sizes]] | None:
    """The densities that a product consists of, written out over its indices; None for anything else."""
    if isinstance(value, Density):
        return [(value, sizes)]
    if isinstance(value, sp.Mul):
        found: list[tuple[Density, Sizes]] = []
        for part in value.args:
            inner = _factors(part, sizes)
            if inner is None:
                return None
            found.extend(inner)
        return found
    if isinstance(value, IndexProduct):
        found = []
        for k in range(integer(value.lower, sizes), integer(value.upper, sizes) + 1):
            inner = _factors(value.body, {**sizes, value.index: k})
            if inner is None:
                return None
            found.extend(inner)
        return found
    return None


def _closed(family: Family) -> bool:
    return all(index.is_Integer for index in family.indices)


def copies_in(term: Any) -> Iterator[Any]:
    """Names of which a product over an index says that their entries are independent draws from one law."""
    if not isinstance(term, Basic):
        return
    for item in found_in(term, IndexProduct):
        body, index = item.body, item.index
        if isinstance(body, Density) and len(body.of) == 1 and not body.family.indices:
            entry = body.of[0]
            if (
                isinstance(entry, Entry)
                and entry.indices == (index,)
                and index not in Density(body.family, (sp.Symbol("_"),), body.given).free_symbols
            ):
                yield entry.base


def _tied(factors: Sequence[Factor], copies: set[Any]) -> list[Factor]:
    """Factors of one draw each, given the same things, share their entries."""
    return [
        replace(factor, tie=(factor.of[0][0], ()))
        if factor.pin is None
        and len(factor.of) == 1
        and factor.of[0][1]
        and factor.of[0][0] in copies
        and all(atom[0] != factor.of[0][0] for atom in factor.given)
        else factor
        for factor in factors
    ]


def _marginal(name: Density, value: Any) -> tuple[Density, Any] | None:
    """`q(z) = \\int r(x) q(z | x) dx` says that `q(x, z) = r(x) q(z | x)`, as far as `q(x, z)` is used at all."""
    if isinstance(value, Integral):
        body = value.body
    elif isinstance(value, Expectation):
        body = value.body * value.law
    else:
        return None
    try:
        return Density(name.family, (*name.of, *value.bound), name.given), body
    except IllFormed:
        return None
