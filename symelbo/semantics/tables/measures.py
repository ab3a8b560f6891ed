"""Evidence, bound and divergences of a table: in balls, exactly, and once more with mpmath.

For a table `p(z)`, `p(x | z)` and a distribution `q` (Jordan, Ghahramani, Jaakkola and Saul, 1999; Kingma and Welling,
2014): the ELBO is `E_q[log p(x, z) - log q(z)]`, the reconstruction `E_q[log p(x | z)]`, and
`log p(x) = ELBO + KL(q || p(z | x))`. The convention is `0 log 0 = 0`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from operator import mul
from typing import Any, Generic, TypeVar

import mpmath
from flint import arb, ctx, fmpq

from symelbo.errors import TableError
from symelbo.semantics.arithmetic.log_primes import LogFactors, LogSum
from symelbo.semantics.tables.model import Column, Table

__all__ = ["BoundBalls", "Measures", "bound_balls", "evidence_ball", "exact_measures", "measure", "mpmath_measures"]


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class BoundBalls:
    """The three numbers of the bound, in nats: evidence (a probability), ELBO and gap."""

    evidence: arb
    elbo: arb
    gap: arb


@dataclass(frozen=True, slots=True)
class Measures(Generic[T]):
    """All quantities of a table and a `q`, in nats; `T` is the arithmetic (`arb`, `LogSum` or an mpmath number)."""

    log_evidence: T
    elbo: T
    reconstruction: T
    kl_prior: T
    gap: T
    kl_posterior: T


def _ball(value: Fraction) -> arb:
    return arb(fmpq(value.numerator, value.denominator))


def _summed(terms: Iterable[arb]) -> arb:
    return sum(terms, arb(0))


def _mean_log(weights: Column, over: Sequence[Any], under: Sequence[Any], shift: arb, *, infinite: int) -> arb:
    """`E_weights[log(over / under)] + shift`; a zero of either under positive weight gives infinity of that sign."""
    logs = [(arb(a) / arb(b)).log() for a, b in zip(over, under, strict=True)]
    total = _summed(map(mul, weights.atoms, logs))
    if not total.is_finite():
        total = arb(0)
        for weight, a, b in zip(weights.atoms, over, under, strict=True):
            if not weight:
                continue
            if not a or not b:
                return arb.pos_inf() if infinite > 0 else arb.neg_inf()
            total += weight * (arb(a) / arb(b)).log()
    return total * _ball(weights.scale) + shift


def bound_balls(table: Table, observation: str, q: Column, bits: int) -> BoundBalls:
    """Evidence, ELBO and gap in one pass over the states, at a working precision of `bits`.

    >>> lesson = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])
    >>> print(bound_balls(lesson, "1", lesson.q("1"), 64).gap.str(6, radius=False))
    0.0281676
    """
    column = table.column(observation)
    with ctx.workprec(bits):
        joint = list(map(mul, table.prior.atoms, column.atoms))
        scale = table.prior.scale * column.scale
        evidence = _positive(table, observation, joint, scale)
        elbo = _mean_log(q, joint, q.atoms, _ball(scale / q.scale).log(), infinite=-1)
        return BoundBalls(evidence, elbo, evidence.log() - elbo)


def evidence_ball(table: Table, observation: str, bits: int) -> arb:
    """`p(x = observation)` alone. Raises `TableError` if it is zero."""
    column = table.column(observation)
    with ctx.workprec(bits):
        joint = map(mul, table.prior.atoms, column.atoms)
        return _positive(table, observation, joint, table.prior.scale * column.scale)


def _positive(table: Table, observation: str, joint: Iterable[Any], scale: Fraction) -> arb:
    evidence = arb(sum(joint)) * _ball(scale)
    if evidence.is_zero():
        raise TableError(f"{table.name}: x={observation} has probability zero, so its logarithm does not exist")
    return evidence


def measure(table: Table, observation: str, q: Column, bits: int) -> Measures[arb]:
    """Every quantity in balls, each from its own definition, so that identities between them are a real check.

    Raises `TableError` if the observation has probability zero.
    """
    prior, column = table.prior, table.column(observation)
    bound = bound_balls(table, observation, q, bits)
    with ctx.workprec(bits):
        joint = list(map(mul, prior.atoms, column.atoms))
        shift = _ball(q.scale / (prior.scale * column.scale)).log() + bound.evidence.log()
        ones = [1] * len(prior)
        return Measures(
            log_evidence=bound.evidence.log(),
            elbo=bound.elbo,
            reconstruction=_mean_log(q, column.atoms, ones, _ball(column.scale).log(), infinite=-1),
            kl_prior=_mean_log(q, q.atoms, prior.atoms, _ball(q.scale / prior.scale).log(), infinite=1),
            gap=bound.gap,
            kl_posterior=_mean_log(q, q.atoms, joint, shift, infinite=1),
        )


def exact_measures(table: Table, observation: str, q: Column, factors: LogFactors) -> Measures[LogSum] | None:
    """Every quantity as an exact sum of logarithms of primes; None where one of them is infinite.

    The posterior enters as reduced fractions, so that `log p(x) = ELBO + KL` is found by unique factorisation and not
    by the way the numbers were made.
    """
    column, posterior = table.column(observation), table.posterior(observation)
    support = [k for k, weight in enumerate(q) if weight]
    if any(not table.prior[k] or not column[k] for k in support):
        return None

    def mean(*signed: tuple[int, Sequence[Fraction]]) -> LogSum:
        return LogSum.total(
            (sign * q[k], LogSum.log(values[k], factors)) for sign, values in signed for k in support
        )  # fmt: skip

    log_evidence = LogSum.log(table.evidence(observation), factors)
    elbo = mean((1, table.joint(observation)), (-1, q))
    return Measures(
        log_evidence=log_evidence,
        elbo=elbo,
        reconstruction=mean((1, column)),
        kl_prior=mean((1, q), (-1, table.prior)),
        gap=log_evidence - elbo,
        kl_posterior=mean((1, q), (-1, posterior)),
    )


def mpmath_measures(table: Table, observation: str, q: Column, digits: int) -> Measures[Any]:
    """The same quantities by mpmath with `digits` decimal digits: a second arithmetic beside the balls."""
    with mpmath.workdps(digits):
        prior, column, weights = (_mpf(values) for values in (table.prior, table.column(observation), q))
        joint = [p * l for p, l in zip(prior, column, strict=True)]
        evidence = mpmath.fsum(joint)

        def mean(over: Sequence[Any], under: Sequence[Any], infinite: Any) -> Any:
            terms = []
            for weight, a, b in zip(weights, over, under, strict=True):
                if weight and not (a and b):
                    return infinite
                if weight:
                    terms.append(weight * (mpmath.log(a) - mpmath.log(b)))
            return mpmath.fsum(terms)

        elbo = mean(joint, weights, mpmath.ninf)
        return Measures(
            log_evidence=mpmath.log(evidence),
            elbo=elbo,
            reconstruction=mean(column, [mpmath.mpf(1)] * len(column), mpmath.ninf),
            kl_prior=mean(weights, prior, mpmath.inf),
            gap=mpmath.log(evidence) - elbo,
            kl_posterior=mean(weights, [value / evidence for value in joint], mpmath.inf),
        )


def _mpf(values: Iterable[Fraction]) -> list[Any]:
    return [mpmath.mpf(value.numerator) / value.denominator for value in values]
