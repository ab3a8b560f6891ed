r"""Names for where an objective is best: `\theta_{t+1} = \arg\max_\theta Q(\theta, \theta_t)`.

Such a name is not unfolded. What is known of it is that the objective is nowhere better.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from sympy import Expr
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language.claims import Claim, Relation
from symelbo.language.context import Attained, Context, Definition, Sign
from symelbo.language.definitions import expand
from symelbo.language.densities import Density
from symelbo.language.functionals import Extremum
from symelbo.language.names import is_variable, slot_of, value_of
from symelbo.language.scope import replace_free
from symelbo.language.walks import found_in

__all__ = ["gaps", "with_optima"]


def with_optima(claim: Claim, assumed: Context) -> Context:
    """The context with names of optima as facts about them, but for those that the claim itself says are optima.

    >>> from sympy import Function
    >>> from symelbo.language import Relation, variables
    >>> t, best = variables("t b")
    >>> f = Function("f", real=True)
    >>> given = Context((Definition(best, Extremum("argmax", f(t), t)),))
    >>> fact, = with_optima(Claim(f(best), Relation.GREATER_EQUAL, f(t)), given).attained
    >>> list(gaps(fact, [f(t)]))
    [f(b) - f(t)]
    """
    pairs = {id(item): _optimum(item) for item in assumed.assumptions}
    if not any(pairs.values()):
        return assumed
    others = tuple(d for d in assumed.definitions if not isinstance(d.name, Density) and pairs[id(d)] is None)
    made: list[Any] = []
    for item in assumed.assumptions:
        pair = pairs[id(item)]
        if pair is None or pair[0] in (claim.lhs, claim.rhs):
            made.append(item)
            continue
        name, value = pair
        try:
            body = expand(value.body, others)
        except IllFormed:
            body = value.body
        made.append(Attained(name, value.kind, body, value.over[0]))
    return replace(assumed, assumptions=tuple(made))


def _optimum(item: Any) -> tuple[Expr, Extremum] | None:
    """The name and the extremum that an assumption makes it."""
    if isinstance(item, Definition):
        name, value = item.name, item.value
    elif isinstance(item, Sign) and item.claim.relation is Relation.EQUAL:
        name, value = item.claim.lhs, item.claim.rhs
    else:
        return None
    if not is_variable(name) or not isinstance(value, Extremum) or not value.kind.startswith("arg"):
        return None
    return (name, value) if len(value.over) == 1 and is_variable(value.over[0]) else None


def _places_of(term: Expr, name: Expr) -> set[Any]:
    """Where a name stands in densities and functions: their slots, parameters and arguments."""
    return {place for place, value in _filled_places(term) if value == name}


def _filled_places(term: Expr) -> Iterator[tuple[Any, Expr]]:
    """The places of densities and functions in a term, with what fills them."""
    for density in found_in(term, Density):
        for item in (*density.of, *density.given):
            yield (density.family.name, slot_of(item)), value_of(item)
        for number, value in enumerate(density.family.parameters):
            yield (density.family.name, number), value
    for call in found_in(term, AppliedUndef):
        for number, value in enumerate(call.args):
            yield (call.func, number), value


def gaps(item: Attained, terms: Iterable[Expr]) -> Iterator[Expr]:
    """How much better the objective is at its optimum than at each value that stands in its places elsewhere."""
    listed = list(terms)
    places = _places_of(item.body, item.over)
    rivals = {value for term in listed for place, value in _filled_places(term) if place in places}
    best = replace_free(item.body, {item.over: item.variable})
    sign = 1 if item.kind == "argmax" else -1
    for rival in sorted(rivals - {item.variable}, key=str):
        yield sign * (best - replace_free(item.body, {item.over: rival}))
