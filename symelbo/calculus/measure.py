"""Stage one: the measure normal form.

Expectations, divergences, entropies, integrals and sums over densities become integrals of products of root densities
and logarithms; what integrates out is integrated out, what does not is an opaque atom that is canonical up to the
names of bound variables. With that, Bayes' rule, the chain rule and `log p(x, z) = log p(z) + log p(x | z)` are
nothing to prove. Two terms with equal forms are equal in every model of the context in which all integrals are finite.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import permutations
from typing import Any

from sympy import Add, Dummy, Expr, Integer, Mul, Pow, Rational, Symbol, exp, log
from sympy.core.function import AppliedUndef

from symelbo.calculus.budget import Budget
from symelbo.calculus.form import (
    EMPTY,
    ONE,
    ZERO,
    Atom,
    Exponential,
    Form,
    Logarithm,
    Marker,
    Monomial,
    Opaque,
    Power,
    Reciprocal,
    Root,
    Scalar,
    SumOver,
    Volume,
    constant,
    of_atom,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    times,
)
from symelbo.calculus.gradient import gradient_rule, integrated_tangent
from symelbo.calculus.intervals import difference, merged, overlaps, without
from symelbo.calculus.signs import is_positive, is_positive_form
from symelbo.calculus.structure import Structure, unparametrised
from symelbo.language import (
    KL,
    Binder,
    Block,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    Family,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    indexed_names,
    may_overlap,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.functionals import Gradient

__all__ = ["Normaliser"]

_MOST_PERMUTATIONS = 5


class Normaliser:
    """Turns terms of the language into forms, under one structure and one budget; caches what it has seen."""

    def __init__(self, structure: Structure, budget: Budget) -> None:
        self.structure = structure
        self.budget = budget
        self._unfolding: set[Root] = set()
        self.floor: int | None = None  # see `_reference`
        self._forms: dict[Expr, Form] = {}
        self._logs: dict[Form, Form] = {}
        self._presumed: set[Form] = set()  # arguments of logarithms that the terms themselves take

    def form(self, term: Expr) -> Form:
        """The normal form of a term. Raises `BudgetExceeded`."""
        known = self._forms.get(term)
        if known is None:
            self.budget.spend(1, "normal form")
            rule = next((rule for kind, rule in _RULES if isinstance(term, kind)), None)
            if isinstance(term, Binder) and _entangled(term):
                rule = None
            known = self._forms[term] = rule(self, term) if rule is not None else of_atom(Scalar(term))
        return known

    # --- algebra -------------------------------------------------------------------------------------------------

    def product(self, factors: Iterable[Form]) -> Form:
        """Product of forms."""
        result = ONE
        for factor in factors:
            self.budget.spend(max(1, len(result) * len(factor)), "expanding a product")
            result = result * factor
        return result

    def power(self, base: Form, exponent: Fraction) -> Form:
        """A form to a rational power; sums are expanded only for small natural exponents."""
        if not exponent:
            return ONE
        if exponent.denominator > 1:
            return self._root_power(base, exponent)
        single = base.single()
        if single is not None:
            return of_monomial(power_of_monomial(single[0], exponent), single[1] ** int(exponent))
        if not base:
            return ZERO if exponent > 0 else of_atom(Reciprocal(base))
        if 0 < exponent <= 4:
            return self.product([base] * int(exponent))
        common, rest = primitive(base)
        outside = self.power(of_monomial(*common), exponent)
        if exponent < 0:
            return outside * of_atom(Reciprocal(rest), -exponent)
        return outside * of_atom(Power(rest, constant(exponent)))

    def _root_power(self, base: Form, exponent: Fraction) -> Form:
        """A power that is no integer: only positive factors may leave it, `sqrt(f g)` is not `sqrt(f) sqrt(g)`."""
        (monomial, content), rest = primitive(base)
        if not base or content < 0:
            return of_atom(Power(base, constant(exponent)))
        positive: Monomial = frozenset((a, e) for a, e in monomial if is_positive(a))
        result = of_monomial(power_of_monomial(positive, exponent))
        for prime, times_in in _primes(content):
            whole, part = divmod(times_in * exponent, 1)
            result = result.scaled(Fraction(prime) ** whole)
            if part:
                result = result * of_atom(Power(constant(prime), constant(part)))
        kept = of_monomial(monomial - positive) * rest
        return result if kept == ONE else result * of_atom(Power(kept, constant(exponent)))

    def log(self, argument: Form) -> Form:
        """Logarithm of a form: products, quotients and powers split, primes are separated.

        The logarithm of a factor of unknown sign stands for that of its absolute value: the product's exists.
        """
        known = self._logs.get(argument)
        if known is not None:
            return known
        (monomial, coefficient), rest = primitive(argument)
        result = ZERO
        if not argument or coefficient < 0:
            return of_atom(Logarithm(argument))
        unknown = [(atom, e) for atom, e in monomial if not is_positive(atom)]
        if not unknown:
            self._presumed.add(rest)
        elif rest == ONE and len(unknown) == 1 and unknown[0][1].denominator == 1 and unknown[0][1] % 2:
            self._presumed.add(of_atom(unknown[0][0]))
        for prime, count in _primes(coefficient):
            result = result + of_atom(Logarithm(constant(prime))).scaled(Fraction(count))
        for atom, exponent in monomial:
            result = result + self._log_of_atom(atom).scaled(exponent)
        if rest != ONE:
            result = result + of_atom(Logarithm(rest))
        self._logs[argument] = result
        return result

    def _log_of_atom(self, atom: Atom) -> Form:
        if isinstance(atom, Exponential):
            return atom.form
        if isinstance(atom, Reciprocal):
            return -self.log(atom.form)
        if isinstance(atom, Power):
            return atom.exponent * self.log(atom.base)
        if isinstance(atom, Root):
            unfolded = self._log_of_sequence(atom)
            if unfolded is not None:
                return unfolded
        return of_atom(Logarithm(of_atom(atom)))

    def _log_of_sequence(self, atom: Root) -> Form | None:
        """The logarithm of a joint density that is declared as a product over an index: a sum over that index."""
        chain = self.structure.chains.get(unparametrised(atom.family))
        if chain is None or any(slot != value for slot, value in atom.slots):
            return None
        joint = chain.joint
        if merged((*joint.of_slots, *joint.given_slots)) != atom.variables:
            return None
        if atom in self._unfolding:
            return None  # an autoregressive product mentions its own joint density at the last index
        self._unfolding.add(atom)
        try:
            given = {slot: slot for slot in joint.given_slots}
            rest = self.log(of_monomial(self.root(atom.family, given))) if given else ZERO
            return rest + self.log(self.form(chain.value))
        finally:
            self._unfolding.discard(atom)

    def exp(self, argument: Form) -> Form:
        """Exponential of a form: sums become products, rational multiples of logarithms become powers."""
        result = ONE
        for monomial, coefficient in argument:
            single = next(iter(monomial)) if len(monomial) == 1 else None
            if (
                single is not None
                and isinstance(single[0], Logarithm)
                and single[1] == 1
                and (coefficient % 2 == 0 or self._positive(single[0].form))
            ):
                result = result * self.power(single[0].form, coefficient)
            else:
                result = result * of_atom(Exponential(of_monomial(monomial)), coefficient)
        return result

    def _positive(self, form: Form) -> bool:
        """Whether a form is positive in every model in which the claim has a meaning."""
        return is_positive_form(form) or form in self._presumed

    # --- densities -----------------------------------------------------------------------------------------------

    def density(self, term: Density) -> Form:
        """A conditional density as a ratio of root densities, each split along the structure."""
        given = dict(_points(term.given))
        everything = given | dict(_points(term.of))
        top = self.root(term.family, everything)
        return of_monomial(times(top, power_of_monomial(self.root(term.family, given), Fraction(-1))))

    def root(self, family: Family, values: dict[Expr, Expr]) -> Monomial:
        """The joint density of some slots at their values, as a product of prime roots."""
        own = unparametrised(family)
        values = _rejoined(values)
        parts = self.structure.decompose(own, frozenset(values))
        monomial = EMPTY
        for (owner, variables), exponent in parts.items():
            atom = Root(family if owner == own else owner, frozenset((v, values.get(v, v)) for v in variables))
            monomial = times(monomial, frozenset({(atom, Fraction(exponent))}))
        return monomial

    # --- integration ---------------------------------------------------------------------------------------------

    def sum_over(self, form: Form, index: Expr, lower: Expr, upper: Expr) -> Form:
        """The sum of a form over an index: what is free of it leaves, shifts become boundary terms."""
        total = ZERO
        for monomial, coefficient in form:
            self.budget.spend(1 + len(monomial), "summing")
            inside = frozenset((a, e) for a, e in monomial if index in a.names)
            outside = of_monomial(monomial - inside, coefficient)
            if not inside:
                total = total + outside * self.form(upper - lower + 1)
            else:
                total = total + outside * self._sum_monomial(inside, index, lower, upper)
        return total

    def _sum_monomial(self, body: Monomial, index: Expr, lower: Expr, upper: Expr) -> Form:
        shift = highest_offset(body, index)
        if shift:
            body = rename_monomial(body, {index: index - shift})
            lower, upper = lower + shift, upper + shift
        boundary = ZERO
        start, plain = self._reference(lower), _without_offset(upper)
        for place, sign in [*_between(start, lower, 1), *_between(plain, upper, -1)]:
            boundary = boundary + self.refresh(rename_monomial(body, {index: place})).scaled(Fraction(sign))
        if start != lower:
            lower = start
        if plain is not None and difference(plain, upper) is not None:
            upper = plain
        known = difference(upper, lower)
        if known is not None:
            return sum((self.refresh(rename_monomial(body, {index: lower + k})) for k in range(known + 1)), boundary)
        marker = Marker(1 + max(atom.depth for atom, _ in body), 0)
        return boundary + of_atom(SumOver(rename_monomial(body, {index: marker}), marker, lower, upper))

    def average_copies(self, monomial: Monomial, law: IndexProduct, block: Block) -> Form:
        """The mean of one monomial under independent draws."""
        # A draw beyond the block, `z_0` or `z_{K+1}`, is no draw of this mean: it stays free.
        touched = [(a, e) for a, e in monomial if any(may_overlap(name, block) for name in a.names)]
        free = of_monomial(monomial - frozenset(touched))
        if not touched:
            return free
        inner = next((a for a, e in touched if isinstance(a, SumOver) and e == 1), None)
        if inner is not None and len(touched) == 1 and _runs_inside(inner, block):
            index = Dummy(integer=True)
            body = rename_monomial(inner.body, {inner.index: index})
            return free * self.sum_over(self.average_copies(body, law, block), index, inner.lower, inner.upper)
        draws = {atom: {n for n in atom.names if may_overlap(n, block)} for atom, _ in touched}
        if any(isinstance(atom, SumOver) for atom, _ in touched) or any(
            len(names) != 1 or not _is_draw(next(iter(names))) for names in draws.values()
        ):
            weight = self.log(self.form(law))
            return free * of_atom(Opaque(times(frozenset(touched), next(iter(self.exp(weight).terms))), (block,)))
        result = free
        for draw in sorted({next(iter(names)) for names in draws.values()}, key=str):
            part = of_monomial(frozenset((a, e) for a, e in touched if draws[a] == {draw}))
            density = self.form(replace_free(law.body, {law.index: draw.indices[0]}))
            result = result * self.integrate(density * part, (draw,))
        return result

    def refresh(self, monomial: Monomial) -> Form:
        """A monomial brought to normal form again, after an index in it was given a value."""
        return self.product(self.power(self._refreshed(atom), exponent) for atom, exponent in monomial)

    def _refreshed(self, atom: Atom) -> Form:
        match atom:
            case Root():
                values = {
                    s: v for slot, value in atom.slots for s, v in zip(_entries(slot), _entries(value), strict=False)
                }
                return of_monomial(self.root(atom.family, values))
            case Logarithm():
                return self.log(self._refreshed_form(atom.form)) if atom.form.constant() is None else of_atom(atom)
            case Exponential():
                return self.exp(self._refreshed_form(atom.form))
            case Reciprocal():
                return self.power(self._refreshed_form(atom.form), Fraction(-1))
            case Opaque():
                fresh: dict[Expr, Expr] = {m: Dummy(real=True) for m in atom.bound if isinstance(m, Marker)}
                body = self.refresh(rename_monomial(atom.body, fresh))
                return self.integrate(body, (fresh.get(name, name) for name in atom.bound))
            case SumOver():
                index = Dummy(integer=True)
                body = self.refresh(rename_monomial(atom.body, {atom.index: index}))
                return self.sum_over(body, index, atom.lower, atom.upper)
            case _:
                return of_atom(atom)

    def _refreshed_form(self, form: Form) -> Form:
        return _sum(self.refresh(monomial).scaled(coefficient) for monomial, coefficient in form)

    def _reference(self, lower: Expr) -> Expr:
        """The lower end that sums of a claim are brought to, where theirs is another integer."""
        return Integer(self.floor) if lower.is_Integer and self.floor is not None else lower

    def integrate(self, form: Form, bound: Iterable[Expr], spaces: Mapping[Expr, Expr] | None = None) -> Form:
        """The integral of a form over bound variables, reduced as far as the rules go.

        `spaces` says which variable a name ranges over, where that is another than itself.
        """
        names = tuple(dict.fromkeys(entry for name in bound for entry in _entries(name)))
        total = ZERO
        for monomial, coefficient in form:
            self.budget.spend(1 + len(monomial), "integrating")
            total = total + self._integrate_monomial(monomial, names, spaces or {}).scaled(coefficient)
        return total

    def _integrate_monomial(self, monomial: Monomial, names: tuple[Expr, ...], spaces: Mapping[Expr, Expr]) -> Form:
        monomial, waiting = _flatten(monomial, names)
        inner = next((a for a, e in monomial if e == 1 and isinstance(a, SumOver) and _touches(a, waiting)), None)
        if isinstance(inner, SumOver):
            # a sum of terms is integrated term by term
            index = Dummy(integer=True)
            body = times(monomial - {(inner, Fraction(1))}, rename_monomial(inner.body, {inner.index: index}))
            return self.sum_over(
                self._integrate_monomial(body, tuple(waiting), spaces), index, inner.lower, inner.upper
            )
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
        free: Monomial = frozenset((a, e) for a, e in monomial if not _touches(a, waiting))
        result = of_monomial(free)
        waiting = [name for name in waiting if not isinstance(name, Entry | Block)] + sorted(
            merged(name for name in waiting if isinstance(name, Entry | Block)), key=str
        )
        for group, variables in _components(monomial - free, waiting):
            result = result * self._opaque(group, variables, spaces)
        return result

    def _open_blocks(self, monomial: Monomial, waiting: list[Expr]) -> tuple[Monomial, list[Expr]]:
        """Of a block in one density, only the entries that anything else mentions have to stay."""
        for block in [name for name in waiting if isinstance(name, Block)]:
            holders = [(a, e) for a, e in monomial if isinstance(a, Root) and any(_holds(s, block) for s, _ in a.slots)]
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
            if any(_holds(name, block) for name in mentioned):
                continue
            slots = without((slot for slot, _ in holder.slots), block)
            if slots is None:
                continue
            values = {slot: value for slot, value in holder.slots if slot in slots}
            values |= {slot: slot for slot in (*slots, *mentioned) if slot not in values}
            monomial = times(monomial - {(holder, Fraction(1))}, self.root(holder.family, values))
            waiting = [name for name in waiting if name != block] + sorted(merged(mentioned), key=str)
        return monomial, waiting

    def _eliminate(self, monomial: Monomial, name: Expr) -> Monomial | None:
        """The monomial with `name` integrated out, or None where it stands elsewhere than in one density."""
        roots: list[tuple[Root, Fraction]] = []
        if isinstance(name, Entry | Block) and any(_part_of_another(name, a) for a, _ in monomial):
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
        touching = [(a, e) for a, e in monomial if _part_of_another(name, a) or name in a.names]
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
            return self.product(of_atom(Volume(spaces.get(variable, variable))) for variable in variables)
        if any(isinstance(v, Entry | Block) and any(_part_of_another(v, a) for a, _ in group) for v in variables):
            return of_atom(Opaque(group, tuple(variables)))
        depth = 1 + max(atom.depth for atom, _ in group)
        best: tuple[Any, Monomial, tuple[Marker, ...]] | None = None
        for order in _orders(group, variables):
            markers = tuple(Marker(depth, place) for place in range(len(order)))
            body = rename_monomial(group, dict(zip(order, markers, strict=True)))
            if len(variables) == 1:
                return of_atom(Opaque(body, markers))
            key = sorted(repr(pair) for pair in body)
            if best is None or key < best[0]:
                best = (key, body, markers)
        assert best is not None
        return of_atom(Opaque(best[1], best[2]))


def _entries(name: Expr) -> tuple[Expr, ...]:
    """The entries of a block with known ends; anything else is itself."""
    return (name.entries() or ()) if isinstance(name, Block) and name.entries() is not None else (name,)


def _points(items: Iterable[Expr]) -> Iterator[tuple[Expr, Expr]]:
    """Slots with their values, blocks with known ends taken apart where both sides allow it."""
    for item in items:
        slot, value = slot_of(item), value_of(item)
        slots, values = _entries(slot), _entries(value)
        yield from zip(slots, values, strict=True) if len(slots) == len(values) else ((slot, value),)


def _entangled(term: Binder) -> bool:
    """Whether a bound name may be part of another that is mentioned, as `x_2` is of `x_{1:T}` and of `Σ_t f(x_t)`."""
    if not term.has(Entry, Block):
        return False
    if isinstance(term, IndexSum):
        return False
    bound = {entry for name in term.bound for entry in _entries(name)}
    mentioned = {entry for name in indexed_names(term) for entry in _entries(name)}
    running = {node.index for node in term.atoms(IndexSum, IndexProduct) if node.expand() is None}
    for name in bound:
        for other in mentioned - {name}:
            moving = isinstance(other, Entry) and bool(running & other.free_symbols)
            if moving and isinstance(name, Entry) and _base(name) == _base(other):
                return True
    return any(
        isinstance(node, AppliedUndef) and any(len(_entries(a)) > 1 for a in node.args)
        for node in term.atoms(AppliedUndef)
    )


def _touches(atom: Atom, names: Iterable[Expr]) -> bool:
    """Whether an atom mentions one of the names, or a variable that may be among them."""
    return any(
        name in atom.names or (isinstance(name, Entry | Block) and _part_of_another(name, atom)) for name in names
    )


def _is_draw(name: Expr) -> bool:
    """Whether a name is one entry, at an index that nothing inside the atom runs over."""
    return isinstance(name, Entry) and not any(isinstance(symbol, Marker) for symbol in name.free_symbols)


def _runs_inside(total: SumOver, block: Block) -> bool:
    """Whether every entry of a base that a sum runs over lies in a block of that base."""
    for name in {name for atom, _ in total.body for name in atom.names if _base(name) == block.base}:
        if total.index not in name.free_symbols:
            continue
        if not isinstance(name, Entry) or len(name.indices) != 1:
            return False
        first, last = (name.indices[0].subs(total.index, end) for end in (total.lower, total.upper))
        below, above = difference(first, block.lower), difference(block.upper, last)
        if below is None or above is None or below < 0 or above < 0:
            return False
    return True


def _part_of_another(name: Expr, atom: Atom) -> bool:
    """Whether an atom mentions a different name that shares variables with this one."""
    return any(other != name and _may_share(other, name) for other in atom.names if isinstance(other, Entry | Block))


def _may_share(other: Expr, name: Expr) -> bool:
    if overlaps(other, name):
        return True
    # an entry whose index runs may be any entry
    running = isinstance(other, Entry) and any(isinstance(s, Marker) for s in other.free_symbols)
    return running and isinstance(name, Entry) and _base(other) == _base(name)


def _holds(name: Expr, block: Expr) -> bool:
    """Whether a name contains a whole block."""
    if name == block:
        return True
    if not (isinstance(name, Block) and isinstance(block, Block) and name.base == block.base):
        return False
    below, above = difference(block.lower, name.lower), difference(name.upper, block.upper)
    return below is not None and above is not None and below >= 0 and above >= 0


def _rejoined(values: dict[Expr, Expr]) -> dict[Expr, Expr]:
    """Slots with their own names in them, put together to blocks where they touch one."""
    if not any(isinstance(slot, Block) for slot in values):
        return values
    own = [slot for slot, value in values.items() if slot == value]
    return {slot: value for slot, value in values.items() if slot != value} | {slot: slot for slot in merged(own)}


def highest_offset(body: Monomial, index: Expr) -> Expr:
    """The largest integer added to an index inside indices, zero where there is none."""
    offsets = [difference(part, index) for atom, _ in body for part in _index_parts(atom) if index in part.free_symbols]
    known = [offset for offset in offsets if offset is not None]
    return Integer(max(known)) if known else Integer(0)


def _index_parts(atom: Atom) -> Iterator[Expr]:
    """Every index expression in an atom, of slots and of values."""
    terms: set[Expr] = set()
    if isinstance(atom, Root):
        terms = {part for slot in atom.slots for part in slot}
    elif isinstance(atom, Scalar):
        terms = {atom.expr}
    elif isinstance(atom, SumOver):
        yield from (atom.lower, atom.upper)
    for term in terms:
        for name in indexed_names(term):
            yield from name.indices if isinstance(name, Entry) else (name.lower, name.upper)
    for child in atom.children():
        for inner in child.atoms():
            yield from _index_parts(inner)


def _without_offset(upper: Expr) -> Expr | None:
    """`T` for `T - 1` and `T + 2`."""
    symbols = sorted(upper.free_symbols, key=str)
    return symbols[0] if len(symbols) == 1 and difference(upper, symbols[0]) is not None else None


def _between(wanted: Expr | None, given: Expr, sign: int) -> list[tuple[Expr, int]]:
    """The places, with signs, that a sum has more (or less) than one with the wanted end."""
    if wanted is None:
        return []
    gap = difference(wanted, given)
    if not gap:
        return []
    if gap > 0:  # the sum starts earlier than wanted, or ends later
        return [(given + k, 1) for k in range(gap)] if sign > 0 else [(given + 1 + k, -1) for k in range(gap)]
    return [(wanted + k, -1) for k in range(-gap)] if sign > 0 else [(wanted + 1 + k, 1) for k in range(-gap)]


def _base(name: Expr) -> Expr:
    return name.base if isinstance(name, Entry | Block) else name


def _spaces(term: Expr) -> dict[Expr, Expr]:
    """Which variable's space a name ranges over, by the slots that it fills in a term."""
    points = sorted(((slot_of(i), value_of(i)) for d in term.atoms(Density) for i in (*d.of, *d.given)), key=str)
    return {value: slot for slot, value in points if value != slot}


