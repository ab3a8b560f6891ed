"""Structure of families: which root densities fall apart, by d-separation and maximal prime decomposition.

A factorisation over a directed acyclic graph makes a strictly positive density Markov to that graph (Lauritzen 1996,
section 3.2). A root `p(S)` is Markov to the graph on `S` that joins `u` and `v` unless `u ⟂ v | S∖{u, v}`; where a
complete set separates that graph, the density is the product of its two sides over the separator. The decomposition
into maximal prime parts is unique (Leimer 1993; Olesen and Madsen 2002), so the result is a normal form.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sympy import Dummy, Expr

from symelbo.calculus.sequences.chains import Chain, are_plates, chains_of, cut, group_graph, indexed, rejoined
from symelbo.calculus.sequences.intervals import merged
from symelbo.calculus.sequences.starts import floor_of
from symelbo.calculus.sequences.subchains import outputs_of, part_of
from symelbo.language import (
    Block,
    Context,
    Definition,
    Density,
    Entry,
    Factorisation,
    Family,
    Independence,
    IndexProduct,
    replace_free,
)

__all__ = ["FamilyStructure", "Structure"]

Variables = frozenset[Expr]


@dataclass(frozen=True, slots=True)
class FamilyStructure:
    """What is known of one family: the parents of each variable, and independences declared beside."""

    nodes: Variables
    parents: Mapping[Expr, Variables]
    independences: tuple[tuple[Variables, Variables, Variables], ...] = ()

    def separated(self, first: Expr, second: Expr, given: Variables) -> bool:
        """Whether `first ⟂ second | given` follows from the graph or from one declared independence."""
        if {first, second} | given <= self.nodes and self._d_separated(first, second, given):
            return True
        everything = given | {first, second}
        return any(
            condition <= given
            and everything <= left | right | condition
            and ((first in left and second in right) or (first in right and second in left))
            for left, right, condition in self.independences
        )

    def _d_separated(self, first: Expr, second: Expr, given: Variables) -> bool:
        """Separation in the moral graph of the ancestors (Lauritzen 1996, proposition 3.25)."""
        neighbours = self._moral_graph(self._ancestors(given | {first, second}))
        seen, waiting = {first}, [first]
        while waiting:
            for other in neighbours[waiting.pop()]:
                if other == second:
                    return False
                if other not in seen and other not in given:
                    seen.add(other)
                    waiting.append(other)
        return True

    def graph(self, variables: Variables) -> dict[Expr, set[Expr]]:
        """Which pairs of some variables are not separated by all the others of them.

        In the moral graph of the ancestors two of them are joined by an edge, or by a path outside of the variables.
        """
        if not variables <= self.nodes:
            joined = {u: set(variables - {u}) for u in variables}
        else:
            joined = self._marginal_graph(variables)
        if self.independences:
            for u in joined:
                joined[u] = {v for v in joined[u] if not self.separated(u, v, variables - {u, v})}
        return joined

    def _marginal_graph(self, variables: Variables) -> dict[Expr, set[Expr]]:
        neighbours = self._moral_graph(self._ancestors(variables))
        joined = {u: neighbours[u] & variables for u in variables}
        hidden = set(neighbours) - variables
        while hidden:
            waiting, edge = [hidden.pop()], set[Expr]()
            while waiting:
                around = neighbours[waiting.pop()]
                edge |= around & variables
                waiting += around & hidden
                hidden -= around
            for node in edge:
                joined[node] |= edge - {node}
        return joined

    def _moral_graph(self, ancestors: Variables) -> dict[Expr, set[Expr]]:
        neighbours: dict[Expr, set[Expr]] = {node: set() for node in ancestors}
        for node in ancestors:
            clique = (self.parents.get(node, frozenset()) & ancestors) | {node}
            for member in clique:
                neighbours[member] |= clique - {member}
        return neighbours

    def _ancestors(self, nodes: Variables) -> Variables:
        found, waiting = set(nodes), list(nodes)
        while waiting:
            for parent in self.parents.get(waiting.pop(), frozenset()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)


@dataclass(slots=True)
class Structure:
    """The structure of all families of one context, with a cache of decompositions.

    `decompose(family, S)` gives exponents of smaller roots whose product is the root of `S`; families are named without
    their parameters, except where a factor of another family brings its own. `counted` has the ends between which a
    variable takes all whole values, `constants` the roots that are the same number everywhere; `floor` is the highest
    integer at which a sum in a chain begins.
    """

    families: Mapping[Family, FamilyStructure]
    chains: Mapping[Family, Chain] = field(default_factory=dict)
    foreign: tuple[tuple[Family, Density], ...] = ()
    counted: Mapping[Expr, tuple[Expr, Expr]] = field(default_factory=dict)
    constants: Mapping[tuple[Family, Variables], Expr] = field(default_factory=dict)
    floor: int | None = None
    _parts: dict[tuple[Family, Variables], dict[tuple[Family, Variables], int]] = field(default_factory=dict)
    _open: set[tuple[Family, Variables]] = field(default_factory=set)
    _autoregressive: dict[Density, bool] = field(default_factory=dict)
    _in_plates: dict[tuple[Family, Variables], bool] = field(default_factory=dict)
    _merged: dict[Variables, Variables] = field(default_factory=dict)
    _place: Expr = field(default_factory=lambda: Dummy("place", integer=True))

    @classmethod
    def of(cls, context: Context) -> Structure:
        """The structure that a context declares."""
        nodes: dict[Family, set[Expr]] = {}
        parents: dict[Family, dict[Expr, Variables]] = {}
        foreign: list[tuple[Family, Density]] = []
        for item in context.factorisations:
            family = unparametrised(item.joint.family)
            if family in parents:
                continue  # the first factorisation is the family's graph; a second one is a claim, not structure
            parents[family] = _parents(item)
            nodes[family] = {*item.joint.of_slots, *item.joint.given_slots}
            foreign += [(family, factor) for factor in item.factors if unparametrised(factor.family) != family]
        declared: dict[Family, list[tuple[Variables, Variables, Variables]]] = {}
        for independence in context.independences:
            declared.setdefault(unparametrised(independence.family), []).append(_sets(independence))
        chains = {unparametrised(chain.joint.family): chain for chain in chains_of(context)}
        return cls(
            {
                family: FamilyStructure(
                    frozenset(nodes.get(family, ())), parents.get(family, {}), tuple(declared.get(family, ()))
                )
                for family in {*parents, *declared}
            },
            chains,
            tuple(foreign),
            {item.variable: (item.lower, item.upper) for item in context.counted},
            dict(_constants(context)),
            floor_of(chain.value for chain in chains.values()),
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is known of any family or variable."""
        return not (self.families or self.chains or self.foreign or self.counted or self.constants)

    def merged(self, variables: Variables) -> Variables:
        """The same variables, put together to blocks where they touch one (see `merged`)."""
        known = self._merged.get(variables)
        if known is None:
            known = self._merged[variables] = merged(variables)
        return known

    def decompose(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int]:
        """Exponents of prime roots: `p(a, b, c) -> {p(a, b): 1, p(b, c): 1, p(b): -1}` for a chain a - b - c."""
        key = (family, variables)
        known = self._parts.get(key)
        if known is None:
            known = self._parts[key] = self._at_any_place(family, variables)
        return known

    def _at_any_place(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int]:
        """A sum's own index is a fresh name each time, and what falls apart is the same for each of these names."""
        fresh = {s for name in variables if indexed(name) for s in name.free_symbols if isinstance(s, Dummy)}
        if len(fresh) != 1 or not fresh.isdisjoint(family.free_symbols) or self._place in fresh:
            return self._decompose(family, variables)
        (own,) = fresh
        if own in variables or own.assumptions0 != self._place.assumptions0:
            return self._decompose(family, variables)
        parts = self.decompose(family, _renamed(variables, own, self._place))
        return {(owner, _renamed(names, self._place, own)): exponent for (owner, names), exponent in parts.items()}

    def _decompose(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int]:
        if not variables:
            return {}
        renamed = self._foreign_root(family, variables)
        if renamed is not None:
            return renamed
        chain = self.chains.get(family)
        if chain is not None:
            return self._decompose_sequence(family, chain, variables)
        structure = self.families.get(family)
        if structure is None or len(variables) == 1:
            return {(family, variables): 1}
        graph = structure.graph(variables)
        parts, separators = prime_decomposition(graph)
        if len(parts) == 1:
            return {(family, variables): 1}
        total: dict[tuple[Family, Variables], int] = {}
        for sign, pieces in ((1, parts), (-1, separators)):
            for piece in pieces:
                for root, exponent in self.decompose(family, piece).items():
                    total[root] = total.get(root, 0) + sign * exponent
        return {root: exponent for root, exponent in total.items() if exponent}

    def _decompose_sequence(
        self, family: Family, chain: Chain, variables: Variables
    ) -> dict[tuple[Family, Variables], int]:
        slots = merged((*chain.joint.of_slots, *chain.joint.given_slots))
        groups = cut(variables, chain.ends, slots)
        graph = group_graph(chain, groups, _joined) if len(groups) > 1 else None
        whole = {(family, rejoined(variables)): 1}
        if graph is None:
            return whole
        parts, separators = prime_decomposition(graph)
        if len(parts) == 1:
            return whole
        total: dict[tuple[Family, Variables], int] = {}
        for sign, pieces in ((1, parts), (-1, separators)):
            for piece in pieces:
                for root, exponent in self.decompose(family, rejoined(piece)).items():
                    total[root] = total.get(root, 0) + sign * exponent
        return {root: exponent for root, exponent in total.items() if exponent}

    def factors_of(self, family: Family, variables: Variables) -> tuple[tuple[Expr, ...], Expr] | None:
        """What is given, and the product that the density of the rest is, for variables of a sequence that has one.

        None too where the factors are ratios of densities of beginnings, `p(x_t | x_{<t})`: these telescope as is.
        """
        whole = self.chains.get(family)
        if whole is None or not any(isinstance(name, Block) for name in variables):
            return None
        chain = part_of(whole, variables)
        found = None if chain is None else chain.until(variables)
        if chain is None or found is None:
            return outputs_of(whole, variables) or self._plates(family, whole, variables)
        return None if self._is_autoregressive(family, chain) else found

    def _plates(self, family: Family, chain: Chain, variables: Variables) -> tuple[tuple[Expr, ...], Expr] | None:
        """The product over the places of blocks that are independent given all else, as `p(x_{1:N} | b)` is."""
        known = self._in_plates.get((family, variables))
        if known is None:
            known = self._in_plates[(family, variables)] = are_plates(chain, variables, _joined)
        if not known:
            return None
        blocks = sorted((name for name in variables if isinstance(name, Block)), key=str)
        rest = tuple(sorted((name for name in variables if not isinstance(name, Block)), key=str))
        index = Dummy(integer=True)
        each = Density(family, [Entry(block.base, index) for block in blocks], rest)
        return rest, IndexProduct(each, index, blocks[0].lower, blocks[0].upper)

    def _is_autoregressive(self, family: Family, chain: Chain) -> bool:
        known = self._autoregressive.get(chain.joint)
        if known is None:
            known = any(
                chain.is_whole(replace_free(name, {run.index: end}) for name in variables)
                for run, group in chain.groups()
                for owner, variables in self.decompose(family, group)
                for end in (run.lower, run.upper)
                if owner == family
            )
            self._autoregressive[chain.joint] = known
        return known

    def _foreign_root(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int] | None:
        """A conditional that belongs to another family: `q(x) = p_D(x)` in `q(x, z) = p_D(x) q(z | x)`."""
        key = (family, variables)
        if key in self._open:
            return None  # two families that are each said to be the other: one name is kept
        self._open.add(key)
        try:
            return self._from_other_family(family, variables)
        finally:
            self._open.discard(key)

    def _from_other_family(self, family: Family, variables: Variables) -> dict[tuple[Family, Variables], int] | None:
        for owner, factor in self.foreign:
            of, given = frozenset(factor.of_slots), frozenset(factor.given_slots)
            moved, home = (factor.family, owner) if self._lives_in(owner, factor) else (owner, factor.family)
            if family != moved:
                continue
            if given <= variables <= of | given and variables & of:
                total = dict(self.decompose(family, given))
                for sign, part in ((1, variables), (-1, given)):
                    for root, exponent in self.decompose(home, part).items():
                        total[root] = total.get(root, 0) + sign * exponent
                return {root: exponent for root, exponent in total.items() if exponent}
        return None

    def _lives_in(self, owner: Family, factor: Density) -> bool:
        """Whether a conditional of another family goes by the joint's name: `e(z | x)` of `p(x, z) = p(x) e(z | x)`.

        The joint then stays whole, so that what integrates out of it does. A family about which more is said, or that
        has parameters of its own, keeps its name, and so does what is no conditional.
        """
        known = self.families.keys() | self.chains.keys() | {family for family, _ in self.foreign}
        first = next(family for family, other in self.foreign if other == factor)
        return bool(factor.given) and factor.family not in known and not factor.family.parameters and first == owner


