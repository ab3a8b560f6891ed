r"""Determinants of the Jacobians of maps, by their structure: opaque, entry by entry, triangular, planar, linear.

A map that acts on every entry by itself has the product of the slopes; one whose entries depend on earlier entries, or
a coupling of parts, is triangular and has the product of its diagonal (Dinh, Krueger and Bengio 2015; Kingma et al.
2016; Papamakarios, Pavlakou and Murray 2017); `z + u h(w^\top z + b)` has `1 + u^\top w h'` (Rezende and Mohamed
2015, equation 11) by the matrix determinant lemma.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import permutations

from sympy import Add, Dummy, Expr, Function, Integer, Mul, Symbol, exp, log, tanh
from sympy.core.function import AppliedUndef

from symelbo.calculus.measures.slopes import NotDifferentiable, slope
from symelbo.language import (
    Block,
    Det,
    Dot,
    Entry,
    Identity,
    IndexProduct,
    IndexSum,
    Inverted,
    Ordered,
    Trace,
    Transposed,
    base_of,
    replace_free,
)
from symelbo.language.functionals import Gradient
from symelbo.language.links import Link, Wiring, over_entries
from symelbo.language.walks import found_in

__all__ = ["Jacobians", "Refused", "algebraic", "jacobian_matrix"]

_ALGEBRA = (Ordered, Transposed, Dot, Det, Trace, Inverted)


class Refused(Exception):
    """Something in the claim is not of a kind that the rules for maps cover."""


class Jacobians:
    """Determinants of one claim's maps, as expressions in the variables of the maps."""

    def __init__(self, wiring: Wiring, sides: Sequence[Expr], positive: bool, laws: Sequence[Expr] = ()) -> None:
        self.wiring = wiring
        sizes = {
            node.args[-1] for law in laws for node in found_in(law, Identity, Entry) if _is_identity(node) and node.args
        }
        self.vectors = wiring.about_vectors((*laws, *sides))
        self.dimension = sizes.pop() if len(sizes) == 1 else None
        self.positive = positive
        terms = [*sides, *(link.value for link in wiring.links)]
        self.range = _common_range(sides, wiring)
        self.named = _with_entries(terms, wiring, self.range)
        self.matrices = {node.args[0] for term in terms for node in found_in(term, Det, Inverted)}
        self.whole_only = self.range is None and any(
            isinstance(node.args[0], Gradient) for side in sides for node in found_in(side, Det)
        )

    def opaque(self, link: Link, *arguments: Expr) -> Expr:
        """The determinant of a map that nothing is known about but that it is invertible."""
        kind = {"positive": True} if self.positive else {"real": True, "nonzero": True}
        return Function(rf"J_{{{link.function or link.output}}}", **kind)(*arguments)

    def layer(self, link: Link, index: Expr) -> Expr:
        """The determinant of one layer of a sequence."""
        before = Entry(link.output.base, index - 1)
        if link.function is not None:
            return self.opaque(link, index, before)
        value = replace_free(link.value, {link.index: index})
        return self.of_value(value, before, link)

    def of_value(self, value: Expr, own: Expr, link: Link | None = None) -> Expr:
        """`det d value / d own`. Raises `Refused`."""
        if link is not None and link.function is not None:
            return self.opaque(link, own)
        if value.has(*_ALGEBRA) or value.free_symbols & self.matrices:
            return self._of_algebra(value, own)
        if self.whole_only:
            if _slope(value, own) == 1:
                return Integer(1)
            if link is None:
                raise Refused
            return self.opaque(link, own)
        if self.range is None:
            made = _slope(value, own)
            if self.vectors and (self.dimension is None or not isinstance(own, Symbol) or own in made.free_symbols):
                raise Refused
            return made**self.dimension if self.vectors else made
        if any(call.has(own) for call in found_in(value, AppliedUndef)):
            raise Refused
        index, lower, upper = self.range
        body = self.entry_of(_slope(value, own), index)
        if own in body.free_symbols:
            if not isinstance(own, Symbol):
                raise Refused
            body = replace_free(body, {own: Entry(own, index)})
        return self._over_entries(body, index, lower, upper)

    def slope(self, value: Expr, own: Expr) -> Expr:
        """The derivative of a number by a number. Raises `Refused`."""
        return _slope(value, own)

    def _over_entries(self, body: Expr, index: Expr, lower: Expr, upper: Expr) -> Expr:
        if not body.has(index):
            return body ** (upper - lower + 1)
        return IndexProduct(body, index, lower, upper)

    def entry_of(self, term: Expr, index: Expr) -> Expr:
        """One entry of a vector that is made entry by entry."""
        changes: dict[Expr, Expr] = {}
        for call in found_in(term, AppliedUndef):
            if call.func.__name__ in self.named:
                changes[call] = call.func(index, *call.args)
        made = term.xreplace(changes)
        names = {
            name: Entry(base_of(name), *(name.indices if isinstance(name, Entry) else ()), index)
            for name in made.free_symbols
            if isinstance(name, Symbol | Entry) and (str(base_of(name)), _depth(name)) in self.named
        }
        return replace_free(made, names)

    def _of_algebra(self, value: Expr, own: Expr) -> Expr:
        """`A z + b` and `z + u h(w^T z + b)`."""
        rest: list[Expr] = []
        moving: list[Expr] = []
        for part in Add.make_args(value):
            (moving if part.has(own) else rest).append(part)
        if len(moving) == 1:
            factors = moving[0].args if isinstance(moving[0], Mul | Ordered) else ()
            if len(factors) == 2 and own in factors:
                (matrix,) = (factor for factor in factors if factor != own)
                if matrix in self.matrices:
                    return algebraic(Det(matrix))
        made = Integer(1)
        shifts = planar(value, own)
        if shifts is None:
            raise Refused
        for direction, gradient in shifts:
            made = made + inner(direction, gradient)
        return made

    # Triangular maps.

    def of_parts(self, links: Sequence[Link]) -> tuple[Expr, tuple[Expr, ...]]:
        """The determinant of a map between vectors in parts, up to a sign, and the parts it is taken by."""
        inputs = [name for name in self.wiring.inputs if any(name in _names(link.value) for link in links)]
        for order in permutations(links):
            for own in permutations(inputs, len(links)):
                matched = all(item.output.args[1:] == name.args[1:] for item, name in zip(order, own, strict=False))
                if len(own) == len(inputs) and (matched or self.positive) and _triangular(order, own, inputs):
                    pairs = zip(order, own, strict=True)
                    return Mul(*(self.of_part(link, name) for link, name in pairs)), tuple(inputs)
        raise Refused

    def of_part(self, link: Link, own: Expr) -> Expr:
        """The diagonal block of one part, taken by its own input."""
        if link.value == own:
            return Integer(1)
        if isinstance(own, Block) and self.range is not None:
            index, lower, upper = self.range
            if str(upper) != f"N_{index}" and upper - lower != own.upper - own.lower:
                raise Refused
        hidden = {name: Dummy(str(name), real=True) for name in _names(link.value) if isinstance(name, Entry | Block)}
        shown = {dummy: name for name, dummy in hidden.items()}
        value = link.value.xreplace(hidden)
        made = self.of_value(value, hidden.get(own, own), None if link.function is None else link)
        return made.xreplace(shown)

    def of_entries(self, link: Link) -> tuple[Expr, Expr]:
        """`x_i = g_i(x_{<i}, u_i)`: the product of the slopes, and the vector it is taken by."""
        if self.range is None:
            raise Refused
        index, lower, upper = self.range
        value = replace_free(link.value, {link.index: index})
        own = [name for name in _names(value) if isinstance(name, Entry) and name.indices == (index,)]
        own = [name for name in own if name.base in {base_of(item) for item in self.wiring.inputs}]
        ends = {base_of(link.output), *(base_of(item) for item in self.wiring.inputs)}
        if len(own) != 1:
            raise Refused
        for name in _names(value) - set(own):
            earlier = isinstance(name, Block) and name.lower == lower and name.upper == index - 1
            if base_of(name) in ends and not earlier:
                raise Refused
        hidden = {name: Dummy(str(name), real=True) for name in _names(value) if isinstance(name, Entry | Block)}
        shown = {dummy: name for name, dummy in hidden.items()}
        body = _slope(value.xreplace(hidden), hidden[own[0]]).xreplace(shown)
        return self._over_entries(body, index, lower, upper), own[0].base


