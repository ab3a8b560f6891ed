"""Equality of forms: zero as a Laurent polynomial, or zero in the field of rational, log and exp expressions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction

from sympy import Abs, Add, Dummy, Expr, Integer, Mul, Pow, Rational, exp, log

from symelbo.calculus.forms.atoms import Exponential, Logarithm, Power, Reciprocal, Scalar
from symelbo.calculus.forms.form import Atom, Form
from symelbo.calculus.forms.signs import is_positive, is_positive_form

__all__ = ["as_expression", "needs_the_field"]


def needs_the_field(form: Form) -> bool:
    """Whether a non-zero form may still vanish by the laws of fractions, logarithms of sums and exponentials."""
    for atom in _all_atoms(form):
        if isinstance(atom, Reciprocal | Power):
            return True
        if isinstance(atom, Logarithm) and len(atom.form) > 1:
            return True
        if isinstance(atom, Scalar) and not (atom.expr.is_Symbol or atom.expr.func.__name__ == "Entry"):
            return True
    return False


def as_expression(form: Form, names: Mapping[Atom, Expr] | None = None) -> tuple[Expr, dict[Atom, Expr]]:
    """The form as a SymPy expression in which every irreducible atom is a symbol; and which symbol stands for which."""
    symbols: dict[Atom, Expr] = dict(names or {})
    return _expression(form, symbols), symbols


def _expression(form: Form, symbols: dict[Atom, Expr]) -> Expr:
    terms = []
    for monomial, coefficient in form:
        factors = [Pow(_atom(atom, symbols), _rational(e)) for atom, e in monomial]
        terms.append(Mul(_rational(coefficient), *factors))
    return Add(*terms)


def _atom(atom: Atom, symbols: dict[Atom, Expr]) -> Expr:
    match atom:
        case Logarithm():
            inside = _expression(atom.form, symbols)
            # The logarithm of something of unknown sign stands for `log|f|`: it must not be taken as a sign that f > 0.
            return log(inside if is_positive_form(atom.form) else Abs(inside))
        case Exponential() if not _hides_a_sign(atom.form):
            return exp(_expression(atom.form, symbols))
        case Reciprocal():
            return Integer(1) / _expression(atom.form, symbols)
        case Power():
            return Pow(_expression(atom.base, symbols), _expression(atom.exponent, symbols))
        case Scalar():
            return atom.expr
        case _:
            if atom not in symbols:
                symbols[atom] = Dummy(positive=True) if is_positive(atom) else Dummy(real=True)
            return symbols[atom]


def _hides_a_sign(exponent: Form) -> bool:
    """Whether `exp` would turn the logarithm of something of unknown sign, which stands for `log|f|`, into that."""
    return any(isinstance(atom, Logarithm) and not is_positive_form(atom.form) for atom in exponent.atoms())


def _all_atoms(form: Form) -> Iterable[Atom]:
    for atom in form.atoms():
        yield atom
        for child in atom.children():
            yield from _all_atoms(child)


def _rational(value: Fraction) -> Rational:
    return Rational(value.numerator, value.denominator)
