"""Terms that a form may be a combination of: divergences, entropies, Jensen gaps and positive quantities."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import combinations

from sympy import Dummy, Expr

from symelbo.calculus.forms.atoms import Logarithm, Root, SumOver
from symelbo.calculus.forms.form import (
    ONE,
    ZERO,
    Form,
    Marker,
    Monomial,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    times,
)
from symelbo.calculus.forms.signs import is_positive
from symelbo.calculus.inequalities.certificates import Knowledge, Nonnegative
from symelbo.calculus.inequalities.grounds import (
    BoundedEntropy,
    Declared,
    DiscreteEntropy,
    Divergence,
    Positive,
    Product,
    Summed,
)
from symelbo.calculus.inequalities.jensen import jensen_gaps
from symelbo.calculus.inequalities.logsigns import log_signs
from symelbo.calculus.inequalities.weights import Slots, Weight, joint_weights, weights_in
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.sequences.intervals import merged, without
from symelbo.language import Density, Family, value_of

__all__ = ["candidates_for", "divergence_of", "inside_sums"]


def candidates_for(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    """Terms known to be non-negative that share something with a form, alone and times each declared factor."""
    alone: list[Nonnegative] = []
    for plain in _plain_candidates(form, known):
        alone.append(plain)
        yield plain
    for factor in known.nonnegative:
        yield Nonnegative.by(Declared(factor), factor)
        for plain in alone:
            if plain.ground is not None:
                made = Product(factor, plain.ground)
                yield Nonnegative(factor * plain.form, plain.rule, plain.words, ground=made)


def inside_sums(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    """A sum of terms that are non-negative for every index: candidates for the summand, summed."""
    ranges: dict[tuple[Expr, Expr], list[tuple[Monomial, SumOver, Fraction]]] = {}
    for monomial, coefficient in form:
        sums = [atom for atom, e in monomial if isinstance(atom, SumOver) and e == 1]
        if len(sums) == 1:
            ranges.setdefault((sums[0].lower, sums[0].upper), []).append((monomial, sums[0], coefficient))
    for (lower, upper), found in ranges.items():
        index = Dummy(integer=True)
        inner = ZERO
        for monomial, total, coefficient in found:
            body = rename_monomial(total.body, {total.index: index})
            inner = inner + of_monomial(times(monomial - {(total, Fraction(1))}, body), coefficient)
        for candidate in _plain_candidates(inner, known):
            if candidate.ground is not None:
                summed = known.normaliser.sum_over(candidate.form, index, lower, upper)
                ground = Summed(candidate.ground, index, lower, upper)
                yield Nonnegative(summed, candidate.rule, candidate.words, ground=ground)


def divergence_of(
    law: Density, family: Family, slots: Iterable[Expr], normaliser: Normaliser, under: Density | None = None
) -> Nonnegative | None:
    """`KL(law ‖ r(the law's variables | the rest of the slots))` for another family's joint density over the slots.

    `under` is what it is averaged under, where that is a law of what `law` is given.
    """
    of, everything = merged(law.of_slots), merged(slots)
    rest: frozenset[Expr] | None = everything
    for name in of:
        rest = without(rest, name) if rest is not None else None
    if rest is None or any(slot != value for slot, value in zip(law.of_slots, map(value_of, law.of), strict=True)):
        return None
    top = normaliser.root(family, {slot: slot for slot in everything})
    bottom = normaliser.root(family, {slot: slot for slot in rest})
    ratio = of_monomial(times(top, power_of_monomial(bottom, Fraction(-1))))
    weight, reference = normaliser.form(law), normaliser.log(ratio)
    names, outer = tuple(law.of_slots), () if under is None else tuple(under.of_slots)
    gap = normaliser.integrate(weight * (normaliser.log(weight) - reference), names)
    if under is not None:
        about = normaliser.form(under)
        gap, weight = normaliser.integrate(about * gap, outer), about * weight
    return Nonnegative.by(Divergence(weight, (*outer, *names), frozenset(names), frozenset(outer), ratio), gap)


def _plain_candidates(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    yield from _positive_monomials(form, known)
    yield from log_signs(form, known)
    weights = list(weights_in(form, known))
    weights += joint_weights(weights, known.normaliser)
    roots = _log_roots(form)
    for weight in weights:
        yield from _divergences(weight, roots, known.normaliser)
        yield from _entropies(weight, known)
    yield from jensen_gaps(form, known)


def _positive_monomials(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    for monomial, _ in form:
        if known.is_nonnegative(monomial):
            strict = all(is_positive(a) for a, _ in monomial)
            yield Nonnegative.by(Positive(monomial), of_monomial(monomial), strict)


def _divergences(weight: Weight, roots: set[Root], normaliser: Normaliser) -> Iterator[Nonnegative]:
    """`E_w[log w(A | C) - log r(A | B)] >= 0` for conditionals with `B` among `C` and the free names."""
    names = frozenset(weight.names)
    law = of_monomial(weight.monomial)
    if normaliser.integrate(law, weight.names) != ONE:
        return
    slots_of_name = {
        name: slot
        for atom, _ in weight.monomial
        if isinstance(atom, Root)
        for slot, value in atom.slots
        for name in names
        if value == name
    }
    outside = of_monomial(weight.outside)
    means: dict[frozenset[Expr], Form] = {}

    def mean_log(of: frozenset[Expr]) -> Form:
        """The mean of the logarithm of the law's marginal of some names."""
        if of not in means:
            means[of] = normaliser.integrate(law * normaliser.log(normaliser.integrate(law, names - of)), weight.names)
        return means[of]

    for family, filled in _with_unions(
        {found for root in roots if (found := _refilled(root, slots_of_name)) is not None} | set(weight.roots)
    ):
        bound_here = {value: slot for slot, value in filled if value in names}
        touched = [value for _, value in filled if value.free_symbols & names]
        if len(touched) != len(bound_here) or family.free_symbols & names:
            continue  # `p(z = a | y = a)` and `p(z = a | y = g(a))` are no densities of `a`
        for chosen in _subsets(bound_here, 1):
            slots = {bound_here[name] for name in chosen}
            top = normaliser.root(family, dict(filled))
            bottom = normaliser.root(family, {slot: value for slot, value in filled if slot not in slots})
            ratio = of_monomial(times(top, power_of_monomial(bottom, Fraction(-1))))
            reference = normaliser.integrate(law * normaliser.log(ratio), weight.names)
            must = frozenset(bound_here) - chosen
            for extra in _subsets(names - chosen - must):
                given = must | extra
                gap = mean_log(chosen | given) - mean_log(given) - reference
                ground = Divergence(law, weight.names, chosen, given, ratio, outside)
                yield Nonnegative.by(ground, outside * gap if weight.outside else gap)


