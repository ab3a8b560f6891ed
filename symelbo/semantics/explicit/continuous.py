"""Claims about explicit densities, tested at random points: witnesses for false closed forms, agreement for true ones.

Sizes become small numbers, free names rational values inside their domains, unknown functions smooth ones, abstract
densities Gaussians; both sides are then evaluated by quadrature in balls (see `symelbo.semantics.explicit.quadrature`).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from random import Random
from typing import Any

from flint import acb, arb, fmpq
from sympy import Expr

from symelbo.errors import NotSupported
from symelbo.language import (
    Claim,
    Components,
    Context,
    Density,
    Det,
    Dot,
    Identity,
    Indicator,
    Known,
    Ordered,
    Trace,
    context,
)
from symelbo.language.shapes import kinds_of
from symelbo.semantics.arithmetic.balls import working_precision
from symelbo.semantics.budget import Budget
from symelbo.semantics.explicit.comparing import real
from symelbo.semantics.explicit.densities import TERMS
from symelbo.semantics.explicit.evaluator import Evaluator, Point, Undefined
from symelbo.semantics.explicit.means import MEANS
from symelbo.semantics.explicit.once import Bench
from symelbo.semantics.explicit.prepared import Prepared
from symelbo.semantics.explicit.trial import BITS, Trial
from symelbo.semantics.explicit.unrolled import unroll
from symelbo.semantics.witness import Agreement, Witness

__all__ = ["agrees", "concerns", "find_witness", "value_at"]

_EXPLICIT = (Known, Components, Identity, Indicator, Dot, Trace, Det, Ordered)


def concerns(claim: Claim, assumed: Context) -> bool:
    """Whether a claim is about explicit densities, so that it is tested here and not on finite tables."""
    sides = assumed.expand(claim.lhs), assumed.expand(claim.rhs)
    if any(side.has(*_EXPLICIT) for side in sides):
        return True
    # Numbers in a document about explicit densities: its context cannot be put on a finite model.
    return not any(side.has(Density) for side in sides) and any(d.value.has(Known) for d in assumed.definitions)


def find_witness(
    claim: Claim,
    assumed: Context | None = None,
    *,
    seed: int = 0,
    draws: int = 6,
    bench: Bench | None = None,
    budget: Budget | None = None,
) -> Witness | None:
    """A point at which the claim certainly fails; None when none was found. Claims of a document may share a `bench`.

    Raises `NotSupported` when the claim has no evaluation here, and `BudgetExceeded` when its integrals take more
    than the `budget`: a point of an integrand costs as many steps as the largest of them has nodes.

    >>> from sympy import log, symbols
    >>> from symelbo.language import KL, Relation, known
    >>> m, s = symbols("m s", positive=True)
    >>> kl = KL(known("Normal", None, m, s**2), known("Normal", None, 0, 1))
    >>> find_witness(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1) / 2 - log(s))) is None
    True
    >>> find_witness(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1 - log(s)) / 2)).relation
    '='
    """
    for _, found in _outcomes(claim, assumed or context(), seed, draws, bench, budget):
        if found is not None:
            return found
    return None


def agrees(
    claim: Claim,
    assumed: Context | None = None,
    *,
    draws: int = 2,
    seed: int = 0,
    bench: Bench | None = None,
    budget: Budget | None = None,
) -> Agreement:
    """Evaluate a claim at random points until so many draws have counted. Raises what `find_witness` raises."""
    counted = 0
    for counts, found in _outcomes(claim, assumed or context(), seed, 8 * draws, bench, budget):
        if found is not None:
            return Agreement(counted, found)
        counted += counts
        if counted >= draws:
            break
    return Agreement(counted)


def value_at(term: Expr, values: dict[Expr, Any], digits: int = 15, assumed: Context | None = None) -> arb:
    """The value of a term with explicit densities at given values of its free names, as a ball.

    Raises `NotSupported` when a name has no value or the term no evaluation, or when it is undefined there.

    >>> from sympy import symbols
    >>> from symelbo.language import E, known
    >>> z, m = symbols("z m", real=True)
    >>> value_at(E(z**2, known("Normal", z, m, 1)), {m: Fraction(1, 2)}).contains(arb("1.25"))
    True
    """
    opened = unroll((assumed or context()).expand(term), {}, 1)
    evaluator = Evaluator(kinds_of([opened]), 1, {}, TERMS + MEANS)
    point: Point = {name: acb(fmpq(*Fraction(value).as_integer_ratio())) for name, value in values.items()}
    with working_precision(max(BITS, int(digits * 3.4) + 30)):
        try:
            return real(evaluator.compile(opened)(point, False))
        except (Undefined, ZeroDivisionError):
            raise NotSupported(f"{term} has no value at this point") from None


def _outcomes(
    claim: Claim, assumed: Context, seed: int, draws: int, bench: Bench | None, budget: Budget | None
) -> Iterator[tuple[bool, Witness | None]]:
    """For each draw: whether it counted, and the witness if the claim fails there."""
    random, prepared = Random(seed), Prepared(claim, assumed, bench)
    reason: NotSupported | None = None
    counted = False
    for number in range(draws):
        for dimension in (2, 1):
            try:
                found = Trial(claim, prepared.scene(random, dimension), random, number, budget).run()
            except NotSupported as limit:
                reason = limit
                continue
            except (ValueError, TypeError) as shape:
                # FLINT refuses matrices whose shapes do not fit; the reading of the names was wrong then.
                reason = NotSupported(f"the parts of the claim do not fit together as vectors and matrices: {shape}")
                continue
            except (Undefined, ZeroDivisionError):
                yield False, None
                break
            counted = True
            yield True, found
            break
        else:
            if reason is not None and not counted and number == 2:
                raise reason
    if reason is not None and not counted:
        raise reason
