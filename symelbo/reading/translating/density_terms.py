"""Meaning of densities in use: every argument goes into its slot."""

from __future__ import annotations

from collections.abc import Sequence

from sympy import Expr, Mul, Symbol

from symelbo.language import At, Block, Density, Entry, IndexProduct, Variable, slot_of, value_of
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import base_text, family_key, plain_key, split_scripts, stripped
from symelbo.reading.translating.left_out import entries_but_one, left_out, product_but_one
from symelbo.reading.translating.name_terms import base_symbol, family, labelled, symbol
from symelbo.reading.translating.placeholders import filled
from symelbo.reading.translating.translation import Translation

__all__ = ["density", "ellipsis"]


def density(t: Translation, call: sx.Call) -> Expr:
    """A density in use, with every argument put into its slot."""
    whole = filled(t, call)
    assert isinstance(whole, sx.Call) and isinstance(whole.function, sx.Name)
    call = whole
    key = family_key(whole.function)
    arguments = call.arguments
    if len(arguments.values) == 1 and isinstance(arguments.values[0], sx.Name):
        index = left_out(arguments.values[0])
        others = None if index is None else product_but_one(t, key, index)
        if others is not None:
            return others
        drawn = _draws(t, arguments.values[0], key, call)
        if drawn is not None:
            return drawn
    of = _arguments(t, arguments.values, key, call)
    given = _arguments(t, (*arguments.given, *map(_rooted, arguments.parameters)), key, call)
    under = family(t, whole.function)
    given = [item for item in given if value_of(item) not in under.parameters]
    slots = {slot_of(item) for item in of}
    if len(of) > 1 and len(slots) == 1 and (key, str(min(slots, key=str))) in t.vocabulary.drawn:
        return Mul(*(Density(under, [item], given) for item in of))
    return Density(under, of, given)


def _rooted(parameter: sx.Node) -> sx.Node:
    """The scale whose square stands among parameters, `q(z; m, s^2)`: what depends on one depends on the other."""
    match parameter:
        case sx.Power(base=sx.Name() as scale, exponent=sx.Number(text="2")):
            return scale
        case _:
            return parameter


def _draws(t: Translation, name: sx.Name, key: str, call: sx.Call) -> Expr | None:
    """`q(z_{1:K} | x)` as the product of the densities of independent draws of `z`; None where it is no such thing."""
    if (key, base_text(name)) not in t.vocabulary.drawn:
        return None
    block = symbol(t, name)
    if not isinstance(block, Block):
        return None
    given = _arguments(t, (*call.arguments.given, *map(_rooted, call.arguments.parameters)), key, call)
    index = Variable("k", integer=True) if "k" in t.vocabulary.indices else Symbol("k", integer=True)
    assert isinstance(call.function, sx.Name)
    under = family(t, call.function)
    each = Density(
        under,
        [At(base_symbol(t, base_text(name)), Entry(block.base, index))],
        [item for item in given if value_of(item) not in under.parameters],
    )
    return IndexProduct(each, index, block.lower, block.upper)


def _arguments(t: Translation, items: Sequence[sx.Node], key: str, call: sx.Call) -> list[Expr]:
    found: list[Expr] = []
    for place, item in enumerate(items):
        if isinstance(item, sx.Dots):
            continue
        if place and isinstance(items[place - 1], sx.Dots) and place >= 2:
            found.append(ellipsis(t, items[place - 2], item, found))
            continue
        others = (entries_but_one(t, item) or _listed_entries(t, item)) if isinstance(item, sx.Name) else None
        if others is not None:
            found.extend(others)
            continue
        found.append(_argument(t, item, key, place, call))
    return found


def _listed_entries(t: Translation, item: sx.Name) -> list[Expr] | None:
    """The entries of a name that stands for a few variables, one by one: `z_1, z_2` for `z`."""
    whole = symbol(t, item) if plain_key(item) in t.vocabulary.listed else None
    return list(whole.entries() or ()) if isinstance(whole, Block) else None


