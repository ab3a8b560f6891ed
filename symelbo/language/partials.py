r"""What a derivative by a variable means where the document also says what the variable is made of.

With `z = \mu + \sigma \epsilon`, `\nabla_z \log q(z)` is the derivative by the place where the density is looked at;
only its value is then a matter of `\epsilon`. That is clear as long as the body leaves out one of the names that the
variable is made of: it is this one that moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sympy import Expr, Symbol

from symelbo.language.claims import Relation
from symelbo.language.densities import Density
from symelbo.language.distributions import Known
from symelbo.language.functionals import Gradient
from symelbo.language.names import Block, Entry, is_variable
from symelbo.language.walks import found_in

if TYPE_CHECKING:
    from symelbo.language.context import Context, Definition

__all__ = ["held", "is_partial", "same_name"]


def held(term: Gradient, definitions: Sequence[Definition]) -> frozenset[Expr]:
    """The defined names that stay as they are inside a derivative: its variable, and where its densities are taken.

    >>> from sympy import symbols
    >>> from symelbo.language import context, family
    >>> x, z, e = symbols("x z e", real=True)
    >>> from sympy import Eq
    >>> given = context([Eq(z, x + e)])
    >>> held(Gradient(family("q")(z), z), given.definitions)
    frozenset({z})
    """
    plain = [item for item in definitions if is_variable(item.name) and not isinstance(item.name, Block)]
    if not plain:
        return frozenset()
    places = {slot for density in found_in(term.body, Density) for slot in (*density.of_slots, *density.given_slots)}
    for law in found_in(term.body, Known):
        places |= {name for part in (*law.values, law.parameters[0]) for name in _names(part)}
    places.add(term.wrt)
    return frozenset(name for name in places for item in plain if same_name(name, item.name))


def is_partial(term: Gradient, assumed: Context) -> bool:
    """Whether it is clear what is held fixed: every equation for the variable has a name that the body leaves out."""
    body = _names(term.body)
    for item in assumed.definitions:
        if is_variable(item.name) and same_name(term.wrt, item.name) and not _names(item.value) - body:
            return False
    for sign in assumed.signs:
        tied = _names(sign.claim.lhs) | _names(sign.claim.rhs)
        if sign.claim.relation is Relation.EQUAL and term.wrt in tied and not tied - body:
            return False
    return True


def _names(term: Expr) -> set[Expr]:
    """Symbols and entries of a term, without indices."""
    return {name for name in term.free_symbols if isinstance(name, Entry | Symbol) and not name.is_integer}


def same_name(name: Expr, defined: Expr) -> bool:
    """Whether a name is the one that a definition is of, at whatever index."""
    if isinstance(name, Entry) and isinstance(defined, Entry):
        return bool(name.base == defined.base) and (name == defined or not all(i.is_number for i in defined.indices))
    return bool(name == defined)