def _flatten(monomial: Monomial, names: tuple[Expr, ...]) -> tuple[Monomial, list[Expr]]:
    """Integrals inside the integrand join the outer one (Fubini), markers under fresh names."""
    waiting = list(names)
    while True:
        inner = next((a for a, e in monomial if e == 1 and isinstance(a, Opaque) and _touches(a, waiting)), None)
        if inner is None:
            return monomial, waiting
        rest = monomial - {(inner, Fraction(1))}
        own = [name for name in inner.bound if not isinstance(name, Marker)]
        if any(_touches(atom, own) for atom, _ in rest) or any(
            overlaps(name, other) for name in own for other in waiting
        ):
            return monomial, waiting
        fresh: dict[Expr, Expr] = {marker: Dummy(real=True) for marker in inner.bound if isinstance(marker, Marker)}
        monomial = times(rest, rename_monomial(inner.body, fresh))
        waiting += [*fresh.values(), *own]


def _orders(group: Monomial, variables: list[Expr]) -> Iterable[tuple[Expr, ...]]:
    """Orders of bound variables worth trying: by the slots they fill, and every order within a tie."""
    signature = {
        v: sorted(
            f"{a.family}:{slot}:{e}" for a, e in group if isinstance(a, Root) for slot, value in a.slots if value == v
        )
        for v in variables
    }
    ranked = sorted(variables, key=lambda v: signature[v])
    distinct = len({tuple(s) for s in signature.values()}) == len(variables)
    if distinct or len(variables) > _MOST_PERMUTATIONS:
        return [tuple(ranked)]
    return [
        order
        for order in permutations(ranked)
        if all(signature[a] <= signature[b] for a, b in zip(order, order[1:], strict=False))
    ]


