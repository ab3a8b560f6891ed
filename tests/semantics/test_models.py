"""Plans satisfy what is declared, and tables drawn from them are exact probability tables."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import fmpq
from sympy import Rational, symbols

from symelbo.errors import NotSupported
from symelbo.language import (
    Claim,
    Context,
    Definition,
    Density,
    Factorisation,
    Independence,
    Relation,
    Sign,
    family,
    variables,
)
from symelbo.semantics.finite.models import sample_model
from symelbo.semantics.finite.structure import Factor, Separation, Structure, plan, separated
from symelbo.semantics.witness import find_witness

A, B, C, D = (((name, ()),) for name in "abcd")
a, b, c, d = A[0], B[0], C[0], D[0]
p, q, r = family("p"), family("q"), family("r")
x, y, z = variables("x y z")


def ci(left: object, right: object, *given: object) -> Separation:
    return Separation(frozenset((left,)), frozenset((right,)), frozenset(given))  # type: ignore[arg-type]


def parents_of(factors: tuple[Factor, ...]) -> dict[object, set[object]]:
    found: dict[object, set[object]] = {}
    for factor in factors:
        before = list(factor.given)
        for atom in factor.of:
            found[atom] = set(before)
            before.append(atom)
    return found


@pytest.mark.parametrize(
    ("graph", "wanted", "holds"),
    [
        ({b: {a}, c: {b}}, ci(a, c, b), True),
        ({b: {a}, c: {b}}, ci(a, c), False),
        ({c: {a, b}}, ci(a, b), True),
        ({c: {a, b}}, ci(a, b, c), False),
        ({c: {a, b}, d: {c}}, ci(a, b, d), False),
        ({b: {a}, c: {a}}, ci(b, c, a), True),
        ({b: {a}, c: {a}}, ci(b, c), False),
    ],
)
def test_separation_in_a_graph(graph: dict[object, set[object]], wanted: Separation, holds: bool) -> None:
    assert separated(graph, wanted) is holds  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "wanted",
    [
        (ci(a, b, c),),
        (ci(a, b),),
        (ci(a, b), ci(c, d)),
        (ci(a, b, c), ci(b, d, c)),
        (ci(a, b), ci(a, b, c)),
        (ci(a, c, b), ci(b, d, c), ci(a, d, b)),
    ],
)
def test_independences_are_planned(wanted: tuple[Separation, ...]) -> None:
    factors = plan(Structure((a, b, c, d), (), (), wanted), Random(0))
    graph = parents_of(factors)
    assert all(separated(graph, item) for item in wanted)  # type: ignore[arg-type]
    assert any(graph.values()), "the plan should not make everything independent"


def test_a_product_is_planned_as_it_is_written() -> None:
    chain = (Factor((a,), ()), Factor((b,), (a,)), Factor((c, d), (b,)))
    graph = parents_of(plan(Structure((a, b, c, d), (), (chain,)), Random(0)))
    implied = Separation(frozenset(C + D), frozenset(A), frozenset(B))
    assert separated(graph, implied) and not separated(graph, ci(a, c))  # type: ignore[arg-type]
    searched = parents_of(plan(Structure((a, b, c, d), (), (chain,), (ci(a, b),)), Random(0)))
    assert separated(searched, implied) and separated(searched, ci(a, b))  # type: ignore[arg-type]


def test_nothing_declared_is_one_table() -> None:
    assert plan(Structure((a, b, c), (a,)), Random(0)) == (Factor((b, c), (a,)),)


def test_tables_are_exact_and_positive() -> None:
    table = sample_model([p(x, y, z)], seed=4, states=3).tables[("p", ())]
    assert len(table.entries) == 27
    assert all(isinstance(value, fmpq) and value > 0 for value in table.entries.values())
    assert sum(table.entries.values()) == 1


def test_a_kernel_is_normalised_for_each_state_of_what_is_given() -> None:
    table = sample_model([q(z | x)]).tables[("q", ())]
    assert table.variables == ((x, ()), (z, ()))
    assert set(table.marginal(((x, ()),)).values()) == {fmpq(1)}


def test_factors_of_other_families_agree() -> None:
    assumed = Context((Factorisation(q(x, z), (r(x), q(z | x))),))
    model = sample_model([q(x, z), r(x)], assumed)
    atom = (x, ())
    assert model.tables[("q", ())].marginal((atom,)) == model.tables[("r", ())].marginal((atom,))
    free = sample_model([q(x, z), r(x)])
    assert free.tables[("q", ())].marginal((atom,)) != free.tables[("r", ())].marginal((atom,))


def test_independence_holds_exactly_and_no_more() -> None:
    model = sample_model([p(x, y, z)], Context((Independence(p, (x,), (y,), (z,)),)), seed=1)
    table = model.tables[("p", ())]
    X, Y, Z = (x, ()), (y, ()), (z, ())
    assert _independent(table.conditional((X, Y), (Z,)), table.conditional((X,), (Z,)), table.conditional((Y,), (Z,)))
    joint = table.marginal((X, Y))
    assert any(v != table.marginal((X,))[k[:1]] * table.marginal((Y,))[k[1:]] for k, v in joint.items())


def _independent(joint: dict, left: dict, right: dict) -> bool:  # type: ignore[type-arg]
    return all(value == left[k[0], k[2]] * right[k[1], k[2]] for k, value in joint.items())


def test_definitions_in_a_circle_are_refused() -> None:
    assumed = Context((Definition(q(z), p(z)), Definition(p(z), q(z))))
    with pytest.raises(NotSupported):
        sample_model([p(z), q(z)], assumed)


def test_a_variable_and_its_entries_are_not_mixed() -> None:
    with pytest.raises(NotSupported):
        sample_model([p(x, z), p(x, z[1])])


def test_random_graphs_imply_what_separation_says_and_nothing_else() -> None:
    names = variables("a b c d")
    random = Random(5)
    counts = {True: 0, False: 0}
    for _ in range(150):
        order = random.sample(names, random.choice((3, 4)))
        parents = {v: [u for u in order[:k] if random.random() < 0.5] for k, v in enumerate(order)}
        assumed = Context((Factorisation(Density(p, order), tuple(Density(p, (v,), parents[v]) for v in order)),))
        left, right = random.sample(order, 2)
        given = [v for v in order if v not in (left, right) and random.random() < 0.5]
        graph = {(v, ()): {(u, ()) for u in before} for v, before in parents.items()}
        follows = separated(graph, ci((left, ()), (right, ()), *((g, ()) for g in given)))
        claim = Claim(Density(p, (left,), (right, *given)), Relation.EQUAL, Density(p, (left,), given))
        assert (find_witness(claim, assumed) is None) is follows, (parents, left, right, given)
        counts[follows] += 1
    assert min(counts.values()) > 20, "both kinds have to occur"


def test_numbers_keep_the_assumptions_on_their_symbols() -> None:
    s, t = symbols("s t", positive=True)
    witness = find_witness(Claim(s, Relation.LESS_EQUAL, t))
    assert witness is not None
    assert all(Fraction(number) > 0 for _, number in witness.values)
    # 2 t + s = 1 can be solved for s, but only with t < 1/2 is s positive.
    assumed = Context((Sign(Claim(2 * t + s, Relation.EQUAL, Rational(1))),))
    assert find_witness(Claim(s, Relation.GREATER, Rational(0)), assumed) is None
    assert find_witness(Claim(s, Relation.LESS, Rational(1, 2)), assumed) is not None
