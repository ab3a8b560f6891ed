"""Expectations, divergences and entropies under explicit densities, as expressions over scalars.

The law may be one density, a product of them, a product over an index, a point mass or a mixture. What has no closed
form stays as an expectation of the smallest part that depends on the variable, under a standard law where there is
one, so that `E_{N(m, s^2)}[f(z)]` and `E_{N(0, 1)}[f(m + s u)]` are the same expression.
"""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Add, Expr, Integer, Mul, Symbol, exp, log, loggamma, pi, preorder_traversal, sqrt
from sympy.core.function import AppliedUndef

from symelbo.calculus.laws.families import log_density as scalar_log_density
from symelbo.calculus.laws.families import moment, row_of
from symelbo.calculus.laws.moments import gaussian_moment
from symelbo.calculus.laws.pieces import collect, index_sum, log_value, powers
from symelbo.calculus.laws.vectors import as_components, at_index, componentwise, coordinates, isotropic, unfold_norms
from symelbo.calculus.measures.slopes import NotDifferentiable, slope
from symelbo.language import (
    Components,
    Density,
    Entry,
    Expectation,
    Identity,
    IndexProduct,
    IndexSum,
    Known,
    Variable,
    dummy_for,
    is_variable,
    norm_squared,
    replace_free,
)
from symelbo.language.walks import found_in

__all__ = ["cross_entropy", "divergence", "entropy", "expand_logs", "expected", "log_density"]

_ZERO = Integer(0)


def log_density(law: Known) -> Expr | None:
    """The logarithm of an explicit density, vectors included; None where no density or no closed form exists.

    A Gaussian with covariance `v I` is written with the squared norm of its deviation.
    """
    round_law = isotropic(law)
    if round_law is not None:
        variance, dimension = round_law
        return -dimension * log(2 * pi * variance) / 2 - norm_squared(law.value - law.parameters[0]) / (2 * variance)
    product = coordinates(law)
    if product is not None:
        return expand_logs(log(product))
    if law.name == "Categorical":
        weights = as_components(law.parameters[0])
        return None if weights is None else log(weights.entry(law.value))
    if law.name == "Dirichlet":
        return _log_dirichlet(law)
    return scalar_log_density(law)


def _log_dirichlet(law: Known) -> Expr | None:
    counts = as_components(law.parameters[0])
    if counts is None or not isinstance(law.value, Symbol):
        return None
    count, index, lower, upper = counts.args
    return (
        loggamma(index_sum(count, index, lower, upper))
        - index_sum(loggamma(count), index, lower, upper)
        + IndexSum((count - 1) * log(Entry(law.value, index)), index, lower, upper)
    )


def expand_logs(term: Expr) -> Expr:
    """The term with every logarithm split along its structure and explicit log-densities written out."""
    if not isinstance(term, Expr) or not term.has(log):
        return term
    parts = [expand_logs(part) if isinstance(part, Expr) else part for part in term.args]
    made = term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)
    if isinstance(made, log):
        return log_value(made.args[0], log_density)
    return made


def entropy(law: Expr, over: Iterable[Expr] | None = None) -> Expr | None:
    """Entropy in nats of an explicit law (differential where the variable is continuous); None without a closed form.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> t, r = symbols("t r", positive=True)
    >>> entropy(known("Exponential", t, r))
    1 - log(r)
    """
    (law,) = _with_values(law)
    return expected(-log(law), law, over)


def cross_entropy(left: Expr, right: Expr, over: Iterable[Expr] | None = None) -> Expr | None:
    """The mean of `-log right` under `left`."""
    left, right = _with_values(left, right)
    return expected(-log(right), left, over)


def divergence(left: Expr, right: Expr, over: Iterable[Expr] | None = None) -> Expr | None:
    """`KL(left ‖ right)` by its definition (Kullback and Leibler 1951, eq. 2.6); None without a closed form.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> m = symbols("m", real=True)
    >>> divergence(known("Normal", None, m, 1), known("Normal", None, 0, 1))
    m**2/2
    """
    left, right = _with_values(left, right)
    return expected(log(left) - log(right), left, over)


def _with_values(*laws: Expr) -> tuple[Expr, ...]:
    """The laws at a common new variable where they were written without one; sizes of bare vectors made equal."""
    if not any(isinstance(law, Known) and not law.values for law in laws):
        return laws
    variable = dummy_for(*laws)
    size = next((_size(law) for law in laws if _size(law) is not None), None)
    return tuple(_sized(law.at(variable), size) if isinstance(law, Known) and not law.values else law for law in laws)


