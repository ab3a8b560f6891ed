"""An answer and its key in one unit: nats, bits, percent, or a plain number."""

from __future__ import annotations

from typing import NamedTuple

from symelbo.checking.grading.amounts import Amount, scale
from symelbo.checking.grading.grade import Grade, Standing
from symelbo.checking.grading.writing import Written

__all__ = ["Measured", "in_one_unit"]


class Measured(NamedTuple):
    """Both expressions as numbers in one unit, and what that rests on."""

    answer: str
    gold: str
    condition: str | None = None


def in_one_unit(answer: Written, gold: Written) -> Measured | Grade:
    """Both sides in one unit; `unknown` where only one names its unit and the other shows none.

    >>> from symelbo.checking.grading.writing import written
    >>> in_one_unit(written("1 bit"), written("log 2"))
    Measured(answer='1', gold='(log 2)/(\\\\log(2))', condition=None)
    >>> in_one_unit(written("1 bit"), written("1")).standing.value
    'unknown'
    """
    first, second = answer.right, gold.right
    if answer.percent and not gold.percent:
        second = f"100 ({second})"
    elif gold.percent and not answer.percent:
        first, second = f"100 ({first})", second
    units = [Amount(side.right, side.unit).measured for side in (answer, gold)]
    named = [side.unit for side in (answer, gold)]
    if named == [None, None] or units[0] == units[1]:
        return Measured(first, second)
    if None in units:
        index = units.index(None)
        known = units[1 - index]
        if known == "nats":  # what every number here is in, if nothing else is said
            return Measured(first, second, f"{'the answer' if index == 0 else 'the key'} is in nats")
        if index == 0:
            return Measured(first, second, f"the answer is in {known}")
        return Grade(Standing.UNKNOWN, message=f"the answer is in {known}, and the key does not say its unit")
    # The answer stays as it is written, so that it can be told whether it is rounded.
    mine, other = (scale(unit or "nats") for unit in units)
    second = second if other == "1" else f"({second}) {other}"
    return Measured(first, second if mine == "1" else f"({second})/({mine})")
