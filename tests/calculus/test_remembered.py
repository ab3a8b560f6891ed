"""Work that is shared between claims and choices of rules: it is saved, and nothing comes out differently."""

from __future__ import annotations

from itertools import combinations

import pytest
from symelbo.calculus.desk import Desk
from symelbo.calculus.remembered import Memory
from sympy import Dummy, Eq, Expr, Symbol, log

from symelbo import KL, E, H, family, variables
from symelbo.calculus.budget import Budget
from symelbo.calculus.restricted import SWITCHES, Restricted
from symelbo.calculus.structure import Structure
from symelbo.language import Context, Definition, IndexProduct, context

x, y, z, c = variables("x y z c")
p, q = family("p"), family("q")
CHAIN = context([Eq(p(x, y, z), p(x) * p(y | x) * p(z | y))])
TERMS = (
    log(p(x, z)) - log(q(z | x)),
    E(log(p(x, z)) - log(q(z | x)), q(z | x)),
    E(log(p(x | z)), q(z | x)) - KL(q(z | x), p(z)),
    H(q(z)) + E(log(p(z | x, y)), q(z)),
    log(E(p(x, z) / q(z | x), q(z | x))),
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
    assert desk.structure(CHAIN) is not desk.structure(context())
    other = context([Eq(p(x, y, z), p(y) * p(x | y) * p(z | x, y))])
    assert desk.structure(CHAIN) is not desk.structure(other)
    assert desk.memory(CHAIN) is not desk.memory(other)


def test_nameless_indices_fall_apart_as_named_ones_do() -> None:
    t, end = Symbol("t", integer=True, positive=True), Symbol("T", integer=True, positive=True)
    joint = Definition(q(x[1:end] | x[0]), IndexProduct(q(x[t] | x[t - 1]), t, 1, end))
    structure = Structure.of(Context((joint,)))
    first, second = Dummy(integer=True), Dummy(integer=True)

    def parts(index: Expr, *steps: int) -> set[tuple[tuple[str, ...], int]]:
        found = structure.decompose(q, frozenset({x[0], *(x[index - step] for step in steps)}))
        assert all(index in name.free_symbols for _, part in found for name in part if name != x[0])
        return {(tuple(sorted(str(n.subs(index, 9)) for n in part)), power) for (_, part), power in found.items()}

    for steps in ((0, 1), (1,), (0,), (0, 1, 2)):
        assert parts(first, *steps) == parts(second, *steps) == parts(t, *steps)
    assert parts(first, 0, 1) != parts(first, 0, 2)
