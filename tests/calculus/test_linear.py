"""Exact linear programmes, each answer checked against the definition."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest

from symelbo.calculus.inequalities.linear import nonnegative_solution


def column(*entries: int) -> dict[int, Fraction]:
    return {row: Fraction(value) for row, value in enumerate(entries) if value}


@pytest.mark.parametrize("seed", range(150))
def test_a_solution_is_found_where_there_is_one(seed: int):
    random = Random(seed)
    height, width = random.randint(1, 6), random.randint(1, 9)
    columns = [column(*(random.randint(-2, 2) for _ in range(height))) for _ in range(width)]
    hidden = [Fraction(random.choice((0, 0, 1, 3)), random.choice((1, 2))) for _ in columns]
    target = {
        row: sum(c * col.get(row, Fraction(0)) for c, col in zip(hidden, columns, strict=True)) for row in range(height)
    }
    found = nonnegative_solution(columns, target)
    assert found is not None
    assert all(value >= 0 for value in found)
    assert all(
        sum(c * col.get(row, Fraction(0)) for c, col in zip(found, columns, strict=True)) == target[row]
        for row in target
    )
    assert sum(found) <= sum(hidden)


@pytest.mark.parametrize("seed", range(150))
def test_none_is_said_only_where_a_separating_plane_exists(seed: int):
    """By Farkas' lemma: columns on one side of a plane never reach a target on the other."""
    random = Random(seed)
    height = random.randint(1, 5)
    plane = [random.choice((-2, -1, 1, 2)) for _ in range(height)]
    columns = []
    while len(columns) < 6:
        entries = [random.randint(-3, 3) for _ in range(height)]
        if sum(a * b for a, b in zip(plane, entries, strict=True)) >= 0:
            columns.append(column(*entries))
    assert nonnegative_solution(columns, column(*(-value for value in plane))) is None


def test_a_degenerate_programme_that_needs_two_terms():
    """Information of three variables from two of its parts: once said to have no solution."""
    rows = [[1, 0, -1, 0], [-1, -1, 0, -1], [-1, 0, 0, -1], [0, 0, -1, -1], [0, 0, 1, 1], [0, -1, 1, 0]]
    columns = [column(*(row[k] for row in rows)) for k in range(3)]
    target = {row: columns[0].get(row, Fraction(0)) + columns[2].get(row, Fraction(0)) for row in range(6)}
    assert nonnegative_solution(columns, target) == [1, 0, 1]


def test_a_tiny_deficit_counts():
    tiny = Fraction(1, 10**40)
    assert nonnegative_solution([{0: Fraction(1)}], {0: tiny}) == [tiny]
    assert nonnegative_solution([{0: Fraction(1)}], {0: -tiny}) is None
    assert nonnegative_solution([], {0: tiny}) is None
