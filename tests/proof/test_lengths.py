"""Sequences of a given length: proved at any length for the price of a symbolic one, and slips in them refuted."""

from __future__ import annotations

import pytest
from sympy import Eq, Integer, Rational, Symbol, log

from symelbo import KL, E, IndexProduct, IndexSum, context, family, prove
from symelbo.language import Claim, Density, Relation, Variable
from symelbo.proof import Effort
from symelbo.proof.lengths import is_long, of_any_length
from symelbo.proof.repair import Search, Trials

x = Variable("x")
p, q = family("p"), family("q")
t = Symbol("t", integer=True)


def _chains(length):
    forward = Eq(Density(q, [x[1:length]], [x[0]]), IndexProduct(q(x[t] | x[t - 1]), t, 1, length))
    backward = Eq(Density(p, [x[0:length]]), p(x[length]) * IndexProduct(p(x[t - 1] | x[t]), t, 1, length))
    return [forward, backward]


def _bound(length):
    path = Density(q, [x[1:length]], [x[0]])
    return E(log(Density(p, [x[0:length]]) / path), path)


def _three_parts(length, first=2, sign=1):
    step = Density(q, [x[t - 1]], [x[t], x[0]])
    pairs = E(KL(step, p(x[t - 1] | x[t])), Density(q, [x[t]], [x[0]]))
    start = E(log(p(x[0] | x[1])), Density(q, [x[1]], [x[0]]))
    return start - sign * KL(Density(q, [x[length]], [x[0]]), p(x[length])) - IndexSum(pairs, t, Integer(first), length)


@pytest.mark.parametrize("length", [4, 16, 64])
def test_the_cost_does_not_grow_with_the_length(length):
    few = Effort(calculus=2_000)
    assert prove(log(p(x[0])), ">=", _bound(length), assuming=_chains(length), effort=few).proved
    assert prove(_bound(length), "==", _three_parts(length), assuming=_chains(length), effort=few).proved


def test_slips_in_a_long_sequence_are_refuted():
    verdict = prove(_bound(30), "==", _three_parts(30, sign=-1), assuming=_chains(30))
    assert verdict.refuted
    path = Density(q, [x[1:30]], [x[0]])
    short = IndexSum(log(q(x[t] | x[t - 1])), t, 1, 29)
    assert prove(log(path), "==", short, assuming=_chains(30)).refuted
    assert prove(log(path), "==", IndexSum(log(q(x[t] | x[t - 1])), t, 1, 30), assuming=_chains(30)).proved


def test_a_number_beside_the_sum_is_the_length_only_where_that_helps():
    total = IndexSum(log(q(x[t])), t, 1, 20)
    mean = IndexSum(log(q(x[t])) / 20, t, 1, 20)
    assert prove(Rational(1, 20) * total, "==", mean).proved
    assert prove(IndexSum(Integer(1), t, 1, 20), "==", Integer(20)).proved
    assert prove(IndexSum(Integer(1), t, 1, 20), "==", Integer(19)).refuted


@pytest.mark.parametrize("last", [29, 30])
def test_repairs_of_a_long_sequence_are_looked_for_in_a_short_one(last):
    path, given = log(Density(q, [x[1:30]], [x[0]])), context(_chains(30))
    sums = [IndexSum(log(q(x[t] | x[t - 1])), t, first, last) for first in (1, 2)]
    claims = {number: Claim(path, Relation.EQUAL, total) for number, total in enumerate(sums)}
    search = Search(given, Effort(), Trials())
    assert [number for number, _ in search.proved(claims.items())] == ([0] if last == 30 else [])
    assert [search.plausible(claim) for claim in claims.values()] == [last == 30, False]


def test_a_place_in_the_middle_keeps_the_length():
    claim = Claim(Density(q, [x[1:64]]), Relation.LESS, q(x[32]))
    assert list(of_any_length(claim, context())) == []
    assert is_long(claim, context())
    assert list(of_any_length(Claim(q(x[1], x[2]), Relation.EQUAL, q(x[2], x[1])), context())) == []
