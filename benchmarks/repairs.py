"""False lines: are they found where they are, are they repaired as the author meant, and how fast?

Run `python benchmarks/repairs.py CASES [--show]`, where CASES is a folder with `manifest.jsonl`: one line for each
document, with the key `file`, and `claims` with `line` and `truth` (`true`, `false` or another word). Whether a repair
says what the author should have written was judged by hand; `repairs_judged.jsonl` beside this file keeps the
judgements, one for each repair that was offered. A repair that is not in it counts as wrong, and is listed.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from symelbo.checking.check import check
from symelbo.checking.report import ClaimReport, Outcome
from symelbo.proof import Effort

JUDGED = Path(__file__).with_name("repairs_judged.jsonl")
DENOMINATOR = re.compile(r"(?<![\d.])\d+/(\d+)")


@dataclass
class Tally:
    """What was counted over all documents."""

    documents: int = 0
    located: int = 0
    false: int = 0
    caught: int = 0
    offered: int = 0
    right: int = 0
    seconds: list[float] = field(default_factory=list)
    denominators: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    residuals: int = 0
    unjudged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def judgements() -> dict[tuple[str, int, str], bool]:
    """By document, line and offered repair: whether it is what the author should have written."""
    rows = (json.loads(line) for line in JUDGED.read_text().splitlines() if line.strip())
    return {(row["document"], row["line"], row["repair"]): row["right"] for row in rows}


def refuted(claims: list[ClaimReport]) -> list[ClaimReport]:
    """The claims that are said to be false."""
    return [claim for claim in claims if claim.outcome is Outcome.REFUTED]


def run(cases: Path, show: bool) -> Tally:
    """All documents with a false claim."""
    tally, judged = Tally(), judgements()
    for row in map(json.loads, (cases / "manifest.jsonl").read_text().splitlines()):
        wrong = [claim["line"] for claim in row["claims"] if claim["truth"] == "false"]
        if wrong:
            one(cases / row["file"], wrong, tally, judged, show)
    return tally


def one(path: Path, wrong: list[int], tally: Tally, judged: dict[Any, bool], show: bool) -> None:
    """One document, judged without repairs and then with them; the difference in time is what they cost."""
    started = time.process_time()
    plain = refuted(list(check(path).claims))
    between = time.process_time()
    found = refuted(list(check(path, effort=Effort(repairs=200)).claims))
    spent = (time.process_time() - between) - (between - started)
    tally.documents += 1
    tally.located += bool(plain) and plain[0].line == wrong[0]
    tally.false += len(wrong)
    for claim in found:
        if claim.line not in wrong:
            continue
        tally.caught += 1
        tally.seconds.append(max(0.0, spent) / len(found))
        tally.residuals += claim.residual is not None
        measure_witness(claim, tally)
        judge_repair(path.name, claim, tally, judged, show, spent / len(found))


def judge_repair(
    document: str, claim: ClaimReport, tally: Tally, judged: dict[Any, bool], show: bool, seconds: float
) -> None:
    """Count a repair by what was said of it by hand."""
    if claim.expected:  # what a document announces as wrong is not to be repaired
        return
    place = f"{document}:{claim.line}"
    if show:
        print(f"{place} ({seconds:.2f} s): {claim.repair}")
    if claim.repair is None:
        tally.missing.append(place)
        return
    tally.offered += 1
    right = judged.get((document, claim.line, claim.repair))
    if right is None:
        tally.unjudged.append(
            json.dumps({"document": document, "line": claim.line, "repair": claim.repair, "right": None})
        )
    elif right:
        tally.right += 1
    else:
        tally.wrong.append(f"{place}: {claim.repair}")


def measure_witness(claim: ClaimReport, tally: Tally) -> None:
    """The largest denominator in a witness, and how many lines it takes to print."""
    lines = claim.witness.lines()
    tally.lines.append(len(lines))
    found = [int(number) for line in lines for number in DENOMINATOR.findall(line)]
    if found:
        tally.denominators.append(max(found))


def main() -> None:
    """Count, and say what is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument("--show", action="store_true", help="Print every repair.")
    options = parser.parse_args()
    tally = run(options.cases, options.show)
    for title, names in (("not repaired", tally.missing), ("wrong", tally.wrong), ("not judged", tally.unjudged)):
        for name in names:
            print(f"{title}: {name}")
    to_repair = tally.offered + len(tally.missing)
    slowest = max(tally.seconds, default=0.0)
    print(f"{tally.documents} documents with false claims: the first one located exactly in {tally.located}")
    print(f"{tally.false} false claims, {tally.caught} refuted, {tally.residuals} with their difference in short form")
    print(f"{to_repair} to repair: {tally.offered} repaired, {tally.right} as the author should have written it")
    median = statistics.median(tally.seconds or [0.0])
    print(f"repairs: {median:.2f} s of processor time a line in the median, {slowest:.2f} s at most")
    denominator = statistics.median(tally.denominators or [0])
    print(f"witnesses: denominators up to {denominator:g} (median), at most {max(tally.lines, default=0)} lines")
    sys.exit(bool(tally.unjudged))


if __name__ == "__main__":
    main()
