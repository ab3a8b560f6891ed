"""Whatever is printed is read back as the same term.

Left out of the comparison, because a formula alone does not carry it: what is assumed of a name (positive, an integer,
a parameter or a variable), and whether `p(x_t)` is one density at the t-th value or the density of the t-th variable.
"""

from __future__ import annotations

import os
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Add, Basic, Expr, Integer, Mul, Pow, Rational, Symbol, exp, log, nan, oo, zoo
from sympy.core.symbol import Str

from symelbo import KL, E, H, IndexProduct, IndexSum, Integral, family, variables
from symelbo.language import At, Entry, Variable
from symelbo.reading import read_document
from symelbo.writing import latex

NAMES = variables("x y z w")
x, y, z, w = NAMES
T, t = Symbol("T"), Symbol("t")
FAMILIES = (family("p"), family("q", Symbol(r"\phi")))
COUNT = min(5_000, int(os.environ.get("SYMELBO_SOUNDNESS", "120")))
FACTORS = (Symbol("a"), Symbol("b"), Symbol(r"\beta"), Integer(2), Integer(-1), Rational(1, 2), Integer(-3))


def same(one: Expr, other: Expr) -> bool:
    return plain(one) == plain(other)


def plain(term: Basic) -> Basic:
    """The term without assumptions, and with sums and products in the order that SymPy likes."""
    if isinstance(term, Symbol):
        return Variable(term.name.lstrip("\\"))
    if isinstance(term, At) and isinstance(term.value, Entry) and term.value.base == term.variable:
        return plain(term.value)
    if not term.args or isinstance(term, Str):
        return term
    parts = [plain(part) for part in term.args]
    if isinstance(term, Add | Mul | Pow | log | exp):
        return term.func(*parts)
    return Basic.__new__(term.func, *parts)


def read_back(text: str) -> list[Expr]:
    reading = read_document("note.md", f"$$ {text} = 1 $$")
    return [one.claim.lhs for statement in reading.statements for one in statement.readings[:1]]


@st.composite
def laws(draw: Any, over: tuple[Any, ...] | None = None) -> Expr:
    """A density: of the given variables or of some, with some of the others after the bar."""
    chosen = over or tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True)))
    rest = [name for name in NAMES if name not in chosen]
    given_names = draw(st.lists(st.sampled_from(rest), max_size=2, unique=True)) if rest else []
    model = draw(st.sampled_from(FAMILIES))
    if given_names:
        return model(*chosen[:-1], chosen[-1] | given_names[0], *given_names[1:])
    return model(*chosen)


@st.composite
def divergences(draw: Any) -> Expr:
    over = tuple(draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=2, unique=True)))
    left, right = draw(laws(over)), draw(laws(over))
    return draw(st.sampled_from((KL, H)))(left, right)


@st.composite
def indexed(draw: Any) -> Expr:
    """A density of one entry, of an entry given a block, or of a whole sequence."""
    model, name, other = (
        draw(st.sampled_from(FAMILIES)),
        draw(st.sampled_from(NAMES[:2])),
        draw(st.sampled_from(NAMES[2:])),
    )
    kind = draw(st.integers(0, 3))
    if kind == 0:
        return model(name[t])
    if kind == 1:
        return model(name[t] | name[1 : t - 1])
    return model(name[t] | other[t]) if kind == 2 else model(name[1:T])


@st.composite
def series(draw: Any) -> Expr:
    body = draw(indexed())
    if draw(st.booleans()):
        return IndexProduct(body, t, 1, T)
    return IndexSum(draw(st.sampled_from((log(body), body, log(body) * Symbol("a")))), t, 1, T)


def compound(inner: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    pairs = st.tuples(inner, inner)
    inner = inner.filter(lambda term: bool(term.free_symbols))  # a sum of nothing but numbers is another matter
    return st.one_of(
        inner.map(log),
        inner.map(exp),
        pairs.map(lambda two: two[0] + two[1]),
        pairs.map(lambda two: two[0] - two[1]),
        pairs.map(lambda two: two[0] * two[1]),
        pairs.map(lambda two: two[0] / two[1]),
        st.tuples(st.sampled_from(FACTORS), inner).map(lambda two: two[0] * two[1]),
        st.tuples(inner, st.sampled_from((2, 3, -1))).map(lambda two: two[0] ** two[1]),
        st.tuples(inner, laws()).map(lambda two: E(two[0], two[1])),
        inner.flatmap(integrals),
    )


def integrals(body: Expr) -> st.SearchStrategy[Expr]:
    """Integrals and sums over names that the body has; over others they would be read as sums with a length."""
    names = [name for name in NAMES if name in body.free_symbols]
    if not names:
        return st.just(body)
    over = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True)
    return st.tuples(over, st.booleans()).map(lambda two: Integral(body, *two[0], discrete=two[1]))


TERMS = st.recursive(
    st.one_of(laws(), laws().map(log), divergences(), laws().map(H), series()), compound, max_leaves=5
).filter(lambda term: bool(term.free_symbols) and not term.has(zoo, nan, oo))


@settings(max_examples=COUNT, deadline=None)
@given(TERMS)
def test_what_is_printed_is_read_back(term: Expr) -> None:
    text = latex(term)
    back = read_back(text)
    assert len(back) == 1 and same(back[0], term), f"{text}\nprinted from {term}\nread as {back}"


def test_a_sum_does_not_take_in_what_follows_it():
    x, z = variables("x z")
    p = family("p")
    total = Integral(p(x), x, discrete=True)
    assert latex(Add(total, p(x), evaluate=False)) == r"\left(\sum_x p(x)\right) + p(x)"
    assert latex(Add(total, p(z), evaluate=False)) == r"\sum_x p(x) + p(z)"
