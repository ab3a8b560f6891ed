"""The evidence lower bound, by the routes that textbooks take, for any model with latent variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sympy import Expr, log

from symelbo.derive import moves
from symelbo.derive.derivation import Chain, Derivation, Proof, Words
from symelbo.derive.model import Model, as_model
from symelbo.derive.rules import RULES
from symelbo.derive.structured import decompose
from symelbo.derive.written import add, difference, minus, ratio
from symelbo.errors import DerivationError
from symelbo.language import KL, Entropy, Expectation

__all__ = ["ROUTES", "bound", "divergence", "elbo", "expanded_bound"]


def bound(model: Model) -> Expr:
    """`E_q[log p(x, z) / q(z | x)]`."""
    return Expectation(log(ratio(model.joint, model.posterior), evaluate=False), model.posterior)


def expanded_bound(model: Model) -> Expr:
    """`E_q[log p(x, z) - log q(z | x)]`."""
    return Expectation(difference(log(model.joint), log(model.posterior)), model.posterior)


def divergence(model: Model) -> Expr:
    """`KL(q(z | x) || p(z | x))`."""
    return KL(model.posterior, model.exact)


def jensen_proof(model: Model) -> Proof:
    """From the log-evidence to the bound."""
    return (
        Proof(log(model.evidence), model.context)
        .by(moves.marginalise(*model.latent, discrete=model.discrete), minor=True)
        .by(moves.multiply_divide(model.posterior), minor=True)
        .by(moves.as_expectation(), brief=moves.multiply_divide(model.posterior).words)
        .by(moves.jensen())
    )


def _jensen(model: Model) -> tuple[Chain, ...]:
    return (jensen_proof(model).chain(),)


def _importance(model: Model) -> tuple[Chain, ...]:
    weight = (
        Proof(model.evidence, model.context)
        .by(moves.marginalise(*model.latent, discrete=model.discrete))
        .by(moves.multiply_divide(model.posterior))
        .by(moves.as_expectation(words=("the mean of the importance weights",)))
    )
    below = (
        Proof(log(model.evidence), model.context)
        .to(log(weight.term), RULES["SUBSTITUTE"], ("take logarithms",))
        .by(moves.jensen())
    )
    return (
        weight.chain(
            "under ", model.posterior, " the weight ", ratio(model.joint, model.posterior), " has the evidence as mean"
        ),
        below.chain("the logarithm of one weight is too small on average"),
    )  # fmt: skip


def _kl(model: Model) -> tuple[Chain, ...]:
    opened = (
        Proof(divergence(model), model.context)
        .by(moves.open_divergence())
        .by(moves.bayes(model.exact))
        .by(moves.constants_out(("take out ", log(model.evidence), ", which does not depend on ", *_names(model))))
    )
    solved = (
        Proof(log(model.evidence), model.context)
        .to(add(expanded_bound(model), divergence(model)), RULES["REARRANGE"], ("solve for the log-evidence",))
        .by(moves.drop_divergence())
    )
    return (
        opened.chain("how far is ", model.posterior, " from the posterior"),
        solved.chain("what is left when the divergence is dropped is the bound"),
    )


def _free_energy(model: Model) -> tuple[Chain, ...]:
    energy = Expectation(minus(log(model.joint)), model.posterior)
    free = difference(energy, Entropy(model.posterior))
    together = Expectation(difference(log(model.posterior), log(model.joint)), model.posterior)
    apart = Expectation(
        difference(difference(log(model.posterior), log(model.exact)), log(model.evidence)), model.posterior
    )
    proof = (
        Proof(free, model.context)
        .to(together, RULES["ENTROPY"], ("definition of the entropy",))
        .to(apart, RULES["BAYES"], ("Bayes' rule",), minor=True)
        .by(moves.constants_out(), minor=True)
        .by(moves.close_divergence())
        .by(moves.drop_divergence())
    )
    turned = Proof(log(model.evidence), model.context).to(
        add(Expectation(log(model.joint), model.posterior), Entropy(model.posterior)),
        RULES["KL-NONNEG"],
        ("turn the signs round",),
    )
    return (
        proof.chain("the variational free energy is the mean energy ", minus(log(model.joint)), " less the entropy of ",
                    model.posterior),
        turned.chain("its negative is the bound"),
    )  # fmt: skip


def _em(model: Model) -> tuple[Chain, ...]:
    from symelbo.derive.em import em_chains

    return em_chains(model)


def _names(model: Model) -> Words:
    return tuple(piece for place, name in enumerate(model.latent) for piece in ((", ", name) if place else (name,)))


@dataclass(frozen=True, slots=True)
class Route:
    """A way to the bound: its title, its source and its chains."""

    title: str
    source: str
    chains: Callable[[Model], tuple[Chain, ...]]


ROUTES: Final = {
    "jensen": Route(
        "The evidence lower bound by Jensen's inequality", "Jordan, Ghahramani, Jaakkola and Saul (1999)", _jensen
    ),
    "importance": Route(
        "The evidence lower bound by importance sampling", "Kingma and Welling (2019), section 2.2", _importance
    ),
    "kl": Route(
        "The evidence lower bound by the divergence to the posterior", "Kingma and Welling (2013), eq. 1 and 2", _kl
    ),
    "free-energy": Route("The evidence lower bound as a free energy", "Neal and Hinton (1998), eq. 5", _free_energy),
    "em": Route("The evidence lower bound and the EM algorithm", "Neal and Hinton (1998), section 2", _em),
}
"""Ways to the bound, by name."""


def elbo(model: Model | str | None = None, by: str = "jensen") -> Derivation:
    """The evidence lower bound of a model, by a route of `ROUTES`.

    Without a model it is the plain `p(x, z)` with `q(z | x)`; a text is read as by `model`. A model that factorises
    goes on to its reconstruction and divergence terms. Raises `DerivationError` for an unknown route.

    >>> from symelbo import derive
    >>> print(derive.elbo().write("text", reasons=False))
    The evidence lower bound by Jensen's inequality
    <BLANKLINE>
    log p(x) = log E_{q(z | x)}[p(x, z) / q(z | x)]
             ≥ E_{q(z | x)}[log (p(x, z) / q(z | x))]
    <BLANKLINE>
    Source: Jordan, Ghahramani, Jaakkola and Saul (1999)
    <BLANKLINE>
    """
    route = ROUTES.get(by)
    if route is None:
        raise DerivationError(f"there is no route '{by}' to the bound; choose one of {', '.join(ROUTES)}")
    given = as_model(model)
    if given.factors and by == "jensen":
        proof = jensen_proof(given)
        chains: tuple[Chain, ...] = (proof.chain(names=decompose(proof, given)),)
    else:
        chains = (*route.chains(given), *((decomposition(given),) if given.factors and by != "em" else ()))
    return Derivation("elbo", route.title, chains, given.context, route.source, assumptions=given.claims)


def decomposition(model: Model) -> Chain:
    """The bound of a model that factorises, from `E_q[log p / q]` to its terms."""
    proof = Proof(bound(model), model.context)
    names = decompose(proof, model)
    return proof.chain("with the factors of the model the bound becomes", names=names)
