"""Claims about numbers alone, put to points: no densities, no averages, nothing but symbols and functions of them.

The points are rational, lie in the domains that the symbols and the context declare, and reach thin ones: a simplex of
many states, ordered intervals.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import sympy as sp
from sympy import Expr, Symbol

from symelbo.errors import NotSupported
from symelbo.language import Claim, Context, Relation, Variable
from symelbo.semantics.arithmetic.balls import is_known
from symelbo.semantics.scalars.domains import Between, Domain, Ordered, Positive, Simplex
from symelbo.semantics.scalars.points import Point, agreement
from symelbo.semantics.scalars.points import find_witness as find_point
from symelbo.semantics.witness import Agreement, Witness

__all__ = ["agrees", "concerns", "find_witness"]

_SIGNS = {
    Relation.EQUAL: "=",
    Relation.LESS_EQUAL: "<=",
    Relation.GREATER_EQUAL: ">=",
    Relation.LESS: "<",
    Relation.GREATER: ">",
}
_RELATIONS: dict[Relation, Any] = {
    Relation.EQUAL: sp.Eq,
    Relation.LESS_EQUAL: sp.Le,
    Relation.GREATER_EQUAL: sp.Ge,
    Relation.LESS: sp.Lt,
    Relation.GREATER: sp.Gt,
}


def concerns(claim: Claim, assumed: Context) -> bool:
    """Is the claim about numbers alone, in a context that says nothing but relations between numbers?

    >>> from sympy import log, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> concerns(Claim(log(a * b), Relation.EQUAL, log(a) + log(b)), Context())
    True
    """
    if claim.relation not in _SIGNS or len(assumed.assumptions) != len(assumed.signs):
        return False
    sides = [claim.lhs, claim.rhs]
    for sign in assumed.signs:
        if sign.claim.relation not in _SIGNS:
            return False
        sides += [sign.claim.lhs, sign.claim.rhs]
    return _plain(sides) and not any(side.has(*assumed.discrete) for side in sides if assumed.discrete)


def agrees(claim: Claim, assumed: Context, *, draws: int = 2, seed: int = 0) -> Agreement:
    """Evaluate a claim at points of its domain. Raises `NotSupported` where it is not about numbers alone.

    >>> from sympy import log, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> agrees(Claim(log(a * b), Relation.EQUAL, log(a) + log(b)), Context())
    Agreement(counted=2, counterexample=None)
    """
    domains, rules = _ranges(claim, assumed)
    counted, point = agreement(claim.lhs, _SIGNS[claim.relation], claim.rhs, domains, rules, draws=draws, seed=seed)
    return Agreement(counted, None if point is None else _witness(claim, point))


def find_witness(claim: Claim, assumed: Context, *, seed: int = 0, tries: int = 120) -> Witness | None:
    """A point of the domain at which the claim certainly fails. Raises as `agrees` does.

    >>> from sympy import log, symbols
    >>> a, b = symbols("a b", positive=True)
    >>> find_witness(Claim(log(a + b), Relation.EQUAL, log(a) + log(b)), Context()).values
    (('a', '1'), ('b', '1'))
    """
    domains, rules = _ranges(claim, assumed)
    point = find_point(claim.lhs, _SIGNS[claim.relation], claim.rhs, domains, rules, tries=tries, seed=seed)
    return None if point is None else _witness(claim, point)


def _plain(terms: list[Expr]) -> bool:
    seen: set[Any] = set()
    stack: list[Any] = list(terms)
    while stack:
        node = stack.pop()
        if node in seen:
            continue
        seen.add(node)
        if type(node) in (Symbol, sp.Dummy, Variable) or node.is_Rational:
            if node.is_Symbol and not node.is_extended_real and node.is_extended_real is not None:
                return False
            continue
        if not (node.is_Add or node.is_Mul or node.is_Pow or is_known(node)):
            return False
        stack.extend(node.args)
    return True


def _ranges(claim: Claim, assumed: Context) -> tuple[list[Domain], list[Any]]:
    """Domains of the symbols, and the relations of the context that these do not say already.

    Names of which nothing is said stand for positive numbers: letters such as variances leave that unsaid.
    """
    if not concerns(claim, assumed):
        raise NotSupported("the claim is not about numbers alone")
    symbols = {s for side in (claim.lhs, claim.rhs) for s in side.free_symbols}
    rules: list[Any] = []
    lows: dict[Symbol, Fraction] = {}
    highs: dict[Symbol, Fraction] = {}
    for sign in assumed.signs:
        small, relation, large = sign.claim.lhs, sign.claim.relation, sign.claim.rhs
        symbols |= small.free_symbols | large.free_symbols
        if relation in (Relation.GREATER, Relation.GREATER_EQUAL):
            small, relation, large = large, relation.flipped, small
        if relation is Relation.LESS and small.is_Rational and large.is_Symbol:
            bound = Fraction(int(small.p), int(small.q))
            lows[large] = max(bound, lows.get(large, bound))
        elif relation is Relation.LESS and large.is_Rational and small.is_Symbol:
            bound = Fraction(int(large.p), int(large.q))
            highs[small] = min(bound, highs.get(small, bound))
        else:
            rules.append(_RELATIONS[sign.claim.relation](sign.claim.lhs, sign.claim.rhs))
    unsaid = {s for s in symbols if isinstance(s, Variable) or s.is_real is None}
    domains: list[Domain] = []
    named: set[Any] = set()

    def positive(s: Any) -> bool:
        return bool(s.is_positive) or s in unsaid or lows.get(s, -1) >= 0

    for rule in list(rules):
        simplex = _simplex(rule)
        if simplex and all(positive(s) and s not in named and s not in highs and not s.is_integer for s in simplex):
            domains.append(Simplex(simplex))
            named |= set(simplex)
            rules.remove(rule)
    for chain in _chains(rules, symbols - named):
        inner = {s for s in chain[1:] if s in lows} | {s for s in chain[:-1] if s in highs}
        if inner or any(s.is_integer for s in chain):
            continue
        low = lows.get(chain[0], Fraction(0) if any(positive(s) for s in chain) else Fraction(-2))
        high = highs.get(chain[-1], low + 5)
        if low < high:
            domains.append(Ordered(chain, low, high))
            named |= set(chain)
            rules = [rule for rule in rules if not (isinstance(rule, sp.Lt | sp.Gt) and set(rule.args) <= set(chain))]
    bare = []
    for s in sorted(symbols - named, key=sp.default_sort_key):
        least = lows.get(s, Fraction(0) if positive(s) and s in highs else None)
        if s.is_integer or (least is None and s in highs):
            rules += _bounds(s, lows, highs)
        elif least is not None and s in highs:
            if least >= highs[s]:
                raise NotSupported(f"the context leaves no value for {s}")
            domains.append(Between((s,), least, highs[s]))
        elif least is not None and least != 0:
            rules += _bounds(s, lows, highs)
        elif (least == 0 or s in unsaid) and not s.is_positive:
            bare.append(s)
    if bare:
        domains.append(Positive(tuple(bare)))
    if sp.false in rules:
        raise NotSupported("the assumptions contradict each other")
    return domains, [rule for rule in rules if rule is not sp.true]


def _chains(rules: list[Any], symbols: set[Any]) -> list[tuple[Symbol, ...]]:
    """The names of `t_1 < t_2 < ... < t_n`, where nothing else is said about their order."""
    after: dict[Any, set[Any]] = {}
    before: dict[Any, set[Any]] = {}
    for rule in rules:
        if isinstance(rule, sp.Lt | sp.Gt) and all(side in symbols for side in rule.args):
            small, large = rule.args if isinstance(rule, sp.Lt) else rule.args[::-1]
            after.setdefault(small, set()).add(large)
            before.setdefault(large, set()).add(small)
    found = []
    for start in sorted(after.keys() - before.keys(), key=sp.default_sort_key):
        chain = [start]
        while len(after.get(chain[-1], ())) == 1:
            (following,) = after[chain[-1]]
            if len(before[following]) > 1:
                break
            chain.append(following)
        if chain[-1] not in after and len(chain) > 1:
            found.append(tuple(chain))
    return found


def _bounds(s: Symbol, lows: dict[Symbol, Fraction], highs: dict[Symbol, Fraction]) -> list[Any]:
    made = [sp.Gt(s, sp.Rational(lows[s].numerator, lows[s].denominator))] if s in lows else []
    return made + ([sp.Lt(s, sp.Rational(highs[s].numerator, highs[s].denominator))] if s in highs else [])


def _simplex(rule: Any) -> tuple[Symbol, ...]:
    """The symbols of `q_1 + ... + q_n = 1`."""
    if not isinstance(rule, sp.Eq):
        return ()
    total, one = (rule.lhs, rule.rhs) if rule.rhs == 1 else (rule.rhs, rule.lhs)
    parts = total.args if total.is_Add else ()
    return tuple(parts) if one == 1 and parts and all(part.is_Symbol for part in parts) else ()


def _witness(claim: Claim, point: Point) -> Witness:
    values = [(str(s), str(v)) for s, v in (*point.values, *point.solved)]
    return Witness((), tuple(values), claim.relation.value, point.left, point.right, point.distance)
