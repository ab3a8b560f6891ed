r"""What a density given for every step says: `q(x_t \mid x_{t-1}) = \mathcal N(...)` makes a Markov chain of `x`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Integer

from symelbo.language.context import Context, Definition
from symelbo.language.densities import Density
from symelbo.language.distributions import Known
from symelbo.language.names import Block, Entry, Variable
from symelbo.language.sums import IndexProduct

__all__ = ["is_step", "with_chains"]


def with_chains(context: Context) -> Context:
    """The context in which a family with an explicit law for every step, and no structure declared, is Markov.

    The law of a step is written given the step before it alone, because nothing else matters; and a family that is
    given in this way is given completely. Where a structure of the family is declared, that is what counts.

    >>> from symelbo.language import Definition, context, family, known, variables
    >>> q, x = family("q"), variables("x")
    >>> t = variables("t", integer=True, positive=True)
    >>> step = Definition(q(x[t] | x[t - 1]), known("Normal", x[t], x[t - 1], 1))
    >>> with_chains(context([step])).definitions[1].name
    q(x_1:T | x_0)
    """
    found = tuple(_chains(context))
    return replace(context, assumptions=context.assumptions + found) if found else context


def is_step(density: Expr) -> bool:
    """Whether a density is one step forward of a sequence, `q(x_t | x_{t-1})` with what else it depends on."""
    return _start(density) is not None


def _chains(context: Context) -> Iterator[Definition]:
    structured = {item.joint.family.name for item in context.factorisations}
    structured |= {item.family.name for item in context.independences}
    structured |= {
        item.name.family.name
        for item in context.definitions
        if isinstance(item.name, Density) and item.value.has(IndexProduct, Density)
    }
    for item in context.definitions:
        name = item.name
        if not isinstance(name, Density) or not item.value.has(Known) or name.family.name in structured:
            continue
        start = _start(name)
        if start is None:
            continue
        structured.add(name.family.name)
        entry = name.of[0]
        end = Variable("T", integer=True, positive=True)
        rest = [given for given in name.given if given not in (_before(entry), start)]
        joint = Density(name.family, (Block(entry.base, Integer(1), end),), (start, *rest))
        (index,) = entry.indices[0].free_symbols
        yield Definition(joint, IndexProduct(name, index, Integer(1), end))


def _before(entry: Entry) -> Entry:
    return Entry(entry.base, entry.indices[0] - 1)


def _start(density: Expr) -> Entry | None:
    """The entry that a chain of such steps begins with; None for a density that is no step."""
    if not isinstance(density, Density) or len(density.of) != 1 or density.family.indices:
        return None
    entry = density.of[0]
    if not isinstance(entry, Entry) or len(entry.indices) != 1 or not entry.indices[0].is_Symbol:
        return None
    if _before(entry) not in density.given:
        return None
    others = [given for given in density.given if given != _before(entry)]
    if any(entry.indices[0] in given.free_symbols for given in others):
        return None
    return Entry(entry.base, Integer(0))
