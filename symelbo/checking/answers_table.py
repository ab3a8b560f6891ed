"""The table that a worked answer is about: entries given so far, and every probability that follows from them.

Entries such as `p(z = 1) = 0.4` and `p(x = 1 | z = 0) = 0.25` are factors of a model with finitely many states. A
density at states follows from them by complements, by the chain rule and by sums over the states of the variables that
are left out; nothing else is used, so that a number is either determined by what the document gives or not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sympy import Expr, S

from symelbo.language import Density, Entry, slot_of, value_of

__all__ = ["Assigned", "NotClosed", "Table", "TableKey", "key_of"]

Assigned = Mapping[Expr, Expr]
"""Slots with the states they are in."""

TableKey = tuple[str, tuple[Expr, ...]]
"""The name of a family and its indices; parameters do not tell tables apart."""

_MOST_CELLS = 20_000


class NotClosed(Exception):
    """A term has no numeric value that follows from the table; the message says what is missing."""


@dataclass(frozen=True, slots=True)
class _Factor:
    """Which variables a group of entries is about."""

    of: frozenset[Expr]
    given: frozenset[Expr]


@dataclass(frozen=True, slots=True)
class _Formula:
    """A factor given for all states at once, such as `p(z) = 1/3` or `p(z) = Bern(z; 0.3)`."""

    value: Expr
    names: Mapping[Expr, Expr]  # the name that stands for a slot in the value


_Cell = tuple[frozenset[tuple[Expr, Expr]], frozenset[tuple[Expr, Expr]]]


@dataclass(slots=True)
class _Entries:
    """What is given about one family."""

    cells: dict[_Cell, Expr] = field(default_factory=dict)
    formulas: dict[_Factor, _Formula] = field(default_factory=dict)
    factors: list[_Factor] = field(default_factory=list)
    _chosen: dict[Expr, _Factor] | None = None

    def add_factor(self, factor: _Factor) -> None:
        if factor not in self.factors:
            self.factors.append(factor)
            self._chosen = None

    def about(self, slot: Expr) -> _Factor | None:
        """The factor that models a variable."""
        if self._chosen is None:
            self._chosen = self._structure()
        return self._chosen.get(slot)

    def _structure(self) -> dict[Expr, _Factor]:
        """For every variable the factor with most behind its bar, as long as no variable depends on itself."""
        chosen: dict[Expr, _Factor] = {}
        for factor in sorted(self.factors, key=lambda f: (-len(f.given), -len(f.of))):
            fresh = not any(slot in chosen for slot in factor.of)
            if fresh and not (factor.of & _above(factor.given, chosen)):
                chosen.update(dict.fromkeys(factor.of, factor))
        return chosen


def _above(slots: Iterable[Expr], chosen: Mapping[Expr, _Factor]) -> set[Expr]:
    """Some variables and all that they depend on."""
    found: set[Expr] = set()
    waiting = list(slots)
    while waiting:
        slot = waiting.pop()
        if slot not in found:
            found.add(slot)
            waiting.extend(chosen[slot].given | chosen[slot].of if slot in chosen else ())
    return found


@dataclass(slots=True)
class Table:
    """Entries of a document. `states` lists, for every variable, the states that the document speaks of.

    Variables that no entries connect are only taken to be independent in families that `independent` lists.
    """

    states: Mapping[Expr, tuple[Expr, ...]]
    number: Callable[[Expr, Assigned], Expr]
    families: dict[TableKey, _Entries] = field(default_factory=dict)
    independent: set[TableKey] = field(default_factory=set)
    _busy: set[Any] = field(default_factory=set)

    def give(self, density: Density, value: Expr) -> None:
        """Take in an entry; `value` may refer to other entries and to names."""
        entries = self.families.setdefault(key_of(density), _Entries())
        of, given = _states_of(density.of), _states_of(density.given)
        factor = _Factor(frozenset(slot for slot, _ in of), frozenset(slot for slot, _ in given))
        entries.cells[frozenset(of), frozenset(given)] = value
        entries.add_factor(factor)

    def give_formula(self, density: Density, value: Expr) -> None:
        """Take in a density for all states of its variables."""
        entries = self.families.setdefault(key_of(density), _Entries())
        items = (*density.of, *density.given)
        factor = _Factor(frozenset(density.of_slots), frozenset(density.given_slots))
        entries.formulas[factor] = _Formula(value, {slot_of(item): value_of(item) for item in items})
        entries.add_factor(factor)

    def given(self, density: Density) -> Expr | None:
        """The value that an entry was given by, if it was given itself."""
        entries = self.families.get(key_of(density))
        return None if entries is None else entries.cells.get(_cell_of(density))

    def give_again(self, density: Density, value: Expr) -> None:
        """Give an entry another value; what was given about the other states goes with the old one."""
        cell = _cell_of(density)
        entries = self.families[key_of(density)]
        slots = {slot for slot, _ in cell[0]}
        for of, given in list(entries.cells):
            if given == cell[1] and {slot for slot, _ in of} == slots:
                del entries.cells[of, given]
        self.give(density, value)

    def formula_of(self, density: Density) -> Expr | None:
        """The formula that a density was given by, if it was."""
        entries = self.families.get(key_of(density))
        factor = _Factor(frozenset(density.of_slots), frozenset(density.given_slots))
        found = entries.formulas.get(factor) if entries is not None else None
        return None if found is None else found.value

    def models(self, key: TableKey, slot: Expr) -> bool:
        """Whether a family has entries with this variable before the bar."""
        return key in self.families and self.families[key].about(slot) is not None

    def modelled(self, key: TableKey) -> tuple[Expr, ...]:
        """The variables that a family has entries for, in the order they were given."""
        found: dict[Expr, None] = {}
        for factor in self.families[key].factors:
            for slot in sorted(factor.of, key=str):
                found.setdefault(slot)
        return tuple(found)

    def probability(self, key: TableKey, of: Assigned, given: Assigned) -> Expr:
        """The probability of some states given others. Raises `NotClosed` if it does not follow from the entries."""
        entries = self.families.get(key)
        if entries is None:
            raise NotClosed(f"nothing is given about {key[0]}")
        copies = [slot for slot in (*of, *given) if isinstance(slot, Entry) and entries.about(slot) is None]
        if copies:
            return self._with_copies(key, entries, of, given, copies)
        question = (key, frozenset(of.items()), frozenset(given.items()))
        if question in self._busy:
            raise NotClosed("the entries refer to each other in a circle")
        self._busy.add(question)
        try:
            direct = self._cell(entries, of, given)
            if direct is not None:
                return direct
            if not given:
                return self._joint(key, entries, of)
            forward = self._forward(key, entries, of, given)
            if forward is not None:
                return forward
            below = self._joint(key, entries, given)
            if below == 0:
                raise NotClosed("what is given has probability zero")
            return self._joint(key, entries, {**given, **of}) / below
        finally:
            self._busy.discard(question)

    # --- cells -------------------------------------------------------------------------------------------------------

    def _cell(self, entries: _Entries, of: Assigned, given: Assigned) -> Expr | None:
        """An entry as given, by the formula for it, or as what the others leave to one."""
        before, after = frozenset(of.items()), frozenset(given.items())
        value = entries.cells.get((before, after))
        if value is not None:
            return self.number(value, {})
        factor = _Factor(frozenset(of), frozenset(given))
        formula = entries.formulas.get(factor)
        if formula is not None:
            at = {formula.names[slot]: state for slot, state in (*of.items(), *given.items())}
            return self.number(formula.value, at)
        if factor not in entries.factors:
            return None
        total: Expr = S.Zero
        for other in self._all(factor.of):
            if other == dict(of):
                continue
            value = entries.cells.get((frozenset(other.items()), after))
            if value is None:
                return None
            total += self.number(value, {})
        return S.One - total

    def _all(self, slots: Iterable[Expr]) -> Iterator[dict[Expr, Expr]]:
        ordered = sorted(slots, key=str)
        ranges = [self.states_of(slot) for slot in ordered]
        for states in product(*ranges):
            yield dict(zip(ordered, states, strict=True))

    def states_of(self, slot: Expr) -> tuple[Expr, ...]:
        """The states of a variable, of a copy those of its base. Raises `NotClosed` if the document speaks of none."""
        found = self.states.get(slot)
        if not found and isinstance(slot, Entry):
            found = self.states.get(slot.base)
        if not found:
            raise NotClosed(f"the document does not say which states {slot} has")
        return found

    def _with_copies(self, key: TableKey, entries: _Entries, of: Assigned, given: Assigned, copies: list[Expr]) -> Expr:
        """Densities of numbered copies of one variable, `p(x_1 = 1, x_2 = 0 | z)`: independent draws of its law."""
        bases = {slot: slot.base for slot in copies if entries.about(slot.base) is not None}
        if len(bases) < len(copies):
            raise NotClosed(f"nothing is given about {copies[0]} under {key[0]}")
        present = {*of, *given} - set(copies)
        if len(set(bases.values())) == len(bases) and not present & set(bases.values()):
            of, given = ({bases.get(slot, slot): state for slot, state in part.items()} for part in (of, given))
            return self.probability(key, of, given)
        top, below = self._copied(key, entries, {**given, **of}, bases), S.One
        if given:
            below = self._copied(key, entries, given, bases)
        if below == 0:
            raise NotClosed("what is given has probability zero")
        return top / below

    def _copied(self, key: TableKey, entries: _Entries, at: Assigned, bases: Mapping[Expr, Expr]) -> Expr:
        """The joint probability of copies and other variables, summed over what the copies depend on."""
        drawn = {slot: state for slot, state in at.items() if slot in bases}
        rest = {slot: state for slot, state in at.items() if slot not in bases}
        causes: set[Expr] = set()
        for slot in drawn:
            factor = entries.about(bases[slot])
            causes |= set(factor.given) if factor is not None else set()
        total: Expr = S.Zero
        for hidden in self._all(causes - set(rest)):
            known = {**rest, **hidden}
            weight = self.probability(key, known, {}) if known else S.One
            for slot, state in drawn.items():
                weight *= self.probability(key, {bases[slot]: state}, {cause: known[cause] for cause in causes})
            total += weight
        return total

    # --- sums over states --------------------------------------------------------------------------------------------

    def _joint(self, key: TableKey, entries: _Entries, of: Assigned) -> Expr:
        direct = self._cell(entries, of, {})
        if direct is not None:
            return direct
        inside = self._closure(key, entries, of, {})
        self._connected(key, entries, inside, of)
        return self._summed(entries, of, inside, {})

    def _connected(self, key: TableKey, entries: _Entries, inside: set[Expr], asked: Iterable[Expr]) -> None:
        """Raises `NotClosed` if nothing says how some of the variables asked for hang together."""
        wanted = [slot for slot in asked if entries.about(slot) is not None]
        if key in self.independent or len(wanted) < 2:
            return
        reached, waiting = set(), [wanted[0]]
        groups = [f.of | f.given for slot in inside if (f := entries.about(slot)) is not None]
        while waiting:
            slot = waiting.pop()
            if slot not in reached:
                reached.add(slot)
                waiting.extend(other for group in groups if slot in group for other in group)
        if any(slot not in reached for slot in wanted):
            raise NotClosed(f"nothing says whether {', '.join(map(str, wanted))} are independent under {key[0]}")

    def _forward(self, key: TableKey, entries: _Entries, of: Assigned, given: Assigned) -> Expr | None:
        """`p(of | given)` when what is given stands above: nothing is learned about its own causes."""
        for slot in given:
            if entries.about(slot) is None and not self._elsewhere(key, slot):
                raise NotClosed(f"nothing is given about {slot} under {key[0]}")
        inside = self._closure(key, entries, of, given)
        above: set[Expr] = set()
        for slot in given:
            if entries.about(slot) is not None:
                above |= self._closure(key, entries, {slot: given[slot]}, {})
        if above & inside:
            return None
        self._connected(key, entries, inside | above | set(given), (*of, *given))
        return self._summed(entries, of, inside, given)

    def _elsewhere(self, key: TableKey, slot: Expr) -> bool:
        """Whether another family models a variable: `q(z)` may then be asked for given what `p` has observed."""
        return any(other != key and entries.about(slot) is not None for other, entries in self.families.items())

    def _closure(self, key: TableKey, entries: _Entries, of: Assigned, given: Assigned) -> set[Expr]:
        """The variables whose factors matter: those asked for, and all that these depend on."""
        found: set[Expr] = set()
        waiting = list(of)
        while waiting:
            slot = waiting.pop()
            if slot in found or slot in given:
                continue
            factor = entries.about(slot)
            if factor is None:
                if slot not in of and self._elsewhere(key, slot) and len(self.states_of(slot)) > 0:
                    raise NotClosed(f"{key[0]} is given for a fixed {slot}")
                raise NotClosed(f"nothing is given about {slot} under {key[0]}")
            found.add(slot)
            waiting.extend((factor.of | factor.given) - found)
        return found

    def _summed(self, entries: _Entries, of: Assigned, inside: set[Expr], given: Assigned) -> Expr:
        """The sum of the products of all factors, over the states of the variables that are neither asked nor given."""
        hidden = [slot for slot in inside if slot not in of]
        factors: list[_Factor] = []
        for slot in sorted(inside, key=str):
            factor = entries.about(slot)
            if factor is not None and factor not in factors:
                factors.append(factor)
        count = 1
        for slot in hidden:
            count *= len(self.states_of(slot))
        if count > _MOST_CELLS:
            raise NotClosed(f"a sum over {count} cells is too large")
        total: Expr = S.Zero
        for rest in self._all(hidden):
            total += self._weight(entries, factors, {**given, **of, **rest})
        return total

    def _weight(self, entries: _Entries, factors: Iterable[_Factor], at: Assigned) -> Expr:
        weight: Expr = S.One
        for factor in factors:
            value = self._cell(entries, {s: at[s] for s in factor.of}, {s: at[s] for s in factor.given})
            if value is None:
                raise NotClosed("an entry of the table is missing")
            weight *= value
        return weight


def key_of(density: Density) -> TableKey:
    """Which table a density belongs to."""
    return density.family.name, density.family.indices


def _cell_of(density: Density) -> _Cell:
    return frozenset(_states_of(density.of)), frozenset(_states_of(density.given))


def _states_of(items: Iterable[Expr]) -> tuple[tuple[Expr, Expr], ...]:
    return tuple((slot_of(item), value_of(item)) for item in items)
