"""Claims about sequences of symbolic length: each true one beside slips of it."""

from __future__ import annotations

import pytest
from sympy import Eq, Integer, Symbol, log

from symelbo import KL, E, H, IndexProduct, IndexSum, family, prove
from symelbo.language import Density, Variable

x, z, y = Variable("x"), Variable("z"), Variable("y")
p, q = family("p"), family("q")
t, T = Symbol("t", integer=True), Symbol("T", integer=True, positive=True)

FORWARD = Eq(Density(q, [x[1:T]], [x[0]]), IndexProduct(q(x[t] | x[t - 1]), t, 1, T))
BACKWARD = Eq(Density(p, [x[0:T]]), p(x[T]) * IndexProduct(p(x[t - 1] | x[t]), t, 1, T))
MARKOV_Q = Eq(Density(q, [z[1:T]]), q(z[1]) * IndexProduct(q(z[t] | z[t - 1]), t, 2, T))
MARKOV_P = Eq(Density(p, [z[1:T]]), p(z[1]) * IndexProduct(p(z[t] | z[t - 1]), t, 2, T))

PATH = Density(q, [x[1:T]], [x[0]])
BOUND = E(log(Density(p, [x[0:T]]) / PATH), PATH)
STEP = Density(q, [x[t - 1]], [x[t], x[0]])
PAIRS = E(KL(STEP, p(x[t - 1] | x[t])), Density(q, [x[t]], [x[0]]))
PAIRS_P = E(KL(STEP, p(x[t - 1] | x[t])), p(x[t]))
LAST = KL(Density(q, [x[T]], [x[0]]), p(x[T]))
FIRST = E(log(p(x[0] | x[1])), Density(q, [x[1]], [x[0]]))
PREFIX = Density(q, [z[1 : t - 1]])
NEXT = KL(Density(q, [z[t]], [z[1 : t - 1]]), Density(p, [z[t]], [z[1 : t - 1]]))
WHOLE = KL(Density(q, [z[1:T]]), Density(p, [z[1:T]]))


def total(body, low=1, high=T):
    return IndexSum(body, t, Integer(low), high)


CASES = {
    "chain rule": (WHOLE, "==", total(E(NEXT, PREFIX)), []),
    "markov chain rule": (
        WHOLE,
        "==",
        KL(q(z[1]), p(z[1])) + total(E(KL(q(z[t] | z[t - 1]), p(z[t] | z[t - 1])), q(z[t - 1])), 2),
        [MARKOV_P, MARKOV_Q],
    ),
    "bound of a path": (log(p(x[0])), ">=", BOUND, [FORWARD, BACKWARD]),
    "three parts": (BOUND, "==", FIRST - LAST - total(PAIRS, 2), [FORWARD, BACKWARD]),
    "markov property": (q(x[t] | x[t - 1]), "==", Density(q, [x[t]], [x[t - 1], x[0]]), [FORWARD]),
    "telescope": (total(log(q(x[t])) - log(q(x[t - 1])), 2), "==", log(q(x[T])) - log(q(x[1])), []),
    "entropies": (
        H(Density(q, [z[1:T]])),
        "==",
        -E(total(log(Density(q, [z[t]], [z[1 : t - 1]]))), Density(q, [z[1:T]])),
        [],
    ),
}
SLIPS = {
    "average under the other law": (WHOLE, "==", total(E(NEXT, Density(p, [z[1 : t - 1]]))), []),
    "no first term": (
        WHOLE,
        "==",
        total(E(KL(q(z[t] | z[t - 1]), p(z[t] | z[t - 1])), q(z[t - 1])), 2),
        [MARKOV_P, MARKOV_Q],
    ),
    "bound turned round": (log(p(x[0])), "<=", BOUND, [FORWARD, BACKWARD]),
    "prior term added": (BOUND, "==", FIRST + LAST - total(PAIRS, 2), [FORWARD, BACKWARD]),
    "wrong outer law": (BOUND, "==", FIRST - LAST - total(PAIRS_P, 2), [FORWARD, BACKWARD]),
    "not markov": (q(x[t] | x[t - 1]), "==", Density(q, [x[t]], [x[t - 1], x[0]]), []),
    "telescope one too far": (total(log(q(x[t])) - log(q(x[t - 1])), 2), "==", log(q(x[T])) - log(q(x[0])), []),
}


@pytest.mark.parametrize("name", CASES)
def test_true_for_every_length(name):
    left, relation, right, assumed = CASES[name]
    verdict = prove(left, relation, right, assuming=assumed)
    assert verdict.proved, str(verdict)


@pytest.mark.parametrize("name", SLIPS)
def test_slips_are_refuted(name):
    left, relation, right, assumed = SLIPS[name]
    verdict = prove(left, relation, right, assuming=assumed)
    assert verdict.refuted, str(verdict)
    assert verdict.witness is not None
    assert verdict.witness.lines()