def _slope(value: Expr, own: Expr) -> Expr:
    try:
        return slope(value, own)
    except NotDifferentiable:
        raise Refused from None


def _depth(name: Expr) -> int:
    return len(name.indices) if isinstance(name, Entry) else 0


def _names(term: Expr) -> set[Expr]:
    inside = set(found_in(term, Entry, Block))
    covered = {node.base for node in inside}
    return inside | {name for name in term.free_symbols if isinstance(name, Symbol) and not name.is_integer} - covered


def _triangular(links: Sequence[Link], own: Sequence[Expr], inputs: Iterable[Expr]) -> bool:
    seen: set[Expr] = set()
    for link, name in zip(links, own, strict=True):
        seen.add(name)
        if name not in _names(link.value) or _names(link.value) & set(inputs) - seen:
            return False
    return True


def _common_range(sides: Sequence[Expr], wiring: Wiring) -> tuple[Expr, Expr, Expr] | None:
    """The index that all sums over entries in the claim have, with its ends. Raises `Refused` for several."""
    sums = [node for side in sides for node in found_in(side, IndexSum) if over_entries(node, wiring)]
    found = {(node.lower, node.upper) for node in sums}
    if len(found) > 1:
        raise Refused
    return (sums[0].index, *found.pop()) if found else None


