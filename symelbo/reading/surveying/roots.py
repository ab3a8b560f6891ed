r"""Quantities that a document gives by their squares: `\sigma_t^2 = 1 - \alpha_t^2`, `\alpha_t^2 + \sigma_t^2 = 1`.

What is written with a square there is a scale, and is meant to be the positive root.
"""

from __future__ import annotations

from collections.abc import Callable

from sympy import Add, Expr, Integer, Rational

__all__ = ["balanced", "power_of", "root_of"]

_ONE = Integer(1)


def root_of(term: Expr, value: Expr, nameable: Callable[[Expr], bool]) -> tuple[Expr, Expr] | None:
    """The name under an even power, which may be negative, and its value; None where the term is no such power."""
    if term.is_Pow and term.exp.is_Integer and term.exp % 2 == 0 and nameable(term.base):
        return term.base, value ** Rational(1, int(term.exp))
    return None


def power_of(term: Expr, value: Expr, nameable: Callable[[Expr], bool]) -> tuple[Expr, Expr] | None:
    """The name under an even power, or that one is divided by, and its value; None where the term is neither."""
    if term.is_Pow and term.exp == -_ONE and nameable(term.base):
        return term.base, 1 / value
    return root_of(term, value, nameable)


def balanced(left: Expr, right: Expr, nameable: Callable[[Expr], bool]) -> list[tuple[Expr, Expr]]:
    r"""What an equation of names, or their squares, with a number says of each of them.

    `\alpha^2 + \sigma^2 = 1` ties two names; it cannot hold of any two, so that it is given. Empty for other equations.
    """
    for side, number in ((left, right), (right, left)):
        terms = Add.make_args(side)
        if not number.is_number or len(terms) < 2:
            continue
        found: list[tuple[Expr, Expr]] = []
        for term in terms:
            sign, name = term.as_coeff_Mul()
            value = sign * (number - (side - term))
            pair = (name, value) if nameable(name) else root_of(name, value, nameable)
            if pair is None or abs(sign) != _ONE:
                return []
            found.append(pair)
        names = [name for name, _ in found]
        if len(set(names)) == len(names):
            # A scale is what is left: sigma where there is one, else what stands last.
            return sorted(found, key=lambda pair: "sigma" in str(pair[0]))
    return []
