"""Identities of sines and cosines: proved as identities of rational functions, refuted at angles."""

from __future__ import annotations

import pytest
from sympy import Eq, Integer, cos, exp, log, sin, symbols

from symelbo import prove
from symelbo.calculus.angles import with_half_angles
from symelbo.language import Claim, Relation

a, b, x, y = symbols("a b x y", real=True)
turned, velocity = cos(a) * x + sin(a) * y, cos(a) * y - sin(a) * x

IDENTITIES = (
    (cos(a) ** 2 + sin(a) ** 2, 1, 2),
    (cos(a) * turned - sin(a) * velocity, x, y),
    (cos(a - b) * x + sin(a - b) * y, cos(b) * turned - sin(b) * velocity, cos(b) * turned + sin(b) * velocity),
    (1 - cos(a), 2 * sin(a / 2) ** 2, sin(a / 2) ** 2),
    (1 / cos(a) ** 2 - 1, sin(a) ** 2 / cos(a) ** 2, sin(a) / cos(a)),
    (exp(log(2)) * sin(a) * cos(a), sin(2 * a), sin(2 * a) / 2),
)


@pytest.mark.parametrize(("left", "right", "slip"), IDENTITIES, ids=str)
def test_identities_of_angles(left, right, slip):
    assert prove(Eq(left, right, evaluate=False)).proved
    assert prove(Eq(left, slip, evaluate=False)).refuted


def test_angles_with_numbers_or_large_multiples_are_left_as_they_are():
    for angle in (a + 1, 40 * a):
        claim = Claim(sin(angle) ** 2 + cos(angle) ** 2, Relation.EQUAL, Integer(1))
        assert with_half_angles(claim) is claim
