"""Where the names of a claim have to lie for its laws to have a meaning: scales, probabilities, points of supports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sympy import Expr, Symbol, Tuple

from symelbo.language import Entry, Known, Relation, is_variable

__all__ = ["domains_of", "looked_at", "shares_of"]

_NARROW = frozenset({"Bernoulli", "Poisson", "Geometric", "Beta", "Exponential", "Gamma", "InverseGamma", "LogNormal"})


def domains_of(laws: Iterable[Known]) -> tuple[set[Expr], list[tuple[Expr, ...]]]:
    """Names that are read as scales, and lists of names that are probabilities of one categorical variable."""
    scales: set[Expr] = set()
    simplexes: list[tuple[Expr, ...]] = []
    for law in laws:
        for parameter in law.parameters[-1:] if law.name not in ("Gamma", "Beta", "InverseGamma") else law.parameters:
            if isinstance(parameter, Tuple):
                entries = tuple(parameter)
                if law.name == "Categorical" and all(map(is_variable, entries)):
                    simplexes.append(entries)
                scales |= {s for entry in entries for s in entry.free_symbols}
            elif not parameter.is_Add:
                scales |= parameter.free_symbols
        if law.name == "Dirichlet" and isinstance(law.value, Symbol):
            simplexes.append(tuple(Entry(law.value, k + 1) for k in range(len(law.parameters[0]))))
    return scales, simplexes


def looked_at(laws: Iterable[Known]) -> Mapping[Expr, str]:
    """Names at which laws are taken that do not live on the whole line, with the law."""
    return {law.value: law.name for law in laws if law.name in _NARROW and law.values and is_variable(law.value)}


def shares_of(conditions: Iterable[tuple[Relation, Expr, Expr]]) -> list[tuple[Expr, ...]]:
    """Lists of names that the context says add up to one."""
    found = []
    for relation, total, one in conditions:
        if relation is Relation.EQUAL and one == 1 and total.is_Add and all(map(is_variable, total.args)):
            found.append(tuple(total.args))
    return found
