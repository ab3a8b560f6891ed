"""Meaning of arithmetic: products that keep their order, powers that may be labels, inverses of matrices."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Abs, Expr, Integer, Mul, Pow, log

from symelbo.language.linear import Det, Inverted, Ordered, norm_squared
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating.magnitudes import refuse_large_power
from symelbo.reading.translating.name_terms import labelled, symbol
from symelbo.reading.translating.translation import Translation

__all__ = ["absolute", "infix", "inverse", "logarithm", "power", "product"]


def product(t: Translation, node: sx.Product) -> Expr:
    """A product; beside transposes and inverses of matrices the order counts."""
    if any(isinstance(factor, sx.Transpose) for factor in node.factors) or (
        t.vocabulary.has_matrices
        and any(isinstance(f, sx.Inverse) and not isinstance(f.argument, sx.Number) for f in node.factors)
    ):
        return _ordered(t, node.factors)
    return Mul(*(t.term(part) for part in node.factors))


def _ordered(t: Translation, factors: Sequence[sx.Node]) -> Expr:
    """Products with transposes or inverses keep their order; numbers and scalars in front leave it."""
    scalars: list[sx.Node] = [f for f in factors if isinstance(f, sx.Number | sx.Quotient | sx.Expectation)]
    rest = [f for f in factors if f not in scalars]
    rows = [place for place, f in enumerate(rest[:-1]) if isinstance(f, sx.Transpose) and _is_vector(t, f.argument)]
    if rows and not any(isinstance(f, sx.Transpose) for f in rest[: rows[0]]):
        scalars, rest = [*scalars, *rest[: rows[0]]], rest[rows[0] :]  # `a x^\top y`: a number times a number
    made = [t.term(f) for f in rest]
    return Mul(*(t.term(f) for f in scalars), made[0] if len(made) == 1 else Ordered(*made))


def _is_vector(t: Translation, node: sx.Node) -> bool:
    """Whether what is transposed is made of small letters, none of which is a matrix elsewhere."""
    names = [part for part in sx.walk(node) if isinstance(part, sx.Name)]
    return all(name.text[0].islower() for name in names) and not t.vocabulary.is_matrix(node)


def power(t: Translation, node: sx.Power) -> Expr:
    """A power, a squared norm, or a name with a label."""
    if isinstance(node.base, sx.Norm) and isinstance(node.exponent, sx.Number) and node.exponent.text == "2":
        return norm_squared(t.term(node.base.argument))
    name = labelled(node, t.vocabulary)
    if name is not None:
        return symbol(t, name)
    base, exponent = t.term(node.base), t.term(node.exponent)
    refuse_large_power(t, node, base, exponent)
    weighed = _weighed(t, node.base, base)
    return weighed[0] * Pow(weighed[1], exponent) if weighed is not None else Pow(base, exponent)


def _weighed(t: Translation, node: sx.Node, value: Expr) -> tuple[Expr, Expr] | None:
    """The factor and the bracket of `r (x - m)`, of which a power behind it only raises the bracket."""
    if not isinstance(node, sx.Call) or not isinstance(node.function, sx.Name) or len(node.arguments.values) != 1:
        return None
    if not value.is_Mul or t.vocabulary.is_family(node.function):
        return None
    factor, bracket = symbol(t, node.function), t.term(node.arguments.values[0])
    return (factor, bracket) if Mul(factor, bracket) == value else None


def inverse(t: Translation, node: sx.Inverse) -> Expr:
    """The inverse of a matrix or of a number."""
    value = t.term(node.argument)
    return (
        Inverted(value) if t.vocabulary.has_matrices and t.vocabulary.is_matrix(node.argument) else Integer(1) / value
    )


def logarithm(t: Translation, node: sx.Log) -> Expr:
    """A logarithm, to any base."""
    value = log(t.term(node.argument))
    return value if node.base is None else value / log(t.term(node.base))


def infix(t: Translation, node: sx.Infix) -> Expr:
    """An operation between two sides; entry by entry a product is a product."""
    if node.operator == "odot":
        return Mul(t.term(node.left), t.term(node.right))
    raise t.failure(node, f"symelbo does not read the operation {node.operator} yet")


def absolute(t: Translation, node: sx.Absolute) -> Expr:
    """Bars: the determinant of a matrix, the absolute value of a number."""
    if t.vocabulary.is_matrix(node.argument) and not any(
        isinstance(part, sx.Determinant | sx.Trace) for part in sx.walk(node.argument)
    ):
        return Det(t.term(node.argument))
    inner = node.argument
    if isinstance(inner, sx.Product) and isinstance(inner.factors[0], sx.Determinant):
        others = inner.factors[1:]
        if all(_is_matrix(t, factor) for factor in others):  # `|\det A^\top A|`
            return Abs(Det(t.term(sx.Product((inner.factors[0].argument, *others), span=inner.span))))
    return Abs(t.term(node.argument))


def _is_matrix(t: Translation, node: sx.Node) -> bool:
    inner = node.argument if isinstance(node, sx.Transpose | sx.Inverse) else node
    return isinstance(inner, sx.Name) and t.vocabulary.is_matrix(inner)
