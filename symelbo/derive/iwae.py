"""The importance-weighted bound: more samples, and a value between the bound and the log-evidence."""

from __future__ import annotations

from sympy import Expr, Integer, Symbol, log

from symelbo.derive.derivation import Derivation, Proof
from symelbo.derive.model import latent_variable_model
from symelbo.derive.rules import RULES
from symelbo.derive.written import mul, ratio
from symelbo.language import (
    At,
    Block,
    Claim,
    Context,
    Definition,
    Density,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Relation,
)

__all__ = ["iwae"]


def iwae(latent: str = "z", data: str = "x", p: str = "p", q: str = "q") -> Derivation:
    """The bound with `K` weights: never above the log-evidence, never below the bound with one."""
    plain = latent_variable_model(latent, data, p, q)
    size, index = Symbol("K", integer=True, positive=True), Symbol("k", integer=True)
    x, z = plain.observed[0], plain.latent[0]
    draw = Entry(z, index)
    own = Density(plain.posterior.family, (draw,), (x,))
    joint = Density(plain.joint.family, (x, At(z, draw)))
    draws = Density(plain.posterior.family, (Block(z, Integer(1), size),), (x,))
    claim = Claim(draws, Relation.EQUAL, IndexProduct(own, index, Integer(1), size))
    context = Context().assume(Definition(claim.lhs, claim.rhs))
    weight = ratio(joint, own)

    def mean(term: Expr) -> Expr:
        return mul(ratio(Integer(1), size), IndexSum(term, index, Integer(1), size))

    bound = Expectation(log(mean(weight), evaluate=False), draws)
    above = (
        Proof(bound, context)
        .to(
            log(Expectation(mean(weight), draws), evaluate=False),
            RULES["JENSEN-LOG"],
            ("Jensen's inequality",),
            relation=Relation.LESS_EQUAL,
        )
        .to(log(mean(Expectation(weight, own)), evaluate=False), RULES["LINEARITY"], ("linearity of expectations",))
        .to(log(mean(plain.evidence), evaluate=False), RULES["MARGINALISE"], ("every weight has the evidence as mean",))
        .to(log(plain.evidence), RULES["COLLECT"], ("the average of equal terms",))
    )
    below = (
        Proof(bound, context)
        .to(
            Expectation(mean(log(weight, evaluate=False)), draws),
            RULES["JENSEN-LOG"],
            ("Jensen's inequality for the average over ", index),
        )
        .to(mean(Expectation(log(weight, evaluate=False), own)), RULES["LINEARITY"], ("linearity of expectations",))
    )
    return Derivation(
        "iwae",
        "The importance-weighted bound",
        (
            above.chain("the logarithm of the average of ", size, " independent weights is below the log-evidence"),
            below.chain(
                "and it is above the average of ", size, " bounds with a single weight, which are all the same"
            ),
        ),
        context,
        "Burda, Grosse and Salakhutdinov (2016), theorem 1",
        assumptions=(claim,),
    )
