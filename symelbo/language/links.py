"""Equations between variables that a context declares: `x = f(z)`, `z_k = f_k(z_{k-1})`, `y_b = s(x_a) x_b + t(x_a)`.

They say how one random variable is made of another, so that the density of one follows from that of the other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Dummy, Expr, Symbol
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language.binders import Binder
from symelbo.language.claims import Relation
from symelbo.language.context import Context, Definition
from symelbo.language.definitions import expand
from symelbo.language.densities import Density, Family
from symelbo.language.distributions import Known
from symelbo.language.functionals import Gradient, Named
from symelbo.language.linear import Det, Ordered, Transposed
from symelbo.language.names import At, Block, Entry, base_of, is_variable, slot_of, value_of
from symelbo.language.sums import IndexSum
from symelbo.language.walks import found_in

__all__ = [
    "Link",
    "Wiring",
    "functions_of",
    "inverse_name",
    "is_part",
    "label_of",
    "links_of",
    "over_entries",
    "partners",
    "resettled",
    "wiring_of",
]

_INVERSE = "^{-1}"


@dataclass(frozen=True, slots=True)
class Link:
    """`output = value`; with an index, for each layer of a sequence or each entry of a vector."""

    output: Expr
    value: Expr
    index: Expr | None = None

    @property
    def layered(self) -> bool:
        """Whether it is one layer of a sequence: `z_k` made of `z_{k-1}`."""
        return self.index is not None and Entry(self.output.base, self.index - 1) in found_in(self.value, Entry)

    @property
    def function(self) -> str | None:
        """The name of the map, where the output is an undefined function of one variable."""
        value = self.value
        if isinstance(value, AppliedUndef) and len(value.args) == (2 if self.layered else 1):
            return str(value.func.__name__) if is_variable(value.args[-1]) else None
        return None


def is_part(link: Link) -> bool:
    """Whether a link makes a part of a vector, `y_a` or `z_{1:d}` or each `x_i`, rather than a variable."""
    return isinstance(link.output, Entry | Block) and not link.layered


def inverse_name(function: str) -> str | None:
    r"""What a function is the inverse of by its name: `f` for `f^{-1}`, `f_{\theta}` for `f_{\theta}^{-1}`."""
    return function.removesuffix(_INVERSE) if function.endswith(_INVERSE) else None


def functions_of(assumed: Context, sides: Iterable[Expr] = ()) -> list[Definition]:
    r"""Definitions of functions and functionals; one of `f(z)` makes `f_k(z)`, with parameters of its own.

    That is how a claim with `f_k` and `u_k` is meant, where `f(z) = z + u h(w^\top z + b)` is all that is said.
    """
    found = [item for item in assumed.definitions if not isinstance(item.name, Symbol | Entry | Block | Density)]
    listed = [*sides, *(sign.claim.rhs for sign in assumed.signs), *(item.value for item in assumed.definitions)]
    plain = [item for item in found if isinstance(item.name, AppliedUndef)]
    plain = [item for item in plain if not any(part.is_integer for part in item.name.args)]
    calls = {call for term in listed for call in found_in(term, AppliedUndef)} if plain else set()
    copied: list[tuple[Definition, set[Symbol]]] = []
    for item in plain:
        name = item.name
        if any(c.func == name.func and len(c.args) == len(name.args) + 1 and c.args[0].is_integer for c in calls):
            free = item.value.free_symbols - set(name.args)
            copied.append((item, {s for s in free if isinstance(s, Symbol) and not s.is_integer}))
    found += _helpers(assumed, sides)
    bases = {entry.base for term in listed for entry in found_in(term, Entry)} if copied else set()
    if not any(own & bases for _, own in copied):
        return found
    for item, own in copied:
        index = Dummy("k", integer=True)
        value = item.value.xreplace({symbol: Entry(symbol, index) for symbol in own})
        found.append(Definition(item.name.func(index, *item.name.args), value, (index, *item.name.args)))
    return found


def _helpers(assumed: Context, sides: Iterable[Expr]) -> list[Definition]:
    r"""Entries that only help to write others: `\mu_i = f_i(x_{<i})` in `x_i = \mu_i + s_i u_i`.

    What a density is of, what is differentiated or averaged over is no help but a variable of its own.
    """
    entries = [
        item
        for item in assumed.definitions
        if isinstance(item.name, Entry) and item.parameters and not _names_base(item.value, item.name.base)
    ]
    if len(entries) < 2:
        return []
    terms = [*sides, *(item.name for item in assumed.definitions if isinstance(item.name, Density))]
    densities = [node for term in terms for node in found_in(term, Density)]
    own = {base_of(slot) for node in densities for slot in (*node.of_slots, *node.given_slots)}
    own |= {base_of(name) for term in terms for node in found_in(term, Gradient) for name in (node.wrt, node.body)}
    own |= {base_of(name) for term in terms for node in found_in(term, Binder) for name in node.bound}
    return [
        item
        for item in entries
        if item.name.base not in own
        and any(other.name.base in own and _names_base(other.value, item.name.base) for other in entries)
    ]


def _names_base(term: Expr, base: Expr) -> bool:
    return any(node.base == base for node in found_in(term, Entry, Block))


def links_of(assumed: Context, sides: Iterable[Expr] = ()) -> tuple[Link, ...]:
    """The equations between variables that a context declares, in the order they were made.

    >>> from sympy import Eq, Function
    >>> from symelbo.language import context, variables
    >>> x, z = variables("x z")
    >>> links_of(context([Eq(x, Function("f")(z))]))
    (Link(output=x, value=f(z), index=None),)
    """
    functions = [item for item in functions_of(assumed, sides) if isinstance(item.name, AppliedUndef | Entry)]
    found: list[Link] = []
    for item in assumed.definitions:
        if isinstance(item.name, Symbol | Entry | Block) and item not in functions:
            index = item.parameters[0] if isinstance(item.name, Entry) and item.parameters else None
            _add(found, item.name, expand(item.value, functions), index)
    for sign in assumed.signs:
        name, value = sign.claim.lhs, sign.claim.rhs
        if sign.claim.relation is Relation.EQUAL and isinstance(name, Entry) and len(name.indices) == 1:
            index = name.indices[0] if isinstance(name.indices[0], Symbol) else None
            _add(found, name, expand(value, functions), index)
    return tuple(found)


def _add(found: list[Link], name: Expr, value: Expr, index: Expr | None) -> None:
    if value.has(Density, Known, Named, Gradient) or any(not isinstance(b, IndexSum) for b in found_in(value, Binder)):
        return
    if name in value.free_symbols or not any(is_variable(part) for part in value.free_symbols):
        return
    function = value.func.__name__ if isinstance(value, AppliedUndef) else ""
    if inverse_name(function) is not None and any(
        link.function == inverse_name(function) and link.output in value.free_symbols for link in found
    ):
        return  # `z = f^{-1}(x)` beside `x = f(z)` says nothing new
    found.append(Link(name, value, index))


def resettled(term: Any, links: tuple[Link, ...]) -> Any:
    r"""The term with densities read as those of the variables that their names or values say.

    `p_Z(x)` is the density of `z` at `x`; `p(f^{-1}(x))` is the density of the input `z` of `x = f(z)`, where the
    letter `p` names no variable, and `p(f(z))` that of `x`.
    """
    inputs = {
        (f"{link.function}{_INVERSE}", link.output): link.value.args[-1]
        for link in links
        if link.function is not None and link.index is None
    }
    outputs = {link.value: link.output for link in links if link.function is not None and link.index is None}
    marked = links and any("_" in density.family.name for density in found_in(term, Density))
    named = {_letter(name): name for link in links for name in (link.output, *_names(link.value))} if marked else {}

    def renew(item: Expr, family: str) -> Expr:
        slot, value = slot_of(item), value_of(item)
        if "_" in family:
            own = named.get(family.split("_", 1)[1].strip("{}").lower())
            return item if own is None or own == slot or not isinstance(slot, Symbol) else At(own, value)
        name = value.func.__name__ if isinstance(value, AppliedUndef) else ""
        own = outputs.get(value, inputs.get((name, slot)))
        return item if own is None else At(own, value)

    def walk(node: Any) -> Any:
        if isinstance(node, Density):
            if len(node.of) != 1:
                return node
            return Density(node.family, [renew(node.of[0], node.family.name)], node.given)
        if not getattr(node, "args", ()) or not node.has(Density):
            return node
        if isinstance(node, Binder):
            return node.func(walk(node.args[0]), *node.args[1:])
        return node.func(*map(walk, node.args))

    return walk(term) if links else term


@dataclass(frozen=True, slots=True)
class Wiring:
    """The equations that a claim is about, each after those it needs, and the variables that all others are made of."""

    links: tuple[Link, ...]
    inputs: tuple[Expr, ...]

    def about_vectors(self, laws: Iterable[Expr] = ()) -> bool:
        """Whether a variable is written in bold, or has a law of vectors."""
        bold = re.compile(r"\\(mathbf|boldsymbol|bm|vec)\b")
        names = (*self.inputs, *self.outputs)
        return any(bold.search(str(base_of(name))) for name in names) or any(
            law.name == "MultivariateNormal" for term in laws for law in found_in(term, Known)
        )

    @property
    def outputs(self) -> tuple[Expr, ...]:
        """The variables that are made of others, whole vectors for their parts."""
        return tuple(dict.fromkeys(base_of(link.output) for link in self.links))


def wiring_of(sides: tuple[Expr, ...], assumed: Context, links: tuple[Link, ...] | None = None) -> Wiring | None:
    """What a claim says about variables that are made of others; None where it says nothing about their densities.

    Inputs are the names that have a density, are averaged over, differentiated by or mapped by an opaque function;
    all other names in the equations are parameters. `links` are those of the context for these sides, if known.
    """
    links = links_of(assumed, sides) if links is None else links
    densities = {node for side in sides for node in found_in(side, Density)}
    densities |= {item.name for item in assumed.definitions if isinstance(item.name, Density)}
    slots = {base_of(node.of_slots[0]) for node in densities if len(node.of) == 1}
    by = {base_of(name) for side in sides for node in found_in(side, Gradient) for name in (node.wrt, node.body)}
    marked = slots | by | {base_of(name) for side in sides for node in found_in(side, Binder) for name in node.bound}
    free = {base_of(name) for side in sides for name in side.free_symbols}
    calls = {call.func.__name__ for side in sides for call in found_in(side, AppliedUndef)}
    called = {base_of(link.output) for link in links if link.function is not None and calls & _spellings(link.function)}
    used = _needed(links, marked | free | called)
    if not used:
        inputs = tuple(sorted((node.wrt for side in sides for node in found_in(side, Gradient)), key=str))
        lemma = any(node.has(AppliedUndef) for side in sides for node in found_in(side, Det)) and not inputs
        return Wiring((), tuple(dict.fromkeys(inputs))) if (inputs or lemma) and _algebraic(sides) else None
    made = {base_of(link.output) for link in used}
    inputs_found: list[Expr] = []
    for link in used:
        if link.layered:
            inputs_found.append(Entry(link.output.base, 0))
            continue
        leaves = [name for name in sorted(_names(link.value), key=str) if base_of(name) not in made]
        chosen = [name for name in leaves if base_of(name) in marked or link.function is not None]
        if not chosen and len(leaves) == 1 and not any(base_of(name) in made for name in _names(link.value)):
            chosen = leaves
        inputs_found += chosen
    ends = made | {base_of(name) for name in inputs_found}
    touched = any(
        _made_here(node.of_slots[0], used) for side in sides for node in found_in(side, Density) if len(node.of) == 1
    )
    if not inputs_found or not (touched or (by & ends and any(side.has(Gradient) for side in sides))):
        return None
    return Wiring(used, tuple(dict.fromkeys(inputs_found)))


def _made_here(slot: Expr, links: tuple[Link, ...]) -> bool:
    """Whether a variable may be one that an equation makes: `x_{t-1}` is none of those that `x_0 = ...` is about."""
    about = [link.output for link in links if base_of(link.output) == base_of(slot)]
    running = isinstance(slot, Entry) and not all(index.is_Integer for index in slot.indices)
    fixed = [isinstance(name, Entry) and all(index.is_Integer for index in name.indices) for name in about]
    return bool(about) and not (running and all(fixed))


def _spellings(function: str) -> set[str]:
    return {function, f"{function}'", function + _INVERSE}


def _algebraic(sides: tuple[Expr, ...]) -> bool:
    """Whether the claim is about Jacobian matrices."""
    matrices = any(side.has(Det, Ordered, Transposed) for side in sides)
    return matrices and not any(side.has(Density, Known) for side in sides)


def _needed(links: tuple[Link, ...], names: set[Expr]) -> tuple[Link, ...]:
    """The links behind some names, in an order in which each comes after those it needs."""
    used: list[Link] = []
    waiting = [link for link in links if base_of(link.output) in names]
    while True:
        behind = {base_of(name) for link in waiting for name in _names(link.value)}
        more = [link for link in links if base_of(link.output) in behind and link not in waiting]
        if not more:
            break
        waiting += more
    while waiting:
        open_names = {link.output for link in waiting}
        ready = [link for link in waiting if not any(_meets(link, name) for name in open_names)]
        if not ready:
            return ()
        used += ready
        waiting = [link for link in waiting if link not in ready]
    return tuple(used)


def _meets(link: Link, name: Expr) -> bool:
    """Whether a link needs another output first."""
    if link.output == name:
        return False
    inside = _names(link.value)
    return name in inside or (base_of(name) in inside and base_of(name) != base_of(link.output))


def _names(term: Expr) -> set[Expr]:
    """Names of quantities in a term: whole symbols and entries, without indices and sizes."""
    inside = set(found_in(term, Entry, Block))
    covered = {node.base for node in inside}
    return inside | {name for name in term.free_symbols if isinstance(name, Symbol) and not name.is_integer} - covered


def over_entries(node: IndexSum, wiring: Wiring) -> bool:
    """Whether a sum or product runs over entries of vectors, and not over layers."""
    layered = [link for link in wiring.links if link.layered]
    bases = {link.output.base for link in layered}
    for link in layered:
        bases |= {entry.base for entry in found_in(link.value, Entry) if link.index in entry.indices[:1]}
    calls = {c.func for link in layered for c in found_in(link.value, AppliedUndef) if c.args[0] == link.index}
    first = [entry.indices[0] for entry in found_in(node.body, Entry) if entry.base in bases]
    first += [call.args[0] for call in found_in(node.body, AppliedUndef) if call.func in calls]
    first += [index for density in found_in(node.body, Density) for index in density.family.indices]
    return not any(index.has(node.index) for index in first)


def label_of(family: Family) -> str:
    """A family's name with its index, without its parameters: what tells laws of variables apart."""
    return "_".join([family.name, *map(str, family.indices)])


