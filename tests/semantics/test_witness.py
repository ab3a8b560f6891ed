"""False claims get a witness that lies in the context; true claims never do, and models agree with them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Rational, log

from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.language import Claim, Context, Definition, Relation, Sign
from symelbo.semantics.budget import Budget
from symelbo.semantics.models import Layout, blueprints
from symelbo.semantics.shrink import shrink
from symelbo.semantics.trial import Trial
from symelbo.semantics.witness import agrees, find_witness

from .claims_table import CASES, EQ, GE, Case, E, a, elbo, family, gap, p, q, reconstruction, variables, x, z

TRUE = [case for case in CASES if case.truth]
FALSE = [case for case in CASES if not case.truth]


@pytest.mark.parametrize("case", TRUE, ids=lambda case: case.name)
def test_true_claims_have_no_witness_and_models_agree(case: Case) -> None:
    agreement = agrees(case.claim, case.context, draws=4)
    assert agreement.counterexample is None
    assert agreement.counted == 4
    assert find_witness(case.claim, case.context, seed=3) is None


@pytest.mark.parametrize("case", FALSE, ids=lambda case: case.name)
def test_false_claims_have_a_small_witness(case: Case) -> None:
    witness = find_witness(case.claim, case.context)
    assert witness is not None
    assert float(witness.distance) > 0
    assert len(witness.lines()) <= 12
    assert agrees(case.claim, case.context, draws=12).counterexample is not None


def test_denominators_are_small() -> None:
    found = []
    for case in FALSE:
        witness = find_witness(case.claim, case.context)
        assert witness is not None
        found += [Fraction(cell[2]).denominator for table in witness.tables for cell in table.cells]
    assert sorted(found)[len(found) // 2] <= 4
    assert sorted(found)[len(found) * 9 // 10] <= 12


@pytest.mark.parametrize("case", FALSE, ids=lambda case: case.name)
def test_every_draw_lies_in_the_context(case: Case) -> None:
    from random import Random

    for plan in blueprints((case.lhs, case.rhs), case.context, Budget(), case.wrt):
        model = Layout(plan).draw(Random(5))
        assert model.in_context()


def test_a_model_outside_the_context_is_noticed() -> None:
    from random import Random

    case = next(case for case in CASES if case.name == "DAG")
    plan = next(iter(blueprints((case.lhs, case.rhs), case.context, Budget())))
    model = Layout(plan).draw(Random(1))
    table = model.tables[("p", ())]
    first, second = list(table.entries)[:2]
    table.entries[first] += table.entries[second] / 2
    table.entries[second] /= 2
    table._marginals = {table.variables: table.entries}
    model.world.reset()
    assert not model.in_context()


def test_the_same_seed_gives_the_same_witness() -> None:
    claim = Claim(log(p(x)), EQ, elbo)
    assert find_witness(claim, seed=11) == find_witness(claim, seed=11)


def test_shrinking_keeps_the_sides_apart() -> None:
    from random import Random

    plan = next(iter(blueprints((log(p(x)), elbo), Context(), Budget())))
    trial = Trial(Claim(log(p(x)), EQ, elbo), plan)
    model = Layout(plan, 3).draw(Random(2), wild=True)
    smaller = shrink(model, trial.margin)
    assert (trial.margin(smaller) or 0) > 0
    assert sum(map(sum, _weights(smaller))) < sum(map(sum, _weights(model)))


def _weights(model: object) -> list[tuple[int, ...]]:
    return [gene for key, gene in model.genes.items() if key[0] == "row"]  # type: ignore[attr-defined]


def test_strictness_is_refuted_only_by_exact_equality() -> None:
    assert find_witness(Claim(p(x, z), Relation.LESS, p(x) * p(z | x))) is not None
    assert find_witness(Claim(p(x, z), Relation.LESS_EQUAL, p(x) * p(z | x))) is None
    # Equal in every model, but through logarithms, where equality cannot be certified by balls.
    assert find_witness(Claim(log(p(x)), Relation.GREATER, elbo + gap)) is None


def test_a_tiny_difference_is_found_at_higher_precision() -> None:
    claim = Claim(log(p(x)), EQ, elbo + gap + Rational(1, 10**40))
    witness = find_witness(claim)
    assert witness is not None
    assert find_witness(Claim(log(p(x)), EQ, elbo + gap)) is None


def test_models_that_do_not_count_are_not_counted() -> None:
    # The logarithm of a negative number has no value, so nothing is confirmed and nothing refuted.
    claim = Claim(log(-p(x)), EQ, log(p(x)))
    assert agrees(claim, draws=3).counted == 0
    assert find_witness(claim) is None


def test_contexts_without_finite_models_are_refused() -> None:
    # A density that an irrational formula fixes has no exact table.
    assumed = Context((Definition(q(z), log(p(z))),))
    with pytest.raises(NotSupported):
        find_witness(Claim(q(z), EQ, p(z)), assumed)


def test_assumptions_about_other_names_do_not_matter() -> None:
    other, u = family("h"), variables("u")
    assumed = Context((Definition(other(u), log(other(u))),))
    assert find_witness(Claim(log(p(x)), EQ, elbo), assumed) is not None


def test_contradictory_signs_leave_nothing_to_draw() -> None:
    assumed = Context((Sign(Claim(a, Relation.LESS, Rational(0))), Sign(Claim(a, Relation.GREATER, Rational(0)))))
    with pytest.raises(NotSupported):
        find_witness(Claim(a * reconstruction, GE, reconstruction), assumed)


def test_the_budget_stops_the_search() -> None:
    with pytest.raises(BudgetExceeded):
        find_witness(Claim(log(p(x)), GE, elbo), budget=20)


def test_nothing_is_said_without_the_variable_of_a_constant() -> None:
    with pytest.raises(NotSupported):
        find_witness(Claim(p(z | x), Relation.PROPORTIONAL, p(x | z) * p(z)))


def test_a_witness_is_plain_data() -> None:
    import json

    witness = find_witness(Claim(E(log(p(x, z)), q(z | x)), EQ, elbo))
    assert witness is not None
    assert json.loads(json.dumps(witness.as_dict()))["relation"] == "="
