"""Exact linear programming over the rationals: the two-phase simplex method with Bland's rule, which always ends."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction

__all__ = ["nonnegative_solution"]

_ZERO, _ONE = Fraction(0), Fraction(1)


def nonnegative_solution(
    columns: Sequence[Mapping[Hashable, Fraction]], target: Mapping[Hashable, Fraction]
) -> list[Fraction] | None:
    """Coefficients `c_k >= 0` with `Σ c_k column_k = target`, of the smallest sum; None where there are none.

    Source: Bland (1977), rule of the smallest index.

    >>> nonnegative_solution([{"a": Fraction(1)}, {"a": Fraction(-1), "b": Fraction(1)}], {"b": Fraction(2)})
    [Fraction(2, 1), Fraction(2, 1)]
    """
    rows = list(dict.fromkeys([key for column in columns for key in column] + list(target)))
    if any(target.get(row) and not any(column.get(row) for column in columns) for row in rows):
        return None
    values = _feasible(columns, target, rows)
    if values is None:
        return None
    for row in rows:  # the solver is not part of what is trusted
        total = sum((c * column.get(row, _ZERO) for c, column in zip(values, columns, strict=True)), _ZERO)
        if total != target.get(row, _ZERO):
            return None
    return values if all(value >= 0 for value in values) else None


def _feasible(
    columns: Sequence[Mapping[Hashable, Fraction]], target: Mapping[Hashable, Fraction], rows: Sequence[Hashable]
) -> list[Fraction] | None:
    count = len(columns)
    tableau: list[dict[int, Fraction]] = []  # sparse rows; the entry at -1 is the right side
    for place, row in enumerate(rows):
        goal = target.get(row, _ZERO)
        sign = -_ONE if goal < 0 else _ONE
        line = {k: sign * column[row] for k, column in enumerate(columns) if column.get(row)}
        line[-1], line[count + place] = sign * goal, _ONE
        tableau.append(line)
    basis = [count + place for place in range(len(rows))]
    # Phase one: the artificial variables from `count` on have to leave.
    _minimise(tableau, basis, {count + place: _ONE for place in range(len(rows))}, count)
    if any(line.get(-1, _ZERO) for line, variable in zip(tableau, basis, strict=True) if variable >= count):
        return None
    for place, line in enumerate(tableau):
        if basis[place] >= count:
            column = next((k for k in line if 0 <= k < count and line[k]), None)
            if column is not None:
                _pivot(tableau, basis, place, column)
    _minimise(tableau, basis, dict.fromkeys(range(count), _ONE), count)
    values = [_ZERO] * count
    for line, variable in zip(tableau, basis, strict=True):
        if variable < count:
            values[variable] = line.get(-1, _ZERO)
    return values


def _minimise(tableau: list[dict[int, Fraction]], basis: list[int], cost: Mapping[int, Fraction], count: int) -> None:
    """Pivots until no column before `count` lowers the cost."""
    while True:
        reduced: dict[int, Fraction] = {k: c for k, c in cost.items() if k < count}
        for line, variable in zip(tableau, basis, strict=True):
            price = cost.get(variable, _ZERO)
            if price:
                for column, value in line.items():
                    if 0 <= column < count:
                        reduced[column] = reduced.get(column, _ZERO) - price * value
        entering = min((column for column, value in reduced.items() if value < 0), default=None)
        if entering is None:
            return
        ratios = [
            (line.get(-1, _ZERO) / line[entering], basis[place], place)
            for place, line in enumerate(tableau)
            if line.get(entering, _ZERO) > 0
        ]
        if not ratios:
            return  # unbounded: cannot happen while costs are not negative
        _pivot(tableau, basis, min(ratios)[2], entering)


def _pivot(tableau: list[dict[int, Fraction]], basis: list[int], place: int, entering: int) -> None:
    scale = tableau[place][entering]
    chosen = tableau[place] = {column: value / scale for column, value in tableau[place].items() if value}
    for other, line in enumerate(tableau):
        factor = line.get(entering, _ZERO)
        if other == place or not factor:
            continue
        for column, value in chosen.items():
            new = line.get(column, _ZERO) - factor * value
            if new:
                line[column] = new
            else:
                line.pop(column, None)
    basis[place] = entering
