"""One pass over a term that puts explicit densities into closed form, before the measure calculus sees it.

Expectations, divergences, entropies, integrals and sums under explicit laws become expressions over scalars;
logarithms of explicit densities are written out; squared norms are read as products where that is faithful.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sympy import Basic, Dummy, Expr, Symbol, factorial, log
from sympy.core.symbol import Str

from symelbo.calculus.laws.explicit import cross_entropy, divergence, entropy, expand_logs, expected, log_density
from symelbo.calculus.laws.families import FAMILIES, Domain
from symelbo.calculus.laws.kernels import integral, recognise, series
from symelbo.calculus.laws.matrices import matrix_forms
from symelbo.calculus.laws.vectors import componentwise, ranges, unfold_norms
from symelbo.calculus.measures.slopes import NotDifferentiable, slope
from symelbo.errors import NotSupported
from symelbo.language import (
    KL,
    Components,
    CrossEntropy,
    Density,
    Det,
    Dimension,
    Dot,
    Entropy,
    Expectation,
    Identity,
    IndexSum,
    Indicator,
    Integral,
    Known,
    Ordered,
    Trace,
    is_variable,
)
from symelbo.language.functionals import Gradient
from symelbo.language.shapes import dimension_name, with_shapes
from symelbo.language.walks import found_in

__all__ = ["as_law", "closed_form", "closed_sides"]

Zero = Callable[[Expr], bool]


def closed_sides(terms: Iterable[Expr]) -> list[Expr]:
    """The sides of one claim in closed form, together: names of vectors, their ranges and dimensions are shared.

    >>> from sympy import log, symbols
    >>> from symelbo.language import KL, known
    >>> m, v = symbols("m v", positive=True)
    >>> closed_sides([KL(known("Normal", None, m, v), known("Normal", None, 0, v)), m**2 / (2 * v)])
    [m**2/(2*v), m**2/(2*v)]
    """
    listed = list(terms)
    if not any(map(_concerns, listed)):
        return listed
    try:
        listed = with_shapes(listed)
    except NotSupported:
        return listed
    dimension = _listed_size(listed) or dimension_name(listed) or Dimension(Symbol("z"))
    listed = [_sized(term, dimension) for term in listed]
    try:
        forms = matrix_forms(listed, dimension)
    except NotSupported:
        forms = None
    if forms is not None:
        return forms
    shared: dict[Expr, tuple[Expr, Expr]] = {}
    for term in listed:
        shared.update(ranges(term))
    made = [closed_form(unfold_norms(term, shared) if shared else term) for term in listed]
    return _same_sizes(made)


def _listed_size(terms: Iterable[Expr]) -> Expr | None:
    """The number of components of the claim's vectors, where all laws that say how many they have agree on it."""
    sizes = {node.args[0] for term in terms for node in found_in(term, Identity) if node.args}
    sizes |= {
        vector.args[3]
        for term in terms
        for law in found_in(term, Known)
        if law.name == "MultivariateNormal"
        for vector in law.parameters
        if isinstance(vector, Components) and vector.args[2] == 1
    }
    return sizes.pop() if len(sizes) == 1 else None


def _sized(term: Expr, dimension: Expr) -> Expr:
    """Unnamed dimensions named."""
    unnamed = {} if isinstance(dimension, Dimension) else dict.fromkeys(found_in(term, Dimension), dimension)
    whole = {node: Identity(dimension) for node in found_in(term, Identity) if not node.args}
    return term.xreplace({**unnamed, **whole})


def _same_sizes(terms: list[Expr]) -> list[Expr]:
    """A vector whose size nobody has written has the size that the sums of the claim run to."""
    tops = {s.upper for term in terms for s in found_in(term, IndexSum) if type(s) is IndexSum}
    unnamed = {top for top in tops if isinstance(top, Dimension)}
    ends = tops - unnamed
    if not unnamed or len(ends) != 1:
        return terms
    (end,) = ends
    return [term.xreplace(dict.fromkeys(unnamed, end)) for term in terms]


