"""A latent-variable model with its approximate posterior: how both factorise, and what follows for averages.

The structure is checked when a model is made: every variable has one factor, nothing depends on itself, and the
approximation is a density of latent variables of the model.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sympy import Expr, Integer, Mul, Symbol

from symelbo.derive.model_text import Equation, densities_of_text, equations_in, equations_of, terms_of
from symelbo.derive.written import factors, mul
from symelbo.errors import DerivationError, IllFormed
from symelbo.language import (
    Block,
    Claim,
    Context,
    Definition,
    Density,
    IndexProduct,
    Relation,
    replace_free,
    slot_of,
)
from symelbo.language.context import factorisation

__all__ = ["Factor", "Model", "as_model", "latent_variable_model", "model"]


@dataclass(frozen=True, slots=True)
class Factor:
    """One conditional density of a factorisation, for every value of an index where it has one."""

    density: Density
    index: tuple[Expr, Expr, Expr] | None = None

    @property
    def term(self) -> Expr:
        """The factor as it is written in a product."""
        return self.density if self.index is None else IndexProduct(self.density, *self.index)

    @property
    def slots(self) -> frozenset[Expr]:
        """The variables that it is a density of."""
        return frozenset(self.density.of_slots)


@dataclass(frozen=True, slots=True)
class Model:
    """`p(x, z) = ∏ factors`, and `q(z | x)` with its own; empty factors say that nothing is known of the structure.

    `discrete` says whether latent variables are summed over.

    >>> made = model("p(x, z) = p(z) p(x | z); q(z | x)")
    >>> made.observed, made.latent
    ((x,), (z,))
    """

    joint: Density
    posterior: Density
    factors: tuple[Factor, ...] = ()
    posterior_factors: tuple[Factor, ...] = ()
    discrete: bool = False
    _context: Context = field(default_factory=Context, repr=False, compare=False)

    @property
    def latent(self) -> tuple[Expr, ...]:
        """What is integrated out."""
        return self.posterior.of

    @property
    def observed(self) -> tuple[Expr, ...]:
        """What the model explains."""
        hidden = set(self.posterior.of_slots)
        return tuple(item for item in self.joint.of if slot_of(item) not in hidden)

    @property
    def evidence(self) -> Density:
        """The density of what is observed."""
        return Density(self.joint.family, self.observed, self.joint.given)

    @property
    def exact(self) -> Density:
        """The posterior of the model."""
        return Density(self.joint.family, self.latent, (*self.observed, *self.joint.given))

    @property
    def context(self) -> Context:
        """The factorisations, as assumptions."""
        return self._context

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The factorisations in the order in which they were written."""
        both = ((self.joint, self.factors), (self.posterior, self.posterior_factors))
        return tuple(Claim(head, Relation.EQUAL, product(parts)) for head, parts in both if parts)

    @classmethod
    def read(cls, path: str | Path, *, data: str | None = None, discrete: bool = False) -> Model:
        """The model that a document describes. Raises `DerivationError`."""
        return _assembled(equations_in(Path(path)), data, discrete)


def product(parts: Iterable[Factor]) -> Expr:
    """Factors as one product, those with the same index under one sign."""
    made: list[Expr] = []
    waiting: list[Factor] = []
    for part in (*parts, None):
        if waiting and (part is None or part.index != waiting[0].index):
            made.append(IndexProduct(mul(*(one.density for one in waiting)), *(waiting[0].index or ())))
            waiting = []
        if part is not None and part.index is not None:
            waiting.append(part)
        elif part is not None:
            made.append(part.density)
    return mul(*made)


def model(text: str, *, data: str | None = None, discrete: bool = False) -> Model:
    """A model from its factorisations, such as `p(x, z) = p(z) p(x | z); q(z | x)`, in LaTeX or plain text.

    `data` names what is observed, where `q` does not say it. Raises `DerivationError` with a sentence that names the
    factor that is wrong.
    """
    return _assembled(equations_of(text), data, discrete)


def as_model(given: Model | str | None) -> Model:
    """A model as it is, from its text, or the standard one where there is none."""
    if isinstance(given, str):
        return model(given)
    return latent_variable_model() if given is None else given


def latent_variable_model(
    latent: str = "z", data: str = "x", p: str = "p", q: str = "q", *, discrete: bool = False
) -> Model:
    r"""The plain model `p(x, z)` with `q(z | x)`, in names of one's own, such as `latent=r"\mathbf{z}"`."""
    joint, posterior = densities_of_text([f"{p}({data}, {latent})", f"{q}({latent} | {data})"])
    return Model(joint, posterior, discrete=discrete)


