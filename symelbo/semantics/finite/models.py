"""Random concrete models: exact tables that satisfy a context by construction, numbers with their signs, functions.

A model is rebuilt from its *genes*, the small choices that were made for it (weights of a row, a number, a value of a
function). To shrink a model is to change a gene and build again.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from random import Random
from typing import Any

from flint import fmpq

from symelbo.errors import IllFormed, NotSupported
from symelbo.language import Context, Relation
from symelbo.semantics.arithmetic.intervals import allowed, assumed_of, bounds_of, named_points
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.blueprint import Blueprint, Constraint
from symelbo.semantics.finite.compiler import Scope
from symelbo.semantics.finite.indices import Atom, atom_name, size_choices
from symelbo.semantics.finite.planning import blueprint
from symelbo.semantics.finite.structure import Factor
from symelbo.semantics.finite.tangents import TangentTables
from symelbo.semantics.finite.world import FamilyKey, Node, Number, Table, Undefined, World, precision

__all__ = ["Genes", "Layout", "Model", "Rejected", "blueprints", "sample_model"]

Genes = dict[tuple[Any, ...], Any]
Row = list[tuple[tuple[int, ...], fmpq]]
_MAX_ENTRIES = 20_000
_MAX_TRIES = 60
_MOST_VARYING = 14
_NEAR_ENDS = 5
_PRECISION = 64


class Rejected(Exception):
    """The draw does not satisfy the context; draw again."""


class Layout:
    """A blueprint with a number of states for each space: what a model is drawn from."""

    def __init__(self, plan: Blueprint, states: int = 2) -> None:
        self.plan = plan
        self.world = world = plan.world
        self.formulas = list(_compiled(plan))
        self.roots = {world.root(atom) for atom in world.spatial}
        self.points: dict[Atom, tuple[int, ...]] = {}  # spaces whose points are named by numbers
        named: dict[Atom, set[int]] = {}
        for slot, value in world.constants:
            named.setdefault(world.root(slot), set()).add(value)
        for root, values in named.items():
            self.points[root] = named_points(values)
        for atom, counted in world.ranges.items():
            root = world.root(atom)
            if not named.setdefault(root, set()) <= set(counted):
                raise NotSupported(f"{atom_name(atom)} takes a value outside of its range")
            named[root] |= set(counted)
            self.points[root] = counted
        self.counts = {root: len(self.points[root]) if root in self.points else states for root in self.roots}
        self._only_ends()
        self.calculated = {world.root(atom) for atom in world.numeric} & self.roots
        self.scalars = [(atom, place) for atom, place in world.free.items() if world.root(atom) not in self.roots]
        self.bounds = bounds_of(plan.intervals)
        for key, atoms in self._tables():
            if prod(self.count(atom) for atom in atoms) > _MAX_ENTRIES:
                raise NotSupported(f"the tables of {key[0]} would be too large: {len(atoms)} variables")

    def _tables(self) -> Iterator[tuple[FamilyKey, set[Atom]]]:
        """The variables of each family's table."""
        for key, factors in self.plan.plans.items():
            yield key, {a for f in factors for a in (*f.of, *f.given)} | set(self.plan.inputs[key])

    def _only_ends(self) -> None:
        """In a long sequence only what stands near its ends varies: a variable in the middle has one state."""
        long = [atoms for _, atoms in self._tables() if len(atoms) > _MOST_VARYING]
        if not long or any(f.tie is not None for factors in self.plan.plans.values() for f in factors):
            return  # draws of one law have the same space
        kept: set[Atom] = set()
        for base in {base for atoms in long for base, indices in atoms if len(indices) == 1}:
            places = sorted({indices[0] for atoms in long for other, indices in atoms if other == base and indices})
            near = places if len(places) <= _NEAR_ENDS else [*places[:3], *places[-2:]]
            kept |= {self.world.root((base, (place,))) for place in near}
        middle = {self.world.root(atom) for atoms in long for atom in atoms if len(atom[1]) == 1}
        for root in middle - kept - set(self.points):
            self.counts[root] = 1

    def count(self, atom: Atom) -> int:
        """How many states a variable has."""
        return self.counts.get(self.world.root(atom), 1)

    def draw(self, random: Random, genes: Genes | None = None, wild: bool = False, tries: int = _MAX_TRIES) -> Model:
        """A model of the context; genes given are kept, the others drawn. Raises `Rejected` when none is found."""
        for _ in range(tries):
            try:
                return Model(self, random, dict(genes or {}), wild)
            except (Rejected, Undefined, ZeroDivisionError):
                continue
        raise Rejected


