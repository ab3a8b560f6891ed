"""Trying a claim on one model: both sides at every value of the free variables, until they contradict it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random

from flint import arb, fmpq

from symelbo.language import Claim, Family, Relation
from symelbo.semantics.finite.blueprint import Blueprint
from symelbo.semantics.finite.indices import atoms_of, integer
from symelbo.semantics.finite.models import Model, Rejected
from symelbo.semantics.finite.world import Number, Undefined, precision

__all__ = ["COMPARED", "Gap", "Outcome", "Point", "Trial"]

_MAX_POINTS = 512
Point = dict[int, int]


@dataclass(frozen=True, slots=True)
class Gap:
    """Two values that contradict the claim: its sides at a point, or what compares them at two points or models."""

    left: Number
    right: Number
    point: Point
    other: Point | None = None
    partner: Model | None = None

    @property
    def distance(self) -> Number:
        """A lower bound on how far the two values are apart."""
        return arb(self.left - self.right).abs_lower()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a claim came to on a model: whether it had values there, and where it was contradicted if it was."""

    counted: bool
    gap: Gap | None = None
    slack: float = 0.0  # for inequalities: how near the two sides came to each other


def _apart(first: Number, second: Number) -> bool:
    if isinstance(first, fmpq) and isinstance(second, fmpq):
        return bool(first != second)
    return not arb(first).overlaps(arb(second))


# A comparison of balls is true only if it holds for all numbers in them.
_REFUTES: dict[Relation, Callable[[Number, Number], bool]] = {
    Relation.EQUAL: _apart,
    Relation.LESS_EQUAL: lambda a, b: bool(a > b),
    Relation.GREATER_EQUAL: lambda a, b: bool(a < b),
    Relation.LESS: lambda a, b: bool(a >= b),
    Relation.GREATER: lambda a, b: bool(a <= b),
}
COMPARED: dict[Relation, tuple[str, Callable[[Number, Number], Number]]] = {
    Relation.PROPORTIONAL: ("ratio of the sides", lambda a, b: a / b),
    Relation.EQUAL_UP_TO_CONSTANT: ("difference of the sides", lambda a, b: a - b),
}


class Trial:
    """A claim compiled in a blueprint, to be tried on models drawn from it."""

    def __init__(self, claim: Claim, plan: Blueprint) -> None:
        self.claim = claim
        self.plan = plan
        self.left, self.right = plan.nodes
        world = plan.world
        constants = set(world.constants.values())
        self.places = sorted((self.left.free | self.right.free) - constants)
        self.optima = [item for item in plan.optima if item.place in self.places]
        names = [name for name in claim.wrt if not isinstance(name, Family)]
        atoms = {atom for name in names for atom in atoms_of(name, world.sizes)}
        self.varied = [place for place in self.places if world.atoms[place] in atoms]
        self.fixed = [place for place in self.places if place not in self.varied]
        self.families = {
            (name.name, tuple(integer(index, world.sizes) for index in name.indices))
            for name in claim.wrt
            if isinstance(name, Family)
        }

    def on(self, model: Model, bits: int = 64) -> Outcome:
        """Evaluate both sides at every value of the free variables until they contradict the claim."""
        model.load()
        with precision(bits):
            return self._compared(model) if self.claim.relation in COMPARED else self._direct(model)

    def margin(self, model: Model) -> float | None:
        """The certified distance on a model, None where the claim is not contradicted."""
        gap = self.on(model).gap
        return None if gap is None else float(gap.distance)

    def _points(self, model: Model, places: Sequence[int]) -> Iterator[Point]:
        counts = model.world.counts
        for number, states in enumerate(product(*(range(counts[place]) for place in places))):
            if number >= _MAX_POINTS:
                return
            yield dict(zip(places, states, strict=True))

    def _sides(self, env: list[int], point: Point) -> tuple[Number, Number] | None:
        for place, state in point.items():
            env[place] = state
        try:
            if not all(item.holds(self.plan.world, env) for item in self.optima):
                return None
            left, right = self.left.run(env), self.right.run(env)
        except (Undefined, ZeroDivisionError):
            return None
        return (left, right) if _finite(left) and _finite(right) else None

    def _direct(self, model: Model) -> Outcome:
        refutes = _REFUTES[self.claim.relation]
        env = model.environment()
        counted, slack = False, float("inf")
        for point in self._points(model, self.places):
            sides = self._sides(env, point)
            if sides is None:
                continue
            counted = True
            if refutes(*sides):
                return Outcome(True, Gap(*sides, point))
            slack = min(slack, abs(float(arb(sides[0] - sides[1]).mid())))
        return Outcome(counted, None, slack)

    def _compared(self, model: Model) -> Outcome:
        """Relations up to a constant: the sides are compared at two values of the variables that are named."""
        models = [model]
        if self.families:
            try:
                models.append(model.layout.draw(Random(1), model.without(self.families)))
            except Rejected:
                return Outcome(False)
        numbers = [dict(self._numbers(each)) for each in models]
        for key, (first, point) in numbers[0].items():
            for states, (number, other) in ((k, v) for found in numbers for k, v in found.items()):
                if states[0] == key[0] and _apart(first, number):
                    partner = models[1] if numbers[0].get(states) != (number, other) else None
                    return Outcome(True, Gap(first, number, point, other, partner))
        return Outcome(all(numbers) and (len(models) > 1 or not self.varied or len(numbers[0]) > 1))

    def _numbers(self, model: Model) -> Iterator[tuple[tuple[tuple[int, ...], tuple[int, ...]], tuple[Number, Point]]]:
        """What compares the two sides, at every point where it has a value."""
        combine = COMPARED[self.claim.relation][1]
        model.load()
        env = model.environment()
        for point in self._points(model, [*self.fixed, *self.varied]):
            sides = self._sides(env, point)
            if sides is None:
                continue
            try:
                number = combine(*sides)
            except ZeroDivisionError:
                continue
            if _finite(number):
                key = tuple(point[place] for place in self.fixed), tuple(point[place] for place in self.varied)
                yield key, (number, point)


def _finite(number: Number) -> bool:
    return isinstance(number, fmpq) or bool(number.is_finite())
