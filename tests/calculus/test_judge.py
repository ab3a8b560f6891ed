"""The calculus' word on whole claims: relations, constants, declared signs, and reasons."""

from __future__ import annotations

import pytest
from sympy import Eq, Function, Integer, Symbol, log, symbols

from symelbo import KL, E, H, IndexSum, Integral, context, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import judge
from symelbo.language import Claim, Context, Definition, Relation, as_claim

x, y, z, w, e = variables("x y z w e")
p, q = family("p"), family("q")
f = Function("f", real=True)
a, beta = Symbol("a", real=True), Symbol("beta", real=True)
T, t = symbols("T t", integer=True, positive=True)
gap = KL(q(z | x), p(z | x))


def word(lhs, relation, rhs, assuming=(), wrt=()):
    claim = as_claim(lhs, relation, rhs)
    return judge(Claim(claim.lhs, claim.relation, claim.rhs, tuple(wrt)), context(assuming), Budget())


@pytest.mark.parametrize(
    ("lhs", "relation", "rhs", "holds", "wrt"),
    [
        (p(z | x), r"\propto", p(x | z) * p(z), True, [z]),
        (p(z | x), r"\propto", p(x, z), True, [z]),
        (p(z | x), r"\propto", p(x, z), False, [x]),
        (p(z | x), r"\propto", p(x | z), False, [z]),
        (log(p(z | x)), "= + const", log(p(x, z)), True, [z]),
        (log(p(z | x)), "= + const", 2 * log(p(x, z)), False, [z]),
        (p(z[1]), r"\propto", Integer(1), False, [z]),
        (p(z[1]), r"\propto", Integer(1), False, [z[1:T]]),
        (p(z[1]), r"\propto", Integer(1), True, [z[2]]),
        (IndexSum(f(x[t]), t, 1, T), "= + const", Integer(0), False, [x[2]]),
        (gap, ">=", 0, True, ()),
        (0, "<=", gap, True, ()),
        (gap, ">", 0, False, ()),
        (gap, "<=", 0, False, ()),
        (p(x), ">", 0, True, ()),
        (p(x) + q(x), ">", p(x), True, ()),
    ],
    ids=str,
)
def test_relations(lhs, relation, rhs, holds, wrt):
    said = word(lhs, relation, rhs, wrt=wrt)
    assert said.holds == holds
    assert bool(said.reason) != holds


def test_a_constant_must_be_with_respect_to_something():
    assert "does not say with respect to what" in word(p(x), r"\propto", p(x)).reason


def test_declared_signs_count_and_others_do_not():
    claim = (
        E(log(p(x | z)), q(z | x)) - KL(q(z | x), p(z)),
        ">=",
        E(log(p(x | z)), q(z | x)) - beta * KL(q(z | x), p(z)),
    )
    assert word(*claim, assuming=[beta >= 1]).holds
    assert word(*claim, assuming=[beta >= 1]).holds
    assert not word(*claim, assuming=[beta >= 0]).holds
    assert not word(*claim, assuming=[beta <= 1]).holds
    assert not word(*claim).holds


def test_definitions_are_unfolded_where_they_apply():
    bound = Symbol("L", real=True)
    defined = Context((Definition(bound, E(log(p(x, z)) - log(q(z | x)), q(z | x))),))
    claim = Claim(log(p(x)) - bound, Relation.EQUAL, gap)
    assert judge(claim, defined, Budget()).holds
    assert not judge(claim, Context(), Budget()).holds


def test_a_definition_is_about_its_own_member_only():
    first, second = family("q", indices=[1]), family("q", indices=[2])
    defined = Context((Definition(first(z), p(z)),))
    assert judge(Claim(first(z), Relation.EQUAL, p(z)), defined, Budget()).holds
    assert not judge(Claim(second(z), Relation.EQUAL, p(z)), defined, Budget()).holds


def test_a_bound_name_is_not_the_defined_one():
    defined = Context((Definition(z, a + e),))
    assert judge(Claim(E(f(z), q(z)), Relation.EQUAL, E(f(w), q(z.at(w)))), defined, Budget()).holds
    assert not judge(Claim(E(f(z), q(z)), Relation.EQUAL, f(z)), defined, Budget()).holds


def test_the_rule_of_a_proof_is_named():
    assert word(gap, ">=", 0).rules == ("KL-NONNEG",)
    assert word(log(p(x)), ">=", E(log(p(x, z) / q(z | x)), q(z | x))).method == "combination"
    assert word(log(p(x, z)), "==", log(p(z)) + log(p(x | z))).method == "normal-form"


def test_a_step_is_named_as_a_person_would():
    ratio, guide = p(x, z) / q(z | x), q(z | x)
    assert word(log(E(ratio, guide)), ">=", E(log(ratio), guide)).rules == ("JENSEN-LOG",)
    assert word(log(Integral(p(z) * p(x | z), z)), ">=", E(log(p(x | z)), p(z))).rules == ("JENSEN-LOG",)
    assert word(-log(E(ratio, guide)), "<=", -E(log(ratio), guide)).rules == ("JENSEN-LOG",)
    assert word(log(p(x)), ">=", E(log(p(x, z)), guide) + H(guide)).rules == ("KL-NONNEG",)
    assert not word(log(E(ratio, guide)), "<=", E(log(ratio), guide)).holds


def test_entropy_of_what_is_declared_discrete():
    assert judge(Claim(H(p(z)), Relation.GREATER_EQUAL, Integer(0)), Context(discrete=frozenset({z})), Budget()).holds
    assert not judge(Claim(H(p(z)), Relation.GREATER_EQUAL, Integer(0)), Context(), Budget()).holds


def test_independence_has_to_be_declared():
    claim = Claim(p(x, y | z), Relation.EQUAL, p(x | z) * p(y | z))
    assert judge(claim, context([Eq(p(x, y, z), p(z) * p(x | z) * p(y | z))]), Budget()).holds
    assert not judge(claim, context([Eq(p(x, y, z), p(x) * p(y) * p(z | x, y))]), Budget()).holds


def test_a_conditional_of_another_family_goes_by_the_name_of_the_joint_it_makes() -> None:
    encoder, m = family("e"), family("m")
    made_of = [Eq(p(x, z), p(x) * encoder(z | x))]
    rate = E(KL(encoder(z | x), m(z)), p(x))
    information = KL(p(x, z), p(x) * p(z))
    assert word(rate, "=", information + KL(p(z), m(z)), made_of).holds
    assert word(encoder(z | x), "=", p(z | x), made_of).holds
    assert not word(rate, "=", information, made_of).holds
    assert not word(rate, "=", information + KL(p(z), m(z))).holds
