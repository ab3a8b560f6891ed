"""Compiling a term into something that can be run on concrete models: names, definitions, densities.

What the kinds of terms mean is a table of handlers (see `handlers`) that the compiler is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed, NotSupported
from symelbo.language import (
    At,
    Block,
    Definition,
    Density,
    Entry,
    Family,
)
from symelbo.language.definitions import match_definition
from symelbo.language.functionals import Named
from symelbo.semantics.arithmetic.closed_form import ClosedForm
from symelbo.semantics.finite.indices import Atom, atoms_of, integer
from symelbo.semantics.finite.world import Environment, FamilyKey, Node, Number, Undefined, World

__all__ = ["Compiler", "Handler", "Inlined", "Scope", "constant", "head_of", "log_of", "parameter_slot"]

_MAX_DEPTH = 60
_LEFT_OUT = "_{-}"  # how the name of z_{-j} ends
Filled = list[tuple[Atom, int]]
Handler = Callable[["Compiler", Any, "Scope"], Node]


@dataclass(frozen=True, slots=True)
class Scope:
    """What names mean at one spot: places of bound variables, replaced parameters, values of indices."""

    places: Mapping[Atom, int | Node]
    sizes: Mapping[Any, int]
    depth: int = 0
    law: bool = False  # inside a density that something is averaged under or compared with

    def bind(self, places: Mapping[Atom, int | Node]) -> Scope:
        """The scope inside an operator that binds these names."""
        return replace(self, places={**self.places, **places})

    def index(self, name: Any, value: int) -> Scope:
        """The scope in which an index has a value."""
        return replace(self, sizes={**self.sizes, name: value})

    def as_law(self) -> Scope:
        """The scope of a density that is averaged under or compared with."""
        return replace(self, law=True)


@dataclass(frozen=True, slots=True)
class Inlined:
    """A density that names an expression: the names of its slots in order, and what else the expression varies with."""

    names: tuple[Atom, ...]
    value: Any
    sizes: Mapping[Any, int]
    outer: frozenset[Atom]


def parameter_slot(family: Family, number: int) -> Atom:
    """The slot of a family's parameter, which no variable of a document can collide with."""
    return ((f"{family.name}#", number), ())


