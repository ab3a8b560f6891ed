"""Gaussians: the divergence between two of them, and moving their parameters out of the law."""

from __future__ import annotations

from sympy import Function, Integer, Rational, log

from symelbo.derive import moves
from symelbo.derive.derivation import Chain, Derivation, Proof
from symelbo.derive.model_text import densities_of_text, terms_of
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, minus, mul, ratio
from symelbo.language import KL, Claim, Context, Definition, Density, Expectation, Integral, Relation, Variable, known
from symelbo.language.functionals import Gradient

__all__ = ["gaussian_kl", "reparameterisation"]

_HALF = Rational(1, 2)
_MEAN, _SCALE = Variable(r"\mu"), Variable(r"\sigma", positive=True)
_NOISE = Variable(r"\epsilon")


def gaussian_kl(latent: str = "z", p: str = "p", q: str = "q") -> Derivation:
    """From a Gaussian with mean and variance to the standard one (Kingma and Welling 2013, appendix B)."""
    law, prior = densities_of_text([f"{q}({latent})", f"{p}({latent})"])
    z = law.of[0]
    claims = (
        Claim(law, Relation.EQUAL, known("Normal", z, _MEAN, _SCALE**2)),
        Claim(prior, Relation.EQUAL, known("Normal", z, Integer(0), Integer(1))),
    )
    context = Context().assume(*(Definition(claim.lhs, claim.rhs) for claim in claims))
    spread = ratio((z - _MEAN) ** 2, mul(Integer(2), _SCALE**2))
    inside = add(minus(mul(_HALF, log(_SCALE**2))), minus(spread), ratio(z**2, Integer(2)))
    fixed = add(minus(mul(_HALF, log(_SCALE**2))), minus(_HALF))
    proof = (
        Proof(KL(law, prior), context)
        .by(moves.open_divergence())
        .to(Expectation(inside, law), RULES["DENSITY"], ("the two densities, whose constants cancel",))
        .to(add(fixed, mul(_HALF, Expectation(z**2, law))), RULES["MOMENTS"], ("the variance is ", _SCALE**2))
        .to(add(fixed, mul(_HALF, add(_MEAN**2, _SCALE**2))), RULES["MOMENTS"], ("the second moment",))
        .to(mul(_HALF, add(_MEAN**2, _SCALE**2, Integer(-1), minus(log(_SCALE**2)))), RULES["COLLECT"], ("collect",))
    )
    return Derivation(
        "gaussian-kl",
        "The divergence from a Gaussian to the standard one",
        (proof.chain(),),
        context,
        "Kingma and Welling (2013), appendix B",
        assumptions=claims,
    )


def reparameterisation(latent: str = "z") -> Derivation:
    """The parameters of a Gaussian moved from the law into the function, so that gradients pass inside."""
    (z,) = terms_of([latent])
    f, slope = Function("f"), Function("f'")
    law, noise = known("Normal", z, _MEAN, _SCALE**2), known("Normal", _NOISE, Integer(0), Integer(1))
    moved = add(_MEAN, mul(_SCALE, _NOISE))
    average, after = Expectation(f(z), law), Expectation(f(moved, evaluate=False), noise)
    first = (
        Proof(average)
        .by(moves.as_integral())
        .to(
            Integral(mul(noise, f(moved, evaluate=False)), _NOISE),
            RULES["CHANGE-OF-VARIABLES"],
            ("substitute ", z, " by ", moved),
        )
        .to(after, RULES["AS-EXPECTATION"], ("read as an expectation",))
    )
    gradients = [
        Proof(Gradient(average, parameter))
        .to(Gradient(after, parameter), RULES["REPARAMETERISE"], ("reparameterise",))
        .to(
            Expectation(mul(slope(moved, evaluate=False), factor), noise),
            RULES["EXCHANGE"],
            ("differentiate inside, by the chain rule",),
        )
        .chain(*lead)
        for parameter, factor, lead in (
            (_MEAN, Integer(1), ("the law is free of parameters now, so the gradient passes inside",)),
            (_SCALE, _NOISE, ("and likewise for the scale",)),
        )
    ]
    return Derivation(
        "reparameterisation",
        "Reparameterised gradients",
        (first.chain("a Gaussian variable is a shifted and stretched standard one"), *gradients, _score()),
        source="Kingma and Welling (2013), section 2.4",
    )


def _score() -> Chain:
    phi = Variable(r"\phi")
    law, value = terms_of([r"q_\phi(z)", "f(z)"])
    assert isinstance(law, Density)
    average = Expectation(value, law)
    return (
        Proof(Gradient(average, phi))
        .to(Integral(mul(value, Gradient(law, phi)), *law.of), RULES["EXCHANGE"], ("differentiate inside",))
        .to(
            Expectation(mul(value, Gradient(log(law), phi)), law),
            RULES["EXCHANGE"],
            ("the gradient of ", law, " is ", mul(law, Gradient(log(law), phi))),
        )
        .chain("without a way to reparameterise there is the score")
    )
