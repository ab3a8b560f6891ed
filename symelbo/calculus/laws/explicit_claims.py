"""Claims about explicit densities: both sides in closed form, and their difference zero in the field of logarithms."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Add, Dummy, Eq, Expr, Integer, Mul, Symbol, exp, gamma, log, loggamma

from symelbo.calculus.judge import positives
from symelbo.calculus.laws.closed import closed_form, closed_sides
from symelbo.calculus.laws.explicit import expand_logs
from symelbo.calculus.laws.gaussian_vectors import integrated_out, same_law
from symelbo.calculus.laws.lawful import with_laws
from symelbo.calculus.laws.pieces import index_sum
from symelbo.calculus.laws.tangent_bound import gaps_below
from symelbo.calculus.laws.vectors import merge_sums, with_inner_products
from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import Zero, decide_zero
from symelbo.errors import NotSupported
from symelbo.language import (
    Claim,
    Context,
    Entry,
    Family,
    IndexProduct,
    IndexSum,
    Integral,
    Known,
    Relation,
    is_variable,
    replace_free,
)
from symelbo.language.functionals import Gradient
from symelbo.language.partials import is_partial
from symelbo.language.shapes import with_shapes
from symelbo.language.walks import found_in, parts_of

__all__ = ["closed_claim", "settle"]

_ZERO = Integer(0)
_RUNNING = Symbol("#i", integer=True, positive=True)


def closed_claim(claim: Claim, assumed: Context) -> tuple[Expr, Expr, bool]:
    """Both sides with definitions unfolded, equations of the context used, and explicit laws in closed form.

    The flag says that they are the logarithms of the sides, which are densities then.
    """
    assumed = with_laws(assumed)
    sides = [_with_slopes(assumed.expand(side), assumed) for side in (claim.lhs, claim.rhs)]
    sides = with_inner_products([_with_equations(side, assumed) for side in sides])
    taken = claim.relation in (Relation.EQUAL, Relation.PROPORTIONAL) and any(map(_is_density, sides))
    if taken:
        # Densities are positive: their logarithms are equal, or differ by a constant.
        sides = [log(side, evaluate=False) for side in sides]
    names = _shapes(sides)
    left, right = (_with_log_gammas(side, names) for side in _aligned(closed_sides(sides)))
    return left, right, taken


def _is_density(term: Expr) -> bool:
    """Whether a term is a product with an explicit density in it, or an integral of one."""
    return any(
        isinstance(factor, Known)
        or (isinstance(factor, Integral) and factor.body.has(Known) and not factor.body.has(log))
        for factor in Mul.make_args(term)
        for factor in [factor.as_base_exp()[0]]
    )


def _shapes(terms: Iterable[Expr]) -> set[Expr]:
    """Names of parameters that gamma functions of laws are taken of; they are positive."""
    found: set[Expr] = set()
    for law in (law for term in terms for law in found_in(term, Known)):
        if law.name in ("Gamma", "InverseGamma", "Beta", "Dirichlet"):
            for name in (name for parameter in law.parameters for name in found_in(parameter, Symbol, Entry)):
                found.add(name.base if isinstance(name, Entry) else name)
    return found


def _with_log_gammas(term: Expr, names: set[Expr]) -> Expr:
    """`log Γ` of sums of positive names as one function, which is what closed forms are written with."""

    def positive(argument: Expr) -> bool:
        if isinstance(argument, IndexSum):
            return positive(argument.body)
        if argument.is_Add:
            return all(map(positive, argument.args))
        return argument in names or (isinstance(argument, Entry) and argument.base in names)

    changes = {}
    for node in found_in(term, log):
        parts = []
        for factor in Mul.make_args(node.args[0]):
            base, power = factor.as_base_exp()
            if not (isinstance(base, gamma) and positive(base.args[0])):
                break
            parts.append(power * loggamma(base.args[0]))
        else:
            changes[node] = Add(*parts)
    return term.xreplace(changes) if changes else term


def settle(claim: Claim, assumed: Context) -> tuple[Any, ...] | None:
    """The certificates that a claim with explicit densities holds; None when none were found.

    Equations, equations up to a constant and proportionalities are decided here, and inequalities between closed
    forms that are a matter of `log u <= u - 1` and of squares.

    >>> from sympy import log, symbols
    >>> from symelbo.language import KL, Claim, Relation, context, known
    >>> m, s = symbols("m s", positive=True)
    >>> kl = KL(known("Normal", None, m, s**2), known("Normal", None, 0, 1))
    >>> settle(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1) / 2 - log(s)), context()) is not None
    True
    >>> settle(Claim(kl, Relation.EQUAL, (m**2 + s**2 - 1) / 2 + log(s)), context()) is None
    True
    """
    assumed = with_laws(assumed)
    sides = [assumed.expand(side) for side in (claim.lhs, claim.rhs)]
    positive = _positive(sides)
    if claim.relation is Relation.EQUAL:
        laws = [integrated_out(_with_equations(side, assumed)) for side in sides]
        if same_law(*(law.args[0] if isinstance(law, log) else law for law in laws)) and laws[0].func == laws[1].func:
            return tuple(laws)
    try:
        left, right, taken = closed_claim(claim, assumed)
    except NotSupported:
        return None
    match claim.relation:
        case Relation.EQUAL:
            return _zero(left - right, assumed, positive)
        case Relation.PROPORTIONAL:
            if not taken:
                left, right = log(left), log(right)
            left, right = expand_logs(left), expand_logs(right)
            return _constant(left - right, claim.wrt, assumed, positive)
        case Relation.EQUAL_UP_TO_CONSTANT:
            return _constant(left - right, claim.wrt, assumed, positive)
        case Relation.GREATER_EQUAL:
            return _at_least(left - right, positive | frozenset(positives(assumed)))
        case Relation.LESS_EQUAL:
            return _at_least(right - left, positive | frozenset(positives(assumed)))
        case _:
            return None


def _at_least(difference: Expr, positive: frozenset[Expr]) -> tuple[Any, ...] | None:
    """A difference that is a sum of gaps below the logarithm's tangent and of squares, term by term."""
    found = gaps_below(difference, positive)
    if found is None:
        return None
    proofs = [_certificate(item.residual, [], positive) for item in found]
    return None if any(proof is None for proof in proofs) else tuple(zip(found, proofs, strict=True))


