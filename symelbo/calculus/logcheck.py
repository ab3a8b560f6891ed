"""The checker of log-field certificates: multiplication, addition, comparison.

It shares no code with the prover. It walks the expression, computes with Laurent polynomials (dictionaries) over the
generators that the certificate names, believes an entry about a logarithm, exponential or root only after multiplying
it out, and accepts if the expression collects to zero. Greatest common divisors, coprimality and independence are the
prover's business; none of them is needed to believe a proof that something *is* zero.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import factorial
from typing import Any

import sympy as sp

from symelbo.calculus.laurent import Poly, Rejected, Value, constant, require, scaled
from symelbo.calculus.logentries import Entries

__all__ = ["check"]

_REWRITES: dict[type, Any] = {
    **dict.fromkeys((sp.tanh, sp.sinh, sp.cosh, sp.coth, sp.sech, sp.csch), sp.exp),
    **dict.fromkeys((sp.beta, sp.binomial, sp.factorial), sp.gamma),
}
_GAMMAS = (sp.gamma, sp.loggamma, sp.polygamma, sp.digamma)


_BUDGET = 10_000_000


def check(
    expr: sp.Expr,
    certificate: Any,
    constraints: Iterable[sp.Basic] = (),
    positive: frozenset[sp.Expr] = frozenset(),
    budget: int = _BUDGET,
) -> bool:
    """Does the certificate prove that `expr` is zero wherever it is defined and the constraints hold?

    Args:
        expr: the expression.
        certificate: from `symelbo.calculus.logfield.decide_zero`.
        constraints: the equations that were assumed.
        positive: the expressions that were declared positive.
        budget: how many products of two monomials may be formed.

    Returns:
        `True` if every entry was confirmed and the expression collects to zero within the budget; `False` otherwise,
        never an error.

    >>> from symelbo.calculus.logfield import decide_zero
    >>> x = sp.Symbol("x", positive=True)
    >>> claim = sp.log(x**2 + x) - sp.log(x) - sp.log(x + 1)
    >>> proof = decide_zero(claim).certificate
    >>> check(claim, proof), check(claim + 1, proof)
    (True, False)
    """
    try:
        return _Checker(expr, certificate, tuple(constraints), positive, budget).accepts()
    except (Rejected, ArithmeticError, LookupError, TypeError, ValueError, AttributeError, RecursionError):
        return False


class _Checker(Entries):
    def __init__(
        self,
        expr: sp.Expr,
        certificate: Any,
        constraints: tuple[sp.Basic, ...],
        positive: frozenset[sp.Expr],
        budget: int,
    ):
        definitions = dict(certificate.definitions)
        self.rules = [c for c in constraints if isinstance(c, sp.Equality) and any(c.has(s) for s in definitions)]
        sides = [side for rule in self.rules for side in rule.args]
        declared = sorted(positive, key=sp.default_sort_key)
        numbered, defined = _numbered([expr, *definitions.values(), *sides, *declared])
        # A dictionary, so that a place below zero is not found.
        nodes = dict(enumerate(numbered))
        super().__init__(certificate, nodes, defined | set(declared), positive, definitions, budget)
        self.expr = expr
        self.memo: dict[sp.Expr, Value] = {}
        self.kernels = {nodes[k.node]: k for k in certificate.kernels}
        require(len(self.kernels) == len(certificate.kernels))
        self.confirmed: set[int] = set()

    def accepts(self) -> bool:
        self.read_generators()
        self.read_hints()
        for symbol, value in self.definitions.items():
            self._confirm(symbol, value)
        if not self.vanishes(self.evaluate(self.expr)):
            return False
        for node in self.kernels:
            self.evaluate(node)
        if self.confirmed != {k.node for k in self.kernels.values()}:
            return False
        # Nothing idle: an entry that no step needs could be changed without being noticed.
        for g, entry in enumerate(self.certificate.generators):
            if entry[0] == "atom" and entry[2] > 1 and not self.degree_is_needed(g, entry[2]):
                return False
        idle = set(range(self.first_log)) - self.used
        return not idle and self.used_integers == set(self.certificate.integers) == set(self.integers)

    # -- evaluation ------------------------------------------------------------------------------------------------

    def evaluate(self, node: sp.Expr) -> Value:
        if node.is_Mul and node not in self.atoms and node not in self.definitions:
            return self.product_of([self.evaluate(a) for a in node.args])
        value = self.memo.get(node)
        if value is None:
            value = self.memo[node] = self._evaluate(node)
        return value

    def _evaluate(self, node: sp.Expr) -> Value:
        g = self.atoms.get(node)
        if g is not None:
            self.used.add(g)
            return {((g, self.certificate.generators[g][2]),): 1}, ()
        if node in self.definitions:
            return self.evaluate(self.definitions[node])
        if node.is_Rational:
            return constant(Fraction(int(node.p), int(node.q))), ()
        if node.is_Add:
            total = self.add([self.evaluate(a) for a in node.args])
            return self._lemma(total, self.kernels[node]) if node in self.kernels else total
        if node.is_Mul:
            return self.product_of([self.evaluate(a) for a in node.args])
        if node.is_Pow and node.exp.is_Integer:
            return self.power(self.evaluate(node.base), int(node.exp))
        if type(node) in _REWRITES:
            return self.evaluate(node.rewrite(_REWRITES[type(node)]))
        return self._kernel(node, self.kernels[node])

    def _lemma(self, total: Value, kernel: Any) -> Value:
        """A sum that the certificate knows in lower terms."""
        require(kernel.base is None and kernel.generator == -1 and kernel.shift == 0)
        value = self.product(kernel.value)
        self.equal(total, value)
        self.confirmed.add(kernel.node)
        return value

    def _kernel(self, node: sp.Expr, kernel: Any) -> Value:
        value = self.product(kernel.value)
        self.confirmed.add(kernel.node)
        if isinstance(node, _GAMMAS):
            return self._gamma(node, kernel)
        require(kernel.generator == -1 and kernel.shift == 0)
        require((kernel.base is not None) == (node.is_Pow and not node.exp.is_Rational))
        if isinstance(node, sp.log):
            argument = node.args[0]
            inside = argument.args[0] if isinstance(argument, sp.Abs) else argument
            self.equal(self.evaluate(inside), value)
            return self.log(kernel.value)
        require(self.sign(kernel.value) == 1)
        if node.is_Pow and node.exp.is_Rational:
            p, q = int(node.exp.p), int(node.exp.q)
            self.equal(self.power(value, q), self.power(self.evaluate(node.base), p))
        elif isinstance(node, sp.Abs):
            self.equal(self.power(value, 2), self.power(self.evaluate(node.args[0]), 2))
        else:
            self.equal(self.exponent(node), self.log(kernel.value))
        return value

    def exponent(self, node: sp.Expr) -> Value:
        if isinstance(node, sp.exp):
            return self.evaluate(node.args[0])
        if node is sp.E:
            return {(): 1}, ()
        require(node.is_Pow)
        base = self.kernels[node].base
        require(self.sign(base) == 1)
        self.equal(self.evaluate(node.base), self.product(base))
        return self.times(self.evaluate(node.exp), self.log(base))

    def _gamma(self, node: sp.Expr, kernel: Any) -> Value:
        entry = self.certificate.generators[kernel.generator]
        order = node.args[0] if isinstance(node, sp.polygamma) else 0 if isinstance(node, sp.digamma) else None
        require(entry[0] == "gamma" and entry[1] == (0 if order is None else int(order) + 1) and kernel.base is None)
        self.used.add(kernel.generator)
        start, n = self.product(entry[2]), kernel.shift
        self.equal(self.evaluate(node.args[-1]), self.add([start, (constant(n), ())]))
        steps = [self.add([start, (constant(k), ())]) for k in range(min(0, n), max(0, n))]
        value: Value = ({((kernel.generator, 1),): 1}, ())
        if order is not None:
            require(kernel.value == (1, 1, ()))
            m = int(order)
            c = constant((-1) ** m * factorial(m) * (1 if n > 0 else -1))
            return self.add([value, *(self.times((c, ()), self.power(s, -m - 1)) for s in steps)])
        for s in steps:
            value = self.times(value, self.power(s, 1 if n > 0 else -1))
        self.equal(value, self.product(kernel.value))
        return self.log(kernel.value) if isinstance(node, sp.loggamma) else value

    def _confirm(self, symbol: sp.Symbol, value: sp.Expr) -> None:
        """Some constraint has this value as its only solution for the symbol."""
        free = -1
        solution = self.evaluate(value)
        for rule in self.rules:
            if not rule.has(symbol):
                continue
            other = _Evaluation(self, symbol, free)
            try:
                sides = [other.evaluate(rule.args[0]), self.times(({(): -1}, ()), other.evaluate(rule.args[1]))]
            except (Rejected, LookupError):
                continue
            numerator = self.reduced(self.multiplied_out(self.add(sides)))
            by_power: dict[int, Poly] = {}
            for mono, c in numerator.items():
                powers = dict(mono)
                e = powers.pop(free, 0)
                by_power.setdefault(e, {})[tuple(sorted(powers.items()))] = c
            by_power = _lowest(by_power)
            top = max(by_power, default=0)
            if (set(by_power) <= {0, 1} and top == 1) or (set(by_power) <= {0, 2} and top == 2):
                slope, offset = by_power[top], by_power.get(0, {})
                if self.all_positive(slope) != 1 and self.all_positive(scaled(slope, -1)) != 1:
                    continue
                if top == 2 and not (symbol.is_positive or symbol in self.positive):
                    continue
                power = self.power(solution, top)
                difference = self.add([self.times((slope, ()), power), (offset, ())])
                if self.vanishes(difference):
                    return
        raise Rejected(f"no constraint determines {symbol}")


class _Evaluation(_Checker):
    """Evaluation in which one symbol is free again, to see what a constraint says about it."""

    def __init__(self, checker: _Checker, symbol: sp.Symbol, variable: int) -> None:
        self.__dict__.update(checker.__dict__)
        self.memo = {symbol: ({((variable, 1),): 1}, ())}
        self.definitions = {s: v for s, v in checker.definitions.items() if s != symbol}


def _lowest(by_power: dict[int, Poly]) -> dict[int, Poly]:
    shift = min(by_power, default=0)
    return {e - shift: p for e, p in by_power.items()} if shift < 0 else by_power


def _numbered(roots: list[sp.Expr]) -> tuple[list[sp.Expr], set[sp.Expr]]:
    """The nodes in postorder, and those that are positive because a logarithm or root of them is taken."""
    order: dict[sp.Expr, None] = {}
    defined: set[sp.Expr] = set()
    stack = roots[::-1]
    while stack:
        node = stack[-1]
        if node in order:
            stack.pop()
            continue
        args = node.args
        if type(node) in _REWRITES:
            args = (node.rewrite(_REWRITES[type(node)]),)
        left = [a for a in args if a not in order]
        if left:
            stack.extend(reversed(left))
            continue
        order[node] = None
        stack.pop()
        if isinstance(node, (sp.log, sp.loggamma)):
            defined.add(node.args[0])
        elif node.is_Pow and node.exp.is_Rational and not node.exp.is_Integer:
            defined.add(node.base)
    return list(order), defined
