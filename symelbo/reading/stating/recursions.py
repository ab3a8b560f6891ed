"""Equations for one entry of a sequence by others: which of them are recursions."""

from __future__ import annotations

from sympy import Expr

from symelbo.language import Entry
from symelbo.language.walks import found_in

__all__ = ["is_apart"]


def is_apart(name: Expr, unfolded: Expr | None) -> bool:
    r"""Whether a value has entries of a name at other letters only: `x_s` by `x_t`, and not `x_t` by `x_{t-1}`.

    Such an equation is about two entries, and no unfolding of it meets its own name again; a letter that a sum runs
    over may be any.

    >>> from sympy import Symbol
    >>> from symelbo.language import variables
    >>> x, (s, t) = variables("x"), (Symbol("s", integer=True), Symbol("t", integer=True))
    >>> is_apart(Entry(x, s), 2 * Entry(x, t)), is_apart(Entry(x, t), 2 * Entry(x, t - 1))
    (True, False)
    """
    if unfolded is None or not isinstance(name, Entry) or len(name.indices) != 1 or not name.indices[0].is_Symbol:
        return False
    letters = [item.indices[0] for item in found_in(unfolded, Entry) if item.base == name.base]
    others = unfolded.free_symbols - {name.indices[0]}
    return bool(letters) and all(letter.is_Symbol and letter in others for letter in letters)
