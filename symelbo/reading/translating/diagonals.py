r"""Gaussian vectors with a diagonal covariance: `\\mathrm{diag}(\\sigma^2)`, and `\\sigma^2` of a vector of scales.

Means and variances become vectors of components. That a bare name is a vector shows in its entries elsewhere in the
document, `\\sigma_j` under a sum over `j`.
"""

from __future__ import annotations

from sympy import Expr, Integer, Symbol
from sympy.core.function import AppliedUndef

from symelbo.language import Dimension, Entry, replace_free
from symelbo.language.distributions import Components
from symelbo.language.linear import Identity
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.positions import plain_names
from symelbo.reading.parsing.scripts import name_key
from symelbo.reading.translating.translation import Translation

__all__ = ["diagonal"]


def diagonal(t: Translation, node: sx.Distribution) -> tuple[Expr, Expr] | None:
    """Mean and variances as components, if the covariance of a normal law is diagonal; None for other laws."""
    if len(node.parameters) != 2 or any(isinstance(t.term(value), Entry) for value in node.values):
        return None
    spread = node.parameters[1]
    items = _in_diag(spread)
    if items is not None:
        listed = [t.term(item) for item in items if not isinstance(item, sx.Dots)]
        if len(listed) > 1:
            return _listed(t, node, listed)
        return _components(t, t.term(node.parameters[0]), listed[0])
    mean, variance = (t.term(parameter) for parameter in node.parameters)
    variance = variance.replace(lambda part: isinstance(part, Identity), lambda part: Integer(1))
    plain = variance.xreplace({name: Integer(1) for name in variance.free_symbols if str(name) == "I"})
    heads = [*_heads(mean), *_heads(plain)]
    # what carries an index is a number already
    bare = not any(isinstance(part, Entry) or part.is_integer for part in mean.free_symbols | plain.free_symbols)
    if not (bare and _heads(plain) and all(_summed(t, head) for head in heads)):
        return None
    if plain == variance and not _by_entries(t, heads):
        # The entries stand elsewhere in the document; here the names may be numbers.
        if any(_as_numbers(tree, heads) for tree in t.chain):
            return None
        if t.vocabulary.plain & set(heads):
            t.gap = f"the document does not say whether {heads[0]} is a number or a vector here"
    return _components(t, mean, plain)


def _by_entries(t: Translation, heads: list[str]) -> bool:
    """Whether the chain that is being read takes one of the names by its entries, or has a unit matrix beside it."""
    for node in (part for tree in t.chain for part in sx.walk(tree)):
        if isinstance(node, sx.Name) and node.subscripts and name_key(node) in heads:
            return True
        if isinstance(node, sx.Distribution) and any(
            isinstance(part, sx.Name) and part.text in ("I", "1") and name_key(part) not in heads
            for parameter in node.parameters
            for part in sx.walk(parameter)
        ):
            return True
    return False


def _as_numbers(tree: sx.Node, heads: list[str]) -> bool:
    """Whether a chain has a law of a number beside, or takes one of the names for a number."""
    laws = (node for node in sx.walk(tree) if isinstance(node, sx.Distribution))
    one = any(len(law.parameters) == 2 and isinstance(law.parameters[1], sx.Number) for law in laws)
    return one or bool(plain_names(tree) & set(heads))


def _in_diag(node: sx.Node) -> tuple[sx.Node, ...] | None:
    """The arguments of `diag(...)`."""
    if isinstance(node, sx.Call) and isinstance(node.function, sx.Name) and node.function.text in ("diag", "Diag"):
        return node.arguments.values
    return None


def _heads(term: Expr) -> list[str]:
    """The names and functions that a term is made of."""
    if isinstance(term, AppliedUndef):
        return [term.func.__name__]
    if isinstance(term, Symbol):
        return [str(term)]
    return [head for part in term.args if isinstance(part, Expr) for head in _heads(part)]


def _summed(t: Translation, head: str) -> bool:
    """Whether a name is used by its entries, at an index that a sum runs over."""
    return _index(t, head) in t.vocabulary.bounds


def _index(t: Translation, head: str) -> str:
    """The running index that a name is used with, empty if there is none."""
    return t.vocabulary.entries.get(head, "") or t.vocabulary.entries.get(head.lstrip("\\"), "")


def _components(t: Translation, mean: Expr, variance: Expr) -> tuple[Expr, Expr]:
    index = Symbol("k'", integer=True)
    ends = _ends(t, [*_heads(variance), *_heads(mean)])
    upper: Expr = Dimension(Symbol("z")) if ends is None else t.term(ends[1])
    lower: Expr = Integer(1) if ends is None else t.term(ends[0])
    entries = [part for part in variance.free_symbols if isinstance(part, Entry)]
    running = {
        part for entry in entries for part in entry.indices if part.is_Symbol and str(part) in t.vocabulary.bounds
    }
    if len(running) == 1:
        (own,) = running
        low, high = (t.term(end) for end in t.vocabulary.bounds[str(own)])
        variances = Components(replace_free(variance, {own: index}), index, low, high)
        return _vector(mean, index, low, high), variances
    return _vector(mean, index, lower, upper), Components(_at(variance, index), index, lower, upper)


def _listed(t: Translation, node: sx.Distribution, listed: list[Expr]) -> tuple[Expr, Expr] | None:
    """`diag(\\sigma_1^2, \\dots, \\sigma_J^2)`."""
    index = Symbol("k'", integer=True)
    first, last = ([e for e in item.free_symbols if isinstance(e, Entry)] for item in (listed[0], listed[-1]))
    if len(first) != 1 or len(last) != 1 or first[0].base != last[0].base:
        return None
    low, high = first[0].indices[-1], last[0].indices[-1]
    body = listed[0].xreplace({first[0]: Entry(first[0].base, index)})
    return _vector(t.term(node.parameters[0]), index, low, high), Components(body, index, low, high)


def _vector(mean: Expr, index: Symbol, lower: Expr, upper: Expr) -> Expr:
    return mean if mean == 0 else Components(_at(mean, index), index, lower, upper)


def _at(term: Expr, index: Expr) -> Expr:
    """The entry of a vector that is written with bare names, operations taken entry by entry."""
    if isinstance(term, AppliedUndef):
        return term.func(index, *term.args)
    if isinstance(term, Symbol):
        return Entry(term, index)
    if isinstance(term, Entry) or not term.args:
        return term
    return term.func(*(_at(part, index) if isinstance(part, Expr) else part for part in term.args))


def _ends(t: Translation, heads: list[str]) -> tuple[sx.Node, sx.Node] | None:
    for head in heads:
        if _index(t, head) in t.vocabulary.bounds:
            return t.vocabulary.bounds[_index(t, head)]
    return None
