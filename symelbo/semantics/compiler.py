"""Compiling a term into something that can be run on concrete models: sums over states, and nothing cleverer.

Each kind of term has one handler in a table. A handler returns a node; nodes compute exactly (FLINT rationals) as long
as nothing transcendental is met, and in balls (FLINT `arb`) from there on.
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
    KL,
    At,
    Block,
    CrossEntropy,
    Definition,
    Density,
    Entropy,
    Entry,
    Expectation,
    Family,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    Variable,
)
from symelbo.language.definitions import match_definition
from symelbo.language.functionals import Named
from symelbo.semantics.closed_form import ClosedForm
from symelbo.semantics.indices import Atom, atoms_of, integer
from symelbo.semantics.world import Environment, Node, Number, Run, Undefined, World

__all__ = ["Compiler", "Inlined", "Scope", "parameter_slot"]

_MAX_DEPTH = 60
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

    def __init__(self, world: World, definitions: Sequence[Definition] = ()) -> None:
        self.world = world
        self.named: dict[Any, Definition] = {}
        self.inlined: dict[Any, Inlined] = {}
        for item in definitions:
            self.named.setdefault(_head(item.name), item)

    def compile(self, term: Any, scope: Scope | None = None) -> Node:
        """The node of a term; raises `NotSupported` for what has no meaning on finite spaces."""
        scope = scope or Scope({}, self.world.sizes)
        for kind in type(term).__mro__:
            handler = _HANDLERS.get(kind)
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
        item = self.named.get(_head(term))
        if item is None:
            return None
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
            elif parameter != argument:
                if not isinstance(parameter, sp.Symbol | Entry):
                    raise NotSupported(f"{term} does not fit the definition of {item.name}")
                places.update(self._replaced(parameter, argument, scope))
        return self.compile(item.value, Scope({**scope.places, **places}, sizes, scope.depth + 1))

    def _replaced(self, parameter: Any, argument: Any, scope: Scope) -> dict[Atom, int | Node]:
        old = atoms_of(parameter, scope.sizes)[0]
        if isinstance(argument, sp.Symbol | Entry):
            new = atoms_of(argument, scope.sizes)[0]
            self.world.unify(old, new)
            return {old: self.lookup(new, scope)}
        return {old: self.compile(argument, scope)}

    # densities

    def density(self, term: Density, scope: Scope) -> Node:
        """A lookup in the table of a conditional."""
        world, family = self.world, term.family
        key = (family.name, tuple(integer(index, scope.sizes) for index in family.indices))
        of = self._slots(term.of, scope)
        given = self._slots(term.given, scope)
        given += [self._parameter(family, k, value, scope) for k, value in enumerate(family.parameters)]
        of = self._still_random(term, of, given, scope)
        if not of:
            return _constant(fmpq(1))
        world.arity[key] = max(world.arity.get(key, 0), len(family.parameters))
        formula = self.inlined.get((key, tuple(slot for slot, _ in of), tuple(slot for slot, _ in given)))
        if formula is not None:
            return self._formula(term, formula, [place for _, place in of + given], scope)
        number = world.mention(key, (slot for slot, _ in of), (slot for slot, _ in given))
        places = [place for _, place in of + given]
        view = world.view

        def looked_up(env: Environment) -> Number:
            return view(number)[tuple([env[place] for place in places])]

        return Node(looked_up, frozenset(places))

    def _still_random(self, term: Density, of: Filled, given: Filled, scope: Scope) -> Filled:
        """What is before the bar and not after it: `q(x_{t-1} | x_t, x_0)` is certain of `x_0` at `t = 1`."""
        known = dict(given)
        if len(known) < len(given) or len(dict(of)) < len(of):
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
        for item in self.named.values():
            value = match_definition(term, item)
            if value is not None:
                return self.compile(value, replace(scope, depth=scope.depth + 1))
        raise NotSupported(f"{term} is not defined")

    def _slots(self, items: Sequence[Any], scope: Scope) -> Filled:
        found: Filled = []
        for item in items:
            slot, value = (item.variable, item.value) if isinstance(item, At) else (item, item)
            names = atoms_of(slot, scope.sizes)
            if slot in scope.sizes:
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


def power(base: Number, exponent: Number) -> Number:
    """`base ** exponent`, exact for rationals with an integer exponent."""
    if isinstance(exponent, fmpq) and exponent.q == 1:
        return base ** int(exponent.p)
    if isinstance(base, ClosedForm) or isinstance(exponent, ClosedForm):
        return ClosedForm.of(base) ** ClosedForm.of(exponent)
    if exponent == _HALF:
        return arb(base).sqrt()
    return arb(base) ** arb(exponent)


_HALF = fmpq(1, 2)


def _head(name: Any) -> Any:
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


def _constant(value: Number) -> Node:
    return Node(lambda env: value, frozenset())


def _number(compiler: Compiler, term: Any, scope: Scope) -> Node:
    return _constant(fmpq(int(term.p), int(term.q)))


def _symbol(compiler: Compiler, term: Any, scope: Scope) -> Node:
    if term in scope.sizes:
        return _constant(fmpq(scope.sizes[term]))
    atom = (term, ())
    if atom not in scope.places:
        defined = compiler.definition(term, scope)
        if defined is not None:
            return defined
    return compiler.number(atom, scope)


def _entry(compiler: Compiler, term: Entry, scope: Scope) -> Node:
    atom = atoms_of(term, scope.sizes)[0]
    if atom not in scope.places:
        defined = compiler.definition(term, scope)
        if defined is not None:
            return defined
    return compiler.number(atom, scope)


def _chained(combine: Callable[[Number, Number], Number]) -> Handler:
    def handler(compiler: Compiler, term: Any, scope: Scope) -> Node:
        nodes = [compiler.compile(part, scope) for part in term.args]
        first, rest = nodes[0].run, [node.run for node in nodes[1:]]
        free = frozenset().union(*(node.free for node in nodes))
        if len(rest) == 1:
            second = rest[0]
            return Node(lambda env: combine(first(env), second(env)), free)

        def run(env: Environment) -> Number:
            value = first(env)
            for part in rest:
                value = combine(value, part(env))
            return value

        return Node(run, free)

    return handler


def _power(compiler: Compiler, term: Any, scope: Scope) -> Node:
    base, exponent = compiler.compile(term.base, scope), compiler.compile(term.exp, scope)
    below, above = base.run, exponent.run
    return Node(lambda env: power(below(env), above(env)), base.free | exponent.free)


def _log(compiler: Compiler, term: Any, scope: Scope) -> Node:
    if len(term.args) != 1:
        raise NotSupported("a logarithm to a base is a quotient of logarithms")
    return compiler.logarithm(compiler.compile(term.args[0], scope))


def _unary(function: Callable[[Number], Number]) -> Handler:
    def handler(compiler: Compiler, term: Any, scope: Scope) -> Node:
        node = compiler.compile(term.args[0], scope)
        run = node.run
        return compiler.world.remembered(Node(lambda env: function(run(env)), node.free))

    return handler


def _function(compiler: Compiler, term: Any, scope: Scope) -> Node:
    defined = compiler.definition(term, scope)
    if defined is not None:
        return defined
    world, name = compiler.world, term.func.__name__
    nodes: list[Node] = []
    for part in term.args:
        if isinstance(part, Family) or not isinstance(part, sp.Expr):
            raise NotSupported(f"{term} depends on something that is not a number or a variable")
        if isinstance(part, sp.Symbol | Entry | Block) and part not in scope.sizes:
            nodes.extend(_argument(compiler, part, scope))
        else:
            nodes.append(compiler.compile(part, scope))
    world.functions.setdefault(name, term)
    runs: list[Run] = [node.run for node in nodes]
    free = frozenset().union(*(node.free for node in nodes))
    return Node(lambda env: world.function(name, tuple([run(env) for run in runs])), free)


def _argument(compiler: Compiler, name: Any, scope: Scope) -> list[Node]:
    """A plain name as a function's argument: only which point it is matters, unless it is defined by a value."""
    atoms = atoms_of(name, scope.sizes)
    if not isinstance(name, Block) and atoms[0] not in scope.places and _head(name) in compiler.named:
        return [compiler.compile(name, scope)]
    return [compiler.number(atom, scope, calculated=False) for atom in atoms]