def _constant(
    difference: Expr, wrt: tuple[Expr, ...], assumed: Context, positive: frozenset[Expr]
) -> tuple[Any, ...] | None:
    """Free of some names: equal to itself with other names in their place."""
    if not wrt or any(isinstance(name, Family) or not is_variable(name) for name in wrt):
        return None
    others = {name: Dummy(real=True) for name in wrt}
    return _zero(difference - replace_free(difference, others), assumed, positive)


def _zero(difference: Expr, assumed: Context, positive: frozenset[Expr]) -> tuple[Any, ...] | None:
    merged = _with_totals(merge_sums(difference), assumed)
    parts = [part for part in Add.make_args(merged) if type(part) is IndexSum]
    rest = Add(*(part for part in Add.make_args(merged) if type(part) is not IndexSum))
    equations = [Eq(s.claim.lhs, s.claim.rhs) for s in assumed.signs if s.claim.relation is Relation.EQUAL]
    found = []
    for term in (rest, *(part.body for part in parts)):
        certificate = _certificate(term, equations, positive)
        if certificate is None:
            # Sums that do not cancel term by term may cancel against the rest, as unknowns.
            certificate = _certificate(difference, equations, positive)
            return None if certificate is None else (certificate,)
        found.append(certificate)
    return tuple(found)


def _with_totals(term: Expr, assumed: Context) -> Expr:
    """Sums that an equation of the context gives, `sum_k w_k = 1`, taken out of the sums over the same range."""
    totals = [s.claim for s in assumed.signs if s.claim.relation is Relation.EQUAL and type(s.claim.lhs) is IndexSum]
    made = []
    for part in Add.make_args(term):
        if totals and type(part) is IndexSum and part.body.has(IndexSum):
            made.append(_turned(part, assumed))
            continue
        for total in totals if type(part) is IndexSum else ():
            given = total.lhs
            if part == 0:
                break
            if (given.lower, given.upper) != (part.lower, part.upper):
                continue
            each = replace_free(given.body, {given.index: part.index})
            terms = Add.make_args(part.body.expand())
            whole = [t / each for t in terms if part.index not in (t / each).free_symbols]
            if whole:
                made.append(Add(*whole) * total.rhs)
                body = Add(*terms, *(-w * each for w in whole))
                part = _ZERO if body == 0 else IndexSum(body, *part.args[1:])
        made.append(part)
    return Add(*made)


