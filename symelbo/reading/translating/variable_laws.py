r"""Averages that do not name a density: `\mathbb{E}_\epsilon[f(\epsilon)]`, `\mathbb{E}[z^2]`, `\mathbb{E}[\hat p_K]`.

What is averaged over is found in the body, and its law in the document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sympy import Expr

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import numberless
from symelbo.reading.translating.density_terms import density
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.vocabulary import Signature

__all__ = ["calls_with", "draws_of", "law_of_variable", "laws_of_body"]


def law_of_variable(t: Translation, name: sx.Name, body: sx.Node) -> Expr | None:
    r"""The density that an average over `name` is taken under; None where `body` has no such variable.

    A variable without any density in the document has one of its own, `p(\epsilon)`. Nothing is refuted where that, or
    which of several densities is meant, is a guess.
    """
    wanted = sx.outline(name)
    if not _mentions(body, name):
        return None
    forms: dict[str, Signature] = {}
    for signature in t.vocabulary.signatures:
        if [sx.outline(item) for item in signature.of] == [wanted]:
            forms.setdefault(sx.outline(signature.call), signature)
    if not forms:
        arguments = sx.Arguments((name,), span=name.span)
        t.gap = t.gap or f"the document does not say how {wanted} is distributed"
        return density(t, sx.Call(sx.Name("p", span=name.span), arguments, span=name.span))
    chosen = _chosen(list(forms.values()))
    if len(forms) > 1:
        t.gap = t.gap or f"the document does not say under which density {wanted} is averaged over"
    t.notes.append(f"the expectation over {wanted} is taken under {sx.outline(chosen.call)}")
    return density(t, chosen.call)


def _chosen(forms: list[Signature]) -> Signature:
    """Of several densities of one variable an approximation rather than the model."""
    others = [form for form in forms if form.family.lstrip("\\") not in ("p", "P")]
    return (others or forms)[0]


def draws_of(t: Translation, called: Mapping[str, Signature], body: sx.Node) -> sx.Sampled | None:
    r"""`z_1, ..., z_K \sim q(z | x)`, where the document has densities of one indexed draw, `q(z_k | x)`.

    Without the number of draws nothing is refuted. None where a density is of something else, beside `q(z | x)` itself,
    and where the body is about a single `z`.
    """
    indexed: dict[str, tuple[sx.Name, Signature]] = {}
    for signature in called.values():
        name = signature.of[0] if len(signature.of) == 1 else None
        if not isinstance(name, sx.Name) or len(name.subscripts) > 1:
            return None
        indexed[sx.outline(name)] = (name, signature)
    draws = [(name, form) for name, form in indexed.values() if name.subscripts]
    bases = {sx.outline(numberless(name)) for name, _ in indexed.values()}
    if len(draws) != 1 or len(bases) != 1:
        return None
    ((name, form),) = draws
    base = numberless(name)
    index = sx.outline(name.subscripts[0])
    if index not in t.vocabulary.indices or _mentions(body, base):
        return None
    ends = t.vocabulary.bounds.get(index)
    if ends is None:
        t.gap = t.gap or f"the document does not say how many draws of {sx.outline(base)} there are"
        return None
    every = replace(name, subscripts=(sx.Range(*ends, span=name.span),))
    one = replace(form.call, arguments=replace(form.call.arguments, values=(base,)))
    return sx.Sampled((every,), one, span=body.span)


def laws_of_body(t: Translation, body: sx.Node) -> tuple[sx.Call, ...]:
    """The densities of the variables of a body; empty where one of them has several, or no variable has any.

    An approximation goes before the model: the model's densities are meant only for a single variable that nothing
    else has, and where none of them stands in the body.
    """
    calls = (node for node in sx.walk(body) if isinstance(node, sx.Call) and isinstance(node.function, sx.Name))
    bare = not any(t.vocabulary.is_family(call.function) for call in calls if isinstance(call.function, sx.Name))
    names = {sx.outline(node) for node in sx.walk(body) if isinstance(node, sx.Name)}
    found: dict[str, dict[str, Signature]] = {}
    for signature in t.vocabulary.signatures:
        if len(signature.of) == 1 and sx.outline(signature.of[0]) in names:
            found.setdefault(sx.outline(signature.of[0]), {}).setdefault(sx.outline(signature.call), signature)
    chosen: list[sx.Call] = []
    for forms in found.values():
        others = [form for form in forms.values() if form.family.lstrip("\\") not in ("p", "P")]
        others = [form for form in others if "^" not in form.family] or others  # q^* is what q becomes
        listed = others or (list(forms.values()) if bare and len(found) == 1 else [])
        if len(listed) != 1:
            return ()
        chosen.append(listed[0].call)
    return tuple(chosen)


def calls_with(t: Translation, parameters: tuple[sx.Node, ...]) -> tuple[sx.Call, ...]:
    """The densities whose parameters behind the semicolon are these, each once; empty where that is not clear."""
    wanted = set(map(sx.outline, parameters))
    found: dict[tuple[str, ...], dict[str, sx.Call]] = {}
    for signature in t.vocabulary.signatures:
        own = tuple(map(sx.outline, signature.call.arguments.parameters))
        if own and wanted.issuperset(own):
            found.setdefault(own, {})[sx.outline(signature.call)] = signature.call
    listed = [name for own in found for name in own]
    if set(listed) != wanted or len(listed) != len(wanted) or any(len(calls) > 1 for calls in found.values()):
        return ()
    return tuple(call for calls in found.values() for call in calls.values())


def _mentions(body: sx.Node, name: sx.Name) -> bool:
    return any(isinstance(node, sx.Name) and sx.outline(node) == sx.outline(name) for node in sx.walk(body))