def _assembled(equations: Iterable[Equation], data: str | None, discrete: bool) -> Model:
    listed = list(equations)
    ordered = sorted(listed, key=lambda equation: -len(equation.joint.of))
    head = ordered[0]
    below = [equation for equation in ordered[1:] if equation.joint.family != head.joint.family]
    if not below:
        raise DerivationError(
            f"the model says how {head.joint} is made, but names no approximate posterior; "
            "add one, such as q(z | x) after a semicolon"
        )
    posterior = below[0]
    made = Model(head.joint, posterior.joint, _checked(head), _checked(posterior), discrete)
    _check_roles(made, data)
    return Model(*_fields(made), _context=Context().assume(*(_assumption(claim) for claim in made.claims)))


def _fields(made: Model) -> tuple[Density, Density, tuple[Factor, ...], tuple[Factor, ...], bool]:
    return made.joint, made.posterior, made.factors, made.posterior_factors, made.discrete


def _assumption(claim: Claim) -> object:
    if claim.rhs.has(IndexProduct):
        return Definition(claim.lhs, claim.rhs)
    assert isinstance(claim.lhs, Density)
    return factorisation(claim.lhs, [part for part in factors(claim.rhs) if isinstance(part, Density)])


def _checked(equation: Equation) -> tuple[Factor, ...]:
    """The factors of an equation, if they make a density of its left side."""
    parts = [part for factor in equation.factors for part in _apart(factor, equation)]
    if not parts or [part.density for part in parts] == [equation.joint]:
        return ()
    try:
        factorisation(*_unrolled(equation.joint, parts))
    except IllFormed as wrong:
        raise DerivationError(f"{equation.joint} does not factorise like this: {wrong}") from wrong
    return tuple(parts)


def _apart(factor: Expr, equation: Equation) -> list[Factor]:
    if isinstance(factor, Density):
        return [Factor(factor)]
    if isinstance(factor, IndexProduct):
        inside = factor.body.args if isinstance(factor.body, Mul) else (factor.body,)
        if all(isinstance(part, Density) for part in inside):
            return [Factor(part, (factor.index, factor.lower, factor.upper)) for part in _causes_first(inside)]
    raise DerivationError(
        f"{factor} is not a density, so it cannot be a factor of {equation.joint}; write it as p(x | z)"
    )


def _causes_first(parts: Iterable[Density]) -> list[Density]:
    """Densities in an order in which each one comes after those that it depends on, as far as there is one."""
    waiting, placed = sorted(parts, key=str), list[Density]()
    while waiting:
        ahead = {slot for part in waiting for slot in part.of_slots}
        ready = [part for part in waiting if not (ahead - set(part.of_slots)) & set(part.given_slots)] or waiting
        placed += ready
        waiting = [part for part in waiting if part not in ready]
    return placed


def _unrolled(joint: Density, parts: list[Factor]) -> tuple[Density, list[Density]]:
    """The same product with three or four steps, for the check of its structure."""
    sizes = {end for part in parts if part.index for end in part.index[2].free_symbols if isinstance(end, Symbol)}
    values: dict[Expr, Expr] = {size: Integer(4) for size in sizes}
    listed: list[Density] = []
    for part in parts:
        if part.index is None:
            listed.append(_expanded(part.density, values))
            continue
        index, lower, upper = part.index
        low, high = lower.xreplace(values), upper.xreplace(values)
        if not (low.is_Integer and high.is_Integer):
            raise DerivationError(f"the ends of the product over {index} are not whole numbers and not sizes")
        for number in range(int(low), int(high) + 1):
            listed.append(_expanded(part.density, {**values, index: Integer(number)}))
    return _expanded(joint, values), listed


def _expanded(density: Density, values: dict[Expr, Expr]) -> Density:
    """A density with its indices filled in and its blocks taken apart."""
    filled = replace_free(density, values)
    sides = [
        [entry for item in side for entry in ((item.entries() or (item,)) if isinstance(item, Block) else (item,))]
        for side in (filled.of, filled.given)
    ]
    return Density(filled.family, *sides)


def _check_roles(made: Model, data: str | None) -> None:
    """Whether q is a density of latent variables given what is observed."""
    whole, hidden = set(made.joint.of_slots), set(made.posterior.of_slots)
    outside = hidden - whole
    if outside:
        raise DerivationError(f"{made.posterior} is a density of {_list(outside)}, which is not in {made.joint}")
    if hidden == whole:
        raise DerivationError(f"nothing is observed: {made.posterior} is a density of all that {made.joint} is")
    known = (whole - hidden) | set(made.joint.given_slots)
    strange = set(made.posterior.given_slots) - known
    if strange:
        raise DerivationError(f"{made.posterior} depends on {_list(strange)}, which is not observed in {made.joint}")
    named = set(terms_of(data.split(","))) if data else set()
    left = (whole - hidden) - set(made.posterior.given_slots) - named
    if made.posterior.given and left:
        raise DerivationError(
            f"{made.posterior} has no factor for {_list(left)} and is not given it either; "
            "add it before the bar, or after the bar if it is observed, or name all that is observed with --data"
        )


def _list(names: Iterable[Expr]) -> str:
    return ", ".join(sorted(map(str, names)))
