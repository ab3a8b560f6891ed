"""How the proof of the gap identity grows with the number of states.

    python benchmarks/gap_growth.py [--simplex 256] [--odds 64]

`log p(x) − ELBO − KL(q ‖ p(z|x)) = 0` for tables of K states whose last probability is one minus the others, with the
posterior as a ratio and written in odds form. Proving is measured against the time in which SymPy builds the
expression; memory is the largest resident size of the process so far.
"""

from __future__ import annotations

import argparse
import resource
from time import perf_counter
from typing import Any

import sympy as sp
from sympy import log

from symelbo.calculus.logfield import NonZero, Zero, decide_zero


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


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--simplex", type=int, default=256, help="largest K with the posterior as a ratio")
    parser.add_argument("--odds", type=int, default=64, help="largest K with the posterior in odds form")
    options = parser.parse_args()
    print("| K | form | SymPy builds | proved in | slip seen in | memory |")
    print("| --- | --- | --- | --- | --- | --- |")
    for odds, largest in ((False, options.simplex), (True, options.odds)):
        k = 2
        while k <= largest:
            start = perf_counter()
            claim = gap(k, odds)
            built = perf_counter() - start
            start = perf_counter()
            outcome = decide_zero(claim)
            proved = perf_counter() - start
            assert isinstance(outcome, Zero)
            slip = gap(k, odds, sign=-1)
            start = perf_counter()
            assert isinstance(decide_zero(slip), NonZero)
            seen = perf_counter() - start
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            times = f"{1000 * built:.0f} ms | {1000 * proved:.1f} ms | {1000 * seen:.1f} ms"
            print(f"| {k} | {'odds' if odds else 'ratio'} | {times} | {memory:.0f} MB |", flush=True)
            k *= 2


if __name__ == "__main__":
    main()
