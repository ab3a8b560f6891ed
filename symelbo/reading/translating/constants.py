"""Sides that are numbers, and constants that are left out: decimals, `+ const`, and what they are constant in."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from sympy import Expr, log

from symelbo.language import Density, value_of
from symelbo.language.distributions import Known
from symelbo.language.walks import found_in
from symelbo.reading.parsing import syntax as sx

__all__ = ["constant_letters", "decimal", "has_constant", "inferred_wrt", "is_numeric", "without_constant"]


def has_constant(node: sx.Node, letters: Collection[str] = ()) -> bool:
    """Whether `+ const` stands anywhere in a side, or a letter that stands for a constant is one of its terms."""
    terms = node.terms if isinstance(node, sx.Sum) else ()
    return any(isinstance(part, sx.Constant) for part in sx.walk(node)) or any(
        is_letter(_unsigned(term), letters) for term in terms
    )


def without_constant(node: sx.Node, letters: Collection[str] = ()) -> sx.Node:
    """The expression with a trailing `+ const` left out."""
    if isinstance(node, sx.Sum):
        kept = tuple(
            t for t in node.terms if not (isinstance(_unsigned(t), sx.Constant) or is_letter(_unsigned(t), letters))
        )
        if len(kept) != len(node.terms):
            if not kept:
                return sx.Number("0", span=node.span)
            return kept[0] if len(kept) == 1 else sx.Sum(kept, span=node.span)
    if isinstance(node, sx.Constant):
        return sx.Number("0", span=node.span)
    return node


def _unsigned(term: sx.Node) -> sx.Node:
    return term.body if isinstance(term, sx.Negative) else term


def is_letter(node: sx.Node, letters: Collection[str]) -> bool:
    """Whether a tree is one of these letters, and nothing more."""
    if not isinstance(node, sx.Name) or node.text not in letters or node.font:
        return False
    return not (node.subscripts or node.primes or node.accents or node.label is not None)


def constant_letters(sides: Iterable[sx.Node]) -> set[str]:
    """`C`, where a document only ever adds it to something and never says what it is."""
    added = alone = 0
    for side in sides:
        found = sum(is_letter(part, ("C",)) for part in sx.walk(side))
        last = side.terms[-1] if isinstance(side, sx.Sum) else None
        added += found == 1 and last is not None and is_letter(last, ("C",))
        alone += found > 0 and not (found == 1 and last is not None and is_letter(last, ("C",)))
    return {"C"} if added and not alone else set()


def inferred_wrt(lhs: Expr) -> tuple[Expr, ...]:
    """What a density on the left is a density of; of a logarithm, what is inside it."""
    if lhs.func is log:
        return inferred_wrt(lhs.args[0])
    if isinstance(lhs, Density | Known):
        return tuple(value_of(item) for item in lhs.of)
    densities = sorted(found_in(lhs, Density), key=str)
    if densities:
        own = {value_of(item) for d in densities for item in d.of}  # `q_z(z)` is no density with a parameter
        parameters = [p for d in densities for p in d.family.parameters if p not in own]
        if parameters:
            return tuple(dict.fromkeys(parameters))
    return ()


def decimal(node: sx.Node) -> str | None:
    """The text of a decimal number that is a whole side."""
    if isinstance(node, sx.Negative):
        inner = decimal(node.body)
        return None if inner is None else "-" + inner
    return node.text if isinstance(node, sx.Number) and "." in node.text else None


def is_numeric(node: sx.Node) -> bool:
    """Whether a side is plain arithmetic on numbers."""
    return all(
        isinstance(
            part, sx.Number | sx.Negative | sx.Sum | sx.Product | sx.Quotient | sx.Log | sx.Power | sx.Sqrt | sx.Exp
        )
        for part in sx.walk(node)
    )
