"""A search among changed claims spends only so much on integrals, and what it does not look at it says nothing of."""

from __future__ import annotations

import pytest
from sympy import digamma, exp, log, symbols

from symelbo.errors import BudgetExceeded
from symelbo.language import Claim, E, Relation, context, known
from symelbo.proof.prove import Effort
from symelbo.proof.repair import Search, Trials
from symelbo.proof.roads import agrees_once, confirm
from symelbo.semantics.budget import Budget

a, b = symbols("a b", positive=True)
r, u, v = symbols("r u v", real=True)
mean = E(log(r), known("Beta", r, a, b))
wrong = Claim(mean, Relation.EQUAL, digamma(a) - digamma(b))
right = Claim(mean, Relation.EQUAL, digamma(a) - digamma(a + b))
PROPOSALS = (("wrong", wrong), ("right", right))


def _found(trials: Trials) -> list[str]:
    search: Search[str] = Search(context(), Effort(), trials)
    return [key for key, _ in search.proved(PROPOSALS)]


def test_a_repair_that_can_be_afforded_is_found():
    trials = Trials()
    assert _found(trials) == ["right"]
    assert 0 < Trials().steps - trials.steps < 400_000


def test_a_search_without_steps_left_says_nothing():
    assert _found(Trials(steps=0, unseen=0)) == []
    trials = Trials(steps=1000, unseen=0)
    assert _found(trials) == []
    assert trials.steps == 0


def test_what_is_not_looked_at_may_still_be_proved_and_never_wrongly():
    assert _found(Trials(steps=0, unseen=4)) == ["right"]


@pytest.mark.parametrize("claim", [wrong, right])
def test_models_are_left_where_the_budget_ends_and_decide_where_it_does_not(claim):
    for ask in (agrees_once, lambda *given, **options: confirm(*given, draws=1, **options)):
        with pytest.raises(BudgetExceeded):
            ask(claim, context(), seed=1, budget=Budget(1000))
    assert agrees_once(claim, context(), seed=1, budget=Budget(200_000)) is (claim is right)
    found = confirm(claim, context(), draws=1, seed=1, budget=Budget(200_000))
    assert (found.counterexample is None) is (claim is right)


def test_integrals_inside_of_integrals_cost_one_look_and_no_more():
    inner = E(log(1 + exp(u * v)), known("Normal", u, 0, 1))
    nested = E(log(inner), known("Normal", v, 0, 1))
    search: Search[str] = Search(context(), Effort(), Trials(unseen=0))
    assert not search.plausible(Claim(nested, Relation.EQUAL, a))
    assert Trials().steps - search.trials.steps <= 200_000
    assert [key for key, _ in search.proved(PROPOSALS)] == ["right"]
