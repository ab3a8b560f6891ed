"""Means and integrals over explicit laws at a point: nested quadrature, one variable after the other."""

from __future__ import annotations

from collections.abc import Callable

from flint import acb, acb_mat
from sympy import Add, Expr, Mul, Tuple, oo
from sympy.utilities.iterables import sift

from symelbo.errors import NotSupported
from symelbo.language import Entry, Expectation, IndexSum, Indicator, Integral, Known
from symelbo.language.walks import found_in
from symelbo.semantics.explicit.densities import moments_of, numbers_of
from symelbo.semantics.explicit.evaluator import Evaluator, Handlers, Held, Point, Run, Undefined, Value
from symelbo.semantics.explicit.quadrature import LAWS, hermite_mean, integrate, line_integral, sum_up
from symelbo.semantics.explicit.unrolled import degree_in

__all__ = ["MEANS"]

_MOST_NESTED = 8


def _expectation(evaluator: Evaluator, term: Expectation) -> Run:
    terms = [_summand(evaluator, part, term) for part in Add.make_args(term.body)]

    def run(point: Point, analytic: bool) -> Value:
        return sum((part(point) for part in terms), acb(0))

    return run


def _summand(evaluator: Evaluator, body: Expr, term: Expectation) -> Callable[[Point], acb]:
    """The mean of one summand; the two sides of a claim may have it in common, each with factors of its own."""
    law = term.law
    if law.is_Add:
        parts = [_summand(evaluator, body, Expectation(body, part, term.bound)) for part in law.args]
        return lambda point: sum((part(point) for part in parts), acb(0))
    values = [known.value for known in found_in(law, Known)]
    inside, outside = sift(Mul.make_args(body), lambda part: any(_uses(part, value) for value in values), binary=True)
    if inside and outside:
        factor, mean = evaluator.all((Mul(*outside), Expectation(Mul(*inside), law, term.bound)))
        return lambda point: factor(point, False) * mean(point, False)
    run = evaluator.shared((body, law), lambda: _mean_of(evaluator, body, law))
    return lambda point: run(point, False)


def _mean_of(evaluator: Evaluator, body: Expr, law: Expr) -> Run:
    """The mean under a product of laws: only the factors that the body depends on are averaged over."""
    laws = [factor for factor in Mul.make_args(law) if isinstance(factor, Known)]
    weights = [factor for factor in Mul.make_args(law) if not isinstance(factor, Known)]
    if not laws or any(weight.has(Known) for weight in weights):
        raise NotSupported(f"{law} is not a product of explicit densities")
    weight = evaluator.compile(Mul(*weights))
    chain: list[Known] = []
    needed: list[Expr] = [body]
    while True:
        found = next((k for k in laws if k not in chain and any(_uses(part, k.value) for part in needed)), None)
        if found is None:
            break
        chain.append(found)
        needed.extend(found.parameters)
    chain = _collapsed(chain, body)
    if len(chain) > _MOST_NESTED:
        raise NotSupported(f"means over {len(chain)} variables that depend on each other take too long")
    inner = _nest(evaluator, body, _sorted(chain))
    return lambda point, analytic: weight(point, False) * inner(point, False)


def _uses(term: Expr, variable: Expr) -> bool:
    return bool(term.has(variable)) or (isinstance(variable, Entry) and variable.base in term.free_symbols)


def _collapsed(chain: list[Known], body: Expr) -> list[Known]:
    """Normal laws put into the one normal law whose mean is linear in their variable, where nothing else uses it."""
    laws = list(chain)
    for value in [law.value for law in reversed(chain)]:
        law = next(other for other in laws if other.value == value)
        users = [other for other in laws if other is not law and any(_uses(p, law.value) for p in other.parameters)]
        if len(users) != 1 or _uses(body, law.value) or law.name != "Normal" or users[0].name != "Normal":
            continue
        (user,) = users
        mean, variance = user.parameters
        slope = mean.diff(law.value)
        if not slope.is_number or _uses(variance, law.value):
            continue
        moved = mean + slope * (law.parameters[0] - law.value)
        wider = Known("Normal", user.values, (moved.expand(), variance + slope**2 * law.parameters[1]))
        laws = [wider if other is user else other for other in laws if other is not law]
    return laws


