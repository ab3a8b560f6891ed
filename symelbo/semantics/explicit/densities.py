"""How each kind of term with explicit laws is evaluated in balls: sums, products, functions, matrices, densities."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, acb_mat
from sympy import (
    Abs,
    Add,
    E,
    Expr,
    Mul,
    Pow,
    Symbol,
    Tuple,
    asinh,
    binomial,
    cos,
    cosh,
    digamma,
    exp,
    factorial,
    gamma,
    log,
    loggamma,
    pi,
    polygamma,
    sin,
    sinh,
    tanh,
)
from sympy.core.function import AppliedUndef

from symelbo.errors import NotSupported
from symelbo.language import (
    Det,
    Dot,
    Entry,
    Identity,
    Inverted,
    Known,
    Ordered,
    Trace,
    Transposed,
)
from symelbo.semantics.explicit.evaluator import Evaluator, Handlers, Point, Run, Undefined, Value, scalar
from symelbo.semantics.explicit.quadrature import LAWS

__all__ = ["TERMS", "moments_of", "numbers_of"]


def _symbol(evaluator: Evaluator, term: Expr) -> Run:
    def run(point: Point, analytic: bool) -> Value:
        try:
            return point[term]
        except KeyError:
            raise NotSupported(f"{term} has no value") from None

    return run


def _entry(evaluator: Evaluator, term: Entry) -> Run:
    if term.base in evaluator.kinds.vectors and len(term.indices) == 1:
        place = evaluator.compile(term.indices[0])
        return lambda point, analytic: point[term.base][_integer(place(point, analytic)) - 1, 0]
    if all(index.is_Integer for index in term.indices):
        return _symbol(evaluator, term)
    places = evaluator.all(term.indices)
    base = term.base

    def run(point: Point, analytic: bool) -> Value:
        key = Entry(base, *(_integer(place(point, analytic)) for place in places))
        if key not in point:
            raise NotSupported(f"{key} has no value")
        return point[key]

    return run


def _integer(value: acb) -> int:
    return int(float(value.real))


def _fold(combine: Callable[[Value, Value], Value]) -> Callable[[Evaluator, Expr], Run]:
    def handler(evaluator: Evaluator, term: Expr) -> Run:
        parts = evaluator.all(term.args)

        def run(point: Point, analytic: bool) -> Value:
            value = parts[0](point, analytic)
            for part in parts[1:]:
                value = combine(value, part(point, analytic))
            return value

        return run

    return handler


def _plus(left: Value, right: Value) -> Value:
    if isinstance(left, acb_mat) == isinstance(right, acb_mat):
        return left + right
    number, matrix = (right, left) if isinstance(left, acb_mat) else (left, right)
    if number == 0:
        return matrix
    raise NotSupported("a number is added to a vector or a matrix")


def _times(left: Value, right: Value) -> Value:
    if isinstance(left, acb_mat) and isinstance(right, acb_mat):
        raise NotSupported("two vectors or matrices stand side by side without an order")
    return left * right if isinstance(left, acb_mat) or not isinstance(right, acb_mat) else right * left


def _power(evaluator: Evaluator, term: Expr) -> Run:
    base, exponent = evaluator.compile(term.base), evaluator.compile(term.exp)
    if term.exp.is_Integer:
        number = int(term.exp)

        def whole(point: Point, analytic: bool) -> Value:
            value = base(point, analytic)
            if isinstance(value, acb_mat):
                raise NotSupported("a power of a vector or matrix")
            return value**number

        return whole

    def run(point: Point, analytic: bool) -> Value:
        value = base(point, analytic)
        if value.imag == 0 and not value.real >= 0 and not analytic:
            raise Undefined("a root of a number that may be negative")
        return value.pow(exponent(point, analytic), analytic=analytic)

    return run


def _log(evaluator: Evaluator, term: Expr) -> Run:
    if isinstance(term.args[0], Known):
        return _log_known(evaluator, term.args[0])
    inner = evaluator.compile(term.args[0])

    def run(point: Point, analytic: bool) -> Value:
        value = inner(point, analytic)
        # On the real line a logarithm needs a positive argument; off it the quadrature asks for analyticity.
        if value.imag == 0 and not value.real > 0:
            if analytic:
                return acb("nan")
            raise Undefined("a logarithm of a number that may not be positive")
        return value.log(analytic=analytic)

    return run


def _unary(function: Callable[[acb, bool], acb]) -> Callable[[Evaluator, Expr], Run]:
    def handler(evaluator: Evaluator, term: Expr) -> Run:
        inner = evaluator.compile(term.args[0])
        return lambda point, analytic: function(inner(point, analytic), analytic)

    return handler


def _polygamma(evaluator: Evaluator, term: Expr) -> Run:
    order, inner = term.args
    place = evaluator.compile(inner)
    return lambda point, analytic: acb(place(point, analytic)).polygamma(acb(int(order)))


def _binomial(evaluator: Evaluator, term: Expr) -> Run:
    top, bottom = evaluator.all(term.args)

    def run(point: Point, analytic: bool) -> Value:
        n, k = top(point, analytic), bottom(point, analytic)
        return acb((n + 1).gamma() * (k + 1).rgamma() * (n - k + 1).rgamma())

    return run


def _dot(evaluator: Evaluator, term: Dot) -> Run:
    left, right = evaluator.all(term.args)

    def run(point: Point, analytic: bool) -> Value:
        a, b = left(point, analytic), right(point, analytic)
        if evaluator.dimension == 1 and isinstance(a, acb) and isinstance(b, acb):
            return a * b
        if not (isinstance(a, acb_mat) and isinstance(b, acb_mat)):
            raise NotSupported(f"{term} is an inner product of something that is not a vector")
        return (a.transpose() * b)[0, 0]

    return run


def _ordered(evaluator: Evaluator, term: Ordered) -> Run:
    product = _fold(lambda left, right: left * right)(evaluator, term)
    return lambda point, analytic: scalar(product(point, analytic))


def _matrix(function: Callable[[acb_mat], Value]) -> Callable[[Evaluator, Expr], Run]:
    def handler(evaluator: Evaluator, term: Expr) -> Run:
        inner = evaluator.compile(term.args[0])

        def run(point: Point, analytic: bool) -> Value:
            value = inner(point, analytic)
            made = function(value if isinstance(value, acb_mat) else acb_mat([[value]]))
            return scalar(made) if evaluator.dimension == 1 else made

        return run

    return handler


def _identity(evaluator: Evaluator, term: Identity) -> Run:
    size = int(term.args[0]) if term.args and term.args[0].is_Integer else evaluator.dimension
    if evaluator.dimension == size == 1:
        return lambda point, analytic: acb(1)
    made = acb_mat([[1 if i == j else 0 for j in range(size)] for i in range(size)])
    return lambda point, analytic: made


def _applied(evaluator: Evaluator, term: Expr) -> Run:
    function, parts = evaluator.functions.get(term.func), evaluator.all(term.args)
    if function is None:
        raise NotSupported(f"nothing is known about the function {term.func}")
    return lambda point, analytic: function(*(part(point, analytic) for part in parts))


def _known(evaluator: Evaluator, law: Known) -> Run:
    run = _log_known(evaluator, law)
    return lambda point, analytic: run(point, analytic).exp()


def _log_known(evaluator: Evaluator, law: Known) -> Run:
    if law.name == "MultivariateNormal":
        return _vector_density(evaluator, law)
    if law.name == "Categorical":
        weights, value = numbers_of(evaluator, law.parameters[0]), evaluator.compile(law.value)
        return lambda point, analytic: weights(point, analytic)[_integer(value(point, analytic)) - 1].log()
    if law.name == "Dirichlet":
        return _dirichlet_density(evaluator, law)
    row = LAWS.get(law.name)
    if row is None:
        raise NotSupported(f"{law} has no density")
    place, parameters = evaluator.compile(law.value), evaluator.all(law.parameters)

    def given(point: Point, analytic: bool) -> list[Value]:
        return [parameter(point, analytic) for parameter in parameters]

    scale = evaluator.steady(law.parameters, lambda point, analytic: row.scale(given(point, analytic)))
    return lambda point, analytic: (
        scale(point, analytic) + row.shape(place(point, analytic), given(point, analytic), analytic)
    )


def numbers_of(evaluator: Evaluator, term: Expr) -> Callable[[Point, bool], list[acb]]:
    """A list of parameters, such as the probabilities of a categorical law."""
    if not isinstance(term, Tuple):
        raise NotSupported(f"{term} is not a list of numbers")
    parts = evaluator.all(term)
    return lambda point, analytic: [part(point, analytic) for part in parts]


def moments_of(evaluator: Evaluator, law: Known) -> Callable[[Point], tuple[acb_mat, acb_mat]]:
    """Mean and covariance of a Gaussian vector as matrices."""
    mean, covariance = _mean_of(evaluator, law), _covariance_of(evaluator, law)
    return lambda point: (mean(point), covariance(point))


def _mean_of(evaluator: Evaluator, law: Known) -> Callable[[Point], acb_mat]:
    mean = _listed(evaluator, law.parameters[0])

    def run(point: Point) -> acb_mat:
        value = mean(point, False)
        if isinstance(value, list):
            return acb_mat([[entry] for entry in value])
        return value if isinstance(value, acb_mat) else acb_mat([[value]] * evaluator.dimension)

    return run


def _covariance_of(evaluator: Evaluator, law: Known) -> Callable[[Point], acb_mat]:
    covariance = _listed(evaluator, law.parameters[1])

    def run(point: Point) -> acb_mat:
        value = covariance(point, False)
        if evaluator.dimension == 1 and isinstance(value, acb):
            return acb_mat([[value]])
        if isinstance(value, list):
            size = evaluator.dimension
            return acb_mat([[v if i == j else acb(0) for j in range(size)] for i, v in enumerate(value)])
        if not isinstance(value, acb_mat):
            raise NotSupported(f"the covariance of {law} is not a matrix")
        return value

    return run


def _listed(evaluator: Evaluator, parameter: Expr) -> Run:
    """A parameter that may be a list of numbers."""
    return numbers_of(evaluator, parameter) if isinstance(parameter, Tuple) else evaluator.compile(parameter)


def _vector_density(evaluator: Evaluator, law: Known) -> Run:
    place = evaluator.compile(law.value)
    mean, covariance = _mean_of(evaluator, law), _covariance_of(evaluator, law)

    def spread_of(point: Point, analytic: bool) -> tuple[acb_mat, acb]:
        """The inverse of the covariance, and the part of the logarithm that is the same at every value."""
        matrix = covariance(point)
        if not analytic and not _is_spread(matrix):
            raise Undefined(f"the covariance of {law} is not positive definite here")
        volume = (2 * acb.pi()) ** matrix.nrows() * matrix.det()
        return matrix.inv(), -volume.log() / 2

    spread = evaluator.steady(law.parameters[1:], spread_of)

    def run(point: Point, analytic: bool) -> Value:
        inverse, scale = spread(point, analytic)
        value = place(point, analytic)
        deviation = _plus(value if isinstance(value, acb_mat) or value == 0 else acb_mat([[value]]), -1 * mean(point))
        return scale - (deviation.transpose() * inverse * deviation)[0, 0] / 2

    return run


def _is_spread(matrix: acb_mat) -> bool:
    """Whether a symmetric matrix is certainly positive definite: all its leading minors are positive (Sylvester)."""
    for size in range(1, matrix.nrows() + 1):
        minor = acb_mat([[matrix[i, j] for j in range(size)] for i in range(size)]).det()
        if not minor.real > 0:
            return False
    return True


def _dirichlet_density(evaluator: Evaluator, law: Known) -> Run:
    counts = numbers_of(evaluator, law.parameters[0])
    places = [evaluator.compile(Entry(law.value, k + 1)) for k in range(len(law.parameters[0]))]

    def scale_of(point: Point, analytic: bool) -> Value:
        shapes = counts(point, analytic)
        return sum(shapes, acb(0)).lgamma() - sum((shape.lgamma() for shape in shapes), acb(0))

    scale = evaluator.steady(law.parameters, scale_of)

    def run(point: Point, analytic: bool) -> Value:
        logs = (place(point, analytic).log(analytic=analytic) for place in places)
        weighed = ((shape - 1) * height for shape, height in zip(counts(point, analytic), logs, strict=True))
        return sum(weighed, scale(point, analytic))

    return run


TERMS: Handlers = (
    (Entry, _entry),
    (Symbol, _symbol),
    (Add, _fold(_plus)),
    (Mul, _fold(_times)),
    (exp, _unary(lambda value, analytic: value.exp())),
    (log, _log),
    (tanh, _unary(lambda value, analytic: value.tanh())),
    (sinh, _unary(lambda value, analytic: value.sinh())),
    (cosh, _unary(lambda value, analytic: value.cosh())),
    (asinh, _unary(lambda value, analytic: value.asinh())),
    (sin, _unary(lambda value, analytic: value.sin())),
    (cos, _unary(lambda value, analytic: value.cos())),
    (Abs, _unary(lambda value, analytic: value.real_abs(analytic=analytic))),
    (loggamma, _unary(lambda value, analytic: value.lgamma())),
    (gamma, _unary(lambda value, analytic: acb(value.gamma()))),
    (factorial, _unary(lambda value, analytic: acb((value + 1).gamma()))),
    (binomial, _binomial),
    (digamma, _unary(lambda value, analytic: value.digamma())),
    (polygamma, _polygamma),
    (type(pi), lambda evaluator, term: lambda point, analytic: acb.pi()),
    (type(E), lambda evaluator, term: lambda point, analytic: acb(1).exp()),
    (Known, _known),
    (Dot, _dot),
    (Ordered, _ordered),
    (Trace, _matrix(lambda m: m.trace())),
    (Det, _matrix(lambda m: m.det())),
    (Inverted, _matrix(lambda m: m.inv())),
    (Transposed, _matrix(lambda m: m.transpose())),
    (Identity, _identity),
    (AppliedUndef, _applied),
    (Pow, _power),
)
