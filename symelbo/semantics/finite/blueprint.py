"""The blueprint of a model: which families, variables and numbers it has to supply, and what has to hold of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp

from symelbo.language import Definition, Density, Factorisation, Independence, Relation
from symelbo.semantics.finite.compiler import Compiler, Inlined, Scope
from symelbo.semantics.finite.indices import Atom, Sizes
from symelbo.semantics.finite.optima import Optimum
from symelbo.semantics.finite.structure import Factor
from symelbo.semantics.finite.world import FamilyKey, Mention, Node, World

__all__ = ["Blueprint", "Cell", "Constraint", "Pin"]


@dataclass(frozen=True, slots=True)
class Pin:
    """A conditional table whose entries another expression gives; `places` are those of the factor's variables."""

    node: Node
    places: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """Entries of a table that are given: at these numbers (None: any) of the factor's variables, the node's value."""

    at: tuple[int | None, ...]
    node: Node
    places: tuple[int, ...]  # where the node reads the variables that may be anything


@dataclass(frozen=True, slots=True)
class Constraint:
    """A relation between two compiled terms that has to hold for all states of what is free in them."""

    left: Node
    relation: Relation
    right: Node


@dataclass
class Blueprint:
    """A compiled world with the plan of each family's table; models are drawn from it."""

    world: World
    compiler: Compiler
    nodes: tuple[Node, ...]
    plans: dict[FamilyKey, tuple[Factor, ...]] = field(default_factory=dict)
    inputs: dict[FamilyKey, tuple[Atom, ...]] = field(default_factory=dict)
    pins: list[Pin] = field(default_factory=list)
    formulas: list[tuple[FamilyKey, tuple[Atom, ...], tuple[Atom, ...], Inlined]] = field(default_factory=list)
    cells: list[list[Cell]] = field(default_factory=list)
    signs: list[Constraint] = field(default_factory=list)
    intervals: list[tuple[Any, Relation, Fraction]] = field(default_factory=list)  # signs of single names
    optima: list[Optimum] = field(default_factory=list)  # free names that say where something is best
    looked_up: tuple[Mention, ...] = ()  # what the terms themselves mention
    claimed: tuple[FamilyKey, ...] = ()  # the families of that
    stated: list[tuple[Any, Sizes]] = field(default_factory=list)  # structure, to be checked on a witness

    def checks(self) -> Iterator[Constraint]:
        """What the context says about families, as equations between looked-up tables."""
        for statement, sizes in self.stated:
            scope = Scope({}, sizes)
            for pair in _equations(statement):
                left, right = (self.compiler.compile(side, scope) for side in pair)
                yield Constraint(left, Relation.EQUAL, right)


def _equations(statement: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(statement, Factorisation):
        yield statement.joint, sp.Mul(*statement.factors)
    elif isinstance(statement, Definition):
        yield statement.name, statement.value
    elif isinstance(statement, Independence):
        family, left, right, given = statement.family, statement.left, statement.right, statement.given
        both = Density(family, (*left, *right), given)
        yield both, Density(family, left, given) * Density(family, right, given)