def ellipsis(t: Translation, first: sx.Node, last: sx.Node, found: list[Expr]) -> Expr:
    """`z_1, ..., z_L` is the block from the first entry to the last."""
    low, high = t.term(first), t.term(last)
    if isinstance(low, Entry) and isinstance(high, Entry) and low.base == high.base and len(low.indices) == 1:
        found.pop()
        start = low.indices[0]
        while found and isinstance(found[-1], Entry) and found[-1] == Entry(low.base, start - 1):
            start = start - 1
            found.pop()
        return Block(low.base, start, high.indices[0])
    raise t.failure(last, "the dots stand between things that are not entries of one name")


def _argument(t: Translation, item: sx.Node, key: str, place: int, call: sx.Call) -> Expr:
    """One argument of a density: a variable, a copy of one, or a value for the slot at that place."""
    if isinstance(item, sx.Relation) and item.sign == "=" and isinstance(item.left, sx.Name):
        base = base_text(item.left)
        copied = item.left.subscripts and (key, base) in t.vocabulary.copied
        return At(base_symbol(t, base) if copied else symbol(t, item.left), t.term(item.right))
    if isinstance(item, sx.Tuple):
        raise t.failure(item, "a tuple stands where a variable is expected; leave out the inner brackets")
    if isinstance(item, sx.Power):
        item = labelled(item, t.vocabulary) or item
    if isinstance(item, sx.Name):
        return _slot(t, item, key)
    place_of = _slot_at(t, key, place, call, item)
    if place_of is None:
        raise t.failure(
            item, "this is a value, and the document does not show which variable's place it takes; write z = ..."
        )
    return At(place_of, t.term(item))


def _slot(t: Translation, name: sx.Name, key: str) -> Expr:
    """A name in a density's brackets: a variable itself, or a copy that fills another's slot."""
    vocabulary = t.vocabulary
    own = plain_key(name) in vocabulary.images or plain_key(name) in vocabulary.linked
    plain = None if own else stripped(name)
    counted = vocabulary.values_of.get((key, plain_key(name)))
    if counted is not None:
        return At(base_symbol(t, counted), symbol(t, name))
    if plain is not None and (vocabulary.has_slot(key, plain_key(plain)) or vocabulary.is_variable(plain_key(plain))):
        return At(symbol(t, plain), symbol(t, name))
    scripts = split_scripts(name)
    if scripts.indices and not any(isinstance(part, sx.Range | sx.Except) for part in scripts.indices):
        bare = sx.Name(name.text, name.font, name.accents, 0, (), None, span=name.span)
        own = plain_key(bare) in vocabulary.vectors or base_text(name) in vocabulary.linked
        if vocabulary.has_slot(key, plain_key(bare)) and not own:
            return At(symbol(t, bare), symbol(t, name))
        if (key, base_text(name)) in vocabulary.copied:
            return At(base_symbol(t, base_text(name)), symbol(t, name))
    return symbol(t, name)


def _slot_at(t: Translation, key: str, place: int, call: sx.Call, item: sx.Node) -> Expr | None:
    """The variable that other uses of the family have at this place."""
    given = item in call.arguments.given
    for signature in t.vocabulary.signatures:
        if signature.family != key or signature.call is call:
            continue
        side = signature.given if given else signature.of
        if (
            len(signature.of) == len(call.arguments.values)
            and place < len(side)
            and isinstance(name := side[place], sx.Name)
        ):
            return symbol(t, name)
    for signature in t.vocabulary.signatures:
        side = signature.given if given else signature.of
        if (
            len(side) == 1
            and isinstance(name := side[0], sx.Name)
            and signature.family == key
            and signature.call is not call
        ):
            return symbol(t, name)
    return _called_after(t, call)


def _called_after(t: Translation, call: sx.Call) -> Expr | None:
    """The variable that a density of one variable is called after: `z` for `p_Z(f(x))`."""
    assert isinstance(call.function, sx.Name)
    labels = call.function.subscripts
    if len(labels) != 1 or len(call.arguments.values) != 1 or not isinstance(labels[0], sx.Name):
        return None
    letter = labels[0].text
    known = letter.lower() in t.vocabulary.bare or t.vocabulary.is_variable(letter.lower())
    if len(letter) != 1 or not letter.isupper() or not known:
        return None
    return symbol(t, sx.Name(letter.lower(), span=labels[0].span))
