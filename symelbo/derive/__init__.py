"""Derivations written by the program, every step of them proved when it is made.

>>> from symelbo import derive
>>> derive.elbo("p(x, z) = p(z) p(x | z); q(z | x)", by="jensen").result
E_{q(z | x)}[log(p(x | z))] - KL(q(z | x) || p(z))
"""

from symelbo.derive.catalogue import CATALOGUE
from symelbo.derive.derivation import Chain, Derivation, Move, Proof, Step
from symelbo.derive.diffusion import diffusion
from symelbo.derive.elbo import ROUTES, elbo
from symelbo.derive.flow import flow
from symelbo.derive.gaussian import gaussian_kl, reparameterisation
from symelbo.derive.identities import forward_kl, gap, split, tight
from symelbo.derive.iwae import iwae
from symelbo.derive.model import Model, latent_variable_model, model
from symelbo.derive.rules import RULES, Rule
from symelbo.derive.standard import hierarchical, state_space, vae

__all__ = [
    "CATALOGUE",
    "ROUTES",
    "RULES",
    "Chain",
    "Derivation",
    "Model",
    "Move",
    "Proof",
    "Rule",
    "Step",
    "diffusion",
    "elbo",
    "flow",
    "forward_kl",
    "gap",
    "gaussian_kl",
    "hierarchical",
    "iwae",
    "latent_variable_model",
    "model",
    "reparameterisation",
    "split",
    "state_space",
    "tight",
    "vae",
]
