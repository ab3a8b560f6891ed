"""Who can tell that an expression is zero, and who that it is not? One run, one table.

    python benchmarks/algebra.py [--limit SECONDS] [--only NAME] [--json FILE]

Every claim of `benchmarks/algebra_claims.py` is given to each method in a process of its own that is ended after the
limit. A method *proves* a claim if it finds the difference to be zero, *refutes* it if it says that it is not, and is
*wrong* if it says what is not so. Computer algebra systems that are not installed are left out.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import shutil
import signal
import statistics
import subprocess
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from time import perf_counter
from typing import Any

import sympy as sp
from algebra_claims import Claim, claims

Answer = bool | None


def ours(difference: Any) -> Answer:
    """Proved by a certificate that its checker accepts; refuted by a witness certified in balls."""
    from symelbo.calculus.logcheck import check
    from symelbo.calculus.logfield import Zero, decide_zero
    from symelbo.semantics.scalars.points import find_witness

    outcome = decide_zero(difference)
    if isinstance(outcome, Zero):
        return True if check(difference, outcome.certificate) else None
    return False if find_witness(difference, "=", sp.Integer(0)) is not None else None


def public(difference: Any) -> Answer:
    """`symelbo.prove`, as a user calls it: certificate, checker, and agreement or a witness at points."""
    from symelbo import prove

    verdict = prove(difference, "=", 0)
    return True if verdict.proved else False if verdict.refuted else None


def decision(difference: Any) -> Answer:
    """The decision procedure alone."""
    from symelbo.calculus.logfield import NonZero, Zero, decide_zero

    outcome = decide_zero(difference)
    return True if isinstance(outcome, Zero) else False if isinstance(outcome, NonZero) else None


def _read(result: Any) -> Answer:
    if result == 0:
        return True
    return False if result.is_number and result.is_zero is False else None


def simplify(difference: Any) -> Answer:
    return _read(sp.simplify(difference))


def equals(difference: Any) -> Answer:
    return difference.equals(0)


def expand_log(difference: Any) -> Answer:
    return _read(sp.cancel(sp.together(sp.expand(sp.expand_log(difference, force=True)))))


def math_verify(difference: Any) -> Answer:
    from math_verify import verify

    return True if verify(difference, sp.Integer(0)) else None


def _as_text(difference: Any, names: dict[str, str]) -> str:
    text = str(difference).replace("**", "^")
    return re.sub(r"\b(" + "|".join(names) + r")\b", lambda m: names[m.group()], text)


def maxima(difference: Any) -> Answer:
    names = {"E": "%e", "pi": "%pi", "loggamma": "log_gamma", "digamma": "psi[0]"}
    command = f"display2d:false$ print(radcan({_as_text(difference, names)}))$"
    run = subprocess.run(
        ["maxima", "--very-quiet", "--batch-string", command], capture_output=True, text=True, check=False
    )
    last = run.stdout.strip().splitlines()[-1].strip() if run.stdout.strip() else ""
    return True if last == "0" else False if re.fullmatch(r"-?\d+(/\d+)?", last) else None


def fricas(difference: Any) -> Answer:
    """A normal form over independent elementary functions: one that is not zero says that the difference is not."""
    names = {"E": "%e", "pi": "%pi", "loggamma": "logGamma", "gamma": "Gamma", "beta": "Beta"}
    command = f")set message prompt none\nnormalize({_as_text(difference, names)})\n)quit\n"
    run = subprocess.run(["fricas", "-nosman"], input=command, capture_output=True, text=True, check=False)
    result = run.stdout.split("copyright notices.")[-1]
    if re.search(r"\(1\)\s+0\s", result):
        return True
    understood = "Type: Expression(Integer)" in result and not re.search(r"[Gg]amma|Beta|digamma", result)
    return False if understood else None


METHODS: dict[str, Callable[[Any], Answer]] = {
    "symelbo": ours,
    "symelbo, `prove`": public,
    "symelbo, decision only": decision,
    "SymPy `simplify`": simplify,
    "SymPy `equals`": equals,
    "SymPy `expand_log`, `cancel`": expand_log,
    "Math-Verify": math_verify,
    "Maxima `radcan`": maxima,
    "FriCAS `normalize`": fricas,
}


def available() -> list[str]:
    missing = set()
    try:
        import math_verify as _  # noqa: F401
    except ImportError:
        missing.add("Math-Verify")
    for name, program in (("Maxima `radcan`", "maxima"), ("FriCAS `normalize`", "fricas")):
        if shutil.which(program) is None:
            missing.add(name)
    return [name for name in METHODS if name not in missing]


@dataclass
class Score:
    proved: int = 0
    refuted: int = 0
    wrong: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    ended: int = 0
    seconds: float = 0.0
    times: list[float] = field(default_factory=list)

    def add(self, claim: Claim, answer: Answer | str, seconds: float) -> None:
        self.seconds += seconds
        self.times.append(seconds)
        if answer == "ended":
            self.ended += 1
        if answer not in (True, False):
            self.open.append(claim.name)
        elif answer is not claim.truth:
            self.wrong.append(claim.name)
        elif answer:
            self.proved += 1
        else:
            self.refuted += 1


def _work(method: str, difference: Any, pipe: Any) -> None:
    os.setsid()  # other programs that are started from here end with this process
    for warm in (method.startswith("symelbo"), False):
        start = perf_counter()
        try:
            answer = METHODS[method](difference)
        except Exception:  # another program's failure is an open claim
            answer = None
        if not warm:
            pipe.send((answer, perf_counter() - start))


def judge(method: str, claim: Claim, limit: float) -> tuple[Answer | str, float]:
    """One claim in a process of its own. The decision procedure is timed warm, the others on their only run."""
    ours_, theirs = multiprocessing.Pipe()
    process = multiprocessing.Process(target=_work, args=(method, claim.difference, theirs))
    process.start()
    if ours_.poll(limit):
        answer = ours_.recv()
        process.join()
        return answer
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.join()
    return "ended", limit


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for one claim and one method")
    parser.add_argument("--only", action="append", choices=list(METHODS), help="leave the other methods out")
    parser.add_argument("--json", help="write the table to this file")
    options = parser.parse_args()
    table = claims()
    true = sum(c.truth for c in table)
    print(f"{len(table)} claims: {true} true, {len(table) - true} false; {options.limit:g} s for each\n")
    print("| method | proved | refuted | wrong | ended by the limit | median | total |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    scores: dict[str, Score] = {}
    for method in options.only or available():
        score = scores[method] = Score()
        for claim, (answer, seconds) in zip(table, map(partial(_judged, method, options.limit), table), strict=True):
            score.add(claim, answer, seconds)
        median = statistics.median(score.times)
        print(
            f"| {method} | {score.proved}/{true} | {score.refuted}/{len(table) - true} | {len(score.wrong)} "
            f"| {score.ended} | {1000 * median:.1f} ms | {score.seconds:.1f} s |",
            flush=True,
        )
    for method, score in scores.items():
        if score.wrong:
            print(f"\n{method} is wrong on: {', '.join(score.wrong)}")
    for method, score in scores.items():
        if method.startswith("symelbo") and score.open:
            print(f"\n{method} leaves open: {', '.join(score.open)}")
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(
                {
                    m: {"proved": s.proved, "refuted": s.refuted, "wrong": s.wrong, "seconds": s.seconds}
                    for m, s in scores.items()
                },
                file,
                indent=1,
            )


def _judged(method: str, limit: float, claim: Claim) -> tuple[Answer | str, float]:
    return judge(method, claim, limit)


if __name__ == "__main__":
    main()
