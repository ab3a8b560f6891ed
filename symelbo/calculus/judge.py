"""What follows for a claim: a certificate from the calculus, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from sympy import Dummy, Expr

from symelbo.calculus.budget import Budget
from symelbo.calculus.equality import as_expression, needs_the_field
from symelbo.calculus.forms.atoms import Reciprocal, Root, Scalar, SumOver
from symelbo.calculus.forms.form import (
    ZERO,
    Form,
    Marker,
    Monomial,
    of_atom,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    sum_of,
    times,
)
from symelbo.calculus.forms.signs import is_positive, is_positive_form
from symelbo.calculus.inequalities.certificates import Knowledge
from symelbo.calculus.inequalities.grounds import Optimum
from symelbo.calculus.inequalities.hints import hints_of
from symelbo.calculus.inequalities.nonnegative import Combination, Nonnegative, combine
from symelbo.calculus.inequalities.tables import tables_of, totals_of
from symelbo.calculus.measures.factors import with_joined_factors
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.measures.restricted import SWITCHES, Restricted
from symelbo.calculus.naming import is_jensen_step
from symelbo.calculus.sequences.chains import is_chain
from symelbo.calculus.sequences.intervals import difference
from symelbo.calculus.sequences.starts import floor_of
from symelbo.calculus.structure import Structure
from symelbo.language import (
    Attained,
    Block,
    Claim,
    Context,
    Definition,
    Density,
    Entry,
    Family,
    IndexSum,
    Integral,
    Relation,
    Sign,
    indexed_names,
    may_overlap,
)
from symelbo.language.definitions import expand
from symelbo.language.optima import gaps
from symelbo.language.overlap import hides

__all__ = ["Judgement", "judge", "mentions"]


@dataclass(frozen=True, slots=True)
class Judgement:
    """The calculus' word on a claim: `holds` with a method and its evidence, or a reason."""

    holds: bool = False
    method: str = ""
    rules: tuple[str, ...] = ()
    evidence: Any = None
    reason: str = ""
    residual: str | None = None
    conditions: tuple[str, ...] = ()


def judge(claim: Claim, assumed: Context, budget: Budget) -> Judgement:
    """Look for a certificate of the claim. Raises `BudgetExceeded` when the work runs out.

    What holds of any densities is looked for first; only then are explicit densities put in.
    """
    names = tuple(item for item in assumed.definitions if not is_chain(item))
    # What a constant is constant in must not hide in the definition of a density.
    abstract = tuple(item for item in names if not isinstance(item.name, Density) or hides(item, claim.wrt))
    judgement = _judge(claim, assumed, abstract, budget)
    if judgement.holds or len(abstract) == len(names):
        return judgement
    return _judge(claim, assumed, names, budget)


def _judge(claim: Claim, assumed: Context, names: tuple[Definition, ...], budget: Budget) -> Judgement:
    structure = budget.desk.structure(assumed)
    opened = budget.desk.unfolding(names)
    left, right = (with_joined_factors(opened.whole(side)) for side in (claim.lhs, claim.rhs))
    if assumed.attained:
        said = (replace(a, body=opened.whole(a.body)) if isinstance(a, Attained) else a for a in assumed.assumptions)
        assumed = replace(assumed, assumptions=tuple(said))
    floor = floor_of((left, right), structure.floor)
    normaliser, lhs, rhs = _forms(left, right, claim.relation in _ORDERS, floor, assumed, budget)
    match claim.relation:
        case Relation.EQUAL:
            found = _equal(lhs, rhs, assumed, normaliser)
            if found.holds or not isinstance(left, Integral) or not isinstance(right, Integral):
                return found
            if set(left.bound) != set(right.bound) or left.discrete != right.discrete:
                return found
            inner = _equal(normaliser.form(left.body), normaliser.form(right.body), assumed, normaliser)
            return inner if inner.holds else found
        case Relation.PROPORTIONAL:
            return _free_of(normaliser.log(lhs) - normaliser.log(rhs), claim.wrt, "factor", assumed, normaliser)
        case Relation.EQUAL_UP_TO_CONSTANT:
            return _free_of(lhs - rhs, claim.wrt, "term", assumed, normaliser)
        case Relation.GREATER_EQUAL | Relation.GREATER:
            return _at_least(lhs - rhs, claim.relation is Relation.GREATER, assumed, normaliser, (left, right))
        case Relation.LESS_EQUAL | Relation.LESS:
            return _at_least(rhs - lhs, claim.relation is Relation.LESS, assumed, normaliser, (left, right))


