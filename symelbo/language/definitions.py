"""Replacing defined names by their values: `\\mathcal{L}`, `w_k`, `\\bar\\alpha_t`, `q(z) = \\mathcal{N}(z; m, v)`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sympy import Basic, Derivative, Expr, Function, Subs
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.binders import Binder
from symelbo.language.densities import Density, Family
from symelbo.language.functionals import Gradient, Named
from symelbo.language.names import At, Block, Entry, is_variable, slot_of, value_of
from symelbo.language.partials import held, same_name
from symelbo.language.scope import replace_free
from symelbo.language.walks import found_in

if TYPE_CHECKING:
    from symelbo.language.context import Definition

__all__ = ["Unfolding", "expand", "match_definition"]

_DEEPEST = 24


def expand(term: Expr, definitions: Sequence[Definition]) -> Expr:
    """The term with all definitions unfolded. Raises `IllFormed` when they refer to each other in a circle."""
    return Unfolding(definitions).whole(term)


class Unfolding:
    """Definitions in use: what they make of terms, worked out once for each term.

    >>> from sympy import Symbol
    >>> from symelbo.language.context import Definition
    >>> x, y, z = map(Symbol, "xyz")
    >>> Unfolding([Definition(y, z + 1), Definition(x, y**2)]).whole(x)
    (z + 1)**2
    """

    def __init__(self, definitions: Sequence[Definition]) -> None:
        self._definitions = tuple(definitions)
        self._names = frozenset(definition.name for definition in definitions)
        self._table = _by_head(definitions)
        self._whole: dict[Expr, Expr] = {}
        self._once: dict[Basic, Any] = {}
        self._narrower: dict[frozenset[Expr], Unfolding] = {}

    def whole(self, term: Expr) -> Expr:
        """The term with all definitions unfolded, those in values too. Raises `IllFormed` for a circle of them."""
        if not self._definitions:
            return term
        found = self._whole.get(term)
        if found is None:
            found = self._whole[term] = self._to_the_end(term)
        return found

    def _to_the_end(self, term: Expr) -> Expr:
        for _ in range(_DEEPEST):
            unfolded = self.once(term)
            if unfolded is term or unfolded == term:
                return term
            term = unfolded
        names = ", ".join(str(definition.name) for definition in self._definitions)
        raise IllFormed(f"definitions refer to each other in a circle: {names}")

    def once(self, term: Any) -> Any:
        """The term with every name in use replaced by its value, in which names may stand again."""
        if not isinstance(term, Basic) or isinstance(term, Str):
            return term
        found = self._once.get(term)
        if found is None:
            found = self._once[term] = self._unfolded(term)
        return found

    def _unfolded(self, term: Any) -> Any:
        if isinstance(term, Expr):
            for definition in self._table.get(_head(term), ()):
                value = match_definition(term, definition)
                if value is not None and value != term:
                    return value
        if isinstance(term, Density):
            return term.with_values(self.once) if term.free_symbols else term
        if isinstance(term, Entry | Block | At) or not term.args:
            return term
        inside = self
        if isinstance(term, Binder):
            # A bound name is the operator's own, whatever the same letter stands for outside.
            inside = self._without(self._names.intersection(term.bound))
        if isinstance(term, Gradient):
            kept = held(term, inside._definitions)
            if kept:
                # A derivative is by the place where a function is looked at, whatever else is said of that place.
                fixed = (name for name in inside._names if any(same_name(other, name) for other in kept))
                body = inside._without(frozenset(fixed)).once(term.body)
                return term if body is term.body else Gradient(body, term.wrt)
        parts = [inside.once(part) for part in term.args]
        if all(new is old for new, old in zip(parts, term.args, strict=True)):
            return term
        return term.func(*parts)

    def _without(self, names: frozenset[Expr]) -> Unfolding:
        if not names:
            return self
        if names not in self._narrower:
            self._narrower[names] = Unfolding([item for item in self._definitions if item.name not in names])
        return self._narrower[names]


def match_definition(term: Expr, definition: Definition) -> Expr | None:
    """The value of a name in use, if it is the one defined: arguments, indices and slots are filled in."""
    name = definition.name
    if isinstance(name, Density):
        return _match_density(term, definition)
    if isinstance(name, Entry):
        if not isinstance(term, Entry) or term.base != name.base or len(term.indices) != len(name.indices):
            return None
        return _filled(name.indices, term.indices, definition)
    if is_variable(name):
        return definition.value if term == name else None
    if isinstance(name, Named):
        return _match_named(term, name, definition)
    if name.is_Function and term.is_Function and len(term.args) == len(name.args):
        if term.func == name.func:
            return _filled(name.args, term.args, definition)
        return _derivative(_called(term), _called(name), (*name.args, *term.args), definition)
    return None


def _derivative(used: str, known: str, arguments: Sequence[Expr], definition: Definition) -> Expr | None:
    """`f'(a)` where `f(z)` is defined by a formula that can be differentiated as it stands; arguments are z and a."""
    primes = len(used) - len(known)
    if len(arguments) != 2 or primes < 1 or used != known + "'" * primes:
        return None
    formal, actual = arguments
    if not (formal.is_Symbol and formal in definition.parameters) or definition.value.has(Density, Named):
        return None
    slope = definition.value.diff(*(formal for _ in range(primes))) if not found_in(definition.value, Binder) else None
    return None if slope is None or slope.has(Derivative, Subs) else replace_free(slope, {formal: actual})


def _called(term: Expr) -> str:
    return str(term.func.__name__)


def _filled(pattern: Sequence[Expr], given: Sequence[Expr], definition: Definition) -> Expr | None:
    places: dict[Expr, Expr] = {}
    values: dict[Expr, Expr] = {}
    for formal, actual in zip(pattern, given, strict=True):
        if formal == actual:
            continue
        if not (is_variable(formal) and formal in definition.parameters):
            return None
        (places if formal.is_Symbol and formal.is_integer else values)[formal] = actual
    if not places or all(formal.is_Symbol for formal in pattern):
        return replace_free(definition.value, {**places, **values})
    # The other parameters stand at the index of the use: of `f_t(z_t)`, `f_{t-1}(z_t)` is the value at `z_{t-1} = z_t`.
    moved = {replace_free(formal, places): actual for formal, actual in zip(pattern, given, strict=True)}
    moved = {there: actual for there, actual in moved.items() if there != actual and is_variable(there)}
    return replace_free(replace_free(definition.value, places), moved)


def _match_named(term: Expr, name: Named, definition: Definition) -> Expr | None:
    """A functional in use: its arguments are filled in, families for families; without arguments it is as defined."""
    if not isinstance(term, Named):
        return None
    if term.name != name.name:
        plain = not any(isinstance(item, Family) for item in (*name.arguments, *term.arguments))
        return _derivative(term.name, name.name, (*name.arguments, *term.arguments), definition) if plain else None
    if not term.arguments or not name.arguments:
        return definition.value
    if len(term.arguments) != len(name.arguments):
        return None
    values: dict[Expr, Expr] = {}
    value = definition.value
    for formal, actual in zip(name.arguments, term.arguments, strict=True):
        if formal == actual:
            continue
        if isinstance(formal, Family) and isinstance(actual, Family):
            value = replace_family(value, formal, actual)
        elif is_variable(formal) and not isinstance(actual, Family):
            values[formal] = actual
        else:
            return None
    return replace_free(value, values)


def replace_family(term: Any, old: Family, new: Family) -> Any:
    """The term with one family of densities put in another's place."""
    if not isinstance(term, Basic) or isinstance(term, Str):
        return term
    if isinstance(term, Family):
        return new if term.name == old.name and term.indices == old.indices else term
    if not term.args:
        return term
    return term.func(*(replace_family(part, old, new) for part in term.args))


