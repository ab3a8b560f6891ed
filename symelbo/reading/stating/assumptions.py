"""Directives taken in: what is assumed, what is constant, what is latent."""

from __future__ import annotations

from sympy import Expr

from symelbo.errors import IllFormed, ReadingError
from symelbo.language import Density, Independence, Relation, value_of
from symelbo.language.distributions import Known
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.grammar import parse
from symelbo.reading.parsing.scripts import plain_key
from symelbo.reading.sources.directives import Directive
from symelbo.reading.stating.claims import RELATIONS
from symelbo.reading.stating.defining import Given
from symelbo.reading.stating.sides import Sides, read_asides
from symelbo.reading.translating.terms import Translator

__all__ = ["at_variable", "independence_of", "obey"]


def obey(directive: Directive, sides: Sides, given: Given, translator: Translator) -> None:
    """Take in a directive; one whose names have no meaning leaves a gap, so that nothing after it is refuted."""
    try:
        match directive.kind:
            case "assume":
                if not _assume(directive, sides, given, translator):
                    _leave_gap(
                        directive,
                        "write a relation such as p(x, z) = p(z) p(x | z), or z_1 \\perp z_2 \\mid x",
                        given,
                        translator,
                    )
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
        _leave_gap(directive, str(wrong), given, translator)


def _leave_gap(directive: Directive, why: str, given: Given, translator: Translator) -> None:
    given.gap = f"the directive '{directive.kind} {directive.text}' is not understood: {why}"
    translator.vocabulary.notes.append(given.gap)


def _assume(directive: Directive, sides: Sides, given: Given, translator: Translator) -> bool:
    """Take in all of an assumption; whether all of it was."""
    taken = bool(directive.chains or directive.asides)
    for chain in directive.chains:
        links = list(sides.links(chain))
        taken &= len(links) == len(chain.links)
        for left, sign, right in links:
            relation = RELATIONS.get(sign, Relation.EQUAL)
            lhs, rhs = translator.term(left), translator.term(right)
            given.adopt(lhs, relation, at_variable(lhs, rhs))
    given.require(translator.constraints)
    drawn = sides.drawn.get(id(directive), ())
    for left, _, law in drawn:
        under, value = translator.term(left), translator.term(law)
        given.adopt(under, Relation.EQUAL, at_variable(under, value))
    given.require(translator.constraints)
    if drawn:
        return taken
    for tokens in directive.asides:
        nodes = read_asides(tokens)
        taken &= bool(nodes) and all(isinstance(node, sx.Independence) for node in nodes)
        for node in nodes:
            _take_independence(node, given, translator)
    return taken


def _take_independence(node: sx.Node, given: Given, translator: Translator) -> None:
    item = independence_of(node, translator)
    if item is not None:
        given.context = given.context.assume(item)


def at_variable(lhs: Expr, rhs: Expr) -> Expr:
    """A law without a value, as the density of the variable that the left side is a density of."""
    if isinstance(lhs, Density) and isinstance(rhs, Known) and not rhs.values and len(lhs.of) == 1:
        return rhs.at(value_of(lhs.of[0]))
    return rhs


def independence_of(node: sx.Node, translator: Translator) -> Independence | None:
    """The independence that a statement is about, under the model's family; None for any other statement."""
    if not isinstance(node, sx.Independence):
        return None
    parts = [tuple(translator.term(n) for n in part) for part in (node.left, node.right, node.given)]
    family = next((s.call.function for s in translator.vocabulary.signatures if s.family == "p"), None)
    if not isinstance(family, sx.Name):
        return None
    return Independence(translator.family(family), parts[0], parts[1], parts[2])
