"""What has no meaning is refused where it is built, in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sympy import Eq, Symbol, log

from symelbo import KL, Claim, E, H, Integral, MutualInformation, context, family, variables
from symelbo.errors import IllFormed, SymelboError
from symelbo.language import At, Density, Relation, as_claim

x, y, z, w = variables("x y z w")
p, q = family("p"), family("q")

REFUSED: tuple[tuple[str, Callable[[], Any], str], ...] = (
    (
        "nothing before the bar",
        lambda: Density(q, [], [x]),
        "q(...) has nothing before the bar; a density is of something, as in q(z | x)",
    ),
    (
        "both sides of the bar",
        lambda: q(z | z),
        "z stands on both sides of the bar in q(z | z); given z it is not random any more",
    ),
    (
        "among several",
        lambda: q(z, x | x, y),
        "x stands on both sides of the bar in q(z, x | x, y); given x it is not random any more",
    ),
    ("twice before", lambda: p(x, x), "x stands twice before the bar in p(...)"),
    ("twice after", lambda: p(x | z, z), "z stands twice after the bar in p(...)"),
    ("two bars", lambda: q(z | x, w | y), "q(...) has two conditioning bars; write one, as in q(z | x, y)"),
    ("a number in a slot", lambda: p(2 * x), "p(... 2*x ...): 2*x is not a variable; fill a slot with z.at(2*x)"),
    (
        "other variables",
        lambda: KL(q(z | x), p(x)),
        "KL(q(z | x) ‖ p(x)) compares a density of z with one of x; both must be densities of the same variables",
    ),
    (
        "log in a divergence",
        lambda: KL(log(q(z)), p(z)),
        "KL takes densities, not log-densities: write KL(q(z) ‖ ...) instead of KL(log(q(z)) ‖ ...)",
    ),
    (
        "log on the right",
        lambda: KL(q(z), log(p(z))),
        "KL takes densities, not log-densities: write KL(p(z) ‖ ...) instead of KL(log(p(z)) ‖ ...)",
    ),
    ("no density at all", lambda: KL(x, z), "KL(x ‖ z): neither side is a density; name the variables with over="),
    ("log as a law", lambda: E(x, log(q(z))), "E[...] takes densities, not log-densities: drop the log of log(q(z))"),
    (
        "no law",
        lambda: E(x, Symbol("a")),
        "E[...] needs a density such as q(z | x), not a; name its variables with over=",
    ),
    (
        "nothing to average",
        lambda: E(x, q(z.at(1))),
        "the law q(z=1) of an expectation has no variable to average over",
    ),
    ("entropy of a log", lambda: H(log(q(z))), "H[...] takes densities, not log-densities: drop the log of log(q(z))"),
    (
        "integral over nothing",
        lambda: Integral(p(x)),
        "an integral needs a variable to integrate over: Integral(p(x, z), z)",
    ),
    (
        "integral over a number",
        lambda: Integral(p(x), 2 * x),
        "2*x is not a variable, so nothing can be integrated over it",
    ),
    (
        "information with itself",
        lambda: MutualInformation(p, [x], [x]),
        "I(x; x): x stands on both sides of the semicolon",
    ),
    ("no names", lambda: variables(" "), "variables() needs at least one name, such as variables('x z')"),
    (
        "modelled twice",
        lambda: context([Eq(p(x, z), p(x, z) * p(z | x), evaluate=False)]),
        "p(z | x) and p(x, z) both model z; each variable needs exactly one factor",
    ),
    (
        "left out",
        lambda: context([Eq(p(x, y, z), p(x) * p(y | x))]),
        "no factor models z, so the product is not a density of p(x, y, z)",
    ),
    (
        "from outside",
        lambda: context([Eq(p(x, z), p(x) * p(z | x, w))]),
        "the factor p(z | x, w) depends on w, which is not in p(x, z)",
    ),
    (
        "not in the joint",
        lambda: context([Eq(p(x, z), p(x) * p(z) * p(w))]),
        "the factor p(w) models w, which is not in p(x, z)",
    ),
    (
        "a circle",
        lambda: context([Eq(p(x, z), p(x | z) * p(z | x))]),
        "the factors p(x | z), p(z | x) depend on each other in a circle",
    ),
)


@pytest.mark.parametrize(("name", "build", "message"), REFUSED, ids=[row[0] for row in REFUSED])
def test_refused_with_words(name: str, build: Callable[[], Any], message: str):
    with pytest.raises(IllFormed) as caught:
        build()
    assert str(caught.value) == message
    assert isinstance(caught.value, SymelboError | ValueError)


ACCEPTED: tuple[Callable[[], Any], ...] = (
    lambda: q(z | x),
    lambda: p(x, z | y, w),
    lambda: KL(q(z | x), p(z)),
    lambda: KL(q(z) * q(w), p(z, w)),
    lambda: E(log(p(x | z)), q(z | x)),
    lambda: H(q(z, w | x)),
    lambda: Integral(p(x, z), x, z),
    lambda: MutualInformation(p, [x], [z], [y]),
    lambda: context([Eq(p(x, y, z), p(z) * p(y | z) * p(x | y))]),
)


@pytest.mark.parametrize("build", ACCEPTED)
def test_what_has_a_meaning_is_built(build: Callable[[], Any]):
    assert build() is not None


def test_a_claim_needs_a_relation():
    assert as_claim(Eq(log(p(x)), log(q(x)))).relation is Relation.EQUAL
    assert as_claim(log(p(x)), "<=", 0).relation is Relation.LESS_EQUAL
    assert as_claim(Claim(x, Relation.EQUAL, z)) == Claim(x, Relation.EQUAL, z)
    with pytest.raises(IllFormed, match="is not a relation; use one of"):
        as_claim(x, "~", z)
    with pytest.raises(IllFormed, match="SymPy may have evaluated the relation"):
        as_claim(Eq(x, x))


def test_a_slot_filled_with_its_own_name_is_plain():
    assert At(z, z) == z
    assert p(z.at(z)) == p(z)
    assert p(z.at(w)) != p(w)


def test_what_becomes_given_twice_is_given_once():
    from sympy import Integer, Symbol

    from symelbo.language import Entry, Variable, family, replace_free

    x, t, q = Variable("x"), Symbol("t", integer=True), family("q")
    step = q(Entry(x, t) | Entry(x, t - 1), Entry(x, 0))
    first = replace_free(step, {t: Integer(1)})
    assert first == q(Entry(x, 1) | Entry(x, 0))
    assert replace_free(step, {t: Integer(2)}) == q(Entry(x, 2) | Entry(x, 1), Entry(x, 0))
    with pytest.raises(IllFormed):
        q(Entry(x, 1) | Entry(x, 0), Entry(x, 0))
