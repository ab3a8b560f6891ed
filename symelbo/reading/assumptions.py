"""Directives taken in: what is assumed, what is constant, what is latent."""

from __future__ import annotations

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import Independence, Relation
from symelbo.reading import syntax as sx
from symelbo.reading.claims import RELATIONS
from symelbo.reading.defining import Given
from symelbo.reading.directives import Directive
from symelbo.reading.grammar import parse
from symelbo.reading.scripts import plain_key
from symelbo.reading.sides import Sides, read_asides
from symelbo.reading.terms import Translator

__all__ = ["obey"]


def obey(directive: Directive, sides: Sides, given: Given, translator: Translator) -> None:
    """Take in a directive; one whose names have no meaning leaves a gap, so that nothing after it is refuted."""
    try:
        match directive.kind:
            case "assume":
                for chain in directive.chains:
                    for left, sign, right in sides.links(chain):
                        relation = RELATIONS.get(sign, Relation.EQUAL)
                        given.adopt(translator.term(left), relation, translator.term(right))
                for tokens in directive.asides:
                    for node in read_asides(tokens):
                        _take_independence(node, given, translator)
            case "constant":
                for tokens in directive.names:
                    node = parse(tokens).conventional
                    if isinstance(node, sx.Name) and translator.vocabulary.is_family(node):
                        given.constant_wrt += (translator.family(node),)
                    else:
                        given.constant_wrt += (translator.term(node),)
            case "latent":
                for tokens in directive.names:
                    node = parse(tokens).conventional
                    if isinstance(node, sx.Name):
                        translator.vocabulary.declared_latent.add(plain_key(node))
    except (ReadingError, IllFormed) as wrong:
        given.gap = f"the directive '{directive.kind} {directive.text}' is not understood: {wrong}"
        translator.vocabulary.notes.append(given.gap)


def _take_independence(node: sx.Node, given: Given, translator: Translator) -> None:
    if isinstance(node, sx.Independence):
        parts = [tuple(translator.term(n) for n in part) for part in (node.left, node.right, node.given)]
        family = next((s.call.function for s in translator.vocabulary.signatures if s.family == "p"), None)
        if isinstance(family, sx.Name):
            item = Independence(translator.family(family), parts[0], parts[1], parts[2])
            given.context = given.context.assume(item)
