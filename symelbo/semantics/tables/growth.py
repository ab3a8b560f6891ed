"""Why the evidence is intractable, by measurement; and the bound as `q` moves.

`growth` sums `p(x, z)` over all `2^d` states of `d` binary latents, exactly, and records terms and time. The likelihood
has no structure to exploit (each state has its own number), which is the general case.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from time import perf_counter

from flint import ctx

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.units import Unit
from symelbo.semantics.tables.measures import bound_balls
from symelbo.semantics.tables.model import Column, Table

__all__ = ["GrowthRow", "Sweep", "growth", "sweep", "years_for"]

_MOST_LATENTS = 24
_YEAR = 365.25 * 24 * 3600


@dataclass(frozen=True, slots=True)
class GrowthRow:
    """One measurement: `d` binary latents, the terms summed, the seconds taken, and the exact evidence."""

    dimension: int
    terms: int
    seconds: float
    evidence: Fraction


def growth(dimensions: Sequence[int], clock: Callable[[], float] = perf_counter) -> tuple[GrowthRow, ...]:
    """Exact evidence for each number of binary latents. Raises `TableError` outside 1 to 24 latents.

    >>> [row.terms for row in growth([1, 2, 3])]
    [2, 4, 8]
    """
    for dimension in dimensions:
        if not 1 <= dimension <= _MOST_LATENTS:
            raise TableError(f"growth is measured for 1 to {_MOST_LATENTS} binary latents, not {dimension}")
    rows = []
    for dimension in dimensions:
        start = clock()
        evidence, terms = _enumerate(dimension)
        rows.append(GrowthRow(dimension, terms, clock() - start, evidence))
    return tuple(rows)


def _enumerate(dimension: int) -> tuple[Fraction, int]:
    """Sums prior times likelihood over every state: p(z_i = 1) = 3/10, p(x=1|z) a scrambled hundredth per state."""
    weights = [3**ones * 7 ** (dimension - ones) for ones in range(dimension + 1)]
    total = terms = 0
    for state in range(1 << dimension):
        total += weights[state.bit_count()] * (1 + (state * 7919 + state * state * 31) % 97)
        terms += 1
    return Fraction(total, 10**dimension * 100), terms


def years_for(dimension: int, row: GrowthRow) -> float:
    """How many years `dimension` latents would take at the measured time per term.

    >>> second = GrowthRow(20, 2**20, 1.0, Fraction(1, 2))
    >>> years_for(30, second) < 1 < years_for(60, second)
    True
    """
    return row.seconds / row.terms * 2.0**dimension / _YEAR


@dataclass(frozen=True, slots=True)
class Sweep:
    """The bound along a line of distributions: for each position the ELBO, the log-evidence and the gap, as floats."""

    axis: str
    unit: Unit
    positions: tuple[float, ...]
    elbo: tuple[float, ...]
    log_evidence: float
    gap: tuple[float, ...]
    marks: tuple[tuple[str, float], ...]


def sweep(
    table: Table,
    observation: str | None = None,
    *,
    q: Column | None = None,
    points: int = 201,
    unit: Unit = Unit.NATS,
) -> Sweep:
    """How ELBO and gap change as `q` moves.

    With two states `q(z=second)` runs from 0 to 1. With more, `q` runs on the line from `q` (that of the table, or
    uniform) at 0 to the posterior at 1. Positions where the ELBO is infinite are left out.

    >>> lesson = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])
    >>> path = sweep(lesson, points=11)
    >>> path.axis, round(min(path.gap), 12)
    ('q(z=1)', 0.0)
    """
    if points < 2:
        raise TableError("a picture of the bound needs at least two points")
    label = table.observed if observation is None else observation
    posterior, given = table.posterior(label), q or table.q(label)
    if len(table) == 2:
        start, end = Column.of([Fraction(1), Fraction(0)]), Column.of([Fraction(0), Fraction(1)])
        axis = f"q(z={table.states[1]})"
        marks = [("posterior", float(posterior[1]))] + ([("q", float(given[1]))] if given else [])
    else:
        uniform = Column.of([Fraction(1, len(table))] * len(table))
        start, end = given or uniform, Column.of(posterior)
        axis = f"t in (1 - t) {'q' if given else 'uniform'} + t p(z|x)"
        marks = [("q" if given else "uniform", 0.0), ("posterior", 1.0)]
    positions, elbo, gap = [], [], []
    with ctx.workprec(96):
        scale = float(unit.nats())
        evidence = 0.0
        for step in range(points):
            t = Fraction(step, points - 1)
            bound = bound_balls(
                table, label, Column.of((1 - t) * a + t * b for a, b in zip(start, end, strict=True)), 96
            )
            evidence = float(bound.evidence.log()) / scale
            if bound.elbo.is_finite():
                positions.append(float(t))
                elbo.append(float(bound.elbo) / scale)
                gap.append(max(0.0, float(bound.gap) / scale))
    return Sweep(axis, unit, tuple(positions), tuple(elbo), evidence, tuple(gap), tuple(marks))
