r"""Divergences and entropies of bare lists of weights: `KL(\pi \| u)` and `H[\pi]` of `\pi_1, ..., \pi_K`."""

from __future__ import annotations

from sympy import Expr, Integer, Symbol, log

from symelbo.language import Claim, Density, Entry, IndexSum, Relation
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import name_key
from symelbo.reading.translating.name_terms import base_symbol, symbol
from symelbo.reading.translating.translation import Translation

__all__ = ["divergence_of_weights", "entropy_of_weights"]


def divergence_of_weights(t: Translation, left: sx.Node, right: sx.Node) -> Expr | None:
    """The sum that the divergence from a list of weights is; None where the left side is no such list."""
    index = _index_of(t, left)
    if index is None:
        return None
    first, ends = _entry(t, left, index), _ends(t, index)
    other: Expr
    if _index_of(t, right) == index:
        other = _entry(t, right, index)
    elif isinstance(right, sx.Name) and t.vocabulary.is_family(right):
        place = sx.Name(index, span=right.span)
        call = sx.Call(right, sx.Arguments((place,), span=right.span), span=right.span)
        made = t.term(call)
        if not isinstance(made, Density) or not any(made.of[0] == of for of in (ends[0],)):
            return None
        other = made
    else:
        return None
    return IndexSum(first * log(first / other), *ends)


def entropy_of_weights(t: Translation, node: sx.Node) -> Expr | None:
    """The sum that the entropy of a list of weights is; None where it is no such list."""
    index = _index_of(t, node)
    if index is None:
        return None
    weight = _entry(t, node, index)
    return IndexSum(-weight * log(weight), *_ends(t, index))


def _index_of(t: Translation, node: sx.Node) -> str | None:
    """The index that a bare name has elsewhere in the document, if it runs between bounds."""
    if not isinstance(node, sx.Name) or node.subscripts or t.vocabulary.is_family(node):
        return None
    index = t.vocabulary.entries.get(name_key(node))
    return index if index in t.vocabulary.bounds else None


def _entry(t: Translation, node: sx.Node, index: str) -> Expr:
    """One weight; that they sum to one is what a divergence or an entropy of them says."""
    assert isinstance(node, sx.Name)
    base = symbol(t, node)
    assert isinstance(base, Symbol)
    entry = Entry(base, base_symbol(t, index))
    t.constraints[Claim(IndexSum(entry, *_ends(t, index)), Relation.EQUAL, Integer(1))] = None
    return entry


def _ends(t: Translation, index: str) -> tuple[Expr, Expr, Expr]:
    lower, upper = t.vocabulary.bounds[index]
    return base_symbol(t, index), t.term(lower), t.term(upper)
