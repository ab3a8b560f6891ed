"""Structure of sequences: which roots over `x_{t-1}, x_t, x_0` or `z_{1:t}, x_{1:T}` fall apart, for every `t` and `T`.

A factorisation such as `q(x_{1:T} | x_0) = prod_t q(x_t | x_{t-1})` is the same rule at every `t`, so whether two
groups of variables are separated depends only on the order of their ends and on whether these touch. All orders that
are possible inside the range occur for small `T`; a group is split off only where every one of these instances allows
it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations, islice, product

from sympy import Expr, Integer, Mul

from symelbo.calculus.sequences.intervals import difference, merged
from symelbo.language import Block, Context, Definition, Density, Entry, IndexProduct, replace_free
from symelbo.language.walks import found_in

__all__ = ["Chain", "are_plates", "chains_of", "group_graph"]

_SIZES = (5, 4, 3)
_MOST_INSTANCES = 250  # three free indices, at every place of the largest size and of the smaller ones
Variables = frozenset[Expr]


@dataclass(slots=True)
class Chain:
    """A family's joint density as a product over an index."""

    joint: Density
    value: Expr
    _graphs: dict[tuple[tuple[Expr, int], ...], tuple[Variables, dict[Expr, Variables]]] = field(default_factory=dict)
    _entries: dict[tuple[Expr, tuple[tuple[Expr, Expr], ...]], tuple[Expr, ...]] = field(default_factory=dict)

    @property
    def ends(self) -> tuple[Expr, ...]:
        """The symbols at the upper ends of the joint's blocks."""
        blocks = [s for s in (*self.joint.of_slots, *self.joint.given_slots) if isinstance(s, Block)]
        return tuple(dict.fromkeys(s for b in blocks for s in b.upper.free_symbols if s.is_Symbol))

    def graph(self, sizes: dict[Expr, Expr]) -> tuple[Variables, dict[Expr, Variables]]:
        """Nodes and parents at concrete sizes."""
        key = tuple(sorted(((name, int(value)) for name, value in sizes.items()), key=str))
        if key not in self._graphs:
            self._graphs[key] = self._graph(sizes)
        return self._graphs[key]

    def entries(self, name: Expr, sizes: dict[Expr, Expr]) -> tuple[Expr, ...]:
        """The entries behind a name at concrete sizes, which are those of all symbols in it."""
        key = (name, tuple(sizes.items()))
        known = self._entries.get(key)
        if known is None:
            known = self._entries[key] = concrete(name, sizes)
        return known

    def is_whole(self, variables: Iterable[Expr]) -> bool:
        """Whether these are all variables of the joint density."""
        return merged(variables) == merged((*self.joint.of_slots, *self.joint.given_slots))

    def groups(self) -> Iterator[tuple[IndexProduct, Variables]]:
        """What the factors inside products are about, with and without what is given."""
        for run in found_in(self.value, IndexProduct):
            for factor in found_in(run.body, Density):
                for slots in ((*factor.of_slots, *factor.given_slots), factor.given_slots):
                    yield run, merged(slots)

    def until(self, variables: Variables) -> tuple[tuple[Expr, ...], Expr] | None:
        """What is given and the product, if some variables are all or the beginning of the sequence; None for others.

        Where no factor depends on what comes later, the first factors are the density of what they are about.
        """
        slots = (*self.joint.of_slots, *self.joint.given_slots)
        if self.is_whole(variables):
            return self.joint.given_slots, self.value
        ends = self.ends
        if len(ends) != 1 or not _runs_forward(self.value, ends[0]):
            return None
        for block in (name for name in variables if isinstance(name, Block) and ends[0] not in name.upper.free_symbols):
            change = {ends[0]: block.upper}
            if merged(replace_free(slot, change) for slot in slots) == variables:
                given = tuple(replace_free(slot, change) for slot in self.joint.given_slots)
                shorter: Expr = replace_free(self.value, change)
                return given, shorter
        return None

    def _graph(self, sizes: dict[Expr, Expr]) -> tuple[Variables, dict[Expr, Variables]]:
        parents: dict[Expr, Variables] = {}
        given = [e for s in self.joint.given_slots for e in concrete(s, sizes)]
        for place, node in enumerate(given):
            parents[node] = frozenset(given[:place])
        for factor in _factors(self.value, sizes):
            before = [e for s in factor.given_slots for e in concrete(s, {})]
            own = [e for s in factor.of_slots for e in concrete(s, {})]
            for place, node in enumerate(own):
                parents[node] = frozenset(before) | frozenset(own[:place])
        return frozenset(parents), parents


