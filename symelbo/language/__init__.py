"""What can be said: variables, densities, operators, claims and contexts, all of them SymPy expressions or values."""

from symelbo.language.binders import Binder
from symelbo.language.claims import Claim, ClaimChain, Relation, as_claim
from symelbo.language.context import Attained, Context, Counted, Definition, Factorisation, Independence, Sign, context
from symelbo.language.densities import Density, Family, densities_of, family, variables_of
from symelbo.language.distributions import KNOWN_LAWS, Components, Indicator, Known, dummy_for, known
from symelbo.language.divergences import KL, CrossEntropy, E, Entropy, Expectation, H, MutualInformation
from symelbo.language.implied import with_implied_signs
from symelbo.language.linear import Det, Dimension, Dot, Identity, Inverted, Ordered, Trace, Transposed, norm_squared
from symelbo.language.names import At, Block, Entry, Variable, base_of, is_variable, slot_of, value_of, variables
from symelbo.language.overlap import indexed_names, may_overlap
from symelbo.language.scope import replace_free
from symelbo.language.sums import IndexProduct, IndexSum, Integral

__all__ = [
    "KL",
    "KNOWN_LAWS",
    "At",
    "Attained",
    "Binder",
    "Block",
    "Claim",
    "ClaimChain",
    "Components",
    "Context",
    "Counted",
    "CrossEntropy",
    "Definition",
    "Density",
    "Det",
    "Dimension",
    "Dot",
    "E",
    "Entropy",
    "Entry",
    "Expectation",
    "Factorisation",
    "Family",
    "H",
    "Identity",
    "Independence",
    "IndexProduct",
    "IndexSum",
    "Indicator",
    "Integral",
    "Inverted",
    "Known",
    "MutualInformation",
    "Ordered",
    "Relation",
    "Sign",
    "Trace",
    "Transposed",
    "Variable",
    "as_claim",
    "base_of",
    "context",
    "densities_of",
    "dummy_for",
    "family",
    "indexed_names",
    "is_variable",
    "known",
    "may_overlap",
    "norm_squared",
    "replace_free",
    "slot_of",
    "value_of",
    "variables",
    "variables_of",
    "with_implied_signs",
]
