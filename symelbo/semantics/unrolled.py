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
    Inverted,
    Known,
    Ordered,
    Trace,
    Transposed,
    dummy_for,
    is_variable,
    replace_free,
)

__all__ = ["Kinds", "degree_in", "kinds_of", "size_names", "unroll"]

_VECTOR_LAWS = frozenset({"Categorical", "Dirichlet"})


def size_names(terms: Iterable[Expr]) -> tuple[set[Symbol], bool]:
    """Symbols that say how many there are of something, and whether vectors without coordinates occur."""
    found: set[Symbol] = set()
    vectors = False
    for term in terms:
        for node in preorder_traversal(term):
            if isinstance(node, IndexSum | Components):
                bounds = node.args[2:] if isinstance(node, Components) else (node.lower, node.upper)
                found |= {s for bound in bounds for s in bound.free_symbols if isinstance(s, Symbol)}
                found |= {node.args[3]} if isinstance(node.args[3], Dimension) else set()
            elif isinstance(node, Identity):
                vectors = True
                found |= {s for s in node.free_symbols if isinstance(s, Symbol)}
            elif isinstance(node, Dot | Ordered | Trace | Det | Transposed | Inverted):
                vectors = True
            if isinstance(node, Entry):
                found |= {s for index in node.indices for s in index.free_symbols if isinstance(s, Symbol)}
    return found, vectors


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
        if not term.args:
            return term
        made = term.func(*map(self.walk, term.args))
        return _split_log(made.args[0]) if isinstance(made, log) else made

    def _known(self, law: Known) -> Known:
        parameters = list(map(self.walk, law.parameters))
        if law.name in _VECTOR_LAWS and is_variable(parameters[0]):
            places = range(1, self.dimension + 1)
            parameters = [Tuple(*(Entry(parameters[0], k) for k in places))]
        return Known(law.name, map(self.walk, law.values), parameters)


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


class Kinds:
    """Which names are vectors and which are matrices; all others are numbers."""

    def __init__(self) -> None:
        self.vectors: set[Expr] = set()
        self.matrices: set[Expr] = set()
        self.numbers: set[Expr] = set()

    def is_vector(self, name: Expr) -> bool:
        """Whether a name (or the function of an applied function) stands for a vector."""
        return (name.func if isinstance(name, AppliedUndef) else name) in self.vectors

    def mark(self, term: Expr, kind: str) -> None:
        """Record that a term is a vector, or a matrix, for the names in it. Raises `NotSupported` if it is unclear."""
        for part in Add.make_args(term):
            factors = [factor for factor in Mul.make_args(part) if not factor.is_number]
            factors = [factor for factor in factors if not self._is_number(factor)]
            if len(factors) == 1:
                self._mark_factor(factors[0], kind)
            elif factors:
                known = [factor for factor in factors if self._known(factor, kind)]
                if len(known) != 1:
                    raise NotSupported(f"it is not clear which factor of {part} is a {kind}")
                for factor in factors:
                    if factor not in known:
                        self.numbers |= factor.free_symbols

    def _is_number(self, factor: Expr) -> bool:
        if isinstance(factor, Dot | Trace | Det | Dimension):
            return True
        if is_variable(factor):
            return bool(factor.is_positive) or factor in self.numbers
        if factor.is_Pow or isinstance(factor, exp | log):
            return True
        return not isinstance(factor, AppliedUndef | Ordered | Identity | Inverted | Transposed | Add)

    def _known(self, factor: Expr, kind: str) -> bool:
        names = self.vectors if kind == "vector" else self.matrices
        if factor.is_Add:
            return any(self._known(term, kind) for term in factor.args)
        return (factor.func if isinstance(factor, AppliedUndef) else factor) in names or isinstance(factor, Ordered)

    def _mark_factor(self, factor: Expr, kind: str) -> None:
        if factor.is_Add:
            self.mark(factor, kind)
        elif isinstance(factor, Inverted):
            self.mark(factor.args[0], "matrix")
        elif isinstance(factor, Transposed):
            self.mark(factor.args[0], kind)
        elif isinstance(factor, AppliedUndef):
            (self.vectors if kind == "vector" else self.matrices).add(factor.func)
        elif is_variable(factor):
            (self.vectors if kind == "vector" else self.matrices).add(factor)


def kinds_of(terms: Iterable[Expr]) -> Kinds:
    """What is a vector or a matrix, read off the laws and the linear algebra that names occur in."""
    kinds = Kinds()
    nodes = [node for term in terms for node in preorder_traversal(term)]
    for node in nodes:
        if isinstance(node, Trace | Det | Inverted):
            kinds.mark(node.args[0], "matrix")
        elif isinstance(node, Known) and node.name == "MultivariateNormal":
            if node.parameters[1].has(Identity):
                kinds.numbers |= node.parameters[1].free_symbols
            elif not isinstance(node.parameters[1], Tuple):
                kinds.mark(node.parameters[1], "matrix")
            for part in (*node.values, node.parameters[0]):
                if is_variable(part):
                    kinds.vectors.add(part)
    for node in nodes:
        if isinstance(node, Known) and node.name == "MultivariateNormal":
            for part in (*node.values, node.parameters[0]):
                if not isinstance(part, Tuple):
                    kinds.mark(part, "vector")
        elif isinstance(node, Dot):
            for side in node.args:
                kinds.mark(side, "vector")
        elif isinstance(node, Ordered):
            _mark_ordered(node, kinds)
    return kinds


def _mark_ordered(node: Ordered, kinds: Kinds) -> None:
    """In `x' A y` the outer names are vectors; a transposed first factor that is no matrix begins such a form."""
    for factor in node.args:
        inner = factor.args[0] if isinstance(factor, Transposed) else factor
        if isinstance(inner, Inverted | Identity):
            continue
        first, last = factor is node.args[0], factor is node.args[-1]
        known_matrix = any(name in kinds.matrices for name in inner.free_symbols)
        vector = not known_matrix and (first or last or any(kinds.is_vector(name) for name in inner.free_symbols))
        if isinstance(inner, Transposed):
            continue
        kinds.mark(inner, "vector" if vector else "matrix")


def degree_in(term: Any, names: frozenset[Expr]) -> int | None:
    """The total degree of a term in some names, an upper bound; None when it is not a polynomial in them."""
    if not isinstance(term, Basic) or not any(term.has(name) for name in names):
        return 0
    if term in names or (isinstance(term, Entry) and term.base in names):
        return 1
    if term.is_Add or isinstance(term, Transposed | Trace):
        return _most(degree_in(part, names) for part in term.args)
    if term.is_Mul or isinstance(term, Dot | Ordered):
        parts = [degree_in(part, names) for part in term.args]
        return None if None in parts else sum(part for part in parts if part is not None)
    if term.is_Pow and term.exp.is_Integer and term.exp >= 0:
        inner = degree_in(term.base, names)
        return None if inner is None else inner * int(term.exp)
    if isinstance(term, log) and isinstance(term.args[0], Known):
        law = term.args[0]
        if law.name in ("Normal", "MultivariateNormal") and degree_in(law.parameters[1], names) == 0:
            inner = _most(degree_in(part, names) for part in (law.value, law.parameters[0]))
            return None if inner is None else 2 * inner
    return None


def _most(degrees: Iterable[int | None]) -> int | None:
    found = list(degrees)
    return None if None in found else max((d for d in found if d is not None), default=0)
