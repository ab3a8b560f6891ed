"""Values of terms at given parameters: numbers, vectors and matrices under their names, sizes as whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flint import acb, acb_mat, arb, fmpq
from sympy import Expr, Integer, Rational, Symbol
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import Context, Entry, IndexSum
from symelbo.language.shapes import dimension_name, kinds_of, with_shapes
from symelbo.language.walks import found_in
from symelbo.semantics.arithmetic.balls import working_precision
from symelbo.semantics.explicit.densities import TERMS
from symelbo.semantics.explicit.evaluator import Evaluator, Point, Undefined
from symelbo.semantics.explicit.means import MEANS
from symelbo.semantics.explicit.unrolled import free_names, unroll

__all__ = ["Given", "ball_of"]

Given = Mapping[Expr, Any]
"""Rational numbers, lists of them, or lists of rows, for each name."""


def ball_of(term: Expr, given: Given, assumed: Context, digits: int) -> arb:
    """A ball around the value of a term. Raises `NotSupported` where a name has no value or the term no evaluation.

    >>> from sympy import symbols
    >>> from symelbo.language import E, context, known
    >>> z, m = symbols("z m", real=True)
    >>> ball_of(E(z**2, known("Normal", z, m, 1)), {m: Rational(1, 2)}, context(), 15).contains(arb("1.25"))
    True
    """
    (shaped,) = with_shapes([assumed.expand(term)])
    sizes = _sizes(shaped, given)
    dimension = max((len(value) for value in given.values() if isinstance(value, Sequence)), default=1)
    counted = dimension_name([shaped])
    if counted is not None and counted not in sizes:
        sizes[counted] = Integer(dimension)
    opened = unroll(shaped, sizes, dimension)
    if opened.has(AppliedUndef):
        raise NotSupported(f"{term} has functions in it whose values are not known; put numbers in their place")
    kinds = kinds_of([opened])
    if dimension == 1:
        kinds.vectors.clear()
        kinds.matrices.clear()
    missing = free_names([opened.free_symbols], kinds) - _named(given)
    if missing:
        names = ", ".join(sorted(map(str, missing)))
        raise NotSupported(f"no value is given for {names}; pass one for each in the parameters")
    precision = int(digits * 3.4) + 40
    for extra in (0, 60, 200):
        with working_precision(precision + extra):
            evaluator = Evaluator(kinds, dimension, {}, TERMS + MEANS)
            try:
                value = evaluator.compile(opened)(_point(given, kinds.vectors | kinds.matrices), False)
            except (Undefined, ZeroDivisionError, OverflowError):
                raise NotSupported(f"{term} has no value at these parameters") from None
            if isinstance(value, acb_mat):
                raise NotSupported(f"{term} is a vector; ask for its entries one by one")
            if not value.imag.contains(arb(0)):
                raise NotSupported(f"{term} has no real value at these parameters")
            ball = value.real
            if ball.is_finite() and ball.rad() <= (1 + abs(ball.mid())) * arb(10) ** -digits:
                return ball
    raise NotSupported(f"the value of {term} was not found to {digits} digits")


def _sizes(term: Expr, given: Given) -> dict[Expr, Expr]:
    """Numbers for what counts: those given, and the length of the vectors for ends of sums that are not."""
    sizes: dict[Expr, Expr] = {
        name: Integer(value) for name, value in given.items() if name.is_integer and isinstance(value, Rational)
    }
    lengths = {len(value) for value in given.values() if isinstance(value, Sequence)}
    ends = {s for node in found_in(term, IndexSum) for s in node.upper.free_symbols if isinstance(s, Symbol)}
    if len(lengths) == 1:
        (length,) = lengths
        sizes |= {end: Integer(length) for end in ends if end not in sizes}
    return sizes


def _named(given: Given) -> set[Expr]:
    found: set[Expr] = set()
    for name, value in given.items():
        found.add(name)
        if isinstance(value, Sequence):
            found |= {Entry(name, k + 1) for k in range(len(value))}
    return found


def _point(given: Given, whole: set[Expr]) -> Point:
    point: Point = {}
    for name, value in given.items():
        if not isinstance(value, Sequence):
            point[name] = _ball(value)
        elif value and isinstance(value[0], Sequence):
            point[name] = acb_mat([[_ball(entry) for entry in row] for row in value])
        else:
            if name in whole:
                point[name] = acb_mat([[_ball(entry)] for entry in value])
            point |= {Entry(name, k + 1): _ball(entry) for k, entry in enumerate(value)}
    return point


def _ball(value: Rational) -> acb:
    return acb(fmpq(int(value.p), int(value.q)))
