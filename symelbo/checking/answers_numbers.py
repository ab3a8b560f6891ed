"""Numbers as a worked answer writes them: literals, rounded numbers used again, and units behind them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from flint import arb, fmpq
from sympy import Add, Dummy, Expr, Mul, Pow, Rational, exp, log

from symelbo.errors import IllFormed, NotSupported
from symelbo.reading.parsing import syntax as sx
from symelbo.semantics.arithmetic.decimals import Outcome, Shown, bounds, read_decimal
from symelbo.semantics.arithmetic.numbers import compare, enclose
from symelbo.semantics.arithmetic.units import Unit

__all__ = [
    "Literals",
    "Spread",
    "any_log",
    "lone_number",
    "percent_after",
    "spread_of",
    "unit_after",
    "value_of_shown",
    "within",
]

_UNIT = re.compile(
    r"(?:\\[,;:! ]|~|\\quad|\s)*(?:\\(?:text|mathrm|textrm|mbox|operatorname|textsf|mathsf)\s*\{\s*(?:\\\s)?|\()?"
    r"\s*(?P<word>bits?|nats?)\b"
)
_PERCENT = re.compile(r"(?:\\[,;:! ]|~|\s)*\\%")


def lone_number(node: sx.Node | None, source: str = "") -> Shown | None:
    """The number that is a whole side, as it was written: `-0.8916`, `3`, `41\\%`, `1.3 \\cdot 10^{-3}`."""
    text = _text(node)
    if text is None:
        return None
    try:
        shown = read_decimal(text)
    except IllFormed:
        return None
    if percent_after(source, node):
        return Shown(shown.text, shown.value / 100, shown.unit / 100)
    return shown


def _text(node: sx.Node | None) -> str | None:
    if isinstance(node, sx.Negative):
        inner = _text(node.body)
        return None if inner is None or inner.startswith("-") else f"-{inner}"
    if isinstance(node, sx.Number):
        return node.text
    if isinstance(node, sx.Product) and len(node.factors) == 2:
        first, second = node.factors
        mantissa = _text(first)
        if mantissa is None:
            return None
        if isinstance(second, sx.Name) and second.text in ("nats", "bits", "nat", "bit"):
            return mantissa
        if isinstance(second, sx.Power) and second.base == sx.Number("10", span=second.base.span):
            power = _text(second.exponent)
            if power is not None and power.lstrip("-").isdigit():
                return f"{mantissa}e{power}"
    return None


def unit_after(text: str, node: sx.Node | None) -> Unit | None:
    """The unit that is written with or behind a side: `0.1838 \\text{ nats}`."""
    if node is None:
        return None
    for part in sx.walk(node):
        if isinstance(part, sx.Name) and part.text in ("nats", "bits", "nat", "bit"):
            return Unit.named(part.text)
    match = _UNIT.match(text, node.span.end)
    return Unit.named(match["word"]) if match else None


def percent_after(text: str, node: sx.Node | None) -> bool:
    """Whether a percent sign stands behind a side."""
    return node is not None and _PERCENT.match(text, node.span.end) is not None


def value_of_shown(shown: Shown) -> Rational:
    """The exact value that was written."""
    return Rational(shown.value.numerator, shown.value.denominator)


@dataclass(frozen=True, slots=True)
class Spread:
    """A side of plain arithmetic in which some literals stand for rounded numbers: `term` has symbols for these."""

    term: Expr
    cells: Mapping[Expr, Shown]
    literals: tuple[Shown, ...]

    @property
    def exact(self) -> Expr:
        """The value when every literal is taken as written."""
        return self.term.xreplace({symbol: value_of_shown(shown) for symbol, shown in self.cells.items()})

    def ends(self) -> tuple[Fraction, Fraction] | None:
        """The least and the greatest value while rounded literals move over what rounds to them."""
        at = {symbol: _cell(shown) for symbol, shown in self.cells.items()}
        try:
            return bounds(enclose(self.term, 128, at))
        except (IllFormed, NotSupported):
            return None


def _cell(shown: Shown) -> arb:
    middle, half = shown.value, shown.unit / 2
    return arb(fmpq(middle.numerator, middle.denominator)) + arb(0, 1) * arb(fmpq(half.numerator, half.denominator))


Literals = Callable[[Shown], bool]
"""Whether a literal stands for a rounded number."""


class _NotPlain(Exception):
    """A side is more than arithmetic on literals."""


def spread_of(node: sx.Node | None, rounded: Literals, text: str = "", log_base: int | None = None) -> Spread | None:
    """A side as arithmetic on its literals; None if it has names or operators in it.

    `text` is the source, in which percent signs are found; `log_base` is what a logarithm without a base is taken to.
    """
    if node is None:
        return None
    cells: dict[Expr, Shown] = {}
    literals: list[Shown] = []

    def number(node: sx.Number) -> Expr:
        shown = read_decimal(node.text)
        if percent_after(text, node):
            shown = Shown(shown.text, shown.value / 100, shown.unit / 100)
        literals.append(shown)
        if not rounded(shown):
            return value_of_shown(shown)
        symbol = Dummy(real=True)
        cells[symbol] = shown
        return symbol

    try:
        term = _arithmetic(node, number, log_base)
    except (_NotPlain, IllFormed):
        return None
    return Spread(term, cells, tuple(literals))


def _arithmetic(node: sx.Node, number: Callable[[sx.Number], Expr], log_base: int | None) -> Expr:
    match node:
        case sx.Number():
            return number(node)
        case sx.Negative(body=body):
            return -_arithmetic(body, number, log_base)
        case sx.Sum(terms=terms):
            return Add(*(_arithmetic(term, number, log_base) for term in terms))
        case sx.Product(factors=factors):
            plain = [f for f in factors if not (isinstance(f, sx.Name) and f.text in ("nats", "bits", "nat", "bit"))]
            return Mul(*(_arithmetic(factor, number, log_base) for factor in plain))
        case sx.Quotient(numerator=above, denominator=below):
            bottom = _arithmetic(below, number, log_base)
            if bottom == 0:
                raise _NotPlain
            return _arithmetic(above, number, log_base) / bottom
        case sx.Power(base=base, exponent=exponent):
            return Pow(_arithmetic(base, number, log_base), _arithmetic(exponent, number, log_base))
        case sx.Log(argument=argument, base=base):
            value = log(_arithmetic(argument, number, log_base))
            if base is None:
                return value if log_base is None else value / log(log_base)
            return value / log(_arithmetic(base, number, log_base))
        case sx.Exp(argument=argument):
            return exp(_arithmetic(argument, number, log_base))
        case sx.Sqrt(argument=argument, degree=None):
            return Pow(_arithmetic(argument, number, log_base), Rational(1, 2))
        case _:
            raise _NotPlain


def within(value: Expr, ends: tuple[Fraction, Fraction]) -> Outcome:
    """Whether a number lies between two ends."""
    low, high = Rational(ends[0].numerator, ends[0].denominator), Rational(ends[1].numerator, ends[1].denominator)
    answers = (compare(value, ">=", low), compare(value, "<=", high))
    if all(answer is Outcome.YES for answer in answers):
        return Outcome.YES
    return Outcome.NO if any(answer is Outcome.NO for answer in answers) else Outcome.UNDECIDED


def any_log(nodes: Iterable[sx.Node | None], base: str | None) -> bool:
    """Whether a logarithm of this base is written in one of the sides."""
    for node in nodes:
        for part in sx.walk(node) if node is not None else ():
            if isinstance(part, sx.Log):
                found = part.base.text if isinstance(part.base, sx.Number) else None if part.base is None else "?"
                if found == base:
                    return True
    return False
