"""The name that a person would give to a step that is proved: "by Jensen's inequality" instead of its certificate."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Expr, Mul, log

from symelbo.calculus.measures.measure import Normaliser
from symelbo.language import Density, Expectation, Integral
from symelbo.language.walks import found_in

__all__ = ["is_jensen_step", "jensen_moves"]


def is_jensen_step(left: Expr, right: Expr, normaliser: Normaliser) -> bool:
    """Whether two sides differ by moving one logarithm inside the expectation that it stands before.

    It only names a step: that the step is valid has to be known from elsewhere.
    """
    for side, other in ((left, right), (right, left)):
        for outside, inside in jensen_moves(side):
            moved = side.xreplace({outside: inside})
            if normaliser.form(moved) == normaliser.form(other):
                return True
    return False


def jensen_moves(side: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Every `log E_w[f]` or `log ∫ w f` in a term, with `E_w[log f]`."""
    for node in found_in(side, log):
        inner = node.args[0]
        if isinstance(inner, Expectation):
            yield node, Expectation(log(inner.body), inner.law, inner.bound)
        elif isinstance(inner, Integral):
            factors = Mul.make_args(inner.body)
            for law in factors:
                if isinstance(law, Density) and set(law.of) == set(inner.bound):
                    rest = Mul(*(factor for factor in factors if factor != law))
                    yield node, Expectation(log(rest), law, inner.bound)
