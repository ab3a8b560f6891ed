"""The order in which the variables of a family can be sampled so that its declared structure holds by construction.

A plan is a list of factors, each a conditional table of some variables given earlier ones. Independence in the plan is
read off its graph by the moral graph of ancestors (Lauritzen, Dawid, Larsen and Leimer 1990, proposition 3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise, permutations
from random import Random

from symelbo.errors import NotSupported
from symelbo.semantics.finite.indices import Atom, atom_name

__all__ = ["Factor", "Separation", "Structure", "plan", "separated"]

_MAX_ORDERS = 40


@dataclass(frozen=True, slots=True)
class Factor:
    """A table of `of` given `given`.

    `pin` numbers the expression that fixes its entries, None where they are free; `needs` are variables of the same
    family that the expression reads. Factors with the same `tie` have the same entries; `cells` numbers a set of
    single entries that are fixed.
    """

    of: tuple[Atom, ...]
    given: tuple[Atom, ...]
    pin: int | None = None
    needs: tuple[Atom, ...] = ()
    tie: Atom | None = None
    cells: int | None = None

    @property
    def fixed(self) -> bool:
        """Whether its entries are not free to choose."""
        return self.pin is not None or self.cells is not None


@dataclass(frozen=True, slots=True)
class Separation:
    """`left ⟂ right | given`, to hold in every table sampled."""

    left: frozenset[Atom]
    right: frozenset[Atom]
    given: frozenset[Atom]


@dataclass(frozen=True, slots=True)
class Structure:
    """What is declared about one family: products of factors, independences, and the variables never modelled."""

    variables: tuple[Atom, ...]
    inputs: tuple[Atom, ...]
    products: tuple[tuple[Factor, ...], ...] = ()
    separations: tuple[Separation, ...] = ()


Parents = Mapping[Atom, Iterable[Atom]]


def separated(parents: Parents, wanted: Separation) -> bool:
    """Whether the graph implies the independence."""
    return _path(parents, wanted) is None


def _path(parents: Parents, wanted: Separation) -> list[Atom] | None:
    """A shortest path in the moral graph of ancestors that the given variables do not block."""
    ancestors: set[Atom] = set()
    waiting = [*wanted.left, *wanted.right, *wanted.given]
    while waiting:
        atom = waiting.pop()
        if atom not in ancestors:
            ancestors.add(atom)
            waiting.extend(parents.get(atom, ()))
    linked: dict[Atom, set[Atom]] = {atom: set() for atom in ancestors}
    for atom in ancestors:
        group = [atom, *parents.get(atom, ())]
        for first in group:
            linked[first].update(other for other in group if other != first)
    came: dict[Atom, Atom | None] = dict.fromkeys(wanted.left)
    front = list(wanted.left)
    while front:
        following: list[Atom] = []
        for atom in front:
            reached = [other for other in linked[atom] if other not in came and other not in wanted.given]
            for other in sorted(reached, key=atom_name):
                came[other] = atom
                if other in wanted.right:
                    return _back(came, other)
                following.append(other)
        front = following
    return None


def _back(came: Mapping[Atom, Atom | None], last: Atom) -> list[Atom]:
    path = [last]
    while (before := came[path[-1]]) is not None:
        path.append(before)
    return path


def plan(structure: Structure, random: Random) -> tuple[Factor, ...]:
    """Factors in an order they can be sampled in, with every declared product and independence implied.

    Raises `NotSupported` when no such order is found.
    """
    inputs = structure.inputs
    rest = tuple(atom for atom in structure.variables if atom not in inputs)
    implied = [item for product in structure.products for item in _implied(product, structure)]
    wanted = (*structure.separations, *implied)
    if not wanted and not any(factor.fixed for product in structure.products for factor in product):
        return (Factor(rest, inputs),) if rest else ()
    if len(structure.products) == 1:
        written = _as_written(structure, rest)
        graph = _graph(written)
        # What the product itself implies holds in its own graph, where each variable depends on what it is given.
        if all(separated(graph, item) for item in structure.separations):
            return written
    return _searched(structure, rest, wanted, random)


def _graph(factors: Iterable[Factor]) -> dict[Atom, set[Atom]]:
    parents: dict[Atom, set[Atom]] = {}
    for factor in factors:
        before = list(factor.given)
        for atom in factor.of:
            parents[atom] = set(before)
            before.append(atom)
    return parents


def _sorted(product: Sequence[Factor]) -> list[Factor]:
    """The factors of a product, each after those that it depends on."""
    waiting, placed = list(product), []
    modelled = {atom for factor in product for atom in factor.of}
    done: set[Atom] = set()
    while waiting:
        ready = [f for f in waiting if all(atom in done or atom not in modelled for atom in f.given)]
        if not ready:
            raise NotSupported("the declared factors depend on each other in a circle")
        placed.extend(ready)
        done.update(atom for factor in ready for atom in factor.of)
        waiting = [factor for factor in waiting if factor not in ready]
    return placed


def _implied(product: Sequence[Factor], structure: Structure) -> list[Separation]:
    """A product says that each factor's variables forget everything before them that is not after its bar."""
    modelled = {atom for factor in product for atom in factor.of}
    outside = {atom for factor in product for atom in factor.given} - modelled
    found, before = [], list(outside)
    for factor in _sorted(product):
        forgotten = frozenset(before) - frozenset(factor.given)
        if forgotten:
            found.append(Separation(frozenset(factor.of), forgotten, frozenset(factor.given)))
        before.extend(factor.of)
    return found


