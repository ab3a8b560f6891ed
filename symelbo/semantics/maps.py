r"""Concrete maps for claims about flows: an invertible function of one variable, a Gaussian, and what it is moved to.

The density of `x = f(z)` at `x` is that of `z` at `f^{-1}(x)` times `|d f^{-1}/dx|`, with the inverse function itself;
layers `z_k = f_k(z_{k-1})` are affine with one slope, so that the law of every `z_n` is known in `n`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from sympy import Abs, Dummy, Expr, Integer, Rational, Symbol, exp, log, pi, sqrt
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import (
    At,
    Binder,
    Context,
    Density,
    Det,
    Entry,
    Expectation,
    IndexSum,
    Known,
    Relation,
    Variable,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.functionals import Gradient
from symelbo.language.maps import Map, maps_of
from symelbo.semantics.derivatives import differentiated

__all__ = ["with_concrete_maps"]


def with_concrete_maps(sides: Sequence[Expr], assumed: Context, random: Random) -> tuple[list[Expr], Context] | None:
    """The sides with a concrete map in place of a declared one, and the context without it; None without Jacobians.

    Raises `NotSupported` where the claim says more than a map and densities of its input and output.
    """
    reason: NotSupported | None = None
    for item in maps_of(assumed):
        others = [other for other in assumed.definitions if other.name != item.output]
        unfolded = [expand(side, others) for side in sides]
        if not any(_concerned(side, item) for side in unfolded):
            continue
        try:
            _refuse_strangers(unfolded, item)
            chosen = _layers(item, random) if item.index is not None else _single(item, unfolded, random)
            made = [_written(side, chosen) for side in unfolded]
        except NotSupported as limit:
            reason = limit
            continue
        rest = tuple(
            other
            for other in assumed.assumptions
            if getattr(other, "name", None) != item.output and not _is_layer(other, item)
        )
        return made, replace(assumed, assumptions=rest)
    if reason is not None:
        raise reason
    return None


def _refuse_strangers(sides: Sequence[Expr], item: Map) -> None:
    """Names that nothing says the meaning of may be the Jacobian, `J` or `J_f(z)`, and are not free to choose."""
    known = {item.input, item.output, Symbol(item.function)}
    for side in sides:
        for density in side.atoms(Density):
            known |= {symbol for slot in (*density.of_slots, *density.given_slots) for symbol in slot.free_symbols}
            known |= {symbol for index in density.family.indices for symbol in index.free_symbols}
            known |= density.family.free_symbols
        for total in side.atoms(IndexSum):
            known |= {total.index, *total.lower.free_symbols, *total.upper.free_symbols}
        for entry in side.atoms(Entry):
            known |= {entry.base, *(symbol for index in entry.indices for symbol in index.free_symbols)}
    names = {str(name) for name in known} | {item.function}
    for side in sides:
        strange = [s for s in side.free_symbols if not isinstance(s, Entry) and str(s) not in names]
        strange += [
            node
            for node in side.atoms(AppliedUndef)
            if not node.func.__name__.startswith(item.function) and not re.fullmatch("[a-z]'*", node.func.__name__)
        ]
        if strange or any(not isinstance(node.args[0], Gradient) for node in side.atoms(Det)):
            raise NotSupported("the claim names something beside a map that may be its Jacobian")


def _concerned(side: Expr, item: Map) -> bool:
    """Whether a side has a derivative by a name of the map, or a density of its output."""
    base = getattr(item.output, "base", item.output)
    named = {getattr(name, "base", name) for name in (item.input, item.output)}
    slots = {slot for d in side.atoms(Density) for slot in (*d.of_slots, *d.given_slots)}
    return any(getattr(slot, "base", slot) == base for slot in slots) or any(
        getattr(node.wrt, "base", node.wrt) in named for node in side.atoms(Gradient)
    )


def _is_layer(other: Any, item: Map) -> bool:
    claim = getattr(other, "claim", None)
    return claim is not None and claim.relation is Relation.EQUAL and claim.lhs == item.output


Rule = Callable[[Any], Any]


def _written(term: Any, rule: Rule) -> Any:
    """The term with everything about the map replaced."""
    changed = rule(term)
    if changed is not None:
        return changed
    if isinstance(term, Gradient | Density) or (isinstance(term, Binder) and not isinstance(term, IndexSum)):
        raise NotSupported(f"{type(term).__name__} terms beside a map are not evaluated")
    if isinstance(term, Det):
        return _written(term.args[0], rule)
    if not term.args:
        return term
    return term.func(*(_written(part, rule) for part in term.args))


def _slope(term: Expr, by: Expr) -> Expr:
    return differentiated([Gradient(term, by)])[0]


def _gaussian(value: Expr, mean: Expr, variance: Expr) -> Expr:
    return exp(-((value - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance)


def _number(random: Random) -> Rational:
    return Rational(random.choice((-7, -5, -4, 4, 5, 7, 9)), random.choice((3, 6)))


def _single(item: Map, sides: Sequence[Expr], random: Random) -> Rule:
    slope, shift, mean = (_number(random) for _ in range(3))
    variance = Abs(_number(random))
    # Means are taken of a Gaussian: only an affine map has one for its output.
    bent = random.random() < 0.6 and not any(side.has(Expectation) for side in sides)
    families: dict[Expr, set[Expr]] = {item.input: set(), item.output: set()}
    for term in (d for side in sides for d in side.atoms(Density)):
        if not term.given and len(term.of_slots) == 1:
            families.get(term.of_slots[0], set()).add(term.family)
    if any(len(found) > 1 for found in families.values()):
        raise NotSupported("several families are densities of the same variable of a map")

    def forward(t: Expr) -> Expr:
        inner = slope * t + shift
        return (exp(inner) - exp(-inner)) / 2 if bent else inner

    def inverse(t: Expr) -> Expr:
        return ((log(t + sqrt(t**2 + 1)) if bent else t) - shift) / slope

    def derivative(body: Expr, wrt: Expr) -> Expr:
        local = Dummy(real=True)
        ahead = body == item.output or _is_call(body, item.function, item.input) or body == Symbol(item.function)
        if wrt == item.input and (ahead or (body.is_Symbol and body.name == item.function)):
            return replace_free(_slope(forward(local), local), {local: item.input})
        if wrt == item.output and (body == item.input or _is_call(body, item.function + "^{-1}", item.output)):
            return replace_free(_slope(inverse(local), local), {local: forward(item.input)})
        raise NotSupported(f"the derivative of {body} by {wrt} is not that of the map")

    def rule(term: Any) -> Any:
        if isinstance(term, Gradient):
            return derivative(term.body, term.wrt)
        if isinstance(term, Expectation):
            law, bound = term.law, tuple(term.bound)
            if not isinstance(law, Density) or law.given or tuple(law.of) != bound:
                raise NotSupported(f"the mean {term} beside a map is not evaluated")
            inner = _written(term.body, rule)
            if bound == (item.input,):
                return Expectation(inner, Known("Normal", bound, (mean, variance)))
            if bound != (item.output,):
                raise NotSupported(f"the mean {term} is not over the input or the output of a map")
            local = Variable(f"{item.output}_out")
            inner = replace_free(inner, {item.input: inverse(local)})
            return Expectation(inner, Known("Normal", (local,), (slope * mean + shift, slope**2 * variance)))
        if isinstance(term, Density):
            if term.given or len(term.of) != 1 or tuple(term.of_slots) not in ((item.input,), (item.output,)):
                if term.family in families[item.input] | families[item.output]:
                    raise NotSupported(f"{term} is a density of more than the input or the output of a map")
                return _moved(term, rule)
            value = _written(value_of(term.of[0]), rule)
            if tuple(term.of_slots) == (item.input,):
                return _gaussian(value, mean, variance)
            local = Dummy(real=True)
            stretch = replace_free(_slope(inverse(local), local), {local: value})
            return _gaussian(inverse(value), mean, variance) * Abs(stretch)
        if term == item.output:
            return forward(item.input)
        if isinstance(term, AppliedUndef):
            if len(term.args) == 1 and term.func.__name__ == item.function:
                return forward(_written(term.args[0], rule))
            if len(term.args) == 1 and term.func.__name__ == item.function + "^{-1}":
                return inverse(_written(term.args[0], rule))
            if term.func.__name__.startswith(item.function):
                raise NotSupported(f"{term} beside a map is not evaluated")
        return None

    return rule


def _moved(term: Density, rule: Rule) -> Density:
    """A density of other variables, at the values that the map gives to what fills its slots."""
    parts = []
    for items in (term.of, term.given):
        values = [(item, _written(value_of(item), rule)) for item in items]
        parts.append([item if value == value_of(item) else At(slot_of(item), value) for item, value in values])
    return Density(term.family, *parts)


def _is_call(body: Expr, function: str, argument: Expr) -> bool:
    return isinstance(body, AppliedUndef) and body.func.__name__ == function and body.args == (argument,)


def _layers(item: Map, random: Random) -> Rule:
    slope, shift, mean = (_number(random) for _ in range(3))
    if slope == 1:
        slope = Rational(3, 2)
    variance = Abs(_number(random))
    assert isinstance(item.output, Entry)
    base = item.output.base
    start = Dummy("z_0", real=True)

    def moved(t: Expr, count: Expr) -> Expr:
        return slope**count * t + shift * (slope**count - 1) / (slope - 1)

    def rule(term: Any) -> Any:
        if isinstance(term, Entry) and term.base == base:
            return moved(start, term.indices[0])
        if isinstance(term, Gradient):
            wrt, body = term.wrt, term.body
            if isinstance(wrt, Entry) and wrt.base == base:
                index = wrt.indices[0] + 1
                called = isinstance(body, AppliedUndef) and body.func.__name__ == item.function
                if (called and body.args == (index, wrt)) or body == Entry(base, index):
                    return slope
                if body == Entry(base, wrt.indices[0] - 1):
                    return 1 / slope
            raise NotSupported(f"the derivative of {body} by {wrt} is not that of a layer")
        if isinstance(term, Expectation):
            law, bound = term.law, tuple(term.bound)
            if not isinstance(law, Density) or law.given or tuple(law.of) != bound or len(law.family.indices) != 1:
                raise NotSupported(f"the mean {term} beside a map is not evaluated")
            (count,) = law.family.indices
            if bound != (Entry(base, count),):
                raise NotSupported(f"{law} is not the density of one layer's output")
            local = Variable(f"{base}_out")
            first = (local - moved(Integer(0), count)) / slope**count
            inner = replace_free(_written(term.body, rule), {start: first})
            there = Known("Normal", (local,), (moved(mean, count), variance * slope ** (2 * count)))
            return Expectation(inner, there)
        slots = (*term.of_slots, *term.given_slots) if isinstance(term, Density) else ()
        if slots and base not in {slot.base for slot in slots if isinstance(slot, Entry)}:
            return _moved(term, rule)
        if isinstance(term, Density):
            indices = term.family.indices
            if term.given or len(indices) != 1 or tuple(term.of) != (Entry(base, indices[0]),):
                raise NotSupported(f"{term} is not the density of one layer's output")
            count = indices[0]
            value = moved(start, count)
            return _gaussian(value, moved(mean, count), variance * slope ** (2 * count))
        if isinstance(term, AppliedUndef):
            raise NotSupported(f"{term} beside a map is not evaluated")
        return None

    return rule
