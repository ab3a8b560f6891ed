"""Certificates of inequalities: forms known to be non-negative, and non-negative combinations of these.

A certificate can be checked twice. `check` adds up its terms. `rederive` also works every term out again from its
ground, the data that make it non-negative, and looks at the conditions of the rule once more.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from fractions import Fraction
from typing import ClassVar

from sympy import Expr

from symelbo.calculus.forms.form import ZERO, Atom, Form, Monomial, constant, of_atom
from symelbo.calculus.forms.signs import is_nonnegative, is_positive, is_positive_form
from symelbo.calculus.measures.measure import Normaliser

__all__ = ["Combination", "Ground", "Knowledge", "Nonnegative"]


@dataclass(frozen=True)
class Knowledge:
    """What is known of signs where a claim is made: declared quantities, and arguments of its own logarithms.

    `nonnegative` are forms declared to be so, `positive` those that are positive by declaration or because a logarithm
    is taken of them; `discrete` are variables whose entropies are non-negative.
    """

    normaliser: Normaliser
    discrete: frozenset[Expr] = frozenset()
    nonnegative: tuple[Form, ...] = ()
    positive: frozenset[Form] = frozenset()
    # Which atoms were found to be positive, and which were not: the same ones stand in term after term.
    _atoms: dict[Atom, bool] = field(default_factory=dict, init=False, repr=False, compare=False)

    def is_positive(self, form: Form) -> bool:
        """Whether a form is positive: as a sum of positive terms, or because that is known of it."""
        if is_positive_form(form) or form in self.positive:
            return True
        return any(_excess(form, bound) >= 0 for bound in self.positive) or any(
            _excess(form, bound) > 0 for bound in self.nonnegative
        )

    def is_nonnegative(self, monomial: Monomial) -> bool:
        """Whether a product is non-negative: by what its factors are, or because that is known of them."""
        unknown: Monomial = frozenset((atom, e) for atom, e in monomial if not self._is_positive_atom(atom))
        return is_nonnegative(unknown)

    def is_weight(self, form: Form) -> bool:
        """Whether a form is one term that is non-negative, so that inequalities may be multiplied by it."""
        single = form.single()
        return single is not None and single[1] > 0 and self.is_nonnegative(single[0])

    def _is_positive_atom(self, atom: Atom) -> bool:
        known = self._atoms.get(atom)
        if known is None:
            inside = getattr(atom, "form", None) if type(atom).__name__ == "Reciprocal" else of_atom(atom)
            known = is_positive(atom) or (inside is not None and self.is_positive(inside))
            self._atoms[atom] = known
        return known

    def at_most_one(self, form: Form) -> bool:
        """Whether a form is known to be at most one."""
        value = form.constant()
        rest = constant(1) - form
        return (value is not None and value <= 1) or self.is_positive(rest) or rest in self.nonnegative

    def at_least_one(self, form: Form) -> bool:
        """Whether a form is known to be at least one."""
        value = form.constant()
        rest = form - constant(1)
        return (value is not None and value >= 1) or self.is_positive(rest) or rest in self.nonnegative


def _excess(form: Form, bound: Form) -> Fraction:
    """By what number a form is above another; minus one where they do not differ by a number."""
    known = (form - bound).constant()
    return Fraction(-1) if known is None else known


class Ground(ABC):
    """Why a form is non-negative: an instance of a rule, as data that the form can be worked out from."""

    rule: ClassVar[str]
    words: ClassVar[str]

    @abstractmethod
    def form(self, known: Knowledge) -> Form | None:
        """The form that is non-negative; None where the conditions of the rule do not hold."""

    def equality(self) -> str | None:
        """When the form is zero, in words."""
        return None


@dataclass(frozen=True, slots=True)
class Nonnegative:
    """A form that is known to be non-negative, and why: the rule's identifier, its parts in words, and its ground."""

    form: Form
    rule: str
    words: str
    strict: bool = False
    ground: Ground | None = field(default=None, compare=False)

    @classmethod
    def by(cls, ground: Ground, form: Form, strict: bool = False) -> Nonnegative:
        """The form as an instance of a rule; that it is one is looked at when a certificate is rederived."""
        return cls(form, ground.rule, ground.words, strict, ground)


@dataclass(frozen=True, slots=True)
class Combination:
    """Certificate of `form >= 0`: `form = Σ coefficient · term` with every coefficient positive."""

    form: Form
    terms: tuple[tuple[Fraction, Nonnegative], ...]

    def check(self) -> bool:
        """Whether the coefficients are positive and the combination adds up to the form, by addition alone."""
        total = ZERO
        for coefficient, term in self.terms:
            if coefficient <= 0:
                return False
            total = total + term.form.scaled(coefficient)
        return total == self.form

    def rederive(self, known: Knowledge) -> bool:
        """Whether the combination adds up, and every term follows again from its ground."""
        return self.check() and all(
            term.ground is not None and term.ground.form(known) == term.form for _, term in self.terms
        )

    @property
    def rules(self) -> tuple[str, ...]:
        """Identifiers of the rules used, each once."""
        return tuple(dict.fromkeys(term.rule for _, term in self.terms))

    @property
    def equality(self) -> str | None:
        """When the inequality is an equality, in words, where every term says when it vanishes."""
        said = [term.ground.equality() if term.ground is not None else None for _, term in self.terms]
        if not said or any(words is None for words in said):
            return None
        return " and ".join(dict.fromkeys(words for words in said if words))
