"""Families of densities and their members: `p(x, z)`, `p(z | x)`, `q_\\phi(z | x)`, `p(x = 1)`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Basic, Expr, Mul, Tuple, sympify
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.names import At, Block, Entry, Given, is_variable, slot_of, value_of

__all__ = ["Density", "Family", "densities_of", "family", "variables_of"]


class Family(Basic):
    """One strictly positive joint density with all its marginals and conditionals.

    `parameters` (`\\theta` in `p_\\theta`) always stand on the right of the bar: every member is conditional on them.
    `indices` tell apart the members of an indexed collection of families (`q_j`, `f_d`).
    """

    def __new__(cls, name: str | Str, parameters: Iterable[Any] = (), indices: Iterable[Any] = ()) -> Family:
        label = name if isinstance(name, Str) else Str(name)
        return Basic.__new__(cls, label, Tuple(*map(sympify, parameters)), Tuple(*map(sympify, indices)))

    @property
    def name(self) -> str:
        """The letter (and label) it is written with, in LaTeX."""
        return str(self.args[0].name)

    @property
    def parameters(self) -> tuple[Expr, ...]:
        """What every member is conditional on, beside the arguments after the bar."""
        return self.args[1].args

    @property
    def indices(self) -> tuple[Expr, ...]:
        """Which member of an indexed collection of families this is."""
        return self.args[2].args

    @property
    def free_symbols(self) -> set[Any]:
        """Parameters and indices."""
        return set().union(*(part.free_symbols for part in (*self.parameters, *self.indices)))

    def __call__(self, *arguments: Any) -> Density:
        """`p(x, z)`, `p(z | x)`, `p(x, z | y, w)`: the bar separates what is modelled from what is given."""
        of: list[Any] = []
        given: list[Any] = []
        seen_bar = False
        for argument in arguments:
            if isinstance(argument, Given):
                if seen_bar:
                    raise IllFormed(
                        f"{self.name}(...) has two conditioning bars; write one, as in {self.name}(z | x, y)"
                    )
                of.append(argument.left)
                given.append(argument.right)
                seen_bar = True
            else:
                (given if seen_bar else of).append(argument)
        return Density(self, of, given)

    def _latex(self, printer: Any) -> str:
        below = ",".join(printer._print(part) for part in (*self.indices, *self.parameters))
        return f"{self.name}_{{{below}}}" if below else self.name

    def _sympystr(self, printer: Any) -> str:
        below = ",".join(printer._print(part) for part in (*self.indices, *self.parameters))
        return f"{self.name}_{below}" if below else self.name


def family(name: str, *parameters: Any, indices: Iterable[Any] = ()) -> Family:
    """A family of densities by name, with the parameters that it is written with.

    >>> from symelbo import family, variables
    >>> x, z, phi = variables("x z phi")
    >>> family("q", phi)(z | x)
    q_phi(z | x)
    """
    return Family(name, parameters, indices)


class Density(Expr):
    """A member of a family at a point: the density of `of` given `given`. Always strictly positive.

    Arguments are variables, or `At(variable, value)` where a slot is filled with something else than its own name.
    Raises `IllFormed` when a variable stands twice, on both sides of the bar, or when nothing is left of the bar.
    """

    is_commutative = True
    is_real = True
    is_positive = True

    def __new__(cls, family: Family, of: Iterable[Any], given: Iterable[Any] = ()) -> Density:
        left, right = (Tuple(*map(sympify, side), sympify=False) for side in (of, given))
        if not left:
            raise IllFormed(
                f"{family.name}(...) has nothing before the bar; a density is of something, as in {family.name}(z | x)"
            )
        for item in (*left, *right):
            if not is_variable(slot_of(item)):
                raise IllFormed(
                    f"{family.name}(... {item} ...): {item} is not a variable; fill a slot with z.at({item})"
                )
        before = [slot_of(item) for item in left]
        after = [slot_of(item) for item in right]
        for slots, side in ((before, "before"), (after, "after")):
            for slot in slots:
                if slots.count(slot) > 1:
                    raise IllFormed(f"{slot} stands twice {side} the bar in {family.name}(...)")
        both = [slot for slot in before if slot in after]
        if both:
            raise IllFormed(
                f"{both[0]} stands on both sides of the bar in {family.name}({', '.join(map(str, left))} | "
                f"{', '.join(map(str, right))}); given {both[0]} it is not random any more"
            )
        return Expr.__new__(cls, family, left, right)

    @property
    def family(self) -> Family:
        """The family it belongs to."""
        return self.args[0]

    @property
    def of(self) -> tuple[Expr, ...]:
        """What stands before the bar."""
        return self.args[1].args

    @property
    def given(self) -> tuple[Expr, ...]:
        """What stands after the bar, parameters of the family not included."""
        return self.args[2].args

    @property
    def of_slots(self) -> tuple[Expr, ...]:
        """The variables before the bar."""
        return tuple(slot_of(item) for item in self.of)

    @property
    def given_slots(self) -> tuple[Expr, ...]:
        """The variables after the bar."""
        return tuple(slot_of(item) for item in self.given)

    @property
    def free_symbols(self) -> set[Any]:
        """Those of the values and of the family's parameters."""
        return self.family.free_symbols.union(*(item.free_symbols for item in (*self.of, *self.given)))

    def with_values(self, change: Any) -> Density:
        """The same member with `change` applied to every value, index and parameter; plain slots keep their names."""

        def renew(item: Expr) -> Expr:
            slot, value = slot_of(item), change(value_of(item))
            if isinstance(slot, Entry):
                slot = Entry(slot.base, *map(change, slot.indices))
            elif isinstance(slot, Block):
                slot = Block(slot.base, change(slot.lower), change(slot.upper))
            return At(slot, value)

        parameters = tuple(change(parameter) for parameter in self.family.parameters)
        indices = tuple(change(index) for index in self.family.indices)
        # At the start of a sequence two names may become one; to be given twice is to be given once.
        given = dict.fromkeys(map(renew, self.given))
        return Density(Family(self.args[0].args[0], parameters, indices), map(renew, self.of), given)

    def _eval_subs(self, old: Any, new: Any) -> Any:
        if not is_variable(old):
            return None
        # A name that is no value here may still be a slot, and slots are never replaced.
        return self.with_values(lambda value: value._subs(old, new)) if old in self.free_symbols else self

    def _xreplace(self, rule: Any) -> tuple[Any, bool]:
        # A plain name is both a slot and its value; only the value is ever replaced.
        if self in rule:
            return rule[self], True
        new = self.with_values(lambda value: value.xreplace(rule))
        return new, new != self

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        bar = r" \mid " + ", ".join(map(printer._print, self.given)) if self.given else ""
        inside = ", ".join(map(printer._print, self.of)) + bar
        power = "" if exp is None else f"^{{{exp}}}"
        return f"{printer._print(self.family)}({inside}){power}"

    def _sympystr(self, printer: Any) -> str:
        bar = " | " + ", ".join(map(printer._print, self.given)) if self.given else ""
        return f"{printer._print(self.family)}({', '.join(map(printer._print, self.of))}{bar})"


def densities_of(law: Expr) -> tuple[Density, ...] | None:
    """The factors of a density or a product of densities; None for anything else."""
    factors = Mul.make_args(law)
    return factors if all(isinstance(factor, Density) for factor in factors) else None


def variables_of(law: Expr) -> tuple[Expr, ...] | None:
    """The variables that a density (or product of densities) is a density of, in written order; None if unclear."""
    factors = Mul.make_args(law)
    if not all(hasattr(factor, "of") for factor in factors):
        return None
    found: list[Expr] = []
    for factor in factors:
        for item in factor.of:
            value = value_of(item)
            if is_variable(value) and value not in found:
                found.append(value)
    return tuple(found)
