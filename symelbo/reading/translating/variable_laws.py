r"""Averages over a variable by its name, `\mathbb{E}_\epsilon[f(\epsilon)]`: its law is the one in the document."""

from __future__ import annotations

from sympy import Expr

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating.density_terms import density
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.vocabulary import Signature

__all__ = ["law_of_variable"]


def law_of_variable(t: Translation, name: sx.Name, body: sx.Node) -> Expr | None:
    r"""The density that an average over `name` is taken under; None where `body` has no such variable.

    A variable without any density in the document has one of its own, `p(\epsilon)`. Nothing is refuted where that, or
    which of several densities is meant, is a guess.
    """
    wanted = sx.outline(name)
    if not any(isinstance(node, sx.Name) and sx.outline(node) == wanted for node in sx.walk(body)):
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
