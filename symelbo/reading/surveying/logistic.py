r"""The logistic function as most papers write it, `\sigma(a)`: where `\sigma` only ever stands before a bracket.

The grammar takes a Greek letter before a sum in brackets for a factor. Whether it is a function shows in the whole
document: it is one if each `\sigma` has its bracket. It is the logistic function unless the document says otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.rewriting import mapped

__all__ = ["LOGISTIC_WORDS", "Logistic", "logistic_of"]

LOGISTIC_WORDS = frozenset({"sigmoid", "logistic", "expit", "softplus", "logit"})

_LETTER = "sigma"
_BRACKETED = (sx.Sum, sx.Negative)  # no factor of a product has this form without brackets


@dataclass(frozen=True, slots=True)
class Logistic:
    """How `\\sigma` is meant in a document: as a function called `name`."""

    name: str

    def written_out(self, tree: sx.Node) -> sx.Node:
        """The tree with `\\sigma` before a bracket as a call of that function; the same object without any."""
        return mapped(tree, self._called)

    def _called(self, node: sx.Node) -> sx.Node:
        if isinstance(node, sx.Call) and _is_letter(node.function):
            return replace(node, function=self._function(node.function), may_be_product=False)
        if not isinstance(node, sx.Product):
            return node
        factors: list[sx.Node] = []
        for factor in node.factors:
            if factors and _is_letter(factors[-1]) and isinstance(factor, _BRACKETED):
                head = factors.pop()
                arguments = sx.Arguments((factor,), span=factor.span)
                factors.append(sx.Call(self._function(head), arguments, span=head.span))
            else:
                factors.append(factor)
        if len(factors) == len(node.factors):
            return node
        return factors[0] if len(factors) == 1 else replace(node, factors=tuple(factors))

    def _function(self, head: sx.Node) -> sx.Name:
        return sx.Name(self.name, span=head.span)


def logistic_of(trees: Sequence[sx.Node], heads: Iterable[sx.Node], slots: set[str]) -> Logistic | None:
    r"""What `\sigma` is in a document; None where it is no function, or may be a scale such as `\sigma(x)`.

    `heads` are left sides of equations, `slots` the variables that densities are of or given.
    """
    nodes = [node for tree in trees for node in sx.walk(tree)]
    letters = [node for node in nodes if isinstance(node, sx.Name) and node.text == _LETTER]
    inside = [part for node in nodes for part in _arguments(node)]
    if not letters or len(inside) != len(letters) or not all(map(_is_letter, letters)):
        return None
    bases = [head.base if isinstance(head, sx.Power) else head for head in heads]  # a scale, given by its square
    named = [head for head in bases if isinstance(head, sx.Call) and _is_letter(head.function)]
    if any(isinstance(head.arguments.values[0], sx.Name) for head in named):
        return Logistic(_LETTER)
    calls = [node for node in nodes if isinstance(node, sx.Call)]
    means = any(isinstance(c.function, sx.Name) and c.function.text == "mu" for c in calls)
    scale = any(isinstance(part, sx.Name) and sx.outline(part) in slots for part in inside)
    return None if means or scale else Logistic("sigmoid")


def _arguments(node: sx.Node) -> Iterator[sx.Node]:
    """What stands in the brackets behind the letter, in this node."""
    if isinstance(node, sx.Call) and _is_letter(node.function):
        parts = node.arguments
        if len(parts.values) == 1 and not parts.given and not parts.parameters:
            yield parts.values[0]
    elif isinstance(node, sx.Product):
        for first, second in pairwise(node.factors):
            if _is_letter(first) and isinstance(second, _BRACKETED):
                yield second


def _is_letter(node: sx.Node) -> bool:
    bare = isinstance(node, sx.Name) and node.text == _LETTER and not node.subscripts
    return bare and isinstance(node, sx.Name) and not (node.primes or node.label or node.accents)
