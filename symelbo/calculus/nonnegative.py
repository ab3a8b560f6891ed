"""Inequalities: a form is non-negative when it is a non-negative combination of forms that are known to be so.

Known terms are expected Kullback-Leibler divergences between conditionals that the form allows, Jensen gaps of
logarithms, exponentials and squares, entropies of discrete variables, and positive quantities. The coefficients come
from an exact rational linear programme; the certificate is the list of coefficients and terms, and checking it is
addition of forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from sympy import Dummy, Expr, log

from symelbo.calculus.form import (
    EMPTY,
    ONE,
    ZERO,
    Exponential,
    Form,
    Logarithm,
    Marker,
    Monomial,
    Opaque,
    Root,
    SumOver,
    of_atom,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    times,
)
from symelbo.calculus.intervals import merged, without
from symelbo.calculus.linear import nonnegative_solution
from symelbo.calculus.measure import Normaliser
from symelbo.calculus.signs import is_nonnegative, is_positive, is_positive_form
from symelbo.language import Density, Expectation, Family, IndexProduct, IndexSum, Integral, value_of

__all__ = ["Combination", "Nonnegative", "combine"]

_MOST_CANDIDATES = 400
_MOST_JOINED = 5
Slots = frozenset[tuple[Expr, Expr]]


@dataclass(frozen=True, slots=True)
class Nonnegative:
    """A form that is known to be non-negative, and why: the rule's identifier, and its parts in words."""

    form: Form
    rule: str
    words: str
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Combination:
    """Certificate of `form >= 0`: `form = Σ coefficient · term` with every coefficient positive."""

    form: Form
    terms: tuple[tuple[Fraction, Nonnegative], ...]

    def check(self) -> bool:
        """Whether the coefficients are positive and the combination adds up to the form, by addition alone."""
        total = ZERO
        for coefficient, term in self.terms:
            if coefficient <= 0:
                return False
            total = total + term.form.scaled(coefficient)
        return total == self.form

    @property
    def rules(self) -> tuple[str, ...]:
        """Identifiers of the rules used, each once."""
        return tuple(dict.fromkeys(term.rule for _, term in self.terms))


def combine(
    form: Form,
    normaliser: Normaliser,
    discrete: frozenset[Expr] = frozenset(),
    nonnegative: Iterable[Form] = (),
    hints: Iterable[Nonnegative] = (),
) -> Combination | None:
    """A certificate that the form is non-negative, or None where the known terms do not give one.

    `discrete` names variables whose entropies are non-negative; `nonnegative` are scalars declared so; `hints` are terms
    known to be non-negative that the form alone does not show.
    """
    if not form:
        return Combination(form, ())
    factors = tuple(nonnegative)
    candidates: dict[Form, Nonnegative] = {}
    for candidate in (
        *hints,
        *_inside_sums(form, normaliser, discrete),
        *_candidates(form, normaliser, discrete, factors),
    ):
        normaliser.budget.spend(5, "collecting non-negative terms")
        if candidate.form and candidate.form not in candidates:
            candidates[candidate.form] = candidate
            scale = _multiple(form, candidate.form)
            if scale is not None and scale > 0:
                return Combination(form, ((scale, candidate),))
        if len(candidates) >= _MOST_CANDIDATES:
            break
    terms = _presolve(form, list(candidates.values()))
    solution = nonnegative_solution([dict(term.form) for term in terms], dict(form))
    if solution is None:
        return None
    found = Combination(form, tuple((c, term) for c, term in zip(solution, terms, strict=True) if c))
    return found if found.check() else None


def _inside_sums(form: Form, normaliser: Normaliser, discrete: frozenset[Expr]) -> Iterator[Nonnegative]:
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
        for candidate in _plain_candidates(inner, normaliser, discrete):
            summed = normaliser.sum_over(candidate.form, index, lower, upper)
            yield Nonnegative(summed, candidate.rule, candidate.words)


