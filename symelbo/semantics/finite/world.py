"""A world: everything that some terms mention, made concrete, and the tables that a model puts into it.

While terms are compiled, the world learns which names share a space, which families there are and which of their
conditionals are looked up. A model then loads spaces, tables, numbers and functions, and compiled terms can be run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import product
from operator import itemgetter
from typing import Any

import flint
from flint import fmpq

from symelbo.errors import NotSupported
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.indices import Atom, Sizes, atom_name

__all__ = ["FamilyKey", "Mention", "Node", "Space", "Table", "Undefined", "World", "precision"]

Number = Any  # fmpq or arb
Environment = list[int]
Run = Callable[[Environment], Number]
FamilyKey = tuple[str, tuple[int, ...]]


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Compute in balls of so many bits inside the block."""
    before = flint.ctx.prec
    flint.ctx.prec = bits
    try:
        yield
    finally:
        flint.ctx.prec = before


class Undefined(Exception):
    """A division by zero or a logarithm of nothing: the model does not count for the claim."""


@dataclass(frozen=True, slots=True)
class Node:
    """A compiled term: what computes it, and the places in the environment that it reads."""

    run: Run
    free: frozenset[int]


@dataclass(frozen=True, slots=True)
class Mention:
    """One conditional of a family that is looked up."""

    family: FamilyKey
    of: tuple[Atom, ...]
    given: tuple[Atom, ...]


@dataclass(frozen=True, slots=True)
class Space:
    """The points of a variable, each with the number that it is when it is calculated with."""

    labels: tuple[fmpq, ...]


class Table:
    """A joint table of a family, and its marginals and conditionals as far as they were asked for."""

    def __init__(self, variables: Sequence[Atom], entries: dict[tuple[int, ...], fmpq]) -> None:
        self.variables = tuple(variables)
        self.entries = entries
        self._marginals: dict[tuple[Atom, ...], dict[tuple[int, ...], fmpq]] = {self.variables: entries}

    def marginal(self, atoms: tuple[Atom, ...]) -> dict[tuple[int, ...], fmpq]:
        """Sums over all other variables, by the states of `atoms` in the order given."""
        found = self._marginals.get(atoms)
        if found is None:
            places = [self.variables.index(atom) for atom in atoms]
            found = {}
            for states, value in self.entries.items():
                key = tuple([states[place] for place in places])
                found[key] = found[key] + value if key in found else value
            self._marginals[atoms] = found
        return found

    def conditional(self, of: tuple[Atom, ...], given: tuple[Atom, ...]) -> dict[tuple[int, ...], fmpq]:
        """The table of `of` given `given`, by the states of both together."""
        joint = self.marginal(of + given)
        if not given:
            return joint
        below, cut = self.marginal(given), len(of)
        return {states: value / below[states[cut:]] for states, value in joint.items()}


