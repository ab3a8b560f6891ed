"""The difference of the two sides of a false claim, in the fewest readable terms."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations

from sympy import Add, Expr, Mul, Rational, Symbol
from sympy import expand as expand_sums

from symelbo.calculus.budget import Budget
from symelbo.calculus.equality import as_expression
from symelbo.calculus.forms.form import Form, Monomial
from symelbo.calculus.laws.explicit import expand_logs
from symelbo.calculus.laws.explicit_claims import closed_claim, settle
from symelbo.calculus.laws.lawful import with_laws
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.sequences.chains import is_chain
from symelbo.calculus.sequences.starts import floor_of
from symelbo.calculus.structure import Structure
from symelbo.errors import SymelboError
from symelbo.language import Binder, Claim, Context, Definition, Density, Entry, IndexSum, Known, Relation, replace_free
from symelbo.language.definitions import expand
from symelbo.language.functionals import Gradient
from symelbo.language.links import wiring_of
from symelbo.language.walks import found_in, parts_of
from symelbo.proof.lengths import is_long, of_any_length
from symelbo.proof.prove import Effort, find_proof
from symelbo.proof.vocabulary import Term, size, terms_for

__all__ = ["residual_of"]

_STEPS = 20_000
_LONGEST = 70  # characters of a closed form that is still read at a glance
_MANY = 500  # parts that certainly take more characters than that
_HUGE = 250  # parts of a difference that is not multiplied out any more: with nested fractions that takes minutes
_SMALL = 24  # so many names, numbers and operators are read at a glance too, however long the names are
_LARGEST = 50  # of the terms that are left as they stand
_MOST_LEFT = 2
_MOST_TRIED = 6  # terms whose sign may be wrong
_WIDEST = 40  # a difference of more monomials than this is no short sum of readable terms
_ORDERED = (Relation.EQUAL, Relation.LESS, Relation.LESS_EQUAL, Relation.GREATER, Relation.GREATER_EQUAL)


@dataclass(frozen=True, slots=True)
class _Known:
    term: Term
    form: Form


def residual_of(claim: Claim, assumed: Context) -> Expr | None:
    """`lhs - rhs` as a sum of at most two readable terms, by equality of normal forms; None where none was found.

    Terms are divergences, entropies, informations, logarithms of densities, their expectations, and terms of the claim.

    >>> from sympy import log
    >>> from symelbo import E, KL, context, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> elbo = E(log(p(x, z)) - log(q(z | x)), q(z | x))
    >>> residual_of(Claim(log(p(x)), Relation.EQUAL, elbo), context())
    KL(q(z | x) || p(z | x))
    """
    if claim.relation not in _ORDERED:
        return None
    for general in of_any_length(claim, assumed):
        found = residual_of(general.claim, general.context)
        if found is not None:
            at_length: Expr = replace_free(found, general.lengths)
            return at_length
    if is_long(claim, assumed):
        return None
    written = [*Add.make_args(claim.lhs), *(-term for term in Add.make_args(claim.rhs))]
    said = {*written, *map(assumed.expand, written)}
    other: Expr | None = None
    for way in (_abstract, _closed, _without_common_terms, _along_maps):
        try:
            found = way(claim, assumed)
        except (SymelboError, RecursionError, ArithmeticError, TypeError, ValueError, AttributeError):
            continue
        terms = Add.make_args(found) if found is not None else ()
        if found is not None and len(terms) < len(written):
            return found
        if other is None and not said.issuperset(terms):
            other = found  # else it says no more than both sides do
    return other


def _without_common_terms(claim: Claim, assumed: Context) -> Expr | None:
    """What is left where terms that stand on both sides are crossed out."""
    left: Expr = claim.lhs - claim.rhs
    return left if left and len(Add.make_args(left)) <= _MOST_LEFT and size(left) <= _LARGEST else None


def _along_maps(claim: Claim, assumed: Context) -> Expr | None:
    """Twice a term of one side, where a change of variables proves that its sign is wrong."""
    if wiring_of((claim.lhs, claim.rhs), assumed) is None:
        return None
    signed = [*(-term for term in Add.make_args(claim.rhs)), *Add.make_args(claim.lhs)]
    for term in signed if len(signed) <= _MOST_TRIED else ():
        twice: Expr = 2 * term
        if find_proof(Claim(claim.lhs, Relation.EQUAL, claim.rhs + twice), assumed, Effort(_STEPS)).proved:
            return twice
    return None


def _abstract(claim: Claim, assumed: Context) -> Expr | None:
    """The difference by normal forms, whatever the densities are."""
    varies = claim.lhs.has(Gradient) or claim.rhs.has(Gradient)
    if varies and any(item.value.has(Known) for item in assumed.definitions):
        return None  # how a density varies with the parameters of its law is no matter of normal forms
    normaliser, names = _normaliser(claim, with_laws(assumed))
    difference = normaliser.form(expand(claim.lhs - claim.rhs, names))
    if not 0 < len(difference) <= _WIDEST:
        return None
    known = list(_known(claim, normaliser, names))
    return _single(difference, known) or _double(difference, known)


def _closed(claim: Claim, assumed: Context) -> Expr | None:
    """The difference of closed forms of explicit laws, if it is short; the closed form is proved before it is shown."""
    steps = [node.wrt for side in (claim.lhs, claim.rhs) for node in found_in(side, Gradient)]
    if not all(isinstance(name, Symbol | Entry) for name in steps):
        return None  # a derivative by a square is one by another name
    left, right, logged = closed_claim(claim, assumed)
    if logged:
        return None
    difference = left - right
    if len(parts_of(difference)) > _HUGE:
        return None  # products of many sums have more terms than anybody waits for
    candidates = [expand_sums(expand_logs(difference)), expand_sums(difference)]
    short = min(candidates, key=_length)
    gathered = _gathered(difference, claim, assumed) if short.has(IndexSum) else None
    short = short if gathered is None else gathered
    single = not isinstance(short, Add)
    if not (_length(short) <= _LONGEST or size(short) <= _SMALL) or (short.has(Binder) and not single) or not short:
        return None
    proof = settle(Claim(claim.lhs - claim.rhs, Relation.EQUAL, short), assumed)
    return None if proof is None else short


def _length(term: Expr) -> int:
    """The characters of a term as it is written; of one that is never shown, how many parts it has."""
    parts = len(parts_of(term))
    return parts if parts > _MANY else len(str(term))


def _gathered(difference: Expr, claim: Claim, assumed: Context) -> Expr | None:
    """A difference of sums with equal summands taken together, where nothing but scalars is left."""
    normaliser, _ = _normaliser(claim, assumed)
    made, names = as_expression(normaliser.form(difference))
    return None if names else made


def _normaliser(claim: Claim, assumed: Context) -> tuple[Normaliser, tuple[Definition, ...]]:
    names = tuple(d for d in assumed.definitions if not is_chain(d) and not isinstance(d.name, Density))
    structure = Structure.of(assumed)
    normaliser = Normaliser(structure, Budget(_STEPS))
    sides = (expand(claim.lhs, names), expand(claim.rhs, names))
    normaliser.floor = floor_of(sides, structure.floor)
    return normaliser, names


def _known(claim: Claim, normaliser: Normaliser, names: tuple[Definition, ...]) -> Iterator[_Known]:
    for term in terms_for(claim):
        try:
            form = normaliser.form(expand(term.expr, names))
        except SymelboError:
            continue
        if form:
            yield _Known(term, form)


def _single(difference: Form, known: Sequence[_Known]) -> Expr | None:
    found: list[tuple[float, int, Expr]] = []
    for item in known:
        if len(item.form) == len(difference):
            ratio = _ratio(difference, item.form)
            if ratio is not None:
                found.append((item.term.weight + _awkward(ratio), len(found), _scaled(ratio, item.term.expr)))
    return min(found)[2] if found else None


def _ratio(first: Form, second: Form) -> Fraction | None:
    """The number that the first form is of the second."""
    ratio: Fraction | None = None
    for monomial, coefficient in first:
        other = second.terms.get(monomial)
        if other is None or (ratio is not None and coefficient / other != ratio):
            return None
        ratio = coefficient / other
    return ratio


def _double(difference: Form, known: Sequence[_Known]) -> Expr | None:
    """Two terms whose combination is the difference: two monomials give the coefficients, the others check them."""
    wanted = set(difference.terms)
    near = [item for item in known if wanted & set(item.form.terms)]
    best: tuple[float, int, Expr] | None = None
    for number, (one, two) in enumerate(combinations(near, 2)):
        weight = one.term.weight + two.term.weight + 0.5
        if best is not None and weight >= best[0]:
            continue
        if not wanted <= set(one.form.terms) | set(two.form.terms):
            continue
        pair = _coefficients(difference, one.form, two.form)
        if pair is None or not all(pair):
            continue
        cost = weight + _awkward(pair[0]) + _awkward(pair[1])
        if best is None or cost < best[0]:
            best = cost, number, Add(_scaled(pair[0], one.term.expr), _scaled(pair[1], two.term.expr))
    return None if best is None else best[2]


def _coefficients(difference: Form, one: Form, two: Form) -> tuple[Fraction, Fraction] | None:
    rows: list[Monomial] = list({**one.terms, **two.terms})
    zero = Fraction(0)
    for first, second in combinations(rows[:8], 2):
        a, b = one.terms.get(first, zero), two.terms.get(first, zero)
        c, d = one.terms.get(second, zero), two.terms.get(second, zero)
        determinant = a * d - b * c
        if determinant:
            u, v = difference.terms.get(first, zero), difference.terms.get(second, zero)
            pair = (u * d - b * v) / determinant, (a * v - u * c) / determinant
            total = one.scaled(pair[0]) + two.scaled(pair[1])
            return pair if total == difference else None
    return None


def _awkward(ratio: Fraction) -> float:
    """Coefficients other than one are harder to read."""
    return 0.0 if abs(ratio) == 1 else 0.2 if ratio.denominator <= 2 and abs(ratio) <= 2 else 0.5


def _scaled(ratio: Fraction, expr: Expr) -> Expr:
    return Mul(Rational(ratio.numerator, ratio.denominator), expr)
