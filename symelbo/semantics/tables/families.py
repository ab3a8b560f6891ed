"""The best `q` within a family: uniform, one point, factorised over the latents, and the posterior itself.

The ELBO of each is certified at the `q` that is shown. For the point mass and the posterior that `q` is known to be
best; the factorised one is a local optimum found by coordinate ascent from several starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from math import exp, inf, log, prod

from flint import arb, ctx, fmpq

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.decimals import Digits
from symelbo.semantics.arithmetic.units import Unit
from symelbo.semantics.tables.measures import bound_balls
from symelbo.semantics.tables.model import Column, Table
from symelbo.semantics.tables.report import EXACT_STATES, infinite_or_digits, working_bits

__all__ = ["FAMILIES", "Fit", "best_in"]

_FLOAT_SWEEPS = 2000
_BALL_WORK = 1_500_000
_STARTS = 6


@dataclass(frozen=True, slots=True)
class Fit:
    """The best `q` of a family: what it is, its ELBO and gap, and how sure it is that it is the best.

    `factors` holds one distribution for each latent where the family is factorised; `exact` says that the ELBO is
    proved to be the greatest in the family.
    """

    family: str
    description: str
    elbo: Digits
    gap: Digits
    factors: tuple[tuple[Digits, ...], ...]
    exact: bool
    note: str


def best_in(
    family: str, table: Table, observation: str | None = None, *, digits: int = 50, unit: Unit = Unit.NATS
) -> Fit:
    """The best `q` of `family`, one of `FAMILIES`. Raises `TableError` for an unknown family.

    >>> pair = Table.build([["0.25", "0.25"], ["0.25", "0.25"]], {"1": [["0.1", "0.4"], ["0.4", "0.1"]]})
    >>> best_in("point", pair).description
    'all mass on z=0,1'
    """
    if family not in FAMILIES:
        raise TableError(f"'{family}' is not a family of q; known are {', '.join(FAMILIES)}")
    label = table.observed if observation is None else observation
    if not any(table.joint(label)):
        raise TableError(f"{table.name}: x={label} has probability zero, so no q has a finite bound")
    return FAMILIES[family](table, label, digits, unit)


def _fit(table: Table, label: str, q: Column, digits: int, unit: Unit) -> tuple[Digits, Digits]:
    bits = working_bits(digits, len(table))
    with ctx.workprec(bits):
        bound = bound_balls(table, label, q, bits)
        scale = unit.nats()
        return infinite_or_digits(bound.elbo / scale, digits), infinite_or_digits(bound.gap / scale, digits)


def _uniform(table: Table, label: str, digits: int, unit: Unit) -> Fit:
    size = len(table)
    elbo, gap = _fit(table, label, Column.of([Fraction(1, size)] * size), digits, unit)
    return Fit("uniform", f"1/{size} for every state", elbo, gap, (), True, "the only member of its family")


def _point(table: Table, label: str, digits: int, unit: Unit) -> Fit:
    joint = table.joint(label)
    best = max(range(len(joint)), key=joint.__getitem__)
    ties = sum(value == joint[best] for value in joint)
    q = Column.of(Fraction(int(k == best)) for k in range(len(joint)))
    elbo, gap = _fit(table, label, q, digits, unit)
    note = "the state of largest joint probability" + (f", one of {ties} with the same" if ties > 1 else "")
    return Fit("point", f"all mass on z={table.states[best]}", elbo, gap, (), True, note)


def _posterior(table: Table, label: str, digits: int, unit: Unit) -> Fit:
    with ctx.workprec(working_bits(digits, len(table))):
        evidence = table.evidence(label)
        value = arb(fmpq(evidence.numerator, evidence.denominator)).log() / unit.nats()
        elbo = infinite_or_digits(value, digits)
    return Fit(
        "posterior", "q = p(z|x)", elbo, Digits("0", digits), (), True, "the bound is tight: the gap is exactly 0"
    )


def _factorised(table: Table, label: str, digits: int, unit: Unit) -> Fit:
    if len(table.shape) == 1:
        fit = _posterior(table, label, digits, unit)
        note = "one latent: every q is factorised, so the posterior is the best"
        return Fit("factorised", fit.description, fit.elbo, fit.gap, (), True, note)
    if len(table) > EXACT_STATES:
        raise TableError(f"{table.name}: the factorised family is fitted up to {EXACT_STATES} states")
    joint = table.joint(label)
    logs = [log(value) if value else -inf for value in joint]
    runs = [_ascend(logs, table.shape, start) for start in _starts(table, joint)]
    best, _ = max(runs, key=lambda run: run[1])
    bits = working_bits(digits, len(table))
    with ctx.workprec(bits):
        factors = _refine(joint, table.shape, best, digits)
        scale = unit.nats()
        bound = _factorised_elbo(joint, table.shape, factors)
        evidence = table.evidence(label)
        gap = arb(fmpq(evidence.numerator, evidence.denominator)).log() - bound
        shown = tuple(tuple(infinite_or_digits(value, min(digits, 12)) for value in part) for part in factors)
        elbo_digits, gap_digits = infinite_or_digits(bound / scale, digits), infinite_or_digits(gap / scale, digits)
    note = f"coordinate ascent from {len(runs)} starts: a local optimum, a certified lower bound on log p(x)"
    description = "q(z) = " + " ".join(f"q{i + 1}(z{i + 1})" for i in range(len(table.shape)))
    return Fit("factorised", description, elbo_digits, gap_digits, shown, False, note)


FAMILIES: dict[str, Callable[[Table, str, int, Unit], Fit]] = {
    "uniform": _uniform,
    "point": _point,
    "factorised": _factorised,
    "posterior": _posterior,
}
"""The families by name; each takes a table, an observation, the digits and the unit."""


def _starts(table: Table, joint: Sequence[Fraction]) -> Iterator[list[list[float]]]:
    """Uniform, the posterior's marginals, and the most probable states as point masses."""
    shape = table.shape
    if all(joint):
        yield [[1 / size] * size for size in shape]
        total = float(sum(joint))
        marginals = [[0.0] * size for size in shape]
        for value, index in zip(joint, _indices(shape), strict=True):
            for axis, place in enumerate(index):
                marginals[axis][place] += float(value) / total
        yield marginals
    order = sorted(range(len(joint)), key=joint.__getitem__, reverse=True)
    for k in islice((k for k in order if joint[k]), _STARTS):
        index = _index(k, shape)
        yield [[float(place == index[axis]) for place in range(size)] for axis, size in enumerate(shape)]


