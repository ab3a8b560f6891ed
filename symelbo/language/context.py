"""The context: what a document assumes, as immutable values.

A context is what the two roads to a verdict start from, so it only records what was said; it decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from sympy import Expr
from sympy.core.relational import Equality, Relational

from symelbo.errors import IllFormed
from symelbo.language.claims import Claim, Relation, as_claim
from symelbo.language.densities import Density, Family, densities_of
from symelbo.language.names import is_variable

if TYPE_CHECKING:
    from symelbo.language.definitions import Unfolding

__all__ = ["Attained", "Context", "Counted", "Definition", "Factorisation", "Independence", "Sign", "context"]


@dataclass(frozen=True, slots=True)
class Factorisation:
    """`joint = factor · factor · ...`: each variable of the joint stands before exactly one factor's bar.

    Factors may belong to another family (`q(x, z) = p_D(x) q(z | x)`), which says that those conditionals agree.
    """

    joint: Density
    factors: tuple[Density, ...]


@dataclass(frozen=True, slots=True)
class Independence:
    """`left ⟂ right | given` under a family."""

    family: Family
    left: tuple[Expr, ...]
    right: tuple[Expr, ...]
    given: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Definition:
    """`name` stands for `value`, with `parameters` the names that may be replaced by arguments in use."""

    name: Expr
    value: Expr
    parameters: tuple[Expr, ...] = ()


@dataclass(frozen=True, slots=True)
class Sign:
    """A relation between scalars that holds throughout: `σ > 0`, `0 < α < 1`, `β ≥ 1`."""

    claim: Claim


@dataclass(frozen=True, slots=True)
class Counted:
    """`variable` takes the whole values from `lower` to `upper`: a sum over all of them is a sum over the variable."""

    variable: Expr
    lower: Expr
    upper: Expr


@dataclass(frozen=True, slots=True)
class Attained:
    """`variable` is where `body` is best (`kind` is argmax or argmin) among all values of `over`."""

    variable: Expr
    kind: str
    body: Expr
    over: Expr


Assumption = Factorisation | Independence | Definition | Sign | Counted | Attained


@dataclass(frozen=True, slots=True)
class Context:
    """Everything assumed: structure of the families, definitions, signs, and which variables are discrete."""

    assumptions: tuple[Assumption, ...] = ()
    discrete: frozenset[Expr] = field(default_factory=frozenset)
    # What the definitions make of terms, found when first asked for: contexts are compared and copied without it.
    _unfolding: Unfolding | None = field(default=None, init=False, repr=False, compare=False)

    def of(self, kind: type[Any]) -> tuple[Any, ...]:
        """The assumptions of one kind, in the order they were made."""
        return tuple(item for item in self.assumptions if isinstance(item, kind))

    @property
    def factorisations(self) -> tuple[Factorisation, ...]:
        """Declared factorisations."""
        return self.of(Factorisation)

    @property
    def independences(self) -> tuple[Independence, ...]:
        """Declared independences."""
        return self.of(Independence)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """Names with their values."""
        return self.of(Definition)

    @property
    def signs(self) -> tuple[Sign, ...]:
        """Relations between scalars."""
        return self.of(Sign)

    @property
    def counted(self) -> tuple[Counted, ...]:
        """Variables whose values are counted."""
        return self.of(Counted)

    @property
    def attained(self) -> tuple[Attained, ...]:
        """Names of optima."""
        return self.of(Attained)

    def expand(self, term: Expr) -> Expr:
        """The term with every defined name replaced by its value, definitions of definitions included."""
        if self._unfolding is None:
            from symelbo.language.definitions import Unfolding

            object.__setattr__(self, "_unfolding", Unfolding(self.definitions))
        assert self._unfolding is not None
        return self._unfolding.whole(term)

    def assume(self, *statements: Any) -> Context:
        """The context with more assumed: assumptions, SymPy relations, or claims.

        An equation whose left side is a joint density and whose right side is a product of densities is a
        factorisation; one with a name on the left is a definition; an inequality is a sign.
        Raises `IllFormed` for a factorisation that leaves a variable out or models one twice, and for a cyclic one.
        """
        made = tuple(_assumption(statement) for statement in statements)
        return replace(self, assumptions=self.assumptions + made)


def context(statements: Iterable[Any] | Context | None = None, discrete: Iterable[Any] = ()) -> Context:
    """A context from a list of statements (see `Context.assume`); a context itself is passed through.

    >>> from sympy import Eq
    >>> from symelbo import context, family, variables
    >>> p, (x, z1, z2) = family("p"), variables("x z1 z2")
    >>> context([Eq(p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1))]).factorisations[0].factors
    (p(x | z1), p(z1 | z2), p(z2))
    """
    if isinstance(statements, Context):
        return statements
    return Context(discrete=frozenset(discrete)).assume(*(statements or ()))


def _assumption(statement: Any) -> Assumption:
    if isinstance(statement, Assumption):
        return statement
    claim = as_claim(statement)
    if claim.relation is not Relation.EQUAL:
        return Sign(claim)
    if isinstance(claim.lhs, Density):
        factors = densities_of(claim.rhs)
        if factors is not None:
            return factorisation(claim.lhs, factors)
        return Definition(claim.lhs, claim.rhs)
    if is_variable(claim.lhs) or claim.lhs.is_Function:
        parameters = tuple(name for name in claim.lhs.args if is_variable(name) and name.is_Symbol)
        return Definition(claim.lhs, claim.rhs, parameters)
    if isinstance(statement, Equality | Relational | Claim):
        return Sign(claim)
    raise IllFormed(
        f"{statement!r} is not an assumption that can be used; assume a factorisation, a definition or a sign"
    )


def factorisation(joint: Density, factors: Iterable[Density]) -> Factorisation:
    """The factorisation of a joint density, checked: every variable modelled once, no cycle, nothing from outside."""
    parts = tuple(factors)
    wanted, given = list(joint.of_slots), set(joint.given_slots)
    modelled: dict[Expr, Density] = {}
    for part in parts:
        for slot in part.of_slots:
            if slot in modelled:
                raise IllFormed(
                    f"{modelled[slot]} and {part} both model {slot}; each variable needs exactly one factor"
                )
            if slot not in wanted:
                raise IllFormed(f"the factor {part} models {slot}, which is not in {joint}")
            modelled[slot] = part
        for slot in part.given_slots:
            if slot not in wanted and slot not in given:
                raise IllFormed(f"the factor {part} depends on {slot}, which is not in {joint}")
    for slot in wanted:
        if slot not in modelled:
            raise IllFormed(f"no factor models {slot}, so the product is not a density of {joint}")
    _no_cycle(parts, modelled)
    return Factorisation(joint, parts)


def _no_cycle(parts: tuple[Density, ...], modelled: dict[Expr, Density]) -> None:
    placed: set[Density] = set()
    waiting = list(parts)
    while waiting:
        ready = [
            part
            for part in waiting
            if all(modelled.get(slot) in placed or slot not in modelled for slot in part.given_slots)
        ]
        if not ready:
            raise IllFormed(f"the factors {', '.join(map(str, _circle(waiting)))} depend on each other in a circle")
        placed.update(ready)
        waiting = [part for part in waiting if part not in placed]


def _circle(parts: list[Density]) -> list[Density]:
    """Those factors that others among them depend on: what only hangs on a circle is left out."""
    while True:
        needed = {slot for part in parts for slot in part.given_slots}
        kept = [part for part in parts if needed & set(part.of_slots)]
        if len(kept) == len(parts):
            return parts
        parts = kept
