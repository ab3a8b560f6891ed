r"""More samples tighten a bound: `E log (1/K Σ f(z_k))` grows with the number `K` of independent draws.

For a positive `f` and draws `z_1, z_2, ...` from one law, `S_K = E[log (1/K Σ_{k=1}^K f(z_k))]` satisfies
`E[log f(z_1)] = S_1 <= S_K <= S_{K+1} <= log E[f(z_1)]` (Burda, Grosse and Salakhutdinov 2016, theorem 1). The mean of
`K + 1` values is the mean, over the value left out, of means of `K` values; the logarithm is concave, and leaving out
one draw gives the same as leaving out another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sympy import Add, Dummy, Expr, Integer, Mul, latex, log

from symelbo.calculus.forms.form import Form
from symelbo.calculus.inequalities.certificates import Ground, Knowledge, Nonnegative
from symelbo.calculus.measures.mass import mass
from symelbo.calculus.measures.measure import Normaliser
from symelbo.calculus.structure import unparametrised
from symelbo.language import (
    Block,
    Definition,
    Density,
    Entry,
    Expectation,
    IndexProduct,
    IndexSum,
    indexed_names,
    may_overlap,
    replace_free,
    value_of,
)
from symelbo.language.definitions import match_definition

__all__ = ["samples_of"]


@dataclass(frozen=True)
class _Draws:
    """The mean of `log(scale/n Σ f)` over `n` independent draws; the draw in `law` and `each` is called `draw`."""

    node: Expectation
    law: Expr
    each: Expr
    draw: Expr
    count: Expr
    scale: Expr


@dataclass(frozen=True)
class MoreSamples(Ground):
    """`S_n - S_m >= 0` for `n >= m >= 1`; without a second mean `S_n - S_1`."""

    rule = "SAMPLES"
    words = "a mean over more samples"

    more: Expectation
    fewer: Expectation | None

    def form(self, known: Knowledge) -> Form | None:
        """Both are logarithms of means of the same positive function over independent draws from the same law."""
        normaliser = known.normaliser
        first = _draws(self.more, normaliser)
        second = _draws(self.fewer, normaliser) if self.fewer is not None else None
        if first is None or (second is None) is not (self.fewer is None) or not _is_sampled(first, known):
            return None
        if second is None:
            if not (first.count - 1).is_nonnegative:
                return None
            lower = normaliser.form(Expectation(log(first.each), first.law, [first.draw]))
        else:
            second_each = replace_free(second.each, {second.draw: first.draw})
            second_law = replace_free(second.law, {second.draw: first.draw})
            same = normaliser.form(first.each) == normaliser.form(second_each)
            same = same and normaliser.form(first.law) == normaliser.form(second_law)
            if not same or not (first.count - second.count).is_nonnegative or not (second.count - 1).is_nonnegative:
                return None
            lower = normaliser.form(second.node) - normaliser.log(normaliser.form(second.scale))
        return normaliser.form(first.node) - normaliser.log(normaliser.form(first.scale)) - lower

    def equality(self) -> str | None:
        """All samples have the same weight."""
        body = self.more.body
        return f"every sample contributes the same to {latex(body)}"


def samples_of(means: Iterable[Expectation], known: Knowledge) -> Iterator[Nonnegative]:
    """The gaps between the means of a claim over different numbers of draws, and to the mean over one draw."""
    sampled = [mean for mean in means if isinstance(mean.body, log) and _draws(mean, known.normaliser) is not None]
    for more in sampled:
        for fewer in (None, *sampled):
            if fewer is more:
                continue
            ground = MoreSamples(more, fewer)
            form = ground.form(known)
            if form is not None:
                yield Nonnegative.by(ground, form)


def _is_sampled(draws: _Draws, known: Knowledge) -> bool:
    """Whether a draw has a law, and what is averaged is positive."""
    normaliser = known.normaliser
    positive = all(known.is_positive(normaliser.form(term)) for term in (draws.each, draws.scale))
    return positive and mass(draws.law, (draws.draw,), normaliser) == 1


def _draws(node: Expectation, normaliser: Normaliser) -> _Draws | None:
    if not isinstance(node.body, log):
        return None
    inside = node.body.args[0]
    law = node.law
    if isinstance(law, Density) and any(isinstance(item, Block) for item in law.of):
        chain = normaliser.structure.chains.get(unparametrised(law.family))
        law = match_definition(law, Definition(chain.joint, chain.value)) if chain is not None else None
    if isinstance(law, IndexProduct):
        return _symbolic_draws(node, law, inside)
    return _listed_draws(node, law, inside) if isinstance(law, Mul) else None


def _symbolic_draws(node: Expectation, law: IndexProduct, inside: Expr) -> _Draws | None:
    """Draws `z_1, ..., z_K` of a block, and a multiple of `Σ_k f(z_k)` over all of it."""
    total = next((factor for factor in Mul.make_args(inside) if type(factor) is IndexSum), None)
    if total is None or not isinstance(law.body, Density) or len(node.bound) != 1:
        return None
    block, factor = node.bound[0], inside / total
    if not isinstance(block, Block) or (law.lower, law.upper) != (block.lower, block.upper):
        return None
    if (total.lower, total.upper) != (block.lower, block.upper):
        return None
    draw = Dummy("z", real=True)
    each = replace_free(total.body, {Entry(block.base, total.index): draw})
    one = replace_free(law.body, {Entry(block.base, law.index): draw})
    if not isinstance(one, Density) or [value_of(item) for item in one.of] != [draw]:
        return None
    left = {*each.free_symbols, *one.free_symbols, *factor.free_symbols, *indexed_names(each), *indexed_names(factor)}
    if {total.index, law.index} & left or any(may_overlap(name, block) for name in left):
        return None
    size = block.upper - block.lower + 1
    return _Draws(node, one, each, draw, size, factor * size)


def _listed_draws(node: Expectation, law: Expr, inside: Expr) -> _Draws | None:
    """Draws `z_1`, `z_2` by name, and a multiple of `f(z_1) + f(z_2)`."""
    factors, names = Mul.make_args(law), node.bound
    written = inside.replace(lambda part: type(part) is IndexSum, lambda part: part.expand() or part)
    terms = Add.make_args(written.expand() if written.is_Mul else written)
    if len(terms) != len(names) or len(factors) != len(names) or not all(isinstance(f, Density) for f in factors):
        return None
    draw = Dummy("z", real=True)
    made: list[tuple[Expr, Expr]] = []
    for name in names:
        own = [[part for part in parts if name in part.free_symbols] for parts in (factors, terms)]
        if any(len(parts) != 1 for parts in own):
            return None
        made.append((replace_free(own[0][0], {name: draw}), replace_free(own[1][0], {name: draw})))
    if len(set(made)) != 1 or set(names) & set().union(*(part.free_symbols for part in made[0])):
        return None
    one, each = made[0]
    if not isinstance(one, Density) or [value_of(item) for item in one.of] != [draw]:
        return None
    count = Integer(len(names))
    return _Draws(node, one, each * count, draw, count, Integer(1))
