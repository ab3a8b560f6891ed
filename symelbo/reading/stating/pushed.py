r"""Variables that are made of a location and a scale: `z = \mu + \sigma \epsilon`, `\epsilon \sim \mathcal{N}(0, 1)`.

The approximate densities of such a variable that a claim has, and of which nothing else is said, are that normal law.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
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
    noises = {item.name.of_slots[0] for item in context.definitions if _is_noise(item)}
    if not noises:
        return statement
    claim = statement.readings[0].claim
    used = [density for side in (claim.lhs, claim.rhs) for density in found_in(side, Density)]
    laws: list[Definition] = []
    for item in context.definitions:
        for density in used:
            if density.of == (item.name,) and not _is_known(density, context):
                laws.extend(Definition(density, law) for law in _laws(item, noises))
    if not laws:
        return statement
    return replace(statement, context=context.assume(*dict.fromkeys(laws)))


def _laws(item: Definition, noises: Collection[Expr]) -> Iterator[Known]:
    """The law of what is defined as a location and a scale times a noise."""
    found = [noise for noise in noises if item.value.has(noise)]
    if len(found) != 1:
        return
    (noise,) = found
    value = item.value.expand()
    scale = value.coeff(noise)
    mean = value - scale * noise
    if scale.is_zero or scale.has(noise) or mean.expand().has(noise) or not value.is_commutative:
        return
    yield Known("Normal", [item.name], [mean.expand(), scale**2])


def _is_noise(item: Definition) -> bool:
    """Whether a definition is that of a standard normal density of one variable."""
    name, law = item.name, item.value
    if not isinstance(name, Density) or not isinstance(law, Known) or name.given or len(name.of) != 1:
        return False
    return law.name == "Normal" and law.parameters == (0, 1)


def _is_known(density: Density, context: Context) -> bool:
    """Whether the document says what a density is, or how it falls into factors; the model's own densities count."""
    if density.family.name == "p":
        return True
    about = [item.joint for item in context.factorisations]
    about += [item.name for item in context.definitions if isinstance(item.name, Density)]
    slots = set(density.of_slots)
    return any(other.family == density.family and slots & set(other.of_slots) for other in about)
