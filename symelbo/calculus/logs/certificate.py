"""What a proof that an expression is zero consists of: immutable, made of numbers, writable as JSON.

The certificate names generators and polynomials, and says of every logarithm, exponential, root and gamma function in
the expression which product of them it is. `symelbo.calculus.logcheck` multiplies these products out, compares, and
sees that the expression then collects to zero.

Nodes of the expression are referred to by their place in the order in which `places` finds them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias

import sympy as sp

__all__ = ["Certificate", "Hint", "Kernel", "Part"]

Part: TypeAlias = tuple[int, int, tuple[tuple[int, int], ...]]
"""A product: numerator and denominator of its number, and powers of generators and, after these, polynomials."""

Term: TypeAlias = tuple[int, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Kernel:
    """What the checker is told about one node: the product that it is, or (a logarithm) that its argument is.

    Sums of fractions have an entry too, with the product that they are in lower terms.

    `base` is the base of a power with a symbolic exponent; `shift` and `generator` belong to gamma functions.
    """

    node: int
    value: Part
    base: Part | None = None
    generator: int = -1
    shift: int = 0


@dataclass(frozen=True, slots=True)
class Hint:
    """Why a generator or polynomial has a sign: a positive node is a product in which all other signs are known."""

    factor: int
    sign: int
    node: int
    value: Part


@dataclass(frozen=True, slots=True)
class Certificate:
    """A proof that an expression of rational functions, logarithms and exponentials is zero.

    Attributes:
        generators: `("atom", node, degree)`, `("exp", node, degree)` or `("root", degree, radicand)`,
            `("abs", 2, radicand)`, `("joint", degree, radicand, denominator, node, rest)`,
            `("gamma", order, argument)`, `("log", argument)`.
        basis: the polynomials, as terms `(coefficient, powers of generators)`.
        integers: the integers whose logarithms occur.
        kernels: one entry for each function in the expression: its exponent vector over generators and basis.
        hints: signs that were used.
        definitions: symbols that constraints determine.
    """

    generators: tuple[tuple[Any, ...], ...]
    basis: tuple[tuple[Term, ...], ...]
    integers: tuple[int, ...]
    kernels: tuple[Kernel, ...]
    hints: tuple[Hint, ...] = ()
    definitions: tuple[tuple[sp.Symbol, sp.Expr], ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Lists, integers and strings only."""
        return {
            "generators": _lists(self.generators),
            "basis": _lists(self.basis),
            "integers": list(self.integers),
            "kernels": [
                {
                    "node": k.node,
                    "value": _lists(k.value),
                    "base": _lists(k.base),
                    "generator": k.generator,
                    "shift": k.shift,
                }
                for k in self.kernels
            ],
            "hints": [
                {"factor": h.factor, "sign": h.sign, "node": h.node, "value": _lists(h.value)} for h in self.hints
            ],
            "definitions": [[str(s), str(v)] for s, v in self.definitions],
        }


def _lists(value: Any) -> Any:
    return [_lists(v) for v in value] if isinstance(value, Iterable) and not isinstance(value, str) else value
