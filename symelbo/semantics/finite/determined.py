"""What a document has fixed completely: the value of a term when its tables are given number by number."""

from __future__ import annotations

from random import Random
from typing import Any

from flint import fmpq

from symelbo.errors import BudgetExceeded, IllFormed, NotSupported
from symelbo.language import Claim, Context, Relation
from symelbo.semantics.arithmetic.closed_form import ClosedForm
from symelbo.semantics.arithmetic.decimals import Outcome
from symelbo.semantics.arithmetic.numbers import compare
from symelbo.semantics.budget import Budget
from symelbo.semantics.finite.models import Layout, Model, Rejected, blueprints
from symelbo.semantics.finite.world import Undefined

__all__ = ["number_of", "settled"]

_SIGNS = {
    Relation.EQUAL: "=",
    Relation.LESS: "<",
    Relation.LESS_EQUAL: "<=",
    Relation.GREATER: ">",
    Relation.GREATER_EQUAL: ">=",
}


def settled(claim: Claim, context: Context | None = None) -> bool | None:
    """Whether a claim holds, where the context fixes both of its sides as numbers; None where it does not.

    Equality is decided exactly, so that true means proved. A claim about numbers alone counts as well.

    >>> from sympy import Rational, log
    >>> from symelbo.language import Definition, family, variables
    >>> z, p = variables("z"), family("p")
    >>> given = Context((Definition(p(z.at(1)), Rational(2, 5)),))
    >>> settled(Claim(log(p(z.at(0))), Relation.EQUAL, log(3) - log(5)), given)
    True
    """
    sign = _SIGNS.get(claim.relation)
    if sign is None:
        return None
    left = number_of(claim.lhs, context)
    right = None if left is None else number_of(claim.rhs, context)
    if left is None or right is None:
        return None
    try:
        outcome = compare(left, sign, right)
    except IllFormed:
        return None
    return None if outcome is Outcome.UNDECIDED else outcome is Outcome.YES


def number_of(term: Any, context: Context | None = None, budget: Budget | None = None) -> Any | None:
    """The number that a term is in every model of the context, in closed form; None when it is not fixed.

    It is fixed when every table that the term reads is given entry by entry (a missing last entry of a row is what is
    left of one) and nothing in it is free. The result is a SymPy expression of rationals and logarithms.

    >>> from sympy import Rational, log
    >>> from symelbo.language import Definition, E, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> given = Context((
    ...     Definition(p(z.at(1)), Rational(2, 5)),
    ...     Definition(p(x.at(1) | z.at(0)), Rational(1, 4)),
    ...     Definition(p(x.at(1) | z.at(1)), Rational(4, 5)),
    ...     Definition(q(z.at(1)), Rational(7, 10)),
    ... ))
    >>> number_of(p(x.at(1)), given)
    47/100
    >>> number_of(E(log(p(x.at(1) | z)), q(z)), given)
    -3*log(4)/10 + 7*log(4/5)/10
    >>> number_of(p(x.at(1)), Context()) is None
    True
    """
    if getattr(term, "is_Rational", False):
        return term
    try:
        for plan in blueprints((term,), context or Context(), budget or Budget()):
            model = Layout(plan).draw(Random(0), tries=1)
            node = plan.nodes[0]
            env = model.environment()
            if any(model.world.counts[place] > 1 for place in node.free - set(model.world.constants.values())):
                return None
            value = _closed(model, node, env)
            # What was chosen at random must not be what the term rests on.
            return None if _chosen(model) else value
    except (NotSupported, IllFormed, BudgetExceeded, Rejected, Undefined, ZeroDivisionError, TypeError):
        return None
    return None


def _closed(model: Model, node: Any, env: list[int]) -> Any:
    world = model.world
    model.load()
    world.closed = True
    try:
        value = node.run(env)
    finally:
        world.closed = False
        world.reset()
    if not isinstance(value, fmpq | ClosedForm):
        raise NotSupported("the value has no closed form in rationals and logarithms")
    return ClosedForm.of(value).expr


def _chosen(model: Model) -> bool:
    plan = model.layout.plan
    linked = bool(plan.pins) or bool(plan.signs)
    return any(key[0] != "row" or linked or key[1] in plan.claimed for key in model.genes)
