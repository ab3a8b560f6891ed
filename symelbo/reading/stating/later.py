"""Names that a document uses before it says what they are: `= N(x; \\mu, v)`, "with `\\mu = ...` and `v = ...`"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sympy import Basic, Expr

from symelbo.errors import IllFormed
from symelbo.language import Claim, Context, Definition, Density, Known, base_of, is_variable
from symelbo.language.definitions import match_definition
from symelbo.language.functionals import Named
from symelbo.language.walks import found_in, parts_of
from symelbo.reading.stating.defining import Given
from symelbo.reading.stating.statements import Kind, Statement

__all__ = ["with_later_names"]


def with_later_names(statements: Sequence[Statement], given: Given) -> Iterator[Statement]:
    """Statements with the functionals, and beside them the quantities, that are only defined further down.

    Functionals with a rounded value define nothing. Quantities go into a second context, as a document that gives them
    a meaning later may have used the letters in another sense before.
    """
    named = [d for d in given.context.definitions if isinstance(d.name, Named) and d.name.name not in given.rounded]
    plain = [d for d in given.context.definitions if is_variable(d.name) or d.name.is_Function]
    random: dict[Expr, set[Expr]] = {}
    heads = [(place, head) for place, statement in enumerate(statements) for head in _heads(statement)]
    for place, statement in enumerate(statements):
        context = statement.context
        if statement.kind is Kind.CLAIM and context is not None:
            claims = [reading.claim for reading in statement.readings]
            used = {n.name for claim in claims for side in (claim.lhs, claim.rhs) for n in found_in(side, Named)}
            known = {item.name.name for item in context.definitions if isinstance(item.name, Named)}
            later = [item for item in named if item.name.name in used - known]
            if later:
                context = context.assume(*later)
                statement = replace(statement, context=context)
            following = {head for where, head in heads if where > place}
            wider = _wider(claims, context, [item for item in plain if item.name in following], random)
            if wider is not None:
                statement = replace(statement, later=wider)
            if statement.unexplained - _explained(wider):
                statement = replace(statement, kind=Kind.DEFINITION)
        yield statement


def _heads(statement: Statement) -> tuple[Expr, ...]:
    """What a definition may be the definition of."""
    if statement.kind is not Kind.DEFINITION:
        return ()
    return tuple(side for r in statement.readings[:1] for side in (r.claim.lhs, r.claim.rhs) if not side.is_Number)


def _wider(
    claims: Iterable[Claim], context: Context, following: Iterable[Definition], random: dict[Expr, set[Expr]]
) -> Context | None:
    """The context with the quantities of the claims that are defined further down; None where there are none.

    `random` keeps what is random in the terms met so far: what is defined stands in the context of every later line.
    """
    waiting = [item for item in following if item not in context.definitions]
    if not waiting:
        return None
    try:
        terms = [context.expand(side) for claim in claims for side in (claim.lhs, claim.rhs)]
    except IllFormed:
        return None
    found: set[Expr] = set()
    for term in (*terms, *(item.value for item in context.definitions)):
        if term not in random:
            random[term] = set(_random(term))
        found |= random[term]
    waiting = [item for item in waiting if base_of(item.name) not in found]
    parts = dict.fromkeys(part for term in terms for part in parts_of(term))
    taken: list[Definition] = []
    progress = True
    while progress:
        progress = False
        for item in tuple(waiting):
            if any(isinstance(part, Expr) and match_definition(part, item) is not None for part in parts):
                waiting.remove(item)
                taken.append(item)
                parts |= dict.fromkeys(parts_of(item.value))
                progress = True
    return context.assume(*taken) if taken else None


def _explained(context: Context | None) -> set[str]:
    """The names that a context says something about, without their indices."""
    found = () if context is None else context.definitions
    return {item.name.func.__name__ if item.name.is_Function else str(base_of(item.name)) for item in found}


def _random(term: Basic) -> Iterator[Expr]:
    """What densities are densities of, or are given: names that stand for themselves."""
    for density in found_in(term, Density):
        yield from map(base_of, (*density.of_slots, *density.given_slots))
    for law in found_in(term, Known):
        yield from map(base_of, filter(is_variable, law.values))
