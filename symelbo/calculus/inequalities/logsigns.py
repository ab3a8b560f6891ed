"""Signs of logarithms: `-log a >= 0` for `0 < a <= 1`, `log a >= 0` for `a >= 1`, alone and times a factor."""

from __future__ import annotations

from collections.abc import Iterator

from symelbo.calculus.forms.atoms import Logarithm
from symelbo.calculus.forms.form import ONE, Form, of_monomial
from symelbo.calculus.inequalities.certificates import Knowledge, Nonnegative
from symelbo.calculus.inequalities.grounds import LogSign

__all__ = ["log_signs"]


def log_signs(form: Form, known: Knowledge) -> Iterator[Nonnegative]:
    """`-f log a` for the logarithms in a form, where the signs of `f` and of `log a` are known.

    `f` is a factor that stands beside the logarithm, or something known to be positive: in `(1 - a) log(1 - a)` the
    factor is spread over two terms.
    """
    quantities = [atom.form for atom in sorted(form.atoms(), key=repr) if isinstance(atom, Logarithm)]
    for quantity in quantities:
        if quantity.constant() is not None or not (known.at_most_one(quantity) or known.at_least_one(quantity)):
            continue
        for outside in _factors(form, quantity, known):
            ground = LogSign(quantity, outside)
            made = ground.form(known)
            if made is not None:
                yield Nonnegative.by(ground, made)


def _factors(form: Form, quantity: Form, known: Knowledge) -> Iterator[Form]:
    yield ONE
    for monomial, _ in form:
        beside = next(
            (atom for atom, e in monomial if isinstance(atom, Logarithm) and e == 1 and atom.form == quantity), None
        )
        if beside is not None:
            yield of_monomial(frozenset((atom, e) for atom, e in monomial if atom is not beside))
    yield from known.positive
    yield from known.nonnegative
