"""Work on one document shared between forks of this process, which know all that was read and cost next to nothing."""

from __future__ import annotations

import gc
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, TypeVar

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

__all__ = ["by_forks", "may_fork", "processors"]

T = TypeVar("T")

_TAKEN: Final = b"+"


def may_fork() -> bool:
    """Whether a fork of this process is safe: other threads could hold locks that nobody in the fork would open."""
    return hasattr(os, "fork") and hasattr(os, "memfd_create") and threading.active_count() == 1


def processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def by_forks(count: int, work: Callable[[int], T], processes: int) -> Generator[tuple[int, T]]:
    """What `work` makes of the numbers below `count`: by this process as it goes, by its forks at the end.

    Neighbours, which have most in common, stay in one process for as long as all are busy. What a fork had in hand when
    it died, or what cannot travel between processes, is missing in the answer: it is for the caller to do that itself.

    >>> sorted(by_forks(3, lambda number: number * number, processes=1))
    [(0, 0), (1, 1), (2, 4)]
    """
    tray = os.memfd_create("rows")
    helpers: list[tuple[BaseProcess, Connection]] = []
    try:
        for place in range(1, processes):
            with suppress(OSError):  # no room for another process: fewer do the same
                helpers.append(_helper(_taken(tray, count, place, processes), work))
        for number in _taken(tray, count, 0, processes):
            yield number, work(number)
        for _, answer in helpers:
            done: list[tuple[int, T]] = []
            with suppress(Exception):
                done = answer.recv()
            yield from done
    finally:
        for helper, answer in helpers:
            answer.close()
            helper.kill()
            helper.join()
        os.close(tray)


def _taken(tray: int, count: int, place: int, processes: int) -> Iterator[int]:
    """The numbers that one of the processes takes, each with a mark in the tray so that no other takes it.

    The first process goes forward from the front, the second one back from the end; others begin in between.
    """
    start, stop = count * place // processes, count * (place + 1) // processes
    forward = chain(range(start, count), range(start))
    back = chain(reversed(range(stop)), reversed(range(stop, count)))
    for number in forward if place % 2 == 0 else back:
        if _mark(tray, number):
            yield number


def _mark(tray: int, number: int) -> bool:
    """Whether a number was still free, which is now taken."""
    import fcntl

    fcntl.lockf(tray, fcntl.LOCK_EX)  # given back by the system if the process dies here
    try:
        free = os.pread(tray, 1, number) != _TAKEN
        if free:
            os.pwrite(tray, _TAKEN, number)
        return free
    finally:
        fcntl.lockf(tray, fcntl.LOCK_UN)


def _helper(numbers: Iterator[int], work: Callable[[int], Any]) -> tuple[BaseProcess, Connection]:
    """A fork at work, and the end of the pipe at which its answer arrives. Raises `OSError` where none can be had."""
    from multiprocessing import get_context

    context = get_context("fork")
    answer, said = context.Pipe(duplex=False)
    with said:  # closed here, so that the end of the fork is the end of the pipe
        helper = context.Process(target=_help, args=(numbers, work, said), daemon=True)
        helper.start()
    return helper, answer


def _help(numbers: Iterator[int], work: Callable[[int], T], said: Connection) -> None:
    """What a fork does. It says nothing to the person: what goes wrong here is done again where it can be reported."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()  # what is shared with the first process is not copied for the sake of the collector's marks
    done: list[tuple[int, T]] = []
    with suppress(Exception):
        done.extend((number, work(number)) for number in numbers)
    with suppress(Exception):
        said.send(done)
