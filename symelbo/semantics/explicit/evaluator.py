"""Terms as functions of a point: compiled once, evaluated in balls; what stays the same inside a mean only once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from flint import acb, acb_mat, ctx, fmpq
from sympy import Expr

from symelbo.errors import NotSupported
from symelbo.language import Entry
from symelbo.language.shapes import Kinds
from symelbo.semantics.budget import Budget

__all__ = ["Evaluator", "Handlers", "Held", "Point", "Run", "Undefined", "Value", "scalar"]

Value = Any
"""A complex ball, or a matrix of them."""
Point = dict[Any, Value]
Run = Callable[[Point, bool], Value]
Handlers = tuple[tuple[Any, Callable[["Evaluator", Any], Run]], ...]


class Undefined(ArithmeticError):
    """The term has no value at this point, or it cannot be told whether it has one."""


_MOST_POINTS = 30_000
"""Points at which integrands are evaluated for one concrete model."""


class Held:
    """Values of terms that do not depend on some variables, kept while means over these are taken.

    Balls are as wide as the precision is low: with another precision everything is evaluated anew.
    """

    def __init__(self, variables: Iterable[Expr]) -> None:
        # any entry of a vector may be one that varies: its index need not be a number yet
        self._names = tuple({name.base if isinstance(name, Entry) else name for name in variables})
        self._values: dict[tuple[int, bool], Value] = {}
        self._count, self._precision = 0, 0

    def varies(self, term: Expr) -> bool:
        """Whether a term may depend on the variables."""
        return bool(term.has(*self._names))

    def kept(self, inner: Run) -> Run:
        """A term that does not vary, evaluated when it is first asked for."""
        values, place = self._values, self._count
        self._count += 1

        def run(point: Point, analytic: bool) -> Value:
            if self._precision != ctx.prec:
                values.clear()
                self._precision = ctx.prec
            found = values.get((place, analytic))
            if found is None:
                found = values[place, analytic] = inner(point, analytic)
            return found

        return run

    def begin(self) -> None:
        """Forget everything: the mean is taken at another point."""
        self._values.clear()


def _at_each_point(inner: Run) -> Run:
    """A function that is asked for its value at the same point again and again. Points are not changed once made."""
    last: tuple[Point | None, int, bool] = (None, 0, False)
    value: Value = None

    def run(point: Point, analytic: bool) -> Value:
        nonlocal last, value
        if last[0] is not point or last[1:] != (ctx.prec, analytic):
            value = inner(point, analytic)
            last = point, ctx.prec, analytic
        return value

    return run


class Evaluator:
    """Compiles unrolled terms (see `unroll`). `functions` gives a meaning to functions that nothing is known about.

    Each point at which an integrand is evaluated takes `price` steps from a budget, which several evaluators may share.
    """

    def __init__(
        self,
        kinds: Kinds,
        dimension: int,
        functions: Mapping[Any, Callable[..., Value]],
        handlers: Handlers,
        budget: Budget | None = None,
        price: int = 1,
    ) -> None:
        self.handlers = handlers
        self.kinds = kinds
        self.dimension = dimension
        self.functions = functions
        self.left = _MOST_POINTS
        self._budget, self._price = budget, price
        self._shared: dict[Hashable, Run] = {}

    applied: int | None = None
    """The degree of the functions' meanings, where all of them are polynomials."""
    _held: Held | None = None
    """What stays the same while the mean whose body is being compiled is taken."""

    def compile(self, term: Expr) -> Run:
        """The term as a function of a point. Raises `NotSupported` for terms without an evaluation here."""
        if term.is_Rational:
            constant = acb(fmpq(int(term.p), int(term.q)))
            return lambda point, analytic: constant
        held = self._held
        if held is not None and term.args and not isinstance(term, Entry) and not held.varies(term):
            with self.holding(None):
                return held.kept(self.compile(term))
        for kind, handler in self.handlers:
            if isinstance(term, kind):
                return handler(self, term)
        raise NotSupported(f"{type(term).__name__} terms cannot be evaluated for explicit densities: {term}")

    def steady(self, terms: Iterable[Expr], run: Run) -> Run:
        """A function of these terms and of nothing else, evaluated once for each mean in which none of them varies."""
        held = self._held
        return run if held is None or any(map(held.varies, terms)) else held.kept(run)

    def shared(self, key: Hashable, compiled: Callable[[], Run]) -> Run:
        """What may stand in several places of a claim: compiled once, and evaluated once at each point."""
        key = (key, self._held)
        if key not in self._shared:
            self._shared[key] = _at_each_point(compiled())
        return self._shared[key]

    def all(self, terms: Iterable[Expr]) -> list[Run]:
        """Several terms."""
        return [self.compile(term) for term in terms]

    @contextmanager
    def holding(self, held: Held | None) -> Iterator[None]:
        """Compile the body of a mean: what does not vary in it is evaluated once each time that the mean is taken."""
        before, self._held = self._held, held
        try:
            yield
        finally:
            self._held = before

    # Setting variables. A vector that is averaged over entry by entry is filled in place.

    def put(self, point: Point, variable: Expr, value: Value) -> Point:
        """The point with a variable set.

        Raises `NotSupported` after very many of them, as integrals inside integrals multiply, and `BudgetExceeded`
        where the caller allows for fewer.
        """
        self.left -= 1
        if self._budget is not None:
            self._budget.spend(self._price)
        if self.left < 0:
            raise NotSupported("the integrals inside one another take too many evaluations")
        made = dict(point)
        if self.dimension == 1:
            value = scalar(value)
        if isinstance(variable, Entry) and variable.base in self.kinds.vectors:
            place, old = int(variable.indices[0]) - 1, made.get(variable.base)
            column = [[old[k, 0]] for k in range(self.dimension)] if old is not None else [[acb(0)]] * self.dimension
            column = list(column)
            column[place] = [value]
            made[variable.base] = acb_mat(column)
        else:
            made[variable] = value
        return made


def scalar(value: Value) -> Value:
    """A matrix with one entry as that entry."""
    single = isinstance(value, acb_mat) and value.nrows() == value.ncols() == 1
    return value[0, 0] if single else value
