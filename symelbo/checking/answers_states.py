"""What a document speaks of: its terms, the states of its variables, and which of them are observed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sympy import Expr, Integer, Tuple

from symelbo.language import At, Binder, Density, Expectation, slot_of, value_of
from symelbo.language.distributions import Known
from symelbo.language.walks import found_in
from symelbo.reading.stating.statements import DocumentReading

__all__ = ["observed_in", "row_of", "rows_in", "states_in", "terms_in"]


def states_in(terms: Iterable[Expr], rows: Mapping[Expr, int] | None = None) -> dict[Expr, tuple[Expr, ...]]:
    """The states of every variable, as far as a document speaks of them; `rows` are the lengths of listed rows.

    A variable that only appears with the states 0 and 1, or with one of them, has these two. Three or more listed
    probabilities without a state 0 are those of the states 1, 2, 3, ...

    >>> from symelbo.language import family, variables
    >>> z = variables("z")
    >>> states_in([family("p")(z.at(1))])
    {z: (0, 1)}
    """
    found: dict[Expr, dict[Expr, None]] = {}
    for term in terms:
        for density in found_in(term, Density):
            for item in (*density.of, *density.given):
                slot, value = slot_of(item), value_of(item)
                if isinstance(item, At) and (value.is_Integer or _is_label(value, slot)):
                    found.setdefault(slot, {})[value] = None
        for law in found_in(term, Known):
            if law.name == "Bernoulli" and law.of_slots:
                found.setdefault(law.of_slots[0], {}).update({Integer(0): None, Integer(1): None})
    states: dict[Expr, tuple[Expr, ...]] = {}
    for slot, values in found.items():
        listed = set(values)
        if listed <= {Integer(0), Integer(1)}:
            listed = {Integer(0), Integer(1)}
        count = (rows or {}).get(slot, 0)
        if count > len(listed) and all(value.is_Integer for value in listed):
            listed = _first_states(count, from_zero=Integer(0) in values)
        states[slot] = tuple(sorted(listed, key=lambda v: (not v.is_Integer, int(v) if v.is_Integer else 0, str(v))))
    for slot, count in (rows or {}).items():
        if slot not in states:
            states[slot] = tuple(sorted(_first_states(count, from_zero=False), key=int))
    return states


def _first_states(count: int, from_zero: bool) -> set[Expr]:
    first = 0 if from_zero or count == 2 else 1
    return {Integer(state) for state in range(first, first + count)}


def row_of(density: Density) -> Expr | None:
    """The variable whose states a listed row runs through: the only one that is left open."""
    open_slots = [slot_of(item) for item in (*density.of, *density.given) if not isinstance(item, At)]
    return open_slots[0] if len(open_slots) == 1 else None


def rows_in(document: DocumentReading) -> dict[Expr, int]:
    """Variables whose probabilities are listed in a row, with the number of states."""
    found: dict[Expr, int] = {}
    for statement in document.statements:
        for reading in statement.readings[:1]:
            if isinstance(reading.claim.rhs, Tuple) and isinstance(reading.claim.lhs, Density):
                slot = row_of(reading.claim.lhs)
                if slot is not None:
                    found[slot] = len(reading.claim.rhs)
    return found


def terms_in(document: DocumentReading) -> Iterator[Expr]:
    for statement in document.statements:
        for reading in statement.readings[:1]:
            yield reading.claim.lhs
            yield reading.claim.rhs
        for item in statement.context.definitions if statement.context is not None else ():
            yield item.name
            yield item.value


def observed_in(terms: list[Expr]) -> dict[Expr, Expr]:
    """Variables of one family that are only spoken of in one state, anywhere or where the document averages."""
    everywhere = _states_seen(terms)
    averaged = _states_seen([part.args[0] for term in terms for part in found_in(term, Expectation)])
    families: dict[Expr, set[str]] = {}
    for term in terms:
        for density in found_in(term, Density):
            for slot in density.of_slots:
                families.setdefault(slot, set()).add(density.family.name)
    found: dict[Expr, Expr] = {}
    for slot, states in everywhere.items():
        states = states if len(states) == 1 else averaged.get(slot, set())
        if len(states) == 1 and len(families.get(slot, ())) == 1:
            found[slot] = next(iter(states))
    return found


def _states_seen(terms: list[Expr]) -> dict[Expr, set[Expr]]:
    seen: dict[Expr, set[Expr]] = {}
    for term in terms:
        for density in found_in(term, Density):
            for item in (*density.of, *density.given):
                if isinstance(item, At) and value_of(item).is_Integer:
                    seen.setdefault(slot_of(item), set()).add(value_of(item))
    return seen


def _is_label(value: Expr, slot: Expr) -> bool:
    """Whether a value is the name of a state in words (`z = \\mathrm{rain}`), and not another variable."""
    return bool(value.is_Symbol and "mathrm" in str(value) and value != slot) and not isinstance(value, Binder)
