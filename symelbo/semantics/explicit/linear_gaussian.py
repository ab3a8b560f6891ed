"""Linear Gaussian models from explicit conditionals: the joint law at concrete indices, and any conditional of it.

A family that is explicit in one conditional, `q(x_t | x_{t-1})`, and asked for in another, `q(x_{t-1} | x_t, x_0)`, has
one joint law, which is built here variable by variable: means and covariances are propagated from parents to
children, and conditioning takes one variable at a time out of the covariance (Rasmussen and Williams 2006, A.2).
Variables without a law of their own get a random one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from sympy import Add, Dummy, Expr, Integer, Mul, Rational

from symelbo.errors import NotSupported
from symelbo.language import (
    Block,
    Context,
    Definition,
    Density,
    Entry,
    Identity,
    IndexProduct,
    IndexSum,
    Known,
    Relation,
    base_of,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import match_definition
from symelbo.language.shapes import with_shapes
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.once import Bench

__all__ = ["LinearGaussian", "concerned"]

_MOST_NODES = 8
_GAUSSIAN = ("Normal", "MultivariateNormal")


def concerned(members: Iterable[Density], context: Context) -> bool:
    """Whether densities of one family are about variables that it has explicit laws of."""
    listed = list(members)
    slots = {base_of(slot) for member in listed for slot in (*member.of_slots, *member.given_slots)}
    laws = _explicit_laws(listed[0].family.args[0], context)
    return any(base_of(item) in slots for law in laws for item in law.name.of_slots)


def _explicit_laws(name: Any, context: Context) -> list[Definition]:
    return [
        item
        for item in context.definitions
        if isinstance(item.name, Density) and item.name.family.args[0] == name and item.value.has(Known)
    ]


@dataclass(frozen=True, slots=True)
class _Law:
    """A variable's mean as numbers times its parents plus a rest, its variance, and the identity matrix of vectors."""

    slopes: Mapping[Expr, Expr]
    rest: Expr
    variance: Expr
    identity: Expr | None


