r"""Change of variables: `p_X(f(z)) |\det \partial f / \partial z| = p_Z(z)` for an invertible smooth map.

Everything in a claim is written at the input of the map: densities of the output become those of the input over the
determinant, and the determinant of the inverse map one over that of the map (the inverse function theorem). For layers
`z_k = f_k(z_{k-1})` the density of `z_n` becomes that of `z_0` over the product of all determinants so far.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sympy import Abs, Dummy, Expr, Function, Integer, Symbol, exp, log
from sympy.core.function import AppliedUndef

from symelbo.calculus.budget import Budget
from symelbo.calculus.judge import Judgement, judge
from symelbo.language import (
    At,
    Binder,
    Claim,
    Context,
    Density,
    Det,
    Entry,
    Expectation,
    Family,
    IndexSum,
    Relation,
    context,
    slot_of,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.functionals import Gradient
from symelbo.language.maps import Map, maps_of

__all__ = ["settle_flow"]

_CONDITION = "the map is invertible and smooth, and the densities of its input and output belong to one random variable"


class _Refused(Exception):
    """Something in the claim is not at the input or the output of the map."""


def settle_flow(claim: Claim, assumed: Context, budget: Budget) -> Judgement | None:
    """A certificate for an equation with the Jacobian determinant of a declared map; None where there is none.

    Raises `BudgetExceeded`.

    >>> from sympy import Eq, Function
    >>> from symelbo.language import Det, family, variables
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
    for item in maps_of(assumed):
        others = [other for other in assumed.definitions if other.name != item.output]
        written = replace(claim, lhs=expand(claim.lhs, others), rhs=expand(claim.rhs, others))
        if not any(side.has(Gradient, Expectation) for side in (written.lhs, written.rhs)):
            continue
        try:
            sides = _Layers(item) if item.index is not None else _Single(item, written)
            left, right = sides.at_input(written.lhs), sides.at_input(written.rhs)
        except _Refused:
            continue
        if left.has(Gradient) or right.has(Gradient):
            continue
        found = judge(Claim(left, Relation.EQUAL, right), context(), budget)
        if found.holds:
            rules = ("CHANGE-OF-VARIABLES", *found.rules)
            return Judgement(True, found.method, rules, found.evidence, conditions=(*found.conditions, _CONDITION))
    return None


class _Rewriter:
    """Walks a term; subclasses say what stands for a determinant, a density and a name."""

    def at_input(self, term: Any) -> Any:
        """The term written at the input. Raises `_Refused`."""
        if isinstance(term, Abs):
            inner = term.args[0].args[0] if isinstance(term.args[0], Det) else term.args[0]
            if isinstance(inner, Gradient):
                return self.determinant(inner.body, inner.wrt)
        if isinstance(term, Gradient):
            raise _Refused
        if isinstance(term, Density):
            return self.density(term)
        if isinstance(term, Expectation):
            return self.mean(term)
        if isinstance(term, Binder) and not isinstance(term, IndexSum):
            raise _Refused
        changed = self.name(term)
        if changed is not None:
            return changed
        if not term.args:
            return term
        return term.func(*(self.at_input(part) for part in term.args))

    def _moved(self, item: Expr) -> Expr:
        value = self.at_input(value_of(item))
        return item if value == value_of(item) else At(slot_of(item), value)

    def mean(self, term: Expectation) -> Expr:
        """A mean over the output as one over the input (the law of the unconscious statistician)."""
        raise NotImplementedError

    def determinant(self, body: Expr, wrt: Expr) -> Expr:
        """The absolute determinant of the derivative of `body` by `wrt`."""
        raise NotImplementedError

    def density(self, term: Density) -> Expr:
        """A density at the input."""
        raise NotImplementedError

    def name(self, term: Expr) -> Expr | None:
        """What a name or a value of the map stands for; None where it is to be looked into."""
        raise NotImplementedError


def _positive(name: str, *arguments: Expr) -> Expr:
    return Function(rf"J_{{{name}}}", positive=True)(*arguments)


