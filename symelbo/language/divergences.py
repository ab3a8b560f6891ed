"""Expectations under a law, and the divergences, entropies and informations that are such expectations.

Logarithms are natural, so every divergence and entropy is in nats.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sympy import Expr, Mul, Tuple, log, sympify

from symelbo.errors import IllFormed
from symelbo.language.binders import Binder, to_power
from symelbo.language.densities import Density, variables_of
from symelbo.language.names import At, slot_of, value_of
from symelbo.language.stats import from_stats, without_random

__all__ = ["KL", "CrossEntropy", "E", "Entropy", "Expectation", "H", "MutualInformation"]


def _law_variables(law: Expr, where: str) -> tuple[Expr, ...]:
    if law.has(log):
        raise IllFormed(f"{where} takes densities, not log-densities: drop the log of {law}")
    found = variables_of(law)
    if found is None:
        raise IllFormed(f"{where} needs a density such as q(z | x), not {law}; name its variables with over=")
    return found


def _slots(law: Expr) -> list[Expr]:
    return [slot for factor in Mul.make_args(law) for slot in getattr(factor, "of_slots", ())]


def _list(names: Iterable[Any]) -> str:
    return ", ".join(map(str, names))


class Expectation(Binder):
    """`E(f, q(z | x))` is the integral of `q(z | x) f` over `z`: the average of `f` under that law.

    The law is a density, or a product of densities such as `q(s | x) q(c | x)`; it binds what stands before its bars.
    """

    def __new__(cls, body: Any, law: Any, over: Iterable[Any] | None = None) -> Expectation:
        body, law = without_random(sympify(body)), from_stats(sympify(law))
        names = tuple(over) if over is not None else _law_variables(law, "E[...]")
        if not names:
            raise IllFormed(f"the law {law} of an expectation has no variable to average over")
        return Expr.__new__(cls, body, law, Tuple(*names))

    @property
    def body(self) -> Expr:
        """What is averaged."""
        return self.args[0]

    @property
    def law(self) -> Expr:
        """The density it is averaged under."""
        return self.args[1]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables averaged over."""
        return tuple(self.args[2])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        law, body = printer._print(self.law), printer._print(self.body)
        return to_power(rf"\mathbb{{E}}_{{{law}}}\left[{body}\right]", exp, enclosed=True)

    def _sympystr(self, printer: Any) -> str:
        return f"E_{{{printer._print(self.law)}}}[{printer._print(self.body)}]"


class _Pair(Binder):
    """An operator on two densities of the same variables."""

    @property
    def left(self) -> Expr:
        """The density that the average is taken under."""
        return self.args[0]

    @property
    def right(self) -> Expr:
        """The density inside the logarithm that it is compared with."""
        return self.args[1]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables that both are densities of."""
        return tuple(self.args[2])


class KL(_Pair):
    """Kullback-Leibler divergence `KL(w ‖ r)`, the average of `log w - log r` under `w`, in nats.

    Source: Kullback and Leibler (1951), eq. 2.6. Raises `IllFormed` for densities of different variables and for
    log-densities.

    >>> from symelbo import KL, family, variables
    >>> x, z = variables("x z")
    >>> p, q = family("p"), family("q")
    >>> KL(q(z | x), p(z))
    KL(q(z | x) || p(z))
    """

    def __new__(cls, left: Any, right: Any, over: Iterable[Any] | None = None) -> KL:
        left, right = from_stats(sympify(left)), from_stats(sympify(right))
        for side in (left, right):
            if side.func is log:
                raise IllFormed(
                    f"KL takes densities, not log-densities: write KL({side.args[0]} ‖ ...) instead of KL({side} ‖ ...)"
                )
        if over is None:
            names, others = variables_of(left), variables_of(right)
            if names is None and others is None:
                raise IllFormed(f"KL({left} ‖ {right}): neither side is a density; name the variables with over=")
            if names is not None and others is not None and set(_slots(left)) != set(_slots(right)):
                raise IllFormed(
                    f"KL({left} ‖ {right}) compares a density of {_list(_slots(left))} "
                    f"with one of {_list(_slots(right))}; both must be densities of the same variables"
                )
            over = names if names is not None else others
        return Expr.__new__(cls, left, right, Tuple(*(over or ())))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        left, right = printer._print(self.left), printer._print(self.right)
        return to_power(rf"\mathrm{{KL}}\left({left} \,\|\, {right}\right)", exp, enclosed=True)

    def _sympystr(self, printer: Any) -> str:
        return f"KL({printer._print(self.left)} || {printer._print(self.right)})"


class Entropy(Binder):
    """`H(q(z | x))`, the average of `-log q` under `q`, in nats (Shannon 1948); differential where continuous."""

    def __new__(cls, law: Any, over: Iterable[Any] | None = None) -> Entropy:
        law = from_stats(sympify(law))
        return Expr.__new__(cls, law, Tuple(*(over if over is not None else _law_variables(law, "H[...]"))))

    @property
    def law(self) -> Expr:
        """The density whose entropy it is."""
        return self.args[0]

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The variables averaged over."""
        return tuple(self.args[1])

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        return to_power(rf"\mathrm{{H}}\left[{printer._print(self.law)}\right]", exp, enclosed=True)

    def _sympystr(self, printer: Any) -> str:
        return f"H[{printer._print(self.law)}]"


