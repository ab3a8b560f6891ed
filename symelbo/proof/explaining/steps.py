"""The fewest rules of the measure calculus under which the two sides of a claim become the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from symelbo.calculus.budget import Budget
from symelbo.calculus.desk import Desk
from symelbo.calculus.forms.form import Form
from symelbo.calculus.judge import mentions
from symelbo.calculus.measures.remembered import Memory
from symelbo.calculus.measures.restricted import SWITCHES, Restricted
from symelbo.calculus.sequences.chains import is_chain
from symelbo.calculus.sequences.starts import floor_of
from symelbo.language import Claim, Context, Definition, Density, Relation, with_implied_signs

__all__ = ["Ground", "Same", "Steps", "comparison", "smallest_rules"]

Same = Callable[[frozenset[str]], set[str] | None]
"""Whether two sides agree under some rules: those that were used, or None if they differ."""


@dataclass(frozen=True, slots=True)
class Steps:
    """The fewest rules that turn one side into the other, and every rule that could have had a part in it."""

    rules: tuple[str, ...]
    possible: frozenset[str]


class Ground:
    """What comparisons in one context have in common: its structure, and the forms that were worked out in it."""

    def __init__(self, assumed: Context, desk: Desk) -> None:
        self.names = tuple(item for item in assumed.definitions if not is_chain(item))
        self.structure = desk.structure(assumed)
        self.memory = desk.memory(assumed)
        self.desk = desk


def smallest_rules(claim: Claim, ground: Ground, budget: Budget) -> Steps | None:
    """Rules that suffice for an equality, none of which can be left out; None where the normal forms do not agree.

    Raises `BudgetExceeded`, as the normal form does.
    """
    names = ground.names
    abstract = tuple(item for item in names if not isinstance(item.name, Density))
    for taken in (abstract, names) if len(abstract) < len(names) else (abstract,):
        same = comparison(claim, ground, budget, taken)
        used = same(frozenset(SWITCHES) | {"DEFINITION"})
        if used is not None:
            return Steps(_smallest(used, same), frozenset(used))
    return None


def _smallest(used: set[str], same: Same) -> tuple[str, ...]:
    """A smallest set of rules, first of those that no proof can do without."""
    order = [rule for rule in ("DEFINITION", *SWITCHES) if rule in used]
    whole = frozenset(order)
    needed = [rule for rule in order if same(whole - {rule}) is None]
    if same(frozenset(needed)) is not None:
        return tuple(needed)
    rest = [rule for rule in order if rule not in needed]
    for rule in rest:
        if same(frozenset({*needed, rule})) is not None:
            return tuple(one for one in order if one == rule or one in needed)
    for rule in rest:
        if same(whole - {rule}) is not None:
            whole -= {rule}
    return tuple(rule for rule in order if rule in whole)


def comparison(claim: Claim, ground: Ground, budget: Budget, names: tuple[Definition, ...]) -> Same:
    """The comparison of both sides under given rules, remembered for those that were asked before.

    `names` are the definitions that are opened where the rules allow it.
    """
    structure = ground.structure
    written = with_implied_signs(claim)
    unfolding = ground.desk.unfolding(names)
    opened = with_implied_signs(replace(claim, lhs=unfolding.whole(claim.lhs), rhs=unfolding.whole(claim.rhs)))
    floor = floor_of((opened.lhs, opened.rhs), structure.floor)
    known: dict[frozenset[str], set[str] | None] = {}

    def same(rules: frozenset[str]) -> set[str] | None:
        if rules not in known:
            known[rules] = agreement(rules)
        return known[rules]

    def agreement(rules: frozenset[str]) -> set[str] | None:
        used = {"DEFINITION"} & rules if opened != written else set()
        stated = opened if used else written
        for quotient in (True, False) if "KL-DEFINITION" in rules and "LOG-PRODUCT" not in rules else (True,):
            for memory in (ground.memory, Memory()):
                normaliser = Restricted(structure, budget, rules, quotient, floor=floor, memory=memory)
                agree = _agree(stated, normaliser)
                if not normaliser.wavers:
                    break
            if agree:
                return normaliser.fired | used
        return None

    return same


def _agree(claim: Claim, normaliser: Restricted) -> bool:
    """Whether two sides have the same form, as the relation asks: wholly, or up to what is free of some names."""
    left, right = normaliser.form(claim.lhs), normaliser.form(claim.rhs)
    if left == right:
        return True
    match claim.relation:
        case Relation.EQUAL_UP_TO_CONSTANT:
            return _free(left - right, claim)
        case Relation.PROPORTIONAL:
            return _free(left * normaliser.power(right, Fraction(-1)), claim)
        case _:
            return False


def _free(form: Form, claim: Claim) -> bool:
    return bool(claim.wrt) and not any(mentions(form, name) for name in claim.wrt)
