"""Workers that die or dawdle, in a module that loads nothing, so that each of them starts in a moment."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from time import sleep
from typing import Any


def report(path: str) -> dict[str, Any]:
    """The plain data of a report on a document without claims."""
    return {"path": path, "claims": [], "problems": [], "notes": [path]}


def dies_once(path: str, text: str, effort: object) -> dict[str, Any]:
    """A report, but the process is killed at the first sight of one document."""
    mark = Path(os.environ["SYMELBO_TEST_MARK"])
    if path == "3.md" and not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return report(path)


def always_dies(path: str, text: str, effort: object) -> dict[str, Any]:
    """A report, but one document kills every process that it is given to."""
    if path == "3.md":
        os.kill(os.getpid(), signal.SIGKILL)
    return report(path)


def takes_its_time(path: str, text: str, effort: object) -> dict[str, Any]:
    """A report, after a moment."""
    sleep(0.3)
    return report(path)
