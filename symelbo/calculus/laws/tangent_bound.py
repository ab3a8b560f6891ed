r"""Closed forms that are not negative: sums of `\lambda (u - 1 - \log u)` and squares.

The logarithm lies below its tangent at one, `\log u \le u - 1`, with equality only there. The closed forms of
divergences are positive multiples of this gap and of squares: for two Gaussians `u = \sigma_1^2 / \sigma_2^2` and
`\lambda = 1/2`; for Bernoulli laws one gap for each outcome.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from sympy import Add, Dummy, Expr, Integer, Mul, Rational, Symbol, exp, expand_log, factor, log, together

from symelbo.calculus.laws.vectors import merge_sums
from symelbo.language import Entry, IndexSum
from symelbo.language.walks import found_in

__all__ = ["Below", "Gap", "gaps_below"]

_POWERS = (Integer(1), Integer(2), Rational(1, 2))
_MOST_LOGS = 4
_MOST_TERMS = 60
_MOST_NAMES = 10
_PLACES: tuple[Callable[[int], Expr], ...] = (
    lambda number: Rational(number + 2, 2 * number + 5),
    lambda number: Rational(1, number + 4),
    lambda number: Rational(3 * number + 5, 4),
)
"""Points that are looked at first: the value of the name of each number, below one and above it."""


@dataclass(frozen=True, slots=True)
class Gap:
    """`weight · (point − 1 − log point)` with a positive weight: never negative, zero only where the point is one."""

    weight: Expr
    point: Expr

    @property
    def term(self) -> Expr:
        """The gap, with the logarithm written out."""
        return self.weight * (self.point - 1 - expand_log(log(self.point), force=True))


@dataclass(frozen=True, slots=True)
class Below:
    """A term as a sum of gaps and a rest of squares and products of positive names."""

    term: Expr
    gaps: tuple[Gap, ...]
    rest: Expr

    @property
    def residual(self) -> Expr:
        """Zero, if the certificate is one."""
        return self.term - Add(*(gap.term for gap in self.gaps)) - self.rest


def gaps_below(difference: Expr, declared: Iterable[Expr] = ()) -> list[Below] | None:
    """Certificates that a closed form is not negative, one for each sum in it; None where none were found.

    `declared` is what the context says is positive. Arguments of logarithms are positive where the term has a value.

    >>> from sympy import symbols
    >>> s, m = symbols("s m", real=True)
    >>> gaps_below((m**2 + s**2 - 1) / 2 - log(s))[0].gaps
    (Gap(weight=1/2, point=s**2),)
    >>> gaps_below((m**2 + s**2 - 2) / 2 - log(s)) is None
    True
    """
    merged = merge_sums(difference)
    found: list[Below] = []
    rest: list[Expr] = []
    for part in Add.make_args(merged):
        sums = [piece for piece in Mul.make_args(part) if type(piece) is IndexSum]
        if not sums:
            rest.append(part)
            continue
        scale = Mul(*(piece for piece in Mul.make_args(part) if piece not in sums))
        body = _below(scale * sums[0].body, declared) if len(sums) == 1 and scale.is_number else None
        if body is None:
            return None
        found.append(body)
    if rest:
        whole = _below(Add(*rest), declared)
        if whole is None:
            return None
        found.append(whole)
    return found


def _below(term: Expr, declared: Iterable[Expr]) -> Below | None:
    if term.has(IndexSum):
        return None
    names, shown = _positive_names(term, declared)
    moved, back = _without_exponentials(term.xreplace(names))
    if any(node.free_symbols for node in found_in(moved, exp)):
        return None  # values of densities, no closed form of a divergence
    spread = moved.expand()
    made = expand_log(spread).expand()
    logs = sorted(found_in(made, log), key=str)
    if len(logs) > _MOST_LOGS or any(made.coeff(node).has(log) for node in logs):
        return None
    rational = Add(*(part for part in Add.make_args(made) if not part.has(log)))
    left = made - rational - Add(*(made.coeff(node) * node for node in logs))
    if left.expand() != 0:
        return None
    # Only factors that are positive by themselves were split off, so each argument left is positive as a whole.
    positive = frozenset(item.xreplace(names) for item in declared) | {node.args[0] for node in logs}
    groups = _groups([(made.coeff(node), node.args[0]) for node in logs])
    oriented = [_oriented(weight, point, positive) for weight, point in groups]
    if any(item is None for item in oriented):
        return None
    pairs = [item for item in oriented if item is not None]
    if len(Add.make_args(rational)) > _MOST_TERMS or len(rational.free_symbols) > _MOST_NAMES:
        return None  # no square is found in so many terms
    samples = list(_samples([rational, *(part for pair in pairs for part in pair)]))
    for powers in product(_POWERS, repeat=len(pairs)):
        if any(_is_certainly_negative(sample, powers) for sample in samples):
            continue  # what would be left is not even written down
        gaps = [Gap(weight / power, point**power) for (weight, point), power in zip(pairs, powers, strict=True)]
        rest = factor(together(rational - Add(*(gap.weight * (gap.point - 1) for gap in gaps))))
        if _is_nonnegative(rest):
            hidden = {**back, **shown}
            clear = [Gap(*(_restored(side, hidden) for side in (gap.weight, gap.point))) for gap in gaps]
            return Below(term, tuple(clear), _restored(rest, hidden))
    return None


def _samples(terms: Sequence[Expr]) -> Iterator[list[float]]:
    """The values of some terms at a few points, as far as all of them have one there."""
    names = sorted(set().union(*(term.free_symbols for term in terms)), key=str)
    for place in _PLACES if not any(name.is_integer for name in names) else ():
        point = {name: place(number) for number, name in enumerate(names)}
        values = [term.evalf(15, subs=point) for term in terms]
        if all(value.is_Float or value.is_Integer for value in values):
            yield [float(value) for value in values]


def _is_certainly_negative(sample: Sequence[float], powers: Sequence[Expr]) -> bool:
    """Whether what is left beside the gaps is negative at a point, by far more than rounding makes of it.

    The sample has the values of what is rational, and of the weight and the point of each gap.
    """
    rational, weights, points = sample[0], sample[1::2], sample[2::2]
    if any(point <= 0 for point in points):
        return False
    terms = [w / float(n) * (u ** float(n) - 1) for w, u, n in zip(weights, points, powers, strict=True)]
    return rational - sum(terms) < -1e-6 * (1 + abs(rational) + sum(map(abs, terms)))


def _restored(term: Expr, shown: dict[Expr, Expr]) -> Expr:
    made = term
    for _ in range(2):
        made = made.xreplace(shown)
    return made


def _positive_names(term: Expr, declared: Iterable[Expr]) -> tuple[dict[Expr, Expr], dict[Expr, Expr]]:
    """Names that logarithms are taken of, or that are declared positive, as positive symbols."""
    inside = {node.args[0] for node in found_in(term, log)} | set(declared)
    names: dict[Expr, Expr] = {}
    for name in sorted(term.free_symbols, key=str):
        if not isinstance(name, Symbol | Entry) or name.is_integer:
            continue
        positive = bool(name.is_positive) or name in inside
        names[name] = Dummy(str(name), **({"positive": True} if positive else {"real": True}))
    return names, {dummy: name for name, dummy in names.items()}


def _without_exponentials(term: Expr) -> tuple[Expr, dict[Expr, Expr]]:
    """`e^s` of a name as a positive name `v`, and `s` as `log v`."""
    changes: dict[Expr, Expr] = {}
    shown: dict[Expr, Expr] = {}
    for node in found_in(term, exp):
        name = node.args[0]
        if isinstance(name, Symbol) and name not in changes:
            fresh = Dummy("v", positive=True)
            changes[name] = log(fresh)
            shown[fresh] = exp(name)
    return term.xreplace(changes) if changes else term, shown


def _groups(logs: list[tuple[Expr, Expr]]) -> list[tuple[Expr, Expr]]:
    """Logarithms whose coefficients are rational multiples of each other, as one logarithm of a product."""
    groups: list[tuple[Expr, Expr]] = []
    for weight, argument in logs:
        for place, (other, point) in enumerate(groups):
            ratio = (weight / other).cancel()
            if ratio.is_Rational:
                groups[place] = (other, point * argument**ratio)
                break
        else:
            groups.append((weight, argument))
    return groups


def _oriented(weight: Expr, point: Expr, positive: frozenset[Expr]) -> tuple[Expr, Expr] | None:
    """`weight log point` as `-λ log u` with `λ` positive."""
    for sign, turned in ((-1, point), (1, 1 / point)):
        made = factor(sign * weight)
        if _is_positive(made, positive):
            return made, turned
    return None


def _is_positive(term: Expr, positive: frozenset[Expr]) -> bool:
    return all(
        bool(piece.is_positive) or any((piece - known).expand() == 0 for known in positive)
        for piece in (base.as_base_exp()[0] for base in Mul.make_args(term))
    )


def _is_nonnegative(term: Expr) -> bool:
    if term.is_nonnegative:
        return True
    return all(part.is_nonnegative for part in Add.make_args(term.expand()))