def _renamed(variables: Variables, old: Expr, new: Expr) -> Variables:
    return frozenset(replace_free(name, {old: new}) for name in variables)


def _constants(context: Context) -> Iterator[tuple[tuple[Family, Variables], Expr]]:
    """Densities that are given as one number for all values of their counted variables: `q(n) = 1/N`."""
    counted = {item.variable for item in context.counted}
    for item in context.definitions:
        name, value = item.name, item.value
        if isinstance(name, Density) and is_even(item) and counted.issuperset(name.of):
            yield (unparametrised(name.family), frozenset(name.of)), value


def is_even(item: Definition) -> bool:
    """Whether a definition gives a density as a number that is the same for all values of its variables."""
    name, value = item.name, item.value
    if not isinstance(name, Density) or name.given or name.family.parameters or value.has(Density):
        return False
    return not value.free_symbols & set(name.of)


def unparametrised(family: Family) -> Family:
    """The family without its parameters: structure holds for every value of them."""
    return Family(family.args[0], (), family.indices) if family.parameters else family


def _parents(item: Factorisation) -> dict[Expr, Variables]:
    """Parents of each variable; variables in one factor, and those given, are chained to depend on each other."""
    parents: dict[Expr, Variables] = {}
    given = list(item.joint.given_slots)
    for place, slot in enumerate(given):
        parents[slot] = frozenset(given[:place])
    for factor in item.factors:
        for place, slot in enumerate(factor.of_slots):
            parents[slot] = frozenset(factor.given_slots) | frozenset(factor.of_slots[:place])
    return parents


