"""`prove`: one claim, two independent roads, three verdicts."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Any

from sympy import Expr

from symelbo.calculus.angles import with_half_angles
from symelbo.calculus.budget import Budget
from symelbo.calculus.desk import Desk
from symelbo.calculus.judge import Judgement, judge
from symelbo.calculus.laws.derived import with_derived_laws
from symelbo.calculus.laws.explicit_claims import settle
from symelbo.calculus.laws.lawful import with_laws
from symelbo.calculus.laws.mixed import judge_mixed
from symelbo.calculus.maps.flows import settle_flow
from symelbo.calculus.scalar_claims import judge_scalars
from symelbo.errors import BudgetExceeded, IllFormed, InconsistentVerdict, NotSupported
from symelbo.language import (
    Attained,
    Claim,
    Context,
    Definition,
    Density,
    IndexProduct,
    Relation,
    Sign,
    as_claim,
    context,
    with_implied_signs,
)
from symelbo.language.definitions import Unfolding
from symelbo.language.firsts import with_first_steps
from symelbo.language.functionals import Extremum, Named
from symelbo.language.optima import with_optima
from symelbo.language.powers import with_plain_derivatives
from symelbo.language.steps import with_chains
from symelbo.language.walks import found_in
from symelbo.proof.constants import is_open, names_of, ways_to_prove
from symelbo.proof.ends import begins_after, stated_ends
from symelbo.proof.exponents import of_exponents
from symelbo.proof.extent import too_long
from symelbo.proof.extrema import disproofs, reductions
from symelbo.proof.generalise import generalisations, under_common_law, without_common_means
from symelbo.proof.lengths import is_long, of_any_length
from symelbo.proof.moving import with_moving_laws
from symelbo.proof.roads import confirm, contest
from symelbo.proof.verdict import Certificate, Status, Verdict
from symelbo.proof.views import views, with_shares
from symelbo.semantics.explicit.continuous import concerns
from symelbo.semantics.explicit.once import Bench

__all__ = ["Effort", "find_proof", "prove", "prove_claim"]


class Effort:
    """How much work a claim may cost: steps of the calculus, evaluations of the semantics, confirming draws.

    `repairs` is how many changes of a refuted claim are looked at in search of one that holds; 0 is no search.

    Work is counted in steps, so that a verdict never depends on how fast a machine is. `desk` and `bench`
    keep what the claims of one document have in common, for the calculus and for the semantics.
    """

    def __init__(
        self,
        calculus: int = 60_000,
        semantics: int = 400_000,
        draws: int = 2,
        seed: int = 0,
        repairs: int = 0,
        desk: Desk | None = None,
        bench: Bench | None = None,
    ) -> None:
        self.calculus = calculus
        self.semantics = semantics
        self.draws = draws
        self.seed = seed
        self.repairs = repairs
        self.desk = desk
        self.bench = bench

    def with_desk(self) -> Effort:
        """The same effort for the claims of one document, which share a new desk, and a new bench."""
        return Effort(self.calculus, self.semantics, self.draws, self.seed, self.repairs, Desk(), Bench())

    def budget(self) -> Budget:
        """A fresh budget for the calculus."""
        return Budget(self.calculus, self.desk)


def prove(
    statement: Any,
    relation: str | Relation | None = None,
    rhs: Any = None,
    *,
    assuming: Iterable[Any] | Context | None = None,
    wrt: Iterable[Expr] = (),
    effort: Effort | None = None,
) -> Verdict:
    """Decide a claim: a SymPy relation, or two expressions with a relation between them.

    `assuming` lists what holds in the models to be considered: factorisations (`Eq(p(x, z1, z2), p(z2) * ...)`),
    definitions, signs, independences. `wrt` names the variables that `\\propto` is about. Logarithms are natural.
    The verdict is `proved`, `refuted` with a witness, or `unknown` with the reason.
    Raises `IllFormed` for statements without meaning and `InconsistentVerdict` if the program contradicts itself.

    >>> from sympy import Eq, log
    >>> from symelbo import KL, E, family, prove, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
    >>> prove(Eq(log(p(x)) - elbo, KL(q(z | x), p(z | x)))).proved
    True
    >>> prove(Eq(log(p(x)) - elbo, KL(p(z | x), q(z | x)))).refuted
    True
    """
    claim = as_claim(statement, relation, rhs)
    if wrt:
        claim = Claim(claim.lhs, claim.relation, claim.rhs, tuple(wrt))
    return prove_claim(claim, context(assuming), effort or Effort())


def prove_claim(claim: Claim, assumed: Context, effort: Effort) -> Verdict:
    """Decide a claim in a context: certificate first, then agreement or a witness."""
    return _or_why_not(claim, assumed, effort, contested=True)


def find_proof(claim: Claim, assumed: Context, effort: Effort) -> Verdict:
    """As `prove_claim`, but no counterexample is sought: a claim that is not proved stays unknown."""
    return _or_why_not(claim, assumed, effort, contested=False)


def _or_why_not(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """The verdict, or why the claim is not looked at, or has no meaning somewhere in the range of its indices."""
    limit = too_long(claim)
    if limit is not None:
        any_length = _of_given_length(claim, assumed, effort, contested=False)
        if any_length is not None and any_length.proved:
            return any_length
        return Verdict(claim, Status.UNKNOWN, reason=limit)
    said, (claim, assumed) = claim, with_first_steps(claim, assumed)
    try:
        verdict = _at_the_ends(_in_all_ways(claim, assumed, effort, contested), assumed, effort, contested)
        return replace(verdict, claim=said)
    except IllFormed as wrong:
        reason = f"the claim has no meaning for some values of its indices: {wrong}"
        return Verdict(said, Status.UNKNOWN, reason=reason)


def _at_the_ends(verdict: Verdict, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """The verdict with the first values of free indices looked at: a proof says from where on it is one."""
    if verdict.refuted:
        return verdict
    bounds = dict(begins_after(verdict.claim, assumed))
    for end in stated_ends(verdict.claim, assumed):
        there = None if end.claim is None else _in_all_ways(end.claim, end.context, effort, contested)
        if there is not None and there.refuted:
            return replace(there, claim=verdict.claim)
        if there is None or not there.proved:
            bounds[end.index] = end.value + 1
    if verdict.certificate is None or not bounds:
        return verdict
    conditions = tuple(f"{index} is at least {first}" for index, first in bounds.items())
    certificate = replace(verdict.certificate, conditions=(*verdict.certificate.conditions, *conditions))
    return replace(verdict, certificate=certificate)


def _in_all_ways(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """The verdict on a claim as it is said, or else as it may be said of the mixtures of its context."""
    said, (claim, assumed) = claim, with_plain_derivatives(claim, assumed)
    if said != claim:
        return replace(_in_all_ways(claim, assumed, effort, contested), claim=said)
    assumed = with_shares(assumed)
    verdict = _of_given_length(claim, assumed, effort, contested)
    if verdict is None:
        verdict = _decided(claim, assumed, effort, contested)
    if verdict.proved:
        return verdict
    exponents = of_exponents(claim) if verdict.unknown else None
    if exponents is not None:
        seen = _in_all_ways(exponents, assumed, effort, contested)
        return verdict if seen.unknown else replace(seen, claim=claim)
    for view in views(claim, assumed):
        seen = _in_all_ways(view.claim, view.context, effort, contested and view.faithful)
        if seen.proved or (seen.refuted and view.faithful):
            return replace(seen, claim=claim)
        if verdict.refuted and not view.restates:  # on a model that need not be one of the mixture
            verdict = Verdict(claim, Status.UNKNOWN, reason=seen.reason or "no model of the mixture decides it")
    return verdict


def _of_given_length(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict | None:
    """The verdict on a claim about a sequence of a given length, from what holds for every length."""
    verdict = None
    for general in of_any_length(claim, assumed):
        verdict = _in_all_ways(general.claim, general.context, effort, contested=False)
        if verdict.proved:
            return replace(verdict, claim=claim)
    if verdict is None or not is_long(claim, assumed):
        return None
    if not contested:
        return Verdict(claim, Status.UNKNOWN, reason=verdict.reason)
    return _contested(claim, assumed, effort, Judgement(reason=verdict.reason or ""))


def _decided(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """The verdict on a claim as it is said."""
    if is_open(claim):
        return _up_to_anything(claim, assumed, effort, contested)
    assumed = with_optima(claim, with_chains(with_laws(assumed)))
    unfolded, rest = _unfolded(claim, assumed, effort.desk or Desk())
    # Signs are implied after unfolding too: a definition's functions are those of the claim.
    claim, unfolded = with_implied_signs(claim, assumed), with_implied_signs(unfolded, rest)
    if unfolded.lhs.has(Extremum) or unfolded.rhs.has(Extremum):
        return _by_reduction(unfolded, rest, effort, contested)
    scalars = judge_scalars(unfolded, rest)
    if scalars is not None:
        # The procedure decides: nothing else can prove what it has disproved.
        meant = (claim, assumed) if rest.definitions else (unfolded, rest)
        if scalars.holds:
            return replace(_confirmed(*meant, effort, scalars), claim=claim)
        if contested:
            return replace(_contested(*meant, effort, scalars), claim=claim)
        return Verdict(claim, Status.UNKNOWN, reason=scalars.reason, residual=scalars.residual)
    try:
        judgement = judge(*with_moving_laws(unfolded, rest), effort.budget())
    except (BudgetExceeded, NotSupported) as limit:
        judgement = Judgement(reason=str(limit))
    if not judgement.holds and (
        concerns(claim, assumed) or (not unfolded.lhs.has(Density) and not unfolded.rhs.has(Density))
    ):
        # A claim that mentions a density whose law has to be derived is likely to need it.
        derived = with_derived_laws((claim.lhs, claim.rhs), assumed, effort.desk)
        closed = settle(claim, derived) if derived is not assumed else None
        if closed is None:
            closed = settle(claim, assumed)
        if closed is not None:
            judgement = Judgement(True, "closed-form", ("CLOSED-FORM",), closed)
    if not judgement.holds:
        judgement = _written_out(claim, assumed, effort) or judgement
    if not judgement.holds:
        judgement = _by_change_of_variables(claim, assumed, effort) or judgement
    if not judgement.holds:
        judgement = _by_half_angles(unfolded, rest, effort) or judgement
    if judgement.holds:
        verdict = _confirmed(claim, assumed, effort, judgement)
    elif not contested:
        verdict = Verdict(claim, Status.UNKNOWN, reason=judgement.reason, residual=judgement.residual)
    else:
        verdict = _contested(claim, assumed, effort, judgement)
    if verdict.unknown:
        general = _by_generalisation(claim, assumed, effort)
        return verdict if general is None else general
    return verdict


def _up_to_anything(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """A claim up to a constant that does not say in what: proved under a reading, refuted under all of them."""
    for names in ways_to_prove(claim):
        verdict = _decided(replace(claim, wrt=names), assumed, effort, contested=False)
        if verdict.proved:
            return replace(verdict, claim=claim)
    each = [prove_claim(replace(claim, wrt=(name,)), assumed, effort) for name in names_of(claim) if contested]
    if each and all(verdict.refuted for verdict in each):
        return replace(each[0], claim=claim)
    what = "factor" if claim.relation is Relation.PROPORTIONAL else "term"
    return Verdict(claim, Status.UNKNOWN, reason=f"the claim does not say with respect to what the {what} is constant")


def _by_generalisation(claim: Claim, assumed: Context, effort: Effort) -> Verdict | None:
    """A claim that holds whatever its explicit laws are: both roads are taken with abstract ones in their place."""
    for apart in (without_common_means(claim), under_common_law(claim)):
        if apart is not None:
            verdict = _decided(apart, assumed, effort, contested=False)
            if verdict.proved:
                return replace(verdict, claim=claim)
    plain = _with_names_alone(assumed)
    if plain is not None:
        verdict = _decided(claim, plain, effort, contested=False)
        if verdict.proved:
            return replace(verdict, claim=claim)
    for general, kept in generalisations(claim, assumed):
        try:
            judgement = judge(general, kept, effort.budget())
        except (BudgetExceeded, NotSupported):
            continue
        if judgement.holds:
            verdict = _confirmed(general, kept, effort, judgement)
            if verdict.proved:
                return replace(verdict, claim=claim)
    return None


def _written_out(claim: Claim, assumed: Context, effort: Effort) -> Judgement | None:
    """A claim with explicit densities beside abstract ones, if it holds once the explicit ones are written out."""
    try:
        found = judge_mixed(claim, assumed, effort.budget())
    except (BudgetExceeded, NotSupported):
        return None
    if found is None or not found.holds:
        return None
    return found if found.rules else replace(found, rules=("CLOSED-FORM",))


def _by_change_of_variables(claim: Claim, assumed: Context, effort: Effort) -> Judgement | None:
    """A claim about the density of a variable that is a function of another."""
    try:
        return settle_flow(claim, assumed, effort.budget())
    except (BudgetExceeded, NotSupported):
        return None


def _by_reduction(claim: Claim, assumed: Context, effort: Effort, contested: bool) -> Verdict:
    """A claim about an extremum: proved by claims without one, refuted by what it would imply."""
    why = "the extremum is not where a multiple of the other objective, or a posterior, shows it to be"
    try:
        for way in reductions(claim, assumed):
            verdicts = [prove_claim(part, assumed, effort) for part in way]
            if all(verdict.proved for verdict in verdicts):
                rules = tuple(dict.fromkeys(("EXTREMUM", *(rule for verdict in verdicts for rule in verdict.rules))))
                agreement = min(v.certificate.agreement for v in verdicts if v.certificate is not None)
                certificate = Certificate("reduction", rules, tuple(v.certificate for v in verdicts), agreement)
                return Verdict(claim, Status.PROVED, certificate=certificate)
            why = next((v.reason for v in verdicts if v.reason), None) or why
    except BudgetExceeded as limit:
        why = str(limit)
    for implied in disproofs(claim, assumed) if contested else ():
        verdict = _contested(implied, assumed, effort, Judgement(reason=why))
        if verdict.refuted:
            return replace(verdict, claim=claim)
    return Verdict(claim, Status.UNKNOWN, reason=why)


def _by_half_angles(claim: Claim, assumed: Context, effort: Effort) -> Judgement | None:
    """What is decided with sines and cosines as rational functions; None where there are none."""
    turned = with_half_angles(claim)
    if turned is claim:
        return None
    found = judge_scalars(turned, assumed)
    if found is None:
        with suppress(BudgetExceeded, NotSupported):
            found = judge(turned, assumed, effort.budget())
    return found if found is not None and found.holds else None


def _unfolded(claim: Claim, assumed: Context, desk: Desk) -> tuple[Claim, Context]:
    """The claim with defined names replaced by what they stand for, for the calculus; explicit densities are left."""
    names = tuple(item for item in assumed.definitions if _is_abbreviation(item))
    if not names:
        return claim, assumed
    given, abbreviations = desk.unfolding(names), frozenset(names)
    rest = tuple(_unfolded_sign(item, given) for item in assumed.assumptions if item not in abbreviations)
    unfolded = replace(claim, lhs=given.whole(claim.lhs), rhs=given.whole(claim.rhs))
    return unfolded, replace(assumed, assumptions=rest)


def _with_names_alone(assumed: Context) -> Context | None:
    """The context without what quantities are: what holds for any values of them holds for these."""
    kept = tuple(
        item
        for item in assumed.assumptions
        if not isinstance(item, Definition) or isinstance(item.name, Density | Named) or item.value.has(Density)
    )
    return None if len(kept) == len(assumed.assumptions) else replace(assumed, assumptions=kept)


def _is_abbreviation(item: Definition) -> bool:
    """Whether a definition only gives a name; one that gives a family its densities is part of the model."""
    if not isinstance(item.name, Density):
        return True
    families = {density.family.name for density in found_in(item.value, Density)}
    return bool(families) and item.name.family.name not in families and not item.value.has(IndexProduct)


def _unfolded_sign(item: Any, names: Unfolding) -> Any:
    """An assumption with the same names replaced."""
    if isinstance(item, Sign):
        inner = item.claim
        return Sign(replace(inner, lhs=names.whole(inner.lhs), rhs=names.whole(inner.rhs)))
    if isinstance(item, Definition):
        return replace(item, value=names.whole(item.value))
    if isinstance(item, Attained):
        return replace(item, body=names.whole(item.body))
    return item


def _confirmed(claim: Claim, assumed: Context, effort: Effort, judgement: Judgement) -> Verdict:
    """A certificate counts only when evaluation on random concrete models agrees."""
    try:
        agreement = confirm(claim, assumed, draws=effort.draws, seed=effort.seed, bench=effort.bench)
    except (NotSupported, BudgetExceeded) as limit:
        return Verdict(
            claim, Status.UNKNOWN, reason=f"a certificate was found, but no concrete model could confirm it: {limit}"
        )
    if agreement.counterexample is not None:
        raise InconsistentVerdict(
            f"symelbo contradicts itself on {claim.lhs} {claim.relation.value} {claim.rhs}: the calculus proves it "
            f"({judgement.method}), and this model refutes it: {'; '.join(agreement.counterexample.lines())}. "
            "Please report this as a defect."
        )
    if not agreement.counted:
        return Verdict(
            claim,
            Status.UNKNOWN,
            reason="a certificate was found, but no concrete model of the context could be drawn to confirm it",
        )
    certificate = Certificate(
        judgement.method, judgement.rules, judgement.evidence, agreement.counted, judgement.conditions
    )
    return Verdict(claim, Status.PROVED, certificate=certificate)


def _contested(claim: Claim, assumed: Context, effort: Effort, judgement: Judgement) -> Verdict:
    try:
        witness = contest(claim, assumed, seed=effort.seed, budget=effort.semantics, bench=effort.bench)
    except (NotSupported, BudgetExceeded) as limit:
        return Verdict(claim, Status.UNKNOWN, reason=f"{judgement.reason}; no counterexample could be sought: {limit}")
    if witness is not None:
        return Verdict(claim, Status.REFUTED, witness=witness, residual=judgement.residual)
    return Verdict(
        claim,
        Status.UNKNOWN,
        reason=f"{judgement.reason}; no counterexample was found either",
        residual=judgement.residual,
    )