def _runs_forward(value: Expr, end: Expr) -> bool:
    """Whether a product over an index up to an end has factors of the variables at the index, given earlier ones."""
    for factor in Mul.make_args(value):
        if not isinstance(factor, IndexProduct):
            if end in factor.free_symbols:
                return False
            continue
        if factor.upper != end or end in factor.body.free_symbols:
            return False
        for part in Mul.make_args(factor.body):
            if not isinstance(part, Density):
                return False
            own = [name.indices == (factor.index,) for name in part.of_slots if isinstance(name, Entry)]
            if len(own) != len(part.of_slots) or not all(own):
                return False
            places = [n.upper if isinstance(n, Block) else n.indices[-1] for n in part.given_slots if indexed(n)]
            running = [difference(factor.index, place) for place in places if factor.index in place.free_symbols]
            fixed = [difference(factor.lower - 1, place) for place in places if factor.index not in place.free_symbols]
            if any(gap is None or gap < 0 for gap in (*running, *fixed)):
                return False
    return True


def indexed(name: Expr) -> bool:
    """Whether a name is a member of a sequence or a block of one."""
    return isinstance(name, Entry | Block)


def chains_of(context: Context) -> list[Chain]:
    """The joint densities that a context defines as products over an index."""
    return [Chain(item.name, item.value) for item in context.definitions if is_chain(item)]


def is_chain(item: Definition) -> bool:
    """Whether a definition says how a family's joint density factorises over an index."""
    return (
        isinstance(item.name, Density)
        and item.value.has(IndexProduct)
        and all(_is_product(factor, item.name) for factor in Mul.make_args(item.value))
    )


def _is_product(factor: Expr, joint: Density) -> bool:
    if isinstance(factor, Density):
        return factor.family.name == joint.family.name and not factor.family.indices
    return isinstance(factor, IndexProduct) and all(_is_product(f, joint) for f in Mul.make_args(factor.body))


def _factors(value: Expr, sizes: dict[Expr, Expr]) -> Iterator[Density]:
    for factor in Mul.make_args(replace_free(value, sizes)):
        if isinstance(factor, IndexProduct):
            written = factor.expand()
            for inner in Mul.make_args(written) if written is not None else ():
                if isinstance(inner, Density):
                    yield inner
        elif isinstance(factor, Density):
            yield factor


def concrete(name: Expr, sizes: dict[Expr, Expr]) -> tuple[Expr, ...]:
    """The entries behind a name at concrete sizes."""
    made = replace_free(name, sizes) if sizes else name
    if isinstance(made, Block):
        return made.entries() or ()
    return (made,)


def cut(names: Iterable[Expr], ends: Iterable[Expr], whole: Variables = frozenset()) -> list[Expr]:
    """Blocks cut where others end, to tell their parts apart.

    `x_{1:T}` is cut at `t` beside `x_{1:t}`, and before and after `t` beside `z_t`, and `z_{1:t}` before `t` beside
    `x_{1:T}`. Where `whole` blocks of a sequence end cuts none of the others: `a_{1:T-1}` leaves `s_{1:T}` as it is.
    """
    listed, last = list(names), set(ends)
    result: list[Expr] = []
    for name in listed:
        others = [other for other in listed if name not in whole or other not in whole]
        places = _places(name, others, last) if isinstance(name, Block) else []
        if not places:
            result.append(name)
            continue
        low = name.lower
        for place in (*places, name.upper):
            result += _pieces(name.base, low, place)
            low = place + 1
    return result


def _places(block: Block, names: Iterable[Expr], last: set[Expr]) -> list[Expr]:
    """Where a block is cut, in order: places that are a known number of steps apart."""
    wanted: set[Expr] = set()
    for name in names:
        if isinstance(name, Block):
            wanted.add(name.upper)
            if name.base != block.base and name.upper.free_symbols & last and not block.upper.free_symbols & last:
                wanted.add(block.upper - 1)  # the last entry may keep what comes before from what comes after
        elif isinstance(name, Entry) and name.base != block.base and len(name.indices) == 1:
            wanted |= {name.indices[0], name.indices[0] - 1}
    inside = sorted((place for place in wanted if _inside(block, place, last)), key=str)
    near = {place: gap for place in inside if (gap := difference(place, inside[0])) is not None}
    return sorted(near, key=lambda place: near[place])


