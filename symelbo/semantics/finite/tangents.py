r"""Gradients on finite models: forward-mode differentiation of what is evaluated.

A family with a parameter has, beside its table, a tangent for each factor that varies with it: random rows that sum to
zero. Joint tangents follow by the product rule and conditional ones by the quotient rule, so that every declared
factorisation holds along the derivative too; a smooth family with these tables and these tangents always exists.
A density that is differentiated by one of its own variables has arbitrary tangents: nothing integrates over it then.
Functions have derivatives drawn like their values: that of `f` is the function `f'`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import sympy as sp
from flint import arb, fmpq
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed, NotSupported
from symelbo.language import (
    KL,
    Block,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    Relation,
    base_of,
    slot_of,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.functionals import Gradient, Named
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.derivatives import refuse_bare_names
from symelbo.semantics.finite.blueprint import Blueprint
from symelbo.semantics.finite.compiler import Compiler, Scope, head_of, parameter_slot
from symelbo.semantics.finite.handlers import power
from symelbo.semantics.finite.indices import Atom, atom_name, atoms_of, integer
from symelbo.semantics.finite.world import Environment, FamilyKey, Node, Number, Table

if TYPE_CHECKING:
    from symelbo.semantics.finite.models import Model

__all__ = ["TangentTables", "check_gradients", "gradient"]

_ZERO = fmpq(0)
Slope = Node | None
"""The derivative of a term, None where it does not vary."""
Rule = Callable[[Compiler, Any, Any, Scope], Slope]


def gradient(compiler: Compiler, term: Gradient, scope: Scope) -> Node:
    """The derivative of a term with respect to a parameter; raises `NotSupported` where there is no rule for it."""
    wrt = term.wrt
    if not isinstance(wrt, sp.Symbol | Entry):
        raise NotSupported(f"the derivative by {wrt}, which is no plain name, is not evaluated on finite models")
    if any(atom in scope.places for atom in atoms_of(wrt, scope.sizes)) or wrt in scope.sizes:
        raise NotSupported(f"the derivative is by {wrt}, which is averaged over or counts something")
    if head_of(wrt) in compiler.named:
        raise NotSupported(f"the derivative is by {wrt}, which is defined by other names")
    value = compiler.compile(term.body, scope)
    body = _unfolded(term.body, compiler)
    refuse_bare_names(body, wrt)
    found = tangent(compiler, body, wrt, scope)
    return Node(lambda env: _ZERO, value.free) if found is None else found


def _unfolded(term: Any, compiler: Compiler) -> Any:
    """The term with defined names replaced: a derivative sees through them."""
    try:
        return expand(term, compiler.definitions)
    except IllFormed as circle:
        raise NotSupported(f"a derivative of recursive definitions is not evaluated: {circle}") from None


def tangent(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    """The derivative of a term, by a rule for each kind."""
    if _is(term, wrt, scope):
        return Node(lambda env: fmpq(1), frozenset())
    if not _varies(compiler, term, wrt, scope):
        return None
    for kind in type(term).__mro__:
        rule = _RULES.get(kind)
        if rule is not None:
            return rule(compiler, term, wrt, scope)
    raise NotSupported(f"derivatives of {type(term).__name__} terms are not evaluated on finite models")


def _varies(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> bool:
    """Whether a term mentions the parameter; raises `NotSupported` for names that stand for something else."""
    names = {*term.free_symbols, *found_in(term, Entry, Block)}
    for name in (*names, *found_in(term, AppliedUndef, Named)):
        if head_of(name) in compiler.named:
            raise NotSupported(f"the derivative of {name}, which is defined, is not evaluated on finite models")
    varies = any(_may_be(name, wrt, scope) for name in names)
    return varies or any(_labelled(node, wrt) for node in found_in(term, AppliedUndef))


def _may_be(name: Any, wrt: Any, scope: Scope) -> bool:
    """Whether a name is what the derivative is by, or may become it; raises `NotSupported` for a part of it."""
    if name == wrt:
        return True
    bases = [base_of(part) for part in (name, wrt)]
    if bases[0] != bases[1]:
        return False
    if not (isinstance(name, Entry) and isinstance(wrt, Entry)):
        raise NotSupported(f"{name} and {wrt} may be parts of each other")
    if any(symbol not in scope.sizes for index in name.indices for symbol in index.free_symbols):
        return True  # an index that is bound further inside, where it will have a value
    return atoms_of(name, scope.sizes) == atoms_of(wrt, scope.sizes)


def _is(term: Any, wrt: Any, scope: Scope) -> bool:
    """Whether a name is the one that the derivative is by."""
    return term == wrt or (isinstance(term, Entry) and _may_be(term, wrt, scope))


def _labelled(node: Any, wrt: Any) -> bool:
    r"""Whether a function carries the parameter in its subscript, as `g_\phi` does."""
    _, _, subscript = node.func.__name__.partition("_")
    return re.search(rf"(?<![A-Za-z\\]){re.escape(str(wrt))}(?![A-Za-z])", subscript) is not None


# Rules.


def _sum_of(parts: Sequence[Slope]) -> Slope:
    nodes = [part for part in parts if part is not None]
    if len(nodes) < 2:
        return nodes[0] if nodes else None
    runs = [node.run for node in nodes]

    def run(env: Environment) -> Number:
        value = runs[0](env)
        for part in runs[1:]:
            value = value + part(env)
        return value

    return Node(run, frozenset().union(*(node.free for node in nodes)))


def _product_rule(values: Sequence[Node], slopes: Sequence[Slope]) -> Slope:
    parts: list[Slope] = []
    for place, change in enumerate(slopes):
        if change is not None:
            parts.append(_times(change, *(node for k, node in enumerate(values) if k != place)))
    return _sum_of(parts)


def _times(*nodes: Node) -> Node:
    runs = [node.run for node in nodes]

    def run(env: Environment) -> Number:
        value = runs[0](env)
        for part in runs[1:]:
            value = value * part(env)
        return value

    return Node(run, frozenset().union(*(node.free for node in nodes)))


def _over(top: Node, bottom: Node) -> Node:
    above, below = top.run, bottom.run
    return Node(lambda env: above(env) / below(env), top.free | bottom.free)


def _add(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    return _sum_of([tangent(compiler, part, wrt, scope) for part in term.args])


def _mul(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    values = [compiler.compile(part, scope) for part in term.args]
    return _product_rule(values, [tangent(compiler, part, wrt, scope) for part in term.args])


def _power(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    base, exponent = compiler.compile(term.base, scope), compiler.compile(term.exp, scope)
    change, turn = tangent(compiler, term.base, wrt, scope), tangent(compiler, term.exp, wrt, scope)
    below, above = base.run, exponent.run
    parts: list[Slope] = []
    if change is not None:
        less = Node(lambda env: above(env) * power(below(env), above(env) - 1), base.free | exponent.free)
        parts.append(_times(less, change))
    if turn is not None:
        whole = Node(lambda env: power(below(env), above(env)), base.free | exponent.free)
        parts.append(_times(whole, compiler.logarithm(base), turn))
    return _sum_of(parts)


def _log(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    if len(term.args) != 1:
        raise NotSupported("a logarithm to a base is a quotient of logarithms")
    inner = tangent(compiler, term.args[0], wrt, scope)
    return None if inner is None else _over(inner, compiler.compile(term.args[0], scope))


def _unary(factor: Callable[[Number], Number]) -> Rule:
    def rule(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
        inner = tangent(compiler, term.args[0], wrt, scope)
        if inner is None:
            return None
        node = compiler.compile(term.args[0], scope)
        run = node.run
        return _times(inner, Node(lambda env: factor(run(env)), node.free))

    return rule


def _function(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    parts: list[Slope] = []
    name, count = term.func.__name__, len(term.args)
    for place, part in enumerate(term.args):
        inner = tangent(compiler, part, wrt, scope)
        if inner is not None:
            called = f"{name}'" if count == 1 else rf"\partial_{{{place + 1}}}{name}"
            parts.append(_times(inner, _applied(compiler, called, term, scope)))
    if _labelled(term, wrt):
        parts.append(_applied(compiler, rf"\partial_{{{wrt}}}{name}", term, scope))
    return _sum_of(parts)


def _applied(compiler: Compiler, name: str, term: Any, scope: Scope) -> Node:
    return compiler.compile(sp.Function(name, real=True)(*term.args), scope)


def _density(compiler: Compiler, term: Density, wrt: Any, scope: Scope) -> Slope:
    slots: list[Any] = []
    for item in (*term.of, *term.given):
        if _is(value_of(item), wrt, scope) and not isinstance(slot_of(item), Block):
            slots += atoms_of(slot_of(item), scope.sizes)
        elif _varies(compiler, item, wrt, scope):
            raise NotSupported(f"{term} is a density of something that moves with {wrt}")
    found = compiler.table_of(term, scope)
    if found is None:
        raise NotSupported(f"the derivative of {term}, which is fixed by a formula, is not evaluated")
    number, places = found
    for place, value in enumerate(term.family.parameters):
        if _is(value, wrt, scope):
            slots.append(parameter_slot(term.family, place))
        elif _varies(compiler, value, wrt, scope):
            raise NotSupported(f"the parameter {value} of {term.family.name} is not a plain name")
    world = compiler.world

    def run(env: Environment) -> Number:
        states = tuple([env[place] for place in places])
        return sum((world.tangents(number, slot)[states] for slot in slots), _ZERO)

    return Node(run, frozenset(places))


def _expectation(compiler: Compiler, term: Expectation, wrt: Any, scope: Scope) -> Slope:
    places, inner = compiler.bind(term.bound, scope)
    law, body = compiler.compile(term.law, inner.as_law()), compiler.compile(term.body, inner)
    slopes = [tangent(compiler, term.law, wrt, inner.as_law()), tangent(compiler, term.body, wrt, inner)]
    return _integrated(compiler, places, _product_rule([law, body], slopes))


def _integral(compiler: Compiler, term: Integral, wrt: Any, scope: Scope) -> Slope:
    places, inner = compiler.bind(term.bound, scope)
    return _integrated(compiler, places, tangent(compiler, term.body, wrt, inner))


def _integrated(compiler: Compiler, places: Sequence[int], change: Slope) -> Slope:
    return None if change is None else compiler.world.summed(places, change)


def _divergence(compiler: Compiler, term: Any, wrt: Any, scope: Scope) -> Slope:
    """`KL(l ‖ r)` as the mean of `log l - log r`, the (cross-)entropy as that of `-log`."""
    left = term.left if isinstance(term, KL | CrossEntropy) else term.law
    gain = {KL: lambda: sp.log(left) - sp.log(term.right), CrossEntropy: lambda: -sp.log(term.right)}.get(
        type(term), lambda: -sp.log(left)
    )()
    places, inner = compiler.bind(term.bound, scope)
    inner = inner.as_law()
    values = [compiler.compile(left, inner), compiler.compile(gain, inner)]
    slopes = [tangent(compiler, left, wrt, inner), tangent(compiler, gain, wrt, inner)]
    return _integrated(compiler, places, _product_rule(values, slopes))


def _scopes(term: IndexSum, scope: Scope) -> list[Scope]:
    low, high = integer(term.lower, scope.sizes), integer(term.upper, scope.sizes)
    return [scope.index(term.index, k) for k in range(low, high + 1)]


def _index_sum(compiler: Compiler, term: IndexSum, wrt: Any, scope: Scope) -> Slope:
    return _sum_of([tangent(compiler, term.body, wrt, local) for local in _scopes(term, scope)])


def _index_product(compiler: Compiler, term: IndexSum, wrt: Any, scope: Scope) -> Slope:
    scopes = _scopes(term, scope)
    values = [compiler.compile(term.body, local) for local in scopes]
    return _product_rule(values, [tangent(compiler, term.body, wrt, local) for local in scopes])


_RULES: Mapping[type, Rule] = {
    sp.Add: _add,
    sp.Mul: _mul,
    sp.Pow: _power,
    sp.log: _log,
    sp.exp: _unary(lambda value: fmpq(1) if value == 0 else arb(value).exp()),
    sp.sin: _unary(lambda value: arb(value).cos()),
    sp.cos: _unary(lambda value: -arb(value).sin()),
    sp.tanh: _unary(lambda value: 1 - arb(value).tanh() ** 2),
    AppliedUndef: _function,
    Density: _density,
    Expectation: _expectation,
    Integral: _integral,
    KL: _divergence,
    Entropy: _divergence,
    CrossEntropy: _divergence,
    IndexSum: _index_sum,
    IndexProduct: _index_product,
}


# Tables of tangents.


class _Row(tuple[fmpq, ...]):
    """A tangent of one row, shown in brackets."""

    def __str__(self) -> str:
        return f"({', '.join(map(str, self))})"


class TangentTables:
    """The derivatives of a model's tables with respect to the parameters of their families."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self._joint: dict[tuple[FamilyKey, Atom], Table] = {}
        self._views: dict[tuple[int, Atom], dict[tuple[int, ...], fmpq]] = {}

    def __call__(self, number: int, slot: Atom) -> dict[tuple[int, ...], fmpq]:
        """The derivative of the table behind a mention, by the parameter in a slot."""
        found = self._views.get((number, slot))
        if found is None:
            found = self._views[number, slot] = self._conditional(number, slot)
        return found

    def _conditional(self, number: int, slot: Atom) -> dict[tuple[int, ...], fmpq]:
        world = self.model.world
        item = world.mentions[number]
        world.view(number)  # refuses what the model has no table of
        if any(parameter not in item.given for parameter in world.parameters.get(item.family, ())):
            raise NotSupported(f"{item.family[0]} is differentiated where some of its parameters are left out")
        table, change = world.tables[item.family], self._of_family(item.family, slot)
        top, slope = table.marginal(item.of + item.given), change.marginal(item.of + item.given)
        if not item.given:
            return slope
        below, cut = table.marginal(item.given), len(item.of)
        # What is given stays where it is unless it is what moves.
        moved = change.marginal(item.given) if slot in item.given else dict.fromkeys(below, _ZERO)
        return {
            states: slope[states] / below[states[cut:]] - value * moved[states[cut:]] / below[states[cut:]] ** 2
            for states, value in top.items()
        }

    def _of_family(self, key: FamilyKey, slot: Atom) -> Table:
        found = self._joint.get((key, slot))
        if found is None:
            found = self._joint[key, slot] = self._product(key, slot)
        return found

    def _product(self, key: FamilyKey, slot: Atom) -> Table:
        """The derivative of a product of factors."""
        model = self.model
        plan = model.layout.plan
        variables = list(plan.inputs[key])
        entries = {states: (fmpq(1), _ZERO) for states in model.states(variables)}
        for number, factor in enumerate(plan.plans[key]):
            self._refuse_fixed(factor, slot)
            where = [variables.index(atom) for atom in factor.given]
            longer: dict[tuple[int, ...], tuple[fmpq, fmpq]] = {}
            for states, (value, change) in entries.items():
                given = tuple([states[place] for place in where])
                row = model.row(key, number, factor, given)
                slopes = self._row(key, number, factor, slot, given, len(row))
                for (more, share), slope in zip(row, slopes, strict=True):
                    longer[states + more] = (value * share, change * share + value * slope)
            variables.extend(factor.of)
            entries = longer
        return Table(variables, {states: change for states, (_, change) in entries.items()})

    def _refuse_fixed(self, factor: Any, slot: Atom) -> None:
        if not factor.fixed:
            return
        plan, world = self.model.layout.plan, self.model.world
        free = plan.pins[factor.pin].node.free if factor.pin is not None else frozenset()
        if (
            factor.cells is not None
            or slot in (*factor.of, *factor.given)
            or any(world.root(world.atoms[place]) == world.root(slot) for place in free)
        ):
            raise NotSupported("a density that an assumption fixes is not differentiated")

    def _row(
        self, key: FamilyKey, number: int, factor: Any, slot: Atom, given: tuple[int, ...], count: int
    ) -> tuple[fmpq, ...]:
        modelled = slot in factor.of
        if not modelled and (slot not in factor.given or count == 1):
            return (_ZERO,) * count
        model = self.model
        name = f"{key[0]}{list(key[1]) if key[1] else ''}"
        of = ", ".join(map(atom_name, factor.of)) if factor.tie is None else atom_name(factor.tie)
        gene = ("tangent", f"derivative {slot[0][1] + 1} of {name}({of} | ...) at", given)
        model.asked[gene] = None

        def drawn() -> _Row:
            free = [fmpq(model.random.choice((-3, -2, -1, 1, 2, 3)), 4) for _ in range(count)]
            return _Row(free) if modelled else _Row((*free[1:], -sum(free[1:], _ZERO)))

        found: _Row = model.gene(gene, drawn)
        return found


