"""Cost of a cold start: `symelbo check` of a file of twenty claims, beside the import of SymPy alone.

    python benchmarks/cold_check.py [--repeat 3]

Every run is a fresh interpreter. Also measured: `--version` and `--help`, which must not import SymPy, and one textbook
claim in a warm process. Ends with status 1 if a limit is passed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter

CLAIMS = (
    r"\log p(x) = \log \int p(x, z)\, dz",
    r"\log p(x) = \log \mathbb{E}_{q(z \mid x)}\left[\frac{p(x, z)}{q(z \mid x)}\right]",
    r"\log p(x) \ge \mathbb{E}_{q(z \mid x)}\left[\log \frac{p(x, z)}{q(z \mid x)}\right]",
    r"p(z \mid x) = \frac{p(x \mid z)\, p(z)}{p(x)}",
    r"\mathrm{KL}\left(q(z \mid x) \,\|\, p(z \mid x)\right) \ge 0",
)
COPIES = 4
LIMITS = {"check of 20 claims": 1.5, "--version": 0.25, "--help": 0.25, "one claim, warm": 0.01}


def document() -> str:
    """Twenty claims, each in a display of its own."""
    return "\n".join(f"$$\n{claim}\n$$\n" for claim in CLAIMS * COPIES)


def fastest(command: list[str], repeat: int) -> float:
    """Seconds of the fastest of some runs."""
    times = []
    for _ in range(repeat):
        start = perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        times.append(perf_counter() - start)
    return min(times)


def warm(repeat: int) -> float:
    """Seconds for the gap identity once everything is imported."""
    from sympy import Eq, log

    from symelbo import KL, E, family, prove, variables

    x, z = variables("x z")
    p, q = family("p"), family("q")
    gap = Eq(log(p(x)) - E(log(p(x, z)) - log(q(z | x)), q(z | x)), KL(q(z | x), p(z | x)))
    times = []
    for _ in range(10 * repeat):
        start = perf_counter()
        assert prove(gap).proved
        times.append(perf_counter() - start)
    return min(times)


def main() -> int:
    """Print one line for each measurement; the status says whether all limits hold."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeat", type=int, default=3, help="runs of which the fastest counts")
    repeat = parser.parse_args().repeat
    tool = [sys.executable, "-c", "from symelbo.cli import main; main()"]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "claims.md"
        path.write_text(document(), encoding="utf-8")
        measured = {
            "import of SymPy": fastest([sys.executable, "-c", "import sympy"], repeat),
            "check of 20 claims": fastest([*tool, "check", str(path)], repeat),
            "--version": fastest([*tool, "--version"], repeat),
            "--help": fastest([*tool, "--help"], repeat),
            "one claim, warm": warm(repeat),
        }
    late = []
    for name, seconds in measured.items():
        limit = LIMITS.get(name)
        note = "" if limit is None else f"  (limit {limit:g} s)"
        print(f"{name:20} {seconds:8.4f} s{note}")
        if limit is not None and seconds > limit:
            late.append(name)
    return 1 if late else 0


if __name__ == "__main__":
    sys.exit(main())
