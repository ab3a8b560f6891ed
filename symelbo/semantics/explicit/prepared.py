"""A claim about explicit laws made ready for trials: what no draw decides is worked out once.

Trials differ in sizes, in the meanings of functions, in stand-ins for densities and in points. Nothing that is drawn
is ever kept for another trial.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sympy import Expr, Integer, Symbol, preorder_traversal

from symelbo.errors import NotSupported
from symelbo.language import (
    Claim,
    Components,
    Context,
    Density,
    Det,
    Dimension,
    Dot,
    Entry,
    Identity,
    IndexSum,
    Integral,
    Inverted,
    Known,
    Ordered,
    Relation,
    Trace,
    Transposed,
    replace_free,
)
from symelbo.language.functionals import Gradient
from symelbo.language.mixtures import mixtures
from symelbo.language.shapes import dimension_name, kinds_of, with_shapes
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.derivatives import derived_by, differentiated, with_parameters
from symelbo.semantics.explicit.once import Bench, Once
from symelbo.semantics.explicit.partials import ahead_of_maps, carried_out, refuse_unclear
from symelbo.semantics.explicit.scales import variances
from symelbo.semantics.explicit.scene import Condition, Scene, scene_of
from symelbo.semantics.explicit.settled import concerned, refuse_pushforwards, solved_names
from symelbo.semantics.explicit.stand_ins import stand_ins
from symelbo.semantics.explicit.unrolled import size_names, unroll
from symelbo.semantics.maps.concrete import MappedClaim, mapped

__all__ = ["Prepared"]

_SHAPED = (Known, Density, Components, Dimension, Identity, Dot, Ordered, Trace, Det, Transposed, Inverted)


class Prepared:
    """A claim in a context, for any number of trials. The claims of a document may share a `bench`."""

    def __init__(self, claim: Claim, assumed: Context, bench: Bench | None = None) -> None:
        self.claim, self.assumed, self.bench = claim, assumed, bench or Bench()
        self._once = Once()

    def scene(self, random: Random, dimension: int) -> Scene:
        """The claim at sizes that are drawn, with vectors of `dimension` entries where it says nothing of their number.

        Raises `NotSupported` where it has no evaluation there.
        """
        return self._posed(random, dimension).scene(random, dimension)

    def _posed(self, random: Random, dimension: int) -> _Posed:
        opened = self._once.of("opened", self._opened)
        turned = any(side.has(Gradient) for side in opened)  # only derivatives depend on how long vectors are
        key = dimension if turned else 0
        early, maps = None, None
        if turned:
            early = self._once.of(("early", key), lambda: ahead_of_maps(opened, self.assumed, dimension))
        if early is None:
            maps = self._once.of("maps", lambda: mapped((self.claim.lhs, self.claim.rhs), self.assumed))
        if isinstance(maps, MappedClaim):
            written, assumed = maps.drawn(random, dimension)
            return _pose([assumed.expand(side) for side in written], assumed, dimension, self.bench, random)
        sides = opened if early is None else [self.assumed.expand(side) for side in early]
        posed: _Posed = self._once.of(("posed", key), lambda: _pose(sides, self.assumed, dimension, self.bench))
        return posed

    def _opened(self) -> list[Expr]:
        """Both sides with all names put in. Raises `NotSupported` for names of which no value is known at a point."""
        written = (self.claim.lhs, self.claim.rhs)
        for item in self.assumed.attained:
            if any(item.variable in side.free_symbols for side in written):
                raise NotSupported(f"where the objective behind {item.variable} is best is not known at a point")
        for mixture in mixtures(self.assumed):
            if any(d.family == mixture.family for side in written for d in found_in(side, Density)):
                raise NotSupported(f"the densities of {mixture.family} follow from its components")
        return [self.assumed.expand(side) for side in written]


@dataclass(frozen=True, slots=True)
class _Posed:
    """Both sides, and what the context says of the names in them, before sizes are chosen."""

    sides: Sequence[Expr]
    signs: Sequence[Expr]
    """The two sides of every relation of the context, one relation after the other."""
    assumed: Context
    solved: Mapping[Expr, Expr]
    by: set[Expr]
    """What derivatives are taken by."""
    late: bool
    """Whether derivatives wait for the laws that stand in for abstract densities."""
    counts: set[Symbol]
    others: set[Symbol]
    ends: set[Symbol]
    """Names at which sums end."""
    shaped: bool
    """Whether anything in it may be a vector, so that it matters how many entries these have."""
    vectors: bool
    narrow: bool
    indices: Sequence[Expr]
    counted: Expr | None
    """What a text calls the number of entries of vectors without saying so."""
    abstract: bool
    """Whether there are densities in it that nothing explicit is known about, or that follow from explicit ones."""
    bench: Bench
    once: Once

    def scene(self, random: Random, dimension: int) -> Scene:
        """The claim at sizes that are drawn."""
        sizes, dimension = self._sizes(random, dimension)
        at = (dimension if self.shaped else None, frozenset(sizes.items()))
        scene: Scene = self.once.of(("scene", at), lambda: self._scene(random, sizes, dimension, at), random)
        return scene

    def _sizes(self, random: Random, dimension: int) -> tuple[dict[Expr, Expr], int]:
        """Small numbers for everything that counts, and how many entries vectors have."""
        same = Integer(dimension if self.vectors else 2 if self.narrow else random.choice((2, 3)))
        sizes: dict[Expr, Expr] = dict.fromkeys(self.counts, same)
        apart = not self.narrow or self.vectors
        sizes |= _apart(self.others, random) if apart else dict.fromkeys(self.others, same)
        # Equations of the context may be about an index that both sides have lost.
        sizes |= {name: Integer(random.choice((2, 3))) for name in self.indices if name not in sizes}
        # An index that is free lies inside the ranges of the claim.
        shortest = min((sizes[name] for name in self.ends & self.others), default=Integer(3))
        sizes |= {name: min(sizes[name], shortest) for name in self.others - self.ends}
        if self.counted is not None:
            sizes[self.counted] = same
        return sizes, int(same)

    def _scene(self, random: Random, sizes: Mapping[Expr, Expr], dimension: int, at: Any) -> Scene:
        here = {replace_free(name, sizes): replace_free(value, sizes) for name, value in self.solved.items()}
        place = (at, frozenset(here.items()))

        def written_out(term: Expr) -> Expr:
            return unroll(term, sizes, dimension)

        def settled(term: Expr) -> Expr:
            made: Expr = self.bench.of(("settled", term, place), lambda: written_out(replace_free(term, here)))
            return made

        sides, needed = self.sides, list[tuple[Expr, Relation, Expr]]()
        if self.abstract:
            kinds = self.once.of(("kinds", at), lambda: kinds_of(map(written_out, self.sides)))
            sides, needed = stand_ins(sides, self.assumed, random, kinds, dimension, sizes, self.bench)
        if self.late:
            sides = differentiated(list(map(written_out, sides)))
        needed += [(Integer(0), Relation.LESS, variance) for variance in variances(sides)]
        opened = list(map(settled, sides))
        signs = iter(list(map(settled, self.signs)))
        conditions: list[Condition] = [(sign.claim.relation, next(signs), next(signs)) for sign in self.assumed.signs]
        conditions += [(relation, settled(left), settled(right)) for left, relation, right in needed]
        return scene_of(opened, conditions, kinds_of(opened), self.assumed, sizes, dimension, self.by)


def _pose(sides: Sequence[Expr], assumed: Context, dimension: int, bench: Bench, drawn: Random | None = None) -> _Posed:
    """The claim as it is posed, before sizes are chosen. `drawn` is given where maps were drawn for it."""
    assumed = concerned(sides, assumed, bench)
    signs = [assumed.expand(side) for sign in assumed.signs for side in (sign.claim.lhs, sign.claim.rhs)]
    refuse_pushforwards(sides, assumed)
    solved = solved_names(assumed)
    by = derived_by(sides)
    sides, signs = with_parameters(sides, by), with_parameters(signs, by)
    if drawn is not None and by:
        # densities at points that move are put in first, so that their derivatives are known
        sides, _ = stand_ins(sides, assumed, drawn, kinds_of(sides), 1)
    refuse_unclear(sides, assumed)
    late = any(node.has(Density) for side in sides for node in found_in(side, Gradient))  # their laws are put in first
    if by and any(side.has(Density) for side in sides) and any(side.has(Integral) for side in sides):
        raise NotSupported("integrals of derivatives beside abstract densities are not evaluated by quadrature")
    if late and by & {s for name, value in solved.items() for s in (name, *value.free_symbols)}:
        raise NotSupported("a derivative of an abstract density is by a name that the context ties to others")
    if by and not late:
        sides = carried_out(sides, assumed, dimension)
    sides, signs = [replace_free(t, solved) for t in sides], [replace_free(t, solved) for t in signs]
    sides = with_shapes(sides)
    counts, others, vectors = size_names(sides)
    others |= size_names(signs)[1] - counts
    # Vectors of components have two entries where a law of two is all that can be integrated.
    narrow = vectors or any(
        isinstance(n, Known) and n.name == "Dirichlet" for t in sides for n in preorder_traversal(t)
    )
    return _Posed(
        sides=sides,
        signs=signs,
        assumed=assumed,
        solved=solved,
        by=by,
        late=late,
        counts=counts,
        others=others,
        ends={s for term in (*sides, *signs) for node in found_in(term, IndexSum) for s in node.upper.free_symbols},
        shaped=vectors or any(side.has(*_SHAPED) for side in (*sides, *signs)),
        vectors=vectors,
        narrow=narrow,
        indices=_indices(signs),
        counted=dimension_name(sides),
        abstract=any(side.has(Density) for side in sides),
        bench=bench,
        once=Once(),
    )


def _apart(names: Iterable[Expr], random: Random) -> dict[Expr, Expr]:
    """Small numbers for indices and sizes, different ones for two: `s` and `t` are two times."""
    pool = random.sample((2, 3), 2)
    listed = sorted(names, key=str)
    return {name: Integer(pool[k] if k < 2 else random.choice((2, 3))) for k, name in enumerate(listed)}


def _indices(terms: Iterable[Expr]) -> list[Expr]:
    """Names that stand in indices of entries, in a fixed order."""
    entries = {entry for term in terms for entry in found_in(term, Entry)}
    return sorted({name for entry in entries for index in entry.indices for name in index.free_symbols}, key=str)
