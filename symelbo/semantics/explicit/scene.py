"""A claim about explicit laws at concrete sizes: its sides written out, and everything about them that no draw decides.

Trials of the same sizes play in the same scene, as long as no stand-in for a density was drawn for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sympy import Add, Expr, Mul
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import Context, Entry, Expectation, Integral, Inverted, Known, Relation, Transposed, is_variable
from symelbo.language.scope import replace_free
from symelbo.language.shapes import Kinds
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.census import Census
from symelbo.semantics.explicit.domains import domains_of, looked_at, shares_of
from symelbo.semantics.explicit.unrolled import free_names
from symelbo.semantics.explicit.wholes import torn

__all__ = ["Condition", "Scene", "scene_of"]

Condition = tuple[Relation, Expr, Expr]


@dataclass(frozen=True, slots=True)
class Scene:
    """Both sides without sizes, what has to hold at a point, and what is to be drawn for one."""

    sides: tuple[Expr, ...]
    conditions: tuple[Condition, ...]
    sizes: Mapping[Expr, Expr]
    dimension: int
    kinds: Kinds
    general: frozenset[Expr]
    """Matrices that are no covariances: nothing says that they are symmetric."""
    functions: frozenset[Any]
    scales: frozenset[Expr]
    simplexes: tuple[tuple[Expr, ...], ...]
    looked_at: Mapping[Expr, str]
    names: frozenset[Expr]
    """Everything that needs a value."""
    torn: str | None
    """A vector that is used both whole and by its entries."""
    nested: bool
    """Whether means are taken inside means."""


def scene_of(
    sides: Sequence[Expr],
    conditions: Sequence[Condition],
    kinds: Kinds,
    assumed: Context,
    sizes: Mapping[Expr, Expr],
    dimension: int,
    by: set[Expr],
) -> Scene:
    """The scene of two sides that are written out; `by` is what derivatives were taken by.

    Raises `NotSupported` where the names cannot be given values one by one.
    """
    terms = [*sides, *(side for _, left, right in conditions for side in (left, right))]
    free = [term.free_symbols for term in terms]
    if any(name.is_Symbol and name.name == "I" for names in free[:2] for name in names):
        raise NotSupported("I looks like an identity matrix, but not where one can stand")
    if by & (kinds.vectors | kinds.matrices) and dimension > 1:
        raise NotSupported("derivatives by vectors are evaluated in one dimension only")
    here, beside = Census(sides), Census(terms[2:])
    entries = {*here.of(Entry), *beside.of(Entry)}
    laws = [*here.of(Known), *beside.of(Known)]
    _refuse_other_instances(entries, assumed, sizes)
    scales, simplexes = domains_of(laws)
    if dimension == 1:
        scales |= _flattened(entries, kinds)
    return Scene(
        sides=tuple(sides),
        conditions=tuple(conditions),
        sizes=sizes,
        dimension=dimension,
        kinds=kinds,
        general=frozenset(_without_symmetry(here)),
        functions=frozenset(call.func for found in (here, beside) for call in found.of(AppliedUndef)),
        scales=frozenset(scales),
        simplexes=(*simplexes, *shares_of(conditions)),
        looked_at=looked_at(laws),
        names=frozenset(free_names(free, kinds)),
        torn=torn(sides, here.of(Known)),
        nested=len(here.of(Expectation, Integral)) > 1 and _depth(sides) > 1,
    )


def _refuse_other_instances(entries: set[Entry], assumed: Context, sizes: Mapping[Expr, Expr]) -> None:
    """An equation for every index holds at all of them; only one whose own entries are used is met here."""
    for sign in assumed.signs:
        name = sign.claim.lhs
        if sign.claim.relation is not Relation.EQUAL or not isinstance(name, Entry):
            continue
        if all(index.is_number for index in name.indices):
            continue
        used = {entry for entry in entries if entry.base == name.base}
        own = (replace_free(side, sizes) for side in (name, sign.claim.rhs))
        if used - {entry for side in own for entry in found_in(side, Entry)}:
            raise NotSupported(f"{name} is determined by the context for every index")


def _flattened(entries: set[Entry], kinds: Kinds) -> set[Expr]:
    """In one dimension vectors and matrices are numbers; those are returned that are then scales, the covariances."""
    if {entry.base for entry in entries} & kinds.vectors:
        raise NotSupported("a vector is used both whole and by its entries")
    spreads = set(kinds.matrices)
    kinds.vectors.clear()
    kinds.matrices.clear()
    return spreads


def _depth(terms: Iterable[Any]) -> int:
    """How many means stand inside each other."""
    return max((isinstance(term, Expectation | Integral) + _depth(term.args) for term in terms), default=0)


def _without_symmetry(sides: Census) -> set[Expr]:
    """Names of matrices that are transposed somewhere and are no covariance: nothing says that they are symmetric."""
    turned = {node.args[0] for node in sides.of(Transposed)}
    named = {name for name in turned if is_variable(name)}
    if not named:
        return set()
    spreads = {law.parameters[1] for law in sides.of(Known) if law.name == "MultivariateNormal"}
    inverted = {node.args[0] for node in sides.of(Inverted)}
    parts = {factor for spread in spreads for part in Add.make_args(spread) for factor in Mul.make_args(part)}
    return named - parts - inverted
