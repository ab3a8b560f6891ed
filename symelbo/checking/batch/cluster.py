"""An existing Dask cluster as the workers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, Final

from symelbo.checking.batch.pool import plain_report
from symelbo.checking.batch.stored import from_plain
from symelbo.checking.report import FileProblem, FileReport
from symelbo.checking.sources import Source
from symelbo.errors import SymelboError
from symelbo.proof import Effort

__all__ = ["judged_by_cluster"]

_AHEAD: Final = 200
_SECONDS: Final = 15
_RETRIES: Final = 2


def judged_by_cluster(todo: Iterable[Source], address: str, effort: Effort) -> Iterator[tuple[Source, FileReport]]:
    """Each document with its report, in the order in which they are finished; Dask redoes a lost worker's part.

    Raises `SymelboError` if Dask is not installed, no scheduler answers at the address, or it is lost on the way.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as error:
        raise SymelboError("--cluster needs Dask: pip install 'symelbo[cluster]'") from error
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError) as error:
        message = f"no Dask scheduler answers at {address}: {error}; start one with 'dask scheduler'"
        raise SymelboError(message) from error
    with client:
        waiting = iter(todo)
        running: dict[Any, Source] = {}
        futures: Any = as_completed(loop=client.loop)

        def hand_out(count: int) -> None:
            for source in islice(waiting, count):
                future = client.submit(plain_report, source.path, source.text, effort, pure=False, retries=_RETRIES)
                running[future.key] = source
                futures.add(future)

        hand_out(_AHEAD)
        for future in futures:
            source = running.pop(future.key)
            report = None if _lost(future) else _report(future, source)
            if report is None:
                left = "run the same command again: what was judged until then comes from the cache"
                raise SymelboError(f"the Dask scheduler at {address} was lost; {left}")
            yield source, report
            hand_out(1)


def _lost(future: Any) -> bool:
    """Is there nobody left who could finish it? What only went with a worker is waited for, as Dask does it again."""
    from asyncio import CancelledError as Ended
    from concurrent.futures import CancelledError

    from distributed import wait

    if future.status in ("pending", "lost"):
        try:
            wait([future])
        except (CancelledError, Ended):
            return True
    return bool(future.status == "cancelled")


def _report(future: Any, source: Source) -> FileReport | None:
    """The report; None where the scheduler is lost while it is fetched."""
    from asyncio import CancelledError as Ended
    from concurrent.futures import CancelledError

    if future.status == "finished":
        try:
            return from_plain(future.result(), source.path)
        except (CancelledError, Ended):
            return None
    message = f"the cluster could not judge this document: {future.exception()}"
    return FileReport(source.path, problems=(FileProblem(message[:500]),))
