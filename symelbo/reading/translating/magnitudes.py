"""Numbers that would fill the memory before anything could be said of them are refused: `9^{9^9}`, `(10^9)!`."""

from __future__ import annotations

from collections.abc import Callable

from sympy import Expr

from symelbo.reading.parsing import syntax as sx
from symelbo.reading.translating.translation import Translation

__all__ = ["bounded", "refuse_large_power"]

_BITS = 20_000
_LARGEST = 1_000
_WORDS = "this number is too large to be worked out; write it with a letter"


def refuse_large_power(t: Translation, node: sx.Node, base: Expr, exponent: Expr) -> None:
    """Raise `ReadingError` for a power of numbers with very many digits."""
    if not (base.is_Rational and exponent.is_Rational) or base in (0, 1, -1):
        return
    bits = max(abs(int(base.p)).bit_length(), int(base.q).bit_length())
    if abs(int(exponent.p)).bit_length() > 64 or bits * abs(int(exponent.p)) > _BITS * int(exponent.q):
        raise t.failure(node, _WORDS)


def bounded(make: Callable[..., Expr]) -> Callable[..., Expr]:
    """The function for arguments that are not large numbers; for these it raises `ReadingError`."""

    def call(t: Translation, node: sx.Node, *arguments: Expr) -> Expr:
        if any(a.is_Rational and abs(a) > _LARGEST for a in arguments):
            raise t.failure(node, _WORDS)
        return make(*arguments)

    return call
