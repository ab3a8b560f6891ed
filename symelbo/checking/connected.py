"""Whether a claim connects its two sides: densities on one, and on the other quantities of which nothing is said.

"The divergence is `(m^2 + s^2 - 1 - log s^2) / 2`" says in its own way which densities are meant. Unless the document
tells how `m` and `s` belong to them, a model in which they do not is no counterexample.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields
from typing import Any

from sympy import Basic, Expr, Symbol
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import (
    Binder,
    Block,
    Claim,
    Context,
    Definition,
    Density,
    Det,
    Entry,
    Expectation,
    IndexSum,
    Integral,
    Known,
    Relation,
    Sign,
    base_of,
    is_variable,
    value_of,
)
from symelbo.language.functionals import Gradient, Named
from symelbo.language.links import links_of
from symelbo.language.walks import found_in

__all__ = ["unconnected"]

_LETTERS = re.compile(r"\\(?:mathbf|boldsymbol|vec)\{(\w+)\}")


def unconnected(claim: Claim, assumed: Context | None) -> str | None:
    """What keeps a claim from being refuted: densities of which the document says less than the claim needs."""
    torn = _torn(claim, assumed)
    if torn:
        return f"{torn} is used as a whole and entry by entry, and a model gives each of them a value of its own"
    parted = _parted(claim)
    if parted:
        return f"the document does not say how {parted[0]} is made up of {parted[1]} and the like"
    unnumbered = _unnumbered(claim)
    if unnumbered:
        return (
            f"{unnumbered[0]} stands beside {unnumbered[1]} in members of one family, and the document does not say "
            f"which of them it is; write it with its number, such as {unnumbered[2]}"
        )
    carried = _carried(claim, assumed)
    if carried:
        return f"the density of {carried} follows from a law and an equation that a model does not have together"
    if claim.relation is not Relation.EQUAL:
        return None
    maps = _loose_maps(claim, assumed) or _loose_inside(claim, assumed)
    unsaid = _loose_in_laws(claim, assumed)
    if unsaid:
        return f"the document does not say what {', '.join(sorted(unsaid))} is, which a law is given by"
    if maps:
        return f"the document does not say what {', '.join(sorted(maps))} leads from and to; write it as x = f(z)"
    opened = _opened(claim, assumed)
    for (left, right), other in zip(((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)), opened[::-1], strict=True):
        if not left.has(Density) or right.has(Density) or (right.has(Named) and other.has(Density)):
            continue
        densities = found_in(left, Density)
        known = _given(assumed, {density.family.name for density in densities})
        families = sorted({d.family.name for d in densities if not _slots(d) <= known or not _is_founded(d, assumed)})
        if families and _is_value(right, assumed):
            return (
                f"the document does not give the probabilities of {', '.join(families)}; "
                f"give them in a display of their own: {families[0]}(z = 1) = ..."
            )
        own = {
            str(base_of(name))
            for d in found_in(left, Density)
            for name in (*d.of_slots, *d.given_slots, *d.free_symbols)
        }
        strange = (_names(right) ^ (_names(left) - own)) - own - _told(assumed)
        if strange and families:
            return (
                f"the document does not say how {', '.join(sorted(strange))} belongs to {', '.join(families)}; "
                f"say so in a sentence, or write it as an assumption: 'symelbo: assume {families[0]}(...) = ...'"
            )
    return None


def _torn(claim: Claim, assumed: Context | None) -> str | None:
    """A name that a variable is made with as a whole, beside a sum over its entries; None without any."""
    sides = (claim.lhs, claim.rhs)
    summed = {
        str(entry.base)
        for side in sides
        for total in found_in(side, IndexSum)
        for entry in found_in(total.body, Entry)
        if total.index in entry.indices
    }
    if not summed:
        return None
    # A variable that is the slot of a density has a map of its own, which tells its entries apart.
    mapped = {slot for term in sides for d in found_in(term, Density) for slot in d.of_slots}
    made = (item for item in (assumed.definitions if assumed is not None else ()) if is_variable(item.name))
    values = [item.value for item in made if item.name not in mapped]
    names = {name for term in values for name in term.free_symbols}
    alone = {str(name) for name in names if isinstance(name, Symbol) and not name.is_integer}  # sizes are no vectors
    variables = {str(base_of(slot)) for term in sides for d in found_in(term, Density) for slot in d.of_slots}
    variables |= {str(base_of(slot)) for term in sides for d in found_in(term, Density) for slot in d.given_slots}
    return min(summed & alone - variables, default=None)


def _parted(claim: Claim) -> tuple[str, str] | None:
    """A variable as a whole and entries of it in other letters, `\\mathbf{Z}` beside `z_n`, with nothing to tie them.

    Below an integral over the whole, entries in the same letters that a sum or a product runs over are parts too;
    beside an expectation they are samples.
    """
    sides = (claim.lhs, claim.rhs)
    densities = [density for side in sides for density in found_in(side, Density)]
    bound = {name for side in sides for node in found_in(side, Binder) for name in node.bound}
    integrated = {name for side in sides for node in found_in(side, Integral) for name in node.bound}
    wholes = {slot for density in densities for slot in (*density.of_slots, *density.given_slots)} | bound
    names = sorted((str(name), name) for name in wholes if isinstance(name, Symbol))
    for density in densities:
        for item in (*density.of, *density.given):
            entry = value_of(item)
            if not isinstance(entry, Entry):
                continue
            base = str(entry.base)
            drawn = any(isinstance(name, Entry | Block) and name.base == entry.base for name in bound)
            loose = not drawn and any(index.free_symbols & bound for index in entry.indices)
            for text, whole in names:
                akin = _letter(text) == _letter(base)
                if akin and (text != base or (loose and whole in integrated)):
                    return text, str(entry)
    return None


def _unnumbered(claim: Claim) -> tuple[str, str, str] | None:
    """A free variable without a number in a numbered density, `q_0(z)` beside `q_K(z_K)`; and how it may be meant."""
    densities = [d for side in (claim.lhs, claim.rhs) for d in found_in(side, Density) if d.family.indices]
    free = claim.lhs.free_symbols | claim.rhs.free_symbols
    numbered = [(d, slot) for d in densities for slot in d.of_slots if isinstance(slot, Entry)]
    for density in densities:
        for slot in density.of_slots:
            for other, entry in numbered:
                alike = other.family.name == density.family.name and entry.base == slot
                if alike and slot in free and other.family.indices == entry.indices:
                    return str(slot), str(entry), str(Entry(slot, *density.family.indices))
    return None


def _letter(text: str) -> str:
    """A name as a small letter in no font."""
    return _LETTERS.sub(r"\1", text).lower()


def _carried(claim: Claim, assumed: Context | None) -> str | None:
    """A variable whose density the claim has, where the document gives it by an equation with one that has a law."""
    if assumed is None:
        return None
    laws = [d for d in assumed.definitions if isinstance(d.name, Density) and d.value.has(Known)]
    known = {slot for item in laws for slot in item.name.of_slots}
    made = {n for d in assumed.definitions if d.name in known and is_variable(d.name) for n in d.value.free_symbols}
    used = {d.of[0] for side in (claim.lhs, claim.rhs) for d in found_in(side, Density) if len(d.of) == 1}
    return min((str(name) for name in made & used - known), default=None)


def _opened(claim: Claim, assumed: Context | None) -> tuple[Expr, Expr]:
    """Both sides with the names of the document put in."""
    with suppress(IllFormed):
        return (claim.lhs, claim.rhs) if assumed is None else (assumed.expand(claim.lhs), assumed.expand(claim.rhs))
    return claim.lhs, claim.rhs


def _is_value(term: Expr, assumed: Context | None) -> bool:
    """Whether a side is the value that a quantity has for probabilities given somewhere: no identity says `KL = 0.144`.

    A whole number is one where the document gives probabilities; elsewhere it may be what an integral comes to.
    """
    if term.free_symbols or not term.is_number:
        return False
    given = () if assumed is None else assumed.definitions
    return not term.is_Integer or any(isinstance(item.name, Density) and item.value.is_number for item in given)


def _loose_maps(claim: Claim, assumed: Context | None) -> set[str]:
    """Maps whose Jacobians stand in the claim, beside densities or other maps, and of which nothing is said."""
    sides = [_maps(side) for side in (claim.lhs, claim.rhs)]
    if not any(sides):
        return set()
    densities = claim.lhs.has(Density) or claim.rhs.has(Density)
    used = sides[0] | sides[1] if densities else sides[0] ^ sides[1]
    if assumed is None:
        return used
    links = links_of(assumed, (claim.lhs, claim.rhs))
    said = [link.value for link in links]
    said += [term for item in assumed.definitions for term in (item.name, item.value)]
    known = {_map(call) for term in said for call in found_in(term, AppliedUndef)}
    return used - known if not densities or not used & known else set()


def _loose_inside(claim: Claim, assumed: Context | None) -> set[str]:
    """Maps inside a function that another law averages, `f(g(e))` beside `f(z)`, and of which nothing is said."""
    laws = [{node.law for node in found_in(side, Expectation)} for side in (claim.lhs, claim.rhs)]
    if not all(laws) or laws[0] == laws[1]:
        return set()
    calls = [found_in(side, AppliedUndef) for side in (claim.lhs, claim.rhs)]
    names = [{_map(call) for call in side} for side in calls]
    inside = {_map(c) for side in calls for call in side for part in call.args for c in found_in(part, AppliedUndef)}
    return (inside & (names[0] ^ names[1])) - _told_maps(assumed)


def _loose_in_laws(claim: Claim, assumed: Context | None) -> set[str]:
    """Functions of which nothing is said, in a law that a density is said to be: `q(z | x) = N(z; f(x), 1)`."""
    for density, law in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
        if isinstance(density, Density) and isinstance(law, Known):
            calls = [call for part in law.parameters for call in found_in(part, AppliedUndef)]
            return set(map(_map, calls)) - _told_maps(assumed)
    return set()


def _told_maps(assumed: Context | None) -> set[str]:
    """The functions in what a document gives."""
    items = () if assumed is None else assumed.assumptions
    said = [getattr(item, part.name) for item in items for part in fields(item)]
    terms = [side for item in said for side in ((item.lhs, item.rhs) if isinstance(item, Claim) else (item,))]
    return {_map(call) for term in terms if isinstance(term, Basic) for call in found_in(term, AppliedUndef)}


def _maps(term: Expr) -> set[str]:
    nodes = [det.args[0] for det in found_in(term, Det) if isinstance(det.args[0], Gradient)]
    return {_map(node.body) for node in nodes if isinstance(node.body, AppliedUndef)}


def _map(call: AppliedUndef) -> str:
    """The name of a map, with its number: `g_1` and `g` are two, `f_k` is `f` for any k."""
    numbers = "".join(f"_{part}" for part in call.args if part.is_Integer)
    return str(call.func.__name__).removesuffix("^{-1}") + numbers


def _given(assumed: Context | None, families: Iterable[str]) -> set[tuple[str, str]]:
    """The variables of each family of which some density is written out, or that are made of others."""
    known: set[tuple[str, str]] = set()
    for item in assumed.definitions if assumed is not None else ():
        if isinstance(item.name, Density):
            known |= _slots(item.name)
        else:
            known |= {(family, str(base_of(item.name))) for family in families}
    return known


def _is_founded(density: Density, assumed: Context | None) -> bool:
    """Whether numbers lead to a density: what the entries of its variables are given has entries of its own too."""
    entries = [
        item.name
        for item in (() if assumed is None else assumed.definitions)
        if isinstance(item.name, Density)
        and item.name.family.name == density.family.name
        and item.value.is_number
        and any(value_of(part) != slot for part, slot in zip(item.name.of, item.name.of_slots, strict=True))
    ]
    if not entries:
        return True  # no table at all: what is missing there is seen elsewhere
    listed = {slot for name in entries for slot in name.of_slots}
    waiting, seen = set(density.of_slots), set(density.given_slots)
    while waiting:
        slot = waiting.pop()
        seen.add(slot)
        if slot not in listed:
            return False
        waiting |= {given for name in entries if slot in name.of_slots for given in name.given_slots} - seen
    return True


def _slots(density: Density) -> set[tuple[str, str]]:
    """What a density is a density of, beside the name of its family."""
    return {(density.family.name, str(base_of(slot))) for slot in density.of_slots}


def _names(term: Expr) -> set[str]:
    """The quantities of a term; entries that a sum runs over count, what an integral is over does not."""
    bound = {name for node in found_in(term, Binder) for name in node.bound}
    return _of(atom for atom in found_in(term, Symbol, Entry) if atom not in bound and not atom.is_integer)


def _told(assumed: Context | None) -> set[str]:
    """Names of which the document says what they have to do with densities.

    A law or another assumption about densities tells of the quantities in it; a definition passes on what is told of
    its name or of all that stands in its value. That a quantity is positive tells nothing.
    """
    told: set[str] = set()
    ties: list[tuple[set[str], set[str]]] = []
    for item in assumed.assumptions if assumed is not None else ():
        if isinstance(item, Definition) and not (isinstance(item.name, Density) or item.value.has(Density)):
            ties.append((_names(item.name), _names(item.value)))
        elif isinstance(item, Sign):
            sides = (item.claim.lhs, item.claim.rhs)
            if any(side.has(Density) for side in sides):
                told |= _names(sides[0]) | _names(sides[1])
            elif item.claim.relation is Relation.EQUAL:
                ties.append((_names(sides[0]), _names(sides[1])))
        else:
            for value in (getattr(item, part.name) for part in fields(item)):
                told |= _of(getattr(value, "free_symbols", ()))
    while True:
        more = {name for tie in ties for name in (*tie[0], *tie[1]) if tie[0] & told or (tie[1] and tie[1] <= told)}
        if more <= told:
            return told
        told |= more


def _of(symbols: Iterable[Any]) -> set[str]:
    """Names without their indices: `m_j` is told of where `m` is."""
    return {str(symbol.base if isinstance(symbol, Entry) else symbol) for symbol in symbols}
