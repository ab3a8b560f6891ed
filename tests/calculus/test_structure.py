"""d-separation against its definition by paths, and prime decomposition against tables of numbers."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations, product
from math import prod
from random import Random
from typing import Any

import pytest
from sympy import Eq

from symelbo import context, family, variables
from symelbo.calculus.structure import Structure, prime_decomposition
from symelbo.language import Context, Density, Factorisation, Independence

NAMES = variables("a b c d e")
p, q = family("p"), family("q")
Parents = dict[Any, list[Any]]


def graph(random: Random, size: int = 5) -> Parents:
    """A random directed graph without cycles: the parents of each name, in an order they can be sampled in."""
    order = random.sample(NAMES[:size], size)
    return {name: [other for other in order[:k] if random.random() < 0.45] for k, name in enumerate(order)}


def declared(parents: Parents) -> Context:
    """The factorisation over a graph."""
    return Context(
        (Factorisation(Density(p, list(parents)), tuple(Density(p, [n], above) for n, above in parents.items())),)
    )


def descendants(parents: Parents, name: Any) -> set[Any]:
    """A name and everything below it."""
    found = {name}
    while more := {child for child, above in parents.items() if set(above) & found} - found:
        found |= more
    return found


def paths(parents: Parents, start: Any, goal: Any) -> Iterator[list[Any]]:
    """Every path without repetition, along arrows of either direction."""
    waiting = [[start]]
    while waiting:
        path = waiting.pop()
        if path[-1] == goal:
            yield path
            continue
        for other in parents:
            if other not in path and (other in parents[path[-1]] or path[-1] in parents[other]):
                waiting.append([*path, other])


def blocked(parents: Parents, path: list[Any], given: set[Any]) -> bool:
    """Pearl's definition: a chain or fork at a given name, or a collider with nothing given at or below it."""
    for before, middle, after in zip(path, path[1:], path[2:], strict=False):
        collider = before in parents[middle] and after in parents[middle]
        if collider and not descendants(parents, middle) & given:
            return True
        if not collider and middle in given:
            return True
    return False


def table(random: Random, parents: Parents) -> dict[tuple[int, ...], Fraction]:
    """A random joint table of binary variables that factorises over the graph, in the order of its names."""
    chances = {
        (name, states): Fraction(random.randint(1, 96), 97)
        for name, above in parents.items()
        for states in product((0, 1), repeat=len(above))
    }
    order = list(parents)
    joint = {}
    for states in product((0, 1), repeat=len(order)):
        value = dict(zip(order, states, strict=True))
        weights = [(chances[(n, tuple(value[o] for o in above))], value[n]) for n, above in parents.items()]
        joint[states] = prod((chance if state else 1 - chance for chance, state in weights), start=Fraction(1))
    return joint


def marginal(
    joint: dict[tuple[int, ...], Fraction], order: list[Any], kept: frozenset[Any]
) -> dict[tuple[int, ...], Fraction]:
    """Sums over the names that are not kept; states stay in the table's order."""
    places = [k for k, name in enumerate(order) if name in kept]
    found: dict[tuple[int, ...], Fraction] = {}
    for states, value in joint.items():
        key = tuple(states[k] for k in places)
        found[key] = found.get(key, Fraction(0)) + value
    return found


@pytest.mark.parametrize("seed", range(12))
def test_separation_is_the_definition_by_paths(seed: int):
    parents = graph(Random(seed))
    structure = Structure.of(declared(parents)).families[p]
    for first, second in combinations(NAMES, 2):
        others = [name for name in NAMES if name not in (first, second)]
        for size in range(len(others) + 1):
            for given in combinations(others, size):
                expected = all(blocked(parents, path, set(given)) for path in paths(parents, first, second))
                assert structure.separated(first, second, frozenset(given)) == expected