def _with_unions(roots: set[tuple[Family, Slots]]) -> set[tuple[Family, Slots]]:
    """The roots, and for each family the smallest root that contains all of them (structure may have split it)."""
    together: dict[Family, Slots] = {}
    for family, filled in roots:
        together[family] = together.get(family, frozenset()) | filled
    whole = {
        (family, filled) for family, filled in together.items() if len({slot for slot, _ in filled}) == len(filled)
    }
    return roots | whole


def _refilled(root: Root, slots_of_name: dict[Expr, Expr]) -> tuple[Family, Slots] | None:
    """The root with its bound slots filled by the weight's own names."""
    name_of_slot = {slot: name for name, slot in slots_of_name.items()}
    filled = []
    for slot, value in root.slots:
        if isinstance(value, Marker | Dummy):
            if slot not in name_of_slot:
                return None
            value = name_of_slot[slot]
        filled.append((slot, value))
    return root.family, frozenset(filled)


def _entropies(weight: Weight, known: Knowledge) -> Iterator[Nonnegative]:
    normaliser, discrete = known.normaliser, known.discrete
    names = frozenset(weight.names)
    law = of_monomial(weight.monomial)
    slots = {
        name: slot
        for atom, _ in weight.monomial
        if isinstance(atom, Root)
        for slot, value in atom.slots
        for name in names
        if value == name
    }
    counted = [name for name in names if slots.get(name) in discrete]
    if not counted or normaliser.integrate(law, weight.names) != ONE:
        return
    for chosen in _subsets(counted, 1):
        for given in _subsets(names - chosen):
            top = normaliser.log(normaliser.integrate(law, names - chosen - given))
            bottom = normaliser.log(normaliser.integrate(law, names - given))
            outside = of_monomial(weight.outside)
            ground = DiscreteEntropy(law, weight.names, chosen, given, outside)
            yield Nonnegative.by(ground, outside * normaliser.integrate(-(law * (top - bottom)), weight.names))
            bound = BoundedEntropy(law, weight.names, chosen, given, outside)
            ends = bound.values(normaliser)
            if ends is not None:
                entropy = outside * normaliser.integrate(-(law * (top - bottom)), weight.names)
                yield Nonnegative.by(bound, outside * ends - entropy)


def _log_roots(form: Form) -> set[Root]:
    """Every root density that stands inside a logarithm anywhere in the form."""
    found: set[Root] = set()
    waiting: list[Form] = [form]
    while waiting:
        for atom in waiting.pop().atoms():
            if isinstance(atom, Logarithm):
                single = atom.form.single()
                inner = next(iter(single[0]))[0] if single and len(single[0]) == 1 else None
                if isinstance(inner, Root):
                    found.add(inner)
                    continue
            waiting.extend(atom.children())
    return found


def _subsets(items: Iterable[Expr], smallest: int = 0) -> Iterator[frozenset[Expr]]:
    members = sorted(items, key=str)
    for size in range(smallest, len(members) + 1):
        for chosen in combinations(members, size):
            yield frozenset(chosen)
