"""Names of optima on concrete models: of the points of a space, the one at which an objective is certainly best."""

from __future__ import annotations

from dataclasses import dataclass

from symelbo.language import Attained, replace_free
from symelbo.semantics.finite.compiler import Compiler, Scope
from symelbo.semantics.finite.indices import atoms_of
from symelbo.semantics.finite.world import Environment, Node, World

__all__ = ["Optimum", "optimum"]


@dataclass(frozen=True, slots=True)
class Optimum:
    """The objective at the place that a name has, and at the place that stands for any other point."""

    place: int
    best: Node
    rival: int
    other: Node
    largest: bool

    def holds(self, world: World, env: Environment) -> bool:
        """Whether no other point is certainly or possibly better than the one that the name has here."""
        best = self.best.run(env)
        for state in range(world.counts[self.rival]):
            if state == env[self.place]:
                continue
            env[self.rival] = state
            other = self.other.run(env)
            if not (best >= other if self.largest else best <= other):
                return False
        return True


def optimum(compiler: Compiler, item: Attained) -> Optimum:
    """Compile what is known of the name of an optimum. Raises `NotSupported` like the compiler."""
    scope = Scope({}, compiler.world.sizes)
    best = compiler.compile(replace_free(item.body, {item.over: item.variable}), scope)
    places, inner = compiler.bind((item.over,), scope)
    other = compiler.compile(item.body, inner)
    place = compiler.world.free_place(atoms_of(item.variable, scope.sizes)[0])
    return Optimum(place, best, places[0], other, item.kind == "argmax")
