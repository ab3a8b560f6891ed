"""Words of matrices and vectors, and everything about Gaussians with a full covariance."""

from __future__ import annotations

import pytest
from sympy import Abs, Rational, exp, log, pi

from symelbo.calculus.laws.matrices import matrix_forms
from symelbo.calculus.logfield import Zero, decide_zero
from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    Claim,
    CrossEntropy,
    Det,
    Dot,
    E,
    Entropy,
    Identity,
    Inverted,
    Ordered,
    Relation,
    Trace,
    Transposed,
    known,
    variables,
)
from symelbo.semantics.explicit.continuous import agrees, find_witness

z, m, c, S, L, d, A = variables("z m c S Lambda d A")
half = Rational(1, 2)
q, p = known("MultivariateNormal", z, m, S), known("MultivariateNormal", z, c, L)
T, inv = Transposed, Inverted


def quad(vector, matrix):
    return Ordered(T(vector), matrix, vector)


def law(mean, covariance):
    return known("MultivariateNormal", None, mean, covariance)


KL_FULL = half * (log(Det(L) / Det(S)) - d + Trace(Ordered(inv(L), S)) + quad(m - c, inv(L)))
KL_UNIT = half * (Trace(S) + Dot(m, m) - d - log(Det(S)))

TRUE = {
    "divergence": (KL(q, p), KL_FULL),
    "bars as determinants": (KL(q, p), KL_FULL.xreplace({Det(L): Abs(L), Det(S): Abs(S)})),
    "standard normal": (KL(law(m, S), law(0, Identity())), KL_UNIT),
    "equal covariances": (KL(law(m, S), law(c, S)), half * quad(m - c, inv(S))),
    "symmetric for equal covariances": (KL(law(m, S), law(c, S)), KL(law(c, S), law(m, S))),
    "quadratic form": (E(quad(z - c, A), q), Trace(Ordered(A, S)) + quad(m - c, A)),
    "trace of the outer product": (E(quad(z - c, A), q), E(Trace(Ordered(A, z - c, T(z - c))), q)),
    "mean inside the trace": (
        Trace(Ordered(A, E(Ordered(z - c, T(z - c)), q))),
        Trace(Ordered(A, S)) + quad(m - c, A),
    ),
    "dimension": (E(quad(z - m, inv(S)), q), d),
    "entropy": (Entropy(q), half * d * log(2 * pi * exp(1)) + half * log(Det(S))),
    "entropy as one determinant": (Entropy(q), half * log(Det(2 * pi * exp(1) * S))),
    "cross-entropy": (CrossEntropy(q, p), Entropy(q) + KL(q, p)),
}
FALSE = {
    "covariances exchanged": (KL(q, p), KL_FULL - half * Trace(Ordered(inv(L), S)) + half * Trace(Ordered(inv(S), L))),
    "dropped determinant": (KL(q, p), KL_FULL - half * log(Det(L) / Det(S))),
    "dropped dimension": (KL(q, p), KL_FULL + half * d),
    "lost half": (KL(law(m, S), law(c, S)), quad(m - c, inv(S))),
    "wrong precision": (KL(law(m, S), law(c, S)), half * quad(m - c, S)),
    "lost trace": (E(quad(z - c, A), q), quad(m - c, A)),
    "entropy without its constant": (Entropy(q), half * log(Det(S))),
}


def _proved(pair):
    left, right = matrix_forms(pair)
    return isinstance(decide_zero(left - right), Zero)


@pytest.mark.parametrize("name", TRUE)
def test_true_forms(name):
    assert _proved(TRUE[name])
    if name not in ("mean inside the trace",):
        agreement = agrees(Claim(TRUE[name][0], Relation.EQUAL, TRUE[name][1]))
        assert agreement.counted >= 2 and agreement.counterexample is None


@pytest.mark.parametrize("name", FALSE)
def test_slips(name):
    assert not _proved(FALSE[name])
    assert find_witness(Claim(FALSE[name][0], Relation.EQUAL, FALSE[name][1])) is not None


def test_order_and_transposition_matter():
    B = variables("B")
    tie = Trace(S) + Trace(L)
    assert _proved((Trace(Ordered(A, B)) + tie, Trace(Ordered(B, A)) + tie))
    assert not _proved((Trace(Ordered(A, A, B, B)) + tie, Trace(Ordered(A, B, A, B)) + tie))
    assert _proved((Trace(T(A)) + tie, Trace(A) + tie))
    assert _proved((Ordered(T(m), S, c) + Trace(Ordered(S, inv(S))) + Entropy(q), Ordered(T(c), S, m) + d + Entropy(q)))
    assert not _proved((Ordered(T(m), A, c) + Trace(A) + Entropy(p), Ordered(T(c), A, m) + Trace(A) + Entropy(p)))


def test_what_has_no_normal_form():
    with pytest.raises(NotSupported):
        matrix_forms([E(quad(z, S) ** 2, q)])
    with pytest.raises(NotSupported):
        matrix_forms([Trace(S * A), Trace(A)])
    assert matrix_forms([m + c]) is None
