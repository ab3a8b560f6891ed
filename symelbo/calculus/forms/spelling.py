"""Forms that are densities, written as densities again, so that a certificate can be read by a person."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr, Mul

from symelbo.calculus.forms.atoms import Root
from symelbo.calculus.forms.form import Form
from symelbo.language import At, Density, Family

__all__ = ["density_of"]


def density_of(form: Form, bound: Iterable[Expr]) -> Expr | None:
    """A product of root densities as conditionals, bound names under those of their slots; None for anything else."""
    single = form.single()
    if single is None or single[1] != 1 or not all(isinstance(atom, Root) for atom, _ in single[0]):
        return None
    families: dict[Family, dict[int, Root]] = {}
    for atom, exponent in single[0]:
        if not isinstance(atom, Root) or exponent not in (1, -1) or int(exponent) in families.get(atom.family, {}):
            return None
        families.setdefault(atom.family, {})[int(exponent)] = atom
    hidden = frozenset(bound)
    made = [_conditional(family, parts, hidden) for family, parts in families.items()]
    return Mul(*made) if all(part is not None for part in made) else None


def _conditional(family: Family, parts: dict[int, Root], hidden: frozenset[Expr]) -> Density | None:
    top, bottom = parts.get(1), parts.get(-1)
    if top is None:
        return None
    given = bottom.slots if bottom is not None else frozenset()
    if not given <= top.slots or given == top.slots:
        return None

    def listed(slots: Iterable[tuple[Expr, Expr]]) -> list[Expr]:
        ordered = sorted(slots, key=str)
        return [slot if value in hidden or value == slot else At(slot, value) for slot, value in ordered]

    return Density(family, listed(top.slots - given), listed(given))
