"""Probabilities that are written as entries, `π_1, ..., π_K` with `Σ π_k = 1`: their divergences and entropies."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Integer, latex, log

from symelbo.calculus.forms.form import Form
from symelbo.calculus.inequalities.certificates import Ground, Knowledge, Nonnegative
from symelbo.language import Context, Entry, IndexSum, Relation, replace_free
from symelbo.language.walks import found_in

__all__ = ["tables_of", "totals_of"]


def totals_of(assumed: Context) -> tuple[IndexSum, ...]:
    """The sums of entries that a context declares to be one."""
    found = []
    for sign in assumed.signs:
        claim = sign.claim
        for total, one in ((claim.lhs, claim.rhs), (claim.rhs, claim.lhs)):
            if (
                claim.relation is Relation.EQUAL
                and type(total) is IndexSum
                and one == 1
                and isinstance(total.body, Entry)
            ):
                found.append(total)
    return tuple(found)


@dataclass(frozen=True)
class TableDivergence(Ground):
    """`Σ π_k log(π_k / ρ_k) >= 0`; without a second table `ρ_k` is one over the number of entries."""

    rule = "KL-NONNEG"
    words = "a Kullback-Leibler divergence between tables"

    totals: tuple[IndexSum, ...]
    first: IndexSum
    second: IndexSum | None

    def form(self, known: Knowledge) -> Form | None:
        """Both tables are positive, sum to one, and have the same entries."""
        first, size = self.first, self.first.upper - self.first.lower + 1
        other = _reference(first, self.second)
        if first not in self.totals or other is None or not size.is_positive:
            return None
        if self.second is not None and self.second not in self.totals:
            return None
        form = known.normaliser.form
        if not all(known.is_positive(form(entry)) for entry in (first.body, other)):
            return None
        bounds = (first.index, first.lower, first.upper)
        if self.second is None:  # the entries sum to one
            return form(IndexSum(first.body * log(first.body), *bounds)) + known.normaliser.log(form(size))
        return form(IndexSum(first.body * (log(first.body) - log(other)), *bounds))

    def equality(self) -> str | None:
        """The tables agree."""
        other = _reference(self.first, self.second)
        return None if other is None else f"{latex(self.first.body)} = {latex(other)}"


def _reference(first: IndexSum, second: IndexSum | None) -> Expr | None:
    """An entry of the second table at the index of the first one; None if they have other ranges."""
    if second is None:
        return Integer(1) / (first.upper - first.lower + 1)
    if (first.lower, first.upper) != (second.lower, second.upper):
        return None
    return replace_free(second.body, {second.index: first.index})


@dataclass(frozen=True)
class TableEntropy(Ground):
    """`-Σ π_k log π_k >= 0` (Shannon 1948)."""

    rule = "ENTROPY-NONNEG"
    words = "an entropy of a table"

    totals: tuple[IndexSum, ...]
    total: IndexSum

    def form(self, known: Knowledge) -> Form | None:
        """The table is positive and sums to one."""
        total, form = self.total, known.normaliser.form
        if total not in self.totals or not known.is_positive(form(total.body)):
            return None
        return form(IndexSum(-total.body * log(total.body), total.index, total.lower, total.upper))


@dataclass(frozen=True)
class TableGap(Ground):
    """`log Σ f_k - Σ π_k log(f_k / π_k) >= 0` for positive `f_k` (Jensen 1906), summed over `outer` if there is one."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of the concave logarithm"

    totals: tuple[IndexSum, ...]
    weights: IndexSum
    inside: IndexSum
    outer: IndexSum | None = None

    def form(self, known: Knowledge) -> Form | None:
        """The weights are positive and sum to one, the terms are positive, and both have the same entries."""
        inside, form = self.inside, known.normaliser.form
        weight = _reference(inside, self.weights)
        if self.weights not in self.totals or weight is None or (self.outer is None) is bool(_rows(self.weights)):
            return None
        if self.outer is not None:
            weight = replace_free(weight, dict.fromkeys(_rows(self.weights), self.outer.index))
        if not known.is_positive(form(weight)):
            return None
        if not (known.is_positive(form(inside.body)) or known.is_positive(form(inside.body / weight))):
            return None
        mean = IndexSum(weight * log(inside.body / weight), inside.index, inside.lower, inside.upper)
        if self.outer is None:
            return known.normaliser.log(form(inside)) - form(mean)
        return form(IndexSum(log(inside) - mean, self.outer.index, self.outer.lower, self.outer.upper))

    def equality(self) -> str | None:
        """The weights are in proportion to the terms."""
        weight = _reference(self.inside, self.weights)
        return None if weight is None else f"{latex(weight)} is proportional to {latex(self.inside.body)}"


def _rows(total: IndexSum) -> tuple[Expr, ...]:
    """The index of the row, where every row of a table sums to one: `n` in `Σ_k r_{nk} = 1`."""
    body = total.body
    if not isinstance(body, Entry):
        return ()
    return tuple(place for place in body.indices if place.is_Symbol and place != total.index)


def _gaps(totals: tuple[IndexSum, ...], terms: Iterable[Expr]) -> Iterator[Ground]:
    """The gaps that the logarithms of sums in a claim suggest."""
    for term in terms:
        sums = [node for node in found_in(term, IndexSum) if type(node) is IndexSum]
        for logarithm in sorted(found_in(term, log), key=str):
            inside = logarithm.args[0]
            if type(inside) is not IndexSum:
                continue
            around = [None, *(outer for outer in sums if outer.body.has(logarithm))]
            yield from (TableGap(totals, weights, inside, outer) for weights in totals for outer in around)


def tables_of(totals: Iterable[IndexSum], known: Knowledge, terms: Iterable[Expr] = ()) -> Iterator[Nonnegative]:
    """The divergences between the tables of a context, their entropies, and Jensen gaps of the sums in some terms."""
    listed = tuple(totals)
    grounds: list[Ground] = [TableEntropy(listed, total) for total in listed]
    grounds += [TableDivergence(listed, a, b) for a in listed for b in (None, *listed) if a is not b]
    grounds += _gaps(listed, terms)
    for ground in grounds:
        form = ground.form(known)
        if form is not None:
            yield Nonnegative.by(ground, form)