def _as_written(structure: Structure, rest: tuple[Atom, ...]) -> tuple[Factor, ...]:
    product = _sorted(structure.products[0])
    modelled = {atom for factor in product for atom in factor.of}
    given = {atom for factor in product for atom in factor.given} - modelled
    needed = {atom for factor in product for atom in factor.needs} - modelled
    first = tuple(atom for atom in rest if atom in given or atom in needed)
    factors = [Factor(first, structure.inputs)] if first else []
    factors.extend(product)
    last = tuple(atom for atom in rest if atom not in first and atom not in modelled)
    if last:
        factors.append(Factor(last, (*structure.inputs, *(atom for atom in rest if atom not in last))))
    return tuple(factors)


def _searched(
    structure: Structure, rest: tuple[Atom, ...], wanted: Sequence[Separation], random: Random
) -> tuple[Factor, ...]:
    pins = list(dict.fromkeys(f for product in structure.products for f in product if f.fixed))
    best: tuple[int, dict[Atom, set[Atom]], list[Atom]] | None = None
    for order in _orders(structure, rest, pins, random):
        parents = _complete(structure.inputs, order, pins)
        if parents is None or not _repair(parents, wanted, pins, random):
            continue
        edges = sum(map(len, parents.values()))
        if best is None or edges > best[0]:
            best = (edges, parents, order)
    if best is None:
        raise NotSupported("no order of the variables satisfies all the declared factorisations and independences")
    _, parents, order = best
    grouped = {factor.of[0]: factor for factor in pins}
    inside = {atom for factor in pins for atom in factor.of[1:]}
    position = {atom: k for k, atom in enumerate((*structure.inputs, *order))}
    return tuple(
        grouped.get(atom) or Factor((atom,), tuple(sorted(parents[atom], key=position.__getitem__)))
        for atom in order
        if atom not in inside
    )


def _orders(structure: Structure, rest: tuple[Atom, ...], pins: Sequence[Factor], random: Random) -> list[list[Atom]]:
    """Orders to try: those that the products are written in, then others; pinned groups stay together."""
    heads = {factor.of[0]: factor.of for factor in pins}
    members = {atom for factor in pins for atom in factor.of}
    units = [heads.get(atom, (atom,)) for atom in rest if atom in heads or atom not in members]
    rank: dict[Atom, int] = {}
    for product in structure.products:
        for factor in _sorted(product):
            for atom in factor.of:
                rank.setdefault(atom, len(rank))
    tries = [sorted(units, key=lambda unit: rank.get(unit[0], -1))]
    tries.append(sorted(units, key=lambda unit: rank.get(unit[0], len(rank))))
    if len(units) <= 4:
        tries.extend(list(p) for p in permutations(units))
    else:
        for _ in range(_MAX_ORDERS):
            shuffled = list(units)
            random.shuffle(shuffled)
            tries.append(shuffled)
    return [[atom for unit in order for atom in unit] for order in tries[:_MAX_ORDERS]]


def _complete(inputs: tuple[Atom, ...], order: Sequence[Atom], pins: Sequence[Factor]) -> dict[Atom, set[Atom]] | None:
    parents: dict[Atom, set[Atom]] = {}
    before = list(inputs)
    for atom in order:
        parents[atom] = set(before)
        before.append(atom)
    for factor in pins:
        allowed = set(factor.given)
        for atom in factor.of:
            if not allowed | set(factor.needs) <= parents[atom]:
                return None
            parents[atom] = set(allowed)
            allowed.add(atom)
    return parents


def _repair(
    parents: dict[Atom, set[Atom]], wanted: Sequence[Separation], pins: Sequence[Factor], random: Random
) -> bool:
    """Take edges away until every independence holds; false when only pinned edges are left to take."""
    fixed = {atom for factor in pins for atom in factor.of}
    for item in wanted:  # one after the other: what is separated stays so when more edges are taken away
        while (path := _path(parents, item)) is not None:
            steps = [edge for pair in pairwise(path) for edge in _edges(parents, *pair)]
            edges = [(tail, head) for tail, head in steps if head not in fixed]
            if not edges:
                return False
            tail, head = edges[0] if len(edges) == 1 else random.choice(edges)
            parents[head].discard(tail)
    return True


def _edges(parents: Mapping[Atom, set[Atom]], first: Atom, second: Atom) -> list[tuple[Atom, Atom]]:
    """The edges behind one step of the moral graph: the edge itself, or those into a common child."""
    if first in parents.get(second, ()):
        return [(first, second)]
    if second in parents.get(first, ()):
        return [(second, first)]
    return [(tail, child) for child, before in parents.items() if {first, second} <= before for tail in (first, second)]
