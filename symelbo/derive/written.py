"""Terms put together in the order in which they are to be written, and parts of them replaced without reordering.

SymPy sorts the arguments of sums and products. A derivation keeps its own order, so it builds them unevaluated; the
prover gets the same terms evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from sympy import Add, Basic, Expr, Mul, Pow, S, Tuple, log
from sympy.core.symbol import Str

from symelbo.language import At, Block, Density, Entry, Expectation, Family, IndexProduct, IndexSum, Integral

__all__ = [
    "add",
    "difference",
    "divisors",
    "evaluated",
    "factors",
    "is_ratio",
    "minus",
    "mul",
    "parts",
    "ratio",
    "rewritten",
    "signed",
    "terms",
]


def terms(term: Expr) -> tuple[Expr, ...]:
    """The terms of a sum, in order."""
    return tuple(inner for part in term.args for inner in terms(part)) if isinstance(term, Add) else (term,)


def factors(term: Expr) -> tuple[Expr, ...]:
    """The factors of a product, in order; divisors as negative powers."""
    return tuple(inner for part in term.args for inner in factors(part)) if isinstance(term, Mul) else (term,)


def add(*parts: Expr) -> Expr:
    """A sum in this order, sums in it taken apart and zeros left out."""
    flat = [term for part in parts for term in terms(part) if term != 0]
    return flat[0] if len(flat) == 1 else Add(*flat, evaluate=False) if flat else S.Zero


def mul(*parts: Expr) -> Expr:
    """A product in this order, ones left out; a ratio among the factors stays together."""
    flat: list[Expr] = []
    for part in parts:
        flat += factors(part) if isinstance(part, Mul) and not is_ratio(part) else [part]
    kept = [factor for factor in flat if factor != 1]
    return kept[0] if len(kept) == 1 else Mul(*kept, evaluate=False) if kept else S.One


def ratio(top: Expr, bottom: Expr) -> Expr:
    """`top` over `bottom`, nothing cancelled."""
    return (
        top
        if bottom == 1
        else Mul(*factors(top), *(Pow(b, -1, evaluate=False) for b in factors(bottom)), evaluate=False)
    )


def minus(term: Expr) -> Expr:
    """The negative of a term; of a sum, term by term."""
    if isinstance(term, Add):
        return add(*map(minus, terms(term)))
    if isinstance(term, Mul) and term.args[0] == -1:
        return mul(*term.args[1:])
    return -term if term.is_number else Mul(S.NegativeOne, *factors(term), evaluate=False)


def difference(left: Expr, right: Expr) -> Expr:
    """`left - right`."""
    return add(left, minus(right))


def signed(term: Expr) -> tuple[int, Expr]:
    """A sign and the term without it."""
    if isinstance(term, Mul) and term.args[0] == -1:
        return -1, mul(*term.args[1:])
    return 1, term


def is_ratio(term: Expr) -> bool:
    """Whether a product has something below the bar."""
    return isinstance(term, Mul) and any(_below(part) for part in term.args)


def _below(factor: Expr) -> bool:
    return isinstance(factor, Pow) and factor.exp == -1


def divisors(term: Expr) -> tuple[Expr, Expr]:
    """What stands above and below the bar of a product."""
    listed = factors(term)
    below = [factor.base for factor in listed if _below(factor)]
    return mul(*(factor for factor in listed if not _below(factor))), mul(*below)


def parts(term: Expr) -> Iterator[Expr]:
    """The term and the expressions in it from the outside in; what stands inside a density is not looked at."""
    yield term
    if isinstance(term, Density | Entry | Block | At):
        return
    for part in term.args:
        if isinstance(part, Expr) and not isinstance(part, Str | Tuple):
            yield from parts(part)


def rewritten(term: Expr, change: Callable[[Expr], Expr | None]) -> Expr:
    """The term with `change` applied from the outside in; where it gives a new part, that part is final."""
    new = change(term)
    if new is not None:
        return new
    if isinstance(term, Density | Entry | Block | At | Family) or not term.args:
        return term
    made = [rewritten(part, change) if _open(part) else part for part in term.args]
    if all(one is other for one, other in zip(made, term.args, strict=True)):
        return term
    return _rebuilt(term, made)


def _open(part: Basic) -> bool:
    return isinstance(part, Expr) and not isinstance(part, Str | Tuple)


def _rebuilt(term: Expr, made: list[Any]) -> Expr:
    if isinstance(term, Add):
        return add(*made)
    if isinstance(term, Mul):
        return _product(made)
    if isinstance(term, Pow | log):
        return term.func(*made, evaluate=False)
    if isinstance(term, Expectation | Integral | IndexSum) and not isinstance(term, IndexProduct):
        sign, bare = signed(made[0])
        if sign < 0:  # a minus stands before an average or a sum, not in it
            return minus(term.func(bare, *made[1:]))
    return term.func(*made)


def _product(made: Iterable[Expr]) -> Expr:
    """A product whose sign stands in front."""
    sign, kept = 1, []
    for factor in made:
        own, bare = signed(factor) if factor != -1 else (-1, S.One)
        sign *= own
        kept.append(bare)
    product = mul(*kept)
    return product if sign == 1 else minus(product)


def evaluated(term: Any) -> Any:
    """The same term as SymPy would have built it, for the prover."""
    if not isinstance(term, Basic) or isinstance(term, Str | Density | Entry | Block | At | Family) or not term.args:
        return term
    made = [evaluated(part) for part in term.args]
    arithmetic = isinstance(term, Add | Mul | Pow | log)
    if not arithmetic and all(one is other for one, other in zip(made, term.args, strict=True)):
        return term
    return term.func(*made)