def _components(monomial: Monomial, variables: list[Expr]) -> list[tuple[Monomial, list[Expr]]]:
    """Factors that share no bound variable are separate integrals."""
    groups: list[tuple[set[tuple[Atom, Fraction]], set[Expr]]] = [(set(), {v}) for v in variables]
    for atom, exponent in monomial:
        touched = [g for g in groups if _touches(atom, g[1])]
        merged: tuple[set[tuple[Atom, Fraction]], set[Expr]] = ({(atom, exponent)}, set())
        for group in touched:
            groups.remove(group)
            merged = (merged[0] | group[0], merged[1] | group[1])
        groups.append(merged)
    return [(frozenset(atoms), [v for v in variables if v in names]) for atoms, names in groups]


def primitive(form: Form) -> tuple[tuple[Monomial, Fraction], Form]:
    """A form as (common monomial, rational content) times a form without either; content has the sign of none."""
    single = form.single()
    if single is not None:
        return single, ONE
    if not form:
        return (EMPTY, Fraction(1)), form
    content = Fraction(0)
    common: dict[Atom, Fraction] | None = None
    for monomial, coefficient in form:
        content = _gcd(content, coefficient)
        exponents = dict(monomial)
        if common is None:
            common = exponents
        else:
            # An atom that is missing somewhere has exponent zero there, which counts against negative exponents too.
            common = {
                atom: low
                for atom in {*common, *exponents}
                if (low := min(common.get(atom, Fraction(0)), exponents.get(atom, Fraction(0))))
            }
    shared: Monomial = frozenset((common or {}).items())
    if not shared and content == 1:
        return (EMPTY, Fraction(1)), form
    inverse = power_of_monomial(shared, Fraction(-1))
    return (shared, content), Form({times(monomial, inverse): coefficient / content for monomial, coefficient in form})


