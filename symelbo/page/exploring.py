"""The binary model of the explorer: every number is the engine's own, with certain digits."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from symelbo.errors import TableError
from symelbo.semantics.tables import Table, Unit, exact_entry, report, sweep

__all__ = ["PARAMETERS", "explored"]

PARAMETERS: Final = {
    "prior": "p(z=1)",
    "like0": "p(x=1|z=0)",
    "like1": "p(x=1|z=1)",
    "q": "q(z=1)",
}
_DIGITS: Final = 6
_POINTS: Final = 81


def explored(given: Mapping[str, str]) -> dict[str, Any]:
    """Evidence, bound, its terms and the gap for one binary table, and the curve of the bound as `q` moves.

    Parameters are the probabilities of `PARAMETERS` as text, the observed `x` (`0` or `1`) and the `unit`.
    Raises `TableError` for a parameter that is missing or no probability.
    """
    prior, like0, like1, q = (_probability(given, name, words) for name, words in PARAMETERS.items())
    observed = given.get("x", "1")
    if observed not in ("0", "1"):
        raise TableError(f"x is 0 or 1, not '{observed[:40]}'")
    unit = Unit.named(given.get("unit", "nats"))
    table = Table.build(
        [1 - prior, prior], {"0": [1 - like0, 1 - like1], "1": [like0, like1]}, q=[1 - q, q], observed=observed
    )
    found = report(table, observed, digits=_DIGITS, unit=unit)
    curve = sweep(table, observed, points=_POINTS, unit=unit)
    return {
        "unit": unit.word,
        "x": observed,
        "evidence": found.evidence.text,
        "posterior": None if found.posterior is None else [_short(value) for value in found.posterior],
        "quantities": {
            key: {"words": item.words, "formula": item.formula, "text": item.digits.text, "value": _number(item.ball)}
            for key, item in found.quantities.items()
        },
        "tight": found.tight,
        "curve": {"q": list(curve.positions), "elbo": list(curve.elbo), "log_evidence": curve.log_evidence},
    }


def _probability(given: Mapping[str, str], name: str, words: str) -> Fraction:
    text = given.get(name)
    if text is None:
        raise TableError(f"the parameter {name} is missing: it is {words}, such as 0.5")
    value = exact_entry(text, words)
    if not 0 <= value <= 1:
        raise TableError(f"{words} is a probability between 0 and 1, not {text[:40]}")
    return value


def _short(value: Fraction) -> str:
    return f"{float(value):.6g}"


def _number(ball: Any) -> float | None:
    """For drawing; None where the value is infinite."""
    return float(ball.mid()) if ball.is_finite() else None
