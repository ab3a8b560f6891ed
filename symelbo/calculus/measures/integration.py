"""Integrals of forms: what integrates out is integrated out, what does not becomes an opaque atom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise, permutations
from typing import Any

from sympy import Dummy, Expr

from symelbo.calculus.forms.atoms import Exponential, Opaque, Root, SumOver, Volume
from symelbo.calculus.forms.form import (
    ZERO,
    Atom,
    Form,
    Marker,
    Monomial,
    of_atom,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    times,
)
from symelbo.calculus.forms.mentions import (
    entries_of,
    holds_whole,
    is_draw,
    part_of_another,
    places_beyond,
    runs_inside,
    touches,
)
from symelbo.calculus.measures.gradient import integrated_tangent
from symelbo.calculus.measures.sums import Sums
from symelbo.calculus.sequences.intervals import merged, overlaps, without
from symelbo.calculus.structure import unparametrised
from symelbo.language import Block, Entry, IndexProduct, base_of, may_overlap, replace_free

__all__ = ["Integration"]

_MOST_PERMUTATIONS = 5


class Integration(Sums):
    """Arithmetic, sums and integrals of forms."""

    def integrate(self, form: Form, bound: Iterable[Expr], spaces: Mapping[Expr, Expr] | None = None) -> Form:
        """The integral of a form over bound variables, reduced as far as the rules go.

        `spaces` says which variable a name ranges over, where that is another than itself.
        """
        names = tuple(dict.fromkeys(entry for name in bound for entry in entries_of(name)))
        total = ZERO
        for monomial, coefficient in form:
            self.budget.spend(1 + len(monomial), "integrating")
            total = total + self._integrate_monomial(monomial, names, spaces or {}).scaled(coefficient)
        return total

    def _integrate_monomial(self, monomial: Monomial, names: tuple[Expr, ...], spaces: Mapping[Expr, Expr]) -> Form:
        monomial, waiting = _flatten(monomial, names)
        monomial = self._gathered(monomial, waiting)
        inner = next((a for a, e in monomial if e == 1 and isinstance(a, SumOver) and touches(a, waiting)), None)
        if isinstance(inner, SumOver):
            # a sum of terms is integrated term by term
            index = Dummy(integer=True)
            rest, body = monomial - {(inner, Fraction(1))}, rename_monomial(inner.body, {inner.index: index})
            below, above = places_beyond(inner, waiting)
            lower, upper = inner.lower + len(below), inner.upper - len(above)
            total = self.sum_over(
                self._integrate_monomial(times(rest, body), tuple(waiting), spaces), index, lower, upper
            )
            for place in (*below, *above):
                there = self.refresh(rename_monomial(body, {index: place}))
                total = total + self.integrate(of_monomial(rest) * there, waiting, spaces)
            return total
        monomial, waiting = self._open_blocks(monomial, waiting)
        monomial, waiting = _flatten(monomial, tuple(waiting))
        progress = True
        while progress:
            progress = False
            for name in waiting:
                reduced = self._eliminate(monomial, name)
                if reduced is not None:
                    monomial, progress = reduced, True
                    waiting.remove(name)
                    break
        for name in waiting:
            spread = integrated_tangent(self, monomial, name)
            if spread is not None:
                return self.integrate(spread, (other for other in waiting if other != name), spaces)
        free: Monomial = frozenset((a, e) for a, e in monomial if not touches(a, waiting))
        result = of_monomial(free)
        waiting = [name for name in waiting if not isinstance(name, Entry | Block)] + _in_order(
            merged(name for name in waiting if isinstance(name, Entry | Block))
        )
        for group, variables in _components(monomial - free, waiting):
            result = result * self._opaque(group, variables, spaces)
        return result

    def _gathered(self, monomial: Monomial, waiting: list[Expr]) -> Monomial:
        """Factors over an index that make up the joint density of a sequence, as that density: it can be integrated."""
        if not any(isinstance(a, Exponential) and touches(a, waiting) for a, _ in monomial):
            return monomial
        families = {a.family for a, _ in monomial if isinstance(a, Root)}
        for family in sorted(families, key=str):
            chain = self.structure.chains.get(unparametrised(family))
            if chain is None or not any(isinstance(name, Block) for name in waiting):
                continue
            used = {base_of(name) for a, _ in monomial for name in a.names}
            slots = merged((*chain.joint.of_slots, *chain.joint.given_slots))
            whole = self.root(family, {slot: slot for slot in slots if base_of(slot) in used})
            rest = self.log(of_monomial(monomial)) - self.log(of_monomial(whole))
            if not any(touches(a, waiting) for m, _ in rest for a, _ in m):
                outside = self.exp(rest).single()
                if outside is not None and outside[1] == 1:
                    return times(whole, outside[0])
        return monomial

    def _open_blocks(self, monomial: Monomial, waiting: list[Expr]) -> tuple[Monomial, list[Expr]]:
        """Of a block in one density, only the entries that anything else mentions have to stay."""
        for block in [name for name in waiting if isinstance(name, Block)]:
            holders = [
                (a, e) for a, e in monomial if isinstance(a, Root) and any(holds_whole(s, block) for s, _ in a.slots)
            ]
            if len(holders) != 1 or holders[0][1] != 1:
                continue
            holder = holders[0][0]
            if any(slot != value for slot, value in holder.slots if overlaps(slot, block)):
                continue
            mentioned = {
                n
                for a, _ in monomial
                if a is not holder
                for n in a.names
                if isinstance(n, Entry | Block) and overlaps(n, block)
            }
            if any(isinstance(symbol, Marker) for name in mentioned for symbol in name.free_symbols):
                continue  # an index that runs inside the atom may reach every entry
            if any(holds_whole(name, block) for name in mentioned):
                continue
            slots = without((slot for slot, _ in holder.slots), block)
            if slots is None:
                continue
            values = {slot: value for slot, value in holder.slots if slot in slots}
            values |= {slot: slot for slot in (*slots, *mentioned) if slot not in values}
            monomial = times(monomial - {(holder, Fraction(1))}, self.root(holder.family, values))
            waiting = [name for name in waiting if name != block] + _in_order(merged(mentioned))
        return monomial, waiting

    def _eliminate(self, monomial: Monomial, name: Expr) -> Monomial | None:
        """The monomial with `name` integrated out, or None where it stands elsewhere than in one density."""
        roots: list[tuple[Root, Fraction]] = []
        if isinstance(name, Entry | Block) and any(part_of_another(name, a) for a, _ in monomial):
            return self._eliminate_part(monomial, name)
        for atom, exponent in monomial:
            if name in atom.names:
                if not isinstance(atom, Root) or name in atom.family.free_symbols:
                    return None
                roots.append((atom, exponent))
        if not roots or len({atom.family for atom, _ in roots}) != 1:
            return None
        union: dict[Expr, Expr] = {}
        for atom, _ in roots:
            for slot, value in atom.slots:
                if union.setdefault(slot, value) != value:
                    return None
        slots = [slot for slot, value in union.items() if name in value.free_symbols]
        if len(slots) != 1 or union[slots[0]] != name:
            return None
        family = roots[0][0].family
        whole = self.root(family, union)
        involved: Monomial = frozenset(roots)
        if frozenset((a, e) for a, e in whole if name in a.names) != involved:
            return None
        without = {slot: value for slot, value in union.items() if slot != slots[0]}
        outside = times(whole, power_of_monomial(involved, Fraction(-1)))
        rest = times(monomial, power_of_monomial(involved, Fraction(-1)))
        return times(times(rest, self.root(family, without)), power_of_monomial(outside, Fraction(-1)))

    def _eliminate_part(self, monomial: Monomial, name: Expr) -> Monomial | None:
        """`z_t` integrated out of `q(z_{1:t})`, where nothing else mentions it."""
        touching = [(a, e) for a, e in monomial if part_of_another(name, a) or name in a.names]
        if len(touching) != 1 or touching[0][1] != 1 or not isinstance(touching[0][0], Root):
            return None
        holder = touching[0][0]
        if any(slot != value for slot, value in holder.slots if overlaps(slot, name)):
            return None
        slots = without((slot for slot, _ in holder.slots), name)
        if slots is None:
            return None
        values = {slot: dict(holder.slots).get(slot, slot) for slot in slots}
        return times(monomial - {touching[0]}, self.root(holder.family, values))

    def _opaque(self, group: Monomial, variables: list[Expr], spaces: Mapping[Expr, Expr]) -> Form:
        if not group:
            return self.product(self._volume(spaces.get(variable, variable)) for variable in variables)
        ends = self.structure.counted.get(spaces.get(variables[0], variables[0])) if len(variables) == 1 else None
        if ends is not None and not self.runs_over_values(group, variables[0], ends):
            return self.sum_over(of_monomial(group), variables[0], *ends)
        if any(isinstance(v, Entry | Block) and any(part_of_another(v, a) for a, _ in group) for v in variables):
            return of_atom(Opaque(group, tuple(variables)))
        depth = 1 + max(atom.depth for atom, _ in group)
        best: tuple[Any, Monomial, tuple[Marker, ...]] | None = None
        orders = list(_orders(group, variables))
        for order in orders:
            markers = tuple(Marker(depth, place) for place in range(len(order)))
            body = rename_monomial(group, dict(zip(order, markers, strict=True)))
            if len(orders) == 1:
                return of_atom(Opaque(body, markers))  # nothing to compare: what a form is printed as is not needed
            key = sorted(repr(pair) for pair in body)
            if best is None or key < best[0]:
                best = (key, body, markers)
        assert best is not None
        return of_atom(Opaque(best[1], best[2]))

    def _volume(self, variable: Expr) -> Form:
        ends = self.structure.counted.get(variable)
        return of_atom(Volume(variable)) if ends is None else self.form(ends[1] - ends[0] + 1)

    def runs_over_values(self, monomial: Monomial, name: Expr, ends: tuple[Expr, Expr]) -> bool:
        """Whether a name between these ends runs over all values of a counted variable, whose slot it fills."""
        counted = self.structure.counted
        return bool(counted) and any(
            value == name and counted.get(slot) == ends
            for atom in _inside(monomial)
            if isinstance(atom, Root)
            for slot, value in atom.slots
        )

    def average_copies(self, monomial: Monomial, law: IndexProduct, block: Block) -> Form:
        """The mean of one monomial under independent draws."""
        # A draw beyond the block, `z_0` or `z_{K+1}`, is no draw of this mean: it stays free.
        touched = [(a, e) for a, e in monomial if any(may_overlap(name, block) for name in a.names)]
        free = of_monomial(monomial - frozenset(touched))
        if not touched:
            return free
        inner = next((a for a, e in touched if isinstance(a, SumOver) and e == 1), None)
        if inner is not None and len(touched) == 1 and runs_inside(inner, block):
            index = Dummy(integer=True)
            body = rename_monomial(inner.body, {inner.index: index})
            return free * self.sum_over(self.average_copies(body, law, block), index, inner.lower, inner.upper)
        draws = {atom: {n for n in atom.names if may_overlap(n, block)} for atom, _ in touched}
        if any(isinstance(atom, SumOver) for atom, _ in touched) or any(
            len(names) != 1 or not is_draw(next(iter(names))) for names in draws.values()
        ):
            parts = _parts_of(block, {name for names in draws.values() for name in names})
            if parts == (block,):
                weight = self.log(self.form(law))
                return free * of_atom(Opaque(times(frozenset(touched), next(iter(self.exp(weight).terms))), parts))
            return free * self.average_parts(frozenset(touched), dict.fromkeys(parts, law))
        result = free
        for draw in sorted({next(iter(names)) for names in draws.values()}, key=str):
            part = of_monomial(frozenset((a, e) for a, e in touched if draws[a] == {draw}))
            density = self.form(replace_free(law.body, {law.index: draw.indices[0]}))
            result = result * self.integrate(density * part, (draw,))
        return result

    def average_parts(self, monomial: Monomial, laws: Mapping[Expr, IndexProduct]) -> Form:
        """The mean of one monomial under independent draws in several blocks, each with its law."""
        touched = frozenset((a, e) for a, e in monomial if any(may_overlap(n, part) for n in a.names for part in laws))
        free = of_monomial(monomial - touched)
        near = [part for part in laws if any(may_overlap(n, part) for a, _ in touched for n in a.names)]
        if not near:
            return free
        if len(near) == 1 and isinstance(near[0], Block):
            return free * self.average_copies(touched, laws[near[0]], near[0])
        weight = self.product(self._factors_of(laws[part], part) for part in near)
        single = weight.single()
        assert single is not None
        return free * of_atom(Opaque(times(touched, single[0]), tuple(sorted(near, key=str))))

    def _factors_of(self, law: IndexProduct, part: Expr) -> Form:
        """The product of the laws of a block's entries; its ends stay, so that nothing beyond them is mentioned."""
        total = ZERO
        for monomial, coefficient in self.log(self.form(law.body)):
            marker = Marker(1 + max(atom.depth for atom, _ in monomial), 0)
            inside = rename_monomial(monomial, {law.index: marker})
            total = total + of_atom(SumOver(inside, marker, part.lower, part.upper)).scaled(coefficient)
        return self.exp(total)


