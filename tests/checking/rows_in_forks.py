"""Forks at work in a process of their own, which has no threads; what was seen is printed as JSON."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import closing
from multiprocessing import active_children
from time import sleep
from typing import Any

from symelbo.checking import rows
from symelbo.checking.check import report_file
from symelbo.checking.forks import by_forks, may_fork
from symelbo.checking.json_report import as_dict
from symelbo.checking.report import Report
from symelbo.checking.sources import Source
from symelbo.proof import Effort

HERE = os.getpid()
COUNT = 40
GIVEN = r"""
$$p(z) = \mathcal{N}(z; 0, 1), \qquad p(x \mid z) = \mathcal{N}(x; z, s^2)$$

$$p(x) = \mathcal{N}(x; 0, 1 + s^2)$$
"""
ROWS = (
    r"\operatorname{Var}_{p(x)}[x] = 1 + s^2",
    r"\log p(x, z) = \log p(z) - \log p(x \mid z)",
    r"\log p(x) = \log p(x, z) - \log p(z \mid x)",
    r"\mathbb{E}_{p(x)}[x^2] = s^2",
    r"\log p(x) \ge \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)]",
    r"\log p(x) = \mathbb{E}_{q(z)}[\log p(x, z) - \log q(z)] + \mathrm{KL}(q(z) \| p(z \mid x))",
    r"\log p(x = \mathbb{E}",
    r"\mathrm{KL}(q(z) \| p(z)) \ge 0",
    r"\mathbb{E}_{p(z)}[z^2] &= 1 \\ &= 2 - 1 \\ &= 3 \\ &= 2 + 1",
)


class Moment:
    """A short time; the first one of this process is long enough for its forks to take what they want."""

    def __init__(self) -> None:
        self.first = True

    def pass_by(self) -> None:
        sleep(0.4 if self.first and os.getpid() == HERE else 0.002)
        self.first = False


def in_turn(work: Any) -> list[Any]:
    moment = Moment()

    def after_a_moment(number: int) -> Any:
        moment.pass_by()
        return work(number)

    return sorted(by_forks(COUNT, after_a_moment, 3))


def square(number: int) -> tuple[int, int]:
    return number * number, os.getpid()


def killed(number: int) -> int:
    if os.getpid() != HERE:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def raised(number: int) -> int:
    return number if os.getpid() == HERE else number // 0


def unsendable(number: int) -> Any:
    return number if os.getpid() == HERE else lambda: number


def stopped_by_an_error() -> int:
    try:
        with closing(by_forks(COUNT, square, 3)) as found:
            next(found)
            raise KeyError
    except KeyError:
        return len(active_children())


def beside_a_thread() -> bool:
    wait = threading.Event()
    thread = threading.Thread(target=wait.wait)
    thread.start()
    allowed = may_fork()
    wait.set()
    thread.join()
    return allowed


def report(jobs: int) -> tuple[Any, set[int]]:
    """The report without its times, and the processes that judged."""
    processes: set[int] = set()
    kept = rows.by_forks

    def watched(rows_of_it: int, work: Any, count: int) -> Any:
        with closing(kept(rows_of_it, lambda number: (work(number), os.getpid()), count)) as found:
            for number, (claim, process) in found:
                processes.add(process)
                yield number, claim

    rows.by_forks = watched  # type: ignore[assignment]
    displays = [f"$${row}$$" if "&" not in row else f"\\begin{{align}}{row}\\end{{align}}" for row in ROWS]
    text = "\n\n".join([GIVEN, *displays])
    data = as_dict(Report((report_file(Source("notes.md", text), Effort(repairs=10), jobs=jobs),)))
    rows.by_forks = kept
    for claim in data["files"][0]["claims"]:
        del claim["seconds"]
    return data, processes


def main() -> None:
    squares = in_turn(square)
    seen: dict[str, Any] = {
        "squares": [[number, made] for number, (made, _) in squares],
        "processes": len({process for _, (_, process) in squares}),
        "many": len(dict(by_forks(5000, abs, 2))),
    }
    for work in (killed, raised, unsendable):
        seen[work.__name__] = [number for number, _ in in_turn(work)]
    seen["left"] = len(active_children())
    seen["left after an error"] = stopped_by_an_error()
    seen["with a thread"], seen["without"] = beside_a_thread(), may_fork()
    seen["alone"], _ = report(1)
    seen["together"], processes = report(2)
    seen["pids"] = len(processes)
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main()