class CrossEntropy(_Pair):
    """`H(w, r)`, the average of `-log r` under `w`, in nats."""

    def __new__(cls, left: Any, right: Any, over: Iterable[Any] | None = None) -> CrossEntropy:
        left, right = from_stats(sympify(left)), from_stats(sympify(right))
        names = over if over is not None else _law_variables(left, "H(..., ...)")
        return Expr.__new__(cls, left, right, Tuple(*names))

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        left, right = printer._print(self.left), printer._print(self.right)
        return to_power(rf"\mathrm{{H}}\left({left},\, {right}\right)", exp, enclosed=True)

    def _sympystr(self, printer: Any) -> str:
        return f"H({printer._print(self.left)}, {printer._print(self.right)})"


class MutualInformation(Binder):
    """`I_q(A; B | C)` under a family, in nats: the average of `log q(A, B | C) - log q(A | C) - log q(B | C)`.

    The condition `C` is averaged over too, as in Cover and Thomas (2006), eq. 2.60.
    """

    def __new__(
        cls, family: Any, left: Iterable[Any], right: Iterable[Any], given: Iterable[Any] = ()
    ) -> MutualInformation:
        first, second, third = Tuple(*left), Tuple(*right), Tuple(*given)
        both = set(first) & set(second)
        if both:
            raise IllFormed(f"I({_list(first)}; {_list(second)}): {_list(both)} stands on both sides of the semicolon")
        return Expr.__new__(cls, family, first, second, third)

    @property
    def family(self) -> Any:
        """The family under which both are random."""
        return self.args[0]

    @property
    def parts(self) -> tuple[tuple[Expr, ...], tuple[Expr, ...], tuple[Expr, ...]]:
        """The two groups of variables, and what is given."""
        return tuple(self.args[1]), tuple(self.args[2]), tuple(self.args[3])

    @property
    def bound(self) -> tuple[Expr, ...]:
        """Every variable: the information is a number."""
        first, second, third = self.parts
        return tuple(value_of(item) for item in first + second + third)

    @property
    def joint(self) -> Density:
        """The joint density that the average is taken under."""
        first, second, third = self.parts
        return Density(self.family, first + second + third)

    def renamed(self, names: Mapping[Any, Any]) -> MutualInformation:
        """The same number with bound names replaced: the slots stay, which is what the information is about."""
        return MutualInformation(
            self.family, *([At(slot_of(i), names.get(value_of(i), value_of(i))) for i in part] for part in self.parts)
        )

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        first, second, third = (", ".join(map(printer._print, part)) for part in self.parts)
        bar = rf" \mid {third}" if third else ""
        return rf"\mathrm{{I}}_{{{printer._print(self.family)}}}({first}; {second}{bar})"

    def _sympystr(self, printer: Any) -> str:
        first, second, third = (", ".join(map(printer._print, part)) for part in self.parts)
        return f"I_{printer._print(self.family)}({first}; {second}{' | ' + third if third else ''})"


def H(law: Any, other: Any = None) -> Expr:
    """Entropy `H(q(z))`, or cross-entropy `H(w(z), r(z))` with two arguments, in nats."""
    return Entropy(law) if other is None else CrossEntropy(law, other)


def E(body: Any, law: Any) -> Expectation:
    """Expectation of `body` under `law`, a density or a product of densities.

    >>> from sympy import log
    >>> from symelbo import E, family, variables
    >>> x, z = variables("x z")
    >>> E(log(family("p")(x | z)), family("q")(z | x))
    E_{q(z | x)}[log(p(x | z))]
    """
    return Expectation(body, law)
