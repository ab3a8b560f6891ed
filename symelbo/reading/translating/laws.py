"""Laws: what stands under an expectation, beside a divergence's bars or in an entropy."""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Mul, Symbol

from symelbo.language import At, Block, Density, Entry, IndexProduct, Variable, is_variable, slot_of, value_of
from symelbo.language.distributions import Known
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import base_text, family_key, plain_key
from symelbo.reading.translating.density_terms import density, ellipsis
from symelbo.reading.translating.given_laws import conditional_law
from symelbo.reading.translating.left_out import factor_law, law_but_one
from symelbo.reading.translating.name_terms import symbol
from symelbo.reading.translating.placeholders import filled, has_dot
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.variable_laws import calls_with, draws_of, law_of_variable, laws_of_body
from symelbo.reading.translating.vocabulary import Signature
from symelbo.reading.translating.whole_laws import law_of_the_rest, said_of_averages, whole_form

__all__ = ["binds", "law", "laws"]


def law(t: Translation, node: sx.Node, of_like: tuple[str, ...] | None = None) -> Expr:
    """What stands where a density is expected; a bare name is completed from its other uses."""
    others = law_but_one(t, node)
    if others is not None:
        return others
    if isinstance(node, sx.Name):
        factor = factor_law(t, node)
        if factor is not None:
            return factor
        if not t.vocabulary.is_family(node):
            raise t.failure(node, f"{sx.outline(node)} is not a density; write it with its variable, such as q(z)")
        signature = _meant(t, node, of_like)
        if signature is None:
            raise t.failure(
                node,
                f"the document does not show what {sx.outline(node)} is a density of; "
                f"write {sx.outline(node)}(z) or the like",
            )
        call = sx.Call(node if node.subscripts else signature.call.function, signature.call.arguments, span=node.span)
        t.notes.append(f"{sx.outline(node)} is read as {sx.outline(signature.call)}")
        return density(t, call)
    if isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and t.vocabulary.is_family(node.function):
        return density(t, node)
    if isinstance(node, sx.Product):
        return Mul(*(law(t, factor) for factor in node.factors))
    return t.term(node)


def _meant(t: Translation, node: sx.Name, of_like: tuple[str, ...] | None) -> Signature | None:
    """How a bare name is meant where the document writes it in several ways: as in the same chain, or as its definition
    says; otherwise as it is written most often, and then nothing is refuted."""
    key = family_key(node)
    forms = t.vocabulary.forms_of(key, of_like)
    forms = _of_the_same_name(node, forms) or forms
    if len(forms) < 2:
        return next(iter(forms.values()), [None])[0]
    found = _nearest(t, node, forms)
    running = _running(t)
    outside = {text: some for text, some in forms.items() if not _depends(some[0], running)}
    chained = any(isinstance(name, sx.Name) and base_text(name) in t.vocabulary.linked for name in found.of)
    if chained and outside and _depends(found, running):  # a law stands outside of the sums in its body
        found = _nearest(t, node, outside)
        t.gap = _several(node)
    return found


def _nearest(t: Translation, node: sx.Name, forms: dict[str, list[Signature]]) -> Signature:
    """The form of a bare name that its chain, its definition or else the number of its uses speaks for."""
    key = family_key(node)
    near = {
        sx.outline(call.arguments)
        for tree in t.chain
        for call in sx.walk(tree)
        if isinstance(call, sx.Call) and isinstance(call.function, sx.Name) and family_key(call.function) == key
    } & set(forms)
    if len(near) == 1:
        return forms[near.pop()][0]
    defined = t.vocabulary.meant.get(key)
    if defined in forms:
        return forms[defined][0]
    whole = whole_form(t, {text: some[0] for text, some in forms.items() if not near or text in near})
    if whole is not None:
        return whole
    found = max(forms.values(), key=len)[0]
    alike = [some[0] for some in forms.values() if set(map(sx.outline, some[0].of)) == set(map(sx.outline, found.of))]
    bases = {frozenset(base_text(n) for n in s[0].of if isinstance(n, sx.Name)) for s in forms.values()}
    if len(alike) > 1 or len(bases) > 1:  # the same variables, but given different ones, or others
        t.gap = _several(node)
    return found


def _several(node: sx.Name) -> str:
    return f"the document does not say which of its forms {sx.outline(node)} stands for"