def _pieces(base: Expr, low: Expr, high: Expr) -> list[Expr]:
    gap = difference(high, low)
    if gap is None:
        return [Block(base, low, high)]
    return [Entry(base, low + k) for k in range(gap + 1)]


def _inside(name: Block, place: Expr, last: set[Expr]) -> bool:
    """Whether a place is inside a block: before its upper end by a known step, or short of the sequence's end."""
    gap = difference(name.upper, place)
    if gap is not None:
        return gap > 0
    start = difference(place, name.lower)
    return bool(name.upper.free_symbols & last) and not place.free_symbols & last and (start is None or start >= 0)


Joined = Callable[[Variables, Mapping[Expr, Variables], Variables], Mapping[Expr, set[Expr]]]


def group_graph(chain: Chain, groups: list[Expr], joined_in: Joined) -> dict[Expr, set[Expr]] | None:
    """Which groups of variables depend on each other given all the rest, in any instance; None if there is none."""
    joined: dict[Expr, set[Expr]] = {group: set() for group in groups}
    seen = False
    pairs = list(combinations(sorted(groups, key=str), 2))
    instances = list(islice(_instances(chain, groups), _MOST_INSTANCES + 1))
    if len(instances) > _MOST_INSTANCES:
        return None  # not all orders of the indices would be seen
    symbols = {group: sorted(group.free_symbols & instances[0].keys(), key=str) for group in groups}
    for sizes in instances:
        nodes, parents = chain.graph({name: sizes[name] for name in chain.ends})
        members = {group: chain.entries(group, {s: sizes[s] for s in symbols[group]}) for group in groups}
        everything = [entry for entries in members.values() for entry in entries]
        if len(set(everything)) != len(everything) or not set(everything) <= nodes or not all(members.values()):
            continue
        seen = True
        graph = joined_in(nodes, parents, frozenset(everything))
        for left, right in pairs:
            if right not in joined[left] and any(not graph[u].isdisjoint(members[right]) for u in members[left]):
                joined[left].add(right)
                joined[right].add(left)
    return joined if seen else None


def are_plates(chain: Chain, names: Variables, joined_in: Joined) -> bool:
    """Whether the blocks among some variables run together and no two places in them touch given all else."""
    blocks = [name for name in names if isinstance(name, Block)]
    if len({(block.lower, block.upper) for block in blocks}) != 1:
        return False
    seen = False
    instances = list(islice(_instances(chain, list(names)), _MOST_INSTANCES + 1))
    for sizes in instances if len(instances) <= _MOST_INSTANCES else ():
        nodes, parents = chain.graph({name: sizes[name] for name in chain.ends})
        everything = [entry for name in names for entry in concrete(name, sizes)]
        if len(set(everything)) != len(everything) or not set(everything) <= nodes:
            continue
        graph = joined_in(nodes, parents, frozenset(everything))
        places = {entry: entry.indices for block in blocks for entry in concrete(block, sizes)}
        if any(other in places and places[other] != place for entry, place in places.items() for other in graph[entry]):
            return False
        seen = seen or len(set(places.values())) > 1
    return seen


def _instances(chain: Chain, groups: list[Expr]) -> Iterator[dict[Expr, Expr]]:
    ends = chain.ends
    running = sorted({s for g in groups for s in _index_symbols(g)} - set(ends), key=str)
    for size in _SIZES:
        for places in product(range(1, size + 1), repeat=len(running)):
            yield {
                **{end: Integer(size) for end in ends},
                **{name: Integer(k) for name, k in zip(running, places, strict=True)},
            }


def _index_symbols(name: Expr) -> set[Expr]:
    if isinstance(name, Entry):
        return set[Expr]().union(*(index.free_symbols for index in name.indices))
    if isinstance(name, Block):
        return set[Expr](name.lower.free_symbols | name.upper.free_symbols)
    return set()


def rejoined(names: Iterable[Expr]) -> Variables:
    """Groups put together again as they are kept."""
    return merged(names)
