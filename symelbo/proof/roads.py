"""Which concrete models a claim is put to: finite tables, or explicit laws by quadrature.

Both answer with the same types; the calculus has no say in what they find.
"""

from __future__ import annotations

from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.language import Claim, Context, Density
from symelbo.semantics import continuous
from symelbo.semantics import witness as tables
from symelbo.semantics.witness import Agreement, Witness

__all__ = ["agrees_once", "confirm", "contest"]


def confirm(claim: Claim, assumed: Context, *, draws: int, seed: int) -> Agreement:
    """Evaluate a proved claim on random concrete models. Raises `NotSupported` where there are none."""
    if continuous.concerns(claim, assumed):
        try:
            return continuous.agrees(claim, assumed, draws=draws, seed=seed)
        except (NotSupported, BudgetExceeded):
            # what holds of any densities is confirmed without the explicit ones
            return tables.agrees(claim, assumed, draws=draws, seed=seed)
    try:
        found = tables.agrees(claim, assumed, draws=draws, seed=seed)
    except (NotSupported, BudgetExceeded):
        return continuous.agrees(claim, assumed, draws=draws, seed=seed)
    if not found.counted and found.counterexample is None:
        return continuous.agrees(claim, assumed, draws=draws, seed=seed)
    return found


def agrees_once(claim: Claim, assumed: Context, *, seed: int) -> bool:
    """Whether one random model does not speak against a claim: a quick look. Raises `NotSupported`."""
    if continuous.concerns(claim, assumed):
        return continuous.find_witness(claim, assumed, seed=seed, draws=1) is None
    found = tables.agrees(claim, assumed, draws=1, seed=seed)
    return found.counterexample is None and found.counted > 0


def contest(claim: Claim, assumed: Context, *, seed: int, budget: int) -> Witness | None:
    """Look for a concrete model that refutes a claim. Raises `NotSupported` where there are none."""
    if continuous.concerns(claim, assumed):
        return _quadrature(claim, assumed, seed)
    try:
        return tables.find_witness(claim, assumed, seed=seed, budget=budget)
    except (NotSupported, BudgetExceeded) as limit:
        try:
            return _quadrature(claim, assumed, seed)
        except (NotSupported, BudgetExceeded):
            raise limit from None


def _quadrature(claim: Claim, assumed: Context, seed: int) -> Witness | None:
    if claim.wrt and (claim.lhs.has(Density) or claim.rhs.has(Density)):
        # what stands in for an abstract density there may move with the variable
        raise NotSupported("a claim up to a constant mixes explicit and abstract densities")
    return continuous.find_witness(claim, assumed, seed=seed)
