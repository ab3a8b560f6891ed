"""Jensen gaps of logarithms, exponentials and squares."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from sympy import Dummy, log

from symelbo.calculus.atoms import Exponential, Logarithm, Opaque, Root
from symelbo.calculus.certificates import Nonnegative
from symelbo.calculus.form import (
    EMPTY,
    ZERO,
    Form,
    Monomial,
    of_atom,
    of_monomial,
    power_of_monomial,
    rename_monomial,
    times,
)
from symelbo.calculus.mass import mass
from symelbo.calculus.measure import Normaliser
from symelbo.calculus.signs import is_nonnegative, is_positive_form
from symelbo.language import Expectation, IndexProduct, IndexSum

__all__ = ["jensen_gaps", "jensen_of"]


def jensen_of(term: Expectation, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """`log E[g] - E[log g]` for the logarithms in an expectation, and the same for means over an index inside them."""
    if mass(term.law, term.bound, normaliser) != 1:
        return  # only a mean has a Jensen gap
    for logarithm in sorted(term.body.atoms(log), key=str):
        inside = logarithm.args[0]
        if not is_positive_form(normaliser.form(inside)):
            continue
        average = Expectation(inside, term.law, term.bound)
        gap = normaliser.log(normaliser.form(average)) - normaliser.form(Expectation(logarithm, term.law, term.bound))
        yield Nonnegative(gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")
        for total in sorted(inside.atoms(IndexSum), key=str):
            if isinstance(total, IndexProduct) or total.expand() is not None:
                continue
            size = total.upper - total.lower + 1
            if (inside / total).has(total):
                continue  # only a multiple of the sum is a mean
            each = inside.xreplace({total: size * total.body})
            mean = IndexSum(log(each), total.index, total.lower, total.upper) / size
            gap = normaliser.form(Expectation(logarithm - mean, term.law, term.bound))
            yield Nonnegative(gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")


def jensen_gaps(form: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """Gaps of `log E >= E log`, `E exp >= exp E` and `E[f^2] >= E[f]^2` for the integrals in the form."""
    for monomial, _ in form:
        if any(isinstance(atom, Exponential) for atom, _ in monomial):
            around = frozenset((a, e) for a, e in monomial if not isinstance(a, Exponential))
            outside = of_monomial(around)
            for gap in _exp_gaps(monomial, normaliser) if is_nonnegative(around) else ():
                yield Nonnegative(outside * gap, "JENSEN-EXP", "a Jensen gap of the convex exponential")
        for atom, exponent in monomial:
            around = monomial - {(atom, exponent)}
            rest = of_monomial(around)
            if exponent != 1 or not is_nonnegative(around):
                continue
            if isinstance(atom, Logarithm):
                for gap in _log_gaps(atom.form, normaliser):
                    yield Nonnegative(rest * gap, "JENSEN-LOG", "a Jensen gap of the concave logarithm")
            elif isinstance(atom, Opaque):
                roots: Monomial = frozenset((a, e) for a, e in around if isinstance(a, Root))
                for gap in _square_gaps(atom, roots, normaliser):
                    yield Nonnegative(of_monomial(around - roots) * gap, "JENSEN-SQUARE", "a variance")


def _split_laws(
    body: Monomial, outside: Monomial, names: tuple[Dummy, ...], normaliser: Normaliser
) -> Iterator[tuple[Form, Form]]:
    """Ways to read an integrand as a probability weight times the rest: one for each family and each density in it."""
    roots = [(atom, e) for atom, e in body if isinstance(atom, Root)]
    laws = [
        frozenset((a, e) for a, e in roots if a.family == family and e > 0) for family in {a.family for a, _ in roots}
    ]
    laws += [frozenset({(atom, Fraction(1))}) for atom, _ in roots if atom.names & set(names)]
    for law in dict.fromkeys(law for law in laws if law):
        total = normaliser.integrate(of_monomial(law), names)
        if total.single() is not None:
            weight = of_monomial(law) * normaliser.power(total, Fraction(-1))
            yield weight, of_monomial(times(body, outside)) * normaliser.power(weight, Fraction(-1))


def _opened(atom: Opaque) -> tuple[Monomial, tuple[Dummy, ...]]:
    names = {marker: Dummy(real=True) for marker in atom.bound}
    return rename_monomial(atom.body, names), tuple(names.values())


def _log_gaps(inside: Form, normaliser: Normaliser) -> Iterator[Form]:
    single = inside.single()
    if single is None:
        yield from _mean_gaps(inside, normaliser)
        return
    for atom, exponent in single[0]:
        if isinstance(atom, Opaque) and exponent == 1:
            body, names = _opened(atom)
            outside = single[0] - {(atom, exponent)}
            for weight, rest in _split_laws(body, outside, names, normaliser):
                # log E_w[f] - E_w[log f], where f is what the weight multiplies and has to be positive everywhere
                if is_positive_form(rest.scaled(single[1])):
                    yield normaliser.log(inside) - normaliser.integrate(
                        weight * normaliser.log(rest.scaled(single[1])), names
                    )


def _mean_gaps(inside: Form, normaliser: Normaliser) -> Iterator[Form]:
    """`log Σ c_i m_i >= Σ λ_i log(c_i m_i / λ_i)` with equal weights, and with weights in proportion to the `c_i`."""
    terms = list(inside)
    if not is_positive_form(inside):
        return
    total = sum((c for _, c in terms), Fraction(0))
    choices = {tuple(Fraction(1, len(terms)) for _ in terms), tuple(c / total for _, c in terms)}
    for weights in choices:
        mean = ZERO
        for weight, (monomial, coefficient) in zip(weights, terms, strict=True):
            mean = mean + normaliser.log(of_monomial(monomial, coefficient / weight)).scaled(weight)
        yield of_atom(Logarithm(inside)) - mean


def _exp_gaps(monomial: Monomial, normaliser: Normaliser) -> Iterator[Form]:
    """`E_w[exp g] - exp E_w[g]`, where the exponent in the form is an average of `g` under `w`."""
    exponent = ZERO
    for atom, power in monomial:
        if isinstance(atom, Exponential):
            exponent = exponent + atom.form.scaled(power)
    convex = frozenset((a, e) for a, e in monomial if isinstance(a, Exponential))
    for opaque in {a for inner, _ in exponent for a, e in inner if isinstance(a, Opaque) and e == 1}:
        names = {marker: Dummy(real=True) for marker in opaque.bound}
        bound = tuple(names.values())
        for weight, _ in _split_laws(rename_monomial(opaque.body, names), EMPTY, bound, normaliser):
            averaged, over = ZERO, normaliser.power(weight, Fraction(-1))
            for inner, coefficient in exponent:
                same = next((a for a, e in inner if isinstance(a, Opaque) and e == 1 and a.bound == opaque.bound), None)
                if same is None:
                    averaged = averaged + of_monomial(inner, coefficient)
                else:
                    rest = inner - {(same, Fraction(1))}
                    averaged = (
                        averaged + of_monomial(times(rest, rename_monomial(same.body, names)), coefficient) * over
                    )
            yield normaliser.integrate(weight * normaliser.exp(averaged), bound) - of_monomial(convex)


def _square_gaps(atom: Opaque, outside: Monomial, normaliser: Normaliser) -> Iterator[Form]:
    """`E_w[g^2] - E_w[g]^2`, where the integrand times what stands outside it is `w g^2`."""
    body, names = _opened(atom)
    for weight, rest in _split_laws(body, outside, names, normaliser):
        single = rest.single()
        if single is None or any(e.denominator != 1 or e % 2 for _, e in single[0]):
            continue
        root = of_monomial(power_of_monomial(single[0], Fraction(1, 2)))
        mean = normaliser.integrate(weight * root, names)
        yield normaliser.integrate(weight * root * root, names) - mean * mean
