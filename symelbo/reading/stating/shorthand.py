r"""Names that are written out in one place only: `\mu_j` in the closed form, where the law has `\mu_\phi(x)`.

What a network makes of `x` is written out once, in the law or beside it; elsewhere its arguments and its parameters are
left out. A name of which nothing is known is read as the only quantity of the laws in use that has its letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from sympy import Basic, Expr, Symbol, latex
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import Binder, Block, Claim, Components, Context, Definition, Density, Entry, value_of
from symelbo.language.names import name_of
from symelbo.language.walks import found_in
from symelbo.reading.stating.statements import Kind, Reading, Statement

__all__ = ["Quantities", "in_full", "with_full_names", "with_quantities"]

_LETTER = re.compile(r"[^_^]+")


@dataclass(frozen=True, slots=True)
class _Full:
    """A quantity of a law: its name, and a vector's index where it is one, in the law of the density `of`."""

    term: Expr
    vector: Components | None
    of: Density


class Quantities:
    """The names of the quantities in terms, found once for each: a definition stands in the context of many lines."""

    def __init__(self) -> None:
        self._known: dict[Expr, dict[Expr, tuple[str, bool]]] = {}

    def of(self, term: Expr) -> dict[Expr, tuple[str, bool]]:
        """The names in the order in which they are met, each with what it goes by."""
        found = self._known.get(term)
        if found is None:
            found = self._known[term] = {name: _key(name) for name in _quantities(term)}
        return found


def with_full_names(statement: Statement, quantities: Quantities) -> Statement:
    """The statement with its readings in full; one whose shorthand has several meanings refutes nothing."""
    if statement.kind is not Kind.CLAIM or statement.context is None or not statement.readings:
        return statement
    made: list[Reading] = []
    for reading in statement.readings:
        full = in_full(reading.claim, statement.context, quantities)
        if isinstance(full, str):
            return replace(statement, gap=statement.gap or full)
        if full is not None:
            said = full[1] if reading.taken is None else f"{reading.taken}; {full[1]}"
            made.append(Reading(full[0], said, reading.claim))
    return replace(statement, readings=(*made, *statement.readings)) if made else statement


def in_full(claim: Claim, context: Context, quantities: Quantities) -> tuple[Claim, str] | str | None:
    """The claim with its names in full and how they are read, why that cannot be told, or None without shorthand."""
    loose = {**quantities.of(claim.lhs), **quantities.of(claim.rhs)}
    known = _known(context, quantities)
    waiting = [name for name, key in loose.items() if key not in known]
    if not waiting:
        return None
    densities = found_in(claim.lhs, Density) | found_in(claim.rhs, Density)
    laws = list(_laws(context, densities, quantities))
    found: dict[Expr, Expr] = {}
    for name in waiting:
        meant = {full.term: full for full in laws if _is_akin(full.term, name)}
        functions = [] if meant else [term for term in _defined(context) if _is_bare(name, term)]
        if len(functions) == 1 and _key(functions[0]) not in loose.values():
            found[name] = functions[0]
        if not meant or any(_key(term) in loose.values() for term in meant):
            continue
        put = _put(name, next(iter(meant.values())), densities) if len(meant) == 1 else None
        if put is None:
            if any(isinstance(term, AppliedUndef) for term in meant):
                several = " or ".join(sorted(latex(term) for term in meant))
                return f"the document does not say how {latex(name)} belongs to {several}"
            continue
        found[name] = put
    if not found:
        return None
    try:
        sides = [with_quantities(side, found) for side in (claim.lhs, claim.rhs)]
        full = Claim(sides[0], claim.relation, sides[1], claim.wrt)
    except (IllFormed, TypeError, ValueError):
        return None
    return full, ", ".join(f"{latex(name)} read as {latex(_shown(term))}" for name, term in found.items())


def _quantities(term: Basic) -> Iterator[Expr]:
    """The names of quantities in a term; what is bound, and what a density is about, stands for itself."""
    own: set[Basic] = {name for node in found_in(term, Binder) for name in node.bound}
    for density in found_in(term, Density):
        own |= {*density.of_slots, *density.given_slots}
        own |= {value_of(item) for item in (*density.of, *density.given)}
    waiting: list[Basic] = [term]
    while waiting:
        node = waiting.pop()
        if node in own or isinstance(node, Density | Block):
            continue
        if isinstance(node, AppliedUndef):
            yield node
            waiting += node.args
        elif isinstance(node, Entry):
            if node.base not in own:
                yield node
        elif isinstance(node, Symbol):
            if not node.is_integer:
                yield node
        else:
            waiting += node.args


