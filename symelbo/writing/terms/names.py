"""Names, what stands in the slots of densities, and calls."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sympy import Expr, Symbol
from sympy.core.function import AppliedUndef

from symelbo.language import At, Block, Density, Entry, Family, Identity, Known, value_of
from symelbo.language.distributions import KNOWN_LAWS
from symelbo.language.functionals import Named
from symelbo.writing.boxes import Box, Call, Fence, Name, Script, Sign, joined, row
from symelbo.writing.name_boxes import name_box
from symelbo.writing.terms.composer import Composer, Rule

__all__ = ["RULES", "slots"]


def _symbol(c: Composer, term: Symbol) -> Box:
    return name_box(c.fallback._print_Symbol(term))


def _entry(c: Composer, term: Entry) -> Box:
    return _indexed(c.box(term.base), c.listed(term.indices))


def _block(c: Composer, term: Block) -> Box:
    return _indexed(c.box(term.base), row(c.box(term.lower), Sign(":"), c.box(term.upper)))


def _indexed(base: Box, below: Box) -> Box:
    if isinstance(base, Script):
        inner = below if base.below is None else row(base.below, Sign(","), below)
        return Script(base.base, inner, base.above)
    return Script(base, below)


def _at(c: Composer, term: At) -> Box:
    return row(c.box(term.variable), Sign("="), c.box(term.value))


def _family(c: Composer, term: Family) -> Box:
    parts = (*term.indices, *term.parameters)
    name = name_box(term.name)
    return _indexed(name, c.listed(parts)) if parts else name


def _density(c: Composer, term: Density) -> Box:
    inside = slots(c, term.of)
    if len(term.of) == 1 and not term.given and isinstance(value_of(term.of[0]), AppliedUndef):
        inside = c.box(value_of(term.of[0]))  # where there is one slot, it goes without saying
    if term.given:
        inside = row(inside, Sign("|"), slots(c, term.given))
    return Call(c.box(term.family), Fence("(", inside, ")", grows=False))


def slots(c: Composer, items: Iterable[Expr]) -> Box:
    """What stands on one side of a bar."""
    return joined(_slot(c, item) for item in items)


def _slot(c: Composer, item: Expr) -> Box:
    """A value in a slot; one that shows by itself whose it is, as `z_k` in the place of `z`, is written alone."""
    if isinstance(item, At):
        value, slot = item.value, item.variable
        own_index = isinstance(value, Entry) and value.base == slot
        own_prime = isinstance(value, Symbol) and isinstance(slot, Symbol) and value.name.rstrip("'") == slot.name
        if own_index or own_prime:
            return c.box(value)
    return c.box(item)


def _known(c: Composer, term: Known) -> Box:
    head = name_box(KNOWN_LAWS[term.name].letter)
    parameters = joined((c.box(item) for item in term.parameters), ",")
    inside = row(c.listed(term.values), Sign(";"), parameters) if term.values else parameters
    return Call(head, Fence("(", inside, ")"))


def _applied(c: Composer, term: AppliedUndef) -> Box:
    name, arguments = name_box(c.fallback._print_Symbol(Symbol(term.func.__name__))), term.args
    if len(arguments) > 1 and arguments[0].is_integer:  # one of a sequence of functions, f_k(z)
        name, arguments = _indexed(name, c.box(arguments[0])), arguments[1:]
    return Call(name, Fence("(", c.listed(arguments), ")", grows=False))


def _named(c: Composer, term: Named) -> Box:
    head = name_box(term.name)
    return Call(head, Fence("(", c.listed(term.arguments), ")", grows=False)) if term.arguments else head


RULES: Final[dict[type, Rule]] = {
    Symbol: _symbol,
    Entry: _entry,
    Block: _block,
    At: _at,
    Family: _family,
    Density: _density,
    Known: _known,
    AppliedUndef: _applied,
    Named: _named,
    Identity: lambda c, term: Name("I"),
}
