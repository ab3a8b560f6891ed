"""Looking for a concrete model that refutes a claim, and asking whether models agree with one.

A witness is only ever returned when balls separate the two sides in the direction that contradicts the claim, on a
model that has been checked against every assumption of the context.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Any

from flint import arb, fmpq

from symelbo.errors import NotSupported
from symelbo.language import Claim, Context, Relation
from symelbo.semantics.blueprint import Blueprint
from symelbo.semantics.budget import Budget
from symelbo.semantics.display import TableView, lines_of_tables
from symelbo.semantics.evaluate import decimal, precision
from symelbo.semantics.indices import atom_name, atoms_of
from symelbo.semantics.models import Layout, Model, Rejected, blueprints
from symelbo.semantics.shrink import shrink
from symelbo.semantics.world import Number, Undefined

__all__ = ["Agreement", "Witness", "agrees", "find_witness"]

_MAX_LINES = 12
_MAX_ASSIGNMENTS = 512


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete model of the context on which a claim fails, with both sides and their certified distance.

    `values` are the states and numbers of free names, `others` those at a second point where the claim compares two.
    """

    tables: tuple[TableView, ...]
    values: tuple[tuple[str, str], ...]
    relation: str
    lhs: str
    rhs: str
    distance: str
    others: tuple[tuple[str, str], ...] = ()
    kind: str = ""

    def lines(self) -> list[str]:
        """The witness in at most twelve lines of text."""
        ends = []
        if self.values:
            ends.append(_short(", ".join(f"{name} = {value}" for name, value in self.values)))
        if self.others:
            ends.append(f"against {', '.join(f'{name} = {value}' for name, value in self.others)}")
            ends.append(f"{self.kind}: {self.lhs} and {self.rhs}, at least {self.distance} apart")
        else:
            ends.append(f"left side {self.lhs}, right side {self.rhs}, at least {self.distance} apart")
        return [*lines_of_tables(self.tables, _MAX_LINES - len(ends)), *ends]

    def as_dict(self) -> dict[str, Any]:
        """For JSON: strings, lists and dictionaries only."""
        found: dict[str, Any] = {
            "tables": [table.as_dict() for table in self.tables],
            "values": dict(self.values),
            "relation": self.relation,
            "lhs": self.lhs,
            "rhs": self.rhs,
            "distance": self.distance,
        }
        if self.others:
            found["against"] = dict(self.others)
            found["compared"] = self.kind
        return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many draws counted for a claim, and the model that contradicts it if there is one."""

    counted: int
    counterexample: Witness | None = None


@dataclass(frozen=True, slots=True)
class _Gap:
    """Two values that contradict the claim, at a point of the free variables (or at two)."""

    left: Number
    right: Number
    point: dict[int, int]
    other: dict[int, int] | None = None

    @property
    def distance(self) -> Number:
        return arb(self.left - self.right).abs_lower()


_REFUTES: dict[Relation, Callable[[Number, Number], bool]] = {
    Relation.EQUAL: lambda a, b: bool(a != b) if isinstance(a, fmpq) and isinstance(b, fmpq) else not arb(a).overlaps(arb(b)),
    Relation.LESS_EQUAL: lambda a, b: bool(a > b),
    Relation.GREATER_EQUAL: lambda a, b: bool(a < b),
    Relation.LESS: lambda a, b: bool(a >= b),
    Relation.GREATER: lambda a, b: bool(a <= b),
}
_COMPARED = {
    Relation.PROPORTIONAL: ("ratio of the sides", lambda a, b: a / b),
    Relation.EQUAL_UP_TO_CONSTANT: ("difference of the sides", lambda a, b: a - b),
}


@dataclass(frozen=True, slots=True)
class _Verified:
    """What evaluating a claim on one model gave."""

    counted: bool
    gap: _Gap | None = None
    slack: float = 0.0  # for inequalities: how far the sides are from contradicting


class _Trial:
    """A claim compiled in a blueprint, to be tried on models."""

    def __init__(self, claim: Claim, plan: Blueprint) -> None:
        self.claim = claim
        self.plan = plan
        self.left, self.right = plan.nodes
        world = plan.world
        constants = set(world.constants.values())
        self.places = sorted((self.left.free | self.right.free) - constants)
        atoms = {atom for name in claim.wrt for atom in atoms_of(name, world.sizes)}
        self.varied = {place for place in self.places if world.atoms[place] in atoms}

    def on(self, model: Model, bits: int = 64) -> _Verified:
        """Evaluate both sides at every value of the free variables until they contradict the claim."""
        if model.world.tables is not model.tables:
            model.load()
        else:
            model.world.reset()
        with precision(bits):
            if self.claim.relation in _COMPARED:
                return self._compared(model)
            return self._direct(model)

    def _points(self, model: Model, places: Sequence[int]) -> Iterator[tuple[int, ...]]:
        counts = model.world.counts
        for number, states in enumerate(product(*(range(counts[place]) for place in places))):
            if number >= _MAX_ASSIGNMENTS:
                return
            yield states

    def _sides(self, env: list[int]) -> tuple[Number, Number] | None:
        try:
            left, right = self.left.run(env), self.right.run(env)
        except (Undefined, ZeroDivisionError):
            return None
        if not all(isinstance(side, fmpq) or side.is_finite() for side in (left, right)):
            return None
        return left, right

    def _direct(self, model: Model) -> _Verified:
        refutes = _REFUTES[self.claim.relation]
        env = model.environment()
        counted, slack = False, float("inf")
        for states in self._points(model, self.places):
            for place, state in zip(self.places, states, strict=True):
                env[place] = state
            sides = self._sides(env)
            if sides is None:
                continue
            counted = True
            if refutes(*sides):
                return _Verified(True, _Gap(*sides, dict(zip(self.places, states, strict=True))))
            slack = min(slack, abs(float(arb(sides[0] - sides[1]).mid())))
        return _Verified(counted, None, slack)

    def _compared(self, model: Model) -> _Verified:
        _, combine = _COMPARED[self.claim.relation]
        fixed = [place for place in self.places if place not in self.varied]
        varied = sorted(self.varied)
        env = model.environment()
        counted = False
        for states in self._points(model, fixed):
            first: tuple[Number, dict[int, int]] | None = None
            for more in self._points(model, varied):
                point = dict(zip((*fixed, *varied), (*states, *more), strict=True))
                for place, state in point.items():
                    env[place] = state
                sides = self._sides(env)
                if sides is None:
                    continue
                try:
                    number = combine(*sides)
                except ZeroDivisionError:
                    continue
                if not isinstance(number, fmpq) and not number.is_finite():
                    continue
                if first is None:
                    first = (number, point)
                    counted = counted or not varied
                    continue
                counted = True
                if _REFUTES[Relation.EQUAL](first[0], number):
                    return _Verified(True, _Gap(first[0], number, first[1], point))
        return _Verified(counted)

    def margin(self, model: Model) -> float | None:
        """The certified distance on a model, None where the claim is not contradicted."""
        gap = self.on(model).gap
        return None if gap is None else float(gap.distance)

    def witness(self, model: Model, bits: int = 64) -> Witness | None:
        """The printed form of a model that contradicts the claim and lies in the context."""
        if not model.in_context():
            return None
        gap = self.on(model, bits).gap
        if gap is None:
            return None
        kind = _COMPARED[self.claim.relation][0] if gap.other is not None else ""
        return Witness(
            tables=tuple(_tables(model)),
            values=tuple(_values(model, gap.point)),
            relation=self.claim.relation.value,
            lhs=decimal(gap.left),
            rhs=decimal(gap.right),
            distance=_rounded_down(gap.distance),
            others=tuple(_states(model, gap.other, gap.point)) if gap.other is not None else (),
            kind=kind,
        )


def find_witness(
    claim: Claim, context: Context | None = None, *, seed: int = 0, budget: int | Budget | None = None
) -> Witness | None:
    """A model of the context that refutes the claim, shrunk; None when none was found.

    The same seed gives the same witness. Raises `NotSupported` when the context or the claim has no finite models, and
    `BudgetExceeded`.

    >>> from sympy import log
    >>> from symelbo.language import E, KL, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> gap = E(log(q(z | x)) - log(p(z | x)), q(z | x))
    >>> find_witness(Claim(gap, Relation.EQUAL, KL(q(z | x), p(z | x)))) is None
    True
    >>> find_witness(Claim(gap, Relation.EQUAL, KL(p(z | x), q(z | x)))).tables[0].title
    'q(z | x)'
    """
    spent = budget if isinstance(budget, Budget) else Budget(400_000 if budget is None else budget)
    random = Random(seed)
    trials = [_Trial(claim, plan) for plan in _plans(claim, context, spent)]
    ordered = claim.relation not in (Relation.EQUAL, *_COMPARED)
    for states, draws in ((2, 8), (3, 4)):
        for number, trial in enumerate(trials):
            layout = Layout(trial.plan, states)
            found = _search(trial, layout, random, draws if number == 0 else draws // 2, ordered)
            if found is not None:
                return found
            if layout.counts == {} and states == 2:
                # Without spaces, numbers are all there is to vary: more draws instead of more states.
                found = _search(trial, layout, random, 2 * draws, ordered)
                if found is not None:
                    return found
    return None


def _plans(claim: Claim, context: Context | None, budget: Budget) -> Iterator[Blueprint]:
    if claim.relation in _COMPARED and not claim.wrt:
        raise NotSupported("the claim holds up to a constant, but it is not said constant with respect to what")
    return blueprints((claim.lhs, claim.rhs), context or Context(), budget, claim.wrt)


def _search(trial: _Trial, layout: Layout, random: Random, draws: int, ordered: bool) -> Witness | None:
    best: tuple[float, Model] | None = None
    for number in range(draws):
        try:
            model = layout.draw(random, wild=number % 3 == 2)
        except Rejected:
            return None
        bits = 256 if number == 0 else 64
        verified = trial.on(model, bits)
        if verified.gap is not None:
            return _small(trial, model, bits)
        if verified.counted and (best is None or verified.slack < best[0]):
            best = (verified.slack, model)
    if not ordered or best is None:
        return None
    return _descend(trial, best, random)


def _descend(trial: _Trial, best: tuple[float, Model], random: Random, steps: int = 24) -> Witness | None:
    """Change one choice at a time and keep what brings the two sides of an inequality nearer to each other."""
    slack, model = best
    for _ in range(steps):
        keys = sorted(model.genes, key=repr)
        if not keys:
            return None
        genes = dict(model.genes)
        del genes[random.choice(keys)]
        try:
            other = model.layout.draw(random, genes, wild=random.random() < 0.5)
        except Rejected:
            continue
        verified = trial.on(other)
        if verified.gap is not None:
            return _small(trial, other, 64)
        if verified.counted and verified.slack < slack:
            slack, model = verified.slack, other
    return None


def _small(trial: _Trial, model: Model, bits: int) -> Witness | None:
    if trial.margin(model) is not None:
        found = trial.witness(shrink(model, trial.margin))
        if found is not None:
            return found
    return trial.witness(model, bits)


def agrees(
    claim: Claim,
    context: Context | None = None,
    *,
    draws: int = 2,
    seed: int = 0,
    budget: int | Budget | None = None,
) -> Agreement:
    """Evaluate a claim on random models of the context; a draw counts when both sides have a value on it.

    Raises like `find_witness`.

    >>> from symelbo.language import Relation, family, variables
    >>> x, z = variables("x z")
    >>> p = family("p")
    >>> agrees(Claim(p(x, z), Relation.EQUAL, p(x) * p(z | x)), draws=3)
    Agreement(counted=3, counterexample=None)
    """
    spent = budget if isinstance(budget, Budget) else Budget(400_000 if budget is None else budget)
    random = Random(seed + 1)
    counted = 0
    for plan in _plans(claim, context, spent):
        trial, layout = _Trial(claim, plan), Layout(plan)
        for _ in range(2 * draws):
            try:
                model = layout.draw(random)
            except Rejected:
                break
            verified = trial.on(model)
            if verified.gap is not None:
                found = trial.witness(model)
                if found is not None:
                    return Agreement(counted + 1, found)
            elif verified.counted:
                counted += 1
            if counted >= draws:
                return Agreement(counted)
    return Agreement(counted)


def _tables(model: Model) -> Iterator[TableView]:
    plan = model.layout.plan
    for key in plan.claimed:
        for number, factor in enumerate(plan.plans[key]):
            given = tuple(atom_name(_shown(atom, model)) for atom in factor.given)
            cells = []
            for states in model._states(factor.given):
                for more, share in model.row(key, number, factor, states):
                    cells.append((_labels(model, factor.given, states), _labels(model, factor.of, more), str(share)))
            name = key[0] + ("_" + ",".join(map(str, key[1])) if key[1] else "")
            yield TableView(name, tuple(map(atom_name, factor.of)), given, tuple(cells))


def _shown(atom: Any, model: Model) -> Any:
    """A parameter's slot is shown under a name that fills it."""
    world = model.world
    if not isinstance(atom[0], tuple):
        return atom
    root = world.root(atom)
    return next((other for other in world.free if world.root(other) == root), (atom[0][0].rstrip("#") + "'s parameter", ()))


def _labels(model: Model, atoms: Sequence[Any], states: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(model._label(model.world.root(atom))[state]) for atom, state in zip(atoms, states, strict=True))


def _states(model: Model, point: dict[int, int], without: dict[int, int] | None = None) -> Iterator[tuple[str, str]]:
    for place, state in point.items():
        if without is None or without[place] != state:
            yield atom_name(model.world.atoms[place]), str(model.world.labels[place][state])


def _values(model: Model, point: dict[int, int]) -> Iterator[tuple[str, str]]:
    """Sizes, free states and numbers, and the values of functions."""
    for name, size in model.world.sizes.items():
        yield str(name), str(size)
    yield from _states(model, point)
    for key, gene in model.genes.items():
        if isinstance(key, tuple) and key[0] == "function":
            yield f"{key[1]}({', '.join(map(str, key[2]))})", str(gene)


def _rounded_down(distance: Number) -> str:
    with precision(64):
        return (distance * (1 - arb("1e-3"))).str(3, radius=False)


def _short(line: str, width: int = 200) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"