def _parts_of(block: Block, names: Iterable[Expr]) -> tuple[Expr, ...]:
    """The parts of a block that anything is said about; all of it where that is not clear."""
    found = merged(names)
    inside = all(
        isinstance(part, Block) and not any(isinstance(symbol, Marker) for symbol in part.free_symbols)
        for part in found
    )
    lows, highs = ({getattr(part, end, None) for part in found} for end in ("lower", "upper"))
    if not inside or len(found) < 2 or block.lower not in lows or block.upper not in highs:
        return (block,)
    return tuple(sorted(found, key=str))


def _in_order(names: Collection[Expr]) -> list[Expr]:
    """The names as they are printed, one after the other; printing is not cheap, and there is often just one."""
    return sorted(names, key=str) if len(names) > 1 else list(names)


def _inside(monomial: Monomial) -> Iterator[Atom]:
    """All atoms of a monomial, those inside others included."""
    for atom, _ in monomial:
        yield atom
        for child in atom.children():
            for inner, _ in child:
                yield from _inside(inner)


def _flatten(monomial: Monomial, names: tuple[Expr, ...]) -> tuple[Monomial, list[Expr]]:
    """Integrals inside the integrand join the outer one (Fubini), markers under fresh names."""
    waiting = list(names)
    while True:
        inner = next((a for a, e in monomial if e == 1 and isinstance(a, Opaque) and touches(a, waiting)), None)
        if inner is None:
            return monomial, waiting
        rest = monomial - {(inner, Fraction(1))}
        own = [name for name in inner.bound if not isinstance(name, Marker)]
        if any(touches(atom, own) for atom, _ in rest) or any(
            overlaps(name, other) for name in own for other in waiting
        ):
            return monomial, waiting
        fresh: dict[Expr, Expr] = {marker: Dummy(real=True) for marker in inner.bound if isinstance(marker, Marker)}
        monomial = times(rest, rename_monomial(inner.body, fresh))
        waiting += [*fresh.values(), *own]


