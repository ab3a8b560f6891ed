"""What can be said: variables, densities, operators, claims and contexts, all of them SymPy expressions or values."""

from symelbo.language.claims import Claim, ClaimChain, Relation, as_claim
from symelbo.language.context import Context, Definition, Factorisation, Independence, Sign, context
from symelbo.language.densities import Density, Family, densities_of, family, variables_of
from symelbo.language.names import At, Block, Entry, Variable, is_variable, slot_of, value_of, variables
from symelbo.language.operators import (
    KL,
    Binder,
    CrossEntropy,
    E,
    Entropy,
    Expectation,
    H,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
)
from symelbo.language.scope import replace_free

__all__ = [
    "KL",
    "At",
    "Binder",
    "Block",
    "Claim",
    "ClaimChain",
    "Context",
    "CrossEntropy",
    "Definition",
    "Density",
    "E",
    "Entropy",
    "Entry",
    "Expectation",
    "Factorisation",
    "Family",
    "H",
    "Independence",
    "IndexProduct",
    "IndexSum",
    "Integral",
    "MutualInformation",
    "Relation",
    "Sign",
    "Variable",
    "as_claim",
    "context",
    "densities_of",
    "family",
    "is_variable",
    "replace_free",
    "slot_of",
    "value_of",
    "variables",
    "variables_of",
]
