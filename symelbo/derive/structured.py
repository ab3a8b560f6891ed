"""The bound of a model that factorises: reconstruction and divergence terms, each under the average that it needs.

Every factor of the approximation that models the same variables as a factor of the model makes a divergence with it, if
the approximation's variables do not depend on what else the model's factor is given. What has no partner stays an
average of its own: the prediction of the observed, a prior, an entropy.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Expr, Pow, log

from symelbo.derive import moves
from symelbo.derive.derivation import Move, Proof
from symelbo.derive.model import Factor, Model, product
from symelbo.derive.rules import RULES
from symelbo.derive.written import minus, mul, ratio, signed
from symelbo.language import KL, Block, Claim, Density, Entropy, Entry, Expectation, IndexProduct, IndexSum, Relation
from symelbo.proof import Effort, prove_claim

__all__ = ["Part", "decompose", "parts_of"]


@dataclass(frozen=True, slots=True)
class Prior:
    """All factors of the model that are about latent variables, as one density."""

    density: Expr
    index: tuple[Expr, Expr, Expr] | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """One term of the bound: a factor of the model, a factor of the approximation, or a pair of them.

    `around` are the latent variables that the term is averaged over, beside those of the pair itself.
    """

    above: Factor | Prior | None
    below: Factor | None
    around: tuple[Expr, ...]
    name: str

    @property
    def index(self) -> tuple[Expr, Expr, Expr] | None:
        """The running index, for a term that is a sum."""
        factor = self.above or self.below
        return factor.index if factor is not None else None

    @property
    def inside(self) -> Expr:
        """What the logarithm is taken of."""
        if self.above is None:
            assert self.below is not None
            return Pow(self.below.density, -1, evaluate=False)
        return self.above.density if self.below is None else ratio(self.above.density, self.below.density)

    @property
    def log(self) -> Expr:
        """The logarithm, with its sign outside."""
        if self.above is None:
            assert self.below is not None
            return minus(log(self.below.density))
        return log(self.inside, evaluate=False)


def parts_of(model: Model) -> tuple[Part, ...]:
    """The terms of the bound: what predicts the observed first, then divergences, priors and entropies."""
    hidden = _Latents(model)
    whole = _whole(model, hidden)
    if whole is not None:
        return whole
    waiting = list(model.posterior_factors or (Factor(model.posterior),))
    first: list[Part] = []
    rest: list[Part] = []
    for factor in model.factors:
        inner = hidden.among(factor.density.of)
        given = hidden.among(factor.density.given)
        if not inner:
            first.append(Part(factor, None, given, "reconstruction"))
            continue
        partner = next((other for other in waiting if _matches(factor, other, model, hidden)), None)
        if partner is None:
            rest.append(Part(factor, None, tuple(dict.fromkeys((*inner, *given))), "prior"))
            continue
        waiting.remove(partner)
        around = tuple(dict.fromkeys((*hidden.among(partner.density.given), *given)))
        rest.append(Part(factor, partner, around, "divergence"))
    for other in waiting:
        rest.append(Part(None, other, hidden.among(other.density.given), "entropy"))
    return (*first, *rest)


def _whole(model: Model, hidden: _Latents) -> tuple[Part, ...] | None:
    """The terms for an approximation without structure: one divergence to the prior of all latent variables."""
    about = [factor for factor in model.factors if hidden.among(factor.density.of)]
    known = {*model.posterior.of, *model.joint.given}
    closed = all(factor.index is None and known.issuperset(factor.density.given) for factor in about)
    if model.posterior_factors or len(about) < 2 or not closed:
        return None
    rest = [Part(f, None, hidden.among(f.density.given), "reconstruction") for f in model.factors if f not in about]
    prior = Prior(mul(*(factor.density for factor in about)))
    return (*rest, Part(prior, Factor(model.posterior), (), "divergence"))


class _Latents:
    """Which variables of a model are latent, entries of sequences included."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.names = set(model.posterior.of_slots)
        self.bases = {slot.base for slot in self.names if isinstance(slot, Block)}

    def among(self, items: Iterable[Expr]) -> tuple[Expr, ...]:
        """Those items that are latent, in order."""
        return tuple(
            item
            for item in items
            if item in self.names or (isinstance(item, Entry | Block) and item.base in self.bases)
        )

    def law(self, over: tuple[Expr, ...]) -> Density:
        """The law of some latent variables under the approximation: a factor of it where there is one."""
        posterior = self.model.posterior
        wanted = set(over)
        for factor in self.model.posterior_factors:
            if set(factor.density.of) == wanted and not self.among(factor.density.given):
                return factor.density
        if wanted == set(posterior.of):
            return posterior
        ordered = sorted(over, key=lambda item: (self._place(item), str(item)))
        return Density(posterior.family, ordered, posterior.given)

    def _place(self, item: Expr) -> int:
        return next((place for place, own in enumerate(self.model.posterior.of) if own == item), 0)


