"""Every derivation is proved when it is made, and again when what is written is read back."""

from __future__ import annotations

import pytest
from derive.derivation_trips import assert_read_back
from sympy import log

from symelbo import KL, E, context, derive, family, variables
from symelbo.derive import moves
from symelbo.derive.written import evaluated
from symelbo.errors import DerivationError
from symelbo.language import Relation
from symelbo.proof.explaining import RULES as EXPLAINING
from symelbo.proof.explaining import explain_verdict

x, z = variables("x z")
p, q = family("p"), family("q")
LONG = ("state-space", "hierarchical", "diffusion", "flow", "reparameterisation")  # these take a while to check


@pytest.mark.parametrize("name", derive.CATALOGUE)
def test_every_derivation_is_read_back(name):
    made = derive.CATALOGUE[name].make()
    assert made.steps and all(step.verdict.proved for step in made.steps)
    ways = (("md", "terse"), ("tex", "detailed"), ("text", "terse"))
    for style, detail in ways[:1] if name in LONG else ways:
        assert_read_back(made, style, detail)


@pytest.mark.parametrize("by", derive.ROUTES)
def test_every_route_to_the_bound_is_read_back(by):
    assert_read_back(derive.elbo(by=by), "md", "detailed")
    renamed = derive.latent_variable_model("h", r"\mathbf{v}", r"p_\theta", r"q_\phi", discrete=True)
    assert_read_back(derive.elbo(renamed, by=by), "text", "detailed")


def test_the_bound_by_jensen_is_two_lines():
    made = derive.elbo(by="jensen")
    assert made.write("latex", reasons=False).splitlines()[:4] == [
        r"\begin{align*}",
        r"\log p(x) &= \log \mathbb{E}_{q(z \mid x)}\left[\frac{p(x, z)}{q(z \mid x)}\right] \\",
        r"  &\ge \mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]",
        r"\end{align*}",
    ]
    assert [step.rule.identifier for step in made.steps] == [
        "MARGINALISE",
        "MULTIPLY-DIVIDE",
        "AS-EXPECTATION",
        "JENSEN-LOG",
    ]
    assert made.steps[-1].relation is Relation.GREATER_EQUAL
    assert r"\sum_z p(x, z)" in derive.elbo(derive.latent_variable_model(discrete=True)).latex(detail="detailed")


def test_every_step_uses_the_rule_that_its_proof_names():
    steps = (*derive.elbo(by="jensen").steps, *derive.split().steps)
    for step in steps:
        found = explain_verdict(step.verdict, context())
        assert found is not None and step.rule.uses in found.possible, step.rule.identifier
    assert {rule.uses for rule in derive.RULES.values()} <= {rule.id for rule in EXPLAINING}
    first = explain_verdict(steps[0].verdict, context())
    assert first is not None and derive.RULES["DIVERGENCE"].uses not in first.possible


def test_a_step_that_does_not_hold_is_not_made():
    proof = derive.Proof(log(p(x)))
    with pytest.raises(DerivationError, match=r"DIVERGENCE is refuted"):
        proof.to(-KL(q(z | x), p(z | x)), derive.RULES["DIVERGENCE"], ("no",))
    with pytest.raises(DerivationError, match="KL-NONNEG is refuted"):
        derive.Proof(E(log(p(x, z)), q(z | x))).to(
            log(p(x)) + KL(q(z | x), p(z | x)), derive.RULES["KL-NONNEG"], ("no",)
        )
    assert proof.steps == []


def test_a_rule_that_does_not_fit_says_so():
    with pytest.raises(DerivationError, match="JENSEN-LOG does not apply to any part of log"):
        derive.Proof(log(p(x))).by(moves.jensen())
    with pytest.raises(DerivationError, match=r"no route 'luck'.*jensen"):
        derive.elbo(by="luck")


def test_a_derivation_is_built_by_rules():
    proof = derive.Proof(KL(q(z | x), p(z))).by(moves.open_divergence()).by(moves.expectation_of_sum())
    first = proof.steps[0]
    assert first.where == KL(q(z | x), p(z))
    assert first.rule.source.startswith("Kullback")
    assert evaluated(proof.term) == E(log(q(z | x)), q(z | x)) - E(log(p(z)), q(z | x))
    assert derive.Derivation("mine", "Mine", (proof.chain(),))._repr_latex_().startswith("$\\displaystyle")
