"""Free and bound names: what a term depends on, and replacing without capture."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from soundness.rewriting import expression
from sympy import Function, Integer, exp, log, symbols

from symelbo import KL, E, H, IndexSum, Integral, MutualInformation, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.language import Binder, Claim, Context, Relation, may_overlap, replace_free, with_implied_signs

x, y, z, w, theta, phi = variables("x y z w theta phi")
p, q, p_theta = family("p"), family("q"), family("p", theta)
f = Function("f", real=True)
T, t = symbols("T t", integer=True, positive=True)
elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))


def same(left, right) -> bool:
    return judge(Claim(left, Relation.EQUAL, right), Context(), Budget()).holds


@pytest.mark.parametrize(
    ("term", "free"),
    [
        (p(x, z), {x, z}),
        (p(x, z.at(w)), {x, w}),
        (p(x, z.at(1)), {x}),
        (p_theta(x), {x, theta}),
        (elbo, {x}),
        (KL(q(z | x), p(z)), {x}),
        (H(q(z)), set()),
        (Integral(p(x, z) * f(y), z), {x, y}),
        (MutualInformation(p_theta, [x], [z]), {theta}),
        (E(f(z), q(z)) + f(z), {z}),
        (x[t - 1], {x[t - 1], t}),
        (IndexSum(f(x[t]), t, 1, T), {T}),
        (IndexSum(f(t) * f(y), t, 1, 3), {y}),
    ],
    ids=lambda value: ",".join(sorted(map(str, value))) if isinstance(value, set) else str(value),
)
def test_free_symbols(term, free):
    assert term.free_symbols == free


@pytest.mark.parametrize("method", ["subs", "xreplace", "replace_free"])
def test_replacing_touches_values_only(method):
    def replaced(term, values):
        return replace_free(term, values) if method == "replace_free" else getattr(term, method)(values)

    assert replaced(p(x, z), {z: w}) == p(x, z.at(w))
    assert replaced(p(x, z.at(w)), {w: z}) == p(x, z)
    assert replaced(p(x, z), {z: Integer(1)}) == p(x, z.at(1))
    assert replaced(p(x, z.at(w)), {z: y}) == p(x, z.at(w))
    assert replaced(elbo, {z: w}) == elbo
    assert replaced(elbo, {x: w}) == E(log(p(x.at(w), z)) - log(q(z | x.at(w))), q(z | x.at(w)))
    assert replaced(p_theta(x), {theta: phi}) == family("p", phi)(x)
    assert replaced(MutualInformation(p_theta, [x], [z]), {x: w}) == MutualInformation(p_theta, [x], [z])


@pytest.mark.parametrize("method", ["subs", "xreplace", "replace_free"])
def test_replacing_never_captures(method):
    def replaced(term, values):
        return replace_free(term, values) if method == "replace_free" else getattr(term, method)(values)

    inside = E(f(z) * f(y), q(z | x))
    moved = replaced(inside, {y: z})
    assert z in moved.free_symbols
    assert same(moved, f(z) * E(f(z), q(z | x)))
    assert not same(moved, E(f(z) ** 2, q(z | x)))
    assert z in replaced(Integral(p(x, z) * f(y), z), {y: z}).free_symbols


def test_replacing_a_parameter_by_a_bound_name_keeps_what_the_information_is_about():
    moved = MutualInformation(p_theta, [x], [z]).subs(theta, x)
    assert moved.free_symbols == {x}
    assert moved.joint.of_slots == (x, z)
    assert not same(moved, MutualInformation(family("p", x), [y], [z]))


def test_larger_parts_are_replaced_literally():
    assert elbo.xreplace({log(p(x, z)): f(z)}) == E(f(z) - log(q(z | x)), q(z | x))


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_every_term_is_rebuilt_from_its_arguments(number):
    term = expression(Random(number))
    waiting = [term]
    while waiting:
        node = waiting.pop()
        if node.args:
            assert node.func(*node.args) == node
        waiting.extend(node.args)


@given(st.integers(0, 10**6))
@settings(max_examples=60, deadline=None)
def test_the_name_of_a_bound_variable_does_not_matter(number):
    term = expression(Random(number))
    for node in term.atoms(Binder):
        old = node.bound[0]
        if isinstance(node, MutualInformation):
            continue
        renamed = node.func(
            *(replace_free(part, {old: w}) if hasattr(part, "free_symbols") else part for part in node.args)
        )
        assert renamed.free_symbols == node.free_symbols
        assert same(term, term.xreplace({node: renamed}))


@given(st.integers(0, 10**6), st.sampled_from(variables("x z s t")))
@settings(max_examples=60, deadline=None)
def test_a_name_that_is_not_free_is_never_replaced(number, name):
    term = expression(Random(number))
    if name not in term.free_symbols:
        assert term.subs(name, w) == term == term.xreplace({name: w})
    else:
        assert name not in term.subs(name, w).free_symbols


NAMES = (x, x[1], x[2], x[t], x[1:3], x[1:T], x[t + 1 : T], z)
MEET = {
    (x[1], x[1:3]), (x[1], x[1:T]), (x[2], x[1:3]), (x[2], x[1:T]), (x[t], x[1:3]), (x[t], x[1:T]), (x[1:3], x[1:T]),
    (x[1:3], x[t + 1 : T]), (x[1:T], x[t + 1 : T]), (x[2], x[t + 1 : T]),
    *((x, other) for other in NAMES[1:-1]),
}  # fmt: skip


@pytest.mark.parametrize(("first", "second"), [pair for pair in product(NAMES, NAMES) if pair[0] != pair[1]], ids=str)
def test_names_that_may_share_a_variable(first, second):
    assert may_overlap(first, second) == ((first, second) in MEET or (second, first) in MEET)


def test_a_logarithm_says_that_its_argument_is_positive():
    def positive(lhs, rhs) -> bool:
        claim = with_implied_signs(Claim(lhs, Relation.EQUAL, rhs))
        return all(use.is_positive for side in (claim.lhs, claim.rhs) for use in side.atoms(f(z).func.__mro__[1]))

    assert positive(E(log(f(z)), q(z)), log(E(f(z), q(z))))
    assert positive(log(p(x) * f(z) ** 3), f(z))
    assert not positive(log(f(z) ** 2), f(z))
    assert not positive(log(f(z) * f(w)), f(z))
    assert not positive(log(f(z)), f(w))
    assert not positive(exp(f(z)), f(z))
