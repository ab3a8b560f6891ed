"""Expectations, divergences, integrals, sums over an index, gradients; vectors and matrices."""

from __future__ import annotations

from typing import Final

from sympy import Add

from symelbo.language import (
    KL,
    CrossEntropy,
    Det,
    Dot,
    Entropy,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    Ordered,
    Trace,
)
from symelbo.language.functionals import Extremum, Gradient
from symelbo.language.walks import found_in
from symelbo.writing.boxes import Big, Box, Call, Fence, Fraction, Name, Number, Script, Sign, Word, row
from symelbo.writing.terms.composer import Composer, Rule
from symelbo.writing.terms.levels import Level
from symelbo.writing.terms.names import slots

__all__ = ["RULES"]

_DET: Final = Word(r"\det", "det")


def _expectation(c: Composer, term: Expectation) -> Box:
    return Call(Script(Name(r"\mathbb{E}"), c.box(term.law)), Fence("[", c.box(term.body), "]"))


def _kl(c: Composer, term: KL) -> Box:
    inside = row(c.box(term.left), Sign("||"), c.box(term.right))
    return Call(Word(r"\mathrm{KL}", "KL"), Fence("(", inside, ")"))


def _entropy(c: Composer, term: Entropy) -> Box:
    return Call(Word(r"\mathrm{H}", "H"), Fence("[", c.box(term.law), "]"))


def _cross(c: Composer, term: CrossEntropy) -> Box:
    inside = row(c.box(term.left), Sign(","), Sign(r"\,"), c.box(term.right))
    return Call(Word(r"\mathrm{H}", "H"), Fence("(", inside, ")"))


def _information(c: Composer, term: MutualInformation) -> Box:
    first, second, third = (slots(c, part) if part else None for part in term.parts)
    assert first is not None and second is not None
    inside = row(first, Sign(";"), second)
    inside = row(inside, Sign("|"), third) if third is not None else inside
    return Call(Script(Word(r"\mathrm{I}", "I"), c.box(term.family)), Fence("(", inside, ")", grows=False))


def _integral(c: Composer, term: Integral) -> Box:
    body = c.box(term.body)
    inner = (part for part in found_in(term.body, Integral) if not part.discrete)
    # An inner integral over several variables would leave its last ones to this sign.
    if isinstance(term.body, Add) or (not term.discrete and any(len(part.bound) > 1 for part in inner)):
        body = Fence("(", body, ")")
    if term.discrete:
        return row(Big(r"\sum", c.listed(term.bound)), body)
    ends: list[Box] = []
    for name in term.bound:
        ends += [Sign(r"\,"), _after(Name("d"), c.box(name))]
    return row(Big(r"\int"), body, *ends)


def _series(c: Composer, term: IndexSum) -> Box:
    body = c.box(term.body)
    if isinstance(term.body, Add):
        body = Fence("(", body, ")")
    below = row(c.box(term.index), Sign("="), c.box(term.lower))
    sign = r"\prod" if isinstance(term, IndexProduct) else r"\sum"
    return row(Big(sign, below, c.box(term.upper)), body)


def _gradient(c: Composer, term: Gradient) -> Box:
    return row(Script(Name(r"\nabla"), c.box(term.wrt)), c.held(term.body, Level.OPEN))


def _extremum(c: Composer, term: Extremum) -> Box:
    words = {"argmax": r"\arg\max", "argmin": r"\arg\min"}.get(term.kind, "\\" + term.kind)
    body = Fence("(", c.box(term.body), ")") if isinstance(term.body, Add) else c.box(term.body)
    return row(Script(Word(words, term.kind), c.listed(term.over)), body)


# --- vectors and matrices -----------------------------------------------------------------------------------------


def _dot(c: Composer, term: Dot) -> Box:
    left, right = term.args
    if left == right:
        return Script(Fence(r"\|", c.box(left), r"\|"), None, Number("2"))
    return Fence(r"\langle ", c.listed(term.args), r"\rangle")


def _ordered(c: Composer, term: Ordered) -> Box:
    return row(*(c.held(part, Level.PRODUCT) for part in term.args))


def _trace(c: Composer, term: Trace) -> Box:
    return Call(Word(r"\mathrm{tr}", "tr"), Fence("(", c.box(term.args[0]), ")"))


def _det(c: Composer, term: Det) -> Box:
    inside = term.args[0]
    if isinstance(inside, Gradient):
        return row(_DET, _jacobian(c, inside))
    return row(_DET, Fence("(", c.box(inside), ")"))


def _jacobian(c: Composer, term: Gradient) -> Box:
    """All partial derivatives of a map, as one writes them under a determinant."""
    return Fraction(_after(Name(r"\partial"), c.box(term.body)), _after(Name(r"\partial"), c.box(term.wrt)))


def _after(head: Box, body: Box) -> Box:
    """A letter that belongs to what follows it, as in `dz`."""
    return Call(head, Fence("", body, "", grows=False))


RULES: Final[dict[type, Rule]] = {
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    CrossEntropy: _cross,
    MutualInformation: _information,
    Integral: _integral,
    IndexSum: _series,
    Gradient: _gradient,
    Extremum: _extremum,
    Dot: _dot,
    Ordered: _ordered,
    Trace: _trace,
    Det: _det,
}
