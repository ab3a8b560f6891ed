"""Explicit densities as terms: what they bind, how they print, and what is refused."""

from __future__ import annotations

import pytest
from sympy import Integer, latex, oo, symbols

from symelbo.errors import IllFormed
from symelbo.language import KL, Components, Dot, E, Indicator, Known, dummy_for, known, replace_free, variables
from symelbo.language.shapes import dimension_name, kinds_of

x, z, m, s = variables("x z m s")
k, K = symbols("k K", integer=True)


def test_binders_know_their_variable():
    law = known("Normal", z, m, s**2)
    assert E(z**2 * x, law).free_symbols == {x, m, s}
    assert KL(law, known("Normal", z, 0, 1)).bound == (z,)
    assert law.of_slots == (z,) and law.is_positive
    assert KL(known("Normal", None, m, s), known("Normal", None, 0, 1)).bound == ()


def test_printing():
    assert latex(known("Normal", z, m, s**2)) == r"\mathcal{N}\left(z;\, m,\, s^{2}\right)"
    assert latex(known("Gamma", None, m, s)) == r"\mathrm{Gamma}\left(m,\, s\right)"
    assert str(known("Poisson", z, m)) == "Poisson(z; m)"


def test_replacing_goes_into_values_and_parameters():
    law = known("Normal", z, m, s**2)
    assert replace_free(law, {m: x, z: s}) == known("Normal", s, x, s**2)
    assert replace_free(E(z * m, law), {z: x}) == E(z * m, law)


def test_components_bind_their_index():
    vector = Components(m[k], k, 1, K)
    assert vector.entry(3) == m[3]
    assert replace_free(vector, {k: Integer(2)}) == vector
    assert vector.free_symbols == {K}


def test_refusals():
    with pytest.raises(IllFormed, match="not a known distribution"):
        Known("Gaussian", [z], [m, s])
    with pytest.raises(IllFormed, match="2 parameter"):
        known("Normal", z, m)
    with pytest.raises(IllFormed, match="no value"):
        _ = known("Normal", None, m, s).value
    with pytest.raises(IllFormed, match="same variables"):
        KL(known("Normal", z, m, s), known("Normal", x, m, s))


def test_indicator_of_everything_is_one():
    assert Indicator(z, -oo, oo) == 1
    assert Indicator(z, 0, oo).bounds == (0, oo)


def test_dummies_are_new():
    assert str(dummy_for(known("Normal", None, *variables("u v")))) == "u'"


def test_shapes_are_read_off():
    d = symbols("d")
    law = known("MultivariateNormal", z, m, s)
    kinds = kinds_of([law])
    assert kinds.vectors == {z, m} and kinds.matrices == {s}
    assert dimension_name([law, d / 2]) == d
    assert dimension_name([Dot(m, m) + d]) is None