def _expectation(compiler: Compiler, term: Expectation, scope: Scope) -> Node:
    places, inner = compiler.bind(term.bound, scope)
    law = compiler.compile(term.law, inner.as_law())
    return compiler.average(law, compiler.compile(term.body, inner), places)


def _integral(compiler: Compiler, term: Integral, scope: Scope) -> Node:
    places, inner = compiler.bind(term.bound, scope)
    return compiler.world.summed(places, compiler.compile(term.body, inner))


def _difference(first: Node, second: Node) -> Node:
    left, right = first.run, second.run
    return Node(lambda env: left(env) - right(env), first.free | second.free)


def _kl(compiler: Compiler, term: KL, scope: Scope) -> Node:
    places, inner = compiler.bind(term.bound, scope)
    inner = inner.as_law()
    left, right = compiler.compile(term.left, inner), compiler.compile(term.right, inner)
    return compiler.average(left, _difference(compiler.logarithm(left), compiler.logarithm(right)), places)


def _cross(compiler: Compiler, term: Any, scope: Scope) -> Node:
    places, inner = compiler.bind(term.bound, scope)
    inner = inner.as_law()
    left = compiler.compile(term.args[0], inner)
    right = compiler.compile(term.args[1], inner) if isinstance(term, CrossEntropy) else left
    return compiler.average(left, _difference(_constant(fmpq(0)), compiler.logarithm(right)), places)


