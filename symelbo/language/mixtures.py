r"""Finite mixtures: a label with counted values, and a law for each of them.

`p(x, c = k) = \pi_k f_k(x)`, or `p(c = k) = \pi_k` with `p(x \mid c = k) = f_k(x)`, gives every density of `x` and `c`.
A mixture is read off the definitions of a context; its densities can be written out by the components, or the
components by its densities.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Integer, Mul, Symbol

from symelbo.language.claims import Claim, Relation
from symelbo.language.context import Context, Definition
from symelbo.language.densities import Density, Family
from symelbo.language.names import is_variable, slot_of, value_of
from symelbo.language.scope import replace_free
from symelbo.language.sums import IndexSum, Integral

__all__ = ["Case", "Mixture", "mixtures", "shares"]


@dataclass(frozen=True, slots=True)
class Case:
    """`value` at the label `label` (a number, or a letter that stands for any) and at the points `points`."""

    label: Expr
    points: tuple[tuple[Expr, Expr], ...]
    value: Expr

    @property
    def general(self) -> bool:
        """Whether it holds for every value of the label."""
        return bool(self.label.is_Symbol)

    def at(self, label: Expr, values: Mapping[Expr, Expr]) -> Expr:
        """The value at another label and other points, by slots."""
        changes = {value: values[slot] for slot, value in self.points if slot in values}
        if self.general:
            changes[self.label] = label
        return replace_free(self.value, changes)


@dataclass(frozen=True, slots=True)
class Mixture:
    """A family whose densities of a label and of observed variables are given by components.

    `joint` has the cases of `p(x, c = k)`, `prior` those of `p(c = k)`, `components` those of `p(x \\mid c = k)`;
    joint or prior are there. `definitions` are what it was read off.
    """

    family: Family
    label: Expr
    lower: Expr
    upper: Expr
    observed: frozenset[Expr]
    conditions: frozenset[Expr]
    joint: tuple[Case, ...]
    prior: tuple[Case, ...]
    components: tuple[Case, ...]
    definitions: tuple[Definition, ...]

    def determines(self, density: Density) -> bool:
        """Whether the density is one that the components give."""
        slots = {*density.of_slots, *density.given_slots} - self.conditions
        inside = density.family == self.family and self.conditions <= set(density.given_slots)
        return inside and slots <= self.observed | {self.label} and self._whole(slots)

    def _whole(self, slots: Iterable[Expr]) -> bool:
        seen = set(slots) & self.observed
        return not seen or seen == self.observed

    def written_out(self, density: Density) -> Expr | None:
        """The density by its components; None where they do not give it."""
        if not self.determines(density):
            return None
        given = {slot_of(item): value_of(item) for item in density.given}
        everything = given | {slot_of(item): value_of(item) for item in density.of}
        if set(given) - self.conditions == {self.label} and set(everything) > set(given) and self.components:
            return self._case(self.components, given[self.label], everything)
        top, bottom = self._marginal(everything), self._marginal(given)
        return None if top is None or bottom is None else top / bottom

    def _marginal(self, values: Mapping[Expr, Expr]) -> Expr | None:
        if not set(values) - self.conditions:
            return Integer(1)
        label = values.get(self.label)
        if label is None:
            return self._total(values)
        if set(values) & self.observed:
            return self._joint(label, values)
        return self._case(self.prior, label, values) if self.prior else None

    def _joint(self, label: Expr, values: Mapping[Expr, Expr]) -> Expr | None:
        if self.joint:
            return self._case(self.joint, label, values)
        prior, component = self._case(self.prior, label, values), self._case(self.components, label, values)
        return None if prior is None or component is None else prior * component

    def _total(self, values: Mapping[Expr, Expr]) -> Expr | None:
        if all(case.general for case in (*self.joint, *self.prior, *self.components)):
            parts = [case.value for case in (*self.joint, *self.prior, *self.components)]
            index = _fresh_index((*parts, *values.values()))
            body = self._joint(index, values)
            return None if body is None else IndexSum(body, index, self.lower, self.upper)
        if not (self.lower.is_Integer and self.upper.is_Integer):
            return None
        parts = [self._joint(Integer(k), values) for k in range(int(self.lower), int(self.upper) + 1)]
        return None if any(part is None for part in parts) else Add(*(part for part in parts if part is not None))

    @staticmethod
    def _case(cases: tuple[Case, ...], label: Expr, values: Mapping[Expr, Expr]) -> Expr | None:
        for case in cases:
            if case.general or case.label == label:
                return case.at(label, values)
        return None


def _fresh_index(terms: Iterable[Expr]) -> Symbol:
    """A letter that counts and is not in use."""
    taken = {str(symbol) for term in terms for symbol in term.free_symbols}
    letters = (letter + "'" * primes for primes in range(len(taken) + 1) for letter in "jkilm")
    return Symbol(next(letter for letter in letters if letter not in taken), integer=True)


def mixtures(context: Context) -> tuple[Mixture, ...]:
    r"""The mixtures that the definitions of a context give.

    >>> from sympy import Eq
    >>> from symelbo.language import Context, Counted, context, family, variables
    >>> x, c, k, K, w = variables("x c k K w")
    >>> p, f = family("p"), family("f", indices=[k])
    >>> given = context([Counted(c, Integer(1), K), Definition(p(x, c.at(k)), w[k] * f(x))])
    >>> found, = mixtures(given)
    >>> found.written_out(p(c.at(2) | x))
    f_2(x)*w_2/Sum(f_j(x)*w_j, j, 1, K)
    """
    found: dict[tuple[Family, Expr], list[tuple[Definition, Case, bool, bool]]] = {}
    ranges = {item.variable: (item.lower, item.upper) for item in context.counted}
    for item in context.definitions:
        for label, case, prior, component in _read(item, ranges):
            found.setdefault((item.name.family, label), []).append((item, case, prior, component))
    made = (_mixture(family, label, rows, ranges.get(label)) for (family, label), rows in found.items())
    return tuple(mixture for mixture in made if mixture is not None)


def shares(context: Context) -> Iterator[Claim]:
    """What `p(c = k) = w_k` for all values of `c` says of the weights: they add up to one."""
    ranges = {item.variable: (item.lower, item.upper) for item in context.counted}
    for item in context.definitions:
        for label, case, prior, _ in _read(item, ranges):
            if prior and case.general and case.label in case.value.free_symbols and label in ranges:
                yield Claim(IndexSum(case.value, case.label, *ranges[label]), Relation.EQUAL, Integer(1))
    for mixture in mixtures(context):
        if mixture.joint and mixture.prior and all(case.general for case in mixture.prior):
            case = mixture.prior[0]
            yield Claim(IndexSum(case.value, case.label, mixture.lower, mixture.upper), Relation.EQUAL, Integer(1))


def _read(item: Definition, ranges: Mapping[Expr, Any]) -> Iterator[tuple[Expr, Case, bool, bool]]:
    """The label, the case, and whether it is one of `p(c)` or of `p(x | c)`."""
    name = item.name
    if not isinstance(name, Density):
        return
    filled = [(slot_of(part), value_of(part)) for part in (*name.of, *name.given)]
    labels = [
        (slot, value)
        for slot, value in filled
        if (value.is_Symbol and (slot in ranges)) or (isinstance(value, Integer) and is_variable(slot))
    ]
    if len(labels) != 1:
        return
    label, value = labels[0]
    points = tuple(pair for pair in filled if pair[0] != label)
    if not all(is_variable(point) for _, point in points) or item.value.has(Integral):
        return
    case = Case(value, points, item.value)
    of = {slot_of(part) for part in name.of}
    yield label, case, of == {label}, label not in of


def _mixture(
    family: Family,
    label: Expr,
    rows: list[tuple[Definition, Case, bool, bool]],
    ends: tuple[Expr, Expr] | None,
) -> Mixture | None:
    prior = tuple(case for _, case, is_prior, _ in rows if is_prior)
    components = tuple(case for _, case, _, is_component in rows if is_component)
    joint = tuple(case for _, case, first, second in rows if not first and not second)
    conditions = {frozenset(_given(item)) - {label} for item, _, _, _ in rows}
    if len(conditions) != 1:
        return None
    beside = next(iter(conditions))
    observed = {frozenset(slot for slot, _ in case.points) - beside for case in (*joint, *components)}
    if len(observed) > 1 or not (joint or prior):
        return None
    if ends is None:
        numbers = sorted({int(case.label) for case in (*joint, *prior, *components) if not case.general})
        if numbers != list(range(numbers[0], numbers[0] + len(numbers))) or len(numbers) < 2:
            return None
        ends = Integer(numbers[0]), Integer(numbers[-1])
    if joint and not prior:
        split = [_split(case, beside) for case in joint]
        if all(pair is not None for pair in split):
            prior = tuple(pair[0] for pair in split if pair is not None)
            components = tuple(pair[1] for pair in split if pair is not None)
    definitions = tuple(row[0] for row in rows)
    seen: frozenset[Expr] = next(iter(observed), frozenset())
    return Mixture(family, label, *ends, seen, beside, joint, prior, components, definitions)


def _given(item: Definition) -> Iterator[Expr]:
    return (slot_of(part) for part in item.name.given)


def _split(case: Case, conditions: frozenset[Expr]) -> tuple[Case, Case] | None:
    """A joint case as weight and component, where the component is one density (or one function) of the points."""
    points = {value for slot, value in case.points if slot not in conditions}
    factors = Mul.make_args(case.value)
    inside = [factor for factor in factors if factor.free_symbols & points]
    if len(inside) != 1 or not (hasattr(inside[0], "of") or inside[0].is_Function):
        return None
    weight = Mul(*(factor for factor in factors if factor is not inside[0]))
    given = tuple(pair for pair in case.points if pair[0] in conditions)
    return Case(case.label, given, weight), Case(case.label, case.points, inside[0])
