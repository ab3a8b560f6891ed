"""Jensen gaps of logarithms, exponentials and squares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import gcd

from sympy import Dummy, Expr, Integer, Mul, log

from symelbo.calculus.forms.atoms import Exponential, Logarithm, Opaque, Root
from symelbo.calculus.forms.form import (
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
from symelbo.calculus.forms.signs import is_positive_form
from symelbo.calculus.inequalities.certificates import Ground, Knowledge, Nonnegative
from symelbo.calculus.inequalities.grounds import (
    ExponentialGap,
    LogGap,
    MixtureGap,
    PowerGap,
    Spread,
    WrittenGap,
)
from symelbo.calculus.inequalities.index_gaps import IndexGap, MeanGap, SquaresGap
from symelbo.calculus.measures.measure import Normaliser
from symelbo.language import Density, Expectation, IndexProduct, IndexSum, Integral
from symelbo.language.walks import found_in

__all__ = ["averages_in", "jensen_gaps", "jensen_of", "outer_gaps", "squares_of"]


def averages_in(term: Expr) -> set[Expectation]:
    r"""The expectations in a term, those that are written as integrals among them: `\int q(z) f(z) dz`."""
    found = set(found_in(term, Expectation))
    for node in found_in(term, Integral):
        factors = Mul.make_args(node.body)
        law = next((f for f in factors if isinstance(f, Density) and set(f.of) == set(node.bound)), None)
        if law is not None:
            found.add(Expectation(node.body / law, law))
    return found


def jensen_of(term: Expectation, known: Knowledge) -> Iterator[Nonnegative]:
    """`log E[g] - E[log g]` for the logarithms in an expectation, and the same for means over an index inside them."""
    for logarithm in sorted(found_in(term.body, log), key=str):
        inside = logarithm.args[0]
        whole = WrittenGap(term.law, term.bound, inside)
        gap = whole.form(known)
        if gap is not None:
            yield Nonnegative.by(whole, gap)
        for total in sorted(found_in(inside, IndexSum), key=str):
            if isinstance(total, IndexProduct) or total.expand() is not None:
                continue
            ground = MeanGap(inside, total, term.law, term.bound)
            gap = ground.form(known)
            if gap is not None:
                yield Nonnegative.by(ground, gap)


def outer_gaps(term: Expr, known: Knowledge, laws: Iterable[Density] = ()) -> Iterator[Nonnegative]:
    """The gaps of a logarithm that a claim takes of an expectation, `log E[f]`, and of a power in it, `log E[f^s]`.

    One of an integral, `log ∫ f`, is of an expectation under each of the `laws` of the same variables.
    """
    for logarithm in sorted(found_in(term, log), key=str):
        mean = logarithm.args[0]
        grounds: list[Ground] = []
        if isinstance(mean, Expectation):
            grounds.append(WrittenGap(mean.law, mean.bound, mean.body))
            base, exponent = _as_power(mean.body)
            if exponent != 1:
                grounds.append(PowerGap(mean.law, mean.bound, base, exponent))
        elif isinstance(mean, Integral):
            same = (law for law in laws if law.of == mean.bound)
            grounds += [WrittenGap(law, mean.bound, mean.body / law) for law in same]
        for total in sorted(found_in(mean, IndexSum), key=str):
            if not isinstance(total, IndexProduct) and total.expand() is None:
                grounds.append(IndexGap(mean, total))
        for ground in grounds:
            gap = ground.form(known)
            if gap is not None:
                yield Nonnegative.by(ground, gap)


def squares_of(term: Expr, known: Knowledge) -> Iterator[Nonnegative]:
    """What sums of squares over an index are at least, by the sum of their roots."""
    for total in sorted(found_in(term, IndexSum), key=str):
        for relative in (False, True) if type(total) is IndexSum else ():
            ground = SquaresGap(total, relative)
            gap = ground.form(known)
            if gap is not None:
                yield Nonnegative.by(ground, gap)


def _as_power(term: Expr) -> tuple[Expr, Expr]:
    """`f^s` as `f` and `s`, also where the power is spread over the factors, as in `p^2 / q^2`."""
    parts = [factor.as_base_exp() for factor in Mul.make_args(term)]
    exponents = [exponent for _, exponent in parts]
    if len(parts) == 1:
        return parts[0]
    if all(exponent.is_Integer for exponent in exponents):
        shared = Integer(gcd(*map(int, exponents)))
        return Mul(*(base ** (exponent / shared) for base, exponent in parts)), shared
    return term, Integer(1)


def jensen_gaps(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    """Gaps of `log E >= E log`, `E exp >= exp E` and `E[f^2] >= E[f]^2` for the integrals in the form."""
    normaliser = known.normaliser
    for monomial, _ in form:
        if any(isinstance(atom, Exponential) for atom, _ in monomial):
            around = frozenset((a, e) for a, e in monomial if not isinstance(a, Exponential))
            if known.is_nonnegative(around):
                yield from _exp_gaps(monomial, of_monomial(around), normaliser)
        for atom, exponent in monomial:
            around = monomial - {(atom, exponent)}
            if exponent != 1 or not known.is_nonnegative(around):
                continue
            if isinstance(atom, Logarithm):
                yield from _log_gaps(atom.form, of_monomial(around), normaliser)
            elif isinstance(atom, Opaque):
                roots: Monomial = frozenset((a, e) for a, e in around if isinstance(a, Root))
                yield from _square_gaps(atom, roots, of_monomial(around - roots), normaliser)


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


def _log_gaps(inside: Form, outer: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
    single = inside.single()
    if single is None:
        yield from _mixture_gaps(inside, outer, normaliser)
        return
    for atom, exponent in single[0]:
        if isinstance(atom, Opaque) and exponent == 1:
            body, names = _opened(atom)
            outside = single[0] - {(atom, exponent)}
            for weight, rest in _split_laws(body, outside, names, normaliser):
                # log E_w[f] - E_w[log f], where f is what the weight multiplies and has to be positive everywhere
                inner = rest.scaled(single[1])
                if is_positive_form(inner):
                    gap = normaliser.log(inside) - normaliser.integrate(weight * normaliser.log(inner), names)
                    yield Nonnegative.by(LogGap(weight, names, inner, outer), outer * gap)


def _mixture_gaps(inside: Form, outer: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """`log Σ c_i m_i >= Σ λ_i log(c_i m_i / λ_i)` with equal weights, and with weights in proportion to the `c_i`."""
    terms = tuple(inside)
    if not is_positive_form(inside):
        return
    total = sum((c for _, c in terms), Fraction(0))
    for weights in {tuple(Fraction(1, len(terms)) for _ in terms), tuple(c / total for _, c in terms)}:
        mean = ZERO
        for weight, (monomial, coefficient) in zip(weights, terms, strict=True):
            mean = mean + normaliser.log(of_monomial(monomial, coefficient / weight)).scaled(weight)
        gap = of_atom(Logarithm(inside)) - mean
        yield Nonnegative.by(MixtureGap(terms, weights, outer), outer * gap)


def _exp_gaps(monomial: Monomial, outer: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
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
            gap = normaliser.integrate(weight * normaliser.exp(averaged), bound) - of_monomial(convex)
            yield Nonnegative.by(ExponentialGap(weight, bound, averaged, outer), outer * gap)


def _square_gaps(atom: Opaque, outside: Monomial, outer: Form, normaliser: Normaliser) -> Iterator[Nonnegative]:
    """`E_w[g^2] - E_w[g]^2`, where the integrand times what stands outside it is `w g^2`."""
    body, names = _opened(atom)
    for weight, rest in _split_laws(body, outside, names, normaliser):
        single = rest.single()
        if single is None or any(e.denominator != 1 or e % 2 for _, e in single[0]):
            continue
        root = of_monomial(power_of_monomial(single[0], Fraction(1, 2)))
        mean = normaliser.integrate(weight * root, names)
        gap = normaliser.integrate(weight * root * root, names) - mean * mean
        yield Nonnegative.by(Spread(weight, names, root, outer), outer * gap)
