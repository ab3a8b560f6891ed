"""How the proof of the gap identity grows with the number of states.

    python benchmarks/gap_growth.py [--simplex 256] [--odds 256] [--plot FILE.svg]

`log p(x) − ELBO − KL(q ‖ p(z|x)) = 0` for tables of K states whose last probability is one minus the others, with the
posterior as a ratio and written in odds form, which has K² fractions. Deciding and checking the certificate are
measured against the time in which SymPy builds the expression, in seconds of the processor; memory is the largest
resident size. Every row has a process of its own, since a heap full of the expressions of the rows before slows
Python's garbage collector. Exit 1 if a proof takes longer than building, or more than 3 s or 500 MB.
"""

from __future__ import annotations

import argparse
import resource
import sys
from concurrent.futures import ProcessPoolExecutor
from itertools import pairwise
from multiprocessing import get_context
from time import process_time
from typing import Any, NamedTuple

import sympy as sp
from sympy import log

from symelbo.calculus.logcheck import check
from symelbo.calculus.logfield import NonZero, Zero, decide_zero

SECONDS, MEGABYTES = 3.0, 500


class Row(NamedTuple):
    states: int
    form: str
    built: float
    decided: float
    checked: float
    slip: float
    memory: float

    def holds(self) -> bool:
        """Within what is promised; a claim that is built in milliseconds is measured with the clock's own noise."""
        proof = self.decided + self.checked
        return proof <= max(self.built, 0.05) and proof <= SECONDS and self.memory <= MEGABYTES


def gap(k: int, odds: bool, sign: int = 1) -> Any:
    """The difference of the two sides; `sign = −1` makes it false."""
    p, q = ([*h, 1 - sp.Add(*h)] for h in (sp.symbols(f"{n}1:{k}", positive=True) for n in "pq"))
    likelihood = sp.symbols(f"l1:{k + 1}", positive=True)
    joint = [a * b for a, b in zip(p, likelihood, strict=True)]
    evidence = sp.Add(*joint)
    posterior = [1 / sp.Add(*(i / j for i in joint)) if odds else j / evidence for j in joint]
    reconstruction = sp.Add(*(a * log(b) for a, b in zip(q, likelihood, strict=True)))
    prior = sp.Add(*(a * log(a / b) for a, b in zip(q, p, strict=True)))
    divergence = sp.Add(*(a * log(a / b) for a, b in zip(q, posterior, strict=True)))
    return log(evidence) - (reconstruction - prior) - sign * divergence


def measured(k: int, odds: bool) -> Row:
    times = [process_time()]
    claim = gap(k, odds)
    times.append(process_time())
    outcome = decide_zero(claim)
    times.append(process_time())
    assert isinstance(outcome, Zero)
    assert check(claim, outcome.certificate)
    times.append(process_time())
    slip = gap(k, odds, sign=-1)
    times.append(process_time())
    assert isinstance(decide_zero(slip), NonZero)
    times.append(process_time())
    steps = [after - before for before, after in pairwise(times)]
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Row(k, "odds" if odds else "ratio", *steps[:3], steps[4], memory)


def plot(rows: list[Row], path: str) -> None:
    """Seconds over states, both axes logarithmic."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(6.4, 4.2))
    for form, colour in (("ratio", "tab:blue"), ("odds", "tab:orange")):
        of_form = [row for row in rows if row.form == form]
        states = [row.states for row in of_form]
        axes.loglog(states, [r.built for r in of_form], "--", color=colour, label=f"SymPy builds it ({form})")
        proofs = [r.decided + r.checked for r in of_form]
        axes.loglog(states, proofs, "o-", color=colour, label=f"proved and checked ({form})")
    axes.set(xlabel="states", ylabel="seconds", title="Gap identity of a table")
    axes.set_xscale("log", base=2)
    axes.grid(True, alpha=0.3)
    axes.legend()
    figure.tight_layout()
    figure.savefig(path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simplex", type=int, default=256, help="largest K with the posterior as a ratio")
    parser.add_argument("--odds", type=int, default=256, help="largest K with the posterior in odds form")
    parser.add_argument("--plot", help="draw the times to this file (needs matplotlib)")
    options = parser.parse_args()
    print("| K | posterior | SymPy builds | decided | certificate checked | slip of a sign seen | memory |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    rows = []
    for odds, largest in ((False, options.simplex), (True, options.odds)):
        k = 2
        while k <= largest:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as one:
                row = one.submit(measured, k, odds).result()
            rows.append(row)
            times = " | ".join(f"{1000 * t:.1f} ms" for t in (row.built, row.decided, row.checked, row.slip))
            print(f"| {row.states} | {row.form} | {times} | {row.memory:.0f} MB |", flush=True)
            k *= 2
    if options.plot:
        plot(rows, options.plot)
    broken = [f"{row.form} K={row.states}" for row in rows if not row.holds()]
    if broken:
        print(f"\nslower than promised: {', '.join(broken)}")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
