"""Meaning of names: variables, entries, blocks, families."""

from __future__ import annotations

from sympy import E, Expr, Integer, Symbol, pi

from symelbo.language import Block, Entry, Family, Variable
from symelbo.language.functionals import Named
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.operators import ELEMENTARY
from symelbo.reading.parsing.scripts import (
    Scripts,
    base_text,
    family_key,
    functional_key,
    is_label,
    is_parameter,
    name_key,
    numberless,
    plain_key,
    quantity_scripts,
    split_scripts,
)
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.vocabulary import Vocabulary

__all__ = ["base_symbol", "family", "functional_name", "labelled", "name_term", "own_scripts", "symbol"]


def name_term(t: Translation, node: sx.Name) -> Expr:
    """A name that stands by itself: a functional, the number pi, or a quantity."""
    functional = functional_name(t, node)
    if functional is not None:
        return functional
    if t.vocabulary.is_family(node) and family_key(node) not in t.vocabulary.also_quantities:
        raise t.failure(node, f"{sx.outline(node)} is a density and stands here without its variables")
    if node.text in ELEMENTARY and node.text not in t.vocabulary.own_functions:
        raise t.failure(node, f"put the argument of {node.text} in brackets: \\{node.text}(x)")
    plain = not (node.subscripts or node.primes or node.accents or node.label is not None)
    if node.text == "pi" and plain and "pi" not in t.vocabulary.called and not t.vocabulary.own_pi:
        return pi
    if node.text == "e" and plain and _is_euler(t, node):
        return E
    return symbol(t, node)


_COUNTED = r"_{\cdot}"  # what the number of a functional stands in the place of


def _is_euler(t: Translation, node: sx.Name) -> bool:
    """Whether `e` is the number: upright or beside pi, and nothing that the document names so itself."""
    own = t.vocabulary.is_variable("e") or "e" in t.vocabulary.indices or "e" in t.vocabulary.own_functions
    return not own and (node.font == "roman" or t.vocabulary.euler)


def functional_name(t: Translation, node: sx.Name) -> Named | None:
    r"""The functional that a name stands for; the number in `\mathcal{L}_{K+1}` is an argument where it varies."""
    base = functional_key(numberless(node))
    if base in t.vocabulary.numbered and len(node.subscripts) == 1:
        # where `\mathcal{L}(x)` stands too, its argument is no number
        return Named(base + (_COUNTED if base in t.vocabulary.functionals else ""), t.term(node.subscripts[0]))
    return Named(functional_key(node)) if functional_key(node) in t.vocabulary.functionals else None


def symbol(t: Translation, name: sx.Name) -> Expr:
    """A quantity: a variable, an entry of an indexed name, or a block of entries."""
    scripts = own_scripts(t, name)
    text = name_key(name)
    if scripts.words:
        text += "_{" + ",".join(scripts.words) + "}"
    text += ("^{" + scripts.label + "}" if scripts.label else "") + "'" * scripts.primes
    base = base_symbol(t, text)
    if not base.is_integer and base_text(name) in t.vocabulary.positive:
        base = Variable(text, positive=True)
    if not scripts.indices:
        ends = t.vocabulary.vectors.get(plain_key(name))
        return base if ends is None else Block(base, t.term(ends[0]), t.term(ends[1]))
    if len(scripts.indices) == 1 and isinstance(scripts.indices[0], sx.Range):
        return _block(t, base, scripts.indices[0])
    if len(scripts.indices) == 1 and isinstance(scripts.indices[0], sx.Except):
        return Entry(base_symbol(t, text + "_{-}"), t.term(scripts.indices[0].index))
    bar = scripts.indices[0]
    if len(scripts.indices) == 1 and isinstance(bar, sx.Relation) and bar.sign == "|":
        # `\\alpha_{t|s}`: what leads from s to t, another quantity than `\\alpha_t`
        return Entry(base_symbol(t, text + "_{|}"), t.term(bar.left), t.term(bar.right))
    return Entry(base, *(t.term(part) for part in scripts.indices))


def own_scripts(t: Translation, name: sx.Name) -> Scripts:
    r"""The scripts of a quantity; a density below it says whose it is: `\mu_q` is the mean of `q`, and no entry."""
    scripts = quantity_scripts(name)
    whose = tuple(
        part
        for part in scripts.indices
        if isinstance(part, sx.Name) and not part.subscripts and t.vocabulary.is_family(part)
    )
    if not whose:
        return scripts
    rest = tuple(part for part in scripts.indices if part not in whose)
    return Scripts(rest, (*scripts.words, *map(family_key, whose)), scripts.primes, scripts.label)


def base_symbol(t: Translation, text: str) -> Symbol:
    """The symbol of a name; what counts is whole, and the upper end of a count is positive."""
    if text in t.vocabulary.indices:
        return Variable(text, integer=True, **({"positive": True} if text in t.vocabulary.counts else {}))
    return Variable(text, positive=True) if text in t.vocabulary.positive else Variable(text)


def _block(t: Translation, base: Symbol, node: sx.Range) -> Expr:
    low = (
        t.term(node.lower) + (1 if node.lower_open else 0)
        if node.lower is not None
        else Integer(t.vocabulary.first.get(base.name, 1))
    )
    if node.upper is None:
        raise t.failure(node, f"the range of {base} has no upper end; write it as {base}_{{1:T}}")
    high = t.term(node.upper) - (1 if node.upper_open else 0)
    return Block(base, low, high)


def family(t: Translation, name: sx.Name) -> Family:
    """The family that a density's letter names, with its parameters and index."""
    key = family_key(name)
    parameters = [part for part in split_scripts(name).indices if is_parameter(part)]
    indices = [part for part in split_scripts(name).indices if not is_parameter(part) and not is_label(part)]
    omitted = [part for part in indices if isinstance(part, sx.Except)]
    indices = [part.index if isinstance(part, sx.Except) else part for part in indices]
    if omitted:
        t.gap = f"the document does not say how {sx.outline(name)} is made of its factors"
    shared = t.vocabulary.parameters.get(key)
    text = key + ("_{-}" if omitted else "")
    if key in t.vocabulary.split_by_parameters and parameters:
        # `p_{\\theta}` and `p_{\\theta'}` are one family at two values of its parameter.
        letters = (part.text if isinstance(part, sx.Name) else sx.outline(part) for part in parameters)
        text = key + "_{" + ",".join(letters) + "}"
    elif shared is not None:
        parameters = list(shared)
    return Family(text, [t.term(part) for part in parameters], [t.term(part) for part in indices])


def labelled(node: sx.Power, vocabulary: Vocabulary) -> sx.Name | None:
    """`\\theta^{t}` as a name of its own, where the document conditions on it; None for a power."""
    base = node.base
    if node.may_be_label and isinstance(base, sx.Name) and vocabulary.labelled(base, node.exponent):
        return sx.Name(base.text, base.font, base.accents, base.primes, base.subscripts, node.exponent, span=base.span)
    return None
