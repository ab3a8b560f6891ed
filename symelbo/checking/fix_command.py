"""What `symelbo check --fix` does: the repairs of false lines written into the files that hold them, nothing else."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from symelbo.checking.check import report_file
from symelbo.checking.forks import processors
from symelbo.checking.repairs import LOOKS
from symelbo.checking.report import Change, FileReport, Report
from symelbo.checking.sources import Source, sources
from symelbo.errors import SymelboError
from symelbo.proof import Effort

if TYPE_CHECKING:
    from rich.console import Console

__all__ = ["Fixed", "fixed_files", "run", "with_changes", "write"]

_STYLES = {"+": "green", "-": "red", "@": "cyan"}
_ROUNDS = 4  # a repair may bring a row to light that was hidden behind it


@dataclass(frozen=True, slots=True)
class Fixed:
    """A file with its repairs: the changes of each round, in places of the text that the round began with."""

    source: Source
    rounds: tuple[tuple[Change, ...], ...]
    text: str
    report: FileReport

    def diff(self) -> list[str]:
        """The difference in lines, as `diff -u` writes it."""
        before, after = self.source.text.splitlines(), self.text.splitlines()
        return list(unified_diff(before, after, self.source.path, self.source.path, lineterm="", n=1))


def run(paths: Iterable[Path], console: Console) -> Report:
    """Repair files in place, each change shown; the report is on what they say afterwards."""
    started = perf_counter()
    done = []
    for fixed in fixed_files(paths):
        for line in fixed.diff():
            console.print(line, style=_STYLES.get(line[:1], ""), soft_wrap=True)
        if fixed.rounds:
            write(fixed)
            count = sum(map(len, fixed.rounds))
            said = f"{fixed.source.path}: {count} change{'' if count == 1 else 's'} written"
            console.print(said, soft_wrap=True)
        done.append(fixed.report)
    return Report(tuple(done), perf_counter() - started)


def fixed_files(paths: Iterable[Path]) -> Iterator[Fixed]:
    """Every document with its repairs; what is proved, and what is not repaired, stays as it is."""
    for source in sources(paths):
        yield _fixed(source)


def _fixed(source: Source) -> Fixed:
    effort = Effort(repairs=LOOKS)
    text, rounds = source.text, []
    report = report_file(source, effort, jobs=processors())
    if source.path.lower().endswith(".ipynb"):
        return Fixed(source, (), text, report)
    for _ in range(_ROUNDS):
        changes = tuple(c for claim in report.claims if claim.fix is not None for c in claim.fix.changes)
        if not changes or report.repaired is None:
            break
        rounds.append(changes)
        text = report.repaired
        report = report_file(Source(source.path, text), effort, jobs=processors())
    return Fixed(source, tuple(rounds), text, report)


def write(fixed: Fixed) -> None:
    """Write a file's repairs, its encoding and its line ends as they were. Raises `SymelboError`."""
    path = Path(fixed.source.path)
    try:
        data = path.read_bytes()
        encoding = _encoding(data)
        text = data.decode(encoding)
    except (OSError, UnicodeDecodeError) as error:
        raise SymelboError(f"{path} cannot be read again to write the repairs: {error}") from error
    mark, body = text[: text.startswith("\ufeff")], text.removeprefix("\ufeff")
    if body.replace("\r\n", "\n") != fixed.source.text:
        raise SymelboError(f"{path} has changed while it was judged; nothing was written, run the command again")
    for changes in fixed.rounds:
        body = with_changes(body, changes)
    try:
        path.write_bytes((mark + body).encode(encoding))
    except OSError as error:
        raise SymelboError(f"{path} cannot be written: {error.strerror or error}") from error


def _encoding(data: bytes) -> str:
    """The encoding as the file's first bytes say it; the mark itself stays part of the text."""
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
    return marks.get(data[:2], "utf-8")


def with_changes(text: str, changes: Iterable[Change]) -> str:
    r"""A text with changes made whose places count a line end as one character, also where it is two.

    >>> with_changes("a\r\nb = c", [Change(2, 3, 2, 4, "=", ">", 4, 5)])
    'a\r\nb > c'
    """
    double: list[int] = []  # places of two-character line ends, counted as one
    place = -1
    while (place := text.find("\r\n", place + 1)) >= 0:
        double.append(place - len(double))
    for change in sorted(changes, key=lambda change: change.start, reverse=True):
        start, end = (at + bisect_left(double, at) for at in (change.start, change.end))
        text = text[:start] + change.new + text[end:]
    return text