def _size(law: Expr) -> Expr | None:
    if isinstance(law, Known):
        for parameter in law.parameters:
            if isinstance(parameter, Components):
                return parameter.args[3]
    return None


def _sized(law: Known, size: Expr | None) -> Known:
    if law.name not in ("Categorical", "Dirichlet") or isinstance(law.parameters[0], Components) or size is None:
        return law
    vector = as_components(law.parameters[0], size)
    return law if vector is None else Known(law.name, law.values, (vector,))


def expected(body: Expr, law: Expr, over: Iterable[Expr] | None = None) -> Expr | None:
    """The mean of a body under an explicit law; None when the law is not explicit.

    `over` names the variables, where the law does not show them. Parts of the body without a closed form stay as
    expectations in a canonical form.

    >>> from sympy import symbols
    >>> from symelbo.language import known
    >>> z, m, s = symbols("z m s", real=True)
    >>> expected(z**2, known("Normal", z, m, s**2))
    m**2 + s**2
    """
    names = None if over is None else tuple(over)
    if isinstance(law, Known):
        return _under_known(body, law, names)
    if type(law) is IndexProduct:
        return _under_product(body, law)
    if law.is_Add:
        return _summed(expected(body, term, names) for term in law.args)
    if type(law) is IndexSum:
        inner = expected(body, law.body, names)
        return None if inner is None else index_sum(inner, *law.args[1:])
    if law.is_Mul:
        return _under_factors(body, law.args, names)
    return None


def _summed(parts: Iterable[Expr | None]) -> Expr | None:
    made = list(parts)
    return None if any(part is None for part in made) else Add(*made)


def _is_law(factor: Expr) -> bool:
    if isinstance(factor, Known | Density):
        return True
    return isinstance(factor, IndexSum) and factor.body.has(Known)


def _under_factors(body: Expr, factors: Iterable[Expr], names: tuple[Expr, ...] | None) -> Expr | None:
    """Under a product of laws: each is averaged over when no law that is left depends on its variable."""
    laws = [factor for factor in factors if _is_law(factor)]
    weight = Mul(*(factor for factor in factors if factor not in laws))
    if any(isinstance(law, Density) for law in laws):
        return None
    if names is not None and len(laws) > 1 and set(names) == {_variable(law) for law in laws}:
        names = None  # what the laws show
    while laws:
        ready = next((law for law in laws if not _needed(law, laws)), None)
        if ready is None:
            return None
        inner = expected(body, ready, None if len(laws) > 1 else names)
        if inner is None:
            return None
        body = inner
        laws.remove(ready)
    return weight * body


def _needed(law: Expr, laws: list[Expr]) -> bool:
    variable = _variable(law)
    return variable is None or any(other is not law and other.has(variable) for other in laws)


def _variable(law: Expr) -> Expr | None:
    if isinstance(law, Known):
        return law.values[0] if law.values and is_variable(law.values[0]) else None
    if isinstance(law, IndexSum):
        inner = _variable(law.body)
        return inner.base if isinstance(inner, Entry) and type(law) is IndexProduct else inner
    return None


def _under_known(body: Expr, law: Known, names: tuple[Expr, ...] | None) -> Expr | None:
    if not law.values or not is_variable(law.value) or (names is not None and tuple(names) != (law.value,)):
        return None
    variable = law.value
    if law.name == "Delta":
        return replace_free(body, {variable: law.parameters[0]})
    product = coordinates(law)
    if product is not None:
        return _under_product(body, product)
    if law.name == "Dirichlet":
        return _under_dirichlet(expand_logs(body), law)
    row = row_of(law)
    opened: Expr | None = expand_logs(body)
    if isotropic(law) is not None and opened is not None:
        # Means of squared norms are taken with norms read as products; the answer is to be read the same way.
        opened = componentwise(opened)
    if opened is None or not _inside(law, body):
        return None
    pieces = collect(opened, variable, _flat_log_density, positive=row is not None and row.positive)
    parts = []
    for part, weight in pieces.items():
        mean = Integer(1) if part == 1 else _moment(part, law)
        if mean is None:
            return None
        parts.append(weight * mean)
    return Add(*parts)


