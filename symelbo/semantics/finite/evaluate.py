"""Evaluating terms on a model: exactly or in balls for decisions, as decimal numbers for display."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flint import arb, fmpq

from symelbo.errors import NotSupported
from symelbo.semantics.finite.indices import atoms_of
from symelbo.semantics.finite.models import Model
from symelbo.semantics.finite.world import Number, Undefined, precision

__all__ = ["decimal", "evaluate", "value"]


def evaluate(term: Any, model: Model, assignment: Mapping[Any, int] | None = None, bits: int = 64) -> Number:
    """The value of a term on a model: a FLINT rational where it is one, else a ball that contains it.

    `assignment` gives the states (counted from 0) of free variables. Raises `NotSupported` for what the model does not
    supply, and for a value that is not defined there.

    >>> from sympy import log
    >>> from symelbo.language import KL, family, variables
    >>> from symelbo.semantics.finite.models import sample_model
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> model = sample_model([p(x, z), q(z | x)], seed=1)
    >>> bool(evaluate(KL(q(z | x), p(z | x)), model, {x: 0}) > 0)
    True
    """
    world = model.world
    node = model.layout.plan.compiler.compile(term)
    model.load()
    env = model.environment()
    given = {atom: state for name, state in (assignment or {}).items() for atom in atoms_of(name, world.sizes)}
    for atom, place in world.free.items():
        if atom in given:
            env[place] = given[atom]
        elif place in node.free and world.counts[place] > 1:
            raise NotSupported(f"{term} depends on {atom[0]}; say at which state to evaluate it")
    with precision(bits):
        try:
            return node.run(env)
        except (Undefined, ZeroDivisionError):
            raise NotSupported(f"{term} has no value on this model: a division by zero, or a logarithm of it") from None


def value(term: Any, model: Model, assignment: Mapping[Any, int] | None = None, dps: int = 15) -> Any:
    """The value of a term as an mpmath number with `dps` correct digits."""
    import mpmath

    bits = int(dps * 3.33) + 16
    for _ in range(8):
        found = arb(evaluate(term, model, assignment, bits))
        if found.rel_accuracy_bits() >= dps * 3.33 or found.is_zero():
            with mpmath.workdps(dps):
                return mpmath.mpf(found.str(dps + 3, radius=False))
        bits *= 2
    raise NotSupported(f"{term} could not be evaluated to {dps} digits: its value may be zero")


def decimal(number: Number, digits: int = 10) -> str:
    """A number in decimals, for display."""
    if isinstance(number, fmpq):
        if number.q == 1:
            return str(number.p)
        with precision(128):
            return str(arb(number).str(digits, radius=False))
    if number.contains(0):
        return "0"
    return str(number.str(digits, radius=False))
