r"""Laws of copies: `p(x_i \mid m) = N(x_i; m, v)`, for every `i`, is the law of what the `x_i` are copies of."""

from __future__ import annotations

from sympy import Expr

from symelbo.language import Density, Entry, replace_free, slot_of, value_of
from symelbo.language.distributions import Known

__all__ = ["law_for_all"]

_RUNNING = frozenset("ijklmnstd")


def law_for_all(density: Density, law: Expr) -> tuple[Density, Expr]:
    """A density and its law with the copies of a variable replaced by the variable.

    Both stay as they are where the law depends on the number of the copy in another way too.
    """
    copies: dict[Expr, Expr] = {}
    for item in (*density.of, *density.given):
        slot, value = slot_of(item), value_of(item)
        if isinstance(value, Entry) and value.base == slot:
            copies[value] = slot
    if not copies or not isinstance(law, Known):
        return density, law
    indices = {symbol for value in copies for index in value.args[1:] for symbol in index.free_symbols}
    general = replace_free(law, copies)
    if not all(str(index) in _RUNNING for index in indices) or indices & general.free_symbols:
        return density, law
    return density.with_values(lambda value: copies.get(value, value)), general
