"""Concrete values for variables that are functions of others: every name a number, a column or a matrix of numbers.

The input of the maps has symbols for its entries, so that every value is an explicit expression in them, and every
Jacobian is found by differentiating these expressions. Nothing is known here about triangular or planar maps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from sympy import (
    Abs,
    Add,
    Dummy,
    Expr,
    Integer,
    Matrix,
    Mul,
    Pow,
    Rational,
    Symbol,
    cos,
    cosh,
    digamma,
    exp,
    eye,
    gamma,
    log,
    loggamma,
    sin,
    sinh,
    tanh,
)
from sympy.core.function import AppliedUndef
from sympy.matrices import MatrixBase

from symelbo.errors import NotSupported
from symelbo.language import (
    Binder,
    Block,
    Density,
    Det,
    Dot,
    Entry,
    Identity,
    IndexProduct,
    IndexSum,
    Inverted,
    Ordered,
    Trace,
    Transposed,
    replace_free,
)
from symelbo.language.functionals import Gradient
from symelbo.language.links import inverse_name

__all__ = ["Function", "Setting", "Value", "as_column", "determinant", "entrywise"]

Value = Any
"""A SymPy expression, or a matrix of them."""

_ENTRYWISE = (exp, log, tanh, sinh, cosh, sin, cos, gamma, loggamma, digamma, Abs)


@dataclass(frozen=True, slots=True)
class Function:
    """What an unknown function means: values, and for an invertible map those of its inverse."""

    ahead: Callable[..., Value]
    back: Callable[[Value], Value] | None = None


@dataclass
class Setting:
    """Values of names at a point, and meanings of functions; `entries` are the free symbols of the input."""

    random: Random
    size: int
    entries: list[Symbol] = field(default_factory=list)
    values: dict[Expr, Value] = field(default_factory=dict)
    parts: dict[Expr, list[Symbol]] = field(default_factory=dict)
    functions: dict[tuple[str, tuple[Expr, ...]], Function] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)
    indexed: frozenset[str | tuple[str, int]] = frozenset()
    maps: dict[str, Expr] = field(default_factory=dict)
    gentle: bool = False
    turning: frozenset[Expr] = frozenset()
    held: dict[Expr, Value] = field(default_factory=dict)
    positive: frozenset[str] = frozenset()
    handlers: tuple[tuple[Any, Callable[[Any], Value]], ...] = ()

    def value(self, term: Any) -> Value:
        """The value of a term. Raises `NotSupported` for terms that have none here."""
        if term in self.values:
            return self.values[term]
        if term.is_number and not term.has(AppliedUndef):
            return term
        for kind, handler in self.handlers:
            if isinstance(term, kind):
                return handler(term)
        for kind, rule in _RULES:
            if isinstance(term, kind):
                return rule(self, term)
        raise NotSupported(f"{type(term).__name__} terms beside a map are not evaluated: {term}")

    # Drawing.

    def number(self, positive: bool = False) -> Rational:
        """A random rational number, not zero."""
        size = Rational(self.random.choice((3, 4, 5, 7, 8)), self.random.choice((5, 6, 9)))
        return size if positive or self.random.random() < 0.6 else -size

    def column(self, positive: bool = False) -> Matrix:
        """A random column."""
        return Matrix([self.number(positive) for _ in range(self.size)])

    def square(self) -> Matrix:
        """A random invertible matrix that is not symmetric."""
        made = Matrix(self.size, self.size, lambda i, j: self.number() / (1 if i == j else 3))
        return made if made.det() != 0 else made + 3 * eye(self.size)

    def draw(self, name: Expr) -> Value:
        """A value for a parameter, of the shape that it was found to have."""
        key = str(name if not isinstance(name, Entry) else name.base)
        shape = self.shapes.get(key, "number")
        positive = bool(name.is_positive) or key in self.positive or self.random.random() < 0.5
        if self.size == 1 or shape == "number":
            made: Value = self.number(positive)
        else:
            made = self.column(positive) if shape == "column" else self.square()
        self.values[name] = made
        return made


def as_column(value: Value) -> list[Expr]:
    """The entries of a value."""
    return list(value) if isinstance(value, MatrixBase) else [value]


def entrywise(rule: Callable[[Expr], Expr], value: Value) -> Value:
    """A function of numbers applied to every entry."""
    return value.applyfunc(rule) if isinstance(value, MatrixBase) else rule(value)


def _symbol(setting: Setting, term: Symbol) -> Value:
    if str(term) in ("I", "\\mathbf{I}", "\\mathbb{I}"):
        return eye(setting.size) if setting.size > 1 else Integer(1)
    if term.is_integer:
        raise NotSupported(f"{term} counts something that nothing says the size of")
    return setting.draw(term)


def _entry(setting: Setting, term: Entry) -> Value:
    if str(term.base) in ("I", "\\mathbf{I}", "\\mathbb{I}"):
        return eye(setting.size) if setting.size > 1 else Integer(1)
    indices = [setting.value(index) for index in term.indices]
    named = Entry(term.base, *indices)
    if named in setting.values:
        return setting.values[named]
    if len(indices) > 1 and (str(term.base), len(indices) - 1) in setting.indexed:
        column = as_column(setting.value(Entry(term.base, *indices[:-1])))
        if not (indices[-1].is_Integer and 1 <= indices[-1] <= len(column)):
            raise NotSupported(f"{term} is an entry outside of its vector")
        return column[int(indices[-1]) - 1]
    if len(indices) == 1 and indices[0].is_Integer:
        base = setting.values.get(term.base)
        if base is None and (str(term.base), 0) in setting.indexed:
            base = setting.draw(term.base)
        if base is not None:
            column = as_column(base)
            if not 1 <= indices[0] <= len(column):
                raise NotSupported(f"{term} is an entry outside of its vector")
            return column[int(indices[0]) - 1]
    if term.base in setting.values:
        raise NotSupported(f"{term} is no entry that can be found")
    return setting.draw(named)


def _block(setting: Setting, term: Block) -> Value:
    low, high = setting.value(term.lower), setting.value(term.upper)
    whole = setting.values.get(term.base)
    column = None if whole is None else as_column(whole)
    if column is None or not (low.is_Integer and high.is_Integer and low >= 1 and high <= len(column)):
        raise NotSupported(f"{term} is a block of a vector whose entries are not known")
    return Matrix(column[int(low) - 1 : int(high)])


def _sum(setting: Setting, term: Add) -> Value:
    parts = [setting.value(part) for part in term.args]
    shapes = {part.shape for part in parts if isinstance(part, MatrixBase)}
    if not shapes:
        return Add(*parts)
    if len(shapes) > 1 or any(not isinstance(part, MatrixBase) and part != 0 for part in parts):
        raise NotSupported(f"a number is added to a vector or a matrix in {term}")
    kept = [part for part in parts if isinstance(part, MatrixBase)]
    total = kept[0]
    for part in kept[1:]:
        total = total + part
    return total


def _product(setting: Setting, term: Mul) -> Value:
    parts = [setting.value(part) for part in term.args]
    numbers = [part for part in parts if not isinstance(part, MatrixBase)]
    columns = [part for part in parts if isinstance(part, MatrixBase) and part.cols == 1]
    squares = [part for part in parts if isinstance(part, MatrixBase) and part.cols > 1]
    if len(squares) > 1 or (squares and len(columns) > 1):
        raise NotSupported(f"matrices stand side by side without an order in {term}")
    scale = Mul(*numbers)
    if not columns:
        return scale * squares[0] if squares else scale
    made = columns[0]
    for column in columns[1:]:
        if column.shape != made.shape:
            raise NotSupported(f"vectors of different lengths are multiplied in {term}")
        made = made.multiply_elementwise(column)
    return scale * (squares[0] * made if squares else made)


def _power(setting: Setting, term: Pow) -> Value:
    base, power = setting.value(term.base), setting.value(term.exp)
    if isinstance(power, MatrixBase):
        raise NotSupported(f"a power with an exponent that is no number: {term}")
    if isinstance(base, MatrixBase):
        if base.cols > 1:
            raise NotSupported(f"a power of a matrix: {term}")
        return base.applyfunc(lambda entry: entry**power)
    return base**power


def _ordered(setting: Setting, term: Ordered) -> Value:
    parts = [setting.value(part) for part in term.args]
    made = parts[0]
    for part in parts[1:]:
        both = isinstance(made, MatrixBase) and isinstance(part, MatrixBase)
        if both and made.cols != part.rows:
            raise NotSupported(f"the parts of {term} do not fit together")
        made = made * part
    single = isinstance(made, MatrixBase) and made.shape == (1, 1)
    return made[0, 0] if single else made


def _of_matrix(rule: Callable[[Any], Value]) -> Callable[[Setting, Any], Value]:
    def run(setting: Setting, term: Any) -> Value:
        value = setting.value(term.args[0])
        if not isinstance(value, MatrixBase):
            if setting.size > 1:
                raise NotSupported(f"{term} is taken of a number")
            value = Matrix([[value]])
            made = rule(value)
            return made[0, 0] if isinstance(made, MatrixBase) else made
        if value.rows != value.cols:
            raise NotSupported(f"{term} is not taken of a square matrix")
        return rule(value)

    return run


def _transposed(setting: Setting, term: Transposed) -> Value:
    value = setting.value(term.args[0])
    return value.T if isinstance(value, MatrixBase) else value


def _dot(setting: Setting, term: Dot) -> Value:
    left, right = map(setting.value, term.args)
    if isinstance(left, MatrixBase) != isinstance(right, MatrixBase) or (
        isinstance(left, MatrixBase) and left.shape != right.shape
    ):
        raise NotSupported(f"{term} is an inner product of something that is not a vector")
    return left.dot(right) if isinstance(left, MatrixBase) else left * right


def _identity(setting: Setting, term: Identity) -> Value:
    return eye(setting.size) if setting.size > 1 else Integer(1)


def _running(setting: Setting, term: IndexSum) -> Value:
    low, high = setting.value(term.lower), setting.value(term.upper)
    if not (low.is_Integer and high.is_Integer):
        raise NotSupported(f"the bounds of {term} are not numbers")
    parts = [setting.value(replace_free(term.body, {term.index: Integer(k)})) for k in range(int(low), int(high) + 1)]
    if isinstance(term, IndexProduct):
        if any(isinstance(part, MatrixBase) for part in parts):
            raise NotSupported(f"the factors of {term} are no numbers")
        return Mul(*parts)
    if any(isinstance(part, MatrixBase) for part in parts):
        total = parts[0]
        for part in parts[1:]:
            total = total + part
        return total
    return Add(*parts)


def _elementary(setting: Setting, term: Expr) -> Value:
    return entrywise(term.func, setting.value(term.args[0]))


def determinant(matrix: Matrix) -> Expr:
    """The determinant; of a triangular matrix without working anything out."""
    if matrix.is_lower or matrix.is_upper:
        return Mul(*(matrix[k, k] for k in range(matrix.rows)))
    return matrix.det()


def _det(setting: Setting, term: Det) -> Value:
    """A determinant; that of a Jacobian as a ratio of two, without inverting either."""
    inner = term.args[0]
    if isinstance(inner, Gradient) and inner.wrt not in setting.parts:
        body, wrt = (as_column(setting.value(part)) for part in (_meant(setting, inner.body), inner.wrt))
        if len(body) == len(wrt) == len(setting.entries):
            above, below = (determinant(Matrix(column).jacobian(setting.entries)) for column in (body, wrt))
            return above / below
    return _of_matrix(determinant)(setting, term)


def _gradient(setting: Setting, term: Gradient) -> Value:
    """By the input: `d body / d wrt` is the Jacobian of the body over that of what it is taken by."""
    if term.wrt in setting.turning:
        return _by_parameter(setting, term)
    body, wrt = setting.value(_meant(setting, term.body)), setting.value(term.wrt)
    rows, by = as_column(body), setting.parts.get(term.wrt)
    if by is None:
        column = as_column(wrt)
        if len(column) != len(setting.entries):
            raise NotSupported(f"{term.wrt} is only a part of what the input is mapped to")
        inner = Matrix(column).jacobian(setting.entries)
        made = Matrix(rows).jacobian(setting.entries) * inner.inv()
    else:
        made = Matrix(rows).jacobian(by)
    if not isinstance(body, MatrixBase):
        return made[0, 0] if not isinstance(wrt, MatrixBase) else made.T
    return made


def _by_parameter(setting: Setting, term: Gradient) -> Value:
    """A derivative by a parameter, at fixed values of the outputs that stand in it by name."""
    names = [name for name in term.body.free_symbols if name in setting.values and name not in setting.parts]
    held = {name: Dummy(str(name), real=True) for name in names if name not in setting.turning}
    if any(isinstance(setting.values[name], MatrixBase) for name in held):
        raise NotSupported(f"{term} is taken at a fixed vector")
    setting.held = {**setting.held, **{name: setting.values[name] for name in held}}
    setting.values |= held
    try:
        value = setting.value(term.body)
    finally:
        setting.values |= {name: setting.held[name] for name in held}
        setting.held = {name: made for name, made in setting.held.items() if name not in held}
    if isinstance(value, MatrixBase):
        raise NotSupported(f"{term} is a derivative of a vector by a parameter")
    by = setting.values[term.wrt]
    if not held:
        return Gradient(value, by)
    if value.has(Density, Binder):
        if value.has(by):
            raise NotSupported(f"{term} holds an output of a map fixed")
        return Integer(0)
    back = {dummy: setting.values[name] for name, dummy in held.items()}
    return value.diff(by).subs(back)


def _meant(setting: Setting, body: Expr) -> Expr:
    """A function's bare name means its value: `\\partial f / \\partial z`, `\\partial f_k / \\partial z_{k-1}`."""
    name = body.base if isinstance(body, Entry) else body
    if not isinstance(name, Symbol) or body in setting.values or str(name) not in setting.maps:
        return body
    output = setting.maps[str(name)]
    return Entry(output.base, *body.indices) if isinstance(body, Entry) and isinstance(output, Entry) else output