class LinearGaussian:
    """One joint law of the variables of a family, with names and numbers of the document as its parameters.

    Raises `NotSupported` where a law is not a Gaussian with a mean that is linear in what it is given.
    """

    def __init__(
        self,
        members: Iterable[Density],
        context: Context,
        random: Random,
        dimension: int,
        sizes: Mapping[Expr, Expr],
        bench: Bench,
    ) -> None:
        listed, self.dimension = list(members), dimension
        self.family, self.context, self.random, self.sizes = listed[0].family, context, random, dict(sizes)
        if self.family.indices:
            raise NotSupported(f"{self.family} is numbered; its explicit conditionals are not put together")
        self.bench = bench
        self.laws = _explicit_laws(self.family.args[0], context)
        self.factors = list(_factors(self.family.args[0], context))
        self.slots: list[Expr] = []
        self.means: dict[Expr, dict[Expr, Expr]] = {}  # each as numbers times points and rests, which may be vectors
        self.covariance: dict[tuple[Expr, Expr], Expr] = {}
        self.identity: Expr | None = None
        self.variances: list[Expr] = []
        self._kinds: set[bool] = set()
        self._used: set[Density] = set()
        given = [{self._concrete(slot) for slot in member.given_slots} for member in listed]
        self.fixed = set.intersection(*given)  # in every condition: their own law does not matter
        for member in listed:
            for slot in (*member.of_slots, *member.given_slots):
                self._place(self._concrete(slot), ())

    # Building the joint law.

    def _concrete(self, slot: Expr) -> Expr:
        if isinstance(slot, Block):
            raise NotSupported(f"{slot} is a block of variables; it has no Gaussian stand-in")
        made = replace_free(slot, self.sizes)
        if isinstance(made, Entry) and not all(index.is_Integer for index in made.indices):
            raise NotSupported(f"the index of {slot} is not a number")
        return made

    def _place(self, slot: Expr, waiting: tuple[Expr, ...]) -> None:
        """Add a variable to the joint law, after its parents."""
        if slot in self.means:
            return
        if slot in waiting or len(self.slots) + len(waiting) > _MOST_NODES:
            raise NotSupported(f"the laws of {self.family.name} lead to too many variables, or in a circle")
        law = self._law(slot)
        for parent in law.slopes:
            self._place(parent, (*waiting, slot))
        own_mean = {law.rest: Integer(1)} if law.rest != 0 else {}
        self.means[slot] = _sum([(Integer(1), own_mean), *((slope, self.means[p]) for p, slope in law.slopes.items())])
        for other in self.slots:
            shared = Add(*(slope * self.covariance[parent, other] for parent, slope in law.slopes.items()))
            self.covariance[slot, other] = self.covariance[other, slot] = shared
        pairs = [(a, b, x * y) for a, x in law.slopes.items() for b, y in law.slopes.items()]
        own = Add(*(weight * self.covariance[a, b] for a, b, weight in pairs))
        self.covariance[slot, slot] = law.variance + own
        self.slots.append(slot)

    def _law(self, slot: Expr) -> _Law:
        law = self._own_law(slot)
        if slot in self.fixed and not law.slopes:
            return _Law({}, slot, Integer(0), None)
        self.fixed.discard(slot)
        return law

    def _own_law(self, slot: Expr) -> _Law:
        instances = (_instance(factor, slot) for factor in self.factors)
        factor = next((f for f in instances if f is not None and self._in_range(f)), None)
        if factor is not None:
            density = Density(self.family, factor.of, factor.given)
            for item in self.laws:
                value = match_definition(density, item)
                if value is not None:
                    self._used.add(density)
                    return self._explicit(density, value)
            return self._random(density.given)
        for item in self.laws:  # where no factor speaks of a variable, as of the first of a chain, its law may
            instance = _instance(item.name, slot)
            if instance is not None and self._in_range(instance):
                value = match_definition(Density(self.family, instance.of, instance.given), item)
                if value is not None:
                    self._used.add(Density(self.family, instance.of, instance.given))
                    return self._explicit(instance, value)
        merged = (_first_step(item, slot) for item in self.laws)
        first = next((found for found in merged if found is not None and self._in_range(found[0])), None)
        return self._random(()) if first is None else self._explicit(*first)

    @staticmethod
    def _in_range(density: Density) -> bool:
        """Sequences begin at zero: there is no `x_{-1}`."""
        entries = [item for item in (*density.of, *density.given) if isinstance(item, Entry)]
        return all(index >= 0 for entry in entries for index in entry.indices if index.is_Integer)

    def _random(self, parents: Iterable[Expr]) -> _Law:
        number = self.random.randint
        slopes = {parent: Rational(self.random.choice((-5, -3, 2, 4)), 3) for parent in parents}
        rest = Integer(0) if any(self._kinds) or self._is_vector() else Rational(number(-6, 6), 4)
        return _Law(slopes, rest, Rational(number(2, 9), 5), None)

    def _is_vector(self) -> bool:
        return any(node.name == "MultivariateNormal" for item in self.laws for node in found_in(item.value, Known))

    def _explicit(self, density: Density, value: Expr) -> _Law:
        written = _written_out(replace_free(self.context.expand(value), self.sizes))
        law: _Law = self.bench.of(("law", density, written), lambda: _linear(density, written))
        self._kinds.add(law.identity is not None)
        if len(self._kinds) > 1:
            raise NotSupported(f"the Gaussian laws of {self.family.name} are not of one kind")
        self.identity = law.identity or self.identity
        self.variances.append(law.variance)
        return law

    # Asking for conditionals.

    def density(self, member: Density) -> Expr:
        """A conditional as a product of normal densities, one for each variable given those before it."""
        given = [(self._concrete(slot_of(item)), value_of(item)) for item in member.given]
        factors = []
        for item in member.of:
            slot, value = self._concrete(slot_of(item)), value_of(item)
            parts, variance = self._given(slot, given)
            mean = Add(*(number * part for part, number in parts.items()))
            if self.identity is not None:
                spread = variance * Identity(self.dimension)
                factors.append(Known("MultivariateNormal", (value,), (mean, spread)))
            else:
                factors.append(Known("Normal", (value,), (mean, variance)))
            given = [*given, (slot, value)]
        return Mul(*factors)

    def _given(self, slot: Expr, given: Iterable[tuple[Expr, Expr]]) -> tuple[dict[Expr, Expr], Expr]:
        """Mean and variance of a variable given the values of others, which are taken out one at a time."""
        means, spread = dict(self.means), dict(self.covariance)
        for other, value in given:
            if other in self.fixed:
                seen = {other: value}
                means = {
                    name: _sum((number, {seen.get(part, part): Integer(1)}) for part, number in parts.items())
                    for name, parts in means.items()
                }
                continue
            kept = [name for name in self.slots if name != other]
            gain = {name: spread[name, other] / spread[other, other] for name in kept}
            point = {value: Integer(1)}
            means |= {n: _sum([(Integer(1), means[n]), (gain[n], point), (-gain[n], means[other])]) for n in kept}
            spread |= {(a, b): spread[a, b] - gain[a] * spread[other, b] for a in kept for b in kept}
            spread |= {(other, name): Integer(0) for name in self.slots} | {(name, other): Integer(0) for name in kept}
            spread[other, other] = Integer(1)
        return means[slot], spread[slot, slot]

    def conditions(self) -> Iterator[tuple[Expr, Relation, Expr]]:
        """What has to hold: variances are positive, and the conditionals that nothing was built from are its own."""
        for variance in self.variances:
            if not variance.is_number:
                yield Integer(0), Relation.LESS, variance
        for item in self.laws:
            for slot in self.slots:
                instance = _instance(item.name, slot)
                if instance is None or not set(instance.given) <= set(self.slots):
                    continue
                density = Density(self.family, instance.of, instance.given)
                value = match_definition(density, item)
                if value is None or density in self._used:
                    continue
                law = self._explicit(density, value)
                points = {name: Dummy(real=True) for name in density.given}
                mean, variance = self._given(slot, points.items())
                yield variance, Relation.EQUAL, law.variance
                for name, point in points.items():
                    yield mean.get(point, Integer(0)), Relation.EQUAL, law.slopes[name]


