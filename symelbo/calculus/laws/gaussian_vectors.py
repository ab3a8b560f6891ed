"""Linear-Gaussian models of vectors: a hidden Gaussian vector integrated out, and laws compared as laws."""

from __future__ import annotations

from typing import Any

from sympy import Add, Expr, Integer, Mul

from symelbo.calculus.laws.matrices import Matrices, symmetric_names
from symelbo.errors import NotSupported
from symelbo.language import Identity, Integral, Known, Ordered, Transposed, is_variable
from symelbo.language.shapes import in_order, kinds_of

__all__ = ["integrated_out", "same_law"]


def integrated_out(term: Any) -> Any:
    r"""The term with `\int N(x; W z + b, S) N(z; m, P) dz` written as `N(x; W m + b, S + W P W^\top)`.

    Source: Bishop (2006), eq. 2.115. For vectors; one variable at a time.

    >>> from sympy import symbols
    >>> x, z, W = symbols("x z W", real=True)
    >>> hidden, seen = (Known("MultivariateNormal", *p) for p in (([z], [0, Identity()]), ([x], [W * z, Identity()])))
    >>> integrated_out(Integral(hidden * seen, z))
    MultivariateNormal(x; 0, Identity() + Ordered(W, Transposed(W)))
    """
    if not isinstance(term, Expr) or not term.args or is_variable(term) or not term.has(Integral):
        return term
    made = term.func(*(integrated_out(part) for part in term.args)) if not isinstance(term, Integral) else term
    if isinstance(made, Integral) and len(made.bound) == 1 and not made.discrete:
        return _marginal(made.body, made.bound[0]) or made
    return made


def _marginal(body: Expr, hidden: Expr) -> Expr | None:
    laws = [f for f in Mul.make_args(body) if isinstance(f, Known) and f.name == "MultivariateNormal"]
    rest = [factor for factor in Mul.make_args(body) if factor not in laws]
    prior = [law for law in laws if law.value == hidden and not law.parameters[0].has(hidden)]
    likelihood = [law for law in laws if law.value != hidden and law.parameters[0].has(hidden)]
    if len(laws) != 2 or len(prior) != 1 or len(likelihood) != 1 or any(factor.has(hidden) for factor in rest):
        return None
    (m, spread), (mean, noise) = prior[0].parameters, likelihood[0].parameters
    if noise.has(hidden) or spread.has(hidden) or likelihood[0].value.has(hidden):
        return None
    moving = [part for part in Add.make_args(mean) if part.has(hidden)]
    shift = Add(*(part for part in Add.make_args(mean) if not part.has(hidden)))
    if len(moving) != 1:
        return None
    factors = list(moving[0].args) if isinstance(moving[0], Ordered | Mul) else [moving[0]]
    if factors.count(hidden) != 1 or (isinstance(moving[0], Ordered) and factors[-1] != hidden):
        return None
    factors.remove(hidden)
    numbers = [factor for factor in factors if factor.is_number or factor.is_positive]
    matrices = [factor for factor in factors if factor not in numbers]
    if len(matrices) != 1:
        return None
    (matrix,), scale = matrices, Mul(*numbers)
    image = _carried(matrix, m)
    turned = scale**2 * _sandwich(matrix, spread)
    law = Known("MultivariateNormal", likelihood[0].values, (scale * image + shift, noise + turned))
    return Mul(*rest, law)


def _carried(matrix: Expr, mean: Expr) -> Expr:
    return Integer(0) if mean == 0 else Ordered(matrix, mean)


def _sandwich(matrix: Expr, spread: Expr) -> Expr:
    """`W P W^T`, with numbers in front of an identity outside."""
    numbers = Mul(*(factor for factor in Mul.make_args(spread) if not _is_identity(factor)))
    if any(map(_is_identity, Mul.make_args(spread))) and not numbers.has(Identity):
        return numbers * Ordered(matrix, Transposed(matrix))
    return Ordered(matrix, spread, Transposed(matrix))


def _is_identity(term: Expr) -> bool:
    return isinstance(term, Identity) or str(term) == "I"


def same_law(left: Expr, right: Expr) -> bool:
    """Whether two Gaussian laws of vectors at one value have equal means and covariances."""
    laws = (left, right)
    if not all(isinstance(law, Known) and law.name == "MultivariateNormal" for law in laws):
        return False
    if left.values != right.values:
        return False
    try:
        kinds = kinds_of(laws)
        symmetric = set().union(*(symmetric_names(law.parameters[1]) for law in laws)) & kinds.matrices
        algebra = Matrices(kinds, symmetric, None)
        gaps = [
            algebra.words(in_order(_plain(a) - _plain(b), kinds))
            for a, b in zip(left.parameters, right.parameters, strict=True)
        ]
    except NotSupported:
        return False
    return all(weight.expand() == 0 for words in gaps for weight in words.values())


def _plain(term: Expr) -> Expr:
    return term.xreplace({symbol: Identity() for symbol in term.free_symbols if str(symbol) == "I"})
