"""Looking for a concrete model that refutes a claim, and asking whether models agree with one.

A witness is only ever returned when balls separate the two sides in the direction that contradicts the claim, on a
model that has been checked against every assumption of the context.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from flint import arb

from symelbo.errors import NotSupported
from symelbo.language import Claim, Context, Relation
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.blueprint import Blueprint
from symelbo.semantics.finite.display import TableView, lines_of_tables
from symelbo.semantics.finite.evaluate import decimal
from symelbo.semantics.finite.formulas import without_formulas
from symelbo.semantics.finite.indices import Atom, atom_name
from symelbo.semantics.finite.models import Layout, Model, Rejected, blueprints
from symelbo.semantics.finite.shrink import shrink
from symelbo.semantics.finite.structure import Factor
from symelbo.semantics.finite.trial import COMPARED, Point, Trial
from symelbo.semantics.finite.world import FamilyKey, Number, precision

__all__ = ["Agreement", "Witness", "agrees", "find_witness"]

_MAX_LINES = 12
_COPY = 10**14


@dataclass(frozen=True, slots=True)
class Witness:
    """A concrete model of the context on which a claim fails, with both sides and their certified distance.

    `values` are the states and numbers of free names. A claim up to a constant is refuted by two points: `others` and
    `other_tables` are what is different at the second, and `lhs` and `rhs` are then what `compared` says at the two.
    """

    tables: tuple[TableView, ...]
    values: tuple[tuple[str, str], ...]
    relation: str
    lhs: str
    rhs: str
    distance: str
    others: tuple[tuple[str, str], ...] = ()
    other_tables: tuple[TableView, ...] = ()
    compared: str = ""

    def lines(self) -> list[str]:
        """The witness in at most twelve lines of text."""
        ends = []
        if self.values:
            ends.append(_short(", ".join(f"{name} = {value}" for name, value in self.values)))
        if self.compared:
            changed = [f"{name} = {value}" for name, value in self.others]
            changed += [line for table in self.other_tables for line in lines_of_tables((table,), 1)]
            ends.append(_short(f"against {', '.join(changed)}"))
            ends.append(f"{self.compared}: {self.lhs} and {self.rhs}, at least {self.distance} apart")
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
        if self.compared:
            found["against"] = dict(self.others)
            found["tables_against"] = [table.as_dict() for table in self.other_tables]
            found["compared"] = self.compared
        return found


@dataclass(frozen=True, slots=True)
class Agreement:
    """How many draws counted for a claim, and the model that contradicts it if there is one."""

    counted: int
    counterexample: Witness | None = None


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
    trials = [Trial(claim, plan) for plan in _plans(claim, context, spent)]
    ordered = claim.relation not in (Relation.EQUAL, *COMPARED)
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
    return _near_copies(trials[0], random) if ordered and trials else None


def _near_copies(trial: Trial, random: Random) -> Witness | None:
    """The model in which all variables of a family are nearly the same one: the extreme case of many inequalities."""
    layout = Layout(trial.plan, 2)
    try:
        model = layout.draw(random)
        genes = dict(model.genes)
        for family, factors in trial.plan.plans.items():
            for number, factor in enumerate(factors):
                states = list(model.states(factor.of))
                for given in model.states(factor.given):
                    key = ("row", family, number if factor.tie is None else factor.tie, given)
                    if len(genes.get(key, ())) == len(states):
                        genes[key] = tuple(_COPY if len({*state, *given}) == 1 else 1 for state in states)
        model = layout.draw(random, genes)
    except Rejected:
        return None
    return _small(trial, model, 256) if trial.on(model, 256).gap is not None else None


def _plans(claim: Claim, context: Context | None, budget: Budget) -> Iterator[Blueprint]:
    if claim.relation in COMPARED and not claim.wrt:
        raise NotSupported("the claim holds up to a constant, but it is not said constant with respect to what")
    return blueprints((claim.lhs, claim.rhs), context or Context(), budget, claim.wrt)


def _search(trial: Trial, layout: Layout, random: Random, draws: int, ordered: bool) -> Witness | None:
    best: tuple[float, Model] | None = None
    for number in range(draws):
        try:
            model = layout.draw(random, wild=number % 3 == 2)
        except Rejected:
            return None
        bits = 256 if number == 0 else 64
        outcome = trial.on(model, bits)
        if outcome.gap is not None:
            return _small(trial, model, bits)
        if outcome.counted and (best is None or outcome.slack < best[0]):
            best = (outcome.slack, model)
    if not ordered or best is None:
        return None
    return _descend(trial, best, random)


def _descend(trial: Trial, best: tuple[float, Model], random: Random, steps: int = 24) -> Witness | None:
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
        outcome = trial.on(other)
        if outcome.gap is not None:
            return _small(trial, other, 64)
        if outcome.counted and outcome.slack < slack:
            slack, model = outcome.slack, other
    return None


def _small(trial: Trial, model: Model, bits: int) -> Witness | None:
    if trial.margin(model) is not None:
        found = _witness(trial, shrink(model, trial.margin))
        if found is not None:
            return found
    return _witness(trial, model, bits)


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
    assumed = context or Context()
    nothing: Agreement | NotSupported
    try:
        nothing = _agreement(claim, assumed, draws, Random(seed + 1), spent)
        if nothing.counted or nothing.counterexample is not None:
            return nothing
    except NotSupported as reason:
        nothing = reason
    # Explicit laws have no finite models. What holds whatever these laws are holds for them too; what does not may
    # still hold for them, so that only agreement says something here.
    wider = without_formulas(assumed)
    if wider != assumed:
        agreement = _agreement(claim, wider, draws, Random(seed + 1), spent)
        if agreement.counterexample is None:
            return agreement
    if isinstance(nothing, NotSupported):
        raise nothing
    return nothing


def _agreement(claim: Claim, context: Context, draws: int, random: Random, budget: Budget) -> Agreement:
    counted = 0
    for plan in _plans(claim, context, budget):
        trial, layout = Trial(claim, plan), Layout(plan)
        for _ in range(2 * draws):
            try:
                model = layout.draw(random)
            except Rejected:
                break
            outcome = trial.on(model)
            if outcome.gap is not None:
                found = _witness(trial, model)
                if found is not None:
                    return Agreement(counted + 1, found)
            elif outcome.counted:
                counted += 1
            if counted >= draws:
                return Agreement(counted)
    return Agreement(counted)


def _witness(trial: Trial, model: Model, bits: int = 64) -> Witness | None:
    """The printed form of a model that contradicts the claim and lies in the context; None if it does not."""
    if not model.in_context():
        return None
    model.asked.clear()
    gap = trial.on(model, bits).gap
    if gap is None or (gap.partner is not None and not gap.partner.in_context()):
        return None
    model.load()
    second = gap.other is not None
    return Witness(
        tables=tuple(_tables(model, trial.plan.claimed)),
        values=tuple(_values(model, gap.point)),
        relation=trial.claim.relation.value,
        lhs=decimal(gap.left),
        rhs=decimal(gap.right),
        distance=_rounded_down(gap.distance),
        others=tuple(_states(model, gap.other, gap.point)) if gap.other is not None else (),
        other_tables=tuple(_tables(gap.partner, sorted(trial.families))) if gap.partner is not None else (),
        compared=COMPARED[trial.claim.relation][0] if second else "",
    )


def _tables(model: Model, families: Sequence[FamilyKey]) -> Iterator[TableView]:
    """The factors that the claim's densities rest on."""
    plan = model.layout.plan
    for key in families:
        for number, factor in enumerate(plan.plans.get(key, ())):
            if not set(factor.of) & _ancestors(key, model):
                continue
            cells = []
            for states in model.states(factor.given):
                for more, share in model.row(key, number, factor, states):
                    cells.append((_labels(model, factor.given, states), _labels(model, factor.of, more), str(share)))
            name = key[0] + ("_" + ",".join(map(str, key[1])) if key[1] else "")
            names = tuple(atom_name(_shown(atom, model)) for atom in factor.given)
            yield TableView(name, tuple(map(atom_name, factor.of)), names, tuple(cells))