def _slope(mean: Expr, point: Expr) -> Expr:
    """The derivative of a mean by a point, read off where the point is a plain factor of its terms."""
    slopes: list[Expr] = []
    for term in Add.make_args(mean):
        factors = Mul.make_args(term)
        rest = [factor for factor in factors if factor != point]
        if any(point in factor.free_symbols for factor in rest):
            return mean.diff(point)
        if len(rest) < len(factors):
            slopes.append(Mul(*rest))
    return Add(*slopes)


def _linear(density: Density, law: Expr) -> _Law:
    """An explicit conditional as a mean that is linear in what it is given, and noise."""
    if not isinstance(law, Known) or law.name not in _GAUSSIAN or law.value != density.of[0]:
        raise NotSupported(f"the law of {density.of[0]} is not Gaussian")
    (law,) = with_shapes([law])
    mean, spread = law.parameters
    identity = _identity(spread)
    if identity is None and law.name != "Normal":
        raise NotSupported(f"the covariance of {density.of[0]} is no multiple of the identity")
    points = {parent: Dummy(real=True) for parent in density.given}
    moved = replace_free(mean, points)
    slopes = {parent: _slope(moved, point) for parent, point in points.items()}
    rest = moved.xreplace({point: Integer(0) for point in points.values()})
    variance = spread.xreplace({identity: Integer(1)}) if identity is not None else spread
    straight = (moved - rest - Add(*(slopes[p] * points[p] for p in points))).expand() == 0
    unclear = {*points.values(), *points, density.of[0]}
    if not straight or any(unclear & term.free_symbols for term in (*slopes.values(), rest, variance)):
        raise NotSupported(f"the mean of {density.of[0]} is not linear in what it is given")
    return _Law(slopes, rest, variance, identity)


