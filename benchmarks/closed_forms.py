"""Closed forms side by side: symelbo, SymPy's `integrate` and `summation`, `sympy.stats`, and Maxima where installed.

Run `python benchmarks/closed_forms.py [seconds]`. Each system gets the definition, an expectation of log-densities or
of a statistic, and is asked for a closed form; an answer counts as found when no integral or sum is left in it and it
has the right value at one point. Maxima gets the signs of all names; a question that it asks back ends the attempt.
"""

from __future__ import annotations

import multiprocessing
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from sympy import Expr, Integral, Sum, exp, gamma, integrate, log, oo, pi, simplify, sqrt, stats, summation, symbols

from symelbo.calculus.laws.explicit import divergence, entropy, expected
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
    """One closed form: how symelbo is asked, the definition for SymPy, in Maxima's words, and by `sympy.stats`."""

    name: str
    ours: Callable[[], Expr | None]
    theirs: Callable[[], Expr]
    maxima: str
    stats: Callable[[], Expr] | None = None


def _integral(body: Expr, low: Expr | int, high: Expr | int, variable: Expr) -> Callable[[], Expr]:
    return lambda: integrate(body, (variable, low, high))


_N, _M = known("Normal", z, m, s**2), known("Normal", z, n, t**2)
_G, _H = known("Gamma", x, a, b), known("Gamma", x, c, d)
_ratio = log(_normal(z, m, s)) - log(_normal(z, n, t))
_MAXIMA = """
normal(v, mu, sd) := exp(-(v-mu)^2/(2*sd^2))/sqrt(2*%pi*sd^2)$
lnormal(v, mu, sd) := -(v-mu)^2/(2*sd^2) - log(2*%pi*sd^2)/2$
gam(v, sh, ra) := ra^sh*v^(sh-1)*exp(-ra*v)/gamma(sh)$
lgam(v, sh, ra) := sh*log(ra) + (sh-1)*log(v) - ra*v - log(gamma(sh))$
bet(v, p, q) := v^(p-1)*(1-v)^(q-1)*gamma(p+q)/gamma(p)/gamma(q)$
lbet(v, p, q) := (p-1)*log(v) + (q-1)*log(1-v) + log(gamma(p+q)/gamma(p)/gamma(q))$
"""


def _mean(f: Callable[[Expr], Expr], law: Callable[..., Expr], *parameters: Expr) -> Callable[[], Expr]:
    """The same mean with a random variable of `sympy.stats`."""

    def run() -> Expr:
        variable = law("v", *parameters)
        return stats.E(f(variable))

    return run