def _with_entries(
    terms: Sequence[Expr], wiring: Wiring, ends: tuple[Expr, Expr, Expr] | None
) -> set[str | tuple[str, int]]:
    """Functions whose entries occur, and names with the number of indices they have as whole vectors."""
    if ends is None:
        return set()
    sums = [node for term in terms for node in found_in(term, IndexSum) if over_entries(node, wiring)]
    arities: dict[str, set[int]] = {}
    for term in terms:
        for call in found_in(term, AppliedUndef):
            arities.setdefault(call.func.__name__, set()).add(len(call.args))
    found: set[str | tuple[str, int]] = set()
    for node in sums:
        for call in found_in(node.body, AppliedUndef):
            if call.args[0] == node.index and len(call.args) - 1 in arities[call.func.__name__]:
                found.add(call.func.__name__)
        for entry in found_in(node.body, Entry):
            if entry.indices[-1] == node.index:
                found.add((str(entry.base), len(entry.indices) - 1))
    return found


# Vectors and matrices by name.


def algebraic(term: Expr) -> Expr:
    r"""Determinants and inner products in one form: `\det A^{-1}`, `\det(I + u v^\top)`, `u^\top v`."""
    if not isinstance(term, Expr) or not term.args or isinstance(term, Symbol | Entry | Block):
        return term
    if not term.has(*_ALGEBRA):
        return term
    if isinstance(term, Det):
        return _determinant(term.args[0])
    if isinstance(term, Ordered):
        return _ordered([algebraic(part) for part in term.args])
    if isinstance(term, Dot):
        return inner(*map(algebraic, term.args))
    parts = [algebraic(part) for part in term.args]
    return term.func(*parts)


def _determinant(matrix: Expr) -> Expr:
    matrix = algebraic(matrix)
    if isinstance(matrix, Inverted):
        return 1 / _determinant(matrix.args[0])
    if isinstance(matrix, Transposed):
        return _determinant(matrix.args[0])
    if matrix.is_Add:
        ones = [part for part in matrix.args if _is_identity(part)]
        others = [part for part in matrix.args if not _is_identity(part)]
        if len(ones) == 1 and len(others) == 1:
            factors = Mul.make_args(others[0])
            outer = [factor for factor in factors if _is_outer(factor)]
            if len(outer) == 1 and all(factor in outer or is_number(factor) for factor in factors):
                left, right = outer[0].args[0], outer[0].args[1].args[0]
                return 1 + Mul(*(factor for factor in factors if factor not in outer)) * inner(left, right)
    return Det(matrix)


