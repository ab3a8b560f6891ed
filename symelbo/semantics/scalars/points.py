"""Witness points: rational values of free symbols at which a relation certainly fails.

A point counts only if it lies inside the declared domain, satisfies the constraints, and both sides are certainly
defined there. The two sides are then told apart by balls at rising precision, so a witness is a theorem about one
point and not an impression of floating-point numbers.

>>> import sympy as sp
>>> a, b = sp.symbols("a b", positive=True)
>>> point = find_witness(sp.log(a + b), "=", sp.log(a) + sp.log(b))
>>> point.values, point.difference
(((a, 1), (b, 1)), '0.69315')
>>> find_witness(sp.log(a * b), "=", sp.log(a) + sp.log(b)) is None
True
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import sympy as sp
from flint import arb

from symelbo.errors import IllFormed
from symelbo.semantics.arithmetic.balls import Undefined, Vague, evaluate_ball, working_precision
from symelbo.semantics.scalars.domains import Counting, Domain, Ordered, Real, Simplex, assumed_domains

__all__ = ["Point", "agreement", "find_witness"]

_PRECISIONS = (64, 128, 512, 2048)
_HELD = ("", "", "", "")
_FAILS = {
    "=": lambda d: d > 0 or d < 0,
    "<=": lambda d: d > 0,
    ">=": lambda d: d < 0,
    "<": lambda d: d > 0 or d == 0,
    ">": lambda d: d < 0 or d == 0,
}
_Digits = tuple[str, str, str, str]
_NICE = tuple(
    Fraction(p, q) for p, q in ((1, 1), (0, 1), (1, 2), (2, 1), (-1, 1), (1, 3), (3, 1), (2, 3), (1, 4), (3, 4))
)


@dataclass(frozen=True, slots=True)
class Point:
    """A witness: values of the symbols, and the sides of the relation there, to the digits that are certain.

    `values` holds the rational values that were chosen; `solved` the symbols that constraints determine, as
    expressions in the others. `distance` is a lower bound on how far the two sides are apart.
    """

    values: tuple[tuple[sp.Symbol, sp.Rational], ...]
    solved: tuple[tuple[sp.Symbol, sp.Expr], ...]
    left: str
    right: str
    difference: str
    distance: str

    def as_dict(self) -> dict[str, Any]:
        """Plain strings, for JSON."""
        return {
            "values": {str(s): str(v) for s, v in self.values},
            "solved": {str(s): str(v) for s, v in self.solved},
            "left": self.left,
            "right": self.right,
            "difference": self.difference,
        }


def find_witness(
    left: sp.Expr,
    relation: str,
    right: sp.Expr,
    domains: Iterable[Domain] = (),
    constraints: Iterable[sp.Basic] = (),
    *,
    tries: int = 300,
    seed: int = 0,
) -> Point | None:
    """A point at which `left relation right` certainly fails, or `None` if none was found.

    Args:
        left, right: SymPy expressions.
        relation: one of `=`, `<=`, `>=`, `<`, `>`.
        domains: where symbols range; the others range where their assumptions say, else over the real numbers.
        constraints: SymPy relations between the symbols. Equations are solved for a symbol, the rest must hold.
        tries: how many points to look at.
        seed: of the draws; the same seed finds the same point.

    Raises:
        IllFormed: the relation is not one of the five, or the constraints are contradictory.
    """
    return _search(left, relation, right, domains, constraints).run(tries, random.Random(seed))


def agreement(
    left: sp.Expr,
    relation: str,
    right: sp.Expr,
    domains: Iterable[Domain] = (),
    constraints: Iterable[sp.Basic] = (),
    *,
    draws: int = 2,
    tries: int = 60,
    seed: int = 0,
) -> tuple[int, Point | None]:
    """At how many of the points that were drawn the relation held, until `draws` of them did or one refuted it.

    Takes and raises what `find_witness` does.

    >>> import sympy as sp
    >>> q = sp.symbols("q1:4", positive=True)
    >>> agreement(sp.log(1 - q[0]), "=", sp.log(q[1] + q[2]), constraints=[sp.Eq(sum(q), 1)])
    (2, None)
    """
    return _search(left, relation, right, domains, constraints).count(draws, tries, random.Random(seed))


def _search(
    left: sp.Expr, relation: str, right: sp.Expr, domains: Iterable[Domain], constraints: Iterable[sp.Basic]
) -> _Search:
    if relation not in _FAILS:
        raise IllFormed(f"'{relation}' is not a relation between numbers; use one of {', '.join(_FAILS)}")
    left, right = sp.sympify(left, strict=True), sp.sympify(right, strict=True)
    search = _Search(left, relation, right, tuple(domains), tuple(constraints))
    search.prepare()
    return search


@dataclass(slots=True)
class _Search:
    left: sp.Expr
    relation: str
    right: sp.Expr
    domains: tuple[Domain, ...]
    constraints: tuple[sp.Basic, ...]
    solved: dict[sp.Symbol, sp.Expr] = field(default_factory=dict)
    checks: list[sp.Basic] = field(default_factory=list)
    conditions: list[sp.Expr] = field(default_factory=list)

    def prepare(self) -> None:
        """Domains for all symbols, equations solved, and what has to be positive."""
        if any(c is sp.false for c in self.constraints):
            raise IllFormed("the constraints contradict each other, so there is no point to look at")
        symbols = self.left.free_symbols | self.right.free_symbols
        for c in self.constraints:
            symbols = symbols | c.free_symbols
        named = {s for d in self.domains for s in d.symbols}
        self.domains = (*self.domains, *assumed_domains(symbols - named))
        self._solve(self.domains)
        self.conditions = _logarithm_arguments(
            self.left - self.right if not symbols else sp.Tuple(self.left, self.right)
        )
        bounded = {s for d in self.domains if not isinstance(d, (Real, Counting)) for s in d.symbols}
        self.conditions += [value for symbol, value in self.solved.items() if symbol in bounded]

    def run(self, tries: int, source: random.Random) -> Point | None:
        for attempt in range(tries):
            draw = self._draw(self.domains, source, 1 + attempt // 6)
            if draw is None:
                continue
            found = self._judge(draw, self.domains)
            if found is not None and found is not _HELD:
                return self._shrink(draw, self.domains, found)
        return None

    def count(self, draws: int, tries: int, source: random.Random) -> tuple[int, Point | None]:
        counted = 0
        for attempt in range(tries):
            if counted >= draws:
                break
            draw = self._draw(self.domains, source, 3 + attempt // 4)
            found = None if draw is None else self._judge(draw, self.domains, _PRECISIONS[:2])
            if draw is not None and found is not None and found is not _HELD:
                return counted, self._shrink(draw, self.domains, found)
            counted += found is _HELD
        return counted, None

    # -- drawing ----------------------------------------------------------------------------------------------------

    def _draw(self, domains: Sequence[Domain], source: random.Random, size: int) -> dict[sp.Symbol, Fraction] | None:
        draw: dict[sp.Symbol, Fraction] = {}
        for domain in domains:
            draw.update(zip(domain.symbols, domain.draw(source, size), strict=True))
        # Thin domains: shrink towards zero what makes an argument such as 1 − Σ q negative.
        for _ in range(12):
            violated = self._violated(draw)
            if violated is None:
                return draw
            symbols = sorted(violated.free_symbols & draw.keys(), key=sp.default_sort_key)
            if not symbols:
                return None
            if source.random() < 0.5:
                symbols = [source.choice(symbols)]
            trial = {**draw, **{s: draw[s] / 2 if source.random() < 0.9 else 2 * draw[s] for s in symbols}}
            if all(d.holds([trial[s] for s in d.symbols]) for d in domains):
                draw = trial
            else:
                for domain in domains:
                    if set(domain.symbols) & set(symbols):
                        draw.update(zip(domain.symbols, domain.draw(source, size), strict=True))
        return draw

    def _violated(self, draw: Mapping[sp.Symbol, Fraction]) -> sp.Expr | None:
        with working_precision(64):
            memo: dict[sp.Expr, arb] = {}
            try:
                point = self._complete(draw, memo)
            except (Undefined, Vague):
                return None
            for condition in self.conditions:
                try:
                    if evaluate_ball(condition, point, memo) <= 0:
                        return condition
                except (Undefined, Vague):
                    continue
        return None

    # -- judging ----------------------------------------------------------------------------------------------------

    def _judge(
        self,
        draw: Mapping[sp.Symbol, Fraction],
        domains: Sequence[Domain],
        precisions: Sequence[int] = _PRECISIONS,
    ) -> _Digits | None:
        """The digits of a failure, `_HELD` where the relation was seen to hold, `None` where nothing can be said."""
        outcome = None
        for bits in precisions:
            with working_precision(bits):
                memo: dict[sp.Expr, arb] = {}
                try:
                    point = self._complete(draw, memo)
                    if not self._inside(point, domains, memo):
                        return None
                    left, right = evaluate_ball(self.left, point, memo), evaluate_ball(self.right, point, memo)
                except Undefined:
                    return None
                except Vague:
                    continue
                difference = left - right
                if _FAILS[self.relation](difference):
                    distance = (abs(difference).lower() * (1 - arb("1e-3"))).str(3, radius=False)
                    return _digits(left), _digits(right), _digits(difference), str(distance)
                outcome = _HELD
                if difference == 0 or (self.relation != "=" and (difference > 0 or difference < 0)):
                    break
        return outcome

    def _complete(self, draw: Mapping[sp.Symbol, Fraction], memo: dict[sp.Expr, arb]) -> dict[sp.Symbol, Any]:
        point: dict[sp.Symbol, Any] = dict(draw)
        for symbol in self.solved:
            point.pop(symbol, None)
        exact = {s: sp.Rational(v.numerator, v.denominator) for s, v in point.items()} if self.solved else {}
        for symbol, value in self.solved.items():
            number = value.xreplace(exact)
            point[symbol] = _rational(number) if number.is_Rational else evaluate_ball(value, point, memo)
        return point

    def _inside(self, point: Mapping[sp.Symbol, Any], domains: Sequence[Domain], memo: dict[sp.Expr, arb]) -> bool:
        """Are the constraints and the domains of solved symbols certainly met? Raises `Vague` if it cannot be told."""
        for domain in domains:
            if any(s in self.solved for s in domain.symbols) and not _certainly_holds(domain, point):
                return False
        for check in self.checks:
            if check is sp.true:
                continue
            operator = _CHECKS.get(type(check))
            if operator is None:
                return False
            if not operator(evaluate_ball(check.args[0] - check.args[1], point, memo)):
                return False
        return True

    # -- constraints ------------------------------------------------------------------------------------------------

    def _solve(self, domains: Sequence[Domain]) -> None:
        for constraint in self.constraints:
            if not isinstance(constraint, sp.Equality):
                self.checks.append(constraint)
                continue
            lhs, rhs = (side.xreplace(self.solved) for side in constraint.args)
            difference = sp.expand(lhs - rhs)
            if difference == 0:
                continue
            found = _isolate(difference, [s for d in domains for s in d.symbols])
            if found is None:
                self.checks.append(constraint)
                continue
            symbol, value = found
            self.solved = {s: v.xreplace({symbol: value}) for s, v in self.solved.items()}
            self.solved[symbol] = value

    # -- the simplest point -----------------------------------------------------------------------------------------

    def _shrink(self, draw: dict[sp.Symbol, Fraction], domains: Sequence[Domain], found: _Digits) -> Point:
        used = self.left.free_symbols | self.right.free_symbols
        for value in self.solved.values():
            used |= value.free_symbols
        # Values that are tied to others say nothing without them.
        tied = [set(d.symbols) for d in domains if isinstance(d, (Simplex, Ordered))]
        used = used.union(*(group for group in tied if group & used))
        free = sorted((s for s in draw if s in used and s not in self.solved), key=sp.default_sort_key)
        for symbol in free[:24]:
            for nice in _NICE:
                if _size(nice) >= _size(draw[symbol]):
                    continue
                trial = {**draw, symbol: nice}
                if not all(d.holds([trial[s] for s in d.symbols]) for d in domains if symbol in d.symbols):
                    continue
                better = self._judge(trial, domains)
                if better is not None and better is not _HELD:
                    draw, found = trial, better
                    break
        values = tuple((s, sp.Rational(draw[s].numerator, draw[s].denominator)) for s in free)
        solved = tuple((s, v) for s, v in self.solved.items() if s in self.left.free_symbols | self.right.free_symbols)
        return Point(values, solved, *found)


_CHECKS = {
    sp.StrictGreaterThan: lambda d: d > 0,
    sp.GreaterThan: lambda d: d >= 0,
    sp.StrictLessThan: lambda d: d < 0,
    sp.LessThan: lambda d: d <= 0,
    # Two real numbers are certainly unequal when their balls are apart; certainly equal only when exact.
    sp.Unequality: lambda d: d > 0 or d < 0,
    sp.Equality: lambda d: d == 0,
}


def _certainly_holds(domain: Domain, point: Mapping[sp.Symbol, Any]) -> bool:
    """Do values of which some are balls lie in the domain? Exact balls are read as the rationals they are."""
    ends = []
    for s in domain.symbols:
        v = point[s]
        if isinstance(v, arb):
            low, high = v.lower(), v.upper()
            ends.append((_fraction(low), _fraction(high)))
        else:
            ends.append((v, v))
    # Every domain but the simplex is convex with independent or ordered bounds, so its corners decide.
    lows, highs = [a for a, _ in ends], [b for _, b in ends]
    return domain.holds(lows) and domain.holds(highs)


def _rational(number: sp.Rational) -> Fraction:
    return Fraction(int(number.p), int(number.q))


def _fraction(x: arb) -> Fraction:
    mantissa, exponent = x.mid().man_exp()
    m, e = int(mantissa), int(exponent)
    return Fraction(m * 2**e) if e >= 0 else Fraction(m, 2**-e)


def _isolate(difference: sp.Expr, symbols: Sequence[sp.Symbol]) -> tuple[sp.Symbol, sp.Expr] | None:
    for allowed in (True, False):
        for s in reversed(symbols):
            slope = difference.diff(s)
            if slope == 0 or slope.has(s):
                continue
            if slope.is_Rational or not allowed:
                return s, sp.expand(-difference.xreplace({s: sp.Integer(0)})) / slope
    for s in symbols:
        slope = difference.diff(s, 2)
        if slope.is_Rational and slope != 0 and difference.diff(s).xreplace({s: sp.Integer(0)}) == 0:
            return s, sp.sqrt(-2 * difference.xreplace({s: sp.Integer(0)}) / slope)
    return None


def _logarithm_arguments(expr: sp.Basic) -> list[sp.Expr]:
    """What has to be positive for the expression to be defined, innermost first."""
    found: dict[sp.Expr, None] = {}
    for node in sp.postorder_traversal(expr):
        if isinstance(node, (sp.log, sp.loggamma)) and not node.args[0].is_positive:
            found[node.args[0]] = None
        elif node.is_Pow and not node.exp.is_Integer and not node.base.is_positive:
            found[node.base] = None
    return list(found)


def _size(v: Fraction) -> int:
    return abs(v.numerator) + 2 * v.denominator + (v < 0)


def _digits(x: arb) -> str:
    """Up to five significant digits, those that are certain."""
    for digits in (5, 4, 3, 2, 1):
        text = x.str(digits, radius=False)
        if "[" not in text:
            return str(text).removesuffix(".")
    return str(x)