def _running(t: Translation) -> set[str]:
    """What sums and products of the chain run over."""
    big = [node for tree in t.chain for node in sx.walk(tree) if isinstance(node, sx.BigSum | sx.BigProduct)]
    said = [item.left for node in big for item in node.conditions if isinstance(item, sx.Relation)]
    return {sx.outline(name) for name in (*said, *(name for node in big for name in node.variables))}


def _depends(signature: Signature, names: set[str]) -> bool:
    """Whether a form has one of these names in its brackets."""
    return any(isinstance(part, sx.Name) and sx.outline(part) in names for part in sx.walk(signature.call.arguments))


def _of_the_same_name(node: sx.Name, forms: dict[str, list[Signature]]) -> dict[str, list[Signature]]:
    """The forms of `q_1` itself, where `q(z)` and `q_2(z_2)` are written too."""
    own = sx.outline(node)
    same = {text: [some for some in found if sx.outline(some.call.function) == own] for text, found in forms.items()}
    return {text: found for text, found in same.items() if found}


def laws(t: Translation, node: sx.Expectation) -> tuple[Expr, tuple[Expr, ...] | None]:
    """The law of an expectation and, where it cannot be read off, the variables it binds."""
    if node.parameters:
        return _law_of_parameters(t, node), None
    if not node.laws:
        return _missing_law(t, node)
    factors: list[Expr] = []
    over: list[Expr] = []
    needs_over = False
    for item in node.laws:
        if isinstance(item, sx.Sampled):
            made, names = _sampled(t, item)
            factors.append(made)
            over.extend(names)
            needs_over |= not isinstance(made, Density)
        else:
            made = _of_variable(t, item, node.body) or law(t, item)
            factors.append(made)
            over.extend(binds(made))
            needs_over |= not all(isinstance(f, Density) for f in Mul.make_args(made))
    return Mul(*factors), tuple(dict.fromkeys(over)) if needs_over else None


def _of_variable(t: Translation, node: sx.Node, body: sx.Node) -> Expr | None:
    """The law of a variable that an average is over by its name; None for the names of densities."""
    if not isinstance(node, sx.Name) or t.vocabulary.is_family(node) or factor_law(t, node) is not None:
        return None
    return law_of_variable(t, node, body)


def binds(under: Expr) -> list[Expr]:
    """The variables that a law is a density of; for a product over an index, the block that it runs through."""
    found: list[Expr] = []
    for factor in Mul.make_args(under):
        if isinstance(factor, IndexProduct):
            for name in binds(factor.body):
                if isinstance(name, Entry) and name.indices == (factor.index,):
                    found.append(Block(name.base, factor.lower, factor.upper))
                else:
                    found.append(name)
        else:
            found.extend(v for v in map(value_of, getattr(factor, "of", ())) if is_variable(v))
    return found


def _missing_law(t: Translation, node: sx.Expectation) -> tuple[Expr, tuple[Expr, ...] | None]:
    """The law of an average that names none, and what it binds where that cannot be read off."""
    conditional = conditional_law(t, node.body, node.given)
    if conditional is not None:
        return density(t, conditional), None
    called = {sx.outline(s.call): s for s in t.vocabulary.signatures if s.family.lstrip("\\").lower().startswith("q")}
    words = "the expectation without a subscript is taken under"
    several = draws_of(t, called, node.body)
    if several is not None:
        t.notes.append(f"{words} independent draws from {sx.outline(several.law)}")
        return _sampled(t, several)
    if len(called) == 1:
        signature = next(iter(called.values()))
        t.notes.append(f"{words} {sx.outline(signature.call)}")
        said = said_of_averages(t)
        if said is not None and not signature.family.lstrip("\\").startswith(said):
            t.gap = t.gap or f"a sentence says that expectations are under {said}"
        return density(t, signature.call), None
    calls = laws_of_body(t, node.body)
    under = None if calls else law_of_the_rest(t, node.body)
    if under is not None:
        t.notes.append(f"{words} {sx.outline(under)}")
        return density(t, under), None
    if not calls:
        raise t.failure(
            node, "this expectation does not say under which density; write it as a subscript, E_{q(z)}[...]"
        )
    t.notes.append(f"{words} {', '.join(map(sx.outline, calls))}")
    return Mul(*(density(t, call) for call in calls)), None