def _is_identity(term: Expr) -> bool:
    name = term.base if isinstance(term, Entry) else term
    return isinstance(term, Identity) or str(name) in ("I", "\\mathbf{I}", "\\mathbb{I}")


def _is_outer(term: Expr) -> bool:
    return isinstance(term, Ordered) and len(term.args) == 2 and isinstance(term.args[1], Transposed)


def is_number(term: Expr) -> bool:
    """Whether a factor beside vectors is a number: values of functions of numbers, inner products, numerals."""
    if isinstance(term, AppliedUndef | tanh | exp | log):
        return all(_is_scalar(argument) or is_number(argument) for argument in term.args if not argument.is_integer)
    if term.is_Add or term.is_Mul or term.is_Pow:
        return all(map(is_number, term.args))
    return bool(term.is_number) or isinstance(term, Dot | Det | Trace)


def _is_scalar(term: Expr) -> bool:
    """Whether a sum has an inner product in it, and so is a number."""
    return any(isinstance(part, Dot) or part.is_number for part in Add.make_args(term)) and term.has(Dot)


def _ordered(parts: list[Expr]) -> Expr:
    """`u^T v` is an inner product; numbers leave `u v^T`; `A^{-1} A z` is `z`."""
    if len(parts) > 2 and is_number(parts[0]):
        return parts[0] * _ordered(parts[1:])
    if len(parts) == 2 and isinstance(parts[0], Transposed) and not isinstance(parts[1], Transposed):
        return inner(parts[0].args[0], parts[1])
    if len(parts) == 2 and isinstance(parts[1], Transposed) and not isinstance(parts[0], Transposed):
        (scale, left), (other, right) = _split(parts[0]), _split(parts[1].args[0])
        return scale * other * Ordered(left, Transposed(right))
    if len(parts) == 2 and isinstance(parts[0], Inverted):
        matrix, rest = parts[0].args[0], parts[1]
        factors = list(rest.args) if isinstance(rest, Mul | Ordered) else []
        if matrix in factors and len(factors) == 2:
            factors.remove(matrix)
            return factors[0]
    return Ordered(*parts)


def _split(vector: Expr) -> tuple[Expr, Expr]:
    """Numbers in front of a vector, and the vector."""
    factors = Mul.make_args(vector)
    numbers = [factor for factor in factors if is_number(factor)]
    rest = [factor for factor in factors if not is_number(factor)]
    if len(rest) != 1:
        return Integer(1), vector
    return Mul(*numbers), rest[0]


def inner(left: Expr, right: Expr) -> Expr:
    """The inner product of two vectors, numbers in front."""
    if left.is_Add:
        return Add(*(inner(part, right) for part in left.args))
    if right.is_Add:
        return Add(*(inner(left, part) for part in right.args))
    (scale, first), (other, second) = _split(left), _split(right)
    return scale * other * Dot(first, second)


def planar(value: Expr, own: Expr) -> list[tuple[Expr, Expr]] | None:
    """`own + Σ u g(w^T own)` as pairs of directions and gradients of the numbers beside them."""
    found = []
    value = algebraic(value)
    parts = list(Add.make_args(value))
    if own not in parts:
        return None
    parts.remove(own)
    for part in parts:
        if not part.has(own):
            continue
        scale, direction = _split(part)
        if direction.has(own):
            return None
        local = Dummy("t", real=True)
        dots = [node for node in found_in(scale, Dot) if node.has(own)]
        if len(dots) != 1 or own not in dots[0].args:
            return None
        (normal,) = [side for side in dots[0].args if side != own] or [None]
        if normal is None or normal.has(own):
            return None
        moved = scale.xreplace({dots[0]: local})
        if moved.has(own):
            return None
        found.append((direction, _slope(moved, local).xreplace({local: dots[0]}) * normal))
    return found


def jacobian_matrix(value: Expr, own: Expr, identity: Expr) -> Expr | None:
    r"""`d value / d own` of a planar map as a matrix, `I + u (\nabla g)^\top`."""
    shifts = planar(value, own)
    if shifts is None:
        return None
    return identity + Add(*(algebraic(Ordered(u, Transposed(v))) for u, v in shifts))
