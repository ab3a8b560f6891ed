"""Which of several names a step goes by: Bayes' rule or the product rule, a definition or mere arithmetic."""

from __future__ import annotations

from collections.abc import Iterable

from sympy import Expr

from symelbo.language import KL, Claim, CrossEntropy, Density, Entropy, Expectation, IndexSum, Integral
from symelbo.language.functionals import Named
from symelbo.language.walks import found_in
from symelbo.proof.explaining.rules import rule_named

__all__ = ["ORDER", "in_words", "named"]

ORDER = (
    "JENSEN-LOG",
    "JENSEN-EXP",
    "JENSEN-SQUARE",
    "KL-NONNEG",
    "ENTROPY-NONNEG",
    "ENTROPY-BOUND",
    "SAMPLES",
    "POSITIVE",
    "ASSUMED-SIGN",
    "OPTIMUM",
    "EXTREMUM",
    "CHANGE-OF-VARIABLES",
    "CLOSED-FORM",
    "DEFINITION",
    "MUTUAL-INFORMATION",
    "ENTROPY",
    "KL-DEFINITION",
    "EXPECTATION",
    "FACTORISATION",
    "BAYES",
    "PRODUCT-RULE",
    "INDEX-SHIFT",
    "MARGINALISATION",
    "LOG-PRODUCT",
    "LOG-ALGEBRA",
    "GRADIENT",
    "LINEARITY",
    "NORMALISATION",
    "ARITHMETIC",
    "UP-TO-CONSTANT",
)
"""The order in which rules are told: what a step is about first, what is tidied up last."""


def named(rules: Iterable[str], claim: Claim, bound: bool = False) -> tuple[str, ...]:
    """The rules under the names that fit the claim, in the order in which they are told.

    `bound` says that one of them is that of an inequality, beside which mere arithmetic is not told.
    """
    found = set(rules)
    if "PRODUCT-RULE" in found and _turned_round(claim):
        found = found - {"PRODUCT-RULE"} | {"BAYES"}
    if not found - {"UP-TO-CONSTANT"} and not bound:
        found.add("EXPECTATION" if _opened_expectation(claim) else "ARITHMETIC")
    return tuple(sorted(found, key=ORDER.index))


def in_words(rules: Iterable[str], claim: Claim) -> str:
    """The rules as a person would tell them: "Bayes' rule, then linearity of expectation"."""
    names = [_name(identifier, claim) for identifier in rules]
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])}, then {names[-1]}"


def _name(identifier: str, claim: Claim) -> str:
    name = rule_named(identifier).name
    sides = (claim.lhs, claim.rhs)
    if identifier == "DEFINITION":
        names = sorted({node.name for side in sides for node in found_in(side, Named)})
        return name.format(names=" and ".join(names) or "the names")
    if identifier == "LINEARITY":
        if any(side.has(Expectation, KL, Entropy, CrossEntropy) for side in sides):
            return f"{name} of expectation"
        return f"{name} of the integral" if any(side.has(Integral) for side in sides) else f"{name} of the sum"
    return name


def _turned_round(claim: Claim) -> bool:
    """Whether a conditional on one side meets, on the other, one with the two sides of its bar exchanged."""
    left, right = (frozenset(found_in(side, Density)) for side in (claim.lhs, claim.rhs))
    first, second = left - right, right - left
    return any(_reversed(one, other) for one in first for other in second) or any(
        _reversed(one, other) for part in (first, second) for one in part for other in part
    )


def _reversed(one: Density, other: Density) -> bool:
    return (
        one.family.name == other.family.name
        and bool({*one.of_slots} & {*other.given_slots})
        and bool({*one.given_slots} & {*other.of_slots})
    )


def _opened_expectation(claim: Claim) -> bool:
    """Whether an expectation on one side is written as an integral on the other."""
    means = [_count(side, Expectation) for side in (claim.lhs, claim.rhs)]
    integrals = [_count(side, Integral) + _count(side, IndexSum) for side in (claim.lhs, claim.rhs)]
    return (means[0] - means[1]) * (integrals[0] - integrals[1]) < 0


def _count(term: Expr, kind: type) -> int:
    return len(found_in(term, kind))
