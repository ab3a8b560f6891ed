r"""Laws that explicit ones imply: posteriors, predictive laws and marginals of linear Gaussian models and chains.

`q(x_{t-1} | x_t, x_0)` follows from `q(x_t | x_{t-1})` and `q(x_{t-1} | x_0)` by Bayes' rule, `p(x)` from `p(z)` and
`p(x | z)` by integration (Bishop 2006, section 2.3.3), and `q(x_t | x_0)` from the law of a step by induction over `t`.
Each step first asks the structure whether what it drops from a condition may be dropped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from sympy import Dummy, Expr, Integer, Pow, Symbol, sqrt

from symelbo.calculus.desk import Desk
from symelbo.calculus.laws.gaussian import condition, marginal
from symelbo.calculus.laws.vectors import isotropic
from symelbo.calculus.structure import Structure, Variables, unparametrised
from symelbo.errors import NotSupported
from symelbo.language import (
    Context,
    Definition,
    Density,
    Dimension,
    Entry,
    Identity,
    IndexProduct,
    Known,
    replace_free,
)
from symelbo.language.definitions import match_definition
from symelbo.language.shapes import with_shapes
from symelbo.language.steps import is_step
from symelbo.language.walks import found_in

__all__ = ["with_derived_laws"]

_DEEPEST = 4
_SIZE = Dimension(Symbol("z"))
_STEP = Dummy("s", integer=True, positive=True)  # runs over the steps of a chain; the same each time, so laws are too
_GAUSSIAN = ("Normal", "MultivariateNormal")


def with_derived_laws(terms: Iterable[Expr], assumed: Context, desk: Desk | None = None) -> Context:
    """The context with definitions of those conditionals in some terms that its explicit Gaussians determine.

    Claims of one document may share a `desk`.

    >>> from sympy import Eq
    >>> from symelbo.language import context, family, known, variables
    >>> p, (x, z) = family("p"), variables("x z")
    >>> given = context([Eq(p(z), known("Normal", z, 0, 1)), Eq(p(x | z), known("Normal", x, z, 1))])
    >>> with_derived_laws([p(z | x)], given).definitions[-1].value
    Normal(z; x/2, 1/2)
    """
    laws = [
        replace(item, value=_shaped(item.value))
        for item in assumed.definitions
        if isinstance(item.name, Density) and _is_gaussian(item.value)
    ]
    if not laws:
        return assumed
    steps = [found for item in laws if (found := _forward(item, assumed, laws)) is not None]
    families = {item.name.family.args[0] for item in laws}
    if steps:
        assumed = replace(assumed, assumptions=assumed.assumptions + tuple(steps))
    used = {density for term in terms for density in found_in(assumed.expand(term), Density)}
    plain = {Density(density.family, density.of_slots, density.given_slots) for density in used}
    wanted = tuple(
        density
        for density in sorted(plain, key=str)
        if density.family.args[0] in families and not density.family.indices and len(density.of) == 1
    )
    known, desk = (*laws, *steps), desk or Desk()
    made = desk.derived(known, wanted, assumed, lambda structure: _made(_Search(known, structure), wanted))
    return replace(assumed, assumptions=assumed.assumptions + made) if made else assumed


def _made(search: _Search, wanted: Iterable[Density]) -> tuple[Definition, ...]:
    """Definitions of the conditionals that a search finds the law of."""
    found = ((density, search.law(density, _DEEPEST)) for density in wanted)
    return tuple(Definition(density, law) for density, law in found if law is not None)


def _shaped(law: Expr) -> Expr:
    """The law with its identity matrix told apart from other names, of the size that closed forms leave unnamed."""
    try:
        shaped = with_shapes([law])[0]
    except NotSupported:
        return law
    whole = {node: Identity(_SIZE) for node in found_in(shaped, Identity) if not node.args}
    return shaped.xreplace(whole)


def _is_gaussian(value: Expr) -> bool:
    return isinstance(value, Known) and value.name in _GAUSSIAN


@dataclass(slots=True)
class _Search:
    """Looks for laws by Bayes' rule and by integration, in that order, to a bounded depth."""

    laws: tuple[Definition, ...]
    structure: Structure
    _found: dict[Density, Known | None] = field(default_factory=dict)

    def law(self, density: Density, depth: int) -> Known | None:
        """The law of one variable given others; None where nothing determines it."""
        if density in self._found:
            return self._found[density]
        self._found[density] = None  # not by itself
        self._found[density] = found = self._derived(density, depth)
        return found

    def _derived(self, density: Density, depth: int) -> Known | None:
        for item in self.laws:
            value = match_definition(density, item)
            if value is not None:
                return value if _is_gaussian(value) else None
        if depth == 0:
            return None
        for way in (self._shorter, self._by_bayes, self._by_integration):
            found = way(density, depth)
            if found is not None:
                return found
        return None

    def _shorter(self, density: Density, depth: int) -> Known | None:
        """An explicit law with fewer conditions, where the others do not matter."""
        for instance, value in self._instances(density.of[0], density.family):
            if set(instance.given) < set(density.given) and self._same(density, instance):
                return value
        return None

    def _by_bayes(self, density: Density, depth: int) -> Known | None:
        """`p(v | g, rest)` from `p(g | v)` and `p(v | rest)`."""
        (variable,) = density.of
        for seen in density.given:
            rest = tuple(item for item in density.given if item != seen)
            for instance, value in self._instances(seen, density.family):
                if variable not in instance.given or not set(instance.given) <= {variable, *rest}:
                    continue
                if not self._same(Density(density.family, (seen,), (variable, *rest)), instance):
                    continue
                before = self.law(Density(density.family, (variable,), rest), depth - 1)
                if before is not None:
                    return _or_none(lambda v=value, b=before: condition([v, b], variable))
        return None

    def _by_integration(self, density: Density, depth: int) -> Known | None:
        """`p(v | rest)` from `p(v | u)` and `p(u | rest)`."""
        (variable,) = density.of
        for instance, value in self._instances(variable, density.family):
            hidden = [item for item in instance.given if item not in density.given]
            wider = Density(density.family, (variable,), (*hidden, *density.given))
            if len(hidden) != 1 or not self._same(wider, instance):
                continue
            inner = self.law(Density(density.family, tuple(hidden), density.given), depth - 1)
            if inner is not None:
                found = _or_none(lambda v=value, i=inner, u=hidden[0]: marginal([v, i], u, variable))
                if found is not None:
                    return found
        return None

    def _instances(self, variable: Expr, family: Any) -> Iterator[tuple[Density, Known]]:
        """The explicit laws of one variable, with what they are given."""
        for item in self.laws:
            name = item.name
            if name.family.args[0] != family.args[0] or len(name.of) != 1:
                continue
            values = _bound(name.of[0], variable)
            if values is None:
                continue
            given = [replace_free(part, values) for part in name.given]
            if variable in given or len(set(given)) != len(given):
                continue
            instance = Density(family, (variable,), given)
            value = match_definition(instance, item)
            if value is not None and _is_gaussian(value):
                yield instance, value

    def _same(self, first: Density, second: Density) -> bool:
        """Whether two conditionals are the same density in every model with this structure."""
        return self._roots(first) == self._roots(second)

    def _roots(self, density: Density) -> dict[Any, int]:
        family, total = unparametrised(density.family), Counter[Any]()
        given: Variables = frozenset(density.given)
        for variables, sign in ((given | frozenset(density.of), 1), (given, -1)):
            for root, exponent in self.structure.decompose(family, variables).items():
                total[root] += sign * exponent
        return {root: count for root, count in total.items() if count}


