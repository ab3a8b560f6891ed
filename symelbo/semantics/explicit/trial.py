"""One trial of a claim about explicit laws: meanings and points are drawn, and both sides evaluated there."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from flint import arb
from sympy import Expr, preorder_traversal

from symelbo.errors import NotSupported
from symelbo.language import Binder, Claim, Relation, may_overlap, replace_free
from symelbo.language.walks import found_in
from symelbo.semantics.arithmetic.balls import working_precision
from symelbo.semantics.budget import Budget
from symelbo.semantics.explicit.comparing import COMPARED, distance, distance_of_two, holds, numbers, plain, real, text
from symelbo.semantics.explicit.densities import TERMS
from symelbo.semantics.explicit.derivatives import meanings
from symelbo.semantics.explicit.evaluator import Evaluator, Point, Run, Undefined
from symelbo.semantics.explicit.means import MEANS
from symelbo.semantics.explicit.points import Lots
from symelbo.semantics.explicit.scene import Scene
from symelbo.semantics.witness import Witness

__all__ = ["BITS", "Trial"]

BITS = 90
_POINTS = 24
"""How many points are drawn in search of one that the context admits."""


def _size_of_integrands(sides: Sequence[Expr]) -> int:
    """How many nodes the largest mean or integral has: about what one point of it costs."""
    binders = (node for side in sides for node in found_in(side, Binder))
    return max((sum(1 for _ in preorder_traversal(node)) for node in binders), default=1)


class Trial:
    """A claim at concrete sizes, with meanings for its unknown functions. `number` says which shape these have."""

    def __init__(self, claim: Claim, scene: Scene, random: Random, number: int, budget: Budget | None = None) -> None:
        self.claim, self.scene, self.lots = claim, scene, Lots(scene, random)
        shape = 0 if scene.nested else number  # means of means are of polynomials, for which they are exact and cheap
        drawn = meanings(scene.functions, lambda function: self.lots.function(function, shape))
        price = 1 if budget is None else _size_of_integrands(scene.sides)
        self.evaluator = Evaluator(scene.kinds, scene.dimension, drawn, TERMS + MEANS, budget, price)
        self.evaluator.applied = 2 if shape % 3 == 0 else None

    def run(self) -> Witness | None:
        """The witness at one point, or None where the claim holds. Raises `Undefined` when no point was admissible."""
        scene = self.scene
        if scene.torn is not None:
            raise NotSupported(f"{scene.torn} is used as a whole and entry by entry")
        with working_precision(BITS):
            runs = self.evaluator.all(scene.sides)
            asked = [
                (relation, self.evaluator.compile(left), self.evaluator.compile(right))
                for relation, left, right in scene.conditions
                if relation is not Relation.EQUAL or left != right
            ]
            for attempt in range(_POINTS):
                point = self.lots.point(scene.names, small=attempt % 2 == 1)
                try:
                    if not all(holds(sign, left(point, False), right(point, False)) for sign, left, right in asked):
                        continue
                    values = numbers([run(point, False) for run in runs], self.claim.relation)
                except (Undefined, ZeroDivisionError, OverflowError):
                    continue
                if not all(value.is_finite() for value in values):
                    continue
                if self.claim.relation in COMPARED:
                    return self._compared(point, values, runs)
                return self._judged(point, values)
        raise Undefined("no admissible point was found")

    def _judged(self, point: Point, values: Sequence[arb]) -> Witness | None:
        left, right = values
        apart = distance(self.claim.relation, left, right)
        if apart is None:
            return None
        sides = (text(left), text(right))
        return Witness((), self._shown(point), self.claim.relation.value, *sides, text(apart.lower()))

    def _compared(self, point: Point, values: Sequence[arb], runs: Sequence[Run]) -> Witness | None:
        """A ratio or difference that should be constant, at a second value of the named variables."""
        wrt = [replace_free(name, self.scene.sizes) for name in self.claim.wrt]
        moved = {name for name in point if any(may_overlap(w, name) for w in wrt)}
        if not moved:
            raise NotSupported("it is not clear with respect to what the sides differ by a constant")
        other = {**point, **self.lots.point(moved, small=False)}
        try:
            second = [real(run(other, False)) for run in runs]
        except (Undefined, ZeroDivisionError):
            return None
        found = distance_of_two(self.claim.relation, values, second)
        if found is None:
            return None
        first, other_value, apart = found
        return Witness(
            (),
            self._shown(point),
            self.claim.relation.value,
            text(first),
            text(other_value),
            text(apart.lower()),
            self._shown(other, moved),
        )

    def _shown(self, point: Point, only: set[Expr] | None = None) -> tuple[tuple[str, str], ...]:
        sizes = [] if only is not None else [(str(name), str(size)) for name, size in self.scene.sizes.items()]
        values = [(str(name), plain(value)) for name, value in point.items() if only is None or name in only]
        return (*sizes, *values)