def _applied(setting: Setting, term: AppliedUndef) -> Value:
    name, arguments = term.func.__name__, [setting.value(argument) for argument in term.args]
    labels: list[Expr] = []
    while arguments and not isinstance(arguments[0], MatrixBase) and term.args[len(labels)].is_integer:
        labels.append(arguments.pop(0))
    if not arguments:
        raise NotSupported(f"{term} is a function of an index alone")
    forward = inverse_name(name)
    key = name if forward is None else forward
    primes = len(key) - len(key.rstrip("'"))
    key = key.rstrip("'")
    if labels and key in setting.indexed and (key, ()) in setting.functions:
        column = as_column(_run(setting, key, (), primes, forward is not None, arguments))
        if len(labels) != 1 or not 1 <= labels[0] <= len(column):
            raise NotSupported(f"{term} is an entry outside of its vector")
        return column[int(labels[0]) - 1]
    return _run(setting, key, tuple(labels), primes, forward is not None, arguments)


def _run(
    setting: Setting, key: str, labels: tuple[Expr, ...], primes: int, back: bool, arguments: Sequence[Value]
) -> Value:
    meaning = setting.functions.get((key, labels))
    if meaning is None:
        if back:
            raise NotSupported(f"the inverse of {key} is not known")
        meaning = setting.functions[key, labels] = _smooth(setting, key, arguments)
    if back:
        if meaning.back is None or primes or len(arguments) != 1:
            raise NotSupported(f"the inverse of {key} is not known")
        return meaning.back(arguments[0])
    if not primes:
        return meaning.ahead(*arguments)
    if len(arguments) != 1 or isinstance(arguments[0], MatrixBase) or primes > 2:
        raise NotSupported(f"the derivative {key}' of a function of vectors is not evaluated")
    local = Dummy("t", real=True)
    return meaning.ahead(local).diff(local, primes).subs(local, arguments[0])


