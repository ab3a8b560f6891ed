"""Inequalities: a form is non-negative when it is a non-negative combination of forms that are known to be so.

Known terms are expected Kullback-Leibler divergences between conditionals that the form allows, Jensen gaps of
logarithms, exponentials and squares, entropies of discrete variables, and positive quantities. The coefficients come
from an exact rational linear programme; the certificate is the list of coefficients and terms, and checking it is
addition of forms.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from symelbo.calculus.forms.form import Form, Monomial
from symelbo.calculus.inequalities.candidates import candidates_for, inside_sums
from symelbo.calculus.inequalities.certificates import Combination, Knowledge, Nonnegative
from symelbo.calculus.inequalities.linear import nonnegative_solution

__all__ = ["Combination", "Knowledge", "Nonnegative", "combine"]

_MOST_CANDIDATES = 400


def combine(
    form: Form,
    known: Knowledge,
    hints: Iterable[Nonnegative] = (),
) -> Combination | None:
    """A certificate that the form is non-negative, or None where the known terms do not give one.

    `known` says which variables are discrete and what is declared positive; `hints` are terms known to be non-negative
    that the form alone does not show.
    """
    if not form:
        return Combination(form, ())
    candidates: dict[Form, Nonnegative] = {}
    for candidate in (
        *hints,
        *inside_sums(form, known),
        *candidates_for(form, known),
    ):
        known.normaliser.budget.spend(5, "collecting non-negative terms")
        if candidate.form and candidate.form not in candidates:
            candidates[candidate.form] = candidate
            scale = _multiple(form, candidate.form)
            if scale is not None and scale > 0:
                found = Combination(form, ((scale, candidate),))
                if found.rederive(known):
                    return found
        if len(candidates) >= _MOST_CANDIDATES:
            break
    terms = _presolve(form, list(candidates.values()))
    solution = nonnegative_solution([dict(term.form) for term in terms], dict(form))
    if solution is None:
        return None
    found = Combination(form, tuple((c, term) for c, term in zip(solution, terms, strict=True) if c))
    return found if found.rederive(known) else None


def _multiple(form: Form, other: Form) -> Fraction | None:
    if form.terms.keys() != other.terms.keys():
        return None
    ratios = {form.terms[m] / other.terms[m] for m in form.terms}
    return ratios.pop() if len(ratios) == 1 else None


def _presolve(form: Form, terms: list[Nonnegative]) -> list[Nonnegative]:
    """Leave out terms with a monomial that nothing else can cancel or that the form does not have with that sign."""
    while True:
        signs: dict[Monomial, set[bool]] = {}
        for term in terms:
            for monomial, coefficient in term.form:
                signs.setdefault(monomial, set()).add(coefficient > 0)
        kept = [
            term
            for term in terms
            if all(
                len(signs[monomial]) == 2
                or ((form.terms.get(monomial, Fraction(0)) > 0) == (coefficient > 0) and monomial in form.terms)
                for monomial, coefficient in term.form
            )
        ]
        if len(kept) == len(terms):
            return kept
        terms = kept