class Compiler:
    """Compiles terms into one world, knowing the context's definitions."""

    def __init__(self, world: World, handlers: Mapping[type, Handler], definitions: Sequence[Definition] = ()) -> None:
        self.world = world
        self.handlers = handlers
        self.named: dict[Any, list[Definition]] = {}
        self.inlined: dict[Any, Inlined] = {}
        for item in definitions:
            self.named.setdefault(head_of(item.name), []).append(item)

    @property
    def definitions(self) -> tuple[Definition, ...]:
        """All definitions of the context that concrete models know."""
        return tuple(item for items in self.named.values() for item in items)

    def compile(self, term: Any, scope: Scope | None = None) -> Node:
        """The node of a term; raises `NotSupported` for what has no meaning on finite spaces."""
        scope = scope or Scope({}, self.world.sizes)
        for kind in type(term).__mro__:
            handler = self.handlers.get(kind)
            if handler is not None:
                return handler(self, term, scope)
        raise NotSupported(f"{type(term).__name__} terms such as {term} cannot be evaluated on a finite model")

    # names

    def lookup(self, atom: Atom, scope: Scope) -> int | Node:
        """The place (or, for a replaced parameter, the node) of a name."""
        found = scope.places.get(atom)
        return self.world.free_place(atom) if found is None else found

    def number(self, atom: Atom, scope: Scope, calculated: bool = True) -> Node:
        """The number behind a name; `calculated` is false where it only tells points apart, as in `f(z)`."""
        found = self.lookup(atom, scope)
        if isinstance(found, Node):
            return found
        world, place = self.world, found
        if calculated:
            world.numeric.add(atom)
        return Node(lambda env: world.labels[place][env[place]], frozenset((place,)))

    def bind(self, names: Sequence[Any], scope: Scope) -> tuple[tuple[int, ...], Scope]:
        """New places for bound variables."""
        world = self.world
        places: dict[Atom, int | Node] = {}
        for name in names:
            for atom in atoms_of(name, scope.sizes):
                world.spatial.add(atom)
                places[atom] = world.place(atom)
        return tuple(places.values()), scope.bind(places)  # type: ignore[arg-type]

    def definition(self, term: Any, scope: Scope) -> Node | None:
        """The value of a defined name, its parameters replaced by what stands in the use."""
        for item in self.named.get(head_of(term), ()):  # `y_1` and `y_2` may each have a definition
            found = self._by_definition(item, term, scope)
            if found is not None:
                return found
        return None

    def _by_definition(self, item: Definition, term: Any, scope: Scope) -> Node | None:
        if scope.depth > _MAX_DEPTH:
            raise NotSupported(f"the definition of {item.name} refers to itself without an end")
        pattern, used = _arguments(item.name), _arguments(term)
        if len(pattern) != len(used):
            return None
        places: dict[Atom, int | Node] = {}
        sizes = dict(scope.sizes)
        for parameter, argument in zip(pattern, used, strict=True):
            if isinstance(term, Entry):
                value = integer(argument, scope.sizes)
                if isinstance(parameter, sp.Symbol):
                    sizes[parameter] = value
                elif integer(parameter, scope.sizes) != value:
                    return None
                if value < 1 and item.value.has(term.base):
                    return None  # a recursion ends before the first element, which is free
            elif self._is_place(parameter, scope):
                sizes[parameter] = integer(argument, scope.sizes)
        for parameter, argument in () if isinstance(term, Entry) else zip(pattern, used, strict=True):
            if self._is_place(parameter, scope):
                continue
            if isinstance(parameter, sp.Symbol | Entry):
                places.update(self._replaced(parameter, argument, sizes, scope))
            elif parameter != argument:
                raise NotSupported(f"{term} does not fit the definition of {item.name}")
        return self.compile(item.value, Scope({**scope.places, **places}, sizes, scope.depth + 1))

    @staticmethod
    def _is_place(parameter: Any, scope: Scope) -> bool:
        """Whether a definition's parameter is an index: the other parameters stand at what it is in the use."""
        return isinstance(parameter, sp.Symbol) and bool(parameter.is_integer) and parameter in scope.sizes

    def _replaced(
        self, parameter: Any, argument: Any, sizes: Mapping[Any, int], scope: Scope
    ) -> dict[Atom, int | Node]:
        old = atoms_of(parameter, sizes)[0]
        if isinstance(argument, sp.Symbol | Entry):
            new = atoms_of(argument, scope.sizes)[0]
            if old == new:
                return {}
            self.world.unify(old, new)
            return {old: self.lookup(new, scope)}
        return {old: self.compile(argument, scope)}

    # densities

    def density(self, term: Density, scope: Scope) -> Node:
        """A lookup in the table of a conditional."""
        key, of, given = self._filled_slots(term, scope)
        if not of:
            return constant(fmpq(1))
        formula = self.inlined.get((key, tuple(slot for slot, _ in of), tuple(slot for slot, _ in given)))
        places = [place for _, place in of + given]
        if formula is not None:
            return self._formula(term, formula, places, scope)
        number = self.world.mention(key, (slot for slot, _ in of), (slot for slot, _ in given))
        view = self.world.view

        def looked_up(env: Environment) -> Number:
            return view(number)[tuple([env[place] for place in places])]

        return Node(looked_up, frozenset(places))

    def table_of(self, term: Density, scope: Scope) -> tuple[int, tuple[int, ...]] | None:
        """The number of a conditional's table and the places that it is looked up at; None where it has no table."""
        key, of, given = self._filled_slots(term, scope)
        if not of or (key, tuple(slot for slot, _ in of), tuple(slot for slot, _ in given)) in self.inlined:
            return None
        number = self.world.mention(key, (slot for slot, _ in of), (slot for slot, _ in given))
        return number, tuple(place for _, place in of + given)

    def _filled_slots(self, term: Density, scope: Scope) -> tuple[FamilyKey, Filled, Filled]:
        """The family that a density belongs to, and its slots with the places that fill them."""
        family = term.family
        key = (family.name, tuple(integer(index, scope.sizes) for index in family.indices))
        of = self._slots(term.of, scope)
        given = self._slots(term.given, scope)
        given += [self._parameter(family, k, value, scope) for k, value in enumerate(family.parameters)]
        of = self._still_random(term, of, given, scope)
        given = list(dict(given).items())
        if of:
            self.world.arity[key] = max(self.world.arity.get(key, 0), len(family.parameters))
        return key, of, given

    def _still_random(self, term: Density, of: Filled, given: Filled, scope: Scope) -> Filled:
        """What is before the bar and not after it: `q(x_{t-1} | x_t, x_0)` is certain of `x_0` at `t = 1`."""
        known = dict(given)
        twice = any(known[slot] != place for slot, place in given)  # to be given the same twice is to be given it once
        if twice or len(dict(of)) < len(of):
            raise IllFormed(f"{term} names one variable twice at these indices")
        left = [(slot, place) for slot, place in of if slot not in known]
        if len(left) < len(of) and (scope.law or any(known.get(slot, place) != place for slot, place in of)):
            raise IllFormed(f"{term} is a density of something that it is given at these indices")
        return left

    def _formula(self, term: Density, formula: Inlined, places: Sequence[int], scope: Scope) -> Node:
        """A density that is another name for an expression: the expression, at the values in its slots."""
        if scope.depth > _MAX_DEPTH:
            raise NotSupported(f"the definition of {term.family.name} refers to itself without an end")
        if any(atom in scope.places for atom in formula.outer):
            raise NotSupported(f"{term} is defined by something that is averaged over where it is used")
        inner: dict[Atom, int | Node] = dict(zip(formula.names, places, strict=True))
        return self.compile(formula.value, Scope(inner, formula.sizes, scope.depth + 1))

    def functional(self, term: Named, scope: Scope) -> Node:
        """A named functional, by its definition."""
        if scope.depth > _MAX_DEPTH:
            raise NotSupported(f"the definition of {term} refers to itself without an end")
        for item in self.definitions:
            value = match_definition(term, item)
            if value is not None:
                return self.compile(value, replace(scope, depth=scope.depth + 1))
        raise NotSupported(f"{term} is not defined")

    def _slots(self, items: Sequence[Any], scope: Scope) -> Filled:
        found: Filled = []
        for item in items:
            slot, value = (item.variable, item.value) if isinstance(item, At) else (item, item)
            names = atoms_of(slot, scope.sizes)
            if any(str(base).endswith(_LEFT_OUT) for base, _ in names):
                raise NotSupported(f"{item} leaves an index out; concrete models do not know which entries it has")
            if slot in scope.sizes and names[0] not in self.world.ranges:
                raise NotSupported(f"{slot} counts something and is a variable of a density as well")
            self.world.spatial.update(names)
            if isinstance(value, sp.Symbol | Entry | Block) and value not in scope.sizes:
                values = atoms_of(value, scope.sizes)
                if len(values) != len(names):
                    raise NotSupported(f"{item} fills {len(names)} slots with {len(values)} values")
                found.extend((a, self._filled(a, b, scope)) for a, b in zip(names, values, strict=True))
            elif len(names) == 1 and (value.is_Integer or value in scope.sizes):
                found.append((names[0], self.world.constant_place(names[0], integer(value, scope.sizes))))
            else:
                raise NotSupported(f"{item}: {value} is not a point of a finite space")
        return found

    def _filled(self, slot: Atom, value: Atom, scope: Scope) -> int:
        place = self.lookup(value, scope)
        if isinstance(place, Node):
            raise NotSupported(f"an expression fills the slot {slot[0]}, which a finite space cannot hold")
        if value[0] in self.named or ("entry", value[0]) in self.named:
            raise NotSupported(f"{value[0]} is defined by an expression and is random as well")
        self.world.spatial.add(value)
        self.world.unify(slot, value)
        self.world.unify(slot, self.world.atoms[place])
        return place

    def _parameter(self, family: Family, number: int, value: Any, scope: Scope) -> tuple[Atom, int]:
        slot = parameter_slot(family, number)
        if not isinstance(value, sp.Symbol | Entry):
            raise NotSupported(f"the parameter {value} of {family.name} is not a plain name")
        self.world.spatial.add(slot)
        return slot, self._filled(slot, atoms_of(value, scope.sizes)[0], scope)

    # sums

    def average(self, law: Node, body: Node, places: Sequence[int]) -> Node:
        """The sum over places of `law` times `body`."""
        weight, value = law.run, body.run
        return self.world.summed(places, Node(lambda env: weight(env) * value(env), law.free | body.free))

    def logarithm(self, node: Node) -> Node:
        """The logarithm of a node."""
        run = node.run
        world = self.world
        return world.remembered(Node(lambda env: log_of(run(env), world.closed), node.free))


def log_of(value: Number, closed: bool = False) -> Number:
    """Natural logarithm of a rational or a ball, or in closed form; raises `Undefined` off the positive numbers."""
    if isinstance(value, fmpq):
        if value <= 0:
            raise Undefined
        if value == 1:
            return fmpq(0)
        return ClosedForm.of(value).log() if closed else arb(value).log()
    return value.log()


def head_of(name: Any) -> Any:
    """What identifies a defined name: the symbol, or the base or function that takes arguments."""
    if isinstance(name, Entry):
        return ("entry", name.base)
    if isinstance(name, Named):
        return ("functional", name.name)
    return name.func if isinstance(name, AppliedUndef) else name


def _arguments(name: Any) -> tuple[Any, ...]:
    if isinstance(name, Entry):
        return name.indices
    return name.args if isinstance(name, AppliedUndef) else ()


def constant(value: Number) -> Node:
    return Node(lambda env: value, frozenset())
