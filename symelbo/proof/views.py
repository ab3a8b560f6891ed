r"""Other ways to say a claim about a finite mixture, which one of the two roads may find easier.

*With densities*: the weights and components `\pi_k f_k(x)` are written as what they are, `p(c = k) p(x \mid c = k)`, so
that nothing explicit is left; *written out*: the densities of the mixture are written by its components, so that
nothing abstract is left. What is proved of such a view holds of the claim; a model that refutes a view counts only
where the view says no more than the claim does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import permutations
from typing import Any

from sympy import Add, Basic, Expr, Mul, Symbol, log
from sympy.core.function import AppliedUndef
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language import (
    KL,
    At,
    Attained,
    Binder,
    Claim,
    Context,
    Counted,
    CrossEntropy,
    Definition,
    Density,
    Entropy,
    Entry,
    Expectation,
    IndexSum,
    Integral,
    Known,
    Relation,
    Sign,
    is_variable,
    replace_free,
    slot_of,
    value_of,
)
from symelbo.language.definitions import expand
from symelbo.language.mixtures import Case, Mixture, mixtures, shares
from symelbo.language.walks import found_in
from symelbo.proof.factored import in_factors, up_to_mass
from symelbo.proof.samples import over_data, with_parameters
from symelbo.proof.weights import weights_as_laws

__all__ = ["View", "views", "with_shares"]

_MOST_TERMS = 4  # of a sum or product that is compared in every order


@dataclass(frozen=True, slots=True)
class View:
    """A claim said in another way; `faithful` where it says no more than the first one, `restates` where no less."""

    claim: Claim
    context: Context
    faithful: bool
    restates: bool = False


def views(claim: Claim, assumed: Context) -> Iterator[View]:
    """The claim with the densities of its mixtures in place of their components, and the other way round."""
    found = mixtures(assumed)
    names = tuple(item for item in assumed.definitions if not isinstance(item.name, Density))
    try:
        plain = replace(claim, lhs=expand(claim.lhs, names), rhs=expand(claim.rhs, names))
    except IllFormed:
        return
    for change in (over_data, with_parameters):
        other = change(plain, assumed)
        if other is not None:
            yield View(*other, True)
            return
    weighed = weights_as_laws(plain, assumed)
    if weighed is not None:
        yield View(*weighed, False, restates=True)
    factored = in_factors(plain, assumed)
    if factored is not None:
        yield View(*factored, True, restates=True)
    proportional = up_to_mass(plain, assumed)
    if proportional is not None:
        yield View(*proportional, True, restates=True)
    averaged = _averages_unfolded(plain, assumed)
    if averaged is not None:
        yield averaged
    for mixture in found:
        if not _concerns(mixture, plain):
            continue
        for made in (_with_densities(plain, assumed, mixture), _written_out(plain, assumed, mixture)):
            if made is not None:
                yield made


def with_shares(assumed: Context) -> Context:
    r"""The context with what `p(c = k) = \pi_k` says of the weights: they add up to one."""
    known = {sign.claim for sign in assumed.signs}
    fresh = [Sign(claim) for claim in shares(assumed) if claim not in known]
    return assumed.assume(*fresh) if fresh else assumed


def _concerns(mixture: Mixture, claim: Claim) -> bool:
    """Whether a claim is about a mixture: its densities, weights or components."""
    sizes = {str(name) for end in (mixture.lower, mixture.upper) for name in end.free_symbols}
    letters = {name for case in _cases(mixture) for name in _own_names(case) if str(name) not in sizes}
    if not letters and not mixture.components:
        return False  # probabilities that are numbers are said as they are
    return any(
        _own(side) & letters or any(d.family == mixture.family for d in found_in(side, Density))
        for side in (claim.lhs, claim.rhs)
    )


def _cases(mixture: Mixture) -> tuple[Case, ...]:
    return (*mixture.joint, *mixture.prior, *mixture.components)


def _rest(assumed: Context, mixture: Mixture) -> Iterator[Any]:
    """What the context says beside the mixture's components."""
    for item in assumed.assumptions:
        name = item.name if isinstance(item, Definition) else None
        if isinstance(name, Density) and (item in mixture.definitions or mixture.written_out(name) is not None):
            continue
        if isinstance(item, Counted) and item.variable == mixture.label:
            continue
        yield item
    yield Counted(mixture.label, mixture.lower, mixture.upper)


# Averages over data.


def _averages_unfolded(claim: Claim, assumed: Context) -> View | None:
    """The claim with densities that are averages of their own conditionals, `q(z) = 1/N Σ q(z | x_n)`, unfolded."""
    own = tuple(item for item in assumed.definitions if _is_average(item))
    if not own:
        return None
    made = replace(claim, lhs=expand(claim.lhs, own), rhs=expand(claim.rhs, own))
    kept = tuple(
        replace(item, value=expand(item.value, own)) if isinstance(item, Definition) else item
        for item in assumed.assumptions
        if item not in own
    )
    wanted = {(item.name.family, frozenset(_conditional(item).given_slots)) for item in own}
    families = {family for family, _ in wanted}
    used = {d for side in (made.lhs, made.rhs) for d in found_in(side, Density) if d.family in families}
    faithful = all((d.family, frozenset(d.given_slots)) in wanted for d in used)
    return View(made, replace(assumed, assumptions=kept), faithful)


