"""Meaning of expressions: syntax trees become terms of the language, by one rule for each kind of node."""

from __future__ import annotations

from sympy import Add, Expr, Pow, Rational, binomial, exp, factorial, oo, sqrt

from symelbo.language import Family
from symelbo.language.linear import Det, Trace, Transposed, norm_squared
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating import laws, name_terms
from symelbo.reading.translating.arithmetic_terms import absolute, infix, inverse, logarithm, power, product
from symelbo.reading.translating.binder_terms import big, derivative, extremum, gradient, integral
from symelbo.reading.translating.call_terms import call, subscripted
from symelbo.reading.translating.distribution_terms import distribution
from symelbo.reading.translating.law_terms import divergence, entropy, expectation, information
from symelbo.reading.translating.left_out import factor_or_name
from symelbo.reading.translating.magnitudes import bounded
from symelbo.reading.translating.translation import Rule, Translation
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["Translator"]

_RULES: dict[type[sx.Node], Rule] = {
    sx.Number: lambda t, n: Rational(n.text),
    sx.Name: factor_or_name,
    sx.Sum: lambda t, n: Add(*map(t.term, n.terms)),
    sx.Negative: lambda t, n: -t.term(n.body),
    sx.Product: product,
    sx.Quotient: lambda t, n: t.term(n.numerator) / t.term(n.denominator),
    sx.Power: power,
    sx.Inverse: inverse,
    sx.Transpose: lambda t, n: Transposed(t.term(n.argument)),
    sx.Infix: infix,
    sx.Factorial: lambda t, n: bounded(factorial)(t, n, t.term(n.argument)),
    sx.Binomial: lambda t, n: bounded(binomial)(t, n, t.term(n.top), t.term(n.bottom)),
    sx.Call: call,
    sx.Subscripted: subscripted,
    sx.Log: logarithm,
    sx.Exp: lambda t, n: exp(t.term(n.argument)),
    sx.Sqrt: lambda t, n: (
        sqrt(t.term(n.argument)) if n.degree is None else Pow(t.term(n.argument), 1 / t.term(n.degree))
    ),
    sx.Absolute: absolute,
    sx.Norm: lambda t, n: sqrt(norm_squared(t.term(n.argument))),
    sx.Determinant: lambda t, n: Det(t.term(n.argument)),
    sx.Trace: lambda t, n: Trace(t.term(n.argument)),
    sx.Expectation: expectation,
    sx.Divergence: divergence,
    sx.Entropy: entropy,
    sx.MutualInformation: information,
    sx.Integral: integral,
    sx.BigSum: big,
    sx.BigProduct: big,
    sx.Gradient: gradient,
    sx.Derivative: derivative,
    sx.Extremum: extremum,
    sx.Distribution: distribution,
    sx.Infinity: lambda t, n: oo,
}


class Translator(Translation):
    """Turns the syntax of one document into terms, with the rules for all kinds of nodes."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        super().__init__(vocabulary, _RULES)

    def family(self, name: sx.Name) -> Family:
        """The family that a density's letter names, with its parameters and index."""
        return name_terms.family(self, name)

    def law(self, node: sx.Node) -> Expr:
        """What stands where a density is expected; a bare name is completed from its other uses."""
        return laws.law(self, node)