def _bound(pattern: Expr, variable: Expr) -> dict[Expr, Expr] | None:
    """What the index of a pattern stands for, where the pattern is to be a variable."""
    if pattern == variable:
        return {}
    if not (isinstance(pattern, Entry) and isinstance(variable, Entry) and pattern.base == variable.base):
        return None
    if len(pattern.indices) != 1 or len(variable.indices) != 1:
        return None
    running = pattern.indices[0].free_symbols
    if len(running) != 1:
        return None
    (index,) = running
    return {index: variable.indices[0] - pattern.indices[0] + index}


def _or_none(made: Any) -> Known | None:
    try:
        law = made()
    except NotSupported:
        return None
    return law if isinstance(law, Known) else None


def _forward(item: Definition, assumed: Context, laws: Iterable[Definition]) -> Definition | None:
    r"""`q(x_t | x_0)` of a chain whose steps keep the variance: `N(a_t x_{t-1}, 1 - a_t^2)`; None for others.

    With `A_t = \prod_{s \le t} a_s` it is `N(A_t x_0, 1 - A_t^2)`: for `t = 1` that is the step itself, and a further
    step has the mean `a_t A_{t-1} x_0` and the variance `a_t^2 (1 - A_{t-1}^2) + 1 - a_t^2` (Ho et al. 2020, eq. 4).
    """
    name, law = item.name, item.value
    if not is_step(name) or len(name.given) != 1:
        return None
    entry, before = name.of[0], name.given[0]
    start = Entry(entry.base, Integer(0))
    marginal_of = Density(name.family, (entry,), (start,))
    if any(match_definition(marginal_of, other) is not None for other in laws):
        return None
    mean, spread = law.parameters
    round_law = isotropic(law)
    variance = spread if round_law is None else round_law[0]
    point = Dummy(real=True)
    moved = replace_free(mean, {before: point})
    slope = moved.diff(point)
    if slope.has(point) or (moved - slope * point).expand() != 0:
        return None
    if law.value in slope.free_symbols | variance.free_symbols or before in variance.free_symbols:
        return None
    square = _expanded(slope**2, assumed)
    if (square + _expanded(variance, assumed) - 1).expand() != 0:
        return None
    index = entry.indices[0]
    body = replace_free(slope**2, {index: _STEP})
    product = IndexProduct(body, _STEP, Integer(1), index)
    root = sqrt(product) if _is_root(slope) else IndexProduct(replace_free(slope, {index: _STEP}), _STEP, 1, index)
    left: Expr = 1 - product
    if round_law is not None:
        left = left * next(iter(found_in(spread, Identity)))
    return Definition(marginal_of, Known(law.name, (entry,), (root * start, left)))


def _is_root(slope: Expr) -> bool:
    return isinstance(slope, Pow) and slope.exp == Integer(1) / 2


def _expanded(term: Expr, assumed: Context) -> Expr:
    made: Expr = assumed.expand(term)
    return made
