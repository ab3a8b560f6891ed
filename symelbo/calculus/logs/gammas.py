"""`Γ`, `log Γ` and polygamma functions: arguments that differ by an integer are reduced to one of them.

`Γ(a + n) = Γ(a) ∏_{k<n} (a + k)`, and `ψ_m(a + n) = ψ_m(a) + Σ_{k<n} (−1)^m m! / (a + k)^{m+1}`. After that they are
symbols: other relations (duplication, reflection) are not used, so nothing that contains them is disproved.
"""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from flint import fmpq

from symelbo.calculus.logs.ring import ONE, Product

if TYPE_CHECKING:
    from symelbo.calculus.logs.convert import Converter

__all__ = ["gamma_of", "polygamma_of", "shift_of"]

_LONGEST_SHIFT = 64


def gamma_of(converter: Converter, argument: Product) -> Product:
    """`Γ(argument)`, for a positive argument (where it is not, `log Γ` is not real)."""
    ring = converter.ring
    number, n, start = _shifted(converter, "gamma", 0, argument)
    value = Product(ONE.const, ((number, ring.generators[number].degree),))
    steps = [ring.add([start, Product(fmpq(k), ())]) for k in range(min(0, n), max(0, n))]
    return ring.multiply(value, ring.power(ring.multiply(*steps), 1 if n > 0 else -1)) if n else value


def polygamma_of(converter: Converter, order: int, argument: Product) -> Product:
    """`ψ_order(argument)`; `ψ_0` is the digamma function."""
    ring = converter.ring
    number, n, start = _shifted(converter, "polygamma", order, argument)
    value = Product(ONE.const, ((number, ring.generators[number].degree),))
    c = fmpq((-1) ** order * factorial(order) * (1 if n > 0 else -1))
    steps = [ring.add([start, Product(fmpq(k), ())]) for k in range(min(0, n), max(0, n))]
    return ring.add([value, *(ring.scale(ring.power(s, -order - 1), c) for s in steps)])


def shift_of(converter: Converter, kind: str, order: int, argument: Product) -> tuple[int, int]:
    """The generator and the shift by which an argument that was met before is represented."""
    number, n, _ = _shifted(converter, kind, order, argument)
    return number, n


def _shifted(converter: Converter, kind: str, order: int, argument: Product) -> tuple[int, int, Product]:
    """The generator of a known argument `start` with `argument = start + n`, or a new one with `n = 0`."""
    ring = converter.ring
    known = converter.shifts.setdefault((kind, order), [])
    for number, start in known:
        difference = ring.add([argument, ring.scale(start, fmpq(-1))])
        if not difference.powers and difference.const.q == 1 and abs(int(difference.const.p)) <= _LONGEST_SHIFT:
            return number, int(difference.const.p), start
    # The index in order of appearance is the same after a restart.
    key = (kind, order, len(known))
    sign = 1 if kind == "gamma" and converter.signs.of(argument) == 1 else None
    number = ring.generator(kind, key, data=(order, argument), tainted=True, sign=sign)
    known.append((number, argument))
    return number, 0, argument
