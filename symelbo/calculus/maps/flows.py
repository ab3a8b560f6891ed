r"""Change of variables: `p_X(f(z)) |\det \partial f / \partial z| = p_Z(z)` for an invertible smooth map.

Everything in a claim is written at the input of the maps: densities of an output become those of the input over the
determinant, means over an output means over the input, and the determinant of an inverse map one over that of the
map (the inverse function theorem). What the determinants are is said by `symelbo.calculus.maps.jacobians`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sympy import Abs, Dummy, Expr, Function, Integer, Mul, Symbol, cancel, exp, log
from sympy.core.function import AppliedUndef

from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import Judgement, judge
from symelbo.calculus.laws.explicit_claims import settle
from symelbo.calculus.maps.jacobians import Jacobians, Refused, algebraic, jacobian_matrix
from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    At,
    Binder,
    Block,
    Claim,
    Context,
    CrossEntropy,
    Density,
    Det,
    Entropy,
    Entry,
    Expectation,
    Family,
    IndexProduct,
    IndexSum,
    Known,
    Relation,
    Sign,
    base_of,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.functionals import Gradient
from symelbo.language.links import (
    Link,
    Wiring,
    functions_of,
    inverse_name,
    label_of,
    links_of,
    partners,
    resettled,
    wiring_of,
)
from symelbo.language.walks import found_in

__all__ = ["settle_flow"]

_CONDITION = "the map is invertible and smooth, and the densities of its input and output belong to one random variable"


def settle_flow(claim: Claim, assumed: Context, budget: Budget) -> Judgement | None:
    """A certificate for an equation about densities of variables that are made of others; None where there is none.

    Raises `BudgetExceeded`.

    >>> from sympy import Eq, Function
    >>> from symelbo.language import Det, context, family, variables
    >>> x, z = variables("x z")
    >>> f, p, q = Function("f", real=True), family("p"), family("q")
    >>> jacobian = Abs(Det(Gradient(f(z), z)))
    >>> made = context([Eq(x, f(z))])
    >>> settle_flow(Claim(p(x), Relation.EQUAL, q(z) / jacobian), made, Budget()).holds
    True
    >>> settle_flow(Claim(p(x), Relation.EQUAL, q(z) * jacobian), made, Budget()) is None
    True
    """
    if claim.relation is not Relation.EQUAL:
        return None
    functions = functions_of(assumed, (claim.lhs, claim.rhs))
    written = [expand(side, functions) for side in (claim.lhs, claim.rhs)]
    links = links_of(assumed, written)
    written = [resettled(side, links) for side in written]
    wiring = wiring_of((written[0], written[1]), assumed)
    if wiring is None:
        return None
    try:
        rewriter = _Rewriter(wiring, written, assumed)
        left, right = (algebraic(rewriter.at_input(side)) for side in written)
    except (Refused, NotSupported):
        return None
    laws = [item for item in assumed.definitions if isinstance(item.name, Density)]
    left, right = (expand(side, laws) for side in (left, right))
    if any(base_of(node.wrt) in rewriter.dets for side in (left, right) for node in found_in(side, Gradient)):
        return None
    rest = Context(tuple(item for item in assumed.signs if not _is_equation(item)))
    inner = replace(claim, lhs=left, rhs=right)
    found = judge(inner, rest, budget)
    if not found.holds:
        closed = settle(inner, rest)
        if closed is None:
            return None
        found = Judgement(True, "closed-form", (), closed)
    rules = ("CHANGE-OF-VARIABLES", *found.rules)
    return Judgement(True, found.method, rules, found.evidence, conditions=(*found.conditions, _CONDITION))


def _is_equation(item: Sign) -> bool:
    return item.claim.relation is Relation.EQUAL


class _Rewriter:
    """Writes terms at the input of the maps. Raises `Refused` and `NotSupported`."""

    def __init__(self, wiring: Wiring, sides: Sequence[Expr], assumed: Context) -> None:
        self.wiring = wiring
        self.assumed = assumed
        self.functions = {link.function: link for link in wiring.links if link.function is not None}
        slopes = {f"{name}'" for name in self.functions}
        self.bare = all(_within_bars(side, slopes) for side in sides)
        used = {node.family.name for side in sides for node in found_in(side, Density)}
        laws = [d.value for d in assumed.definitions if isinstance(d.name, Density) and d.name.family.name in used]
        self.jacobians = Jacobians(wiring, sides, positive=self.bare, laws=laws)
        self.layered = {link.output.base: link for link in wiring.links if link.layered}
        self.running = [link for link in wiring.links if link.index is not None and not link.layered]
        self.plain = [link for link in wiring.links if link.index is None]
        if (
            sum(map(bool, (self.layered, self.running, self.plain))) > 1
            or len(self.layered) > 1
            or len(self.running) > 1
        ):
            raise Refused
        self.values: dict[Expr, Expr] = {}
        self.dets: dict[Expr, Expr] = {base_of(name): Integer(1) for name in wiring.inputs if not self.layered}
        self._collect()
        densities = [node for side in sides for node in found_in(side, Density)]
        densities += [item.name for item in assumed.definitions if isinstance(item.name, Density)]
        pairs = partners(densities, wiring)
        self.sources = {label_of(target): source for source, target in pairs if target is not None}
        self.own = {label_of(family) for pair in pairs for family in pair if family is not None}
        self.inputs = {base_of(name) for name in wiring.inputs} - set(self.layered)
        names = {name for side in sides for name in side.free_symbols if str(name) in ("I", "\\mathbf{I}")}
        self.identity = next(iter(names), Symbol("I", real=True))

    def _collect(self) -> None:
        """Values of the outputs at the input, and their determinants."""
        if self.running:
            (link,) = self.running
            made, base = self.jacobians.of_entries(link)
            self.dets = {base: Integer(1), base_of(link.output): made}
            return
        groups: dict[Expr, list[Link]] = {}
        for link in self.plain:
            groups.setdefault(base_of(link.output), []).append(link)
        for output, links in groups.items():
            if len(links) == 1 and isinstance(links[0].output, Symbol):
                self._one(links[0])
            else:
                if len(groups) > 1:
                    raise Refused
                made, inputs = self.jacobians.of_parts(links)
                self.dets |= {output: made, base_of(inputs[0]): Integer(1)}
                if len({base_of(name) for name in inputs}) != 1:
                    raise Refused
                for item in links:
                    self.values[item.output] = item.value

    def _one(self, link: Link) -> None:
        """One more map, of an input or of an output before."""
        names = {name for name in link.value.free_symbols if name in self.dets}
        if len(names) != 1:
            raise Refused
        (before,) = names
        at = {before: self.values.get(before, before)}
        step = replace_free(self.jacobians.of_value(link.value, before, link), at)
        self.dets[link.output] = self.dets[before] * step
        self.values[link.output] = replace_free(link.value, at)

    # Walking.

    def at_input(self, term: Any) -> Any:
        """The term written at the input."""
        if isinstance(term, Det) and isinstance(term.args[0], Gradient):
            return self._determinant(term.args[0])
        if isinstance(term, Gradient):
            return self._derivative(term)
        if isinstance(term, Density):
            return self._density(term)
        if isinstance(term, Expectation):
            return self._mean(term)
        if isinstance(term, KL | Entropy | CrossEntropy):
            return self._mean(_as_mean(term))
        if isinstance(term, Binder) and not isinstance(term, IndexSum):
            raise Refused
        changed = self._name(term)
        if changed is not None:
            return changed
        if not getattr(term, "args", ()) or isinstance(term, Family):
            return term
        if isinstance(term, log) and isinstance(term.args[0], Abs):
            return _log_abs(self.at_input(term.args[0].args[0]))
        if isinstance(term, Abs):
            return _abs(self.at_input(term.args[0]))
        return term.func(*(self.at_input(part) for part in term.args))

    def _name(self, term: Expr) -> Expr | None:
        if isinstance(term, Entry) and term.base in self.layered:
            start, (index,) = Entry(term.base, 0), term.indices
            return start if index == 0 else Function(rf"\hat{{{term.base}}}", real=True)(index, start)
        if isinstance(term, Symbol | Entry | Block):
            value = self.values.get(term)
            return term if value is None else value
        if isinstance(term, AppliedUndef):
            return self._call(term)
        return None

    def _call(self, term: AppliedUndef) -> Expr | None:
        name = term.func.__name__
        forward = inverse_name(name)
        arguments = [self.at_input(argument) for argument in term.args]
        link = self.functions.get(forward) if forward is not None else None
        if link is not None and not link.layered and len(arguments) == 1:
            (inside,) = arguments
            value = link.value
            if isinstance(inside, AppliedUndef) and inside.func == value.func:
                return inside.args[0]
            raise Refused
        link = self.functions.get(name.removesuffix("'"))
        if link is not None and name.endswith("'"):
            if link.layered or tuple(term.args) != link.value.args:
                raise Refused
            return self.dets[link.output] / self.dets[term.args[0]]
        if name in self.functions and self.layered:
            (base,) = self.layered
            if len(term.args) == 2 and term.args[1] == Entry(base, term.args[0] - 1):
                return self._name(Entry(base, term.args[0]))
            raise Refused
        return term.func(*arguments)

    def _end(self, body: Expr) -> Expr:
        """Which variable a term that is differentiated, or differentiated by, stands for."""
        if isinstance(body, Symbol) and body in self.dets:
            return body
        if isinstance(body, Entry) and body.base in self.layered:
            return body
        for name, link in self.functions.items():
            if isinstance(body, Symbol) and str(body) == name:
                return link.output
            if isinstance(body, Entry) and str(body.base) == name and link.layered:
                return Entry(link.output.base, *body.indices)
            if isinstance(body, AppliedUndef) and body.func.__name__ == name:
                if link.layered and len(body.args) == 2 and body.args[1] == Entry(link.output.base, body.args[0] - 1):
                    return Entry(link.output.base, body.args[0])
                if not link.layered and body == link.value:
                    return link.output
                if not link.layered and self._end(body.args[-1]) == link.value.args[-1]:
                    return link.output  # `f(f^{-1}(x))`, where the argument is the input in other words
            back = isinstance(body, AppliedUndef) and body.func.__name__ == f"{name}^{{-1}}"
            if back and not link.layered and body.args == (link.output,):
                return link.value.args[-1]
        for link in self.plain:
            if body == link.value:
                return link.output
        raise Refused

    def _determinant(self, node: Gradient) -> Expr:
        """`det d body / d wrt`."""
        if not self.wiring.links:
            return self.jacobians.of_value(self._meant(node.body), node.wrt)
        try:
            body, wrt = self._end(node.body), self._end(node.wrt)
        except Refused:
            return self._partial(node)
        if isinstance(body, Entry) and isinstance(wrt, Entry):
            return self._between(wrt.indices[0], body.indices[0], body.base)
        return self.dets[body] / self.dets[wrt]

    def _partial(self, node: Gradient) -> Expr:
        """The derivative of an expression in the one number that it is differentiated by."""
        others = {name for name in node.body.free_symbols if base_of(name) in self.dets} - {node.wrt}
        numbers = self.jacobians.range is None and not self.jacobians.whole_only
        if others or not numbers or node.wrt not in node.body.free_symbols or self.layered:
            raise Refused
        return self.at_input(self.jacobians.slope(node.body, node.wrt))

    def _meant(self, body: Expr) -> Expr:
        if isinstance(body, Symbol):
            for item in self.assumed.definitions:
                if isinstance(item.name, AppliedUndef) and item.name.func.__name__ == str(body):
                    return expand(item.name, [item])
        return body

    def _between(self, low: Expr, high: Expr, base: Expr) -> Expr:
        """The determinant of the layers after `z_low` up to `z_high`."""
        gap = high - low
        if gap.is_Integer and gap < 0:
            return 1 / self._between(high, low, base)
        if gap == 1:
            return self._layer(high, base)
        step = Dummy("j", integer=True)
        return IndexProduct(self._layer(step, base), step, low + 1, high)

    def _layer(self, index: Expr, base: Expr) -> Expr:
        made = algebraic(self.jacobians.layer(self.layered[base], index))
        return self.at_input(made)

    def _is_parameter(self, name: Expr) -> bool:
        """Whether a derivative is by something that no variable of the maps is."""
        return isinstance(name, Symbol) and base_of(name) not in self.dets and bool(self.plain)

    def _by_parameter(self, node: Gradient) -> Expr:
        """A derivative along the path: nothing in it may be an output, which would be held fixed."""
        outputs = {name for name in self.dets if name not in self.inputs}
        if {base_of(name) for name in node.body.free_symbols} & outputs:
            raise Refused
        return Gradient(self.at_input(node.body), node.wrt)

    def _derivative(self, node: Gradient) -> Expr:
        """A derivative that is no determinant: a number, or a matrix that is written out."""
        if self._is_parameter(node.wrt):
            return self._by_parameter(node)
        if not self.wiring.links or node.body == node.wrt:
            made = jacobian_matrix(self._meant(node.body), node.wrt, self.identity)
            if made is None:
                raise Refused
            return made
        return self._determinant(node)

    # Densities and means.

    def _density(self, term: Density) -> Expr:
        slot = term.of_slots[0]
        single = len(term.of) == 1
        if single and isinstance(slot, Entry) and slot.base in self.layered:
            return self._of_layer(term, slot)
        if not single or base_of(slot) not in self.dets or label_of(term.family) not in self.own:
            of, given = ([self._moved(item) for item in items] for items in (term.of, term.given))
            return Density(term.family, of, given)
        value = value_of(term.of[0])
        if slot in self.inputs:
            return Density(term.family, (At(slot, _tidy(self.at_input(value))),), ())
        if value != slot and self.at_input(value) != self.values.get(slot):
            raise Refused
        known = self._explicit(term)
        if known is not None:
            return self.at_input(known)
        return self._start(term.family, slot) * _abs(1 / self.dets[slot])

    def _explicit(self, term: Density) -> Expr | None:
        """The law that the context gives to a variable."""
        for item in self.assumed.definitions:
            if isinstance(item.name, Density) and item.name.family.name == term.family.name:
                made = expand(term, [item])
                if made != term and made.has(Known):
                    return made
        return None

    def _start(self, family: Family, slot: Expr) -> Expr:
        """The density of the input that belongs to a family of the output."""
        (name,) = self.inputs if len(self.inputs) == 1 else (None,)
        if name is None:
            raise Refused
        source = self.sources.get(label_of(family))
        return Density(Family(f"{family.name}'") if source is None else source, (name,), ())

    def _of_layer(self, term: Density, slot: Entry) -> Expr:
        family, (index,) = term.family, slot.indices
        if term.given or family.parameters or family.indices != (index,) or value_of(term.of[0]) != slot:
            raise Refused
        start = Density(Family(family.args[0], (), (Integer(0),)), (Entry(slot.base, 0),), ())
        if index == 0:
            return start
        step = Dummy("j", integer=True)
        inside = _log_abs(self._layer(step, slot.base))
        return start * exp(-IndexSum(inside, step, 1, index))

    def _moved(self, item: Expr) -> Expr:
        value = self.at_input(value_of(item))
        return item if value == value_of(item) else At(slot_of(item), value)

    def _mean(self, term: Expr) -> Expr:
        """A mean over an output as one over the input (the law of the unconscious statistician)."""
        assert isinstance(term, Expectation)
        law = term.law
        if not isinstance(law, Density) or law.given or tuple(law.of) != tuple(term.bound) or len(law.of) != 1:
            raise Refused
        slot = law.of_slots[0]
        if isinstance(slot, Entry) and slot.base in self.layered:
            if law.family.indices != slot.indices:
                raise Refused
            start = Density(Family(law.family.args[0], (), (Integer(0),)), (Entry(slot.base, 0),), ())
            return Expectation(self.at_input(term.body), start)
        if label_of(law.family) not in self.own and slot not in self.inputs:
            raise Refused
        if slot in self.inputs:
            body = self.at_input(term.body)
            if isinstance(body, Gradient) and body.wrt not in law.free_symbols and body.wrt != slot:
                return Gradient(Expectation(body.body, law), body.wrt)
            return Expectation(body, law)
        if slot not in self.dets:
            raise Refused
        return Expectation(self.at_input(term.body), self._start(law.family, slot))


def _as_mean(term: Any) -> Expectation:
    laws = (term.law, term.law) if isinstance(term, Entropy) else (term.left, term.right)
    gain = log(laws[0]) - log(laws[1]) if isinstance(term, KL) else -log(laws[1])
    if not all(isinstance(law, Density) for law in laws):
        raise Refused
    return Expectation(gain, laws[0], term.bound or None)


def _within_bars(term: Any, slopes: set[str]) -> bool:
    """Whether every derivative stands between bars, so that no sign of a determinant counts."""
    if isinstance(term, Gradient) or (isinstance(term, AppliedUndef) and term.func.__name__ in slopes):
        return False
    if isinstance(term, Abs):
        return True
    return all(_within_bars(part, slopes) for part in getattr(term, "args", ()))


def _log_abs(term: Expr) -> Expr:
    """`log |a b|` as a sum; of a product over an index, a sum over it."""
    total = Integer(0)
    for factor in Mul.make_args(term):
        base, power = factor.as_base_exp()
        if isinstance(base, IndexProduct):
            total += power * IndexSum(_log_abs(base.body), base.index, base.lower, base.upper)
        elif isinstance(factor, exp):
            total += factor.args[0]
        else:
            total += power * log(Abs(base))
    return total


def _abs(term: Expr) -> Expr:
    """`|a b|`, with products over an index as exponentials of sums."""
    factors = Mul.make_args(term)
    running = [factor for factor in factors if isinstance(factor.as_base_exp()[0], IndexProduct)]
    rest = Abs(Mul(*(factor for factor in factors if factor not in running)))
    return rest * exp(_log_abs(Mul(*running))) if running else rest


def _tidy(value: Expr) -> Expr:
    """A value in lowest terms."""
    made = algebraic(value)
    return made if made.has(AppliedUndef, Block) else cancel(made)
