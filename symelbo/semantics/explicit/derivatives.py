r"""Derivatives of terms about explicit laws by the score: `\partial E_q[f] = E_q[\partial f + f \partial \log q]`.

No law is moved to a standard one here, so that what is evaluated does not rest on a reparameterisation. The derivative
of an unknown function `f` is the function `f'`, whose values are the derivatives of the meaning that `f` was given.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from flint import acb, acb_series
from sympy import Add, Expr, Function, Integer, Mul, Pow, exp, log, loggamma, tanh
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    CrossEntropy,
    Density,
    Dot,
    Entropy,
    Entry,
    Expectation,
    Identity,
    IndexSum,
    Integral,
    Known,
    dummy_for,
)
from symelbo.language.distributions import Indicator
from symelbo.language.functionals import Gradient
from symelbo.language.walks import found_in

__all__ = ["derived_by", "differentiated", "meanings", "refuse_bare_names", "with_parameters"]

_ZERO = Integer(0)

_LOG_DENSITIES: Mapping[str, Callable[..., Expr]] = {
    "Normal": lambda z, m, v: -log(v) / 2 - (z - m) ** 2 / (2 * v),
    "MultivariateNormal": lambda z, m, c: _round(z - m, c),
    "LogNormal": lambda z, m, v: -log(v) / 2 - log(z) - (log(z) - m) ** 2 / (2 * v),
    "Exponential": lambda z, r: log(r) - r * z,
    "Gamma": lambda z, a, b: a * log(b) - loggamma(a) + (a - 1) * log(z) - b * z,
    "InverseGamma": lambda z, a, b: a * log(b) - loggamma(a) - (a + 1) * log(z) - b / z,
    "Bernoulli": lambda x, r: x * log(r) + (1 - x) * log(1 - r),
    "Poisson": lambda n, r: n * log(r) - r,
}
"""Logarithms of densities up to what no parameter enters, for laws whose support does not vary either."""


def _round(deviation: Expr, covariance: Expr) -> Expr:
    """The logarithm of `N(deviation; 0, v I)` without its normaliser, which no place enters."""
    found = found_in(covariance, Identity)
    one = covariance.xreplace(dict.fromkeys(found, Integer(1)))
    if len(found) != 1 or not all(part.has(Identity) for part in Add.make_args(covariance)):
        raise NotSupported(f"derivatives of a normal law with the covariance {covariance} are not evaluated")
    return -Dot(deviation, deviation) / (2 * one)


def derived_by(sides: Iterable[Expr]) -> set[Expr]:
    """What derivatives in the sides of a claim are taken by."""
    return {node.wrt for side in sides for node in found_in(side, Gradient)}


def differentiated(sides: Sequence[Expr]) -> list[Expr]:
    """The sides of a claim with every derivative carried out. Raises `NotSupported` where there is no rule.

    >>> from sympy import symbols
    >>> from symelbo.language import E, known
    >>> z, m = symbols("z m", real=True)
    >>> [side] = differentiated([Gradient(E(z, known("Normal", z, m, 1)), m)])
    >>> side.body.expand(), side.law
    (-m*z + z**2, Normal(z; m, 1))
    """
    names = derived_by(sides)
    for name in names:
        if not (name.is_Symbol or isinstance(name, Entry)):
            raise NotSupported(f"the derivative by {name}, which is no plain name, is not evaluated")
    made = [_carried_out(side) for side in sides]
    unmentioned = [name for name in names if not any(_mentions(side, name) for side in sides)]
    if unmentioned and any(side.has(AppliedUndef, Known) for side in sides):
        raise NotSupported(f"nothing in the claim is said to depend on {unmentioned[0]}")
    return made


def _mentions(term: Any, wrt: Expr) -> bool:
    parts = (term.body,) if isinstance(term, Gradient) else term.args
    return term == wrt or any(_mentions(part, wrt) for part in parts)


def refuse_bare_names(body: Expr, wrt: Expr) -> None:
    r"""Raises `NotSupported` for the derivative of a name that nothing defines, as in `\nabla_\phi \mathcal{L}`.

    Such a name is short for something that does vary.
    """
    pattern = r"\\(mathcal|mathrm|text|operatorname|mathscr)|[A-Z]{2}"
    lettered = any(re.match(pattern, str(s)) for s in body.free_symbols)
    bare = wrt not in body.free_symbols and bool(body.free_symbols) and not body.has(AppliedUndef, Density, Known)
    if lettered or bare:
        raise NotSupported(f"{body} is not defined, so that its derivative by {wrt} is not known")


def with_parameters(terms: Sequence[Expr], wrt: Iterable[Expr]) -> list[Expr]:
    r"""The terms with networks as functions of their parameters too: `\mu_\phi(x)` where a derivative is by `\phi`."""
    found: dict[Expr, Expr] = {}
    for node in {node for term in terms for node in found_in(term, AppliedUndef)}:
        own = [name for name in sorted(wrt, key=str) if _is_parameter(name, node) and name not in node.free_symbols]
        if own:
            found[node] = node.func(*node.args, *own)
    return [term.xreplace(found) for term in terms]


def _is_parameter(name: Expr, call: AppliedUndef) -> bool:
    """Whether a name stands among the subscripts of a function."""
    return bool(re.search(rf"_.*(?<![A-Za-z\\]){re.escape(str(name))}(?![A-Za-z])", call.func.__name__))


def _carried_out(term: Any) -> Any:
    if not getattr(term, "args", ()) or not term.has(Gradient):
        return term
    if isinstance(term, Gradient):
        refuse_bare_names(term.body, term.wrt)
        return _slope(_carried_out(term.body), term.wrt)
    return term.func(*(_carried_out(part) for part in term.args))


def _slope(term: Expr, wrt: Expr) -> Expr:
    if term == wrt:
        return Integer(1)
    if not _varies(term, wrt):
        return _ZERO
    for kind, rule in _RULES:
        if isinstance(term, kind):
            return rule(term, wrt)
    raise NotSupported(f"derivatives of {type(term).__name__} terms are not evaluated for explicit densities")


def _varies(term: Expr, wrt: Expr) -> bool:
    for name in term.free_symbols:
        if name != wrt and (getattr(name, "base", None) == wrt or name == getattr(wrt, "base", None)):
            raise NotSupported(f"{name} and {wrt} may be parts of each other")
    if any(entry.base in (wrt, getattr(wrt, "base", None)) for entry in found_in(term, Entry) - term.free_symbols):
        raise NotSupported(f"the derivative by {wrt} of entries at an index that runs is not evaluated")
    for node in found_in(term, AppliedUndef):
        if _is_parameter(wrt, node) and wrt not in node.free_symbols:
            raise NotSupported(f"{node.func.__name__} depends on {wrt} in a way that is not evaluated")
    return wrt in term.free_symbols


def _of_product(term: Expr, wrt: Expr) -> Expr:
    return Add(*(Mul(*term.args[:k], _slope(part, wrt), *term.args[k + 1 :]) for k, part in enumerate(term.args)))


def _of_power(term: Expr, wrt: Expr) -> Expr:
    base, exponent = term.base, term.exp
    made = exponent * Pow(base, exponent - 1) * _slope(base, wrt)
    return made + (term * log(base) * _slope(exponent, wrt) if _varies(exponent, wrt) else _ZERO)


def _of_function(term: Expr, wrt: Expr) -> Expr:
    name, count = term.func.__name__, len(term.args)
    parts = []
    for place, part in enumerate(term.args):
        called = f"{name}'" if count == 1 else rf"\partial_{{{place + 1}}}{name}"
        parts.append(Function(called, real=True)(*term.args) * _slope(part, wrt))
    return Add(*parts)


def _log_slope(law: Expr, wrt: Expr) -> Expr:
    """The derivative of the logarithm of a law."""
    if not isinstance(law, Known):
        return _slope(law, wrt) / law
    if not _varies(law, wrt):
        return _ZERO
    written = _LOG_DENSITIES.get(law.name)
    if law.name == "MultivariateNormal" and _varies(law.parameters[1], wrt):
        written = None
    if written is None or not law.values:
        raise NotSupported(f"derivatives of the density {law} are not evaluated")
    return _slope(written(law.value, *law.parameters), wrt)


def _of_mean(term: Expectation, wrt: Expr) -> Expr:
    if wrt in term.bound:
        raise NotSupported(f"the derivative is by {wrt}, which is averaged over")
    score = Add(*(_log_slope(factor, wrt) for factor in Mul.make_args(term.law)))
    return Expectation(_slope(term.body, wrt) + term.body * score, term.law, term.bound)


def _of_functional(term: Any, wrt: Expr) -> Expr:
    """Divergences and entropies as means of logarithms."""
    left = term.law if isinstance(term, Entropy) else term.left
    right = left if isinstance(term, Entropy) else term.right
    variable = dummy_for(left, right)
    laws = [law.at(variable) if isinstance(law, Known) and not law.values else law for law in (left, right)]
    if not all(isinstance(law, Known) and law.values == laws[0].values for law in laws):
        raise NotSupported(f"the derivative of {term} is not evaluated")
    gain = log(laws[0]) - log(laws[1]) if isinstance(term, KL) else -log(laws[1])
    return _slope(Expectation(gain, laws[0]), wrt)


def _of_integral(term: Integral, wrt: Expr) -> Expr:
    if any(_varies(limit, wrt) for limit in found_in(term.body, Indicator)):
        raise NotSupported("an integral between limits that vary is not differentiated")
    return Integral(_slope(term.body, wrt), term.bound, discrete=term.discrete)


def _of_sum(term: IndexSum, wrt: Expr) -> Expr:
    if type(term) is not IndexSum or any(_varies(end, wrt) for end in term.args[2:]) or wrt in term.bound:
        raise NotSupported("products over an index and sums of varying length are not differentiated")
    return IndexSum(_slope(term.body, wrt), *term.args[1:])


_RULES: tuple[tuple[Any, Callable[[Any, Expr], Expr]], ...] = (
    (Add, lambda term, wrt: Add(*(_slope(part, wrt) for part in term.args))),
    (Mul, _of_product),
    (exp, lambda term, wrt: term * _slope(term.args[0], wrt)),
    (Pow, _of_power),
    (log, lambda term, wrt: _slope(term.args[0], wrt) / term.args[0]),
    (tanh, lambda term, wrt: (1 - term**2) * _slope(term.args[0], wrt)),
    (Dot, lambda term, wrt: Add(*(_slope(a, wrt) * b for a, b in (term.args, term.args[::-1])))),
    (loggamma, lambda term, wrt: term.fdiff() * _slope(term.args[0], wrt)),
    (AppliedUndef, _of_function),
    (Known, lambda term, wrt: term * _log_slope(term, wrt)),
    (Expectation, _of_mean),
    ((KL, Entropy, CrossEntropy), _of_functional),
    (Integral, _of_integral),
    (IndexSum, _of_sum),
)


Meaning = Callable[..., Any]


def meanings(functions: Iterable[Any], draw: Callable[[Any], Meaning]) -> dict[Any, Meaning]:
    """What unknown functions mean: drawn ones, and their derivatives for `f'` and partial derivatives."""
    drawn: dict[str, Meaning] = {}

    def of(name: str, function: Any) -> Meaning:
        if name.endswith("'"):
            return _derived(of(name[:-1], Function(name[:-1], real=True)), None)
        partial = re.fullmatch(r"\\partial_\{(\d+)\}(.+)", name)
        if partial is not None:
            return _derived(of(partial[2], Function(partial[2], real=True)), int(partial[1]) - 1)
        if name not in drawn:
            drawn[name] = draw(function)
        return drawn[name]

    return {function: of(function.__name__, function) for function in sorted(functions, key=str)}


def _derived(meaning: Meaning, place: int | None) -> Meaning:
    """The derivative of a meaning, by power series; of the last argument, unless a place is named."""

    def run(*arguments: Any) -> Any:
        at = len(arguments) - 1 if place is None else place
        inner = arguments[at]
        if isinstance(inner, acb_series):  # a derivative of a derivative: the outer one moves the argument
            if any(isinstance(other, acb_series) for k, other in enumerate(arguments) if k != at):
                raise NotSupported("second derivatives of functions of several variables are not evaluated")
            return _moved(lambda there: meaning(*arguments[:at], there, *arguments[at + 1 :]), inner)
        if not isinstance(inner, acb):
            raise NotSupported("derivatives of functions of vectors are not evaluated")
        moved = acb_series([inner, acb(1)], prec=2)
        value = meaning(*arguments[:at], moved, *arguments[at + 1 :])
        return value[1] if isinstance(value, acb_series) else acb(0)

    return run


def _moved(function: Callable[[acb_series], Any], place: acb_series) -> acb_series:
    """The power series of the derivative of a function at a place that moves, by the chain rule."""
    length = place.prec
    values = function(acb_series([place[0], acb(1)], prec=length + 1))
    if not isinstance(values, acb_series):
        return acb_series([acb(0)], prec=length)
    slopes = acb_series([k * values[k] for k in range(1, length + 1)], prec=length)
    return slopes(acb_series([acb(0), *(place[k] for k in range(1, length))], prec=length))