@pytest.mark.parametrize("seed", range(12))
def test_product_of_prime_roots_is_the_marginal_on_tables(seed: int):
    random = Random(seed)
    parents = graph(random)
    structure, joint, order = Structure.of(declared(parents)), table(random, parents), list(parents)
    for size in range(1, 6):
        for kept in combinations(NAMES, size):
            parts = structure.decompose(p, frozenset(kept))
            whole = marginal(joint, order, frozenset(kept))
            names = [name for name in order if name in kept]
            factors = [(marginal(joint, order, part), part, exponent) for (_, part), exponent in parts.items()]
            for states, value in whole.items():
                point = dict(zip(names, states, strict=True))
                assert value == prod(
                    (
                        found[tuple(point[n] for n in order if n in part)] ** exponent
                        for found, part, exponent in factors
                    ),
                    start=Fraction(1),
                )


@pytest.mark.parametrize("seed", range(12))
def test_nothing_splits_that_a_table_keeps_together(seed: int):
    """The negative twin: what d-separation does not split, a random table does not satisfy either."""
    random = Random(seed)
    parents = graph(random, 4)
    structure, joint, order = Structure.of(declared(parents)).families[p], table(random, parents), list(parents)
    for first, second in combinations(order, 2):
        given = frozenset(order) - {first, second}
        whole, rest = marginal(joint, order, frozenset(order)), marginal(joint, order, given)
        left, right = marginal(joint, order, given | {first}), marginal(joint, order, given | {second})

        def at(states: tuple[int, ...], kept: frozenset[Any]) -> tuple[int, ...]:
            return tuple(state for state, name in zip(states, order, strict=True) if name in kept)

        independent = all(
            value * rest[at(states, given)] == left[at(states, given | {first})] * right[at(states, given | {second})]
            for states, value in whole.items()
        )
        assert structure.separated(first, second, given) == independent


@pytest.mark.parametrize("seed", range(30))
def test_the_decomposition_does_not_depend_on_the_order_of_names(seed: int):
    random = Random(seed)
    edges = {frozenset(pair) for pair in combinations(NAMES, 2) if random.random() < 0.5}

    def decomposed(order: list[Any]) -> tuple[frozenset[Any], list[Any]]:
        neighbours = {u: {v for v in order if frozenset((u, v)) in edges} for u in order}
        parts, separators = prime_decomposition(neighbours)
        return frozenset(parts), sorted(separators, key=lambda s: sorted(map(str, s)))

    first = decomposed(list(NAMES))
    assert all(decomposed(random.sample(NAMES, 5)) == first for _ in range(5))


def test_a_cycle_of_four_does_not_split():
    a, b, c, d, _ = NAMES
    ring = {a: {b, d}, b: {a, c}, c: {b, d}, d: {a, c}}
    assert prime_decomposition(ring) == ([frozenset({a, b, c, d})], [])
    ring[a].add(c)
    ring[c].add(a)
    parts, separators = prime_decomposition(ring)
    assert set(parts) == {frozenset({a, b, c}), frozenset({a, c, d})}
    assert separators == [frozenset({a, c})]


def test_declared_independence_and_what_it_does_not_say():
    a, b, c, d, _ = NAMES
    structure = Structure.of(Context((Independence(p, (a,), (b, c), (d,)),)))
    assert structure.decompose(p, frozenset({a, b, d})) == {
        (p, frozenset({a, d})): 1,
        (p, frozenset({b, d})): 1,
        (p, frozenset({d})): -1,
    }
    assert structure.families[p].separated(a, b, frozenset({c, d}))
    assert not structure.families[p].separated(a, b, frozenset())
    assert not structure.families[p].separated(b, c, frozenset({d}))
    assert structure.decompose(q, frozenset({a, b, d})) == {(q, frozenset({a, b, d})): 1}


def test_a_factor_of_another_family():
    a, b, *_ = NAMES
    structure = Structure.of(context([Eq(q(a, b), p(a) * q(b | a))]))
    assert structure.decompose(q, frozenset({a})) == {(p, frozenset({a})): 1}
    assert structure.decompose(q, frozenset({b})) == {(q, frozenset({b})): 1}


def test_two_families_that_name_each_other_end():
    a, b, *_ = NAMES
    structure = Structure.of(context([Eq(p(a, b), q(a) * p(b | a)), Eq(q(a, b), p(a) * q(b | a))]))
    assert structure.decompose(p, frozenset({a})) == structure.decompose(q, frozenset({a}))
