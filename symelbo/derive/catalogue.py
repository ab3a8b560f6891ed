"""Every derivation by its name, with the options that it takes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from symelbo.derive.derivation import Derivation
from symelbo.derive.elbo import elbo
from symelbo.derive.identities import forward_kl, gap, split, tight

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


CATALOGUE: Final = {
    row.name: row
    for row in (
        Entry("elbo", "the evidence lower bound, by one of five routes", elbo),
        Entry("gap", "what the bound leaves out is the divergence to the posterior", gap),
        Entry("split", "reconstruction less divergence to the prior, and energy plus entropy", split),
        Entry("tight", "the bound is the log-evidence when q is the posterior", tight),
        Entry("forward-kl", "maximum likelihood is the smallest forward divergence", forward_kl, False, ("data", "p")),
    )
}
"""Derivations by name."""
