"""Moves about integrals, expectations, divergences and logarithms: rules made ready for the terms at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from sympy import Add, Expr, Mul, Pow, log

from symelbo.derive.derivation import Move, Words
from symelbo.derive.rules import RULES
from symelbo.derive.written import add, difference, divisors, factors, is_ratio, minus, mul, ratio, signed, terms
from symelbo.language import (
    KL,
    Density,
    Entropy,
    Expectation,
    Family,
    IndexProduct,
    IndexSum,
    Integral,
    slot_of,
    variables_of,
)

__all__ = [
    "as_expectation",
    "as_integral",
    "bayes",
    "cancel",
    "close_divergence",
    "close_entropy",
    "constants_out",
    "drop_divergence",
    "expectation_of_sum",
    "jensen",
    "log_of_product",
    "marginalise",
    "multiply_divide",
    "open_divergence",
    "replace_all",
]


def marginalise(*over: Expr, discrete: bool = False) -> Move:
    """`p(x)` as the integral (or sum) of the joint density over the named variables."""
    names = set(over)

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Density) or names & {slot_of(item) for item in (*term.of, *term.given)}:
            return None
        return Integral(Density(term.family, (*term.of, *over), term.given), *over, discrete=discrete)

    return Move(RULES["MARGINALISE"], rewrite, ("marginalise over ", *_listed(over)))


def multiply_divide(law: Expr) -> Move:
    """An integral with its integrand multiplied and divided by a density."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Integral) or law in factors(term.body):
            return None
        return Integral(mul(law, ratio(term.body, law)), *term.bound, discrete=term.discrete)

    return Move(RULES["MULTIPLY-DIVIDE"], rewrite, ("multiply and divide by ", law))


def as_expectation(*, words: Words = ("read as an expectation",)) -> Move:
    """An integral whose first factor is a density of its variables, written as an expectation."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Integral) or not isinstance(term.body, Mul):
            return None
        law, *rest = term.body.args
        names = variables_of(law)
        if not isinstance(law, Density) or names is None or set(names) != set(term.bound):
            return None
        return Expectation(mul(*rest), law)

    return Move(RULES["AS-EXPECTATION"], rewrite, words)


def as_integral(discrete: bool = False) -> Move:
    """An expectation written as an integral (or a sum)."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Expectation):
            return None
        return Integral(mul(term.law, term.body), *term.bound, discrete=discrete)

    return Move(RULES["AS-INTEGRAL"], rewrite, ("write the expectation out",))


def jensen() -> Move:
    """The logarithm moved inside an expectation."""

    def rewrite(term: Expr) -> Expr | None:
        if term.func is not log or not isinstance(term.args[0], Expectation):
            return None
        average = term.args[0]
        return Expectation(log(average.body), average.law, average.bound)

    return Move(RULES["JENSEN-LOG"], rewrite, ("Jensen's inequality",))


def log_of_product(
    groups: Callable[[Expr, Expr], Iterable[Expr]] | None = None,
    words: Words = ("the logarithm of a product is a sum",),
) -> Move:
    """The logarithm of a product or ratio as a sum; `groups` says which factors above and below stay together."""

    def rewrite(term: Expr) -> Expr | None:
        if term.func is not log:
            return None
        inner = term.args[0]
        if groups is not None and isinstance(inner, Mul):
            return add(*map(_log_of_one, groups(*divisors(inner))))
        if not isinstance(inner, Mul | IndexProduct):
            return None
        above, below = divisors(inner)
        return difference(add(*map(_log_of_one, factors(above))), add(*map(_log_of_one, factors(below))))

    return Move(RULES["LOG-PRODUCT"], rewrite, words)


def _log_of_one(factor: Expr) -> Expr:
    if isinstance(factor, IndexProduct):
        return IndexSum(add(*map(_log_of_one, _apart(factor.body))), factor.index, factor.lower, factor.upper)
    if is_ratio(factor):
        return log(factor, evaluate=False)
    if isinstance(factor, Pow) and factor.exp == -1:
        return minus(log(factor.base))
    return log(factor)


def _apart(body: Expr) -> tuple[Expr, ...]:
    return (body,) if is_ratio(body) else factors(body)


