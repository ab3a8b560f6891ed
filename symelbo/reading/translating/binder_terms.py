"""Meaning of what binds a name: integrals, sums and products, gradients, extrema."""

from __future__ import annotations

from sympy import Add, Expr, Integer, Mul, Symbol, oo

from symelbo.language import (
    At,
    Density,
    Entry,
    IndexProduct,
    IndexSum,
    Integral,
    is_variable,
    replace_free,
)
from symelbo.language.distributions import Indicator
from symelbo.language.functionals import Extremum, Gradient
from symelbo.language.walks import found_in
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import GREEK, is_parameter, plain_key
from symelbo.reading.translating.left_out import entries_but_one, of_product
from symelbo.reading.translating.name_terms import family
from symelbo.reading.translating.translation import Translation

__all__ = ["big", "derivative", "extremum", "gradient", "integral"]

_HALF_BOUNDS = {"\\ge": (True, 0), ">": (True, 1), "\\le": (False, 0), "<": (False, -1)}


def integral(t: Translation, node: sx.Integral) -> Expr:
    """An integral; without a differential it is over the only latent name in it."""
    body = t.term(node.body)
    names: list[Expr] = []
    for item in node.variables:
        variable = of_product(t, item.variable, node.body)
        others = entries_but_one(t, variable) if isinstance(variable, sx.Name) else None
        if others is not None and item.lower is None and item.upper is None:
            names.extend(others)
            continue
        name = t.term(variable)
        if not is_variable(name):
            raise t.failure(item, "an integral needs a variable behind its d, as in dz")
        if item.lower is not None and item.upper is not None:
            body = body * Indicator(name, t.term(item.lower), t.term(item.upper))
        names.append(name)
    if not names:
        guess = [s for s in sorted(body.free_symbols, key=str) if str(s).lstrip("\\") in t.vocabulary.latent()]
        if len(guess) != 1:
            raise t.failure(node, "this integral does not say over which variable; write dz at its end")
        t.notes.append(f"the integral without a differential is taken over {guess[0]}")
        names = guess
    return Integral(body, *names)


def big(t: Translation, node: sx.BigSum | sx.BigProduct) -> Expr:
    """A sum or product over an index, or a sum over the states of variables."""
    product = isinstance(node, sx.BigProduct)
    if node.lower is not None and node.upper is not None and len(node.variables) == 1:
        index = t.term(node.variables[0])
        body, low, high = t.term(node.body), t.term(node.lower), t.term(node.upper)
        if product:
            return IndexProduct(body, index, low, high)
        filled = {
            str(i.variable)
            for d in found_in(body, Density)
            for i in d.of
            if isinstance(i, At) and i.value == index and not isinstance(i.variable, Entry)
        }
        if filled and not filled & set(t.vocabulary.counted):
            return Integral(body, index, discrete=True)
        if high == oo:
            return Integral(body, index, discrete=True)
        return IndexSum(body, index, low, high)
    whole = all(map(_in_its_space, node.conditions))
    if not whole or node.lower is not None or node.upper is not None or not node.variables:
        return _big_with_conditions(t, node)
    names = [t.term(v) for v in node.variables]
    if all(t.vocabulary.is_variable(plain_key(v)) for v in node.variables if isinstance(v, sx.Name)) and not product:
        return Integral(t.term(node.body), *names, discrete=True)
    if len(names) == 1 and isinstance(names[0], Symbol):
        bounds = t.vocabulary.bounds.get(str(names[0]))
        if bounds is None:
            return (IndexProduct if product else IndexSum)(
                t.term(node.body), names[0], Integer(1), Symbol(f"N_{names[0]}", integer=True, positive=True)
            )
        low, high = (t.term(end) for end in bounds)
        return (IndexProduct if product else IndexSum)(t.term(node.body), names[0], low, high)
    raise t.failure(node, "symelbo cannot tell what this sum runs over; write its bounds, as in \\sum_{n=1}^{N}")


def _in_its_space(condition: sx.Node) -> bool:
    r"""Whether a condition only says what a name ranges over: `z \in \mathcal{Z}`, the space with its own letter.

    Any other set (`x \in \mathcal{D}`, `z \in A`) may be a part of the space, or a collection of data.
    """
    if not isinstance(condition, sx.Relation) or condition.sign != "\\in":
        return False
    name, space = condition.left, condition.right
    return (
        isinstance(name, sx.Name)
        and isinstance(space, sx.Name)
        and (space.font in ("cal", "bb", "script", "frak") or space.text in GREEK)
        and space.text[0].isupper()
        and space.text.lower() == name.text
    )


def _half_bounded(t: Translation, node: sx.BigSum | sx.BigProduct) -> tuple[Symbol, Expr, Expr] | None:
    r"""The index of `\sum_{t > 1}` and its bounds: the end that is not written is that of other sums over it.

    Where there are none, what runs up to an end (`\prod_{s \le t}`) begins with one.
    """
    relation = node.conditions[0] if len(node.conditions) == 1 else None
    if not isinstance(relation, sx.Relation) or relation.sign not in _HALF_BOUNDS:
        return None
    index, bounds = t.term(relation.left), t.vocabulary.bounds.get(str(t.term(relation.left)))
    if not isinstance(index, Symbol) or str(t.term(relation.right)) in t.vocabulary.bounds:
        return None
    below, beside = _HALF_BOUNDS[relation.sign]
    given = t.term(relation.right) + beside
    if bounds is None:
        return None if below or not index.is_integer else (index, Integer(1), given)
    return (index, given, t.term(bounds[1])) if below else (index, t.term(bounds[0]), given)