def jensen_of(term: Expectation, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """`log E[g] - E[log g]` for the logarithms inside an expectation, and the same for means over an index inside them."""
    if normaliser.form(Integral(term.law, *term.bound)) != ONE:
        return  # only a mean has a Jensen gap
    for logarithm in sorted(term.body.atoms(log), key=str):
        inside = logarithm.args[0]
        if not is_positive_form(normaliser.form(inside)):
            continue
        average = Expectation(inside, term.law, term.bound)
        gap = normaliser.log(normaliser.form(average)) - normaliser.form(Expectation(logarithm, term.law, term.bound))
        yield Nonnegative(gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")
        for total in sorted(inside.atoms(IndexSum), key=str):
            if isinstance(total, IndexProduct) or total.expand() is not None:
                continue
            size = total.upper - total.lower + 1
            if (inside / total).has(total):
                continue  # only a multiple of the sum is a mean
            each = inside.xreplace({total: size * total.body})
            mean = IndexSum(log(each), total.index, total.lower, total.upper) / size
            gap = normaliser.form(Expectation(logarithm - mean, term.law, term.bound))
            yield Nonnegative(gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")


def divergence_of(law: Density, family: Family, slots: Iterable[Expr], normaliser: Normaliser) -> Nonnegative | None:
    """`KL(law ‖ r(the law's variables | the rest of the slots))` for another family's joint density over the slots."""
    of, everything = merged(law.of_slots), merged(slots)
    rest: frozenset[Expr] | None = everything
    for name in of:
        rest = without(rest, name) if rest is not None else None
    if rest is None or any(slot != value for slot, value in zip(law.of_slots, map(value_of, law.of), strict=True)):
        return None
    top = normaliser.root(family, {slot: slot for slot in everything})
    bottom = normaliser.root(family, {slot: slot for slot in rest})
    weight = normaliser.form(law)
    reference = normaliser.log(of_monomial(times(top, power_of_monomial(bottom, Fraction(-1)))))
    gap = normaliser.integrate(weight * (normaliser.log(weight) - reference), law.of_slots)
    return Nonnegative(gap, "KL-NONNEG", "a Kullback-Leibler divergence")


def _multiple(form: Form, other: Form) -> Fraction | None:
    if form.terms.keys() != other.terms.keys():
        return None
    ratios = {form.terms[m] / other.terms[m] for m in form.terms}
    return ratios.pop() if len(ratios) == 1 else None


def _presolve(form: Form, terms: list[Nonnegative]) -> list[Nonnegative]:
    """Leave out terms with a monomial that nothing else can cancel or that the form does not have with that sign."""
    while True:
        signs: dict[Monomial, set[bool]] = {}
        for term in terms:
            for monomial, coefficient in term.form:
                signs.setdefault(monomial, set()).add(coefficient > 0)
        kept = [
            term
            for term in terms
            if all(
                len(signs[monomial]) == 2
                or ((form.terms.get(monomial, Fraction(0)) > 0) == (coefficient > 0) and monomial in form.terms)
                for monomial, coefficient in term.form
            )
        ]
        if len(kept) == len(terms):
            return kept
        terms = kept


# --- candidates --------------------------------------------------------------------------------------------------------


def _candidates(
    form: Form, normaliser: Normaliser, discrete: frozenset[Expr], factors: tuple[Form, ...]
) -> Iterator[Nonnegative]:
    for plain in _plain_candidates(form, normaliser, discrete):
        yield plain
    for factor in factors:
        yield Nonnegative(factor, "ASSUMED-SIGN", "a declared sign")
        for plain in _plain_candidates(form, normaliser, discrete):
            yield Nonnegative(factor * plain.form, plain.rule, plain.words)


def _plain_candidates(form: Form, normaliser: Normaliser, discrete: frozenset[Expr]) -> Iterator[Nonnegative]:
    yield from _positive_monomials(form)
    weights = list(_weights(form))
    weights += _joint_weights(weights, normaliser)
    roots = _log_roots(form)
    for weight in weights:
        yield from _divergences(weight, roots, normaliser)
        yield from _entropies(weight, normaliser, discrete)
    yield from _jensen_gaps(form, normaliser)


def _positive_monomials(form: Form) -> Iterator[Nonnegative]:
    for monomial, _ in form:
        if is_nonnegative(monomial):
            yield Nonnegative(
                of_monomial(monomial),
                "POSITIVE",
                "a positive quantity",
                strict=all(is_positive(a) for a, _ in monomial),
            )


@dataclass(frozen=True)
class _Weight:
    """A probability weight found in the form: its monomial, over these fresh names, and what it multiplies."""

    monomial: Monomial
    names: tuple[Expr, ...]
    outside: Monomial
    roots: frozenset[tuple[Family, Slots]] = frozenset()


def _weights(form: Form) -> Iterator[_Weight]:
    """Every probability weight in the form, with the densities in the logarithms that it averages."""
    averaged: dict[tuple[Monomial, tuple[Expr, ...], Monomial], list[Opaque]] = {}
    for monomial, _ in form:
        for atom, exponent in monomial:
            if isinstance(atom, Opaque) and exponent == 1 and all(isinstance(name, Marker) for name in atom.bound):
                key = frozenset((a, e) for a, e in atom.body if isinstance(a, Root))
                averaged.setdefault((key, atom.bound, monomial - {(atom, exponent)}), []).append(atom)
    for (key, bound, rest), integrals in averaged.items():
        names = {marker: Dummy(f"b{marker}", real=True) for marker in bound}
        inner = rename_monomial(key, names)
        free_roots = frozenset((a, e) for a, e in rest if isinstance(a, Root))
        used = tuple(name for name in names.values() if any(name in a.names for a, _ in inner))
        if is_nonnegative(rest - free_roots):
            roots = frozenset(root for integral in integrals for root in _own_roots(integral, names))
            yield _Weight(times(inner, free_roots), used, rest - free_roots, roots)


def _joint_weights(weights: list[_Weight], normaliser: Normaliser) -> Iterator[_Weight]:
    """One law over everything that several weights of a family are about: `p(x, y, z)` beside `p(x, y)` and `p(y, z)`."""
    groups: dict[tuple[Family, Monomial], list[dict[Expr, Expr]]] = {}
    for weight in weights:
        families = {atom.family for atom, _ in weight.monomial if isinstance(atom, Root)}
        if len(families) == 1:
            points = {
                slot: value for atom, _ in weight.monomial if isinstance(atom, Root) for slot, value in atom.slots
            }
            groups.setdefault((families.pop(), weight.outside), []).append(
                {
                    slot: Dummy(str(slot), real=True) if value in weight.names else value
                    for slot, value in points.items()
                }
            )
    for (family, outside), found in groups.items():
        everything = {slot: value for points in found for slot, value in points.items()}
        bound = {slot: value for slot, value in everything.items() if isinstance(value, Dummy)}
        clash = any(
            everything[slot] != v and not isinstance(v, Dummy) for points in found for slot, v in points.items()
        )
        known = any(sum(isinstance(v, Dummy) for v in points.values()) >= len(bound) for points in found)
        if clash or known or len(bound) > _MOST_JOINED:
            continue
        free = {slot: value for slot, value in everything.items() if slot not in bound}
        law = times(normaliser.root(family, everything), power_of_monomial(normaliser.root(family, free), Fraction(-1)))
        yield _Weight(law, tuple(bound.values()), outside)


def _own_roots(atom: Opaque, names: Mapping[Expr, Expr]) -> frozenset[tuple[Family, Slots]]:
    """The densities in the logarithms of one integral, at its own bound names."""
    found = set()
    for inner, _ in rename_monomial(atom.body, names):
        single = inner.form.single() if isinstance(inner, Logarithm) else None
        if single is not None and len(single[0]) == 1:
            root = next(iter(single[0]))[0]
            if isinstance(root, Root):
                found.add((root.family, root.slots))
    return frozenset(found)


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


def _divergences(weight: _Weight, roots: set[Root], normaliser: Normaliser) -> Iterator[Nonnegative]:
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
    marginals: dict[frozenset[Expr], Form] = {}

    def marginal(of: frozenset[Expr]) -> Form:
        if of not in marginals:
            marginals[of] = normaliser.integrate(law, names - of)
        return marginals[of]

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
            reference = normaliser.log(of_monomial(times(top, power_of_monomial(bottom, Fraction(-1)))))
            must = frozenset(bound_here) - chosen
            for extra in _subsets(names - chosen - must):
                given = must | extra
                law_of = normaliser.log(marginal(chosen | given)) - normaliser.log(marginal(given))
                gap = normaliser.integrate(law * (law_of - reference), weight.names)
                yield Nonnegative(
                    outside * gap if weight.outside else gap, "KL-NONNEG", "a Kullback-Leibler divergence"
                )


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


def _entropies(weight: _Weight, normaliser: Normaliser, discrete: frozenset[Expr]) -> Iterator[Nonnegative]:
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
            yield Nonnegative(
                of_monomial(weight.outside) * normaliser.integrate(-(law * (top - bottom)), weight.names),
                "ENTROPY-NONNEG",
                "an entropy of a discrete variable",
            )


def _jensen_gaps(form: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """Gaps of `log E >= E log`, `E exp >= exp E` and `E[f^2] >= E[f]^2` for the integrals in the form."""
    for monomial, _ in form:
        if any(isinstance(atom, Exponential) for atom, _ in monomial):
            around = frozenset((a, e) for a, e in monomial if not isinstance(a, Exponential))
            outside = of_monomial(around)
            for gap in _exp_gaps(monomial, normaliser) if is_nonnegative(around) else ():
                yield Nonnegative(outside * gap, "JENSEN-EXP", "a Jensen gap of the convex exponential")
        for atom, exponent in monomial:
            around = monomial - {(atom, exponent)}
            rest = of_monomial(around)
            if exponent != 1 or not is_nonnegative(around):
                continue
            if isinstance(atom, Logarithm):
                for gap in _log_gaps(atom.form, normaliser):
                    yield Nonnegative(rest * gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")
            elif isinstance(atom, Opaque):
                roots: Monomial = frozenset((a, e) for a, e in around if isinstance(a, Root))
                for gap in _square_gaps(atom, roots, normaliser):
                    yield Nonnegative(of_monomial(around - roots) * gap, "JENSEN-SQUARE", "a variance")


def _split_laws(
    body: Monomial, outside: Monomial, names: tuple[Dummy, ...], normaliser: Normaliser
) -> Iterator[tuple[Form, Form]]:
    """Ways to read an integrand as a probability weight times the rest: one for each family, and for each density in it."""
    roots = [(atom, e) for atom, e in body if isinstance(atom, Root)]
    laws = [
        frozenset((a, e) for a, e in roots if a.family == family and e > 0) for family in {a.family for a, _ in roots}
    ]
    laws += [frozenset({(atom, Fraction(1))}) for atom, _ in roots if atom.names & set(names)]
    for law in dict.fromkeys(law for law in laws if law):
        total = normaliser.integrate(of_monomial(law), names)
        if total.single() is not None:
            weight = of_monomial(law) * normaliser.power(total, Fraction(-1))
            yield weight, of_monomial(times(body, outside)) * normaliser.power(weight, Fraction(-1))


def _opened(atom: Opaque) -> tuple[Monomial, tuple[Dummy, ...]]:
    names = {marker: Dummy(real=True) for marker in atom.bound}
    return rename_monomial(atom.body, names), tuple(names.values())


def _log_gaps(inside: Form, normaliser: Normaliser) -> Iterator[Form]:
    single = inside.single()
    if single is None:
        yield from _mean_gaps(inside, normaliser)
        return
    for atom, exponent in single[0]:
        if isinstance(atom, Opaque) and exponent == 1:
            body, names = _opened(atom)
            outside = single[0] - {(atom, exponent)}
            for weight, rest in _split_laws(body, outside, names, normaliser):
                # log E_w[f] - E_w[log f], where f is what the weight multiplies and has to be positive everywhere
                if is_positive_form(rest.scaled(single[1])):
                    yield normaliser.log(inside) - normaliser.integrate(
                        weight * normaliser.log(rest.scaled(single[1])), names
                    )


def _mean_gaps(inside: Form, normaliser: Normaliser) -> Iterator[Form]:
    """`log Σ c_i m_i >= Σ λ_i log(c_i m_i / λ_i)` with equal weights, and with weights in proportion to the `c_i`."""
    terms = list(inside)
    if not is_positive_form(inside):
        return
    total = sum((c for _, c in terms), Fraction(0))
    choices = {tuple(Fraction(1, len(terms)) for _ in terms), tuple(c / total for _, c in terms)}
    for weights in choices:
        mean = ZERO
        for weight, (monomial, coefficient) in zip(weights, terms, strict=True):
            mean = mean + normaliser.log(of_monomial(monomial, coefficient / weight)).scaled(weight)
        yield of_atom(Logarithm(inside)) - mean


def _exp_gaps(monomial: Monomial, normaliser: Normaliser) -> Iterator[Form]:
    """`E_w[exp g] - exp E_w[g]`, where the exponent in the form is an average of `g` under `w`."""
    exponent = ZERO
    for atom, power in monomial:
        if isinstance(atom, Exponential):
            exponent = exponent + atom.form.scaled(power)
    convex = frozenset((a, e) for a, e in monomial if isinstance(a, Exponential))
    for opaque in {a for inner, _ in exponent for a, e in inner if isinstance(a, Opaque) and e == 1}:
        names = {marker: Dummy(real=True) for marker in opaque.bound}
        bound = tuple(names.values())
        for weight, _ in _split_laws(rename_monomial(opaque.body, names), EMPTY, bound, normaliser):
            averaged, over = ZERO, normaliser.power(weight, Fraction(-1))
            for inner, coefficient in exponent:
                same = next((a for a, e in inner if isinstance(a, Opaque) and e == 1 and a.bound == opaque.bound), None)
                if same is None:
                    averaged = averaged + of_monomial(inner, coefficient)
                else:
                    rest = inner - {(same, Fraction(1))}
                    averaged = (
                        averaged + of_monomial(times(rest, rename_monomial(same.body, names)), coefficient) * over
                    )
            yield normaliser.integrate(weight * normaliser.exp(averaged), bound) - of_monomial(convex)


def _square_gaps(atom: Opaque, outside: Monomial, normaliser: Normaliser) -> Iterator[Form]:
    """`E_w[g^2] - E_w[g]^2`, where the integrand times what stands outside it is `w g^2`."""
    body, names = _opened(atom)
    for weight, rest in _split_laws(body, outside, names, normaliser):
        single = rest.single()
        if single is None or any(e.denominator != 1 or e % 2 for _, e in single[0]):
            continue
        root = of_monomial(power_of_monomial(single[0], Fraction(1, 2)))
        mean = normaliser.integrate(weight * root, names)
        yield normaliser.integrate(weight * root * root, names) - mean * mean
