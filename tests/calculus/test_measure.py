"""The measure normal form: what is equal by definition has one form, and what is not has two."""

from __future__ import annotations

import pytest
from sympy import Eq, Function, Integer, Rational, Symbol, exp, log, sqrt, symbols

from symelbo import KL, E, H, IndexSum, Integral, context, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.forms.atoms import Volume
from symelbo.calculus.forms.form import ONE, of_atom
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.structure import Structure
from symelbo.errors import BudgetExceeded

x, y, z, w, theta, phi = variables("x y z w theta phi")
z1, z2 = variables("z_1 z_2")
p, q, r = family("p"), family("q"), family("r")
p_theta, p_phi = family("p", theta), family("p", phi)
f, g, h = (Function(name, real=True) for name in "fgh")
F = Function("F", positive=True)
a, b = Symbol("a", real=True), Symbol("b", real=True)
T, t = symbols("T t", integer=True, positive=True)

CHAIN = [Eq(p(x, z1, z2), p(z2) * p(z1 | z2) * p(x | z1))]
BOTH = [*CHAIN, Eq(q(x, z), p(x) * q(z | x))]


def form(term, assuming=()):
    return Normaliser(Structure.of(context(assuming)), Budget()).form(term)


EQUAL = (
    ("Bayes", p(z | x), p(x | z) * p(z) / p(x), ()),
    ("Bayes in logs", log(p(z | x)), log(p(x | z)) + log(p(z)) - log(p(x)), ()),
    ("chain rule", p(x, y, z), p(x) * p(y | x) * p(z | x, y), ()),
    ("chain rule, parameters", p_theta(x, z), p_theta(z) * p_theta(x | z), ()),
    ("normalised", Integral(q(z | x), z), Integer(1), ()),
    ("marginal", Integral(p(x, z), z), p(x), ()),
    ("marginal under another name", Integral(p(x, z.at(w)), w), p(x), ()),
    ("marginal of a conditional", Integral(p(x, z | y), z), p(x | y), ()),
    ("Fubini", Integral(Integral(f(x, z), x), z), Integral(f(x, z), z, x), ()),
    ("Fubini, two pieces", Integral(f(x) * g(z), x, z), Integral(f(x), x) * Integral(g(z), z), ()),
    ("tower", E(E(f(z1), q(z1 | z2)), q(z2)), E(f(z1), q(z1)), ()),
    ("nested expectations change places", E(E(f(x, z), q(z)), p(x)), E(E(f(x, z), p(x)), q(z)), ()),
    ("a constant under an expectation", E(a, q(z)), a, ()),
    ("what does not depend leaves", E(f(z) * g(x), q(z | x)), g(x) * E(f(z), q(z | x)), ()),
    ("a forgotten variable", E(f(z1), q(z1, z2 | x)), E(f(z1), q(z1 | x)), ()),
    ("shadowed name", E(f(z) + E(f(z), p(z)), q(z)), E(f(z), q(z)) + E(f(w), p(z.at(w))), ()),
    ("renamed", E(f(z), q(z | x)), E(f(w), q(z.at(w) | x)), ()),
    ("log of an expectation that reduces", log(E(p(x, z) / q(z | x), q(z | x))), log(p(x)), ()),
    ("log of a product", log(a * F(x)), log(a) + log(F(x)), ()),
    ("log of a number", log(Rational(12)), 2 * log(Integer(2)) + log(Integer(3)), ()),
    ("exp of a log", exp(2 * log(p(x)) - log(p(z))), p(x) ** 2 / p(z), ()),
    ("exp of an expected log of a constant", exp(E(log(p(x)) / 2, q(z))), sqrt(p(x)), ()),
    ("root of a product of densities", sqrt(p(x) * q(x)), sqrt(p(x)) * sqrt(q(x)), ()),
    ("root of a number", sqrt(Integer(8)), 2 * sqrt(Integer(2)), ()),
    ("power of a sum", (a + b) ** 3, a**3 + 3 * a**2 * b + 3 * a * b**2 + b**3, ()),
    ("factor out of a fraction", 1 / (2 * p(x) + 2 * q(x)), Rational(1, 2) / (p(x) + q(x)), ()),
    ("square of an expectation", E(f(z), q(z)) ** 2, E(f(z) * E(f(w), q(z.at(w))), q(z)), ()),
    ("divergence to itself", KL(p(z | x), p(z | x)), Integer(0), ()),
    ("conditional independence", p(x | z1, z2), p(x | z1), CHAIN),
    ("separator", p(x, z1, z2), p(x, z1) * p(z1, z2) / p(z1), CHAIN),
    ("integrated over the middle", Integral(p(x | z1) * p(z1, z2), z1), p(x, z2), CHAIN),
    ("factor of another family", q(x), p(x), BOTH),
    ("average over another family", Integral(p(x) * q(z | x), x), q(z), BOTH),
    ("block with known ends", log(p(x[1:2])), log(p(x[1], x[2])), ()),
    ("block taken apart", Integral(p(x[1:3]), x[2:3]), p(x[1]), ()),
    ("written-out sum", IndexSum(log(p(x[t])), t, 1, 2), log(p(x[1])) + log(p(x[2])), ()),
    ("size of a space", Integral(p(z), z, w), E(1 / q(w), q(w)), ()),
)