def _written_out(term: Expr) -> Expr:
    """The term with its sums and products over known ends term by term."""
    runs = {node: node.expand() for node in found_in(term, IndexSum)}
    known = {node: value for node, value in runs.items() if value is not None}
    return term.xreplace(known) if known else term


def _sum(parts: Iterable[tuple[Expr, Mapping[Expr, Expr]]]) -> dict[Expr, Expr]:
    """A linear combination of linear combinations."""
    total: dict[Expr, Expr] = {}
    for weight, combination in parts:
        for part, number in combination.items():
            total[part] = total.get(part, Integer(0)) + weight * number
    return total


def _factors(name: Any, context: Context) -> Iterator[Density]:
    """The factors of the declared structure of a family, those over an index with the index left open."""
    for declared in context.factorisations:
        if declared.joint.family.args[0] == name:
            yield from declared.factors
    for item in context.definitions:
        if isinstance(item.name, Density) and item.name.family.args[0] == name and item.value.has(Density):
            for factor in Mul.make_args(item.value):
                while isinstance(factor, IndexProduct):
                    factor = factor.body
                for part in Mul.make_args(factor):
                    if not isinstance(part, Density) or len(part.of) != 1:
                        raise NotSupported(f"{item.name} is not a product of densities of single variables")
                    yield part


def _instance(pattern: Density, slot: Expr) -> Density | None:
    """A density `q(x_t | x_{t-1})` for the variable that is to stand before its bar."""
    if len(pattern.of) != 1 or any(isinstance(item, Block) for item in pattern.given):
        return None
    head = pattern.of[0]
    if head == slot:
        return pattern
    if not (isinstance(head, Entry) and isinstance(slot, Entry) and head.base == slot.base):
        return None
    if len(head.indices) != 1 or len(slot.indices) != 1 or len(head.indices[0].free_symbols) != 1:
        return None
    (index,) = head.indices[0].free_symbols
    value = slot.indices[0] - head.indices[0] + index
    if not value.is_Integer:
        return None
    given = [replace_free(item, {index: value}) for item in pattern.given]
    return None if slot in given or len(set(given)) < len(given) else Density(pattern.family, (slot,), given)


def _first_step(item: Definition, slot: Expr) -> tuple[Density, Expr] | None:
    """`q(x_1 | x_0)` and its law from `q(x_t | x_{t-1}, x_0)`, where what is given falls together."""
    pattern = item.name
    head = pattern.of[0] if len(pattern.of) == 1 else None
    if not (isinstance(head, Entry) and isinstance(slot, Entry) and head.base == slot.base) or item.parameters:
        return None
    index = next(iter(head.indices[0].free_symbols), None) if len(head.indices) == 1 else None
    value = slot.indices[0] - head.indices[0] + index if index is not None else None
    if value is None or not value.is_Integer or len(head.indices[0].free_symbols) != 1:
        return None
    given = [replace_free(part, {index: value}) for part in pattern.given]
    once = list(dict.fromkeys(given))
    if slot in once or len(once) == len(given) or not all(isinstance(part, Entry) for part in once):
        return None
    return Density(pattern.family, (slot,), once), replace_free(item.value, {index: value})


def _identity(spread: Expr) -> Expr | None:
    """The identity matrix that a covariance is a multiple of."""
    found = found_in(spread, Identity)
    if len(found) != 1:
        return None
    (identity,) = found
    marker = Dummy()
    if any(not term.has(marker) for term in Add.make_args(spread.xreplace({identity: marker}))):
        return None
    return identity
