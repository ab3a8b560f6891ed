"""From a context and some terms to a blueprint.

Only assumptions that share a name with the terms (directly, or through other assumptions) are taken in: any model of
those extends to a model of the whole context.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sympy as sp
from sympy import Basic
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import Attained, Context, Counted, Density, Family
from symelbo.language.functionals import Gradient
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.assumptions import Builder, copies_in
from symelbo.semantics.finite.blueprint import Blueprint
from symelbo.semantics.finite.compiler import Compiler
from symelbo.semantics.finite.formulas import inline, is_formula
from symelbo.semantics.finite.handlers import HANDLERS
from symelbo.semantics.finite.indices import Sizes, atoms_of, index_symbols, integer, ranges, terms_of
from symelbo.semantics.finite.optima import optimum
from symelbo.semantics.finite.tangents import check_gradients, gradient
from symelbo.semantics.finite.world import World

__all__ = ["blueprint"]


def blueprint(
    terms: Sequence[Any], context: Context, sizes: Sizes, budget: Budget, wrt: Sequence[Any] = ()
) -> Blueprint:
    """Compile terms and the part of the context that concerns them, and plan every family's table.

    Raises `NotSupported` when the context or a term cannot be modelled on finite spaces.
    """
    relevant = _relevant((*terms, *wrt), context)
    definitions = [item for item in context.definitions if not isinstance(item.name, Density)]
    world = World(sizes, budget)
    for item in relevant:
        if isinstance(item, Counted):
            first, last = integer(item.lower, sizes), integer(item.upper, sizes)
            world.ranges[(item.variable, ())] = tuple(range(first, last + 1))
    compiler = Compiler(world, {**HANDLERS, Gradient: gradient}, definitions)
    for name in wrt:
        if isinstance(name, Family):
            continue
        world.spatial.update(atoms_of(name, sizes))
    ends = index_symbols(terms).ends + index_symbols(part for s in relevant for part in terms_of(s)).ends
    formulas = [item for item in relevant if is_formula(item)]
    for item in formulas:
        for local in ranges(item, sizes, [name for name in ends if name not in item.parameters]):
            inline(compiler, item, local)
    made = Blueprint(world, compiler, tuple(compiler.compile(term) for term in terms))
    made.looked_up = tuple(world.mentions)
    made.claimed = tuple(dict.fromkeys(mention.family for mention in world.mentions))
    claimed = {atom for mention in world.mentions for atom in (*mention.of, *mention.given)}
    builder = Builder(made)
    stated = [part for statement in relevant for part in terms_of(statement)]
    builder.copies = {base for term in (*terms, *stated) for base in copies_in(term)}
    for statement in relevant:
        if statement not in formulas and not isinstance(statement, Counted | Attained):
            builder.add(statement, ends)
    made.optima = [optimum(compiler, item) for item in relevant if isinstance(item, Attained)]
    builder.densities(made.compiler.inlined.items())
    factors = [factor for products in builder.products.values() for product in products for factor in product]
    declared = {atom for factor in factors for atom in (*factor.of, *factor.given)}
    # what is given, and nothing depends on, has a range too: the last action of `p(s_{1:T} | a_{1:T})`
    apart = [item for found in builder.separations.values() for item in found]
    for atom in claimed - declared - {atom for item in apart for atom in (*item.left, *item.right)}:
        if atom[1] and any(other[0] == atom[0] and other[1] for other in declared):
            raise NotSupported(f"{atom[0]} is used at an index outside the range that the assumptions speak of")
    builder.finish()
    check_gradients(made, terms)
    return made


def _names(term: Any) -> set[str]:
    """Every family and symbol that a term mentions, by name."""
    found: set[str] = set()
    for part in sp.preorder_traversal(term):
        if isinstance(part, Family):
            found.add(f"{part.name}()")
        elif isinstance(part, sp.Symbol):
            found.add(part.name)
        elif isinstance(part, AppliedUndef):
            found.add(f"{part.func.__name__}()")
    return found


def _relevant(terms: Iterable[Any], context: Context) -> list[Any]:
    known: set[str] = set().union(*(_names(term) for term in terms))
    waiting = [
        (item, set().union(*(_names(term) for term in terms_of(item) if isinstance(term, Basic))))
        for item in context.assumptions
    ]
    taken: set[int] = set()
    changed = True
    while changed:
        changed = False
        for number, (_, names) in enumerate(waiting):
            if number not in taken and names & known:
                taken.add(number)
                known |= names
                changed = True
    return [item for number, (item, _) in enumerate(waiting) if number in taken]