@dataclass
class World:
    """What is shared by all models of some terms; see the module's docstring."""

    sizes: Sizes = field(default_factory=dict)
    budget: Budget = field(default_factory=Budget)

    def __post_init__(self) -> None:
        self.atoms: list[Atom] = []  # the name at each place of the environment
        self.start: Environment = []  # states to begin with: zero, or that of a constant
        self.free: dict[Atom, int] = {}  # places of the free names
        self.constants: dict[tuple[Atom, int], int] = {}
        self.numeric: set[Atom] = set()  # names that are calculated with
        self.ranges: dict[Atom, tuple[int, ...]] = {}  # variables whose values are counted
        self.spatial: set[Atom] = set()  # names that range over a space: slots, and bound variables
        self.mentions: list[Mention] = []
        self.arity: dict[FamilyKey, int] = {}
        self.inputs: dict[FamilyKey, tuple[Atom, ...]] = {}  # variables that a family never models
        self.parameters: dict[FamilyKey, tuple[Atom, ...]] = {}
        self.functions: dict[str, Any] = {}  # name -> one application, for its assumptions
        self.counts: list[int] = []  # how many states each place has, once a model is loaded
        self.labels: list[tuple[fmpq, ...]] = []
        self.tables: dict[FamilyKey, Table] = {}
        self.closed = False  # whether logarithms stay in closed form instead of becoming balls
        self.function: Callable[[str, tuple[Number, ...]], Number] = _no_function
        self.tangents: Callable[[int, Atom], dict[tuple[int, ...], fmpq]] = _no_tangents
        self._views: list[dict[tuple[int, ...], fmpq] | None] = []
        self._places: dict[Mention, int] = {}
        self._same: dict[Atom, Atom] = {}
        self._memos: list[dict[Any, Number]] = []

    # names and spaces

    def place(self, atom: Atom) -> int:
        """A new place in the environment for a name."""
        self.atoms.append(atom)
        self.start.append(0)
        return len(self.atoms) - 1

    def free_place(self, atom: Atom) -> int:
        """The place of a free name."""
        found = self.free.get(atom)
        if found is None:
            found = self.free[atom] = self.place(atom)
        return found

    def constant_place(self, slot: Atom, value: int) -> int:
        """A place that always holds the state of `slot` with this number."""
        found = self.constants.get((slot, value))
        if found is None:
            self.spatial.add(slot)
            found = self.constants[(slot, value)] = self.place(slot)
        return found

    def root(self, atom: Atom) -> Atom:
        """The name that stands for all names of the same space."""
        while (above := self._same.get(atom, atom)) != atom:
            atom = above
        return atom

    def unify(self, first: Atom, second: Atom) -> None:
        """The two names range over the same space."""
        first, second = self.root(first), self.root(second)
        if first != second:
            self._same[second] = first

    def mention(self, family: FamilyKey, of: Iterable[Atom], given: Iterable[Atom]) -> int:
        """The number of a conditional, which is noted when it is new."""
        new = Mention(family, tuple(of), tuple(given))
        found = self._places.get(new)
        if found is None:
            self.mentions.append(new)
            self._views.append(None)
            found = self._places[new] = len(self.mentions) - 1
        return found

    # running

    def reset(self) -> None:
        """Forget every remembered value, because the tables or the precision changed."""
        for memo in self._memos:
            memo.clear()

    def load(self, tables: dict[FamilyKey, Table]) -> None:
        """Use these tables from now on."""
        self.tables = tables
        self._views = [None] * len(self.mentions)
        self.reset()

    def view(self, number: int) -> dict[tuple[int, ...], fmpq]:
        """The table behind a mention."""
        found = self._views[number]
        if found is None:
            found = self._views[number] = self._looked_up(self.mentions[number])
        return found

    def _looked_up(self, item: Mention) -> dict[tuple[int, ...], fmpq]:
        try:
            table = self.tables[item.family]
        except KeyError:  # a number that a mean fixes is asked for before there are tables
            raise NotSupported(f"the model has no table of {item.family[0]} yet") from None
        missing = tuple(slot for slot in self.parameters.get(item.family, ()) if slot not in item.given)
        if any(atom not in table.variables for atom in (*item.of, *item.given)) or any(
            atom not in item.given and atom not in missing for atom in self.inputs.get(item.family, ())
        ):
            raise NotSupported(f"the model has no table of {item.family[0]} over {describe(item.of)}")
        found = table.conditional(item.of, item.given + missing)
        if not missing:
            return found
        # Written without its parameter, a member does not depend on it: any value of the parameter will do.
        cut = -len(missing)
        return {states[:cut]: value for states, value in found.items() if not any(states[cut:])}

    def remembered(self, node: Node) -> Node:
        """The same node, computed once for each state of what it depends on."""
        memo: dict[Any, Number] = {}
        self._memos.append(memo)
        places = sorted(node.free)
        run = node.run
        if not places:

            def constant(env: Environment) -> Number:
                value = memo.get(None)
                if value is None:
                    value = memo[None] = run(env)
                return value

            return Node(constant, node.free)
        key_of = itemgetter(*places)

        def looked_up(env: Environment) -> Number:
            key = key_of(env)
            value = memo.get(key)
            if value is None:
                value = memo[key] = run(env)
            return value

        return Node(looked_up, node.free)

    def summed(self, places: Sequence[int], body: Node) -> Node:
        """The sum of a node over all states of some places."""
        run, inside = body.run, tuple(places)

        def total(env: Environment) -> Number:
            counts = self.counts
            value: Number = _ZERO
            done = 0
            for states in product(*(range(counts[place]) for place in inside)):
                for place, state in zip(inside, states, strict=True):
                    env[place] = state
                value = value + run(env)
                done += 1
            self.budget.spend(done)
            return value

        return self.remembered(Node(total, body.free - set(inside)))


_ZERO = fmpq(0)


def _no_function(name: str, arguments: tuple[Number, ...]) -> Number:
    raise NotSupported(f"the function {name} has no values yet")


def _no_tangents(number: int, slot: Atom) -> dict[tuple[int, ...], fmpq]:
    raise NotSupported("the derivatives of the densities are not known yet")


def describe(atoms: Iterable[Atom]) -> str:
    """Names in a row, for messages and tables."""
    return ", ".join(map(atom_name, atoms))
