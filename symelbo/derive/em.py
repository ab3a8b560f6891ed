"""The bound as both steps of the EM algorithm see it (Neal and Hinton 1998)."""

from __future__ import annotations

from sympy import Expr, log

from symelbo.derive import moves
from symelbo.derive.derivation import Chain, Proof
from symelbo.derive.model import Model
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, difference
from symelbo.language import KL, At, Density, Entropy, Expectation, Family, Relation, Variable

__all__ = ["em_chains"]

_THETA = Variable(r"\theta")
_OLD = At(_THETA, Variable(r"\theta'"))


def em_chains(model: Model) -> tuple[Chain, ...]:
    """The split of the log-likelihood, the E-step, the M-step, and why the likelihood never falls."""
    family = Family(model.joint.family.args[0])

    def joint(theta: Expr) -> Expr:
        return Density(family, model.joint.of, (*model.joint.given, theta))

    def evidence(theta: Expr) -> Expr:
        return Density(family, model.observed, (*model.joint.given, theta))

    def posterior(theta: Expr) -> Density:
        return Density(family, model.latent, (*model.observed, *model.joint.given, theta))

    def energy(law: Density, theta: Expr) -> Expr:
        return Expectation(log(joint(theta)), law)

    q, now = model.posterior, posterior(_OLD)
    bound = Expectation(difference(log(joint(_THETA)), log(q)), q)
    halves = Proof(log(evidence(_THETA))).to(
        add(bound, KL(q, posterior(_THETA))), RULES["BAYES"], ("Bayes' rule, averaged over ", q)
    )
    touching = (
        Proof(add(energy(now, _OLD), Entropy(now)))
        .to(Expectation(difference(log(joint(_OLD)), log(now)), now), RULES["ENTROPY"], ("definition of the entropy",))
        .to(Expectation(log(evidence(_OLD)), now), RULES["BAYES"], ("Bayes' rule",))
        .by(moves.constants_out(("the average of a constant",)))
    )
    below = Proof(log(evidence(_THETA))).to(
        add(energy(now, _THETA), Entropy(now)), RULES["KL-NONNEG"], ("drop the divergence",)
    )
    rising = Proof(difference(log(evidence(_THETA)), log(evidence(_OLD)))).to(
        difference(energy(now, _THETA), energy(now, _OLD)),
        RULES["KL-NONNEG"],
        ("the bound, less what it touches",),
        relation=Relation.GREATER_EQUAL,
    )
    return (
        halves.chain("for every ", q, " the log-likelihood is a bound and a divergence"),
        touching.chain("the E-step puts the posterior at the present ", _OLD.value, " in the place of ", q,
                       ", and there the bound touches the log-likelihood"),
        below.chain("elsewhere it stays below; the M-step raises its first term, the only one with ", _THETA),
        rising.chain("so the log-likelihood rises at least as much as that term does"),
    )  # fmt: skip
