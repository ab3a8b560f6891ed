"""One numeric claim: two sides with numbers, the relation between them, and what rounding allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from sympy import Expr, Rational

from symelbo.checking.answers_findings import NumberWitness, slip_of
from symelbo.checking.answers_numbers import (
    Spread,
    lone_number,
    percent_after,
    spread_of,
    unit_after,
    value_of_shown,
    within,
)
from symelbo.checking.answers_table import NotClosed
from symelbo.checking.answers_value import Values
from symelbo.errors import IllFormed, NotSupported
from symelbo.language import At, Density, Expectation
from symelbo.language.divergences import KL, CrossEntropy, Entropy, MutualInformation
from symelbo.language.walks import found_in
from symelbo.reading.parsing import syntax as sx
from symelbo.semantics.arithmetic.decimals import Outcome, Shown
from symelbo.semantics.arithmetic.numbers import compare, in_unit, rounds_to, stated, true_digits
from symelbo.semantics.arithmetic.units import Unit

__all__ = ["Closed", "Found", "Judge", "Side"]

_COMPARED = {r"\le": "<=", r"\ge": ">=", "<": "<", ">": ">", r"\ne": "!=", r"\neq": "!="}
_EQUALITIES = ("=", ":=", r"\approx")
_FEW_PLACES = 3  # with fewer digits after the point a number is taken as exact, unless it was rounded before
_FOLLOWS = "it follows correctly from the wrong number of line"
_WIDE = Rational(1, 50)


@dataclass(frozen=True, slots=True)
class Side:
    """A side as understood and as written."""

    term: Expr
    node: sx.Node | None


@dataclass(frozen=True, slots=True)
class Closed:
    """A side with its number."""

    value: Expr
    side: Side


@dataclass(frozen=True, slots=True)
class Found:
    """What was found about a claim, with the variables that were taken at their only state."""

    outcome: Outcome
    note: str | None = None
    witness: NumberWitness | None = None
    from_head: bool = False
    inherited: bool = False
    assumed: frozenset[Expr] = frozenset()


@dataclass(frozen=True, slots=True)
class _Used:
    """A decimal that the document showed as the rounding of something: where, of what, and whether it was right."""

    line: int
    true: Expr
    right: bool


@dataclass(slots=True)
class Judge:
    """Judges claims one after the other and remembers the numbers that were rounded."""

    values: Values
    text: str
    used: dict[Fraction, _Used] = field(default_factory=dict)
    _exact: set[Fraction] = field(default_factory=set)

    def claim(self, left: Side, right: Side, sign: str, unit: Unit, head: Side | None, line: int) -> Found | None:
        """The finding on a claim between closed sides; None if a side is open. Raises `NotClosed`."""
        assumed: set[Expr] = set()
        first = self._closed(left, unit, assumed)
        second = self._closed(right, unit, assumed)
        found: Found | None
        if sign in _EQUALITIES:
            if self._shown(left) is not None and self._shown(right) is None and not self.has_rounded(right):
                first, right = second, left
            found = self.equality(first, right, sign, unit, self._of_head(head, left, unit), line)
        elif sign in _COMPARED:
            outcome = compare(first.value, _COMPARED[sign], second.value)
            found = Found(outcome, None, self._witness(sign, first, second) if outcome is Outcome.NO else None)
        elif sign == r"\propto":
            found = self._proportional(first, second)
        else:
            return None
        if found is None:
            return None
        return replace(found, assumed=frozenset(assumed))

    def without_value(self, left: Side, right: Side) -> Expr | None:
        """A name or entry that nothing gives a value, where the other side is arithmetic; None if there is none."""
        for side, other in ((left, right), (right, left)):
            spread = spread_of(other.node, lambda _: False)
            if spread is None:
                continue
            for density in sorted(found_in(side.term, Density), key=str):
                if all(isinstance(item, At) for item in (*density.of, *density.given)) and not self._is_closed(density):
                    return density
            if not any(shown.has_point for shown in spread.literals):
                continue
            for symbol in sorted(side.term.free_symbols, key=str):
                if not self.values.has_value(symbol):
                    return symbol
        return None

    def _is_closed(self, term: Expr) -> bool:
        try:
            self.values.of(term)
        except NotClosed:
            return False
        return True

    def equality(self, first: Closed, right: Side, sign: str, unit: Unit, head: Expr | None, line: int) -> Found | None:
        """`first = right` or `first ≈ right`; a lone decimal on the right claims a rounded value."""
        relation = "≈" if sign == r"\approx" else "="
        shown = self._shown(right)
        if shown is not None:
            return self._rounding(first, right, shown, relation, unit, head, line)
        return self._between(first, self._closed(right, unit, set()), relation, head)

    # --- a decimal on the right --------------------------------------------------------------------------------------

    def _rounding(
        self, first: Closed, right: Side, shown: Shown, relation: str, unit: Unit, head: Expr | None, line: int
    ) -> Found:
        value, head, unit = self._converted(first, right, unit, head)
        finding = stated(value, relation, shown)
        truth = value if head is None else head
        meant = rounds_to(truth, shown)
        self._remember(shown, truth, meant.outcome is Outcome.YES, line)
        if finding.outcome is Outcome.YES:
            return Found(Outcome.YES, self._exactness(value, shown, finding.digits))
        if finding.outcome is Outcome.UNDECIDED:
            return Found(Outcome.UNDECIDED, str(finding))
        if head is not None and meant.outcome is Outcome.YES:
            return Found(Outcome.YES, f"right for what the chain begins with, {meant.digits}", from_head=True)
        note = slip_of(value, shown, unit, finding)
        return Found(Outcome.NO, note, self._witness(relation, first, Closed(value_of_shown(shown), right), value))

    def _exactness(self, value: Expr, shown: Shown, digits: str | None) -> str | None:
        if compare(value, "=", shown.value) is Outcome.YES:
            return None
        return f"the value is {digits}" if digits else None

    def _converted(self, first: Closed, right: Side, unit: Unit, head: Expr | None) -> tuple[Expr, Expr | None, Unit]:
        """Both values in the unit that is written behind the number, if one is."""
        wanted = unit_after(self.text, right.node)
        if wanted is None:
            return first.value, head, unit
        has = unit_after(self.text, first.side.node)
        if has is None:
            has = self._unit_of(first.side, unit)
        if has is None:
            return first.value, head, wanted
        moved = in_unit(first.value, has, wanted)
        return moved, None if head is None else in_unit(head, unit, wanted), wanted

    def _unit_of(self, side: Side, unit: Unit) -> Unit | None:
        """The unit of an expression; None for plain arithmetic, which has the unit that it is said to have."""
        if side.node is not None:
            for part in sx.walk(side.node):
                if isinstance(part, sx.Log):
                    return Unit.BITS if part.base is not None or self.values.log_base == 2 else Unit.NATS
        plain = spread_of(side.node, lambda _: False) is not None
        return None if plain else unit

    def _remember(self, shown: Shown, true: Expr, right: bool, line: int) -> None:
        if compare(true, "=", shown.value) is Outcome.YES:
            self._exact.add(abs(shown.value))
        else:
            self.used[abs(shown.value)] = _Used(line, true, right)

    # --- expressions on both sides -----------------------------------------------------------------------------------

    def _between(self, first: Closed, second: Closed, relation: str, head: Expr | None) -> Found | None:
        outcome = compare(first.value, "=", second.value)
        if outcome is not Outcome.NO:
            return Found(outcome)
        if self._close(first.value, second, relation):
            return Found(Outcome.YES, "as near as the rounded numbers in it allow")
        same = head is not None and compare(head, "=", second.value) is Outcome.YES
        if head is not None and (same or self._close(head, second, relation)):
            return Found(Outcome.YES, "right for what the chain begins with", from_head=True)
        if relation == "≈" and not self._far(first.value, second):
            return Found(Outcome.UNDECIDED, "no digits say how near the two sides are meant to be")
        both = f"left side {true_digits(first.value, 8)}, right side {true_digits(second.value, 8)}"
        cause = self._inherited(first.value, second)
        note = "; ".join(part for part in (both, cause) if part)
        follows = cause is not None and cause.startswith(_FOLLOWS)
        return Found(Outcome.NO, note, self._witness(relation, first, second), inherited=follows)

    def _close(self, value: Expr, second: Closed, relation: str) -> bool:
        """Whether a value lies within what the rounded numbers on the other side allow."""
        spread = self._spread(second.side)
        if spread is None:
            slack = self._slack(second.side)
            if slack == 0:
                return False
            difference = value - second.value
            return within(difference, (-slack, slack)) is Outcome.YES
        ends = spread.ends() if spread.cells else None
        return ends is not None and within(value, ends) is Outcome.YES

    def _far(self, value: Expr, second: Closed) -> bool:
        """Whether two sides of `≈` differ by more than any rounding of the literals could explain."""
        spread = spread_of(second.side.node, self._may_be_rounded, self.text, self.values.log_base)
        if spread is not None and spread.cells:
            ends = spread.ends()
            return ends is None or within(value, ends) is Outcome.NO
        if spread is not None and not any(shown.has_point for shown in spread.literals):
            return compare(abs(value - second.value), ">", _WIDE * abs(second.value)) is Outcome.YES
        if spread is not None:
            return True
        slack = 4 * self._slack(second.side)
        return within(value - second.value, (-slack, slack)) is Outcome.NO and slack > 0

    def _spread(self, side: Side) -> Spread | None:
        return spread_of(side.node, self._is_rounded, self.text, self.values.log_base)

    def _slack(self, side: Side) -> Fraction:
        """Half a unit of the last digit of every rounded number on a side."""
        found = Fraction(0)
        for part in sx.walk(side.node) if side.node is not None else ():
            shown = lone_number(part) if isinstance(part, sx.Number) else None
            if shown is not None and self._is_rounded(shown):
                found += shown.unit / 2
        return found

    def _is_rounded(self, shown: Shown) -> bool:
        value = abs(shown.value)
        if value in self.used:
            return True
        return shown.has_point and shown.places >= _FEW_PLACES and not self._is_exact(value)

    def _may_be_rounded(self, shown: Shown) -> bool:
        return (shown.has_point and not self._is_exact(abs(shown.value))) or abs(shown.value) in self.used

    def has_rounded(self, side: Side) -> bool:
        """Whether a side is arithmetic on rounded numbers, which has no digits to round a decimal to."""
        spread = self._spread(side)
        return spread is not None and bool(spread.cells)

    def _is_exact(self, value: Fraction) -> bool:
        return value in self._exact or value in set(self._table_numbers())

    def _table_numbers(self) -> Iterator[Fraction]:
        """Entries, what they leave to one, and products of two of either."""
        entries: set[Fraction] = set()
        for family in self.values.table.families.values():
            for term in family.cells.values():
                if term.is_Rational:
                    number = Fraction(int(term.p), int(term.q))
                    entries |= {number, 1 - number}
        yield from entries
        yield from (a * b for a in entries for b in entries)

    def _inherited(self, value: Expr, second: Closed) -> str | None:
        """Whether a wrong side would be right, had an earlier wrong number in it been right."""
        spread = spread_of(second.side.node, self._is_rounded, self.text, self.values.log_base)
        wrong = {} if spread is None else {s: self.used.get(abs(c.value)) for s, c in spread.cells.items()}
        found = {symbol: used for symbol, used in wrong.items() if used is not None and not used.right}
        if spread is None or not found:
            return None
        repaired = {symbol: used.true for symbol, used in found.items()}
        rest = {symbol: shown for symbol, shown in spread.cells.items() if symbol not in found}
        lines = " and ".join(str(line) for line in sorted({used.line for used in found.values()}))
        for symbol, used in found.items():  # a sign stands outside of the literal, or was read into it
            if compare(used.true, "<", 0) is Outcome.YES and spread.cells[symbol].value > 0:
                repaired[symbol] = -used.true
        mended = Spread(spread.term.xreplace(repaired), rest, spread.literals)
        ends = mended.ends()
        if ends is None:
            return None
        margin = sum((shown.unit for shown in spread.cells.values()), Fraction(0))
        if within(value, (ends[0] - margin, ends[1] + margin)) is not Outcome.YES:
            return f"it uses the wrong number of line {lines}"
        return f"{_FOLLOWS} {lines}"

    # --- the rest ----------------------------------------------------------------------------------------------------

    def _proportional(self, first: Closed, second: Closed) -> Found | None:
        """`p(z = 1 | x = 1) ∝ 0.12`: right if it is the joint probability, or the value itself."""
        term = first.side.term
        if compare(first.value, "=", second.value) is Outcome.YES:
            return Found(Outcome.YES)
        if isinstance(term, Density) and term.given:
            joint = self.values.of(Density(term.family, (*term.of, *term.given)))
            if compare(joint, "=", second.value) is Outcome.YES:
                return Found(Outcome.YES, "it is the joint probability")
        return Found(Outcome.UNDECIDED, "the constant of proportionality is not known")

    def _closed(self, side: Side, unit: Unit, assumed: set[Expr]) -> Closed:
        percent = side.node is not None and any(
            percent_after(self.text, part) for part in sx.walk(side.node) if isinstance(part, sx.Number)
        )
        if percent:
            spread = spread_of(side.node, lambda _: False, self.text, self.values.log_base)
            if spread is None:
                raise NotClosed("percentages inside of an expression")
            return Closed(spread.term, side)
        value = self.values.of(_unitless(side.term), unit)
        assumed |= self.values.assumed
        self._exists(value)
        return Closed(value, side)

    @staticmethod
    def _exists(value: Expr) -> None:
        try:
            compare(value, "=", 0)
        except (IllFormed, NotSupported) as wrong:
            raise NotClosed(str(wrong)) from None

    def _of_head(self, head: Side | None, left: Side, unit: Unit) -> Expr | None:
        if head is None or head.term == left.term:
            return None
        try:
            return self._closed(head, unit, set()).value
        except NotClosed:
            return None

    def _shown(self, side: Side) -> Shown | None:
        return lone_number(side.node, self.text)

    def _witness(self, relation: str, first: Closed, second: Closed, value: Expr | None = None) -> NumberWitness:
        entries = []
        if any(_speaks_of_table(side.side.term) for side in (first, second)):
            for key, family in self.values.table.families.items():
                for (of, given), term in family.cells.items():
                    entries.append((_entry(key[0], of, given), str(term)))
        left = first.value if value is None else value
        return NumberWitness(tuple(entries), relation, true_digits(left, 12), true_digits(second.value, 12))


def _unitless(term: Expr) -> Expr:
    """The number in front of the name of a unit."""
    names = {symbol: 1 for symbol in term.free_symbols if str(symbol) in (r"\mathrm{nats}", r"\mathrm{bits}")}
    return term.xreplace({symbol: Rational(value) for symbol, value in names.items()})


def _speaks_of_table(term: Expr) -> bool:
    return bool(term.has(Density, Expectation, KL, Entropy, CrossEntropy, MutualInformation)) or not term.is_number


def _entry(family: str, of: frozenset[tuple[Expr, Expr]], given: frozenset[tuple[Expr, Expr]]) -> str:
    def listed(items: frozenset[tuple[Expr, Expr]]) -> str:
        return ", ".join(str(At(slot, state)) for slot, state in sorted(items, key=str))

    return f"{family}({listed(of)} | {listed(given)})" if given else f"{family}({listed(of)})"
