"""The rules that derivations are made of: what each says, and where it comes from.

A rule here is a name for a step. That a step is right is never taken from its rule: it is proved when it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from symelbo.language import Relation
from symelbo.proof.explaining import RULES as EXPLAINING

__all__ = ["RULES", "Rule"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A step by name: what it says in LaTeX, its source, and how the term before stands to the one after."""

    identifier: str
    statement: str
    source: str = ""
    relation: Relation = Relation.EQUAL


_ROWS = (
    Rule("MARGINALISE", r"p(x) = \int p(x, z)\, dz"),
    Rule("MULTIPLY-DIVIDE", r"f = q \cdot \frac{f}{q}, \quad q > 0"),
    Rule("AS-EXPECTATION", r"\int q(z)\, f(z)\, dz = \mathbb{E}_{q(z)}[f(z)]"),
    Rule("AS-INTEGRAL", r"\mathbb{E}_{q(z)}[f(z)] = \int q(z)\, f(z)\, dz"),
    Rule(
        "JENSEN-LOG",
        r"\log \mathbb{E}_q[f] \ge \mathbb{E}_q[\log f]",
        relation=Relation.GREATER_EQUAL,
    ),
    Rule("LOG-PRODUCT", r"\log \frac{a b}{c} = \log a + \log b - \log c"),
    Rule("LINEARITY", r"\mathbb{E}_q[f + g] = \mathbb{E}_q[f] + \mathbb{E}_q[g]"),
    Rule("CONSTANT", r"\mathbb{E}_q[c] = c"),
    Rule("INTEGRATE-OUT", r"\mathbb{E}_{q(y, z)}[f(z)] = \mathbb{E}_{q(z)}[f(z)]"),
    Rule("TOWER", r"\mathbb{E}_{q(y, z)}[f] = \mathbb{E}_{q(z)}[\mathbb{E}_{q(y \mid z)}[f]]"),
    Rule(
        "DIVERGENCE",
        r"\mathrm{KL}(q \,\|\, p) = \mathbb{E}_q\left[\log \frac{q}{p}\right]",
        "Kullback and Leibler (1951), eq. 2.6",
    ),
    Rule(
        "KL-NONNEG",
        r"\mathrm{KL}(q \,\|\, p) \ge 0",
        relation=Relation.GREATER_EQUAL,
    ),
    Rule("ENTROPY", r"\mathrm{H}[q] = -\mathbb{E}_q[\log q]"),
    Rule("BAYES", r"p(z \mid x) = \frac{p(x, z)}{p(x)}"),
    Rule("CHAIN-RULE", r"p(x, z) = p(x \mid z)\, p(z)"),
    Rule("FACTORISATION", r"p(x, z) = \prod_i p(x_i \mid \mathrm{pa}_i)"),
    Rule("MARKOV", r"p(a \mid b, c) = p(a \mid b) \text{ if } a \perp c \mid b"),
    Rule("CANCEL", r"\frac{a b}{a c} = \frac{b}{c}"),
    Rule("REARRANGE", r"a = b - c \iff a + c = b"),
    Rule("SUBSTITUTE", r"f(x) \text{ with } x \text{ replaced by what it stands for}"),
    Rule("SPLIT-FIRST", r"\sum_{t=1}^{T} f_t = f_1 + \sum_{t=2}^{T} f_t"),
    Rule("TELESCOPE", r"\sum_{t=2}^{T} (f_t - f_{t-1}) = f_T - f_1"),
    Rule("DENSITY", r"\mathcal{N}(z; \mu, \sigma^2) = \frac{1}{\sqrt{2 \pi \sigma^2}} e^{-(z - \mu)^2 / 2 \sigma^2}"),
    Rule("MOMENTS", r"\mathbb{E}_{\mathcal{N}(z; \mu, \sigma^2)}[z^2] = \mu^2 + \sigma^2"),
    Rule("COLLECT", r"a c + b c = (a + b)\, c"),
    Rule("CHANGE-OF-VARIABLES", r"p_X(x) = p_Z(f^{-1}(x)) \left|\det \frac{\partial f^{-1}(x)}{\partial x}\right|"),
    Rule(
        "REPARAMETERISE",
        r"\mathbb{E}_{q(z)}[f(z)] = \mathbb{E}_{s(\epsilon)}[f(g(\epsilon))]",
        "Kingma and Welling (2013), section 2.4",
    ),
    Rule("EXCHANGE", r"\nabla \mathbb{E}_s[f] = \mathbb{E}_s[\nabla f]"),
    Rule(
        "INVERSE-FUNCTION",
        r"\det \frac{\partial f^{-1}}{\partial x} = \left(\det \frac{\partial f}{\partial z}\right)^{-1}",
    ),
)


def _sourced(row: Rule) -> Rule:
    """The rule with its source; one that explains claims too has it there."""
    known = {rule.id: rule.source for rule in EXPLAINING}
    return replace(row, source=row.source or known.get(row.identifier, ""))


RULES = {row.identifier: _sourced(row) for row in _ROWS}
"""All rules by identifier."""
