"""Which concrete models a claim is put to: points, finite tables, or explicit laws by quadrature.

Both answer with the same types; the calculus has no say in what they find.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.language import Binder, Block, Claim, Context, Density
from symelbo.language.links import is_part, wiring_of
from symelbo.language.walks import found_in
from symelbo.semantics import witness as tables
from symelbo.semantics.budget import Budget
from symelbo.semantics.explicit import continuous
from symelbo.semantics.explicit.once import Bench
from symelbo.semantics.finite.pointwise import pointwise
from symelbo.semantics.scalars import scalar_claims
from symelbo.semantics.witness import Agreement, Witness

Way = Callable[..., Any]

__all__ = ["agrees_once", "confirm", "contest"]


def confirm(
    claim: Claim,
    assumed: Context,
    *,
    draws: int,
    seed: int,
    bench: Bench | None = None,
    budget: Budget | None = None,
) -> Agreement:
    """Evaluate a proved claim on random concrete models. Raises `NotSupported` where there are none.

    Claims of one document may share a `bench`. A road whose integrals take more than the `budget` is left.
    """

    def on_lines(claim: Claim, assumed: Context, *, draws: int, seed: int) -> Agreement:
        return continuous.agrees(claim, assumed, draws=draws, seed=seed, bench=bench, budget=budget)

    concerned = continuous.concerns(claim, assumed)
    ways: tuple[Callable[..., Agreement], ...] = (on_lines, _written_agrees, tables.agrees)
    if not concerned:
        ways = (tables.agrees, _written_agrees, on_lines)
    if scalar_claims.concerns(claim, assumed):
        ways = (scalar_claims.agrees, *ways)
    else:
        ways = _along_maps(claim, assumed, ways, on_lines)
    if not concerned and _binds_blocks(claim, assumed):
        # an integral over every entry of a block costs more than it can tell
        ways = tuple(way for way in ways if way is not on_lines)
    first: NotSupported | BudgetExceeded | None = None
    nothing = Agreement(0)
    for way in ways:
        try:
            found = way(claim, assumed, draws=draws, seed=seed)
        except (NotSupported, BudgetExceeded) as limit:
            first = first or limit
            continue
        if found.counted or found.counterexample is not None:
            return found
    if first is not None:
        raise first
    return nothing


def agrees_once(
    claim: Claim, assumed: Context, *, seed: int, bench: Bench | None = None, budget: Budget | None = None
) -> bool:
    """Whether one random model does not speak against a claim: a quick look.

    Raises `NotSupported`, and `BudgetExceeded` when integrals take more than the `budget`.
    """
    if continuous.concerns(claim, assumed):
        return continuous.find_witness(claim, assumed, seed=seed, draws=1, bench=bench, budget=budget) is None
    found = tables.agrees(claim, assumed, draws=1, seed=seed)
    return found.counterexample is None and found.counted > 0


def contest(claim: Claim, assumed: Context, *, seed: int, budget: int, bench: Bench | None = None) -> Witness | None:
    """Look for a concrete model that refutes a claim. Raises `NotSupported` where there are none."""

    def on_tables() -> Witness | None:
        return tables.find_witness(claim, assumed, seed=seed, budget=budget)

    concerned = continuous.concerns(claim, assumed)

    def on_lines() -> Witness | None:
        if not concerned and _binds_blocks(claim, assumed):
            raise NotSupported("an integral over every entry of a block costs more than it can tell")
        return _quadrature(claim, assumed, seed, bench)

    def on_both() -> Witness | None:
        return _written_witness(claim, assumed, seed, budget)

    def on_points() -> Witness | None:
        return scalar_claims.find_witness(claim, assumed, seed=seed)

    ways = [on_lines, on_both] if concerned else [on_tables, on_both, on_lines]
    if scalar_claims.concerns(claim, assumed):
        ways = [on_points, *ways]
    ways = list(_along_maps(claim, assumed, tuple(ways), on_lines))
    first: NotSupported | BudgetExceeded | None = None
    sought = False
    for way in ways:
        try:
            found = way()
        except (NotSupported, BudgetExceeded) as limit:
            first = first or limit
            continue
        sought = True
        if found is not None or way is on_tables:
            return found
    if not sought and first is not None:
        raise first
    return None


def _written_agrees(claim: Claim, assumed: Context, *, draws: int, seed: int) -> Agreement:
    """Evaluate a claim on finite models on which its explicit laws are written out."""
    counted, limit = 0, None
    for dimension in (2, 1):
        try:
            written = pointwise(claim, assumed, dimension)
            found = tables.agrees(written.claim, written.context, draws=draws, seed=seed)
        except (NotSupported, BudgetExceeded) as reason:
            limit = reason
            continue
        if found.counterexample is not None:
            if written.faithful:
                return found
            raise NotSupported("an explicit law was taken at a point outside of where it lives")
        counted += found.counted
    if not counted and limit is not None:
        raise limit
    return Agreement(counted)


def _written_witness(claim: Claim, assumed: Context, seed: int, budget: int) -> Witness | None:
    """A finite model that refutes a claim whose explicit laws are written out."""
    limit, sought = None, False
    for dimension in (1, 2):
        try:
            written = pointwise(claim, assumed, dimension)
            if not written.faithful:
                raise NotSupported("the explicit laws of the claim do not live on the whole line")
            found = tables.find_witness(written.claim, written.context, seed=seed, budget=budget)
        except (NotSupported, BudgetExceeded) as reason:
            limit = limit or reason
            continue
        sought = True
        if found is not None:
            return found
    if not sought and limit is not None:
        raise limit
    return None


def _along_maps(claim: Claim, assumed: Context, ways: tuple[Way, ...], lines: Way) -> tuple[Way, ...]:
    """Concrete maps come first where variables are made of others; tables know nothing of vectors made in parts."""
    wiring = wiring_of((claim.lhs, claim.rhs), assumed)
    if wiring is None or not wiring.links:
        return ways
    return (lines,) if any(map(is_part, wiring.links)) else (lines, *(way for way in ways if way != lines))


def _binds_blocks(claim: Claim, assumed: Context) -> bool:
    """Whether a mean or an integral of a claim is over a block of variables."""
    binders = (node for side in (claim.lhs, claim.rhs) for node in found_in(assumed.expand(side), Binder))
    return any(isinstance(name, Block) for binder in binders for name in binder.bound)


def _quadrature(claim: Claim, assumed: Context, seed: int, bench: Bench | None) -> Witness | None:
    if claim.wrt and (claim.lhs.has(Density) or claim.rhs.has(Density)):
        # what stands in for an abstract density there may move with the variable
        raise NotSupported("a claim up to a constant mixes explicit and abstract densities")
    return continuous.find_witness(claim, assumed, seed=seed, bench=bench)
