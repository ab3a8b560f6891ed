"""Exact linear programming over the rationals, by SymPy's simplex with Bland's rule."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

__all__ = ["nonnegative_solution"]


def nonnegative_solution(
    columns: Sequence[Mapping[Hashable, Fraction]], target: Mapping[Hashable, Fraction]
) -> list[Fraction] | None:
    """Coefficients `c_k >= 0` with `Σ c_k column_k = target`, of the smallest sum; None where there are none.

    >>> nonnegative_solution([{"a": Fraction(1)}, {"a": Fraction(-1), "b": Fraction(1)}], {"b": Fraction(2)})
    [Fraction(2, 1), Fraction(2, 1)]
    """
    if not columns:
        return None
    rows = list(dict.fromkeys([key for column in columns for key in column] + list(target)))
    if any(not any(row in column for column in columns) for row in rows):
        return None
    from sympy import Matrix, Rational
    from sympy.solvers.simplex import InfeasibleLPError, linprog

    def exact(value: Fraction) -> Rational:
        return Rational(value.numerator, value.denominator)

    matrix = Matrix([[exact(column.get(row, Fraction(0))) for column in columns] for row in rows])
    goal = Matrix([exact(target.get(row, Fraction(0))) for row in rows])
    try:
        # Each equation as two inequalities: SymPy's own treatment of equations alone fails on shapes.
        _, solution = linprog([1] * len(columns), matrix.col_join(-matrix), goal.col_join(-goal))
    except InfeasibleLPError:
        return None
    values = [Fraction(str(value)) for value in solution]
    for row in rows:  # the solver is not part of what is trusted
        if sum((c * column.get(row, Fraction(0)) for c, column in zip(values, columns, strict=True)), Fraction(0)) != target.get(row, Fraction(0)):
            return None
    return values if all(value >= 0 for value in values) else None
