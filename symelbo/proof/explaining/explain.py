"""`explain`: which named rules turn the left side of a proved claim into the right side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from symelbo.calculus.budget import Budget
from symelbo.calculus.laws.lawful import with_laws
from symelbo.errors import BudgetExceeded, NotSupported
from symelbo.language import Claim, Context, Density, Relation, as_claim, context
from symelbo.language.definitions import expand
from symelbo.language.firsts import with_first_steps
from symelbo.language.functionals import Extremum
from symelbo.language.steps import with_chains
from symelbo.proof.explaining.bounds import moves
from symelbo.proof.explaining.conditions import conditions_of
from symelbo.proof.explaining.naming import in_words, named
from symelbo.proof.explaining.steps import Ground, Steps, smallest_rules
from symelbo.proof.extrema import reductions
from symelbo.proof.lengths import is_long, of_any_length
from symelbo.proof.prove import Effort, prove_claim
from symelbo.proof.verdict import Verdict
from symelbo.proof.views import views, with_shares

__all__ = ["Explanation", "explain", "explain_verdict"]

_Way = tuple[Claim, Context]
_BY_FORMS = ("normal-form", "combination")
_EQUALITIES = (Relation.EQUAL, Relation.PROPORTIONAL, Relation.EQUAL_UP_TO_CONSTANT)


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a claim holds, for a person.

    `rules` are identifiers in the order in which they are told, `words` says the same in a phrase. `possible` are all
    rules that had a part in some way of proving it. `complete` is false where rules are named after the certificate,
    and what is rewritten on the way is not listed. `equality` says when an inequality is an equality, where known.
    """

    rules: tuple[str, ...]
    words: str
    conditions: tuple[str, ...] = ()
    possible: frozenset[str] = frozenset()
    complete: bool = True
    equality: str | None = None

    @property
    def steps(self) -> int:
        """The size of the step: how many rules it takes."""
        return len(self.rules)

    def __str__(self) -> str:
        return f"by {self.words}"


def explain(
    statement: Any,
    relation: str | Relation | None = None,
    rhs: Any = None,
    *,
    assuming: Iterable[Any] | Context | None = None,
    effort: Effort | None = None,
) -> Explanation | None:
    """Which rules prove a claim, in words; None for a claim that is not proved. Takes what `prove` takes.

    >>> from symelbo import E, KL, explain, family, variables
    >>> from sympy import Eq, log
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> print(explain(Eq(log(p(z | x)), log(p(x | z)) + log(p(z)) - log(p(x)))))
    by Bayes' rule, then the logarithm of a product
    >>> explain(log(p(x)), "==", E(log(p(x, z)), q(z))) is None
    True
    """
    claim, assumed = as_claim(statement, relation, rhs), context(assuming)
    return explain_verdict(prove_claim(claim, assumed, effort or Effort()), assumed, effort)


def explain_verdict(verdict: Verdict, assumed: Context, effort: Effort | None = None) -> Explanation | None:
    """The explanation of a verdict in the context that it was found in; None unless it is `proved`. Never raises."""
    if not verdict.proved or verdict.certificate is None:
        return None
    steps: Steps | None = None
    first: tuple[str, ...] = ()
    proved, assumed = with_first_steps(verdict.claim, assumed)
    ways = [(general.claim, general.context) for general in of_any_length(proved, assumed)]
    if not (ways and is_long(proved, assumed)):
        ways.append((proved, assumed))
    budgets = (effort or Effort()).budget
    try:
        for claim, kept in chain(_as_said(ways), _as_meant(ways) if verdict.certificate.method in _BY_FORMS else ()):
            try:
                steps, first = _steps(claim, kept, budgets())
            except (BudgetExceeded, NotSupported):
                continue
            if steps is not None:
                break
    except (BudgetExceeded, NotSupported):
        pass  # no other way to say it can be told
    return _told(verdict, steps, first)


def _as_said(ways: Sequence[_Way]) -> Iterator[_Way]:
    """Claims in their contexts, with the laws that formulas are."""
    return ((claim, with_laws(assumed)) for claim, assumed in ways)


def _as_meant(ways: Sequence[_Way]) -> Iterator[_Way]:
    """Claims in contexts that say more: which steps are a chain, what the shares of a mixture are; and as views."""
    for claim, assumed in ways:
        shared = with_shares(assumed)
        more = with_chains(with_laws(shared))
        if more != with_laws(assumed):
            yield claim, more
        for view in views(claim, shared):
            yield view.claim, with_chains(with_laws(view.context))


def _steps(claim: Claim, assumed: Context, budget: Budget) -> tuple[Steps | None, tuple[str, ...]]:
    """The rules of the equality in a claim, and the rule of the inequality in it."""
    ground = Ground(assumed, budget.desk)
    if claim.lhs.has(Extremum) or claim.rhs.has(Extremum):
        return _extremum(claim, assumed, ground, budget)
    if claim.relation in _EQUALITIES:
        return smallest_rules(claim, ground, budget), ()
    found = smallest_rules(Claim(claim.lhs, Relation.EQUAL, claim.rhs), ground, budget)
    if found is not None:
        return found, ()
    best: tuple[Steps | None, tuple[str, ...]] = (None, ())
    for rules, rest in moves(claim):
        found = smallest_rules(rest, ground, budget)
        if found is not None and (best[0] is None or len(found.rules) < len(best[0].rules)):
            best = (found, rules)
            if len(found.rules) < 2:
                break
    return best


def _extremum(claim: Claim, assumed: Context, ground: Ground, budget: Budget) -> tuple[Steps | None, tuple[str, ...]]:
    """The rules of the equality that a claim about an extremum comes down to."""
    names = tuple(item for item in assumed.definitions if not isinstance(item.name, Density))
    opened = replace(claim, lhs=expand(claim.lhs, names), rhs=expand(claim.rhs, names))
    for way in reductions(opened, assumed):
        if len(way) == 1 and way[0].relation in _EQUALITIES:
            found = smallest_rules(way[0], ground, budget)
            if found is not None:
                defined = ("DEFINITION",) if opened != claim else ()
                return Steps((*defined, *found.rules), found.possible), ("EXTREMUM",)
    return None, ()


def _told(verdict: Verdict, steps: Steps | None, first: tuple[str, ...]) -> Explanation:
    claim, certificate = verdict.claim, verdict.certificate
    assert certificate is not None
    constant = () if claim.relation not in _EQUALITIES[1:] else ("UP-TO-CONSTANT",)
    equality = getattr(certificate.evidence, "equality", None) if certificate.method == "combination" else None
    if steps is not None:
        own = (*first, *steps.rules, *constant)
        rules = named(own, claim, bool(first))
        possible = steps.possible | {*rules}
    else:
        own = certificate.rules or (("LOG-ALGEBRA",) if certificate.method == "log-field" else ())
        rules = named((*own, *constant), claim)
        possible = frozenset(rules)
    conditions = (*certificate.conditions, *conditions_of(rules, (claim.lhs, claim.rhs)))
    return Explanation(
        rules, in_words(rules, claim), tuple(dict.fromkeys(conditions)), possible, steps is not None, equality
    )
