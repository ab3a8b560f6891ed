r"""Variables that are made of a location and a scale: `z = \mu + \sigma \epsilon`, `\epsilon \sim \mathcal{N}(0, 1)`.

The approximate densities of such a variable that a claim has, and of which nothing else is said, are that normal law.
So is the density of data `x` that a number with a normal law is made of, `u = s x + b`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import replace

from sympy import Expr

from symelbo.language import Context, Definition, Density, Known
from symelbo.language.walks import found_in
from symelbo.reading.stating.statements import Kind, Statement

__all__ = ["with_laws_of_draws"]


def with_laws_of_draws(statement: Statement) -> Statement:
    """The statement in a context that has the laws of drawn variables, where its claim has their densities."""
    context = statement.context
    if statement.kind is not Kind.CLAIM or context is None or not statement.readings:
        return statement
    normal = {item.name.of_slots[0]: item.value for item in context.definitions if _is_normal(item)}
    noises = {name for name, law in normal.items() if law.parameters == (0, 1)}
    if not normal:
        return statement
    claim = statement.readings[0].claim
    used = [density for side in (claim.lhs, claim.rhs) for density in found_in(side, Density)]
    free = claim.lhs.free_symbols | claim.rhs.free_symbols
    laws: list[Definition] = []
    done: set[Definition] = set()
    for item in context.definitions:
        law = _law(item, noises)
        own = [density for density in used if density.of == (item.name,) and density.family.name != "p"]
        if law is None or not own:
            continue
        laws += [Definition(density, law) for density in own if not _is_known(density, context)]
        known = [context.expand(density) for density in own if _is_known(density, context)]
        if all(value == law for value in known) and not free & {item.name, *(item.value.free_symbols & noises)}:
            done.add(item)  # the laws say all of it
    for item in context.definitions if normal else ():
        for density in used:
            law = _law_before(item, normal, density)
            if law is not None and not _is_known(density, context):
                laws.append(Definition(density, law))
                done |= {item} - ({item} if item.name in free else set())
    if not laws and not done:
        return statement
    rest = tuple(item for item in context.assumptions if item not in done)
    return replace(statement, context=replace(context, assumptions=rest).assume(*dict.fromkeys(laws)))


def _law(item: Definition, noises: Set[Expr]) -> Known | None:
    """The law of what is defined as a location and a scale times a noise; None for other definitions."""
    found = [noise for noise in noises if item.value.has(noise)]
    if len(found) != 1 or isinstance(item.name, Density):
        return None
    (noise,) = found
    value = item.value.expand()
    scale = value.coeff(noise)
    mean = (value - scale * noise).expand()
    if scale.is_zero or scale.has(noise) or mean.has(noise):
        return None
    return Known("Normal", [item.name], [mean, scale**2])


def _law_before(item: Definition, normal: Mapping[Expr, Known], density: Density) -> Known | None:
    """The law of `x` where `u = s x + b` has a normal law; None for other definitions, and for other densities."""
    law = normal.get(item.name)
    if law is None or len(density.of) != 1 or density.given or density.of != density.of_slots:
        return None
    variable, value = density.of[0], item.value.expand()
    scale = value.coeff(variable)
    shift = (value - scale * variable).expand()
    if variable not in value.free_symbols or scale.is_zero or scale.has(variable) or shift.has(variable):
        return None
    mean, variance = law.parameters
    return Known("Normal", [variable], [(mean - shift) / scale, variance / scale**2])


def _is_normal(item: Definition) -> bool:
    """Whether a definition is that of a normal density of one variable by itself."""
    name, law = item.name, item.value
    if not isinstance(name, Density) or not isinstance(law, Known) or name.given or len(name.of) != 1:
        return False
    return law.name == "Normal" and name.of == name.of_slots


def _is_known(density: Density, context: Context) -> bool:
    """Whether the document says what a density is, or how it falls into factors."""
    about = [item.joint for item in context.factorisations]
    about += [item.name for item in context.definitions if isinstance(item.name, Density)]
    slots = set(density.of_slots)
    return any(other.family == density.family and slots & set(other.of_slots) for other in about)
