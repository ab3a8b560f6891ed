"""Inequalities as a person explains them: one move that can only lower a side, and equalities around it."""

from __future__ import annotations

from collections.abc import Iterator

from sympy import Add, Expr, Mul, exp, log

from symelbo.calculus.naming import jensen_moves
from symelbo.language import KL, Claim, Density, Expectation, Integral, MutualInformation, Relation

__all__ = ["moves"]

_UPWARDS = (Relation.GREATER_EQUAL, Relation.GREATER)


def moves(claim: Claim) -> Iterator[tuple[tuple[str, ...], Claim]]:
    """The rules of a single move, and the equality that is left to explain when it is made.

    That the inequality holds is known from elsewhere: this only names what it is an instance of.
    """
    large, small = (claim.lhs, claim.rhs) if claim.relation in _UPWARDS else (claim.rhs, claim.lhs)
    for side, other, sign in ((large, small, 1), (small, large, -1)):
        for term in Add.make_args(side):
            rules = _dropped(term, sign)
            if rules:
                yield rules, _equal(side - term, other)
    for side, other in ((large, small), (small, large)):
        for outside, inside in jensen_moves(side):
            yield ("JENSEN-LOG",), _equal(side.xreplace({outside: inside}), other)
    for side, other, sign in ((small, large, 1), (large, small, -1)):
        for term in Add.make_args(side):
            outside = _taken_out(term * sign)
            if outside is not None:
                yield ("JENSEN-LOG",), _equal(side - term + sign * outside, other)


def _equal(left: Expr, right: Expr) -> Claim:
    return Claim(left, Relation.EQUAL, right)


def _taken_out(term: Expr) -> Expr | None:
    """`log E_w[e^g]` for a mean `E_w[g]` of logarithms, written as an expectation or as an integral."""
    if isinstance(term, Expectation) and term.body.has(log):
        return log(Expectation(exp(term.body), term.law, term.bound))
    if isinstance(term, Integral):
        factors = Mul.make_args(term.body)
        law = next((f for f in factors if isinstance(f, Density) and set(f.of) == set(term.bound)), None)
        rest = Mul(*(factor for factor in factors if factor != law))
        if law is not None and rest.has(log):
            return log(Integral(law * exp(rest), *term.bound, discrete=term.discrete))
    return None


def _dropped(term: Expr, sign: int) -> tuple[str, ...]:
    """The rules by which a term can be dropped: a divergence or an information times something of this sign."""
    factors = Mul.make_args(term)
    rest = [factor for factor in factors if not isinstance(factor, KL | MutualInformation)]
    number = Mul(*rest) * sign
    if len(rest) != len(factors) - 1 or number.is_negative:
        return ()
    return ("KL-NONNEG",) if number.is_positive else ("KL-NONNEG", "ASSUMED-SIGN")
