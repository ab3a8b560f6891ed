"""Many documents: one process against two, a second run over unchanged documents, and a run that is killed.

    python benchmarks/batch.py [--documents 10000] [--part 2000]

Documents are generated: short notes on the bound with fresh symbol names, one in ten with a slip in it. With `--part`,
one process and the killed run have the first so many documents only; speeds are documents a second in any case.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

NOTE = r"""# Note {number}

$$
\begin{{aligned}}
\log p({x}) &= \log \int p({x}, {z})\, d{z} \\
 &\ge \mathbb{{E}}_{{q({z} \mid {x})}}\left[\log \frac{{p({x}, {z})}}{{q({z} \mid {x})}}\right] \\
 &= \mathbb{{E}}_{{q({z} \mid {x})}}[\log p({x} \mid {z})] {sign} \mathrm{{KL}}(q({z} \mid {x}) \,\|\, p({z}))
\end{{aligned}}
$$
"""


def write(folder: Path, count: int) -> None:
    dice = random.Random(7)
    for number in range(count):
        x, z = dice.choice("xyo") + f"_{{{number}}}", dice.choice("zhu") + f"_{{{number}}}"
        sign = "+" if number % 10 == 9 else "-"
        place = folder / f"{number // 500:03d}"
        place.mkdir(exist_ok=True)
        (place / f"{number:05d}.md").write_text(NOTE.format(number=number, x=x, z=z, sign=sign))


def command(folder: Path, *options: str) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from symelbo.cli import main; main()",
        "check",
        "--format",
        "jsonl",
        *options,
        str(folder),
    ]


def run(folder: Path, cache: Path, *options: str) -> tuple[float, dict[str, int]]:
    started = perf_counter()
    found = subprocess.run(
        command(folder, *options),
        env={**os.environ, "SYMELBO_CACHE": str(cache)},
        capture_output=True,
        text=True,
        check=False,
    )
    seconds = perf_counter() - started
    if found.returncode not in (0, 1) or not found.stdout:
        raise SystemExit(found.stderr)
    counts: dict[str, int] = {"files": 0}
    for line in found.stdout.splitlines():
        counts["files"] += 1
        for claim in json.loads(line)["claims"]:
            counts[claim["verdict"]] = counts.get(claim["verdict"], 0) + 1
    return seconds, counts


def killed(folder: Path, cache: Path) -> int:
    """Kill a run of two processes in its middle; how many reports it had written."""
    with subprocess.Popen(
        command(folder, "--jobs", "2"),
        env={**os.environ, "SYMELBO_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        for _ in range(50):
            process.stdout.readline()
        sleep(1)
        os.killpg(process.pid, signal.SIGKILL)
        return 50 + len(process.stdout.read().splitlines())


def main() -> None:
    options = argparse.ArgumentParser()
    options.add_argument("--documents", type=int, default=10_000)
    options.add_argument("--part", type=int)
    given = options.parse_args()
    count, part = given.documents, min(given.part or given.documents, given.documents)
    with TemporaryDirectory() as name:
        folder, some, caches = Path(name) / "notes", Path(name) / "part", Path(name)
        folder.mkdir()
        some.mkdir()
        write(folder, count)
        write(some, part)
        one, found = run(some, caches / "one", "--jobs", "1")
        two, same = run(folder, caches / "two", "--jobs", "2")
        again, kept = run(folder, caches / "two", "--jobs", "2")
        expected = {"files": count, "refuted": count // 10, "proved": 3 * count - count // 10}
        assert same == kept == expected, (same, kept)
        assert found == {verdict: number * part // count for verdict, number in expected.items()}, found
        before = killed(some, caches / "killed")
        rest, resumed = run(some, caches / "killed", "--jobs", "2")
        assert resumed == found, (resumed, found)
    speed, double = part / one, count / two
    print(f"{count} documents: {same}; one process and the killed run: {part} of them")
    print(f"one process        {one:8.1f} s   {speed:8.1f} documents a second")
    print(
        f"two processes      {two:8.1f} s   {double:8.1f} documents a second   {double / speed:.2f} times one process"
    )
    print(
        f"again, unchanged   {again:8.1f} s   {count / again:8.0f} a second   {count / again / speed:.1f} times as fast"
    )
    print(f"killed after {before} reports, then resumed in {rest:.1f} s: the same verdicts, none lost, none twice")


if __name__ == "__main__":
    main()
