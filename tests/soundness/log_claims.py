"""Random log-rational-exp expressions, rewrites that keep their value, and mutations that mostly do not."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import sympy as sp

POSITIVE = sp.symbols("a b c d", positive=True)
REAL = sp.symbols("x y", real=True)


class Draw:
    """A source of random expressions; everything follows from the seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def number(self) -> sp.Rational:
        return sp.Rational(self.random.randint(1, 5), self.random.choice((1, 1, 2, 3)))

    def positive(self, depth: int) -> sp.Expr:
        """An expression that is positive for all values of its symbols."""
        if depth <= 0:
            return self.random.choice((*POSITIVE, *POSITIVE, self.number()))
        go = self.positive
        match self.random.randrange(9):
            case 0 | 1 | 2:
                return go(depth - 1) + go(depth - 1)
            case 3 | 4:
                return go(depth - 1) * go(depth - 1)
            case 5:
                return go(depth - 1) / go(depth - 1)
            case 6:
                return sp.exp(self.random.choice(REAL) * self.random.choice((1, 2, -1))) + go(depth - 1)
            case 7:
                return 1 / (1 + sp.exp(-self.random.choice(REAL)))
            case _:
                return sp.sqrt(go(depth - 1))

    def real(self, depth: int) -> sp.Expr:
        """Any real expression."""
        if depth <= 0:
            return self.random.choice((*REAL, *POSITIVE, self.number()))
        match self.random.randrange(7):
            case 0 | 1:
                return self.real(depth - 1) + self.real(depth - 1)
            case 2:
                return self.real(depth - 1) - self.positive(depth - 1)
            case 3:
                return self.real(depth - 1) * self.positive(depth - 1)
            case _:
                return self.real(0) * sp.log(self.positive(depth))

    # -- the same value, written otherwise ---------------------------------------------------------------------------

    def rewrite(self, expr: sp.Expr) -> sp.Expr:
        """The same expression after a few valid rewrites at random places."""
        for _ in range(self.random.randint(2, 5)):
            nodes = [n for n in sp.postorder_traversal(expr) if isinstance(n, sp.Expr)]
            node = self.random.choice(nodes)
            rule: Callable[[sp.Expr], sp.Expr] = self.random.choice(
                (self._log, self._log, self._add, self._multiply, self._spread, self._sigmoid)
            )
            changed = rule(node)
            if changed is not node:
                expr = expr.xreplace({node: changed}) if self.random.random() < 0.7 else expr - node + changed
        return expr

    def _log(self, node: sp.Expr) -> sp.Expr:
        if not isinstance(node, sp.log):
            return node
        inside, w = node.args[0], self.positive(1)
        match self.random.randrange(4):
            case 0:
                return sp.log(inside * w) - sp.log(w)
            case 1:
                return sp.log(inside / w) + sp.log(w)
            case 2:
                return sp.log(sp.expand(inside * w) ** 2) / 2 - sp.log(w)
            case _:
                return -sp.log(1 / sp.together(inside))

    def _add(self, node: sp.Expr) -> sp.Expr:
        w = self.positive(1)
        return sp.Add(node * w / (w + 1), node / (w + 1), evaluate=True)

    def _multiply(self, node: sp.Expr) -> sp.Expr:
        w = self.positive(1)
        return sp.expand(node * w) / w

    def _spread(self, node: sp.Expr) -> sp.Expr:
        return sp.expand(node) if self.random.random() < 0.5 else sp.together(node)

    def _sigmoid(self, node: sp.Expr) -> sp.Expr:
        x = self.random.choice(REAL)
        if node == x:
            return sp.log(1 + sp.exp(x)) - sp.log(1 + sp.exp(-x))
        return node / (1 + sp.exp(x)) + node / (1 + sp.exp(-x))

    # -- most often another value ------------------------------------------------------------------------------------

    def mutate(self, expr: sp.Expr) -> sp.Expr:
        """One slip at a random place: a sign, a coefficient, a symbol, a power, a lost term."""
        nodes = [n for n in sp.postorder_traversal(expr) if isinstance(n, sp.Expr)]
        node = self.random.choice(nodes)
        match self.random.randrange(5):
            case 0:
                changed: Any = 2 * node
            case 1:
                changed = node + self.random.choice(POSITIVE)
            case 2 if node.is_Add or node.is_Mul:
                changed = node.func(*node.args[1:])
            case 3 if node in POSITIVE:
                changed = self.random.choice(POSITIVE)
            case _:
                changed = node + 1
        return expr.xreplace({node: changed})
