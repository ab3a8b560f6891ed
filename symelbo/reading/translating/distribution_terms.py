"""Meaning of known distributions, such as `N(z; 0, 1)` and `Cat(\\pi)`."""

from __future__ import annotations

from sympy import Expr, Integer, Symbol

from symelbo.language import Block, Claim, Entry, IndexProduct, IndexSum, Relation, Variable, replace_free
from symelbo.language.distributions import Components, Known
from symelbo.language.linear import Identity
from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating.diagonals import diagonal
from symelbo.reading.translating.name_terms import symbol
from symelbo.reading.translating.translation import Translation

__all__ = ["distribution"]

_DISTRIBUTIONS: dict[str, str] = {
    "normal": "Normal",
    "bernoulli": "Bernoulli",
    "categorical": "Categorical",
    "binomial": "Binomial",
    "beta": "Beta",
    "gamma": "Gamma",
    "inverse-gamma": "InverseGamma",
    "dirichlet": "Dirichlet",
    "poisson": "Poisson",
    "exponential": "Exponential",
    "uniform": "Uniform",
    "geometric": "Geometric",
    "laplace": "Laplace",
    "lognormal": "LogNormal",
    "delta": "Delta",
}


def distribution(t: Translation, node: sx.Distribution) -> Expr:
    """A known law; a normal one with a matrix is a multivariate one."""
    name = _DISTRIBUTIONS.get(node.family)
    if name is None:
        raise t.failure(node, f"symelbo does not know the {node.family} distribution yet")
    values = [t.term(v) for v in node.values]
    if name in ("Categorical", "Dirichlet"):
        return Known(name, values, [_probabilities(t, node)])
    if name == "Normal":
        entrywise = diagonal(t, node)
        if entrywise is not None:
            return _by_blocks(values, *entrywise) or Known("MultivariateNormal", values, entrywise)
    parameters = [t.term(v) for v in node.parameters]
    if name == "Normal" and len(parameters) == 2:
        last = node.parameters[1]
        parameters[1] = parameters[1].xreplace(_identities(parameters[1]))
        if parameters[1].has(Identity) or t.vocabulary.is_matrix(last):
            name = "MultivariateNormal"
            return _by_blocks(values, *parameters) or Known(name, values, parameters)
    return Known(name, values, parameters)


def _by_blocks(values: list[Expr], mean: Expr, covariance: Expr) -> Expr | None:
    """The product of the laws of the entries, where a vector is written by its entries elsewhere: `N(z; 0, I)`."""
    (value,) = values if len(values) == 1 else (None,)
    if not isinstance(value, Block):
        return None
    index = Symbol("k'", integer=True)
    units = {name: Integer(1) for name in covariance.free_symbols if str(name) in _UNITS}
    spread = covariance.replace(lambda part: isinstance(part, Identity), lambda part: Integer(1)).xreplace(units)
    parts: list[Expr] = []
    for term in (mean, spread):
        if isinstance(term, Components):
            if (term.lower, term.upper) != (value.lower, value.upper):
                return None
            parts.append(replace_free(term.body, {term.index: index}))
        elif term.free_symbols or (term is spread and spread == covariance):
            return None
        else:
            parts.append(term)
    return IndexProduct(Known("Normal", [Entry(value.base, index)], parts), index, value.lower, value.upper)


def _identities(covariance: Expr) -> dict[Expr, Expr]:
    """`I_D` and bold letters as identity matrices."""
    found: dict[Expr, Expr] = {}
    for name in covariance.free_symbols:
        if isinstance(name, Entry) and str(name.base) in _UNITS:
            found[name] = Identity(name.indices[0])
        elif str(name) in _UNITS and str(name) != "I":
            found[name] = Identity()
    return found


_UNITS = ("I", "\\mathbf{I}", "\\mathbb{I}", "\\mathrm{I}", "\\boldsymbol{I}", "\\mathbb{1}")


def _probabilities(t: Translation, node: sx.Distribution) -> Expr:
    """The vector of a categorical or Dirichlet law: `Cat(\\pi)`, `Dir(a_1, ..., a_K)`, `Cat(1/K, ..., 1/K)`."""
    items = [p for p in node.parameters if not isinstance(p, sx.Dots)]
    index = Variable("k", integer=True) if "k" in t.vocabulary.indices else Symbol("k", integer=True)
    if len(items) == 1 and isinstance(items[0], sx.Name):
        bounds = t.vocabulary.bounds.get(str(index))
        high = t.term(bounds[1]) if bounds else Symbol("K", integer=True, positive=True)
        base = symbol(t, items[0])
        if node.family == "categorical" and isinstance(base, Symbol):
            total = Claim(IndexSum(Entry(base, index), index, Integer(1), high), Relation.EQUAL, Integer(1))
            t.constraints[total] = None
        return Components(Entry(base, index), index, Integer(1), high) if isinstance(base, Symbol) else base
    made = [t.term(p) for p in items]
    if isinstance(made[0], Entry) and isinstance(made[-1], Entry) and made[0].base == made[-1].base:
        parts = Components(Entry(made[0].base, index), index, made[0].indices[0], made[-1].indices[0])
        if node.family == "categorical":
            t.constraints[Claim(IndexSum(*parts.args), Relation.EQUAL, Integer(1))] = None
        return parts
    if len(set(made)) == 1:
        count = next(iter(sorted((s for s in made[0].free_symbols), key=str)), Integer(len(made)))
        return Components(made[0], index, Integer(1), count)
    raise t.failure(node, "symelbo cannot tell the entries of this vector")
