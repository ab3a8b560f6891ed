r"""The dot in `p(\cdot \mid x)`: which variables it stands for is what the document's other densities show."""

from __future__ import annotations

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import family_key
from symelbo.reading.translating.translation import Translation

__all__ = ["filled", "has_dot"]


def has_dot(node: sx.Node) -> bool:
    """Whether a call leaves out what its density is a density of."""
    return isinstance(node, sx.Call) and [type(item) for item in node.arguments.values] == [sx.Placeholder]


def filled(t: Translation, node: sx.Node, beside: tuple[sx.Node, ...] = ()) -> sx.Node:
    """A density with its variables in place of a dot; anything else as it is.

    `beside` are the variables of the density beside it, where there is one. Otherwise the same family under the same
    condition shows them, or that family elsewhere, or the other families under that condition.
    """
    if not has_dot(node):
        return node
    assert isinstance(node, sx.Call) and isinstance(node.function, sx.Name)
    values = beside or _shown(t, node.function, node.arguments)
    if not values:
        raise t.failure(node, "the document does not show which variable the dot stands for; write it as in q(z)")
    return sx.Call(
        node.function,
        sx.Arguments(
            values,
            node.arguments.given,
            node.arguments.parameters,
            bracket=node.arguments.bracket,
            span=node.arguments.span,
        ),
        span=node.span,
    )


def _shown(t: Translation, name: sx.Name, arguments: sx.Arguments) -> tuple[sx.Node, ...]:
    key, given = family_key(name), _outlines((*arguments.given, *arguments.parameters))
    usable = [
        signature
        for signature in t.vocabulary.signatures
        if all(isinstance(item, sx.Name) for item in signature.of) and not set(_outlines(signature.of)) & set(given)
    ]
    own = [signature for signature in usable if signature.family == key]
    alike = [signature for signature in usable if _outlines(signature.given) == given]
    for some in ([signature for signature in own if signature in alike], own, alike, usable):
        found = {_outlines(signature.of): signature.of for signature in some}
        if len(found) == 1:
            return next(iter(found.values()))
    return ()


def _outlines(nodes: tuple[sx.Node, ...]) -> tuple[str, ...]:
    return tuple(map(sx.outline, nodes))
