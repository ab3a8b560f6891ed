"""Names that a worked answer uses without defining them: `ELBO`, and looser ones such as `KL`, `gap`, `recon`.

`ELBO` has one meaning once the table is known, `E_q[log p(x, z) - log q(z)]` (Jordan et al., 1999), so that a wrong
number beside it is wrong. The looser names may stand for one of several quantities: a number that fits one of them is
right, and one that fits none is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sympy import Expr, S, log

from symelbo.checking.answers_table import Assigned, NotClosed, TableKey
from symelbo.checking.answers_value import Values
from symelbo.language import Family
from symelbo.language.functionals import Named
from symelbo.semantics.arithmetic.units import Unit

__all__ = ["bound_with_sum", "elbo_of", "is_elbo", "is_telling", "loose_meanings", "spelled"]

_DRESS = re.compile(r"\\(mathrm|text|textrm|textsf|operatorname|mathsf|mathit|mathbf)\b|[{}\s]|\\[,;:! ]")
_ELBO = {"ELBO", "Elbo", "elbo", "VLB", r"\mathcalL_ELBO", "L_ELBO", r"\mathcal{L}_ELBO", r"\mathcalL_VLB", "L_VLB"}


def spelled(name: Expr) -> str:
    """A name without its dress: fonts, braces, arguments.

    >>> spelled(Named(r"\\mathrm{ELBO}"))
    'ELBO'
    """
    text = name.name if isinstance(name, Named) else str(name)
    return _DRESS.sub("", text)


def is_elbo(name: Expr) -> bool:
    """Whether a name is one of the usual names of the evidence lower bound."""
    return spelled(name) in _ELBO


@dataclass(frozen=True, slots=True)
class _Bound:
    """The two families of a bound, the latent variables, and the observed state."""

    p: TableKey
    q: TableKey
    latent: tuple[Expr, ...]
    observed: Assigned


def _bound(values: Values, wanted: tuple[Family, ...] = ()) -> _Bound:
    """Which family is the approximation, and what it approximates."""
    tables = values.table.families
    seen = values.observed
    models = [key for key in tables if any(values.table.models(key, slot) for slot in seen)]
    if len(models) != 1:
        raise NotClosed("it is not clear which family is the model")
    p = models[0]
    names = {(family.name, family.indices) for family in wanted}
    candidates = [key for key in tables if key != p and (not names or key in names)]
    if len(candidates) != 1:
        raise NotClosed("it is not clear which family is the approximation")
    q = candidates[0]
    latent = tuple(slot for slot in values.table.modelled(q) if slot not in seen)
    if not latent:
        raise NotClosed("the approximation is about no latent variable")
    others = [slot for slot in values.table.modelled(p) if slot not in latent]
    if any(slot not in seen for slot in others):
        raise NotClosed("it is not clear what was observed")
    observed = {slot: seen[slot] for slot in others}
    return _Bound(p, q, latent, observed)


def elbo_of(values: Values, name: Expr) -> Expr | None:
    """The evidence lower bound of the table, for names that mean it; None for other names. Raises `NotClosed`."""
    if not is_elbo(name):
        return None
    arguments = name.arguments if isinstance(name, Named) else ()
    found = _bound(values, tuple(item for item in arguments if isinstance(item, Family)))
    return _mean(values, found, lambda q, joint, prior: log(joint) - log(q))


def _mean(values: Values, bound: _Bound, body: Callable[[Expr, Expr, Expr], Expr]) -> Expr:
    """A mean under the approximation of something made of q(z), p(x, z) and p(z)."""
    total: Expr = S.Zero
    for here in values.spread(bound.latent, {}):
        weight = _probability(values, bound.q, here, bound.observed)
        if weight == 0:
            continue
        joint = values.table.probability(bound.p, {**here, **bound.observed}, {})
        prior = values.table.probability(bound.p, here, {})
        if joint == 0:
            raise NotClosed("the bound is minus infinity")
        total += weight * body(weight, joint, prior)
    return values.in_unit(total)


def _probability(values: Values, q: TableKey, here: Assigned, observed: Assigned) -> Expr:
    try:
        return values.table.probability(q, here, {})
    except NotClosed:
        return values.table.probability(q, here, observed)


def _evidence(values: Values, bound: _Bound) -> Expr:
    return values.table.probability(bound.p, bound.observed, {})


def _elbo(values: Values, bound: _Bound) -> Expr:
    return _mean(values, bound, lambda q, joint, prior: log(joint) - log(q))


def _reconstruction(values: Values, bound: _Bound) -> Expr:
    return _mean(values, bound, lambda q, joint, prior: log(joint) - log(prior))


def _kl_to_prior(values: Values, bound: _Bound) -> Expr:
    return _mean(values, bound, lambda q, joint, prior: log(q) - log(prior))


def _gap(values: Values, bound: _Bound) -> Expr:
    return values.in_unit(log(_evidence(values, bound))) - _elbo(values, bound)


def _log_evidence(values: Values, bound: _Bound) -> Expr:
    return values.in_unit(log(_evidence(values, bound)))


_LOOSE: tuple[tuple[re.Pattern[str], tuple[Callable[[Values, _Bound], Expr], ...]], ...] = (
    (re.compile(r"gap|delta|slack", re.IGNORECASE), (_gap,)),
    (re.compile(r"rec|energy|likelihood|fit", re.IGNORECASE), (_reconstruction,)),
    (re.compile(r"KL|D_KL|reg|rate|penalty", re.IGNORECASE), (_kl_to_prior, _gap)),
    (re.compile(r"evidence|logp", re.IGNORECASE), (_log_evidence, _evidence)),
    (re.compile(r"bound|L|F", re.IGNORECASE), (_elbo,)),
)


def bound_with_sum(values: Values, unit: Unit) -> tuple[Expr, Expr] | None:
    """The evidence lower bound, and the sum that it becomes when the divergence is added instead of subtracted."""
    before, values.unit = values.unit, unit
    try:
        bound = _bound(values)
        return _elbo(values, bound), _reconstruction(values, bound) + _kl_to_prior(values, bound)
    except NotClosed:
        return None
    finally:
        values.unit = before


def is_telling(name: Expr) -> bool:
    """Whether a name says plainly what it stands for."""
    return re.search(r"gap|KL|recon", spelled(name), re.IGNORECASE) is not None


def loose_meanings(values: Values, name: Expr, unit: Unit) -> Iterator[Expr]:
    """The quantities of the table that a name may well stand for, in a unit."""
    words = spelled(name)
    before, values.unit = values.unit, unit
    found: list[Expr] = []
    for pattern, meanings in _LOOSE:
        for meaning in meanings if pattern.search(words) else ():
            try:
                found.append(meaning(values, _bound(values)))
            except NotClosed:
                continue
    values.unit = before
    yield from found