def _inside(law: Known, body: Expr) -> bool:
    """Whether every explicit density of the same variable in the body is positive where the law is."""
    own = row_of(law)
    for other in found_in(body, Known):
        row = row_of(other)
        if own is None or row is None or other.value != law.value or row.name == own.name:
            continue
        if row.discrete != own.discrete:
            return False
        (low, high), (lower, upper) = own.support(law.parameters), row.support(other.parameters)
        if not all(gap == 0 or gap.is_extended_nonnegative for gap in (_gap(lower, low), _gap(high, upper))):
            return False
    return True


def _gap(left: Expr, right: Expr) -> Expr:
    return _ZERO if left == right else right - left


def _moment(part: Expr, law: Known) -> Expr | None:
    if type(part) is IndexSum:
        inner = _under_known(part.body, law, None)
        return None if inner is None else index_sum(inner, *part.args[1:])
    round_law = isotropic(law)
    if round_law is not None:
        return _round_moment(part, law, *round_law)
    if law.name == "Categorical":
        return _categorical_moment(part, law)
    found = moment(part, law)
    return _opaque(part, law) if found is None else found


def _round_moment(part: Expr, law: Known, variance: Expr, dimension: Expr) -> Expr | None:
    """Moments of a Gaussian with covariance `v I`; squares are squared norms, so their variance counts d times."""
    exponents = powers(part)
    found = gaussian_moment(exponents, law.value, (law.parameters[0], variance), dimension)
    if found is not None:
        return found
    return None if part.has(exp) else _standard_mean(part, law, variance, dimension)


def _standard_mean(part: Expr, law: Known, variance: Expr, dimension: Expr) -> Expr | None:
    """The mean of a part with unknown functions in it, as means under `N(0, I)`; None where a piece is without one."""
    variable = Variable(_fresh(part, law))
    moved = replace_free(part, {law.value: law.parameters[0] + sqrt(variance) * variable})
    standard = Known("MultivariateNormal", (variable,), (_ZERO, Identity(dimension)))
    pieces = collect(moved, variable, _flat_log_density)
    if any(piece != 1 and not piece.has(AppliedUndef) for piece in pieces):
        return _opaque(part, law) if law.value not in powers(part) else None
    return Add(*(weight * _mean_of(piece, standard, variable, True) for piece, weight in pieces.items()))


def _flat_log_density(law: Known) -> Expr | None:
    written = log_density(law)
    return None if written is None else componentwise(written)


def _categorical_moment(part: Expr, law: Known) -> Expr | None:
    weights = as_components(law.parameters[0])
    if weights is None:
        return None
    weight, index, lower, upper = weights.args
    return IndexSum(weight * replace_free(part, {law.value: index}), index, lower, upper)


def _opaque(part: Expr, law: Known) -> Expr:
    """The expectation that stays: under a standard law where the family has one, with a canonical name."""
    row = row_of(law)
    variable = Variable(_fresh(part, law))
    if isotropic(law) is not None or row is None or row.standard is None:
        return Expectation(replace_free(part, {law.value: variable}), law.at(variable))
    standard, image = row.standard(law.parameters, variable)
    moved = replace_free(part, {law.value: image})
    if law.name == "Uniform":
        standard, moved = _by_inverse(standard, moved, variable)
    symmetric = law.name in ("Normal", "Laplace", "LogNormal")
    pieces = collect(moved, variable, _flat_log_density)
    return Add(*(weight * _mean_of(piece, standard, variable, symmetric) for piece, weight in pieces.items()))


def _fresh(part: Expr, law: Known) -> str:
    """A name for the variable of a standard law that nothing in a mean has."""
    taken = {str(symbol) for symbol in part.free_symbols | law.free_symbols if symbol != law.value}
    stem = "u"
    while stem in taken:
        stem += "'"
    return stem


def _mean_of(piece: Expr, standard: Known, variable: Expr, symmetric: bool) -> Expr:
    """The mean of one piece under a standard law, with what does not depend on the variable in front."""
    made = [piece.as_independent(variable, as_Add=False)]
    if symmetric:
        # u and -u give the same mean: keep the one that sorts first.
        made.append(replace_free(piece, {variable: -variable}).as_independent(variable, as_Add=False))
    front, inside = min(made, key=lambda pair: pair[1].sort_key())
    if inside == 1:
        return front
    found = _by_parts(inside, standard, variable) if standard.name == "Normal" else None
    return front * (Expectation(inside, standard) if found is None else found)