def _law_of_parameters(t: Translation, node: sx.Expectation) -> Expr:
    """The densities with the parameters that an average names, `\\mathbb{E}[f(z); m, s^2]` for `q(z; m, s^2)`."""
    calls = () if node.laws or node.given else calls_with(t, node.parameters)
    if not calls:
        raise t.failure(
            node,
            "the document does not show which density the parameters behind the semicolon belong to; "
            "write the density as a subscript, E_{q(z)}[...]",
        )
    t.notes.append(f"the expectation is taken under {', '.join(map(sx.outline, calls))}")
    return Mul(*(density(t, call) for call in calls))


def _sampled(t: Translation, node: sx.Sampled) -> tuple[Expr, tuple[Expr, ...]]:
    names = list(node.variables)
    if has_dot(node.law) and len(names) == 1 and isinstance(names[0], sx.Name) and _is_whole(t, node.law, names[0]):
        node = replace(node, law=filled(t, node.law, (names[0],)))
    if any(isinstance(item, sx.Dots) for item in names):
        found: list[Expr] = []
        for place, item in enumerate(names):
            if isinstance(item, sx.Dots):
                continue
            found.append(
                ellipsis(t, names[place - 2], item, found)
                if place >= 2 and isinstance(names[place - 1], sx.Dots)
                else t.term(item)
            )
        return _copies(t, node, found[-1])
    if len(names) == 1 and isinstance(names[0], sx.Name):
        target = symbol(t, names[0])
        if isinstance(target, Block) and not _law_is_of(node.law, names[0]):
            return _copies(t, node, target)
        at = _law_at(t, node.law, names[0])
        return at, (target,)
    made = law(t, node.law)
    targets = tuple(t.term(name) for name in names)
    if isinstance(made, Density) and len(made.of) == 1 and len(names) > 1:
        # `z_1, z_2 \\sim q(z | x)`: one draw for each name
        return Mul(*(Density(made.family, [At(slot_of(made.of[0]), name)], made.given) for name in targets)), targets
    return made, targets


def _is_whole(t: Translation, law: sx.Node, name: sx.Name) -> bool:
    r"""Whether the dot of `z \sim q(\cdot \mid x)` is the drawn name itself, not one of several draws."""
    head = law.function if isinstance(law, sx.Call) else None
    own = [s for s in t.vocabulary.signatures if isinstance(head, sx.Name) and s.family == family_key(head)]
    return not name.subscripts or any([sx.outline(item) for item in s.of] == [sx.outline(name)] for s in own)


def _law_is_of(law: sx.Node, name: sx.Name) -> bool:
    return isinstance(law, sx.Call) and any(
        isinstance(v, sx.Name) and plain_key(v) == plain_key(name) for v in law.arguments.values
    )


def _law_at(t: Translation, node: sx.Node, name: sx.Name) -> Expr:
    """`z \\sim q` and `z_k \\sim q(z | x)`: the law with the sampled name in its slot."""
    if isinstance(node, sx.Name):
        signature = _meant(t, node, (sx.outline(name),)) or t.vocabulary.signature_of(family_key(node))
        if signature is None or len(signature.of) != 1:
            call = sx.Call(node, sx.Arguments((name,), span=node.span), span=node.span)
        else:
            call = sx.Call(
                node if node.subscripts else signature.call.function,
                sx.Arguments(signature.of, signature.given, span=node.span),
                span=node.span,
            )
        node = call
    if isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and len(node.arguments.values) == 1:
        made = density(t, node)
        target = symbol(t, name)
        if isinstance(made, Density) and value_of(made.of[0]) != target:
            return Density(made.family, [At(slot_of(made.of[0]), target)], made.given)
        return made
    made = law(t, node)
    return made.at(symbol(t, name)) if isinstance(made, Known) else made


def _copies(t: Translation, node: sx.Sampled, block: Expr) -> tuple[Expr, tuple[Expr, ...]]:
    """Independent draws `z_1, ..., z_K` from one law."""
    each_of = law(t, node.law)
    if not isinstance(block, Block) or not isinstance(each_of, Density) or len(each_of.of) != 1:
        raise t.failure(node, "symelbo reads several draws only from a density of one variable")
    index = Variable("k", integer=True) if "k" in t.vocabulary.indices else Symbol("k", integer=True)
    each = Density(each_of.family, [At(slot_of(each_of.of[0]), Entry(block.base, index))], each_of.given)
    return IndexProduct(each, index, block.lower, block.upper), (block,)
