"""Steps from nowhere: `prod_{t=1}^T p(s_t | s_{t-1})` as the density of `s_{1:T}`, with an `s_0` that is no variable.

That a density which `s_0` has no part in is such a product says that its first factor is free of `s_0`, so that
`p(s_1 | s_0)` is `p(s_1)`; the same at the other end for `p(z_L | z_{L+1})`. The factor is written as what it is.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sympy import Basic, Expr, Integer, Symbol, expand
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.claims import Claim
from symelbo.language.context import Attained, Context, Definition, Sign
from symelbo.language.densities import Density
from symelbo.language.divergences import Expectation
from symelbo.language.names import At, Block, Entry
from symelbo.language.scope import replace_free
from symelbo.language.sums import IndexProduct, IndexSum
from symelbo.language.walks import found_in

__all__ = ["with_first_steps"]


@dataclass(frozen=True, slots=True)
class _Nowhere:
    """An entry that the joint density of a family has no part in, though a factor at an end of its product names it."""

    family: Str
    entry: Entry
    end: str  # "lower" or "upper"


def with_first_steps(claim: Claim, assumed: Context) -> tuple[Claim, Context]:
    """The claim and its context with conditions on such entries left out; as they are where there are none.

    >>> from sympy import Eq, symbols
    >>> from symelbo.language import Variable, context, family
    >>> from symelbo.language.claims import Relation
    >>> s, p, (t, T) = Variable("s"), family("p"), symbols("t T", integer=True)
    >>> joint = Density(p, [s[1:T]])
    >>> given = context([Eq(joint, IndexProduct(p(s[t] | s[t - 1]), t, 1, T))])
    >>> print(with_first_steps(Claim(joint, Relation.EQUAL, joint), given)[1].definitions[0].value)
    p(s_1)*Product(p(s_t | s_t - 1), t, 2, T)
    """
    found = tuple(dict.fromkeys(item for given in assumed.definitions for item in _nowhere(given)))
    if not found:
        return claim, assumed
    walker = _Walker(found)
    entries = {item.entry for item in found}
    # what such an entry is said to be, as in `z_{L+1} = none`, says nothing of the variables
    said = [item for item in assumed.assumptions if not (isinstance(item, Definition) and item.name in entries)]
    try:
        made = replace(claim, lhs=walker.over(claim.lhs), rhs=walker.over(claim.rhs))
        context = replace(assumed, assumptions=tuple(map(walker.assumption, said)))
    except IllFormed:
        return claim, assumed
    terms = (made.lhs, made.rhs, *made.wrt, *(part for d in context.definitions for part in (d.name, d.value)))
    if any(entries & found_in(term, Entry) for term in terms):
        return claim, assumed  # they have a part in something else
    kept = tuple(a for a in context.assumptions if not (isinstance(a, Definition) and a.name == a.value))
    return made, replace(context, assumptions=kept)


def _nowhere(item: Definition) -> Iterator[_Nowhere]:
    name = item.name
    if not isinstance(name, Density) or not item.value.has(IndexProduct):
        return
    slots = (*name.of_slots, *name.given_slots)
    blocks = [slot for slot in slots if isinstance(slot, Block)]
    for run in found_in(item.value, IndexProduct):
        for end, place in (("lower", run.lower), ("upper", run.upper)):
            for factor in found_in(run.body, Density):
                if factor.family.args[0] != name.family.args[0]:
                    continue
                for slot in (replace_free(given, {run.index: place}) for given in factor.given_slots):
                    own = [block for block in blocks if isinstance(slot, Entry) and slot.base == block.base]
                    if slot not in slots and own and all(_is_beyond(slot, block) for block in own):
                        yield _Nowhere(name.family.args[0], slot, end)


def _is_beyond(entry: Entry, block: Block) -> bool:
    if len(entry.indices) != 1:
        return False
    below, above = expand(block.lower - entry.indices[0]), expand(entry.indices[0] - block.upper)
    return any(gap.is_Integer and gap == 1 for gap in (below, above))


class _Walker:
    """Leaves the conditions out, and splits the ends of sums and products off where they would be named."""

    def __init__(self, found: tuple[_Nowhere, ...]) -> None:
        self.found = found
        self.entries = {item.entry for item in found}

    def assumption(self, item: Any) -> Any:
        """An assumption with its terms changed."""
        if isinstance(item, Definition):
            return replace(item, name=self.over(item.name), value=self.over(item.value))
        if isinstance(item, Sign):
            return Sign(replace(item.claim, lhs=self.over(item.claim.lhs), rhs=self.over(item.claim.rhs)))
        if isinstance(item, Attained):
            return replace(item, body=self.over(item.body))
        return item

    def over(self, term: Expr) -> Expr:
        """The term changed."""
        if not isinstance(term, Basic) or isinstance(term, Str | Entry | Block | At | Symbol):
            return term
        if isinstance(term, Density):
            return self._density(term)
        if isinstance(term, IndexSum):
            return self._run(term)
        if not term.args:
            return term
        parts = [self.over(part) for part in term.args]
        if isinstance(term, Expectation) and set(term.bound) <= self.entries and isinstance(term.law, Density):
            body = self.over(term.body)
            if not set(term.bound) & found_in(body, Entry):
                return body  # the mean of something that what is averaged over has no part in
        return term if all(new is old for new, old in zip(parts, term.args, strict=True)) else term.func(*parts)

    def _density(self, term: Density) -> Density:
        own = {item.entry for item in self.found if item.family == term.family.args[0]}
        if not own & set(term.given):
            return term
        return Density(term.family, term.of, [given for given in term.given if given not in own])

    def _run(self, term: IndexSum) -> Expr:
        lower, upper = term.lower, term.upper
        ends = []
        for at_lower in (True, False):
            place = lower if at_lower else upper
            values: Mapping[Expr, Expr] = {term.index: place}
            running = (entry for entry in found_in(term.body, Entry) if term.index in entry.free_symbols)
            named = {replace_free(entry, values) for entry in running}
            if named & self.entries:
                ends.append(self.over(replace_free(term.body, values)))
                lower, upper = (lower + 1, upper) if at_lower else (lower, upper - Integer(1))
        rest = term.func(self.over(term.body), term.index, lower, upper)
        return term._combine([*ends, rest]) if ends else rest
