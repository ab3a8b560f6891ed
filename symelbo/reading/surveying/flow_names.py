r"""The variables along a flow: `q_K(z_K)` beside `q_0(z_0)` are laws of two variables, also where `z` is one too.

The same holds for the image of a variable, `z' = f(z)`, which is no other value of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import base_text, plain_key
from symelbo.reading.surveying.families import DENSITY_LETTERS
from symelbo.reading.translating.vocabulary import Signature

__all__ = ["has_jacobians", "images", "numbered_along"]


def has_jacobians(trees: Iterable[sx.Node]) -> bool:
    """Whether a determinant of a derivative stands anywhere."""
    return any(
        isinstance(node, sx.Determinant) and any(isinstance(part, sx.Derivative) for part in sx.walk(node))
        for tree in trees
        for node in sx.walk(tree)
    )


def numbered_along(signatures: Iterable[Signature]) -> Iterator[str]:
    """The bases whose entries have laws with the same number, of two numbers or more."""
    found: dict[str, set[str]] = {}
    for signature in signatures:
        name = signature.call.function
        if len(signature.of) != 1 or not isinstance(name, sx.Name) or not isinstance(signature.of[0], sx.Name):
            continue
        item = signature.of[0]
        numbers = [sx.outline(part) for part in item.subscripts]
        if numbers and numbers == [sx.outline(part) for part in name.subscripts]:
            found.setdefault(base_text(item), set()).update(numbers)
    yield from (base for base, numbers in found.items() if len(numbers) > 1)


def images(pairs: Iterable[tuple[sx.Node, sx.Node]]) -> Iterator[str]:
    """The names with a prime that a map makes of the names without: `z'` in `z' = f(z)`."""
    for left, right in pairs:
        if not isinstance(left, sx.Name) or not left.primes or not isinstance(right, sx.Call):
            continue
        function, values = right.function, right.arguments.values
        if not isinstance(function, sx.Name) or function.text in DENSITY_LETTERS or len(values) != 1:
            continue
        source = values[0]
        if isinstance(source, sx.Name) and (source.text, source.font) == (left.text, left.font) and not source.primes:
            yield plain_key(left)