def _joined(nodes: Variables, parents: Mapping[Expr, Variables], variables: Variables) -> dict[Expr, set[Expr]]:
    return FamilyStructure(nodes, parents).graph(variables)


def _sets(item: Independence) -> tuple[Variables, Variables, Variables]:
    return frozenset(item.left), frozenset(item.right), frozenset(item.given)


def prime_decomposition(graph: Mapping[Expr, set[Expr]]) -> tuple[list[Variables], list[Variables]]:
    """Maximal prime parts of an undirected graph, and the complete separators between them.

    By minimal triangulation (MCS-M, Berry et al. 2004) and merging of the cliques whose separator is not complete.
    """
    order, filled = _triangulate(graph)
    cliques: list[set[Expr]] = []
    # Walk an elimination order; each node with its later neighbours is a clique of the triangulation.
    position = {node: place for place, node in enumerate(order)}
    candidates = [{node} | {other for other in filled[node] if position[other] > position[node]} for node in order]
    for candidate in reversed(candidates):
        grown = next((clique for clique in cliques if clique < candidate), None)
        if grown is not None:
            grown |= candidate
        elif not any(candidate <= clique for clique in cliques):
            cliques.append(candidate)
    parts: list[set[Expr]] = []
    separators: list[Variables] = []
    seen: set[Expr] = set()
    # Cliques come in an order with the running intersection property: each meets the earlier ones inside one of them.
    for clique in cliques:
        separator = clique & seen
        if not parts:
            parts.append(set(clique))
        else:
            home = next(part for part in parts if separator <= part)
            if _complete(separator, graph):
                parts.append(set(clique))
                separators.append(frozenset(separator))
            else:
                home |= clique
        seen |= clique
    return [frozenset(part) for part in parts], separators


