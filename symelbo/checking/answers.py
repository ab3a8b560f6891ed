"""Worked answers: numeric claims of a document judged on the table and the numbers that it gives itself.

A decimal beside `=` or `≈` claims the value correctly rounded to its digits. Numbers are followed through the document:
what was rounded before may be used again within its rounding, and a number that follows correctly from a wrong one is
wrong, but said to be inherited. Only closed claims are judged here; general formulas are left to the prover.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from sympy import Expr, Pow, Tuple, pi, sqrt
from sympy.core.function import AppliedUndef

from symelbo.checking.answers_claims import Closed, Found, Judge, Side
from symelbo.checking.answers_findings import is_slip
from symelbo.checking.answers_names import bound_with_sum, elbo_of, is_elbo, is_telling, loose_meanings
from symelbo.checking.answers_numbers import any_log, lone_number, percent_after, value_of_shown
from symelbo.checking.answers_prose import with_prose
from symelbo.checking.answers_states import observed_in, row_of, rows_in, states_in, terms_in
from symelbo.checking.answers_table import NotClosed, key_of
from symelbo.checking.answers_value import Values
from symelbo.checking.judge import Finding, expected
from symelbo.checking.report import Outcome
from symelbo.errors import SymelboError
from symelbo.language import At, Density, is_variable, slot_of, value_of
from symelbo.language.distributions import Known
from symelbo.language.functionals import Named
from symelbo.reading.stating.statements import DocumentReading, Kind, Statement
from symelbo.semantics.arithmetic.decimals import Outcome as Decided
from symelbo.semantics.arithmetic.numbers import compare
from symelbo.semantics.arithmetic.units import Unit

__all__ = ["Answers", "NumericFinding"]

_TELLING = 3  # so many significant digits do not agree by chance
_EQUAL = ("=", ":=", r"\approx")
_WORD = {Unit.BITS: re.compile(r"\bbits?\b"), Unit.NATS: re.compile(r"\bnats?\b|\bnatural log", re.IGNORECASE)}


@dataclass(frozen=True, slots=True)
class NumericFinding:
    """A finding from the table. It is not `sure` when an open variable was taken at its only state in the document."""

    finding: Finding
    sure: bool = True


class Answers:
    """The numeric findings of one document, made in one pass in reading order.

    >>> from symelbo.reading import read_document
    >>> read = read_document("answer.md", "$$p(z=1) = 0.4$$\\n\\n$$p(z=0) = 1 - 0.4 = 0.5$$")
    >>> answers = Answers(read)
    >>> [found.finding.outcome.value for s in read.statements if (found := answers.finding(s))]
    ['definition', 'proved', 'refuted']
    """

    def __init__(self, document: DocumentReading) -> None:
        read = with_prose(document).document
        passes = [_Pass(read, base) for base in _log_bases(read)]
        for one in passes:
            one.run()
        best = min(passes, key=lambda one: one.refuted)
        self._found = best.found

    def finding(self, statement: Statement) -> NumericFinding | None:
        """What the numbers say about a statement; None where they do not decide it."""
        return self._found.get(statement.span.start)


def _log_bases(document: DocumentReading) -> list[int | None]:
    """Which base a plain `\\log` may have: two, if the document speaks of bits and never writes a base."""
    nodes = [node for statement in document.statements for node in statement.written]
    bits = _WORD[Unit.BITS].search(document.text) and not _WORD[Unit.NATS].search(document.text)
    if not bits or any_log(nodes, "2") or r"\ln" in document.text:
        return [None]
    return [2, None]


@dataclass(slots=True)
class _Pass:
    """One reading of the numbers of a document."""

    document: DocumentReading
    log_base: int | None
    values: Values = field(init=False)
    judge: Judge = field(init=False)
    found: dict[int, NumericFinding] = field(default_factory=dict)
    refuted: int = 0
    _literal: set[Expr] = field(default_factory=set)
    _taken: set[Expr] = field(default_factory=set)
    _stale: set[Expr] = field(default_factory=set)
    _head: Side | None = None
    _units: tuple[Unit, ...] = (Unit.NATS,)

    def __post_init__(self) -> None:
        terms = list(dict.fromkeys(terms_in(self.document)))  # a definition is given to statement after statement
        rows = rows_in(self.document)
        self.values = Values(states_in(terms, rows), observed_in(terms), log_base=self.log_base, meaning=elbo_of)
        self.judge = Judge(self.values, self.document.text)
        self._units = self._default_units()

    def _default_units(self) -> tuple[Unit, ...]:
        """In which units divergences and entropies may be; the first that makes a claim true counts."""
        nodes = [node for statement in self.document.statements for node in statement.written]
        two, plain = any_log(nodes, "2"), any_log(nodes, None)
        bits, nats = (bool(_WORD[unit].search(self.document.text)) for unit in (Unit.BITS, Unit.NATS))
        if self.log_base == 2 or (two and not plain):
            return (Unit.BITS,)
        if two and bits != nats:
            return (Unit.BITS,) if bits else (Unit.NATS,)
        if two:
            return (Unit.NATS, Unit.BITS)
        return (Unit.BITS,) if bits and not nats and not plain else (Unit.NATS,)

    def run(self) -> None:
        """Judge every statement in reading order."""
        before: Statement | None = None
        for statement in self.document.statements:
            continued = before is not None and _continues(before, statement)
            if not continued:
                self._head = None
            try:
                made = self._statement(statement, continued)
            except (NotClosed, SymelboError):
                made = None
            except Exception:  # as in judging: a defect on one claim leaves it to the prover, and the others alone
                made = None
            if made is not None:
                finding = NumericFinding(expected(made.finding, statement), made.sure)
                self.found[statement.span.start] = finding
                self.refuted += made.finding.outcome is Outcome.REFUTED
            if not continued and statement.readings:
                self._head = Side(statement.readings[0].claim.lhs, statement.written[0])
            before = statement

    # --- statements --------------------------------------------------------------------------------------------------

    def _statement(self, statement: Statement, continued: bool) -> NumericFinding | None:
        self._assumed_entries(statement)
        if statement.kind is Kind.UNREAD or not statement.readings:
            return None
        claim = statement.readings[0].claim
        if isinstance(claim.rhs, Tuple):
            return self._row(statement)
        left, right = Side(claim.lhs, statement.written[0]), Side(claim.rhs, statement.written[1])
        if statement.sign in _EQUAL and not continued:
            made = self._introduced(statement, left, right)
            if made is not None:
                return made if isinstance(made, NumericFinding) else None
        if statement.sign == "=" and self._is_new_name(right.term) and not self._is_new_name(left.term):
            self.values.of(left.term)
            self._define(right.term, left.term)
            return NumericFinding(Finding(Outcome.DEFINITION, note=statement.note))
        return self._claim(statement, left, right)

    def _row(self, statement: Statement) -> NumericFinding | None:
        """`p(z) = (0.4, 0.6)`: an entry for every state, or a claim if the table has them already."""
        claim = statement.readings[0].claim
        slot = row_of(claim.lhs)
        states = self.values.states.get(slot, ()) if slot is not None else ()
        if slot is None or len(states) != len(claim.rhs):
            return None
        agree: list[Decided] = []
        for state, value in zip(states, claim.rhs, strict=True):
            entry = claim.lhs.with_values(lambda old, state=state: state if old == slot else old)
            known = self._number(entry)
            if known is None:
                self.values.table.give(entry, value)
            else:
                agree.append(compare(known, "=", self.values.of(value)))
        if Decided.NO in agree:
            return NumericFinding(Finding(Outcome.REFUTED, note="these probabilities are not those of the table"))
        return NumericFinding(Finding(Outcome.PROVED if len(agree) == len(states) else Outcome.DEFINITION))

    def _assumed_entries(self, statement: Statement) -> None:
        """Entries and numbers that a directive assumes: they are in the context, but no statement gives them."""
        for structure in statement.context.factorisations if statement.context is not None else ():
            self.values.table.independent.add(key_of(structure.joint))
        for item in statement.context.definitions if statement.context is not None else ():
            if item.name in self._taken or item.name in self.values.states:
                continue
            self._taken.add(item.name)
            if isinstance(item.name, Density):
                self._give(item.name, item.value)
            elif self._is_new_name(item.name) and not self.values.knows(item.name):
                self.values.define(item.name, item.value)

    def _introduced(self, statement: Statement, left: Side, right: Side) -> NumericFinding | bool | None:
        """What a statement at the start of a chain introduces: True if it does without a finding, None if nothing."""
        name = left.term
        first = name not in self._taken
        self._taken.add(name)
        definition = NumericFinding(Finding(Outcome.DEFINITION, note=statement.note))
        if isinstance(name, Density):
            if self._determined(name):
                return self._regiven(name, right, definition) if statement.sign == "=" else None
            value = self._literal_value(right)
            if not self._at_states(name):
                return self._formula(statement, name, value, definition)
            if not self._is_probability(value):
                return None
            self.values.table.give(name, value)
            return definition if self._number(value) is not None or value.has(Density) else True
        if name in self.values.states:
            return True  # what is observed, or the head of a column: no number of its own
        if isinstance(name, Pow) and name.exp == 2 and self._is_new_name(name.base) and statement.sign == "=":
            value = self._number(right.term)
            if value is None or compare(value, ">", 0) is not Decided.YES:
                return True
            self._define(name.base, sqrt(value))  # a variance stands for its deviation
            return definition
        if not self._is_new_name(name):
            return self._again(name, right, definition)
        if is_elbo(name):
            return self._bound(statement, left, right, definition, first)
        if lone_number(right.node) is not None or statement.sign == r"\approx" or self.judge.has_rounded(right):
            return self._loose(statement, left, right, definition)
        self._define(name, right.term)
        return definition if self._number(right.term) is not None else True

    def _formula(
        self, statement: Statement, name: Density, value: Expr, definition: NumericFinding
    ) -> NumericFinding | bool | None:
        """`p(x = 1 | z) = 0.2 + 0.6 z`: a density for all states at once, where it is not known yet."""
        slot = row_of(name)
        if value.has(Density) or any(item in self.values.names for item in (*name.of_slots, *name.given_slots)):
            return True
        if slot is None or (isinstance(value, Known) and not value.discrete):
            if isinstance(value, Known) and self.values.table.formula_of(name) is None:
                self.values.table.give_formula(name, value)
            return True
        states = self.values.states.get(slot, ())
        entries = [name.with_values(lambda old, state=state: state if old == slot else old) for state in states]
        if any(self._determined(entry) for entry in entries):
            return None
        self.values.table.give_formula(name, value)
        known = bool(entries) and all(self._determined(entry) for entry in entries)
        return definition if known or statement.kind is Kind.DEFINITION else True

    def _again(self, name: Expr, right: Side, definition: NumericFinding) -> NumericFinding | None:
        """A plain name given another number later on: the next example, or the next step of an iteration."""
        if name in self._literal and lone_number(right.node) is not None and not isinstance(name, Named):
            self._define(name, self._literal_value(right))
            self._begin_again()
            return definition
        return None

    def _regiven(self, density: Density, right: Side, definition: NumericFinding) -> NumericFinding | None:
        """An entry that was given as a number before, given as another one: the next example has its own table."""
        value = self._literal_value(right)
        given = self.values.table.given(density)
        if lone_number(right.node) is None or given is None or not given.is_number or given == value:
            return None
        self.values.table.give_again(density, value)
        self._begin_again()
        return definition

    def _begin_again(self) -> None:
        """From here on names may be given new values."""
        self._stale |= set(self.values.names)

    def _define(self, name: Expr, value: Expr) -> None:
        self.values.define(name, value)
        self._stale.discard(name)

    def _bound(
        self, statement: Statement, left: Side, right: Side, definition: NumericFinding, first: bool
    ) -> NumericFinding | bool | None:
        """`ELBO` where it is first met: its formula defines it, a number beside it is a claim."""
        if self._number(left.term) is None:
            if self._number(right.term) is None:
                return True
            self._define(left.term, right.term)
            return definition
        if not first or not right.term.has(Density):
            return None
        made = self._claim(statement, left, right)
        return definition if made is not None and made.finding.outcome is Outcome.PROVED else made

    def _loose(
        self, statement: Statement, left: Side, right: Side, definition: NumericFinding
    ) -> NumericFinding | bool | None:
        """A name given by a number: if a quantity that it may stand for has this value, it stands for that."""
        if self._number(right.term) is None:
            return True
        wrong: Found | None = None
        shown = lone_number(right.node, self.document.text)
        telling = shown is None or shown.significant >= _TELLING or is_telling(left.term)
        for unit in self._units if telling else ():
            for meaning in loose_meanings(self.values, left.term, unit):
                first = Closed(meaning, left)
                made = self.judge.equality(first, right, statement.sign, unit, None, self._line(statement))
                if made is not None and made.outcome is Decided.YES:
                    self._define(left.term, meaning)
                    return self._finding(statement, made)
                if made is not None and self._is_slip(meaning, right, made, unit):
                    self._define(left.term, meaning)
                    wrong = made
        if wrong is not None:
            return self._finding(statement, wrong)
        self._define(left.term, self._literal_value(right))
        self._literal.add(left.term)
        return definition

    def _is_slip(self, meaning: Expr, right: Side, made: Found, unit: Unit) -> bool:
        """Whether a number that is not the value is meant to be it: a slip of the pen, of a sign, or one carried on."""
        shown = lone_number(right.node, self.document.text)
        if shown is not None:
            return is_slip(meaning, shown, unit)
        if made.inherited:
            return True
        added = bound_with_sum(self.values, unit)
        if added is None or meaning != added[0]:
            return False
        again = self.judge.equality(Closed(added[1], right), right, r"\approx", unit, None, 0)
        return again is not None and again.outcome is Decided.YES

    def _claim(self, statement: Statement, left: Side, right: Side) -> NumericFinding | None:
        """Both sides have numbers: compare them, in each unit that divergences may be in."""
        best: Found | None = None
        for unit in self._units_for(statement, left, right):
            try:
                made = self.judge.claim(left, right, statement.sign, unit, self._head, self._line(statement))
            except NotClosed:
                missing = self.judge.without_value(left, right)
                if missing is None:
                    raise
                made = self._in_some_meaning(statement, left, right, missing, unit)
                if made is not None:
                    return self._finding(statement, made)
                note = f"{missing} has no value that follows from this document, so the numbers cannot be checked"
                return NumericFinding(Finding(Outcome.UNKNOWN, note=note), sure=False)
            if made is None:
                return None
            if best is None or (best.outcome is not Decided.YES and made.outcome is Decided.YES):
                best = made
        return None if best is None else self._finding(statement, best)

    def _in_some_meaning(self, statement: Statement, left: Side, right: Side, name: Expr, unit: Unit) -> Found | None:
        """The claim with a name in it that is given nowhere, in the meaning that makes it true; None without one."""
        if isinstance(name, Density):
            return None
        for meaning in loose_meanings(self.values, name, unit):
            self.values.names[name] = meaning
            with suppress(NotClosed):
                made = self.judge.claim(left, right, statement.sign, unit, self._head, self._line(statement))
                if made is not None and made.outcome is Decided.YES:
                    return made
            del self.values.names[name]
        return None

    def _finding(self, statement: Statement, made: Found) -> NumericFinding | None:
        note = "; ".join(part for part in (made.note, statement.note) if part) or None
        match made.outcome:
            case Decided.YES:
                finding = Finding(Outcome.PROVED, ("table",), note, from_head=made.from_head)
            case Decided.NO:
                if statement.gap is not None:
                    return None
                finding = Finding(Outcome.REFUTED, note=note, witness=made.witness)
            case _:
                finding = Finding(Outcome.UNKNOWN, note=note or "the numbers do not settle this")
        return NumericFinding(finding, sure=not made.assumed)

    # --- helpers -----------------------------------------------------------------------------------------------------

    def _units_for(self, statement: Statement, left: Side, right: Side) -> tuple[Unit, ...]:
        if len(self._units) == 1:
            return self._units
        nodes = [left.node, right.node]
        if any_log(nodes, "2"):
            return (Unit.BITS,)
        return (Unit.NATS,) if any_log(nodes, None) else self._units

    def _give(self, density: Density, value: Expr) -> None:
        if self._at_states(density):
            if not self._determined(density):
                self.values.table.give(density, value)
        elif not value.has(Density):
            self.values.table.give_formula(density, value)

    def _at_states(self, density: Density) -> bool:
        """Whether every variable is in a state; an index or another variable in a slot is no state."""
        states = self.values.states
        items = (*density.of, *density.given)
        return all(isinstance(item, At) and value_of(item) in states.get(slot_of(item), ()) for item in items)

    def _determined(self, density: Density) -> bool:
        return self._number(density) is not None

    def _number(self, term: Expr) -> Expr | None:
        try:
            return self.values.of(term)
        except (NotClosed, SymelboError):
            return None

    def _is_probability(self, value: Expr) -> bool:
        """Whether a value may stand in a table: a number from 0 to 1, or something that is not known yet."""
        number = self._number(value)
        if number is None:
            return value.has(Density) or bool(value.free_symbols)
        return all(compare(a, "<=", b) is Decided.YES for a, b in ((0, number), (number, 1)))

    def _literal_value(self, side: Side) -> Expr:
        shown = lone_number(side.node, self.document.text)
        return side.term if shown is None or not percent_after(self.document.text, side.node) else value_of_shown(shown)

    def _is_new_name(self, term: Expr) -> bool:
        named = isinstance(term, AppliedUndef | Named) or is_variable(term) or term is pi
        return named and (term in self._stale or not self.values.knows(term))

    def _line(self, statement: Statement) -> int:
        return self.document.location(statement.span.start)[0]


def _continues(before: Statement, statement: Statement) -> bool:
    first, second = before.written[1], statement.written[0]
    return first is not None and second is not None and first.span == second.span
