r"""Names below an expectation that may vary with what is averaged over: `\mathbb{E}_{q(z)}[\log w]`.

Nothing says that `w` is a function of `z`, and nothing else would make the expectation worth writing. A claim that
holds for a constant `w` alone must not pass for the claim about a random one.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from sympy import Basic, Expr, Function, Mul, S
from sympy.core.function import AppliedUndef

from symelbo.errors import IllFormed
from symelbo.language import Claim, Context, Definition, Density, Entry, Expectation, Integral, base_of
from symelbo.language.names import name_of
from symelbo.language.walks import found_in
from symelbo.reading.sources.directives import Directive
from symelbo.reading.sources.tokens import Chain
from symelbo.reading.stating.shorthand import with_quantities
from symelbo.reading.stating.statements import Kind, Statement

__all__ = ["declared_parameters", "with_varying_names"]

_QUANTITY = re.compile(r"(\\ell|[A-Za-z])'*(_.*)?")
# Sizes, normalisers and constants go by these letters, whatever stands beside them.
_CONSTANTS = frozenset("cCdDeEkKLmMnNTZ")


def declared_parameters(items: Iterable[Chain | Directive]) -> Iterator[str]:
    """The names that directives declare to be parameters."""
    for item in items:
        if isinstance(item, Directive) and item.kind == "parameter":
            yield from ("".join(token.text for token in name).strip() for name in item.names)


def with_varying_names(statement: Statement, constants: Container[str]) -> Statement:
    """The statement with its claim about random names, if it has one that could be; `constants` are declared ones."""
    if statement.kind is not Kind.CLAIM or statement.context is None or not statement.readings:
        return statement
    claim = statement.readings[0].claim
    found: dict[Expr, Expr] = {}
    known: set[Expr] | None = None
    for term in (claim.lhs, claim.rhs):
        for name, bound in _loose(term):
            base, text = base_of(name), name_of(name)
            if text in _CONSTANTS or text in constants or not _QUANTITY.fullmatch(text):
                continue
            known = _known(claim, statement.context) if known is None else known
            if base in known:
                continue
            indices = name.indices if isinstance(name, Entry) else ()
            made = Function(text, real=True, **({"positive": True} if name.is_positive else {}))
            found.setdefault(name, made(*indices, *bound))
    if not found:
        return statement
    try:
        varying = Claim(with_quantities(claim.lhs, found), claim.relation, with_quantities(claim.rhs, found), claim.wrt)
    except (IllFormed, TypeError, ValueError):
        return statement
    return replace(statement, varying=varying, may_vary=tuple(sorted(map(str, found))))


def _loose(term: Basic) -> Iterator[tuple[Expr, tuple[Expr, ...]]]:
    """The names in expectations of what does not mention the variables that it is averaged over."""
    if isinstance(term, Expectation | Integral):
        averaged = term.body if isinstance(term, Expectation) else _without_weight(term.body)
        if not _mentions(averaged, term.bound):
            yield from ((name, term.bound) for name in averaged.free_symbols if not name.is_integer)
    for part in term.args:
        yield from _loose(part)


def _mentions(body: Expr, bound: tuple[Expr, ...]) -> bool:
    """Whether anything in a term stands for the bound variables, entries of them, or a density."""
    names = {*body.free_symbols, *(name.base for name in found_in(body, Entry))}
    return bool(names & set(bound)) or body.has(Density, AppliedUndef)


def _without_weight(body: Expr) -> Expr:
    """What an integral averages, if densities are what it averages under."""
    factors = Mul.make_args(body)
    rest = [factor for factor in factors if not isinstance(factor, Density)]
    return Mul(*rest) if len(rest) < len(factors) else S.One


def _known(claim: Claim, context: Context) -> set[Expr]:
    """Names that are variables of densities, or of which the document says something."""
    found: set[Expr] = set()
    densities = found_in(claim.lhs, Density) | found_in(claim.rhs, Density)
    for item in context.assumptions:
        parts = [getattr(item, kind, None) for kind in ("name", "value", "joint")]
        densities |= {density for part in parts if isinstance(part, Expr) for density in found_in(part, Density)}
        law = not isinstance(item, Definition) or isinstance(item.name, Density)
        for part in parts if law else parts[:1]:
            if isinstance(part, Expr):
                found |= {base_of(name) for name in part.free_symbols}
    for density in densities:
        found |= {*density.of_slots, *density.given_slots}
    return found