def _ancestors(key: FamilyKey, model: Model) -> set[Atom]:
    """What the claim mentions of a family, and everything that was sampled before it and led to it."""
    plan = model.layout.plan
    wanted = {atom for item in plan.looked_up if item.family == key for atom in (*item.of, *item.given)}
    factors: tuple[Factor, ...] = plan.plans[key]
    for factor in reversed(factors):
        if set(factor.of) & wanted:
            wanted |= {*factor.given, *factor.of}
    return wanted


def _shown(atom: Atom, model: Model) -> Atom:
    """A parameter's slot is shown under a name that fills it."""
    world = model.world
    if not isinstance(atom[0], tuple):
        return atom
    root = world.root(atom)
    return next((other for other in world.free if world.root(other) == root), (f"parameter of {atom[0][0][:-1]}", ()))


def _labels(model: Model, atoms: Sequence[Atom], states: Sequence[int]) -> tuple[str, ...]:
    return tuple(str(model.points(model.world.root(atom))[state]) for atom, state in zip(atoms, states, strict=True))


def _states(model: Model, point: Point, without: Point | None = None) -> Iterator[tuple[str, str]]:
    for place, state in point.items():
        if without is None or without[place] != state:
            yield atom_name(model.world.atoms[place]), str(model.world.labels[place][state])


def _values(model: Model, point: Point) -> Iterator[tuple[str, str]]:
    """Sizes, free states and numbers, and the values of functions."""
    for name, size in model.world.sizes.items():
        yield str(name), str(size)
    yield from _states(model, point)
    for key in model.asked:
        yield f"{key[1]}({', '.join(map(str, key[2]))})", str(model.genes[key])


def _rounded_down(distance: Number) -> str:
    with precision(64):
        return str((distance * (1 - arb("1e-3"))).str(3, radius=False))


def _short(line: str, width: int = 200) -> str:
    return line if len(line) <= width else line[: width - 1] + "…"