def _index(flat: int, shape: Sequence[int]) -> tuple[int, ...]:
    places = []
    for size in reversed(shape):
        flat, place = divmod(flat, size)
        places.append(place)
    return tuple(reversed(places))


def _indices(shape: Sequence[int]) -> Iterator[tuple[int, ...]]:
    return (_index(k, shape) for k in range(prod(shape)))


def _contract(values: Sequence, shape: Sequence[int], factors: Sequence[Sequence], keep: int | None) -> list:  # type: ignore[type-arg]
    """Averages `values` over every axis but `keep`; a zero weight ignores what it weighs."""
    current, sizes = list(values), list(shape)
    for axis in reversed(range(len(shape))):
        if axis == keep:
            continue
        size, inner = sizes[axis], prod(sizes[axis + 1 :])
        weights = [(place, weight) for place, weight in enumerate(factors[axis]) if weight]
        outer = len(current) // (size * inner)
        current = [
            sum(weight * current[(a * size + place) * inner + b] for place, weight in weights)
            for a in range(outer)
            for b in range(inner)
        ]
        sizes[axis] = 1
    return current


def _ascend(
    logs: Sequence[float], shape: tuple[int, ...], factors: list[list[float]]
) -> tuple[list[list[float]], float]:
    """Coordinate ascent in floating point: the factors reached and their ELBO."""
    value = -inf
    for _ in range(_FLOAT_SWEEPS):
        for axis in range(len(shape)):
            means = _contract(logs, shape, factors, axis)
            top = max(means)
            if top == -inf:
                return factors, -inf
            weights = [exp(mean - top) for mean in means]
            total = sum(weights)
            factors[axis] = [weight / total for weight in weights]
        entropy = -sum(w * log(w) for part in factors for w in part if w)
        now = _contract(logs, shape, factors, None)[0] + entropy
        if now - value <= 1e-15 * max(1.0, abs(now)):
            return factors, now
        value = now
    return factors, value


def _refine(
    joint: Sequence[Fraction], shape: tuple[int, ...], start: Sequence[Sequence[float]], digits: int
) -> list[list[arb]]:
    """Further sweeps at FLINT's current precision, until the change no longer shows in the ELBO.

    Each sweep keeps the midpoints only, so that the balls do not grow: any normalised `q` gives a valid bound.
    """
    logs = [arb(fmpq(v.numerator, v.denominator)).log() if v else None for v in joint]
    factors = [_normalised([arb(weight) for weight in part]) for part in start]
    if any(value is None for value in logs):
        return factors
    enough = arb(f"1e-{digits // 2 + 2}")
    for _ in range(max(1, min(400, _BALL_WORK // (len(joint) * len(shape))))):
        moved = arb(0)
        for axis in range(len(shape)):
            means = _contract(logs, shape, factors, axis)
            top = max(means, key=lambda mean: float(mean.mid()))
            fresh = _normalised([(mean - top).exp() for mean in means])
            moved = max([moved, *(abs(a - b).mid() for a, b in zip(fresh, factors[axis], strict=True))], key=float)
            factors[axis] = fresh
        if moved < enough:
            break
    return factors


def _normalised(weights: Iterable[arb]) -> list[arb]:
    """Exact points that sum to one: every weight but the largest is a midpoint, the largest is what remains."""
    points = [weight.mid() for weight in weights]
    total = sum(points, arb(0))
    points = [(point / total).mid() for point in points]
    largest = max(range(len(points)), key=lambda k: float(points[k]))
    points[largest] = arb(1) - sum((point for k, point in enumerate(points) if k != largest), arb(0))
    return points


def _factorised_elbo(joint: Sequence[Fraction], shape: tuple[int, ...], factors: Sequence[Sequence[arb]]) -> arb:
    """`E_q[log p(x, z)]` plus the entropies of the factors."""
    used = [all(factors[axis][place] != 0 for axis, place in enumerate(index)) for index in _indices(shape)]
    if any(use and not value for use, value in zip(used, joint, strict=True)):
        return arb.neg_inf()
    logs = [arb(fmpq(v.numerator, v.denominator)).log() if use else arb(0) for v, use in zip(joint, used, strict=True)]
    mean = _contract(logs, shape, factors, None)[0]
    return mean - sum((w * w.log() for part in factors for w in part if w != 0), arb(0))
