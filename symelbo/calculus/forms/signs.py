"""Signs of atoms, monomials and forms: what is positive in every model, and what is at least not negative."""

from __future__ import annotations

from symelbo.calculus.forms.atoms import (
    Exponential,
    Logarithm,
    Opaque,
    Power,
    Reciprocal,
    Root,
    Scalar,
    SumOver,
    Volume,
)
from symelbo.calculus.forms.form import Atom, Form, Monomial

__all__ = ["is_nonnegative", "is_positive", "is_positive_form"]


def is_positive(atom: Atom) -> bool:
    """Whether an atom is positive in every model."""
    match atom:
        case Root() | Exponential() | Volume():
            return True
        case Opaque():
            # A square under the integral may vanish everywhere, so a non-negative integrand is not enough.
            return all(is_positive(inside) for inside, _ in atom.body)
        case Scalar():
            return bool(atom.expr.is_positive)
        case SumOver():
            # an empty sum is zero
            return bool((atom.upper - atom.lower + 1).is_positive) and all(
                is_positive(inside) for inside, _ in atom.body
            )
        case Power():
            return is_positive_form(atom.base)
        case Reciprocal():
            return is_positive_form(atom.form)
        case Logarithm():
            value = atom.form.constant()
            return value is not None and value > 1
        case _:
            return False


def is_nonnegative(monomial: Monomial) -> bool:
    """Whether a product of atoms is non-negative in every model: such atoms, and even powers of real ones."""
    return all(_is_nonnegative_atom(atom) or (e.denominator == 1 and e % 2 == 0) for atom, e in monomial)


def _is_nonnegative_atom(atom: Atom) -> bool:
    match atom:
        case Power():
            value = atom.exponent.constant()
            # A real power that is no integer has a base that is not negative.
            return is_positive(atom) or (value is not None and (value.denominator > 1 or value % 2 == 0))
        case Opaque() | SumOver():
            return is_nonnegative(atom.body)
        case Scalar():
            return bool(atom.expr.is_nonnegative)
        case _:
            return is_positive(atom)


def is_positive_form(form: Form) -> bool:
    """Whether every term of a form is positive, so that the form is."""
    return bool(form) and all(c > 0 and all(is_positive(atom) for atom, _ in monomial) for monomial, c in form)
