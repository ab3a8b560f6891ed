"""The rules of non-negativity for means over an index, `1/n Σ_k f_k`: each as data, with its conditions."""

from __future__ import annotations

from dataclasses import dataclass

from sympy import Expr, Mul, latex, log

from symelbo.calculus.forms.form import Form
from symelbo.calculus.inequalities.certificates import Ground, Knowledge
from symelbo.calculus.measures.mass import mass
from symelbo.language import Expectation, IndexSum

__all__ = ["IndexGap", "MeanGap", "SquaresGap"]


@dataclass(frozen=True)
class IndexGap(Ground):
    """`log (c 1/n Σ f_k) - 1/n Σ log (c f_k) >= 0` for a mean over an index (Jensen 1906)."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of the concave logarithm"

    inside: Expr
    total: IndexSum

    def gap(self, known: Knowledge) -> Expr | None:
        """The gap, if every term of the mean is positive; a mean of positive terms is positive too."""
        total = self.total
        size = _size(total)
        factor = self.inside / total
        if factor.has(total) or total.index in factor.free_symbols:
            return None
        each = self.inside.xreplace({total: size * total.body})
        if not size.is_positive or not known.is_positive(known.normaliser.form(each)):
            return None
        return log(self.inside) - IndexSum(log(each), total.index, total.lower, total.upper) / size

    def form(self, known: Knowledge) -> Form | None:
        """Every term of the mean is positive."""
        gap = self.gap(known)
        return None if gap is None else known.normaliser.form(gap)

    def equality(self) -> str | None:
        """All terms of the mean are the same."""
        return f"{latex(self.total.body)} is the same for every {latex(self.total.index)}"


@dataclass(frozen=True)
class MeanGap(IndexGap):
    """`E[log (1/n Σ f_k) - 1/n Σ log f_k] >= 0` under a law, for a mean over an index (Jensen 1906)."""

    law: Expr
    bound: tuple[Expr, ...]

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law, every term of the mean is positive where its logarithm is taken."""
        if mass(self.law, self.bound, known.normaliser) != 1:
            return None
        gap = self.gap(known)
        return None if gap is None else known.normaliser.form(Expectation(gap, self.law, self.bound))


@dataclass(frozen=True)
class SquaresGap(Ground):
    """`n Σ f_k^2 - (Σ f_k)^2 >= 0` for positive terms, divided by `n`, or by `Σ f_k^2` (Cauchy 1821, theorem XVI)."""

    rule = "JENSEN-SQUARE"
    words = "a variance over an index"

    total: IndexSum
    relative: bool

    def form(self, known: Knowledge) -> Form | None:
        """The terms are the squares of positive ones."""
        total = self.total
        size = _size(total)
        parts = [factor.as_base_exp() for factor in Mul.make_args(total.body)]
        if any(not exponent.is_even for _, exponent in parts) or not size.is_positive:
            return None
        root = Mul(*(base ** (exponent / 2) for base, exponent in parts))
        if not known.is_positive(known.normaliser.form(root)):
            return None
        plain = IndexSum(root, *total.args[1:])
        gap = size - plain**2 / total if self.relative else total - plain**2 / size
        return known.normaliser.form(gap)


def _size(total: IndexSum) -> Expr:
    return total.upper - total.lower + 1
