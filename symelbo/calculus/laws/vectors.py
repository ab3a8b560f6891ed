r"""Vectors without coordinates: norms as products, isotropic covariances, sums over coordinates.

A statement that is affine in inner products holds for vectors of every dimension iff it holds when each inner product
`a^\top b` is read as the product `a b`: both are symmetric bilinear, and the forms `v_i^\top v_j` of free vectors are
as independent as the monomials `v_i v_j`. The dimension itself stays a symbol.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Integer, Mul, Symbol, Tuple, exp, log

from symelbo.errors import NotSupported
from symelbo.language import (
    Components,
    Dimension,
    Dot,
    Entry,
    Identity,
    IndexProduct,
    IndexSum,
    Inverted,
    Known,
    Ordered,
    Transposed,
    base_of,
    is_variable,
    replace_free,
)
from symelbo.language.shapes import kinds_of
from symelbo.language.walks import found_in, parts_in_order

__all__ = [
    "as_components",
    "at_index",
    "componentwise",
    "coordinates",
    "isotropic",
    "merge_sums",
    "ranges",
    "unfold_norms",
    "with_inner_products",
]

_RUNNING = Symbol("#i", integer=True)


def isotropic(law: Known) -> tuple[Expr, Expr] | None:
    """Variance and dimension of a Gaussian with covariance `v I`; None for other laws."""
    if law.name not in ("Normal", "MultivariateNormal"):
        return None
    covariance = law.parameters[1]
    found = found_in(covariance, Identity)
    if len(found) != 1:
        return None
    (identity,) = found
    # Every term must carry the identity: with I read as 1 the covariance is its variance.
    marker = Symbol("I")
    if any(not term.has(marker) for term in Add.make_args(covariance.xreplace({identity: marker}))):
        return None
    dimension = identity.args[0] if identity.args else Dimension(_plain(law))
    return covariance.xreplace({identity: Integer(1)}), dimension


def _plain(law: Known) -> Expr:
    return law.values[0] if law.values else law.parameters[0]


def as_components(vector: Expr, size: Expr | None = None) -> Components | None:
    """A vector of numbers as its components: given ones, a listed tuple's, or the entries of a bare name."""
    if isinstance(vector, Components):
        return vector
    if is_variable(vector) and not isinstance(vector, Entry):
        index = Symbol("k", integer=True)
        return Components(Entry(vector, index), index, 1, Dimension(vector) if size is None else size)
    return None


def coordinates(law: Known) -> IndexProduct | None:
    """A Gaussian with a diagonal covariance given by its components, as a product over coordinates."""
    if law.name not in ("Normal", "MultivariateNormal") or not law.values:
        return None
    mean, covariance = law.parameters
    if not isinstance(covariance, Components) or not isinstance(law.value, Symbol):
        return None
    variance, index, lower, upper = covariance.args
    entry = _coordinate(mean, index)
    if entry is None:
        return None
    return IndexProduct(Known("Normal", (Entry(law.value, index),), (entry, variance)), index, lower, upper)


def _coordinate(vector: Expr, index: Expr) -> Expr | None:
    """The coordinate of a sum of bare names with numbers before them; None where it is unclear what is a vector."""
    if isinstance(vector, Components):
        return vector.entry(index)
    parts: list[Expr] = []
    for term in Add.make_args(vector):
        number, name = term.as_coeff_Mul()
        if name == 1 and number == 0:
            continue
        if not isinstance(name, Symbol):
            return None
        parts.append(number * Entry(name, index))
    return Add(*parts)


def unfold_norms(term: Expr, spans: dict[Expr, tuple[Expr, Expr]] | None = None) -> Expr:
    r"""Inner products as sums over coordinates, for vectors whose entries occur: `\|\mu\|^2` is `\sum_j \mu_j^2`.

    `spans` gives the index range by vector; without it, it is read off the sums in the term.
    """
    if not term.has(Dot):
        return term
    known = dict(spans or {}) or ranges(term)
    changes: dict[Expr, Expr] = {}
    for node in found_in(term, Dot):
        names = {symbol for symbol in node.free_symbols if symbol in known}
        if not names:
            continue
        lower, upper = known[next(iter(names))]
        index = _fresh_index(term)
        sides = [_coordinate(side, index) for side in node.args]
        if sides[0] is not None and sides[1] is not None:
            changes[node] = IndexSum(sides[0] * sides[1], index, lower, upper)
    return term.xreplace(changes)


def _fresh_index(term: Expr) -> Symbol:
    taken = {str(node) for node in found_in(term, Symbol)}
    stem = "j"
    while stem in taken:
        stem += "'"
    return Symbol(stem, integer=True)


