"""Normalising flows: the exact density of a variable that is an invertible function of another."""

from __future__ import annotations

from dataclasses import replace

from sympy import Abs, Expr, Function, Integer, log

from symelbo.derive.derivation import Chain, Derivation, Proof
from symelbo.derive.model_text import terms_of
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, difference
from symelbo.language import (
    At,
    Claim,
    Context,
    Definition,
    Density,
    Det,
    Entry,
    Family,
    IndexSum,
    Relation,
    Sign,
    Variable,
)
from symelbo.language.functionals import Gradient

__all__ = ["flow"]

_F, _BACK = Function("f"), Function("f^{-1}")


def flow(latent: str = "z", data: str = "x", p: str = "p") -> Derivation:
    """`x = f(z)` for an invertible `f`: the likelihood is known exactly, so no bound is needed."""
    x, z = terms_of([data, latent])
    target, source = Family(f"{p}_{{X}}"), Family(f"{p}_{{Z}}")
    here, there = Density(target, (x,)), Density(source, (z,))
    back = _BACK(x)
    pulled = Density(source, (At(z, back),))
    shrink, stretch = Abs(Det(Gradient(back, x))), Abs(Det(Gradient(_F(z), z)))
    claim = Claim(x, Relation.EQUAL, _F(z))
    context = Context().assume(Definition(x, _F(z)))
    density = (
        Proof(log(here), context)
        .to(add(log(pulled), log(shrink)), RULES["CHANGE-OF-VARIABLES"], ("change of variables",))
        .to(difference(log(there), log(stretch)), RULES["INVERSE-FUNCTION"], ("the Jacobian of the inverse",))
    )
    layered, layers = _layers()
    return Derivation(
        "flow",
        "The likelihood of a normalising flow",
        (density.chain("the density of ", x, " follows from that of ", z, ", with no gap"), layered),
        Context(context.assumptions + layers.assumptions),
        "Rezende and Mohamed (2015), eq. 5, 13 and 15",
        ("an invertible map carries a simple variable to a complicated one",),
        assumptions=(claim,),
    )


def _layers() -> tuple[Chain, Context]:
    """A flow of many layers as approximate posterior."""
    z, f = Variable("y"), Function("g")
    k, size = Variable("k", integer=True), Variable("K", integer=True, positive=True)

    def law(step: Expr) -> Density:
        return Density(Family("q", (), (step,)), (Entry(z, step),))

    def volume(step: Expr) -> Expr:
        before = Entry(z, step - 1)
        return log(Abs(Det(Gradient(f(step, before), before))))

    layer = Sign(Claim(Entry(z, k), Relation.EQUAL, f(k, Entry(z, k - 1))))
    context = Context().assume(layer)
    volumes = IndexSum(volume(k), k, Integer(1), size)
    last, first = law(size), law(Integer(0))
    composed = (
        Proof(log(last), context)
        .to(difference(log(law(size - 1)), volume(size)), RULES["CHANGE-OF-VARIABLES"], ("the last layer",))
        .to(difference(log(first), volumes), RULES["CHANGE-OF-VARIABLES"], ("all layers, one after the other",))
    )
    made = composed.chain("through ", size, " layers the logarithms of the Jacobians add up")
    return replace(made, assumptions=(layer.claim,)), context
