r"""Sines and cosines as rational functions: `\sin a = 2u / (1 + u^2)` and `\cos a = (1 - u^2) / (1 + u^2)`.

Multiples and sums of angles are expanded first (Weierstrass' substitution `u = \tan(a / 2)`). The functions on the
circle are the rational functions of `u`, so that nothing is lost: what vanishes after the change vanishes before it,
and the other way round.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Dummy, Expr, Integer, cos, expand_trig, ilcm, sin

from symelbo.language import Binder, Claim
from symelbo.language.walks import found_in

__all__ = ["with_half_angles"]

_MOST_TURNS = 8


def with_half_angles(claim: Claim) -> Claim:
    """The claim with rational functions of new names for its sines and cosines; the same one where it has none.

    >>> from sympy import Symbol
    >>> from symelbo.language import Relation
    >>> a = Symbol("a", real=True)
    >>> made = with_half_angles(Claim(cos(2 * a), Relation.EQUAL, cos(a)**2 - sin(a)**2))
    >>> (made.lhs - made.rhs).together().expand().simplify()
    0
    """
    turns = found_in(claim.lhs, sin, cos) | found_in(claim.rhs, sin, cos)
    if not turns or claim.wrt or any(side.has(Binder) for side in (claim.lhs, claim.rhs)):
        return claim
    scales = _scales(node.args[0] for node in turns)
    if scales is None:
        return claim
    # Each part of an angle is a whole multiple of a new angle, which is twice the arc tangent of a new name.
    angles = {part: Dummy("a", real=True) for part in scales}
    half = {angle: Dummy("u", real=True) for angle in angles.values()}
    changes: dict[Expr, Expr] = {}
    for node in turns:
        whole = Add(*(number * scales[part] * angles[part] for number, part in _parts(node.args[0])))
        changes[node] = expand_trig(node.func(whole)).replace(
            lambda term: term.func in (sin, cos) and term.args[0] in half,
            lambda term: _rational(term, half[term.args[0]]),
        )
        if changes[node].has(sin, cos):
            return claim
    return Claim(claim.lhs.xreplace(changes), claim.relation, claim.rhs.xreplace(changes))


def _rational(term: Expr, tangent: Expr) -> Expr:
    square = tangent**2
    return 2 * tangent / (1 + square) if term.func == sin else (1 - square) / (1 + square)


def _parts(angle: Expr) -> list[tuple[Expr, Expr]]:
    """An angle as rational multiples of parts; what is no number stays in the part."""
    return [term.as_coeff_Mul(rational=True) for term in Add.make_args(angle.expand())]


def _scales(angles: Iterable[Expr]) -> dict[Expr, Expr] | None:
    """By what each part is divided to be a whole multiple everywhere; None where a multiple is too large."""
    numbers: dict[Expr, list[Expr]] = {}
    for angle in angles:
        for number, part in _parts(angle):
            if part.is_number:
                return None
            numbers.setdefault(part, []).append(number)
    scales = {part: Integer(ilcm(1, *(int(number.q) for number in found))) for part, found in numbers.items()}
    far = any(abs(number * scales[part]) > _MOST_TURNS for part, found in numbers.items() for number in found)
    return None if far else scales