def _sorted(laws: list[Known]) -> list[Known]:
    """Outermost first: a law stands behind all whose variables its parameters use, and normal laws behind the others.

    Inside of a quadrature the mean of a polynomial under a normal law is a few evaluations, and not another quadrature.
    """
    made: list[Known] = []
    rest = list(laws)
    while rest:
        free = [k for k in rest if not any(o is not k and _uses(Tuple(*k.parameters), o.value) for o in rest)]
        if not free:
            raise NotSupported("the densities of the law depend on each other in a circle")
        ready = next((k for k in free if k.name not in ("Normal", "MultivariateNormal")), free[0])
        made.append(ready)
        rest.remove(ready)
    return made


def _nest(evaluator: Evaluator, body: Expr, laws: list[Known]) -> Run:
    if not laws:
        return evaluator.compile(body)
    law, rest = laws[0], laws[1:]
    held = Held([law.value])
    with evaluator.holding(held):
        inner = _nest(evaluator, body, rest)
    degree = _degree(evaluator, body, law, rest)
    mean = _mean(evaluator, law, inner, degree)

    def run(point: Point, analytic: bool) -> Value:
        held.begin()
        return mean(point, analytic)

    return run


def _degree(evaluator: Evaluator, body: Expr, law: Known, rest: list[Known]) -> int | None:
    """The degree of the inner mean in the law's variable; means of Gaussians keep polynomials polynomial."""
    names = {law.value, *(k.value for k in rest)}
    if any(k.name not in ("Normal", "MultivariateNormal") for k in rest):
        return None
    for later in rest:
        slope = degree_in(later.parameters[0], frozenset(names), evaluator.applied)
        if slope is None or slope > 1 or degree_in(later.parameters[1], frozenset(names), evaluator.applied) != 0:
            return None
    bases = {n.base for n in names if isinstance(n, Entry)}
    return degree_in(body, frozenset(names | bases), evaluator.applied)


def _mean(evaluator: Evaluator, law: Known, inner: Run, degree: int | None) -> Run:
    variable = law.value
    if law.name == "Delta":
        place = evaluator.compile(law.parameters[0])
        return lambda point, analytic: inner(evaluator.put(point, variable, place(point, analytic)), analytic)
    if law.name == "Categorical":
        weights = numbers_of(evaluator, law.parameters[0])

        def categorical(point: Point, analytic: bool) -> Value:
            shares = weights(point, analytic)
            _require(all(w.real > 0 for w in shares) and (sum(shares, acb(0)) - 1).contains(acb(0)), law)
            values = (w * inner(evaluator.put(point, variable, acb(k + 1)), False) for k, w in enumerate(shares))
            return sum(values, acb(0))

        return categorical
    if law.name == "Dirichlet":
        return _dirichlet_mean(evaluator, law, inner)
    if law.name == "MultivariateNormal":
        return _vector_mean(evaluator, law, inner, degree)
    row, parameters = LAWS[law.name], evaluator.all(law.parameters)

    def number(point: Point, analytic: bool) -> Value:
        given = [parameter(point, analytic) for parameter in parameters]
        _require(row.admits([value.real for value in given]), law)
        if law.name == "Normal" and degree is not None and degree <= 30:
            root = acb_mat([[given[1].sqrt()]])
            return hermite_mean(
                acb_mat([[given[0]]]), root, lambda z: inner(evaluator.put(point, variable, z[0, 0]), False), degree
            )
        return integrate(law.name, given, lambda z, flag: inner(evaluator.put(point, variable, z), flag))

    return number


def _require(condition: bool, law: Known) -> None:
    if not condition:
        raise Undefined(f"the parameters of {law} are not admissible here")


