r"""Explicit densities such as `\mathcal{N}(z; \mu, \sigma^2)`, and sets that an integral is limited to.

A `Known` only says which density stands where; what follows from it is the calculus' business.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sympy import Expr, Symbol, Tuple, oo, sympify
from sympy.core.symbol import Str

from symelbo.errors import IllFormed
from symelbo.language.binders import Binder
from symelbo.language.names import is_variable
from symelbo.language.walks import found_in

__all__ = ["KNOWN_LAWS", "Components", "Indicator", "Known", "Notation", "dummy_for", "known"]


@dataclass(frozen=True, slots=True)
class Notation:
    """How a named law is written: its LaTeX letter, its parameters in order, and whether its variable is counted."""

    name: str
    letter: str
    parameters: tuple[str, ...]
    discrete: bool = False


KNOWN_LAWS = {
    row.name: row
    for row in (
        Notation("Normal", r"\mathcal{N}", ("mean", "variance")),
        Notation("MultivariateNormal", r"\mathcal{N}", ("mean", "covariance")),
        Notation("Bernoulli", r"\mathrm{Bern}", ("probability",), discrete=True),
        Notation("Binomial", r"\mathrm{Bin}", ("trials", "probability"), discrete=True),
        Notation("Categorical", r"\mathrm{Cat}", ("probabilities",), discrete=True),
        Notation("Poisson", r"\mathrm{Poisson}", ("rate",), discrete=True),
        Notation("Geometric", r"\mathrm{Geom}", ("probability",), discrete=True),
        Notation("Exponential", r"\mathrm{Exp}", ("rate",)),
        Notation("Gamma", r"\mathrm{Gamma}", ("shape", "rate")),
        Notation("InverseGamma", r"\mathrm{InvGamma}", ("shape", "scale")),
        Notation("Beta", r"\mathrm{Beta}", ("a", "b")),
        Notation("Dirichlet", r"\mathrm{Dir}", ("concentration",)),
        Notation("Laplace", r"\mathrm{Laplace}", ("location", "scale")),
        Notation("LogNormal", r"\mathrm{LogNormal}", ("mean of log", "variance of log")),
        Notation("Uniform", r"\mathcal{U}", ("lower", "upper")),
        Notation("Delta", r"\delta", ("location",)),
    )
}


class Known(Expr):
    """An explicit density at a point: `Known("Normal", [z], [mu, sigma**2])`, in the parameters listed in `KNOWN_LAWS`.

    `Normal` takes the variance, `Gamma` shape and rate, `Geometric` counts trials from 1, `Delta` is a point mass.
    Without a value it is the law itself, as in `KL(N(m, v) ‖ N(0, 1))`; `at` puts a value in.
    Raises `IllFormed` for an unknown name or a wrong number of parameters.

    >>> from sympy import symbols
    >>> z, m, s = symbols("z m s")
    >>> Known("Normal", [z], [m, s**2])
    Normal(z; m, s**2)
    """

    is_commutative = True
    is_real = True
    is_positive = True

    def __new__(cls, name: str | Str, values: Iterable[Any], parameters: Iterable[Any]) -> Known:
        label = name if isinstance(name, Str) else Str(name)
        row = KNOWN_LAWS.get(label.name)
        if row is None:
            raise IllFormed(f"'{label.name}' is not a known distribution; known are {', '.join(sorted(KNOWN_LAWS))}")
        filled, given = Tuple(*map(sympify, values)), Tuple(*map(sympify, parameters))
        if len(given) != len(row.parameters):
            wanted, got = ", ".join(row.parameters), ", ".join(map(str, given))
            raise IllFormed(f"{row.name} takes {len(row.parameters)} parameter(s) ({wanted}), not {len(given)}: {got}")
        if len(filled) > 1:
            raise IllFormed(f"{row.name}(...; ...) is a density of one value; write a vector as one variable")
        return Expr.__new__(cls, label, filled, given)

    @property
    def name(self) -> str:
        """The name of the law, one of `KNOWN_LAWS`."""
        return str(self.args[0].name)

    @property
    def values(self) -> tuple[Expr, ...]:
        """The point it is taken at: one value, or none for the law itself."""
        return tuple(self.args[1])

    @property
    def value(self) -> Expr:
        """The point it is taken at. Raises `IllFormed` for a law without a value."""
        if not self.values:
            raise IllFormed(f"{self} has no value; write it as a density of a variable, as in N(z; 0, 1)")
        return self.values[0]

    @property
    def parameters(self) -> tuple[Expr, ...]:
        """Its parameters, in the order of `KNOWN_LAWS`."""
        return tuple(self.args[2])

    @property
    def of(self) -> tuple[Expr, ...]:
        """What stands before the semicolon, as for a `Density`."""
        return self.values

    @property
    def of_slots(self) -> tuple[Expr, ...]:
        """The variables that it is a density of: its value, where that is a plain name."""
        return tuple(value for value in self.values if is_variable(value))

    @property
    def given(self) -> tuple[Expr, ...]:
        """Nothing stands behind a bar: what it depends on are its parameters."""
        return ()

    @property
    def given_slots(self) -> tuple[Expr, ...]:
        """Nothing, as `given`."""
        return ()

    @property
    def discrete(self) -> bool:
        """Whether its variable is counted rather than integrated over."""
        return KNOWN_LAWS[self.name].discrete

    @property
    def free_symbols(self) -> set[Any]:
        """Those of value and parameters."""
        return set().union(*(item.free_symbols for item in (*self.values, *self.parameters)))

    def at(self, value: Any) -> Known:
        """The same law at another point."""
        return Known(self.args[0], (value,), self.parameters)

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        inside = r",\, ".join(map(printer._print, self.parameters))
        value = "".join(f"{printer._print(item)};\\, " for item in self.values)
        power = "" if exp is None else f"^{{{exp}}}"
        return rf"{KNOWN_LAWS[self.name].letter}\left({value}{inside}\right){power}"

    def _sympystr(self, printer: Any) -> str:
        value = "".join(f"{printer._print(item)}; " for item in self.values)
        return f"{self.name}({value}{', '.join(map(printer._print, self.parameters))})"


def known(name: str, value: Any, *parameters: Any) -> Known:
    """`known("Normal", z, mu, sigma**2)`: an explicit density; `None` for the value leaves the law without one."""
    return Known(name, () if value is None else (value,), parameters)


def dummy_for(*laws: Expr) -> Symbol:
    """A variable that occurs in none of the laws, for laws that are written without a value."""
    from symelbo.language.names import Block, Entry, Variable

    taken = {str(symbol) for law in laws for symbol in law.free_symbols}
    taken |= {str(part.base) for law in laws for part in found_in(law, Entry, Block)}
    stem = "u"
    while stem in taken:
        stem += "'"
    return Variable(stem)


class Components(Binder):
    r"""The vector whose entry number `index` is `body`: `(\pi_1, \dots, \pi_K)` is `Components(pi[k], k, 1, K)`."""

    def __new__(cls, body: Any, index: Any, lower: Any, upper: Any) -> Components:
        return Expr.__new__(cls, sympify(body), index, sympify(lower), sympify(upper))

    @property
    def bound(self) -> tuple[Expr, ...]:
        """The index."""
        return (self.args[1],)

    @property
    def free_symbols(self) -> set[Any]:
        """What the vector depends on: entries that carry the index are bound with it."""
        body, index, lower, upper = self.args
        inside = {s for s in body.free_symbols if index not in s.free_symbols}
        return inside | lower.free_symbols | upper.free_symbols

    def entry(self, position: Any) -> Expr:
        """The entry at a position."""
        from symelbo.language.scope import replace_free

        return replace_free(self.args[0], {self.args[1]: sympify(position)})

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        body, index, lower, upper = map(printer._print, self.args)
        return rf"\left({body}\right)_{{{index}={lower}}}^{{{upper}}}"

    def _sympystr(self, printer: Any) -> str:
        return f"Components({', '.join(map(printer._print, self.args))})"


class Indicator(Expr):
    r"""One where `lower < value < upper`, zero elsewhere: what the limits of `\int_0^\infty` mean for the integrand."""

    is_commutative = True
    is_real = True
    is_nonnegative = True

    def __new__(cls, value: Any, lower: Any, upper: Any) -> Expr:
        low, high = sympify(lower), sympify(upper)
        if low == -oo and high == oo:
            return sympify(1)
        return Expr.__new__(cls, sympify(value), low, high)

    @property
    def bounds(self) -> tuple[Expr, Expr]:
        """Both ends."""
        return self.args[1], self.args[2]

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        value, low, high = map(printer._print, self.args)
        return rf"\mathbf{{1}}[{low} < {value} < {high}]"

    def _sympystr(self, printer: Any) -> str:
        value, low, high = map(printer._print, self.args)
        return f"1[{low} < {value} < {high}]"
