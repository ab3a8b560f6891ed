"""LaTeX that a person would have written, in the order in which it was said."""

from __future__ import annotations

import pytest
from sympy import Add, Rational, Symbol, exp, log, pi

from symelbo import KL, E, H, Integral, family, variables
from symelbo.writing import latex

x, z, w = variables("x z w")
p, q = family("p"), family("q", Symbol(r"\phi"))

PRINTED = [
    (log(p(x)), r"\log p(x)"),
    (log(p(x)) ** 2, r"\log^2 p(x)"),
    (log(2 * pi), r"\log \left(2 \pi\right)"),
    (p(x) * log(p(x)), r"p(x) \log p(x)"),
    (x * log(p(x)), r"x \log p(x)"),
    (exp(x) * log(x), r"e^x \log x"),
    (log(Integral(p(x, z), z)), r"\log \int p(x, z)\, dz"),
    (Integral(p(z), z) * p(x), r"\left(\int p(z)\, dz\right) p(x)"),
    (KL(q(z | x), p(z)), r"\mathrm{KL}\left(q_\phi(z \mid x) \,\|\, p(z)\right)"),
    (-log(p(z)) + H(p(z)), r"\mathrm{H}\left[p(z)\right] - \log p(z)"),
    (Rational(1, 2) * x, r"\frac{x}{2}"),
    (Integral(p(z), z) ** 2, r"\left(\int p(z)\, dz\right)^2"),
    (log(p(x)) ** 2 * p(x), r"\left(\log^2 p(x)\right) p(x)"),
    (
        Integral(log(Integral(p(x, z, w), x, w)), z),
        r"\int \left(\log \int p(x, z, w)\, dx\, dw\right)\, dz",
    ),
]


@pytest.mark.parametrize(("term", "text"), PRINTED, ids=[text for _, text in PRINTED])
def test_terms(term, text):
    assert latex(term) == text


def test_a_sum_keeps_the_order_in_which_it_was_written():
    one, two = log(p(x)), E(log(p(x, z)), q(z | x))
    for first, second in ((one, two), (two, one)):
        assert latex(Add(first, second, evaluate=False)) == f"{latex(first)} + {latex(second)}"


def test_an_unwritten_order_begins_without_a_minus():
    assert not latex(log(p(x)) - log(p(z)) - x).startswith("-")
    assert latex(-log(p(x)) - log(p(z))).startswith("-")
