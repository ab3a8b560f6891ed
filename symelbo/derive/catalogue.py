"""Every derivation by its name, with the options that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from symelbo.derive.derivation import Derivation
from symelbo.derive.diffusion import diffusion
from symelbo.derive.elbo import elbo
from symelbo.derive.flow import flow
from symelbo.derive.gaussian import gaussian_kl, reparameterisation
from symelbo.derive.identities import forward_kl, gap, split, tight
from symelbo.derive.iwae import iwae
from symelbo.derive.standard import hierarchical, state_space, vae

__all__ = ["CATALOGUE", "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A derivation: its name, what it shows in a line, and whether it can be made for a model of one's own.

    `names` are the symbols that can be renamed, where it is about a model of its own.
    """

    name: str
    says: str
    make: Callable[..., Derivation]
    takes_model: bool = True
    names: tuple[str, ...] = ()


_ALL: Final = ("latent", "data", "p", "q")
_LAWS: Final = ("latent", "p", "q")
CATALOGUE: Final = {
    row.name: row
    for row in (
        Entry("elbo", "the evidence lower bound, by one of five routes", elbo),
        Entry("gap", "what the bound leaves out is the divergence to the posterior", gap),
        Entry("split", "reconstruction less divergence to the prior, and energy plus entropy", split),
        Entry("tight", "the bound is the log-evidence when q is the posterior", tight),
        Entry("forward-kl", "maximum likelihood is the smallest forward divergence", forward_kl, False, ("data", "p")),
        Entry(
            "gaussian-kl",
            "the divergence from a Gaussian to the standard one",
            gaussian_kl,
            False,
            _LAWS,
        ),
        Entry("vae", "the bound of a variational autoencoder, in closed form", vae, False, _ALL),
        Entry(
            "reparameterisation", "gradients that pass inside an expectation", reparameterisation, False, ("latent",)
        ),
        Entry("iwae", "the bound with several importance weights", iwae, False, _ALL),
        Entry(
            "hierarchical",
            "latent variables in any number of layers",
            hierarchical,
            False,
            ("latent", "data", "p", "q"),
        ),
        Entry("state-space", "latent variables in time", state_space, False, _ALL),
        Entry("diffusion", "a diffusion model with any number of steps", diffusion, False, ("data", "p", "q")),
        Entry("flow", "the exact likelihood of an invertible map", flow, False, ("latent", "data", "p")),
    )
}
"""Derivations by name."""
