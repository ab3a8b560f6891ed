"""Meaning of calls: densities, functionals, special functions, products in disguise, unknown functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sympy import Expr, Function, Mul, cos, cosh, digamma, exp, gamma, log, sin, sinh, tanh
from sympy.core.function import AppliedUndef

from symelbo.language.functionals import Gradient, Named
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.parsing.scripts import name_key, plain_key
from symelbo.reading.translating.density_terms import density
from symelbo.reading.translating.given_laws import conditional_variance
from symelbo.reading.translating.magnitudes import bounded
from symelbo.reading.translating.name_terms import family, functional_name, own_scripts, symbol
from symelbo.reading.translating.translation import Translation

__all__ = ["call", "subscripted"]

_SPECIAL: dict[str, Callable[..., Expr]] = {
    "Gamma": gamma,
    "psi": digamma,
    "digamma": digamma,
    "tanh": tanh,
    "sinh": sinh,
    "cosh": cosh,
    "sin": sin,
    "cos": cos,
    "tan": lambda a: sin(a) / cos(a),
    "expm1": lambda a: exp(a) - 1,
    "log1p": lambda a: log(1 + a),
    "sigmoid": lambda a: 1 / (1 + exp(-a)),
    "logistic": lambda a: 1 / (1 + exp(-a)),
    "expit": lambda a: 1 / (1 + exp(-a)),
    "softplus": lambda a: log(1 + exp(a)),
    "logit": lambda a: log(a / (1 - a)),
    "B": lambda a, b: gamma(a) * gamma(b) / gamma(a + b),
}


def call(t: Translation, node: sx.Call) -> Expr:
    """A call, by what its name is in this document."""
    function = node.function
    if isinstance(function, sx.Inverse) and isinstance(function.argument, sx.Name):
        return _unknown(t, function.argument, node, "^{-1}")
    if not isinstance(function, sx.Name):
        raise t.failure(node, "symelbo reads calls of named functions only")
    if t.vocabulary.is_family(function):
        return density(t, node)
    spread = conditional_variance(t, node)
    if spread is not None:
        return spread
    functional = functional_name(t, function)
    if functional is not None and _is_gain(t, function, node):
        return Mul(functional, t.term(node.arguments.values[0]))
    if functional is not None:
        return Named(
            functional.name,
            *functional.arguments,
            *(
                _functional_argument(t, a)
                for a in (*node.arguments.values, *node.arguments.given, *node.arguments.parameters)
            ),
        )
    values = node.arguments.values
    jacobian = _jacobian(t, function, node)
    if jacobian is not None:
        return jacobian
    if function.text in _SPECIAL and not function.subscripts and not t.vocabulary.defines(function):
        made = [t.term(v) for v in values]
        if len(made) == (2 if function.text == "B" else 1):
            return bounded(_SPECIAL[function.text])(t, node, *made)
    if (
        len(values) == 1
        and (node.may_be_product or _weighs(node))
        and not node.arguments.given
        and plain_key(function) in t.vocabulary.bare
        and not _is_argument(t, values[0])
    ):
        return Mul(symbol(t, function), t.term(values[0]))
    return _unknown(t, function, node)


def subscripted(t: Translation, node: sx.Subscripted) -> Expr:
    """An entry of a function's value: `s(x)_j` is `s_j(x)`."""
    body = node.body
    if isinstance(body, sx.Call) and isinstance(body.function, sx.Name) and not body.function.subscripts:
        made = t.term(body)
        if isinstance(made, AppliedUndef):
            return made.func(*(t.term(part) for part in node.subscripts), *made.args)
    raise t.failure(node, "symelbo reads entries of names and of functions' values; give the bracket a name")


def _unknown(t: Translation, function: sx.Name, node: sx.Call, mark: str = "") -> Expr:
    """A function that nothing is known about; indices are arguments of it, words and labels part of its name."""
    scripts = own_scripts(t, function)
    text = name_key(function) + ("_{" + ",".join(scripts.words) + "}" if scripts.words else "") + "'" * scripts.primes
    given = (*scripts.indices, *node.arguments.values, *node.arguments.given, *node.arguments.parameters)
    return Function(text + mark, real=True)(*(t.term(a) for a in given))


def _jacobian(t: Translation, function: sx.Name, node: sx.Call) -> Expr | None:
    r"""`J_f(z)`, `J_{f_k}(z_{k-1})`, `J_{f^{-1}}(x)`: the derivative of a map of the document; None for other names."""
    if function.text != "J" or function.accents or len(function.subscripts) != 1 or len(node.arguments.values) != 1:
        return None
    (below,) = function.subscripts
    name, inverse = below, True
    if isinstance(below, sx.Inverse):
        name = below.argument
    elif isinstance(below, sx.Power) and sx.outline(below.exponent) == "-1":
        name = below.base
    else:
        inverse = False
    if not isinstance(name, sx.Name) or not (t.vocabulary.calls(name) or name_key(function) in t.vocabulary.matrices):
        return None
    call_of = sx.Call(sx.Inverse(name, span=name.span) if inverse else name, node.arguments, span=node.span)
    return Gradient(call(t, call_of), t.term(node.arguments.values[0]))


def _weighs(node: sx.Call) -> bool:
    """Whether an indexed name stands before a sum in brackets, as in `r_{ik} (\\log \\pi_k + \\log f_k(x_i))`."""
    function = node.function
    return isinstance(function, sx.Name) and bool(function.subscripts) and isinstance(node.arguments.values[0], sx.Sum)


def _is_argument(t: Translation, node: sx.Node) -> bool:
    r"""Whether a bracket holds a variable of a density alone, or an index: `\mu_j(x)` is what `\mu_j` makes of `x`."""
    key = plain_key(node) if isinstance(node, sx.Name) else ""
    return t.vocabulary.is_variable(key) or key in t.vocabulary.indices


def _is_gain(t: Translation, function: sx.Name, node: sx.Call) -> bool:
    """Whether a capital that stands by itself elsewhere multiplies a sum: `G_t (y - m)`; functionals are of names."""
    values, plain = node.arguments.values, not function.font and plain_key(function) in t.vocabulary.bare
    return plain and len(values) == 1 and not node.arguments.given and isinstance(values[0], sx.Sum | sx.Negative)


def _functional_argument(t: Translation, node: sx.Node) -> Any:
    if isinstance(node, sx.Name) and t.vocabulary.is_family(node):
        return family(t, node)
    return t.term(node)
