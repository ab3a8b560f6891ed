r"""Functions that a document gives up to a constant: `\log \tilde p(z) = E_{q(y)}[\log p(y, z)] + const`.

Such an equation says what the function is, whether it stands before or after what uses it, and leaves a factor open:
no claim about the function is refuted for want of that factor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import Density, Relation
from symelbo.language.walks import found_in
from symelbo.reading.stating.defining import factor_of
from symelbo.reading.stating.statements import Kind, Statement

__all__ = ["with_open_factors"]

_UP_TO = (Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT)


def with_open_factors(statements: Sequence[Statement]) -> Iterator[Statement]:
    """The statements, the ones that give a function up to a constant as definitions, those that use it with a gap."""
    giving: dict[str, int] = {}
    for place, statement in enumerate(statements):
        function = _given(statement)
        if function is not None:
            giving.setdefault(str(function.func), place)
    if not giving:
        yield from statements
        return
    for place, statement in enumerate(statements):
        function = _given(statement)
        if function is not None and giving[str(function.func)] == place:
            note = statement.note or f"taken as the definition of {function}, up to a constant"
            yield replace(statement, kind=Kind.DEFINITION, note=note)
            continue
        if statement.kind is Kind.CLAIM and statement.readings and statement.gap is None:
            claim = statement.readings[0].claim
            names = [{str(call.func) for call in found_in(side, AppliedUndef)} for side in (claim.lhs, claim.rhs)]
            open_names = sorted((names[0] ^ names[1]) & set(giving))
            if open_names:
                gap = f"{open_names[0]} is given up to a constant alone; write it in full, with its normaliser"
                statement = replace(statement, gap=gap)
        yield statement


def _given(statement: Statement) -> AppliedUndef | None:
    """The function that a statement gives up to a constant, by densities; None for any other statement."""
    if statement.kind not in (Kind.CLAIM, Kind.DEFINITION) or not statement.readings or statement.context is None:
        return None
    claim = statement.readings[0].claim
    function = factor_of(claim)
    if claim.relation not in _UP_TO or not isinstance(function, AppliedUndef) or not claim.rhs.has(Density):
        return None
    if any(call.func == function.func for call in found_in(claim.rhs, AppliedUndef)):
        return None
    with suppress(IllFormed):
        return function if statement.context.expand(function) == function else None
    return None
