"""From a SymPy expression to a polynomial in logarithms.

Each node is converted once. A node that is not understood becomes a generator of its own, named by the node itself, and
is marked as tainted: an identity that holds whatever the node may be is proved, but nothing that contains it is
disproved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import sympy as sp
from flint import fmpq

from symelbo.calculus.logs import logpoly as lp
from symelbo.calculus.logs.budget import Meaningless
from symelbo.calculus.logs.coprime import small_factors
from symelbo.calculus.logs.exponentials import ExponentBasis, exp_of
from symelbo.calculus.logs.gammas import gamma_of, polygamma_of
from symelbo.calculus.logs.logpoly import Value
from symelbo.calculus.logs.ring import ONE, ZERO, Product, Ring
from symelbo.calculus.logs.roots import absolute, root
from symelbo.calculus.logs.signs import Signs

__all__ = ["Converter", "argument_of_log", "understood"]


def argument_of_log(node: sp.Expr) -> sp.Expr:
    """What the logarithm of an absolute value is taken of; `log|f|` says nothing about the sign of `f`."""
    argument = node.args[0]
    return argument.args[0] if isinstance(argument, sp.Abs) else argument


class Converter:
    """Converts expressions into one ring.

    Args:
        ring: where the values live.
        positive: symbols and other nodes that are declared positive, among other expressions.
        defined: expressions that are positive by declaration, or wherever the whole claim is defined (arguments of
            logarithms and roots).
        definitions: symbols and other nodes that stand for expressions.
        constraints: the equations that the definitions come from.
    """

    def __init__(
        self,
        ring: Ring,
        positive: frozenset[sp.Expr] = frozenset(),
        defined: tuple[sp.Expr, ...] = (),
        definitions: Mapping[sp.Expr, sp.Expr] | None = None,
        constraints: tuple[sp.Equality, ...] = (),
    ) -> None:
        self.ring = ring
        self.positive = positive
        self.definitions = definitions or {}
        self.constraints = constraints
        self.signs = Signs(self, defined)
        self.exponents = ExponentBasis(self)
        self.memo: dict[sp.Expr, Value] = {}
        self.shifts: dict[tuple[str, int], list[tuple[int, Product]]] = {}

    # -- expressions ------------------------------------------------------------------------------------------------

    def convert(self, node: sp.Expr) -> Value:
        """The value of an expression; raises `Meaningless`, `BudgetExceeded` or `Restart`."""
        if node.is_Mul and node not in self.definitions:
            return self._mul(node)  # its factors are kept; large tables have a product for every pair of states
        value = self.memo.get(node)
        if value is None:
            value = self.memo[node] = self._convert(node)
        return value

    def seen(self, node: sp.Expr) -> Value | None:
        """The value of an expression that was converted; None of one that was not. Products are not kept, see above."""
        if node.is_Mul and node not in self.definitions:
            return self._mul(node) if all(self.seen(a) is not None for a in node.args) else None
        return self.memo.get(node)

    def rational(self, node: sp.Expr) -> Product:
        """The value of an expression as one product, its logarithms turned into generators."""
        return self.flatten(self.convert(node))

    def _convert(self, node: sp.Expr) -> Value:
        if node in self.definitions:
            return self.convert(self.definitions[node])
        if node.is_Symbol:
            return self._symbol(node)
        if node.is_Add:
            return self._add(node)
        if node.is_Mul:
            return self._mul(node)
        if node.is_Rational:
            return Product(fmpq(int(node.p), int(node.q)), ())
        if node.is_Pow:
            return self._pow(node)
        for cls in type(node).__mro__:
            handler = _HANDLERS.get(cls)
            if handler is not None:
                return handler(self, node)
        return self.opaque(node)

    def _symbol(self, node: sp.Symbol) -> Value:
        number = self.ring.numbers.get(node)
        if number is None:
            sign = 1 if node.is_positive or node in self.positive else -1 if node.is_negative else None
            number = self.ring.generator("symbol", node, data=node, sign=sign)
        return Product(ONE.const, ((number, self.ring.generators[number].degree),))

    def _add(self, node: sp.Add) -> Value:
        values = [self.convert(a) for a in node.args]
        pure = [v for v in values if isinstance(v, Product)]
        if len(pure) == len(values):
            return self.ring.add(pure)
        return lp.add(values)

    def _mul(self, node: sp.Mul) -> Value:
        pure, logs = [], []
        for a in node.args:
            v = self.convert(a)
            if isinstance(v, Product):
                pure.append(v)
            else:
                logs.append(v)
        value: Value = pure[0] if len(pure) == 1 else self.ring.multiply(*pure)
        for v in logs:
            value = lp.multiply(self.ring, value, v)
        return value

    def _pow(self, node: sp.Pow) -> Value:
        base, exponent = node.args
        if exponent.is_Integer:
            n = int(exponent)
            value = self.convert(base)
            if not isinstance(value, Product):
                if 0 <= n <= 64:
                    return lp.power(self.ring, value, n)
                value = self.flatten(value)
            return self.ring.power(value, n)
        if exponent.is_Rational:
            return root(self, self.rational(base), int(exponent.p), int(exponent.q))
        value = self.rational(base)
        if value.is_zero():
            raise Meaningless("the expression has a power of zero")
        if self.signs.of(value) != 1:
            return self.opaque(node)
        return exp_of(self, lp.multiply(self.ring, self.convert(exponent), self.log(value)), node)

    # -- logarithms -------------------------------------------------------------------------------------------------

    def log(self, value: Product) -> Value:
        """`log|value|`, split over the factors; raises `Meaningless` at zero."""
        if value.is_zero():
            raise Meaningless("the expression takes the logarithm of zero")
        parts: list[Value] = []
        for n, e in ((abs(int(value.const.p)), 1), (int(value.const.q), -1)):
            if n > 1:
                parts.append({((-b, 1),): [Product(fmpq(e * k), ())] for b, k in small_factors(n)})
        for f, e in value.powers:
            parts.append(self._log_factor(f, e))
        if len(parts) == 1:
            return parts[0]
        return lp.simplest(self.ring, lp.add(parts)) if parts else ZERO

    def _log_factor(self, factor: int, e: int) -> Value:
        if self.ring.is_generator(factor):
            g = self.ring.generators[factor]
            if g.kind == "exp":
                return self._multiple(g.data, fmpq(e, g.degree))
            if g.relation is not None:
                degree, radicand = g.relation
                return self._multiple(self.log(radicand), fmpq(e, degree))
        return {((factor, 1),): [Product(fmpq(e), ())]}

    def _multiple(self, value: Value, c: Any) -> Value:
        if isinstance(value, Product):
            return self.ring.scale(value, c)
        return {m: [self.ring.scale(t, c) for t in terms] for m, terms in value.items()}

    def flatten(self, value: Value) -> Product:
        """A value as one product: its logarithms become generators of the ring."""
        if isinstance(value, Product):
            return value
        terms = []
        for m, coefficient in lp.summed(self.ring, value).items():
            powers = [(self.log_generator(k), e) for k, e in m]
            terms.append(self.ring.multiply(coefficient, Product(ONE.const, tuple(sorted(powers)))))
        return self.ring.add(terms)

    def log_generator(self, key: int) -> int:
        """The generator that stands for the logarithm with this key."""
        ring = self.ring
        tainted = key >= 0 and any(ring.generators[v].tainted for v in ring.variables(key))
        constant = key < 0 or all(ring.generators[v].constant for v in ring.variables(key))
        return ring.generator("log", ("log", key), data=key, tainted=tainted, constant=constant)

    # -- what is not understood --------------------------------------------------------------------------------------

    def opaque(self, node: sp.Expr) -> Product:
        """A generator for a node that is not understood."""
        if node.has(sp.I, sp.zoo, sp.nan, sp.oo, -sp.oo) or node.has(sp.Float):
            raise Meaningless(f"{node} is not an exact real number or function")
        sign = 1 if node in self.positive or node.is_positive else None
        # An indexed name is its own free symbol: it stands for itself, like a symbol.
        tainted = node not in node.free_symbols
        number = self.ring.generator("opaque", node, data=node, tainted=tainted, sign=sign)
        return Product(ONE.const, ((number, self.ring.generators[number].degree),))


def _constant(self: Converter, node: sp.Expr) -> Value:
    number = self.ring.generator("constant", node, data=node, constant=True, sign=1)
    return Product(ONE.const, ((number, self.ring.generators[number].degree),))


def _meaningless(self: Converter, node: sp.Expr) -> Value:
    raise Meaningless(f"{node} is not an exact real number")


def _exp(self: Converter, node: sp.Expr) -> Value:
    return exp_of(self, lp.as_poly(self.convert(node.args[0])), node)


def _e(self: Converter, node: sp.Expr) -> Value:
    return exp_of(self, {(): [ONE]}, node)


def _log(self: Converter, node: sp.Expr) -> Value:
    return self.log(self.rational(argument_of_log(node)))


def _abs(self: Converter, node: sp.Expr) -> Value:
    return absolute(self, self.rational(node.args[0]))


def _through_exp(self: Converter, node: sp.Expr) -> Value:
    return self.convert(node.rewrite(sp.exp))


def _through_gamma(self: Converter, node: sp.Expr) -> Value:
    rewritten = node.rewrite(sp.gamma)
    if rewritten.has(sp.Piecewise) or rewritten == node:
        return self.opaque(node)
    return self.convert(rewritten)


def _gamma(self: Converter, node: sp.Expr) -> Value:
    return gamma_of(self, self.rational(node.args[0]))


def _loggamma(self: Converter, node: sp.Expr) -> Value:
    return self.log(gamma_of(self, self.rational(node.args[0])))


def _polygamma(self: Converter, node: sp.Expr) -> Value:
    order, argument = (sp.Integer(0), *node.args) if len(node.args) == 1 else node.args
    if not (order.is_Integer and 0 <= int(order) <= 64):
        return self.opaque(node)
    return polygamma_of(self, int(order), self.rational(argument))


_HANDLERS: dict[type, Callable[[Converter, Any], Value]] = {
    sp.exp: _exp,
    sp.core.numbers.Exp1: _e,
    sp.log: _log,
    sp.Abs: _abs,
    sp.tanh: _through_exp,
    sp.sinh: _through_exp,
    sp.cosh: _through_exp,
    sp.coth: _through_exp,
    sp.sech: _through_exp,
    sp.csch: _through_exp,
    sp.gamma: _gamma,
    sp.loggamma: _loggamma,
    sp.polygamma: _polygamma,
    sp.digamma: _polygamma,
    sp.beta: _through_gamma,
    sp.binomial: _through_gamma,
    sp.factorial: _through_gamma,
    sp.Float: _meaningless,
    sp.core.numbers.Infinity: _meaningless,
    sp.core.numbers.NegativeInfinity: _meaningless,
    sp.core.numbers.ComplexInfinity: _meaningless,
    sp.core.numbers.NaN: _meaningless,
    sp.core.numbers.ImaginaryUnit: _meaningless,
    sp.core.numbers.NumberSymbol: _constant,
}


def understood(node: sp.Basic) -> bool:
    """Is the node arithmetic or a function that is converted, and not a name for something unknown?"""
    if node.is_Symbol or node.is_Add or node.is_Mul or node.is_Pow or node.is_Rational:
        return True
    return any(cls in _HANDLERS for cls in type(node).__mro__)