def _turned(double: IndexSum, assumed: Context) -> Expr:
    """A double sum whose inner sum, in one order or the other, is what an equation of the context gives."""
    factors = Mul.make_args(double.body)
    inner = next((factor for factor in factors if type(factor) is IndexSum), None)
    weight = Mul(*(factor for factor in factors if factor is not inner))
    if inner is None or weight.has(IndexSum) or double.index in inner.lower.free_symbols | inner.upper.free_symbols:
        return double
    turned = IndexSum(weight * IndexSum(inner.body, *double.args[1:]), *inner.args[1:])
    if double.index in weight.free_symbols:
        return double
    for inside, outside in ((inner, double), (turned.body / weight, turned)):
        made = _with_totals(inside, assumed)
        if not made.has(IndexSum):
            return index_sum(weight * made, *outside.args[1:])
    return double


def _certificate(term: Expr, equations: list[Any], positive: frozenset[Expr]) -> Any:
    """A certificate that the term is zero, passed by its checker."""
    outcome = decide_zero(term, constraints=equations, positive=positive)
    if isinstance(outcome, Zero) and check(term, outcome.certificate, equations, positive):
        return outcome.certificate
    return None


def _with_equations(term: Expr, assumed: Context) -> Expr:
    """Names replaced by what an equation of the context says they are, also in the values of others."""
    equations = [sign.claim for sign in assumed.signs if sign.claim.relation is Relation.EQUAL]
    found: dict[Expr, Expr] = {}
    for claim in equations:
        name, value = claim.lhs, replace_free(assumed.expand(claim.rhs), found)
        if is_variable(name) and name not in found and name not in value.free_symbols:
            found = {known: replace_free(given, {name: value}) for known, given in found.items()}
            found[name] = value
    term = replace_free(term, found) if found else term
    return term


def _with_slopes(term: Expr, assumed: Context) -> Expr:
    """Derivatives carried out before what they are by is replaced by what the context says that it is."""
    if not term.has(Gradient):
        return term
    changes = {}
    (term,) = with_shapes([term])
    for node in found_in(term, Gradient):
        if not is_partial(node, assumed):
            raise NotSupported("a derivative is by a name that the context ties to others")
        made = closed_form(node)
        if not made.has(Gradient):
            changes[node] = made
        elif _with_equations(made, assumed) != made:
            raise NotSupported("a derivative that is not known is by a name that the context ties to others")
    return assumed.expand(term.xreplace(changes)) if changes else term


def _positive(terms: Iterable[Expr]) -> frozenset[Expr]:
    """What must be positive for the claim to have a value: radicands, and the scales of laws."""
    found: set[Expr] = set()
    for term in terms:
        for node in parts_of(term):
            if isinstance(node, Expr) and node.is_Pow and not isinstance(node, exp) and not node.exp.is_integer:
                found.add(node.base)
            elif isinstance(node, Known) and node.name in ("Normal", "LogNormal", "Laplace"):
                found.add(node.parameters[1])
    # Roots of running products for every number of factors need positive factors.
    for product in [node for node in found if isinstance(node, IndexProduct)]:
        found |= {
            entry
            for term in terms
            for entry in found_in(term, Entry)
            if isinstance(product.body, Entry) and entry.base == product.body.base
        }
    return frozenset(node for node in found if not node.is_number)


def _aligned(terms: list[Expr]) -> list[Expr]:
    """Running products of the same factors written with the shortest one: `P(t) = P(t - 1) a_t`."""
    products = {node for term in terms for node in found_in(term, IndexProduct)}
    if len({node.index for node in products}) > 1:
        terms = [term.xreplace(_renamed(term)) for term in terms]
        products = {node for term in terms for node in found_in(term, IndexProduct)}
    changes: dict[Expr, Expr] = {}
    for node in products:
        for other in products:
            gap = node.upper - other.upper
            same = node.lower == other.lower and replace_free(node.body, {node.index: other.index}) == other.body
            shortest = all(
                not ((other.upper - third.upper).is_Integer and other.upper - third.upper > 0) for third in products
            )
            if same and shortest and gap.is_Integer and 0 < gap <= 4:
                steps = (replace_free(node.body, {node.index: other.upper + k}) for k in range(1, int(gap) + 1))
                changes[node] = Mul(other, *steps)
    return [term.xreplace(changes) for term in terms] if changes else terms


def _renamed(term: Expr) -> dict[Expr, Expr]:
    """Running products with one name for the index of all of them."""
    found = [node for node in found_in(term, IndexProduct) if not node.body.has(IndexSum)]
    return {
        node: IndexProduct(replace_free(node.body, {node.index: _RUNNING}), _RUNNING, node.lower, node.upper)
        for node in found
        if node.index != _RUNNING
    }