TASKS = (
    Task(
        "normal: E[z^4]",
        lambda: expected(z**4, _N),
        _integral(z**4 * _normal(z, m, s), -oo, oo, z),
        "integrate(z^4*normal(z,m,s),z,minf,inf)",
        _mean(lambda v: v**4, stats.Normal, m, s),
    ),
    Task(
        "normal: entropy",
        lambda: entropy(_N),
        _integral(-_normal(z, m, s) * log(_normal(z, m, s)), -oo, oo, z),
        "integrate(-normal(z,m,s)*lnormal(z,m,s),z,minf,inf)",
        _mean(lambda v: -log(_normal(v, m, s)), stats.Normal, m, s),
    ),
    Task(
        "normal: KL",
        lambda: divergence(_N, _M),
        _integral(_normal(z, m, s) * _ratio, -oo, oo, z),
        "integrate(normal(z,m,s)*(lnormal(z,m,s)-lnormal(z,n,t)),z,minf,inf)",
        _mean(lambda v: log(_normal(v, m, s)) - log(_normal(v, n, t)), stats.Normal, m, s),
    ),
    Task(
        "normal: E[exp(a z)]",
        lambda: expected(exp(a * z), _N),
        _integral(exp(a * z) * _normal(z, m, s), -oo, oo, z),
        "integrate(exp(a*z)*normal(z,m,s),z,minf,inf)",
        _mean(lambda v: exp(a * v), stats.Normal, m, s),
    ),
    Task(
        "normal: evidence",
        lambda: expected(known("Normal", c, z, t**2), _N),
        _integral(_normal(c, z, t) * _normal(z, m, s), -oo, oo, z),
        "integrate(normal(c,z,t)*normal(z,m,s),z,minf,inf)",
        _mean(lambda v: _normal(c, v, t), stats.Normal, m, s),
    ),
    Task(
        "exponential: KL",
        lambda: divergence(known("Exponential", x, a), known("Exponential", x, b)),
        _integral(a * exp(-a * x) * (log(a / b) - (a - b) * x), 0, oo, x),
        "integrate(a*exp(-a*x)*(log(a/b)-(a-b)*x),x,0,inf)",
        _mean(lambda v: log(a / b) - (a - b) * v, stats.Exponential, a),
    ),
    Task(
        "gamma: E[log x]",
        lambda: expected(log(x), _G),
        _integral(log(x) * _gamma(x, a, b), 0, oo, x),
        "integrate(log(x)*gam(x,a,b),x,0,inf)",
        _mean(log, stats.Gamma, a, 1 / b),
    ),
    Task(
        "gamma: KL",
        lambda: divergence(_G, _H),
        _integral(_gamma(x, a, b) * (log(_gamma(x, a, b)) - log(_gamma(x, c, d))), 0, oo, x),
        "integrate(gam(x,a,b)*(lgam(x,a,b)-lgam(x,c,d)),x,0,inf)",
        _mean(lambda v: log(_gamma(v, a, b)) - log(_gamma(v, c, d)), stats.Gamma, a, 1 / b),
    ),
    Task(
        "beta: E[log x]",
        lambda: expected(log(x), known("Beta", x, a, b)),
        _integral(log(x) * _beta(x, a, b), 0, 1, x),
        "integrate(log(x)*bet(x,a,b),x,0,1)",
        _mean(log, stats.Beta, a, b),
    ),
    Task(
        "beta: KL",
        lambda: divergence(known("Beta", x, a, b), known("Beta", x, c, d)),
        _integral(_beta(x, a, b) * (log(_beta(x, a, b)) - log(_beta(x, c, d))), 0, 1, x),
        "integrate(bet(x,a,b)*(lbet(x,a,b)-lbet(x,c,d)),x,0,1)",
        _mean(lambda v: log(_beta(v, a, b)) - log(_beta(v, c, d)), stats.Beta, a, b),
    ),
    Task(
        "inverse gamma: E[1/x]",
        lambda: expected(1 / x, known("InverseGamma", x, a, b)),
        _integral(b**a / gamma(a) * x ** (-a - 2) * exp(-b / x), 0, oo, x),
        "integrate(b^a/gamma(a)*x^(-a-2)*exp(-b/x),x,0,inf)",
        _mean(lambda v: 1 / v, stats.GammaInverse, a, b),
    ),
    Task(
        "Laplace: E[z^2]",
        lambda: expected(z**2, known("Laplace", z, m, b)),
        lambda: (
            integrate(z**2 * exp((z - m) / b) / (2 * b), (z, -oo, m))
            + integrate(z**2 * exp(-(z - m) / b) / (2 * b), (z, m, oo))
        ),
        "integrate(z^2*exp((z-m)/b)/(2*b),z,minf,m)+integrate(z^2*exp(-(z-m)/b)/(2*b),z,m,inf)",
        _mean(lambda v: v**2, stats.Laplace, m, b),
    ),
    Task(
        "log-normal: E[x^2]",
        lambda: expected(x**2, known("LogNormal", x, m, s**2)),
        _integral(x * exp(-((log(x) - m) ** 2) / (2 * s**2)) / sqrt(2 * pi * s**2), 0, oo, x),
        "integrate(x*exp(-(log(x)-m)^2/(2*s^2))/sqrt(2*%pi*s^2),x,0,inf)",
        _mean(lambda v: v**2, stats.LogNormal, m, s),
    ),
    Task(
        "Poisson: KL",
        lambda: divergence(known("Poisson", k, a), known("Poisson", k, b)),
        lambda: summation(a**k * exp(-a) / gamma(k + 1) * (k * log(a / b) - a + b), (k, 0, oo)),
        "simplify_sum(sum(a^k*exp(-a)/k!*(k*log(a/b)-a+b),k,0,inf))",
        _mean(lambda v: v * log(a / b) - a + b, stats.Poisson, a),
    ),
    Task(
        "Poisson: E[n^3]",
        lambda: expected(k**3, known("Poisson", k, a)),
        lambda: summation(k**3 * a**k * exp(-a) / gamma(k + 1), (k, 0, oo)),
        "simplify_sum(sum(k^3*a^k*exp(-a)/k!,k,0,inf))",
        _mean(lambda v: v**3, stats.Poisson, a),
    ),
)


