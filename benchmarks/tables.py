"""Cost of a long table against its bare logarithms and multiplications, in the same ball arithmetic.

    python benchmarks/tables.py [--states 100000] [--digits 50] [--repeat 5]

The bare cost has three parts for every state: the product `p(z) p(x|z)`, the logarithms of it and of `q(z)`, and the
product of `q(z)` with each logarithm. Its inputs are balls that are ready; nothing is summed or checked. Against it
stands the work of the package from an exact table: evidence, ELBO and gap, with sums and certified digits.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from fractions import Fraction
from random import Random
from time import perf_counter

import mpmath
from flint import arb, ctx, fmpq

from symelbo.semantics.tables import Table, bound_balls, mpmath_measures, report
from symelbo.semantics.tables.report import infinite_or_digits, working_bits

LIMIT = 1.5


def example(states: int, seed: int = 1) -> Table:
    """A table of random entries: six-digit likelihoods, prior and q as integer weights over their sum."""
    random = Random(seed)

    def distribution() -> list[Fraction]:
        weights = [random.randrange(1, 10**6) for _ in range(states)]
        total = sum(weights)
        return [Fraction(weight, total) for weight in weights]

    likelihood = [Fraction(random.randrange(1, 10**6), 10**6) for _ in range(states)]
    return Table.build(distribution(), {"1": likelihood}, q=distribution())


def bare(prior: list[arb], likelihood: list[arb], q: list[arb], bits: int) -> None:
    """Multiplications and logarithms alone."""
    with ctx.workprec(bits):
        for p, l, w in zip(prior, likelihood, q, strict=True):
            joint = p * l
            w * joint.log()
            w * w.log()


def best_of(repeat: int, work: Callable[[], object]) -> float:
    """The least time of several runs, which is the one least disturbed by other work on the machine."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        work()
        times.append(perf_counter() - start)
    return min(times)


def main() -> int:
    """Prints the table of times; exit 1 if the limit is broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--states", type=int, default=100_000)
    parser.add_argument("--digits", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=5)
    options = parser.parse_args()
    start = perf_counter()
    table = example(options.states)
    built = perf_counter() - start
    q = table.q("1")
    assert q is not None
    bits = working_bits(options.digits, options.states)
    with ctx.workprec(bits):
        columns = [
            [arb(fmpq(v.numerator, v.denominator)) for v in column] for column in (table.prior, table.column("1"), q)
        ]

    def bound() -> list[str]:
        found = bound_balls(table, "1", q, bits)
        with ctx.workprec(bits):
            return [infinite_or_digits(value, options.digits).text for value in (found.evidence, found.elbo, found.gap)]

    floor = best_of(options.repeat, lambda: bare(*columns, bits))
    ours = best_of(options.repeat, bound)
    full = best_of(max(1, options.repeat // 2), lambda: report(table, digits=options.digits))
    start = perf_counter()
    second = mpmath_measures(table, "1", q, options.digits + 15)
    slow = perf_counter() - start
    print(f"{options.states:,} states, {options.digits} digits ({bits} bits), best of {options.repeat}")
    rows = [
        ("bare logarithms and multiplications", floor),
        ("evidence, ELBO and gap, certified", ours),
        ("full report: six quantities, two identities", full),
        ("the same quantities in mpmath", slow),
    ]
    for words, seconds in rows:
        print(f"  {words:<46} {seconds * 1000:9.1f} ms   {seconds / floor:6.2f} x bare")
    print(f"  {'(building the exact table and checking its sums':<46} {built * 1000:9.1f} ms)")
    for words, text in zip(("p(x)", "ELBO", "gap"), bound(), strict=True):
        print(f"  {words:<5} {text}")
    with mpmath.workdps(options.digits + 15):
        print(f"  ELBO by mpmath: {mpmath.nstr(second.elbo, options.digits)}")
    return 0 if ours <= LIMIT * floor else 1


if __name__ == "__main__":
    sys.exit(main())
