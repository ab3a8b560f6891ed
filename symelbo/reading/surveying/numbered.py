r"""Data by their numbers: where `q(z \mid n) = q(z \mid x_n)` is said, `q(z \mid x_k)` is `q(z \mid k)` for every k."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from symelbo.reading.parsing import syntax as sx

__all__ = ["Numbered", "numbered"]


@dataclass(frozen=True, slots=True)
class Numbered:
    """A conditional density that is written with the data, as it is with their number: its name and theirs."""

    function: str
    data: str

    def by_number(self, node: sx.Node) -> sx.Node:
        """A call of the density with the number in the place of the data; any other node as it is."""
        if not isinstance(node, sx.Call) or sx.outline(node.function) != self.function:
            return node
        number = _number_of(node, self.data)
        if number is None:
            return node
        return replace(node, arguments=replace(node.arguments, given=(number,)))


def numbered(equations: Iterable[tuple[sx.Node, sx.Node]]) -> Numbered | None:
    """What one of the equations says of numbers and data; None where none does."""
    for pair in equations:
        for left, right in (pair, pair[::-1]):
            if not isinstance(left, sx.Call) or not isinstance(right, sx.Call):
                continue
            (plain,) = left.arguments.given if len(left.arguments.given) == 1 else (None,)
            (data,) = right.arguments.given if len(right.arguments.given) == 1 else (None,)
            if not (isinstance(plain, sx.Name) and isinstance(data, sx.Name)) or plain.subscripts:
                continue
            number = _number_of(right, data.text)
            same = sx.outline(left.function) == sx.outline(right.function)
            values = [list(map(sx.outline, call.arguments.values)) for call in (left, right)]
            if number is not None and same and values[0] == values[1] and sx.outline(number) == sx.outline(plain):
                return Numbered(sx.outline(left.function), data.text)
    return None


def _number_of(call: sx.Call, data: str) -> sx.Node | None:
    """The number of the data that a density is given, and nothing else."""
    given = call.arguments.given
    if len(given) != 1 or not isinstance(given[0], sx.Name) or given[0].text != data or len(given[0].subscripts) != 1:
        return None
    return given[0].subscripts[0]
