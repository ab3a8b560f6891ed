"""Claims: two expressions and the relation that is said to hold between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sympy import Expr, latex, sympify
from sympy.core.relational import Relational

from symelbo.errors import IllFormed

__all__ = ["Claim", "ClaimChain", "Relation", "as_claim"]


class Relation(Enum):
    """What is said between two sides. PROPORTIONAL and EQUAL_UP_TO_CONSTANT are with respect to named variables."""

    EQUAL = "="
    LESS_EQUAL = r"\le"
    GREATER_EQUAL = r"\ge"
    LESS = "<"
    GREATER = ">"
    PROPORTIONAL = r"\propto"
    EQUAL_UP_TO_CONSTANT = r"= + const"

    @property
    def flipped(self) -> Relation:
        """The same statement with its sides exchanged."""
        return _FLIPPED.get(self, self)


_FLIPPED = {
    Relation.LESS_EQUAL: Relation.GREATER_EQUAL,
    Relation.GREATER_EQUAL: Relation.LESS_EQUAL,
    Relation.LESS: Relation.GREATER,
    Relation.GREATER: Relation.LESS,
}

_SPELLINGS = {
    "=": Relation.EQUAL,
    "==": Relation.EQUAL,
    "<=": Relation.LESS_EQUAL,
    "≤": Relation.LESS_EQUAL,
    r"\le": Relation.LESS_EQUAL,
    r"\leq": Relation.LESS_EQUAL,
    ">=": Relation.GREATER_EQUAL,
    "≥": Relation.GREATER_EQUAL,
    r"\ge": Relation.GREATER_EQUAL,
    r"\geq": Relation.GREATER_EQUAL,
    "<": Relation.LESS,
    ">": Relation.GREATER,
    r"\propto": Relation.PROPORTIONAL,
    "∝": Relation.PROPORTIONAL,
    "= + const": Relation.EQUAL_UP_TO_CONSTANT,
}


@dataclass(frozen=True, slots=True)
class Claim:
    """`lhs relation rhs`, in every model of the context and for every value of the free variables.

    `wrt` names the variables that the relations "proportional to" and "equal up to a constant" are about.
    """

    lhs: Expr
    relation: Relation
    rhs: Expr
    wrt: tuple[Expr, ...] = ()

    def latex(self) -> str:
        """The claim in LaTeX."""
        return f"{latex(self.lhs)} {self.relation.value} {latex(self.rhs)}"

    def _repr_latex_(self) -> str:
        return f"${self.latex()}$"


@dataclass(frozen=True, slots=True)
class ClaimChain:
    """`start R a R b ...`: each link relates the expression before it to its own."""

    start: Expr
    links: tuple[tuple[Relation, Expr], ...]

    def __iter__(self) -> Iterator[Claim]:
        left = self.start
        for relation, right in self.links:
            yield Claim(left, relation, right)
            left = right


def as_claim(statement: Any, relation: str | Relation | None = None, rhs: Any = None) -> Claim:
    """A claim from a SymPy relation, from `(lhs, "==", rhs)`, or from a claim itself.

    Raises `IllFormed` when SymPy has already turned the relation into true or false: pass the sides separately then.
    """
    if isinstance(statement, Claim):
        return statement
    if relation is not None:
        sign = relation if isinstance(relation, Relation) else _SPELLINGS.get(relation)
        if sign is None:
            raise IllFormed(f"'{relation}' is not a relation; use one of {', '.join(sorted(set(_SPELLINGS)))}")
        return Claim(sympify(statement), sign, sympify(rhs))
    if isinstance(statement, Relational) and statement.rel_op in _SPELLINGS:
        return Claim(statement.lhs, _SPELLINGS[statement.rel_op], statement.rhs)
    raise IllFormed(
        f"{statement!r} is not a claim. Pass a SymPy relation such as Eq(lhs, rhs), or prove(lhs, '==', rhs); "
        "SymPy may have evaluated the relation to a truth value before it arrived here"
    )