def ranges(term: Expr) -> dict[Expr, tuple[Expr, Expr]]:
    """The range of the index, for every name that is used by its entries inside a sum or product."""
    found: dict[Expr, tuple[Expr, Expr]] = {}
    for node in parts_in_order(term):
        if isinstance(node, IndexSum):
            for entry in found_in(node.body, Entry):
                if entry.indices == (node.index,):
                    found.setdefault(entry.base, (node.lower, node.upper))
    return found


def with_inner_products(terms: list[Expr]) -> list[Expr]:
    r"""Products `a^\top b` of two vectors as inner products, where the terms of a claim are about no matrices.

    A capital may be a matrix that nothing else shows to be one.

    >>> from sympy import Symbol
    >>> from symelbo.language import Ordered, Transposed
    >>> x, y = Symbol("x"), Symbol("y")
    >>> with_inner_products([Ordered(Transposed(x), y)]) == [Dot(x, y)]
    True
    """
    products = {node for term in terms for node in found_in(term, Ordered)}
    if not products:
        return terms
    try:
        matrices = kinds_of(terms).matrices
    except NotSupported:
        return terms
    changes: dict[Expr, Expr] = {}
    for node in products:
        row, *columns = node.args
        if len(columns) != 1 or not isinstance(row, Transposed) or columns[0].has(Transposed, Ordered, Inverted):
            return terms
        changes[node] = Dot(row.args[0], columns[0])
    names = {str(base_of(name)).strip("\\{}") for node in products for name in node.free_symbols}
    capital = any(len(name) == 1 and name.isupper() for name in names)
    return terms if matrices or capital else [term.xreplace(changes) for term in terms]


def componentwise(term: Expr) -> Expr | None:
    """Every inner product as a product of its sides, where that is faithful; None where it is not.

    Faithful are terms affine in inner products, also under `exp`. A product of two inner products, a power, or a
    function of one is not: Cauchy and Schwarz tell `<a, b>^2` from `|a|^2 |b|^2`.
    """
    if not isinstance(term, Expr) or not term.has(Dot):
        return term
    if isinstance(term, Dot):
        return None if any(side.has(Dot) for side in term.args) else Mul(*term.args)
    if term.is_Mul and sum(_bare(factor) for factor in term.args) > 1:
        return None
    if term.is_Pow and _bare(term) and not isinstance(term, exp):
        return None
    if isinstance(term, log) and _bare(term.args[0]):
        return None
    if term.is_Function and not isinstance(term, exp | log):
        return None
    made = _each(term.args)
    return None if made is None else term.func(*made)


def _each(parts: Iterable[Expr]) -> list[Expr] | None:
    made: list[Expr] = []
    for part in parts:
        inner: Expr | None
        if isinstance(part, Tuple):
            listed = _each(part)
            inner = None if listed is None else Tuple(*listed)
        else:
            inner = componentwise(part) if isinstance(part, Expr) else part
        if inner is None:
            return None
        made.append(inner)
    return made


def _bare(term: Expr) -> bool:
    """Whether inner products occur outside of exponentials."""
    if isinstance(term, exp) or not term.has(Dot):
        return False
    if isinstance(term, Dot):
        return True
    return any(_bare(part) for part in term.args if isinstance(part, Expr))


def at_index(term: Expr, index: Expr, position: Expr) -> Expr:
    """A term at another index."""
    return term if index == position else replace_free(term, {index: position})


def merge_sums(term: Expr) -> Expr:
    """Sums over the same range as one sum, multiples of the number of terms among them.

    A difference of sums whose summands agree becomes a sum whose summand is zero in the field of logarithms.
    """
    parts: list[Expr] = []
    bodies: dict[tuple[Expr, Expr], Expr] = {}
    for part in Add.make_args(term.expand(deep=False, mul=True)):
        sums = [factor for factor in Mul.make_args(part) if type(factor) is IndexSum]
        if len(sums) != 1:
            parts.append(part)
            continue
        (found,) = sums
        weight = Mul(*(factor for factor in Mul.make_args(part) if factor is not found))
        summand = weight * replace_free(found.body, {found.index: _RUNNING})
        key = (found.lower, found.upper)
        bodies[key] = bodies.get(key, Integer(0)) + summand
    rest = Add(*parts)
    made: list[Expr] = []
    for (lower, upper), body in bodies.items():
        count = upper - lower + 1
        if isinstance(count, Symbol):
            # n times something is a sum of n equal terms.
            opened = rest.expand(deep=False, mul=True)
            each = opened.coeff(count)
            if count not in each.free_symbols:
                body, rest = body + each, opened - (count * each).expand(deep=False, mul=True)
        if body != 0:
            made.append(IndexSum(body, _RUNNING, lower, upper))
    return Add(rest, *made)