def _compiled(plan: Blueprint) -> Iterator[tuple[Node, tuple[int, ...], tuple[int, ...]]]:
    """The formulas that are densities, with the places of what they are densities of and of all else they vary with."""
    world = plan.world
    for _, of, given, formula in plan.formulas:
        world.spatial.update((*of, *given))
        places = dict(zip(formula.names, [world.place(atom) for atom in (*of, *given)], strict=True))
        node = plan.compiler.compile(formula.value, Scope(places, formula.sizes))
        modelled = tuple(places.values())[: len(of)]
        constants = set(world.constants.values())
        yield node, modelled, tuple(sorted(node.free - set(modelled) - constants))


class _Tables(dict[FamilyKey, Table]):
    """Tables that are built when they are first asked for, so that one family's may rest on another's."""

    def __init__(self, model: Model) -> None:
        super().__init__()
        self.model = model
        self.building: set[FamilyKey] = set()

    def __missing__(self, key: FamilyKey) -> Table:
        if key in self.building:
            raise NotSupported(f"the assumptions define {key[0]} by itself")
        self.building.add(key)
        self[key] = table = self.model.build(key)
        self.model.world.load(self)
        return table


class Model:
    """One concrete model, loaded into its world on demand.

    `genes` holds every choice that was made; `tables` the exact joint tables.
    """

    def __init__(self, layout: Layout, random: Random, genes: Genes, wild: bool = False) -> None:
        self.layout = layout
        self.world: World = layout.world
        self.random = random
        self.genes = genes
        self.wild = wild
        self.fractions = random.random() < 0.4  # numbers below one, where roots such as sqrt(1 - a) exist
        self.asked: dict[tuple[Any, ...], None] = {}  # function values in the order they were needed
        self._labels: list[tuple[fmpq, ...]] = []
        self.tables = _Tables(self)
        self._numbers()
        self.load()
        for key in layout.plan.plans:
            self.tables[key]
        for constraint in layout.plan.signs:
            if not self.satisfies(constraint):
                raise Rejected
        for formula in layout.formulas:
            if not self.is_density(*formula):
                raise Rejected

    def gene(self, key: tuple[Any, ...], draw: Any) -> Any:
        """A choice: the one already made, or a new one."""
        if key not in self.genes:
            self.genes[key] = draw()
        return self.genes[key]

    # loading

    def load(self) -> None:
        """Put this model into the world, so that compiled terms are evaluated on it."""
        world = self.world
        for place in range(len(self._labels), len(world.atoms)):
            root = world.root(world.atoms[place])
            if root not in self.layout.roots:
                raise NotSupported(f"the model has no value for {atom_name(world.atoms[place])}")
            self._labels.append(self.points(root))
        world.labels = self._labels
        world.counts = [len(labels) for labels in self._labels]
        world.function = self.function
        world.tangents = TangentTables(self)
        world.load(self.tables)

    def environment(self) -> list[int]:
        """A fresh environment: constants at their states, all else at the first."""
        world = self.world
        env = list(world.start)
        for (slot, value), place in world.constants.items():
            try:
                env[place] = self.points(world.root(slot)).index(fmpq(value))
            except ValueError:
                raise NotSupported(f"{atom_name(slot)} has no state {value} in this model") from None
        return env

    # numbers and functions

    def points(self, root: Atom) -> tuple[fmpq, ...]:
        """The points of a space, as numbers."""
        layout = self.layout
        if root in layout.points:
            return tuple(map(fmpq, layout.points[root]))
        count = layout.counts[root]
        if root not in layout.calculated:
            return tuple(map(fmpq, range(count)))
        found: tuple[fmpq, ...] = self.gene(("points", root), lambda: self._drawn_points(root, count))
        return found

    def _drawn_points(self, root: Atom, count: int) -> tuple[fmpq, ...]:
        world = self.world
        name = next(a[0] for a in world.atoms if world.root(a) == root and not isinstance(a[0], tuple))
        pool = self.layout.bounds.pool(name, assumed_of(name))
        whole = [value for value in pool if value.denominator == 1]
        if self.random.random() < 0.5 and {0, 1} <= set(pool) and count <= 3:
            chosen = [Fraction(k) for k in range(count)]
        else:
            chosen = sorted(self.random.sample(whole if len(whole) >= count else pool, count))
        return tuple(map(_rational, chosen))

    def _numbers(self) -> None:
        layout, world = self.layout, self.world
        scalars = {place: atom for atom, place in layout.scalars}
        for place, atom in enumerate(world.atoms):
            if place in scalars:
                self._labels.append((self.gene(("number", atom), lambda a=atom: self._drawn_number(a[0])),))
            else:
                self._labels.append(self.points(world.root(atom)))
        solved: set[int] = set()
        for constraint in layout.plan.signs:
            if constraint.relation is Relation.EQUAL:
                self._solve(constraint, scalars, solved)
        for place, atom in scalars.items():
            if not allowed(atom[0], self._labels[place][0]):
                raise Rejected

    def _drawn_number(self, base: Any) -> fmpq:
        """A number for a name: positive where nothing is said, because letters such as variances leave that unsaid."""
        pool = self.layout.bounds.pool(base, assumed_of(base))
        pool = [value for value in pool if value > 0] or pool
        if self.fractions:
            pool = [value for value in pool if value < 1] or pool
        return _rational(self.random.choice(pool))

    def _solve(self, constraint: Constraint, scalars: dict[int, Atom], solved: set[int]) -> None:
        """Choose one number so that an equation between numbers holds, if it is linear in it."""
        self.world.labels = self._labels
        self.world.counts = [len(labels) for labels in self._labels]
        self.world.function = self.function
        open_places = sorted((constraint.left.free | constraint.right.free) & set(scalars) - solved)
        for place in open_places:
            values = []
            for trial in range(3):
                self._labels[place] = (fmpq(trial),)
                self.world.reset()
                env = list(self.world.start)
                values.append(constraint.left.run(env) - constraint.right.run(env))
            slope = values[1] - values[0]
            if all(isinstance(v, fmpq) for v in values) and values[2] - values[1] == slope and slope != 0:
                solution = -values[0] / slope
                self._labels[place] = (solution,)
                self.genes[("number", scalars[place])] = solution
                solved.add(place)
                self.world.reset()
                return
            self._labels[place] = (self.genes[("number", scalars[place])],)
        self.world.reset()

    def without(self, families: Container[FamilyKey]) -> Genes:
        """The choices behind this model, but for the tables of some families."""
        return {key: gene for key, gene in self.genes.items() if key[0] != "row" or key[1] not in families}

    def function(self, name: str, arguments: tuple[Number, ...]) -> Number:
        """A value of an opaque function, drawn when it is first asked for."""
        if not all(isinstance(argument, fmpq) for argument in arguments):
            raise NotSupported(f"{name} is applied to a number that is not rational, so its value cannot be looked up")
        term = self.world.functions[name]
        self.asked[("function", name, arguments)] = None
        pool = self.layout.bounds.pool(name, assumed_of(term))
        return self.gene(("function", name, arguments), lambda: _rational(self.random.choice(pool)))

    # tables

    def build(self, key: FamilyKey) -> Table:
        """The joint table of a family from its plan."""
        plan = self.layout.plan
        inputs = plan.inputs[key]
        variables = list(inputs)
        entries = {states: fmpq(1) for states in self.states(inputs)}
        for number, factor in enumerate(plan.plans[key]):
            rows: dict[tuple[int, ...], Row] = {}
            if factor.needs:
                # The expression that fixes this factor reads the part of the table that is built already.
                self.tables[key] = Table(variables, entries)
                self.world.load(self.tables)
            where = [variables.index(atom) for atom in factor.given]
            longer: dict[tuple[int, ...], fmpq] = {}
            for states, value in entries.items():
                given = tuple([states[place] for place in where])
                row = rows.get(given)
                if row is None:
                    row = rows[given] = self.row(key, number, factor, given)
                for more, share in row:
                    longer[states + more] = value * share
            variables.extend(factor.of)
            entries = longer
        return Table(variables, entries)

    def row(self, key: FamilyKey, number: int, factor: Factor, given: tuple[int, ...]) -> Row:
        """One row of a factor: the states of its variables with their probabilities, which sum to one."""
        states = list(self.states(factor.of))
        if factor.pin is not None:
            return list(zip(states, self._pinned(factor, states, given), strict=True))
        if factor.cells is not None:
            return list(zip(states, self._given(key, number, factor, states, given), strict=True))
        name = number if factor.tie is None else factor.tie
        weights = self.gene(("row", key, name, given), lambda: self._weights(len(states)))
        total = sum(weights)
        return [(state, fmpq(weight, total)) for state, weight in zip(states, weights, strict=True)]

    def _pinned(self, factor: Factor, states: Iterable[tuple[int, ...]], given: tuple[int, ...]) -> list[fmpq]:
        assert factor.pin is not None
        pin = self.layout.plan.pins[factor.pin]
        constants = set(self.world.constants.values())
        if any(len(self._labels[place]) > 1 for place in pin.node.free - set(pin.places) - constants):
            raise NotSupported("an assumption fixes a density by something that is free outside of it")
        env = self.environment()
        values = []
        for state in states:
            for place, point in zip(pin.places, (*state, *given), strict=True):
                env[place] = point
            values.append(pin.node.run(env))
        if not all(isinstance(value, fmpq) for value in values):
            raise NotSupported("an assumption gives a density values that are not rational")
        if any(value <= 0 for value in values) or sum(values, fmpq(0)) != 1:
            raise Rejected
        return values

    def _given(
        self, key: FamilyKey, number: int, factor: Factor, states: Sequence[tuple[int, ...]], given: tuple[int, ...]
    ) -> list[fmpq]:
        """A row some of whose entries are given; the others share what is left of one."""
        assert factor.cells is not None
        points = [self.points(self.world.root(atom)) for atom in (*factor.of, *factor.given)]
        values: list[fmpq | None] = []
        env = self.environment()
        for state in states:
            at = (*state, *given)
            labels = [known[k] for known, k in zip(points, at, strict=True)]
            found = None
            for cell in self.layout.plan.cells[factor.cells]:
                if all(wanted is None or label == wanted for label, wanted in zip(labels, cell.at, strict=True)):
                    anything = [k for k, wanted in zip(at, cell.at, strict=True) if wanted is None]
                    for place, k in zip(cell.places, anything, strict=True):
                        env[place] = k
                    value = cell.node.run(env)
                    if not isinstance(value, fmpq):
                        raise NotSupported("an assumption gives a probability that is not rational")
                    if value <= 0 or (found is not None and found != value):
                        raise Rejected
                    found = value
            values.append(found)
        open_places = [k for k, value in enumerate(values) if value is None]
        left = 1 - sum((value for value in values if value is not None), fmpq(0))
        if (left <= 0) if open_places else (left != 0):
            raise Rejected
        weights: tuple[int, ...] = (1,)
        if len(open_places) > 1:
            weights = self.gene(("row", key, number, given), lambda: self._weights(len(open_places)))
        shares = iter([left * fmpq(weight, sum(weights)) for weight in weights])
        return [next(shares) if value is None else value for value in values]

    def _weights(self, count: int) -> tuple[int, ...]:
        choices = (1, 1, 2, 5, 12, 30) if self.wild else (1, 2, 3) if count > 2 else (1, 2, 3, 4)
        return tuple(self.random.choice(choices) for _ in range(count))

    def states(self, atoms: Sequence[Atom]) -> Iterator[tuple[int, ...]]:
        """All states of some variables together."""
        return product(*(range(self.layout.count(atom)) for atom in atoms))

    # checking

    def satisfies(self, constraint: Constraint) -> bool:
        """Whether a constraint holds at all states, decided exactly or by separated balls; undecided counts as not."""
        left, right = constraint.left, constraint.right
        places = sorted(left.free | right.free)
        env = self.environment()
        test = _HOLDS.get(constraint.relation)
        if test is None:
            raise NotSupported("an assumption up to a constant does not say what a model is")
        constants = set(self.world.constants.values())
        free = [place for place in places if place not in constants]
        with precision(_PRECISION):
            for states in product(*(range(len(self._labels[place])) for place in free)):
                for place, state in zip(free, states, strict=True):
                    env[place] = state
                if not test(left.run(env), right.run(env)):
                    return False
        return True

    def is_density(self, node: Node, of: Sequence[int], others: Sequence[int]) -> bool:
        """Whether a formula is positive and sums to one, as far as balls can tell."""
        env = self.environment()
        counts = self.world.counts
        with precision(_PRECISION):
            for given in product(*(range(counts[place]) for place in others)):
                total: Number = fmpq(0)
                for states in product(*(range(counts[place]) for place in of)):
                    for place, state in zip((*others, *of), (*given, *states), strict=True):
                        env[place] = state
                    value = node.run(env)
                    if not value > 0:
                        return False
                    total = total + value
                if not (total == 1 if isinstance(total, fmpq) else total.contains(1) and total.rad() < 1e-9):
                    return False
        return True

    def in_context(self) -> bool:
        """Whether the model satisfies every assumption: structure exactly, signs at all states."""
        checks = list(self.layout.plan.checks())
        self.load()
        return all(self.satisfies(check) for check in (*checks, *self.layout.plan.signs))


