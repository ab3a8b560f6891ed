"""The bound of a diffusion model, for any number of steps (Ho, Jain and Abbeel 2020, appendix A)."""

from __future__ import annotations

from typing import Final

from sympy import Expr, log

from symelbo.derive import moves
from symelbo.derive.derivation import Derivation, Proof
from symelbo.derive.model_text import equations_of
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, minus, mul, ratio
from symelbo.language import (
    KL,
    Claim,
    Context,
    Definition,
    Density,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    Relation,
)

__all__ = ["diffusion"]

_PATHS: Final = (
    r"{q}({x}_{{1:T}} \mid {x}_0) = \prod_{{t=1}}^{{T}} {q}({x}_t \mid {x}_{{t-1}}); "
    r"{p}({x}_{{0:T}}) = {p}({x}_T) \prod_{{t=1}}^{{T}} {p}({x}_{{t-1}} \mid {x}_t); "
    r"{p}({x}_0); {p}({x}_0 \mid {x}_1); {q}({x}_1 \mid {x}_0); {q}({x}_T \mid {x}_0); {q}({x}_t \mid {x}_0); "
    r"{q}({x}_{{t-1}} \mid {x}_0); {q}({x}_t \mid {x}_{{t-1}}, {x}_0); {q}({x}_{{t-1}} \mid {x}_t, {x}_0)"
)


def diffusion(data: str = "x", p: str = r"p_\theta", q: str = "q") -> Derivation:
    """From the log-evidence of a clean signal to one divergence for every step of the noise."""
    forward, backward, *rest = equations_of(_PATHS.format(x=data, p=p, q=q))
    clean, first, noised, last, now, before, given_start, turned = (one.joint for one in rest)
    path, joint = forward.joint, backward.joint
    (steps,) = forward.factors
    end, back_steps = backward.factors
    assert isinstance(steps, IndexProduct) and isinstance(back_steps, IndexProduct) and isinstance(end, Density)
    step, back = steps.body, back_steps.body
    claims = (
        Claim(path, Relation.EQUAL, steps),
        Claim(joint, Relation.EQUAL, mul(end, back_steps)),
    )
    context = Context().assume(*(Definition(claim.lhs, claim.rhs) for claim in claims))
    one, top = steps.lower, steps.upper

    def total(body: Expr, start: Expr) -> Expr:
        return IndexSum(body, steps.index, start, top)

    def under(body: Expr) -> Expr:
        return Expectation(body, path)

    def logr(above: Expr, below: Expr) -> Expr:
        return log(ratio(above, below), evaluate=False)

    bound = (
        Proof(log(clean), context)
        .to(log(Integral(joint, *path.of)), RULES["MARGINALISE"], ("marginalise over the noisy signals",), minor=True)
        .to(
            log(Expectation(ratio(joint, path), path)),
            RULES["MULTIPLY-DIVIDE"],
            ("multiply and divide by ", path),
            brief=("multiply and divide by ", path),
        )
        .by(moves.jensen())
    )
    turning = (
        Proof(step, context)
        .to(given_start, RULES["MARKOV"], ("what went before does not matter",))
        .to(ratio(mul(turned, now), before), RULES["BAYES"], ("Bayes' rule",))
    )
    both = add(logr(back, turned), logr(before, now))
    parts = (
        Proof(under(logr(joint, path)), context)
        .to(
            under(add(log(end), total(logr(back, step), one))),
            RULES["FACTORISATION"],
            ("the logarithm of a product is a sum",),
        )
        .to(
            under(add(log(end), logr(first, noised), total(logr(back, step), one + 1))),
            RULES["SPLIT-FIRST"],
            ("keep the first step apart",),
            minor=True,
        )
        .to(
            under(add(log(end), logr(first, noised), total(both, one + 1))),
            RULES["BAYES"],
            ("turn all steps but the first round",),
            minor=True,
        )
        .to(
            under(add(log(first), logr(end, last), total(logr(back, turned), one + 1))),
            RULES["TELESCOPE"],
            ("the marginals cancel along the chain",),
            brief=("turn all steps but the first round; the marginals cancel",),
        )
    )
    start = Expectation(log(first), noised)
    prior = KL(last, end)
    middle = total(Expectation(KL(turned, back), now), one + 1)
    parts.to(add(start, minus(prior), minus(middle)), RULES["INTEGRATE-OUT"], ("average only over what occurs",))
    return Derivation(
        "diffusion",
        "The bound of a diffusion model",
        (
            bound.chain("the noisy signals are latent variables, so the usual bound holds"),
            turning.chain("a step of the noise may be conditioned on the start, and then be turned round"),
            parts.chain(
                "with that the bound falls into three groups",
                names=((start, "reconstruction"), (prior, "prior"), (middle, "denoising")),
            ),
        ),
        context,
        "Sohl-Dickstein, Weiss, Maheswaranathan and Ganguli (2015); Ho, Jain and Abbeel (2020), appendix A",
        ("a clean signal is made noisy in small steps, and a model learns to take the steps back",),
        assumptions=claims,
    )