def _is_average(item: Definition) -> bool:
    if not isinstance(item.name, Density) or not item.value.has(IndexSum):
        return False
    inside = found_in(item.value, Density)
    return len(inside) == 1 and all(d.family == item.name.family and d.of == item.name.of for d in inside)


def _conditional(item: Definition) -> Density:
    found: Density = next(iter(found_in(item.value, Density)))
    return found


# The components as densities.


def _with_densities(claim: Claim, assumed: Context, mixture: Mixture) -> View | None:
    patterns = list(_patterns(mixture))
    made = replace(claim, lhs=_folded(claim.lhs, patterns), rhs=_folded(claim.rhs, patterns))
    letters = {name for case in _cases(mixture) for name in _own_names(case)}
    if any(_own(side) & letters for side in (made.lhs, made.rhs)):
        return None
    kept: list[Any] = []
    for item in _rest(assumed, mixture):
        if isinstance(item, Sign) and _own(item.claim.lhs - item.claim.rhs) & letters:
            continue
        if isinstance(item, Definition):
            value = _folded(item.value, patterns)
            if _own(value) & letters:
                continue
            item = replace(item, value=value)
        if isinstance(item, Attained):
            item = replace(item, body=_folded(item.body, patterns))
        kept.append(item)
    for case in mixture.prior:
        if case.general and not _own_names(case) and case.label not in case.value.free_symbols:
            given = [slot for slot, _ in case.points]
            kept.append(Definition(Density(mixture.family, [mixture.label], given), case.value))
    cases = (*mixture.prior, *mixture.components)
    faithful = bool(mixture.prior) and all(map(_is_free, cases))
    return View(made, replace(assumed, assumptions=tuple(kept)), faithful)


@dataclass(frozen=True, slots=True)
class _Pattern:
    """A component as it is written, its holes, and the density that it is."""

    written: Expr
    holes: frozenset[Expr]
    density: Density


def _patterns(mixture: Mixture) -> Iterator[_Pattern]:
    for cases in (mixture.components, mixture.prior):
        for case in cases:
            label = At(mixture.label, case.label)
            holes = frozenset({point for _, point in case.points} | ({case.label} if case.general else set()))
            if not case.value.free_symbols or (case.general and not case.value.has(case.label)):
                continue
            of = [At(slot, point) for slot, point in case.points if slot not in mixture.conditions]
            given = [At(slot, point) for slot, point in case.points if slot in mixture.conditions]
            density = Density(mixture.family, of, [label, *given]) if of else Density(mixture.family, [label], given)
            yield _Pattern(case.value, holes, density)


def _folded(term: Any, patterns: list[_Pattern]) -> Any:
    """The term with densities in the place of components."""
    if not isinstance(term, Basic) or isinstance(term, Str):
        return term
    for pattern in patterns:
        values = _matched(pattern.written, term, pattern.holes, {})
        if values is not None:
            return replace_free(pattern.density, values)
    if isinstance(term, Density) or not term.args or is_variable(term):
        return term
    parts = [_folded(part, patterns) for part in term.args]
    return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)


def _matched(
    pattern: Any, term: Any, holes: frozenset[Expr], values: Mapping[Expr, Expr]
) -> Mapping[Expr, Expr] | None:
    """What fills the holes of a pattern so that it becomes the term."""
    if pattern in holes:
        known = values.get(pattern)
        if known is None:
            fits = isinstance(term, Expr) and (is_variable(term) or term.is_Integer)
            return {**values, pattern: term} if fits else None
        return values if known == term else None
    if pattern == term and not (isinstance(pattern, Basic) and holes & pattern.free_symbols):
        return values
    if not isinstance(pattern, Basic) or not isinstance(term, Basic) or pattern.func != term.func:
        return None
    if not pattern.args or len(pattern.args) != len(term.args):
        return None
    if isinstance(pattern, Density):
        return None
    unordered = pattern.is_Add or pattern.is_Mul
    orders = permutations(term.args) if unordered and len(term.args) <= _MOST_TERMS else [term.args]
    for order in orders:
        found: Mapping[Expr, Expr] | None = values
        for left, right in zip(pattern.args, order, strict=True):
            found = None if found is None else _matched(left, right, holes, found)
        if found is not None:
            return found
    return None


def _own_names(case: Case) -> set[Any]:
    return _own(case.value) - {case.label} - {_head(point) for _, point in case.points} if _own(case.value) else set()


def _own(term: Expr) -> set[Any]:
    """Names of quantities and functions in a term, entries by their base; indices and sizes do not count."""
    found: set[Any] = {node.func for node in found_in(term, AppliedUndef)}
    found |= {node.family.args[0] for node in found_in(term, Density) if node.family.indices}
    for name in term.free_symbols:
        if isinstance(name, Symbol) and not name.is_integer:
            found.add(name)
        elif isinstance(name, Entry):
            found.add(name.base)
    return found


