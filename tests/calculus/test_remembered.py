"""Work that is shared between claims and choices of rules: it is saved, and nothing comes out differently."""

from __future__ import annotations

from itertools import combinations

import pytest
from sympy import Eq, Expr, Symbol, log

from symelbo import KL, E, H, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.desk import Desk
from symelbo.calculus.measures.remembered import Memory
from symelbo.calculus.measures.restricted import SWITCHES, Restricted
from symelbo.calculus.structure import Structure
from symelbo.language import Context, Definition, IndexSum, context

x, y, z, c = variables("x y z c")
p, q = family("p"), family("q")
CHAIN = context([Eq(p(x, y, z), p(x) * p(y | x) * p(z | y))])
n = Symbol("n", integer=True, positive=True)
TERMS = (
    log(p(x, z)) - log(q(z | x)),
    E(log(p(x, z)) - log(q(z | x)), q(z | x)),
    E(log(p(x | z)), q(z | x)) - KL(q(z | x), p(z)),
    H(q(z)) + E(log(p(z | x, y)), q(z)),
    log(E(p(x, z) / q(z | x), q(z | x))),
    E(IndexSum(log(p(x[n] | x[n - 1])) - log(p(x[n - 1])), n, 2, Symbol("T")), p(x[1], x[2])),
)


def choices() -> list[frozenset[str]]:
    rules = ("FACTORISATION", "PRODUCT-RULE", "KL-DEFINITION", "MARGINALISATION", "LINEARITY", "LOG-PRODUCT")
    whole = frozenset(SWITCHES)
    return [whole, *(whole - {*left} for size in (1, 2) for left in combinations(rules, size))]


@pytest.mark.parametrize("term", TERMS, ids=str)
@pytest.mark.parametrize("assumed", [context(), CHAIN], ids=["nothing", "chain"])
def test_what_others_worked_out_changes_no_form_and_no_rule(term: Expr, assumed: Context) -> None:
    structure, shared = Structure.of(assumed), Memory()
    for allowed in choices():
        together = Restricted(structure, Budget(), allowed, memory=shared)
        alone = Restricted(structure, Budget(), allowed)
        assert together.form(term) == alone.form(term)
        assert together.fired == alone.fired
        assert not together.wavers


def test_a_form_is_taken_over_only_where_the_rules_that_it_took_are_allowed() -> None:
    term, shared = KL(q(z), p(z)), Memory()
    whole = frozenset(SWITCHES)
    opened = Restricted(Structure({}), Budget(), whole, memory=shared)
    opened.form(term)
    assert "KL-DEFINITION" in opened.fired
    held = Restricted(Structure({}), Budget(), whole - {"KL-DEFINITION"}, memory=shared)
    assert held.form(term) != opened.form(term) and "KL-DEFINITION" not in held.fired
    budget = Budget(0)  # nothing is left to be worked out
    again = Restricted(Structure({}), budget, whole - {"ENTROPY"}, memory=shared)
    assert again.form(term) == opened.form(term) and "KL-DEFINITION" in again.fired


def test_contexts_that_say_the_same_of_the_densities_share_a_structure_and_others_do_not() -> None:
    desk, name = Desk(), Symbol("L")
    named = CHAIN.assume(Definition(name, log(p(x))))
    assert desk.structure(CHAIN) is desk.structure(named)
    assert desk.memory(CHAIN) is desk.memory(named)
    assert desk.structure(CHAIN) is desk.structure(CHAIN.assume(Definition(q(z), p(z | x))))
    assert desk.structure(CHAIN) is not desk.structure(context())
    other = context([Eq(p(x, y, z), p(y) * p(x | y) * p(z | x, y))])
    assert desk.structure(CHAIN) is not desk.structure(other)
    assert desk.memory(CHAIN) is not desk.memory(other)
