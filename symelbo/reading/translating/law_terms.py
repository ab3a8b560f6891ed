"""Meaning of what is taken under laws: expectations, divergences, entropies, mutual information."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from sympy import Expr, Mul, latex

from symelbo.language import (
    KL,
    CrossEntropy,
    Density,
    Entropy,
    Expectation,
    Family,
    MutualInformation,
    is_variable,
    value_of,
)
from symelbo.language.distributions import Known, dummy_for
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.calls import is_order
from symelbo.reading.parsing.scripts import base_text, family_key, plain_key
from symelbo.reading.translating.laws import binds, law, laws
from symelbo.reading.translating.name_terms import family
from symelbo.reading.translating.placeholders import filled, has_dot
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.weight_terms import divergence_of_weights, entropy_of_weights

__all__ = ["divergence", "entropy", "expectation", "information"]


def expectation(t: Translation, node: sx.Expectation) -> Expr:
    """An expectation under its law or laws."""
    under, over = laws(t, node)
    return Expectation(t.term(node.body), under, over)


def divergence(t: Translation, node: sx.Divergence) -> Expr:
    """A Kullback-Leibler divergence; a bare name on one side is completed to fit the other."""
    if node.kind != "KL":
        raise t.failure(node, f"symelbo knows the Kullback-Leibler divergence, not {node.kind}")
    weights = divergence_of_weights(t, node.left, node.right)
    if weights is not None:
        return weights
    node = _of_one_variable(t, _without_dots(t, node))
    bare_left, bare_right = isinstance(node.left, sx.Name), isinstance(node.right, sx.Name)
    if bare_left and not bare_right:
        right = law(t, node.right)
        left = law(t, node.left, _of_names(node.right)) if _of_names(node.right) else law(t, node.left)
    else:
        left = law(t, node.left)
        names = _of_names(node.left) or _of_names_of(t, node.left) or tuple(_of_names_in(left))
        right = law(t, node.right, names if bare_right and names else None) if bare_right else law(t, node.right)
    if (isinstance(left, Known) and not left.values) or (isinstance(right, Known) and not right.values):
        name = next((side.of[0] for side in (left, right) if isinstance(side, Density)), None) or dummy_for(left, right)
        left, right = (side.at(name) if isinstance(side, Known) and not side.values else side for side in (left, right))
        return KL(left, right, over=[name])
    if isinstance(left, Known) and isinstance(right, Known):
        right = _at_point_of(left, right)
    if not all(isinstance(f, Density) for side in (left, right) for f in Mul.make_args(side)):
        over = list(dict.fromkeys(v for side in (left, right) for v in binds(side)))
        return KL(left, right, over=over)
    if isinstance(left, Density) and isinstance(right, Density) and set(left.of_slots) != set(right.of_slots):
        bound = binds(left)
        if set(bound) == set(binds(right)) and len(bound) == len(left.of) == len(right.of):
            return KL(left, right, over=bound)  # a law of its own for each entry beside one law for all: `q_i(z_i)`
    return KL(left, right)


def _at_point_of(one: Known, other: Known) -> Known:
    """A law written at the letter of another one: `KL(N(x; m, v) || N(y; n, w))` is between laws of one variable."""
    letters = [law.values[0] for law in (one, other) if len(law.values) == 1 and is_variable(law.values[0])]
    if len(letters) != 2 or any(part.has(name) for law in (one, other) for part in law.parameters for name in letters):
        return other
    return other.at(letters[0])


def _without_dots(t: Translation, node: sx.Divergence) -> sx.Divergence:
    """A divergence with the variables that a dot on one of its sides stands for: those of the other side."""
    sides = (node.left, node.right)
    if not any(map(has_dot, sides)):
        return node
    shown = [side.arguments.values for side in sides if isinstance(side, sx.Call) and not has_dot(side)]
    left = filled(t, node.left, shown[0] if shown else ())
    if not shown and isinstance(left, sx.Call):
        shown = [left.arguments.values]
    return replace(node, left=left, right=filled(t, node.right, shown[0] if shown else ()))


def entropy(t: Translation, node: sx.Entropy) -> Expr:
    """An entropy, or a cross-entropy of two laws."""
    values = node.arguments.values
    if any(map(is_order, node.symbol.subscripts)):
        raise t.failure(node, f"symelbo knows Shannon's entropy, not {sx.outline(node.symbol)}; write H for that one")
    of_variables = _entropy_of_variables(t, node)
    if of_variables is not None:
        return of_variables
    if node.arguments.given or not 1 <= len(values) <= 2:
        raise t.failure(node, "symelbo reads entropies as H[q(z)] and cross-entropies as H(p, q)")
    weights = entropy_of_weights(t, values[0]) if len(values) == 1 else None
    if weights is not None:
        return weights
    left = law(t, values[0])
    if len(values) == 1:
        return Entropy(left, None if all(isinstance(f, Density) for f in Mul.make_args(left)) else binds(left))
    names = tuple(_of_names_in(left))
    right = law(t, values[1], names) if isinstance(values[1], sx.Name) else law(t, values[1])
    return CrossEntropy(left, right, None if isinstance(left, Density) else binds(left))


def _entropy_of_variables(t: Translation, node: sx.Entropy) -> Expr | None:
    """`H_q(z)` and `H_q(z | x)`, where the variables stand for their laws; the second is a mean over the condition."""
    values, given, below = node.arguments.values, node.arguments.given, node.symbol.subscripts
    names = (*values, *given)
    if not values or not all(isinstance(n, sx.Name) and t.vocabulary.is_variable(plain_key(n)) for n in names):
        return None
    under = below[0] if below else _family_beside(t, names)
    if not isinstance(under, sx.Name) or not t.vocabulary.is_family(under):
        return None

    def law_of(of: tuple[sx.Node, ...], on: tuple[sx.Node, ...] = ()) -> Expr:
        return law(t, sx.Call(under, sx.Arguments(of, on, span=node.span), span=node.span))

    inner = Entropy(law_of(values, given))
    return Expectation(inner, law_of(given)) if given else inner


def _family_beside(t: Translation, names: tuple[sx.Node, ...]) -> sx.Name | None:
    """The family that the same chain speaks of: the one of its first side with any, or the one with these names."""
    wanted = {sx.outline(name) for name in names}
    for tree in t.chain:
        found: dict[str, sx.Name] = {}
        whole: dict[str, sx.Name] = {}
        for call in sx.walk(tree):
            if not (isinstance(call, sx.Call) and isinstance(call.function, sx.Name)):
                continue
            if not t.vocabulary.is_family(call.function):
                continue
            found[family_key(call.function)] = call.function
            if wanted <= {sx.outline(item) for item in (*call.arguments.values, *call.arguments.given)}:
                whole[family_key(call.function)] = call.function
        if len(found) == 1 or len(whole) == 1:
            return next(iter((found if len(found) == 1 else whole).values()))
        if found:
            averaging = {family_key(name): name for name in _averaging(t, tree)}
            return next(iter(averaging.values())) if len(averaging) == 1 else None
    return _only_family(t, names)


def _averaging(t: Translation, tree: sx.Node) -> Iterator[sx.Name]:
    """The families that expectations and divergences of a side are taken under."""
    for node in sx.walk(tree):
        under = node.laws if isinstance(node, sx.Expectation) else ()
        for density in (node.left,) if isinstance(node, sx.Divergence) else under:
            name = density.function if isinstance(density, sx.Call) else density
            if isinstance(name, sx.Name) and t.vocabulary.is_family(name):
                yield name


def _only_family(t: Translation, names: tuple[sx.Node, ...]) -> sx.Name | None:
    """The only family of the document that has these variables, where its name is a letter alone."""
    keys = [plain_key(name) for name in names if isinstance(name, sx.Name)]
    found = [key for key in t.vocabulary.families if all(t.vocabulary.has_slot(key, name) for name in keys)]
    alone = len(found) == 1 and len(keys) == len(names) and re.fullmatch(r"[A-Za-z]", str(found[0]))
    return sx.Name(str(found[0]), span=names[0].span) if alone else None


def information(t: Translation, node: sx.MutualInformation) -> Expr:
    """A mutual information under the family below its letter, or the only one there is."""
    below = node.symbol.subscripts
    if below and isinstance(below[0], sx.Name):
        under = family(t, below[0])
    else:
        names = {s.family for s in t.vocabulary.signatures}
        beside = _family_beside(t, (*node.left, *node.right)) if len(names) != 1 else None
        if beside is not None:
            names = {family_key(beside)}
        if len(names) != 1:
            raise t.failure(node, "this mutual information does not say under which family; write it as I_q(x; z)")
        under = Family(names.pop())
    parts = (node.left, node.right, node.given)
    return MutualInformation(under, *(tuple(t.term(_small(t, n)) for n in part) for part in parts))


def _small(t: Translation, node: sx.Node) -> sx.Node:
    """The variable that a capital is the random variable of, `I(X; Z)` beside `q(x, z)`."""
    if not isinstance(node, sx.Name) or node.subscripts or not node.text.isupper():
        return node
    small = sx.Name(node.text.lower(), node.font, node.accents, node.primes, (), node.label, span=node.span)
    known = t.vocabulary.is_variable(plain_key(small)) and not t.vocabulary.is_variable(plain_key(node))
    return small if known else node


def _of_names(node: sx.Node) -> tuple[str, ...]:
    return tuple(sx.outline(v) for v in node.arguments.values) if isinstance(node, sx.Call) else ()


def _of_one_variable(t: Translation, node: sx.Divergence) -> sx.Divergence:
    r"""`KL(p_\theta \| p)` of bare names, where the document has one of them at data points only: `p_\theta(x_i)`."""
    if not (isinstance(node.left, sx.Name) and isinstance(node.right, sx.Name)):
        return node
    sides = (node.left, node.right)
    found = [t.vocabulary.signature_of(family_key(side)) for side in sides]
    names = [side.of[0] for side in found if side is not None and len(side.of) == 1 and isinstance(side.of[0], sx.Name)]
    if len(names) < 2 or base_text(names[0]) != base_text(names[1]):
        return node
    plain = [name for name in names if isinstance(name, sx.Name) and not name.subscripts]
    if len(plain) != 1:
        return node
    at_points = sides[0 if names[1] is plain[0] else 1]
    call = sx.Call(at_points, sx.Arguments((plain[0],), span=at_points.span), span=at_points.span)
    return replace(node, left=call) if at_points is node.left else replace(node, right=call)


def _of_names_of(t: Translation, node: sx.Node) -> tuple[str, ...]:
    """What a bare name is a density of, as the document spells it."""
    signature = t.vocabulary.signature_of(family_key(node)) if isinstance(node, sx.Name) else None
    return () if signature is None else tuple(map(sx.outline, signature.of))


def _of_names_in(under: Expr) -> list[str]:
    """Names before the bar, spelled as the outlines of the document are."""
    return [latex(value_of(item)).lstrip("\\") for factor in Mul.make_args(under) for item in getattr(factor, "of", ())]