def _match_density(term: Expr, definition: Definition) -> Expr | None:
    name = definition.name
    if not isinstance(term, Density) or term.family.args[0] != name.family.args[0]:
        return None
    if len(term.of) != len(name.of) or len(term.given) != len(name.given):
        return None
    values: dict[Expr, Expr] = {}
    own, used = name.family.indices, term.family.indices
    if len(own) != len(used) or not _indices_agree(own, used, values):
        return None
    pairs = [*zip(name.of, term.of, strict=True), *zip(name.given, term.given, strict=True)]
    for formal, actual in pairs:
        if not _same_slot(slot_of(formal), slot_of(actual), values):
            return None
        if value_of(formal) != value_of(actual):
            if not is_variable(value_of(formal)):
                return None  # an entry of a table, p(x = 1 | z = 0), says nothing about other entries
            values[value_of(formal)] = value_of(actual)
    for formal, actual in zip(name.family.parameters, term.family.parameters, strict=False):
        if formal != actual:
            values[formal] = actual
    return replace_free(definition.value, values)


def _same_slot(formal: Expr, actual: Expr, values: dict[Expr, Expr]) -> bool:
    """Whether the slots agree, an index of the definition being open: `q(x_t | x_{t-1})` defines all `t`."""
    if formal == actual and not isinstance(formal, Entry | Block):
        return True
    if isinstance(formal, Entry) and isinstance(actual, Entry) and formal.base == actual.base:
        return _indices_agree(formal.indices, actual.indices, values)
    if isinstance(formal, Block) and isinstance(actual, Block) and formal.base == actual.base:
        return _indices_agree((formal.lower, formal.upper), (actual.lower, actual.upper), values)
    return False


def _indices_agree(formal: Sequence[Expr], actual: Sequence[Expr], values: dict[Expr, Expr]) -> bool:
    for left, right in zip(formal, actual, strict=True):
        free = [s for s in left.free_symbols if s.is_Symbol]
        if len(free) != 1:
            if left != right:
                return False
            continue
        shift = right - (left - free[0])  # t - 1 against s gives t = s + 1
        if values.setdefault(free[0], shift) != shift:
            return False
    return True


def _by_head(definitions: Sequence[Definition]) -> dict[Any, list[Definition]]:
    """Definitions by what a name in use has to begin with to be theirs, each group in order."""
    table: dict[Any, list[Definition]] = {}
    for definition in definitions:
        table.setdefault(_head(definition.name), []).append(definition)
    return table


def _head(term: Any) -> Any:
    if isinstance(term, Density):
        return Density, term.family.args[0]
    if isinstance(term, Entry):
        return Entry, term.base
    if isinstance(term, Named):
        return Named, term.name.rstrip("'")
    return (Function, _called(term).rstrip("'")) if term.is_Function else term
