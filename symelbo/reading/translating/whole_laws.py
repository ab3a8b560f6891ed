"""The density of all variables among the forms of a family: what its name by itself stands for."""

from __future__ import annotations

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import base_text, plain_key
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.vocabulary import Signature

__all__ = ["law_of_the_rest", "said_of_averages", "whole_form"]


def law_of_the_rest(t: Translation, body: sx.Node) -> sx.Call | None:
    r"""The density that averages without a law are taken under, where the document has several, `q(z)` and `q_j(z_j)`.

    It belongs to the family that a sentence names, "expectations are with respect to q(z)", or to the approximation;
    it is the only one of the same chain, or else the one of all variables. None where it has none of the variables of
    the body, or not all of them, and where averages are under the model. Nothing is refuted where neither a sentence
    nor the chain says so.
    """
    said = said_of_averages(t)
    if said is not None and said in "pP":
        return None
    forms: dict[str, Signature] = {}
    for signature in t.vocabulary.signatures:
        key = signature.family.lstrip("\\")
        if "^" not in key and (key[0] == said if said is not None else key[0].lower() == "q"):
            forms.setdefault(sx.outline(signature.call), signature)
    mentioned = {sx.outline(node) for node in sx.walk(body) if isinstance(node, sx.Name)}
    names = [name for form in forms.values() for name in form.of if sx.outline(name) in mentioned]
    near = {sx.outline(node) for tree in t.chain for node in sx.walk(tree) if isinstance(node, sx.Call)} & set(forms)
    found = forms[near.pop()] if len(near) == 1 else None
    beside = found is not None and all(_is_within(t, name, found) for name in names)
    if not beside:
        found = whole_form(t, forms)
    if found is None or not names or not all(_is_within(t, name, found) for name in names):
        return None
    if said is None and not beside:
        t.gap = t.gap or "the document does not say under which density its expectations are"
    return found.call


def said_of_averages(t: Translation) -> str | None:
    """The letter of the family that a sentence says averages are under; None where it is the letter of none."""
    letter = t.vocabulary.averaged
    return letter if letter in {family.lstrip("\\")[:1] for family in t.vocabulary.families} else None


def whole_form(t: Translation, forms: dict[str, Signature]) -> Signature | None:
    r"""The only form that is of all variables: beside its factors and marginals `q` by itself is the joint density."""
    wide = [form for form in forms.values() if all(_is_within(t, n, form) for f in forms.values() for n in f.of)]
    orders = {(frozenset(map(sx.outline, form.of)), tuple(map(sx.outline, form.given))) for form in wide}
    return wide[0] if len(orders) == 1 else None


def _is_within(t: Translation, name: sx.Node, form: Signature) -> bool:
    """Whether a variable is one of those of a density, or of a range of indices or a vector there."""
    if not isinstance(name, sx.Name):
        return False
    alike = [item for item in form.of if isinstance(item, sx.Name) and base_text(item) == base_text(name)]
    if len(alike) > 1 and _runs(t, name):
        return True  # `y_t` is one of `y_0, y_1, y_2`
    for item in alike:
        if sx.outline(item) == sx.outline(name) or any(isinstance(part, sx.Range) for part in item.subscripts):
            return True
        if not item.subscripts and plain_key(item) in t.vocabulary.vectors:
            return True
    return False


def _runs(t: Translation, name: sx.Name) -> bool:
    """Whether a name has an index below that runs: `y_t`, `y_{t-1}`."""
    inner = (part for item in name.subscripts for part in sx.walk(item) if isinstance(part, sx.Name))
    return any(part.text in t.vocabulary.bounds and not part.subscripts for part in inner)