def _child(number: int, by_stats: bool, answers: multiprocessing.Queue) -> None:  # type: ignore[type-arg]
    task = TASKS[number]
    started = time.perf_counter()
    try:
        made = task.stats() if by_stats and task.stats is not None else task.theirs()
        value = simplify(made)
    except (NotImplementedError, ValueError):  # it says that it cannot
        value = None
    answers.put((time.perf_counter() - started, value))


def _sympy(number: int, limit: float, by_stats: bool) -> tuple[float, Expr | None]:
    answers: multiprocessing.Queue = multiprocessing.Queue()  # type: ignore[type-arg]
    child = multiprocessing.Process(target=_child, args=(number, by_stats, answers))
    child.start()
    try:
        seconds, value = answers.get(timeout=limit)
    except Exception:  # the child did not answer in time, or failed
        seconds, value = limit, None
    child.terminate()
    child.join()
    return seconds, value


def _maxima(task: Task, limit: float) -> tuple[float, complex | str]:
    """Maxima's answer as a number at the point, or why there is none."""
    signs = "assume(" + ", ".join(f"{name} > 0" for name in (a, b, c, d, s, t)) + ")$ "
    point = ", ".join(f"{name} = {value}" for name, value in POINT.items())
    program = (
        f"load(simplify_sum)$ {_MAXIMA} {signs} r: {task.maxima}$ "
        f'if freeof(nounify(integrate), nounify(sum), r) then print("VALUE", float(realpart(ev(subst([{point}], r), '
        'numer)))) else print("LEFT")$'
    )
    started = time.perf_counter()
    try:
        done = subprocess.run(
            ["maxima", "--very-quiet", "--batch-string", program.replace("\n", " ")],
            capture_output=True, text=True, timeout=limit, stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return limit, "none in time"
    seconds = time.perf_counter() - started
    found = re.search(r"VALUE\s+(-?[0-9.]+(?:[eE][-+]?[0-9]+)?)\s*$", done.stdout, re.MULTILINE)
    if found is not None:
        return seconds, complex(float(found[1]))
    if re.search(r"positive, negative|zero or nonzero|an integer\?|equal to", done.stdout):
        return seconds, "asks"
    return seconds, "left" if "LEFT" in done.stdout else "none"


def _number(value: Expr | None) -> complex | None:
    if value is None or value.has(Integral, Sum):
        return None
    try:
        return complex(value.subs(POINT).evalf())
    except TypeError:
        return None


def _word(ours: complex | None, value: Expr | None) -> str:
    found = _number(value)
    if found is None:
        return "none" if value is None else "left"
    return _agreement(ours, found)


def _agreement(ours: complex | None, found: complex) -> str:
    return "found" if ours is not None and abs(ours - found) < 1e-8 * (1 + abs(found)) else "DISAGREES"


def main(limit: float = 20.0) -> None:
    """Print the table."""
    maxima = shutil.which("maxima") is not None
    found = [0, 0, 0, 0]
    print(f"{'closed form':<24}{'symelbo':>16}{'SymPy integrate':>20}{'sympy.stats':>20}{'Maxima':>24}")
    for number, task in enumerate(TASKS):
        task.ours()
        started = time.perf_counter()
        ours = task.ours()
        mine = time.perf_counter() - started
        value = _number(ours)
        cells = [f"{'found' if value is not None else 'none'} {mine * 1e3:>6.1f} ms"]
        for by_stats in (False, True):
            seconds, answer = _sympy(number, limit, by_stats)
            cells.append(f"{_word(value, answer)} {seconds:>6.2f} s")
        if maxima:
            seconds, said = _maxima(task, limit)
            cells.append(f"{said if isinstance(said, str) else _agreement(value, said)} {seconds:>6.2f} s")
        else:
            cells.append("not installed")
        found = [count + cell.startswith("found") for count, cell in zip(found, cells, strict=True)]
        print(f"{task.name:<24}{cells[0]:>16}{cells[1]:>20}{cells[2]:>20}{cells[3]:>24}", flush=True)
    print(f"found, of {len(TASKS):<14}{found[0]:>16}{found[1]:>20}{found[2]:>20}{found[3]:>24}")


if __name__ == "__main__":
    main(*map(float, sys.argv[1:]))
