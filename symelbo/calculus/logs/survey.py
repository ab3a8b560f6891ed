"""One look over an expression before any polynomial is made: how large a ring it needs."""

from __future__ import annotations

from math import lcm
from typing import Any

import sympy as sp

__all__ = ["Survey"]


class Survey:
    """How many generators may be needed, which roots of symbols occur, and what must be positive.

    >>> x, y = sp.symbols("x y", positive=True)
    >>> survey = Survey([sp.sqrt(x) + sp.log(1 - y)])
    >>> survey.degrees, survey.defined
    ({x: 2}, [1 - y, x])
    """

    def __init__(self, expressions: list[sp.Expr]) -> None:
        self.slots = 2
        self.defined: list[sp.Expr] = []
        self.degrees: dict[Any, int] = {}
        seen: set[sp.Basic] = set()
        stack: list[sp.Basic] = list(expressions)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            args = node.args
            if not args:
                self.slots += not node.is_Rational
                continue
            stack.extend(args)
            if not (node.is_Add or node.is_Mul):
                self._function(node)

    def _function(self, node: sp.Basic) -> None:
        if isinstance(node, sp.log):
            if not isinstance(node.args[0], sp.Abs):
                self.defined.append(node.args[0])
            return
        if node.is_Pow:
            base, exponent = node.args
            if exponent.is_Integer:
                return
            if exponent.is_Rational:
                self.defined.append(base)
                for b in base.args if base.is_Mul else (base,):
                    if b.is_Symbol and b.is_positive:
                        self.degrees[b] = lcm(self.degrees.get(b, 1), int(exponent.q))
        self.slots += 3