def _vector_mean(evaluator: Evaluator, law: Known, inner: Run, degree: int | None) -> Run:
    moments = moments_of(evaluator, law)

    def run(point: Point, analytic: bool) -> Value:
        mean, covariance = moments(point)
        root = _cholesky(covariance, law)
        put = lambda z: evaluator.put(point, law.value, z)  # noqa: E731
        if degree is not None and degree <= 30:
            return hermite_mean(mean, root, lambda z: inner(put(z), False), degree)
        if mean.nrows() != 1:
            raise NotSupported(f"means under {law} are only taken of polynomials")
        given = [mean[0, 0], covariance[0, 0]]
        return integrate("Normal", given, lambda z, flag: inner(put(acb_mat([[z]])), flag))

    return run


def _cholesky(matrix: acb_mat, law: Known) -> acb_mat:
    size = matrix.nrows()
    root = [[acb(0)] * size for _ in range(size)]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i, j] - sum((root[i][k] * root[j][k] for k in range(j)), acb(0))
            if i == j:
                _require(bool(rest.real > 0), law)
                root[i][i] = acb(rest.real.sqrt())
            else:
                root[i][j] = rest / root[j][j]
    return acb_mat(root)


def _dirichlet_mean(evaluator: Evaluator, law: Known, inner: Run) -> Run:
    counts = numbers_of(evaluator, law.parameters[0])
    if len(law.parameters[0]) != 2:
        raise NotSupported("means under a Dirichlet law are only taken for two components")
    first, second = Entry(law.value, 1), Entry(law.value, 2)

    def run(point: Point, analytic: bool) -> Value:
        shapes = counts(point, analytic)
        _require(all(shape.real > 0 for shape in shapes), law)

        def body(t: acb, flag: bool) -> acb:
            return inner(evaluator.put(evaluator.put(point, first, t), second, 1 - t), flag)

        return integrate("Beta", shapes, body)

    return run


def _integral(evaluator: Evaluator, term: Integral) -> Run:
    held = Held(term.bound)
    with evaluator.holding(held):
        run = evaluator.compile(Mul(*(f for f in Mul.make_args(term.body) if not isinstance(f, Indicator))))
    limits = {f.args[0]: f.bounds for f in Mul.make_args(term.body) if isinstance(f, Indicator)}
    for variable in reversed(term.bound):
        laws = [f for f in Mul.make_args(term.body) if isinstance(f, Known) and f.values == (variable,)]
        if laws and len(term.bound) == 1 and not limits:
            rest = Mul(*(f for f in Mul.make_args(term.body) if f is not laws[0]))
            return _nest(evaluator, rest, [laws[0]])
        if evaluator.kinds.is_vector(variable) and evaluator.dimension > 1:
            raise NotSupported(f"the integral over the vector {variable} has no explicit density to average under")
        run = _over(evaluator, run, variable, limits.get(variable))

    def begun(point: Point, analytic: bool) -> Value:
        held.begin()
        return run(point, analytic)

    return begun


def _over(evaluator: Evaluator, inner: Run, variable: Expr, bounds: tuple[Expr, Expr] | None) -> Run:
    vector = evaluator.kinds.is_vector(variable)
    ends = [None if end in (oo, -oo) else evaluator.compile(end) for end in bounds or (-oo, oo)]

    def run(point: Point, analytic: bool) -> Value:
        low, high = (None if end is None else end(point, False).real for end in ends)

        def body(z: acb, flag: bool) -> acb:
            return inner(evaluator.put(point, variable, acb_mat([[z]]) if vector else z), flag)

        return line_integral(body, low, high)

    return run


def _series(evaluator: Evaluator, term: IndexSum) -> Run:
    if type(term) is not IndexSum or term.upper != oo:
        raise NotSupported(f"{term} cannot be evaluated")
    lower, held = evaluator.compile(term.lower), Held([term.index])
    with evaluator.holding(held):
        body = evaluator.compile(term.body)

    def run(point: Point, analytic: bool) -> Value:
        held.begin()
        return sum_up(lambda n: body(evaluator.put(point, term.index, n), False), lower(point, False).real, None)

    return run


MEANS: Handlers = ((Expectation, _expectation), (Integral, _integral), (IndexSum, _series))