def _forms(
    left: Expr, right: Expr, ordered: bool, floor: int | None, assumed: Context, budget: Budget
) -> tuple[Normaliser, Form, Form]:
    """The normal forms of both sides, with what other rows of a document have worked out of them.

    What is known to be positive comes to light on the way, so that a bound, and a form that rests on what was worked
    out before it, are worked out from the start.
    """
    structure = budget.desk.structure(assumed)
    if not ordered:
        sharing = Restricted(structure, budget, SWITCHES, floor=floor, memory=budget.desk.memory(assumed))
        lhs, rhs = sharing.form(left), sharing.form(right)
        if not sharing.wavers:
            return sharing, lhs, rhs
    normaliser = Normaliser(structure, budget)
    normaliser.floor = floor
    return normaliser, normaliser.form(left), normaliser.form(right)


_ORDERS = frozenset((Relation.GREATER_EQUAL, Relation.GREATER, Relation.LESS_EQUAL, Relation.LESS))


def common_scale(left: Expr, right: Expr, wrt: tuple[Expr, ...], assumed: Context) -> tuple[Fraction, Expr] | None:
    """The `c` for which `left - c right` is free of some names, if the normal forms show one.

    It is a rational number times something that is positive in every model.
    """
    normaliser = Normaliser(Structure.of(assumed), Budget())
    names = tuple(item for item in assumed.definitions if not is_chain(item))
    first, second = normaliser.form(expand(left, names)), normaliser.form(expand(right, names))
    moving = [dict(_part_with(form, wrt)) for form in (first, second)]
    if not moving[0] or len(moving[0]) != len(moving[1]):
        return None
    some = next(iter(moving[0]))
    for other in moving[1]:
        factor = times(some, power_of_monomial(other, Fraction(-1)))
        if not all(is_positive(atom) or e % 2 == 0 for atom, e in factor):
            continue
        if any(mentions(Form({factor: Fraction(1)}), name) for name in wrt):
            continue
        pairs = [(moving[0].get(times(m, factor)), c) for m, c in moving[1].items()]
        ratios = {first / second for first, second in pairs if first is not None}
        if len(ratios) == 1 and all(first is not None for first, _ in pairs):
            made, names_of = as_expression(Form({factor: Fraction(1)}))
            return None if names_of else (ratios.pop(), made)
    return None


def _part_with(form: Form, wrt: tuple[Expr, ...]) -> Iterable[tuple[Monomial, Fraction]]:
    """The terms that depend on any of the names."""
    return [(m, c) for m, c in form if any(mentions(Form({m: c}), name) for name in wrt)]


def _equal(lhs: Form, rhs: Form, assumed: Context, normaliser: Normaliser) -> Judgement:
    difference = lhs - rhs
    if not difference:
        return Judgement(True, "normal-form")
    # Of a density of a whole sequence the logarithm is a sum, which products do not show.
    products = all(side.single() is not None and is_positive_form(side) for side in (lhs, rhs))
    apart = normaliser.log(lhs) - normaliser.log(rhs) if products else difference
    if not apart or not normaliser.from_the_start(apart):
        return Judgement(True, "normal-form")
    if needs_the_field(difference):
        from symelbo.calculus.logcheck import check
        from symelbo.calculus.logfield import Zero, decide_zero

        expression, _ = as_expression(difference)
        rules = equations(assumed)
        positive = frozenset(positives(assumed))
        outcome = decide_zero(expression, constraints=rules, positive=positive)
        if isinstance(outcome, Zero) and check(expression, outcome.certificate, rules, positive):
            return Judgement(True, "log-field", evidence=outcome.certificate)
    return Judgement(reason="the two sides have different normal forms")


