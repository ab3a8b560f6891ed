"""False claims get a witness that lies in the context; true claims never do, and models agree with them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from sympy import Function, Rational, exp, log, pi, sqrt

from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.language import KL, Claim, Context, Definition, Integral, Relation, Sign
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.determined import settled
from symelbo.semantics.finite.models import Layout, blueprints
from symelbo.semantics.finite.shrink import shrink
from symelbo.semantics.finite.trial import Trial
from symelbo.semantics.witness import agrees, find_witness

from .claims_table import CASES, EQ, GE, Case, E, a, elbo, family, gap, p, q, reconstruction, variables, x, z

r = family("r")
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
    assert agrees(case.claim, case.context, draws=60).counterexample is not None


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


def test_formulas_that_are_no_densities_have_no_models() -> None:
    assumed = Context((Definition(q(z), -log(p(z))),))
    assert find_witness(Claim(q(z), EQ, p(z)), assumed) is None
    assert agrees(Claim(q(z), EQ, -log(p(z))), assumed).counted == 0
    # A tilted density is one, although its values are irrational.
    tilted = Context((Definition(q(z), exp(E(log(p(x, z)), r(x))) / Integral(exp(E(log(p(x, z)), r(x))), z)),))
    assert agrees(Claim(Integral(q(z), z), EQ, Rational(1)), tilted).counted == 2
    assert find_witness(Claim(q(z), EQ, p(z)), tilted) is not None


def test_a_name_for_a_posterior_varies_with_what_is_observed() -> None:
    assumed = Context((Definition(q(z), p(z | x)),))
    bound = E(log(p(x, z)) - log(q(z)), q(z))
    assert agrees(Claim(bound, EQ, log(p(x))), assumed).counted == 2
    assert find_witness(Claim(bound, EQ, log(p(x))), assumed) is None
    assert find_witness(Claim(q(z), EQ, p(z)), assumed) is not None
    with pytest.raises(NotSupported):
        find_witness(Claim(E(bound, p(x)), EQ, log(p(x))), assumed)


def test_explicit_laws_only_let_agreement_through() -> None:
    law = Context((Definition(q(z), exp(-(z**2) / 2) / sqrt(2 * pi)),))
    assert agrees(Claim(log(p(x)), EQ, bound_of(q) + KL(q(z), p(z | x))), law).counted == 2
    assert agrees(Claim(log(p(x)), EQ, bound_of(q)), law).counterexample is None
    assert find_witness(Claim(log(p(x)), EQ, bound_of(q)), law) is None


def bound_of(law: object) -> object:
    return E(log(p(x, z)) - log(law(z)), law(z))  # type: ignore[operator]


def test_given_entries_fill_tables() -> None:
    given = Context(
        (
            Definition(p(z.at(1)), Rational(2, 5)),
            Definition(p(x.at(1) | z.at(0)), Rational(1, 4)),
            Definition(p(x.at(1) | z.at(1)), Rational(4, 5)),
        )
    )
    right = Claim(p(x.at(1)), EQ, Rational(47, 100))
    wrong = Claim(p(x.at(1)), EQ, Rational(48, 100))
    assert agrees(right, given).counted == 2
    assert find_witness(wrong, given) is not None
    assert settled(right, given) is True
    assert settled(wrong, given) is False
    assert settled(right, Context(given.assumptions[:2])) is None
    # A further entry that follows is consistent; one that does not leaves no model.
    assert agrees(right, given.assume(Definition(p(x.at(0)), Rational(53, 100)))).counted == 2
    assert agrees(right, given.assume(Definition(p(x.at(0)), Rational(1, 2)))).counted == 0


def test_entries_beyond_one_leave_no_model() -> None:
    given = Context((Definition(p(z.at(1)), Rational(3, 5)), Definition(p(z.at(0)), Rational(3, 5))))
    assert agrees(Claim(p(z), GE, p(z)), given).counted == 0


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


def test_entries_of_one_name_may_each_have_a_definition() -> None:
    y, s = variables("y"), Function("s", real=True)
    given = Context((Definition(y[1], x[1]), Definition(y[2], x[2] * exp(s(x[1])))))
    inverse = Claim(x[2], EQ, y[2] * exp(-s(y[1])))
    wrong = Claim(x[2], EQ, y[2] * exp(s(y[1])))
    assert find_witness(inverse, given) is None
    assert agrees(inverse, given, draws=4).counterexample is None
    assert find_witness(wrong, given) is not None