def _gcd(left: Fraction, right: Fraction) -> Fraction:
    from math import gcd, lcm

    return (
        Fraction(gcd(left.numerator, right.numerator), lcm(left.denominator, right.denominator)) if left else abs(right)
    )


def _primes(value: Fraction) -> list[tuple[int, int]]:
    """Prime factors of a positive rational with their exponents."""
    from flint import fmpz

    if value == 1:
        return []
    found = [(int(prime), int(exponent)) for prime, exponent in fmpz(value.numerator).factor()]
    return found + [(int(prime), -int(exponent)) for prime, exponent in fmpz(value.denominator).factor()]


def _rational(term: Any) -> Fraction:
    return Fraction(int(term.p), int(term.q))


def _power_rule(normaliser: Normaliser, term: Any) -> Form:
    base, exponent = term.base, term.exp
    if exponent.is_Rational:
        return normaliser.power(normaliser.form(base), _rational(exponent))
    if base.is_positive or not (exponent.is_integer or base.is_negative):
        # a real power that is no whole number has a meaning for a positive base only
        return normaliser.exp(normaliser.form(exponent) * normaliser.log(normaliser.form(base)))
    return of_atom(Scalar(term))


def _divergence_rule(normaliser: Normaliser, term: KL) -> Form:
    left, right = normaliser.form(term.left), normaliser.form(term.right)
    return normaliser.integrate(left * (normaliser.log(left) - normaliser.log(right)), term.bound, _spaces(term))


