"""Concrete maps for flows: slips are refuted, and what may be a Jacobian under another name is left alone."""

from __future__ import annotations

import pytest
from sympy import Abs, Eq, Function, symbols

from symelbo.errors import NotSupported
from symelbo.language import Det, E, context, family, variables
from symelbo.language.claims import Claim, Relation
from symelbo.language.functionals import Gradient
from symelbo.semantics.explicit.continuous import agrees, find_witness

x, z = variables("x z")
p, q = family("p"), family("q")
f, h = Function("f", real=True), Function("h", real=True)
through = context([Eq(x, f(z))])
jacobian = Abs(Det(Gradient(f(z), z)))


def equal(left, right):
    return Claim(left, Relation.EQUAL, right)


def test_the_density_of_the_output_is_divided_by_the_determinant():
    assert agrees(equal(p(x), q(z) / jacobian), through).counterexample is None
    assert find_witness(equal(p(x), q(z) * jacobian), through) is not None
    assert find_witness(equal(p(x), q(z)), through) is not None


def test_a_mean_over_the_output_is_one_over_the_input():
    assert agrees(equal(E(h(x), p(x)), E(h(f(z)), q(z))), through).counted
    assert find_witness(equal(E(h(x), p(x)), E(h(z), q(z))), through) is not None


@pytest.mark.parametrize("name", [symbols("J"), Function("J_{f}", real=True)(z)], ids=str)
def test_a_name_that_may_be_the_jacobian_is_not_chosen(name):
    with pytest.raises(NotSupported):
        find_witness(equal(p(x), q(z) / Abs(name)), through)