def _smooth(setting: Setting, key: str, arguments: Sequence[Value]) -> Function:
    """A random smooth function, increasing in its argument; gently so where it is to be integrated."""
    wide = setting.shapes.get(key) == "column" and setting.size > 1
    rows = setting.size if wide else 1
    counts = [len(as_column(argument)) for argument in arguments]
    weights = [[[setting.number(True) / 3 for _ in range(count)] for count in counts] for _ in range(rows)]
    shifts = [setting.number() for _ in range(rows)]
    bend = Rational(0) if setting.gentle else setting.number(True) / 4

    def ahead(*given: Value) -> Value:
        made = []
        for row in range(rows):
            pairs = [(w, e) for ws, g in zip(weights[row], given, strict=True) for w, e in _pairs(ws, g)]
            inner = Add(*(w * e for w, e in pairs))
            made.append(shifts[row] + inner + bend * exp(inner / 2))
        return Matrix(made) if wide else made[0]

    return Function(ahead)


def _pairs(weights: Sequence[Expr], value: Value) -> list[tuple[Expr, Expr]]:
    return list(zip(weights, as_column(value), strict=True))


_RULES: tuple[tuple[Any, Callable[[Setting, Any], Value]], ...] = (
    (Entry, _entry),
    (Block, _block),
    (Symbol, _symbol),
    (Add, _sum),
    (Mul, _product),
    (_ENTRYWISE, _elementary),
    (Pow, _power),
    (Gradient, _gradient),
    (IndexSum, _running),
    (Dot, _dot),
    (Ordered, _ordered),
    (Det, _det),
    (Trace, _of_matrix(lambda value: value.trace())),
    (Inverted, _of_matrix(lambda value: value.inv())),
    (Transposed, _transposed),
    (Identity, _identity),
    (AppliedUndef, _applied),
)
