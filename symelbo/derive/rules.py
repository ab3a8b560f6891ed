"""The rules that derivations are made of: moves in one direction, each a use of a rule in the table that proofs name.

A rule here is a name for a step. That a step is right is never taken from its rule: it is proved when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symelbo.language import Relation
from symelbo.proof.explaining import rule_named

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A step by name: which named rule it uses, what it says in LaTeX, and how the term before stands to the one after.

    The source is that of the rule it uses, where it has none of its own.
    """

    identifier: str
    uses: str
    statement: str
    source: str = ""
    relation: Relation = Relation.EQUAL


_ROWS = (
    Rule("MARGINALISE", "MARGINALISATION", r"p(x) = \int p(x, z)\, dz"),
    Rule("MULTIPLY-DIVIDE", "ARITHMETIC", r"f = q \cdot \frac{f}{q}, \quad q > 0"),
    Rule("AS-EXPECTATION", "EXPECTATION", r"\int q(z)\, f(z)\, dz = \mathbb{E}_{q(z)}[f(z)]"),
    Rule("AS-INTEGRAL", "EXPECTATION", r"\mathbb{E}_{q(z)}[f(z)] = \int q(z)\, f(z)\, dz"),
    Rule("JENSEN-LOG", "JENSEN-LOG", r"\log \mathbb{E}_q[f] \ge \mathbb{E}_q[\log f]", relation=Relation.GREATER_EQUAL),
    Rule("LOG-PRODUCT", "LOG-PRODUCT", r"\log \frac{a b}{c} = \log a + \log b - \log c"),
    Rule("LINEARITY", "LINEARITY", r"\mathbb{E}_q[f + g] = \mathbb{E}_q[f] + \mathbb{E}_q[g]"),
    Rule("CONSTANT", "NORMALISATION", r"\mathbb{E}_q[c] = c"),
    Rule("INTEGRATE-OUT", "MARGINALISATION", r"\mathbb{E}_{q(y, z)}[f(z)] = \mathbb{E}_{q(z)}[f(z)]"),
    Rule("TOWER", "PRODUCT-RULE", r"\mathbb{E}_{q(y, z)}[f] = \mathbb{E}_{q(z)}[\mathbb{E}_{q(y \mid z)}[f]]"),
    Rule("DIVERGENCE", "KL-DEFINITION", r"\mathrm{KL}(q \,\|\, p) = \mathbb{E}_q\left[\log \frac{q}{p}\right]"),
    Rule("KL-NONNEG", "KL-NONNEG", r"\mathrm{KL}(q \,\|\, p) \ge 0", relation=Relation.GREATER_EQUAL),
    Rule("ENTROPY", "ENTROPY", r"\mathrm{H}[q] = -\mathbb{E}_q[\log q]"),
    Rule("BAYES", "BAYES", r"p(z \mid x) = \frac{p(x, z)}{p(x)}"),
    Rule("CHAIN-RULE", "PRODUCT-RULE", r"p(x, z) = p(x \mid z)\, p(z)"),
    Rule("FACTORISATION", "FACTORISATION", r"p(x, z) = \prod_i p(x_i \mid \mathrm{pa}_i)"),
    Rule("MARKOV", "FACTORISATION", r"p(a \mid b, c) = p(a \mid b) \text{ if } a \perp c \mid b"),
    Rule("CANCEL", "ARITHMETIC", r"\frac{a b}{a c} = \frac{b}{c}"),
    Rule("REARRANGE", "ARITHMETIC", r"a = b - c \iff a + c = b"),
    Rule("SUBSTITUTE", "DEFINITION", r"f(x) \text{ with } x \text{ replaced by what it stands for}"),
    Rule("SPLIT-FIRST", "INDEX-SHIFT", r"\sum_{t=1}^{T} f_t = f_1 + \sum_{t=2}^{T} f_t"),
    Rule("TELESCOPE", "INDEX-SHIFT", r"\sum_{t=2}^{T} (f_t - f_{t-1}) = f_T - f_1"),
    Rule(
        "DENSITY",
        "CLOSED-FORM",
        r"\mathcal{N}(z; \mu, \sigma^2) = \frac{1}{\sqrt{2 \pi \sigma^2}} e^{-(z - \mu)^2 / 2 \sigma^2}",
    ),
    Rule("MOMENTS", "CLOSED-FORM", r"\mathbb{E}_{\mathcal{N}(z; \mu, \sigma^2)}[z^2] = \mu^2 + \sigma^2"),
    Rule("COLLECT", "ARITHMETIC", r"a c + b c = (a + b)\, c"),
    Rule(
        "CHANGE-OF-VARIABLES",
        "CHANGE-OF-VARIABLES",
        r"p_X(x) = p_Z(f^{-1}(x)) \left|\det \frac{\partial f^{-1}(x)}{\partial x}\right|",
    ),
    Rule(
        "REPARAMETERISE",
        "CHANGE-OF-VARIABLES",
        r"\mathbb{E}_{q(z)}[f(z)] = \mathbb{E}_{s(\epsilon)}[f(g(\epsilon))]",
        source="Kingma and Welling (2013), section 2.4",
    ),
    Rule("EXCHANGE", "GRADIENT", r"\nabla \mathbb{E}_s[f] = \mathbb{E}_s[\nabla f]"),
    Rule(
        "INVERSE-FUNCTION",
        "CHANGE-OF-VARIABLES",
        r"\det \frac{\partial f^{-1}}{\partial x} = \left(\det \frac{\partial f}{\partial z}\right)^{-1}",
    ),
)

RULES = {row.identifier: replace(row, source=row.source or rule_named(row.uses).source) for row in _ROWS}
"""All rules by identifier."""
