"""What holds of the bound: the gap, its split, the tight case, and the forward divergence."""

from __future__ import annotations

from sympy import log

from symelbo.derive import moves
from symelbo.derive.derivation import Derivation, Proof
from symelbo.derive.elbo import expanded_bound
from symelbo.derive.model import Model, as_model
from symelbo.derive.model_text import densities_of_text
from symelbo.derive.rules import RULES
from symelbo.derive.structured import decompose
from symelbo.derive.written import add, difference, minus, mul, ratio
from symelbo.language import KL, Density, Entropy, Expectation

__all__ = ["forward_kl", "gap", "split", "tight"]


def gap(model: Model | str | None = None) -> Derivation:
    """The log-evidence less the bound is the divergence to the posterior (Jordan et al. 1999)."""
    given = as_model(model)
    evidence, posterior, exact = log(given.evidence), given.posterior, given.exact
    proof = (
        Proof(difference(evidence, expanded_bound(given)), given.context)
        .to(
            Expectation(add(evidence, minus(log(given.joint)), log(posterior)), posterior),
            RULES["CONSTANT"],
            ("since ", evidence, " is constant there"),
        )
        .to(
            Expectation(difference(log(posterior), log(exact)), posterior),
            RULES["BAYES"],
            ("Bayes' rule",),
        )
        .by(moves.close_divergence())
    )
    lead = ("what the bound leaves out is how far ", posterior, " is from the posterior")
    return Derivation(
        "gap",
        "What the bound leaves out",
        (proof.chain(*lead),),
        given.context,
        "Jordan, Ghahramani, Jaakkola and Saul (1999)",
        assumptions=given.claims,
    )


def split(model: Model | str | None = None) -> Derivation:
    """The bound as reconstruction less divergence (Kingma and Welling 2013, eq. 3), and as energy plus entropy."""
    given = as_model(model)
    together = Expectation(log(ratio(given.joint, given.posterior), evaluate=False), given.posterior)
    first = Proof(together, given.context)
    names = decompose(first, given) if given.factors else _plain_split(first, given)
    second = (
        Proof(together, given.context)
        .by(moves.log_of_product(), minor=True)
        .by(moves.expectation_of_sum())
        .by(moves.close_entropy())
    )
    return Derivation(
        "split",
        "Reconstruction and divergence",
        (
            first.chain("how well the latent variables explain the data, less how far they stray from the prior",
                        names=names),
            second.chain("the same bound as mean log-joint plus entropy"),
        ),
        given.context,
        "Kingma and Welling (2013), eq. 3",
        assumptions=given.claims,
    )  # fmt: skip


def _plain_split(proof: Proof, given: Model) -> tuple[tuple[object, str], ...]:
    prior = Density(given.joint.family, given.latent, given.joint.given)
    likelihood = Density(given.joint.family, given.observed, (*given.latent, *given.joint.given))
    proof.by(moves.replace_all("CHAIN-RULE", {given.joint: mul(likelihood, prior)}, ("chain rule",))).by(
        moves.log_of_product(lambda above, below: (likelihood, ratio(prior, below))), minor=True
    ).by(moves.expectation_of_sum()).by(moves.close_divergence())
    return (
        (Expectation(log(likelihood), given.posterior), "reconstruction"),
        (KL(given.posterior, prior), "divergence to the prior"),
    )


def tight(model: Model | str | None = None) -> Derivation:
    """With the posterior in the place of q the bound is the log-evidence."""
    given = as_model(model)
    exact, evidence = given.exact, given.evidence
    proof = (
        Proof(Expectation(log(ratio(given.joint, exact), evaluate=False), exact), given.context)
        .to(
            Expectation(log(ratio(mul(exact, evidence), exact), evaluate=False), exact),
            RULES["CHAIN-RULE"],
            ("chain rule",),
            minor=True,
        )
        .by(moves.cancel(), brief=("Bayes' rule",))
        .by(moves.constants_out(("since ", evidence, " is constant there")))
    )
    nothing = Proof(KL(exact, exact), given.context).to(
        log(1), RULES["DIVERGENCE"], ("a density is no distance from itself",)
    )
    return Derivation(
        "tight",
        "When the bound is tight",
        (
            proof.chain("put the posterior in the place of q"),
            nothing.chain("nothing is left out"),
        ),
        given.context,
        "Neal and Hinton (1998), lemma 1",
        assumptions=given.claims,
    )


def forward_kl(data: str = "x", p: str = r"p_\theta", source: str = "p_D") -> Derivation:
    """The forward divergence is the negative log-likelihood plus a constant of the data."""
    truth, fitted = densities_of_text([f"{source}({data})", f"{p}({data})"])
    loss = minus(Expectation(log(fitted), truth))
    proof = (
        Proof(KL(truth, fitted))
        .by(moves.open_divergence())
        .by(moves.expectation_of_sum())
        .to(difference(loss, Entropy(truth)), RULES["ENTROPY"], ("definition of the entropy",))
    )
    below = (
        Proof(loss)
        .to(add(KL(truth, fitted), Entropy(truth)), RULES["REARRANGE"], ("solve for the negative log-likelihood",))
        .to(Entropy(truth), RULES["KL-NONNEG"], ("divergences are never negative",))
    )
    return Derivation(
        "forward-kl",
        "Maximum likelihood as forward divergence",
        (
            proof.chain("from the data's density ", truth, " to the model's ", fitted),
            below.chain(
                "the entropy of the data is a constant, so both have the same minimum, and it cannot be beaten"
            ),
        ),
    )
