r"""Numbers as people write answers: with a unit, in percent, as a power of ten, "about".

A unit is part of an answer, not of the mathematics: a natural logarithm measures in nats, `log_2` in bits. Where one
side names its unit and the other does not show it, nothing is told apart.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

__all__ = ["Amount", "amount", "scale"]

_UNITS: Final = {"nat": "nats", "bit": "bits", "shannon": "bits", "ban": "bans", "dit": "bans", "hartley": "bans"}
_SCALES: Final = {"nats": "1", "bits": r"\log(2)", "bans": r"\log(10)"}
_UNIT: Final = re.compile(
    r"(?<![A-Za-z\\_])(?:\\(?:text|textrm|mathrm|operatorname|rm)\s*\{\s*)?"
    r"(nat|bit|shannon|ban|dit|hartley)s?\s*\}?$"
)
_SPACE: Final = re.compile(r"(?:\\[,;:! ]|~|\s)+$")
_PERCENT: Final = re.compile(r"(?:\\?%|\bper\s?cent)$")
_ABOUT: Final = re.compile(
    r"(?:≈|≃|\\approx(?![a-zA-Z])|\\simeq(?![a-zA-Z])|(?:approximately|approx\.?|about|roughly)\s)\s*"
)
_NUMBER: Final = re.compile(r"[-−+]?(?:\d+(?:\.\d*)?|\.\d+)")
_POWER: Final = re.compile(
    r"([-−+]?(?:\d+(?:\.\d*)?|\.\d+))\s*(?:[eE]\s*([-−+]?\d{1,3})|"
    r"(?:\\times|\\cdot|×|·|\*)\s*10\s*(?:\^|\*\*)\s*[{(]?\s*([-−+]?\d{1,3})\s*[)}]?)"
)
_LARGEST_POWER: Final = 40
_BASE: Final = re.compile(r"\\?log(?:\s*_\s*\{?)?(2|10)\s*\}?(?=[\s(a-z\\])")
_NATURAL: Final = re.compile(r"(?<![A-Za-z])(?:log|ln)(?![A-Za-z])|\\(?:log|ln)(?![a-zA-Z])")


@dataclass(frozen=True, slots=True)
class Amount:
    """An expression and the unit it is given in.

    Attributes:
        text: the expression without its unit, its power of ten written out.
        unit: `nats`, `bits` or `bans`, or `None` where none is named.
        percent: is it given in percent?
    """

    text: str
    unit: str | None = None
    percent: bool = False

    @property
    def is_number(self) -> bool:
        """Is it nothing but a decimal or a whole number?"""
        return _NUMBER.fullmatch(self.text) is not None

    @property
    def measured(self) -> str | None:
        """The unit that is named, or that its logarithms show."""
        bare = _BASE.sub("", self.text)
        if self.unit is not None:
            return self.unit
        if _NATURAL.search(bare):
            return "nats"
        bases = set(_BASE.findall(self.text))
        return {("2",): "bits", ("10",): "bans"}.get(tuple(bases))


def amount(text: str) -> Amount:
    r"""The number or expression in a text, and its unit.

    >>> amount("0.693 nats"), amount(r"33.3\%")
    (Amount(text='0.693', unit='nats', percent=False), Amount(text='33.3', unit=None, percent=True))
    >>> amount("≈ 2.8e-2").text, amount(r"1.5 \times 10^{-3}").text, amount(".5").text
    ('0.028', '0.0015', '0.5')
    """
    text = text.strip()
    about = _ABOUT.match(text)
    if about is not None:
        text = text[about.end() :]
    unit, percent = None, False
    found = _UNIT.search(text)
    if found is not None and text[: found.start()].strip():
        unit = _UNITS[found[1]]
        text = _SPACE.sub("", text[: found.start()])
    else:
        sign = _PERCENT.search(text)
        if sign is not None and text[: sign.start()].strip():
            percent = True
            text = _SPACE.sub("", text[: sign.start()])
    return Amount(_written_out(text), unit, percent)


def scale(unit: str) -> str:
    """The factor that turns a number in a unit into nats, in LaTeX."""
    return _SCALES[unit]


def _written_out(text: str) -> str:
    power = _POWER.fullmatch(text)
    if power is not None:
        exponent = int((power[2] or power[3]).replace("−", "-"))
        if abs(exponent) <= _LARGEST_POWER:
            return format(Decimal(power[1].replace("−", "-")).scaleb(exponent), "f")
    if _NUMBER.fullmatch(text) is not None:
        text = text.removeprefix("+")
        return re.sub(r"(?<!\d)\.", "0.", text, count=1).removesuffix(".")
    return text
