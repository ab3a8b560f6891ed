"""Arithmetic of forms: a commutative ring, with renaming that respects bound names."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from symelbo import family, variables
from symelbo.calculus.forms.atoms import Logarithm, Opaque, Root, Scalar
from symelbo.calculus.forms.form import ONE, ZERO, Form, Marker, constant, of_atom

x, z, w = variables("x z w")
p, q = family("p"), family("q")
ROOTS = (Root(p, frozenset({(x, x)})), Root(p, frozenset({(x, x), (z, z)})), Root(q, frozenset({(z, z)})))
ATOMS = (*ROOTS, Scalar(w), Logarithm(of_atom(ROOTS[0])))

monomials = st.dictionaries(
    st.sampled_from(ATOMS), st.sampled_from([Fraction(n, 2) for n in (-4, -2, -1, 1, 2, 4)]), max_size=3
)
forms = st.dictionaries(
    monomials.map(lambda m: frozenset(m.items())), st.fractions(-3, 3, max_denominator=6), max_size=3
).map(Form)


@given(forms, forms, forms)
@settings(max_examples=80, deadline=None)
def test_ring_laws(left, right, third):
    assert left + right == right + left
    assert left * right == right * left
    assert (left + right) * third == left * third + right * third
    assert (left * right) * third == left * (right * third)
    assert left - left == ZERO
    assert left * ONE == left
    assert left * ZERO == ZERO
    assert not left.scaled(Fraction(0))


@given(forms, forms)
@settings(max_examples=80, deadline=None)
def test_renaming_is_a_homomorphism(left, right):
    values = {z: w}
    assert (left * right).renamed(values) == left.renamed(values) * right.renamed(values)
    assert (left + right).renamed(values) == left.renamed(values) + right.renamed(values)
    assert z not in left.renamed(values).names


@given(forms)
@settings(max_examples=40, deadline=None)
def test_equal_forms_have_equal_hashes(value):
    again = Form(dict(reversed(list(value.terms.items()))))
    assert again == value
    assert hash(again) == hash(value)
    assert value + ONE != value


def test_atoms_that_become_equal_are_collected():
    product = of_atom(Root(p, frozenset({(x, x)}))) * of_atom(Root(p, frozenset({(x, w)})))
    assert product.renamed({w: x}) == of_atom(Root(p, frozenset({(x, x)})), 2)


def test_kinds_of_atoms_never_mix():
    assert Logarithm(of_atom(ROOTS[0])) != Opaque(frozenset({(ROOTS[0], Fraction(1))}), (Marker(1, 0),))
    assert Scalar(x) != Scalar(z)
    assert constant(2).constant() == 2
    assert of_atom(ROOTS[0]).constant() is None
