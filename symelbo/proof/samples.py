r"""Laws with all mass on data, `\hat p(x) = \frac{1}{N} \sum_n \delta(x - x_n)`: means are sums over the data.

Also functions whose name carries a parameter, `f_\theta(x)`, as functions of that parameter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from sympy import Basic, Expr, Function, Mul
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from symelbo.language import (
    Claim,
    Context,
    Definition,
    Density,
    Expectation,
    IndexSum,
    Integral,
    Known,
    Sign,
    is_variable,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.functionals import Extremum
from symelbo.language.walks import found_in

__all__ = ["over_data", "with_parameters"]


@dataclass(frozen=True, slots=True)
class _Sample:
    """A density that is `weight` at each of the `point`s, for an index between two ends."""

    name: Density
    weight: Expr
    point: Expr
    index: Expr
    lower: Expr
    upper: Expr

    def sum(self, body: Expr, variable: Expr) -> Expr:
        """The mean of a function of a variable."""
        made = replace_free(body, {variable: self.point})
        if self.index in self.weight.free_symbols:
            return IndexSum(self.weight * made, self.index, self.lower, self.upper)
        return self.weight * IndexSum(made, self.index, self.lower, self.upper)


def over_data(claim: Claim, assumed: Context) -> tuple[Claim, Context] | None:
    """The claim with means under data laws written as sums over the data; None where there are none.

    >>> from sympy import Function
    >>> from symelbo.language import E, Relation, family, variables
    >>> x, n, N = variables("x n N")
    >>> p, f, delta = family("p"), Function("f", real=True), Function(r"\\delta", real=True)
    >>> law = Definition(p(x), IndexSum(delta(x - x[n]), n, 1, N) / N)
    >>> print(over_data(Claim(E(f(x), p(x)), Relation.EQUAL, f(x)), Context((law,)))[0].lhs)
    Sum(f(x_n), n, 1, N)/N
    """
    found = [(item, sample) for item in assumed.definitions if (sample := _sample(item)) is not None]
    samples = [sample for _, sample in found]
    if not any(_mentioned(side, samples) for side in (claim.lhs, claim.rhs)):
        return None
    lhs, rhs = _averaged(claim.lhs, samples), _averaged(claim.rhs, samples)
    if any(_mentioned(side, samples) for side in (lhs, rhs)):
        return None
    taken = [item for item, _ in found]
    kept: list[Any] = []
    for item in assumed.assumptions:
        if item in taken:
            continue
        if isinstance(item, Definition) and _mentioned(item.value, samples):
            item = replace(item, value=_averaged(item.value, samples))
            if _mentioned(item.value, samples):
                continue
        kept.append(item)
    return replace(claim, lhs=lhs, rhs=rhs), replace(assumed, assumptions=tuple(kept))


def _mentioned(term: Expr, samples: Iterable[_Sample]) -> bool:
    return any(d.family == sample.name.family for sample in samples for d in found_in(term, Density))


def _sample(item: Definition) -> _Sample | None:
    name = item.name
    if not isinstance(name, Density) or len(name.of) != 1 or name.given or not is_variable(name.of[0]):
        return None
    sums = [factor for factor in Mul.make_args(item.value) if type(factor) is IndexSum]
    if len(sums) != 1:
        return None
    inside = Mul.make_args(sums[0].body)
    deltas = [(factor, point) for factor in inside if (point := _point(factor, name.of[0])) is not None]
    if len(deltas) != 1:
        return None
    outside = (factor for factor in Mul.make_args(item.value) if factor is not sums[0])
    weight = Mul(*outside, *(factor for factor in inside if factor is not deltas[0][0]))
    if name.of[0] in weight.free_symbols:
        return None
    return _Sample(name, weight, deltas[0][1], sums[0].index, sums[0].lower, sums[0].upper)


def _point(factor: Expr, variable: Expr) -> Expr | None:
    r"""Where `\delta(x - x_n)` or `\delta_{x_n}(x)` puts its mass."""
    if isinstance(factor, Known) and factor.name == "Delta" and factor.values == (variable,):
        return factor.parameters[0]
    if not isinstance(factor, AppliedUndef) or factor.func.__name__.lstrip("\\") != "delta":
        return None
    arguments = list(factor.args)
    if len(arguments) == 2 and variable in arguments:
        arguments.remove(variable)
        return arguments[0]
    if len(arguments) != 1:
        return None
    rests = (variable - arguments[0], variable + arguments[0])
    return next((rest for rest in rests if variable not in rest.free_symbols), None)


def _averaged(term: Any, samples: list[_Sample]) -> Any:
    if not isinstance(term, Basic) or isinstance(term, Str | Density) or is_variable(term) or not term.args:
        return term
    if isinstance(term, Expectation | Integral):
        whole = term.body * term.law if isinstance(term, Expectation) else term.body
        for sample in samples:
            laws = [f for f in Mul.make_args(_law(term)) if isinstance(f, Density) and f.family == sample.name.family]
            if len(laws) != 1 or slot_of(laws[0].of[0]) != slot_of(sample.name.of[0]):
                continue
            variable = value_of(laws[0].of[0])
            if variable not in term.bound:
                continue
            others = [name for name in term.bound if name != variable]
            rest = Mul(*(factor for factor in Mul.make_args(_law(term)) if factor is not laws[0]))
            if isinstance(term, Expectation):
                inner = Expectation(term.body, rest, others) if others else term.body * rest
            else:
                inner = Integral(rest, *others) if others else rest
            return _averaged(sample.sum(inner, variable), samples) if whole.has(variable) else term
    parts = [_averaged(part, samples) for part in term.args]
    return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)


def _law(term: Any) -> Expr:
    law: Expr = term.law if isinstance(term, Expectation) else term.body
    return law


def with_parameters(claim: Claim, assumed: Context) -> tuple[Claim, Context] | None:
    r"""The claim with `f_\theta(x)` as `f(\theta, x)`, for the names that it is said with respect to."""
    names = {name for name in claim.wrt if is_variable(name)}
    for side in (claim.lhs, claim.rhs):
        names |= {name for node in found_in(side, Extremum) for name in node.over if is_variable(name)}
    uses = {use for term in _terms(claim, assumed) for use in found_in(term, AppliedUndef)}
    told = {(use.func, argument) for use in uses for argument in use.args}
    carried = {
        use.func: [
            name
            for name in sorted(names, key=str)
            if _carries(use.func.__name__, str(name)) and (use.func, name) not in told
        ]
        for use in uses
    }
    if not any(carried.values()):
        return None

    def opened(term: Any) -> Any:
        if not isinstance(term, Basic) or isinstance(term, Str | Density) or is_variable(term) or not term.args:
            return term
        parts = [opened(part) for part in term.args]
        if isinstance(term, AppliedUndef) and carried.get(term.func):
            return Function(term.func.__name__, real=True)(*carried[term.func], *parts)
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    kept: list[Any] = []
    for item in assumed.assumptions:
        if isinstance(item, Definition):
            if isinstance(item.name, AppliedUndef):
                return None
            item = replace(item, value=opened(item.value))
        elif isinstance(item, Sign):
            item = Sign(replace(item.claim, lhs=opened(item.claim.lhs), rhs=opened(item.claim.rhs)))
        kept.append(item)
    return replace(claim, lhs=opened(claim.lhs), rhs=opened(claim.rhs)), replace(assumed, assumptions=tuple(kept))


def _carries(function: str, name: str) -> bool:
    """Whether a function's name has a parameter among its subscripts."""
    _, _, below = function.partition("_{")
    return name in below.rstrip("}").split(",")


def _terms(claim: Claim, assumed: Context) -> list[Expr]:
    return [claim.lhs, claim.rhs, *(item.value for item in assumed.definitions)]
