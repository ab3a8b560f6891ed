"""`check_many`: documents through the cache and the workers, each report once."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from symelbo.checking.batch.cache import Cache
from symelbo.checking.check import report_file
from symelbo.checking.report import FileReport
from symelbo.checking.rows import Progress
from symelbo.checking.sources import Source, sources
from symelbo.proof import Effort

__all__ = ["check_many"]


def check_many(
    paths: Iterable[str | os.PathLike[str]],
    *,
    jobs: int = 1,
    cache: Cache | None = None,
    cluster: str | None = None,
    effort: Effort | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[int, FileReport]]:
    """The reports of documents with their numbers, each as soon as it is there: first what the cache holds.

    Numbers count the documents as named, folders opened, from 0. `jobs` is how many processes judge at once, documents
    or the claims of a single one; `cluster` is the address of a Dask scheduler whose workers do it instead. A report
    goes into the cache before it is handed on, so that a run which was broken off goes on where it stopped. Raises
    `SymelboError` for a cluster that is not reached.
    """
    effort = effort or Effort()
    todo: list[Source] = []
    number_of: dict[str, int] = {}
    for number, source in enumerate(sources(paths)):
        report = report_file(source, effort) if source.problem is not None else cache and cache.get(source)
        if report:
            yield number, report
        else:
            todo.append(source)
            number_of[source.path] = number
    for source, report in _judged(todo, jobs, cluster, effort, progress):
        # What kept a whole document from being judged, such as a lost worker, may be over the next time.
        if cache is not None and (report.claims or not report.problems):
            cache.put(source, report)
        yield number_of[source.path], report


def _judged(
    todo: list[Source], jobs: int, cluster: str | None, effort: Effort, progress: Progress | None
) -> Iterator[tuple[Source, FileReport]]:
    if not todo:
        return
    # Workers of either kind bring modules along that a run in one process does without.
    if cluster is not None:
        from symelbo.checking.batch.cluster import judged_by_cluster

        yield from judged_by_cluster(todo, cluster, effort)
    elif jobs > 1 and len(todo) > 1:
        from symelbo.checking.batch.pool import judged_by_processes

        for source, report in judged_by_processes(todo, min(jobs, len(todo)), effort):
            if progress is not None:
                progress(source.path, len(report.claims), len(report.claims))
            yield source, report
    else:
        yield from ((source, report_file(source, effort, progress, jobs)) for source in todo)
