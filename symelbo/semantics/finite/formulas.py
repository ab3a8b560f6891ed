"""Densities that are names for expressions: they are put in wherever the density is looked up."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sympy as sp

from symelbo.language import (
    KL,
    At,
    Block,
    Context,
    CrossEntropy,
    Definition,
    Density,
    Entropy,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
)
from symelbo.language.distributions import Known
from symelbo.language.walks import found_in
from symelbo.semantics.finite.compiler import Compiler, Inlined, parameter_slot
from symelbo.semantics.finite.indices import Sizes, atoms_of, integer

__all__ = ["inline", "is_formula", "is_plain", "without_formulas"]


def without_formulas(context: Context) -> Context:
    """The context without the definitions that give densities by formulas: it has more models, not fewer."""
    return replace(context, assumptions=tuple(item for item in context.assumptions if not is_formula(item)))


def is_formula(item: Any) -> bool:
    """Whether a definition makes a density another name for an expression.

    That is so if the expression has irrational values, of which there is no exact table, or if it varies with
    something that the density does not name, as in `q(z) = p(z | x)` for the observed `x`.
    """
    if not isinstance(item, Definition) or not isinstance(item.name, Density) or not is_plain(item.name):
        return False
    value = item.value
    if value.has(sp.exp, sp.log, KL, Entropy, CrossEntropy, MutualInformation, Known):
        return True
    if any(not power.exp.is_Integer and not power.exp.is_Symbol for power in found_in(value, sp.Pow)):
        return True
    return not value.has(IndexProduct, IndexSum) and bool(_outer(item.name, value))


def is_plain(density: Density) -> bool:
    return not any(isinstance(item, At) for item in (*density.of, *density.given))


def _outer(name: Density, value: Any) -> set[Any]:
    """Variables of the expression's densities that the density on the left does not name."""
    own = {*name.family.parameters, *name.of, *name.given}
    used: set[Any] = set()
    for density in found_in(value, Density):
        items = (*density.of, *density.given, *density.family.parameters)
        used |= {item.value if isinstance(item, At) else item for item in items}
    return {item for item in used if item in value.free_symbols and item not in own}


def _hidden(value: Any, sizes: Sizes) -> set[Any]:
    """Entries of a block that are averaged over in a part of it: `z_{1:M}` under an average over all but `z_j`."""
    blocks = [name for density in found_in(value, Density) for name in (*density.of_slots, *density.given_slots)]
    blocks = [name for name in blocks if isinstance(name, Block)]
    found: set[Any] = set()
    for node in found_in(value, Expectation, Integral):
        for name in node.bound:
            if isinstance(name, Block) and name not in blocks and any(name.base == other.base for other in blocks):
                found |= set(atoms_of(name, sizes))
    return found


def inline(compiler: Compiler, item: Definition, sizes: Sizes) -> None:
    name, family = item.name, item.name.family
    key = (family.name, tuple(integer(index, sizes) for index in family.indices))
    of = tuple(atom for part in name.of for atom in atoms_of(part, sizes))
    given = tuple(atom for part in name.given for atom in atoms_of(part, sizes))
    slots = tuple(parameter_slot(family, k) for k in range(len(family.parameters)))
    parameters = tuple(atoms_of(value, sizes)[0] for value in family.parameters)
    outer = {atom for part in _outer(name, item.value) for atom in atoms_of(part, sizes)} - _hidden(item.value, sizes)
    outer -= {*of, *given, *parameters}
    compiler.inlined[(key, of, (*given, *slots))] = Inlined(
        (*of, *given, *parameters), item.value, sizes, frozenset(outer)
    )
