"""Index intervals with symbolic ends: merging, cutting and taking out."""

from __future__ import annotations

import pytest
from sympy import Symbol

from symelbo.calculus.sequences.intervals import difference, merged, overlaps, without
from symelbo.language import Block, Variable

x = Variable("x")
t, T = Symbol("t", integer=True), Symbol("T", integer=True, positive=True)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ([x[0], x[1:T]], {x[0:T]}),
        ([x[1 : t - 1], x[t]], {x[1:t]}),
        ([x[1:t], x[t + 1 : T]], {x[1:T]}),
        ([x[t - 1], x[t]], {x[t - 1], x[t]}),  # a known length stays entries
        ([x[1:T], x[T + 2]], {x[1:T], x[T + 2]}),  # a gap of one
        ([Block(x, 1, 3)], {x[1], x[2], x[3]}),
        ([Block(x, 1, 0)], set()),
    ],
)
def test_merged(names, expected):
    assert merged(names) == expected


@pytest.mark.parametrize(
    ("names", "part", "expected"),
    [
        ([x[0:T]], x[1:T], {x[0]}),
        ([x[1:t]], x[t], {x[1 : t - 1]}),
        ([x[1:T]], x[1], {x[2:T]}),
        ([x[1:T]], x[1:T], set()),
        ([x[1:T]], x[t], None),  # the middle: what is left is not said
        ([x[1:T]], x[0], None),  # not inside at all
    ],
)
def test_without(names, part, expected):
    assert without(names, part) == expected


def test_differences_and_overlaps():
    assert difference(t, t - 2) == 2
    assert difference(T, t) is None
    assert overlaps(x[1:T], x[t])
    assert not overlaps(x[1:T], x[0])
    assert not overlaps(x[t], x[t - 1])