def _by_parts(piece: Expr, standard: Known, variable: Expr) -> Expr | None:
    """`E[u h(u)] = E[h'(u)]` under the standard normal law (Stein 1981, lemma 1), for smooth `h`; None elsewhere."""
    power = powers(piece).get(variable)
    if power is None or not (power.is_Integer and 1 <= power <= 6) or not piece.has(AppliedUndef):
        return None
    try:
        changed = slope(piece / variable, variable)
    except NotDifferentiable:
        return None
    pieces = collect(changed, variable, _flat_log_density)
    return Add(*(weight * _mean_of(part, standard, variable, True) for part, weight in pieces.items()))


def _by_inverse(standard: Known, moved: Expr, variable: Expr) -> tuple[Known, Expr]:
    """A uniform number that is used only through its logarithm is a standard exponential one."""
    for shape in (log(variable), log(1 - variable)):
        changed = moved.xreplace({shape: -variable})
        if not moved.xreplace({shape: _ZERO}).has(variable):
            return Known("Exponential", (variable,), (1,)), changed
    flipped = replace_free(moved, {variable: 1 - variable})
    return standard, min(moved, flipped, key=lambda term: term.sort_key())


def _under_product(body: Expr, law: IndexProduct) -> Expr | None:
    """Under independent coordinates `z_j`, each with its own law."""
    factor, index, lower, upper = law.args
    if not isinstance(factor, Known) or not factor.values or not isinstance(factor.value, Entry):
        return None
    if factor.value.indices != (index,):
        return None
    base = factor.value.base
    body = unfold_norms(expand_logs(body), {base: (lower, upper)})

    def of(entry: Entry) -> Known:
        moved: Known = at_index(factor, index, entry.indices[0])
        return moved

    return _by_entries(body, base, of, lambda term: Expectation(term, law, [base]), several=True)


def _under_dirichlet(body: Expr, law: Known) -> Expr | None:
    counts = as_components(law.parameters[0])
    if counts is None or not isinstance(law.value, Symbol):
        return None
    count, index, lower, upper = counts.args
    whole = index_sum(count, index, lower, upper)

    def of(entry: Entry) -> Known:
        own = at_index(count, index, entry.indices[0])
        return Known("Beta", (entry,), (own, whole - own))

    return _by_entries(body, law.value, of, lambda term: Expectation(term, law), several=False)


def _by_entries(body: Expr, base: Expr, of, opaque, several: bool) -> Expr | None:  # type: ignore[no-untyped-def]
    """Averages term by term over the entries that a term mentions; `several` says that entries are independent."""
    if not body.has(base):
        return body
    if body.is_Add:
        return _summed(_by_entries(term, base, of, opaque, several) for term in body.args)
    if type(body) is IndexSum and not (body.lower.has(base) or body.upper.has(base)):
        inner = _by_entries(body.body, base, of, opaque, several)
        return None if inner is None else index_sum(inner, *body.args[1:])
    if body.is_Mul:
        free = [factor for factor in body.args if not factor.has(base)]
        rest = [factor for factor in body.args if factor.has(base)]
        if free:
            inner = _by_entries(Mul(*rest), base, of, opaque, several)
            return None if inner is None else Mul(*free, inner)
        if len(rest) > 1 and any(factor.is_Add for factor in rest):
            return _by_entries(body.expand(deep=False, mul=True), base, of, opaque, several)
    if body.is_Pow and body.base.is_Add and body.exp.is_Integer and 1 < body.exp <= 4 and body.base.has(IndexSum):
        return opaque(body)
    entries = [node for node in body.free_symbols if isinstance(node, Entry) and node.base == base]
    hidden = {node for node in preorder_traversal(body) if isinstance(node, Entry) and node.base == base} - set(entries)
    alone = len(entries) == 1 or (several and _distinct(entries))
    if hidden or base in body.free_symbols or not entries or not alone:
        return opaque(body)
    made: Expr | None = body
    for entry in sorted(entries, key=lambda node: node.sort_key()):
        made = _under_known(made, of(entry), None)
        if made is None:
            return None
    return made


def _distinct(entries: list[Entry]) -> bool:
    positions = [entry.indices[0] for entry in entries]
    return all((a - b).is_nonzero for i, a in enumerate(positions) for b in positions[:i])
