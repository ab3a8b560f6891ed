r"""Names of whole sequences, in the three ways in which people write them beside `x_{1:T}`.

`x^{(1\cdots T)}` has its times above; `X` is said to be `(x_1, \dots, x_N)`; and `x` by itself is `x_0` where a
sequence begins there. All of them are written with subscripts here, before anything is asked about names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.surveying.families import DENSITY_LETTERS
from symelbo.reading.surveying.rewriting import mapped

__all__ = ["SequenceNames", "sequence_names"]

Change = Callable[[sx.Node], sx.Node]
Base = tuple[str, str, tuple[str, ...], int]


class SequenceNames:
    """How the names of sequences are written in a document."""

    def __init__(self, changes: Sequence[Change]) -> None:
        self._changes = tuple(changes)

    def written_out(self, tree: sx.Node) -> sx.Node:
        """The tree with subscripts throughout; the same object where nothing changes."""
        for change in self._changes:
            tree = mapped(tree, change)
        return tree


def sequence_names(trees: Sequence[sx.Node], given: Iterable[tuple[sx.Node, str, sx.Node]]) -> SequenceNames | None:
    """The changes to make to the trees of a document; None where there is none to make.

    `given` are the relations that its directives and sentences state.
    """
    changes: list[Change] = []
    for rule in (_times_above, lambda found: _aliases(found, given), _first_alone):
        change = rule(trees)
        if change is not None:
            changes.append(change)
            trees = [mapped(tree, change) for tree in trees]
    return SequenceNames(changes) if changes else None


def _times_above(trees: Sequence[sx.Node]) -> Change | None:
    """Times in brackets above a name that has a range there somewhere."""
    names = [node for node in sx.names(trees) if node.label is not None and not node.subscripts]
    bases = {_base(name) for name in names if name.label is not None and _is_range(name.label)}
    if not bases:
        return None

    def change(node: sx.Node) -> sx.Node:
        if not isinstance(node, sx.Name) or node.label is None or node.subscripts or _base(node) not in bases:
            return node
        time = _as_range(node.label) if _is_range(node.label) else node.label
        return replace(node, subscripts=(time,), label=None) if _is_time(time) else node

    return change


def _aliases(trees: Sequence[sx.Node], given: Iterable[tuple[sx.Node, str, sx.Node]]) -> Change | None:
    r"""Letters that stand for all of a sequence: "data `X = (x_1, \dots, x_N)`"."""
    slots = {_key(item) for call in _densities(trees) for item in _slots(call) if isinstance(item, sx.Name)}
    meant: dict[str, sx.Name] = {}
    for left, sign, right in given:
        whole = _whole(right) if sign in ("=", ":=") and isinstance(left, sx.Name) and not left.subscripts else None
        if whole is not None and isinstance(left, sx.Name) and _key(left) in slots and _base(left) != _base(whole):
            meant.setdefault(_key(left), whole)
    if not meant:
        return None

    def change(node: sx.Node) -> sx.Node:
        whole = meant.get(_key(node)) if isinstance(node, sx.Name) else None
        return node if whole is None else replace(whole, span=node.span)

    return change


def _first_alone(trees: Sequence[sx.Node]) -> Change | None:
    r"""A name without an index beside a sequence that begins before 1: `p(x)` where `x_{0:T}` is meant."""
    calls = list(_densities(trees))
    slots = [[item for item in _slots(call) if isinstance(item, sx.Name)] for call in calls]
    bare = {_base(name) for names in slots for name in names if not name.subscripts and name.label is None}
    begun = {
        _base(name)
        for names in slots
        for name in names
        if any(isinstance(part, sx.Range) and _is_zero(part.lower) for part in name.subscripts)
    }
    bases = bare & begun
    if not bases:
        return None

    def change(node: sx.Node) -> sx.Node:
        if not isinstance(node, sx.Name) or node.subscripts or node.label is not None or _base(node) not in bases:
            return node
        return replace(node, subscripts=(sx.Number("0", span=node.span),))

    return change


def _whole(node: sx.Node) -> sx.Name | None:
    r"""The sequence that `(x_1, \dots, x_N)`, `\{x_n\}_{n=1}^N` or `x_{1:N}` is."""
    if isinstance(node, sx.Name):
        return node if any(isinstance(part, sx.Range) for part in node.subscripts) else None
    if isinstance(node, sx.Tuple | sx.SetOf):
        first, last = node.items[0], node.items[-1]
        if not any(isinstance(item, sx.Dots) for item in node.items):
            return None
        if isinstance(first, sx.Name) and isinstance(last, sx.Name) and _base(first) == _base(last):
            return _ranging(first, first.subscripts, last.subscripts)
        return None
    if isinstance(node, sx.Power) and isinstance(node.base, sx.Subscripted):
        body, ends = node.base.body, node.base.subscripts
        said = ends[0] if len(ends) == 1 else None
        if isinstance(body, sx.Name) and isinstance(said, sx.Relation) and said.sign == "=":
            index = sx.outline(body.subscripts[0]) if len(body.subscripts) == 1 else None
            return _ranging(body, (said.right,), (node.exponent,)) if index == sx.outline(said.left) else None
    return None


def _ranging(name: sx.Name, first: tuple[sx.Node, ...], last: tuple[sx.Node, ...]) -> sx.Name | None:
    if len(first) != 1 or len(last) != 1 or name.label is not None:
        return None
    return replace(name, subscripts=(sx.Range(first[0], last[0], span=name.span),))


def _is_range(label: sx.Node) -> bool:
    if isinstance(label, sx.Range):
        return True
    return isinstance(label, sx.Product) and len(label.factors) == 3 and isinstance(label.factors[1], sx.Dots)


def _as_range(label: sx.Node) -> sx.Node:
    if isinstance(label, sx.Product):
        return sx.Range(label.factors[0], label.factors[2], span=label.span)
    return label


def _is_time(label: sx.Node) -> bool:
    if isinstance(label, sx.Name):
        return len(label.text) == 1 and not label.font
    return isinstance(label, sx.Number | sx.Sum | sx.Range)


def _is_zero(node: sx.Node | None) -> bool:
    return isinstance(node, sx.Number) and node.text == "0"


def _densities(trees: Iterable[sx.Node]) -> Iterator[sx.Call]:
    for tree in trees:
        for node in sx.walk(tree):
            head = node.function if isinstance(node, sx.Call) else None
            named = isinstance(head, sx.Name) and head.text in DENSITY_LETTERS and head.font != "cal"
            if named and isinstance(node, sx.Call):
                yield node


def _slots(call: sx.Call) -> tuple[sx.Node, ...]:
    return (*call.arguments.values, *call.arguments.given)


def _base(name: sx.Name) -> Base:
    return name.text, name.font, name.accents, name.primes


def _key(node: sx.Node) -> str:
    return sx.outline(node)