def _complete(nodes: Iterable[Expr], graph: Mapping[Expr, set[Expr]]) -> bool:
    members = set(nodes)
    return all(members - {node} <= graph[node] for node in members)


def _triangulate(graph: Mapping[Expr, set[Expr]]) -> tuple[list[Expr], dict[Expr, set[Expr]]]:
    """A minimal elimination order and the triangulated graph (MCS-M)."""
    weight = dict.fromkeys(sorted(graph, key=str), 0)
    filled = {node: set(neighbours) for node, neighbours in graph.items()}
    order: list[Expr] = []
    while weight:
        node = max(weight, key=lambda candidate: weight[candidate])
        del weight[node]
        for other in [other for other in weight if _reaches(node, other, graph, weight)]:
            filled[node].add(other)
            filled[other].add(node)
            weight[other] += 1
        order.append(node)
    order.reverse()
    return order, filled


def _reaches(start: Expr, goal: Expr, graph: Mapping[Expr, set[Expr]], weight: Mapping[Expr, int]) -> bool:
    """Whether an edge or a path through unnumbered nodes lighter than the goal leads from start to goal."""
    seen, waiting = {start}, [start]
    while waiting:
        for other in graph[waiting.pop()]:
            if other == goal:
                return True
            if other in weight and other not in seen and weight[other] < weight[goal]:
                seen.add(other)
                waiting.append(other)
    return False
