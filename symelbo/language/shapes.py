"""What is a number, a vector or a matrix: read off the laws and the linear algebra that a name occurs in.

Names are plain symbols, as on paper, so this is part of reading what a claim says.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Abs, Add, Expr, Mul, Pow, Symbol, Tuple, exp, log
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language.distributions import Known
from symelbo.language.linear import Det, Dimension, Dot, Identity, Inverted, Ordered, Trace, Transposed
from symelbo.language.names import is_variable
from symelbo.language.walks import found_in, parts_in_order

__all__ = ["Kinds", "dimension_name", "in_order", "kinds_of", "with_determinants", "with_shapes"]

_SIZES = frozenset("dDnNkKpJM")

_ALGEBRA = (Dot, Ordered, Trace, Det, Inverted, Transposed, Identity, Known)


class Kinds:
    """Which names are vectors and which are matrices; all others are numbers."""

    def __init__(self) -> None:
        self.vectors: set[Expr] = set()
        self.matrices: set[Expr] = set()
        self.numbers: set[Expr] = set()
        self.square: set[Expr] = set()  # what a trace, a determinant or an inverse is taken of by itself

    def is_vector(self, name: Expr) -> bool:
        """Whether a name (or the function of an applied function) stands for a vector."""
        return (name.func if isinstance(name, AppliedUndef) else name) in self.vectors

    def mark(self, term: Expr, kind: str) -> None:
        """Record that a term is a vector, or a matrix, for the names in it. Raises `NotSupported` if it is unclear."""
        for part in Add.make_args(term):
            factors = [factor for factor in Mul.make_args(part) if not factor.is_number]
            if len(factors) > 1:
                factors = [factor for factor in factors if not self._is_number(factor)]
            if len(factors) == 1:
                self._mark_factor(factors[0], kind)
            elif factors:
                known = [factor for factor in factors if self._known(factor, kind)]
                if kind == "matrix" and all(f in self.square or f in self.matrices for f in factors):
                    self.matrices |= set(factors)
                    continue
                if len(known) != 1:
                    raise NotSupported(f"it is not clear which factor of {part} is a {kind}")
                for factor in factors:
                    if factor not in known:
                        self.numbers |= factor.free_symbols

    def _is_number(self, factor: Expr) -> bool:
        if isinstance(factor, Dot | Trace | Det | Dimension):
            return True
        if is_variable(factor):
            known = factor in self.vectors or factor in self.matrices
            return not known and (bool(factor.is_positive) or factor in self.numbers)
        if factor.is_Pow or isinstance(factor, exp | log):
            return True
        if factor.is_Add:
            # Nothing but a number can be added to a number.
            return any(all(part.is_number or self._is_number(part) for part in Mul.make_args(t)) for t in factor.args)
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
    telling = (Trace, Det, Inverted, Known, Dot, Ordered, Pow)
    nodes = [node for term in terms for node in parts_in_order(term) if isinstance(node, telling)]
    for node in nodes:
        if isinstance(node, Trace | Det | Inverted) and is_variable(node.args[0]):
            kinds.square.add(node.args[0])
        elif isinstance(node, Pow) and not node.base.is_Symbol and not node.has(*_ALGEBRA, AppliedUndef):
            kinds.numbers |= {name for name in node.base.free_symbols if is_variable(name)}  # as in `\sqrt{1 - a^2}`
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
    square = {node.args[0] for node in nodes if isinstance(node, Trace | Det | Inverted)}
    for node in nodes:
        if isinstance(node, Dot) and all(is_variable(part.as_coeff_Mul()[1]) for part in Add.make_args(node.args[0])):
            kinds.mark(node.args[0], "vector")  # a plain difference: its names are known before products of them
    for node in nodes:
        if isinstance(node, Known) and node.name == "MultivariateNormal":
            for part in (*node.values, node.parameters[0]):
                if not isinstance(part, Tuple):
                    kinds.mark(part, "vector")
        elif isinstance(node, Dot):
            for side in node.args:
                kinds.mark(side, "vector")
        elif isinstance(node, Ordered):
            _mark_ordered(node, kinds, node in square)
    return kinds


def _mark_ordered(node: Ordered, kinds: Kinds, square: bool) -> None:
    """In `x' A y` the outer names are vectors, in `A x` the last one; a product that is traced has matrices only.

    Names that are known already stay what they are.
    """
    row = isinstance(node.args[0], Transposed)
    for place, factor in enumerate(node.args):
        inner = factor.args[0] if isinstance(factor, Transposed) else factor
        if isinstance(inner, Inverted | Identity | Trace | Det):
            continue
        names = inner.free_symbols
        if names & kinds.vectors or any(kinds.is_vector(call) for call in found_in(inner, AppliedUndef)):
            kinds.mark(inner, "vector")
        elif names & kinds.matrices:
            kinds.mark(inner, "matrix")
        elif (place == 0 and row) or place == len(node.args) - 1:
            kinds.mark(inner, "matrix" if square else "vector")
        else:
            kinds.mark(inner, "matrix")


def dimension_name(terms: Iterable[Expr]) -> Symbol | None:
    r"""The symbol that counts the entries of vectors, where a text only says so in words (`x \in \mathbb{R}^d`).

    It is a bare `d`, `D`, `n`, ... next to a law of vectors whose size is not written, and occurs in no law itself.
    """
    listed = list(terms)
    nodes = [node for term in listed for node in parts_in_order(term)]
    laws = [node for node in nodes if isinstance(node, Known)]
    unnamed = any(law.name == "MultivariateNormal" and not _sized(law) for law in laws)
    unnamed = unnamed or any(isinstance(node, Dimension | Trace | Det) or node == Identity() for node in nodes)
    if not unnamed:
        return None
    inside = set().union(*(law.free_symbols for law in laws))
    free = set().union(*(term.free_symbols for term in listed)) - inside
    found = [symbol for symbol in free if isinstance(symbol, Symbol) and symbol.name in _SIZES]
    return min(found, key=lambda symbol: "dDnNkKpJM".index(symbol.name)) if found else None


def _sized(law: Known) -> bool:
    return any(isinstance(node, Identity) and node.args for node in parts_in_order(law.parameters[1]))


def in_order(term: Expr, kinds: Kinds, free: int = 1) -> Expr:
    """Products of a matrix and a vector written side by side, in the one order that has a meaning.

    Two matrices under a trace may stand in either order, under a determinant any number in any: `free` is how many.
    """
    if is_variable(term) or not isinstance(term, Expr) or not term.args:
        return term
    if isinstance(term, Known):
        values = [in_order(value, kinds) for value in term.values]
        return Known(term.name, values, [_part_in_order(parameter, kinds) for parameter in term.parameters])
    within = 2 if isinstance(term, Trace) else len(term.free_symbols) if isinstance(term, Det) else 1
    parts = [_part_in_order(part, kinds, within) for part in term.args]
    if term.is_Mul:
        shaped = [(_shape(part, kinds), part) for part in parts]
        rows, matrices, columns = ([p for shape, p in shaped if shape == name] for name in ("row", "matrix", "column"))
        numbers = [part for shape, part in shaped if shape == "number"]
        once = len(rows) <= 1 and len(columns) <= 1 and len(matrices) <= 1
        several = not rows and not columns and 1 < len(matrices) <= free
        outer = rows and columns and not matrices
        if (once or several) and len(rows) + len(matrices) + len(columns) > 1 and not outer:
            return Mul(*numbers, Ordered(*_flat((*rows, *matrices, *columns))))
    return term.func(*parts)


def _part_in_order(part: Expr, kinds: Kinds, free: int = 1) -> Expr:
    return in_order(part, kinds, free) if isinstance(part, Expr) else part


def _flat(factors: Iterable[Expr]) -> list[Expr]:
    return [inner for factor in factors for inner in (factor.args if isinstance(factor, Ordered) else (factor,))]


def _shape(term: Expr, kinds: Kinds) -> str:
    """Whether a term is a number, a row, a column or a matrix, as far as its parts say."""
    if isinstance(term, Transposed):
        return {"column": "row", "row": "column"}.get(_shape(term.args[0], kinds), _shape(term.args[0], kinds))
    if isinstance(term, Inverted | Identity) or term in kinds.matrices:
        return "matrix"
    if kinds.is_vector(term):
        return "column"
    if isinstance(term, Ordered):
        first, last = _shape(term.args[0], kinds), _shape(term.args[-1], kinds)
        return {("row", "column"): "number", ("row", "matrix"): "row", ("matrix", "column"): "column"}.get(
            (first, last), "matrix"
        )
    if isinstance(term, Dot | Trace | Det):
        return "number"
    if type(term).__name__ == "Expectation":
        return _shape(term.args[0], kinds)
    if term.is_Add or term.is_Mul:
        shapes = {_shape(part, kinds) for part in term.args} - {"number"}
        return shapes.pop() if len(shapes) == 1 else "number" if not shapes else "matrix"
    return "number"


def with_shapes(terms: Iterable[Expr]) -> list[Expr]:
    r"""The terms of one claim with `I` read as the identity, `|S|` as a determinant, and matrix products in order.

    Raises `NotSupported` where it is not clear what is a vector.
    """
    listed = [_with_identity(term) for term in terms]
    kinds = kinds_of(listed)
    return [in_order(with_determinants(term, kinds), kinds) if kinds.matrices else term for term in listed]


def _with_identity(term: Expr) -> Expr:
    spreads = {law: law.parameters[1] for law in found_in(term, Known) if law.name == "MultivariateNormal"}
    laws = {
        law: Known(law.name, law.values, (law.parameters[0], read))
        for law, spread in spreads.items()
        if (read := _identity_for(spread)) != spread
    }
    term = term.xreplace(laws) if laws else term
    squares = {node: _identity_for(node) for node in found_in(term, Det, Trace, Inverted, Ordered)}
    return term.xreplace(squares) if squares else term


def _identity_for(covariance: Expr) -> Expr:
    return covariance.xreplace({symbol: Identity() for symbol in covariance.free_symbols if str(symbol) == "I"})


def with_determinants(term: Expr, kinds: Kinds) -> Expr:
    """`|S|` of a matrix read as its determinant."""
    bars = {node: Det(node.args[0]) for node in found_in(term, Abs) if node.args[0].free_symbols & kinds.matrices}
    return term.xreplace(bars) if bars else term
