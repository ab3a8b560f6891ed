"""The two sides of a claim as values at a point: whether they keep to its relation, and how far they are apart."""

from __future__ import annotations

from collections.abc import Sequence

from flint import acb_mat, arb

from symelbo.errors import NotSupported
from symelbo.language import Relation
from symelbo.semantics.explicit.evaluator import Undefined, Value

__all__ = ["COMPARED", "distance", "distance_of_two", "holds", "numbers", "plain", "real", "text"]

COMPARED = {Relation.PROPORTIONAL: "ratio of the sides", Relation.EQUAL_UP_TO_CONSTANT: "difference of the sides"}
"""What has to be the same at two points, for relations that are about more than one."""

_APART = arb(2) ** -30


def distance(relation: Relation, left: arb, right: arb) -> arb | None:
    """How far the sides of a claim that certainly fails here are apart; None where it may hold."""
    apart = abs(left - right)
    if not apart > _APART * (1 + abs(left) + abs(right)):
        return None
    failed = {
        Relation.EQUAL: True,
        Relation.LESS: left > right,
        Relation.LESS_EQUAL: left > right,
        Relation.GREATER: left < right,
        Relation.GREATER_EQUAL: left < right,
    }[relation]
    return apart if failed else None


def distance_of_two(relation: Relation, first: Sequence[arb], second: Sequence[arb]) -> tuple[arb, arb, arb] | None:
    """What should be the same at two points, at either, and how far apart they are; None where they may be the same."""
    if relation is Relation.PROPORTIONAL:
        one, other = first[0] / first[1], second[0] / second[1]
        size = abs(one) + abs(other)
    else:
        one, other = first[0] - first[1], second[0] - second[1]
        size = 1 + abs(first[0]) + abs(first[1]) + abs(second[0]) + abs(second[1])
    apart = abs(one - other)
    return (one, other, apart) if apart > _APART * size else None


def holds(relation: Relation, left: Value, right: Value) -> bool:
    """Whether a condition of the context certainly holds; of an equation, whether it holds as far as can be told."""
    low, high = real(left), real(right)
    match relation:
        case Relation.LESS:
            return bool(low < high)
        case Relation.LESS_EQUAL:
            return bool(low <= high)
        case Relation.GREATER:
            return bool(low > high)
        case Relation.GREATER_EQUAL:
            return bool(low >= high)
        case Relation.EQUAL:
            return bool(low.overlaps(high)) and bool((low - high).rad() < 1e-9)
    return False


def numbers(values: list[Value], relation: Relation) -> list[arb]:
    """The two sides as numbers; of two equal or unequal vectors, the entries that are furthest apart."""
    left, right = values
    if relation is Relation.EQUAL and isinstance(left, acb_mat) and isinstance(right, acb_mat):
        if (left.nrows(), left.ncols()) != (right.nrows(), 1):
            raise NotSupported("the sides of the claim are vectors of different lengths")
        pairs = [[real(left[k, 0]), real(right[k, 0])] for k in range(left.nrows())]
        return max(pairs, key=lambda pair: float(abs(pair[0] - pair[1]).mid()))
    return [real(value) for value in values]


def real(value: Value) -> arb:
    """A value as a real number. Raises `Undefined` for one that is not, `NotSupported` for vectors and matrices."""
    if isinstance(value, acb_mat):
        raise NotSupported("the sides of the claim are vectors; compare them entry by entry")
    if not value.imag.contains(arb(0)):
        raise Undefined("a side is not a real number")
    number: arb = value.real
    return number


def plain(value: Value) -> str:
    """A number, vector or matrix in decimals."""
    if isinstance(value, acb_mat):
        rows = [[plain(entry) for entry in row] for row in value.tolist()]
        return "[" + ", ".join(row[0] if len(row) == 1 else "[" + ", ".join(row) + "]" for row in rows) + "]"
    return text(value.real)


def text(value: arb) -> str:
    """A number in decimals."""
    return str(value.str(10, radius=False))
