r"""Densities given as averages of their own conditionals: `q(z) = \frac{1}{N} \sum_n q(z \mid n)`.

Such an equation says how often each condition occurs: `q(n) = 1/N`, or that the data are drawn evenly. An average
under a law of another family, `q(z) = \int p_D(x) q(z \mid x) dx`, says that this is the law of the condition.
"""

from __future__ import annotations

from sympy import Expr, Mul

from symelbo.errors import IllFormed
from symelbo.language import (
    At,
    Context,
    Definition,
    Density,
    Entry,
    Expectation,
    Factorisation,
    IndexSum,
    Integral,
    slot_of,
    value_of,
)
from symelbo.language.context import factorisation

__all__ = ["aggregate_of", "is_average", "is_over_data", "weights_of"]


def is_average(density: Density, value: Expr) -> bool:
    """Whether a value is an average of the density's own conditionals over a count."""
    return _parts(density, value) is not None


def is_over_data(density: Density, value: Expr) -> bool:
    """Whether the average is over data points, as in `q(z \\mid x_n)`."""
    parts = _parts(density, value)
    return parts is not None and isinstance(parts[1], Entry)


def weights_of(density: Density, value: Expr, context: Context) -> Definition | None:
    """What an average says of the condition that is averaged over, where that is a variable of its own."""
    parts = _parts(density, value)
    if parts is None:
        return None
    slot, filled, index, weight = parts
    if filled != index or all(item.variable != slot for item in context.counted):
        return None
    name = Density(density.family, [At(slot, index)], density.given)
    known = any(d.name.of_slots == (slot,) and d.name.family == density.family for d in _densities(context))
    known |= any(f.joint.family == density.family and slot in f.joint.of_slots for f in context.factorisations)
    return None if known else Definition(name, weight)


def aggregate_of(density: Density, value: Expr, context: Context) -> Factorisation | None:
    r"""The joint that an average under another family's law is a marginal of: `q(x, z) = p_D(x) q(z \mid x)`.

    None for other values, and where the context knows that joint, or the law of what is averaged over, already.
    """
    factors = _averaged(value)
    own = [factor for factor in factors if factor.family == density.family]
    others = [factor for factor in factors if factor.family != density.family]
    if len(own) != 1 or len(others) != 1 or own[0].of != density.of or others[0].given != density.given:
        return None
    more = [item for item in own[0].given if item not in density.given]
    if tuple(more) != others[0].of or len(own[0].given) != len(density.given) + len(more):
        return None
    slots = set(others[0].of_slots)
    known = any(d.name.family == density.family and slots & set(d.name.of_slots) for d in _densities(context)) or any(
        f.joint.family == density.family and slots & set(f.joint.of_slots) for f in context.factorisations
    )
    if known:
        return None
    try:
        return factorisation(Density(density.family, (*density.of, *others[0].of), density.given), (others[0], own[0]))
    except IllFormed:
        return None


def _averaged(value: Expr) -> list[Density]:
    """The densities whose product is integrated or averaged, over what one of them is a density of; else nothing."""
    if isinstance(value, Expectation) and isinstance(value.law, Density) and isinstance(value.body, Density):
        return [value.law, value.body] if value.bound == value.law.of else []
    if type(value) is not Integral:
        return []
    factors = [factor for factor in Mul.make_args(value.body) if isinstance(factor, Density)]
    whole = len(factors) == len(Mul.make_args(value.body)) == 2
    return factors if whole and any(set(factor.of) == set(value.bound) for factor in factors) else []


def _densities(context: Context) -> list[Definition]:
    return [item for item in context.definitions if isinstance(item.name, Density)]


def _parts(density: Density, value: Expr) -> tuple[Expr, Expr, Expr, Expr] | None:
    """The slot that is averaged over, what fills it, the index, and the weight."""
    outside = [factor for factor in Mul.make_args(value) if not isinstance(factor, IndexSum | Integral)]
    sums = [factor for factor in Mul.make_args(value) if isinstance(factor, IndexSum | Integral)]
    if len(sums) != 1 or type(sums[0]) not in (IndexSum, Integral) or len(sums[0].bound) != 1:
        return None
    index = sums[0].bound[0]
    factors = Mul.make_args(sums[0].body)
    inside = [factor for factor in factors if isinstance(factor, Density)]
    weight = Mul(*outside, *(factor for factor in factors if not isinstance(factor, Density)))
    if len(inside) != 1 or weight.has(Density) or inside[0].family != density.family:
        return None
    more = [item for item in inside[0].given if item not in density.given]
    if inside[0].of != density.of or len(more) != 1 or len(inside[0].given) != len(density.given) + 1:
        return None
    slot, filled = slot_of(more[0]), value_of(more[0])
    runs = filled == index or (isinstance(filled, Entry) and filled.indices == (index,))
    return (slot, filled, index, weight) if runs else None
