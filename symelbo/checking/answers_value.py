"""The number that a term has under the table of a worked answer: exact, by direct sums over the states.

Expectations, divergences and entropies are summed state by state from the entries; no identity of the calculus is used,
so that the result is an independent check of what a document derives. A result is a closed expression of rationals,
logarithms and exponentials; its decimal value is the business of the semantics.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from sympy import (
    Abs,
    Add,
    E,
    Expr,
    Integer,
    Mul,
    Poly,
    S,
    binomial,
    exp,
    expand,
    expand_log,
    factorial,
    log,
    pi,
    sqrt,
)
from sympy.core.function import AppliedUndef

from symelbo.checking.answers_table import Assigned, NotClosed, Table, key_of
from symelbo.language import (
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    Integral,
    MutualInformation,
    is_variable,
    slot_of,
    value_of,
)
from symelbo.language.distributions import Known
from symelbo.language.divergences import KL
from symelbo.language.functionals import Named
from symelbo.language.walks import found_in
from symelbo.semantics.arithmetic.units import Unit

__all__ = ["Meaning", "Values"]

Meaning = Callable[["Values", Expr], Expr | None]
"""What a name means that the document never defines, such as `ELBO`; None for names without such a meaning."""

_MOST_TERMS = 20_000


@dataclass(slots=True)
class _Function:
    """A function that the document defines: `w(z) = p(x = 1, z) / q(z)`."""

    parameters: tuple[Expr, ...]
    body: Expr


@dataclass(slots=True)
class Values:
    """Names, functions and the table of a document, as far as it has come; `of` gives the number of a term.

    `observed` are the variables that the document only ever speaks of in one state: a density that leaves such a
    variable open is taken at that state, and `assumed` collects the variables for which this was done.
    """

    states: Mapping[Expr, tuple[Expr, ...]]
    observed: Mapping[Expr, Expr]
    names: dict[Expr, Expr] = field(default_factory=dict)
    functions: dict[tuple[str, int], _Function] = field(default_factory=dict)
    assumed: set[Expr] = field(default_factory=set)
    unit: Unit = Unit.NATS
    log_base: int | None = None
    meaning: Meaning | None = None
    table: Table = field(init=False)
    _open: set[Expr] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.table = Table(self.states, lambda term, at: self._of(term, at))

    def of(self, term: Expr, unit: Unit | None = None) -> Expr:
        """The number; divergences and entropies in `unit`. Raises `NotClosed`."""
        before, self.unit = self.unit, unit or self.unit
        self.assumed.clear()
        try:
            value = self._of(term, {})
        except RecursionError:
            raise NotClosed("the names refer to each other in a circle") from None
        finally:
            self.unit = before
        if value.has(pi, E):
            value = expand_log(value, force=True)  # logarithms of products of numbers, to be compared term by term
        if value.free_symbols or value.has(S.NaN, S.ComplexInfinity, S.Infinity, S.NegativeInfinity):
            raise NotClosed("the value is not a finite number")
        return value

    def define(self, name: Expr, value: Expr) -> None:
        """A name from here on."""
        if isinstance(name, AppliedUndef) and all(is_variable(argument) for argument in name.args):
            self.functions[name.func.__name__, len(name.args)] = _Function(tuple(name.args), value)
            return
        self.names[name] = value

    def knows(self, name: Expr) -> bool:
        """Whether a name has been given a value."""
        if isinstance(name, AppliedUndef) and (name.func.__name__, len(name.args)) in self.functions:
            return True
        return name in self.names

    def has_value(self, symbol: Expr) -> bool:
        """Whether a free symbol is a name with a value, or an observed variable."""
        if symbol in self.states or symbol in self.observed or str(symbol) in ("e", r"\mathrm{nats}", r"\mathrm{bits}"):
            return True
        return (isinstance(symbol, Entry) and symbol.base in self.states) or self.knows(symbol)

    # --- walking a term ----------------------------------------------------------------------------------------------

    def _of(self, term: Any, at: Assigned) -> Expr:
        if term in at:
            return at[term]
        handler = next((_HANDLERS[kind] for kind in type(term).__mro__ if kind in _HANDLERS), None)
        if handler is not None:
            return handler(self, term, at)
        if is_variable(term) or term is pi or isinstance(term, AppliedUndef | Named):
            return self._name(term, at)
        if not isinstance(term, Expr):
            raise NotClosed(f"{term} is not a number")
        if not term.args:
            return term
        if isinstance(term, Mul):
            return self._product(term, at)
        if type(term).__module__.partition(".")[0] != "sympy":
            raise NotClosed(f"{type(term).__name__} terms are not evaluated on a table")
        return term.func(*(self._of(part, at) for part in term.args))

    def _product(self, term: Mul, at: Assigned) -> Expr:
        factors: list[Expr] = []
        for factor in sorted(term.args, key=lambda part: part.has(log)):
            value = self._of(factor, at)
            if value == 0:
                return S.Zero  # 0 log 0 = 0, as everywhere in information theory
            factors.append(value)
        return Mul(*factors)

    def _name(self, term: Expr, at: Assigned) -> Expr:
        if isinstance(term, Entry):
            term = Entry(term.base, *(self._of(index, at) if index in at else index for index in term.indices))
            if term in at:
                return at[term]
        if isinstance(term, AppliedUndef):
            given = tuple(self._of(argument, at) for argument in term.args)
            term = term.func(*given)
        known = self.names.get(term)
        if known is not None:
            return self._guarded(term, known, {})
        if isinstance(term, AppliedUndef):
            function = self.functions.get((term.func.__name__, len(term.args)))
            if function is not None:
                filled = dict(zip(function.parameters, term.args, strict=True))
                return self._guarded(term, function.body, filled)
        if self.meaning is not None:
            meant = self.meaning(self, term)
            if meant is not None:
                return meant
        if term is pi:
            return term
        if str(term) == "e":
            return E
        raise NotClosed(f"{term} has no value here")

    def _guarded(self, name: Expr, value: Expr, at: Assigned) -> Expr:
        if name in self._open:
            raise NotClosed(f"{name} is defined by itself")
        self._open.add(name)
        try:
            return self._of(value, at)
        finally:
            self._open.discard(name)

    # --- densities ---------------------------------------------------------------------------------------------------

    def density(self, term: Density, at: Assigned) -> Expr:
        """The probability of the states that a density is taken at."""
        key = key_of(term)
        of = {slot: self._state(slot, value, at) for slot, value in _pairs(term.of)}
        given = {slot: self._state(slot, value, at) for slot, value in _pairs(term.given)}
        try:
            return self.table.probability(key, of, given)
        except NotClosed:
            fixed = {s: state for s, state in self.observed.items() if s not in of and s not in given}
            if self.table.modelled(key) if key in self.table.families else ():
                entries = self.table.families[key]
                fixed = {s: state for s, state in fixed.items() if any(s in f.given for f in entries.factors)}
                fixed = {s: state for s, state in fixed.items() if entries.about(s) is None}
                if fixed:
                    return self.table.probability(key, of, {**given, **fixed})
            raise

    def _state(self, slot: Expr, value: Expr, at: Assigned) -> Expr:
        if value in at:
            return at[value]
        if value.is_Integer:
            return value
        if value == slot:
            name = slot.base if isinstance(slot, Entry) and slot not in self.observed else slot
            if name in self.observed:
                self.assumed.add(slot)
                return self.observed[name]
            raise NotClosed(f"{slot} is open")
        if value in self.states.get(slot, ()):
            return value
        found = self._of(value, at)
        if found.is_Integer:
            return found
        raise NotClosed(f"{slot} is open")

    def spread(self, bound: Iterable[Expr], at: Assigned, *terms: Expr) -> Iterator[Assigned]:
        """All states of some variables, beside those that are fixed already; `terms` show which slots names fill."""
        names = tuple(bound)
        slots = {
            value: slot for slot, value in _pairs(i for t in terms for d in found_in(t, Density) for i in _items(d))
        }
        ranges = [self.table.states_of(name if name in self.states else slots.get(name, name)) for name in names]
        count = 1
        for states in ranges:
            count *= len(states)
        if count > _MOST_TERMS:
            raise NotClosed(f"a sum over {count} states is too large")
        for states in product(*ranges):
            yield {**at, **dict(zip(names, states, strict=True))}

    def average(self, law: Expr, bound: tuple[Expr, ...], body: Callable[[Assigned], Expr], at: Assigned) -> Expr:
        """The mean of `body` under a law, summed over the states of its variables."""
        total: Expr = S.Zero
        for here in self.spread(bound, at, law):
            weight = self._of(law, here)
            if weight != 0:
                total += weight * body(here)
        return total

    def in_unit(self, value: Expr) -> Expr:
        """A number of nats in the unit of this evaluation."""
        return value / log(2) if self.unit is Unit.BITS else value

    def explicit(self, law: Expr, at: Assigned) -> Known | None:
        """The named law that a density was given as, with numbers for its parameters; None for tables."""
        if isinstance(law, Density):
            law = self.table.formula_of(law) or law
        if not isinstance(law, Known) or law.discrete:
            return None
        return Known(law.name, law.values, [self._of(parameter, at) for parameter in law.parameters])

    def log_of(self, term: Expr, at: Assigned) -> Expr:
        """The natural logarithm of a probability."""
        value = self._of(term, at)
        if value == 0:
            raise NotClosed("the logarithm of zero is not finite")
        return log(value)

    def number(self, term: Expr, at: Assigned) -> Expr:
        """The number of a term at some states."""
        return self._of(term, at)


def _items(density: Density) -> tuple[Expr, ...]:
    return (*density.of, *density.given)


def _pairs(items: Iterable[Expr]) -> Iterator[tuple[Expr, Expr]]:
    return ((slot_of(item), value_of(item)) for item in items)


def _expectation(values: Values, term: Expectation, at: Assigned) -> Expr:
    law = values.explicit(term.law, at)
    if law is not None:
        return _normal_mean(values, term, law, at)
    return values.average(term.law, term.bound, lambda here: values.number(term.body, here), at)


def _divergence(values: Values, term: KL, at: Assigned) -> Expr:
    def ratio(here: Assigned) -> Expr:
        return values.log_of(term.left, here) - values.log_of(term.right, here)

    first, second = (values.explicit(law, at) for law in (term.left, term.right))
    if first is not None and second is not None and first.name == second.name == "Normal":
        return values.in_unit(_normals(*first.parameters, *second.parameters))
    if isinstance(term.left, Known) or isinstance(term.right, Known):
        raise NotClosed("a divergence of explicit laws is not a sum over the table")
    return values.in_unit(values.average(term.left, term.bound, ratio, at))


def _normal_mean(values: Values, term: Expectation, law: Known, at: Assigned) -> Expr:
    """The mean of a polynomial, or of the logarithm of a normal density, under a normal law."""
    if law.name != "Normal" or len(term.bound) != 1:
        raise NotClosed(f"a mean under {law.name} is not evaluated")
    name = term.bound[0]
    body = expand(expand_log(values.number(term.body, {**at, name: name}), force=True))
    if not body.is_polynomial(name):
        raise NotClosed("this mean has no closed form here")
    mean, variance = law.parameters
    moments = [S.One, mean]
    for degree in range(2, degree_of(body, name) + 1):
        moments.append(mean * moments[-1] + (degree - 1) * variance * moments[-2])
    return Add(*(body.coeff(name, power) * moment for power, moment in enumerate(moments)))


def degree_of(body: Expr, name: Expr) -> int:
    """The degree of a polynomial in one name."""
    return int(Poly(body, name).degree()) if body.has(name) else 0


def _normals(mean: Expr, variance: Expr, other_mean: Expr, other_variance: Expr) -> Expr:
    """The divergence of two normal laws."""
    ratio = variance / other_variance
    return (ratio + (mean - other_mean) ** 2 / other_variance - 1 - log(ratio)) / 2


def _entropy(values: Values, term: Entropy, at: Assigned) -> Expr:
    law = values.explicit(term.law, at)
    if law is not None and law.name == "Normal":
        return values.in_unit(log(2 * pi * law.parameters[1]) / 2 + S.Half)
    if isinstance(term.law, Known):
        raise NotClosed("the entropy of an explicit law is not a sum over the table")
    return values.in_unit(values.average(term.law, term.bound, lambda here: -values.log_of(term.law, here), at))


def _cross_entropy(values: Values, term: CrossEntropy, at: Assigned) -> Expr:
    return values.in_unit(values.average(term.left, term.bound, lambda here: -values.log_of(term.right, here), at))


def _information(values: Values, term: MutualInformation, at: Assigned) -> Expr:
    first, second, given = (tuple(part) for part in term.parts)
    if given:
        raise NotClosed("a conditional mutual information is not evaluated on a table")
    left, right = Density(term.family, first), Density(term.family, second)

    def ratio(here: Assigned) -> Expr:
        both = values.log_of(term.joint, here)
        return both - values.log_of(left, here) - values.log_of(right, here)

    return values.in_unit(values.average(term.joint, term.bound, ratio, at))


def _integral(values: Values, term: Integral, at: Assigned) -> Expr:
    total: Expr = S.Zero
    for here in values.spread(term.bound, at, term.body):
        total += values.number(term.body, here)
    return total


def _index_sum(values: Values, term: IndexSum, at: Assigned) -> Expr:
    low, high = values.number(term.lower, at), values.number(term.upper, at)
    if not (low.is_Integer and high.is_Integer) or high - low > _MOST_TERMS:
        raise NotClosed("the bounds of a sum are not known")
    product_ = isinstance(term, IndexProduct)
    total: Expr = S.One if product_ else S.Zero
    for index in range(int(low), int(high) + 1):
        value = values.number(term.body, {**at, term.index: Integer(index)})
        total = total * value if product_ else total + value
    return total


def _known(values: Values, term: Known, at: Assigned) -> Expr:
    if term.name in _DENSITIES and term.values:
        return _DENSITIES[term.name](
            values.number(term.value, at), *(values.number(parameter, at) for parameter in term.parameters)
        )
    pmf = _MASS.get(term.name)
    if pmf is None or not term.values:
        raise NotClosed(f"{term.name} is not evaluated on a table")
    value = values.number(term.value, at)
    if not value.is_Integer:
        raise NotClosed(f"{term.name} at {value} is not evaluated on a table")
    return pmf(value, *(values.number(parameter, at) for parameter in term.parameters))


def _bernoulli(value: Expr, chance: Expr) -> Expr:
    return {1: chance, 0: S.One - chance}.get(int(value), S.Zero)


_MASS: dict[str, Callable[..., Expr]] = {
    "Bernoulli": _bernoulli,
    "Binomial": lambda k, n, chance: binomial(n, k) * chance**k * (1 - chance) ** (n - k),
    "Geometric": lambda k, chance: chance * (1 - chance) ** (k - 1),
    "Poisson": lambda k, rate: rate**k * exp(-rate) / factorial(k),
}


def _logarithm(values: Values, term: Expr, at: Assigned) -> Expr:
    inner = values.number(term.args[0], at)
    return log(inner) if values.log_base is None else log(inner) / log(values.log_base)


_DENSITIES: dict[str, Callable[..., Expr]] = {
    "Normal": lambda x, mean, variance: exp(-((x - mean) ** 2) / (2 * variance)) / sqrt(2 * pi * variance),
    "Exponential": lambda x, rate: rate * exp(-rate * x),
    "Laplace": lambda x, place, scale: exp(-Abs(x - place) / scale) / (2 * scale),
}

_HANDLERS: dict[type, Callable[[Values, Any, Assigned], Expr]] = {
    log: _logarithm,
    Density: lambda values, term, at: values.density(term, at),
    Expectation: _expectation,
    KL: _divergence,
    Entropy: _entropy,
    CrossEntropy: _cross_entropy,
    MutualInformation: _information,
    Integral: _integral,
    IndexSum: _index_sum,
    IndexProduct: _index_sum,
    Known: _known,
}
