"""Random points for claims about explicit laws: values for names inside their domains, and meanings for functions."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from random import Random
from typing import Any

from flint import acb, acb_mat, fmpq
from sympy import Expr

from symelbo.semantics.explicit.evaluator import Point, Value
from symelbo.semantics.explicit.scene import Scene

__all__ = ["Lots"]


class Lots:
    """What is drawn for a claim at concrete sizes."""

    def __init__(self, scene: Scene, random: Random) -> None:
        self.scene, self.random = scene, random

    def point(self, names: Iterable[Expr], small: bool) -> Point:
        """Values for some names; `small` ones lie between 0 and 1."""
        scene, point = self.scene, Point()
        for name in sorted(names, key=lambda item: item.sort_key()):
            if name in point:
                continue
            simplex = next((group for group in scene.simplexes if name in group), None)
            if simplex is not None:
                shares = [self.random.randint(1, 9) for _ in simplex]
                point.update(
                    {entry: acb(fmpq(share, sum(shares))) for entry, share in zip(simplex, shares, strict=True)}
                )
            elif name in scene.kinds.vectors:
                point[name] = acb_mat([[self._number(False)] for _ in range(scene.dimension)])
            elif name in scene.kinds.matrices:
                point[name] = self._map() if name in scene.general else self._spread()
            elif name in scene.looked_at:
                point[name] = self._where_a_law_lives(scene.looked_at[name])
            elif name.is_integer:
                point[name] = acb(self.random.randint(1, 3))
            elif small:
                point[name] = self._unit()
            else:
                point[name] = self._number(bool(name.is_positive) or name in scene.scales)
        return point

    def function(self, function: Any, number: int) -> Callable[..., Value]:
        """A smooth function with random coefficients, its shape by `number`; vectors go through their entries."""
        shape, random, vectors = number % 3, self.random, self.scene.kinds.vectors
        first, second, third = (acb(fmpq(random.randint(-7, 7) or 1, 6)) for _ in range(3))
        weights = [acb(fmpq(random.randint(1, 7), 4)) for _ in range(6)]
        size = self.scene.dimension

        def of_number(argument: acb) -> acb:
            if shape == 1:
                return 1 / (1 + (-(first + second * argument)).exp())
            if shape == 2:
                return (second * argument / 3).exp() + first**2
            return first + second * argument + third * argument**2

        def run(*arguments: Value) -> Value:
            inner, whole, vector = acb(0), None, function in vectors  # in one dimension nothing is a vector
            for weight, argument in zip(weights, arguments, strict=False):
                if isinstance(argument, acb_mat) and vector:
                    whole = weight * argument if whole is None else whole + weight * argument
                elif isinstance(argument, acb_mat):
                    inner += weight * sum((argument[k, 0] * (k + 1) for k in range(argument.nrows())), acb(0))
                else:
                    inner += weight * argument
            if not vector:
                return of_number(inner)
            entries = [whole[k, 0] if whole is not None else acb(0) for k in range(size)]
            return acb_mat([[of_number(entry + inner + k * first)] for k, entry in enumerate(entries)])

        return run

    def _number(self, positive: bool) -> acb:
        value = fmpq(self.random.randint(2, 22), self.random.choice((5, 7, 8, 11)))
        return acb(value if positive or self.random.random() < 0.6 else -value)

    def _unit(self) -> acb:
        return acb(fmpq(self.random.randint(1, 11), 12))

    def _where_a_law_lives(self, law: str) -> acb:
        """A value at which a law of this name has a density, whatever its parameters are."""
        if law == "Bernoulli":
            return acb(self.random.randint(0, 1))
        if law in ("Poisson", "Geometric"):
            return acb(self.random.randint(1, 4))
        return self._unit() if law == "Beta" else self._number(True)

    def _map(self) -> acb_mat:
        """A random matrix without symmetry."""
        size = self.scene.dimension
        return acb_mat([[self._number(False) + (1 if i == j else 0) for j in range(size)] for i in range(size)])

    def _spread(self) -> acb_mat:
        """A random symmetric positive definite matrix."""
        size = self.scene.dimension
        root = acb_mat([[self._number(False) if j <= i else acb(0) for j in range(size)] for i in range(size)])
        one = acb_mat([[acb(fmpq(1, 3)) if i == j else acb(0) for j in range(size)] for i in range(size)])
        return root * root.transpose() + one
