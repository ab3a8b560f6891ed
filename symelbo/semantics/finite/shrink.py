"""Making a counterexample small: every choice behind it is replaced by the simplest one that still separates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from random import Random
from typing import Any

from flint import fmpq

from symelbo.semantics.arithmetic.intervals import assumed_of
from symelbo.semantics.finite.models import Layout, Model, Rejected

__all__ = ["shrink"]

_MAX_TRIALS = 60


def shrink(model: Model, margin: Callable[[Model], float | None]) -> Model:
    """The simplest model found from `model` on which `margin` stays above what can be seen in print.

    `margin` is the certified distance between the two sides, None where they are not separated.
    """
    found = margin(model)
    if found is None:
        return model
    floor = min(found / 2, 0.01)
    trials = 0
    changed = True
    while changed and trials < _MAX_TRIALS:
        changed = False
        for key in list(model.genes):
            for simpler in _simpler(key, model.genes[key], model.layout):
                trials += 1
                smaller = _rebuilt(model, key, simpler)
                if smaller is not None and (distance := margin(smaller)) is not None and distance >= floor:
                    model, changed = smaller, True
                    break
                if trials >= _MAX_TRIALS:
                    return model
    return model


def _rebuilt(model: Model, key: tuple[Any, ...], gene: Any) -> Model | None:
    try:
        return model.layout.draw(Random(0), {**model.genes, key: gene}, tries=1)
    except Rejected:
        return None


def _simpler(key: Any, gene: Any, layout: Layout) -> Iterator[Any]:
    kind = key[0]
    if kind == "row":
        yield from _simpler_rows(gene)
    elif kind == "points":
        counted = tuple(map(fmpq, range(len(gene))))
        if gene != counted and {Fraction(0), Fraction(1)} <= set(layout.bounds.pool(key[1][0], "")):
            yield counted
    elif kind in ("number", "function"):
        name = key[1][0] if kind == "number" else key[1]
        assumed = name if kind == "number" else layout.world.functions[name]
        pool = layout.bounds.pool(name, assumed_of(assumed))
        for value in _SIMPLE_NUMBERS:
            if gene == fmpq(value.numerator, value.denominator):
                return
            if value in pool:
                yield fmpq(value.numerator, value.denominator)


_SIMPLE_NUMBERS = (Fraction(1), Fraction(2), Fraction(1, 2), Fraction(3), Fraction(1, 3))


def _simpler_rows(weights: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Rows of smaller weights: the even one first, then one entry at a time."""
    even = (1,) * len(weights)
    if weights == even:
        return
    yield even
    if len(weights) == 2:
        for other in ((1, 2), (2, 1), (1, 3), (3, 1)):
            if sum(other) >= sum(weights):
                return
            if other != weights:
                yield other
        return
    for place, weight in enumerate(weights):
        if weight > 1:
            yield (*weights[:place], 1, *weights[place + 1 :])
