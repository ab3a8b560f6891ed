"""Work on one document shared between forks of this process, which know all that was read and cost next to nothing."""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from struct import Struct
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = ["by_forks", "may_fork", "processors"]

T = TypeVar("T")

_TICKET: Final = Struct("=H")
_MOST_TICKETS: Final = 2048  # a page of memory: what every pipe holds without a reader


def may_fork() -> bool:
    """Whether a fork of this process is safe: other threads could hold locks that nobody in the fork would open."""
    return hasattr(os, "fork") and sys.platform != "darwin" and threading.active_count() == 1


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_forks(units: Sequence[Sequence[int]], work: Callable[[int], T], processes: int) -> Generator[tuple[int, T]]:
    """What `work` makes of the numbers in `units`, from this process as it goes, from its forks at the end.

    A unit stays together in one process; whichever is free takes the next one. What a fork had in hand when it died, or
    what cannot travel between processes, is missing in the answer: it is for the caller to do that itself.

    >>> sorted(by_forks([[0, 1], [2]], lambda number: number * number, processes=1))
    [(0, 0), (1, 1), (2, 4)]
    """
    size = -(-len(units) // _MOST_TICKETS) or 1
    stacks = [list(chain(*units[start : start + size])) for start in range(0, len(units), size)]
    tray, filled = os.pipe()
    os.write(filled, b"".join(map(_TICKET.pack, range(len(stacks)))))
    os.close(filled)
    helpers: list[tuple[BaseProcess, Connection]] = []
    try:
        for _ in range(min(processes, len(stacks)) - 1):
            with suppress(OSError):  # no room for another process: fewer do the same
                helpers.append(_helper(tray, stacks, work))
        for number in _taken(tray, stacks):
            yield number, work(number)
        for _, answer in helpers:
            done: list[tuple[int, T]] = []
            with suppress(Exception):
                done = answer.recv()
            yield from done
    finally:
        os.close(tray)
        for helper, answer in helpers:
            answer.close()
            helper.kill()
            helper.join()


def _helper(tray: int, stacks: Sequence[Sequence[int]], work: Callable[[int], Any]) -> tuple[BaseProcess, Connection]:
    """A fork at work, and the end of the pipe at which its answer arrives. Raises `OSError` where none can be had."""
    from multiprocessing import get_context

    context = get_context("fork")
    answer, said = context.Pipe(duplex=False)
    with said:  # closed here, so that the end of the fork is the end of the pipe
        helper = context.Process(target=_help, args=(tray, stacks, work, said), daemon=True)
        helper.start()
    return helper, answer


def _taken(tray: int, stacks: Sequence[Sequence[int]]) -> Iterator[int]:
    """The numbers of the stacks whose tickets this process draws."""
    while ticket := os.read(tray, _TICKET.size):
        yield from stacks[_TICKET.unpack(ticket)[0]]


def _help(tray: int, stacks: Sequence[Sequence[int]], work: Callable[[int], T], said: Connection) -> None:
    """What a fork does. It says nothing to the person: what goes wrong here is done again where it can be reported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is shared with the first process is not copied for the sake of the collector's marks
    done: list[tuple[int, T]] = []
    with suppress(Exception):
        done.extend((number, work(number)) for number in _taken(tray, stacks))
    with suppress(Exception):
        said.send(done)