def _known(context: Context, quantities: Quantities) -> set[tuple[str, bool]]:
    """What the names go by of which the context says something other than a sign."""
    known = {_key(item.name) for item in context.definitions if not isinstance(item.name, Density)}
    return known.union(*(quantities.of(item.value).values() for item in context.definitions))


def _defined(context: Context) -> Iterator[AppliedUndef]:
    """The functions that are defined, as they stand in their definitions."""
    for item in context.definitions:
        if isinstance(item.name, AppliedUndef):
            yield item.name


def _is_bare(name: Expr, function: AppliedUndef) -> bool:
    r"""Whether a name is that of a function without its arguments: `\mu_\theta` for `\mu_\theta(z_t)`."""
    if isinstance(name, AppliedUndef) or name_of(name) != name_of(function):
        return False
    scripts = name.indices if isinstance(name, Entry) else ()
    return function.args[: len(scripts)] == scripts and len(function.args) > len(scripts)


def _laws(context: Context, densities: Iterable[Density], quantities: Quantities) -> Iterator[_Full]:
    """The quantities in the laws of the densities in use; in all laws where no density stands."""
    used = {(d.family, _slots(d)) for d in densities}
    for item in context.definitions:
        if not isinstance(item, Definition) or not isinstance(item.name, Density):
            continue
        density = item.name
        if used and (density.family, _slots(density)) not in used:
            continue
        vectors = [part for part in found_in(item.value, Components) if not found_in(part.args[0], Components)]
        for name in quantities.of(item.value):
            vector = next((part for part in vectors if part.args[0].has(name) and name.has(part.args[1])), None)
            yield _Full(name, vector, density)


def _slots(density: Density) -> tuple[tuple[Expr, ...], tuple[Expr, ...]]:
    return density.of_slots, density.given_slots


def _is_akin(full: Expr, name: Expr) -> bool:
    """Whether two names are one letter, with scripts or arguments that one of them has and the other leaves out."""
    one, other = name_of(full), name_of(name)
    letter = _letter(one)
    if letter != _letter(other) or not (one == other or letter in (one, other)):
        return False
    return one != other or isinstance(full, AppliedUndef) != isinstance(name, AppliedUndef)


def _put(name: Expr, full: _Full, densities: Iterable[Density]) -> Expr | None:
    """What a name stands for, at the values that the densities in use are taken at; None where that is not clear."""
    if isinstance(name, Entry) and len(name.indices) != 1:
        return None
    values: dict[Expr, Expr] = {}
    for density in densities:
        if density.family != full.of.family or _slots(density) != _slots(full.of):
            continue
        for item, own in zip((*density.of, *density.given), (*full.of.of, *full.of.given), strict=True):
            if values.setdefault(value_of(own), value_of(item)) != value_of(item):
                return None
    place, given = _parts(name, full.vector is not None)
    index, rest = _parts(full.term, full.vector is not None)
    about = {*full.of.given_slots, *values.values()}
    if given and (given != tuple(arg.xreplace(values) for arg in rest) if rest else not about.issuperset(given)):
        return None
    if full.vector is None:
        made = full.term.xreplace(values)
        # `\mu_n` is what the network makes of `x_n`
        numbered = any(isinstance(arg, Entry) and arg.indices == (place,) for arg in made.args)
        return made if place is None or numbered else None
    if index != full.vector.args[1]:
        return None
    if place is None:
        return full.vector.func(full.term, *full.vector.args[1:]).xreplace(values)
    return full.term.xreplace({**values, index: place})


def _parts(name: Expr, vector: bool) -> tuple[Expr | None, tuple[Expr, ...]]:
    """The place of an entry of a vector, None for the whole, and the arguments."""
    if isinstance(name, Entry):
        return name.indices[0], ()
    if not isinstance(name, AppliedUndef):
        return None, ()
    whole = not vector or not name.args[0].is_integer
    return (None, name.args) if whole else (name.args[0], name.args[1:])


def with_quantities(term: Expr, values: dict[Expr, Expr]) -> Expr:
    """The term with short names in full wherever they are quantities; slots of densities stay what they are."""
    if term in values:
        return values[term]
    if isinstance(term, Density) or not term.args:
        return term
    args = [with_quantities(arg, values) if isinstance(arg, Expr) else arg for arg in term.args]
    return term if args == list(term.args) else term.func(*args)


def _shown(term: Expr) -> Expr:
    return term.args[0] if isinstance(term, Components) else term


def _key(name: Expr) -> tuple[str, bool]:
    return name_of(name), isinstance(name, AppliedUndef)


def _letter(text: str) -> str:
    found = _LETTER.match(text)
    return found.group() if found is not None else text
