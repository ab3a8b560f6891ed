r"""Averages of what is given: `\mathbb{E}[f(z) \mid x]`, `\mathbb{E}[x_t \mid x_0]`, `\mathrm{Var}[x_t \mid x_0]`.

The law is a conditional of the only family that is meant: that of the densities in the body, or, where none stands
there, the only one that the document gives with this very bar, or that has all these variables.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import FamilyKey, plain_key
from symelbo.reading.translating.translation import Translation

__all__ = ["conditional_law", "conditional_variance"]


def conditional_law(t: Translation, body: sx.Node, given: tuple[sx.Node, ...]) -> sx.Call | None:
    """The density that an average of `body` is taken under where the names after the bar are known; None if unclear."""
    if not given or not all(isinstance(item, sx.Name) for item in given):
        return None
    calls = [call for call in sx.walk(body) if isinstance(call, sx.Call) and isinstance(call.function, sx.Name)]
    densities = [c for c in calls if isinstance(c.function, sx.Name) and t.vocabulary.is_family(c.function)]
    families = {sx.outline(call.function): call.function for call in densities if isinstance(call.function, sx.Name)}
    if not families:
        return _by_its_variables(t, body, given)
    known = {sx.outline(item) for item in given}
    latent = {
        sx.outline(item): item
        for call in densities
        for item in call.arguments.values
        if isinstance(item, sx.Name) and sx.outline(item) not in known
    }
    if len(families) != 1 or not latent or any(item.subscripts for item in families.values()):
        return None
    arguments = sx.Arguments(tuple(latent.values()), given, span=body.span)
    return sx.Call(next(iter(families.values())), arguments, span=body.span)


def conditional_variance(t: Translation, node: sx.Call) -> Expr | None:
    r"""`\mathrm{Var}[x \mid y]` as the mean of the square less the square of the mean; None for other calls."""
    function, arguments = node.function, node.arguments
    named = isinstance(function, sx.Name) and (function.text == "Var" or (function.text, function.font) == ("V", "bb"))
    if not named or len(arguments.values) != 1 or not arguments.given:
        return None
    law = conditional_law(t, arguments.values[0], arguments.given)
    if law is None:
        return None
    body, two = arguments.values[0], sx.Number("2", span=node.span)
    mean = t.term(sx.Expectation(body, (law,), span=node.span))
    square = t.term(sx.Expectation(sx.Power(body, two, span=node.span), (law,), span=node.span))
    made: Expr = square - mean**2
    return made


def _by_its_variables(t: Translation, body: sx.Node, given: tuple[sx.Node, ...]) -> sx.Call | None:
    known = {sx.outline(item) for item in given}
    names = {sx.outline(node): node for node in sx.walk(body) if isinstance(node, sx.Name)}
    exact: dict[FamilyKey, sx.Call] = {}
    for signature in t.vocabulary.signatures:
        written = set(map(sx.outline, signature.given))
        if written == known and signature.of and set(map(sx.outline, signature.of)) <= set(names):
            exact.setdefault(signature.family, signature.call)
    if exact:
        return next(iter(exact.values())) if len(exact) == 1 else None
    free = [item for text, item in names.items() if text not in known]
    random = [item for item in free if t.vocabulary.is_variable(plain_key(item))]
    wanted = {plain_key(item) for item in (*random, *_names(given))}
    wide = [key for key, slots in t.vocabulary.slots.items() if wanted <= slots]
    heads = {s.family: s.call.function for s in t.vocabulary.signatures}
    if not random or len(wide) != 1 or wide[0] not in heads:
        return None
    return sx.Call(heads[wide[0]], sx.Arguments(tuple(random), given, span=body.span), span=body.span)


def _names(nodes: Iterable[sx.Node]) -> list[sx.Name]:
    return [node for node in nodes if isinstance(node, sx.Name)]
