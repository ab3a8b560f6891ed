"""The report on one observation of a table: every quantity with certain digits, and the identities checked.

Digits come from balls, so each printed digit is certain; mpmath computes the same numbers on a second road, and a
disagreement is an error of the program. The gap identity is checked in balls and, for tables of moderate size, exactly.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import Any

import mpmath
from flint import arb, ctx

from symelbo.errors import InconsistentVerdict
from symelbo.semantics.arithmetic.decimals import Digits, bounds, certain_digits
from symelbo.semantics.arithmetic.log_primes import LogFactors, LogSum
from symelbo.semantics.arithmetic.units import Unit
from symelbo.semantics.tables.measures import Measures, evidence_ball, exact_measures, measure, mpmath_measures
from symelbo.semantics.tables.model import Column, Table

__all__ = ["EXACT_STATES", "Identity", "Quantity", "Report", "infinite_or_digits", "report", "working_bits"]

EXACT_STATES = 4096
"""Tables up to this many states are also treated exactly; larger ones in balls only."""
_EXACT_BITS = 12_000
"""Fractions of more binary digits than this are not written out; `_EXACT_WORK` bounds their total."""
_EXACT_WORK = 500_000
_DOUBLINGS = 4
_SHORT_TERMS = 8
_SHORT_TEXT = 200


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of the report: its name, how it is written, the ball, and the exact value where it is short."""

    key: str
    words: str
    formula: str
    digits: Digits
    ball: arb
    exact: str | None

    @property
    def certified(self) -> int:
        """How many significant digits are certain."""
        return self.digits.count


