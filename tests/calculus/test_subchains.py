"""Parts of sequences: which are products of factors, and which are not."""

from __future__ import annotations

import pytest
from sympy import Eq, Integer, Symbol

from symelbo import IndexProduct, context, family
from symelbo.calculus.sequences.chains import chains_of
from symelbo.calculus.sequences.subchains import outputs_of, part_of
from symelbo.language import Density, Variable

z, x = Variable("z"), Variable("x")
p = family("p")
t, T = Symbol("t", integer=True), Symbol("T", integer=True, positive=True)

HIDDEN = Eq(Density(p, [z[1:T], x[1:T]]), p(z[1]) * IndexProduct(p(z[t] | z[t - 1]), t, 2, T)
            * IndexProduct(p(x[t] | z[t]), t, 1, T))  # fmt: skip
REVERSE = Eq(Density(p, [x[0:T]]), p(x[T]) * IndexProduct(p(x[t - 1] | x[t]), t, 1, T))


@pytest.mark.parametrize(
    "given, variables, expected",
    [
        (HIDDEN, {z[1:T]}, p(z[1]) * IndexProduct(p(z[t] | z[t - 1]), t, 2, T)),
        (HIDDEN, {x[1:T]}, None),
        (HIDDEN, {z[1:T], x[1:T]}, HIDDEN.rhs),
        (REVERSE, {x[1:T]}, p(x[T]) * IndexProduct(p(x[t - 1] | x[t]), t, 2, T)),
        (REVERSE, {x[2:T]}, p(x[T]) * IndexProduct(p(x[t - 1] | x[t]), t, 3, T)),
        (REVERSE, {x[Integer(40) : T]}, None),
    ],
)
def test_a_part_is_a_product_where_nothing_kept_depends_on_the_rest(given, variables, expected):
    (chain,) = chains_of(context([given]))
    found = part_of(chain, frozenset(variables))
    assert (None if found is None else found.value) == expected


def test_of_a_forward_chain_the_end_alone_is_no_product():
    forward = Eq(Density(p, [x[0:T]]), p(x[0]) * IndexProduct(p(x[t] | x[t - 1]), t, 1, T))
    (chain,) = chains_of(context([forward]))
    assert part_of(chain, frozenset({x[1:T]})) is None


a = Variable("a")
ACTIONS = Eq(Density(p, [z[1:T], x[1:T]], [a[1:T]]), p(z[1]) * IndexProduct(p(z[t] | z[t - 1], a[t - 1]), t, 2, T)
             * IndexProduct(p(x[t] | z[t]), t, 1, T))  # fmt: skip
FEEDBACK = Eq(Density(p, [z[1:T], x[1:T]], [a[1:T]]), p(z[1]) * IndexProduct(p(z[t] | z[t - 1], x[t - 1]), t, 2, T)
              * IndexProduct(p(x[t] | z[t]), t, 1, T))  # fmt: skip


@pytest.mark.parametrize(
    "given, variables, found",
    [
        (ACTIONS, {z[1:T], x[1:T]}, ((z[1:T],), IndexProduct(p(x[t] | z[t]), t, 1, T))),
        (ACTIONS, {x[1:T], a[1:T]}, None),  # without the states nothing is known of the outputs
        (ACTIONS, {z[1 : T - 1], x[1:T]}, None),
        (FEEDBACK, {z[1:T], x[1:T]}, None),  # states depend on earlier outputs
    ],
)
def test_outputs_are_a_product_given_all_that_they_depend_on(given, variables, found):
    (chain,) = chains_of(context([given]))
    assert outputs_of(chain, frozenset(variables)) == found
