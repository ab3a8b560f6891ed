"""Maps that a context declares between variables: `x = f(z)`, and a layer for every index, `z_k = f_k(z_{k-1})`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sympy import Expr, Symbol
from sympy.core.function import AppliedUndef

from symelbo.language.claims import Relation
from symelbo.language.names import Entry

if TYPE_CHECKING:
    from symelbo.language.context import Context

__all__ = ["Map", "maps_of"]


@dataclass(frozen=True, slots=True)
class Map:
    """`output = function(input)`; with an index, one layer of a sequence, `z_k = f(k, z_{k-1})`."""

    function: str
    output: Expr
    input: Expr
    index: Expr | None = None


def maps_of(assumed: Context) -> tuple[Map, ...]:
    """The maps that a context declares.

    >>> from sympy import Eq, Function
    >>> from symelbo.language import context, variables
    >>> x, z = variables("x z")
    >>> maps_of(context([Eq(x, Function("f")(z))]))
    (Map(function='f', output=x, input=z, index=None),)
    """
    found = []
    for item in assumed.definitions:
        name, value = item.name, item.value
        if not (isinstance(name, Symbol) and isinstance(value, AppliedUndef) and len(value.args) == 1):
            continue
        if isinstance(value.args[0], Symbol) and value.args[0] != name:
            found.append(Map(value.func.__name__, name, value.args[0]))
    for sign in assumed.signs:
        name, value = sign.claim.lhs, sign.claim.rhs
        if sign.claim.relation is Relation.EQUAL and isinstance(name, Entry) and isinstance(value, AppliedUndef):
            (index, *more), before = name.indices, value.args[-1]
            if not more and value.args == (index, before) and before == Entry(name.base, index - 1):
                found.append(Map(value.func.__name__, name, before, index))
    return tuple(found)
