"""Derivations written by the program, every step of them proved when it is made."""

from symelbo.derive.derivation import Chain, Derivation, Move, Proof, Step
from symelbo.derive.elbo import ROUTES, elbo
from symelbo.derive.model import Model, latent_variable_model, model
from symelbo.derive.rules import RULES, Rule

__all__ = [
    "ROUTES",
    "RULES",
    "Chain",
    "Derivation",
    "Model",
    "Move",
    "Proof",
    "Rule",
    "Step",
    "elbo",
    "latent_variable_model",
    "model",
]
