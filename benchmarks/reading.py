"""How fast documents are read: claims a second on one core, and how the time divides between the layers.

    python benchmarks/reading.py [--displays 2000] [--repeat 3] [--profile 0]

The document is generated: notes on variational inference with prose, `align` rows, chains that run over displays, and
names that change from section to section. Reading is everything from the text to typed terms; nothing is judged.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import sys
from collections.abc import Callable
from random import Random
from time import process_time

from symelbo.reading import DocumentReading, Kind, read_document
from symelbo.reading.layout.displays import read_chains
from symelbo.reading.parsing.grammar import parse
from symelbo.reading.sources.tokens import Chain

TARGET = 500

SENTENCES = (
    "Multiplying by one changes nothing, and the logarithm of a product is a sum of logarithms.",
    "What remains is an average under the recognition density.",
    "The last term does not depend on the latent variable, so its average is itself.",
    "Dropping a divergence can only make the right side smaller.",
    "Bayes' rule turns the posterior into the joint density over the evidence.",
    "Summing over the latent variable gives the evidence back.",
)
DISPLAYS = (
    r"""\log p(%x) = \log \frac{p(%x, %z)}{p(%z | %x)} = \log p(%x, %z) - \log p(%z | %x)""",
    r"""\begin{align}
\log p(%x) &= \log \int p(%x, %z) \, d%z \\
&= \log \int q(%z | %x) \frac{p(%x, %z)}{q(%z | %x)} \, d%z \\
&\ge \int q(%z | %x) \log \frac{p(%x, %z)}{q(%z | %x)} \, d%z
\end{align}""",
    r"""\begin{aligned}
\mathrm{KL}(q(%z | %x) \| p(%z | %x)) &= \mathbb{E}_{q(%z | %x)}[\log q(%z | %x) - \log p(%z | %x)] \\
&= \mathbb{E}_{q(%z | %x)}[\log q(%z | %x) - \log p(%x, %z)] + \log p(%x)
\end{aligned}""",
    r"""p(%z | %x) = \frac{p(%x | %z) p(%z)}{p(%x)}""",
    r"""\mathbb{E}_{q(%z | %x)}[\log p(%x | %z)] - \mathrm{KL}(q(%z | %x) \| p(%z)) \le \log p(%x)""",
    r"""\mathrm{H}[q(%z | %x)] = - \int q(%z | %x) \log q(%z | %x) \, d%z""",
    r"""\log p(%x_{1:T}) = \sum_{t=1}^{T} \log p(%x_t | %x_{1:t-1})""",
)
NAMES = (("x", "z"), ("y", "h"), ("o", "s"), (r"\mathbf{x}", r"\mathbf{z}"), ("v", "u"))


def document(displays: int, seed: int = 1) -> str:
    """A document with so many displays, the same one for the same seed."""
    random = Random(seed)
    parts = ["# Notes on evidence bounds"]
    for number in range(displays):
        x, z = NAMES[number * len(NAMES) // displays]
        parts.append(random.choice(SENTENCES))
        parts.append(f"$$\n{random.choice(DISPLAYS).replace('%x', x).replace('%z', z)}\n$$")
    return "\n\n".join(parts) + "\n"


def best_of(repeat: int, work: Callable[[], object]) -> float:
    """The least processor time of several runs, which is the one least disturbed by other work on the machine."""
    times = []
    for _ in range(repeat):
        start = process_time()
        work()
        times.append(process_time() - start)
    return min(times)


def parse_all(text: str) -> None:
    """Layout and grammar alone: every side of every chain as a syntax tree."""
    for item in read_chains("notes.md", text).items:
        if isinstance(item, Chain):
            for side in (item.start, *(link.right for link in item.links)):
                if side is not None and side.problem is None:
                    parse(side.tokens)


def profile(text: str, lines: int) -> None:
    """Where the time goes."""
    profiler = cProfile.Profile()
    profiler.runcall(read_document, "notes.md", text)
    pstats.Stats(profiler).sort_stats("tottime").print_stats(lines)
    pstats.Stats(profiler).sort_stats("cumtime").print_stats(lines)


def main() -> int:
    """Read the document, print the rates, and say whether the target is met."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--displays", type=int, default=2000)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--profile", type=int, default=0, help="also print that many lines of a profile")
    given = options.parse_args()
    text = document(given.displays)
    reading: DocumentReading = read_document("notes.md", document(20))  # imports are not counted
    reading = read_document("notes.md", text)
    claims = sum(statement.kind is Kind.CLAIM for statement in reading.statements)
    unread = sum(statement.kind is Kind.UNREAD for statement in reading.statements)
    layout = best_of(given.repeat, lambda: read_chains("notes.md", text))
    parsed = best_of(given.repeat, lambda: parse_all(text))
    whole = best_of(given.repeat, lambda: read_document("notes.md", text))
    print(f"{given.displays} displays, {len(text)} characters: {claims} claims, {unread} relations unread")
    print(f"  layout   {layout:7.2f} s")
    print(f"  grammar  {parsed - layout:7.2f} s")
    print(f"  meaning  {whole - parsed:7.2f} s")
    print(f"  whole    {whole:7.2f} s   {claims / whole:.0f} claims a second on one core (target {TARGET})")
    if given.profile:
        profile(text, given.profile)
    return 0 if unread == 0 else 1  # the rate depends on the machine; it is shown, and fails nothing


if __name__ == "__main__":
    sys.exit(main())
