"""Variables whose values are counted: `n` in `q(z \\mid n)` beside a sum over `n = 1, ..., N`, `c` in `p(c = k)`.

Other letters for the same count, such as `m` in `\\sum_m q(z \\mid m)`, are values of the one variable.
"""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.language import Context, Counted
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import FamilyKey, base_text, name_key, plain_key
from symelbo.reading.translating.name_terms import base_symbol
from symelbo.reading.translating.translation import Translation
from symelbo.reading.translating.vocabulary import Bounds, Signature, Vocabulary

__all__ = ["counted_context", "find_counted"]

_LABELS = frozenset("ijklmnstdchyz")  # what a component, a class or an example is called


def find_counted(vocabulary: Vocabulary) -> None:
    """Note in the vocabulary which slots are counted, and which letters stand for values of which slot."""
    letters: dict[tuple[FamilyKey, str], list[str]] = {}
    together: set[frozenset[str]] = set()
    for signature in vocabulary.signatures:
        found = [key for key in _letters(signature) if key in vocabulary.bounds]
        together |= {frozenset((first, second)) for first in found for second in found if first != second}
        for key in found:
            group = letters.setdefault((signature.family, _written(vocabulary.bounds[key])), [])
            if key not in group:
                group.append(key)
        for name, value in _values(signature):
            bounds = vocabulary.bounds.get(value) or _shared(vocabulary, value)
            if bounds is not None and (not name.subscripts or (signature.family, base_text(name)) in vocabulary.copied):
                vocabulary.counted.setdefault(base_text(name), bounds)
    for (family, _), group in letters.items():
        apart = any(frozenset((first, second)) in together for first in group for second in group)
        mates = [] if apart else _mates(vocabulary, family, group)
        for key in group:
            slot = key if apart else (*mates, *group)[0]
            vocabulary.counted.setdefault(slot, vocabulary.bounds[key])
            if slot != key:
                vocabulary.values_of[(family, key)] = slot


def _shared(vocabulary: Vocabulary, letter: str) -> Bounds | None:
    """The limits of a letter that is never summed over: those of the letters that stand in its place elsewhere."""
    beside = {other for letters in vocabulary.indexed.values() if letter in letters for other in letters}
    found = {_written(vocabulary.bounds[other]): vocabulary.bounds[other] for other in beside & set(vocabulary.bounds)}
    return next(iter(found.values())) if len(found) == 1 else None


def _mates(vocabulary: Vocabulary, family: FamilyKey, group: list[str]) -> list[str]:
    """Letters that stand in the places of counted ones without being summed over: `n` in `q(n \\mid z)`."""
    shapes: dict[tuple[int, int, bool, int], list[str]] = {}
    beside: set[str] = set()
    for signature in vocabulary.signatures:
        if signature.family != family:
            continue
        names = set(_letters(signature))
        beside |= names if names & set(group) else set()
        for given, side in ((False, signature.of), (True, signature.given)):
            for place, item in enumerate(side):
                if isinstance(item, sx.Name) and not item.subscripts:
                    shape = len(signature.of), len(signature.given), given, place
                    shapes.setdefault(shape, []).append(name_key(item))
    found = [key for keys in shapes.values() if set(group) & set(keys) for key in keys]
    return [
        key for key in dict.fromkeys(found) if key in _LABELS and key not in beside and key not in vocabulary.bounds
    ]


def counted_context(t: Translation) -> Context:
    """What the document's counted variables mean for its context; what it only ever sums over is discrete."""
    made: list[Counted] = []
    for key, (lower, upper) in t.vocabulary.counted.items():
        if not isinstance(upper, sx.Infinity):
            made.append(Counted(base_symbol(t, key), t.term(lower), t.term(upper)))
    names = {key for key in t.vocabulary.summed - t.vocabulary.integrated if t.vocabulary.is_variable(key)}
    return Context(tuple(made), frozenset(item.variable for item in made) | {base_symbol(t, key) for key in names})


def _letters(signature: Signature) -> Iterator[str]:
    """Plain names in a density's brackets."""
    for item in (*signature.of, *signature.given):
        if isinstance(item, sx.Name) and not item.subscripts and plain_key(item) == name_key(item):
            yield name_key(item)


def _values(signature: Signature) -> Iterator[tuple[sx.Name, str]]:
    """Names with the letter that stands for their value, as in `c = k`."""
    for item in (*signature.of, *signature.given):
        if isinstance(item, sx.Relation) and item.sign == "=" and isinstance(item.left, sx.Name):
            value = item.right
            if isinstance(value, sx.Name) and not value.subscripts:
                yield item.left, name_key(value)


def _written(bounds: Bounds) -> str:
    return " ".join(map(sx.outline, bounds))
