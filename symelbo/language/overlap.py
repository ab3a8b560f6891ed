"""Whether two names may stand for a common variable: `x_{1:T}` holds `x_2`, and `x_{t-1}` is not `x_t`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sympy import Add, Expr, Symbol

from symelbo.language.context import Definition
from symelbo.language.densities import Family
from symelbo.language.names import Block, Entry, base_of
from symelbo.language.walks import found_in, parts_of

__all__ = ["depends_on", "hides", "indexed_names", "may_overlap"]


def may_overlap(first: Expr, second: Expr) -> bool:
    """Whether two different names can share a variable in some model: same base, and indices that may meet.

    Two entries with different indices are different variables, as on paper. So are `mu` and `mu_0`: the entries of a
    vector count from one.

    >>> from symelbo.language import Variable
    >>> x = Variable("x")
    >>> may_overlap(x[1:3], x[2]), may_overlap(x[1:3], x[0]), may_overlap(x[1], x[2])
    (True, False, False)
    >>> may_overlap(x, x[1]), may_overlap(x, x[0])
    (True, False)
    """
    if first == second:
        return True
    bases = [base_of(name) for name in (first, second)]
    if bases[0] != bases[1]:
        return False
    if isinstance(first, Entry) and isinstance(second, Entry):
        return False
    if isinstance(first, Symbol) or isinstance(second, Symbol):
        return not any(isinstance(name, Entry) and name.indices == (0,) for name in (first, second))
    (low, high), (start, stop) = _ends(first), _ends(second)
    return not (_lies_after(start, high) or _lies_after(low, stop))


def hides(definition: Definition, names: Iterable[Expr]) -> bool:
    """Whether the value of a name depends on any of some names that the name itself does not show."""
    shown = definition.name.free_symbols
    return depends_on(definition.value, [name for name in names if name not in shown])


def depends_on(term: Expr, names: Iterable[Expr]) -> bool:
    """Whether any of some names, or of the families among them, is mentioned in a term.

    >>> from symelbo.language import Family, Variable
    >>> x, i, j = Variable("x"), Symbol("i", integer=True), Symbol("j", integer=True)
    >>> depends_on(Family("q", (), (i,))(x[i]), [Family("q", (), (j,))]), depends_on(Family("q")(x), [x[1]])
    (True, True)
    """
    wanted = tuple(names)
    if not wanted:
        return False
    families = {name.name for name in wanted if isinstance(name, Family)}
    mentioned = term.free_symbols | indexed_names(term)
    return any(family.name in families for family in found_in(term, Family)) or any(
        may_overlap(name, other) or _running(name, other)
        for name in wanted
        if not isinstance(name, Family)
        for other in mentioned
    )


def _running(name: Expr, other: Expr) -> bool:
    """Whether an entry at an index that is no number may be the name."""
    fixed = isinstance(other, Entry) and all(index.is_number for index in other.indices)
    return isinstance(other, Entry) and not fixed and getattr(name, "base", name) == other.base


def _ends(name: Any) -> tuple[Expr, Expr]:
    if isinstance(name, Block):
        return name.lower, name.upper
    return name.indices[-1], name.indices[-1]


def _lies_after(place: Expr, other: Expr) -> bool:
    """Whether one index is larger than another wherever the names in them stand for numbers."""
    if place.is_Integer and other.is_Integer:
        return bool(place > other)
    return place != other and _positive(place - other)


def _positive(gap: Expr) -> bool:
    """Whether a gap between indices is positive wherever the names in it, which count from one, stand for numbers."""
    low = 0
    for term in Add.make_args(gap):
        number, name = term.as_coeff_Mul()
        if number.is_number and name.is_Symbol and name.is_nonnegative is None and name.is_nonpositive is None:
            return False  # nothing is known of where it is
        if not number.is_Integer or not (name == 1 or (name.is_Symbol and name.is_integer and name.is_positive)):
            return bool(gap.is_positive)
        if name != 1 and number < 0:
            return False
        low += int(number)
    return low > 0


def indexed_names(term: Expr) -> set[Expr]:
    """Every entry and block that is mentioned anywhere in a term, bound ones too."""
    return {node for node in parts_of(term) if isinstance(node, Entry | Block)}
