"""What each kind of term means on a concrete model: direct sums over states, and nothing cleverer.

A handler returns a node; nodes compute exactly (FLINT rationals) as long as nothing transcendental is met, and in balls
(FLINT `arb`) from there on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
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
    Variable,
)
from symelbo.language.functionals import Named
from symelbo.semantics.arithmetic.closed_form import ClosedForm
from symelbo.semantics.finite.compiler import Compiler, Handler, Scope, constant, head_of
from symelbo.semantics.finite.indices import atoms_of, integer
from symelbo.semantics.finite.world import Environment, Node, Number, Run

__all__ = ["HANDLERS"]


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


def _number(compiler: Compiler, term: Any, scope: Scope) -> Node:
    return constant(fmpq(int(term.p), int(term.q)))


def _symbol(compiler: Compiler, term: Any, scope: Scope) -> Node:
    if term in scope.sizes:
        return constant(fmpq(scope.sizes[term]))
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
    if not isinstance(name, Block) and atoms[0] not in scope.places and head_of(name) in compiler.named:
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
    return compiler.average(left, _difference(constant(fmpq(0)), compiler.logarithm(right)), places)


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
        body, limits = (
            (term.body, [(term.index, term.lower, term.upper)])
            if isinstance(term, IndexSum)
            else (term.args[0], [tuple(limit) for limit in term.args[1:]])
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


HANDLERS: dict[type, Handler] = {
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