def _matches(factor: Factor, other: Factor, model: Model, hidden: _Latents) -> bool:
    """Whether two factors make a divergence: same variables, and the approximation does not need what is new."""
    if factor.slots != other.slots or factor.index != other.index:
        return False
    extra = [item for item in hidden.among(factor.density.given) if item not in other.density.given]
    if not extra:
        return True
    wider = Density(other.density.family, other.density.of, (*other.density.given, *extra))
    verdict = prove_claim(Claim(wider, Relation.EQUAL, other.density), model.context, Effort())
    return verdict.proved


def decompose(proof: Proof, model: Model) -> tuple[tuple[Expr, str], ...]:
    """Take a proof that stands at `E_q[log p / q]` on to the terms of a model; the names of those terms."""
    parts = parts_of(model)
    hidden = _Latents(model)
    _factorise(proof, model)
    grouped = [_over_index(part.index, part.inside, IndexProduct) for part in parts]
    proof.by(moves.log_of_product(lambda above, below: grouped, ("one logarithm for each variable",)), minor=True)
    proof.by(moves.expectation_of_sum(), brief=("one term for each variable",))
    changes = [_stages(part, model, hidden) for part in parts]
    whole = [Expectation(abs_log, model.posterior) for abs_log in (_unsigned(part) for part in parts)]
    narrow = {old: stage[0] for old, stage in zip(whole, changes, strict=True) if stage[0] != old}
    if narrow:
        proof.by(
            moves.replace_all("INTEGRATE-OUT", narrow, ("average only over what occurs",)), everywhere=True, minor=True
        )
    nested = {stage[0]: stage[1] for stage in changes if stage[1] != stage[0]}
    if nested:
        proof.by(moves.replace_all("TOWER", nested, ("average in two steps",)), everywhere=True, minor=True)
    if any(part.name == "divergence" for part in parts):
        proof.by(moves.close_divergence(), everywhere=True, brief=("average only over what occurs",))
    _close_entropies(proof)
    proof.last_is(minor=False)
    return tuple(_named(parts, changes))


def _factorise(proof: Proof, model: Model) -> None:
    heads = {model.joint: product(model.factors)}
    if model.posterior_factors:
        heads[model.posterior] = product(model.posterior_factors)

    def rewrite(term: Expr) -> Expr | None:
        if term.func is not log:
            return None
        above, below = model.joint, model.posterior
        return log(ratio(heads[above], heads.get(below, below)), evaluate=False)

    proof.by(Move(RULES["FACTORISATION"], rewrite, ("the factorisation of the model",)))


def _over_index(index: tuple[Expr, Expr, Expr] | None, body: Expr, sign: type) -> Expr:
    return body if index is None else sign(body, *index)


def _unsigned(part: Part) -> Expr:
    return log(part.below.density) if part.above is None and part.below is not None else part.log


def _stages(part: Part, model: Model, hidden: _Latents) -> tuple[Expr, Expr, Expr]:
    """A term as an average over what occurs in it, as an average of an average, and as it is written in the end."""
    body = _unsigned(part)
    if part.below is None:
        narrow = Expectation(body, hidden.law(part.around)) if part.around else body
        return narrow, narrow, narrow
    own = tuple(part.below.density.of)
    inner = Expectation(body, part.below.density)
    last = minus(KL(part.below.density, part.above.density)) if part.above is not None else Entropy(part.below.density)
    if not part.around:
        return inner, inner, last
    everything = tuple(dict.fromkeys((*own, *part.around)))
    law = hidden.law(part.around)
    sign, bare = (-1, minus(last)) if part.above is not None else (1, last)
    outer = Expectation(bare, law)
    return Expectation(body, hidden.law(everything)), Expectation(inner, law), outer if sign > 0 else minus(outer)


def _close_entropies(proof: Proof) -> None:
    def rewrite(term: Expr) -> Expr | None:
        if not (term.is_Mul and term.args[0] == -1 and len(term.args) == 2):
            return None
        return _entropy(term.args[1])

    proof.try_by(Move(RULES["ENTROPY"], rewrite, ("definition of the entropy",)), everywhere=True)


def _entropy(term: Expr) -> Expr | None:
    """`-term` with an entropy in it, where the term is an average of a log-density under itself."""
    if isinstance(term, Expectation):
        if term.body == log(term.law):
            return Entropy(term.law)
        inner = _entropy(term.body) if isinstance(term.body, Expectation) else None
        return None if inner is None else Expectation(inner, term.law)
    if isinstance(term, IndexSum) and not isinstance(term, IndexProduct):
        inner = _entropy(term.body)
        return None if inner is None else IndexSum(inner, term.index, term.lower, term.upper)
    return None


def _named(parts: tuple[Part, ...], changes: list[tuple[Expr, Expr, Expr]]) -> Iterator[tuple[Expr, str]]:
    for part, (_, _, last) in zip(parts, changes, strict=True):
        yield _over_index(part.index, signed(last)[1], IndexSum), part.name