def _big_with_conditions(t: Translation, node: sx.BigSum | sx.BigProduct) -> Expr:
    """`\\sum_{k \\ne i}`: all terms but one."""
    if len(node.conditions) == 1 and isinstance(node.conditions[0], sx.Relation) and node.conditions[0].sign == "\\ne":
        relation = node.conditions[0]
        index, left_out = t.term(relation.left), t.term(relation.right)
        bounds = t.vocabulary.bounds.get(str(index)) or t.vocabulary.bounds.get(str(left_out))
        if bounds is not None and isinstance(index, Symbol):
            low, high = (t.term(end) for end in bounds)
            body = t.term(node.body)
            if isinstance(node, sx.BigProduct):
                before, after = (low, left_out - 1), (left_out + 1, high)
                return Mul(*(IndexProduct(body, index, *ends) for ends in (before, after)))
            return IndexSum(body, index, low, high) - replace_free(body, {index: left_out})
    half = _half_bounded(t, node)
    if half is not None:
        index, low, high = half
        return (IndexProduct if isinstance(node, sx.BigProduct) else IndexSum)(t.term(node.body), index, low, high)
    listed = node.conditions[0] if len(node.conditions) == 1 else None
    if isinstance(listed, sx.Relation) and listed.sign == "\\in" and isinstance(listed.right, sx.SetOf):
        name, body = t.term(listed.left), t.term(node.body)
        terms = [replace_free(body, {name: t.term(value)}) for value in listed.right.items]
        return Mul(*terms) if isinstance(node, sx.BigProduct) else Add(*terms)
    raise t.failure(node, "symelbo cannot tell what this sum runs over; write its bounds, as in \\sum_{n=1}^{N}")


def gradient(t: Translation, node: sx.Gradient) -> Expr:
    """A gradient by one name."""
    wrt = node.wrt or _scored(t, node.body)
    if len(wrt) != 1:
        raise t.failure(node, "write with respect to what the gradient is taken, as in \\nabla_\\phi")
    return Gradient(t.term(node.body), t.term(wrt[0]))


def _scored(t: Translation, body: sx.Node) -> tuple[sx.Node, ...]:
    r"""What scores are taken by that do not say so: by `x` where `\nabla \log p(x)` stands and `p` has no parameters.

    All gradients of a chain are by one variable; of several it is the one that the density of the first is of.
    """
    nodes = [node for tree in t.chain for node in sx.walk(tree)]
    bodies = [node.body for node in nodes if isinstance(node, sx.Gradient) and not node.wrt] or [body]
    densities = [density for item in bodies if (density := _density_of_score(t, item)) is not None]
    free = [density for density in densities if not density.arguments.given]
    own = {sx.outline(name): name for density in free for name in density.arguments.values if isinstance(name, sx.Name)}
    if len(own) > 1:
        first = set(map(sx.outline, densities[0].arguments.values))
        own = {text: name for text, name in own.items() if text in first}
    return tuple(own.values())


def _density_of_score(t: Translation, body: sx.Node) -> sx.Call | None:
    density = body.argument if isinstance(body, sx.Log) else None
    if not isinstance(density, sx.Call) or not isinstance(density.function, sx.Name):
        return None
    with_parameters = any(map(is_parameter, density.function.subscripts))
    return density if t.vocabulary.is_family(density.function) and not with_parameters else None


def derivative(t: Translation, node: sx.Derivative) -> Expr:
    """A derivative, by one name after the other; of the inverse of a map, at the name that it is by."""
    value = t.term(_at_its_argument(t, node.body, node.wrt[0]))
    for name in node.wrt:
        value = Gradient(value, t.term(name))
    return value


def _at_its_argument(t: Translation, body: sx.Node, by: sx.Node) -> sx.Node:
    r"""`f^{-1}(y)` for `f^{-1}`, where the document calls `f`: by itself that would be one over it."""
    inner = body.argument if isinstance(body, sx.Inverse) else None
    if not isinstance(inner, sx.Name) or not t.vocabulary.calls(inner):
        return body
    return sx.Call(body, sx.Arguments((by,), span=body.span), span=body.span)


def extremum(t: Translation, node: sx.Extremum) -> Expr:
    """A maximum or minimum, or where it is reached."""
    kind = {"sup": "max", "inf": "min"}.get(node.kind, node.kind)
    if not node.variables:
        raise t.failure(node, f"write over what the {kind} is taken, as in \\arg\\max_q")
    over = [family(t, v) if isinstance(v, sx.Name) and t.vocabulary.is_family(v) else t.term(v) for v in node.variables]
    return Extremum(kind, t.term(node.body), *over)