@dataclass(frozen=True, slots=True)
class Identity:
    """An identity between quantities: the ball of its left side, and the exact finding (None: not attempted)."""

    formula: str
    residual: arb | None
    exact: bool | None
    why_not: str | None = None

    @property
    def holds(self) -> bool | None:
        """Whether the identity holds as far as was checked; None if nothing could be checked."""
        if self.exact is False or (self.residual is not None and not self.residual.contains(0)):
            return False
        return None if self.exact is None and self.residual is None else True

    @property
    def size(self) -> str:
        """A bound on the residual that the balls leave open, such as `1.2e-55`."""
        if self.residual is None:
            return "undefined"
        ends = bounds(self.residual)
        if ends is None:
            return "unbounded"
        largest = max(abs(ends[0]), abs(ends[1]))
        return "0" if not largest else certain_digits(largest, largest, 2).text


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about one observation. `quantities` keeps the order of display; without a `q` it is shorter."""

    table: Table
    observation: str
    unit: Unit
    asked: int
    evidence: Digits
    evidence_exact: Fraction | None
    joint: tuple[Fraction, ...] | None
    posterior: tuple[Fraction, ...] | None
    q: Column | None
    quantities: Mapping[str, Quantity]
    identities: tuple[Identity, ...]
    tight: bool | None

    @property
    def certified(self) -> int:
        """The least number of certain digits among the finite quantities."""
        return min((item.certified for item in self.quantities.values() if item.ball.is_finite()), default=self.asked)


_WORDS = {
    "log_evidence": ("log-evidence", "log p(x)"),
    "elbo": ("ELBO", "E_q[log p(x,z) - log q(z)]"),
    "reconstruction": ("reconstruction", "E_q[log p(x|z)]"),
    "kl_prior": ("KL to prior", "KL(q(z) || p(z))"),
    "gap": ("gap", "log p(x) - ELBO"),
    "kl_posterior": ("KL to posterior", "KL(q(z) || p(z|x))"),
}


def working_bits(digits: int, states: int) -> int:
    """Working precision for `digits` certain digits after summing over `states`."""
    return digits * 3322 // 1000 + 40 + 2 * states.bit_length()


def report(
    table: Table,
    observation: str | None = None,
    *,
    q: Column | None = None,
    digits: int = 50,
    unit: Unit = Unit.NATS,
    exact_states: int = EXACT_STATES,
) -> Report:
    """The report for an observation (that of the table by default) and a `q` (that of the table by default).

    Raises `TableError` for an unknown observation or one of probability zero, and `InconsistentVerdict` if balls,
    exact arithmetic and mpmath disagree, which would be a defect of this program.

    >>> lesson = Table.build(["0.5", "0.5"], {"1": ["0.2", "0.8"]}, q=["0.3", "0.7"])
    >>> print(report(lesson, digits=10).quantities["elbo"].digits)
    -0.7213147382
    """
    observation = table.observed if observation is None else observation
    chosen = table.q(observation) if q is None else q
    why_not = _too_large(table, observation, chosen, exact_states)
    small = why_not is None
    with ctx.workprec(working_bits(digits, len(table))):
        evidence = infinite_or_digits(evidence_ball(table, observation, ctx.prec), digits)
    exact = exact_measures(table, observation, chosen, LogFactors()) if small and chosen is not None else None
    quantities, balls, bits = _quantities(table, observation, chosen, digits, unit, exact, small)
    posterior = table.posterior(observation) if small else None
    finding = Report(
        table=table,
        observation=observation,
        unit=unit,
        asked=digits,
        evidence=evidence,
        evidence_exact=table.evidence(observation) if small else None,
        joint=table.joint(observation) if small else None,
        posterior=posterior,
        q=chosen,
        quantities=quantities,
        identities=_identities(balls, bits, exact, why_not) if chosen is not None and balls is not None else (),
        tight=None if chosen is None or posterior is None else tuple(chosen) == posterior,
    )
    _agree(finding, small)
    return finding


def _too_large(table: Table, observation: str, q: Column | None, exact_states: int) -> str | None:
    """Why the table is not treated exactly; None if it is: few states, and fractions of readable length."""
    if len(table) > exact_states:
        return f"the exact check is made up to {exact_states} states; this table has {len(table)}"
    evidence = table.evidence(observation)
    length = evidence.denominator.bit_length() + max(_bits(value) for value in table.joint(observation))
    weights = 0 if q is None or q.scale != 1 else sum(value.denominator.bit_length() for value in q)
    if length > _EXACT_BITS or len(table) * (length + weights) > _EXACT_WORK:
        return "the exact check is left out: the exact evidence is a fraction of too many digits"
    return None


def _bits(value: Fraction) -> int:
    return value.numerator.bit_length() + value.denominator.bit_length()


def _quantities(
    table: Table,
    observation: str,
    q: Column | None,
    digits: int,
    unit: Unit,
    exact: Measures[LogSum] | None,
    small: bool,
) -> tuple[dict[str, Quantity], Measures[arb] | None, int]:
    """The quantities, the balls they came from, and the bits these were computed with."""
    bits = working_bits(digits, len(table))
    if q is None:
        with ctx.workprec(bits):
            value = evidence_ball(table, observation, bits).log() / unit.nats()
            exact_value = LogSum.log(table.evidence(observation)) if small else None
            return {"log_evidence": _quantity("log_evidence", value, digits, unit, exact_value)}, None, bits
    for doubling in range(_DOUBLINGS):
        bits = working_bits(digits, len(table)) << doubling
        balls = measure(table, observation, q, bits)
        with ctx.workprec(bits):
            found = {
                part.name: _quantity(
                    part.name,
                    getattr(balls, part.name) / unit.nats(),
                    digits,
                    unit,
                    None if exact is None else getattr(exact, part.name),
                )
                for part in fields(balls)
            }
        if all(item.certified >= digits or not item.ball.is_finite() for item in found.values()):
            break
    return found, balls, bits


def _quantity(key: str, ball: arb, digits: int, unit: Unit, exact: LogSum | None) -> Quantity:
    words, formula = _WORDS[key]
    if exact is not None and exact.is_zero():
        return Quantity(key, words, formula, Digits("0", digits), arb(0), "0")
    text = "" if exact is None or len(exact.terms) > _SHORT_TERMS else exact.text(unit.base)
    shown = text if 0 < len(text) < _SHORT_TEXT else None
    return Quantity(key, words, formula, infinite_or_digits(ball, digits), ball, shown)


def infinite_or_digits(ball: arb, digits: int) -> Digits:
    """Certain digits of a ball, with the infinities spelt out."""
    ends = bounds(ball)
    if ends is not None:
        return certain_digits(*ends, digits)
    if ball > 0 or ball < 0:
        return Digits("inf" if ball > 0 else "-inf", 0)
    return Digits("unknown", 0)


def _identities(
    balls: Measures[arb], bits: int, exact: Measures[LogSum] | None, why_not: str | None
) -> tuple[Identity, Identity]:
    infinite = "q has mass where the joint is zero: both sides are infinite"
    reason = None if exact is not None else why_not or infinite

    def identity(formula: str, signs: Mapping[str, int]) -> Identity:
        with ctx.workprec(bits):
            parts = [sign * getattr(balls, key) for key, sign in signs.items()]
            residual = sum(parts, arb(0)) if all(part.is_finite() for part in parts) else None
        decided = (
            None
            if exact is None
            else LogSum.total((Fraction(sign), getattr(exact, key)) for key, sign in signs.items()).is_zero()
        )
        return Identity(formula, residual, decided, reason)

    return (
        identity("log p(x) - ELBO - KL(q(z) || p(z|x)) = 0", {"log_evidence": 1, "elbo": -1, "kl_posterior": -1}),
        identity("ELBO - E_q[log p(x|z)] + KL(q(z) || p(z)) = 0", {"elbo": 1, "reconstruction": -1, "kl_prior": 1}),
    )


def _agree(finding: Report, small: bool) -> None:
    """Balls, exact arithmetic and mpmath must tell the same story."""
    for identity in finding.identities:
        if identity.holds is False:
            raise InconsistentVerdict(f"{identity.formula} came out false for {finding.table.name}; please report this")
    if not small or finding.q is None:
        return
    guard = finding.asked + 20
    other = mpmath_measures(finding.table, finding.observation, finding.q, guard)
    with mpmath.workdps(guard):
        scale = mpmath.log(2) if finding.unit is Unit.BITS else mpmath.mpf(1)
        for key, item in finding.quantities.items():
            second = getattr(other, key) / scale
            if item.ball.is_finite() and not _close(item, second, finding.asked):
                raise InconsistentVerdict(
                    f"{item.words} is {item.digits} in balls and {second} in mpmath; please report this"
                )


def _close(item: Quantity, other: Any, digits: int) -> bool:
    if not item.certified:
        return True
    value = mpmath.mpf(item.digits.text)
    last = abs(value) * mpmath.mpf(10) ** (1 - item.certified)
    return bool(abs(value - other) <= last + mpmath.mpf(10) ** (-digits - 5))
