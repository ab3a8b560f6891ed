"""Readable terms that the difference of two sides may be made of: divergences, entropies, expected logarithms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations, permutations

from sympy import Add, Basic, Expr, Integer, Mul, Symbol, log

from symelbo.errors import IllFormed
from symelbo.language import (
    KL,
    Binder,
    Block,
    Claim,
    CrossEntropy,
    Density,
    Entropy,
    Entry,
    Expectation,
    Integral,
    MutualInformation,
    value_of,
)
from symelbo.language.walks import found_in

__all__ = ["Term", "size", "terms_for"]

_MOST_DENSITIES = 9
_LONGEST = 60  # letters of a term that is taken from the claim
_LARGEST = 24  # or so many names, numbers and operators


@dataclass(frozen=True, slots=True)
class Term:
    """A term, and how much a person has to read to take it in."""

    expr: Expr
    weight: float


def size(term: Basic) -> int:
    """How many densities, names, numbers and operators a person has to read.

    >>> from sympy import log, symbols
    >>> from symelbo.language import family, variables
    >>> x, y, long_name = *variables("x y"), symbols("long_name")
    >>> size(log(family("p")(x, y)) + long_name)
    4
    """
    if isinstance(term, Density | Entry | Block) or not term.args:
        return 1
    return 1 + sum(map(size, term.args))


def terms_for(claim: Claim) -> tuple[Term, ...]:
    """Terms made of the claim's densities and names, each once; those that have no meaning are left out."""
    found: dict[Expr, Term] = {}
    for term in _terms(claim):
        if term.expr not in found or found[term.expr].weight > term.weight:
            found[term.expr] = term
    return tuple(sorted(found.values(), key=lambda term: (term.weight, str(term.expr))))


def _terms(claim: Claim) -> Iterator[Term]:
    sides = (claim.lhs, claim.rhs)
    yield Term(Integer(1), 0.6)
    written = sorted({d for side in sides for d in found_in(side, Density)}, key=str)[:_MOST_DENSITIES]
    plain = [d for d in written if all(value_of(i) == s for i, s in zip(d.of, d.of_slots, strict=True))]
    densities = [*plain, *_relatives(plain)]
    bound = {name for side in sides for node in found_in(side, Binder) for name in node.bound}
    free = {name for side in sides for name in side.free_symbols}
    laws = list(dict.fromkeys(_laws(sides)))
    for density in densities:
        yield from _of_density(density, laws, bound, 0.0 if density in plain else 0.25)
    for first, second in permutations(densities, 2):
        yield from _divergences(first, second, laws, bound, free, 0.0 if first in plain and second in plain else 0.15)
    for side in sides:
        for part in Add.make_args(side):
            rest = part.as_coeff_Mul()[1]
            for each in (rest, *_means_of_terms(rest)):
                length = len(str(each))
                if length <= _LONGEST or size(each) <= _LARGEST:
                    yield Term(each, 1.3 + length / 60)
    scalars = {s for side in sides for s in side.free_symbols if isinstance(s, Symbol | Entry)} - bound
    for name in sorted(scalars, key=str)[:4]:
        yield Term(name, 0.9)
        yield Term(log(name), 0.9)


def _means_of_terms(term: Expr) -> Iterator[Expr]:
    """A mean of a sum term by term."""
    if isinstance(term, Expectation) and isinstance(term.body, Add):
        for part in term.body.args:
            yield Expectation(part.as_coeff_Mul()[1], term.law, term.bound)


def _relatives(densities: list[Density]) -> Iterator[Density]:
    """Other marginals and conditionals of the same joint densities of two or three variables."""
    known = set(densities)
    seen: set[Density] = set()
    for density in densities:
        slots = (*density.of_slots, *density.given_slots)
        if not 1 < len(slots) <= 3 or any(
            value_of(i) != s for i, s in zip(density.given, density.given_slots, strict=True)
        ):
            continue
        kernel = bool(density.given) and not any(
            set(density.given_slots) & set(other.of_slots) for other in densities if other.family == density.family
        )
        for count in range(1, len(slots) + 1):
            for of in combinations(slots, count):
                rest = tuple(s for s in slots if s not in of)
                for more in range(len(rest) + 1):
                    for given in combinations(rest, more):
                        if kernel and not set(density.given_slots) <= set(given):
                            continue  # the family says nothing about what it is only ever given
                        made = Density(density.family, of, given)
                        if made not in known | seen:
                            seen.add(made)
                            yield made


def _laws(sides: Iterable[Expr]) -> Iterator[Density]:
    """Densities that something is averaged under."""
    for side in sides:
        for information in sorted(found_in(side, MutualInformation), key=str):
            first, second, third = information.parts
            yield from (Density(information.family, part, third) for part in (first, second))
        for node in sorted(found_in(side, Expectation, KL, Entropy, CrossEntropy, Integral), key=str):
            parts = (
                (node.law,)
                if isinstance(node, Expectation | Entropy)
                else (node.left,)
                if isinstance(node, KL | CrossEntropy)
                else Mul.make_args(node.body)
            )
            for part in parts:
                yield from (factor for factor in Mul.make_args(part) if isinstance(factor, Density))


def _of_density(density: Density, laws: list[Density], bound: set[Expr], more: float) -> Iterator[Term]:
    free = set(density.of) | set(density.given)
    if not free & bound:
        yield Term(log(density), 1.0 + more)
    for law in laws:
        covered = set(law.of)
        if density == law:
            yield Term(Entropy(law), 1.0 + more)
        elif covered & free and not (free - covered) & bound:
            yield Term(Expectation(log(density), law), 1.5 + more)
    if len(density.of) == 2 and not density.given:
        yield from _made(lambda: MutualInformation(density.family, [density.of[0]], [density.of[1]]), 1.1 + more)


def _divergences(
    first: Density, second: Density, laws: list[Density], bound: set[Expr], free: set[Expr], more: float
) -> Iterator[Term]:
    if set(first.of) != set(second.of):
        return
    open_names = (set(first.given) | set(second.given)) & bound
    for node in _made(lambda: KL(first, second), 0.8 + more):
        if not (open_names - free) - set(first.of):
            yield node
        for law in laws:
            covered = set(law.of)
            outer = open_names - set(first.of)
            if outer and outer <= covered and not covered & set(first.of):
                yield Term(Expectation(node.expr, law), 1.1 + more)


def _made(make: object, weight: float) -> Iterator[Term]:
    assert callable(make)
    try:
        yield Term(make(), weight)
    except (IllFormed, TypeError, ValueError):
        return
