"""What `symelbo check` does: documents in, a report out in the format asked for."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING

from symelbo.checking.batch import Cache, check_many, default_cache_path
from symelbo.checking.forks import processors
from symelbo.checking.json_report import as_json_line
from symelbo.checking.repairs import LOOKS
from symelbo.checking.report import FileReport, Report
from symelbo.proof import Effort

if TYPE_CHECKING:
    from symelbo.checking.rows import Progress

__all__ = ["CheckOptions", "Say", "run", "stream"]

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CheckOptions:
    """How documents are judged: by how many processes or by which cluster, and whether the cache is used.

    Without a number of `jobs` there are as many as the machine runs at once. `repair` asks for repairs of false lines.

    `max_step` is the number of rules that a step may take.
    """

    jobs: int | None = None
    cluster: str | None = None
    cache: bool = True
    repair: bool = True
    max_step: int | None = None


def run(paths: tuple[Path, ...], options: CheckOptions, progress: Progress | None, say: Say) -> Report:
    """The report on all documents, in the order in which they were named; `say` gets remarks on the run itself."""
    started = perf_counter()
    with _reports(paths, options, progress, say) as reports:
        files = [file for _, file in sorted(reports, key=lambda numbered: numbered[0])]
    return _limited(Report(tuple(files), perf_counter() - started), options)


def stream(
    paths: tuple[Path, ...],
    options: CheckOptions,
    progress: Progress | None,
    say: Say,
    write: Say,
) -> Report:
    """The report on each document as a line of JSON as soon as it is there.

    What is returned holds only what the exit status depends on, so that a long run stays small.
    """
    kept: list[FileReport] = []
    with _reports(paths, options, progress, say) as reports:
        for _, whole in reports:
            (file,) = _limited(Report((whole,)), options).files
            write(as_json_line(file))
            kept.append(_bad_part(file))
    return Report(tuple(kept))


def _limited(report: Report, options: CheckOptions) -> Report:
    return report if options.max_step is None else report.with_largest_step(options.max_step)


@contextmanager
def _reports(
    paths: tuple[Path, ...], options: CheckOptions, progress: Progress | None, say: Say
) -> Iterator[Iterator[tuple[int, FileReport]]]:
    gc.freeze()  # what is imported by now stays, and need not be looked through again with every document
    with ExitStack() as stack:
        effort = Effort(repairs=LOOKS if options.repair else 0)
        kept = "repairs" if options.repair else ""
        cache = stack.enter_context(Cache(default_cache_path(), kept)) if options.cache else None
        yield check_many(
            paths,
            jobs=options.jobs or processors(),
            cache=cache,
            cluster=options.cluster,
            effort=effort,
            progress=progress,
        )
        if cache is not None and cache.problem:
            say(cache.problem)


def _bad_part(file: FileReport) -> FileReport:
    return FileReport(file.path, tuple(claim for claim in file.claims if claim.failed or claim.open), file.problems)