def partners(densities: Iterable[Density], wiring: Wiring) -> list[tuple[Family | None, Family | None]]:
    """Which families are the laws of one random point: pairs of the input's law and the output's.

    Families of other variables, or of one of these at will, are in no pair. Raises `NotSupported` where several
    families are densities of one variable and their names do not tell which belong together.
    """
    layered = {link.output.base for link in wiring.links if link.layered}
    ends = {base_of(name): 0 for name in wiring.inputs} | dict.fromkeys(wiring.outputs, 1)
    named: tuple[dict[str, Family], dict[str, Family]] = ({}, {})
    slots: dict[str, Expr] = {}
    for term in densities:
        slot = base_of(term.of_slots[0])
        if len(term.of) == 1 and slot in ends and slot not in layered:
            named[ends[slot]].setdefault(label_of(term.family), term.family)
            slots[label_of(term.family)] = slot
    inside, outside = named
    if len(inside) <= 1 and len(outside) <= 1:
        return [(next(iter(inside.values()), None), next(iter(outside.values()), None))]
    own = [[name for name in group if _names_its_variable(name, slots[name])] for group in named]
    if len(own[0]) == len(own[1]) == 1 and own[0] != own[1]:
        return [(inside[own[0][0]], outside[own[1][0]])]
    letters = [{name.split("_")[0]: name for name in group} for group in named]
    if letters[0].keys() != letters[1].keys() or any(len(letters[k]) != len(named[k]) for k in (0, 1)):
        raise NotSupported("several families are densities of the same variable of a map")
    return [(inside[letters[0][letter]], outside[letters[1][letter]]) for letter in sorted(letters[0])]


def _names_its_variable(name: str, slot: Expr) -> bool:
    """Whether a family is called after its variable, as `p_X` of `x`."""
    return "_" in name and name.split("_", 1)[1].strip("{}").lower() == _letter(slot)


def _letter(name: Expr) -> str:
    """A variable's letter, without bold type."""
    return re.sub(r"\\(?:mathbf|boldsymbol|bm|vec)\{?(\w+)\}?", r"\1", str(name)).lower()
