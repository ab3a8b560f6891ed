"""Final answers about ELBO, KL and expectations, graded by `symelbo.grade` and by Math-Verify.

    python benchmarks/grading.py [--show] [--json FILE]

Every pair of `benchmarks/grading_pairs.py` is a key with an answer that is right or wrong. A grader *accepts* an answer
or not; it is *wrong* if it accepts a wrong one or does not accept a right one. Math-Verify is called as its page says,
`verify(parse(key), parse(answer))`, and left out where it is not installed (`pip install math-verify[antlr4_13_2]`).
Exit 1 if symelbo is wrong on a pair or leaves one open.
"""

from __future__ import annotations

import argparse
import json
import logging
import statistics
import sys
from collections.abc import Callable
from time import perf_counter

from grading_pairs import Pair, pairs

Accepts = Callable[[Pair], bool]


def symelbo() -> Accepts:
    from symelbo.grade import Standing, equivalent

    def accepts(pair: Pair) -> bool:
        grade = equivalent(pair.answer, pair.key, pair.assuming)
        if grade.standing in (Standing.UNKNOWN, Standing.UNREAD):
            raise LookupError(f"{grade.standing.value}: {grade.message}")
        return grade.equal

    return accepts


def math_verify() -> Accepts:
    from math_verify import parse, verify

    logging.disable(logging.WARNING)

    def quoted(text: str) -> str:
        return text if "$" in text or "\\boxed" in text else f"${text}$"

    def accepts(pair: Pair) -> bool:
        return bool(verify(parse(quoted(pair.key)), parse(quoted(pair.answer))))

    return accepts


def graders() -> dict[str, Accepts]:
    found = {"symelbo": symelbo()}
    try:
        found["Math-Verify"] = math_verify()
    except ImportError:
        print("Math-Verify is not installed and left out\n")
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--show", action="store_true", help="list the pairs on which a grader is wrong")
    parser.add_argument("--json", help="write what was accepted to this file")
    options = parser.parse_args()
    table = pairs()
    right = sum(pair.equal for pair in table)
    print(f"{len(table)} pairs: {right} right answers, {len(table) - right} wrong ones\n")
    print("| grader | right accepted | wrong accepted | left open | right on | median | longest |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    written: dict[str, list[bool | None]] = {}
    misses: list[str] = []
    for name, accepts in graders().items():
        accepts(table[-1])  # modules are imported by then
        said: list[bool | None] = []
        times = []
        for pair in table:
            start = perf_counter()
            try:
                said.append(accepts(pair))
            except LookupError:
                said.append(None)
            times.append(perf_counter() - start)
        good = sum(a is True and p.equal for a, p in zip(said, table, strict=True))
        bad = sum(a is True and not p.equal for a, p in zip(said, table, strict=True))
        still = said.count(None)
        correct = sum(a is p.equal for a, p in zip(said, table, strict=True))
        median, longest = 1000 * statistics.median(times), 1000 * max(times)
        print(
            f"| {name} | {good}/{right} | {bad}/{len(table) - right} | {still} | {correct}/{len(table)} "
            f"| {median:.1f} ms | {longest:.0f} ms |",
            flush=True,
        )
        written[name] = said
        misses += [
            f"{name} {'accepts' if a else 'does not accept'}  {p.answer}  for  {p.key}"
            for a, p in zip(said, table, strict=True)
            if a is not p.equal
        ]
    if options.show:
        print("\n" + "\n".join(misses))
    if options.json:
        with open(options.json, "w", encoding="utf-8") as file:
            json.dump(written, file, indent=1)
    return 1 if any(miss.startswith("symelbo") for miss in misses) else 0


if __name__ == "__main__":
    sys.exit(main())