def _entropy_rule(normaliser: Normaliser, term: Entropy) -> Form:
    law = normaliser.form(term.law)
    return normaliser.integrate(-(law * normaliser.log(law)), term.bound, _spaces(term))


def _cross_entropy_rule(normaliser: Normaliser, term: CrossEntropy) -> Form:
    law = normaliser.form(term.left)
    return normaliser.integrate(-(law * normaliser.log(normaliser.form(term.right))), term.bound, _spaces(term))


def _information_rule(normaliser: Normaliser, term: MutualInformation) -> Form:
    first, second, third = term.parts
    family = term.family
    pair = normaliser.form(Density(family, first + second, third))
    ratio = normaliser.log(pair)
    for part in (first, second):
        ratio = ratio - normaliser.log(normaliser.form(Density(family, part, third)))
    return normaliser.integrate(normaliser.form(term.joint) * ratio, term.bound)


def _copies_rule(normaliser: Normaliser, term: Expectation) -> Form | None:
    """The mean under independent draws `z_1, ..., z_K` of one law: factors of different draws are averaged apart."""
    law, bound = term.law, term.bound
    if not (isinstance(law, IndexProduct) and isinstance(law.body, Density) and len(bound) == 1):
        return None
    block = bound[0]
    if not isinstance(block, Block) or [value_of(item) for item in law.body.of] != [Entry(block.base, law.index)]:
        return None
    if (law.lower, law.upper) != (block.lower, block.upper):
        return None
    if any(may_overlap(name, block) for item in law.body.given for name in item.free_symbols):
        return None  # each variable depends on others of them, as in a Markov chain
    total = ZERO
    for monomial, coefficient in normaliser.form(term.body):
        total = total + normaliser.average_copies(monomial, law, block).scaled(coefficient)
    return total