def closed_form(term: Expr) -> Expr:
    """The term with everything under explicit laws evaluated, as far as closed forms go; equal in value to the term.

    Squared norms of vectors are read as products (see `symelbo.calculus.laws.vectors`), so both sides of a claim must
    be passed together, as one difference, or both be passed.

    >>> from sympy import log, symbols
    >>> from symelbo.language import KL, known
    >>> z, m = symbols("z m", real=True)
    >>> closed_form(KL(known("Normal", z, m, 1), known("Normal", z, 0, 1)))
    m**2/2
    """
    if not _concerns(term):
        return term
    opened = _close(unfold_norms(term))
    flat = componentwise(unfold_norms(opened))
    return opened if flat is None else flat


def as_law(formula: Expr, variable: Expr, is_zero: Zero, bounds: tuple[Expr, Expr] | None = None) -> Known | None:
    """The known law that a formula is the density of; None unless `is_zero` decides that the two are equal."""
    counted = bool(variable.is_integer) or bool(found_in(formula, factorial))
    law = recognise(formula, variable, bounds, counted)
    if law is None:
        return None
    # The parameters of a law are where it has a density; what is written by one name can be taken for positive.
    row = FAMILIES[law.name]
    names = {
        parameter: Dummy(positive=True)
        for parameter, domain in zip(law.parameters, row.domains, strict=True)
        if isinstance(parameter, Symbol) and domain == Domain.POSITIVE
    }
    written = log_density(law.xreplace(names))
    same = written is not None and is_zero(expand_logs(log(formula.xreplace(names))) - written)
    return law if same else None


def _concerns(term: Any) -> bool:
    return bool(term.has(Known, Dot, Indicator, Integral, IndexSum, Trace, Det, Ordered))


def _close(term: Any) -> Any:
    if not isinstance(term, Basic) or isinstance(term, Str | Known | Density) or is_variable(term):
        return term
    rule = _RULES.get(type(term))
    if rule is not None:
        value = rule(term)
        if value is not None:
            return value
    if not term.args:
        return term
    if isinstance(term, log):
        opened = expand_logs(log(_close(term.args[0])))
        return opened
    parts = [_close(part) for part in term.args]
    return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)


def _explicit(law: Expr) -> bool:
    return bool(law.has(Known)) and not law.has(Density)


def _expectation(term: Expectation) -> Expr | None:
    body = _close(term.body)
    if not _explicit(term.law):
        return None
    return expected(body, term.law, term.bound)


def _kl(term: KL) -> Expr | None:
    if not _explicit(term.left):
        return None
    return divergence(term.left, term.right, term.bound or None)


def _entropy(term: Entropy) -> Expr | None:
    return entropy(term.law, term.bound or None) if _explicit(term.law) else None


def _cross_entropy(term: CrossEntropy) -> Expr | None:
    return cross_entropy(term.left, term.right, term.bound or None) if _explicit(term.left) else None


def _integral(term: Integral) -> Expr | None:
    body = _close(term.body)
    for place, variable in enumerate(term.bound):
        found = integral(body, variable)
        if found is not None:
            rest = term.bound[:place] + term.bound[place + 1 :]
            return _close(Integral(found, rest, discrete=term.discrete)) if rest else found
    return None


def _index_sum(term: IndexSum) -> Expr | None:
    if term.func is not IndexSum:
        return None
    return series(IndexSum(_close(term.body), *term.args[1:]))


def _gradient(term: Gradient) -> Expr | None:
    """The derivative of the closed form, in which parameters have moved from the laws into the functions."""
    try:
        return _close(slope(_close(term.body), term.wrt))
    except NotDifferentiable:
        return None


_RULES: dict[type[Expr], Callable[[Any], Expr | None]] = {
    Gradient: _gradient,
    Expectation: _expectation,
    KL: _kl,
    Entropy: _entropy,
    CrossEntropy: _cross_entropy,
    Integral: _integral,
    IndexSum: _index_sum,
}
