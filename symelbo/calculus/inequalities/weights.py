"""Probability weights that stand in a form: what its integrals average under."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from sympy import Dummy, Expr

from symelbo.calculus.forms.atoms import Logarithm, Opaque, Root
from symelbo.calculus.forms.form import Form, Marker, Monomial, power_of_monomial, rename_monomial, times
from symelbo.calculus.inequalities.certificates import Knowledge
from symelbo.calculus.measures.measure import Normaliser
from symelbo.language import Family

__all__ = ["Slots", "Weight", "joint_weights", "weights_in"]

_MOST_JOINED = 5
Slots = frozenset[tuple[Expr, Expr]]


@dataclass(frozen=True)
class Weight:
    """A probability weight found in the form: its monomial, over these fresh names, and what it multiplies."""

    monomial: Monomial
    names: tuple[Expr, ...]
    outside: Monomial
    roots: frozenset[tuple[Family, Slots]] = frozenset()


def weights_in(form: Form, known: Knowledge) -> Iterator[Weight]:
    """Every probability weight in the form, with the densities in the logarithms that it averages."""
    averaged: dict[tuple[Monomial, tuple[Expr, ...], Monomial], list[Opaque]] = {}
    for monomial, _ in form:
        for atom, exponent in monomial:
            if isinstance(atom, Opaque) and exponent == 1 and all(isinstance(name, Marker) for name in atom.bound):
                key: Monomial = frozenset((a, e) for a, e in atom.body if isinstance(a, Root))
                averaged.setdefault((key, atom.bound, monomial - {(atom, exponent)}), []).append(atom)
    for (key, bound, rest), integrals in averaged.items():
        names = {marker: Dummy(f"b{marker}", real=True) for marker in bound}
        inner = rename_monomial(key, names)
        free_roots = frozenset((a, e) for a, e in rest if isinstance(a, Root))
        used = tuple(name for name in names.values() if any(name in a.names for a, _ in inner))
        if known.is_nonnegative(rest - free_roots):
            roots = frozenset(root for integral in integrals for root in _own_roots(integral, names))
            yield Weight(times(inner, free_roots), used, rest - free_roots, roots)


def joint_weights(weights: list[Weight], normaliser: Normaliser) -> Iterator[Weight]:
    """One law over all that several weights of a family are about: `p(x, y, z)` beside `p(x, y)` and `p(y, z)`."""
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
        yield Weight(law, tuple(bound.values()), outside)


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
