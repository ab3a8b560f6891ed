r"""All factors but one: `q_{-j}(z_{-j})`, `z_{\setminus j}`, `\mathbb E_{i \ne j}`, `\prod_{i \ne j} q_i(z_i)`.

Of `z_1, \dots, z_M` the entries before the one left out and those after it are two blocks, and the law of the others is
the product of the factors before and after.
"""

from __future__ import annotations

from dataclasses import replace

from sympy import Expr, Mul, Symbol

from symelbo.language import Block, Density, Entry, IndexProduct, replace_free, value_of
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import FamilyKey, family_key, is_index, is_parameter, plain_key, split_scripts
from symelbo.reading.translating.name_terms import family, name_term, symbol
from symelbo.reading.translating.translation import Translation

__all__ = [
    "entries_but_one",
    "factor_law",
    "factor_or_name",
    "law_but_one",
    "left_out",
    "of_product",
    "product_but_one",
]


def left_out(node: sx.Node) -> sx.Node | None:
    """The index that a name, or the subscript of an average, leaves out."""
    match node:
        case sx.Except(index=index):
            return index
        case sx.Negative(body=sx.Name() as index):
            return index
        case sx.Relation(sign="\\ne", right=index):
            return index
        case sx.Name():
            found = [left_out(part) for part in node.subscripts if isinstance(part, sx.Except | sx.Relation)]
            return found[0] if len(found) == 1 else None
        case _:
            return None


def entries_but_one(t: Translation, name: sx.Name) -> tuple[Expr, ...] | None:
    """`z_{-j}` as the entries before `z_j` and those after it; None where the document does not take `z` apart."""
    index = left_out(name)
    ends = t.vocabulary.vectors.get(plain_key(_bare(name)))
    if index is None or ends is None:
        return None
    whole, place = symbol(t, _bare(name)), t.term(index)
    if not isinstance(whole, Block):
        return None
    return _parts(whole, place)


def law_but_one(t: Translation, node: sx.Node) -> Expr | None:
    """The law of all factors but one, where a subscript or a density without its own variables says so."""
    index = left_out(node)
    if index is None:
        return None
    keys = [family_key(node)] if isinstance(node, sx.Name) else sorted({s.family for s in t.vocabulary.signatures})
    made = {key: law for key in keys if (law := product_but_one(t, key, index)) is not None}
    plain = {key: law for key, law in made.items() if "^" not in key} or made  # q^* is what q becomes
    return next(iter(plain.values())) if len(plain) == 1 else None


def factor_law(t: Translation, name: sx.Name) -> Expr | None:
    """`q_j` as `q_j(z_j)`, where the document has factors for the entries of a name."""
    own = [part for part in split_scripts(name).indices if not is_parameter(part)]
    factor = _factor(t, family_key(name), indexed=True) if len(own) == 1 and is_index(own[0]) else None
    return None if factor is None else replace_free(factor[0], {factor[1]: t.term(own[0])})


def factor_or_name(t: Translation, node: sx.Name) -> Expr:
    """A name that stands by itself: `q_j` for `q_j(z_j)`, or what the name stands for."""
    bare = t.vocabulary.is_family(node) and family_key(node) not in t.vocabulary.also_quantities
    factor = factor_law(t, node) if bare else None
    return name_term(t, node) if factor is None else factor


def of_product(t: Translation, variable: sx.Node, body: sx.Node) -> sx.Node:
    r"""The variables that an integral is over whose differential stands in a product: `\prod_{i \ne j} q_i\, dz_i`.

    Raises `ReadingError` for a product with a condition that leaves out anything else than one entry.
    """
    if not isinstance(variable, sx.Name) or len(variable.subscripts) != 1:
        return variable
    running = sx.outline(variable.subscripts[0])
    for node in sx.walk(body):
        if not isinstance(node, sx.BigProduct) or [sx.outline(one) for one in node.variables] != [running]:
            continue
        if not node.conditions:
            ends = t.vocabulary.vectors.get(plain_key(_bare(variable)))
            own_ends = [sx.outline(end) for end in (node.lower, node.upper) if end is not None]
            if ends is None or (own_ends and own_ends != list(map(sx.outline, ends))):
                raise t.failure(node, "symelbo cannot tell which entries this product is over; write its bounds")
            return _bare(variable)
        index = left_out(node.conditions[0])
        own = [sx.outline(one.left) for one in node.conditions if isinstance(one, sx.Relation)]
        if index is None or own != [running]:
            raise t.failure(node, "symelbo cannot tell which entries this product is over; write its bounds")
        return replace(_bare(variable), subscripts=(sx.Except(index, span=variable.span),))
    return variable


def product_but_one(t: Translation, key: FamilyKey, index: sx.Node) -> Expr | None:
    """The product of a family's factors without one of them; None where it has no factors for the entries of a name."""
    factor = _factor(t, key)
    if factor is None:
        return None
    each, running, whole = factor
    made = [
        IndexProduct(replace_free(each, {running: _RUNNING}), _RUNNING, part.lower, part.upper)
        if isinstance(part, Block)
        else replace_free(each, {running: part.indices[0]})
        for part in _parts(whole, t.term(index))
    ]
    return Mul(*made)


_RUNNING = Symbol("i'", integer=True)


def _parts(whole: Block, place: Expr) -> tuple[Expr, ...]:
    """The entries of a block before a place and after it, without what is certainly empty."""
    sides = (Block(whole.base, whole.lower, place - 1), Block(whole.base, place + 1, whole.upper))
    return tuple(side for side in sides if not (side.upper - side.lower).is_negative)


def _factor(t: Translation, key: FamilyKey, indexed: bool = False) -> tuple[Density, Expr, Block] | None:
    """A factor of the family as it stands in the document, its index, and all entries that it is for."""
    for signature in t.vocabulary.signatures:
        if signature.family != key or len(signature.of) != 1:
            continue
        name, function = signature.of[0], signature.call.function
        if not (isinstance(name, sx.Name) and isinstance(function, sx.Name)) or len(name.subscripts) != 1:
            continue
        own = [part for part in split_scripts(function).indices if not is_parameter(part)]
        written = [sx.outline(part) for part in own]
        same = [sx.outline(name.subscripts[0])]
        if left_out(name) is not None or not (written == same or (not written and not indexed)):
            continue
        ends = t.vocabulary.vectors.get(plain_key(_bare(name)))
        entry, whole = symbol(t, name), symbol(t, _bare(name))
        if ends is None or not isinstance(entry, Entry) or not isinstance(whole, Block):
            continue
        given = tuple(value for item in signature.given for value in [t.term(item)])
        each = Density(family(t, function), (entry,), [g for g in given if g not in family(t, function).parameters])
        (running,) = entry.indices
        if running.is_Symbol and not any(running in value_of(item).free_symbols for item in each.given):
            return each, running, whole
    return None


def _bare(name: sx.Name) -> sx.Name:
    """The name without its subscripts."""
    return sx.Name(name.text, name.font, name.accents, name.primes, (), name.label, span=name.span)
