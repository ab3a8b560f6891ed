"""Arithmetic of forms: products, powers, logarithms and exponentials, and densities as ratios of root densities."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from fractions import Fraction

from sympy import Expr

from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.atoms import Exponential, Logarithm, Power, Reciprocal, Root
from symelbo.calculus.forms.content import prime_factors, primitive
from symelbo.calculus.forms.form import (
    EMPTY,
    ONE,
    ZERO,
    Atom,
    Form,
    Monomial,
    constant,
    of_atom,
    of_monomial,
    power_of_monomial,
    times,
)
from symelbo.calculus.forms.mentions import entries_of
from symelbo.calculus.forms.signs import is_positive, is_positive_form
from symelbo.calculus.structure import Structure, unparametrised
from symelbo.language import Block, Density, Family, slot_of, value_of

__all__ = ["Algebra"]


class Algebra(ABC):
    """Arithmetic of forms under one structure and one budget; caches the logarithms that it has taken."""

    def __init__(self, structure: Structure, budget: Budget) -> None:
        self.structure = structure
        self.budget = budget
        self._unfolding: set[Root] = set()
        self._logs: dict[Form, Form] = {}
        self.written: set[Form] = set()  # what the terms themselves take the logarithm of
        self._presumed: set[Form] = set()  # arguments of logarithms that the terms themselves take

    @abstractmethod
    def form(self, term: Expr) -> Form:
        """The normal form of a term. Raises `BudgetExceeded`."""

    @property
    def presumed_positive(self) -> frozenset[Form]:
        """Forms that logarithms were taken of: where these have a meaning, they are positive."""
        return frozenset(self._presumed | self.written)

    def product(self, factors: Iterable[Form]) -> Form:
        """Product of forms."""
        result = ONE
        for factor in factors:
            self.budget.spend(max(1, len(result) * len(factor)), "expanding a product")
            result = result * factor
        return result

    def power(self, base: Form, exponent: Fraction) -> Form:
        """A form to a rational power; sums are expanded only for small natural exponents."""
        if not exponent:
            return ONE
        if exponent.denominator > 1:
            return self._root_power(base, exponent)
        single = base.single()
        if single is not None:
            return of_monomial(power_of_monomial(single[0], exponent), single[1] ** int(exponent))
        if not base:
            return ZERO if exponent > 0 else of_atom(Reciprocal(base))
        if 0 < exponent <= 4:
            return self.product([base] * int(exponent))
        common, rest = primitive(base)
        outside = self.power(of_monomial(*common), exponent)
        if exponent < 0:
            return outside * of_atom(Reciprocal(rest), -exponent)
        return outside * of_atom(Power(rest, constant(exponent)))

    def _root_power(self, base: Form, exponent: Fraction) -> Form:
        """A power that is no integer: only positive factors may leave it, `sqrt(f g)` is not `sqrt(f) sqrt(g)`."""
        (monomial, content), rest = primitive(base)
        if not base or content < 0:
            return of_atom(Power(base, constant(exponent)))
        positive: Monomial = frozenset((a, e) for a, e in monomial if is_positive(a))
        result = of_monomial(power_of_monomial(positive, exponent))
        for prime, times_in in prime_factors(content):
            whole, part = divmod(times_in * exponent, 1)
            result = result.scaled(Fraction(prime) ** whole)
            if part:
                result = result * of_atom(Power(constant(prime), constant(part)))
        kept = of_monomial(monomial - positive) * rest
        return result if kept == ONE else result * of_atom(Power(kept, constant(exponent)))

    def log(self, argument: Form) -> Form:
        """Logarithm of a form: products, quotients and powers split, primes are separated.

        The logarithm of a factor of unknown sign stands for that of its absolute value: the product's exists.
        """
        known = self._logs.get(argument)
        if known is not None:
            return known
        (monomial, coefficient), rest = primitive(argument)
        result = ZERO
        if not argument or coefficient < 0:
            return of_atom(Logarithm(argument))
        unknown = [(atom, e) for atom, e in monomial if not is_positive(atom)]
        if not unknown:
            self._presumed.add(rest)
        elif rest == ONE and len(unknown) == 1 and unknown[0][1].denominator == 1 and unknown[0][1] % 2:
            self._presumed.add(of_atom(unknown[0][0]))
        for prime, count in prime_factors(coefficient):
            result = result + of_atom(Logarithm(constant(prime))).scaled(Fraction(count))
        for atom, exponent in monomial:
            result = result + self._log_of_atom(atom).scaled(exponent)
        if rest != ONE:
            result = result + of_atom(Logarithm(rest))
        self._logs[argument] = result
        return result

    def _log_of_atom(self, atom: Atom) -> Form:
        if isinstance(atom, Exponential):
            return atom.form
        if isinstance(atom, Reciprocal):
            return -self.log(atom.form)
        if isinstance(atom, Power):
            return atom.exponent * self.log(atom.base)
        if isinstance(atom, Root):
            unfolded = self._log_of_sequence(atom)
            if unfolded is not None:
                return unfolded
        return of_atom(Logarithm(of_atom(atom)))

    def _log_of_sequence(self, atom: Root) -> Form | None:
        """The logarithm of a density of a sequence that is a product over an index: a sum over that index."""
        if atom in self._unfolding or any(slot != value for slot, value in atom.slots):
            return None
        beginning = self.structure.factors_of(unparametrised(atom.family), atom.variables)
        if beginning is None:
            return None
        given, value = beginning
        self._unfolding.add(atom)
        try:
            rest = self.log(of_monomial(self.root(atom.family, {slot: slot for slot in given}))) if given else ZERO
            return rest + self.log(self.form(value))
        finally:
            self._unfolding.discard(atom)

    def exp(self, argument: Form) -> Form:
        """Exponential of a form: sums become products, rational multiples of logarithms become powers."""
        result = ONE
        for monomial, coefficient in argument:
            single = next(iter(monomial)) if len(monomial) == 1 else None
            if (
                single is not None
                and isinstance(single[0], Logarithm)
                and single[1] == 1
                and (coefficient % 2 == 0 or self._positive(single[0].form))
            ):
                result = result * self.power(single[0].form, coefficient)
            else:
                result = result * of_atom(Exponential(of_monomial(monomial)), coefficient)
        return result

    def _positive(self, form: Form) -> bool:
        """Whether a form is positive in every model in which the claim has a meaning."""
        return is_positive_form(form) or form in self._presumed

    def density(self, term: Density) -> Form:
        """A conditional density as a ratio of root densities, each split along the structure."""
        given = dict(_points(term.given))
        everything = given | dict(_points(term.of))
        top = self.root(term.family, everything)
        return of_monomial(times(top, power_of_monomial(self.root(term.family, given), Fraction(-1))))

    def root(self, family: Family, values: dict[Expr, Expr]) -> Monomial:
        """The joint density of some slots at their values, as a product of prime roots."""
        own = unparametrised(family)
        values = self._rejoined(values)
        parts = self.structure.decompose(own, frozenset(values))
        monomial = EMPTY
        for (owner, variables), exponent in parts.items():
            constant_root = self._constant_root(owner, variables)
            if constant_root is not None:
                monomial = times(monomial, power_of_monomial(constant_root, Fraction(exponent)))
                continue
            atom = Root(family if owner == own else owner, frozenset((v, values.get(v, v)) for v in variables))
            monomial = times(monomial, frozenset({(atom, Fraction(exponent))}))
        return monomial

    def _rejoined(self, values: dict[Expr, Expr]) -> dict[Expr, Expr]:
        """Slots with their own names in them, put together to blocks where they touch one."""
        if not any(isinstance(slot, Block) for slot in values):
            return values
        own = frozenset(slot for slot, value in values.items() if slot == value)
        others = {slot: value for slot, value in values.items() if slot != value}
        return others | {slot: slot for slot in self.structure.merged(own)}

    def _constant_root(self, family: Family, variables: frozenset[Expr]) -> Monomial | None:
        """What a root is that the context gives as one number, where that is a monomial: `1/N` for `q(n)`."""
        value = self.structure.constants.get((unparametrised(family), variables))
        single = None if value is None else self.form(value).single()
        return single[0] if single is not None and single[1] == 1 else None


def _points(items: Iterable[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """Slots with their values, blocks with known ends taken apart where both sides allow it."""
    for item in items:
        slot, value = slot_of(item), value_of(item)
        slots, values = entries_of(slot), entries_of(value)
        yield from zip(slots, values, strict=True) if len(slots) == len(values) else ((slot, value),)
