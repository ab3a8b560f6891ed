"""Derivatives that are carried out before they are evaluated, and those that nobody can carry out."""

from __future__ import annotations

import pytest
from sympy import Expr, Integer, cos, exp, log, symbols

from symelbo.errors import NotSupported
from symelbo.language import E, Entry, known
from symelbo.language.functionals import Gradient
from symelbo.semantics.explicit.derivatives import differentiated

z, m = symbols("z m", real=True)
v = symbols("v", positive=True)
w, k = symbols("w", real=True), symbols("k", integer=True)
first, second, running = Entry(w, Integer(1)), Entry(w, Integer(2)), Entry(w, k)


@pytest.mark.parametrize(
    ("body", "wrt", "due"),
    [
        (m**3, m, 3 * m**2),
        (m * log(v) + exp(2 * m), m, log(v) + 2 * exp(2 * m)),
        (log(v) / v, v, 1 / v**2 - log(v) / v**2),
        (first**2 * second, first, 2 * first * second),
        (first**2 * second, second, first**2),
    ],
    ids=str,
)
def test_by_the_rules_of_calculus(body: Expr, wrt: Expr, due: Expr) -> None:
    (made,) = differentiated([Gradient(body, wrt)])
    assert (made - due).expand() == 0
    (other,) = differentiated([Gradient(2 * body, wrt)])
    assert (other - due).expand() != 0


@pytest.mark.parametrize(
    ("body", "wrt"),
    [(first**2, w), (w**2, first), (running**2, first), (E(z * w, known("Normal", z, first, 1)), first), (cos(m), m)],
    ids=str,
)
def test_what_may_be_a_part_of_the_other_is_refused(body: Expr, wrt: Expr) -> None:
    with pytest.raises(NotSupported):
        differentiated([Gradient(body, wrt)])
