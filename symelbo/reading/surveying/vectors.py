r"""Names of several variables at once: `z` in `z = (z_1, z_2)`, and in `q(z) = \prod_j q_j(z_j)`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import name_key, plain_key
from symelbo.reading.translating.vocabulary import Bounds, Vocabulary

__all__ = ["find_vectors"]

_MOST = 8  # entries that are listed one by one


def find_vectors(vocabulary: Vocabulary, left: sx.Node, right: sx.Node) -> None:
    """Note the names that an equation takes apart into entries, with the ends of their indices."""
    if isinstance(left, sx.Name) and not left.subscripts and isinstance(right, sx.Tuple | sx.SetOf):
        ends = _listed(left, right.items)
        if ends is not None and _has_laws(vocabulary, left):
            _note(vocabulary, left, ends)
    if not (isinstance(left, sx.Call) and isinstance(left.function, sx.Name) and vocabulary.is_family(left.function)):
        return
    plain = [name for name in left.arguments.values if isinstance(name, sx.Name) and not name.subscripts]
    for node in sx.walk(right):
        if isinstance(node, sx.BigProduct) and len(node.variables) == 1 and not node.conditions:
            _of_product(vocabulary, plain, node)
    if isinstance(right, sx.Product):
        for name in plain:
            ends = _of_factors(name, right.factors)
            if ends is not None:
                _note(vocabulary, name, ends)


def _note(vocabulary: Vocabulary, name: sx.Name, ends: Bounds) -> None:
    vocabulary.vectors[plain_key(name)] = ends
    if all(isinstance(end, sx.Number) for end in ends):
        vocabulary.listed.add(plain_key(name))


def _of_product(vocabulary: Vocabulary, plain: Iterable[sx.Name], node: sx.BigProduct) -> None:
    """`q(z) = \\prod_j q_j(z_j)`: the entries are those that the index runs over."""
    index = sx.outline(node.variables[0])
    for name in plain:
        if any([sx.outline(s) for s in part.subscripts] == [index] for part in _entries(name, node.body)):
            ends = _ends(vocabulary, node, index)
            if ends is not None:
                vocabulary.vectors[plain_key(name)] = ends


def _of_factors(name: sx.Name, factors: Iterable[sx.Node]) -> Bounds | None:
    """`q(z) = q_1(z_1) q_2(z_2)`: the entries are numbered from one, and each is modelled by one factor."""
    modelled: list[sx.Name] = []
    for factor in factors:
        if not isinstance(factor, sx.Call):
            return None
        if any(part.text == name.text and not part.subscripts for part in sx.names(factor.arguments.values)):
            return None  # the name stands for itself as well
        modelled += [part for value in factor.arguments.values for part in _entries(name, value)]
    return _counted(sorted(modelled, key=sx.outline))


def _listed(name: sx.Name, items: Iterable[sx.Node]) -> Bounds | None:
    r"""`z = (z_1, z_2)` and `z = (z_1, \dots, z_m)`."""
    parts = list(items)
    entries = [part for part in parts if isinstance(part, sx.Name) and _is_entry(part, name)]
    if len(entries) == len(parts):
        return _counted(entries)
    dots = [place for place, part in enumerate(parts) if isinstance(part, sx.Dots)]
    if len(entries) != len(parts) - 1 or dots != [len(parts) - 2] or len(entries) < 2:
        return None
    first = _counted(entries[:-1]) if len(entries) > 2 else (entries[0].subscripts[0], entries[0].subscripts[0])
    return None if first is None or sx.outline(first[0]) != "1" else (first[0], entries[-1].subscripts[0])


def _has_laws(vocabulary: Vocabulary, name: sx.Name) -> bool:
    """Whether densities are of the entries one by one; a vector of parameters stays one name."""
    return any(
        isinstance(item, sx.Name) and _is_entry(item, name)
        for signature in vocabulary.signatures
        for item in (*signature.of, *signature.given)
    )


def _counted(entries: list[sx.Name]) -> Bounds | None:
    """The first and last index of entries that count from one, each once."""
    indices = [entry.subscripts[0] for entry in entries]
    wanted = [str(number) for number in range(1, len(entries) + 1)]
    if not 2 <= len(entries) <= _MOST or [sx.outline(index) for index in indices] != wanted:
        return None
    return indices[0], indices[-1]


def _entries(name: sx.Name, node: sx.Node) -> Iterator[sx.Name]:
    return (part for part in sx.walk(node) if isinstance(part, sx.Name) and _is_entry(part, name))


def _is_entry(part: sx.Name, name: sx.Name) -> bool:
    return (part.text, part.font, part.accents) == (name.text, name.font, name.accents) and len(part.subscripts) == 1


def _ends(vocabulary: Vocabulary, node: sx.BigProduct, index: str) -> Bounds | None:
    """The limits of a product; one without any runs from one to a number that gets a name."""
    if node.lower is not None and node.upper is not None:
        return node.lower, node.upper
    if node.lower is not None or node.upper is not None:
        return None
    if index not in vocabulary.bounds:
        last = sx.Name(f"N_{index}", span=node.span)
        vocabulary.counts.add(name_key(last))
        vocabulary.indices |= {name_key(last), index}
        vocabulary.bounds[index] = (sx.Number("1", span=node.span), last)
    return vocabulary.bounds[index]