def equations(assumed: Context) -> list[Any]:
    """The equations between scalars that the context declares."""
    from sympy import Eq

    return [Eq(sign.claim.lhs, sign.claim.rhs) for sign in assumed.signs if sign.claim.relation is Relation.EQUAL]


def positives(assumed: Context) -> list[Expr]:
    """What the context declares to be positive: `a - b` for every `a > b`."""
    found = []
    for sign in assumed.signs:
        if sign.claim.relation is Relation.GREATER:
            found.append(sign.claim.lhs - sign.claim.rhs)
        elif sign.claim.relation is Relation.LESS:
            found.append(sign.claim.rhs - sign.claim.lhs)
    return found


def _free_of(difference: Form, wrt: tuple[Expr, ...], what: str, assumed: Context, normaliser: Normaliser) -> Judgement:
    if not wrt:
        return Judgement(reason=f"the claim does not say with respect to what the {what} is constant")
    kept = [name for name in wrt if mentions(_at_factor(difference, name, normaliser), name)]
    if not kept:
        return Judgement(True, "normal-form")
    if all(name in difference.names and not _mentions_in_part(difference, name) for name in kept):
        # a rational function may be free of what it mentions: it is the same at any other value
        others = {name: Dummy(real=True) for name in kept}
        moved = _equal(difference, difference.renamed(others), assumed, normaliser)
        if moved.holds:
            return moved
    return Judgement(reason=f"the sides differ by a {what} that depends on {', '.join(map(str, kept))}")


def _at_factor(form: Form, name: Expr, normaliser: Normaliser) -> Form:
    """The form without those terms of sums over all factors that are about other factors than the one named."""
    if not isinstance(name, Family) or len(name.indices) != 1:
        return form
    place = name.indices[0]
    total = ZERO
    for monomial, coefficient in form:
        made = of_monomial(monomial, coefficient)
        for atom, exponent in monomial:
            if not isinstance(atom, SumOver) or exponent != 1 or not _of_each(atom, name):
                continue
            there = normaliser.refresh(rename_monomial(atom.body, {atom.index: place}))
            made = ZERO if _beyond(place, atom) else of_monomial(monomial - {(atom, exponent)}, coefficient) * there
            break
        total = total + made
    return total


def _of_each(total: SumOver, name: Family) -> bool:
    """Whether the factors that a sum mentions are those at its own index."""
    families = {
        atom.family
        for atom in _atoms(Form({total.body: Fraction(1)}))
        if isinstance(atom, Root) and atom.family.name == name.name
    }
    return bool(families) and all(family.indices == (total.index,) for family in families)


def _mentions_in_part(form: Form, name: Expr) -> bool:
    """Whether a form mentions a name in another way than by itself."""
    return mentions(form.renamed({name: Dummy(real=True)}), name)


def mentions(form: Form, name: Expr) -> bool:
    """Whether the value of a form may depend on a name; for a family, on its densities."""
    if isinstance(name, Family):
        return _mentions_family(form, name, ())
    if any(may_overlap(name, other) or _runs_over(other, name) for other in form.names):
        return True
    # Indices that run hide the names they run over, so every mention of the same base counts.
    hidden = [
        other
        for atom in _atoms(form)
        if isinstance(atom, Scalar) and atom.expr.has(IndexSum)
        for other in indexed_names(atom.expr)
    ]
    return any(may_overlap(name, other) or _same_base(name, other) for other in hidden)


def _same_base(name: Expr, other: Expr) -> bool:
    """Whether an entry at an index that may run is of the same base as the name."""
    fixed = isinstance(other, Entry) and all(index.is_number for index in other.indices)
    return not fixed and getattr(name, "base", name) == getattr(other, "base", None)


def _mentions_family(form: Form, name: Family, sums: tuple[SumOver, ...]) -> bool:
    """Whether a family may be among those of a form, inside sums that tell where an index runs."""
    for atom in form.atoms():
        if isinstance(atom, Root) and _may_be(atom.family, name):
            running = [total for total in sums if total.index in atom.family.indices]
            place = name.indices[0] if len(name.indices) == 1 else None
            if place is None or not any(_beyond(place, total) for total in running[-1:]):
                return True
        inner = (*sums, atom) if isinstance(atom, SumOver) else sums
        if any(_mentions_family(child, name, inner) for child in atom.children()):
            return True
    return False


