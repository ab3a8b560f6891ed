"""Standard models: the variational autoencoder, latent variables in layers, and in time."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from sympy import Expr, Integer, Rational, Symbol, log

from symelbo.derive.derivation import Chain, Derivation, Proof, Words
from symelbo.derive.elbo import elbo
from symelbo.derive.model import model
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, minus, mul
from symelbo.language import KL, Entry, IndexSum, Variable, known

__all__ = ["hierarchical", "state_space", "vae"]

_LAYERS: Final = (
    r"{p}({x}, {z}_{{1:L}}) = {p}({z}_L) {p}({x} \mid {z}_1) \prod_{{l=2}}^{{L}} {p}({z}_{{l-1}} \mid {z}_l); "
    r"{q}({z}_{{1:L}} \mid {x}) = {q}({z}_L \mid {x}) \prod_{{l=2}}^{{L}} {q}({z}_{{l-1}} \mid {z}_l, {x})"
)
_STEPS: Final = (
    r"{p}({x}_{{1:T}}, {z}_{{1:T}}) = {p}({z}_1) {p}({x}_1 \mid {z}_1) "
    r"\prod_{{t=2}}^{{T}} {p}({z}_t \mid {z}_{{t-1}}) {p}({x}_t \mid {z}_t); "
    r"{q}({z}_{{1:T}} \mid {x}_{{1:T}}) = {q}({z}_1 \mid {x}_{{1:T}}) "
    r"\prod_{{t=2}}^{{T}} {q}({z}_t \mid {z}_{{t-1}}, {x}_{{1:T}})"
)


def hierarchical(latent: str = "z", data: str = "x", p: str = "p", q: str = "q") -> Derivation:
    """Latent variables in `L` layers, for every number of layers: a divergence for each, under those above it."""
    text = _LAYERS.format(x=data, z=latent, p=p, q=q)
    return _of_model(
        "hierarchical",
        "The bound of a hierarchical model",
        text,
        "the top layer is drawn first, every layer below from the one above it, and the data from the lowest",
        "Sønderby, Raiko, Maaløe, Sønderby and Winther (2016), eq. 1 to 5",
    )


def state_space(latent: str = "z", data: str = "x", p: str = "p", q: str = "q") -> Derivation:
    """A state-space model of any length, with an approximation that is a Markov chain as well."""
    text = _STEPS.format(x=data, z=latent, p=p, q=q)
    return _of_model(
        "state-space",
        "The bound of a state-space model",
        text,
        "the state is a Markov chain, and every observation depends on the state of its own time",
        "Krishnan, Shalit and Sontag (2017), eq. 6",
    )


def _of_model(name: str, title: str, text: str, opening: str, source: str) -> Derivation:
    made = elbo(model(text))
    return replace(made, name=name, title=title, opening=(opening,), source=source)


def vae(latent: str = "z", data: str = "x", p: str = r"p_\theta", q: str = r"q_\phi") -> Derivation:
    """The variational autoencoder: reconstruction less divergence, and the divergence of a Gaussian encoder."""
    given = model(f"{p}({data}, {latent}) = {p}({latent}) {p}({data} \\mid {latent}); {q}({latent} \\mid {data})")
    bound = elbo(given)
    closed = _gaussian_encoder(given.latent[0])
    first = replace(bound.chains[0], lead=("the bound has one term for each factor of the model",))
    return Derivation(
        "vae",
        "The bound of a variational autoencoder",
        (first, closed),
        given.context,
        "Kingma and Welling (2013), eq. 3 and appendix B",
        assumptions=given.claims,
    )


def _gaussian_encoder(latent: Expr) -> Chain:
    """The divergence of a Gaussian with its own mean and variance in every entry from the standard one."""
    size, index = Symbol("J", integer=True, positive=True), Symbol("j", integer=True)
    mean, scale = Entry(Variable(r"\mu"), index), Entry(Variable(r"\sigma", positive=True), index)
    entry = Entry(latent, index)
    one = KL(known("Normal", entry, mean, scale**2), known("Normal", entry, Integer(0), Integer(1)))
    closed = add(Integer(1), log(scale**2), minus(mean**2), minus(scale**2))
    proof = Proof(minus(IndexSum(one, index, Integer(1), size))).to(
        mul(Rational(1, 2), IndexSum(closed, index, Integer(1), size)),
        RULES["MOMENTS"],
        ("the divergence from a Gaussian to the standard one, entry by entry",),
    )
    lead: Words = (
        "for an encoder that is Gaussian in every entry, with mean ", mean, " and variance ", scale**2,
        ", and a standard Gaussian prior, the second term has a closed form",
    )  # fmt: skip
    return proof.chain(*lead)
