r"""Densities given as averages of their own conditionals: `q(z) = \frac{1}{N} \sum_n q(z \mid n)`.

Such an equation says how often each condition occurs: `q(n) = 1/N`, or that the data are drawn evenly.
"""

from __future__ import annotations

from sympy import Expr, Mul

from symelbo.language import At, Context, Definition, Density, Entry, IndexSum, Integral, slot_of, value_of

__all__ = ["is_average", "is_over_data", "weights_of"]


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