def _information(compiler: Compiler, term: MutualInformation, scope: Scope) -> Node:
    first, second, given = term.parts
    joint = term.joint
    places, inner = compiler.bind(term.bound, scope)

    def log_of_part(*of: Any) -> Node:
        return compiler.logarithm(compiler.density(Density(term.family, of, given), inner))

    gain = _difference(_difference(log_of_part(*first, *second), log_of_part(*first)), log_of_part(*second))
    return compiler.average(compiler.density(joint, inner), gain, places)


def _over_index(combine: Callable[[Number, Number], Number], start: int) -> Handler:
    def handler(compiler: Compiler, term: Any, scope: Scope) -> Node:
        body, limits = (term.body, [(term.index, term.lower, term.upper)]) if isinstance(term, IndexSum) else (
            term.args[0], [tuple(limit) for limit in term.args[1:]]
        )
        nodes = _terms(compiler, body, list(reversed(limits)), scope)
        runs = [node.run for node in nodes]

        def run(env: Environment) -> Number:
            value: Number = fmpq(start)
            for part in runs:
                value = combine(value, part(env))
            return value

        return Node(run, frozenset().union(*(node.free for node in nodes)))

    return handler


def _terms(compiler: Compiler, body: Any, limits: list[Any], scope: Scope) -> list[Node]:
    if not limits:
        return [compiler.compile(body, scope)]
    if len(limits[0]) != 3:
        raise NotSupported("a sum without limits has no value on a finite model")
    index, low, high = limits[0]
    found: list[Node] = []
    for k in range(integer(low, scope.sizes), integer(high, scope.sizes) + 1):
        found.extend(_terms(compiler, body, limits[1:], scope.index(index, k)))
    return found


def _polygamma(compiler: Compiler, term: Any, scope: Scope) -> Node:
    if term.args[0] != 0:
        raise NotSupported(f"{term}: derivatives of digamma are not evaluated")
    return _unary(lambda value: arb(value).digamma())(compiler, sp.Tuple(term.args[1]), scope)


def _refused(compiler: Compiler, term: Any, scope: Scope) -> Node:
    raise NotSupported(f"{term} stands for several values at once, not for a number")


def _extreme(method: str) -> Handler:
    def combine(first: Number, second: Number) -> Number:
        return getattr(arb(first), method)(arb(second))

    return _chained(combine)


_HANDLERS: dict[type, Handler] = {
    sp.Rational: _number,
    sp.Integer: _number,
    sp.Symbol: _symbol,
    Variable: _symbol,
    Entry: _entry,
    Block: _refused,
    sp.Add: _chained(lambda a, b: a + b),
    sp.Mul: _chained(lambda a, b: a * b),
    sp.Pow: _power,
    sp.log: _log,
    sp.exp: _unary(lambda value: fmpq(1) if value == 0 else arb(value).exp()),
    sp.Abs: _unary(abs),
    sp.sin: _unary(lambda value: arb(value).sin()),
    sp.cos: _unary(lambda value: arb(value).cos()),
    sp.tanh: _unary(lambda value: arb(value).tanh()),
    sp.erf: _unary(lambda value: arb(value).erf()),
    sp.gamma: _unary(lambda value: arb(value).gamma()),
    sp.loggamma: _unary(lambda value: arb(value).lgamma()),
    sp.digamma: _unary(lambda value: arb(value).digamma()),
    sp.polygamma: _polygamma,
    sp.factorial: _unary(lambda value: (arb(value) + 1).gamma()),
    sp.Max: _extreme("max"),
    sp.Min: _extreme("min"),
    type(sp.pi): lambda compiler, term, scope: Node(lambda env: arb.pi(), frozenset()),
    type(sp.E): lambda compiler, term, scope: Node(lambda env: arb(1).exp(), frozenset()),
    AppliedUndef: _function,
    Density: lambda compiler, term, scope: compiler.density(term, scope),
    Expectation: _expectation,
    Integral: _integral,
    Named: lambda compiler, term, scope: compiler.functional(term, scope),
    KL: _kl,
    Entropy: _cross,
    CrossEntropy: _cross,
    MutualInformation: _information,
    IndexSum: _over_index(lambda a, b: a + b, 0),
    IndexProduct: _over_index(lambda a, b: a * b, 1),
    sp.Sum: _over_index(lambda a, b: a + b, 0),
    sp.Product: _over_index(lambda a, b: a * b, 1),
}
