"""Terms with explicit laws made concrete: sizes as numbers, sums written out, and what is a vector or a matrix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Add, Basic, Expr, Integer, Mul, Symbol, Tuple, exp, log, oo, preorder_traversal
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    Components,
    CrossEntropy,
    Det,
    Dimension,
    Dot,
    Entropy,
    Entry,
    Expectation,
    Identity,
    IndexSum,
    Integral,
    Inverted,
    Known,
    Ordered,
    Trace,
    Transposed,
    dummy_for,
    is_variable,
    replace_free,
)
from symelbo.language.shapes import Kinds
from symelbo.language.walks import found_in

__all__ = ["degree_in", "free_names", "size_names", "unroll"]

_VECTOR_LAWS = frozenset({"Categorical", "Dirichlet"})


def size_names(terms: Iterable[Expr]) -> tuple[set[Symbol], set[Symbol], bool]:
    """Symbols that count entries of vectors, other sizes and indices, and whether whole vectors occur."""
    dimensions: set[Symbol] = set()
    others: set[Symbol] = set()
    vectors, listed = False, list(terms)
    for term in listed:
        for node in preorder_traversal(term):
            if isinstance(node, Components):
                dimensions |= _symbols(node.args[2:])
            elif isinstance(node, Identity):
                vectors = True
                dimensions |= _symbols(node.args)
            elif isinstance(node, IndexSum):
                others |= _symbols((node.lower, node.upper))
            elif isinstance(node, Dot | Ordered | Trace | Det | Transposed | Inverted):
                vectors = True
    indices = {s for term in listed for node in found_in(term, Entry) for s in _symbols(node.indices)}
    free: set[Any] = set().union(*(term.free_symbols for term in listed))
    if vectors:
        # A sum next to whole vectors runs over their entries, unless its end is an index itself.
        dimensions |= others - indices
    return dimensions & free, (others | indices) & free - dimensions, vectors


def _symbols(terms: Iterable[Expr]) -> set[Symbol]:
    return {symbol for term in terms for symbol in term.free_symbols if isinstance(symbol, Symbol)}


def unroll(term: Any, sizes: Mapping[Expr, Expr], dimension: int) -> Any:
    """The term at given sizes, with finite sums, products and vectors of components written out.

    Unnamed dimensions become `dimension`. Divergences and entropies become expectations of logarithms.
    """
    return _Unroller(dimension).walk(replace_free(term, dict(sizes)))


class _Unroller:
    def __init__(self, dimension: int) -> None:
        self.dimension = dimension

    def walk(self, term: Any) -> Any:
        if isinstance(term, Str) or not isinstance(term, Basic) or is_variable(term):
            return term
        if isinstance(term, Dimension):
            return Integer(self.dimension)
        if isinstance(term, IndexSum):
            if term.upper == oo:
                return term.func(self.walk(term.body), *term.args[1:])
            terms = term.expand()
            if terms is None:
                raise NotSupported(f"the bounds of {term} are not numbers")
            return self.walk(terms)
        if isinstance(term, Components):
            body, index, lower, upper = term.args[0], term.args[1], self.walk(term.args[2]), self.walk(term.args[3])
            if not (lower.is_Integer and upper.is_Integer):
                raise NotSupported(f"the size of {term} is not a number")
            places = range(int(lower), int(upper) + 1)
            return Tuple(*(self.walk(replace_free(body, {index: Integer(k)})) for k in places))
        if isinstance(term, Known):
            return self._known(term)
        if isinstance(term, KL | Entropy | CrossEntropy):
            return self.walk(_as_expectation(term))
        if isinstance(term, Integral):
            mean = _as_mean(term)
            if mean is not None:
                return self.walk(mean)
        if not term.args:
            return term
        parts = [self.walk(part) for part in term.args]
        same = all(new is old for new, old in zip(parts, term.args, strict=True))
        made = term if same else term.func(*parts)
        return _split_log(made.args[0]) if isinstance(made, log) else made

    def _known(self, law: Known) -> Known:
        parameters = list(map(self.walk, law.parameters))
        values = list(map(self.walk, law.values))
        if law.name in _VECTOR_LAWS and is_variable(parameters[0]):
            places = range(1, self.dimension + 1)
            parameters = [Tuple(*(Entry(parameters[0], k) for k in places))]
        if all(new is old for new, old in zip((*values, *parameters), (*law.values, *law.parameters), strict=False)):
            return law
        return Known(law.name, values, parameters)


def _as_mean(term: Integral) -> Expr | None:
    """An integral over a vector against a law of it is a mean under that law, by definition."""
    if len(term.bound) != 1:
        return None
    (variable,) = term.bound
    factors = Mul.make_args(term.body)
    for law in factors:
        if not (isinstance(law, Known) and law.name == "MultivariateNormal" and law.values == (variable,)):
            continue
        if not any(variable in parameter.free_symbols for parameter in law.parameters):
            return Expectation(Mul(*(factor for factor in factors if factor is not law)), law)
    return None


def _as_expectation(term: KL | Entropy | CrossEntropy) -> Expr:
    sides = (term.law, term.law) if isinstance(term, Entropy) else (term.left, term.right)
    bound = term.bound
    if not bound:
        variable = dummy_for(*sides)
        if not all(isinstance(side, Known) and not side.values for side in sides):
            raise NotSupported(f"it is not clear what {term} averages over")
        sides, bound = (sides[0].at(variable), sides[1].at(variable)), (variable,)
    left, right = sides
    body = log(left) - log(right) if isinstance(term, KL) else -log(right)
    return Expectation(body, left, bound)


def _split_log(argument: Expr) -> Expr:
    """The logarithm of a product of densities as a sum: each of them is positive."""
    out, kept = [], []
    for factor in Mul.make_args(argument):
        base, exponent = factor.as_base_exp()
        if isinstance(base, Known):
            out.append(exponent * log(base))
        elif isinstance(factor, exp):
            out.append(factor.args[0])
        else:
            kept.append(factor)
    return Add(*out, log(Mul(*kept))) if kept else Add(*out)


def free_names(free: Iterable[Iterable[Expr]], kinds: Kinds) -> set[Expr]:
    """What needs a value among the free names of some terms: symbols and entries, vectors as a whole."""
    names: set[Expr] = set().union(*free)
    whole = (
        {name for name in names if isinstance(name, Entry) and name.base in kinds.vectors} if kinds.vectors else set()
    )
    return names - whole | {name.base for name in whole}


def degree_in(term: Any, names: frozenset[Expr], applied: int | None = None) -> int | None:
    """The total degree of a term in some names, an upper bound; None when it is not a polynomial in them.

    `applied` is the degree of unknown functions, where they have been given polynomials as a meaning.
    """
    if not isinstance(term, Basic) or not any(term.has(name) for name in names):
        return 0
    if term in names or (isinstance(term, Entry) and term.base in names):
        return 1
    if term.is_Add or isinstance(term, Transposed | Trace):
        return _most(degree_in(part, names, applied) for part in term.args)
    if term.is_Mul or isinstance(term, Dot | Ordered):
        parts = [degree_in(part, names, applied) for part in term.args]
        return None if None in parts else sum(part for part in parts if part is not None)
    if term.is_Pow and term.exp.is_Integer and term.exp >= 0:
        inner = degree_in(term.base, names, applied)
        return None if inner is None else inner * int(term.exp)
    if isinstance(term, log) and isinstance(term.args[0], Known):
        law = term.args[0]
        if law.name in ("Normal", "MultivariateNormal") and degree_in(law.parameters[1], names, applied) == 0:
            inner = _most(degree_in(part, names, applied) for part in (law.value, law.parameters[0]))
            return None if inner is None else 2 * inner
    if isinstance(term, Expectation):
        return _degree_of_mean(term, names, applied)
    if isinstance(term, AppliedUndef) and applied is not None:
        inner = _most(degree_in(part, names, applied) for part in term.args)
        return None if inner is None else inner * applied
    return None


def _degree_of_mean(term: Expectation, names: frozenset[Expr], applied: int | None) -> int | None:
    """A Gaussian variable is its mean and noise that is free of the names: polynomials stay polynomials."""
    law = term.law
    if not isinstance(law, Known) or law.name not in ("Normal", "MultivariateNormal"):
        return None
    if degree_in(law.parameters[1], names, applied) != 0:
        return None
    inner = degree_in(term.body, names | {law.value}, applied)
    mean = degree_in(law.parameters[0], names, applied)
    return None if inner is None or mean is None else inner * max(1, mean)


def _most(degrees: Iterable[int | None]) -> int | None:
    found = list(degrees)
    return None if None in found else max((d for d in found if d is not None), default=0)
