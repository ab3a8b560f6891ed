"""The rules of non-negativity, each as data from which its instance can be worked out and its conditions checked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction

from sympy import Dummy, Expr, latex, log

from symelbo.calculus.forms.atoms import Logarithm, Root
from symelbo.calculus.forms.form import ONE, ZERO, Form, Monomial, of_atom, of_monomial
from symelbo.calculus.forms.signs import is_positive_form
from symelbo.calculus.forms.spelling import density_of
from symelbo.calculus.inequalities.certificates import Ground, Knowledge
from symelbo.calculus.measures.mass import mass
from symelbo.calculus.measures.measure import Normaliser
from symelbo.language import KL, Expectation

__all__ = [
    "BoundedEntropy",
    "Declared",
    "DiscreteEntropy",
    "Divergence",
    "ExponentialGap",
    "LogGap",
    "LogSign",
    "MixtureGap",
    "Optimum",
    "Positive",
    "PowerGap",
    "Product",
    "Spread",
    "Summed",
    "WrittenDivergence",
    "WrittenGap",
]

Names = tuple[Expr, ...]
_INDEX_LETTERS = ("i", "j", "k", "n", "m", "l", "s", "t")


def _is_law(weight: Form, names: Names, known: Knowledge) -> bool:
    """Whether a weight is a density of some names: positive, with integral one."""
    return is_positive_form(weight) and known.normaliser.integrate(weight, names) == ONE


def _marginal(weight: Form, names: Names, kept: frozenset[Expr], normaliser: Normaliser) -> Form:
    return normaliser.integrate(weight, [name for name in names if name not in kept])


@dataclass(frozen=True)
class Divergence(Ground):
    """`outside · E_w[log w(a | c) - log r(a | b)] >= 0` with `b` among `c` and what is free (Gibbs' inequality)."""

    rule = "KL-NONNEG"
    words = "a Kullback-Leibler divergence"

    weight: Form
    names: Names
    chosen: frozenset[Expr]
    given: frozenset[Expr]
    reference: Form
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """Both are densities of `a`, and what the reference is conditioned on does not move with `a`."""
        normaliser, kept = known.normaliser, self.chosen | self.given
        total = normaliser.integrate(self.reference, [n for n in self.names if n in self.chosen]).constant()
        if not _is_law(self.weight, self.names, known) or total is None or not 0 < total <= 1:
            return None
        if not is_positive_form(self.reference) or not known.is_weight(self.outside):
            return None
        if frozenset(self.names) & self.reference.names - kept or frozenset(self.names) & self.outside.names:
            return None
        law = normaliser.log(_marginal(self.weight, self.names, kept, normaliser)) - normaliser.log(
            _marginal(self.weight, self.names, self.given, normaliser)
        )
        gap = normaliser.integrate(self.weight * (law - normaliser.log(self.reference)), self.names)
        return self.outside * gap

    def law(self, normaliser: Normaliser) -> Form:
        """The conditional `w(a | c)`."""
        kept = self.chosen | self.given
        top = _marginal(self.weight, self.names, kept, normaliser)
        return top * normaliser.power(_marginal(self.weight, self.names, self.given, normaliser), Fraction(-1))

    def equality(self) -> str | None:
        """The two densities agree."""
        sides = [density_of(side, self.names) for side in (self.weight, self.reference)]
        if self.given or None in sides:
            return None
        return " = ".join(latex(side) for side in sides)


@dataclass(frozen=True)
class WrittenDivergence(Ground):
    """A divergence between densities, as a claim writes it."""

    rule = "KL-NONNEG"
    words = "a Kullback-Leibler divergence"

    divergence: KL

    def form(self, known: Knowledge) -> Form | None:
        """`KL(q(z) ‖ p(x, z))` may be negative: the first has integral one, the second at most one."""
        sides = (self.divergence.left, self.divergence.right)
        masses = [mass(side, self.divergence.bound, known.normaliser) for side in sides]
        if masses[0] != 1 or masses[1] is None or not 0 < masses[1] <= 1:
            return None
        return known.normaliser.form(self.divergence)

    def equality(self) -> str | None:
        """The two densities agree."""
        return f"{latex(self.divergence.left)} = {latex(self.divergence.right)}"


@dataclass(frozen=True)
class LogGap(Ground):
    """`outside · (log E_w[f] - E_w[log f]) >= 0` for a positive `f` (Jensen 1906)."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of the concave logarithm"

    weight: Form
    names: Names
    inner: Form
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law, `f` is positive."""
        normaliser = known.normaliser
        if not _is_law(self.weight, self.names, known) or not is_positive_form(self.inner):
            return None
        if not known.is_weight(self.outside):
            return None
        mean = normaliser.integrate(self.weight * self.inner, self.names)
        return self.outside * (
            normaliser.log(mean) - normaliser.integrate(self.weight * normaliser.log(self.inner), self.names)
        )

    def equality(self) -> str | None:
        """`f` does not vary under the law."""
        law = density_of(self.weight, self.names)
        return None if law is None else f"what is averaged is constant under {latex(law)}"


@dataclass(frozen=True)
class WrittenGap(Ground):
    """`log E[g] - E[log g]` for a logarithm in an expectation, as a claim writes it (Jensen 1906)."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of the concave logarithm"

    law: Expr
    bound: tuple[Expr, ...]
    inside: Expr

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law, what is averaged is positive."""
        normaliser = known.normaliser
        if mass(self.law, self.bound, normaliser) != 1 or not known.is_positive(normaliser.form(self.inside)):
            return None
        average = Expectation(self.inside, self.law, self.bound)
        return normaliser.log(normaliser.form(average)) - normaliser.form(
            Expectation(log(self.inside), self.law, self.bound)
        )

    def equality(self) -> str | None:
        """What is averaged does not vary under the law."""
        return f"{latex(self.inside)} is constant under {latex(self.law)}"


@dataclass(frozen=True)
class PowerGap(Ground):
    """`s log E[f] - log E[f^s] >= 0` for positive `f` and `0 < s <= 1`, and its negative for `s >= 1` (Jensen 1906)."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of a power"

    law: Expr
    bound: tuple[Expr, ...]
    base: Expr
    exponent: Expr

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law, `f` is positive, and the exponent lies on one side of one."""
        normaliser, exponent = known.normaliser, known.normaliser.form(self.exponent)
        if mass(self.law, self.bound, normaliser) != 1 or not known.is_positive(normaliser.form(self.base)):
            return None
        plain, powers = (
            normaliser.log(normaliser.form(Expectation(inside, self.law, self.bound)))
            for inside in (self.base, self.base**self.exponent)
        )
        gap = exponent * plain - powers
        if known.is_positive(exponent) and known.at_most_one(exponent):
            return gap
        return -gap if known.at_least_one(exponent) else None

    def equality(self) -> str | None:
        """`f` does not vary under the law."""
        return f"{latex(self.base)} is constant under {latex(self.law)}"


@dataclass(frozen=True)
class MixtureGap(Ground):
    """`log Σ c_i m_i - Σ λ_i log(c_i m_i / λ_i) >= 0` for positive terms and weights that sum to one (Jensen 1906)."""

    rule = "JENSEN-LOG"
    words = "a Jensen gap of the concave logarithm"

    terms: tuple[tuple[Monomial, Fraction], ...]
    weights: tuple[Fraction, ...]
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """The terms are positive, the weights a distribution."""
        inside = Form(dict(self.terms))
        if sum(self.weights) != 1 or any(weight <= 0 for weight in self.weights):
            return None
        if not is_positive_form(inside) or not known.is_weight(self.outside):
            return None
        mean = ZERO
        for weight, (monomial, coefficient) in zip(self.weights, self.terms, strict=True):
            mean = mean + known.normaliser.log(of_monomial(monomial, coefficient / weight)).scaled(weight)
        return self.outside * (of_atom(Logarithm(inside)) - mean)


@dataclass(frozen=True)
class ExponentialGap(Ground):
    """`outside · (E_w[exp g] - exp E_w[g]) >= 0` (Jensen 1906)."""

    rule = "JENSEN-EXP"
    words = "a Jensen gap of the convex exponential"

    weight: Form
    names: Names
    exponent: Form
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law."""
        normaliser = known.normaliser
        if not _is_law(self.weight, self.names, known) or not known.is_weight(self.outside):
            return None
        mean = normaliser.integrate(self.weight * self.exponent, self.names)
        gap = normaliser.integrate(self.weight * normaliser.exp(self.exponent), self.names) - normaliser.exp(mean)
        return self.outside * gap


@dataclass(frozen=True)
class Spread(Ground):
    """`outside · (E_w[g^2] - E_w[g]^2) >= 0`: a variance."""

    rule = "JENSEN-SQUARE"
    words = "a variance"

    weight: Form
    names: Names
    inner: Form
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """The weight is a law."""
        normaliser = known.normaliser
        if not _is_law(self.weight, self.names, known) or not known.is_weight(self.outside):
            return None
        mean = normaliser.integrate(self.weight * self.inner, self.names)
        return self.outside * (normaliser.integrate(self.weight * self.inner * self.inner, self.names) - mean * mean)

    def equality(self) -> str | None:
        """`g` does not vary under the law."""
        law = density_of(self.weight, self.names)
        return None if law is None else f"what is averaged is constant under {latex(law)}"


@dataclass(frozen=True)
class DiscreteEntropy(Ground):
    """`outside · H(a | c) >= 0` for discrete `a` (Shannon 1948)."""

    rule = "ENTROPY-NONNEG"
    words = "an entropy of a discrete variable"

    weight: Form
    names: Names
    chosen: frozenset[Expr]
    given: frozenset[Expr]
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """Every variable of `a` is declared discrete."""
        normaliser = known.normaliser
        if not _is_law(self.weight, self.names, known) or not known.is_weight(self.outside):
            return None
        slots = {value: slot for a in self.weight.atoms() if isinstance(a, Root) for slot, value in a.slots}
        if any(slots.get(name) not in known.discrete for name in self.chosen):
            return None
        kept = self.chosen | self.given
        law = normaliser.log(_marginal(self.weight, self.names, kept, normaliser)) - normaliser.log(
            _marginal(self.weight, self.names, self.given, normaliser)
        )
        return self.outside * normaliser.integrate(-(self.weight * law), self.names)

    def equality(self) -> str | None:
        """The variables are determined."""
        law = density_of(self.weight, self.names)
        return None if law is None or self.given else f"{latex(law)} puts all its mass on one value"


@dataclass(frozen=True)
class BoundedEntropy(DiscreteEntropy):
    """`outside · (log K - H(a | c)) >= 0` for `a` with `K` values (Cover and Thomas 2006, theorem 2.6.4)."""

    rule = "ENTROPY-BOUND"
    words = "the entropy of a variable with so many values"

    def form(self, known: Knowledge) -> Form | None:
        """One variable, whose values are counted."""
        entropy, most = super().form(known), self.values(known.normaliser)
        return None if entropy is None or most is None else self.outside * most - entropy

    def values(self, normaliser: Normaliser) -> Form | None:
        """The logarithm of the number of values; None where they are not counted."""
        slots = {value: slot for a in self.weight.atoms() if isinstance(a, Root) for slot, value in a.slots}
        found = [normaliser.structure.counted.get(slots[name]) for name in self.chosen if name in slots]
        if len(self.chosen) != 1 or len(found) != 1 or found[0] is None:
            return None
        lower, upper = found[0]
        return normaliser.log(normaliser.form(upper - lower + 1))

    def equality(self) -> str | None:
        """The law is uniform."""
        law = density_of(self.weight, self.names)
        return None if law is None or self.given else f"{latex(law)} is the same at all values"


@dataclass(frozen=True)
class Positive(Ground):
    """A product of quantities that are positive, or even powers."""

    rule = "POSITIVE"
    words = "a positive quantity"

    monomial: Monomial

    def form(self, known: Knowledge) -> Form | None:
        """No factor can be negative."""
        return of_monomial(self.monomial) if known.is_nonnegative(self.monomial) else None


@dataclass(frozen=True)
class Declared(Ground):
    """What a document declares to be non-negative."""

    rule = "ASSUMED-SIGN"
    words = "a declared sign"

    quantity: Form

    def form(self, known: Knowledge) -> Form | None:
        """It is among the declarations."""
        return self.quantity if self.quantity in known.nonnegative else None


@dataclass(frozen=True)
class Optimum(Ground):
    """The objective where it is said to be best is not below its value elsewhere."""

    rule = "OPTIMUM"
    words = "the objective where it is best and elsewhere"

    stated: tuple[Expr, ...]
    gap: Expr

    def form(self, known: Knowledge) -> Form | None:
        """It is among what the context states."""
        return known.normaliser.form(self.gap) if self.gap in self.stated else None


@dataclass(frozen=True)
class LogSign(Ground):
    """`-log f >= 0` for `0 < f <= 1`, and `log f >= 0` for `f >= 1`."""

    rule = "ASSUMED-SIGN"
    words = "the logarithm of what lies on one side of one"

    quantity: Form
    outside: Form = ONE

    def form(self, known: Knowledge) -> Form | None:
        """Both bounds are known, and so is the sign of the factor outside."""
        below = known.is_positive(self.quantity) and known.at_most_one(self.quantity)
        if not below and not known.at_least_one(self.quantity):
            return None
        declared = self.outside in known.nonnegative or self.outside in known.positive
        if not declared and not known.is_weight(self.outside):
            return None
        gap = self.outside * known.normaliser.log(self.quantity)
        return -gap if below else gap

    def equality(self) -> str | None:
        """Not said."""
        return None


@dataclass(frozen=True)
class Product(Ground):
    """A declared factor times something that is non-negative."""

    rule = "ASSUMED-SIGN"
    words = "a declared sign"

    factor: Form
    other: Ground

    def form(self, known: Knowledge) -> Form | None:
        """Both factors are non-negative."""
        inner = self.other.form(known)
        return None if inner is None or self.factor not in known.nonnegative else self.factor * inner

    def equality(self) -> str | None:
        """As for the second factor; the first one may vanish too."""
        return None


@dataclass(frozen=True)
class Summed(Ground):
    """A sum over an index of what is non-negative at every index."""

    rule = "KL-NONNEG"
    words = "a sum of non-negative terms"

    inner: Ground
    index: Dummy
    lower: Expr
    upper: Expr

    def form(self, known: Knowledge) -> Form | None:
        """The summand is non-negative for an index of which nothing is known."""
        each = self.inner.form(known)
        return None if each is None else known.normaliser.sum_over(each, self.index, self.lower, self.upper)

    def equality(self) -> str | None:
        """Every term vanishes."""
        words = self.inner.equality()
        if words is None:
            return None
        free = (letter for letter in _INDEX_LETTERS if not re.search(rf"(?<![A-Za-z\\]){letter}(?![A-Za-z])", words))
        letter = next(free, "i'")
        return f"{words.replace(latex(self.index), letter)} for every {letter}"