# What must hold for derivatives to have their meaning on finite models.


def check_gradients(plan: Blueprint, terms: Sequence[Any]) -> None:
    """Raises `NotSupported` where derivatives on finite tables would not be those of any smooth family."""
    if not any(term.has(Gradient) for term in (*terms, *(item.value for item in plan.compiler.definitions))):
        return
    terms = [_unfolded(term, plan.compiler) for term in terms]
    wanted = {node.wrt for term in terms for node in found_in(term, Gradient)}
    world = plan.world
    for wrt in wanted:
        if any(term.has(Density, AppliedUndef) for term in terms) and not any(_mentions(term, wrt) for term in terms):
            raise NotSupported(f"nothing in the claim is said to depend on {wrt}; write it, as in q_{wrt}")
        roots = {world.root(atom) for atom in atoms_of(wrt, world.sizes)}
        for sign in plan.signs:
            places = sign.left.free | sign.right.free
            if sign.relation is Relation.EQUAL and any(world.root(world.atoms[place]) in roots for place in places):
                raise NotSupported(f"an equation is assumed between terms that depend on {wrt}")


def _mentions(term: Any, wrt: Any) -> bool:
    """Whether a term mentions the parameter elsewhere than as what a derivative is taken by."""
    return any(node == wrt or (isinstance(node, AppliedUndef) and _labelled(node, wrt)) for node in _parts(term))


def _parts(term: Any) -> Iterator[Any]:
    yield term
    for part in (term.body,) if isinstance(term, Gradient) else term.args:
        yield from _parts(part)
