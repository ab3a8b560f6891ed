r"""Concrete maps for claims about flows: an input with explicit densities, and what it is mapped to.

Unknown functions become smooth ones, layers a few, vectors short; both sides of a claim are then explicit expressions
in the entries of the input, with densities from `symelbo.semantics.maps.pushed`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from random import Random

from sympy import Expr, Integer, Matrix, Symbol, asinh, sinh
from sympy.core.function import AppliedUndef
from sympy.matrices import MatrixBase

from symelbo.errors import NotSupported
from symelbo.language import (
    Block,
    Context,
    Density,
    Det,
    Entry,
    Expectation,
    IndexSum,
    Inverted,
    Ordered,
    Relation,
    Sign,
    Trace,
    Transposed,
    Variable,
    base_of,
    replace_free,
)
from symelbo.language.definitions import expand
from symelbo.language.divergences import KL, CrossEntropy, Entropy
from symelbo.language.functionals import Gradient
from symelbo.language.links import (
    Link,
    Wiring,
    functions_of,
    inverse_name,
    links_of,
    over_entries,
    resettled,
    wiring_of,
)
from symelbo.language.walks import found_in
from symelbo.semantics.maps.pushed import Laws
from symelbo.semantics.maps.shaping import indexed, shapes_of
from symelbo.semantics.maps.wired import Function, Setting, Value, as_column

__all__ = ["MappedClaim", "mapped"]

_MEANS = (Expectation, KL, Entropy, CrossEntropy)
_LAYERS = 3


@dataclass(frozen=True, slots=True)
class MappedClaim:
    """The sides of a claim about declared maps, and how its variables are made of others: the same for every draw."""

    sides: tuple[Expr, ...]
    wiring: Wiring
    assumed: Context

    def drawn(self, random: Random, dimension: int = 1) -> tuple[list[Expr], Context]:
        """The sides with concrete maps in place of declared ones, and the context without them.

        Inputs are vectors of `dimension` entries, where the claim has matrices or entries in it.
        Raises `NotSupported` where the claim says more than is evaluated here.
        """
        wiring = self.wiring
        means = any(side.has(*_MEANS) for side in self.sides)
        entrywise = any(link.index is not None and not link.layered for link in wiring.links)
        if entrywise:
            size = dimension + 1
        elif dimension > 1 and (means or not _is_about_vectors(self.sides, wiring, self.assumed)):
            raise NotSupported("the claim is about numbers, not about vectors")
        else:
            size = dimension
        if means and entrywise:
            raise NotSupported("means over vectors beside a map are not evaluated")
        reason = NotSupported("the parts of the claim do not fit together as vectors and matrices")
        seed = random.random()
        for shapes in shapes_of(self.sides, wiring, size):
            plan = _Plan(wiring, self.assumed, Random(seed), size, shapes, means)
            try:
                made = plan.run(self.sides)
            except NotSupported as limit:
                reason = limit
                continue
            gone = {link.output for link in wiring.links}
            rest = tuple(
                other
                for other in self.assumed.assumptions
                if not isinstance(other, Sign) and getattr(other, "name", None) not in gone
            )
            return made, replace(self.assumed, assumptions=(*rest, *plan.signs))
        raise reason


def mapped(sides: Sequence[Expr], assumed: Context) -> MappedClaim | None:
    """What a claim says about variables that are made of others; None where it says nothing of the kind.

    Raises `NotSupported` where a name in it may be a Jacobian.
    """
    functions = functions_of(assumed, sides)
    written = tuple(expand(side, functions) for side in sides)
    links = links_of(assumed, written)
    settled = tuple(resettled(side, links) for side in written)
    wiring = wiring_of(settled, assumed, links if settled == written else None)
    if wiring is None:
        return None
    if wiring.links:
        _refuse_strangers(settled, wiring, assumed)
    return MappedClaim(settled, wiring, assumed)


def _is_about_vectors(sides: Sequence[Expr], wiring: Wiring, assumed: Context) -> bool:
    """Whether something in the claim only has a meaning for vectors, or differs for them."""
    values = [link.value for link in wiring.links]
    used = {density.family.name for side in sides for density in found_in(side, Density)}
    laws = [d.value for d in assumed.definitions if isinstance(d.name, Density) and d.name.family.name in used]
    if any(term.has(Det, Trace, Transposed, Inverted, Ordered) for term in (*sides, *values)):
        return True
    if wiring.about_vectors((*laws, *sides)):
        return True
    return any(over_entries(node, wiring) for side in sides for node in found_in(side, IndexSum))


def _refuse_strangers(sides: Sequence[Expr], wiring: Wiring, assumed: Context) -> None:
    """Names that nothing says the meaning of may be the Jacobian, `J` or `J_f(z)`, and are not free to choose."""
    given = [term for link in wiring.links for term in (link.output, link.value)]
    given += [side for sign in assumed.signs for side in (sign.claim.lhs, sign.claim.rhs)]
    given += [item.value for item in assumed.definitions]
    names = {str(base_of(s)) for term in given for s in (*term.free_symbols, *found_in(term, Symbol, Entry))}
    calls = {call.func.__name__ for term in given for call in found_in(term, AppliedUndef)}
    names |= set(calls) | {str(base_of(name)) for name in wiring.inputs}
    for side in sides:
        for density in found_in(side, Density):
            names |= {str(base_of(s)) for s in (*density.of_slots, *density.given_slots, *density.free_symbols)}
        for total in found_in(side, IndexSum):
            names |= {str(s) for s in (total.index, *total.lower.free_symbols, *total.upper.free_symbols)}
        for entry in found_in(side, Entry):
            names |= {str(s) for index in entry.indices for s in index.free_symbols}
    for side in sides:
        strange = [s for s in side.free_symbols if str(base_of(s)) not in names and str(s) not in ("I", "\\mathbf{I}")]
        for node in found_in(side, AppliedUndef):
            name = node.func.__name__.rstrip("'")
            if (inverse_name(name) or name) not in calls and not re.fullmatch("[a-z]", name):
                strange.append(node)
        if strange:
            raise NotSupported(f"{strange[0]} beside a map may be its Jacobian")


# Building the setting.


class _Plan:
    """The numbers and functions of one trial, and the values of everything that the maps make."""

    def __init__(
        self, wiring: Wiring, assumed: Context, random: Random, size: int, shapes: dict[str, str], gentle: bool
    ) -> None:
        self.wiring, self.assumed, self.size = wiring, assumed, size
        self.setting = Setting(random, size, shapes=shapes, gentle=gentle)
        self.layered = {link.output.base for link in wiring.links if link.layered}
        self.signs: list[Sign] = []
        self.setting.positive = frozenset(
            str(base_of(sign.claim.lhs))
            for sign in assumed.signs
            if sign.claim.relation in (Relation.GREATER, Relation.GREATER_EQUAL)
        )

    def run(self, sides: Sequence[Expr]) -> list[Expr]:
        """Both sides at the setting. Raises `NotSupported`."""
        setting = self.setting
        self._count(sides)
        terms = [*sides, *(link.value for link in self.wiring.links)]
        setting.indexed = frozenset(indexed(terms, self.wiring))
        self._turn(sides)
        self._monotone()
        for name in self.wiring.inputs:
            self._input(name)
        self._gather(self.wiring.inputs)
        for link in self.wiring.links:
            self._follow(link)
        self._gather([link.output for link in self.wiring.links])
        self._bare_names()
        self.signs = self.checked_signs()
        laws = Laws(setting, self.wiring, self.assumed, sides)
        values = [laws.value(side) for side in sides]
        if any(isinstance(value, MatrixBase) for value in values):
            values = self._one_entry(values)
        return values

    def _one_entry(self, values: list[Value]) -> list[Expr]:
        shapes = {value.shape if isinstance(value, MatrixBase) else None for value in values}
        if len(shapes) != 1:
            raise NotSupported("the two sides are not of one shape")
        # one combination of all entries tells two matrices apart as well as the entries do
        weights = [self.setting.number() for _ in values[0]]
        return [sum((w * e for w, e in zip(weights, value, strict=True)), Integer(0)) for value in values]

    def _count(self, sides: Sequence[Expr]) -> None:
        """Numbers for everything that counts: layers, and entries of vectors."""
        setting, terms = self.setting, [*sides, *(link.value for link in self.wiring.links)]
        bound = {node.index for term in terms for node in found_in(term, IndexSum)}
        bound |= {link.index for link in self.wiring.links if link.index is not None and not link.layered}
        steps: set[Symbol] = set()
        for side in sides:
            for entry in found_in(side, Entry):
                if entry.base in self.layered:
                    steps |= set().union(*(index.free_symbols for index in entry.indices))
            for density in found_in(side, Density):
                steps |= {s for index in density.family.indices for s in index.free_symbols}
            for node in found_in(side, IndexSum):
                if not over_entries(node, self.wiring):
                    steps |= node.lower.free_symbols | node.upper.free_symbols
        blocks = [n for link in self.wiring.links for t in (link.output, link.value) for n in found_in(t, Block)]
        ends = {s for block in blocks for end in (block.lower, block.upper) for s in end.free_symbols}
        labels = {
            s
            for link in self.wiring.links
            if link.index is None
            for entry in (*found_in(link.output, Entry), *found_in(link.value, Entry))
            for s in entry.indices
        }
        whole_sums = [n for side in sides for n in found_in(side, IndexSum) if over_entries(n, self.wiring)]
        for node in whole_sums:
            if not (isinstance(node.upper, Symbol) and node.lower == 1) and not (
                blocks and node.upper.free_symbols <= ends
            ):
                raise NotSupported(f"it is not known how many terms {node} has")
        terms += [item.value for item in self.assumed.definitions if isinstance(item.name, Density)]
        for symbol in {s for term in terms for s in term.free_symbols if isinstance(s, Symbol) and s.is_integer}:
            if symbol in bound or symbol in labels:
                continue
            if symbol in steps:
                setting.values[symbol] = Integer(setting.random.choice((1, 2)) if len(steps) > 1 else 2)
            elif symbol in ends and not self._entry_index(symbol):
                setting.values[symbol] = Integer(self._end(symbol, blocks))
            else:
                setting.values[symbol] = Integer(self.size)

    def _end(self, symbol: Symbol, blocks: Sequence[Block]) -> int:
        """Where a part of a vector ends: the first `size` entries, or as many more."""
        places = {block.lower == 1 for block in blocks if block.upper == symbol}
        if len(places) != 1 or len({block.upper for block in blocks}) > 2:
            raise NotSupported("vectors of more than two parts by ranges of entries are not evaluated")
        return self.size if places.pop() else 2 * self.size

    def _entry_index(self, symbol: Symbol) -> bool:
        return any(link.index is not None and not link.layered for link in self.wiring.links)

    def _input(self, name: Expr) -> None:
        """Symbols for the entries of an input."""
        setting = self.setting
        if isinstance(name, Entry) and self._is_running(name):
            name = name.base
        label = re.sub(r"[^A-Za-z0-9_]", "", str(name)) or "u"
        count = self.size
        entries = [Variable(f"{label}_{{({k + 1})}}" if count > 1 else f"{label}_in") for k in range(count)]
        setting.values[name] = Matrix(entries) if count > 1 else entries[0]
        setting.parts[name] = list(entries)
        setting.entries += entries

    def _is_running(self, name: Entry) -> bool:
        return any(
            link.index is not None and not link.layered and link.index in name.indices for link in self.wiring.links
        )

    def _gather(self, names: Iterable[Expr]) -> None:
        """Whole vectors from their parts, `y = (y_a, y_b)`."""
        setting = self.setting
        groups: dict[Expr, list[Expr]] = {}
        for name in names:
            if isinstance(name, Entry | Block) and name.base not in self.layered and name in setting.values:
                groups.setdefault(name.base, []).append(name)
        for base, parts in groups.items():
            if base in setting.values:
                continue
            ordered = sorted(parts, key=lambda part: str(part.args[1:]))
            setting.values[base] = Matrix([entry for part in ordered for entry in as_column(setting.values[part])])
            if all(part in setting.parts for part in ordered):
                setting.parts[base] = [entry for part in ordered for entry in setting.parts[part]]

    def _monotone(self) -> None:
        """Meanings for opaque maps that have an inverse."""
        setting = self.setting
        for link in self.wiring.links:
            if link.function is None:
                continue
            labels = [(Integer(k),) for k in range(1, _LAYERS + 2)] if link.layered else [()]
            for label in labels:
                setting.functions[link.function, label] = self._invertible(link.function)

    def _turn(self, sides: Sequence[Expr]) -> None:
        """Parameters that the claim differentiates by stay symbols; functions that carry them depend on them."""
        ends = {base_of(name) for name in (*self.wiring.inputs, *self.wiring.outputs)}
        names = {node.wrt for side in sides for node in found_in(side, Gradient) if isinstance(node.wrt, Symbol)}
        self.setting.turning = frozenset(name for name in names if name not in ends)
        if self.setting.turning and self.size > 1:
            raise NotSupported("derivatives by parameters are evaluated in one dimension only")
        for name in self.setting.turning:
            self.setting.values[name] = Variable(f"{re.sub('[^A-Za-z]', '', str(name))}_at")

    def _invertible(self, name: str) -> Function:
        setting = self.setting
        bent = not setting.gentle and setting.random.random() < 0.6
        scale = setting.square() if self.size > 1 else setting.number()
        shift: Value = setting.column() if self.size > 1 else setting.number()
        for parameter in setting.turning:
            if str(parameter) in name.partition("_")[2]:
                at = setting.values[parameter]
                scale, shift = scale * (1 + at**2 / 3), shift + setting.number() * at

        def bend(value: Value, rule: Callable[[Expr], Expr]) -> Value:
            if not bent:
                return value
            return value.applyfunc(rule) if isinstance(value, MatrixBase) else rule(value)

        def ahead(value: Value) -> Value:
            self._fits(value)
            return bend(scale * value + shift, sinh)

        def back(value: Value) -> Value:
            self._fits(value)
            inner = bend(value, asinh) - shift
            return scale.inv() * inner if isinstance(scale, MatrixBase) else inner / scale

        return Function(ahead, back)

    def _fits(self, value: Value) -> None:
        if (value.shape if isinstance(value, MatrixBase) else (1, 1)) != (self.size, 1):
            raise NotSupported("a map is used with something that is no input of it")

    def _follow(self, link: Link) -> None:
        setting = self.setting
        if link.layered:
            for step in range(1, _LAYERS + 1):
                at = {link.index: Integer(step)}
                setting.values[replace_free(link.output, at)] = setting.value(replace_free(link.value, at))
        elif link.index is not None:
            made: list[Expr] = []
            base = link.output.base
            if base in setting.values:
                raise NotSupported(f"{base} is needed before it is made")
            for place in range(1, self.size + 1):
                setting.values[base] = Matrix(made) if made else Matrix(0, 1, [])
                value = setting.value(replace_free(link.value, {link.index: Integer(place)}))
                if isinstance(value, MatrixBase):
                    raise NotSupported(f"an entry of {base} is not a number")
                made.append(value)
            setting.values[base] = Matrix(made)
        else:
            value = setting.value(link.value)
            if isinstance(value, MatrixBase) != (self.size > 1):
                raise NotSupported(f"{link.output} is not of the shape of what it is made of")
            setting.values[link.output] = value

    def _bare_names(self) -> None:
        """What `f` and `f_k` stand for beside `\\partial`."""
        for link in self.wiring.links:
            if link.function is not None:
                self.setting.maps[link.function] = link.output
        for item in self.assumed.definitions:
            if isinstance(item.name, AppliedUndef) and len(item.name.args) == 1:
                self.setting.maps[item.name.func.__name__] = expand(item.name, [item])

    def checked_signs(self) -> list[Sign]:
        """What the context says about numbers, at this setting: what varies with the input is left to be drawn.

        Raises `NotSupported` where the setting does not satisfy it.
        """
        left_over = []
        for sign in self.assumed.signs:
            claim = sign.claim
            if claim.relation is Relation.EQUAL or claim.lhs.has(Density) or claim.rhs.has(Density):
                if claim.relation is Relation.EQUAL and isinstance(claim.lhs, Entry) and claim.lhs.base in self.layered:
                    continue
                raise NotSupported("an equation is assumed that no concrete map was made for")
            indices = {s for side in (claim.lhs, claim.rhs) for s in side.free_symbols if s.is_integer}
            for place in range(1, self.size + 1) if indices else (1,):
                at = dict.fromkeys(indices, Integer(place))
                sides = [as_column(self.setting.value(replace_free(side, at))) for side in (claim.lhs, claim.rhs)]
                width = max(map(len, sides))
                for low, high in zip(*(side * width if len(side) == 1 else side for side in sides), strict=True):
                    if (low - high).free_symbols:
                        left_over.append(Sign(replace(claim, lhs=low, rhs=high)))
                    elif not _holds(claim.relation, low - high):
                        raise NotSupported("no concrete map satisfies what is assumed")
        return left_over


def _holds(relation: Relation, gap: Expr) -> bool:
    return {
        Relation.GREATER: gap.is_positive,
        Relation.GREATER_EQUAL: gap.is_nonnegative,
        Relation.LESS: gap.is_negative,
        Relation.LESS_EQUAL: gap.is_nonpositive,
    }.get(relation) is True