def expectation_of_sum(words: Words = ("linearity of expectations",)) -> Move:
    """The expectation of a sum, term by term; sums over an index come out too."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Expectation) or not isinstance(term.body, Add | IndexSum):
            return None
        return add(*(_average(part, term) for part in terms(term.body)))

    return Move(RULES["LINEARITY"], rewrite, words)


def _average(part: Expr, under: Expectation) -> Expr:
    sign, bare = signed(part)
    if isinstance(bare, IndexSum) and not isinstance(bare, IndexProduct):
        inner = add(*(_average(piece, under) for piece in terms(bare.body)))
        own, inner = signed(inner)
        sign *= own
        made: Expr = IndexSum(inner, bare.index, bare.lower, bare.upper)
    else:
        made = Expectation(bare, under.law, under.bound)
    return made if sign > 0 else minus(made)


def constants_out(words: Words | None = None) -> Move:
    """Terms that do not depend on the averaged variables leave the expectation."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Expectation):
            return None
        listed = terms(term.body)
        free = [part for part in listed if not part.free_symbols & set(term.bound)]
        if not free:
            return None
        kept = [part for part in listed if part not in free]
        return add(*([Expectation(add(*kept), term.law, term.bound)] if kept else []), *free)

    return Move(RULES["CONSTANT"], rewrite, words or ("what is constant leaves the expectation",))


def replace_all(rule: str, mapping: Mapping[Expr, Expr], words: Words) -> Move:
    """Every part that has an entry in a table put in its new form."""

    def rewrite(term: Expr) -> Expr | None:
        new = mapping.get(term)
        return None if new is None or new == term else new

    return Move(RULES[rule], rewrite, words)


def bayes(posterior: Density) -> Move:
    """`log p(z | x)` as `log p(x, z) - log p(x)`."""
    of, given = posterior.of, posterior.given
    joint, evidence = Density(posterior.family, (*given, *of)), Density(posterior.family, given)

    def rewrite(term: Expr) -> Expr | None:
        if term.func is log and term.args[0] == posterior:
            return difference(log(joint), log(evidence))
        if isinstance(term, Mul) and term.args[0] == -1 and mul(*term.args[1:]) == log(posterior):
            return add(minus(log(joint)), log(evidence))
        return None

    return Move(RULES["BAYES"], rewrite, ("Bayes' rule",))


def cancel(*same: Expr) -> Move:
    """Factors that stand both above and below the bar."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Mul) or not is_ratio(term):
            return None
        above, below = divisors(term)
        common = [factor for factor in factors(above) if factor in factors(below) and (not same or factor in same)]
        if not common:
            return None
        left = [factor for factor in factors(above) if factor not in common]
        return ratio(mul(*left), mul(*(factor for factor in factors(below) if factor not in common)))

    return Move(RULES["CANCEL"], rewrite, ("cancel",))


def open_divergence() -> Move:
    """A divergence written as the expectation that it is."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, KL):
            return None
        return Expectation(difference(log(term.left), log(term.right)), term.left, term.bound)

    return Move(RULES["DIVERGENCE"], rewrite, ("definition of the divergence",))


def close_divergence() -> Move:
    """An expectation of a log-ratio of the law it is taken under, as a divergence."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Expectation):
            return None
        pair = _log_ratio(term.body)
        if pair is None:
            return None
        above, below = pair
        if above == term.law and _same_variables(above, below):
            return KL(above, below)
        return minus(KL(below, above)) if below == term.law and _same_variables(above, below) else None

    return Move(RULES["DIVERGENCE"], rewrite, ("definition of the divergence",))


def _log_ratio(body: Expr) -> tuple[Expr, Expr] | None:
    if body.func is log and isinstance(body.args[0], Mul):
        return divisors(body.args[0])
    if isinstance(body, Add) and len(body.args) == 2:
        (one, first), (two, second) = map(signed, body.args)
        if one != two and first.func is log and second.func is log:
            above, below = (first, second) if one > 0 else (second, first)
            return above.args[0], below.args[0]
    return None


def _same_variables(left: Expr, right: Expr) -> bool:
    one, other = variables_of(left), variables_of(right)
    return one is not None and other is not None and set(one) == set(other)


def close_entropy() -> Move:
    """`-E_q[log q]` as an entropy."""

    def rewrite(term: Expr) -> Expr | None:
        sign, bare = signed(term)
        if sign < 0 and isinstance(bare, Expectation) and bare.body == log(bare.law):
            return Entropy(bare.law)
        return None

    return Move(RULES["ENTROPY"], rewrite, ("definition of the entropy",))


def drop_divergence() -> Move:
    """A sum without the divergences that are added in it."""

    def rewrite(term: Expr) -> Expr | None:
        if not isinstance(term, Add):
            return None
        kept = [part for part in terms(term) if not isinstance(part, KL)]
        return add(*kept) if kept and len(kept) < len(terms(term)) else None

    return Move(RULES["KL-NONNEG"], rewrite, ("a divergence is never negative",))


def _listed(names: Iterable[Expr | Family]) -> Words:
    made: list[Expr | Family | str] = []
    for name in names:
        made += [", ", name] if made else [name]
    return tuple(made)
