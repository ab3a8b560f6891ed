"""Trials of one claim share what no draw decides, and nothing that is drawn."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from flint import acb, arb
from sympy import Eq, Function, Integer, exp, log, oo, symbols

from symelbo.errors import NotSupported
from symelbo.language import Claim, Context, E, IndexSum, Relation, Sign, context, family, known, variables
from symelbo.language.shapes import Kinds
from symelbo.semantics.explicit.continuous import agrees, find_witness, value_at
from symelbo.semantics.explicit.densities import TERMS
from symelbo.semantics.explicit.evaluator import Evaluator
from symelbo.semantics.explicit.means import MEANS
from symelbo.semantics.explicit.once import Bench, Once
from symelbo.semantics.explicit.points import Lots
from symelbo.semantics.explicit.prepared import Prepared

x, z, w, m = symbols("x z w m", real=True)
s = symbols("s", positive=True)
n = symbols("n", integer=True)
NORMAL = known("Normal", z, m, s)


def test_refusals_are_kept_and_draws_are_not():
    once, asked, luck = Once(), [], Random(1)

    def refuse():
        asked.append("refused")
        raise NotSupported("no")

    for _ in range(2):
        with pytest.raises(NotSupported, match="no"):
            once.of("refusal", refuse)
    assert asked == ["refused"]
    assert once.of("draw", lambda: luck.random(), luck) != once.of("draw", lambda: luck.random(), luck)
    with pytest.raises(NotSupported):
        once.of("draw, then refusal", lambda: (luck.random(), refuse()), luck)
    assert once.of("draw, then refusal", lambda: 1, luck) == 1


def test_trials_of_one_scene_are_at_points_of_their_own():
    prepared, random = Prepared(Claim(E(z, NORMAL), Relation.EQUAL, m), context()), Random(0)
    scene = prepared.scene(random, 2)
    assert prepared.scene(random, 2) is scene
    points = [Lots(scene, random).point(scene.names, small=False) for _ in range(3)]
    assert len({str(point[m]) for point in points}) == 3
    meanings = [Lots(scene, random).function(Function("f"), 0) for _ in range(2)]
    assert str(meanings[0](acb(1))) != str(meanings[1](acb(1)))


def test_stand_ins_that_are_drawn_are_drawn_for_every_trial():
    p, (a, b) = family("p"), variables("a b")
    prepared, random = Prepared(Claim(p(a, b), Relation.EQUAL, p(a | b) * p(b)), context()), Random(0)
    scenes = [prepared.scene(random, 2) for _ in range(3)]
    assert len({scene.sides for scene in scenes}) == 3


@pytest.mark.parametrize("shared", [None, Bench()])
def test_a_bench_decides_nothing(shared):
    right = Claim(E(z**2, NORMAL), Relation.EQUAL, m**2 + s)
    wrong = Claim(E(z**2, NORMAL), Relation.EQUAL, m**2 + s**2)
    for _ in range(2):
        assert agrees(right, bench=shared).counterexample is None
        assert find_witness(wrong, bench=shared) == find_witness(wrong)
    # the same names stand for something else in another context
    for value, holds in ((m**2 + s, True), (m + s, False), (m**2 + s, True)):
        said = context([Eq(w, value)])
        found = find_witness(Claim(E(z**2, NORMAL), Relation.EQUAL, w), said, bench=shared)
        assert (found is None) is holds


def test_what_stays_the_same_inside_a_mean_is_found_anew_for_every_mean():
    kinked = E(log(1 + exp(z) * (1 + exp(m) / (2 + m**2))), known("Normal", z, 0, 1))
    square = E((z + exp(m) / (2 + m**2)) ** 2, known("Normal", z, 0, 1))
    for term in (kinked, square):
        run = Evaluator(Kinds(), 1, {}, TERMS + MEANS).compile(term)
        first, second, again = (run({m: acb(value)}, False).real for value in (1, -1, 1))
        assert first.overlaps(again) and abs(first - second) > arb("0.1")
        assert second.overlaps(value_at(term, {m: Fraction(-1)}))


def test_what_varies_inside_a_mean_is_not_kept():
    # the inner mean varies with the outer variable, the terms of the series with their index
    inner = E(w**2, known("Normal", w, z, 1))
    outer = known("Normal", z, 0, 1)
    assert value_at(E(exp(z) * inner, outer), {}).overlaps(3 * arb("0.5").exp())
    series = IndexSum(exp(-n) * (1 + exp(z)), n, Integer(0), oo)
    found = value_at(E(series, outer), {})
    assert found.overlaps((1 + arb("0.5").exp()) / (1 - arb(-1).exp())) and found.rad() < 1e-9


def test_the_scale_of_a_density_is_kept_only_where_its_parameters_stay_the_same():
    outer, half_log = known("Normal", z, 0, 1), (2 * arb.pi()).log() / 2
    for law in (known("Normal", x, 0, exp(z)), known("MultivariateNormal", x, 0, exp(z))):
        assert value_at(E(log(law), outer), {x: Fraction(1)}).overlaps(-arb("0.5").exp() / 2 - half_log)
    gamma = E(log(known("Gamma", x, 2, exp(z))), outer)  # log b² x e^{-b x} at one
    assert value_at(gamma, {x: Fraction(1)}).overlaps(-arb("0.5").exp())
    inner = E(log(known("Normal", w, 0, exp(2 * z))), known("Normal", w, 0, 1))
    assert value_at(E(inner, outer), {}).overlaps(-arb(2).exp() / 2 - half_log)


@pytest.mark.parametrize("written", [lambda u, a, b: a * u + a * b, lambda u, a, b: a * (u + b)])
def test_slopes_of_a_linear_mean_are_found_however_it_is_written(written):
    p, (u, v, a, b) = family("p"), variables("u v a b")
    given = context([Eq(p(u), known("Normal", u, 0, 1)), Eq(p(v | u), known("Normal", v, written(u, a, b), 1))])
    for value, holds in ((a * (v - a * b) / (1 + a**2), True), (a * (v - b) / (1 + a**2), False)):
        claim = Claim(E(u, p(u | v)), Relation.EQUAL, value)
        assert (find_witness(claim, given) is None) is holds
        assert (agrees(claim, given).counterexample is None) is holds


def test_a_mean_that_both_sides_have_is_the_same_with_either_sign():
    mean, body = known("Beta", z, m, 2), log(z) - log(1 - z)
    for left, right, holds in ((E(-body, mean), -E(body, mean), True), (E(-body, mean), E(body, mean), False)):
        claim = Claim(left, Relation.EQUAL, right)
        assert (find_witness(claim) is None) is holds
        assert (agrees(claim).counterexample is None) is holds


def test_factors_that_a_mean_does_not_bind_stay_outside_of_it():
    a, b, t = symbols("a b t", positive=True)
    inner = E(t * (x - z) ** 2, known("Gamma", t, a, b))
    for value, holds in ((a / b * ((x - m) ** 2 + s), True), (b / a * ((x - m) ** 2 + s), False)):
        claim = Claim(E(inner, NORMAL), Relation.EQUAL, value)  # a quadrature for each point of another takes too long
        assert (find_witness(claim) is None) is holds
        assert (agrees(claim).counterexample is None) is holds


def test_an_equation_for_every_index_is_met_at_its_own_index_alone():
    (a, b), t = variables("a b"), symbols("t", integer=True, positive=True)
    given = Context((Sign(Claim(a[t], Relation.EQUAL, 1 - b[t])),))

    def mean(place):
        return E(z, known("Normal", z, place, 1))

    with pytest.raises(NotSupported, match="for every index"):
        find_witness(Claim(mean(a[1]) - mean(a[2]), Relation.EQUAL, b[2] - b[1]), given, seed=1, draws=6)
    assert find_witness(Claim(mean(a[t]), Relation.EQUAL, 1 - b[t]), given, seed=1, draws=6) is None
    assert find_witness(Claim(mean(a[t]), Relation.EQUAL, 1 + b[t]), given, seed=1, draws=6) is not None