def _head(name: Expr) -> Any:
    return name.base if isinstance(name, Entry) else name


def _is_free(case: Case) -> bool:
    """Whether a component may be anything: a name or an unknown function of the label and the points, no more."""
    if case.general and not _own_names(case) and not case.value.has(case.label):
        return not case.points  # one number for all labels is kept as it is
    value, wanted = case.value, {case.label, *(point for _, point in case.points)}
    if not case.general:
        wanted -= {case.label}
    if isinstance(value, AppliedUndef):
        return set(value.args) >= wanted and all(argument in wanted or argument.is_Integer for argument in value.args)
    if isinstance(value, Density):
        return bool(value.family.indices) and not value.given and {value_of(item) for item in value.of} <= wanted
    if case.points:
        return False
    return isinstance(value, Entry) or (value.is_Symbol and not case.general)


# The densities by their components.


def _written_out(claim: Claim, assumed: Context, mixture: Mixture) -> View | None:
    writer = _Writer(mixture)
    lhs, rhs = writer.walk(claim.lhs), writer.walk(claim.rhs)
    kept: list[Any] = []
    for item in _rest(assumed, mixture):
        if isinstance(item, Definition):
            item = replace(item, value=writer.walk(item.value))
        if isinstance(item, Attained):
            item = replace(item, body=writer.walk(item.body))
        kept.append(item)
    if any(density.family == mixture.family for side in (lhs, rhs) for density in found_in(side, Density)):
        return None
    kept.extend(Sign(constraint) for constraint in writer.constraints())
    bound = {name for side in (lhs, rhs) for node in found_in(side, Binder) for name in node.bound}
    known = mixture.components and all(isinstance(case.value, Known) for case in mixture.components)
    # Components of which only a name is known are densities too, which their integrals would show.
    faithful = writer.faithful and bool(known or not bound & mixture.observed)
    return View(replace(claim, lhs=lhs, rhs=rhs), replace(assumed, assumptions=tuple(kept)), faithful)


@dataclass
class _Writer:
    """Writes the densities of a mixture by its components, and sums over its label as sums over an index."""

    mixture: Mixture
    tables: dict[tuple[Any, ...], Symbol] = field(default_factory=dict)
    used: int = 0
    faithful: bool = True

    def walk(self, term: Any) -> Any:
        """The term written out."""
        if not isinstance(term, Basic) or isinstance(term, Str) or is_variable(term):
            return term
        if isinstance(term, Density):
            return self._density(term)
        if isinstance(term, Binder) and self._over_label(term):
            return self.walk(_summed(term, self.mixture, self._index()))
        if not term.args:
            return term
        parts = [self.walk(part) for part in term.args]
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    def constraints(self) -> Iterator[Claim]:
        """The entries of tables over the label add up to one."""
        index, ends = self._index(), (self.mixture.lower, self.mixture.upper)
        for table in self.tables.values():
            yield Claim(IndexSum(Entry(table, index), index, *ends), Relation.EQUAL, Add(1))

    def _over_label(self, term: Binder) -> bool:
        if not isinstance(term, KL | Entropy | CrossEntropy | Expectation | Integral):
            return False
        return any(
            slot_of(item) == self.mixture.label and value_of(item) in term.bound
            for density in found_in(term, Density)
            for item in (*density.of, *density.given)
        )

    def _index(self) -> Symbol:
        self.used += 1
        return Symbol(f"k_{{{self.used}}}", integer=True)

    def _density(self, term: Density) -> Expr:
        if term.family == self.mixture.family:
            made = self.mixture.written_out(term)
            return term if made is None else made
        label = next((value_of(item) for item in term.of if slot_of(item) == self.mixture.label), None)
        if label is None or len(term.of) != 1:
            return term
        key = (term.family, term.given)
        if any(family == term.family and key != (family, given) for family, given in self.tables):
            self.faithful = False  # a marginal and a conditional of one family are no free tables
        if key not in self.tables:
            self.tables[key] = Symbol(f"{term.family}[{', '.join(map(str, term.given))}]", positive=True)
        return Entry(self.tables[key], label)


def _summed(term: Binder, mixture: Mixture, index: Symbol) -> Expr:
    """An operator over the label as a sum over an index."""
    names = {
        value_of(item)
        for density in found_in(term, Density)
        for item in (*density.of, *density.given)
        if slot_of(item) == mixture.label and value_of(item) in term.bound
    }
    label = sorted(names, key=str)[0]
    others = [name for name in term.bound if name != label]
    body = _integrand(term)
    if others:
        body = Integral(body, *others)
    return IndexSum(replace_free(body, {label: index}), index, mixture.lower, mixture.upper)


def _integrand(term: Any) -> Expr:
    if isinstance(term, KL):
        return Mul(term.left, log(term.left) - log(term.right))
    if isinstance(term, Entropy):
        return -term.law * log(term.law)
    if isinstance(term, CrossEntropy):
        return -term.left * log(term.right)
    if isinstance(term, Expectation):
        return Mul(term.law, term.body)
    body: Expr = term.body
    return body