def _beyond(place: Expr, total: SumOver) -> bool:
    """Whether an index lies certainly outside of a sum's range."""
    gaps = (difference(place, total.upper), difference(total.lower, place))
    return any(gap is not None and gap > 0 for gap in gaps)


def _may_be(family: Family, name: Family) -> bool:
    """Whether two names of families may be of one family: an index that runs, or another letter, may be any."""
    if family.name != name.name or len(family.indices) != len(name.indices):
        return False
    return not any(difference(a, b) not in (0, None) for a, b in zip(family.indices, name.indices, strict=True))


def _runs_over(other: Expr, name: Expr) -> bool:
    """Whether `other` is an entry at a running index, `x_t` under a sum over `t`, that may become the name."""
    running = isinstance(other, Entry | Block) and any(isinstance(symbol, Marker) for symbol in other.free_symbols)
    return running and getattr(name, "base", name) == other.base


def _atoms(form: Form) -> Iterable[Any]:
    for atom in form.atoms():
        yield atom
        for child in atom.children():
            yield from _atoms(child)


def _at_least(
    difference: Form, strict: bool, assumed: Context, normaliser: Normaliser, terms: tuple[Expr, Expr]
) -> Judgement:
    declared = [normaliser.form(gap) for gap in nonnegative_gaps(assumed.signs)]
    positive = [normaliser.form(gap) for gap in positives(assumed)]
    presumed = normaliser.presumed_positive  # before any other logarithm is taken
    known = Knowledge(normaliser, assumed.discrete, tuple(declared), presumed | frozenset(positive))
    stated = tuple(gap for item in assumed.attained for gap in gaps(item, terms))
    optima = [Nonnegative.by(Optimum(stated, gap), normaliser.form(gap)) for gap in stated]
    hints = (*hints_of(terms, known), *tables_of(totals_of(assumed), known, terms), *optima)
    found = combine(difference, known, hints)
    if found is None:
        cleared = _without_denominators(difference, known)
        found = combine(cleared, known, hints) if cleared != difference else None
    for gap in optima if found is None else ():
        # What is left beside the gap shows the divergences that make up the rest.
        rest = combine(difference - gap.form, known, hints)
        whole = None if rest is None else Combination(difference, (*rest.terms, (Fraction(1), gap)))
        if whole is not None and whole.rederive(known):
            found = whole
            break
    if found is None:
        return Judgement(reason="the difference of the two sides is no combination of known non-negative terms")
    if strict and not any(term.strict for _, term in found.terms):
        return Judgement(reason="the inequality holds, but equality is not excluded")
    rules = ("JENSEN-LOG",) if found.terms and is_jensen_step(*terms, normaliser) else found.rules
    return Judgement(True, "combination" if found.terms else "normal-form", rules, found)


def _without_denominators(form: Form, known: Knowledge) -> Form:
    """A form times the positive scalars that it is divided by: its sign is the same."""
    for atom in sorted(form.atoms(), key=repr):
        if isinstance(atom, Reciprocal):
            exponent, quantity = Fraction(1), atom.form
        elif isinstance(atom, Scalar):
            exponent, quantity = Fraction(-1), of_atom(atom)
        else:
            continue
        over = (atom, exponent)
        if any(over in monomial for monomial, _ in form) and known.is_positive(quantity):
            inverse: Monomial = frozenset({(atom, -exponent)})
            form = sum_of(
                of_monomial(times(monomial, inverse), coefficient)
                if over in monomial
                else of_monomial(monomial, coefficient) * quantity
                for monomial, coefficient in form
            )
    return form


def nonnegative_gaps(signs: Iterable[Sign]) -> list[Expr]:
    """`a - b` for every declared `a >= b` or `a > b`."""
    gaps = []
    for sign in signs:
        claim = sign.claim
        if claim.relation in (Relation.GREATER_EQUAL, Relation.GREATER):
            gaps.append(claim.lhs - claim.rhs)
        elif claim.relation in (Relation.LESS_EQUAL, Relation.LESS):
            gaps.append(claim.rhs - claim.lhs)
    return gaps