def _orders(group: Monomial, variables: list[Expr]) -> Iterable[tuple[Expr, ...]]:
    """Orders of bound variables worth trying: by the slots they fill, and every order within a tie."""
    if len(variables) == 1:
        return [tuple(variables)]
    signature = {
        v: sorted(
            f"{a.family}:{_place(slot)}:{e}"
            for a, e in group
            if isinstance(a, Root)
            for slot, value in a.slots
            if value == v
        )
        for v in variables
    }
    ranked = sorted(variables, key=lambda v: signature[v])
    distinct = len({tuple(s) for s in signature.values()}) == len(variables)
    if distinct or len(variables) > _MOST_PERMUTATIONS:
        return [tuple(ranked)]
    return [order for order in permutations(ranked) if all(signature[a] <= signature[b] for a, b in pairwise(order))]


def _place(slot: Expr) -> str:
    """A slot without the names in its indices, so that shifting or renaming an index keeps the order of slots."""
    if not isinstance(slot, Entry | Block):
        return str(slot)
    ends = slot.indices if isinstance(slot, Entry) else (slot.lower, slot.upper)
    steps = [(len(end.free_symbols), end.as_coeff_Add()[0]) for end in ends]
    return f"{slot.base}:" + ":".join(f"{count}:{int(step) + 10**6:08d}" for count, step in steps if step.is_Integer)


def _components(monomial: Monomial, variables: list[Expr]) -> list[tuple[Monomial, list[Expr]]]:
    """Factors that share no bound variable are separate integrals."""
    groups: list[tuple[set[tuple[Atom, Fraction]], set[Expr]]] = [(set(), {v}) for v in variables]
    for atom, exponent in monomial:
        touched = [g for g in groups if touches(atom, g[1])]
        merged: tuple[set[tuple[Atom, Fraction]], set[Expr]] = ({(atom, exponent)}, set())
        for group in touched:
            groups.remove(group)
            merged = (merged[0] | group[0], merged[1] | group[1])
        groups.append(merged)
    return [(frozenset(atoms), [v for v in variables if v in names]) for atoms, names in groups]