@pytest.mark.parametrize(("name", "left", "right", "assuming"), EQUAL, ids=[row[0] for row in EQUAL])
def test_one_form(name, left, right, assuming):
    normaliser = Normaliser(Structure.of(context(assuming)), Budget())
    assert normaliser.form(left) == normaliser.form(right)


DIFFERENT = (
    ("Bayes upside down", p(z | x), p(x | z) * p(x) / p(z), ()),
    ("another parameter", p_theta(x), p_phi(x), ()),
    ("no parameter", p_theta(x), p(x), ()),
    ("another family", KL(q(z), p(z)), KL(p(z), q(z)), ()),
    ("another point", p(x, z.at(1)), p(x, z.at(0)), ()),
    ("a point is no marginal", p(x, z.at(1)), p(x), ()),
    ("two slots with one name", Integral(p(x.at(w), z.at(w)), w), Integer(1), ()),
    ("a parameter is no variable", Integral(p_theta(x), theta), Integer(1), ()),
    ("a free name stays free", E(f(z), q(z)), f(z), ()),
    ("condition lost", E(f(z), q(z | x)), E(f(z), q(z)), ()),
    ("log inside", log(E(F(z), q(z))), E(log(F(z)), q(z)), ()),
    ("not independent", p(x | z1, z2), p(x | z2), CHAIN),
    ("not independent without structure", p(x | z1, z2), p(x | z1), ()),
    ("structure of one family only", q(x | z1, z2), q(x | z1), CHAIN),
    ("product of integrals", Integral(f(x) * g(x), x), Integral(f(x), x) * Integral(g(x), x), ()),
    ("square under an expectation", E(f(z), q(z)) ** 2, E(f(z) ** 2, q(z)), ()),
    ("space of another size", Integral(p(z), z, w), Integral(p(z), z, y), ()),
    # What once was taken for granted, and is false for negative values:
    ("signs under roots", sqrt(f(x) * g(x)) * sqrt(g(x) * h(x)), g(x) * sqrt(f(x) * h(x)), ()),
    ("sign lost in a logarithm", exp(E(log(f(x) ** 2), q(z)) / 2), f(x), ()),
    # What runs over an index mentions every entry it runs over:
    ("hidden in a sum", E(IndexSum(log(p(x[t])), t, 1, T), q(x[2])), IndexSum(log(p(x[t])), t, 1, T), ()),
    ("hidden in a block", E(log(p(x[1:T])), q(x[2])), log(p(x[1:T])), ()),
    ("hidden in a block of two", E(log(p(x[1:2])), q(x[2])), log(p(x[1:2])), ()),
    ("hidden in a function", E(f(x[1:T]), q(x[2])), f(x[1:T]), ()),
)


@pytest.mark.parametrize(("name", "left", "right", "assuming"), DIFFERENT, ids=[row[0] for row in DIFFERENT])
def test_two_forms(name, left, right, assuming):
    normaliser = Normaliser(Structure.of(context(assuming)), Budget())
    assert normaliser.form(left) != normaliser.form(right)


def test_names_of_bound_variables_leave_no_trace():
    deep = E(E(f(x, z) * E(g(z, y), r(y | x)), q(z | x)), p(x))
    moved = E(E(f(w, y) * E(g(y, x), r(y.at(x) | x.at(w))), q(z.at(y) | x.at(w))), p(x.at(w)))
    assert form(deep) == form(moved)


def test_the_integral_of_one_is_a_volume():
    assert form(Integral(Integer(1), z)) == of_atom(Volume(z))
    assert form(Integral(q(z | x), z)) == ONE


def test_work_is_bounded():
    total = sum((Symbol(f"a{k}") for k in range(30)), Integer(0))
    with pytest.raises(BudgetExceeded, match="the budget of 100 steps ran out while expanding a product"):
        Normaliser(Structure.of(context()), Budget(100)).form(total**4)


@pytest.mark.parametrize("term", [E(H(p(z | x)), p(x)), log(E(p(x, z) / r(z), q(z | x))), exp(E(f(z), q(z)))], ids=str)
def test_a_form_is_a_value(term):
    first, second = form(term), form(term)
    assert first == second
    assert hash(first) == hash(second)
    assert first - second == form(Integer(0))