def _expectation_rule(normaliser: Normaliser, term: Expectation) -> Form:
    copies = _copies_rule(normaliser, term)
    if copies is not None:
        return copies
    return normaliser.integrate(normaliser.form(term.law) * normaliser.form(term.body), term.bound, _spaces(term))


def _index_rule(normaliser: Normaliser, term: IndexSum) -> Form:
    written_out = term.expand()
    if written_out is not None:
        return normaliser.form(written_out)
    body = normaliser.form(term.body)
    if isinstance(term, IndexProduct):
        if not is_positive_form(body):
            return of_atom(Scalar(term))
        return normaliser.exp(normaliser.sum_over(normaliser.log(body), term.index, term.lower, term.upper))
    return normaliser.sum_over(body, term.index, term.lower, term.upper)


Rule = Callable[[Normaliser, Any], Form]

_RULES: tuple[tuple[type | tuple[type, ...], Rule], ...] = (
    (Rational, lambda n, t: constant(_rational(t))),
    (Density, Normaliser.density),
    (Add, lambda n, t: _sum(n.form(a) for a in t.args)),
    (Mul, lambda n, t: n.product(n.form(a) for a in t.args)),
    (log, lambda n, t: n.log(n.form(t.args[0]))),
    (exp, lambda n, t: n.exp(n.form(t.args[0]))),
    (Pow, _power_rule),
    (Expectation, _expectation_rule),
    (KL, _divergence_rule),
    (Entropy, _entropy_rule),
    (CrossEntropy, _cross_entropy_rule),
    (MutualInformation, _information_rule),
    (Integral, lambda n, t: n.integrate(n.form(t.body), t.bound, _spaces(t))),
    ((IndexSum, IndexProduct), _index_rule),
    (Gradient, gradient_rule),
    (Symbol, lambda n, t: of_atom(Scalar(t))),
    (Integer, lambda n, t: constant(int(t))),
)


def _sum(forms: Iterable[Form]) -> Form:
    terms: dict[Monomial, Fraction] = {}
    for form in forms:
        for monomial, coefficient in form:
            terms[monomial] = terms.get(monomial, Fraction(0)) + coefficient
    return Form(terms)
