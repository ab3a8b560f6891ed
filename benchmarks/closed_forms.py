"""Closed forms side by side: symelbo, and SymPy's `integrate` and `summation` on the same definition.

Run `python benchmarks/closed_forms.py [seconds]`. Each system gets the definition, an expectation of log-densities or
of a statistic, and is asked for a closed form; SymPy's answer is taken as found when no integral or sum is left in it.
Every answer is compared with the others at one point.
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr, Integral, Sum, exp, gamma, integrate, log, oo, pi, simplify, sqrt, summation, symbols

from symelbo.calculus.explicit import divergence, entropy, expected
from symelbo.language import known

z, m, n = symbols("z m n", real=True)
a, b, c, d, s, t, x = symbols("a b c d s t x", positive=True)
k = symbols("k", integer=True, nonnegative=True)
POINT = {m: 0.3, n: -0.7, a: 1.7, b: 2.1, c: 2.6, d: 1.2, s: 1.3, t: 0.8}


def _normal(value: Expr, mean: Expr, scale: Expr) -> Expr:
    return exp(-((value - mean) ** 2) / (2 * scale**2)) / sqrt(2 * pi * scale**2)


def _gamma(value: Expr, shape: Expr, rate: Expr) -> Expr:
    return rate**shape * value ** (shape - 1) * exp(-rate * value) / gamma(shape)


def _beta(value: Expr, first: Expr, second: Expr) -> Expr:
    return gamma(first + second) / gamma(first) / gamma(second) * value ** (first - 1) * (1 - value) ** (second - 1)


@dataclass(frozen=True)
class Task:
    """One closed form: how symelbo is asked, and the definition for SymPy."""

    name: str
    ours: Callable[[], Expr | None]
    theirs: Callable[[], Expr]


def _integral(body: Expr, low: Expr | int, high: Expr | int, variable: Expr) -> Callable[[], Expr]:
    return lambda: integrate(body, (variable, low, high))


_N, _M = known("Normal", z, m, s**2), known("Normal", z, n, t**2)
_G, _H = known("Gamma", x, a, b), known("Gamma", x, c, d)
_ratio = log(_normal(z, m, s)) - log(_normal(z, n, t))
TASKS = (
    Task("normal: E[z^4]", lambda: expected(z**4, _N), _integral(z**4 * _normal(z, m, s), -oo, oo, z)),
    Task("normal: entropy", lambda: entropy(_N), _integral(-_normal(z, m, s) * log(_normal(z, m, s)), -oo, oo, z)),
    Task("normal: KL", lambda: divergence(_N, _M), _integral(_normal(z, m, s) * _ratio, -oo, oo, z)),
    Task("normal: E[exp(a z)]", lambda: expected(exp(a * z), _N), _integral(exp(a * z) * _normal(z, m, s), -oo, oo, z)),
    Task(
        "normal: evidence",
        lambda: expected(known("Normal", c, z, t**2), _N),
        _integral(_normal(c, z, t) * _normal(z, m, s), -oo, oo, z),
    ),
    Task(
        "exponential: KL",
        lambda: divergence(known("Exponential", x, a), known("Exponential", x, b)),
        _integral(a * exp(-a * x) * (log(a / b) - (a - b) * x), 0, oo, x),
    ),
    Task("gamma: E[log x]", lambda: expected(log(x), _G), _integral(log(x) * _gamma(x, a, b), 0, oo, x)),
    Task(
        "gamma: KL",
        lambda: divergence(_G, _H),
        _integral(_gamma(x, a, b) * (log(_gamma(x, a, b)) - log(_gamma(x, c, d))), 0, oo, x),
    ),
    Task(
        "beta: E[log x]",
        lambda: expected(log(x), known("Beta", x, a, b)),
        _integral(log(x) * _beta(x, a, b), 0, 1, x),
    ),
    Task(
        "beta: KL",
        lambda: divergence(known("Beta", x, a, b), known("Beta", x, c, d)),
        _integral(_beta(x, a, b) * (log(_beta(x, a, b)) - log(_beta(x, c, d))), 0, 1, x),
    ),
    Task(
        "inverse gamma: E[1/x]",
        lambda: expected(1 / x, known("InverseGamma", x, a, b)),
        _integral(b**a / gamma(a) * x ** (-a - 2) * exp(-b / x), 0, oo, x),
    ),
    Task(
        "Laplace: E[z^2]",
        lambda: expected(z**2, known("Laplace", z, m, b)),
        lambda: (
            integrate(z**2 * exp((z - m) / b) / (2 * b), (z, -oo, m))
            + integrate(z**2 * exp(-(z - m) / b) / (2 * b), (z, m, oo))
        ),
    ),
    Task(
        "log-normal: E[x^2]",
        lambda: expected(x**2, known("LogNormal", x, m, s**2)),
        _integral(x * exp(-((log(x) - m) ** 2) / (2 * s**2)) / sqrt(2 * pi * s**2), 0, oo, x),
    ),
    Task(
        "Poisson: KL",
        lambda: divergence(known("Poisson", k, a), known("Poisson", k, b)),
        lambda: summation(a**k * exp(-a) / gamma(k + 1) * (k * log(a / b) - a + b), (k, 0, oo)),
    ),
    Task(
        "Poisson: E[n^3]",
        lambda: expected(k**3, known("Poisson", k, a)),
        lambda: summation(k**3 * a**k * exp(-a) / gamma(k + 1), (k, 0, oo)),
    ),
)


def _child(number: int, answers: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    started = time.perf_counter()
    value = simplify(TASKS[number].theirs())
    answers.put((time.perf_counter() - started, value))


def _sympy(number: int, limit: float) -> tuple[float, Expr | None]:
    answers: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    child = multiprocessing.Process(target=_child, args=(number, answers))
    child.start()
    try:
        seconds, value = answers.get(timeout=limit)
    except Exception:  # the child did not answer in time, or failed
        seconds, value = limit, None
    child.terminate()
    child.join()
    return seconds, value


def _number(value: Expr | None) -> complex | None:
    if value is None or value.has(Integral, Sum):
        return None
    try:
        return complex(value.subs(POINT))
    except TypeError:
        return None


def main(limit: float = 20.0) -> None:
    """Print the table."""
    print(f"{'closed form':<24}{'symelbo':>12}{'SymPy':>12}  SymPy's answer")
    for number, task in enumerate(TASKS):
        task.ours()
        started = time.perf_counter()
        ours = task.ours()
        mine = time.perf_counter() - started
        theirs, value = _sympy(number, limit)
        first, second = _number(ours), _number(value)
        if second is None:
            verdict = "none in time" if value is None else "left as an integral or sum"
        else:
            verdict = "agrees" if first is not None and abs(first - second) < 1e-9 * (1 + abs(first)) else "DISAGREES"
        print(f"{task.name:<24}{mine * 1e3:>9.1f} ms{theirs:>10.2f} s  {verdict}", flush=True)


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
