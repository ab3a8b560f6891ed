"""Claims about extrema, reduced to claims without them.

`argmax f = argmax g` holds where `f = c g + const` with `c > 0`, and `argmax f = argmin g` where `c < 0`; a product of
positive quantities is best where its logarithm is;
`max_q f = g` where `f <= g` and the posterior attains it; `argmax_q f = r` where `f` at `r` is never below `f`.
These conditions are sufficient: where they fail, nothing is proved. A claim is refuted where two parameters
are in one order under one objective and in the other under the other, where the value is passed, or where the place is
not the best one.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Add, Expr, Integer, Mul, Rational, exp, log

from symelbo.calculus.judge import common_scale
from symelbo.calculus.laws.explicit_claims import closed_claim
from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    Binder,
    Claim,
    Context,
    Density,
    Expectation,
    Family,
    IndexProduct,
    Relation,
    Variable,
    is_variable,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import replace_family
from symelbo.language.functionals import Extremum
from symelbo.language.walks import found_in

__all__ = ["disproofs", "reductions"]

_OPPOSITE = {"argmax": "argmin", "argmin": "argmax", "max": "min", "min": "max"}


def reductions(claim: Claim, assumed: Context) -> Iterator[tuple[Claim, ...]]:
    """Ways to prove a claim with an extremum: all claims of a way must hold. Nothing for other claims."""
    left, right = claim.lhs, claim.rhs
    if claim.relation is not Relation.EQUAL:
        return
    if isinstance(left, Extremum) and isinstance(right, Extremum):
        yield from _same_place(left, right, assumed)
    elif isinstance(left, Extremum):
        yield from _attained(left, right, assumed)
    elif isinstance(right, Extremum):
        yield from _attained(right, left, assumed)


def disproofs(claim: Claim, assumed: Context) -> Iterator[Claim]:
    """Claims of which every counterexample is one of a claim about extrema."""
    left, right = claim.lhs, claim.rhs
    if claim.relation is not Relation.EQUAL:
        return
    if isinstance(left, Extremum) and isinstance(right, Extremum):
        yield from _same_order(left, right, assumed)
        return
    extremum, value = (left, right) if isinstance(left, Extremum) else (right, left)
    if not isinstance(extremum, Extremum) or len(extremum.over) != 1 or not isinstance(extremum.over[0], Family):
        return
    family = extremum.over[0]
    if family.parameters or value.has(Extremum):
        return
    below = Relation.LESS_EQUAL if extremum.kind in ("max", "argmax") else Relation.GREATER_EQUAL
    if extremum.kind.startswith("arg"):
        best = _at_member(extremum.body, family, value) if isinstance(value, Density) else None
        if best is not None:
            yield Claim(extremum.body, below, best)
    elif not any(density.family == family for density in found_in(value, Density)):
        yield Claim(extremum.body, below, value)


def _same_order(left: Extremum, right: Extremum, assumed: Context) -> Iterator[Claim]:
    """That two objectives put every two parameters in the same order.

    Where they do not, the places of their extrema differ among these two parameters alone: what is claimed of any set
    of parameters is claimed of this one too.
    """
    if not left.kind.startswith("arg") or not right.kind.startswith("arg") or left.over != right.over:
        return
    name = left.over[0]
    if len(left.over) != 1 or isinstance(name, Family) or not name.is_Symbol:
        return
    bodies = (left.body, right.body)
    binders = {bound for body in bodies for node in found_in(body, Binder) for bound in node.bound}
    random = {slot for body in bodies for density in found_in(body, Density) for slot in density.of_slots}
    signs = [side for sign in assumed.signs for side in (sign.claim.lhs, sign.claim.rhs)]
    if name in binders | random or any(name in side.free_symbols for side in signs):
        return
    if any(item.variable in body.free_symbols for item in assumed.attained for body in bodies):
        return
    used = {str(item) for body in bodies for item in body.free_symbols}
    other = next(Variable(name.name + "'" * n) for n in range(1, len(used) + 2) if name.name + "'" * n not in used)
    first, second = (body - replace_free(body, {name: other}) for body in bodies)
    same = left.kind == right.kind
    yield Claim(first * second, Relation.GREATER_EQUAL if same else Relation.LESS_EQUAL, Integer(0))


def _same_place(left: Extremum, right: Extremum, assumed: Context) -> Iterator[tuple[Claim, ...]]:
    if set(left.over) != set(right.over):
        return
    opposite = _OPPOSITE[left.kind] == right.kind
    if left.kind != right.kind and not opposite:
        return
    if left.kind.startswith("arg"):
        for first, second in _with_logs(_without_scale(left), _without_scale(right)):
            yield from _same_argument(first, second, opposite, assumed)
    elif not opposite:
        yield (Claim(left.body, Relation.EQUAL, right.body),)


def _same_argument(left: Extremum, right: Extremum, opposite: bool, assumed: Context) -> Iterator[tuple[Claim, ...]]:
    """Two objectives of which one is a multiple of the other, but for what does not vary."""
    scale = _scale(left.body, right.body, left.over, assumed)
    if scale is None or (scale[0] > 0) is opposite:
        return
    factor = Rational(scale[0].numerator, scale[0].denominator) * scale[1]
    yield (Claim(left.body, Relation.EQUAL_UP_TO_CONSTANT, factor * right.body, left.over),)
    bodies = _opened(left.body), _opened(right.body)
    if bodies != (left.body, right.body):
        yield (Claim(bodies[0], Relation.EQUAL_UP_TO_CONSTANT, factor * bodies[1], left.over),)


def _with_logs(left: Extremum, right: Extremum) -> Iterator[tuple[Extremum, Extremum]]:
    """Two extrema, and the same places with logarithms of objectives that are products of positive quantities."""
    sides = [
        (side, _without_scale(Extremum(side.kind, log(side.body), *side.over))) if _is_product(side.body) else (side,)
        for side in (left, right)
    ]
    for first in sides[0]:
        for second in sides[1]:
            yield first, second


def _is_product(term: Expr) -> bool:
    """Whether a term is made of densities, exponentials and positive numbers by products and powers alone."""
    if isinstance(term, IndexProduct):
        return _is_product(term.body)
    if term.is_Mul:
        return all(map(_is_product, term.args))
    if term.is_Pow:
        return _is_product(term.base)
    return isinstance(term, Density | exp) or bool(term.is_number and term.is_positive)


def _scale(left: Expr, right: Expr, over: tuple[Expr, ...], assumed: Context) -> tuple[Fraction, Expr] | None:
    """How many times one objective is the other, as far as it varies; explicit densities written out if need be."""
    scale = common_scale(left, right, over, assumed)
    if scale is not None:
        return scale
    try:
        closed, other, taken = closed_claim(Claim(_opened(left), Relation.EQUAL, _opened(right)), assumed)
    except NotSupported:
        return None
    return None if taken else common_scale(closed, other, over, assumed)


def _opened(term: Expr) -> Expr:
    """A term with its divergences as means of logarithms, of which each may have a closed form of its own."""
    if isinstance(term, KL) and term.bound:
        return Expectation(log(term.left) - log(term.right), term.left, term.bound)
    if not term.has(KL) or is_variable(term) or isinstance(term, Density):
        return term
    return term.func(*(_opened(part) if isinstance(part, Expr) else part for part in term.args))


def _without_scale(extremum: Extremum) -> Extremum:
    """The same place, of an objective without the terms and positive factors that nothing varies."""

    def varies(term: Expr) -> bool:
        families = {name.args[0] for name in extremum.over if isinstance(name, Family)}
        return bool(term.free_symbols & set(extremum.over)) or any(
            node.args[0] in families for node in found_in(term, Family)
        )

    terms = [term for term in Add.make_args(extremum.body) if varies(term)]
    if len(terms) != 1:
        return extremum
    kept = Mul(*(f for f in Mul.make_args(terms[0]) if varies(f) or not f.is_positive))
    return Extremum(extremum.kind, kept, *extremum.over)


def _attained(extremum: Extremum, value: Expr, assumed: Context) -> Iterator[tuple[Claim, ...]]:
    """`max_q f = g` and `argmax_q f = r` over a family: the bound, and the member that attains it."""
    if len(extremum.over) != 1 or not isinstance(extremum.over[0], Family):
        return
    family, body = extremum.over[0], extremum.body
    if family.parameters or _restricted(family, assumed):
        return  # the best density of all need not be one of these
    largest = extremum.kind in ("max", "argmax")
    below = Relation.LESS_EQUAL if largest else Relation.GREATER_EQUAL
    if extremum.kind.startswith("arg"):
        if isinstance(value, Density):
            best = _at_member(body, family, value)
            if best is not None:
                yield (Claim(body, below, best),)
        return
    for member in _posteriors(body, family):
        best = _at_member(body, family, member)
        if best is not None:
            yield (Claim(body, below, value), Claim(best, Relation.EQUAL, value))


def _restricted(family: Family, assumed: Context) -> bool:
    """Whether the context says anything about which densities the family may hold."""
    about = [item.joint for item in assumed.factorisations]
    about += [item.name for item in assumed.definitions if isinstance(item.name, Density)]
    about += [d for sign in assumed.signs for d in found_in(sign.claim.lhs - sign.claim.rhs, Density)]
    return any(density.family.name == family.name for density in about) or any(
        item.family.name == family.name for item in assumed.independences
    )


def _members(body: Expr, family: Family) -> list[Density]:
    return sorted((d for d in found_in(body, Density) if d.family == family), key=str)


def _posteriors(body: Expr, family: Family) -> Iterator[Density]:
    """Conditionals of the other families over the same variables: where a divergence to one of them vanishes."""
    own = {slot for d in _members(body, family) for slot in d.of_slots}
    for joint in sorted((d for d in found_in(body, Density) if d.family != family), key=str):
        slots = {slot_of(item): item for item in (*joint.of, *joint.given)}
        if own and own <= set(slots):
            rest = [item for slot, item in slots.items() if slot not in own]
            yield Density(joint.family, sorted(own, key=str), rest)


def _at_member(body: Expr, family: Family, member: Density) -> Expr | None:
    """The objective with the family's density replaced by another one of the same variables."""
    densities = _members(body, family)
    if not densities or any(set(d.of_slots) != set(member.of_slots) for d in densities):
        return None
    moved = replace_family(body, family, member.family)
    given = {value_of(item) for d in densities for item in d.given}
    wanted = {value_of(item) for item in member.given}
    if given - wanted:
        return None
    averaged = {name for node in found_in(body, Binder) for name in node.bound}
    if (wanted - given) & averaged:
        return None  # one density for all values cannot follow the best one for each
    changes = {Density(member.family, d.of, d.given): Density(member.family, d.of, member.given) for d in densities}
    return moved.xreplace(changes)
