"""Concrete Gaussian stand-ins for densities that nothing explicit is known about.

A family becomes one random joint Gaussian of all its variables, so that its marginals and conditionals belong
together; a declared factorisation decides who depends on whom.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import Any

from flint import fmpq, fmpq_mat
from sympy import Add, Basic, Expr, Matrix, Mul, Rational
from sympy.core.symbol import Str

from symelbo.errors import NotSupported
from symelbo.language import (
    Block,
    Context,
    Density,
    Family,
    Identity,
    Known,
    Relation,
    base_of,
    slot_of,
    value_of,
)
from symelbo.language.shapes import Kinds
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.linear_gaussian import LinearGaussian, concerned
from symelbo.semantics.explicit.once import Bench

__all__ = ["stand_ins"]


def stand_ins(
    terms: Sequence[Expr],
    context: Context,
    random: Random,
    kinds: Kinds,
    dimension: int,
    sizes: Mapping[Expr, Expr] | None = None,
    bench: Bench | None = None,
) -> tuple[list[Expr], list[tuple[Expr, Relation, Expr]]]:
    """The terms with every abstract density replaced by one of a Gaussian model of the context, and what it needs.

    A family with explicit conditionals gets the joint law that these make at concrete `sizes`; the relations returned
    with the terms must then hold: laws that agree, and positive variances. Any other family becomes a random joint law.
    `bench` keeps how laws are read.

    Raises `NotSupported` for models that are not Gaussian: discrete variables, blocks, declared independences.
    """
    used = {node for term in terms for node in found_in(term, Density)}
    if not used:
        return list(terms), []
    slots = {slot for density in used for slot in (*density.of_slots, *density.given_slots)}
    if slots & context.discrete or context.independences:
        raise NotSupported("abstract densities of discrete variables, or with independences, have no Gaussian stand-in")
    if any(side.has(Density) for sign in context.signs for side in (sign.claim.lhs, sign.claim.rhs)):
        raise NotSupported("a relation between abstract densities is assumed, which no Gaussian stand-in was made for")
    models: dict[Family, _Model | LinearGaussian] = {}
    needed: list[tuple[Expr, Relation, Expr]] = []
    for family in sorted({density.family for density in used}, key=lambda item: item.sort_key()):
        members = [density for density in used if density.family == family]
        if concerned(members, context):
            explicit = LinearGaussian(members, context, random, dimension, sizes or {}, bench or Bench())
            models[family] = explicit
            needed += explicit.conditions()
        else:
            models[family] = _Model(family, members, context, random, kinds, dimension)
    return [_replaced(term, models) for term in terms], needed


def _replaced(term: Any, models: Mapping[Family, _Model | LinearGaussian]) -> Any:
    if isinstance(term, Density):
        return models[term.family].density(term)
    if isinstance(term, Str) or not isinstance(term, Basic) or not term.has(Density):
        return term
    return term.func(*(_replaced(part, models) for part in term.args))


class _Model:
    """A joint Gaussian over the slots of a family."""

    def __init__(
        self,
        family: Family,
        members: Iterable[Density],
        context: Context,
        random: Random,
        kinds: Kinds,
        dimension: int,
    ) -> None:
        slots: list[Expr] = []
        for member in members:
            for slot in (*member.of_slots, *member.given_slots):
                if isinstance(slot, Block):
                    raise NotSupported(f"{slot} is a block of variables; it has no Gaussian stand-in")
                if slot not in slots:
                    slots.append(slot)
        explicit = [d.name for d in context.definitions if isinstance(d.name, Density)]
        modelled = {base_of(s) for name in explicit if name.family.args[0] == family.args[0] for s in name.of_slots}
        if modelled & {base_of(slot) for slot in slots}:
            raise NotSupported(f"the context says more of {family.name} than a random joint law would keep to")
        # Vectors get the same law in every coordinate, around zero; what stands beside a vector is taken for one.
        self.dimension = dimension if any(kinds.is_vector(slot) for slot in slots) else 0
        parents = self._parents(family, slots, context)
        self.slots = sorted(parents, key=lambda slot: len(_ancestors(slot, parents)))
        self._draw(parents, random)

    @staticmethod
    def _parents(family: Family, slots: list[Expr], context: Context) -> dict[Expr, tuple[Expr, ...]]:
        for item in context.factorisations:
            if item.joint.family.args[0] == family.args[0]:
                if any(factor.family.args[0] != family.args[0] or len(factor.of) != 1 for factor in item.factors):
                    raise NotSupported(f"the factorisation of {item.joint} has no Gaussian stand-in here")
                known = {factor.of_slots[0]: factor.given_slots for factor in item.factors}
                roots = {given: () for factor in item.factors for given in factor.given_slots if given not in known}
                if set(slots) <= {*known, *roots}:
                    return {**roots, **known}
                raise NotSupported(f"{family.name} is used with variables outside of its factorisation")
        ordered = sorted(slots, key=lambda slot: slot.sort_key())
        return {slot: tuple(ordered[:k]) for k, slot in enumerate(ordered)}

    def _draw(self, parents: dict[Expr, tuple[Expr, ...]], random: Random) -> None:
        size = len(self.slots)
        place = {slot: k for k, slot in enumerate(self.slots)}
        mean, weights, noise = Matrix.zeros(size, 1), Matrix.zeros(size, size), Matrix.zeros(size, size)
        for k, slot in enumerate(self.slots):
            mean[k] = 0 if self.dimension else Rational(random.randint(-6, 6), 4)
            noise[k, k] = Rational(random.randint(2, 9), 5)
            for parent in parents[slot]:
                weights[k, place[parent]] = Rational(random.choice([-5, -3, -2, 2, 3, 4]), 4)
        spread = _inverse(Matrix.eye(size) - weights)
        self.place, self.mean = place, _product(spread, mean)
        self.covariance = _product(_product(spread, noise), spread.T)

    def density(self, member: Density) -> Expr:
        """A conditional as a product of normal densities, one for each variable given those before it."""
        items = (*member.given, *member.of)
        order = [self.place[slot_of(item)] for item in items]
        deviations = [value_of(item) - self.mean[place] for item, place in zip(items, order, strict=True)]
        gains, variances = _successive([[self.covariance[a, b] for b in order] for a in order])
        return Mul(
            *(
                self._normal(k, value_of(items[k]), order[k], gains[k], deviations, variances[k])
                for k in range(len(member.given), len(items))
            )
        )

    def _normal(
        self, count: int, value: Expr, place: int, gains: Sequence[fmpq], deviations: Sequence[Expr], variance: fmpq
    ) -> Known:
        parts = [Rational(int(g.p), int(g.q)) * deviations[k] for k, g in enumerate(gains[:count]) if g != 0]
        mean, spread = Add(self.mean[place], *parts), Rational(int(variance.p), int(variance.q))
        if self.dimension:
            return Known("MultivariateNormal", (value,), (mean, spread * Identity(self.dimension)))
        return Known("Normal", (value,), (mean, spread))


def _successive(covariance: Sequence[Sequence[Rational]]) -> tuple[list[list[fmpq]], list[fmpq]]:
    """Each variable given those before it: the weights of their deviations, and the variance that is left.

    By elimination without square roots: `(I - W) x` has independent entries with the variances `D`.
    """
    size = len(covariance)
    rest = [[fmpq(int(entry.p), int(entry.q)) for entry in row] for row in covariance]
    lower = [[fmpq(int(i == j)) for j in range(size)] for i in range(size)]
    for k in range(size):
        for i in range(k + 1, size):
            factor = rest[i][k] / rest[k][k]
            lower[i][k] = factor
            if factor != 0:
                rest[i] = [a - factor * b for a, b in zip(rest[i], rest[k], strict=True)]
    inverse = fmpq_mat(lower).inv() if size else None
    gains = [[-inverse[i, j] if inverse is not None else fmpq(0) for j in range(i)] for i in range(size)]
    return gains, [rest[k][k] for k in range(size)]


def _inverse(matrix: Matrix) -> Matrix:
    return _symbolic(_rational(matrix).inv())


def _product(left: Matrix, right: Matrix) -> Matrix:
    return _symbolic(_rational(left) * _rational(right))


def _rational(matrix: Matrix) -> fmpq_mat:
    return fmpq_mat([[fmpq(int(entry.p), int(entry.q)) for entry in row] for row in matrix.tolist()])


def _symbolic(matrix: fmpq_mat) -> Matrix:
    return Matrix([[Rational(int(entry.p), int(entry.q)) for entry in row] for row in matrix.tolist()])


def _ancestors(slot: Expr, parents: dict[Expr, tuple[Expr, ...]]) -> set[Expr]:
    found: set[Expr] = set()
    waiting = list(parents[slot])
    while waiting:
        parent = waiting.pop()
        if parent not in found:
            found.add(parent)
            waiting.extend(parents[parent])
    return found