def _rational(value: Fraction) -> fmpq:
    return fmpq(value.numerator, value.denominator)


def _equal(left: Number, right: Number) -> bool:
    return isinstance(left, fmpq) and isinstance(right, fmpq) and left == right


_HOLDS: dict[Relation, Callable[[Number, Number], bool]] = {
    Relation.EQUAL: _equal,
    Relation.LESS: lambda a, b: bool(a < b),
    Relation.GREATER: lambda a, b: bool(a > b),
    Relation.LESS_EQUAL: lambda a, b: bool(a <= b),
    Relation.GREATER_EQUAL: lambda a, b: bool(a >= b),
}


def blueprints(terms: Sequence[Any], context: Context, budget: Budget, wrt: Sequence[Any] = ()) -> Iterator[Blueprint]:
    """Blueprints at the sizes worth trying; sizes at which something has no meaning are passed over."""
    reason: NotSupported | IllFormed | None = None
    found = False
    for sizes in size_choices((*terms, *wrt), context):
        try:
            made = blueprint(terms, context, sizes, budget, wrt)
        except (NotSupported, IllFormed) as error:
            reason = error
            continue
        found = True
        yield made
    if not found and reason is not None:
        raise reason


def sample_model(terms: Sequence[Any], context: Context | None = None, *, seed: int = 0, states: int = 2) -> Model:
    """A random model of a context, with everything that the terms mention.

    Raises `NotSupported` when the context cannot be modelled on finite spaces.

    >>> from symelbo.language import family, variables
    >>> x, z = variables("x z")
    >>> model = sample_model([family("p")(x, z)])
    >>> sum(model.tables[("p", ())].entries.values())
    1
    """
    for made in blueprints(terms, context or Context(), Budget()):
        try:
            return Layout(made, states).draw(Random(seed))
        except Rejected:
            continue
    raise NotSupported("no concrete model of the context was found")
