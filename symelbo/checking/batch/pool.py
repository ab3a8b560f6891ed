"""Worker processes on this machine; a worker that dies takes no result with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context
from typing import Any, Final

from symelbo.checking.batch.stored import from_plain, to_plain
from symelbo.checking.forks import may_fork
from symelbo.checking.report import FileProblem, FileReport
from symelbo.checking.sources import Source
from symelbo.proof import Effort

__all__ = ["judged_by_processes", "plain_report"]

_AHEAD: Final = 16
"""Documents handed out for each worker beyond the one it works on."""
_TRIES: Final = 3


def plain_report(path: str, text: str, effort: Effort) -> dict[str, Any]:
    """What a worker does: one document judged, as plain data."""
    from symelbo.checking.check import report_file

    plain: dict[str, Any] = to_plain(report_file(Source(path, text), effort))
    return plain


def judged_by_processes(todo: Iterable[Source], jobs: int, effort: Effort) -> Iterator[tuple[Source, FileReport]]:
    """Each document with its report, in the order in which they are finished.

    When a worker dies, the documents that were handed out are judged again, one worker each so that the culprit is
    known; a document that kills its worker three times is reported as such.
    """
    waiting = enumerate(todo)
    deaths: Counter[int] = Counter()
    lost: dict[int, Source] = {}
    while True:
        # Alone after a death: then it is known which document killed its worker.
        alone = bool(lost)
        out: dict[int, Source] = {}
        try:
            source_of = iter([*lost.items()]) if alone else waiting
            for number, report in _until_death(source_of, out, effort, 1 if alone else jobs, 0 if alone else _AHEAD):
                source = out.pop(number)
                lost.pop(number, None)
                yield source, report
        except BrokenProcessPool:
            lost |= out
            for number in out if alone else ():
                deaths[number] += 1
                if deaths[number] >= _TRIES:
                    yield lost[number], _fatal(lost.pop(number).path)
            continue
        if not alone:
            return


def _until_death(
    todo: Iterator[tuple[int, Source]], out: dict[int, Source], effort: Effort, jobs: int, ahead: int
) -> Iterator[tuple[int, FileReport]]:
    """Reports as they are finished; `out` holds what is handed out. Raises `BrokenProcessPool` when a worker dies."""
    pending: dict[Future[dict[str, Any]], int] = {}
    pool = ProcessPoolExecutor(jobs, mp_context=get_context("fork" if may_fork() else "spawn"))
    try:
        while True:
            for number, source in islice(todo, jobs * (1 + ahead) - len(pending)):
                out[number] = source
                pending[pool.submit(plain_report, source.path, source.text, effort)] = number
            if not pending:
                return
            for future in wait(pending, return_when=FIRST_COMPLETED).done:
                number = pending.pop(future)
                yield number, _result(future, out[number].path)
    finally:
        pool.shutdown(cancel_futures=True)


def _result(future: Future[dict[str, Any]], path: str) -> FileReport:
    try:
        return from_plain(future.result(), path)
    except BrokenProcessPool:
        raise
    except Exception as error:  # what one document does to its worker must not touch the others
        message = f"a defect of symelbo kept this file from being judged ({type(error).__name__}: {error})"
        return FileReport(path, problems=(FileProblem(f"{message[:500]}; please report it"),))


def _fatal(path: str) -> FileReport:
    message = f"judging this document killed its process {_TRIES} times (memory?); divide it, and please report it"
    return FileReport(path, problems=(FileProblem(message),))
