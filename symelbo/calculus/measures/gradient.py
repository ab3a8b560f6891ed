r"""Gradients of normal forms: the product rule, derivatives of densities as atoms, and what integrates out of those.

`\nabla q = q \nabla \log q` is then nothing to prove, and `E_q[\nabla \log q] = 0` follows because the derivative of a
density integrates to that of its marginal. Derivatives pass under integrals: that is a side condition of every proof.
"""

from __future__ import annotations

from fractions import Fraction

from sympy import Dummy, Expr, Symbol

from symelbo.calculus.forms.atoms import (
    Exponential,
    Logarithm,
    Opaque,
    Power,
    Reciprocal,
    Root,
    Scalar,
    SumOver,
    Tangent,
    Volume,
)
from symelbo.calculus.forms.form import ZERO, Atom, Form, Marker, Monomial, of_atom, of_monomial, rename_monomial, times
from symelbo.calculus.measures.slopes import NotDifferentiable, depends, slope
from symelbo.calculus.measures.sums import Sums
from symelbo.language import Block, Density, Entry, Expectation, Known
from symelbo.language.functionals import Gradient

__all__ = ["derivative", "gradient_rule", "integrated_tangent"]


def gradient_rule(normaliser: Sums, term: Gradient) -> Form:
    """The normal form of a gradient; an atom of its own where a part has no rule for its derivative."""
    if not isinstance(term.wrt, Symbol | Entry):
        return of_atom(Scalar(term))
    try:
        return derivative(normaliser.form(term.body), term.wrt, normaliser)
    except NotDifferentiable:
        return of_atom(Scalar(term))


def derivative(form: Form, wrt: Expr, normaliser: Sums) -> Form:
    """The derivative of a form with respect to a parameter. Raises `NotDifferentiable` and `BudgetExceeded`."""
    total = ZERO
    for monomial, coefficient in form:
        normaliser.budget.spend(1 + len(monomial), "differentiating")
        for atom, exponent in monomial:
            inner = _of_atom(atom, wrt, normaliser)
            if inner:
                rest = times(monomial, frozenset({(atom, Fraction(-1))}))
                total = total + of_monomial(rest, coefficient * exponent) * inner
    return total


def _of_atom(atom: Atom, wrt: Expr, normaliser: Sums) -> Form:
    match atom:
        case Volume():
            return ZERO
        case Root():
            return ZERO if not _varies(atom, wrt) else of_atom(Tangent(atom, (wrt,)))
        case Tangent():
            return ZERO if not _varies(atom.root, wrt) else of_atom(Tangent(atom.root, (*atom.wrt, wrt)))
        case Scalar():
            return _of_scalar(atom.expr, wrt, normaliser)
        case Logarithm():
            inner = derivative(atom.form, wrt, normaliser)
            return normaliser.power(atom.form, Fraction(-1)) * inner if inner else ZERO
        case Exponential():
            return of_atom(atom) * derivative(atom.form, wrt, normaliser)
        case Reciprocal():
            return -(of_atom(atom, 2) * derivative(atom.form, wrt, normaliser))
        case Power():
            return _of_power(atom, wrt, normaliser)
        case Opaque():
            if any(not isinstance(name, Marker) for name in atom.bound):
                raise NotDifferentiable("an integral over entries of a sequence")
            fresh: dict[Expr, Expr] = {marker: Dummy(real=True) for marker in atom.bound}
            body = derivative(of_monomial(rename_monomial(atom.body, fresh)), wrt, normaliser)
            return normaliser.integrate(body, fresh.values())
        case SumOver():
            if depends(atom.lower, wrt) or depends(atom.upper, wrt):
                raise NotDifferentiable("a sum whose number of terms varies")
            index = Dummy(integer=True)
            body = derivative(of_monomial(rename_monomial(atom.body, {atom.index: index})), wrt, normaliser)
            return normaliser.sum_over(body, index, atom.lower, atom.upper)
        case _:
            raise NotDifferentiable(f"there is no rule for the derivative of {atom}")


def _varies(root: Root, wrt: Expr) -> bool:
    """Whether a density varies with a name that is a parameter of its family or fills one of its slots."""
    filled = [value for _, value in root.slots if depends(value, wrt)]
    if any(value != wrt for value in filled):
        raise NotDifferentiable(f"a density of {root.family} at a point that moves with {wrt}")
    places = filled + [value for value in root.family.parameters if depends(value, wrt)]
    if len(places) > 1 or any(value != wrt for value in places) or wrt in _index_names(root):
        raise NotDifferentiable(f"{root.family} depends on {wrt} through an expression")
    return bool(places)


def _index_names(root: Root) -> set[Expr]:
    return set().union(*(index.free_symbols for index in root.family.indices))


def _of_scalar(expr: Expr, wrt: Expr, normaliser: Sums) -> Form:
    if expr.has(Gradient, Known, Density, Expectation):
        raise NotDifferentiable("a term that the measure calculus does not look into")
    made = slope(expr, wrt)
    return normaliser.form(made) if made != 0 else ZERO


def _of_power(atom: Power, wrt: Expr, normaliser: Sums) -> Form:
    base, exponent = derivative(atom.base, wrt, normaliser), derivative(atom.exponent, wrt, normaliser)
    total = ZERO
    if base:
        total = atom.exponent * normaliser.power(atom.base, Fraction(-1)) * base
    if exponent:
        total = total + exponent * normaliser.log(atom.base)
    return of_atom(atom) * total


def integrated_tangent(normaliser: Sums, monomial: Monomial, name: Expr) -> Form | None:
    """The integral over a variable that stands in one derivative of a density, and nowhere else; None otherwise.

    It is the derivative of the marginal, zero for a density that integrates to one: no parameter is left then.
    """
    touching = [(atom, exponent) for atom, exponent in monomial if name in atom.names]
    if len(touching) != 1 or touching[0][1] != 1 or isinstance(name, Block):
        return None
    atom = touching[0][0]
    if not isinstance(atom, Tangent) or name in atom.root.family.free_symbols or name in atom.wrt:
        return None
    slots = dict(atom.root.slots)
    filled = [slot for slot, value in slots.items() if name in value.free_symbols]
    if len(filled) != 1 or slots[filled[0]] != name or any(isinstance(slot, Block) for slot in slots):
        return None
    marginal = of_monomial(
        normaliser.root(atom.root.family, {slot: value for slot, value in slots.items() if slot != filled[0]})
    )
    try:
        for wrt in atom.wrt:
            marginal = derivative(marginal, wrt, normaliser)
    except NotDifferentiable:
        return None
    return of_monomial(monomial - {touching[0]}) * marginal