class _Single(_Rewriter):
    """`x = f(z)`."""

    def __init__(self, item: Map, claim: Claim) -> None:
        self.item = item
        self.jacobian = _positive(item.function, item.input)
        densities = claim.lhs.atoms(Density) | claim.rhs.atoms(Density)
        sources = {d.family for d in densities if self._slots(d) == (item.input,)}
        images = {d.family for d in densities if self._slots(d) == (item.output,)}
        if len(sources) > 1 or len(images) > 1 or (images and not sources):
            raise _Refused
        self.source = next(iter(sources), None)
        self.families = sources | images

    def _slots(self, term: Density) -> tuple[Expr, ...]:
        return () if term.given else tuple(term.of_slots)

    def _is_forward(self, body: Expr) -> bool:
        item = self.item
        return (
            body == item.output
            or (isinstance(body, AppliedUndef) and self._applied(body, item.function, item.input))
            or (isinstance(body, Symbol) and body.name == item.function)
        )

    def _is_inverse(self, body: Expr) -> bool:
        item = self.item
        return body == item.input or self._applied(body, f"{item.function}^{{-1}}", item.output)

    def _applied(self, body: Expr, function: str, argument: Expr) -> bool:
        return isinstance(body, AppliedUndef) and body.func.__name__ == function and body.args == (argument,)

    def determinant(self, body: Expr, wrt: Expr) -> Expr:
        if wrt == self.item.input and self._is_forward(body):
            return self.jacobian
        if wrt == self.item.output and self._is_inverse(body):
            return 1 / self.jacobian
        raise _Refused

    def mean(self, term: Expectation) -> Expr:
        law = term.law
        if not isinstance(law, Density) or tuple(law.of) != tuple(term.bound) or self.source is None:
            raise _Refused
        self.density(law)  # refuses what is no density of the input or the output
        return Expectation(self.at_input(term.body), Density(self.source, (self.item.input,), ()))

    def density(self, term: Density) -> Expr:
        slots = self._slots(term)
        if term.family not in self.families:
            of, given = ([self._moved(item) for item in items] for items in (term.of, term.given))
            return Density(term.family, of, given)
        if len(term.of) != 1 or slots not in ((self.item.input,), (self.item.output,)):
            raise _Refused
        value = value_of(term.of[0])
        assert self.source is not None
        made = Density(self.source, (self.item.input,), ())
        if slots == (self.item.output,):
            if not self._is_forward(value) or (isinstance(value, Symbol) and value != self.item.output):
                raise _Refused
            return made / self.jacobian
        if not self._is_inverse(value):
            raise _Refused
        return made

    def name(self, term: Expr) -> Expr | None:
        if self._is_inverse(term):
            return self.item.input
        if term == self.item.output or self._applied(term, self.item.function, self.item.input):
            return Function(self.item.function, real=True)(self.item.input)
        if isinstance(term, AppliedUndef) and term.func.__name__.startswith(self.item.function):
            raise _Refused
        return None


class _Layers(_Rewriter):
    """`z_k = f_k(z_{k-1})` for every `k` from 1 on."""

    def __init__(self, item: Map) -> None:
        self.item = item
        assert isinstance(item.output, Entry)
        self.base = item.output.base

    def _layer(self, index: Expr) -> Expr:
        # Every z_n is a function of z_0, and so is the determinant of every layer.
        return _positive(self.item.function, index, Entry(self.base, 0))

    def mean(self, term: Expectation) -> Expr:
        law = term.law
        if not isinstance(law, Density) or tuple(law.of) != tuple(term.bound):
            raise _Refused
        start = self._first(law)
        return Expectation(self.at_input(term.body), start)

    def _first(self, term: Density) -> Density:
        """The density of the first variable, for a density of any."""
        family = term.family
        if term.given or len(term.of) != 1 or len(family.indices) != 1 or family.parameters:
            raise _Refused
        if term.of[0] != Entry(self.base, family.indices[0]):
            raise _Refused
        return Density(Family(family.args[0], (), (Integer(0),)), (Entry(self.base, 0),), ())

    def determinant(self, body: Expr, wrt: Expr) -> Expr:
        if isinstance(wrt, Entry) and wrt.base == self.base and len(wrt.indices) == 1:
            index = wrt.indices[0] + 1
            applied = isinstance(body, AppliedUndef) and body.func.__name__ == self.item.function
            if (applied and body.args == (index, wrt)) or body == Entry(self.base, index):
                return self._layer(index)
            if body == Entry(self.base, wrt.indices[0] - 1):
                return 1 / self._layer(wrt.indices[0])
        raise _Refused

    def density(self, term: Density) -> Expr:
        if self.base not in {slot.base for slot in (*term.of_slots, *term.given_slots) if isinstance(slot, Entry)}:
            of, given = ([self._moved(item) for item in items] for items in (term.of, term.given))
            return Density(term.family, of, given)
        start, (index,) = self._first(term), term.family.indices
        step = Dummy("j", integer=True)
        return start if index == 0 else start * exp(-IndexSum(log(self._layer(step)), step, 1, index))

    def name(self, term: Expr) -> Expr | None:
        if isinstance(term, Entry) and term.base == self.base:
            start, (index,) = Entry(self.base, 0), term.indices
            return start if index == 0 else Function(rf"\hat{{{self.base}}}", real=True)(index, start)
        if isinstance(term, AppliedUndef):
            raise _Refused
        return None
